"""The `fer` command; thin: each verb parses its words and calls one function.

train      fer train                                             audit   fer audit
scores     fer evaluate, list, check, slim, pack, features       react   fer react
profile    fer profile                                           suite   fer suite
regions    fer regions                                           explain fer explain
words      what they share
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from fer_core.cli.audit import audit_words
from fer_core.cli.explain import explain_words
from fer_core.cli.profile import profile_words
from fer_core.cli.react import react_words
from fer_core.cli.regions import regions_words
from fer_core.cli.scores import check_words, evaluate_words, features_words, list_words, pack_words, slim_words
from fer_core.cli.suite import suite_words
from fer_core.cli.train import train_words
from fer_core.cli.words import checkpoints_root
from fer_core.errors import FerError


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
    parser = argparse.ArgumentParser(
        prog="fer", description="Train, score, profile, list and explain expression networks."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    train_words(verbs.add_parser("train", help="train a network and write its checkpoint; resumes by itself"))
    suite_words(verbs.add_parser("suite", help="train all rows of a table, several at once; resumes by itself"))
    evaluate_words(verbs.add_parser("evaluate", help="score checkpoints on a split, or reproduce a stored score"))
    list_words(verbs.add_parser("list", help="all checkpoints with their scores"))
    profile_words(verbs.add_parser("profile", help="parameters, MACs and latency of a network, layer by layer"))
    explain_words(verbs.add_parser("explain", help="what networks see in a photo and where they look, as files"))
    check_words(verbs.add_parser("check", help="compare cards with weights and logits"))
    slim_words(verbs.add_parser("slim", help="keep a scored checkpoint's answers and remove its weights"))
    pack_words(verbs.add_parser("pack", help="store a checkpoint's weights in 8 bits and score what is stored"))
    features_words(verbs.add_parser("features", help="store where networks put test faces, for the dashboard"))
    react_words(verbs.add_parser("react", help="store what networks answer to changed test faces, for the dashboard"))
    regions_words(verbs.add_parser("regions", help="store which part of the face networks read, for the dashboard"))
    audit_words(
        verbs.add_parser("audit", help="duplicates, leaks and what they are worth in a data set"), checkpoints_root
    )
    return parser
