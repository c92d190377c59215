"""`fer audit DATASET`: look for leaks, say what they are worth, store it as evidence/audit-<set>.json.

`fer croissant DATASET`: what that file says of the set, as metadata for data catalogues.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fer_core.data.audit.schema import Audit

# What people call the sets, beside our names of them.
OTHER_NAMES = {"ck+": "ckplus", "raf-db": "rafdb", "fer+": "ferplus"}


def add_audit_arguments(parser: argparse.ArgumentParser, checkpoints_root: Callable[[], Path]) -> None:
    """Describe the verb; `checkpoints_root` says where the networks lie that leaks may help."""
    parser.add_argument("data", metavar="DATASET", help="fer2013, ferplus, ck+, ckextended, raf-db or own")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the result is stored (default: evidence/)")
    parser.set_defaults(run=lambda options: _audit(options, checkpoints_root()))


def _audit(options: argparse.Namespace, checkpoints_root: Path) -> None:
    from fer_core.checkpoints.leak_effect import leak_effects
    from fer_core.data.audit import findings, report

    audit = findings.collect(OTHER_NAMES.get(options.data.lower(), options.data))
    effects = [effect.as_dict() for effect in leak_effects(audit, checkpoints_root)]
    audit = report.from_values({**audit.model_dump(), "leak_effects": effects})
    print("\n".join(lines(audit)))
    print(f"wrote {report.write(audit, options.out or report.ROOT)}")


def add_croissant_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer croissant`."""
    parser.add_argument("data", metavar="DATASET", help="a set with a stored audit: fer2013, ferplus, ck+, raf-db")
    parser.set_defaults(run=_croissant)


def _croissant(options: argparse.Namespace) -> None:
    from fer_core import files
    from fer_core.data import DATASETS
    from fer_core.data.audit import report
    from fer_core.errors import unknown_name
    from fer_core.report.croissant import croissant

    name = OTHER_NAMES.get(options.data.lower(), options.data)
    if name not in DATASETS:
        raise unknown_name("data set", name, DATASETS)
    print(files.pretty_json(croissant(DATASETS[name], report.read(name, report.ROOT))), end="")


def lines(audit: Audit) -> Iterator[str]:
    """Say an audit in words and figures, line by line."""
    for part in (_holdings, _duplicates, _leaks, _agreement, _baselines, _protocols, _leak_effects):
        yield from part(audit)


def _holdings(audit: Audit) -> Iterator[str]:
    splits = {name: sum(counts.values()) for name, counts in audit.splits.items()}
    people = f", {audit.n_subjects} subjects" if audit.n_subjects else ""
    people += f" in {audit.n_sequences} sequences" if audit.n_sequences else ""
    yield f"{audit.title}: {audit.n:,} pictures of {audit.size_px} x {audit.size_px} px{people}"
    for name, counts in audit.splits.items():
        yield f"  {name} {splits[name]:,}: " + ", ".join(f"{expression} {n:,}" for expression, n in counts.items())


def _duplicates(audit: Audit) -> Iterator[str]:
    exact, near = audit.exact, audit.near
    yield (
        f"equal byte for byte: {len(exact.groups):,} groups, {exact.pictures:,} pictures; "
        f"{len(exact.conflicting):,} groups with conflicting labels, {len(exact.across_splits):,} across splits"
    )
    yield f"constant pictures: {len(audit.constant):,}"
    kinds = [pair.kind for pair in near.pairs]
    apart = "" if near.across_subjects is None else f", {near.across_subjects:,} of different subjects"
    across = near.across_splits
    yield (
        f"near-duplicates: {len(kinds):,} pairs ({kinds.count('mirror')} mirrored, {kinds.count('shift')} moved, "
        f"{kinds.count('similar')} with a cosine of at least {near.threshold}), "
        f"{near.conflicting:,} with different labels, {across:,} across splits{apart}"
    )


def _leaks(audit: Audit) -> Iterator[str]:
    for leak in audit.leaks:
        share = leak.count / leak.n if leak.n else 0
        yield (
            f"{leak.split} also in {' or '.join(leak.reference)}, {leak.level}: {leak.count:,} of "
            f"{leak.n:,} ({share:.1%}), {leak.same_label:,} with the same label"
        )


def _agreement(audit: Audit) -> Iterator[str]:
    if audit.agreement is None:
        return
    yield f"FER2013's label against FER+'s plurality ({audit.agreement.tie_rule}):"
    for split, counts in audit.agreement.splits.items():
        first, least, most = (count / counts.n for count in (counts.agree_first, counts.agree_alone, counts.agree_any))
        yield (
            f"  {split}: {counts.agree_first:,} of {counts.n:,} agree, {first:.1%} "
            f"({least:.1%} if a tie never agrees, {most:.1%} if any tied column does)"
        )


def _baselines(audit: Audit) -> Iterator[str]:
    if kin := audit.nearest_neighbours:
        yield (
            f"nearest other frame, in pixels: of the same sequence {kin.same_sequence:,} of {kin.n:,}, "
            f"of the same subject {kin.same_subject:,}"
        )
    titles = {protocol.name: protocol.title for protocol in audit.protocols}
    for nearest in audit.neighbours:
        yield (
            f"{titles[nearest.protocol]}, nearest picture: of the same sequence {nearest.same_sequence:,} of "
            f"{nearest.n:,}, of the same subject {nearest.same_subject:,}, of those another expression "
            f"{nearest.other_face:,}"
        )
    for method in audit.baselines:
        accuracy, drawn = method.accuracy, method.draws
        again = f"; {drawn.low:.1%} to {drawn.high:.1%} over {drawn.n} draws of the folds" if drawn else ""
        yield (
            f"{titles[method.protocol]}, {method.title.lower()}: {accuracy.value:.1%} "
            f"({accuracy.low:.1%} to {accuracy.high:.1%} over subjects, n = {method.n:,}{again})"
        )


def _protocols(audit: Audit) -> Iterator[str]:
    for protocol in audit.protocols:
        folds = f"{protocol.folds} folds, " if protocol.folds > 1 else ""
        exhibit = " (exhibit)" if protocol.is_leaky else ""
        yield f"protocol {protocol.name}{exhibit}: {folds}{sum(protocol.test):,} tested, sha256 {protocol.sha256[:12]}"


def _leak_effects(audit: Audit) -> Iterator[str]:
    for effect in audit.leak_effects:
        shown = (part.value for part in (effect.all_rows, effect.without_leaked, effect.on_leaked))
        whole, rest, leaked = ("none" if value is None else f"{value:.2%}" for value in shown)
        worth = "" if effect.gain.value is None else f": worth {100 * effect.gain.value:+.2f} points"
        yield (
            f"{effect.checkpoint} on {effect.split}: {whole} with and {rest} without the {effect.leaked:,} rows that "
            f"stand in {' or '.join(effect.reference)} ({effect.level}; {leaked} on those){worth}"
        )
