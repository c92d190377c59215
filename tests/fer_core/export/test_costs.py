"""What exported files cost: the record refuses what cannot be, and what is measured is what was asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkpoint import publish_sample
from support.costs import costs, machine
from support.paths import PROJECT, toy_faces

from fer_core import cli
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError, DataError
from fer_core.export import costs as record
from fer_core.export import measure, measure_costs
from fer_core.export.measure_costs import Passes
from fer_core.profiling.timing import quartiles, timed

NAME, OTHER = "mini_xception.fer2013-test", "mini_xception.fer2013-other"
W = "c" * 64


@pytest.fixture
def path(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(record, "PATH", tmp_path / "costs.json")
    return tmp_path / "costs.json"


def test_what_is_written_is_read_again_by_machine(path):
    record.add_costs(machine({NAME: costs(W)}))
    record.add_costs(machine({OTHER: costs(W, int8=None)}))
    record.add_costs(machine({NAME: costs(W, float32=3.0)}, processor="Another CPU"))
    record.add_costs(machine({NAME: costs(W, float32=4.0)}))  # again, on the first machine
    found = record.read_costs()
    assert list(found) == ["Test CPU, 2 cores, Linux", "Another CPU, 2 cores, Linux"]
    ours = found["Test CPU, 2 cores, Linux"].checkpoints
    assert list(ours) == [OTHER, NAME] and ours[OTHER].int8 is None
    medians = [record.timing_at(ours[NAME].float32.timings, *way).median_ms for way in ((1, 1), (2, 1), (1, 64))]
    assert medians == [4.0, 3.0, 128.0]
    assert record.timing_at(ours[NAME].pytorch, 2, 1) is None


def test_measured_here_goes_to_a_file_of_the_machine_and_leaves_what_ships(path, tmp_path, monkeypatch, capsys):
    record.add_costs(machine({NAME: costs(W)}))
    shipped = path.read_bytes()
    monkeypatch.setenv("FER_MEASURED", str(tmp_path / "own"))
    monkeypatch.setattr(measure_costs, "checkpoint_costs", lambda *_: costs(W, float32=5.0))
    monkeypatch.setattr(measure_costs, "this_machine", lambda found: machine(found, "Test CPU @ 2.4 GHz"))
    for name in (NAME, OTHER):
        assert cli.main(["costs", name, "--here"]) == 0
    (own,) = record.own_paths(tmp_path / "own")
    assert own.name == "costs-test-cpu-2-4-ghz-2-cores-linux.json" and path.read_bytes() == shipped
    (found,) = record.read_costs(own).values()
    assert found.name == "Test CPU @ 2.4 GHz, 2 cores, Linux" and sorted(found.checkpoints) == [OTHER, NAME]
    own.write_text("{")
    capsys.readouterr()
    assert cli.main(["costs", NAME, "--here"]) == 2
    assert own.name in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one: one["float32"].update(bytes=0), "float32.bytes is 0; it must be 1 or more"),
        (lambda one: one["pytorch"][0].update(repeats=1), r"pytorch\[0\].repeats is 1; it must be 2 or more"),
        (lambda one: one["float32"]["timings"][1].update(q1_ms=9.0), r"float32.timings\[1\].q1_ms, median_ms, q3_ms"),
        (lambda one: one["int8"]["timings"].pop(0), "int8.timings lack 1 thread with batch 1"),
        (lambda one: one["int8"]["timings"].append(one["int8"]["timings"][0]), "hold the same threads and batch twice"),
        (lambda one: one.update(pytorch=None), "pytorch and cold_start.pytorch: one is null"),
        (lambda one: one["pytorch"].pop(0), "pytorch: timings lack 1 thread with batch 1"),
        (lambda one: one["int8"].update(sha256="a" * 64), "int8.sha256 is that of float32"),
        (lambda one: one["cold_start"]["pytorch"].update(q3_ms=1.0), "cold_start.pytorch.q1_ms, median_ms, q3_ms"),
        (lambda one: one.update(measured="yesterday"), "measured is 'yesterday'; it must be a day, as"),
        (lambda one: one.update(weights="none"), "weights is 'none'; it must be 64 hexadecimal digits"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_is_refused(path, change, reason):
    record.add_costs(machine({NAME: costs(W)}))
    stored = json.loads(path.read_text())
    change(stored["Test CPU, 2 cores, Linux"]["checkpoints"][NAME])
    path.write_text(json.dumps(stored))
    with pytest.raises(ConfigError, match=reason):
        record.read_costs()


def test_a_damaged_file_is_refused_before_anything_is_measured_and_stays(path, capsys):
    path.write_text("{")
    assert cli.main(["costs", NAME]) == 2
    said = capsys.readouterr()
    assert "costs.json is not JSON" in said.err and said.out == ""
    assert path.read_text() == "{"


def test_quartiles_by_hand():
    assert quartiles([5.0, 1.0, 2.0, 4.0, 3.0]) == (2.0, 3.0, 4.0)


def test_passes_are_counted():
    calls = []
    found = timed(lambda: calls.append(1), warmup=3, repeats=4)
    assert len(calls) == 7
    assert 0 < found.q1_ms <= found.median_ms <= found.q3_ms


def test_the_worst_block_says_which_share_of_the_time_it_had_a_core(monkeypatch):
    clock, core = iter([0.0, 2.0, 2.0, 6.0]), iter([0.0, 2.0, 2.0, 3.0])
    monkeypatch.setattr(measure_costs.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(measure_costs.time, "process_time", lambda: next(core))
    running, shares = measure_costs.Running(), []
    for _ in range(2):
        with running.noted():
            pass
        shares.append(running.least)
    assert shares == [1.0, 0.25]


def test_peak_memory_counts_what_the_process_held_and_not_its_parent():
    lines = ("from fer_core.export.first_answer import peak_bytes", "print(peak_bytes())", "held = b'1' * 2**27")
    code = "; ".join([*lines, "del held", "print(peak_bytes())"])
    parent = b"1" * 2**29  # held while the other process starts
    found = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    before, after = map(int, found.stdout.split())
    if not before:
        pytest.skip("this system does not tell")
    assert 2**27 <= after - before + 2**20 < 2**28
    assert 2**22 < before < len(parent)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The sample checkpoint, measured by the command with few passes; and the file it went to."""
    home = tmp_path_factory.mktemp("costs")
    folder = publish_sample(home / "checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_CHECKPOINTS", str(home / "checkpoints"))
        patch.setattr(record, "PATH", home / "costs.json")
        patch.setattr(measure, "faces_of", lambda card, split, root: toy_faces(70, seed=3, split=split))
        patch.setattr(measure_costs, "PASSES", {1: Passes(1, 5), 8: Passes(0, 3), 64: Passes(0, 2)})
        patch.setattr(measure_costs, "_cores", lambda: 2)
        assert cli.main(["costs", "--all"]) == 0
        (found,) = record.read_costs(home / "costs.json").values()
        return folder, found


def test_every_way_is_timed_with_the_passes_asked_for(measured):
    folder, found = measured
    one = found.checkpoints[folder.name]
    ways = [(threads, batch) for threads in (1, 2) for batch in (1, 8, 64)]
    for file in (one.float32, one.int8):
        assert [(time.threads, time.batch) for time in file.timings] == ways
        assert [(time.warmup, time.repeats) for time in file.timings] == 2 * [(1, 5), (0, 3), (0, 2)]
    assert [(time.threads, time.batch, time.repeats) for time in one.pytorch] == [(1, 1, 5), (1, 64, 2)]


def test_the_record_names_weights_files_starts_and_machine(measured):
    folder, found = measured
    one = found.checkpoints[folder.name]
    assert one.weights == read_card(folder).weights.sha256
    assert one.int8.bytes < 0.7 * one.float32.bytes
    assert (one.size_px, one.channels, one.spinning, one.flushes_denormals) == (48, 3, False, True)
    assert {"torch", "onnxruntime"} <= set(one.versions)
    for start in (one.cold_start.onnxruntime, one.cold_start.pytorch):
        assert start.repeats == 3
        assert start.peak_bytes is None or start.peak_bytes > 2**24
    assert found.cores == 2 and found.processor


def test_without_training_faces_there_is_no_int8(tmp_path, monkeypatch):
    said = []

    def absent(*_, **__):
        raise DataError("fer2013.csv is missing")

    card = read_card(publish_sample(tmp_path))
    monkeypatch.setattr(measure, "faces_of", absent)
    monkeypatch.setattr(measure, "onnx_model", lambda *_: (_Model(), 0))
    made = measure.files_made_here(card, None, said.append)
    assert made.contents == {"float32": b"a file"} and made.calibration is None
    assert said == ["without int8, which training faces calibrate: fer2013.csv is missing"]


class _Model:
    def SerializeToString(self, deterministic: bool) -> bytes:  # noqa: N802  protobuf's name
        return b"a file"


def test_a_process_without_an_answer_is_a_sentence(tmp_path):
    with pytest.raises(ConfigError, match="a fresh process gave no answer"):
        measure_costs.cold_start("onnx", [str(tmp_path / "absent.onnx"), "48"], 2)
