"""`fer evaluate`, `list`, `check`, `slim`, `pack`, `features`: what checkpoints score, whether their cards are true."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from fer_core.cli.arguments import aligned, folders, networks
from fer_core.paths import checkpoints_root

if TYPE_CHECKING:
    from pathlib import Path

    from fer_core.checkpoints import StoredLogits
    from fer_core.inference.predictor import Evaluation

LIST_HEADER = ("checkpoint", "split", "n", "accuracy", "95 % interval", "macro-F1", "parameters", "MACs", "paper")


def add_evaluate_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    words.add_argument("--all", action="store_true", help="all checkpoints")
    words.add_argument("--split", help="default: the data set's test split")
    words.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    from fer_core.inference.predictor import evaluate

    is_good = True
    for folder in networks(options.checkpoints, options.all):
        result = evaluate(folder, options.split)
        is_good &= result.is_reproduced
        print(f"{folder.name}: {result.split}, n = {result.n:,}, accuracy {result.accuracy:.6f}; {_verdict(result)}")
    return 0 if is_good else 1


def _verdict(result: Evaluation) -> str:
    if result.stored_accuracy is None:
        return "scored for the first time, stored"
    if result.is_reproduced:
        return f"the stored accuracy, exactly (largest logit difference {result.largest_difference:.1e})"
    return f"NOT the stored accuracy {result.stored_accuracy:.6f}"


def add_list_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("--json", action="store_true", help="one object a checkpoint")
    words.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    from fer_core.checkpoints import list_checkpoints, summary_row

    rows = [summary_row(card) for card in list_checkpoints(checkpoints_root())]
    if options.json:
        print(json.dumps(rows, indent=1))
    elif not rows:
        print(f"no checkpoints in {checkpoints_root()}/ yet; `fer train i_mobilenet_v2 --recipe short` makes one")
    else:
        print("\n".join(aligned([LIST_HEADER, *map(_list_row, rows)])))


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


def add_drop_weights_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders")
    words.add_argument(
        "--teacher", action="store_true", help="keep its answers to the training faces too: recipes name it as teacher"
    )
    words.set_defaults(run=_drop_weights)


def _drop_weights(options: argparse.Namespace) -> None:
    from fer_core.checkpoints import drop_weights

    for folder in folders(options.checkpoints, is_all=False):
        freed = drop_weights(folder, _lesson(folder) if options.teacher else None)
        print(f"{folder.name}: weights removed, {freed / 1e6:.1f} MB; card, history and answers stay")


def _lesson(folder: Path) -> StoredLogits:
    from fer_core.inference.predictor import answers_to_training

    return answers_to_training(folder)


def add_quantize_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders")
    words.set_defaults(run=_quantize)


def _quantize(options: argparse.Namespace) -> None:
    from fer_core.inference.quantize import quantize

    for folder in folders(options.checkpoints, is_all=False):
        found = quantize(folder)
        before, after = (f"{size / 1e6:.1f} MB" for size in found.size_bytes)
        scores = ", ".join(f"{split} {old:.2%} to {new:.2%}" for split, (old, new) in found.accuracy.items())
        print(f"{folder.name}: weights from {before} to {after}, accuracy {scores}; scores are of the rounded weights")


def add_verify_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders (default: all)")
    words.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from fer_core.checkpoints import verify

    is_good = True
    for folder in folders(options.checkpoints, not options.checkpoints):
        problems = verify(folder)
        is_good &= not problems
        print(f"{folder.name}: {'; '.join(problems) or 'the card tells the truth'}")
    return 0 if is_good else 1


def add_embed_arguments(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    words.add_argument("--all", action="store_true", help="all checkpoints")
    words.set_defaults(run=_embed)


def _embed(options: argparse.Namespace) -> None:
    from fer_core.inference.predictor import store_features

    for folder in networks(options.checkpoints, options.all):
        stored = store_features(folder)
        ratio = stored.spread.ratio
        print(
            f"{folder.name}: {len(stored.rows):,} faces, {stored.size} features, "
            f"distance within / between expressions {ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f})"
        )
