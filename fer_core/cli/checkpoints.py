"""`fer evaluate`, `list`, `verify`, `drop-weights`, `quantize`, `embed`: what checkpoints score, and whether that is
true.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core.cli.arguments import aligned, folders, for_each, left_out, networks
from fer_core.cli.audit import OTHER_NAMES
from fer_core.cli.bundle import is_bundle, verify_one
from fer_core.errors import CheckpointError, FerError, printable
from fer_core.paths import checkpoints_root

if TYPE_CHECKING:
    from fer_core.checkpoints import StoredLogits
    from fer_core.inference.reproduction import Evaluation

LIST_HEADER = ("checkpoint", "split", "n", "accuracy", "95 % interval", "macro-F1", "parameters", "MACs", "paper")


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer evaluate`."""
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    parser.add_argument("--all", action="store_true", help="all checkpoints")
    parser.add_argument("--data", metavar="DATASET", help="another set than the one it was trained on, such as own")
    parser.add_argument("--split", help="default: the data set's test split; All: all its faces, of another set")
    parser.add_argument("--dry-run", action="store_true", help="only show the faces and how their labels are mapped")
    parser.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    """Score them all, whatever one of them comes to; 0 if every score came out again that could."""
    from fer_core.checkpoints import checkpoint_folders

    wanted = checkpoint_folders(checkpoints_root()) if options.all else folders(options.checkpoints)
    bare, failed, is_good = _without_weights() if options.all else {}, {}, True
    for folder in [folder for folder in wanted if folder not in bare]:
        try:
            is_good &= _plan(folder, options) if options.dry_run else _score(folder, options)
        except FerError as error:
            failed[folder] = str(error)
    for folder, why in {**bare, **failed}.items():
        print(f"not recomputed: {printable(folder.name)}: {why}", file=sys.stdout if options.all else sys.stderr)
    if options.all:
        print(f"{len(wanted) - len(bare) - len(failed)} of {len(wanted)} recomputed here")
    return 2 if failed else 0 if is_good else 1


def _score(folder: Path, options: argparse.Namespace) -> bool:
    from fer_core.checkpoints.card import read_card
    from fer_core.inference.cross_set import evaluate_across
    from fer_core.inference.predictor import evaluate

    data = _data(options)
    if data in (None, read_card(folder).data.name):
        result, where, over = evaluate(folder, options.split), "", ""
    else:
        crossing, result = evaluate_across(folder, data, options.split)
        where, over = f"{data} ", f" over {', '.join(crossing.shared.expressions)}"
    print(
        f"{folder.name}: {where}{result.split}, n = {result.n:,}, accuracy {result.accuracy:.6f}{over}; "
        f"{_verdict(result)}"
    )
    return result.is_reproduced


def _plan(folder: Path, options: argparse.Namespace) -> bool:
    """Show which faces would be scored, and how their labels are mapped."""
    from fer_core.checkpoints.card import read_card
    from fer_core.cli.train import holdings
    from fer_core.inference.cross_set import plan_cross_set
    from fer_core.inference.predictor import faces_of

    card, data = read_card(folder), _data(options)
    if data in (None, card.data.name):
        print("\n".join(holdings(faces_of(card, options.split or card.data.test_split))))
        return True
    crossing = plan_cross_set(card, data, options.split)
    notes = [f"note: {note}" for note in crossing.faces.notes]
    print("\n".join([f"{folder.name}: {crossing.about}", *(f"  {line}" for line in crossing.mapping), *notes]))
    return True


def _data(options: argparse.Namespace) -> str | None:
    return OTHER_NAMES.get((options.data or "").lower(), options.data)


def _without_weights() -> dict[Path, str]:
    """Return the checkpoints that have nothing to score with, and how to get it."""
    from fer_core.checkpoints import list_checkpoints

    return {
        card.home: f"it ships answers and no weights, which `fer verify` compares; {card.how_to_remake}"
        for card in list_checkpoints(checkpoints_root())
        if card.weights is None
    }


def _verdict(result: Evaluation) -> str:
    if result.stored_accuracy is None:
        return "scored for the first time, stored"
    if result.is_reproduced:
        return f"the stored answers again (largest logit difference {result.largest_difference:.1e})"
    stored = f"stored is accuracy {result.stored_accuracy:.6f}"
    return f"NOT what is stored: {stored}; other than stored: {', '.join(result.differences)}"


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer list`."""
    parser.add_argument("--json", action="store_true", help="one object a checkpoint")
    parser.add_argument("--data", metavar="DATASET", help="only scores on this set, also of networks of other sets")
    parser.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    from fer_core.checkpoints import cross_rows, scan_checkpoints, summary_row

    scan = scan_checkpoints(checkpoints_root())
    rows = [summary_row(card) for card in scan.cards]
    if data := _data(options):
        crossed = [row for card in scan.cards for row in cross_rows(card)]
        rows = [row for row in (*rows, *crossed) if row["data"] == data]
        rows.sort(key=lambda row: (row["split"], -row["n"], -row["accuracy"]))
    if options.json:
        print(json.dumps(rows, indent=1))
    elif not rows and data:
        print(f"nothing is scored on {data} yet; `fer evaluate CHECKPOINT --data {data}` does it")
    elif not rows:
        print(f"no checkpoints in {checkpoints_root()}/ yet; `fer train i_mobilenet_v2 --recipe short` makes one")
    else:
        print("\n".join(aligned([LIST_HEADER, *map(_list_row, rows)])))
    left_out(scan.problems)


def _list_row(row: dict[str, Any]) -> tuple[str, ...]:
    paper = row["paper_accuracy"]
    return (
        row["name"],
        row["split"],
        f"{row['n']:,}",
        f"{row['accuracy']:.2%}",
        f"{row['accuracy_low']:.1%} to {row['accuracy_high']:.1%}",
        f"{row['macro_f1']:.1%}",
        f"{row['params']:,}",
        f"{row['macs'] / 1e6:.2f} M",
        "-" if paper is None else f"{paper:.2%}",
    )


def add_drop_weights_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer drop-weights`."""
    parser.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders")
    parser.add_argument(
        "--teacher", action="store_true", help="keep its answers to the training faces too: recipes name it as teacher"
    )
    parser.add_argument("--test-only", action="store_true", help="keep its answers to the test split only")
    parser.set_defaults(run=_drop_weights)


def _drop_weights(options: argparse.Namespace) -> int:
    from fer_core.checkpoints import drop_weights

    def drop(folder: Path) -> None:
        teacher_logits = _teacher_logits(folder) if options.teacher else None
        freed = drop_weights(folder, teacher_logits, is_test_only=options.test_only)
        kept = "card and answers to the test split stay" if options.test_only else "card, history and answers stay"
        print(f"{folder.name}: weights removed, {freed / 1e6:.1f} MB; {kept}")

    return for_each(folders(options.checkpoints), drop)


def _teacher_logits(folder: Path) -> StoredLogits:
    from fer_core.inference.predictor import answers_to_training

    return answers_to_training(folder)


def add_quantize_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer quantize`."""
    parser.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders")
    parser.set_defaults(run=_quantize)


def _quantize(options: argparse.Namespace) -> int:
    from fer_core.inference.quantize import quantize

    def store(folder: Path) -> None:
        quantized = quantize(folder)
        before, after = (f"{size / 1e6:.1f} MB" for size in quantized.size_bytes)
        scores = ", ".join(f"{split} {old:.2%} to {new:.2%}" for split, (old, new) in quantized.accuracy.items())
        print(f"{folder.name}: weights from {before} to {after}, accuracy {scores}; scores are of the rounded weights")

    return for_each(folders(options.checkpoints), store)


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer verify`."""
    parser.add_argument(
        "checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders, or bundles, which end in .zip"
    )
    parser.add_argument(
        "--all", action="store_true", help="all checkpoints (the default), and what of them cannot be recomputed here"
    )
    parser.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from fer_core.checkpoints import checkpoint_folders, verify

    every = checkpoint_folders(checkpoints_root())
    bundles = [Path(name) for name in options.checkpoints if is_bundle(Path(name))]
    named = [name for name in options.checkpoints if not is_bundle(Path(name))]
    wanted = [] if bundles and not named else folders(named) if named else every
    is_good = all([verify_one(path) for path in bundles])
    for folder in wanted:
        problems = verify(folder)
        is_good &= not problems
        print(f"{printable(folder.name)}: {'; '.join(problems) or 'the card agrees with its files'}{_unknown(folder)}")
    if options.all:
        _tell_obstacles(len(every))
    return 0 if is_good else 1


def _tell_obstacles(count: int) -> None:
    """List what of `count` checkpoints cannot be scored or trained again here; a card that cannot be read was named."""
    from fer_core.checkpoints import scan_checkpoints
    from fer_core.checkpoints.recomputing import find_data_problems, obstacles

    cards = {card.name: card for card in scan_checkpoints(checkpoints_root()).cards}
    missing = find_data_problems(card.data.name for card in cards.values())
    hindered = {name: reasons for name, card in cards.items() if (reasons := obstacles(card, cards, missing))}
    for name, reasons in hindered.items():
        print(f"cannot be recomputed here: {name}: {'; '.join(reasons)}")
    print(f"{len(cards) - len(hindered)} of {count} can be scored and trained again here")


def _unknown(folder: Path) -> str:
    """Name a card's entries of a newer version; they are kept and not compared with anything."""
    from fer_core.checkpoints.card import read_card
    from fer_core.records import unknown_entries

    try:
        entries = unknown_entries(read_card(folder))
    except CheckpointError:  # it was said already
        return ""
    return f" (not known to this version, and not compared: {', '.join(entries)})" if entries else ""


def add_embed_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer embed`."""
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    parser.add_argument("--all", action="store_true", help="all checkpoints")
    parser.set_defaults(run=_embed)


def _embed(options: argparse.Namespace) -> int:
    from fer_core.inference.predictor import store_features

    def store(folder: Path) -> None:
        stored = store_features(folder)
        ratio = stored.spread.ratio
        print(
            f"{folder.name}: {len(stored.rows):,} faces, {stored.size} features, "
            f"distance within / between expressions {ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f})"
        )

    return for_each(networks(options.checkpoints, options.all, needs_layers=True), store)
