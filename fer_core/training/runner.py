"""From names to a checkpoint: data set, network, recipe -> run folder -> checkpoint folder.

prepare: names, settings and files are checked -> fit, once or once a fold (validation only) -> publish: card last
"""

from __future__ import annotations

import os
import platform
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from fer_core import checkpoints, models
from fer_core.checkpoints import StoredLogits, looks
from fer_core.checkpoints.card import read_card
from fer_core.evidence.claims import schedule_words
from fer_core.inference.predictor import predict_split
from fer_core.memory import keep_freed_pages
from fer_core.models.attention import start_gates_even
from fer_core.profiling.latency import cpu_model
from fer_core.training import loop, recipes
from fer_core.training.config import Fold, Plan, Request, prepare, protocol_entry
from fer_core.training.distillation import soft_targets, start_from
from fer_core.training.distributed import ProcessGroup, join_process_group
from fer_core.training.loader import ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.pretrained import IMAGENET, load_trunk, weights_for
from fer_core.training.run_lock import hold, usable_folder
from fer_core.training.runs import Progress, Run
from fer_core.training.step_choice import StepOptions, begun_with, choose_step


@dataclass(frozen=True, eq=False)
class Trained:
    """One part after its training: the best network as it will be stored, how it got there, on data that are known."""

    part: Fold
    network: nn.Module
    progress: Progress
    knows_data: bool


def train(
    request: Request,
    *,
    runs: Path = Path("runs"),
    checkpoints_root: Path = Path("checkpoints"),
    root: Path | None = None,
    processes: int | None = None,
    options: StepOptions = StepOptions(),  # noqa: B008 - frozen
) -> Path:
    """Train, or go on with a training that was interrupted; returns the checkpoint's folder.

    Args:
        processes: how many train together on this machine, see `join_process_group`; the first writes, the others help.
        options: how a step is computed.

    Raises:
        ConfigError, DataError, CheckpointError: see `prepare`; or the checkpoint is finished already, or another
            process is training it.
        FerError: if the training diverges.
    """
    keep_freed_pages()
    checkpoints.recover(checkpoints_root)
    checkpoints.refuse_finished(checkpoints_root / request.name)
    plan = prepare(request, root, checkpoints_root)
    usable_folder(checkpoints_root, "checkpoints")  # now, not when hours of training are done
    if is_first_process():
        print("".join(f"note: {note}\n" for note in plan.notes), end="")
    with hold(runs, request.name, request.command) if is_first_process() else nullcontext():
        return _train(plan, runs, checkpoints_root, processes, options)


def _train(plan: Plan, runs: Path, checkpoints_root: Path, processes: int | None, options: StepOptions) -> Path:
    name = plan.request.name
    ranks = join_process_group(processes, {min(plan.recipe.batch_size, len(part.training)) for part in plan.parts})
    folder = runs / name
    places = [folder] if len(plan.parts) == 1 else [folder / f"fold-{i}" for i in range(len(plan.parts))]
    trained = []
    for i, (part, place) in enumerate(zip(plan.parts, places, strict=True)):
        if len(plan.parts) > 1 and ranks.index == 0:
            print(f"fold {i + 1} of {len(plan.parts)}: {len(part.training)} faces to learn from")
        trained.append(_fit(plan, part, place, runs, checkpoints_root, ranks, options))
        options = replace(options, earlier=begun_with(trained[0].progress))
    with ranks.in_turn():
        if ranks.index == 0:
            print(f"wrote {publish(plan, trained, checkpoints_root, ranks)}")
    return checkpoints_root / name


def is_first_process() -> bool:
    """Whether this process is no helper that `torchrun` or Fabric has started: one of them holds the lock for all."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def _fit(
    plan: Plan, part: Fold, place: Path, runs: Path, checkpoints_root: Path, ranks: ProcessGroup, options: StepOptions
) -> Trained:
    device, seed = ranks.device, plan.request.seed
    torch.manual_seed(seed)
    network = models.build_config(plan.request.network, plan.config)
    if plan.recipe.gate_start == "even":
        start_gates_even(network)  # a checkpoint to start from brings its own
    if plan.recipe.init_from == IMAGENET:
        load_trunk(network, models.entry(plan.request.network).family)
    elif plan.recipe.init_from:
        start_from(plan, network, checkpoints_root)
    settings = recipes.as_dict(plan.recipe)
    objective = build_objective(plan.config.loss, plan.config.num_classes, network.embedding_size, settings)
    with ranks.in_turn():  # the first one keeps a teacher's answers, the others read them
        taught = soft_targets(plan, part, checkpoints_root, runs)
    # Only now is anything of the run written: whatever could be refused has been.
    run = Run(place, plan.as_dict(), is_mine=ranks.index == 0)
    if ranks.index == 0 and not run.knows_data:
        print(f"note: {place} was begun before runs remembered their data; nobody can tell whether these are the same")
    trainer = loop.Trainer(network, objective, plan.recipe, run, ranks, seed, is_compiled=options.is_compiled)
    train_split = ResidentSplit(part.training, plan.spec, device, taught)
    choose_step(trainer, train_split, options)
    progress = loop.fit(trainer, train_split, ResidentSplit(part.validation, plan.spec, device))
    best = models.build_config(plan.request.network, plan.config)
    best.load_state_dict(trainer.best)
    return Trained(part, checkpoints.as_stored(best.eval()), progress, run.knows_data)


def publish(plan: Plan, trained: list[Trained], root: Path, ranks: ProcessGroup) -> Path:
    """Write the checkpoint: the weights as stored are scored, so the card tells what the files do.

    One network is scored on validation and shipped; `fer evaluate` scores its test split. The networks of a
    cross-validation each answer for the faces that they have not seen, and are not shipped; that is a look at the test
    folds, which goes into the log.
    """
    is_crossed = len(trained) > 1
    if is_crossed:
        looks.check_writable()
    roles = ("validation", "test") if is_crossed else ("validation",)
    names = dict(zip(("train", "validation", "test"), plan.splits, strict=True))
    lines = [
        {**({"fold": i} if is_crossed else {}), **line}
        for i, result in enumerate(trained)
        for line in result.progress.history
    ]
    folder = checkpoints.publish(
        root,
        plan.request.name,
        network=trained[0].network,
        network_name=plan.request.network,
        config=asdict(plan.config),
        expressions=plan.expressions,
        input_spec=plan.spec,
        data={
            "name": plan.info.name,
            "title": plan.info.title,
            **{f"{role}_split": name for role, name in names.items()},
            "n_train": min(len(result.part.training) for result in trained),
            "terms": plan.parts[0].training.terms,
            "alignment": plan.info.alignment,
        },
        training=training_record(plan, [result.progress for result in trained], ranks),
        history_lines=lines,
        logits={names[role]: _answers(plan, trained, role) for role in roles},
        protocol=protocol_entry(plan.protocol) if plan.protocol else None,
        fingerprint=plan.fingerprint if all(result.knows_data for result in trained) else None,
        with_weights=not is_crossed,
    )
    if is_crossed:
        card = read_card(folder)
        scored = card.scores[names["test"]]
        looks.append(looks.look(card, names["test"], looks.FOLDS, scored.n, scored.accuracy.number))
    return folder


def _answers(plan: Plan, trained: list[Trained], role: str) -> StoredLogits:
    """What the networks say of the faces in a role, fold after fold."""
    parts = [predict_split(result.network, plan.spec, getattr(result.part, role)) for result in trained]
    if len(parts) == 1:
        return parts[0]
    joined = {key: np.concatenate([getattr(part, key) for part in parts]) for key in ("logits", "labels", "rows")}
    return StoredLogits(
        **joined,
        clusters=None if parts[0].clusters is None else np.concatenate([part.clusters for part in parts]),
        folds=np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts]),
    )


def training_record(plan: Plan, progresses: list[Progress], ranks: ProcessGroup) -> dict[str, Any]:
    """What the card says of the training; of ten folds the epochs of one, the seconds of all."""
    speed = [record["images_per_second"] for progress in progresses for record in progress.history]
    device = ranks.device
    on_cuda = device.type == "cuda"
    name = torch.cuda.get_device_name(device) if on_cuda else f"{cpu_model()}, {torch.get_num_threads()} thread(s)"
    name += ", fused layers" if progresses[0].is_fused else ""
    chosen, command = progresses[0].precision, plan.request.command
    if chosen and command and plan.recipe.precision == "auto":  # another machine would time and choose anew
        command += f" --set precision={chosen}"
    return {
        "recipe": plan.request.recipe,
        "settings": {**recipes.as_dict(plan.recipe), **({"precision": chosen} if chosen else {})},
        "loss": plan.config.loss,
        "seed": plan.request.seed,
        "epochs": progresses[0].epoch,
        "best_epoch": int(np.median([progress.best_epoch for progress in progresses])),
        "seconds": round(sum(progress.seconds for progress in progresses), 1),
        "images_per_second": round(float(np.median(speed)), 1),
        "device": name if ranks.count == 1 else f"{ranks.count} processes, each on {name}",
        "command": command,
        "schedule_note": schedule_note(plan.request.network, plan.request.data, plan.recipe),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }


def schedule_note(network: str, data: str, recipe: recipes.Recipe) -> str:
    """What the schedule was, and how far it stays behind the paper's on the same data set, where it trained that."""
    clauses = [recipe.note, f"{recipe.epochs} epochs of batch {recipe.batch_size}"]
    paper = schedule_words(models.entry(network).family, data)
    if paper:
        clauses[-1] += f", where {paper}"
    if recipe.init_from == IMAGENET:
        clauses.append(f"started from ImageNet weights: {weights_for(models.entry(network).family).source}")
    elif recipe.init_from:
        clauses.append(f"started from {recipe.init_from}, whose own training comes on top")
    if recipe.teacher == recipes.VOTES:
        clauses.append(f"{recipe.distill_weight:.0%} of each target is what the annotators said: extra supervision")
    elif recipe.teacher:
        clauses.append(
            f"from epoch {recipe.distill_start + 1} on, {recipe.distill_weight:.0%} of each target is the answer of "
            f"{recipe.teacher} to the face"
        )
    if recipe.mirror_weight:
        clauses.append(
            "each face is learned beside its mirror image, and the divergence of the two answers counts "
            f"{recipe.mirror_weight:g}-fold"
        )
    return "; ".join(clauses)
