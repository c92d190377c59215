"""What does it take to mislead it? Test faces changed in twelve ways, mirrored, and read with attention gates open."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, robustness, services

components.title("What does it take to mislead it?")

rows = components.checkpoints()
titles = {row.data: row.data_title for row in rows.values()}
changes = {change.name: change for change in services.changes()}
sentence = st.container()
left, middle, right = st.columns([3, 6, 3], vertical_alignment="bottom")
with left:
    data = components.segments("Data", list(titles), key="data", words=titles.get)
found, unasked, problems = services.robustness([name for name, row in rows.items() if row.data == data])
known = {one.checkpoint.name: one for one in found}
with sentence:
    lead = services.corrupted_lead(*list(known)[:2]) if len(known) > 1 else None
    components.answer(robustness.withstood(found, lead, list(changes.values())))
if not found:
    st.code("fer react --all", language="bash")
    components.problems(problems)
    st.stop()

own = {name: rows[name] for name in known}
names = components.labels(own.values())
# The one that the sentence above names, and the papers' networks.
opens_with = list(dict.fromkeys([*list(own)[:1], *services.first_choice(list(own.values()))]))
with middle:
    chosen = components.choose_many("Networks", list(known), key="networks", default=opens_with, words=names.get)
with right:
    change = components.choose("Change", list(changes), key="change", words=lambda name: changes[name].title)

shown = [known[name] for name in chosen]
if shown:
    curves, dots = st.columns([4, 3], gap="large")
    with curves:
        components.show(f"accuracy_{change}", charts.severity_curves, shown, names, changes[change])
        components.change_strip(changes[change])
    with dots:
        options = {"on_click": components.take_change}
        components.show("changes", charts.change_dots, shown, names, list(changes.values()), **options)
else:
    components.note("Choose a network.")

components.robustness_table(found, names)
components.answer(robustness.gated(found))
components.note(
    "Changed: mean accuracy over twelve changes at five severities each, on a sample of the test faces, the same for "
    "all; one minus it is the mean corruption error. Gates open: accuracy with all channel and spatial attention "
    "gates forced to one minus accuracy as trained, in points (paired interval, exact McNemar test). Unchanged and "
    "mirrored: Wilson 95 %; changed: 95 % interval over faces."
)
components.note(robustness.unasked([components.label(rows, name) for name in unasked]))
components.problems(problems)
