"""The papers' claims: complete, of networks that exist, and with their impossible numbers pointed out."""

from __future__ import annotations

import json

import pytest

from fer_core import models
from fer_core.data import DATASETS
from fer_core.errors import ConfigError
from fer_core.evidence.claims import PATH, claim_for, numbers_for, read_all, read_claims
from fer_core.evidence.claims_schema import QUANTITIES
from fer_core.profiling import complexity

ALL = read_claims()
DATA = {"fer2013", "ferplus", "rafdb", "ckplus"}


def is_a_count(accuracy: float, n: int) -> bool:
    """Whether some k of n, rounded or cut to two decimals, prints as this percentage."""
    printed = round(100 * accuracy, 2)
    near = [100 * k / n for k in range(int(accuracy * n) - 1, int(accuracy * n) + 3)]
    return any(abs(share - printed) <= 0.005 + 1e-9 or 0 <= share - printed < 0.01 for share in near)


@pytest.mark.parametrize("claim", ALL, ids=lambda claim: f"{claim.network}-{claim.data}")
def test_claims_are_of_registered_networks_and_say_where_they_stand(claim):
    assert claim.network in models.list_networks()
    assert claim.data in DATA
    assert all((claim.row, claim.split, claim.selection, claim.source, claim.protocol, claim.paper.short))
    assert claim.accuracy == pytest.approx(round(claim.accuracy, 4))  # two decimals of percent are printed


@pytest.mark.parametrize("claim", [one for one in ALL if one.n], ids=lambda claim: f"{claim.network}-{claim.data}")
def test_a_note_says_so_if_and_only_if_no_count_gives_the_number(claim):
    assert (f"is not k/{claim.n}." in claim.note) == (not is_a_count(claim.accuracy, claim.n))


@pytest.mark.parametrize(
    ("accuracy", "possible", "impossible"),
    [(0.6917, (7178,), (3589,)), (0.8811, (6351,), (3152, 3199)), (0.9737, (38,), (99, 981)), (0.8597, (), (3068,))],
)
def test_the_counts_in_the_notes_of_open_splits(accuracy, possible, impossible):
    assert all(is_a_count(accuracy, n) for n in possible)
    assert not any(is_a_count(accuracy, n) for n in impossible)


@pytest.mark.parametrize(
    ("network", "data", "accuracy"),
    [
        ("i_mobilenet_v2", "fer2013", 0.6862),
        ("i_mobilenet_v2-base", "ckplus", 0.8682),
        ("resnet18", "fer2013", 0.7286),
        ("a_mobilenet", "ferplus", 0.8811),
        ("mobilenet_v2", "rafdb", 0.6777),
        ("lightexnet", "fer2013", 0.6917),
    ],
)
def test_claim_for(network, data, accuracy):
    assert claim_for(network, data).accuracy == accuracy


def test_no_claim_is_none():
    assert claim_for("dense_resnet", "fer2013") is None
    assert claim_for("i_mobilenet_v2", "rafdb") is None


@pytest.mark.parametrize("claim", [one for one in ALL if one.params], ids=lambda claim: f"{claim.network}-{claim.data}")
def test_printed_parameters_are_ours_to_their_last_digit(claim):
    """All are printed with two digits but LightExNet's three; Keras counts batch norm's running statistics, too."""
    network = models.build(claim.network)
    ours = sum(one.numel() for one in network.parameters())
    running = sum(one.numel() for name, one in network.named_buffers() if "running" in name)
    assert claim.params in {round(ours, -5), round(ours + running, -5), round(ours, -4)}


def test_params_are_quoted_only_where_the_paper_prints_parameters():
    assert {one.network for one in ALL if one.params and one.data == "fer2013"} == {"lightexnet"}


@pytest.mark.parametrize("claim", ALL, ids=lambda claim: f"{claim.network}-{claim.data}")
def test_a_claim_stands_at_its_own_cost(claim):
    """Counted again of the rebuilt network at the paper's input, or as printed where that is not stated."""
    if claim.size_px is None:
        assert claim.cost == claim.macs == 298_270_000
        return
    classes = len(DATASETS[claim.data].expressions)
    network = models.build(claim.network, num_classes=classes, in_channels=3)
    assert claim.cost == claim.macs_counted == complexity.macs_layers(network, claim.size_px, 3)


def test_a_claim_is_a_share_of_its_own_faces():
    few = claim_for("i_mobilenet_v2", "ckplus").estimate  # 95 of 99
    assert (few.low, few.high) == (pytest.approx(0.901, abs=0.001), pytest.approx(0.984, abs=0.001))
    assert claim_for("lightexnet", "fer2013").estimate is None


NUMBERS = read_all().numbers


@pytest.mark.parametrize("number", NUMBERS, ids=lambda one: f"{one.quantity}-{one.network}-{one.printed}")
def test_other_numbers_are_of_registered_networks_and_say_where_they_stand(number):
    assert number.network in models.list_networks() and number.data in (*DATA, None)
    assert number.quantity in QUANTITIES and all((number.of, number.unit, number.where))


@pytest.mark.parametrize(
    ("network", "quantity", "printed"),
    [
        ("mobilenet_v1", "latency", {"221"}),
        ("mobilenet_v2", "latency", {"300"}),
        ("i_mobilenet_v2", "latency", {"78"}),
        ("i_mobilenet_v2-base", "size", {"3.33"}),
        ("i_mobilenet_v2-se", "size", {"3.45"}),
        ("i_mobilenet_v2", "recall", {"89", "81", "71", "70", "75", "83", "100"}),
        ("i_mobilenet_v2", "gain", {"0.72", "1.06", "1.46", "1.7", "6.14", "5.10"}),
        ("i_mobilenet_v2", "size gap", {"18.42", "0.79", "83.8"}),
        ("a_mobilenet", "gain", {"2.71", "2.87"}),
    ],
)
def test_numbers_for(network, quantity, printed):
    assert {one.printed for one in numbers_for(network) if one.quantity == quantity} == printed


def test_the_printed_recalls_are_counts_of_the_public_codes_fold():
    """12 anger and 6 contempt images; the accuracy of 95 of 99 needs four errors."""
    recalls = {one.of: int(one.printed) for one in numbers_for("i_mobilenet_v2") if one.data == "ckplus"
               and one.quantity == "recall"}  # fmt: skip
    fold = {"angry": 12, "disgust": 18, "fear": 9, "happy": 21, "sad": 9, "surprise": 24, "contempt": 6}
    assert recalls.keys() == fold.keys()
    assert sum(round(recalls[name] * n / 100) for name, n in fold.items()) == 95


def broken(tmp_path, change):
    data = json.loads(PATH.read_text())
    change(data)
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(data))
    return path


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda d: d["claims"][0].pop("source"), r"claims\[0\].source is missing"),
        (lambda d: d["claims"][3].update(accuracy=68.2), "accuracy 68.2; it must be a fraction between 0 and 1"),
        (lambda d: d["claims"].append(d["claims"][0]), "mobilenet_v2 on fer2013 is claimed twice"),
        (lambda d: d.update(format=1), "format is 1; this version reads 2"),
        (lambda d: d["claims"][2].update(n=0), "i_mobilenet_v2-base on fer2013 has n 0; it must be 1 or more"),
        (lambda d: d["claims"][2].update(paper="zhu"), "is of 'zhu', which is no paper with a protocol for fer2013"),
        (lambda d: d["papers"]["nan2022"]["protocols"].pop("rafdb"), "which is no paper with a protocol for rafdb"),
        (lambda d: d["numbers"][0].update(quantity="speed"), "speed of mobilenet_v1 is no known quantity"),
        (lambda d: d["numbers"][0].update(printed="fast"), "latency of mobilenet_v1 is printed as 'fast'; it must be"),
        (lambda d: d["numbers"][0].update(paper="zhu"), "latency of mobilenet_v1 is of 'zhu', which is no paper here"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, change, match):
    with pytest.raises(ConfigError, match=match):
        read_claims(broken(tmp_path, change))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="claims.json cannot be read .* restore it from the repository"):
        read_claims(tmp_path / "claims.json")
