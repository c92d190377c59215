"""How does it sort faces? The features before the classifier, in a plane and by their distances."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.embedding.charts import PLANES, feature_plane, spread_dots
from dashboard.pages.embedding.data import class_spreads, embedding_plane
from dashboard.pages.embedding.text import compactness_summary
from dashboard.store.checkpoints import first_choice
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.messages import answer, available_checkpoints, page_title, show_problems, shown_errors
from dashboard.ui.query_params import segments

page_title("How does it sort faces?")

rows = available_checkpoints()
sentence = st.container()
left, right = st.columns([7, 3])
with left:
    chosen = choose_checkpoints(
        "Checkpoints",
        rows,
        key="checkpoints",
        default=first_choice,
    )
with right:
    kind = segments("Plane", list(PLANES), key="plane", words=PLANES.__getitem__)

for pair in (chosen[i : i + 2] for i in range(0, len(chosen), 2)):
    for place, name in zip(st.columns(2, gap="large"), pair, strict=False):
        with place, shown_errors():
            show(f"plane {name}", feature_plane, embedding_plane(name, kind))

shown = rows[chosen[0]].data if chosen else None  # expressions of one data set; another's lie apart otherwise
spreads, left_out, _ = class_spreads([name for name, row in rows.items() if shown in (None, row.data)])
with sentence:
    answer(compactness_summary(spreads))
show_problems(left_out)
if spreads:
    names = list(labels(view.checkpoint for view in spreads).values())
    show("spread", spread_dots, spreads, names)
