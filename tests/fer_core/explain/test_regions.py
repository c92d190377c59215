"""The layout of the regions, shares of maps on them, and what FACS expects."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core import labels
from fer_core.errors import ConfigError
from fer_core.explain.facs import PROTOTYPES, UNITS, expected_regions, in_words
from fer_core.explain.regions import (
    LAYOUTS,
    OUTSIDE,
    REGIONS,
    SMALLEST_PX,
    area_shares,
    densest_part,
    densities,
    label_map,
    layout_of,
    random_patch,
    shares,
)

SIDES = (SMALLEST_PX, 47, 48, 100, 224)
RAFDB = LAYOUTS["rafdb"]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("data", LAYOUTS)
def test_each_pixel_belongs_to_one_region_and_none_is_empty(data, side):
    found = label_map(LAYOUTS[data], side)
    assert found.shape == (side, side)
    counts = [int((found == k).sum()) for k in range(len(REGIONS))]
    assert sum(counts) == side * side
    assert min(counts) > 0
    assert np.array_equal(found, found[:, ::-1])  # a face has two like halves


@pytest.mark.parametrize("data", LAYOUTS)
def test_landmarks_lie_in_their_regions(data):
    layout, side = LAYOUTS[data], 200
    found = label_map(layout, side)
    middle, left_eye = side // 2, round(side * (0.5 - layout.eyes_apart / 2))
    eyes, mouth = round(side * layout.eyes), round(side * layout.mouth)
    named = {
        "eyes": (eyes, left_eye), "mouth": (mouth, middle), "nose": ((eyes + mouth) // 2, middle),
        "cheeks": ((eyes + mouth) // 2, left_eye), "brows": (eyes - (mouth - eyes) // 4, left_eye), "outside": (0, 0),
    }  # fmt: skip
    assert {name: REGIONS[found[place]] for name, place in named.items()} == {name: name for name in named}


@pytest.mark.parametrize("side", SIDES)
def test_areas_hardly_depend_on_the_size(side):
    """A border moves by half a pixel at most: at 24 px an eye's two borders of 15 px are a share of 15/576."""
    fine, coarse = area_shares(label_map(RAFDB, 1000)), area_shares(label_map(RAFDB, side))
    assert coarse.sum() == pytest.approx(1)
    assert np.abs(fine - coarse).max() < 1 / side


def test_a_uniform_map_returns_the_area_shares():
    found = label_map(RAFDB, 48)
    maps = np.stack([np.ones((48, 48)), np.full((48, 48), -3.0), np.zeros((48, 48))])
    assert np.allclose(shares(maps, found), area_shares(found))
    assert np.allclose(densities(shares(maps, found), area_shares(found)), 1)


def test_shares_are_of_magnitudes_and_sum_to_one():
    rng, found = np.random.default_rng(0), label_map(RAFDB, 48)
    maps = rng.normal(size=(5, 48, 48)).astype(np.float32)
    by_hand = [[np.abs(one[found == k]).sum() / np.abs(one).sum() for k in range(len(REGIONS))] for one in maps]
    assert np.allclose(shares(maps, found), by_hand)
    assert np.allclose(shares(maps, found).sum(axis=1), 1)
    assert np.allclose(shares(-7 * maps, found), by_hand)


def test_the_densest_part_is_never_outside():
    """Outside has all, by area most of all; of the face, the nose has more for its area than the larger mouth."""
    areas = np.array([0.1, 0.1, 0.1, 0.2, 0.2, 0.3])
    read = np.array([0.0, 0.0, 0.1, 0.15, 0.0, 0.75])
    assert REGIONS[densest_part(read, areas)] == "nose"
    assert densities(read, areas)[OUTSIDE] == pytest.approx(2.5)
    assert densities(np.array([0.5, 0.5]), np.array([0.0, 1.0])).tolist() == [0, 0.5]


@pytest.mark.parametrize("region", range(OUTSIDE))
def test_a_random_patch_is_as_large_and_lies_elsewhere_on_the_face(region):
    found = label_map(RAFDB, 48)
    patches = [random_patch(found, region, np.random.default_rng(seed)) for seed in range(5)]
    assert {int(patch.sum()) for patch in patches} == {int((found == region).sum())}
    assert not any((patch & ((found == region) | (found == OUTSIDE))).any() for patch in patches)
    assert len({patch.tobytes() for patch in patches}) > 1


def test_what_has_no_layout_gets_a_sentence():
    with pytest.raises(ConfigError, match=r"mouths of ckplus lie was not measured.*layouts for rafdb, fer2013"):
        layout_of("ckplus")
    with pytest.raises(ConfigError, match="a face of 20 px is too small to tell eyes from brows; give 24 px or more"):
        label_map(RAFDB, 20)
    with pytest.raises(ConfigError, match=r"maps of 9 × 9 px do not lie on regions of 48 × 48 px"):
        shares(np.ones((1, 9, 9)), label_map(RAFDB, 48))


def test_every_expression_has_a_prototype_of_known_units():
    assert set(PROTOTYPES) == set(labels.EXPRESSIONS)
    assert {unit for units in PROTOTYPES.values() for unit in units} == set(UNITS)
    assert {unit.region for unit in UNITS.values()} <= set(REGIONS) - {"outside"}


def test_expected_regions_by_hand():
    assert expected_regions("happy") == ("mouth", "cheeks")
    assert expected_regions("surprise") == ("brows", "eyes", "mouth")
    assert expected_regions("disgust") == ("nose", "mouth")
    assert expected_regions("sad") == ("brows", "mouth")
    assert expected_regions("neutral") == expected_regions("smug") == ()
    assert in_words("happy") == "AU 6+12"
    assert in_words("neutral") == ""
