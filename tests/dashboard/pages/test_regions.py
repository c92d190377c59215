"""The Regions page."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A, B
from support.paths import PROJECT
from support.region_attributions import made_up

from dashboard.pages.regions.masking_chart import masking_dots
from dashboard.plotting.export import as_csv, as_svg
from dashboard.plotting.regions import region_layout, region_matrix
from dashboard.plotting.theme import DARK, LIGHT
from dashboard.store.regions import has_regions, regions
from dashboard.views.regions import rarely, regions_summary
from fer_core.checkpoints import list_checkpoints
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.region_attributions import region_attributions_path, save_region_attributions
from fer_core.errors import FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.explain.regions import LAYOUTS, area_shares, label_map

SHIPPED = [
    card.name
    for card in list_checkpoints(PROJECT / "checkpoints")
    if region_attributions_path(card.folder, card.data.test_split).is_file()
]


@pytest.fixture(scope="module")
def measured(shelf, tmp_path_factory):
    """A copy of the shelf: A reads the mouth, B the nose, the third was not measured. Its results are computed once."""
    root = tmp_path_factory.mktemp("attributions") / "checkpoints"
    shutil.copytree(shelf, root)
    save_region_attributions(read_card(root / A), "PrivateTest", made_up())
    save_region_attributions(read_card(root / B), "PrivateTest", made_up(region="nose"))
    return root


@pytest.fixture
def attributed(here, measured, monkeypatch):
    """The app's world, with what was measured."""
    monkeypatch.setenv("FER_CHECKPOINTS", str(measured))
    return measured


@pytest.fixture
def own_copy(here, measured, tmp_path, monkeypatch):
    """A copy of it, to be changed."""
    root = tmp_path / "changed"
    shutil.copytree(measured, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    return root


def test_the_page_says_what_is_read_and_what_masking_shows(attributed):
    app = open_page("regions")
    assert not app.exception
    said = words(app).replace("**", "")
    assert "I-MobileNetV2 reads the mouth most densely on FER2013: 50.0 % ± 0.0 of the attribution" in said
    assert "For 6 of 6 expressions (at random: 2.5)" in said  # FACS has the mouth move in all six
    assert "costs 30.0 points of confidence, 20.0 points more than random patches as large (p < 0.001)" in said
    assert len(app.get("plotly_chart")) == 3


def test_faces_that_are_not_aligned_get_a_warning(attributed):
    assert "Faces of FER2013 are centred, not aligned" in open_page("regions").warning[0].value.replace("\\", "")


def test_two_checkpoints_stand_side_by_side(attributed):
    app = open_page("regions", a=A, b=B)
    assert not app.exception
    said = words(app).replace("**", "")
    assert "mini-Xception reads the nose most densely" in said
    assert "For 1 of 6 expressions" in said  # disgust alone wrinkles the nose
    assert len(app.get("plotly_chart")) == 5  # one layout for both


def test_without_attributions_the_page_names_the_command(here):
    app = open_page("regions")
    assert not app.exception
    assert "Not measured yet. Run `fer regions --all` where the data are." in words(app)
    assert not app.get("plotly_chart")


def test_who_was_not_measured_is_named(attributed):
    assert "Not measured yet: mini-Xception, FER+. Run `fer regions`" in words(open_page("regions"))


def test_a_damaged_file_gets_a_sentence_and_the_other_is_shown(own_copy):
    path = region_attributions_path(own_copy / A, "PrivateTest")
    path.write_bytes(path.read_bytes()[:-1])
    app = open_page("regions", a=A, b=B)
    assert not app.exception
    assert "is not a whole safetensors file" in app.error[0].value.replace("\\", "")
    assert len(app.get("plotly_chart")) == 3


def test_attributions_of_another_layout_are_refused(own_copy):
    save_region_attributions(read_card(own_copy / A), "PrivateTest", made_up(data="rafdb"))
    with pytest.raises(FerError, match=f"was measured with other regions than those drawn here; `fer regions {A}`"):
        regions(A)


def test_a_foreign_checkpoint_in_the_address_is_named(attributed):
    assert "The address asks for “nobody” under Checkpoint" in words(open_page("regions", a="nobody"))


def test_cells_hold_share_minus_area_and_chance_is_left_blank(attributed):
    """The picture's contrast was made even, so its row has nothing to show."""
    chart = region_matrix(regions(A), palette=LIGHT)
    areas = area_shares(label_map(LAYOUTS["fer2013"], 48))
    cells = np.array(chart.figure.data[0].z, dtype=float)  # None becomes nan
    assert cells[0] == pytest.approx(np.array([0.1, 0.1, 0.1, 0.5, 0.1, 0.1]) - areas, abs=1e-6)
    assert cells.shape == (9, 6)
    frames = [trace for trace in chart.figure.data if getattr(trace, "mode", "") == "lines"]
    assert len(frames) == 2 + 2 + 2 + 3 + 3 + 3  # happy, sad, disgust; surprise, fear, angry
    rows = [row for row in chart.table if row["answer"] == "happy"]
    assert [row["region"] for row in rows if row["expected_by_facs"]] == ["mouth", "cheeks"]


def test_a_cell_within_chance_is_blank(attributed):
    found = regions(A)
    part = replace(found.overall.parts[0], excess=Estimate(0.01, -0.01, 0.03))
    overall = replace(found.overall, parts=(part, *found.overall.parts[1:]))
    cells = region_matrix(replace(found, overall=overall), palette=LIGHT).figure.data[0].z
    assert cells[7][0] is None
    assert cells[7][1] is not None


def test_the_drawing_is_the_layout_and_no_face(attributed):
    chart = region_layout(regions(A).layout, palette=DARK)
    assert np.array_equal(chart.figure.data[0].z, label_map(LAYOUTS["fer2013"], 48))
    assert sum(row["area"] for row in chart.table) == pytest.approx(1)
    assert "outside 5" in chart.alt


@pytest.mark.parametrize("build", [region_matrix, masking_dots])
def test_charts_become_files(attributed, build):
    chart = build(regions(A), palette=LIGHT)
    assert as_svg(chart).startswith(b"<?xml")
    assert as_csv(chart).count(b"\n") == len(chart.table) + 1


def test_the_drawing_becomes_a_file(attributed):
    assert b"cheeks" in as_svg(region_layout(regions(A).layout, palette=LIGHT))


def test_masking_that_shows_nothing_is_said(attributed):
    found = regions(A)
    masking = replace(found.overall.masking, difference=Estimate(0.01, -0.01, 0.03), p=0.4)
    said = regions_summary(replace(found, overall=replace(found.overall, masking=masking))).replace("\u00a0", " ")
    assert "not resolved against random patches as large (p = 0.40)" in said
    less = replace(masking, difference=Estimate(-0.05, -0.07, -0.03))
    said = regions_summary(replace(found, overall=replace(found.overall, masking=less))).replace("\u00a0", " ")
    assert "5.0 points less than random patches as large" in said


def test_a_network_that_reads_the_background_is_told(attributed):
    found = regions(A)
    said = regions_summary(replace(found, overall=replace(found.overall, densest="outside")))
    assert "reads what lies outside the face's parts most densely" in said


def test_rare_answers_are_named(attributed):
    assert rarely(replace(regions(A), rare=(("fear", 2),))) == "Too rarely answered to be shown: fear (n = 2)."


def test_only_what_could_be_measured_is_missed(attributed):
    assert has_regions([A, B, PLUS]) == ([A, B], [PLUS])


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_attributions_are_shown(name):
    app = open_page("regions", a=name)
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 3
