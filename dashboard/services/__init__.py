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
    ablations    the papers' tables beside our numbers; trained: how checkpoints belong together (no torch)
    features     stored features in a plane, and how far apart they lie                (no torch)
    robustness   what networks answer to changed faces, from stored reactions          (no torch)
    regions      which part of the face networks read, from stored atlases             (no torch)
    curves       precision-recall and ROC, one expression against the rest
    courses      how trainings went, from their histories                              (no torch)
    audits       what data sets hold and what their audits found                       (no torch, no data set)
    prices       what leaked rows are worth to the checkpoints here                    (no torch, no data set)
    albums       pictures that an audit names, where their set lies here
    pictures     faces of a research data set, where it lies here
    votes        what people said of them
    costs        parameters, MACs and latency of every registered network              (no torch)
    sight        a photo, its faces, the crop as a network sees it                     (no torch)
    input_steps  every step from a photo's file to a network's input                   (no torch)
    everyone     every face of a photo through every network                           (torch, when called)
    answers      what networks say of a face and where they look                       (torch, when called)
    judging      whether their maps are to be believed                                 (torch, when called)
    panels       the grid of answers and maps as one figure                            (torch, when called)
    stages       their gates on a face, and what they answer without them              (torch, when called)
    what_if      what networks say of a face changed on purpose                        (torch, when called)
    warming      torch loaded ahead, after the first page has been shown

Caches live here. What derives from a photo is cached for its session only, what derives from files for all.
"""

from __future__ import annotations

from dashboard.services.ablations import ablations, data_sets
from dashboard.services.albums import album
from dashboard.services.answers import (
    FIRST_METHODS,
    METHODS,
    Answer,
    Map,
    Refusal,
    attention,
    explain,
    overlay,
    predict,
    shared_end,
)
from dashboard.services.audits import agreement, audit, audited, face_groups, fall
from dashboard.services.calibration import reliability, risk, sure_mistakes, temperature
from dashboard.services.cells import cell, cell_pictures, face_pictures
from dashboard.services.costs import costs
from dashboard.services.courses import courses
from dashboard.services.curves import curves
from dashboard.services.everyone import FaceAnswers, everyone, top
from dashboard.services.features import plane, spreads
from dashboard.services.humans import beside_people
from dashboard.services.input_steps import Step, steps
from dashboard.services.judging import ABOUT_SCORES, SCORES, score, with_random_weights
from dashboard.services.ledger import STATUSES, Evidence, evidence
from dashboard.services.pairs import class_differences, difference
from dashboard.services.pairs_of_many import pairs
from dashboard.services.panels import PANEL_KINDS, panel
from dashboard.services.pictures import has_pictures, label_of, picture, rows_here
from dashboard.services.places import checkpoints_root
from dashboard.services.prices import prices
from dashboard.services.regions import regions, surveyed
from dashboard.services.robustness import changes, corrupted_lead, mirror_changes, robustness, samples
from dashboard.services.shelf import checkpoints, expressions, first_choice, matrix
from dashboard.services.sight import FILE_KINDS, Sight, Where, boxed, crop, first_cut, look, oddities, thumbnail
from dashboard.services.stages import CHANCE_OVERLAP, Stage, gate_limits, part_overlays, stages, without_gates
from dashboard.services.standings import standings
from dashboard.services.trained import one_each
from dashboard.services.warming import warm_up
from dashboard.services.what_if import course, faces_shown, reply
from fer_core.arithmetic import Check
from fer_core.checkpoints.choice import PAPERS
from fer_core.errors import FerError
from fer_core.explain.findings import NO_ATTENTION, OPACITY, PREDICTED, SCALE_WORDS, SIGNS, Request
from fer_core.explain.heatmap import most_telling
from fer_core.explain.judging import RandomWeights, Score
from fer_core.faces import Cut
from fer_core.labels import EXPRESSIONS
from fer_core.ledger import Finding, LedgerRow
from fer_core.robustness.box import Box

__all__ = [
    "Answer",
    "without_gates",
    "with_random_weights",
    "stages",
    "shared_end",
    "score",
    "part_overlays",
    "gate_limits",
    "Stage",
    "SCORES",
    "FIRST_METHODS",
    "CHANCE_OVERLAP",
    "ABOUT_SCORES",
    "Box",
    "Check",
    "Cut",
    "EXPRESSIONS",
    "Evidence",
    "FILE_KINDS",
    "FaceAnswers",
    "FerError",
    "Finding",
    "LedgerRow",
    "METHODS",
    "Map",
    "NO_ATTENTION",
    "OPACITY",
    "PANEL_KINDS",
    "PAPERS",
    "PREDICTED",
    "RandomWeights",
    "Refusal",
    "Request",
    "SCALE_WORDS",
    "SIGNS",
    "STATUSES",
    "Score",
    "Sight",
    "Step",
    "Where",
    "agreement",
    "album",
    "ablations",
    "attention",
    "audit",
    "audited",
    "beside_people",
    "boxed",
    "cell",
    "cell_pictures",
    "changes",
    "checkpoints",
    "checkpoints_root",
    "class_differences",
    "corrupted_lead",
    "costs",
    "course",
    "courses",
    "crop",
    "curves",
    "data_sets",
    "difference",
    "everyone",
    "evidence",
    "explain",
    "face_groups",
    "face_pictures",
    "faces_shown",
    "fall",
    "expressions",
    "first_choice",
    "first_cut",
    "has_pictures",
    "label_of",
    "look",
    "matrix",
    "mirror_changes",
    "most_telling",
    "oddities",
    "overlay",
    "panel",
    "picture",
    "one_each",
    "pairs",
    "plane",
    "predict",
    "prices",
    "regions",
    "reliability",
    "reply",
    "risk",
    "robustness",
    "rows_here",
    "samples",
    "spreads",
    "standings",
    "steps",
    "sure_mistakes",
    "surveyed",
    "temperature",
    "thumbnail",
    "top",
    "warm_up",
]
