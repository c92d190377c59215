"""How far two networks' probabilities lie apart, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core.errors import DataError
from fer_core.evaluation.disagreement import total_variation


def test_by_hand():
    one = np.array([[0.5, 0.3, 0.2], [1.0, 0.0, 0.0], [0.2, 0.2, 0.6]])
    other = np.array([[0.1, 0.6, 0.3], [0.0, 0.5, 0.5], [0.2, 0.2, 0.6]])
    assert total_variation(one, other) == pytest.approx([0.4, 1.0, 0.0])
    assert total_variation(other, one) == pytest.approx([0.4, 1.0, 0.0])


def test_it_is_the_largest_difference_over_sets_of_answers():
    random = np.random.default_rng(0)
    one, other = random.dirichlet(np.ones(4), (2, 20))
    subsets = np.array([[bit >> k & 1 for k in range(4)] for bit in range(16)])
    assert total_variation(one, other) == pytest.approx(np.abs((one - other) @ subsets.T).max(axis=1))


def test_other_shapes_are_refused():
    with pytest.raises(DataError, match=r"\(2, 7\) and \(2, 8\) do not fit"):
        total_variation(np.ones((2, 7)), np.ones((2, 8)))
