"""The comparison pages as files that any web server can host: `python -m dashboard.export_site DIR`.

Figures, tables and sentences are those of `dashboard/pages`; a module here puts those of one kind of page together.
"""
