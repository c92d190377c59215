"""Views in, `Chart` out. One chart family a file; no streamlit, no fer_core, no arithmetic that changes a number.

Every builder takes the palette as its last, keyword argument: the screen asks for the theme in force, an export for
the light one.
"""

from __future__ import annotations

from dashboard.charts.agreement import agreement_dots, agreement_matrix
from dashboard.charts.base import Chart
from dashboard.charts.box import face_with_box
from dashboard.charts.calibration import accuracy_where_split, reliability_diagram, risk_coverage
from dashboard.charts.confusion import VIEWS, confusion_matrix, difference_matrix
from dashboard.charts.cost import MACS_DEFINITION, QUANTITIES, cost_dots, stage_bars
from dashboard.charts.courses import COURSES, X_TITLES, training_curves
from dashboard.charts.curves import CURVES, class_curve
from dashboard.charts.embedding import PLANES, feature_plane, spread_dots
from dashboard.charts.fall import fall_dots
from dashboard.charts.gates import answers_without_gates, sorted_gates
from dashboard.charts.holdings import holding_bars
from dashboard.charts.leaks import leak_bars, price_dots
from dashboard.charts.masking import masking_dots
from dashboard.charts.pairs import pair_matrix
from dashboard.charts.pareto import COSTS, accuracy_against_cost
from dashboard.charts.per_class import MEASURES, per_class_dots
from dashboard.charts.probabilities import probability_bars
from dashboard.charts.regions import region_layout, region_matrix
from dashboard.charts.robustness import change_dots, severity_curves
from dashboard.charts.scores import score_dots
from dashboard.charts.timing import time_against_macs
from dashboard.charts.what_if import answer_courses, changed_bars

__all__ = [
    "COSTS",
    "COURSES",
    "CURVES",
    "Chart",
    "MACS_DEFINITION",
    "MEASURES",
    "PLANES",
    "QUANTITIES",
    "VIEWS",
    "X_TITLES",
    "accuracy_against_cost",
    "answers_without_gates",
    "score_dots",
    "sorted_gates",
    "accuracy_where_split",
    "agreement_dots",
    "agreement_matrix",
    "answer_courses",
    "change_dots",
    "changed_bars",
    "class_curve",
    "confusion_matrix",
    "cost_dots",
    "difference_matrix",
    "face_with_box",
    "fall_dots",
    "feature_plane",
    "holding_bars",
    "leak_bars",
    "masking_dots",
    "pair_matrix",
    "per_class_dots",
    "price_dots",
    "probability_bars",
    "region_layout",
    "region_matrix",
    "reliability_diagram",
    "risk_coverage",
    "severity_curves",
    "spread_dots",
    "stage_bars",
    "time_against_macs",
    "training_curves",
]
