"""When two rows may be compared, and in what trainings differ."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace

from support.checkpoint import DATA, INPUT, TRAINING

from fer_core.checkpoints.comparability import apart, conditions, shared_key

DESIGN = {"in_channels": 3, "output_stride": 32, "num_classes": 7, "loss": "cross_entropy"}


def card(network=None, protocol=None, loss="cross_entropy", **settings) -> SimpleNamespace:
    """What `conditions` reads of a card."""
    known = {"epochs": 20, "lr": 0.1, "center_weight": 0.003, "augmentation": {"flip": True, "erase": 0.0}, "note": "a"}
    return SimpleNamespace(
        training=SimpleNamespace(**{**TRAINING, "loss": loss, "settings": deepcopy({**known, **settings})}),
        network=SimpleNamespace(config={**DESIGN, **(network or {})}),
        data=SimpleNamespace(**DATA),
        protocol=protocol and SimpleNamespace(**protocol),
        input=INPUT,
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


def test_a_field_that_did_not_exist_yet_equals_one_that_is_off():
    assert found(card(), card(teacher="", init_from="", distill_weight=0.5, distill_start=10, size_px=0)) == ()
    assert found(card(), card(teacher="dense.fer2013-s0", distill_weight=0.5)) == (
        "distill_weight off against 0.5",
        "teacher off against dense.fer2013-s0",
    )


def test_every_row_starts_from_its_own_weights():
    assert found(card(init_from="a.ferplus-lens-s0"), card(init_from="b.ferplus-lens-s3")) == ()
    assert found(card(init_from="a.ferplus-lens-s0"), card()) == ("init_from ferplus-lens against off",)


def test_the_changed_objective_may_bring_its_own_settings():
    """center_weight is looked at with the center loss only, which is the change that is judged."""
    assert found(card(), card(loss="center")) == ()
    assert found(card(loss="center"), card(loss="center", center_weight=0.01)) == ("center_weight 0.003 against 0.01",)


def test_what_the_network_was_told_by_hand_counts():
    assert found(card(), card(network={"output_stride": 16, "num_classes": 8})) == (
        "network.output_stride as designed against 16",
    )


def test_another_protocol_is_another_training():
    assert found(card(), card(protocol={"name": "ckplus-subject"})) == ("protocol off against ckplus-subject",)


def test_fair_pairs_share_a_key_and_others_do_not():
    one, same, other = (conditions(c, DESIGN) for c in (card(), card(loss="center"), card(epochs=3)))
    assert shared_key(one) == shared_key(same) != shared_key(other)
