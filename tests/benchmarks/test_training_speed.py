"""`python -m benchmarks.training`: every way to compute a step is timed, and compared with the plain one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch

from benchmarks import training
from fer_core.training import recipes
from fer_core.training.fused.layers import obstacle
from fer_core.training.step_choice import Step

CPU = torch.device("cpu")


def test_each_way_trains_real_steps(monkeypatch):
    monkeypatch.setattr(training, "ROWS", 8)
    rates = training.speeds("mini_xception", replace(recipes.RECIPES["cpu"], batch_size=4), CPU, 0.0)
    kinds = (False,) if obstacle(CPU) else (False, True)
    assert list(rates) == [Step(precision, kind) for kind in kinds for precision in ("float32", "bfloat16")]
    for row in rates.values():
        assert row["images_per_second"] > 0
        assert 0 < row["data_share"] < 1


def test_the_table_compares_with_the_plain_step_of_the_same_device_and_with_what_was_kept():
    fused = Step("bfloat16", is_fused=True)
    rates = {
        ("lightexnet", device, step): {"images_per_second": rate, "data_share": 0.1}
        for device, step, rate in (("a", training.PLAIN, 100.0), ("a", fused, 150.0), ("b", training.PLAIN, 300.0))
    }
    before = {training.words(("lightexnet", "a", fused)): {"images_per_second": 75.0}}
    _, *rows = training.table(rates, before)
    assert rows[1] == ("lightexnet", "a", "bfloat16", "fused", "150", "1.50", "75", "2.00", "10%")
    assert [row[5] for row in rows] == ["1.00", "1.50", "1.00"]
    assert [row[6] for row in rows] == ["-", "75", "-"]


def test_a_missing_file_of_numbers_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["training", "--against", str(tmp_path / "none.json")])
    with pytest.raises(SystemExit, match="is not there; --save it first"):
        training.main()


def test_a_training_is_timed_at_each_precision(capsys):
    training.main(["mini_xception", "--recipe", "cpu", "--seconds", "0.01", "--threads", "1"])
    lines = capsys.readouterr().out.splitlines()
    cpu = [re.split(r"  +", line.strip()) for line in lines if "thread" in line]
    rates = {(precision, layers): float(rate) for _, _, precision, layers, rate, *_ in cpu}
    assert {precision for precision, _ in rates} == {"float32", "bfloat16"}
    assert {("float32", "plain"), ("bfloat16", "plain")} <= set(rates)
    assert min(rates.values()) > 0
