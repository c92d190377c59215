"""The dashboard, fed by services.

    views        what a page is told: frozen rows of plain numbers and words
    verdicts     the same where networks are compared: faces of a cell, curves, standings, pairs
    confidences  the same for confidence, and people's votes beside it
    planes       the same for where networks put faces
    audits       the same for data sets: what they hold, what leaks, what that is worth
    theme        colours and type, one palette a theme
    wording      numbers as the screen writes them
    answers      the sentence under each question, and the choices behind it
    ranking      the leaderboard's order, its brackets, what it says about differences
    trust        what confidence is worth, in sentences
    leaks        what a data set holds and what leaks in it, in sentences
    evidence     the ledger in sentences and lines of arithmetic
    charts       views in, `Chart` out; no streamlit
    export       a `Chart` as SVG, PNG or CSV, without a browser (paper draws it)
    services     the only door to fer_core; caches; torch behind its functions only
    components   everything that touches both streamlit and a chart, a table or an error
    pages        one question a page

Imports go one way: theme -> charts -> components -> pages -> streamlit_app, and fer_core -> services -> pages.
"""
