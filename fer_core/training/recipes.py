"""Recipes are data: every number of a training, by name. `fer train --recipe NAME --set epochs=20` changes a field.

`*-paper` recipes follow the papers' text (and, where it is silent, the code lineage that their numbers point to);
the others are ours, the same for every network, so that rows differ in the network alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, field, fields, is_dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from fer_core.checkpoints.card_schema import NAME
from fer_core.errors import ConfigError, together, unknown_name
from fer_core.ranges import NotNegative, Share, ShareBelowOne, sentences
from fer_core.training.augment import Augmentation
from fer_core.training.pretrained import IMAGENET

VOTES = "votes"
SMALLEST_PX, LARGEST_PX = 16, 512


def _side(size_px: int) -> int:
    if size_px and not SMALLEST_PX <= size_px <= LARGEST_PX:
        raise ValueError(f"0, for the pictures' own side, or {SMALLEST_PX} to {LARGEST_PX} px")
    return size_px


def _checkpoint_or(word: str) -> AfterValidator:
    """Accept "", that word, or what can be the name of a checkpoint."""

    def check(name: str) -> str:
        if name not in ("", word) and not re.fullmatch(NAME, name):
            raise ValueError(f'"{word}" or the name of a checkpoint, as in dense_resnet.fer2013-short-s0')
        return name

    return AfterValidator(check)


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class Recipe:
    """One training. A value outside its field's range or choices is refused as soon as a recipe is made of it.

    Raises:
        pydantic.ValidationError: which `resolve` and `from_dict` put into sentences.
    """

    epochs: Annotated[int, Field(ge=1, le=10_000)]
    batch_size: Annotated[int, Field(ge=2, le=65_536)] = 128  # batch norm has no variance of one picture
    optimizer: Literal["sgd", "adam", "adamw"] = "sgd"  # sgd: momentum 0.9
    nesterov: bool = True
    lr: Annotated[float, Field(ge=0, le=100)] = 0.1
    # step: x0.9 every 5 epochs from 80; inverse: Keras decay
    schedule: Literal["cosine", "constant", "step", "inverse"] = "cosine"
    warmup_epochs: NotNegative = 1.0
    weight_decay: NotNegative = 5e-4  # not on biases and batch norm
    label_smoothing: ShareBelowOne = 0.0
    ema_decay: ShareBelowOne = 0.0  # 0 = none
    clip_grad_value: NotNegative = 0.0  # element-wise; 0 = none
    balanced: bool = False  # draw rare expressions as often as common ones
    # auto: bf16 autocast on an accelerator, the faster on a CPU
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    center_weight: NotNegative = 0.003  # lambda of A-MobileNet's Eq. 10
    center_alpha: Share = 0.5
    joint_weight: NotNegative = 0.01
    joint_apart: NotNegative = 0.1  # lambda1; at 1 the small centers jump past each other
    # Side of the input; 0 = the pictures' own, or that of the checkpoint it starts from.
    size_px: Annotated[int, AfterValidator(_side)] = 0
    color: Literal["", "grey", "rgb"] = ""  # "" = likewise
    # A checkpoint of the same network whose weights the training starts from, or "imagenet"; "" = random.
    init_from: Annotated[str, _checkpoint_or(IMAGENET)] = ""
    # How the gates of CBAM start that come with no weights: drawn like all else (random), or all at 1/2 (even).
    gate_start: Literal["random", "even"] = "random"
    # A checkpoint whose answers to the unaugmented training faces are mixed into the targets; "votes" mixes in what the
    # annotators said, for sets that tell; "" = nobody.
    teacher: Annotated[str, _checkpoint_or(VOTES)] = ""
    distill_weight: Share = 0.5  # of the target, from epoch `distill_start` (0 = the first) on
    distill_start: Annotated[int, Field(ge=0)] = 0
    # Weight of the divergence of the answers to a face and to its mirror image, which above 0 is learned beside it.
    mirror_weight: NotNegative = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    note: str = ""

    @model_validator(mode="after")
    def _teacher_is_heard(self) -> Recipe:
        if self.teacher and self.distill_start >= self.epochs:
            raise ValueError(
                f"distill_start={self.distill_start} is never reached in {self.epochs} epochs, so {self.teacher} would "
                "teach nothing; set it lower, or leave the teacher out"
            )
        return self


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
# FER+'s annotators instead of one label per face (Barsoum et al. 2016, arXiv:1608.01041, their cross-entropy loss).
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
    gate_start="even",
    note="ours: AdamW from ImageNet weights at 96 px, cosine, label smoothing, EMA, affine, light, erasing and mixup",
)
# For tables of many rows on grey faces: fewer epochs, a teacher, and what slows learning left out.
IMAGENET96_KD = replace(
    IMAGENET96,
    epochs=12,
    lr=7e-4,
    precision="bfloat16",
    teacher="dense_resnet.fer2013-short-third-s0",
    augmentation=SHORT.augmentation,
    note="ours: AdamW from ImageNet weights at 96 px, cosine, label smoothing, EMA, affine, light; no mixup or erasing",
)
# From random weights at 48 px, as I-MobileNetV2's paper trains, long enough that the rate decays while it still learns.
SCRATCH48_KD = replace(
    CPU_KD,
    epochs=60,
    batch_size=128,
    lr=2e-3,
    warmup_epochs=2,
    teacher="dense_resnet.fer2013-short-third-s0",
    note="ours, for two CPU cores: AdamW from random weights, cosine, label smoothing, EMA; no mixup or erasing",
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
    "scratch48-kd": SCRATCH48_KD,
    "imagenet96": IMAGENET96,
    "imagenet96-kd": IMAGENET96_KD,
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
        ConfigError: unknown recipe; or lists every unknown field and every value that its field does not take.
    """
    if name not in RECIPES:
        raise unknown_name("recipe", name, RECIPES)
    values, problems = as_dict(RECIPES[name]), []
    for key, text in (changes or {}).items():
        try:
            _put(values, RECIPES[name], key.split("."), text)
        except ConfigError as error:
            problems.append(str(error))
    try:
        recipe = Recipe(**values)
    except ValidationError as error:
        problems += sentences(error, Recipe)
    if problems:
        raise ConfigError(together(f"the recipe {name} cannot be changed so", problems))
    return recipe


def _put(values: dict[str, Any], config: Any, path: list[str], text: str) -> None:
    """Replace one value, in a nested dict, of the dataclass that the dict was made of."""
    name, *deeper = path
    known = [f.name for f in fields(config)] if is_dataclass(config) else []
    if name not in known:
        raise unknown_name("recipe field", name, known or [f.name for f in fields(Recipe)])
    part = getattr(config, name)
    if deeper:
        _put(values[name], part, deeper, text)
    elif is_dataclass(part):
        raise ConfigError(f"{name}={text!r} sets nothing; name one of its fields, as in {name}.{fields(part)[0].name}")
    else:
        values[name] = text


def as_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values, for a card."""
    return asdict(recipe)


def from_dict(values: Mapping[str, Any]) -> Recipe:
    """The recipe back from a run's config or a card's settings; ConfigError lists every value that is not valid."""
    try:
        return Recipe(**values)
    except ValidationError as error:
        raise ConfigError(together("these settings make no recipe", sentences(error, Recipe))) from None
