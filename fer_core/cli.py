"""The `fer` command; thin: each verb parses its words and calls one function."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from fer_core.errors import ConfigError, FerError


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

    from fer_core.training.session import Request, train

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
        network_changes={key: _value(text) for key, text in _pairs(options.network_set).items()},
        seed=options.seed,
        tag=options.tag,
        smoke=options.smoke,
        command=options.command_line,
    )
    print(f"{request.name}: state in runs/, checkpoint in checkpoints/")
    print(f"wrote {train(request, checkpoints_root=_checkpoints())}")


def _checkpoints() -> Path:
    return Path(os.environ.get("FER_CHECKPOINTS") or "checkpoints")


def _pairs(settings: Sequence[str]) -> dict[str, str]:
    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise ConfigError(f"{wrong[0]!r} sets nothing; write FIELD=VALUE, for example lr=0.05")
    return dict(text.split("=", 1) for text in settings)


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
