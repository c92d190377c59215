"""`fer explain`: what the face lab shows of a photo, as files."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import first_networks, folders
from fer_core.errors import ConfigError, PhotoError, unknown_name
from fer_core.images.file_signatures import shown_name
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.images.face_crop import CropSpec, FacePhoto, ManualCrop
    from fer_core.inference.predictor import Predictor
    from fer_core.report.explanations import ExplanationRequest

ALL = "all"
SQUARE = re.compile(r"\d{1,4},\d{1,4},\d{1,4}(,-?\d{1,3})?", re.ASCII)
MOST_SHARE, MOST_TURN = 1000, 180


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer explain`."""
    from fer_core.report.explanations import SCALE_WORDS

    parser.add_argument("photo", metavar="PHOTO", type=Path, help="a picture file with a face in it")
    parser.add_argument(
        "--networks", nargs="+", default=[], metavar="CHECKPOINT", help="names or folders (default: the face lab's)"
    )
    parser.add_argument(
        "--methods", nargs="+", default=[], metavar="METHOD", help="such as grad_cam; or all (default: the face lab's)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--face", type=int, metavar="N", help="of several, by size from 1 (default: the largest)")
    which.add_argument("--whole", action="store_true", help="take the whole picture as the face")
    which.add_argument(
        "--square", metavar="X,Y,SIDE[,TURN]",
        help="cut by hand, as the face lab: centre and side in thousandths, degrees clockwise",
    )  # fmt: skip
    parser.add_argument("--level-eyes", action="store_true", help="turn the face until its eyes are level")
    parser.add_argument("--target", metavar="EXPRESSION", help="what is explained (default: each network's own answer)")
    parser.add_argument("--scores", action="store_true", help="also say whether the maps are to be believed; slow")
    parser.add_argument(
        "--opacity", type=int, metavar="PERCENT", help="of the maps, 0 to 100 (default: the face lab's)"
    )
    parser.add_argument("--scale", choices=list(SCALE_WORDS), default="map", help="what shares a colour scale")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="for the files (default: explained/<name>-<SHA-256> of the photo)"
    )
    parser.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> None:
    from fer_core.images.face_crop import read_face_photo
    from fer_core.images.input_quality import quality_warnings
    from fer_core.images.photos import read_file

    data = read_file(options.photo)
    try:
        photo = read_face_photo(data)
    except PhotoError as error:
        raise PhotoError(f"{options.photo}: {error}") from error
    spec = _square(options.square) if options.square else chosen(options.photo, photo, options.face, options.whole)
    crop = photo.crop(photo.spec_of(spec, options.level_eyes) if isinstance(spec, int) else spec)
    for warning in quality_warnings(crop.image):
        say(warning)
    predictors, request = _networks_and_request(options)
    from fer_core.report import output
    from fer_core.report.explainer import LoadedExplainer
    from fer_core.report.explanations import explain

    out = options.out or output.default_folder(options.photo.name, photo.sha256)
    checkpoints = [predictor.card.name for predictor in predictors]
    output.prepare(out, output.names(checkpoints, request.methods))
    explanations = explain(LoadedExplainer(predictors, crop), checkpoints, request, say)
    say("panel")
    name, command = shown_name(options.photo.name), shown_name(options.command_line)
    explained = output.Explained(crop, name, request, explanations, command)
    contents = output.contents(explained)
    removed = output.write(out, contents)
    print(f"wrote {len(contents)} files into {shown_name(str(out))}: {', '.join(contents)}")
    if removed:
        print(f"removed {removed} of an earlier run that this one did not replace")


def say(step: str) -> None:
    """Tell on stderr what comes next, so that stdout holds the result alone."""
    print(step, file=sys.stderr)


def chosen(path: Path, photo: FacePhoto, number: int | None, is_whole: bool) -> CropSpec:
    """Which crop is taken: a face by its number from 1, by default the largest; the whole picture without any.

    Raises:
        ConfigError: if no face has that number.
    """
    n = len(photo.faces)
    if number is not None and not 1 <= number <= n:
        faces_found = {0: "no face was found", 1: "1 face was found"}.get(n, f"{n} faces were found, numbered by size")
        say_instead = {0: "leave it out or give --whole", 1: "give 1"}.get(n, f"give 1 to {n}")
        raise ConfigError(f"--face {number} is not valid: in {path} {faces_found}; {say_instead}")
    if is_whole:
        return None
    if n == 0:
        why = "is as small as a face of a data set" if photo.is_face_already else "shows no face that was found"
        say(f"{shown_name(path.name)} {why}, so the whole picture is taken")
        return None
    if n > 1 and number is None:
        others = "--face 2 names the other" if n == 2 else f"--face 2 to {n} name the others"
        say(f"{n} faces found; the largest is taken, {others}")
    return (number or 1) - 1


def _square(words: str) -> ManualCrop:
    """Read a square in thousandths. Raises ConfigError."""
    from fer_core.images.face_crop import ManualCrop

    numbers = [int(part) for part in words.split(",")] if SQUARE.fullmatch(words) else []
    is_inside = bool(numbers) and max(numbers[:3]) <= MOST_SHARE and numbers[2] >= 1
    if not is_inside or any(abs(turn) > MOST_TURN for turn in numbers[3:]):
        raise ConfigError(
            f"--square {words} is not valid; give its centre (0 to {MOST_SHARE} of the photo's width and height), its "
            f"side (1 to {MOST_SHARE} of the shorter side) and degrees (-{MOST_TURN} to {MOST_TURN}), "
            "for example 440,250,200,-10"
        )
    return ManualCrop(*numbers)


def _networks_and_request(options: argparse.Namespace) -> tuple[list[Predictor], ExplanationRequest]:
    """The loaded networks and what is asked of them. Raises FerError."""
    use_threads(1)  # as in the face lab, so that the maps are the same to the last bit
    from fer_core.explain.methods import FIRST
    from fer_core.inference.predictor import Predictor
    from fer_core.report.explanations import OPACITY, ExplanationRequest

    methods = _methods(options.methods) or FIRST
    opacity = OPACITY if options.opacity is None else options.opacity / 100
    if not 0 <= opacity <= 1:
        raise ConfigError(f"--opacity {options.opacity} is not valid; give 0 (face alone) to 100 (map alone)")
    wanted = folders(options.networks) if options.networks else first_networks()
    predictors = {
        predictor.card.name: predictor for predictor in map(Predictor, wanted)
    }  # a network named twice is one
    target = _target(options.target, list(predictors.values()))
    return list(predictors.values()), ExplanationRequest(tuple(methods), target, opacity, options.scale, options.scores)


def _methods(given: Sequence[str]) -> list[str]:
    from fer_core.explain.attribution import METHODS, get_method

    if ALL in given:
        return list(METHODS)
    return [get_method(method).name for method in dict.fromkeys(given)]


def _target(given: str | None, predictors: Sequence[Predictor]) -> str:
    from fer_core.report.explanations import PREDICTED

    known = dict.fromkeys(expression for predictor in predictors for expression in predictor.card.expressions)
    if given not in (None, PREDICTED, *known):
        raise unknown_name("expression of these networks", given, [PREDICTED, *known])
    return given or PREDICTED
