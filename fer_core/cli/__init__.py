"""The `fer` command; thin: each verb parses its arguments and calls one function.

train         fer train                   checkpoints   fer evaluate, list, verify, drop-weights, quantize, embed
suite         fer suite                   robustness    fer robustness
profile       fer profile                 regions       fer regions
audit         fer audit, croissant        explain       fer explain
predict       fer predict                 pretrained    fer pretrained
bundle        fer bundle, model-card      export        fer export
import_onnx   fer import                  contract      fer contract
peers         fer peers, peers add        costs         fer costs
export_site   fer export-site             player        fer player
export_browser  fer export-browser        int8_error    fer int8-error
alignment     fer alignment
arguments     what they share
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from fer_core.cli.alignment import add_alignment_arguments
from fer_core.cli.audit import add_audit_arguments, add_croissant_arguments
from fer_core.cli.bundle import add_bundle_arguments, add_model_card_arguments
from fer_core.cli.checkpoints import (
    add_drop_weights_arguments,
    add_embed_arguments,
    add_evaluate_arguments,
    add_list_arguments,
    add_quantize_arguments,
    add_verify_arguments,
)
from fer_core.cli.contract import add_contract_arguments
from fer_core.cli.costs import add_costs_arguments
from fer_core.cli.explain import add_explain_arguments
from fer_core.cli.export import add_export_arguments
from fer_core.cli.export_browser import add_export_browser_arguments
from fer_core.cli.export_site import add_export_site_arguments
from fer_core.cli.import_onnx import add_import_arguments
from fer_core.cli.int8_error import add_int8_error_arguments
from fer_core.cli.peers import add_peers_arguments
from fer_core.cli.player import add_player_arguments
from fer_core.cli.predict import add_predict_arguments
from fer_core.cli.pretrained import add_pretrained_arguments
from fer_core.cli.profile import add_profile_arguments
from fer_core.cli.regions import add_regions_arguments
from fer_core.cli.robustness import add_robustness_arguments
from fer_core.cli.suite import add_suite_arguments
from fer_core.cli.train import add_train_arguments
from fer_core.errors import FerError
from fer_core.paths import checkpoints_root

# What verbs were called in the release before; with the next one these words go.
RENAMED = {
    "check": "verify",
    "slim": "drop-weights",
    "pack": "quantize",
    "react": "robustness",
    "features": "embed",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a `fer` command. Returns the exit code; a FerError becomes one line on stderr and code 2."""
    words = _with_new_verb(list(sys.argv[1:] if arguments is None else arguments))
    options = _parser().parse_args(words)
    options.command_line = shlex.join(["fer", *words])
    try:
        return options.run(options) or 0
    except FerError as error:
        print(f"fer: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fer: interrupted; the same command goes on from the last whole epoch or shard", file=sys.stderr)
        return 130


def _with_new_verb(words: list[str]) -> list[str]:
    if not words or words[0] not in RENAMED:
        return words
    new = RENAMED[words[0]]
    print(f"fer: `fer {words[0]}` is called `fer {new}` now; the old word goes with the next release", file=sys.stderr)
    return [new, *words[1:]]


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
    add_pretrained_arguments(
        verbs.add_parser("pretrained", help="ImageNet weights to start trainings from: fetch or convert, and check")
    )
    add_profile_arguments(verbs.add_parser("profile", help="parameters, MACs and latency of a network, layer by layer"))
    add_explain_arguments(
        verbs.add_parser("explain", help="what networks see in a photo and where they look, as files")
    )
    add_predict_arguments(
        verbs.add_parser("predict", help="what networks see in the faces of many photos, as a table; resumes by itself")
    )
    add_verify_arguments(
        verbs.add_parser("verify", help="compare cards with all files beside them, or recompute a bundle")
    )
    add_bundle_arguments(verbs.add_parser("bundle", help="one file from which a reviewer recomputes every number"))
    add_export_site_arguments(
        verbs.add_parser("export-site", help="the comparison pages as a folder of files for any web server")
    )
    add_export_browser_arguments(
        verbs.add_parser("export-browser", help="a page that runs networks in the viewer's own browser, as files")
    )
    add_model_card_arguments(
        verbs.add_parser("model-card", help="a card as the README.md of a Hugging Face repository, to stdout")
    )
    add_drop_weights_arguments(
        verbs.add_parser("drop-weights", help="keep a scored checkpoint's answers and remove its weights")
    )
    add_quantize_arguments(
        verbs.add_parser("quantize", help="store a checkpoint's weights in 8 bits and score what is stored")
    )
    add_embed_arguments(verbs.add_parser("embed", help="store where networks put test faces, for the dashboard"))
    add_robustness_arguments(
        verbs.add_parser("robustness", help="store what networks answer to corrupted test faces, for the dashboard")
    )
    add_alignment_arguments(
        verbs.add_parser("alignment", help="what level eyes are worth to networks, on tilted validation faces")
    )
    add_regions_arguments(
        verbs.add_parser("regions", help="store which part of the face networks read, for the dashboard")
    )
    add_export_arguments(
        verbs.add_parser("export", help="write checkpoints as ONNX and measure what that changes on all test faces")
    )
    add_costs_arguments(
        verbs.add_parser("costs", help="time, bytes, cold start and memory of exported files on this machine")
    )
    add_int8_error_arguments(
        verbs.add_parser("int8-error", help="where exported networks lose in 8 bits, layer by layer, on training faces")
    )
    add_contract_arguments(
        verbs.add_parser("contract", help="check labels, input and answers of networks on validation faces")
    )
    add_import_arguments(
        verbs.add_parser("import", help="make a checkpoint of a network's file that was trained elsewhere")
    )
    add_peers_arguments(
        verbs.add_parser("peers", help="public networks: where they lie, what was measured; add: measure one")
    )
    add_player_arguments(
        verbs.add_parser("player", help="a demonstration: which song plays when, for the face of a film")
    )
    add_audit_arguments(
        verbs.add_parser("audit", help="duplicates, leaks and what they are worth in a data set"), checkpoints_root
    )
    add_croissant_arguments(
        verbs.add_parser("croissant", help="a data set's terms, citation, splits and counts as JSON-LD, to stdout")
    )
    return parser
