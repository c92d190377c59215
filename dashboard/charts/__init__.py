"""Views in, `Chart` out. One chart family a file; no streamlit, no fer_core, no arithmetic that changes a number.

Every builder takes the palette as its last, keyword argument: the screen asks for the theme in force, an export for
the light one.
"""

from __future__ import annotations

from dashboard.charts.base import Chart
from dashboard.charts.calibration import accuracy_where_split, reliability_diagram, risk_coverage
from dashboard.charts.confusion import VIEWS, confusion_matrix, difference_matrix
from dashboard.charts.cost import MACS_DEFINITION, QUANTITIES, cost_dots, stage_bars
from dashboard.charts.curves import CURVES, class_curve
from dashboard.charts.embedding import PLANES, feature_plane, spread_dots
from dashboard.charts.pairs import pair_matrix
from dashboard.charts.pareto import COSTS, accuracy_against_cost
from dashboard.charts.per_class import MEASURES, per_class_dots
from dashboard.charts.probabilities import probability_bars
from dashboard.charts.timing import time_against_macs

__all__ = [
    "COSTS",
    "CURVES",
    "Chart",
    "MACS_DEFINITION",
    "MEASURES",
    "PLANES",
    "QUANTITIES",
    "VIEWS",
    "accuracy_against_cost",
    "accuracy_where_split",
    "class_curve",
    "confusion_matrix",
    "cost_dots",
    "difference_matrix",
    "feature_plane",
    "pair_matrix",
    "per_class_dots",
    "probability_bars",
    "reliability_diagram",
    "risk_coverage",
    "spread_dots",
    "stage_bars",
    "time_against_macs",
]
