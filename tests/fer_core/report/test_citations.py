"""BibTeX and booktabs, with text that LaTeX would take for commands."""

from __future__ import annotations

import pytest

from fer_core.checkpoints.card import read_card
from fer_core.evidence.claims import read_claims
from fer_core.report.citations import measurement_bibtex, paper_bibtex
from fer_core.report.latex import booktabs, escaped


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100 % of a_b & #1", r"100 \% of a\_b \& \#1"), ("\\input{x}", r"\textbackslash{}input\{x\}"), ("a\nb", "a b")],
)
def test_text_is_printed_as_it_is(text, expected):
    assert escaped(text) == expected


def test_a_papers_entry_holds_what_is_known_of_it():
    papers = {claim.paper.short: claim.paper for claim in read_claims()}
    entry = paper_bibtex("nan2022", papers["Nan et al. 2022"])
    assert entry.startswith("@article{nan2022,\n  author = {Nan and others},")
    assert "doi = {10.1016/j.aej.2021.09.066}" in entry and "year = {2022}" in entry
    assert "author" not in paper_bibtex("x", papers["LightExNet 2025"])


def test_a_measurements_entry_names_its_faces_interval_and_hashes(shelf):
    card = read_card(shelf / "i_mobilenet_v2.fer2013-s0")
    entry = measurement_bibtex(card, "http://localhost/network")
    assert entry.startswith("@misc{i_mobilenet_v2-fer2013-s0,")
    assert r"accuracy 94.29 \% on FER2013 PrivateTest" in entry and "n = 70" in entry
    assert card.weights.sha256 in entry and card.logits["PrivateTest"].sha256 in entry
    assert "url" not in measurement_bibtex(card)


def test_a_table_has_a_row_a_line_and_numbers_to_the_right():
    table = booktabs(["Network", "Accuracy"], [["A_1", "60 %"], ["B", "–"]], "All & more", "tab:x", numbers=(1,))
    assert r"\begin{tabular}{lr}" in table
    assert r"{lp{5cm}}" in booktabs(["a", "b"], [], "", "", prose=(1,))
    assert "\\toprule\nNetwork & Accuracy \\\\\n\\midrule\nA\\_1 & 60 \\% \\\\\nB & – \\\\\n\\bottomrule" in table
