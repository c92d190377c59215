"""Who computes when many ask at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Lock, Thread
from time import sleep

import pytest

from dashboard.store.computation_queue import ComputationQueue, Cost


class Asked:
    """Threads that ask a queue, and the order in which they were let in."""

    def __init__(self, queue: ComputationQueue) -> None:
        self.queue, self.order, self.threads, self.told = queue, [], [], {}
        self._lock = Lock()

    def ask(self, name: str, cost: Cost, work: Callable[[], None] = lambda: None) -> None:
        self.told[name] = []

        def run() -> None:
            with self.queue.turn(cost, self.told[name].append):
                with self._lock:
                    self.order.append(name)
                work()

        waiting = len(self.queue._waiting)
        self.threads.append(thread := Thread(target=run, daemon=True))
        thread.start()
        while len(self.queue._waiting) == waiting and name not in self.order:
            sleep(0.001)

    def finish(self) -> list[str]:
        for thread in self.threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in self.threads)
        return self.order


def test_answers_come_before_maps_and_scores_and_equals_in_the_order_asked():
    open_door, asked = Event(), Asked(ComputationQueue(1))
    asked.ask("first", Cost.SCORE, open_door.wait)
    for name, cost in {"s": Cost.SCORE, "m1": Cost.MAP, "a": Cost.ANSWER, "m2": Cost.MAP}.items():
        asked.ask(name, cost)
    open_door.set()
    assert asked.finish() == ["first", "a", "m1", "m2", "s"]


@pytest.mark.parametrize("places", [1, 2, 3])
def test_no_more_compute_at_once_than_there_are_places(places):
    at_once, most, lock = 0, 0, Lock()
    everybody = Barrier(places)

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        everybody.wait(10)  # all places are used, or this breaks
        with lock:
            at_once -= 1

    asked = Asked(ComputationQueue(places))
    for number in range(3 * places):
        asked.ask(str(number), Cost.MAP, work)
    asked.finish()
    assert most == places


def test_a_timing_computes_alone_and_after_those_that_are_cheaper():
    doors, asked, beside = [Event(), Event()], Asked(ComputationQueue(2)), []
    asked.ask("first", Cost.SCORE, doors[0].wait)
    asked.ask("timing", Cost.TIMING, lambda: beside.append(asked.queue._free) or doors[1].wait(10))
    asked.ask("later", Cost.ANSWER)  # a place is free, which the timing cannot use
    while "later" not in asked.order:
        sleep(0.001)
    assert "timing" not in asked.order
    doors[0].set()
    while not beside:
        sleep(0.001)
    asked.ask("last", Cost.ANSWER)
    doors[1].set()
    assert asked.finish() == ["first", "later", "timing", "last"] and beside == [0] and asked.queue._free == 2


def test_a_computation_that_needs_another_keeps_its_place():
    queue = ComputationQueue(1)
    with queue.turn(Cost.SCORE), queue.turn(Cost.MAP):
        pass
    with queue.turn(Cost.MAP):  # the place was given back once, and only once
        assert queue._free == 0
    assert queue._free == 1


def test_who_waits_is_told_how_many_come_first_and_when_it_is_over():
    open_door, asked = Event(), Asked(ComputationQueue(1))
    asked.ask("first", Cost.MAP, open_door.wait)
    asked.ask("second", Cost.MAP)
    asked.ask("third", Cost.MAP)
    while not (asked.told["third"] and asked.told["second"]):
        sleep(0.01)
    asked.ask("cheap", Cost.ANSWER)
    while asked.told["third"][-1] != 2:
        sleep(0.01)
    open_door.set()
    asked.finish()
    assert asked.told["first"] == []
    assert asked.told["third"][0] == 1 and asked.told["third"][-1] == 0


def test_a_page_that_is_left_while_it_waits_leaves_the_queue():
    class Left(BaseException):
        """What Streamlit stops a run of a page with."""

    def leave(before: int) -> None:
        raise Left

    open_door, asked = Event(), Asked(ComputationQueue(1))
    asked.ask("first", Cost.MAP, open_door.wait)
    with pytest.raises(Left), asked.queue.turn(Cost.ANSWER, leave):
        pass
    asked.ask("next", Cost.MAP)
    open_door.set()
    assert asked.finish() == ["first", "next"] and asked.queue._free == 1


def test_a_page_that_is_left_as_its_wait_ends_gives_its_place_back():
    class Left(BaseException):
        """What Streamlit stops a run of a page with."""

    def leave(before: int) -> None:
        if before == 0:
            raise Left
        open_door.set()

    open_door, asked = Event(), Asked(ComputationQueue(1))
    asked.ask("first", Cost.MAP, open_door.wait)
    with pytest.raises(Left), asked.queue.turn(Cost.ANSWER, leave):
        pass
    asked.finish()
    assert asked.queue._free == 1
