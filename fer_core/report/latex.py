"""Text and tables for LaTeX. No torch."""

from __future__ import annotations

from collections.abc import Sequence

SIGNS = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\u00a0": "~",
    "\u2212": "$-$",
    "±": r"$\pm$",
}


def escaped(text: str) -> str:
    """Return text that LaTeX prints as it is, on one line."""
    return "".join(SIGNS.get(sign, sign) for sign in " ".join(text.splitlines()))


def booktabs(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    label: str,
    numbers: Sequence[int] = (),
    prose: Sequence[int] = (),
) -> str:
    """Return a table in the style of the booktabs package.

    Args:
        header: column heads; rows: cells in their order, all of them text and escaped here.
        numbers: places of the columns that stand to the right; prose: of those that wrap.
    """
    kinds = dict.fromkeys(numbers, "r") | dict.fromkeys(prose, "p{5cm}")
    columns = "".join(kinds.get(place, "l") for place in range(len(header)))
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in (header, *rows)]
    return "\n".join(
        [
            r"% needs \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escaped(caption)}}}",
            rf"\label{{{label}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            lines[0],
            r"\midrule",
            *lines[1:],
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )
