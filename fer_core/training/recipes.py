"""Recipes are data: every number of a training, by name. `fer train --recipe NAME --set epochs=20` changes a field.

`*-paper` recipes follow the papers' text (and, where it is silent, the code lineage that their numbers point to);
the others are ours, the same for every network, so that rows differ in the network alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from fer_core.errors import ConfigError, unknown_name
from fer_core.training.augment import Augmentation


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One training."""

    epochs: int
    batch_size: int = 128
    optimizer: str = "sgd"  # sgd (momentum 0.9), adam or adamw
    nesterov: bool = True
    lr: float = 0.1
    schedule: str = "cosine"  # cosine, constant, step (x0.9 every 5 epochs from 80) or inverse (Keras decay)
    warmup_epochs: float = 1.0
    weight_decay: float = 5e-4  # not on biases and batch norm
    label_smoothing: float = 0.0
    ema_decay: float = 0.0  # 0 = none
    clip_grad_value: float = 0.0  # element-wise; 0 = none
    balanced: bool = False  # draw rare expressions as often as common ones
    precision: str = "auto"  # auto: bf16 autocast on an accelerator, the faster on a CPU; or float32, bfloat16
    center_weight: float = 0.003  # lambda of A-MobileNet's Eq. 10
    center_alpha: float = 0.5
    joint_weight: float = 0.01
    joint_apart: float = 0.1  # lambda1; at 1 the small centers jump past each other
    size_px: int = 0  # side of the input; 0 = the pictures' own, or that of the checkpoint it starts from
    color: str = ""  # grey or rgb; "" = likewise
    # A checkpoint of the same network whose weights the training starts from, or "imagenet"; "" = random.
    init_from: str = ""
    # A checkpoint whose answers to the unaugmented training faces are mixed into the targets; "votes" mixes in what the
    # annotators said, for sets that tell; "" = nobody.
    teacher: str = ""
    distill_weight: float = 0.5  # of the target, from epoch `distill_start` (0 = the first) on
    distill_start: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)
    note: str = ""


LENS_AUGMENTATION = Augmentation(
    rotation_deg=12, scale=0.12, shift=0.08, brightness=0.15, contrast=0.25, erase=0.25, mixup_share=0.5
)
LENS = Recipe(
    epochs=60,
    warmup_epochs=2,
    label_smoothing=0.1,
    ema_decay=0.999,
    augmentation=LENS_AUGMENTATION,
    note="ours: SGD with Nesterov momentum, cosine, label smoothing, EMA, affine, light, erasing and mixup",
)
SHORT = replace(
    LENS,
    epochs=20,
    warmup_epochs=1,
    ema_decay=0.998,
    augmentation=replace(LENS_AUGMENTATION, rotation_deg=10, scale=0.1, shift=0.06, erase=0.0, mixup_share=0.0),
    note="ours, shortened for two CPU cores: no mixup, no erasing",
)
CPU = replace(
    SHORT,
    batch_size=64,
    optimizer="adamw",
    lr=1.5e-3,
    weight_decay=0.05,
    note="ours, shortened for two CPU cores: AdamW, no mixup, no erasing",
)
# Hinton et al. 2015, arXiv:1503.02531, at temperature 1: the teacher was trained with smoothed labels.
CPU_DISTILLED = replace(
    CPU,
    teacher="dense_resnet.fer2013-short-s0",
    distill_start=10,
)
CPU_KD = replace(CPU_DISTILLED, epochs=16, distill_start=0)
CPU_KD_BF16 = replace(CPU_KD, precision="bfloat16")
CPU_KD_LONG = replace(CPU_KD, epochs=45, warmup_epochs=2)
# On larger maps, for a network whose weights come from smaller ones: set `init_from`. Learns from our best network.
CPU_FINETUNE_S16 = replace(
    CPU_KD_BF16,
    epochs=34,
    teacher="dense_resnet.fer2013-short-third-s0",
    augmentation=replace(CPU.augmentation, erase=0.25),
    note="ours, shortened for two CPU cores: AdamW from the same network on smaller maps, no mixup",
)
# A second, lower cycle on top of a finished training (Loshchilov and Hutter 2017, arXiv:1608.03983): set `init_from`.
CPU_CYCLE2 = replace(CPU_KD, epochs=8, lr=1e-3)
# The same for the dense network, by SGD as in its first: it learns from its own earlier answers (Furlanello et al.
# 2018, arXiv:1805.04770), which blame no face as hard as its label does.
SHORT_CYCLE2 = replace(
    SHORT,
    epochs=32,
    lr=0.06,
    precision="bfloat16",
    init_from="dense_resnet.fer2013-short-s0",
    teacher="dense_resnet.fer2013-short-s0",
    augmentation=replace(SHORT.augmentation, erase=0.25),
    note="ours, shortened for two CPU cores: a second cycle that learns from the first, no mixup",
)
# From a network that has seen other faces, at a third of the rate: for sets too small to begin with.
CPU_FINETUNE = replace(
    CPU,
    epochs=20,
    lr=5e-4,
    note="ours, shortened for two CPU cores: AdamW from a trained network, no mixup, no erasing",
)
# FER+'s annotators instead of one label a face (Barsoum et al. 2016, arXiv:1608.01041, their cross-entropy loss).
CPU_SOFTLABELS = replace(CPU_FINETUNE, epochs=10, lr=1e-3, teacher="votes", distill_weight=1.0)
# The same from random weights, so that all rows of an ablation start alike.
CPU_SOFTLABELS_BF16 = replace(CPU_KD_BF16, epochs=12, teacher="votes", distill_weight=1.0)
# From ImageNet, as A-MobileNet's paper starts, at twice the side of FER2013's faces.
IMAGENET96 = replace(
    LENS,
    epochs=30,
    batch_size=64,
    optimizer="adamw",
    lr=1e-3,
    weight_decay=0.05,
    warmup_epochs=1,
    ema_decay=0.998,
    size_px=96,
    init_from="imagenet",
    note="ours: AdamW from ImageNet weights at 96 px, cosine, label smoothing, EMA, affine, light, erasing and mixup",
)
# The first I-MobileNetV2's: batch 128, no teacher.
SHORT_ADAMW = replace(CPU, epochs=22, batch_size=128, lr=2e-3)

RECIPES: dict[str, Recipe] = {
    "lens": LENS,
    "short": SHORT,
    "short-cycle2": SHORT_CYCLE2,
    "cpu": CPU,
    "cpu-distilled": CPU_DISTILLED,
    "cpu-kd": CPU_KD,
    "cpu-kd-bf16": CPU_KD_BF16,
    "cpu-kd-long": CPU_KD_LONG,
    "cpu-finetune-s16": CPU_FINETUNE_S16,
    "cpu-cycle2": CPU_CYCLE2,
    "cpu-finetune": CPU_FINETUNE,
    "cpu-softlabels": CPU_SOFTLABELS,
    "cpu-softlabels-bf16": CPU_SOFTLABELS_BF16,
    "short-adamw": SHORT_ADAMW,
    "imagenet96": IMAGENET96,
    "i_mobilenet_v2-paper": Recipe(
        epochs=350,
        batch_size=32,
        nesterov=False,
        lr=0.01,
        schedule="step",
        warmup_epochs=0,
        clip_grad_value=0.1,
        augmentation=Augmentation(shift=2 / 48),
        note="Zhu et al. 2024: SGD 0.9, lr 0.01, weight decay 5e-4, batch 32, 350 epochs, flips; schedule, crop (as "
        "shifts of +-2 px at full size) and gradient clamp from the code lineage; one view at test, not ten crops",
    ),
    "a_mobilenet-paper": Recipe(
        epochs=100,
        batch_size=64,
        optimizer="adam",
        lr=1e-4,
        schedule="inverse",
        warmup_epochs=0,
        weight_decay=0.0,
        balanced=True,
        augmentation=Augmentation(flip=False, rotation_deg=20, scale=0.2, shift=0.1),
        note="Nan et al. 2022: Adam 1e-4 with Keras decay 1e-5, batch 64, 100 epochs, rare classes expanded; without "
        "the ImageNet weights that the paper starts from",
    ),
}


def resolve(name: str, changes: Mapping[str, str] | None = None) -> Recipe:
    """A named recipe with fields replaced, given as text: {"lr": "0.05", "augmentation.erase": "0.2"}.

    Raises:
        ConfigError: unknown recipe; or lists every unknown field and every value that is not of its field's type.
    """
    if name not in RECIPES:
        raise unknown_name("recipe", name, RECIPES)
    recipe, problems = RECIPES[name], []
    for key, text in (changes or {}).items():
        try:
            recipe = _with(recipe, key.split("."), text)
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("; ".join(problems))
    return recipe


def _with(config: Any, path: list[str], text: str) -> Any:
    names = [f.name for f in fields(config)]
    if path[0] not in names:
        raise unknown_name("recipe field", path[0], names)
    value = getattr(config, path[0])
    changed = _with(value, path[1:], text) if len(path) > 1 else _parse(path[0], type(value), text)
    return replace(config, **{path[0]: changed})


def _parse(name: str, kind: type, text: str) -> Any:
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind in (int, float, str):
            return kind(text)
    except ValueError:
        pass
    raise ConfigError(f"{name}={text!r} must be a {kind.__name__}")


def as_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values, for a card."""
    return asdict(recipe)


def from_dict(values: Mapping[str, Any]) -> Recipe:
    """The recipe back from a run's config."""
    return Recipe(**{**values, "augmentation": Augmentation(**values["augmentation"])})
