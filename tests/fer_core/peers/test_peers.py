"""The table of public networks is whole, and a network is measured both ways, after its contract and not before."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.foreign_networks import pictures, write_stripes_tfjs
from support.onnx_networks import write_stripes
from support.paths import PROJECT

from fer_core import checkpoints, cli, files
from fer_core.checkpoints import comparability, looks
from fer_core.checkpoints.card import read_card
from fer_core.errors import CheckpointError, ConfigError
from fer_core.evidence.peers import PATH, PreprocessingEntry, peer, read_peers
from fer_core.export import measure_costs
from fer_core.export.measure_costs import Passes
from fer_core.labels import FER2013
from fer_core.onnx.conversion import read_foreign
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import OnnxSession
from fer_core.peers.front import with_own_preprocessing
from fer_core.peers.measure import measure_peer
from fer_core.peers.restore import restore_peer

TABLE = read_peers()
SHIPPED = [name for name in TABLE.networks if (PROJECT / "checkpoints" / f"{name}.fer2013-theirs").is_dir()]


@pytest.mark.parametrize("name", TABLE.networks)
def test_the_table_names_seven_outputs_and_its_sources(name):
    entry = TABLE.networks[name]
    assert sorted(entry.columns) == sorted(FER2013)
    assert all((entry.columns_source, entry.preprocessing.source, entry.licence, entry.trained_on))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_answers_give_the_counts_of_the_table(name):
    card = read_card(PROJECT / "checkpoints" / f"{name}.fer2013-theirs")
    stored = checkpoints.load_logits(card, "PrivateTest")
    score = TABLE.networks[name].measured.theirs.score("fer2013", "PrivateTest")
    assert (int((stored.logits.argmax(1) == stored.labels).sum()), len(stored.labels)) == (score.k, score.n)
    assert card.dropped_weights.sha256 == TABLE.networks[name].measured.theirs.onnx
    assert (card.params, card.macs) == (TABLE.networks[name].measured.params, TABLE.networks[name].measured.macs)
    assert checkpoints.verify(card.folder) == []


def test_no_two_trainings_elsewhere_are_alike():
    cards = [read_card(PROJECT / "checkpoints" / f"{name}.fer2013-theirs") for name in SHIPPED]
    assert len({comparability.fair_key(card) for card in cards}) == len(cards)


def _entry(**changes):
    data = json.loads(PATH.read_text())
    entry = {**data["networks"]["fer_keras"], "measured": None, **changes}
    return {**data, "networks": {"stripes": entry}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"claimed": "66", "claim_source": ""}, "a claim needs one"),
        ({"columns": ["angry", "angry"]}, "each must stand once"),
        ({"files": {"../x": "0" * 64}}, "no plain file name"),
        ({"link": "http://example.org"}, "begins with https"),
        ({"preprocessing": {"resize": "nearest"}}, "resize"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(tmp_path, changes, reason):
    path = tmp_path / "peers.json"
    path.write_text(json.dumps(_entry(**changes)))
    with pytest.raises(ConfigError, match=reason):
        read_peers(path)


def test_a_name_that_is_not_in_the_table_is_told_with_the_closest():
    with pytest.raises(ConfigError, match="closest: fer_keras"):
        peer("fer_kers")


def test_the_list_shows_counts_and_what_is_missing(capsys):
    assert cli.main(["peers"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in TABLE.networks) and all(one.title in shown for one in TABLE.absent)


def test_own_preprocessing_is_resized_rounded_scaled_in_that_order(tmp_path):
    network = read_foreign(write_stripes_tfjs(tmp_path))
    told = PreprocessingEntry(resize="half_pixel", is_rounded=True, pixels="grey,-1..1", source="a test")
    content, plain = with_own_preprocessing(network, told), network.onnx()
    x = 128 + 40 * pictures(4, 1, 48)
    expected = OnnxSession(plain, inspect_graph(plain)).run((np.round(x) / 255 - 0.5) / 0.5)
    np.testing.assert_allclose(OnnxSession(content, inspect_graph(content)).run(x), expected, atol=1e-5)
    assert inspect_graph(content).params == inspect_graph(plain).params  # what it is fed with was not learned


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Striped faces as FER2013 and as FER+, and a network that reads them with its entry in a table."""
    data = write_stripes(tmp_path)
    rows = (data / "fer2013" / "fer2013.csv").read_text().splitlines()[1:]
    names = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "NF")
    head = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    lines = [head]
    for i, row in enumerate(rows):
        label, _, usage = row.split(",")
        votes = [str(10 * (name == FER2013[int(label)])) for name in names]
        lines.append(",".join([usage, f"fer{i:07d}.png", *votes]))
    (data / "fer2013" / "fer2013new.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("FER_DATA", str(data))
    monkeypatch.setenv("FER_TEST_LOOKS", str(tmp_path / "looks.jsonl"))
    path = write_stripes_tfjs(tmp_path)
    told = {name: files.sha256(tmp_path / name) for name in ("stripes.json", "stripes.bin")}
    how = {"resize": "half_pixel", "is_rounded": True, "pixels": "grey,0..1", "source": "a test"}
    entry = {"files": told, "size_px": 48, "preprocessing": how}

    def measure(**changes):
        table = tmp_path / "peers.json"
        table.write_text(json.dumps(_entry(**entry, **changes)))
        return measure_peer("stripes", path, tmp_path / "checkpoints", table=table)

    measure.root = tmp_path
    return measure


def test_a_network_is_measured_both_ways_on_the_same_faces_and_recorded(world):
    found, reports = world()
    for way in (found.theirs, found.ours):
        counted = {(one.data, one.split): (one.k, one.n) for one in way.scores}
        assert counted == {
            ("fer2013", "PublicTest"): (210, 210),
            ("fer2013", "PrivateTest"): (140, 140),
            ("ferplus", "PrivateTest"): (140, 140),
        }
    assert found.difference.value == 0 and set(reports) == {"theirs", "ours"}
    assert peer("stripes", world.root / "peers.json").measured == found
    logged = looks.read(world.root / "looks.jsonl").looks
    ways = ("theirs", "ours")
    assert [(one.checkpoint, one.data, one.score) for one in logged] == [
        (f"stripes.fer2013-{way}", data, 1.0) for way in ways for data in ("fer2013", "ferplus")
    ]
    card = read_card(world.root / "checkpoints" / "stripes.fer2013-theirs")
    assert (card.training.recipe, card.input.size_px, card.input.channels) == ("public", 48, 1)


def test_answers_alone_stay_true_without_validation_and_other_sets(world):
    world()
    folder = world.root / "checkpoints" / "stripes.fer2013-theirs"
    checkpoints.drop_weights(folder, is_test_only=True)
    card = read_card(folder)
    assert (list(card.scores), list(card.logits), card.cross_sets) == (["PrivateTest"], ["PrivateTest"], {})
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "logits-PrivateTest.safetensors"]
    assert checkpoints.verify(folder) == []


def test_a_shipped_row_gets_the_file_back_that_was_measured(world, monkeypatch, capsys):
    world()
    folder, table = world.root / "checkpoints" / "stripes.fer2013-theirs", world.root / "peers.json"
    content = (folder / "model.onnx").read_bytes()
    checkpoints.drop_weights(folder, is_test_only=True)
    monkeypatch.setenv("FER_CHECKPOINTS", str(folder.parent))
    assert cli.main(["costs", folder.name]) == 2
    assert "`fer peers restore stripes stripes.json` puts its file beside them" in capsys.readouterr().err
    assert restore_peer("stripes", world.root / "stripes.json", folder.parent, table=table) == folder
    assert (folder / "model.onnx").read_bytes() == content and checkpoints.verify(folder) == []
    with pytest.raises(CheckpointError, match="has its file already"):
        restore_peer("stripes", world.root / "stripes.json", folder.parent, table=table)


def test_an_imported_file_is_timed_as_it_is_and_in_8_bits_without_pytorch(world, monkeypatch):
    world()
    folder = world.root / "checkpoints" / "stripes.fer2013-theirs"
    monkeypatch.setattr(measure_costs, "PASSES", {1: Passes(0, 2)})
    found = measure_costs.checkpoint_costs(folder, lambda _: None, starts=2)
    assert found.float32.sha256 == found.weights == files.sha256(folder / "model.onnx")
    assert found.int8.sha256 != found.float32.sha256
    assert found.pytorch is None and found.cold_start.pytorch is None and found.cold_start.onnxruntime.median_ms > 0


def test_a_wrong_order_in_the_table_is_found_before_any_test_face_is_scored(world):
    with pytest.raises(CheckpointError, match="no test face was scored"):
        world(columns=sorted(FER2013))
    assert looks.read(world.root / "looks.jsonl").looks == ()
    assert list(read_card(world.root / "checkpoints" / "stripes.fer2013-theirs").scores) == ["PublicTest"]


def test_another_edition_of_a_file_is_refused(world):
    (world.root / "stripes.bin").write_bytes(b"other")
    # The table is written with the hashes of before.
    with pytest.raises(ConfigError, match="fetch that version"):
        world()
    assert not (world.root / "checkpoints").exists()
