"""The dashboard: what the core measured, a page a question.

    views       what pages are told: frozen rows of plain numbers and words
    store       reads checkpoints, evidence and data sets, and keeps what was read until its file changes
    plotting    views in, a `Chart` out; no streamlit
    ui          everything that touches both streamlit and a chart, a table, a message or the address
    pages       a folder a page: its choices, its sentences, its charts
    formatting  numbers as the screen writes them
    assets      the stylesheet and the icons

Imports go one way: views -> plotting -> ui -> pages -> streamlit_app, and fer_core -> store -> pages.
"""
