"""What a network says to a face and to its mirror image."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core.errors import DataError
from fer_core.evaluation.calibration import probabilities
from fer_core.evaluation.flip_consistency import flip_average, flip_consistency
from fer_core.evaluation.intervals import proportion


def logs(*rows: tuple[float, ...]) -> np.ndarray:
    return np.log(np.array(rows))


FACES = logs((0.9, 0.1), (0.6, 0.4), (0.2, 0.8), (0.5, 0.5))
MIRRORED = logs((0.8, 0.2), (0.3, 0.7), (0.2, 0.8), (0.5, 0.5))


def test_consistency_by_hand():
    found = flip_consistency(FACES, MIRRORED)
    assert found.is_changed.tolist() == [False, True, False, False]
    assert found.changed == proportion(1, 4)
    assert found.shift.value == pytest.approx((0.1 + 0.3 + 0 + 0) / 4)


def test_a_network_that_does_not_care_is_consistent():
    found = flip_consistency(FACES, FACES + 7)  # the same probabilities
    assert (found.changed.value, found.shift.value) == (0, pytest.approx(0, abs=1e-12))


def test_the_average_is_that_of_the_probabilities():
    expected = (probabilities(FACES) + probabilities(MIRRORED)) / 2
    assert probabilities(flip_average(FACES, MIRRORED)) == pytest.approx(expected)
    assert np.isfinite(flip_average(np.array([[0.0, 2000.0]]), np.array([[0.0, 2000.0]]))).all()


def test_other_faces_are_refused():
    with pytest.raises(DataError, match=r"logits of shape \(4, 2\) and of mirrored faces \(3, 2\) do not fit"):
        flip_consistency(FACES, MIRRORED[:3])
