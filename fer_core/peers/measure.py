"""Measure a public network: two checkpoints, one with its own pre-processing and one with ours, on the same faces.

The contract is checked on validation faces first; a network whose outputs or scale would be read wrongly is not scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fer_core import checkpoints, files
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.card_schema import SplitScores
from fer_core.checkpoints.contract_report import RED, ContractReport
from fer_core.contract import check, input_scale, label_order
from fer_core.errors import CheckpointError, ConfigError
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.question import two_networks
from fer_core.evaluation.verdict import pair_verdict
from fer_core.evidence.peers import OURS, THEIRS, MeasuredEntry, PeerEntry, PeerScore, WayEntry, add_measured, peer
from fer_core.inference.cross_set import evaluate_across
from fer_core.inference.importing import import_network
from fer_core.inference.predictor import evaluate
from fer_core.onnx.conversion import read_foreign
from fer_core.peers.front import FACE_PIXELS, with_own_preprocessing
from fer_core.records import KnownEstimate

DATA, ACROSS = "fer2013", "ferplus"
RECIPE = "public"
DECISIVE = (label_order.CHECK, input_scale.CHECK)  # lines that must not be red before a test face is scored


def measure_peer(
    name: str, file: Path, checkpoints_root: Path, *, root: Path | None = None, table: Path | None = None
) -> tuple[MeasuredEntry, Mapping[str, ContractReport]]:
    """Import a public network both ways, check and score it, and record the numbers in evidence/peers.json.

    Args:
        name: of the table. file: the first of its `files`, the others beside it.
        root: where the data sets are. table: default evidence/peers.json.

    Returns:
        what was measured, and the contract by way, `THEIRS` and `OURS`.

    Raises:
        ConfigError: if the table has no such network, or the file is another one.
        CheckpointError: if it cannot be read, a checkpoint of that name is there, or a decisive line of the contract is
            red: nothing is scored then, and the checkpoints stay to be looked at.
        DataError: if FER2013 or FER+ is not here.
    """
    entry = peer(name, table)
    check_files(name, entry, file)
    folders = _imported(name, entry, file, checkpoints_root, root)
    reports = {way: check.check_contract(folder, root) for way, folder in folders.items()}
    _refuse_red(reports, folders)
    for folder in folders.values():
        evaluate(folder, root=root)
        evaluate_across(folder, ACROSS, root=root)
    measured = _measured(folders, reports)
    add_measured(name, measured, table)
    return measured, reports


def check_files(name: str, entry: PeerEntry, file: Path) -> None:
    """Raise ConfigError unless the file and those beside it are the ones that the table describes."""
    first, *others = entry.files
    for path, sha256 in (
        (file, entry.files[first]),
        *((file.parent / file_name, entry.files[file_name]) for file_name in others),
    ):
        try:
            digest = files.sha256(path)
        except OSError as error:
            raise ConfigError(f"{path} cannot be read ({error.strerror}); {name} is {entry.package}") from error
        if digest != sha256:
            raise ConfigError(
                f"{path} has SHA-256 {digest[:12]}..., the table says {sha256[:12]}... for {entry.package}; fetch that "
                "version, or import yours as a network of its own with `fer import`"
            )


def _imported(name: str, entry: PeerEntry, file: Path, checkpoints_root: Path, root: Path | None) -> dict[str, Path]:
    """Both checkpoints' folders, by way."""
    network = read_foreign(file)
    ways = {
        THEIRS: (with_own_preprocessing(network, entry.preprocessing), FACE_PIXELS),
        OURS: (network.onnx(), entry.preprocessing.pixels),
    }
    preprocessing = {THEIRS: f"its own pre-processing ({entry.preprocessing.source})", OURS: "our pre-processing"}
    return {
        way: import_network(
            file,
            checkpoints_root,
            network=name,
            columns=entry.columns,
            pixels=pixels,
            data=DATA,
            tag=way,
            command=f"fer peers add {name} {file.name}",
            root=root,
            content=content,
            recipe=RECIPE,
            note=f"{entry.title} of {entry.project} ({entry.licence}), {entry.package}, with {preprocessing[way]}.",
        )
        for way, (content, pixels) in ways.items()
    }


def _refuse_red(reports: Mapping[str, ContractReport], folders: Mapping[str, Path]) -> None:
    red = [
        f"{folders[way].name}, {line.check}: {line.found}; {line.fix}"
        for way, report in reports.items()
        for line in report.lines
        if line.check in DECISIVE and line.state == RED
    ]
    if red:
        raise CheckpointError(
            f"no test face was scored, because validation faces say that it is read wrongly: {'; '.join(red)}; correct "
            "evidence/peers.json, remove both folders and repeat"
        )


def _measured(folders: Mapping[str, Path], reports: Mapping[str, ContractReport]) -> MeasuredEntry:
    cards = {way: read_card(folder) for way, folder in folders.items()}
    theirs, ours = (Answers.of(way, [checkpoints.load_logits(cards[way], cards[way].data.test_split)]) for way in cards)
    pair = pair_verdict(theirs, ours, two_networks(THEIRS, OURS))
    ways = {way: _way(card, reports[way]) for way, card in cards.items()}
    card = cards[OURS]
    return MeasuredEntry(
        params=card.params,
        macs=card.macs,
        theirs=ways[THEIRS],
        ours=ways[OURS],
        difference=KnownEstimate.model_validate(pair.difference.as_dict()),
        p=pair.p,
    )


def _way(card: Card, report: ContractReport) -> WayEntry:
    scored = [
        (card.data.name, split, card.scores[split]) for split in (card.data.validation_split, card.data.test_split)
    ]
    scored += [(entry.data, entry.split, entry.scores) for entry in card.cross_sets.values()]
    return WayEntry(
        onnx=card.shipped.sha256,
        contract={line.check: line.state for line in report.lines},
        scores=tuple(_score(data, split, scores) for data, split, scores in scored),
    )


def _score(data: str, split: str, scores: SplitScores) -> PeerScore:
    return PeerScore.model_validate(
        {
            "data": data,
            "split": split,
            "expressions": len(scores.per_class),
            "k": sum(scores.confusion[i][i] for i in range(len(scores.confusion))),
            "n": scores.n,
            "macro_f1": scores.macro_f1.number,
        }
    )
