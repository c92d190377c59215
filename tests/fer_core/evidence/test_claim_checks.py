"""Which printed numbers can be, by hand."""

from __future__ import annotations

import pytest

from fer_core.errors import ConfigError
from fer_core.evidence.claim_checks import check, count_printed_as, prints_as, reach, readings


@pytest.mark.parametrize(
    ("printed", "n", "k"),
    [
        ("95.96", 99, 95),  # 95.9596, rounded
        ("68.62", 3589, 2463),  # 68.6264, cut or rounded
        ("90.90", 99, 90),  # 90.9090, cut
        ("90.91", 99, 90),  # 90.9090, rounded
        ("66.99", 3589, None),  # 2404 give 66.98, 2405 give 67.01
        ("100.00", 5, 5),
        ("0.00", 5, 0),
    ],
)
def test_count_printed_as(printed, n, k):
    assert count_printed_as(printed, n) == k


def test_few_faces_reach_few_numbers():
    # 0, 33.33 and 66.66 or 66.67: four of ten thousand
    assert reach(3) == pytest.approx(4 / 10**4)
    assert reach(10**4) == 1


@pytest.mark.parametrize(
    ("value", "printed", "is_so"),
    [
        (83.781, "83.8", True),
        (83.781, "83.7", True),
        (83.781, "83.9", False),
        (0.995, "1", True),
        (4.3462, "4.35", True),
    ],
)
def test_prints_as(value, printed, is_so):
    assert prints_as(value, printed) is is_so


@pytest.mark.parametrize(
    ("kind", "parts", "value"),
    [
        ("share", [95, 99], 9500 / 99),
        ("sum", [1, 2, 4], 7),
        ("difference", [68.62, 67.90], 0.72),
        ("reduction", [1, 4], 75),
        ("float32_mib", [2**18], 1),
        ("torchsummary_mib", [2**17, 2**17, 2**17], 2),
        ("count", [3], 2),
        ("reach", [10**4], 100),
    ],
)
def test_every_kind_by_hand(kind, parts, value):
    assert check("", kind, parts, "66.67").value == pytest.approx(value)


def test_a_line_holds_if_it_prints_as_printed():
    assert check("", "difference", [68.62, 67.90], "0.72").holds
    assert not check("", "sum", [28709, 3589, 3589], "35886").holds
    assert check("", "count", [3589], "66.99").value is None


def test_a_count_needs_no_other_reading():
    (line,) = readings("95.96", 99)
    assert (line.value, line.holds) == (95, True)


def test_other_readings_are_tried_and_listed():
    lines = readings("66.99", 3589, {"both test splits together": 7178})
    assert [line.text for line in lines] == [
        "66.99 % of 3,589 faces, one run",
        "both test splits together, 7,178 faces",
        *(f"a mean of {runs} runs on 3,589" for runs in (2, 3, 5, 10)),
        "a mean over ten folds of 3,589 or 3,588",
    ]
    assert [line.holds for line in lines] == [False, True, True, True, True, True, True]
    assert [line.value for line in lines[:3]] == [None, 4809, 4809]


def test_few_runs_on_few_faces_leave_only_unequal_folds():
    lines = readings("89.82", 99, {"all": 981})
    assert [line.holds for line in lines] == [False] * 6 + [True]
    k, size = lines[-1].parts
    nines, eights = divmod(int(k), 98)  # k = 99 a + 98 b has a solution with b >= 0 for every k this large
    assert size == 10 * 99 * 98 and any((k - 99 * a) % 98 == 0 for a in range(98)) and nines >= eights >= 0
    assert 100 * k / size == pytest.approx(89.82, abs=0.005)


def test_where_nothing_fits_no_reading_holds():
    assert not any(line.holds for line in readings("33.35", 2))


def test_what_is_no_arithmetic():
    with pytest.raises(ConfigError, match="'product' is not a known kind of arithmetic"):
        check("", "product", [1], "1")
    with pytest.raises(ConfigError, match="'69,17' is no number; print it with digits and a point"):
        count_printed_as("69,17", 3589)
