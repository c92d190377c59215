"""Everything that touches both streamlit and a chart, a table, the address or an error.

    links        choices that live in the address
    labels       what choices are called on the screen
    figures      a chart with its title, small print, table twin and files
    tables       rows with intervals drawn in their cells (cells)
    curves       precision-recall and ROC
    courses      trainings in numbers
    ablations    the papers' tables beside our numbers
    sure         faces of which a network is sure; calibration and votes in numbers
    ledger       claims beside measurements, findings with their arithmetic
    holdings     a data set in tables: what it holds, what was looked for, its protocols
    faces        pictures that belong together, such as duplicates
    robustness   networks under changed faces
    regions      which part of the face networks read
    gallery      the faces behind a cell of a confusion matrix
    photos       a photo in: sample, upload or camera
    chosen_face  one face of it, the whole picture, or a square cut by hand
    truth        what it truly shows, where that is known
    everyone     every face of it through every network
    input_steps  from its file to a network's input
    maps         networks x maps on one face
    panels       the same as one figure for a paper
    map_scores   their scores, beside maps that never saw the network (score_block)
    gate_stages  a network's gates, stage by stage
    what_if      a face changed on purpose
    messages     errors, empty states, answers

Pages use what this package exports and nothing beneath it.
"""

from __future__ import annotations

from dashboard.components.ablations import paper_table
from dashboard.components.chosen_face import face_choice
from dashboard.components.courses import course_table
from dashboard.components.curves import curve_section
from dashboard.components.everyone import every_face
from dashboard.components.faces import face_groups
from dashboard.components.figures import ledger_file, show, table_file
from dashboard.components.gallery import cell_choice, face_section, take_cell
from dashboard.components.gate_stages import gate_stages
from dashboard.components.holdings import check_table, holdings_table, protocol_table
from dashboard.components.input_steps import input_steps
from dashboard.components.labels import (
    NONE,
    course_words,
    label,
    labels,
    quantity_words,
    recipe_words,
    same_expressions,
    view_words,
)
from dashboard.components.ledger import finding_list, ledger_table
from dashboard.components.links import choose, choose_many, segments, slide
from dashboard.components.maps import PREDICTED, SCALES, Look, map_grid
from dashboard.components.messages import answer, checkpoints, note, nothing_fits, problems, shown_errors, title
from dashboard.components.photos import photo_input
from dashboard.components.regions import regions_table
from dashboard.components.robustness import change_strip, robustness_table, take_change
from dashboard.components.sure import calibration_table, sure_table, votes_table
from dashboard.components.tables import (
    area_table,
    class_difference_table,
    class_table,
    cost_table,
    pair_table,
    standings_table,
)
from dashboard.components.truth import target_choice, true_expression
from dashboard.components.what_if import what_if_bench

__all__ = [
    "Look",
    "PREDICTED",
    "SCALES",
    "gate_stages",
    "NONE",
    "label",
    "labels",
    "nothing_fits",
    "problems",
    "recipe_words",
    "quantity_words",
    "same_expressions",
    "table_file",
    "view_words",
    "answer",
    "area_table",
    "calibration_table",
    "cell_choice",
    "change_strip",
    "check_table",
    "checkpoints",
    "choose",
    "choose_many",
    "class_difference_table",
    "class_table",
    "cost_table",
    "course_table",
    "course_words",
    "curve_section",
    "every_face",
    "face_choice",
    "face_groups",
    "face_section",
    "finding_list",
    "holdings_table",
    "input_steps",
    "ledger_file",
    "ledger_table",
    "map_grid",
    "note",
    "pair_table",
    "paper_table",
    "photo_input",
    "protocol_table",
    "regions_table",
    "robustness_table",
    "segments",
    "show",
    "shown_errors",
    "slide",
    "standings_table",
    "sure_table",
    "take_cell",
    "take_change",
    "target_choice",
    "title",
    "true_expression",
    "votes_table",
    "what_if_bench",
]
