"""The dashboard. Imports go down this list, never up; `tests/support/import_rules.py` enforces it.

    navigation      the pages in the order of the menu
    pages/<page>/   one question a page: page.py, and beside it its own data, views, charts, tables and text
    ui              Streamlit widgets, charts, tables and errors that several pages share
    plotting        rows in, `Chart` out; a chart as SVG, PNG or CSV; no Streamlit
    store           what several pages need from fer_core, with caches
    views           frozen rows that several pages share
    formatting      numbers as the screen writes them

Only `store` and a page's data modules import fer_core; only `plotting` and a page's charts import Plotly.
"""
