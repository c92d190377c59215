"""How does it sort faces? The features before the classifier: in a plane, and by their distances."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, services, tidiness

components.title("How does it sort faces?")

rows = components.checkpoints()
sentence = st.container()
left, right = st.columns([7, 3], vertical_alignment="bottom")
with left:
    chosen = components.choose_many(
        "Checkpoints",
        list(rows),
        key="checkpoints",
        default=services.first_choice(list(rows.values())),
        words=lambda name: components.label(rows, name),
    )
with right:
    kind = components.segments("Plane", list(charts.PLANES), key="plane", words=charts.PLANES.get)

for pair in (chosen[i : i + 2] for i in range(0, len(chosen), 2)):
    for place, name in zip(st.columns(2, gap="large"), pair, strict=False):
        with place, components.shown_errors():
            components.show(f"plane {name}", charts.feature_plane, services.plane(name, kind))

shown = rows[chosen[0]].data if chosen else None  # expressions of one data set; another's lie apart otherwise
found, _ = services.spreads([name for name, row in rows.items() if shown in (None, row.data)])
with sentence:
    components.answer(tidiness.gathered(found))
if found:
    names = list(components.labels(one.checkpoint for one in found).values())
    components.show("spread", charts.spread_dots, found, names)
