"""Exported files on the Efficiency page: numbers of invented records, and what is said where something is missing."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.app_driver import open_page, spaced, words
from support.checkpoints import A, B
from support.costs import costs, exported, int8_loss, machine

from dashboard.formatting import Span
from dashboard.pages.efficiency import measuring_data
from dashboard.pages.efficiency.exported_chart import accuracy_against_time
from dashboard.pages.efficiency.exported_data import machines, phone_times, timed_twice
from dashboard.pages.efficiency.exported_text import READ_ONLY, disturbed, drawn, gains, outdated, phone_note
from dashboard.pages.efficiency.int8_data import int8_losses
from dashboard.pages.efficiency.int8_text import losses
from dashboard.pages.efficiency.views import FilesView, WayView, kinds
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import QUEUE, Cost
from dashboard.views.checkpoints import NetworkView
from fer_core.checkpoints.card import read_card
from fer_core.export import costs as record
from fer_core.export import int8_errors
from fer_core.export import record as exports_record

OURS, THEIRS = "Test CPU, 2 cores, Linux", "Another CPU, 2 cores, Linux"


@pytest.fixture
def timed(here, tmp_path, monkeypatch) -> Path:
    """Costs of A and B on one machine and of A on another; both are exported, B's SELU rewritten."""
    monkeypatch.setattr(record, "PATH", tmp_path / "costs.json")
    monkeypatch.setenv("FER_MEASURED", str(tmp_path / "nothing"))
    monkeypatch.setattr(exports_record, "PATH", tmp_path / "exports.json")
    a, b = (read_card(here / name).weights.sha256 for name in (A, B))
    exports_record.add_export(A, exported(a))
    exports_record.add_export(B, exported(b, hits=200, hits_int8=201, selu=46))
    record.add_costs(machine({A: costs(a), B: costs(b, pytorch=10.0, float32=2.0, int8=1.9)}))
    record.add_costs(machine({A: costs(a, pytorch=9.0)}, processor="Another CPU"))
    return tmp_path / "costs.json"


def test_without_costs_the_page_names_the_command(here, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "PATH", tmp_path / "costs.json")
    monkeypatch.setenv("FER_MEASURED", str(tmp_path / "nothing"))
    app = open_page("efficiency")
    assert not app.exception and not app.error
    assert "No exported file was timed yet. `fer costs`" in words(app)


def test_damaged_costs_are_one_sentence_and_the_rest_stays(timed):
    timed.write_text('{"Test CPU": {}}')
    app = open_page("efficiency")
    assert not app.exception and len(app.error) == 1
    assert "processor is missing" in words(app) and "870,127" in words(app)


def test_each_number_stands_in_the_table(timed):
    shown = words(open_page("efficiency"))
    # 1 thread and its quartiles, 2 threads, a face of 64 (32 times 2 ms by 64), cold start, memory, bytes, accuracy
    for number in ("2.00 ms", "1.80 to 2.40", "1.50 ms", "1.00 ms", "310 ms", "300 to 330", "95 MB", "4.56", "70.0 %"):
        assert number in shown
    for number in ("6.00 ms", "3.75 ms", "2,900 ms", "1.23", "69.0 %", "50.2 %"):  # PyTorch; int8
        assert number in shown


def test_a_machine_is_chosen_and_the_first_is_ours(timed):
    app = open_page("efficiency")
    assert app.selectbox(key="machine").options == [OURS, THEIRS]
    assert app.selectbox(key="machine").value == OURS and "3.0 to 5.0 times" in words(app)
    other = words(open_page("efficiency", machine=THEIRS))
    assert "answers 4.5 times as fast" in other and "9.00 ms" in other and "10.00 ms" not in other


@pytest.fixture
def own(timed, here, tmp_path, monkeypatch) -> Path:
    """A and B measured again on a machine of our own machine's name, B with other weights; returns the folder."""
    monkeypatch.setenv("FER_MEASURED", str(tmp_path / "own"))
    a, path = read_card(here / A).weights.sha256, record.own_path(OURS, tmp_path / "own")
    record.add_costs(machine({A: costs(a, pytorch=12.0, float32=3.0, int8=4.0), B: costs("0" * 64)}), path)
    return tmp_path / "own"


def test_what_was_measured_here_stands_beside_what_ships_and_each_machine_is_compared_with_itself(own):
    found = machines()
    assert [one.title for one in found] == [OURS, THEIRS, f"{OURS}, measured here"]
    twice = {one.kind: one for one in timed_twice(found[0], found[2])}
    assert {one.network.name for one in twice.values()} == {"i_mobilenet_v2"}  # B has other weights there
    numbers = {
        kind: (one.first.value, one.second.value, one.first_ratio, one.second_ratio) for kind, one in twice.items()
    }
    assert numbers == {
        "float32 file": (2.0, 3.0, 3.0, 4.0), "int8 file": (1.0, 4.0, 6.0, 3.0), "PyTorch": (6.0, 12.0, 1.0, 1.0),
    }  # fmt: skip
    shown = words(open_page("efficiency"))
    assert "12.00 ms" not in shown.partition("Measured here:")[0] and "4.0 times PyTorch" in shown
    assert "4.0 times" in words(open_page("efficiency", machine=f"{OURS}, measured here"))


FAKE = """#!{python}
import os, sys
print("1 of 1", flush=True)
print("  PyTorch", flush=True)
if "mini" in sys.argv[4]:
    print("a warning", "fer: it has no weights", file=sys.stderr, sep=chr(10))
    raise SystemExit(2)
open(os.path.join(os.environ["FER_MEASURED"], "asked"), "w").write(" ".join(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Python is a script")
def test_the_button_times_each_network_with_the_command_and_shows_what_fails(own, here, tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text(FAKE.format(python=sys.executable))
    script.chmod(0o755)
    monkeypatch.setattr(measuring_data.sys, "executable", str(script))
    app = open_page("efficiency")
    assert app.multiselect(key="timed").value == sorted([A, B])
    app.button(key="measure").click().run()
    assert not app.exception and [error.value for error in app.error] == ["it has no weights"]
    assert (own / "asked").read_text() == f"-m fer_core.cli costs {(here / A).resolve()} --here"


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Python is a script")
def test_a_page_that_is_left_ends_the_timing_and_frees_the_queue(own, tmp_path, monkeypatch):
    (script := tmp_path / "python").write_text(
        f"#!{sys.executable}\nimport time\nprint('  on', flush=True)\ntime.sleep(60)\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(measuring_data.sys, "executable", str(script))

    def leave(step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measuring_data.measure_here(A, leave)
    with QUEUE.turn(Cost.TIMING):
        pass


def test_a_read_only_server_times_nothing(timed, monkeypatch):
    monkeypatch.setenv("FER_READ_ONLY", "1")
    app = open_page("efficiency")
    assert READ_ONLY in words(app) and "measure" not in {button.key for button in app.button}


def test_the_sentence_is_counted_from_the_numbers(timed):
    (ours, _) = machines()
    assert gains(ours.files) == (
        "With one face on one thread, the files of **2 networks** answer 3.0 to 5.0 times as fast as PyTorch; "
        f"int8 is another 2.0 times as fast, but not with {title(ours.files, B)} (SELU)."
    )


def test_times_that_others_disturbed_are_warned_of(timed):
    quiet, busy = files(), replace(files("mini_xception"), running=0.31)
    assert disturbed([quiet, replace(quiet, running=0.97)]) == ""
    assert "while mini_xception was timed, which had a core for as little as 31\u00a0%" in disturbed([quiet, busy])


def test_a_public_networks_file_stands_beside_ours_without_pytorch(tmp_path, monkeypatch):
    name = "face_api.fer2013-theirs"
    monkeypatch.setattr(record, "PATH", tmp_path / "costs.json")
    monkeypatch.setenv("FER_MEASURED", str(tmp_path / "nothing"))
    record.add_costs(machine({name: costs(card_of(name).dropped_weights.sha256, pytorch=None)}))
    (theirs,) = machines()[0].files
    assert (theirs.origin, theirs.is_outdated, list(kinds(theirs))) == ("public", False, ["float32 file", "int8 file"])
    assert theirs.float32.accuracy.value == card_of(name).scores["PrivateTest"].accuracy.value
    assert gains([theirs]) == ("face-api.js: imported, so not timed in PyTorch; int8 is another 2.0 times as fast.")
    faster = replace(theirs, int8=replace(theirs.int8, one=way(0.5).one))
    assert gains([files(), faster]) == (
        "With one face on one thread, **mobilenet_v2**'s file answers 3.0 times as fast as PyTorch; "
        "int8 is another 2.0 to 4.0 times as fast."
    )


def title(files: tuple[FilesView, ...], name: str) -> str:
    return next(one.network.title for one in files if one.checkpoint == name)


@pytest.mark.parametrize(
    ("int8", "end"),
    [(None, "as fast as PyTorch."), (3.0, "; int8 makes none faster."), (1.0, "; int8 is another 2.0 times as fast.")],
)
def test_what_int8_adds_is_said_where_it_adds(int8, end):
    assert gains([files(int8=int8)]).endswith(end)


def way(median_ms: float) -> WayView:
    return WayView(one=Span(median_ms, 0.9 * median_ms, 1.1 * median_ms), two=None, full=None)


def files(network: str = "mobilenet_v2", pytorch: float = 6.0, float32: float = 2.0, int8: float | None = 1.0):
    return FilesView(
        f"{network}.fer2013-s0", NetworkView(network, network, network, 0), way(pytorch), way(float32),
        None if int8 is None else way(int8), 400, "PrivateTest", has_selu=False, is_outdated=False,
    )  # fmt: skip


def test_the_chart_has_each_mark_and_joins_float_and_int8(timed):
    (ours, _) = machines()
    chart = accuracy_against_time(ours.files, ours.stamp, palette=LIGHT)
    found = {trace.name: (trace.x[0], round(trace.y[0], 2)) for trace in chart.figure.data if trace.name}
    a, b = title(ours.files, A), title(ours.files, B)
    assert found == {
        f"{a}, float32": (2.0, 70.0), f"{a}, int8": (1.0, 69.0), f"{a}, PyTorch": (6.0, 70.0),
        f"{b}, float32": (2.0, 50.0), f"{b}, int8": (1.9, 50.25), f"{b}, PyTorch": (10.0, 50.0),
    }  # fmt: skip
    lines = [trace.x for trace in chart.figure.data if trace.mode == "lines"]
    assert sorted(lines) == [(2.0, 1.0), (2.0, 1.9)]
    hollow = [trace.name for trace in chart.figure.data if trace.marker.symbol == "circle-open"]
    assert sorted(hollow) == sorted([f"{a}, PyTorch", f"{b}, PyTorch"])
    assert len(chart.table) == 6 and {row["batch_64_median_ms_a_face"] for row in chart.table} >= {1.0, 3.75, 6.25}
    assert "PrivateTest, n = 400" in spaced(chart.footer)


def test_the_stamp_says_machine_versions_passes_and_settings(timed):
    stamp = machines()[0].stamp
    for part in (OURS, "2026-11-29", "onnxruntime 1.32.0", "torch 2.13.0", "50 passes of batch 1", "never spin",
                 "denormals count as zero"):  # fmt: skip
        assert part in stamp


def test_other_weights_are_outdated_and_not_drawn(timed, here):
    weights = read_card(here / A).weights.sha256
    record.add_costs(machine({A: costs("0" * 64)}))
    found = machines()[0].files
    (old,) = [one for one in found if one.is_outdated]
    assert old.checkpoint == A and old.float32.accuracy is None and weights != "0" * 64
    assert [one.checkpoint for one in drawn(found)] == [B]
    assert f"{A} was timed with other weights than lie here" in outdated(found)
    assert "Timed with other weights than lie here." in words(open_page("efficiency"))


def test_phone_times_stand_beside_ratios_of_the_same_networks(timed):
    own = files("i_mobilenet_v2", pytorch=4.0, float32=2.5)
    found = {one.printed: one for one in phone_times([files(), own])}
    assert list(found) == ["221 ms", "300 ms", "78 ms"]
    second = found["300 ms"]
    assert (round(second.ratio, 3), second.pytorch_ratio, second.file_ratio) == (3.846, 1.5, 0.8)
    assert found["78 ms"].ratio is None and found["78 ms"].file is own and found["78 ms"].file_ratio is None
    assert found["221 ms"].file is None and round(found["221 ms"].ratio, 3) == 2.833


def test_without_the_papers_own_network_there_is_no_ratio_of_ours(timed):
    times = phone_times([files()])
    second = next(one for one in times if one.printed == "300 ms")
    assert second.file is not None and second.pytorch_ratio is None
    assert "fer costs --all" in phone_note(times)
    assert "Not timed" not in phone_note([replace(second, file=files())])


def test_layers_that_lose_most_stand_behind_the_expander(here, tmp_path, monkeypatch):
    monkeypatch.setattr(int8_errors, "PATH", tmp_path / "int8-errors.json")
    a, b = (read_card(here / name).weights.sha256 for name in (A, B))
    int8_errors.add_int8_errors(A, int8_loss(a, 31.0, [40.04, 35.55, 52.0, 60.0]))
    int8_errors.add_int8_errors(B, int8_loss(b, 18.0, [20.0, 41.0]))
    int8_errors.add_int8_errors("gone.fer2013-s0", int8_loss("0" * 64, 5.0, [1.0]))
    found = int8_losses()
    assert [one.checkpoint for one in found] == [B, A]
    worst, best = (one.network.title for one in found)
    assert spaced(losses(found)) == (
        f"In int8 **{worst}** loses most (18.0 dB), of its layers layer.0 (sum, 20.0 dB alone); "
        f"**{best}** loses least (31.0 dB)."
    )
    shown = words(open_page("efficiency"))
    for number in ("35.5 dB", "40.0 dB", "52.0 dB", "8 changed", "−0.50 points of 400", "30 changed", "−2.50"):
        assert number in shown
    assert "60.0 dB" not in shown and "5.0 dB" not in shown.replace("35.0 dB", "")
