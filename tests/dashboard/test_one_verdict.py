"""For random answers, no two pages say different things of a pair under the same question."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from support.checkpoint import publish_sample

from dashboard.pages.overview.data import leaderboard
from dashboard.pages.paired.text import paired
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.verdicts import sentence_on, verdict_of_two, verdicts_of_all
from dashboard.views.comparisons import PairView
from fer_core import checkpoints, files, labels, models
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import Card, read_card, write_card
from fer_core.evaluation import score

NETWORKS = ("i_mobilenet_v2", "mini_xception", "a_mobilenet", "mobilenet_v2")
N, TRIALS = 300, 5
ROWS = np.arange(N)
MIRRORED = {"better": "worse", "worse": "better"}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Card:
    return read_card(publish_sample(tmp_path_factory.mktemp("template")))


def random_shelf(root: Path, template: Card, random: np.random.Generator) -> None:
    """Four networks, one to three seeds each, right at random on the same faces, sometimes after other epochs."""
    truth, hard = random.integers(0, 7, N), random.beta(2, 1, N)
    for network in NETWORKS:
        skill, epochs = random.uniform(0.6, 1), int(random.choice([5, 5, 5, 9]))
        for seed in range(random.integers(1, 4)):
            right = random.random(N) < hard * skill
            called = np.where(right, truth, (truth + 1) % 7)
            put(root, template, network, seed, epochs, StoredLogits(np.eye(7, dtype=np.float32)[called], truth, ROWS))


def put(  # noqa: PLR0913 - what makes a training
    root: Path, template: Card, network: str, seed: int, epochs: int, stored: StoredLogits
) -> None:
    name = f"{network}.fer2013-s{seed}"
    (root / name).mkdir(parents=True)
    kept, scores = {}, {}
    for split in ("PublicTest", "PrivateTest"):
        path = checkpoints.save_logits(root / name, split, stored, labels.FER2013)
        kept[split] = {"sha256": files.sha256(path), "bytes": path.stat().st_size}
        scores[split] = score(stored.logits, stored.labels, labels.FER2013).as_dict()
    training = {**template.training.model_dump(), "seed": seed, "settings": {"epochs": epochs}}
    design = {"name": network, "config": asdict(models.entry(network).config)}
    card = {"name": name, "scores": scores, "network": design, "training": training, "logits": kept}
    write_card(root / name, Card.model_validate({**template.as_dict(), **card}))


@pytest.fixture(params=range(TRIALS))
def names(request, template, tmp_path, monkeypatch) -> list[str]:
    """One checkpoint a network of a random shelf, any of its seeds."""
    random = np.random.default_rng(request.param)
    random_shelf(tmp_path, template, random)
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    every = [row.name for row in load_checkpoints().checkpoints]
    return [str(random.choice([one for one in every if one.startswith(network)])) for network in NETWORKS]


def told(pair: PairView, one: str) -> tuple:
    """What a pair says of `one`, whichever way round it stands."""
    found, is_first = pair.verdict.difference, pair.one.name == one
    ends = (found.value, found.low, found.high) if is_first else (-found.value, -found.high, -found.low)
    status = pair.status if is_first else MIRRORED.get(pair.status, pair.status)
    return status, pair.verdict.question.family_size, *(round(end, 12) for end in ends)


def test_the_pages_of_two_networks_say_the_same(names):
    for one, other in combinations(names, 2):
        pair, page = verdict_of_two(one, other), verdicts_of_all([one, other])
        assert told(pair, one) == told(page.pairs[0], one)
        called = {row.name: row.network.title for row in page.checkpoints}
        there = verdict_of_two(page.checkpoints[0].name, page.checkpoints[1].name)
        assert paired(page, called) == sentence_on(there, *(f"**{title}**" for title in called.values()))


def test_any_seed_of_a_training_stands_for_it(names):
    every = [row.name for row in load_checkpoints().checkpoints]
    for one, other in combinations(names, 2):
        twins = [name for name in every if name.partition(".")[0] == one.partition(".")[0]]
        assert len({told(verdict_of_two(twin, other), twin) for twin in twins}) == 1


def test_the_rows_that_are_shown_change_no_verdict_of_the_leaderboard(names):
    scored = sorted(load_checkpoints().checkpoints, key=lambda row: -row.accuracy.value)
    whole = {row.checkpoint.name: row.lead for row in leaderboard(scored).rows}
    for few in ([row for row in scored if row.name in names], scored[:2], scored[-1:]):
        found = leaderboard(few, scored)
        assert {row.checkpoint.name: row.lead for row in found.rows} == {row.name: whole[row.name] for row in few}


def test_a_pair_that_was_trained_otherwise_is_ranked_nowhere(names):
    rows = {row.name: row for row in load_checkpoints().checkpoints}
    epochs = {name: read_card(load_checkpoints().root / name).training.settings["epochs"] for name in names}
    for one, other in combinations(names, 2):
        assert (verdict_of_two(one, other).status == "not ranked") == (epochs[one] != epochs[other])
    leads = leaderboard([rows[name] for name in names]).leads
    trained = {name.partition(".")[0]: value for name, value in epochs.items()}
    assert all(trained[lead.one.network.name] == trained[lead.other.network.name] for lead in leads)
