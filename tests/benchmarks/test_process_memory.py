"""Memory of a command is that of all its processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.predict import quarters
from benchmarks.process_memory import PROCESSES, run_and_sample

HELD_MB = 80
HOLDING = f"held = b'1' * {HELD_MB * 10**6}; import time; time.sleep(1)"
STARTING = f'import subprocess, sys; subprocess.run([sys.executable, "-c", "{HOLDING}"])'


@pytest.mark.skipif(not (PROCESSES / "self" / "statm").exists(), reason="Linux alone keeps count of memory there")
def test_what_a_child_holds_is_counted():
    samples = run_and_sample([sys.executable, "-c", STARTING], every_s=0.1)
    assert HELD_MB < max(samples) < HELD_MB + 60  # two interpreters without a module take some 20 MB


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(subprocess.CalledProcessError):
        run_and_sample([sys.executable, "-c", "raise SystemExit(3)"], every_s=0.1)


def test_each_quarter_has_its_own_median():
    assert quarters([1, 1, 9, 2, 2, 2, 3, 3, 3, 4, 0, 4]) == [1, 2, 3, 4]
