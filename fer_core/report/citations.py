"""How to cite a paper, a data set and a measurement of ours, as BibTeX. No torch."""

from __future__ import annotations

from collections.abc import Mapping

from fer_core.checkpoints.card import Card
from fer_core.data.dataset import DatasetPaper
from fer_core.evaluation.intervals import Estimate
from fer_core.evidence.claims import Paper
from fer_core.report.latex import escaped
from fer_core.versions import MADE_BY

DOI = "https://doi.org/"


def paper_bibtex(key: str, paper: Paper) -> str:
    """Return a paper's entry under a key such as "zhu2024"; what we do not know of it is left out."""
    doi = next((link.removeprefix(DOI) for link in paper.links if link.startswith(DOI)), "")
    values = {
        "author": paper.authors,
        "title": paper.title,
        "journal": paper.journal,
        "year": str(paper.year),
        "doi": doi,
    }
    return _entry("article", key, values)


def measurement_bibtex(card: Card, address: str = "") -> str:
    """Return the entry of a checkpoint's measured accuracy.

    Args:
        address: where its page can be opened; "" for none.
    """
    scores, split = card.headline_scores, card.headline_split
    value, low, high = (100 * end for end in Estimate.from_dict(scores.accuracy.known()).numbers())
    interval = f"95 % interval {low:.2f} to {high:.2f}"
    hashes = [f"answers SHA-256 {card.logits[split].sha256}"]
    hashes += [f"weights SHA-256 {card.weights.sha256}"] if card.weights else []
    values = {
        "title": f"{card.name}: accuracy {value:.2f} % on {card.data.title} {split}",
        "note": f"n = {scores.n}, {interval}; {'; '.join(hashes)}",
        "howpublished": f"measured with {MADE_BY}",
        "url": address,
    }
    return _entry("misc", card.name.replace(".", "-"), values)


def dataset_bibtex(paper: DatasetPaper) -> str:
    """Return the entry of the paper that a data set's owner wants cited."""
    values = {
        "author": paper.authors,
        "title": paper.title,
        "booktitle": paper.venue,
        "year": str(paper.year),
        "url": paper.link,
    }
    return _entry("inproceedings", paper.key, values)


def _entry(kind: str, key: str, values: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{escaped(value)}}}," for name, value in values.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])
