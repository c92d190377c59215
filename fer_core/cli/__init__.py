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

from fer_core.cli.audit import add_audit_arguments
from fer_core.cli.checkpoints import (
    add_drop_weights_arguments,
    add_embed_arguments,
    add_evaluate_arguments,
    add_list_arguments,
    add_quantize_arguments,
    add_verify_arguments,
)
from fer_core.cli.explain import add_explain_arguments
from fer_core.cli.profile import add_profile_arguments
from fer_core.cli.regions import add_regions_arguments
from fer_core.cli.robustness import add_robustness_arguments
from fer_core.cli.suite import add_suite_arguments
from fer_core.cli.train import add_train_arguments
from fer_core.errors import FerError
from fer_core.paths import checkpoints_root


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
    add_train_arguments(verbs.add_parser("train", help="train a network and write its checkpoint; resumes by itself"))
    add_suite_arguments(verbs.add_parser("suite", help="train all rows of a table, several at once; resumes by itself"))
    add_evaluate_arguments(
        verbs.add_parser("evaluate", help="score checkpoints on a split, or reproduce a stored score")
    )
    add_list_arguments(verbs.add_parser("list", help="all checkpoints with their scores"))
    add_profile_arguments(verbs.add_parser("profile", help="parameters, MACs and latency of a network, layer by layer"))
    add_explain_arguments(
        verbs.add_parser("explain", help="what networks see in a photo and where they look, as files")
    )
    add_verify_arguments(verbs.add_parser("check", help="compare cards with weights and logits"))
    add_drop_weights_arguments(
        verbs.add_parser("slim", help="keep a scored checkpoint's answers and remove its weights")
    )
    add_quantize_arguments(
        verbs.add_parser("pack", help="store a checkpoint's weights in 8 bits and score what is stored")
    )
    add_embed_arguments(verbs.add_parser("features", help="store where networks put test faces, for the dashboard"))
    add_robustness_arguments(
        verbs.add_parser("react", help="store what networks answer to changed test faces, for the dashboard")
    )
    add_regions_arguments(
        verbs.add_parser("regions", help="store which part of the face networks read, for the dashboard")
    )
    add_audit_arguments(
        verbs.add_parser("audit", help="duplicates, leaks and what they are worth in a data set"), checkpoints_root
    )
    return parser
