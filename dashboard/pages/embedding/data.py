"""Stored penultimate features as planes, and distances between expressions. No torch, no data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.pages.embedding.views import PlanePoint, PlaneView, SpreadView
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.file_cache import cached_by_file
from dashboard.store.same_faces import Faces, apart, largest_group
from fer_core import checkpoints
from fer_core.checkpoints.features import features_path
from fer_core.errors import CheckpointError, FerError


def embedding_plane(name: str, kind: str) -> PlaneView:
    """Return a checkpoint's faces in two dimensions; `kind` is "pca" or "tsne".

    Raises:
        FerError: if its features are not stored, damaged, or those of other weights.
    """
    card, stored = card_of(name), _stored(name)
    places = stored.components[:, :2].astype(float) if kind == "pca" else stored.tsne
    expressions = card.expressions
    return PlaneView(
        checkpoint=checkpoint_view(card),
        kind=kind,
        expressions=expressions,
        explained=stored.explained[:2],
        size=stored.size,
        points=tuple(
            PlanePoint(int(row), float(x), float(y), expressions[true], expressions[predicted])
            for row, (x, y), true, predicted in zip(stored.rows, places, stored.labels, stored.answers, strict=True)
        ),
    )


def class_spreads(names: Sequence[str]) -> tuple[tuple[SpreadView, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the spreads of the largest group that was measured on the same faces, tidiest first; a sentence for each
    that was measured on others; and one for each whose features are not stored or cannot be read.
    """
    known, problems = {}, []
    for name in names:
        try:
            known[name] = _stored(name)
        except FerError as error:
            problems.append(str(error))
    faces = {
        name: Faces.of(card_of(name).data.test_split, stored.rows, stored.labels) for name, stored in known.items()
    }
    leading = largest_group(faces) if faces else None
    left_out = [
        f"{name} is left out: it was measured on {apart(own, leading)}" for name, own in faces.items() if own != leading
    ]
    spreads = [
        SpreadView(checkpoint_view(card_of(name)), len(stored.rows), stored.size, stored.spread)
        for name, stored in known.items()
        if faces[name] == leading
    ]
    spreads.sort(key=lambda view: view.spread.ratio.value)
    return tuple(spreads), tuple(left_out), tuple(problems)


def _stored(name: str) -> checkpoints.StoredFeatures:
    card = card_of(name)
    path = features_path(card.folder, card.data.test_split)
    if card.weights is None:
        raise CheckpointError(
            f"the weights of {card.name} are not shipped, so where it puts faces is not known; {card.how_to_remake}"
        )
    return _read(path, name, card.weights.sha256)


@cached_by_file(maxsize=64)
def _read(path: Path, name: str, weights: str) -> checkpoints.StoredFeatures:
    """Other `weights` are a new question: what is stored may not be theirs."""
    card = card_of(name)
    return checkpoints.load_features(card, card.data.test_split)
