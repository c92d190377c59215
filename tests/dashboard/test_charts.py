"""Charts, their files and their colours."""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support.views import SHARE, cost, difference, matrix, network, pairs, reliability, risk, row, votes

from dashboard.pages.calibration.charts import accuracy_where_split, reliability_diagram, risk_coverage
from dashboard.pages.confusion.curve_chart import class_curve
from dashboard.pages.confusion.per_class_chart import per_class_dots
from dashboard.pages.efficiency.latency_chart import latency_against_macs
from dashboard.pages.paired.charts import pairwise_matrix
from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.accuracy_axis import AccuracyAxis
from dashboard.plotting.confusion_matrix import confusion_matrix, difference_matrix
from dashboard.plotting.export import as_csv, as_png, as_svg
from dashboard.plotting.label_placement import LabelBox, end_labels, margin_px, place_labels
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.network_costs import cost_dots, stage_bars
from dashboard.plotting.probability_bars import probability_bars
from dashboard.plotting.theme import DARK, LIGHT, contrast, interpolate, readable_on
from fer_core.evaluation.curves import ClassCurve
from fer_core.evaluation.intervals import Estimate

PROJECT = Path(__file__).resolve().parents[2]
EXPRESSIONS = ("happy", "sad")


CURVE = ClassCurve(
    "happy", 5, 5, np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.8, 0.5]), np.array([1.0, 0.5, 0.0]), SHARE, 0.5
)


BUILDERS = {
    "accuracy_against_cost": lambda p: accuracy_against_cost([row(), row("x", 0.6)], [row()], "macs", palette=p),
    "confusion_matrix": lambda p: confusion_matrix(matrix(), "rows", palette=p),
    "difference_matrix": lambda p: difference_matrix(difference(), palette=p),
    "per_class_dots": lambda p: per_class_dots([matrix(), matrix()], "recall", palette=p),
    "cost_dots": lambda p: cost_dots([cost()], "latency", palette=p),
    "time_against_macs": lambda p: latency_against_macs([cost()], palette=p),
    "stage_bars": lambda p: stage_bars(cost(), "macs", palette=p),
    "class_curve": lambda p: class_curve([row(), row("x")], [CURVE, CURVE], "pr", palette=p),
    "pair_matrix": lambda p: pairwise_matrix(pairs(), ("One", "Another network of two lines", "X"), palette=p),
    "reliability_diagram": lambda p: reliability_diagram(reliability(), palette=p),
    "risk_coverage": lambda p: risk_coverage(risk(), palette=p),
    "accuracy_where_split": lambda p: accuracy_where_split(votes(), palette=p),
    "probability_bars": lambda p: probability_bars(network(), EXPRESSIONS, [0.9, 0.1], palette=p),
}
both_palettes = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
each_chart = pytest.mark.parametrize("name", BUILDERS)


@each_chart
@both_palettes
def test_every_chart_has_title_words_table_and_our_template(name, palette):
    chart = BUILDERS[name](palette)
    assert chart.title and chart.alt and chart.table
    assert chart.footer.endswith((".", "augmentation", "intervals", "both", "all"))
    assert chart.figure.layout.template.layout.paper_bgcolor == palette.background


@each_chart
def test_every_chart_becomes_svg_and_png_with_its_title_and_small_print(name):
    chart = BUILDERS[name](LIGHT)
    svg = as_svg(chart).decode()
    assert chart.title in svg
    assert chart.footer.split()[0] in svg
    assert not re.findall(r'(?:href|src)="(?!#)', svg)  # nothing is fetched from anywhere
    assert Image.open(io.BytesIO(as_png(chart))).width == 1440  # 7.2 inches at 200 dots


@each_chart
def test_every_chart_becomes_csv_with_all_its_rows(name):
    chart = BUILDERS[name](LIGHT)
    found = pd.read_csv(io.BytesIO(as_csv(chart)))  # as anybody would, with no options
    assert (len(found), list(found.columns)) == (len(chart.table), list(chart.table[0]))


def test_a_tag_in_a_foreign_name_is_text_on_the_screen_and_in_the_file():
    foreign = "<img src=x> & <a href='y'>"
    chart = probability_bars(replace(network(), title=foreign), (foreign, "sad"), [0.9, 0.1], palette=LIGHT)
    assert chart.figure.layout.yaxis.ticktext[0] == "&lt;img src=x> & &lt;a href='y'>"
    assert "&lt;img src=x&gt; &amp; &lt;a href='y'&gt;" in as_svg(chart).decode()
    shown = class_curve([replace(row(), network=replace(network(), title=foreign))], [CURVE], "pr", palette=LIGHT)
    assert shown.figure.data[1].hovertemplate.startswith("<b>&lt;img src=x>")


def test_a_svg_is_the_same_each_time():
    chart = BUILDERS["confusion_matrix"](LIGHT)
    assert as_svg(chart) == as_svg(chart)


def test_the_interval_bar_is_as_long_as_the_interval():
    chart = accuracy_against_cost([row(claimed=False)], [row()], "macs", palette=LIGHT)
    mark = chart.figure.data[-1]
    assert mark.y[0] == pytest.approx(70)
    assert (mark.error_y.array[0], mark.error_y.arrayminus[0]) == pytest.approx((10, 10))


@pytest.mark.parametrize(("far", "share"), [(0.2, False), (0.99, True)])
def test_a_network_from_elsewhere_that_is_far_off_stands_at_the_edge_with_its_number(far, share):
    """Ours are 60 to 70 %, their bars end at 50 and 80 %; with the far one, Tukey's fences lie inside 50 to 82 %."""
    ours = [row("a", 0.6, claimed=False), row("b", 0.62, claimed=False), row("c", 0.7, claimed=False)]
    near, away = (replace(row(name, value, claimed=False), recipe="public", is_imported=True)
                  for name, value in (("near", 0.64), ("away", far)))  # fmt: skip
    chart = accuracy_against_cost([*ours, near, away], [ours[-1]], "macs", palette=LIGHT)
    assert chart.figure.layout.yaxis.range == pytest.approx((48.5, 81.5))
    (mark,) = (trace for trace in chart.figure.data if trace.name == "Away")
    assert mark.marker.symbol == f"triangle-{'up' if share else 'down'}"
    assert mark.y[0] == pytest.approx(81.5 - 0.03 * 33 if share else 48.5 + 0.03 * 33)
    assert mark.text[0] == f"Away {100 * far:.1f}\xa0%" and mark.error_y.array is None
    assert "Arrow at the edge" in chart.footer and chart.table[-1]["accuracy"] == far
    assert chart.table[-1]["network"] in as_svg(chart).decode()
    within = accuracy_against_cost([*ours, near], [ours[-1]], "macs", palette=LIGHT)
    assert within.figure.layout.yaxis.range == pytest.approx((48.5, 81.5)) and "Arrow" not in within.footer


def test_long_names_at_the_ends_of_lines_stand_in_two_lines_while_there_is_room():
    short, long = "LightExNet", "I-MobileNetV2 at stride 16"
    assert end_labels([short, short], 18, 350) == ([short, short], 18)
    assert end_labels([short, long], 18, 350) == ([short, "I-MobileNetV2 at<br>stride 16"], 36)
    assert margin_px(["I-MobileNetV2 at<br>stride 16"]) == round(16 * 7.2)
    many, apart = end_labels([long] * 10, 18, 350)
    assert (many[0], apart) == ("I-MobileNetV2 at stri…", 18)


def test_an_axis_never_leaves_out_what_was_trained_here_or_stands_alone():
    ours, theirs = [Estimate(0.7, 0.69, 0.71)] * 9, [Estimate(0.2, 0.19, 0.21)]
    assert AccuracyAxis.covering([*ours, *theirs], []).ends == pytest.approx((17.5, 72.5))
    assert AccuracyAxis.covering(ours, theirs).ends == pytest.approx((67.5, 72.5))
    assert AccuracyAxis.covering(ours, theirs, [0.9]).ends == pytest.approx((67.5, 91.5))
    assert AccuracyAxis.covering([], theirs).ends == pytest.approx((17.5, 22.5))


def test_a_claim_is_hollow_and_joined_to_the_measurement():
    claim = accuracy_against_cost([row()], [row()], "macs", palette=LIGHT).figure.data[1]
    assert claim.marker.symbol.endswith("-open")
    assert list(claim.y) == pytest.approx([70, 75])
    assert list(claim.x) == [10_000_000, 40_000_000]  # at its own cost, not at ours
    open_cost = replace(row(), claim=replace(row().claim, macs=None))
    figure = accuracy_against_cost([open_cost], [open_cost], "macs", palette=LIGHT).figure
    assert not any(str(trace.marker.symbol).endswith("-open") for trace in figure.data)


def test_matrix_cells_carry_share_and_count():
    cells = confusion_matrix(matrix(), "rows", palette=LIGHT).figure.data[1]
    assert cells.text[0].startswith("80<br>")
    assert cells.text[1].startswith("20<br>")


def test_a_clicked_cell_knows_its_expressions():
    cells = confusion_matrix(matrix(), "rows", palette=LIGHT).figure.data[1]
    assert tuple(cells.customdata[1]) == ("happy", "sad")


def test_the_chosen_cell_wears_a_frame():
    plain = confusion_matrix(matrix(), "rows", palette=LIGHT).figure.data
    framed = confusion_matrix(matrix(), "rows", ("happy", "sad"), palette=LIGHT).figure.data
    assert len(framed) == len(plain) + 2
    assert (min(framed[-1].x), max(framed[-1].x)) == pytest.approx((0.54, 1.46))  # column 1, sad
    assert (min(framed[-1].y), max(framed[-1].y)) == pytest.approx((-0.46, 0.46))  # row 0, happy


def test_a_pair_stands_twice_with_opposite_signs():
    figure = pairwise_matrix(pairs(), ("A", "B", "C"), palette=LIGHT).figure
    shown, words = figure.data
    assert (shown.z[0][2], shown.z[2][0]) == pytest.approx((0.5, -0.5))
    assert shown.z[0][1] is None  # not resolved
    assert [one[:4] for one in words.text][:2] == ["+4.0", "+50."]
    first = pairs().pairs[1]
    unfair = replace(pairs(), pairs=(replace(first, unequal="epochs 5 against 9"), *pairs().pairs[1:]))
    figure = pairwise_matrix(unfair, ("A", "B", "C"), palette=LIGHT).figure
    assert figure.data[0].z[0][1] is None and "not ranked: epochs 5 against 9" in figure.data[1].hovertext[0]


def test_the_band_reaches_from_end_to_end():
    band = reliability_diagram(reliability(), palette=LIGHT).figure.data[1]
    assert band.y[0] - band.error_y.arrayminus[0] == pytest.approx(30)
    assert band.y[0] + band.error_y.array[0] == pytest.approx(80)


def test_differences_within_chance_have_no_colour():
    values = difference_matrix(difference(), palette=LIGHT).figure.data[0].z
    assert [[value is not None for value in line] for line in values] == [[True, False], [False, False]]


def test_shares_of_rows_and_columns_by_hand():
    assert matrix().shares("rows") == [[0.8, 0.2], [0.6, 0.4]]
    assert matrix().shares("columns")[0] == pytest.approx([4 / 7, 1 / 3])
    assert matrix().shares("counts")[1] == pytest.approx([0.3, 0.2])


@both_palettes
def test_text_is_readable(palette):
    for ink in (palette.text, palette.muted, palette.accent):
        assert contrast(ink, palette.background) >= 4.5
    for family in (*palette.families, "dense_resnet", "resnet18"):
        # Marks need less than text; the light theme's orange and sky blue are Okabe and Ito's own.
        assert contrast(palette.family(family), palette.background) >= (3 if palette.is_dark else 2)


@both_palettes
def test_cell_text_is_readable_on_every_shade(palette):
    for stops in (palette.sequential, palette.diverging):
        for fill in interpolate(stops, [step / 100 for step in range(101)]):
            assert contrast(readable_on(fill), fill) >= 4.5


def test_a_shade_lies_between_its_neighbours_and_ends_are_kept():
    assert interpolate(("#000000", "#ffffff", "#ff0000"), [-1, 0.25, 0.5, 2]) == [
        "#000000",
        "#808080",
        "#ffffff",
        "#ff0000",
    ]


def test_streamlit_and_the_charts_have_the_same_ground():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())["theme"]
    for palette, name in ((LIGHT, "light"), (DARK, "dark")):
        assert config[name]["backgroundColor"] == palette.background
        assert config[name]["textColor"] == palette.text
        assert config[name]["grayTextColor"] == palette.muted


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_logarithmic_ticks_by_hand():
    assert log_range([10, 1000], room=0.1) == pytest.approx((0.8, 3.2))
    ticks = log_ticks((6.8, 8.1), 1e6, " M")
    assert ticks["ticktext"] == ["10 M", "20 M", "50 M", "100 M"]
    alone = log_ticks(log_range([7.2e6], room=0.12), 1e6, " M")  # 5.5 to 9.5 M: no 1, 2 or 5
    assert alone["ticktext"] == ["6 M", "7 M", "8 M", "9 M"]


def test_a_label_goes_to_the_free_side():
    frame, wall = LabelBox(0, 0, 300, 100), LabelBox(110, 0, 160, 100)
    [(place, cost_)] = place_labels([(100, 50)], ["name"], [wall], frame)
    assert (place, cost_) == ("middle left", 0)


def test_a_label_does_not_leave_the_plot():
    [(place, _)] = place_labels([(290, 50)], ["name"], [], LabelBox(0, 0, 300, 100))
    assert place.endswith("left")


def test_words_of_the_dearest_stand_left_of_its_mark():
    cheap, dear = cost(), replace(cost(), params=300_000_000)
    figure = cost_dots([cheap, dear], "params", palette=LIGHT).figure
    words = [trace for trace in figure.data if trace.mode == "text"]
    assert [trace.textposition for trace in words] == ["middle right", "middle left"]


def test_labels_keep_off_the_pareto_line():
    # The line from the cheap mark runs level to the right, where its label would stand otherwise.
    cheap, best = row("a", 0.6, 1_000_000, claimed=False), row("b", 0.9, 100_000_000, claimed=False)
    figure = accuracy_against_cost([best, cheap], [cheap, best], "macs", palette=LIGHT).figure
    (mark,) = (trace for trace in figure.data if trace.name == "A")
    assert mark.textposition[0] in ("top right", "bottom right", "top left", "bottom left", "middle left")


def test_only_the_best_of_several_seeds_bears_the_name():
    rows = [replace(row("a", 0.7 - 0.01 * seed, claimed=False), name=f"a.fer2013-s{seed}") for seed in range(3)]
    figure = accuracy_against_cost(rows, rows[:1], "macs", palette=LIGHT).figure
    assert list(figure.data[-1].text) == ["A", "", ""]


def test_marks_that_do_not_stand_out_have_no_interval_and_the_footer_says_so():
    rows = [row("a", 0.6), row("b", 0.7)]
    chart = accuracy_against_cost(rows, rows[1:], "macs", {rows[1].name}, palette=LIGHT)
    marks = {trace.name: trace for trace in chart.figure.data}
    assert marks["A"].error_y.array is None and len(marks["B"].error_y.array) == 1
    assert "Small: named on hovering" in chart.footer
    assert "Small" not in accuracy_against_cost(rows, rows[1:], "macs", palette=LIGHT).footer


def test_footers_say_how_many_people_the_faces_show():
    people = replace(row(), subjects=4, protocol="CK+, unseen subjects")
    footer = accuracy_against_cost([people], [people], "macs", palette=LIGHT).footer
    assert "CK+, unseen subjects, n\u00a0=\u00a010 faces of 4 people" in footer
    assert "clustered by subject" in footer and "Wilson" not in footer
