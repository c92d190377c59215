"""The `fer` command; thin: each verb parses its words and calls one function."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core.cli_audit import audit_words
from fer_core.errors import ConfigError, FerError

if TYPE_CHECKING:
    from fer_core.inference import Evaluation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a `fer` command. Returns the exit code; a FerError becomes one line on stderr and code 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(words)
    options.command_line = shlex.join(["fer", *words])
    try:
        return options.run(options) or 0
    except FerError as error:
        print(f"fer: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fer: interrupted; the same command goes on from the last whole epoch", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fer", description="Train, score, profile and list expression networks.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _train_words(verbs.add_parser("train", help="train a network and write its checkpoint; resumes by itself"))
    _evaluate_words(verbs.add_parser("evaluate", help="score checkpoints on a split, or reproduce a stored score"))
    _list_words(verbs.add_parser("list", help="all checkpoints with their scores"))
    _profile_words(verbs.add_parser("profile", help="parameters, MACs and latency of a network, layer by layer"))
    _check_words(verbs.add_parser("check", help="compare cards with weights and logits"))
    audit_words(verbs.add_parser("audit", help="duplicates, leaks and what they are worth in a data set"), _checkpoints)
    return parser


def _train_words(words: argparse.ArgumentParser) -> None:
    words.add_argument("network", help="a registered name, for example i_mobilenet_v2-se")
    words.add_argument("--data", default="fer2013", help="data set (default: fer2013)")
    words.add_argument("--recipe", default="lens", help="named recipe (default: lens)")
    words.add_argument("--epochs", help="short for --set epochs=N")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--tag", help="what follows the data set in the checkpoint's name (default: recipe and seed)")
    words.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="change a recipe field")
    words.add_argument(
        "--network-set", action="append", default=[], metavar="FIELD=VALUE", help="change a network field"
    )
    words.add_argument("--threads", type=int, help="CPU threads (default: all)")
    words.add_argument("--smoke", action="store_true", help="a few pictures, one epoch: try the whole path")
    words.set_defaults(run=_train)


def _train(options: argparse.Namespace) -> None:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: spinning threads starve a shared machine
    import torch

    from fer_core.training.runner import Request, train

    if options.threads:
        torch.set_num_threads(options.threads)
    changes = _pairs(options.set)
    if options.epochs:
        changes["epochs"] = options.epochs
    request = Request(
        network=options.network,
        data=options.data,
        recipe=options.recipe,
        changes=changes,
        network_changes=_values(options.network_set),
        seed=options.seed,
        tag=options.tag,
        smoke=options.smoke,
        command=options.command_line,
    )
    print(f"{request.name}: state in runs/, checkpoint in checkpoints/")
    print(f"wrote {train(request, checkpoints_root=_checkpoints())}")


def _evaluate_words(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    words.add_argument("--all", action="store_true", help="all checkpoints")
    words.add_argument("--split", help="default: the data set's test split")
    words.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    from fer_core.inference import evaluate

    is_good = True
    for folder in _folders(options.checkpoints, options.all):
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


def _list_words(words: argparse.ArgumentParser) -> None:
    words.add_argument("--json", action="store_true", help="one object a checkpoint")
    words.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    from fer_core.checkpoints import list_checkpoints, summary_row

    rows = [summary_row(card) for card in list_checkpoints(_checkpoints())]
    if options.json:
        print(json.dumps(rows, indent=1))
    elif not rows:
        print(f"no checkpoints in {_checkpoints()}/ yet; `fer train i_mobilenet_v2 --recipe short` makes one")
    else:
        print("\n".join(_aligned([LIST_HEADER, *map(_list_row, rows)])))


LIST_HEADER = ("checkpoint", "split", "n", "accuracy", "95 % interval", "macro-F1", "parameters", "MACs", "paper")


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


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest])


def _profile_words(words: argparse.ArgumentParser) -> None:
    words.add_argument("network", nargs="?", help="a registered name")
    words.add_argument("--size", type=int, default=48, metavar="PX", help="side of the input (default: 48)")
    words.add_argument("--latency", action="store_true", help="also time it on this machine")
    words.add_argument("--threads", type=int, default=1, help="of the timing (default: 1)")
    words.add_argument("--all", action="store_true", help="measure every network into evidence/profiles.json")
    words.add_argument(
        "--network-set", action="append", default=[], metavar="FIELD=VALUE", help="change a network field"
    )
    words.set_defaults(run=_profile)


def _profile(options: argparse.Namespace) -> None:
    from fer_core import models
    from fer_core.profiling import complexity, latency, profile_all
    from fer_core.profiling.profiles import PATH

    if options.all:
        for name, found in profile_all(size_px=options.size).items():
            print(f"{name}: {found['latency']['median_ms']:.2f} ms")
        print(f"wrote {PATH}")
        return
    if options.network is None:
        raise ConfigError(f"name a network, or give --all; networks are {', '.join(models.list_networks())}")
    network = models.build(options.network, **_values(options.network_set))
    channels = next(network.parameters()).shape[1]
    layers = complexity.layer_table(network, options.size, channels)
    shape = [("layer", "kind", "output", "parameters", "MACs")]
    rows = [(x.name, x.kind, "x".join(map(str, x.output_shape)), f"{x.params:,}", f"{x.macs:,}") for x in layers]
    print("\n".join(_aligned(shape + rows)))
    macs, other = sum(layer.macs for layer in layers), complexity.macs_torch(network, options.size, channels)
    print(f"\n{models.entry(options.network).title}, {channels} x {options.size} x {options.size} px")
    print(f"{complexity.count_params(network):,} parameters (trainable)")
    print(f"{macs / 1e6:.3f} M MACs (one multiply-add counts once; convolutions and linear layers)")
    print(f"{other / 1e6:.3f} M MACs by torch's own counter, halved")
    if options.latency:
        t = latency.measure(network, options.size, channels, options.threads)
        print(
            f"{t.median_ms:.2f} ms median, {t.q1_ms:.2f} to {t.q3_ms:.2f} ms quartiles of {t.repeats} passes after "
            f"{t.warmup} to warm up; batch {t.batch}, {t.threads} thread(s), {t.device}, torch {t.torch}"
        )


def _check_words(words: argparse.ArgumentParser) -> None:
    words.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders (default: all)")
    words.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from fer_core.checkpoints import check

    is_good = True
    for folder in _folders(options.checkpoints, not options.checkpoints):
        problems = check(folder)
        is_good &= not problems
        print(f"{folder.name}: {'; '.join(problems) or 'the card tells the truth'}")
    return 0 if is_good else 1


def _folders(names: Sequence[str], is_all: bool) -> list[Path]:
    """Checkpoint folders by name or path, or all finished ones."""
    from fer_core.checkpoints import list_checkpoints

    if is_all:
        return [card.folder for card in list_checkpoints(_checkpoints())]
    if not names:
        raise ConfigError("name a checkpoint, or give --all; `fer list` shows them")
    return [Path(name) if Path(name).is_dir() else _checkpoints() / name for name in names]


def _checkpoints() -> Path:
    return Path(os.environ.get("FER_CHECKPOINTS") or "checkpoints")


def _pairs(settings: Sequence[str]) -> dict[str, str]:
    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise ConfigError(f"{wrong[0]!r} sets nothing; write FIELD=VALUE, for example lr=0.05")
    return dict(text.split("=", 1) for text in settings)


def _values(settings: Sequence[str]) -> dict[str, int | float | bool | str]:
    return {key: _value(text) for key, text in _pairs(settings).items()}


def _value(text: str) -> int | float | bool | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


if __name__ == "__main__":
    sys.exit(main())
