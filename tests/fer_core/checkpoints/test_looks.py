"""The log of looks at test splits: who writes it, what is refused, and that it is complete for what is shipped."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from math import log
from pathlib import Path

import pytest
from support.checkpoint import publish_sample
from support.paths import PROJECT, toy_faces

from fer_core import checkpoints
from fer_core.checkpoints import load_logits, look_counts, looks
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError
from fer_core.inference import quantize
from fer_core.inference.predictor import evaluate
from scripts.card_history import CardVersion
from scripts.reconstruct_test_looks import reconstructed

SHIPPED = looks.read(looks.PATH)
LOOK = looks.Look(
    when="2026-11-22T13:51:14+00:00",
    checkpoint="lightexnet.fer2013-s0",
    data="fer2013",
    protocol="",
    split="PrivateTest",
    why=looks.FIRST,
    n=3589,
    score=1918 / 3589,
    precision="float16",
    weights_sha256="a" * 64,
)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The sample and 14 faces to score it on."""
    monkeypatch.setattr(
        "fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(14, split="PrivateTest")
    )
    return publish_sample(tmp_path)


def logged() -> list[looks.Look]:
    found = looks.read()
    assert found.problems == ()
    return list(found.looks)


def test_each_scoring_of_the_test_split_is_a_line(folder):
    first, again = evaluate(folder), evaluate(folder)
    card = read_card(folder)
    one, other = logged()
    assert (one.why, other.why) == (looks.FIRST, looks.AGAIN)
    assert (one.checkpoint, one.data, one.split, one.n) == (card.name, "fer2013", "PrivateTest", 14)
    assert (one.score, other.score) == (first.accuracy, again.accuracy)
    assert (one.weights_sha256, one.precision) == (card.weights.sha256, "float16")
    assert one.reconstructed_from is None


def test_validation_faces_are_no_look(folder, monkeypatch):
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(14, split="Training"))
    evaluate(folder, "Training")
    assert logged() == []


def test_rounding_scores_once_more(folder, monkeypatch):
    evaluate(folder)
    # What the rounded network answers is of no account here.
    monkeypatch.setattr("fer_core.inference.quantize.answers_of", lambda _, card, split, root: load_logits(card, split))
    quantize.quantize(folder)
    before, after = logged()
    assert (before.precision, after.precision) == ("float16", "int8")
    assert after.why == looks.ROUNDED and after.split == "PrivateTest"
    assert after.weights_sha256 == read_card(folder).weights.sha256 != before.weights_sha256
    assert after.score == read_card(folder).scores["PrivateTest"].accuracy.value


def test_no_score_is_computed_that_cannot_be_logged(folder, monkeypatch):
    monkeypatch.setenv("FER_TEST_LOOKS", str(folder))  # a folder, no file
    monkeypatch.setattr("fer_core.inference.predictor.predict_split", lambda *_: pytest.fail("it was scored"))
    with pytest.raises(ConfigError, match=r"cannot be written \(Is a directory\), so that a look .* go unlogged"):
        evaluate(folder)


def test_what_is_written_is_read_back():
    looks.append(LOOK)
    looks.append(replace(LOOK, why=looks.AGAIN))
    assert logged() == [LOOK, replace(LOOK, why=looks.AGAIN)]


def test_a_line_that_a_kill_cut_short_costs_itself_only(own_log_of_looks):
    looks.append(LOOK)
    own_log_of_looks.write_bytes(own_log_of_looks.read_bytes() + b'{"when": "2026-')
    looks.append(LOOK)
    found = looks.read()
    assert found.looks == (LOOK, LOOK)
    (problem,) = found.problems
    assert problem.startswith("line 2 of test-looks.jsonl is left out: it is no JSON (Unterminated string")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"n": 0}, "n is 0; it must be 1 or more"),
        ({"score": 1.5}, "score is 1.5; it must be 1 or less"),
        ({"score": -0.1}, "score is -0.1; it must be 0 or more"),
        ({"score": 0.5}, "score is 0.5, which is no share of 3589 faces"),  # 1794.5 of them
        ({"when": "yesterday"}, "when is 'yesterday'"),
        ({"when": "2026-11-22T13:51:14"}, "it must be a date and time with its offset"),
        ({"why": "curiosity"}, "why is 'curiosity'; it must be one of 'first score'"),
        ({"checkpoint": "../x"}, "checkpoint is '../x'; it must be <network>.<data>-<tag>"),
        ({"split": "a/b"}, "split is 'a/b'; it must be a split's name"),
        ({"precision": "int4"}, "precision is 'int4'; it must be one of 'float16', 'int8' or 'float32'"),
        ({"weights_sha256": "abc"}, "weights_sha256 is 'abc'; it must be 64 hexadecimal digits"),
        ({"reconstructed_from": "HEAD"}, "reconstructed_from is 'HEAD'; it must be a commit"),
        ({"n": "3589"}, "n is '3589'; it must be a whole number"),
    ],
)
def test_a_line_that_cannot_be_is_left_out_with_its_reason(own_log_of_looks, change, problem):
    entry = {**asdict(LOOK), **change}
    own_log_of_looks.write_text(json.dumps(asdict(LOOK)) + "\n" + json.dumps(entry) + "\n")
    found = looks.read()
    assert found.looks == (LOOK,)
    assert problem in found.problems[0] and found.problems[0].startswith("line 2 of test-looks.jsonl is left out")


def test_a_look_that_cannot_be_is_not_written(own_log_of_looks):
    with pytest.raises(ConfigError, match="a look at PrivateTest cannot be logged: score is 2; it must be 1 or less"):
        looks.append(replace(LOOK, score=2))
    assert not own_log_of_looks.exists()


def test_looks_are_counted_by_split():
    other = replace(LOOK, checkpoint="a_mobilenet.fer2013-s0", score=2000 / 3589)
    rounded = replace(other, why=looks.ROUNDED, precision="int8", score=2100 / 3589)
    folds = replace(LOOK, checkpoint="a_mobilenet.ckplus-s0", data="ckplus", protocol="ckplus-subject", why=looks.FOLDS)
    given = [LOOK, other, rounded, replace(other, why=looks.AGAIN), replace(folds, reconstructed_from="abcdef0")]
    fer2013, ckplus = look_counts.counts(given, here=["a_mobilenet.fer2013-s0", "a_mobilenet.ckplus-s0"])
    assert (fer2013.looks, fer2013.checkpoints, fer2013.rounded, fer2013.repeated) == (4, 2, 1, 1)
    assert (fer2013.gone, fer2013.reconstructed) == (("lightexnet.fer2013-s0",), 0)
    assert (fer2013.best, fer2013.best_checkpoint) == (2100 / 3589, "a_mobilenet.fer2013-s0")
    assert fer2013.flattery == pytest.approx((2 * log(2) * (2100 / 3589) * (1489 / 3589) / 3589) ** 0.5)
    assert ckplus.flattery == 0  # a single network was chosen from nothing
    assert (ckplus.data, ckplus.protocol, ckplus.looks, ckplus.reconstructed) == ("ckplus", "ckplus-subject", 1, 1)


def version(score: float | None, dtype: str | None = "float16 weights", name: str = "x.fer2013-s0") -> CardVersion:
    card = {
        "data": {"name": "fer2013", "test_split": "PrivateTest"},
        "protocol": None,
        "scores": {} if score is None else {"PrivateTest": {"n": 10, "accuracy": {"value": score}}},
        "weights": dtype and {"dtype": dtype, "sha256": "b" * 64},
    }
    return CardVersion("c" * 40, "2026-11-22T13:51:14+00:00", name, card)


def test_the_history_of_a_card_becomes_its_looks():
    history = [
        version(None),  # trained, not scored yet
        version(0.5),
        version(0.5),  # the card was rewritten
        version(0.5, None),  # its weights were dropped
        version(0.5, "int8 weights"),  # rounded, by chance to the same score
        version(0.5, None),
        version(0.6, "int8 weights", "y.fer2013-s0"),
    ]
    found = list(reconstructed(history))
    assert [(one.checkpoint, one.why, one.precision) for one in found] == [
        ("x.fer2013-s0", looks.FIRST, "float16"),
        ("x.fer2013-s0", looks.ROUNDED, "int8"),
        ("y.fer2013-s0", looks.FIRST, "int8"),
    ]
    assert {one.reconstructed_from for one in found} == {"c" * 40}


def test_the_log_of_this_project_is_whole():
    assert SHIPPED.problems == ()
    known = {(one.checkpoint, one.split, one.score) for one in SHIPPED.looks}
    shelf = checkpoints.list_checkpoints(PROJECT / "checkpoints")
    wanted = {
        (card.name, split, card.scores[split].accuracy.value)
        for card in shelf
        if (split := card.data.test_split) in card.scores
    }
    assert wanted <= known


def test_the_deleted_row_and_the_rounded_ones_are_in_it():
    deleted = next(one for one in SHIPPED.looks if one.checkpoint == "lightexnet.fer2013-cpu-taught-s0")
    assert f"{deleted.score:.1%}" == "53.4%" and deleted.reconstructed_from.startswith("d70e0fe")
    assert sum(one.why == looks.ROUNDED and one.reconstructed_from is not None for one in SHIPPED.looks) == 14
