"""Upload a network, add what its file does not say, and store it as a checkpoint by a button that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.navigation import page_file
from dashboard.pages.contract.import_data import (
    MOST_MB,
    MOST_PX,
    ImportOptions,
    folder_name,
    import_upload,
    orders,
    own_order,
    read_file,
    scales,
    suggested_name,
    trained_for,
)
from dashboard.pages.contract.import_text import GREY, READ_ONLY, file_words, scoring, taken
from dashboard.ui.messages import answer, note, plain, shown_errors
from dashboard.ui.query_params import choose, segments, whole_number
from dashboard.ui.waiting import say_place_here
from dashboard.upload_limits import is_read_only

if TYPE_CHECKING:
    from fer_core.onnx.upload import Upload

IMPORTED = "imported networks"  # how many in this session: each leaves an empty uploader
ONE_BY_ONE, OTHER_SCALE = "one by one", "mean/deviation"
LONGEST_NAME = 80


def import_section(*, is_open: bool) -> None:
    """Offer to import a network, folded away or not; read-only, say why not."""
    if is_read_only():
        note(READ_ONLY)
        return
    with st.expander("Bring your own network", expanded=is_open):
        note(taken(MOST_MB))
        # Every file is taken, so that the reader can say what is wrong with it, instead of the browser.
        given = st.file_uploader("File of a network", key=_uploader_key(), max_upload_size=MOST_MB)
        if given is not None:
            with shown_errors():
                _form(_shown(given.name), given.getvalue())


def _uploader_key() -> str:
    return f"file of a network {st.session_state.get(IMPORTED, 0)}"


def _shown(name: str) -> str:
    """A file's name; a browser of ill will can send half a character, or a book."""
    return name.encode("utf-8", "replace").decode()[-LONGEST_NAME:]


def _form(name: str, content: bytes) -> None:
    place = st.empty()
    say_place_here()
    with place:
        answer("Reading the file.")
    upload = read_file(name, content)
    options = _options(name, upload)
    if options.size_px:
        upload = read_file(name, content, options.size_px)
    with place:
        answer(file_words(name, upload))
    note("The same as a command:")
    st.code(options.command(name), language="bash")
    if st.button(plain(f"Import into {folder_name()}/{options.checkpoint}"), key="import", type="primary"):
        with place:
            answer(scoring(trained_for()[options.data]))
        import_upload(name, upload, options)
        st.session_state[IMPORTED] = st.session_state.get(IMPORTED, 0) + 1
        st.switch_page(page_file("contract"), query_params={"network": options.checkpoint})


def _options(name: str, upload: Upload) -> ImportOptions:
    """Ask what the file does not say."""
    left, middle, right = st.columns(3, gap="large")
    sets = trained_for()
    with left:
        network = st.text_input("Name", suggested_name(name), key="import name", max_chars=40)
        data = choose("Trained for", list(sets), key="trained_for", words=sets.__getitem__)
    with middle:
        columns = _labels(upload.info.classes, data)
    with right:
        pixels = _pixels(upload.info.channels)
        size = None
        if upload.info.size_px is None:
            size = whole_number("Side of its input (px)", key="import_size", default=48, low=8, high=MOST_PX)
    return ImportOptions(network.strip(), columns, pixels, data, size)


def _labels(classes: int, data: str) -> str:
    known = orders(classes, data)
    order = choose("Order of its labels", [*known, ONE_BY_ONE], key="labels")
    if order != ONE_BY_ONE:
        note(", ".join(known[order]))
        return order
    first = ",".join(own_order(data))
    return st.text_input("Labels, with commas; - for an output to leave out", first, key="own labels", max_chars=400)


def _pixels(channels: int) -> str:
    color = "grey"
    if channels == 1:
        note(GREY)
    else:
        color = segments(
            "Colour", ["rgb", "grey"], key="color", words=lambda option: option if option == "grey" else "RGB"
        )
    scale = choose("Scale of its pixels", [*scales(), OTHER_SCALE], key="scale")
    if scale == OTHER_SCALE:
        help_ = "Of pixels scaled to 0..1."
        scale = st.text_input("Mean/deviation", "0.5/0.5", key="moments", max_chars=40, help=help_)
    return f"{color},{scale}"
