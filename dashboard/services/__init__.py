"""The only door to fer_core: what a page asks for, answered in views.

    places       where checkpoints lie
    shelf        checkpoints and their matrices, from their cards                      (no torch)
    pairs        two checkpoints on the same faces, from their stored logits           (no torch)
    costs        parameters, MACs and latency of every registered network              (no torch)
    sight        a photo, its faces, the crop as a network sees it                     (no torch)
    answers      what networks say of a face and where they look                       (torch, when called)
    warming      torch loaded ahead, after the first page has been shown

Caches live here. What derives from a photo is cached for its session only, what derives from files for all.
"""

from __future__ import annotations

from dashboard.services.answers import METHODS, Answer, Map, Refusal, attention, explain, most_telling, overlay, predict
from dashboard.services.costs import costs
from dashboard.services.pairs import behind_best, compare, difference
from dashboard.services.places import checkpoints_root
from dashboard.services.shelf import checkpoints, expressions, first_choice, matrix
from dashboard.services.sight import Sight, Step, boxed, crop, look, steps
from dashboard.services.warming import warm_up
from fer_core.errors import FerError

__all__ = [
    "Answer",
    "FerError",
    "METHODS",
    "Map",
    "Refusal",
    "Sight",
    "Step",
    "attention",
    "behind_best",
    "boxed",
    "checkpoints",
    "checkpoints_root",
    "compare",
    "costs",
    "crop",
    "difference",
    "explain",
    "expressions",
    "first_choice",
    "look",
    "matrix",
    "most_telling",
    "overlay",
    "predict",
    "steps",
    "warm_up",
]
