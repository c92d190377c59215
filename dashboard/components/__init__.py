"""Everything that touches both streamlit and a chart, a table, the address or an error.

    links        choices that live in the address
    labels       what choices are called on the screen
    figures      a chart with its title, small print, table twin and files
    tables       rows with intervals drawn in their cells (cells)
    curves       precision-recall and ROC
    sure         faces of which a network is sure; calibration and votes in numbers
    ledger       claims beside measurements, findings with their arithmetic
    gallery      the faces behind a cell of a confusion matrix
    photos       a photo in: sample, upload or camera; one face of it
    maps         networks x maps on one face
    messages     errors, empty states, answers

Pages use what this package exports and nothing beneath it.
"""

from __future__ import annotations

from dashboard.components.curves import curve_section
from dashboard.components.figures import ledger_file, show, table_file
from dashboard.components.gallery import cell_choice, face_section, take_cell
from dashboard.components.labels import NONE, label, quantity_words, same_expressions, view_words
from dashboard.components.ledger import finding_list, ledger_table
from dashboard.components.links import choose, choose_many, segments, slide
from dashboard.components.maps import MAP_SCALES, PREDICTED, Look, map_grid
from dashboard.components.messages import answer, checkpoints, note, nothing_fits, problems, shown_errors, title
from dashboard.components.photos import face_choice, input_steps, photo_input
from dashboard.components.sure import calibration_table, sure_table, votes_table
from dashboard.components.tables import (
    area_table,
    class_difference_table,
    class_table,
    cost_table,
    pair_table,
    standings_table,
)

__all__ = [
    "Look",
    "MAP_SCALES",
    "PREDICTED",
    "NONE",
    "label",
    "nothing_fits",
    "problems",
    "quantity_words",
    "same_expressions",
    "table_file",
    "view_words",
    "answer",
    "area_table",
    "calibration_table",
    "cell_choice",
    "checkpoints",
    "choose",
    "choose_many",
    "class_difference_table",
    "class_table",
    "cost_table",
    "curve_section",
    "face_choice",
    "face_section",
    "finding_list",
    "input_steps",
    "ledger_file",
    "ledger_table",
    "map_grid",
    "note",
    "pair_table",
    "photo_input",
    "segments",
    "show",
    "shown_errors",
    "slide",
    "standings_table",
    "sure_table",
    "take_cell",
    "title",
    "votes_table",
]
