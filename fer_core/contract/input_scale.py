"""Which pixel scale suits a network best: 0..1, -1..1, 0..255, or ImageNet's?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fer_core.checkpoints.contract_report import AMBER, GREEN, RED, ContractLine, ScaleEntry, percent
from fer_core.contract.label_order import Relabelling, best_order
from fer_core.contract.subject import Subject
from fer_core.evaluation.paired import discordant, mcnemar
from fer_core.images.preprocessing import InputSpec
from fer_core.inference.importing import SCALES

CHECK = "input scale"
ALPHA = 0.01
GIVEN = "as the card says"


def input_scale(subject: Subject) -> tuple[ContractLine, tuple[ScaleEntry, ...]]:
    """Feed the faces in every scale, each read under the labels that suit it best, so that a wrong order hides none."""
    specs = {GIVEN: subject.card.input.spec} | _other_scales(subject.card.input.spec)
    readings = {name: best_order(subject, subject.outputs(spec)) for name, spec in specs.items()}
    entries = tuple(ScaleEntry(scale=name, accuracy=reading.share_right()) for name, reading in readings.items())
    given = readings[GIVEN]
    name = max(readings, key=lambda scale: readings[scale].accuracy)
    sentence = f"{percent(given.accuracy)} right as the card feeds it"
    if name == GIVEN or _p(readings[name], given) >= ALPHA:
        rivals = [other for other in readings if other != GIVEN and _p(given, readings[other]) >= ALPHA]
        if not rivals:
            return ContractLine(check=CHECK, state=GREEN, found=f"{sentence}; every other scale is worse"), entries
        if subject.graph is None:
            return ContractLine(
                check=CHECK, state=GREEN, found=f"{sentence}; it was trained so, none is better"
            ), entries
        return ContractLine(
            check=CHECK,
            state=AMBER,
            found=f"{sentence}; {', '.join(rivals)} cannot be told apart from it",
            fix="ask whoever trained it, or look into its code: these faces cannot tell",
        ), entries
    return ContractLine(
        check=CHECK,
        state=RED,
        found=f"{sentence}, {percent(readings[name].accuracy)} in {name}",
        fix=f"import it again with --input {subject.card.input.color},{name}",
    ), entries


def _other_scales(given: InputSpec) -> dict[str, InputSpec]:
    """All scales but the given one. Of one channel ImageNet's is the mean of its three."""
    specs = {}
    for name, (mean, std) in SCALES.items():
        if given.channels == 1 and len(mean) > 1:
            mean, std = (float(np.mean(mean)),), (float(np.mean(std)),)
        spec = replace(given, mean=mean, std=std)
        if not (np.allclose(spec.mean, given.mean) and np.allclose(spec.std, given.std)):
            specs[name] = spec
    return specs


def _p(one: Relabelling, other: Relabelling) -> float:
    """Exact McNemar; 1 where the first is not ahead."""
    ahead, behind = discordant(one.is_right, other.is_right)
    return mcnemar(ahead, behind) if ahead > behind else 1.0
