"""A face keeps its number while it stays about where it was, also while nobody finds it for a moment."""

from __future__ import annotations

from fer_core.films.tracking import FORGET_S, Tracker
from fer_core.images.face_detection import Face

STEP = 0.2


def face(left: int, top: int = 0, side: int = 100) -> Face:
    return Face(left, top, left + side, top + side, 0.9)


def test_numbers_follow_places_and_not_the_order_in_a_frame():
    tracker = Tracker()
    assert tracker.follow(0.0, [face(0), face(300)]) == [1, 2]
    assert tracker.follow(STEP, [face(310), face(10)]) == [2, 1]
    assert tracker.follow(2 * STEP, [face(20), face(320), face(600)]) == [1, 2, 3]


def test_a_face_that_is_not_found_for_a_moment_keeps_its_number_and_later_does_not():
    tracker = Tracker()
    tracker.follow(0.0, [face(0), face(300)])
    tracker.follow(FORGET_S / 2, [])
    assert tracker.follow(FORGET_S, [face(290), face(15)]) == [2, 1]
    tracker.follow(1.5 * FORGET_S, [face(15)])
    assert tracker.follow(2.25 * FORGET_S, [face(15), face(290)]) == [1, 3]


def test_the_sum_of_overlaps_decides_where_the_largest_alone_would_take_a_wrong_pair():
    tracker = Tracker()
    tracker.follow(0.0, [face(0), face(60)])
    # The largest overlap is that of 30 with 60 (0.54); both keep their order only if 30 goes on from 0.
    assert tracker.follow(STEP, [face(30), face(90)]) == [1, 2]


def test_a_jump_by_more_than_its_width_begins_a_new_track():
    tracker = Tracker()
    tracker.follow(0.0, [face(0)])
    assert tracker.follow(STEP, [face(90)]) == [2]
    assert tracker.follow(2 * STEP, [face(0)]) == [1]
