"""Atlases: measured on a planted network, stored, read back, and summed up by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from support.checkpoint import INPUT, NAME, of_other_weights, publish_sample
from support.paths import toy_faces
from support.region_attributions import made_up
from torch import Tensor, nn

from fer_core import checkpoints, cli
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.region_attributions import (
    KINDS,
    load_region_attributions,
    region_attributions_path,
    save_region_attributions,
)
from fer_core.errors import CheckpointError, ConfigError
from fer_core.evaluation.embedding import balanced_sample
from fer_core.evaluation.intervals import bootstrap_means
from fer_core.explain import measure_regions
from fer_core.explain.attribution import attribute
from fer_core.explain.region_statistics import fits, region_statistics, signed_rank
from fer_core.explain.regions import LAYOUTS, REGIONS, area_shares, label_map
from fer_core.images.preprocessing import images_to_input
from fer_core.inference.predictor import Predictor

SPLIT = "PrivateTest"
LAYOUT = LAYOUTS["fer2013"]
SETTINGS = {"regions": list(REGIONS), "steps": 24, "patches": 8, "seed": 0}


class Planted(nn.Module):
    """Reads one region and nothing else: its first two logits are plus and minus the region's mean brightness."""

    def __init__(self, region: str):
        super().__init__()
        self.register_buffer("read", torch.from_numpy(label_map(LAYOUT, 48) == REGIONS.index(region)))

    def forward(self, batch: Tensor) -> Tensor:  # (N, C, H, W) -> (N, 3)
        brightness = 3 * batch[..., self.read].mean(dim=(1, 2))
        return torch.stack([brightness, -brightness, torch.zeros_like(brightness) - 5], dim=1)


@pytest.fixture
def card(tmp_path, monkeypatch) -> Card:
    """A published sample, and a data set of 70 faces to ask it about."""
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(70, split=SPLIT))
    return read_card(publish_sample(tmp_path))


@pytest.mark.parametrize("region", REGIONS[:-1])
def test_a_network_that_reads_one_region_has_its_share_there_and_suffers_without_it(region):
    faces = toy_faces(35)
    found = measure_regions.measure_regions(Planted(region), INPUT, faces, LAYOUT)
    assert np.allclose(found.shares[:, REGIONS.index(region)], 1)
    assert np.allclose(found.drop_random, 0, atol=1e-6)  # patches lie elsewhere, where it does not look
    assert (found.drop_top > 0.001).all()
    brightness = images_to_input(faces.images, INPUT)[..., label_map(LAYOUT, 48) == REGIONS.index(region)].mean((1, 2))
    assert np.allclose(found.rise, np.abs(3 * brightness), atol=1e-4)
    assert np.abs(found.missed).max() < 1e-4  # it is linear


def test_what_the_densest_part_costs_by_hand():
    """Grey where it looks, the planted network answers with logits 0, 0, -5."""
    faces = toy_faces(7)
    found = measure_regions.measure_regions(Planted("mouth"), INPUT, faces, LAYOUT)
    with torch.inference_mode():
        clean = Planted("mouth")(torch.from_numpy(images_to_input(faces.images, INPUT))).softmax(1).amax(1).numpy()
    assert np.allclose(found.drop_top, clean - 1 / (2 + np.exp(-5)), atol=1e-6)


def test_a_network_that_reads_all_alike_shows_the_pictures_own_contrast():
    class Even(Planted):
        def forward(self, batch: Tensor) -> Tensor:
            return torch.stack([batch.mean(dim=(1, 2, 3)), batch.mean(dim=(1, 2, 3)) - 9], dim=1)

    found = measure_regions.measure_regions(Even("mouth"), INPUT, toy_faces(7), LAYOUT)
    assert np.allclose(found.shares, found.contrast, atol=1e-5)


def test_many_faces_at_once_get_the_maps_of_the_table_of_methods(card):
    """Both follow the same path; 24 and 32 points of it differ by what completeness lacks."""
    predictor, arrays = Predictor(card.folder), images_to_input(toy_faces(2).images, INPUT)
    maps, rise, missed = measure_regions.attributions(predictor.network, torch.from_numpy(arrays), torch.tensor([3, 5]))
    for array, target, one, up, lack in zip(arrays, (3, 5), maps, rise, missed, strict=True):
        single = attribute(predictor, array, target, "integrated_gradients").values
        assert np.corrcoef(one.ravel(), single.ravel())[0, 1] > 0.99
        assert abs(one.sum() - up) == pytest.approx(lack, abs=1e-4)


def test_attributions_come_back_as_they_were_stored(card):
    assert not measure_regions.is_current(card.folder)
    stored = measure_regions.store_region_attributions(card.folder, faces=21, seed=3)
    again = load_region_attributions(card, SPLIT)
    assert measure_regions.is_current(card.folder)
    assert (again.seed, again.regions, again.steps) == (3, REGIONS, measure_regions.STEPS)
    for name in KINDS:
        assert np.array_equal(getattr(again, name), getattr(stored, name))
    assert np.bincount(again.labels).tolist() == [3] * 7
    assert np.allclose(again.shares.sum(axis=1), 1, atol=1e-6)


def test_the_answers_beside_attributions_are_the_networks(card):
    stored, faces = measure_regions.store_region_attributions(card.folder, faces=21), toy_faces(70)
    with torch.inference_mode():
        given = torch.from_numpy(images_to_input(faces.images[stored.rows], INPUT))
        assert np.array_equal(stored.answers, Predictor(card.folder).network(given).argmax(1).numpy())


def test_another_layout_makes_attributions_old(card):
    save_region_attributions(card, SPLIT, made_up())
    assert measure_regions.is_current(card.folder)
    save_region_attributions(card, SPLIT, made_up(data="rafdb"))
    assert not measure_regions.is_current(card.folder)
    assert not fits(replace(made_up(), regions=REGIONS[::-1]), LAYOUT, 48)


def test_missing_attributions_name_the_command(card):
    with pytest.raises(CheckpointError, match="no stored attributions by region of PrivateTest; `fer regions mini_"):
        load_region_attributions(card, SPLIT)


def test_attributions_of_other_weights_are_refused(card):
    save_region_attributions(card, SPLIT, made_up())
    other = of_other_weights(card)
    with pytest.raises(CheckpointError, match="was computed with other weights than the card of mini_xception"):
        load_region_attributions(other, SPLIT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rise": None}, r"does not hold attributions by region of PrivateTest: it lacks rise"),
        ({"missed": np.zeros(3, np.float32)}, r"missed has the shape \(3,\), not 70"),
        ({"areas": np.ones(5, np.float32)}, r"areas has the shape \(5,\), not 6"),
        ({"answers": np.full(70, 7, np.uint8)}, r"answers reaches from 7 to 7, beyond 0 to 6"),
        ({"shares": np.full((70, 6), 0.2, np.float32)}, r"shares are no shares of a whole"),
        ({"drop_top": np.full(70, np.nan, np.float32)}, r"drop_top holds values that are no numbers"),
    ],
)
def test_what_does_not_fit_is_named(card, changes, sentence):
    path = save_region_attributions(card, SPLIT, made_up())
    arrays = {**load_file(path), **changes}
    about = {"about": json.dumps({**SETTINGS, "weights": card.weights.sha256})}
    save_file({name: array for name, array in arrays.items() if array is not None}, path, metadata=about)
    with pytest.raises(CheckpointError, match=sentence):
        load_region_attributions(card, SPLIT)


def test_a_file_cut_short_is_no_file(card):
    path = save_region_attributions(card, SPLIT, made_up())
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(CheckpointError, match=f"`fer regions {NAME}` writes it anew"):
        load_region_attributions(card, SPLIT)
    assert any("is not a whole safetensors file" in problem for problem in checkpoints.verify(card.folder))


def test_the_audit_compares_answers_with_stored_logits(card):
    labels = made_up().labels.astype(np.int64)
    logits = checkpoints.StoredLogits(np.eye(7, dtype=np.float32)[labels], labels, np.arange(70))
    checkpoints.add_split(card.folder, SPLIT, logits)
    save_region_attributions(card, SPLIT, made_up())
    assert checkpoints.verify(card.folder) == []
    wrong = np.where(np.arange(70) < 7, (labels + 1) % 7, labels)
    save_region_attributions(card, SPLIT, replace(made_up(), answers=wrong))
    (problem,) = checkpoints.verify(card.folder)
    assert "regions-PrivateTest.safetensors gives unchanged faces the answers of the stored logits for 90.0%" in problem
    assert f"`fer regions {NAME}` writes it anew" in problem


def test_attributions_summed_up_by_hand():
    """All maps are alike, so intervals have no width; drops are 0.4 and 0.2 in turn."""
    found = region_statistics(made_up(), cards_expressions())
    areas = area_shares(label_map(LAYOUT, 48))
    mouth = REGIONS.index("mouth")
    whole = found.overall
    assert (whole.n, whole.densest, whole.expected) == (70, "eyes" if 0.1 / areas[1] > 0.5 / areas[3] else "mouth", ())
    assert whole.shares[mouth].value == whole.shares[mouth].low == pytest.approx(0.5)
    assert whole.excess[mouth].value == pytest.approx(0.5 - areas[mouth], abs=1e-6)
    assert whole.density[mouth] == pytest.approx(0.5 / areas[mouth], rel=1e-5)
    assert whole.masking.top.value == pytest.approx(0.3)
    assert whole.masking.difference.value == pytest.approx(0.2)
    assert whole.masking.difference.low > 0
    assert whole.masking.p < 1e-6
    assert [one.expression for one in found.by_expression] == list(cards_expressions())
    assert {one.n for one in found.by_expression} == {10}
    assert found.missed == pytest.approx((0.05, 0.05))
    assert all(abs(one.value) < 1e-6 for one in found.picture)  # its contrast was made even


def cards_expressions() -> tuple[str, ...]:
    from fer_core.labels import FER2013

    return FER2013


def test_answers_that_are_hardly_given_are_named_and_not_summed_up():
    answers = np.where(np.arange(70) < 4, 1, 0)
    found = region_statistics(replace(made_up(), answers=answers), ("happy", "sad", "fear"))
    assert [one.expression for one in found.by_expression] == ["happy"]
    assert found.rare == (("sad", 4), ("fear", 0))


def test_what_attributions_miss_is_told_by_quantiles():
    """One face of eleven misses a hundred times its rise, one has no rise: neither moves the median."""
    missed, rise = np.array([0.1] * 9 + [100.0, 0.3]), np.array([1.0] * 10 + [0.0])
    found = region_statistics(replace(made_up(11), missed=missed, rise=rise), cards_expressions())
    assert found.missed == pytest.approx((0.1, 1.0))


def test_signed_ranks_by_hand():
    """Six differences of one sign: two of 2^6 orders are as extreme."""
    assert signed_rank(np.array([1.0, 2, 3, 4, 5, 6])) == pytest.approx(2 / 64)
    assert signed_rank(np.zeros(4)) == 1


def test_bootstrapped_means_are_close_to_the_normal_interval():
    values = np.random.default_rng(1).normal(3, 2, size=(400, 2))
    for column, one in zip(values.T, bootstrap_means(values), strict=True):
        reach = 1.96 * column.std(ddof=1) / 20
        assert one.value == pytest.approx(column.mean())
        assert (one.high - one.low) / 2 == pytest.approx(reach, rel=0.06)
    with pytest.raises(ConfigError, match=r"values of shape \(0, 2\) cannot be resampled"):
        bootstrap_means(np.zeros((0, 2)))


def test_an_even_draw_takes_as_many_of_each_expression_and_all_of_a_rare_one():
    labels = np.repeat([0, 1, 2], [50, 3, 20])
    found = balanced_sample(labels, 30)
    assert np.bincount(labels[found]).tolist() == [10, 3, 10]
    assert np.array_equal(found, np.sort(found))
    assert np.array_equal(found, balanced_sample(labels, 30))
    assert not np.array_equal(found, balanced_sample(labels, 30, seed=1))


def test_the_command_stores_once_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(70, split=SPLIT))
    folder = publish_sample(tmp_path)
    assert cli.main(["regions", "--all", "--faces", "50"]) == 0
    said = capsys.readouterr().out
    assert f"{NAME}: reads the " in said
    assert "times its area (n = 49)" in said
    written = region_attributions_path(folder, SPLIT).stat().st_mtime_ns
    assert cli.main(["regions", "--all"]) == 0
    assert "1 of 1 are stored already; name one to measure it anew" in capsys.readouterr().out
    assert region_attributions_path(folder, SPLIT).stat().st_mtime_ns == written
    assert cli.main(["regions", NAME, "--faces", "3"]) == 2
    assert "--faces 3 shows nothing; give 50 or more" in capsys.readouterr().err


def test_the_command_passes_over_sets_without_a_layout(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    folder = publish_sample(tmp_path).rename(tmp_path / "mini_xception.ckplus-test")
    card = json.loads((folder / "card.json").read_text())
    card["data"] |= {"name": "ckplus", "title": "CK+"}
    (folder / "card.json").write_text(json.dumps({**card, "name": folder.name}))
    assert cli.main(["regions", "--all"]) == 0
    assert "passed over, because faces of CK+ have no layout of regions" in capsys.readouterr().out
    assert cli.main(["regions", "mini_xception.ckplus-test"]) == 2
    assert "where the eyes and mouths of ckplus lie was not measured" in capsys.readouterr().err
