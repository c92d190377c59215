"""Ways to damage a checkpoint: nearly two hundred, in every file, some vouched for by a card that was made to fit."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from fer_core import files

Damage = Callable[[Path], object]


def card(change: Callable[[dict], object]) -> Damage:
    """Change the card's JSON values."""

    def spoil(folder: Path) -> None:
        path = folder / "card.json"
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))

    return spoil


def text(name: str, content: str | bytes) -> Damage:
    """Put other content into a file."""
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / name).write_bytes(raw)


def replaced(name: str, old: str, new: str) -> Damage:
    """Replace a part of a text file, which must be there."""

    def spoil(folder: Path) -> None:
        content = (folder / name).read_text()
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1))

    return spoil


def header_of(path: Path) -> dict[str, str]:
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


def tensors(name: str, change: Callable[[dict[str, np.ndarray]], object], header: dict | None = None) -> Damage:
    """Change tensors, and perhaps the header, of a file; the card then vouches for logits so changed."""

    def spoil(folder: Path) -> None:
        path = folder / name
        arrays, about = load_file(path), header_of(path)
        change(arrays)
        save_file({key: np.ascontiguousarray(one) for key, one in arrays.items()}, path, {**about, **(header or {})})
        vouch(folder, name)

    return spoil


def header(name: str, key: str, value: object) -> Damage:
    """Change an entry of the JSON in an artifact's header; None removes it."""

    def spoil(folder: Path) -> None:
        path = folder / name
        about = json.loads(header_of(path)["about"])
        about[key] = value
        if value is None:
            del about[key]
        save_file(load_file(path), path, {"about": json.dumps(about)})

    return spoil


def vouch(folder: Path, name: str) -> None:
    """Make the card record whatever lies in a file of logits or weights."""
    path = folder / name
    known = {"sha256": files.sha256(path), "bytes": path.stat().st_size}
    if name.startswith("logits-"):
        split = name.removeprefix("logits-").removesuffix(".safetensors")
        card(lambda c: c["logits"].update({split: known}))(folder)
    elif name.startswith("model"):
        card(lambda c: c["weights"].update(known))(folder)


def cut(name: str) -> Damage:
    """Lose a file's second half."""

    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return spoil


def as_bfloat16(name: str, tensor: str) -> Damage:
    """Store a tensor in a type that numpy does not have, and let the card vouch for it."""

    def spoil(folder: Path) -> None:
        import torch
        from safetensors.torch import load_file as load_torch
        from safetensors.torch import save_file as save_torch

        path = folder / name
        about, arrays = header_of(path), load_torch(path)
        arrays[tensor] = arrays[tensor].to(torch.bfloat16)
        save_torch(arrays, path, about)
        vouch(folder, name)

    return spoil


def removed(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def as_folder(name: str) -> Damage:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


def as_link(name: str, target: str) -> Damage:
    """Put a link in a file's place: to nothing, or to itself."""

    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return spoil


def as_pipe(name: str) -> Damage:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return spoil


def copied(source: str, name: str) -> Damage:
    """Let a file be a copy of another one, for which the card vouches where it vouches for such files."""

    def spoil(folder: Path) -> None:
        shutil.copy(folder / source, folder / name)
        vouch(folder, name)

    return spoil


def put(name: str, tensor: str, value: object, at: object = 0) -> Damage:
    """Set some values of a tensor."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays[tensor] = arrays[tensor].copy()
        arrays[tensor][at] = value

    return tensors(name, change)


def cast(name: str, tensor: str, kind: type) -> Damage:
    return tensors(name, lambda arrays: arrays.update({tensor: arrays[tensor].astype(kind)}))


def sliced(name: str, tensor: str, *slices: object) -> Damage:
    return tensors(name, lambda arrays: arrays.update({tensor: arrays[tensor][slices]}))


def lost(name: str, tensor: str) -> Damage:
    return tensors(name, lambda arrays: arrays.pop(tensor))


def extra(name: str) -> Damage:
    return tensors(name, lambda arrays: arrays.update({"extra": np.zeros(3, np.float32)}))


CARD, HISTORY, WEIGHTS = "card.json", "history.jsonl", "model.safetensors"
LOGITS, TEST_LOGITS = "logits-PublicTest.safetensors", "logits-PrivateTest.safetensors"
FEATURES, CORRUPTIONS = "features-PrivateTest.safetensors", "corruptions-PrivateTest.safetensors"
REGIONS = "regions-PrivateTest.safetensors"
DEEP = "[" * 5_000 + "]" * 5_000

OF_CARDS: dict[str, Damage] = {
    "deep json": text(CARD, DEEP),
    "bottomless json": text(CARD, "{" * 100_000),
    "401 digits": replaced(CARD, '"params": ', '"params": ' + "9" * 401),
    "1e400": replaced(CARD, '"seconds": 1.5', '"seconds": 1e400'),
    "nan": replaced(CARD, '"seconds": 1.5', '"seconds": NaN'),
    "not utf-8": text(CARD, b'{"format": 2, "name": "caf\xe9"}'),
    "half a character": replaced(CARD, '"research only"', r'"\ud800"'),
    "empty": text(CARD, ""),
    "a list": text(CARD, "[1, 2]"),
    "null": text(CARD, "null"),
    "cut": cut(CARD),
    "a folder": as_folder(CARD),
    "a dangling link": as_link(CARD, "nowhere"),
    "a link loop": as_link(CARD, CARD),
    "a pipe": as_pipe(CARD),
    "another temperature": card(lambda c: c.update(temperature=2.5)),
    "a temperature of 0": card(lambda c: c.update(temperature=0.0)),
    "size_px of a million": card(lambda c: c["input"].update(size_px=10**6)),
    "size_px of 0": card(lambda c: c["input"].update(size_px=0)),
    "channels of 2": card(lambda c: c["input"].update(channels=2)),
    "infinite std": card(lambda c: c["input"].update(std=[1e300])),
    "no means": card(lambda c: c["input"].update(mean=[])),
    "another split's name": card(lambda c: c["data"].update(test_split="PublicTest")),
    "swapped splits": card(lambda c: c["data"].update(test_split="PublicTest", validation_split="PrivateTest")),
    "a split that is a path": card(lambda c: c["data"].update(test_split="../../x")),
    "scores of a path": card(lambda c: c["scores"].update({"../../x": c["scores"]["PublicTest"]})),
    "logits of a path": card(lambda c: c["logits"].update({"../../x": c["logits"]["PublicTest"]})),
    "a split too long": card(lambda c: c["data"].update(train_split="x" * 100)),
    "no config": card(lambda c: c["network"].update(config={})),
    "half a config": card(lambda c: c["network"]["config"].pop("output_stride")),
    "unknown config field": card(lambda c: c["network"]["config"].update(activation="bogus")),
    "nested config": card(lambda c: c["network"]["config"].update(loss={"a": 1})),
    "unknown loss": card(lambda c: c["network"]["config"].update(loss="bogus")),
    "huge config": card(lambda c: c["network"]["config"].update(num_classes=10**6)),
    "unknown network": card(lambda c: c["network"].update(name="mini_exception")),
    "negative interval": card(lambda c: c["scores"]["PublicTest"]["accuracy"].update(low=-1)),
    "null ends": card(lambda c: c["scores"]["PublicTest"]["accuracy"].update(low=None, high=None)),
    "no value": card(lambda c: c["scores"]["PublicTest"]["accuracy"].update(value=None)),
    "turned interval": card(lambda c: c["scores"]["PublicTest"]["accuracy"].update(low=0.9, high=0.1)),
    "accuracy of 99": card(lambda c: c["scores"]["PrivateTest"]["accuracy"].update(value=99)),
    "accuracy of text": card(lambda c: c["scores"]["PrivateTest"]["accuracy"].update(value="0.5")),
    "no rows": card(lambda c: c["scores"]["PublicTest"].update(n=0)),
    "counts below zero": card(lambda c: c["scores"]["PublicTest"]["confusion"][0].__setitem__(0, -1)),
    "counts too large": card(lambda c: c["scores"]["PublicTest"]["confusion"][0].__setitem__(0, 10**15)),
    "another class's n": card(lambda c: c["scores"]["PublicTest"]["per_class"][0].update(n=1)),
    "params of 1e300": card(lambda c: c.update(params=1e300)),
    "macs off by one": card(lambda c: c.update(macs=c["macs"] + 1)),
    "n_train of 0": card(lambda c: c["data"].update(n_train=0)),
    "another title": card(lambda c: c["data"].update(title="<img src=x onerror=alert(1)>")),
    "unknown data set": card(lambda c: (c["data"].update(name="fer2014"), c.update(name="mini_xception.fer2014-test"))),
    "claim of more": card(lambda c: c["claim"].update(accuracy=0.99)),
    "no claim": card(lambda c: c.update(claim=None)),
    "weights of another hash": card(lambda c: c["weights"].update(sha256="0" * 64)),
    "a hash of text": card(lambda c: c["weights"].update(sha256="abc")),
    "weights of another dtype": card(lambda c: c["weights"].update(dtype="float64")),
    "denied weights": card(lambda c: c.update(weights=None)),
    "dropped weights too": card(lambda c: c.update(dropped_weights={"sha256": None, "dtype": "float16"})),
    "teacher logits without a file": card(
        lambda c: c.update(teacher_logits={"split": "Training", "sha256": "0" * 64, "bytes": 9})
    ),
    "logits of no size": card(lambda c: c["logits"]["PublicTest"].update(bytes=0)),
    "scores without logits": card(lambda c: c["logits"].pop("PublicTest")),
    "settings of a list": card(lambda c: c["training"].update(settings=[])),
    "nested settings": card(lambda c: c["training"]["settings"].update(lr={"a": {}})),
    "augmentation of text": card(lambda c: c["training"]["settings"].update(augmentation="flip")),
    "more epochs": card(lambda c: c["training"].update(epochs=3)),
    "another best epoch": card(lambda c: c["training"].update(best_epoch=2)),
    "fewer seconds": card(lambda c: c["training"].update(seconds=0.5)),
    "another speed": card(lambda c: c["training"].update(images_per_second=1e6)),
    "another loss": card(lambda c: c["training"].update(loss="center")),
    "another seed": card(lambda c: c["training"].update(command="fer train mini_xception --recipe none --seed 7")),
    "another network's command": card(lambda c: c["training"].update(command="fer train resnet18 --recipe none")),
    "a command that is none": card(lambda c: c["training"].update(command="fer train 'mini_xception")),
    "an unknown protocol": card(lambda c: c.update(protocol=PROTOCOL | {"name": "fer2013-mine"})),
    "a protocol of many folds": card(lambda c: c.update(protocol=PROTOCOL | {"folds": 10**9})),
    "a protocol that hides its leak": card(lambda c: c.update(protocol=PROTOCOL | {"is_leaky": True})),
    "another name": card(lambda c: c.update(name="mini_xception.fer2013-other")),
    "a name that is a path": card(lambda c: c.update(name="../mini_xception.fer2013-test")),
    "an expression twice": card(lambda c: c["expressions"].__setitem__(1, "angry")),
    "an unknown expression": card(lambda c: c["expressions"].__setitem__(1, "bored")),
    "one expression": card(lambda c: c.update(expressions=["angry"])),
    "no limits": card(lambda c: c.pop("limits")),
    "text without end": card(lambda c: c.update(limits="x" * 10**6)),
    "a thousand splits": card(lambda c: c["logits"].update({f"s{i}": c["logits"]["PublicTest"] for i in range(1000)})),
    "a folder of its own": card(lambda c: c.update(folder="/etc")),
    "a newer format": card(lambda c: c.update(format=3)),
}
PROTOCOL = {
    "name": "fer2013-official", "title": "FER2013, official", "seed": 0, "folds": 1, "sha256": "0" * 64,
    "is_leaky": False,
}  # fmt: skip
OF_HISTORIES: dict[str, Damage] = {
    "no history": removed(HISTORY),
    "a folder as history": as_folder(HISTORY),
    "a dangling history": as_link(HISTORY, "nowhere"),
    "a history loop": as_link(HISTORY, HISTORY),
    "deep history": text(HISTORY, DEEP + "\n" + DEEP + "\n"),
    "history of lists": text(HISTORY, "[1]\n[2]\n"),
    "history not utf-8": text(HISTORY, b"\xff\xfe{}\n{}\n"),
    "empty history": text(HISTORY, ""),
    "accuracy of 7": replaced(HISTORY, '"validation_accuracy": 0.3', '"validation_accuracy": 7'),
    "better later": replaced(HISTORY, '"validation_accuracy": 0.2', '"validation_accuracy": 0.9'),
    "negative seconds": replaced(HISTORY, '"seconds": 0.8', '"seconds": -0.8'),
    "other seconds": replaced(HISTORY, '"seconds": 0.8', '"seconds": 8.0'),
    "loss of nan": replaced(HISTORY, '"train_loss": 1.7', '"train_loss": NaN'),
    "loss of 1e300": replaced(HISTORY, '"train_loss": 1.7', '"train_loss": 1e300'),
    "epochs that jump": replaced(HISTORY, '"epoch": 2', '"epoch": 3'),
    "a fold of text": replaced(HISTORY, '"epoch": 2', '"fold": "a", "epoch": 2'),
    "a fold too many": replaced(HISTORY, '"epoch": 2', '"fold": 3, "epoch": 1'),
    "another speed in history": replaced(HISTORY, '"images_per_second": 100.0', '"images_per_second": 1.0'),
}
OF_WEIGHTS: dict[str, Damage] = {
    "no weights": removed(WEIGHTS),
    "cut weights": cut(WEIGHTS),
    "weights of a dangling link": as_link(WEIGHTS, "nowhere"),
    "a folder as weights": as_folder(WEIGHTS),
    "weights with nan": put(WEIGHTS, "head.0.weight", np.nan),
    "weights in bfloat16": as_bfloat16(WEIGHTS, "head.0.weight"),
    "weights in float64": cast(WEIGHTS, "head.0.weight", np.float64),
    "weights of another shape": sliced(WEIGHTS, "head.0.weight", slice(0, 3)),
    "a weight lost": lost(WEIGHTS, "head.0.weight"),
    "a weight more": extra(WEIGHTS),
    "weights of other expressions": tensors(WEIGHTS, lambda _: None, {"network": '{"name": "x", "expressions": []}'}),
    "weights with a broken header": tensors(WEIGHTS, lambda _: None, {"network": "{"}),
    "logits as weights": copied(LOGITS, WEIGHTS),
}
OF_LOGITS: dict[str, Damage] = {
    "no logits": removed(LOGITS),
    "cut logits": cut(LOGITS),
    "a broken header": text(LOGITS, b"\xff" * 100),
    "a folder as logits": as_folder(LOGITS),
    "a logits loop": as_link(LOGITS, LOGITS),
    "another split's logits": copied(TEST_LOGITS, LOGITS),
    "features as logits": copied(FEATURES, LOGITS),
    "logits with nan": put(LOGITS, "logits", np.nan),
    "logits with infinity": put(LOGITS, "logits", np.inf),
    "logits of 1e30": put(LOGITS, "logits", 1e30),
    "logits of 6 columns": sliced(LOGITS, "logits", slice(None), slice(0, 6)),
    "logits of one row less": sliced(LOGITS, "logits", slice(1, None)),
    "logits in float64": cast(LOGITS, "logits", np.float64),
    "logits in bfloat16": as_bfloat16(LOGITS, "logits"),
    "logits of rank 3": sliced(LOGITS, "logits", slice(None), slice(None), None),
    "labels out of range": put(LOGITS, "labels", 7),
    "labels in float": cast(LOGITS, "labels", np.float32),
    "other labels": tensors(LOGITS, lambda a: a.update(labels=(a["labels"] + 1) % 7)),
    "rows below zero": tensors(LOGITS, lambda a: a.update(rows=a["rows"].astype(np.int64) - 10)),
    "a row twice": put(LOGITS, "rows", 1),
    "rows lost": lost(LOGITS, "rows"),
    "a tensor more": extra(LOGITS),
    "folds without end": tensors(LOGITS, lambda a: a.update(folds=np.full(len(a["rows"]), 10**6))),
    "columns in another order": tensors(LOGITS, lambda _: None, {"expressions": '["sad", "angry"]'}),
    "columns of deep json": tensors(LOGITS, lambda _: None, {"expressions": "[" * 3000}),
}
OF_ARTIFACTS: dict[str, Damage] = {
    "cut features": cut(FEATURES),
    "features of a dangling link": as_link(FEATURES, "nowhere"),
    "features loop": as_link(FEATURES, FEATURES),
    "a folder as features": as_folder(FEATURES),
    "corruptions as features": copied(CORRUPTIONS, FEATURES),
    "features of other weights": header(FEATURES, "weights", "0" * 64),
    "features without weights": header(FEATURES, "weights", None),
    "features with nan": put(FEATURES, "components", np.nan),
    "features of rank 1": sliced(FEATURES, "components", slice(None), 0),
    "features in bfloat16": as_bfloat16(FEATURES, "components"),
    "features of one face less": sliced(FEATURES, "labels", slice(1, None)),
    "features of no face": tensors(FEATURES, lambda a: a.update({key: one[:0] for key, one in a.items()})),
    "features' labels out of range": put(FEATURES, "labels", 9),
    "features' other labels": tensors(FEATURES, lambda a: a.update(labels=(a["labels"] + 1) % 7)),
    "features of other faces": tensors(FEATURES, lambda a: a.update(rows=a["rows"].astype(np.int64) + 1000)),
    "features of a face twice": put(FEATURES, "rows", 1),
    "features' other answers": tensors(FEATURES, lambda a: a.update(answers=(a["answers"] + 1) % 7)),
    "a plane with infinity": put(FEATURES, "tsne", np.inf),
    "a plane of three axes": tensors(FEATURES, lambda a: a.update(tsne=np.zeros((len(a["rows"]), 3), np.float32))),
    "no plane": lost(FEATURES, "tsne"),
    "variance above 1": header(FEATURES, "explained", [5.0, 0.1]),
    "variance of too few": header(FEATURES, "explained", [0.5]),
    "variance of text": header(FEATURES, "explained", "most"),
    "a size of text": header(FEATURES, "size", "many"),
    "a spread without ends": header(FEATURES, "spread", {"within": None, "between": None, "ratio": None}),
    "no spread": header(FEATURES, "spread", None),
    "cut corruptions": cut(CORRUPTIONS),
    "regions as corruptions": copied(REGIONS, CORRUPTIONS),
    "an unknown corruption": tensors(CORRUPTIONS, lambda a: a.update({"fog-9": a["blur-1"]})),
    "no clean answers": lost(CORRUPTIONS, "clean"),
    "answers of no expression": put(CORRUPTIONS, "blur-1", 7),
    "answers in float": cast(CORRUPTIONS, "blur-1", np.float32),
    "answers in bfloat16": as_bfloat16(CORRUPTIONS, "blur-1"),
    "answers of too few": sliced(CORRUPTIONS, "mirror", slice(0, 3)),
    "a sample beyond the faces": put(CORRUPTIONS, "sample", 10**6),
    "corruptions of other faces": tensors(CORRUPTIONS, lambda a: a.update(rows=a["rows"] + 1000)),
    "corruptions of other labels": tensors(CORRUPTIONS, lambda a: a.update(labels=(a["labels"] + 1) % 7)),
    "other clean answers": tensors(CORRUPTIONS, lambda a: a.update(clean=(a["clean"] + 1) % 7)),
    "a seed of text": header(CORRUPTIONS, "seed", "zero"),
    "corruptions of other weights": header(CORRUPTIONS, "weights", "1" * 64),
    "cut regions": cut(REGIONS),
    "shares with nan": put(REGIONS, "shares", np.nan),
    "shares above a whole": put(REGIONS, "shares", 5.0),
    "regions of fewer names": header(REGIONS, "regions", ["brows"]),
    "regions' labels out of range": put(REGIONS, "labels", 200),
    "regions of other labels": tensors(REGIONS, lambda a: a.update(labels=(a["labels"] + 1) % 7)),
    "regions of other faces": tensors(REGIONS, lambda a: a.update(rows=a["rows"] + 1000)),
    "infinite drops": put(REGIONS, "drop_top", np.inf),
    "regions in float64": cast(REGIONS, "areas", np.float64),
    "no patches": header(REGIONS, "patches", 0),
    "a header that is no json": tensors(REGIONS, lambda _: None, {"about": "{"}),
}
OF_FOLDERS: dict[str, Damage] = {
    "a foreign file": text("notes.txt", "hello"),
    "a foreign split's logits": copied(LOGITS, "logits-Other.safetensors"),
    "a draft of a file that is none of its own": text(".notes.txt.part", "{"),
}
ALL: dict[str, Damage] = {
    **OF_CARDS, **OF_HISTORIES, **OF_WEIGHTS, **OF_LOGITS, **OF_ARTIFACTS, **OF_FOLDERS
}  # fmt: skip
