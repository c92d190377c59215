"""Which part of the face networks read, from stored region attributions. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.store.checkpoints import card_of, checkpoint_view, first_choice
from dashboard.store.file_cache import cached_by_file
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.regions import LayoutView, PartView, ReadingView, RegionsView
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.region_attributions import (
    StoredRegionAttributions,
    load_region_attributions,
    region_attributions_path,
)
from fer_core.errors import CheckpointError
from fer_core.explain import region_statistics as scores
from fer_core.explain.facs import in_words
from fer_core.explain.regions import LAYOUTS, REGIONS, area_shares, label_map, layout_of

DRAWN_PX = 48  # side of the drawing


def has_regions(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return who has region attributions stored, those on aligned faces first, and who could have some."""
    cards = {name: card_of(name) for name in names}
    known = [name for name, card in cards.items() if _path(card).is_file()]
    possible = [
        name
        for name, card in cards.items()
        if card.weights and card.runtime == "torch" and card.data.name in LAYOUTS  # what was imported has no gradients
    ]
    return sorted(known, key=lambda name: not _is_aligned(cards[name])), [one for one in possible if one not in known]


def first_read(rows: Sequence[CheckpointView]) -> list[str]:
    """Return what the page opens with: the papers' networks on the data set of the first row, see `has_regions`."""
    return first_choice([row for row in rows if row.data == rows[0].data])


def regions(name: str) -> RegionsView:
    """Return what a checkpoint reads.

    Raises:
        FerError: if its region attributions are missing, damaged, of other weights, or of another layout.
    """
    card = card_of(name)
    return _regions(_path(card), name, card.shipped_sha256)


@cached_by_file(maxsize=64)
def _regions(path: Path, name: str, weights: str | None) -> RegionsView:
    """Other `weights` are a new question: what is stored may not be theirs."""
    card = card_of(name)
    stored = _stored(card)
    profiles = scores.region_statistics(stored, card.expressions)
    return RegionsView(
        checkpoint=checkpoint_view(card),
        layout=_layout(card),
        overall=_reading(profiles.overall),
        readings=tuple(map(_reading, profiles.by_expression)),
        rare=profiles.rare,
        picture=profiles.picture,
        missed=profiles.missed,
        steps=stored.steps,
        patches=stored.patches,
    )


def _stored(card: Card) -> StoredRegionAttributions:
    stored = load_region_attributions(card, card.data.test_split)
    if not scores.fits(stored, layout_of(card.data.name), card.input.size_px):
        raise CheckpointError(
            f"{_path(card)} was measured with other regions than those drawn here; `fer regions {card.name}` writes it "
            "anew"
        )
    return stored


def _reading(profile: scores.RegionProfile) -> ReadingView:
    columns = zip(REGIONS, profile.shares, profile.excess, profile.density, strict=True)
    return ReadingView(
        expression=profile.expression,
        n=profile.n,
        parts=tuple(
            PartView(region, share, excess, density, region in profile.expected)
            for region, share, excess, density in columns
        ),
        densest=profile.densest,
        units=in_words(profile.expression),
        masking=profile.masking,
    )


def _layout(card: Card) -> LayoutView:
    layout = layout_of(card.data.name)
    drawn, measured = label_map(layout, DRAWN_PX), label_map(layout, card.input.size_px)
    return LayoutView(
        data=card.data.name,
        data_title=card.data.title,
        regions=REGIONS,
        areas=tuple(map(float, area_shares(measured))),
        cells=tuple(tuple(map(int, row)) for row in drawn),
        is_aligned=layout.is_aligned,
        about=layout.about,
    )


def _is_aligned(card: Card) -> bool:
    layout = LAYOUTS.get(card.data.name)
    return layout is not None and layout.is_aligned


def _path(card: Card) -> Path:
    return region_attributions_path(card.folder or ".", card.data.test_split)
