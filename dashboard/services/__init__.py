"""The only door to fer_core: what a page asks for, answered in views.

    places       where checkpoints lie
    shelf        checkpoints and their matrices, from their cards                      (no torch)
    logits       stored logits, read once
    pairs        two checkpoints on the same faces, from their stored logits           (no torch)
    pairs_of_many  all pairs of several, tested together
    cells        the faces behind a cell of a confusion matrix
    standings    the leaderboard: ties, scores without leaked faces, calibration
    calibration  what confidence is worth, and who is sure and wrong
    humans       a network beside the annotators of FER+
    ledger       what is claimed beside what was measured
    features     stored features in a plane, and how far apart they lie                (no torch)
    curves       precision-recall and ROC, one expression against the rest
    pictures     faces of a research data set, where it lies here
    votes        what people said of them
    costs        parameters, MACs and latency of every registered network              (no torch)
    sight        a photo, its faces, the crop as a network sees it                     (no torch)
    answers      what networks say of a face and where they look                       (torch, when called)
    warming      torch loaded ahead, after the first page has been shown

Caches live here. What derives from a photo is cached for its session only, what derives from files for all.
"""

from __future__ import annotations

from dashboard.services.answers import METHODS, Answer, Map, Refusal, attention, explain, most_telling, overlay, predict
from dashboard.services.calibration import reliability, risk, sure_mistakes, temperature
from dashboard.services.cells import cell, cell_pictures, face_pictures
from dashboard.services.costs import costs
from dashboard.services.curves import curves
from dashboard.services.features import plane, spreads
from dashboard.services.humans import beside_people
from dashboard.services.ledger import STATUSES, Evidence, evidence
from dashboard.services.pairs import behind_best, class_differences, compare, difference
from dashboard.services.pairs_of_many import pairs
from dashboard.services.pictures import has_pictures, picture, rows_here
from dashboard.services.places import checkpoints_root
from dashboard.services.shelf import checkpoints, expressions, first_choice, matrix
from dashboard.services.sight import Sight, Step, boxed, crop, look, steps
from dashboard.services.standings import standings
from dashboard.services.warming import warm_up
from fer_core.arithmetic import Check
from fer_core.errors import FerError
from fer_core.ledger import Finding, LedgerRow

__all__ = [
    "Answer",
    "Check",
    "Evidence",
    "FerError",
    "Finding",
    "LedgerRow",
    "METHODS",
    "Map",
    "Refusal",
    "STATUSES",
    "Sight",
    "Step",
    "attention",
    "beside_people",
    "behind_best",
    "boxed",
    "cell",
    "cell_pictures",
    "checkpoints",
    "checkpoints_root",
    "class_differences",
    "compare",
    "costs",
    "crop",
    "curves",
    "difference",
    "evidence",
    "explain",
    "face_pictures",
    "expressions",
    "first_choice",
    "has_pictures",
    "look",
    "matrix",
    "most_telling",
    "overlay",
    "picture",
    "pairs",
    "plane",
    "predict",
    "reliability",
    "risk",
    "rows_here",
    "spreads",
    "standings",
    "steps",
    "sure_mistakes",
    "temperature",
    "warm_up",
]
