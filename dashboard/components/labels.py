"""What choices are called on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.charts import QUANTITIES
from dashboard.views import CheckpointView, MatrixView

NONE = "none"  # in the address: no second checkpoint


def label(rows: Mapping[str, CheckpointView], name: str) -> str:
    """Name one of the checkpoints, or NONE: its network, and what sets it apart from others of that network."""
    if name == NONE:
        return "Nothing"
    row = rows[name]
    namesakes = [other for other in rows.values() if other.network == row.network and other.name != name]
    data = [row.data_title] if len({other.data for other in rows.values()}) > 1 else []
    seed = [f"seed {row.seed}"] if any(other.data == row.data for other in namesakes) else []
    return ", ".join([row.network.title, *data, *seed])


def view_words(view: str) -> str:
    """Name a view of a confusion matrix."""
    return {"rows": "% of rows", "columns": "% of columns", "counts": "Counts"}[view]


def quantity_words(quantity: str) -> str:
    """Name a cost."""
    return QUANTITIES[quantity][0]


def curve_words(kind: str) -> str:
    """Name a kind of curve."""
    return {"pr": "Precision-recall", "roc": "ROC"}[kind]


def same_expressions(matrices: Sequence[MatrixView]) -> bool:
    """Whether matrices can stand in one chart."""
    return len({matrix.expressions for matrix in matrices}) == 1
