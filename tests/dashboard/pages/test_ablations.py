"""The papers' tables beside our numbers: fair pairs, unfair ones, missing rows, seeds."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoint import publish_sample
from support.checkpoints import answers

from dashboard.pages.ablations.csv import ablations_csv
from dashboard.pages.ablations.text import ablations_summary, left_out, printed_words, reading
from dashboard.pages.evidence.data import evidence as evidence_rows
from dashboard.pages.overview.data import leaderboard
from dashboard.pages.paired.data import first_comparison
from dashboard.store.ablations import ablations
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.logits import logits_of, split_logits
from dashboard.store.training_groups import best_per_network, leading_recipe, one_per_network, trainings
from fer_core import checkpoints, files, labels, models
from fer_core.checkpoints.card import Card, read_card, write_card
from fer_core.evaluation import score
from fer_core.evaluation.calibration import expected_calibration_error
from fer_core.profiling import profiles

FAMILY = ("i_mobilenet_v2-base", "i_mobilenet_v2-se", "i_mobilenet_v2-se_rfm", "i_mobilenet_v2")
BASE, SE, _, FULL = FAMILY
FACES = labels.FER2013


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Card:
    """One published card; the others are written from it without building a network."""
    return read_card(publish_sample(tmp_path_factory.mktemp("template"), logits={"PublicTest": answers(FACES, {})}))


@pytest.fixture
def put(world, template):
    """Put a checkpoint on the shelf that takes the first `wrong` of 70 faces for neutral: none of those is.

    `validated`: how many it takes wrong on the validation split, if not as many as on the test split.
    """

    def one(  # noqa: PLR0913 - what makes a training
        network: str,
        wrong: int,
        seed: int = 0,
        recipe: str = "short",
        epochs: int = 5,
        validated: int | None = None,
        gates: str = "",
    ) -> str:
        name = f"{network}.fer2013-{recipe}{epochs}{gates}-s{seed}"
        (world / name).mkdir()
        kept, scores = {}, {}
        for split, missed in {"PublicTest": wrong if validated is None else validated, "PrivateTest": wrong}.items():
            stored = answers(FACES, {})
            stored.logits[:missed] = np.eye(7, dtype=np.float32)[6]
            path = checkpoints.save_logits(world / name, split, stored, FACES)
            kept[split] = {"sha256": files.sha256(path), "bytes": path.stat().st_size}
            scores[split] = score(stored.logits, stored.labels, FACES).as_dict()
        command = f"fer train {network} --recipe {recipe} --tag {recipe}{epochs}-s{seed} --threads 1"
        training = {**template.training.model_dump(), "recipe": recipe, "seed": seed, "command": command}
        training["settings"] = {"epochs": epochs, "gate_start": gates}
        design = asdict(models.entry(network).config)
        changed = {"network": {"name": network, "config": design}, "training": training, "logits": kept}
        write_card(world / name, Card.model_validate({**template.as_dict(), "name": name, "scores": scores, **changed}))
        return name

    return one


@pytest.fixture
def world(tmp_path, monkeypatch):
    """No checkpoints yet, the committed profiles, torch left where it is."""
    root = tmp_path / "checkpoints"
    root.mkdir()
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    monkeypatch.setenv("FER_WARM", "0")
    return root


def rows(recipe: str = "widest") -> dict:
    """The rows of I-MobileNetV2's table on FER2013, by network."""
    return paper_of(FULL, recipe)


def paper_of(family: str, recipe: str = "widest") -> dict:
    """The rows of a paper's table on FER2013, by network."""
    paper = next(one for one in ablations("fer2013", recipe).papers if one.network.name == family)
    return {row.network.name: row for row in paper.rows}


def test_the_tree_follows_the_registry(world, put):
    for name in models.list_networks():
        if models.entry(name).family == FULL:
            put(name, 20)
    found = rows()
    tree = {name: row for name, row in found.items() if row.depth is not None}
    assert set(tree) == {name for name in models.list_networks() if models.entry(name).family == FULL}
    for name, row in tree.items():
        base = models.entry(name).base
        assert (row.base.name if row.base else None) == base
        assert row.depth == (0 if base is None else tree[base].depth + 1)
        assert row.change.count("→") == (base is not None)
    assert tree[SE].change == "attention: none → se"


def test_a_fair_pair_gets_the_verdict_of_its_faces(world, put):
    """Base misses 20 of 70 faces and +SE the first 10 of them: +14.3 points, on one seed."""
    put(BASE, 20)
    put(SE, 10)
    step = rows()[SE].step
    assert step.verdict.difference.value == pytest.approx(10 / 70)
    assert step.alone == pytest.approx((10, 0))
    assert (step.status, step.verdict.seeds) == ("better", (1, 1))
    assert reading(rows()[SE]).startswith("Better than the row that it changes, on one seed: no conclusion.")


def test_the_family_is_the_table_and_not_what_was_trained(world, put):
    put(BASE, 20)
    put(SE, 10)
    sizes = {rows()[SE].step.verdict.question.family_size}
    put(FULL, 5)
    found = rows()
    sizes |= {found[SE].step.verdict.question.family_size, found[FULL].whole.verdict.question.family_size}
    changed = [one for one in models.list_networks() if models.entry(one).family == FULL and one != BASE]
    assert sizes == {len(changed) + sum(models.entry(one).base != BASE for one in changed)}


def test_a_worse_row_keeps_its_sign(world, put):
    for seed in (0, 1, 2):
        put(BASE, 5 + seed, seed)
        put(SE, 30 + seed, seed)
    step = rows()[SE].step
    assert step.verdict.difference.value == pytest.approx(-25 / 70)
    assert step.verdict.difference.low < step.verdict.difference.value < step.verdict.difference.high < 0
    assert step.status == "worse"
    assert reading(rows()[SE]).startswith("Worse than the row that it changes. ")


def test_recipes_that_differ_make_no_pair(world, put):
    put(BASE, 20, epochs=5)
    put(SE, 10, epochs=9)
    row = rows()[SE]
    assert row.step is None
    assert row.reason == "Not a fair pair: epochs 9 against 5."
    app = open_page("ablations")
    assert not app.exception
    assert "Not a fair pair: epochs 9 against 5." in words(app)
    assert "No change** can be judged on FER2013 yet" in words(app)


def test_rows_of_other_faces_make_no_pair(world, put):
    put(BASE, 20)
    card = json.loads((world / put(SE, 10) / "card.json").read_text())
    del card["scores"]["PrivateTest"], card["logits"]["PrivateTest"]
    (world / card["name"] / "card.json").write_text(json.dumps(card))
    row = rows()[SE]
    assert row.step is None
    assert row.reason == "Not a fair pair: split PublicTest against PrivateTest."


def test_validation_accuracy_is_not_held_against_the_paper(world, put):
    card = json.loads((world / put(FULL, 40) / "card.json").read_text())
    del card["scores"]["PrivateTest"], card["logits"]["PrivateTest"]
    (world / card["name"] / "card.json").write_text(json.dumps(card))
    assert reading(rows()[FULL]) == "Scored on validation faces only, so not held against the paper."
    assert "paper" not in ablations_summary(ablations("fer2013"))


def test_a_step_is_judged_over_all_seeds(world, put):
    """Base misses 20, 22 and 21 faces with seeds 0 to 2; +SE 10 and 16 with seeds 0 and 1."""
    for seed, wrong in enumerate((20, 22, 21)):
        put(BASE, wrong, seed)
    for seed, wrong in enumerate((10, 16)):
        put(SE, wrong, seed)
    found = rows()
    assert found[BASE].measured.seeds == ("0", "1", "2")
    assert found[BASE].measured.accuracy.value == pytest.approx(1 - 21 / 70)
    assert found[BASE].measured.deviation == pytest.approx(1 / 70)
    step = found[SE].step
    assert step.verdict.seeds == (2, 3)
    assert step.verdict.difference.value == pytest.approx(8 / 70)  # 13 faces missed on average against 21


def test_the_whole_network_stands_against_the_first_row(world, put):
    put(BASE, 20)
    put(FULL, 5)
    row = rows()[FULL]
    assert row.reason == "The row that it changes is not trained here yet."
    assert row.whole.verdict.difference.value == pytest.approx(15 / 70)
    assert rows()[SE].whole_reason == "The base is the row that it changes."


@pytest.mark.parametrize(
    ("missed", "verb", "p"),
    [(5, "help: +21.4", "p < 0.001"), (40, "hurt: −28.6", "p < 0.001"), (20, "make no resolved", "p 1.00")],
)
def test_several_seeds_of_both_ends_say_what_all_changes_do_together(world, put, missed, verb, p):
    put(BASE, 20)
    put(FULL, missed)
    assert "together" not in ablations_summary(ablations("fer2013"))  # one seed carries no conclusion
    for seed in (1, 2):
        put(BASE, 20, seed)
        put(FULL, missed, seed)
    said = ablations_summary(ablations("fer2013")).replace("\u00a0", " ")
    assert f"All changes of **I-MobileNetV2** together {verb}" in said
    assert f"{p}, 3 seeds)" in said


def test_the_recipe_of_most_rows_is_shown_unless_another_is_chosen(world, put):
    put(BASE, 20)
    put(SE, 10)
    put(SE, 30, recipe="lens", epochs=6)
    assert ablations("fer2013").recipes == ("short",)  # one row of a recipe has nothing to be compared with
    assert rows()[SE].measured.recipe == "short"
    assert rows("lens")[SE].measured.accuracy.value == pytest.approx(40 / 70)
    assert rows("lens")[BASE].measured.recipe == "short"  # it has no other


def test_a_better_training_than_the_shown_one_is_named(world, put):
    """Shown: 30 of 70 right with the recipe of most rows; another recipe has 40 right, 57.1 %."""
    put(BASE, 20)
    put(FULL, 40)
    put(FULL, 30, recipe="lens", epochs=6)
    assert rows()[BASE].best is None
    assert rows()[FULL].best.recipe == "lens"
    assert rows()[FULL].best.accuracy.value == pytest.approx(40 / 70)
    assert rows("lens")[FULL].best is None
    shown = words(open_page("ablations")).replace("\u00a0", " ")
    assert "single seed 0, short; validation prefers lens, 57.1 %" in shown


def test_the_test_split_does_not_choose_the_better_training(world, put):
    """Fewer mistakes on test faces, more on validation faces: naming it as the best would be picking by the test."""
    put(BASE, 20)
    put(FULL, 40)
    put(FULL, 30, recipe="lens", epochs=6, validated=60)
    assert rows()[FULL].best is None
    assert rows("lens")[FULL].best.accuracy.value == pytest.approx(30 / 70)


def test_the_test_split_does_not_choose_which_other_training_stands_in(world, put):
    put(BASE, 20)
    put(SE, 20)
    put(FULL, 10, recipe="lens", epochs=6, validated=40)
    put(FULL, 30, recipe="cpu", epochs=7, validated=15)
    assert rows()[FULL].measured.accuracy.value == pytest.approx(40 / 70)


def test_overview_shows_of_each_network_the_training_that_validation_prefers(world, put):
    """Two seeds of one recipe with 10 and 20 mistakes, and one of another: worse on validation, better on the test."""
    first, second = put(FULL, 10), put(FULL, 20, seed=1)
    put(FULL, 5, recipe="lens", epochs=6, validated=40)
    put("mini_xception", 30)
    shown = words(open_page("overview")).replace("\u00a0", " ")
    assert first in shown and "mean of 2 seeds, SD 10.1" in shown  # of 60 and 50 right of 70
    mean = next(row for row in one_per_network(load_checkpoints().checkpoints) if row.name == first)
    assert f"{100 * mean.accuracy.value:.1f}" == "78.6" and "79 % ± 79" in shown  # of two seeds little is known
    assert second not in shown and "lens6" not in shown
    assert "did best on validation faces, as the mean of its seeds; 2 more are behind All runs" in shown
    everything = words(open_page("overview", runs="all")).replace("\u00a0", " ")
    assert all(tag in everything for tag in ("short5-s0; 2 seeds", "short5-s1; 2 seeds", "<small>lens6-s0</small>"))
    assert "behind All runs" not in everything


def test_a_better_training_elsewhere_takes_no_network_out_of_the_ranking(world, put):
    """Three networks share a recipe, two others another one; one of the three has a better training of its own."""
    alike = [put(network, wrong) for network, wrong in ((BASE, 20), (SE, 24), (FULL, 22))]
    better = put(FULL, 5, recipe="lens", epochs=6)
    elsewhere = [
        put(network, wrong, recipe="cpu", epochs=7) for network, wrong in (("mini_xception", 3), ("vgg19_bn", 4))
    ]
    scored = load_checkpoints().checkpoints
    best = one_per_network(scored)
    view = leaderboard(best, scored)
    assert {row.name for row in best} == {*alike[:2], better, *elsewhere}
    assert view.leader.name == alike[0] and view.others == 2
    assert {lead.other.name: lead.verdict.difference.value for lead in view.leads} == pytest.approx(
        {alike[1]: 4 / 70, alike[2]: 2 / 70}
    )
    row = next(one for one in view.rows if one.checkpoint.name == better)
    assert row.lead is None and "epochs 5 against 6" in row.no_lead
    shown = words(open_page("overview")).replace("\u00a0", " ")
    assert "Of 3 networks trained alike, **I-MobileNetV2 base" in shown
    assert "Of all weights here, validation faces prefer **mini-Xception** (95.7 % ± 7.6)" in shown
    assert {*first_comparison(scored)} == {*alike}
    shown_instead = put(BASE, 4, recipe="lens", epochs=8, validated=2)
    scored = load_checkpoints().checkpoints
    assert leaderboard(one_per_network(scored), scored).leader.name == alike[0]
    shown = words(open_page("overview")).replace("\u00a0", " ")
    assert shown_instead in shown and "I-MobileNetV2 base (V2 x0.75) (71.4 %) is" in shown


@pytest.mark.parametrize(("validated", "leads"), [(12, False), (9, True)])
def test_a_single_run_replaces_several_seeds_only_if_it_is_ahead_of_their_best(world, put, validated, leads):
    """Seeds 0 to 2 take 10, 14 and 18 of 70 wrong: a run with 12 is ahead of their mean, which luck can do."""
    seeds = [put(FULL, wrong, seed) for seed, wrong in enumerate((10, 14, 18))]
    single = put(FULL, 20, recipe="lens", epochs=6, validated=validated)
    assert [row.name for row in best_per_network(load_checkpoints().checkpoints)] == [single if leads else seeds[0]]


def test_a_network_of_several_seeds_stands_as_their_mean(world, put):
    """Seeds 0 to 2 have 60, 56 and 52 of 70 right; a lone run of another network stays as it is."""
    for seed, wrong in enumerate((10, 14, 18)):
        put(FULL, wrong, seed)
    put(BASE, 21)
    scored = load_checkpoints().checkpoints
    runs = [row for row in scored if row.network.name == FULL]
    found = {row.network.name: row for row in one_per_network(scored)}
    assert (found[FULL].name, found[FULL].seeds, found[BASE].seeds) == (runs[0].name, 3, 1)
    assert found[FULL].accuracy.value == pytest.approx(0.8) and found[BASE].accuracy.value == pytest.approx(0.7)
    assert found[FULL].macro_f1.value == pytest.approx(sum(row.macro_f1.value for row in runs) / 3)
    assert found[FULL].validation_accuracy == pytest.approx(sum(row.validation_accuracy for row in runs) / 3)
    reach = 4.302653 * 0.0571429 / 3**0.5  # Student's t for two degrees of freedom, deviation of 4 faces of 70
    over_faces = sum(row.accuracy.high - row.accuracy.value for row in runs) / 3
    assert found[FULL].accuracy.high - 0.8 == pytest.approx((reach**2 + over_faces**2) ** 0.5, abs=1e-6)
    stored = [logits_of(split_logits(card_of(row.name))) for row in runs]
    ece = [expected_calibration_error(one.logits, one.labels) for one in stored]
    standing = {one.checkpoint.network.name: one for one in leaderboard(list(found.values()), scored).rows}
    assert standing[FULL].ece == pytest.approx(sum(ece) / 3)
    shown = words(open_page("overview")).replace("\u00a0", " ")
    assert "80 % ± 18" in shown and "mean of 3 seeds, SD 5.7" in shown


def test_a_claim_stands_beside_the_mean_of_all_seeds(world, put):
    for seed, wrong in enumerate((10, 14, 18)):
        put(FULL, wrong, seed)
    shown = words(open_page("start")).replace("\u00a0", " ")
    assert "80 % ± 18<small>3 seeds, n = 70<" in shown  # 56 of 70 on average, within t = 4.3 deviations by root 3


def test_a_network_changed_by_hand_does_not_stand_in_for_the_registered_one(world, put):
    put(FULL, 20)
    finer = world / put(FULL, 10, recipe="lens") / "card.json"
    card = json.loads(finer.read_text())
    card["network"]["config"]["output_stride"] = 16
    finer.write_text(json.dumps(card))
    rows = load_checkpoints().checkpoints
    assert best_per_network(rows) == list(rows)


def test_a_setting_that_did_not_exist_yet_does_not_part_seeds(world, put):
    put(FULL, 10)
    late = world / put(FULL, 20, seed=1) / "card.json"
    card = json.loads(late.read_text())
    card["training"]["settings"]["size_px"] = 0  # off
    late.write_text(json.dumps(card))
    shown = words(open_page("overview")).replace("\u00a0", " ")
    assert "mean of 2 seeds" in shown and "79 % ± 79" in shown  # 55 of 70
    assert "2 seeds: 78.6 %" in words(open_page("overview", runs="all")).replace("\u00a0", " ")


def under_protocol(folder: Path) -> None:
    """Say of a checkpoint that it was trained on FER2013 without copies of its test faces."""
    card = json.loads((folder / "card.json").read_text())
    entry = {"name": "fer2013-deduplicated", "title": "t", "seed": 0, "folds": 1, "sha256": "0" * 64, "is_leaky": False}
    (folder / "card.json").write_text(json.dumps({**card, "protocol": entry}))


def test_numbers_of_two_protocols_do_not_stand_in_one_table(world, put):
    put(BASE, 20)
    put(FULL, 20)
    under_protocol(world / put(SE, 10))
    alone = ablations("fer2013")
    assert list(alone.protocols) == [""] and alone.lone_protocols == ("FER2013, de-duplicated",)
    assert "protocol" not in open_page("ablations").query_params
    assert left_out(alone).endswith("No table for FER2013, de-duplicated: no two rows of one were trained so.")
    assert rows()[BASE].measured and rows()[SE].measured is None
    under_protocol(world / put("i_mobilenet_v2-selu", 10))
    official = ablations("fer2013")
    assert official.protocols == {"": "The owner's splits", "fer2013-deduplicated": "FER2013, de-duplicated"}
    other = ablations("fer2013", protocol="fer2013-deduplicated").papers[0].rows
    assert [row.network.name for row in other if row.measured] == [SE, "i_mobilenet_v2-selu"]
    app = open_page("ablations", protocol="fer2013-deduplicated")
    assert not app.exception
    assert "without the PrivateTest pictures that stand pixel by pixel in Training" in words(app)


def test_one_recipe_name_with_changed_fields_is_two_recipes(world, put):
    for network in (BASE, SE):
        put(network, 20, epochs=5)
        put(network, 20, epochs=9)
    assert ablations("fer2013").recipes == ("short", "short, epochs 9")
    app = open_page("ablations", recipe="nobody's")
    assert not app.exception and "which is not here; it is left out" in words(app)
    assert app.selectbox(key="recipe").options == ["The recipe that most rows share", "short", "short, epochs 9"]


def test_trainings_that_differ_in_their_gates_only_are_two_recipes(world, put):
    put("a_mobilenet-base", 30)
    for network in ("a_mobilenet-cbam", "a_mobilenet-linear"):
        put(network, 20)
    put("a_mobilenet", 10, gates="even")
    put("a_mobilenet", 15)
    even = "short, gate start even"
    # Validation prefers the even gates, but the table of one recipe takes the row that its neighbours are like.
    row = paper_of("a_mobilenet")["a_mobilenet"]
    assert row.measured.recipe == "short" and row.step and row.best.recipe == even
    assert paper_of("a_mobilenet", even)["a_mobilenet"].step is None


def test_of_recipes_with_as_many_rows_the_one_that_validation_prefers_leads(world, put):
    for network in (BASE, SE):
        put(network, 10, recipe="cpu-kd", validated=30)
        put(network, 20, recipe="short", epochs=9, validated=20)
    assert ablations("fer2013").recipes == ("short", "cpu-kd")
    assert rows()[SE].measured.recipe == "short"
    put("i_mobilenet_v2-selu", 40, recipe="cpu-kd")
    assert ablations("fer2013").recipes == ("cpu-kd", "short")  # more rows come first


def test_a_missing_row_says_which_command_trains_it(world, put):
    assert rows()[SE].command == f"fer train {SE} --data fer2013"
    put(BASE, 20)
    assert rows()[SE].command == f"fer train {SE} --recipe short --threads 1"  # as its sibling, without its tag
    assert "Not trained here yet" in words(open_page("ablations"))
    ckplus = ablations("ckplus").papers[0].rows[0]
    assert ckplus.command == f"fer train {BASE} --data ckplus --protocol ckplus-subject"


def test_a_table_has_the_rows_of_which_something_is_known(world, put):
    """Nobody prints or trained I-MobileNetV2 base + SELU on FER2013 here; LightExNet's paper prints nothing on FER+."""
    assert "i_mobilenet_v2-selu" not in rows()
    put("i_mobilenet_v2-selu", 20)
    assert rows()["i_mobilenet_v2-selu"].measured
    assert [paper.network.name for paper in ablations("ferplus").papers] == ["a_mobilenet"]


def test_a_network_without_a_table_is_named(world, put):
    put("mini_xception", 20)  # of no paper's family
    for name in (FULL, "lightexnet"):
        card = read_card(world / put(name, 20))
        (world / card.name).rename(world / card.name.replace("fer2013", "ferplus"))
        name, data = (
            card.name.replace("fer2013", "ferplus"),
            card.data.model_copy(update={"name": "ferplus", "title": "FER+"}),
        )
        write_card(world / name, card.model_copy(update={"name": name, "data": data}))
    found = ablations("ferplus")
    assert [network.name for network in found.alone] == [FULL, "lightexnet"]
    shown = words(open_page("ablations", data="ferplus"))
    assert "No table for I-MobileNetV2 and LightExNet: their papers print no number on FER+, and no two rows" in shown
    assert "Their scores stand on the Leaderboard." in shown
    lone = left_out(replace(found, alone=found.alone[:1]))
    assert lone.startswith("No table for I-MobileNetV2: its paper prints") and lone.endswith(
        "Its score stands on the Leaderboard."
    )


def test_a_claim_is_not_held_against_a_training_of_other_length(world, put):
    """Full: 30 of 70 right after 5 epochs; the paper's 68.62 % is of 3,589 faces after 350."""
    name = put(FULL, 40)
    found = rows()
    assert (found[BASE].printed.words, found[BASE].printed.is_impossible) == ("66.99", False)  # a mean of runs could be
    assert found["mobilenet_v2"].depth is None  # another network of the same paper's table
    shown = words(open_page("ablations"))
    assert "so none is above or below its claim" in shown and "66.99 %" in shown
    assert "Not comparable with Zhu et al. 2024's 68.62 %" in found[FULL].beside_paper.words
    assert "of the paper's 350 epochs" in found[FULL].beside_paper.words
    assert reading(found[FULL]).endswith("Claim not comparable: other test faces.")
    assert found[FULL].beside_paper.words in printed_words(found[FULL])  # one click deeper
    evidence = next(one for one in evidence_rows().rows if one.name == name)
    assert found[FULL].beside_paper.words in evidence.why  # one difference on all pages
    assert found[FULL].beside_paper.words in words(open_page("overview")).replace("&#39;", "'")


def test_a_base_that_is_another_papers_network_takes_its_claim(world):
    paper = next(one for one in ablations("ferplus").papers if one.network.name == "a_mobilenet")
    printed = {row.network.name: row.printed.words for row in paper.rows if row.printed}
    assert printed["a_mobilenet-base"] == "85.40"
    assert set(printed) == {"a_mobilenet-base", "a_mobilenet", "mobilenet_v2", "mobilenet_v3-small"}


def test_a_row_without_a_training_shows_that_of_the_same_network_under_its_other_name(world, put):
    put("a_mobilenet", 20)
    name = put("mobilenet_v1", 10)
    assert paper_of("a_mobilenet")["a_mobilenet-base"].measured.names == (name,)
    put("a_mobilenet", 20, recipe="cpu", epochs=9)
    assert paper_of("a_mobilenet")["a_mobilenet"].measured.recipe == "short"  # which both rows have
    own = put("a_mobilenet-base", 40)
    assert paper_of("a_mobilenet")["a_mobilenet-base"].measured.names == (own,)


def test_a_better_training_counts_under_either_name_of_the_same_network(world, put):
    put("a_mobilenet-base", 40)
    put("a_mobilenet", 40)
    put("mobilenet_v1", 10, recipe="lens", epochs=6)
    paper = next(one for one in ablations("fer2013").papers if one.network.name == "a_mobilenet")
    best = {row.network.name: row.best for row in paper.rows}
    assert best["a_mobilenet-base"].accuracy.value == pytest.approx(60 / 70)
    assert best["a_mobilenet"] is None


def test_the_answer_concludes_over_seeds_only(world, put):
    for seed in (0, 1, 2):
        put(BASE, 30 + seed, seed)
        put(SE, 5 + seed, seed)
    put("i_mobilenet_v2-se_rfm", 5)
    told = ablations_summary(ablations("fer2013")).replace("\u00a0", " ")
    assert told.startswith(
        "Of 2 changes tested on FER2013, **attention** in I-MobileNetV2 base + SE (+35.7 points) helps;"
    )
    assert "1 rests on one seed: no conclusion." in told


def test_the_table_can_be_kept_as_a_file(world, put):
    put(BASE, 20)
    put(SE, 10)
    text = ablations_csv(list(rows().values())).decode()
    kept = {row["network"]: row for row in csv.DictReader(io.StringIO(text))}
    assert float(kept[SE]["effect"]) == pytest.approx(10 / 70)
    assert kept[FULL]["effect"] == ""
    assert kept[FULL]["effect_reason_for_none"] == "Not trained here yet."


def test_without_profiles_the_page_says_how_to_make_them(world, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "PATH", tmp_path / "profiles.json")
    app = open_page("ablations")
    assert not app.exception
    assert "is missing; write it anew" in words(app)


def test_the_page_answers_from_the_address(world):
    app = open_page("ablations", data="rafdb")
    assert not app.exception and not app.selectbox
    assert "85.97 %" in words(app)  # LightExNet's claim on RAF-DB


def test_trainings_of_unknown_networks_are_left_out():
    assert trainings([], {}) == []
    assert leading_recipe([], "widest") == ""
