"""The pages that compare like a referee: faces behind a cell, leaderboard, pairs, calibration, evidence."""

from __future__ import annotations

import gzip
import json
import shutil

import numpy as np
import pytest
from support.app_driver import blocks, open_page, words
from support.checkpoints import PER_CLASS, PLUS, A, B

from fer_core import labels
from fer_core.checkpoints import looks
from fer_core.checkpoints.look_counts import counts
from fer_core.data import vote_table
from fer_core.evaluation.power import detectable_difference
from fer_core.evidence.ledger import read_ledger


def listed(app) -> list[dict]:
    """The faces of the chosen cell, as the list shows them."""
    return app.dataframe[0].value.to_dict("records")


def test_a_cell_lists_exactly_its_faces_without_the_data_set(here):
    # A calls the first four of the ten fear faces surprise: rows 20 to 23.
    app = open_page("confusion", a=A, cell="fear~surprise")
    assert sorted(face["row"] for face in listed(app)) == [20, 21, 22, 23]
    assert "face" not in listed(app)[0]
    assert "4 fear faces called surprise" in words(app)
    assert "row numbers stand in" in words(app)


def test_a_cell_of_two_checkpoints_says_who_put_each_face_there(here):
    # B calls rows 20 to 23 sad, A none of the fear faces.
    app = open_page("confusion", a=A, b=B, cell="fear~sad")
    assert {face["called so by"] for face in listed(app)} == {"only the second"}
    assert len(listed(app)) == 4


def test_an_empty_cell_says_so(here):
    assert "No happy face was called angry" in words(open_page("confusion", a=A, cell="happy~angry"))


def test_the_chosen_face_comes_from_the_address(here):
    app = open_page("confusion", a=A, cell="fear~surprise", row="22")
    assert app.selectbox(key="row").value == "22"
    assert app.selectbox(key="cell").value == "fear~surprise"


def test_at_first_the_commonest_mistake_is_chosen(here):
    app = open_page("confusion", a=A)
    assert app.selectbox(key="cell").value == "fear~surprise"
    assert "cell" not in app.query_params  # the default is not written


def test_votes_stand_beside_a_face(here, toy_votes):
    app = open_page("confusion", a=A, cell="fear~surprise", row="20")
    assert "10 people said happy 5 and fear 5" in words(app)


def test_pictures_and_the_way_to_the_face_lab_appear_where_the_data_lie(toy_data):
    app = open_page("confusion", a=A, cell="fear~surprise", row="21")
    assert listed(app)[0]["face"].startswith("data:image/png;base64,")
    link = app.get("page_link")[0].proto
    assert "photo=data-set" in link.query_string
    assert "data_row=21" in link.query_string
    assert f"networks={A}" in link.query_string


def test_the_pictures_of_another_edition_are_not_shown(toy_data):
    table = toy_data / "fer2013" / "fer2013.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")  # the same rows show other expressions
    app = open_page("confusion", a=A, cell="fear~surprise")
    assert not app.exception
    assert "face" not in listed(app)[0]


def test_a_data_set_face_reaches_the_face_lab(toy_data):
    app = open_page("face_lab", photo="data-set", data_row="21", networks=A)
    assert not app.exception
    assert not app.error
    assert app.number_input(key="data_row").value == 21
    assert "it is not passed on" in words(app)
    assert "The network sees" in words(app)


def test_without_the_data_set_the_face_lab_does_not_offer_it(here):
    app = open_page("face_lab", photo="data-set", networks=A)
    assert "“data-set” under Photo, which is not here" in words(app)


def test_curves_of_two_checkpoints(here):
    app = open_page("confusion", a=A, b=B, curve="roc", expression="fear")
    assert "Found over falsely called (ROC): fear against the rest" in words(app)
    assert "10 of the faces are fear" in words(app)


def test_two_checkpoints_differ_expression_by_expression(here):
    # A finds 6 of 10 fear faces and so does B; of the angry ones A finds all and B six.
    shown = words(open_page("confusion", a=A, b=B))
    assert "I-MobileNetV2, FER2013 minus mini-Xception, FER2013" in shown
    assert '<td>angry<small>n = 10</small></td><td class="number">+40.0' in shown
    assert '<td>fear<small>n = 10</small></td><td class="number">+0.0' in shown


def test_the_leaderboard_says_what_the_faces_can_show(here):
    # A alone is right on 20 of 70 faces, B alone on none: discordance 29 %.
    shown = words(open_page("overview"))
    detectable = 100 * detectable_difference(70, 20 / 70)
    assert f"70 faces show a true difference of {detectable:.1f} points four times in five." in shown
    assert "I-MobileNetV2 is best on validation faces" in shown.replace("**", "")
    assert "It is better than the other." in shown


def test_the_question_does_not_depend_on_the_rows_shown(here, tmp_path, monkeypatch):
    for name in (A, B):
        shutil.copytree(here / name, tmp_path / "two" / name)
    shutil.copytree(here / A, tmp_path / "two" / "i_mobilenet_v2.fer2013-s1")
    card = tmp_path / "two" / "i_mobilenet_v2.fer2013-s1" / "card.json"
    other = card.read_text().replace(f'"name": "{A}"', '"name": "i_mobilenet_v2.fer2013-s1"')
    card.write_text(other.replace('"seed": 0', '"seed": 1'))
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "two"))
    every, best = (words(open_page("overview", runs=runs)) for runs in ("all", "best"))
    assert "2 seeds: 94.3 %, SD 0.0" in every  # a copy answers the same, whatever its card says
    cell = '<td class="number">better<small>+28.6: '
    assert every.count(cell) == best.count(cell) == 1
    assert every.split(cell)[1].split("<")[0] == best.split(cell)[1].split("<")[0]
    by_size = words(open_page("overview", sort="params"))
    assert by_size.index(">mini-Xception<") < by_size.index(">I-MobileNetV2<")


def test_damaged_logits_cost_their_row_only(here, tmp_path, monkeypatch):
    shutil.copytree(here, tmp_path / "some")
    (tmp_path / "some" / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "some"))
    app = open_page("overview", data="fer2013")
    assert not app.exception
    assert "was changed after its card was written" in app.warning[0].value
    assert "mini-Xception" in words(app)


def test_paired_tests_say_how_many_pairs_differ(here):
    shown = words(open_page("paired"))
    assert "**I-MobileNetV2** is more accurate than **mini-Xception**: +28.6 points" in shown
    assert "20 : 0" in shown  # faces that only one of them has right


def test_a_checkpoint_of_another_data_set_is_left_out_in_a_sentence(here):
    app = open_page("paired", checkpoints=[A, B, PLUS])
    assert not app.exception
    assert "is left out: it was scored on 80 faces of FER+" in app.warning[0].value.replace("\\", "")


def test_one_checkpoint_cannot_be_paired(here):
    app = open_page("paired", checkpoints=A)
    assert not app.exception
    assert "needs two checkpoints" in app.error[0].value


def test_calibration_fits_on_validation_and_judges_on_test(here):
    app = open_page("calibration", a=A, confidence="temperature-scaled")
    assert not app.exception
    assert not app.error
    shown = words(app)
    assert "fitted on the validation split" in shown
    assert "underconfident on FER2013 PrivateTest" in shown  # one-hot logits: 31 % sure, 94 % right
    assert "Nobody's votes are known" in shown


def test_a_risk_that_cannot_be_kept_is_said(here):
    # All of B's answers are equally sure, so no threshold keeps less than its 34 % of mistakes.
    assert "No threshold keeps the risk at 20" in words(open_page("calibration", a=B))


def test_a_checkpoint_without_a_test_split_is_not_scaled(here, tmp_path, monkeypatch):
    shutil.copytree(here / A, tmp_path / "one" / A)
    path = tmp_path / "one" / A / "card.json"
    card = json.loads(path.read_text())
    del card["scores"]["PrivateTest"], card["logits"]["PrivateTest"]
    path.write_text(json.dumps(card))
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "one"))
    app = open_page("calibration", a=A)
    assert not app.exception
    assert "what is fitted there cannot be judged there" in words(app)


def test_people_stand_beside_the_network(here, toy_votes):
    # Everybody says happy, which A says of its ten happy faces only; on row 20 half of the people do.
    shown = words(open_page("calibration", a=A))
    assert "says what most people say for 14.3 % ± 8.3 of the faces" in shown
    # On row 20 nobody agrees with the rest: four of them are of his own opinion, five of the other. 69 of 70 remain.
    assert "one of the ten people agrees with the others 98.6 %" in shown


def test_evidence_counts_by_status_and_shows_its_arithmetic(here):
    app = open_page("evidence", data="fer2013")
    assert not app.exception
    shown = words(app)
    assert "numbers** on FER2013" in shown
    assert "cannot be right as printed" in shown
    assert "no whole k" in shown  # LightExNet's 69.17 % of 3,589


def test_evidence_lists_its_findings(here):
    app = open_page("evidence", data="ckplus", show="findings")
    assert "Five of nine CK+ accuracies are no single run on 99 images" in [one.label for one in app.expander]
    assert not blocks(app)  # closed: nothing is written out before somebody asks


def test_an_open_finding_comes_from_the_address_and_goes_there(here):
    listed_ids = [one.id for one in read_ledger().findings if "fer2013" in one.data]
    app = open_page("evidence", show="findings", finding=listed_ids[1])
    assert len(blocks(app)) == 2  # one arithmetic and one source are written out
    assert [one.proto.expanded for one in app.expander][:2] == [False, True]
    assert app.query_params["finding"] in (listed_ids[1], [listed_ids[1]])
    assert "“nothing” under Findings, which is not here" in words(
        open_page("evidence", show="findings", finding="nothing")
    )


def test_evidence_counts_looks_and_says_what_they_are_worth(here, monkeypatch):
    monkeypatch.delenv("FER_TEST_LOOKS", raising=False)  # the project's own log
    shown = words(open_page("evidence", show="looks", data="fer2013"))
    fer2013 = next(one for one in counts(looks.read().looks, [A, B]) if one.data == "fer2013")
    assert f"Test faces of FER2013 were scored **{sum_of_looks('fer2013')} times**" in shown
    assert f"the best would still be expected up to {100 * fer2013.flattery:.1f} points above its worth" in shown
    assert f'<td class="number">{fer2013.looks}</td><td class="number">{fer2013.checkpoints}</td>' in shown


def sum_of_looks(data: str) -> int:
    return sum(one.data == data for one in looks.read().looks)


def test_evidence_filters_by_status(here):
    shown = words(open_page("evidence", data="fer2013", status="disputed"))
    assert "ResEmoteNet" in shown
    assert "PAtt-Lite" not in shown


def test_evidence_stands_without_checkpoints(tmp_path, monkeypatch):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("FER_WARM", "0")
    app = open_page("evidence")
    assert not app.exception
    assert not app.error


def test_votes_round_trip(toy_votes):
    table = vote_table.read(toy_votes)
    assert table.rows.tolist() == list(range(PER_CLASS * len(labels.FER2013)))
    assert table.counts[20].tolist() == [0, 5, 0, 0, 0, 0, 5, 0, 0, 0]


def test_the_same_votes_give_the_same_file(toy_votes, tmp_path):
    vote_table.write(tmp_path / "fer2013new.csv", tmp_path / "again.gz")
    assert (tmp_path / "again.gz").read_bytes() == toy_votes.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"row\n1\n", mtime=0)])
def test_a_damaged_vote_file_is_refused(content, tmp_path):
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(content)
    with pytest.raises(vote_table.DataError, match=r"restore it from the repository"):
        vote_table.read(path)


def test_a_missing_vote_file_is_named(tmp_path):
    with pytest.raises(vote_table.DataError, match="is missing"):
        vote_table.read(tmp_path / "votes.csv.gz")


def test_the_repositorys_votes_are_those_of_both_test_splits():
    table = vote_table.read()
    assert len(table.rows) == 2 * 3589
    assert (np.diff(table.rows) == 1).all()
    assert set(table.counts.sum(axis=1).tolist()) <= {9, 10}
