"""Make a checkpoint of a network that was trained elsewhere: read, asked about the validation faces, described."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import cast, get_args

import numpy as np

from fer_core import labels, models
from fer_core.checkpoints.onnx_weights import LOGITS, NO_EXPRESSION, PROBABILITIES
from fer_core.checkpoints.save_onnx import RECIPE, publish_onnx
from fer_core.data import DATASETS, DatasetInfo, open_dataset
from fer_core.data.fingerprint import fingerprint
from fer_core.errors import ConfigError
from fer_core.images.preprocessing import Color, InputSpec, images_to_input
from fer_core.inference.predictor import predict_split
from fer_core.onnx.conversion import read_onnx
from fer_core.onnx.graph import GraphInfo, inspect_graph
from fer_core.onnx.network import OnnxNetwork, gives_probabilities
from fer_core.onnx.session import OnnxSession

# Pixels of 0..255 as networks are fed them: means and deviations of pixels scaled to 0..1.
SCALES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "0..1": ((0.0,), (1.0,)),
    "-1..1": ((0.5,), (0.5,)),
    "0..255": ((0.0,), (1 / 255,)),
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
PROBED = 64  # faces that say whether outputs are probabilities


def import_network(  # noqa: PLR0913 - what the file does not say of itself
    path: Path | str,
    checkpoints_root: Path,
    *,
    network: str,
    columns: Sequence[str],
    pixels: str,
    data: str = "fer2013",
    tag: str = RECIPE,
    size_px: int | None = None,
    command: str = "",
    root: Path | None = None,
    content: bytes | None = None,
    recipe: str = RECIPE,
    note: str = "",
) -> Path:
    """Make a checkpoint `<network>.<data>-<tag>` of a network's file and return its folder; no code of it is run.

    Args:
        network: what to call it; no name of a registered network.
        columns: what each of its outputs stands for, or "-" for one that is left out; see `column_names`.
        pixels: what it wants to be fed: grey or rgb, and a key of SCALES or mean/deviation, as "grey,0..1".
        data: the set whose expressions it was trained to name; its validation faces are scored.
        size_px: side of its input, where the file takes any.
        command: that made the checkpoint, for the card. root: where the data sets are.
        content: the ONNX to store, where it is not the file's own (default: `read_onnx`).
        recipe, note: what the card says of the training (default: imported, from which file).

    Raises:
        CheckpointError: if the file is refused, or the name is taken.
        ConfigError: if what is told cannot be true of the file.
        DataError: if the data set is not here.
    """
    path = Path(path)
    if network in models.list_networks():
        raise ConfigError(
            f"{network} is a network of this project; call an imported one otherwise, as {network}_theirs"
        )
    content = read_onnx(path) if content is None else content
    info = inspect_graph(content, size_px)
    spec = input_spec(info, pixels, size_px)
    dataset = open_dataset(data, root)
    _check_columns(columns, info, dataset.expressions, data)
    about = _data_entry(DATASETS[data])
    faces = dataset.subset(about["validation_split"])
    session = OnnxSession(content, info)
    is_probability = gives_probabilities(session.run(images_to_input(faces.images[:PROBED], spec)))
    module = OnnxNetwork(
        session, [list(columns).index(expression) for expression in dataset.expressions], is_probability=is_probability
    )
    splits = [about[f"{role}_split"] for role in ("train", "validation", "test")]
    return publish_onnx(
        checkpoints_root,
        f"{network}.{data}-{tag}",
        content=content,
        columns=columns,
        output=PROBABILITIES if is_probability else LOGITS,
        expressions=dataset.expressions,
        input_spec=spec,
        data={**about, "n_train": int(np.sum(dataset.split == splits[0])), "terms": dataset.terms},
        training=_training_entry(path, command, recipe, note),
        logits={about["validation_split"]: predict_split(module, spec, faces)},
        fingerprint=fingerprint(dataset, splits),
    )


def column_names(words: str) -> tuple[str, ...]:
    """Return what outputs stand for: a set's own order by its name, "alphabetical", or names with commas ("-": none).

    Raises:
        ConfigError: for a word that names no expression; the closest is named.
    """
    if words in labels.ORDERS:
        return labels.ORDERS[words]
    if words == "alphabetical":
        return tuple(sorted(labels.FER2013))
    columns = []
    for word in words.split(","):
        try:
            columns.append(NO_EXPRESSION if word.strip() == NO_EXPRESSION else labels.canonical(word))
        except KeyError:
            raise ConfigError(
                f"{labels.with_suggestion(word)} is no expression; give a set's order ({', '.join(labels.ORDERS)}), "
                f"alphabetical, or one of {', '.join(labels.EXPRESSIONS)} for each output, with commas"
            ) from None
    return tuple(columns)


def input_spec(info: GraphInfo, pixels: str, size_px: int | None) -> InputSpec:
    """Return what to feed a graph, of "grey,0..1" and what the file says. Raises ConfigError for what cannot be."""
    color, _, scale = pixels.partition(",")
    moments = SCALES.get(scale) or _moments(scale)
    if color not in get_args(Color) or moments is None:
        raise ConfigError(
            f"--input {pixels} says no input; give grey or rgb and one of {', '.join(SCALES)}, or mean/deviation of "
            "pixels scaled to 0..1, as grey,0..1 or grey,0.5077/0.255"
        )
    side = info.size_px or size_px
    if side is None:
        raise ConfigError("the file takes faces of any size; say in which it was trained, as --size 48")
    mean, std = moments
    if info.channels == 1 and len(mean) > 1:
        mean, std = (float(np.mean(mean)),), (float(np.mean(std)),)
    return InputSpec(side, info.channels, cast("Color", color), mean, std)


def _moments(words: str) -> tuple[tuple[float], tuple[float]] | None:
    """Mean and deviation of "0.5077/0.255", None for other words."""
    try:
        mean, std = (float(word) for word in words.split("/"))
    except ValueError:
        return None
    return ((mean,), (std,)) if std > 0 else None


def _check_columns(columns: Sequence[str], info: GraphInfo, expressions: Sequence[str], data: str) -> None:
    if len(columns) != info.classes:
        raise ConfigError(
            f"--labels names {len(columns)} outputs ({', '.join(columns)}), the file gives {info.classes}; name each, "
            "and - for one that stands for no expression"
        )
    named = [column for column in columns if column != NO_EXPRESSION]
    if sorted(named) != sorted(expressions):
        fitting = [name for name, order in labels.ORDERS.items() if sorted(order) == sorted(named)]
        hint = f"; --data {fitting[0]} has these" if fitting else "; name an output that it lacks -"
        raise ConfigError(
            f"--labels names {', '.join(named)}; {data} has {', '.join(expressions)}, and each must stand once{hint}"
        )


def _data_entry(info: DatasetInfo) -> dict[str, str]:
    if info.official_splits is None:
        raise ConfigError(f"{info.title} has no official splits; name one of fer2013, ferplus, rafdb with --data")
    train, validation, test = info.official_splits
    return {
        "name": info.name, "title": info.title, "train_split": train, "validation_split": validation,
        "test_split": test, "alignment": info.alignment,
    }  # fmt: skip


def _training_entry(path: Path, command: str, recipe: str, note: str) -> dict[str, object]:
    """What is known of a training elsewhere: nothing, so that no number here means anything."""
    return {
        "recipe": recipe,
        "settings": {},
        "loss": "unknown",
        "seed": 0,
        "epochs": 0,
        "best_epoch": 0,
        "seconds": 0.0,
        "images_per_second": 0.0,
        "device": "elsewhere",
        "command": command or f"fer import {path.name}",
        "schedule_note": f"Trained elsewhere; {note or f'imported from {path.name}.'}",
        "versions": {"python": platform.python_version(), "torch": version("torch"), "numpy": np.__version__},
    }
