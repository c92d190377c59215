"""Work on the repository's own files, run from its root as `python -m scripts.<name>`; most of it was done once."""
