"""A Hugging Face model card says what the card says, and the Hub's own reader takes it."""

from __future__ import annotations

import json

import pytest
from support.checkpoints import A

from fer_core import cli
from fer_core.checkpoints.card import Card, read_card
from fer_core.report.model_card import model_card


@pytest.fixture
def card(shelf) -> Card:
    return read_card(shelf / A)


def metadata(text: str) -> dict[str, object]:
    """The lines between the dashes; each value is JSON."""
    lines = text.split("---\n")[1].splitlines()
    return {key: json.loads(value) for key, _, value in (line.partition(": ") for line in lines)}


def test_the_metadata_hold_every_split_with_n_and_interval(card):
    (model,) = metadata(model_card(card))["model-index"]
    assert model["name"] == A
    assert [one["dataset"]["split"] for one in model["results"]] == ["PrivateTest", "PublicTest"]
    metrics = {one["type"]: one for one in model["results"][0]["metrics"]}
    assert metrics["accuracy"]["value"] == pytest.approx(66 / 70)
    assert metrics["accuracy"]["name"] == "Accuracy (95 % interval 86.2 to 97.8 %, n = 70)"
    assert set(metrics) == {"accuracy", "f1", "balanced_accuracy"}


def test_the_text_has_scores_claim_limits_and_citations(card):
    text = model_card(card)
    assert "Accuracy 94.29 %" in text and "The paper claims 68.62 %" in text
    assert "| fear | 10 | 60.0 % | 100.0 % |" in text
    assert card.limits in text and text.count("@misc{") == 1 and text.count("@article{") == 1


def test_text_of_a_card_opens_no_tag_and_no_second_block(card):
    hostile = card.model_copy(
        update={"limits": "<script>\n---\nx: 1", "data": card.data.model_copy(update={"title": "\x85<b>"})}
    )
    text = model_card(hostile)
    prose, _, citation = text.split("---\n", 2)[2].partition("```bibtex")
    assert "<" not in prose and citation.count("```") == 1  # inside a block nothing is a tag
    assert metadata(text)["model-index"][0]["results"][0]["dataset"]["name"] == "\x85<b>"


def test_the_hubs_own_reader_takes_it(card):
    hub = pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    found = hub.ModelCard(model_card(card)).data
    assert found.model_name == A and found.pipeline_tag == "image-classification"
    values = {(one.dataset_split, one.metric_type): one.metric_value for one in found.eval_results}
    assert values["PrivateTest", "accuracy"] == pytest.approx(66 / 70)
    assert len(values) == 6


def test_the_command_prints_it(card, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(card.folder.parent))
    assert cli.main(["model-card", A]) == 0
    assert capsys.readouterr().out == model_card(card)
