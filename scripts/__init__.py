"""One-off repairs of stored files, each run from the repository's root as `python -m scripts.<name>`."""
