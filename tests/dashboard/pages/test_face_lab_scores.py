"""What is said of scored maps: words that follow from the numbers, and the face lab with everything switched on."""

from __future__ import annotations

import re

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoints import A, B

from dashboard.pages.face_lab.data import Answer, shared_end
from dashboard.pages.face_lab.gate_charts import answers_without_gates, sorted_gates
from dashboard.pages.face_lab.score_chart import score_dots
from dashboard.pages.face_lab.score_data import measures
from dashboard.pages.face_lab.score_text import (
    MapScoresView,
    believed,
    random_weights_words,
    score_words,
    without_gates,
)
from dashboard.plotting.theme import DARK, LIGHT
from dashboard.views.checkpoints import NetworkView
from fer_core.explain.metrics import RandomWeights, Score

NET = NetworkView("net", "Net", "mobilenet_v2", 0)
BASELINES = (("random map", 0.3), ("edge map", 0.5))


def deletion(value: float) -> Score:
    return Score("deletion", "Deletion", value, BASELINES, is_low_good=True)


def judged(value: float, changes: bool = True, method: str = "Grad-CAM") -> MapScoresView:
    return MapScoresView("Net", "mobilenet_v2", method, (deletion(value),), RandomWeights(changes, 0.1, 0.0))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.2, "0.20, better than random map 0.30 and edge map 0.50"),
        (0.4, "0.40, better than edge map 0.50; not than random map 0.30"),
        (0.5, "0.50, not better than random map 0.30 and edge map 0.50"),
    ],
)
def test_a_score_says_which_baselines_it_beats(value, said):
    assert score_words(deletion(value)) == said
    assert deletion(value).beats_all == (value < 0.3)


def test_where_high_is_good_the_larger_wins_and_where_nothing_is_nobody_does():
    insertion = Score("insertion", "Insertion", 0.6, BASELINES, is_low_good=False)
    assert insertion.beats_all and score_words(insertion).startswith("0.60, better than")
    neither = Score("sensitivity", "Sensitivity", 0.6, BASELINES, is_low_good=None)
    assert score_words(neither) == "0.60, beside random map 0.30 and edge map 0.50"


def test_the_answer_counts_maps_that_beat_all_baselines_and_change_with_the_weights():
    maps = [judged(0.2), judged(0.4, method="Occlusion"), judged(0.1, changes=False, method="SmoothGrad")]
    assert believed(maps).startswith("**1 of 3 maps** change") and "Grad-CAM of Net." in believed(maps)
    assert believed(maps[1:]).startswith("**None of the 2 maps**")
    assert believed([]) == ""


def test_the_badge_gives_both_correlations_with_a_minus_where_there_is_one():
    assert random_weights_words(RandomWeights(True, -0.13, 0.2)) == (
        "rank correlation −0.13 with half of the layers random, 0.20 with all"
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_score_chart_has_a_row_a_map_and_each_networks_baselines_once(palette):
    maps = [judged(0.2), judged(0.4, method="Occlusion")]
    chart = score_dots(maps, [NET], "deletion", palette=palette)
    assert [(row["map"], row["deletion"]) for row in chart.table] == [
        ("Grad-CAM", 0.2),
        ("Occlusion", 0.4),
        ("random map", 0.3),
        ("edge map", 0.5),
    ]
    (trace,) = chart.figure.data
    assert list(trace.x) == [0.2, 0.4, 0.3, 0.5]
    assert list(trace.marker.symbol) == ["circle", "circle", "circle-open", "circle-open"]
    assert "lower is better" in chart.figure.layout.xaxis.title.text


def test_gates_are_drawn_from_the_largest_with_their_limits():
    chart = sorted_gates(NET, "Channel gate 1 of 1", "channel", (0.2, 0.9, 0.5), limits=(0.05, 0.95), palette=LIGHT)
    assert list(chart.figure.data[0].y) == [0.9, 0.5, 0.2]
    assert sorted(shape.y0 for shape in chart.figure.layout.shapes) == [0.05, 0.95]
    assert "3 channels, gate 0.20 to 0.90, middle 0.50" in chart.alt
    branch = sorted_gates(NET, "Reverse branch", "branch", (0.2,), limits=(0.05, 0.95), palette=LIGHT)
    assert not branch.figure.layout.shapes and "Energy" in branch.footer


def test_answers_with_and_without_gates_are_joined():
    chart = answers_without_gates(NET, ("happy", "sad"), (0.9, 0.1), (0.4, 0.6), palette=LIGHT)
    assert [list(trace.x) for trace in chart.figure.data] == [[90, 40], [10, 60]]
    assert chart.table[1] == {"network": "net", "expression": "sad", "with gates": 0.1, "gates at one": 0.6}


def test_what_the_page_says_of_a_refused_method(here):
    shown = words(open_page("face_lab", networks=A, methods=["guided_grad_cam", "layer_cam"]))
    assert "Guided Grad-CAM cannot explain this network: guided backpropagation has a rule for ReLU only" in shown
    assert "Layer-CAM" in shown and "Integrated gradients" not in shown


def test_maps_are_scored_on_demand_beside_the_baselines(here):
    app = open_page("face_lab", networks=B, methods=["grad_cam", "saliency"], scores="yes")
    assert not app.exception and not app.error
    shown = words(app)
    for title in (measure.title for measure in measures().values()):
        assert len(re.findall(rf'title="{title} \d\.\d\d, (?:not )?b\w+', shown)) == 2
    assert shown.count("with half of the layers random, ") == 2 * 2  # on hover, and read aloud
    assert "Are the maps to be believed?" in shown and "of 2 maps" in shown or "of the 2 maps" in shown


def test_nothing_is_scored_before_somebody_asks(here, monkeypatch):
    monkeypatch.setattr(
        "dashboard.pages.face_lab.map_scores.score_map", lambda *_: pytest.fail("scored without being asked")
    )
    app = open_page("face_lab", networks=B, methods="grad_cam")
    assert not app.exception and "Deletion" not in words(app)


def test_the_gates_of_a_network_are_shown_stage_by_stage(here):
    app = open_page("face_lab", networks=A, methods="grad_cam", gates=A, stage="features.1.se")
    assert not app.exception and not app.error
    shown = words(app)
    assert "With all its gates at one, I-MobileNetV2 " in shown
    assert "Channel gate 1 of 4" in shown and "Reverse branch 1 of 15" in shown
    assert "features.1.se" in shown and "24 channels, gated from" in shown  # 24 x 0.75, to a multiple of 8
    captions = [image.caption for element in app.get("image") for image in element.proto.imgs]
    assert sum(bool(re.fullmatch(r"Channel \d+, gate \d\.\d\d", caption)) for caption in captions) == 6


def test_without_gates_an_answer_stays_or_changes():
    happy, sad = (Answer(("happy", "sad"), shares) for shares in ((0.8, 0.2), (0.4, 0.6)))
    surer = Answer(("happy", "sad"), (1.0, 0.0))
    assert without_gates("Net", happy, surer).replace("\u00a0", " ") == (
        "With all its gates at one, Net still answers **happy**: 100 % instead of 80 %."
    )
    assert without_gates("Net", happy, sad).replace("\u00a0", " ") == (
        "With all its gates at one, Net answers **sad** (60 %) instead of **happy** (80 %)."
    )


def test_a_network_without_gates_says_so(here):
    shown = words(open_page("face_lab", networks=B, methods="grad_cam", gates=B))
    assert "has no attention modules and no reverse fusion." in shown


def test_one_scale_for_a_method_ends_at_its_strongest_map():
    class Shown:
        def __init__(self, top: float):
            self.heatmap = type("H", (), {"values": np.full((4, 4), top, np.float32)})

    assert shared_end([Shown(0.5), Shown(2.0)]) == 2.0
