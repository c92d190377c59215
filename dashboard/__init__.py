"""The dashboard. Imports go down this list, never up; `tests/support/import_rules.py` says it to the letter.

    navigation      the pages in the order of the menu
    pages/<page>/   one question a page: page.py, and beside it its own data, views, charts, tables and text
    ui              what touches both Streamlit and a chart, a table or an error, for several pages
    plotting        rows in, `Chart` out; a chart as SVG, PNG or CSV; no Streamlit
    store           what several pages ask of fer_core, with caches
    views           frozen rows that several pages are given
    formatting      numbers as the screen writes them

Only `store` and a page's data modules import fer_core; only `plotting` and a page's charts import Plotly.
"""
