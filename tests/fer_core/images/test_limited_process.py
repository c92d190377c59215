"""A child over its limits is killed and replaced, its neighbours go on, and it writes no file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from fer_core.images.limited_process import Limits, NoAnswerError, Pool, Reason

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows limits time on the clock only")
ECHO = "tests.support.limited_echo"
LIMITS = Limits(cpu_s=60, wall_s=120, memory_bytes=400_000_000)


@pytest.fixture
def pool() -> Iterator[Pool]:
    children = Pool(ECHO, LIMITS, at_once=2)
    yield children
    children.close()


def reason(pool: Pool, request: bytes) -> Reason:
    with pytest.raises(NoAnswerError) as caught:
        pool.ask(request)
    return caught.value.reason


def test_one_child_answers_one_after_the_other(pool):
    large = os.urandom(3 * 10**6)  # more than a pipe holds
    assert [pool.ask(words) for words in (b"", b"\n\0\xff", large)] == [b"", b"\n\0\xff", large]
    assert pool.ask(b"who") == pool.ask(b"who") != str(os.getpid()).encode()


def test_a_child_that_dies_is_replaced(pool):
    before = pool.ask(b"who")
    assert reason(pool, b"die") is Reason.DIED
    assert pool.ask(b"who") != before


@ON_POSIX
def test_computing_is_limited_a_request_and_not_a_life():
    pool = Pool(ECHO, Limits(cpu_s=1, wall_s=600, memory_bytes=10**9), at_once=1)
    child = pool.ask(b"who")
    assert reason(pool, b"spin") is Reason.TIME
    assert pool.ask(b"who") != child
    pool.close()


def test_waiting_is_limited_on_the_clock(tmp_path):
    pool = Pool(ECHO, Limits(cpu_s=60, wall_s=1, memory_bytes=10**9), at_once=1)
    assert reason(pool, b"wait " + os.fsencode(tmp_path / "never")) is Reason.TIME


@ON_LINUX
def test_memory_is_limited(pool):
    assert pool.ask(b"take 100000000") == b"100000000"
    assert reason(pool, b"take 400000000") is Reason.MEMORY


@ON_POSIX
def test_a_child_can_write_no_file(pool, tmp_path):
    assert pool.ask(b"write " + os.fsencode(tmp_path / "photo")) == b"File too large"
    assert (tmp_path / "photo").stat().st_size == 0


def test_a_busy_child_keeps_no_neighbour_waiting_and_leaves_one_child(pool, tmp_path):
    answers = []
    busy = threading.Thread(target=lambda: answers.append(pool.ask(b"wait " + os.fsencode(tmp_path / "go"))))
    busy.start()
    assert pool.ask(b"who") and busy.is_alive()  # two at once; the first one cannot have ended
    (tmp_path / "go").touch()
    busy.join(60)
    assert len(answers) == 1 and pool.ask(b"who") == pool.ask(b"who")


def test_a_process_that_cannot_be_started_is_told_apart(monkeypatch, pool):
    def refuse(*words: object, **options: object) -> None:
        raise PermissionError("no processes here")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert reason(pool, b"x") is Reason.NO_PROCESS


def test_the_child_begins_without_torch_and_without_the_parents_main_module():
    code = "import sys, fer_core.images.photos; sys.exit(bool({'torch', 'dlib', 'streamlit'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
