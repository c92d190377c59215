"""Contents and audits of data sets, from the versioned files. No torch, no data set."""

from __future__ import annotations

from dashboard.pages.data_audit.views import (
    AgreementView,
    AuditView,
    FaceGroupView,
    LeakView,
    MethodView,
    NeighbourView,
    ProtocolGapView,
    ProtocolView,
)
from dashboard.store.audits import stored_audit
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.costs import network_view
from dashboard.store.logits import with_ends
from fer_core import files
from fer_core.data import DATASETS
from fer_core.data.audit import report
from fer_core.data.audit.schema import DrawnProtocol, Leak
from fer_core.errors import DataError
from fer_core.evaluation import proportion
from fer_core.evaluation.intervals import Estimate
from fer_core.records import EstimateEntry
from fer_core.report.croissant import croissant

ALWAYS = ("fer2013", "ferplus", "ckplus", "rafdb")  # a set among these without an audit says how to make one

# Each step shows the networks less of the people that it is tested on.
STEPS = ("ckplus-frame", "ckplus-sequence", "ckplus-subject")


def audited() -> dict[str, str]:
    """Return the data sets that can be looked at: titles by name."""
    known = report.list_audits(report.ROOT)
    return {name: info.title for name, info in DATASETS.items() if name in ALWAYS or name in known}


def croissant_file(data: str) -> bytes:
    """Return a set's metadata as a Croissant file. Raises DataError likewise."""
    return files.pretty_json(croissant(DATASETS[data], stored_audit(data))).encode()


def audit_view(data: str) -> AuditView:
    """Return what a set holds and what was found in it. Raises DataError if its audit is missing or damaged."""
    audit = stored_audit(data)
    exact, near = audit.exact, audit.near
    kinds = [pair.kind for pair in near.pairs]
    sequence_counts = audit.sequences
    return AuditView(
        **{key: getattr(audit, key) for key in ("data", "title", "terms", "n", "size_px")},
        subjects=audit.n_subjects,
        sequences=audit.n_sequences,
        is_colour=audit.channels == 3,
        expressions=tuple(audit.expressions),
        splits=tuple(audit.splits),
        counts=tuple(tuple(counts[name] for name in audit.expressions) for counts in audit.splits.values()),
        sequence_counts=None
        if sequence_counts is None
        else tuple((sequence_counts[name].subjects, sequence_counts[name].sequences) for name in audit.expressions),
        groups=len(exact.groups),
        pictures=exact.pictures,
        across=len(exact.across_splits),
        conflicting=len(exact.conflicting),
        constant=len(audit.constant),
        near={kind: kinds.count(kind) for kind in ("mirror", "shift", "similar")},
        near_about=near.about,
        near_conflicting=near.conflicting,
        near_across=near.across_splits,
        near_across_subjects=near.across_subjects,
        leaks=tuple(_leak(leak) for leak in audit.leaks),
        protocols=tuple(_protocol(protocol) for protocol in audit.protocols),
        voted=tuple(audit.agreement.splits) if audit.agreement else (),
    )


def agreement(data: str, split: str) -> AgreementView:
    """Return FER2013's labels against FER+'s votes. Raises DataError if the audit knows no votes on that split."""
    audit = stored_audit(data)
    known = audit.agreement
    if known is None or split not in known.splits:
        raise DataError(f"the audit of {data} compared no labels with votes on {split}; make it anew with both files")
    own = known.splits[split]
    rows = [(own.matrix[i], known.columns.index(name)) for i, name in enumerate(known.expressions)]
    return AgreementView(
        title=audit.title,
        split=split,
        tie_rule=known.tie_rule,
        expressions=tuple(known.expressions),
        columns=tuple("no face" if name == "NF" else name for name in known.columns),
        matrix=tuple(map(tuple, own.matrix)),
        shares=tuple(with_ends(proportion(row[place], sum(row))) for row, place in rows),
        n=own.n,
        agree=own.agree_first,
        least=own.agree_alone,
        most=own.agree_any,
    )


def protocol_gap() -> ProtocolGapView:
    """Return CK+'s methods, and the networks that are here, from random frames to unseen subjects.

    Raises:
        DataError: if the audit is missing, damaged, or lacks one of the three protocols.
    """
    audit = stored_audit("ckplus")
    scored = {(baseline.protocol, baseline.method): baseline for baseline in audit.baselines}
    names = {baseline.method: baseline for baseline in audit.baselines}
    kin = {neighbours.protocol: neighbours for neighbours in audit.neighbours}
    if missing := [step for step in STEPS if step not in kin]:
        raise DataError(f"the audit of CK+ has nothing on {', '.join(missing)}; make it anew with `fer audit ckplus`")
    counts = [sum(column) for column in zip(*(counts.values() for counts in audit.splits.values()), strict=True)]
    methods = [
        MethodView(
            title=baseline.title,
            about=baseline.about,
            network=None,
            values=tuple(_interval(scored[step, key].accuracy if (step, key) in scored else None) for step in STEPS),
            is_look_up=key == "nearest_pixels",
        )
        for key, baseline in names.items()
    ]
    return ProtocolGapView(
        title=audit.title,
        n=audit.n,
        subjects=audit.n_subjects,
        guess=max(counts) / audit.n,
        steps=STEPS,
        methods=(*methods, *_networks()),
        neighbours=tuple(
            NeighbourView(kin[step].n, kin[step].same_sequence, kin[step].same_subject, kin[step].other_face)
            for step in STEPS
        ),
    )


def face_groups(data: str, kind: str) -> tuple[FaceGroupView, ...]:
    """Return pictures that belong together; `kind` is copies, conflicts, near or constant. Raises DataError."""
    audit = stored_audit(data)
    exact = audit.exact
    if kind == "copies":
        across = set(exact.across_splits)
        order = sorted(range(len(exact.groups)), key=lambda place: place not in across)
        words = ("equal, within one split", "equal, across splits")
        return tuple(FaceGroupView(tuple(exact.groups[i]), (), words[i in across]) for i in order)
    if kind == "conflicts":
        pairs = zip(exact.conflicting, exact.conflicts, strict=True)
        return tuple(FaceGroupView(tuple(exact.groups[i]), tuple(names), "equal") for i, names in pairs)
    if kind == "near":
        ways = {"mirror": "mirrored", "shift": "moved by a pixel", "similar": "alike"}
        near = sorted(audit.near.pairs, key=lambda pair: (list(ways).index(pair.kind), -pair.cosine))
        return tuple(
            FaceGroupView(tuple(pair.rows), (), f"{ways[pair.kind]}, cosine {pair.cosine:.3f}") for pair in near
        )
    return tuple(FaceGroupView((row,), (), "one grey all over") for row in audit.constant)


def _leak(leak: Leak) -> LeakView:
    return LeakView(
        level=leak.level,
        split=leak.split,
        n=leak.n,
        count=leak.count,
        same_label=leak.same_label,
        reference=leak.reference,
    )


def _protocol(protocol: DrawnProtocol) -> ProtocolView:
    return ProtocolView(
        title=protocol.title,
        about=protocol.about,
        folds=protocol.folds,
        seed=protocol.seed,
        sha256=protocol.sha256,
        is_leaky=protocol.is_leaky,
        tested=sum(protocol.test),
    )


def _networks() -> list[MethodView]:
    """Networks that were trained under the steps; one is the same if its recipe and its seed are."""
    by_training: dict[tuple[str, str, str], dict[str, Estimate | None]] = {}
    for row in load_checkpoints().checkpoints:
        card = card_of(row.name)
        if row.data == "ckplus" and card.protocol is not None and card.protocol.name in STEPS:
            same = row.network.name, card.training.recipe, row.seed
            by_training.setdefault(same, {})[card.protocol.name] = row.accuracy
    names = [name for name, _, _ in by_training]
    return [
        MethodView(
            title=view.title + (f", {recipe}, seed {seed}" if names.count(name) > 1 else ""),
            about=f"trained fold by fold, recipe {recipe}, seed {seed}",
            network=view,
            values=tuple(known.get(step) for step in STEPS),
        )
        for (name, recipe, seed), known in by_training.items()
        for view in [network_view(name)]
    ]


def _interval(entry: EstimateEntry | None) -> Estimate | None:
    return None if entry is None else with_ends(Estimate(entry.value, entry.low, entry.high))
