"""Which part of the face does it read? Attribution by region and answer, beside area and FACS; what masking costs."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, regions, services

components.title("Which part of the face does it read?")

rows = components.checkpoints()
measured, missing = services.surveyed(list(rows))
sentence = st.container()
if not measured:
    components.answer(regions.NOTHING)
    st.code("fer regions --all", language="bash")
    st.stop()

names = {name: components.label(rows, name) for name in measured} | {components.NONE: "Nothing"}
left, right = st.columns(2)
with left:
    a = components.choose("Checkpoint", measured, key="a", words=names.get)
with right:
    b = components.choose(
        "Beside it", [components.NONE, *(one for one in measured if one != a)], key="b", words=names.get
    )

found = []
for name in (a, b):
    with components.shown_errors():
        found += [services.regions(name)] if name != components.NONE else []
layouts = {one.layout.data: one.layout for one in found}
with sentence:
    for one in found:
        components.answer(regions.told(one))
    components.problems([regions.unaligned(one) for one in layouts.values() if not one.is_aligned])

wide = st.columns([5, 4] if len(found) == 1 else 2, gap="large")
for place, one in zip(wide, found, strict=False):
    with place:
        components.show(f"regions {one.checkpoint.name}", charts.region_matrix, one, names[one.checkpoint.name])
with wide[1] if len(found) == 1 else st.container():
    for place, layout in zip(st.columns(max(1, len(layouts)), gap="large"), layouts.values(), strict=False):
        with place:
            components.show(f"layout {layout.data}", charts.region_layout, layout)

for one in found:
    left, right = st.columns([5, 4], gap="large")
    with left:
        components.show(f"masking {one.checkpoint.name}", charts.masking_dots, one, names[one.checkpoint.name])
    with right:
        components.regions_table(one, names[one.checkpoint.name])
components.note(regions.how(found))
components.note(regions.unmeasured([components.label(rows, name) for name in missing]))
