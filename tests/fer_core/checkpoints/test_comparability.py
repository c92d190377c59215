"""When two rows may be compared, and in what trainings differ."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

import pytest
from support.checkpoint import DATA, INPUT, TRAINING
from support.paths import PROJECT

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.comparability import (
    Difference,
    apart,
    conditions,
    difference_words,
    fair_key,
    fair_pair,
    fair_rows,
    shared_key,
)
from fer_core.errors import ConfigError

DESIGN = {"in_channels": 3, "output_stride": 32, "num_classes": 7, "loss": "cross_entropy"}


def card(network=None, protocol=None, loss="cross_entropy", seed=0, **settings) -> SimpleNamespace:
    """What `conditions` and `all_conditions` read of a card."""
    known = {"epochs": 20, "lr": 0.1, "center_weight": 0.003, "augmentation": {"flip": True, "erase": 0.0}, "note": "a"}
    return SimpleNamespace(
        training=SimpleNamespace(
            **{**TRAINING, "loss": loss, "seed": seed, "settings": deepcopy({**known, **settings})}
        ),
        network=SimpleNamespace(name="unregistered", config={**DESIGN, **(network or {})}),
        data=SimpleNamespace(**DATA),
        protocol=protocol and SimpleNamespace(**protocol),
        input=INPUT,
        headline_split="PrivateTest",
        precision="float16",
        runtime="torch",
    )


def found(one, other) -> tuple[str, ...]:
    return apart(conditions(one, DESIGN), conditions(other, DESIGN))


def test_words_and_seeds_do_not_set_trainings_apart():
    assert found(card(note="one"), card(note="another")) == ()


def test_changed_settings_are_named_with_both_values():
    assert found(card(), card(epochs=30, augmentation={"flip": False})) == (
        "augmentation.flip True against off",
        "epochs 20 against 30",
    )


def test_weights_that_a_training_starts_from_bring_their_normalisation():
    torchvision, slim = (card(init_from="imagenet") for _ in range(2))
    slim.input = replace(INPUT, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    assert fair_pair(torchvision, slim) == () and fair_key(torchvision) == fair_key(slim)
    slim.input = replace(slim.input, size_px=96)
    assert [difference.name for difference in fair_pair(torchvision, slim)] == ["size"]
    assert fair_key(torchvision) != fair_key(slim)


def test_a_field_that_did_not_exist_yet_equals_one_that_is_off():
    assert found(card(), card(teacher="", init_from="", distill_weight=0.5, distill_start=10, size_px=0)) == ()
    assert found(card(), card(teacher="dense.fer2013-s0", distill_weight=0.5)) == (
        "distill_weight off against 0.5",
        "teacher nobody against dense.fer2013-s0",
    )


@pytest.mark.parametrize(("device", "meant"), [("AMD EPYC, 1 thread(s)", "float32"), ("NVIDIA L4", "bfloat16")])
def test_auto_of_older_cards_is_what_the_device_computed_in(device, meant):
    older = card(precision="auto")
    older.training.device = device
    assert found(older, card(precision=meant)) == ()
    assert found(older, card(precision={"float32": "bfloat16", "bfloat16": "float32"}[meant])) != ()


def test_every_row_starts_from_its_own_weights():
    assert found(card(init_from="a.ferplus-lens-s0"), card(init_from="b.ferplus-lens-s3")) == ()
    assert found(card(init_from="a.ferplus-lens-s0"), card()) == ("init_from ferplus-lens against random weights",)


def test_the_changed_objective_may_bring_its_own_settings():
    """center_weight is looked at with the center loss only, which is the change that is judged."""
    assert found(card(), card(loss="center")) == ()
    assert found(card(loss="center"), card(loss="center", center_weight=0.01)) == ("center_weight 0.003 against 0.01",)


def test_what_the_network_was_told_by_hand_counts():
    assert found(card(), card(network={"output_stride": 16, "num_classes": 8})) == (
        "network.output_stride as designed against 16",
    )


def test_one_number_written_in_two_ways_is_one_condition():
    """Old and new cards hold 10 and 10.0 for one setting; keys and sentences are made of their text."""
    whole = card(warmup_epochs=2, augmentation={"rotation_deg": 10}, network={"shift": 2})
    real = card(warmup_epochs=2.0, augmentation={"rotation_deg": 10.0}, network={"shift": 2.0})
    assert found(whole, real) == ()
    assert fair_rows([whole], [real]) == ()
    assert fair_key(whole) == fair_key(real)
    assert repr(conditions(whole, {"shift": 2.0})) == repr(conditions(real, {"shift": 2}))
    assert found(card(warmup_epochs=2.5), whole) != ()


def test_another_protocol_is_another_training():
    assert found(card(), card(protocol={"name": "ckplus-subject"})) == (
        "protocol the owner's splits against ckplus-subject",
    )


def test_fair_pairs_share_a_key_and_others_do_not():
    one, same, other = (conditions(c, DESIGN) for c in (card(), card(loss="center"), card(epochs=3)))
    assert shared_key(one) == shared_key(same) != shared_key(other)


def test_gates_that_start_otherwise_are_another_training_and_a_row_without_gates_has_none():
    base, recorded_even = card(), card(gate_start="even")
    drawn, even = card(network={"attention": "cbam"}), card(network={"attention": "cbam"}, gate_start="even")
    assert found(base, recorded_even) == found(drawn, base) == found(base, even) == ()
    assert found(drawn, even) == ("gate_start.unregistered random against even",)
    assert [str(difference) for difference in fair_rows([drawn], [even])] == ["gate start random against even"]
    assert fair_rows([base], [even]) == ()
    assert fair_key(base) == fair_key(drawn) == fair_key(even)
    of_another_family = changed(network=SimpleNamespace(name="another-row", config={**DESIGN, "attention": "csa"}))
    assert fair_rows([of_another_family], [even]) == ()


def test_weights_of_the_same_network_bring_their_own_gates():
    one, other = (
        card(network={"attention": "csa"}, init_from="lightexnet.rafdb-imagenet96-s0", gate_start=start)
        for start in ("random", "even")
    )
    assert found(one, other) == ()


def changed(**attributes: object) -> SimpleNamespace:
    """The card with some attributes replaced."""
    return SimpleNamespace(**{**vars(card()), **attributes})


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        (
            changed(network=SimpleNamespace(name="other", config=DESIGN)),
            "network",
            "network unregistered against other",
        ),
        (card(init_from="a.ferplus-votes-s0"), "start", "start random weights against ferplus-votes"),
        (card(init_from="imagenet"), "start", "start random weights against imagenet"),
        (card(teacher="dense.fer2013-s0"), "teacher", "teacher nobody against dense.fer2013-s0"),
        (changed(input=replace(INPUT, size_px=96)), "input", "size 48 against 96"),
        (changed(input=replace(INPUT, mean=(0.4,))), "input", "mean [0.5] against [0.4]"),
        (card(epochs=30), "epochs", "epochs 20 against 30"),
        (card(seed=2), "seeds", "seed 0 against 2"),
        (card(augmentation={"flip": False}), "augmentation", "augmentation flip True against off"),
        (changed(precision="int8"), "precision", "precision of the weights float16 against int8"),
        (changed(precision=None), "precision", "precision of the weights float16 against unknown"),
        (changed(headline_split="PublicTest"), "split", "split PrivateTest against PublicTest"),
        (changed(data=SimpleNamespace(**{**DATA, "name": "ferplus"})), "data", "data fer2013 against ferplus"),
        (changed(data=SimpleNamespace(**{**DATA, "n_train": 27000})), "data", "training faces 28709 against 27000"),
        (
            card(protocol={"name": "ckplus-subject", "sha256": "ab"}),
            "protocol",
            "protocol the owner's splits against ckplus-subject",
        ),
        (card(lr=0.2), "settings", "lr 0.1 against 0.2"),
        (card(precision="bfloat16"), "settings", "arithmetic of the training off against bfloat16"),
    ],
)
def test_each_condition_of_a_comparison_is_named(other, field, words):
    found = fair_pair(card(), other, allowed=())
    assert words in [str(one) for one in found]
    assert {one.field for one in found} == {field}
    assert fair_pair(card(), other, allowed=(field,)) == ()


def test_a_fair_pair_differs_in_its_network_only():
    assert fair_pair(card(), changed(network=SimpleNamespace(name="other", config=DESIGN))) == ()
    assert difference_words(()) == ""


def test_the_objective_that_is_compared_brings_its_own_settings():
    assert fair_pair(card(), card(loss="center")) == ()
    assert [one.field for one in fair_pair(card(loss="center"), card(loss="center", center_weight=0.1))] == ["settings"]


def test_seeds_of_one_row_must_be_alike_in_all_else():
    row = [card(seed=0), card(seed=1)]
    assert fair_rows(row, row) == ()
    mixed = [changed(precision="int8"), card(seed=1)]
    assert [str(one) for one in fair_rows(mixed, row)] == ["precision of the weights float16 and int8 against float16"]
    assert len(fair_rows(mixed, mixed)) == 1  # equally mixed is mixed still
    assert [str(one) for one in fair_rows(row, row[:1])] == ["seed 0 and 1 against 0"]


def test_an_unknown_condition_is_named():
    with pytest.raises(ConfigError, match="'seed' is not a known condition.*closest: seeds"):
        fair_pair(card(), card(), allowed=("seed",))


SHELF = {one.name: one for one in checkpoints.list_checkpoints(PROJECT / "checkpoints")}


def test_every_shipped_card_says_which_precision_was_scored():
    assert {one.precision for one in SHELF.values() if one.runtime == "torch"} <= {"float16", "int8"}
    assert {one.precision for one in SHELF.values() if one.runtime == "onnx"} <= {"float32"}


def row(name: str, seeds: int = 3) -> list[Card]:
    return [SHELF[f"{name}-s{seed}"] for seed in range(seeds)]


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        # One arm in 8 bits made a difference significant; a mean over seeds mixed both.
        (row("a_mobilenet.fer2013-cpu-taught-bf16", 1), row("mobilenet_v1.fer2013-cpu-taught-bf16", 1), "precision"),
        (row("lightexnet.fer2013-cpu-taught-bf16"), row("a_mobilenet.fer2013-cpu-taught-bf16"), "precision"),
        # Rows of one recipe that start from other weights.
        (row("i_mobilenet_v2.rafdb-cpu-tuned", 1), row("mobilenet_v2.rafdb-cpu-tuned", 1), "start"),
        (row("lightexnet.ckplus-subject-cpu-tuned", 1), row("mobilenet_v2.ckplus-subject-cpu-tuned", 1), "start"),
    ],
)
def test_what_a_referee_found_on_the_shelf(one, other, field):
    assert [found.field for found in fair_rows(one, other)] == [field]


def test_a_sentence_names_conditions_with_short_values_and_counts_the_others():
    apart = {field: Difference(field, field, "1", "2") for field in ("start", "epochs", "seeds", "precision")}
    assert difference_words(list(apart.values())) == "start 1 against 2; epochs 1 against 2; seeds 1 against 2; 1 more"
    long = Difference("teacher", "teacher", "nobody", "dense_resnet.fer2013-short-s0")
    several = [Difference("input", name, "1", "2") for name in ("size", "mean", "std")]
    assert difference_words([long, *several, apart["epochs"]]) == "teacher; input; epochs 1 against 2"
