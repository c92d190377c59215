"""Everything that touches both streamlit and a chart, a table, the address or an error.

    links        choices that live in the address
    labels       what choices are called on the screen
    figures      a chart with its title, small print, table twin and files
    tables       rows with intervals drawn in their cells (cells)
    photos       a photo in: sample, upload or camera; one face of it
    maps         networks x maps on one face
    messages     errors, empty states, answers

Pages use what this package exports and nothing beneath it.
"""

from __future__ import annotations

from dashboard.components.figures import show, table_file
from dashboard.components.labels import NONE, label, quantity_words, same_expressions, view_words
from dashboard.components.links import choose, choose_many, segments, slide
from dashboard.components.maps import MAP_SCALES, PREDICTED, Look, map_grid
from dashboard.components.messages import answer, no_checkpoints, note, nothing_fits, problems, shown_errors, title
from dashboard.components.photos import face_choice, input_steps, photo_input
from dashboard.components.tables import checkpoint_table, class_table, cost_table

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
    "checkpoint_table",
    "choose",
    "choose_many",
    "class_table",
    "cost_table",
    "face_choice",
    "input_steps",
    "map_grid",
    "no_checkpoints",
    "note",
    "photo_input",
    "segments",
    "show",
    "shown_errors",
    "slide",
    "title",
]
