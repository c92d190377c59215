"""`fer player`: a demonstration. Songs of a folder follow a face: in the app with a camera, or as lines for a film."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fer_core.cli.arguments import first_networks, folders
from fer_core.errors import ConfigError, FilmError
from fer_core.paths import PROJECT
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.batch.rows import Row
    from fer_core.player.library import Library


def add_player_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer player`."""
    parser.add_argument(
        "film", type=Path, nargs="?", metavar="FILM",
        help="a film of who listens: MP4, MOV or WebM; without one the app is started, with a camera in its place",
    )  # fmt: skip
    parser.add_argument(
        "--music", type=Path, required=True, metavar="FOLDER",
        help="songs, with the expression that each is for in moods.csv (file, mood) or in their tag mood",
    )  # fmt: skip
    parser.add_argument("--network", metavar="CHECKPOINT", help="name or folder (default: the face lab's first)")
    parser.add_argument(
        "--hold", type=float, default=2.0, metavar="SECONDS",
        help="for how long an expression must be seen before it changes the song (default: 2)",
    )  # fmt: skip
    parser.add_argument("--rate", type=float, default=5.0, metavar="N", help="frames a second of a film (default: 5)")
    parser.set_defaults(run=_player)


def _player(options: argparse.Namespace) -> int:
    if options.hold < 0:
        raise ConfigError(f"--hold {options.hold:g} is not valid; give 0 or more seconds")
    from fer_core.player.library import read_library

    library = read_library(options.music)
    for note in library.notes:
        print(note, file=sys.stderr)
    if options.film is None:
        return _start_app(options.music, options.network, options.hold)
    return _film(options, library)


def _start_app(music: Path, network: str | None, hold_s: float) -> int:
    """Serve the app with these songs until it is stopped; returns its exit status."""
    app = PROJECT / "streamlit_app.py"
    if not app.is_file():
        raise ConfigError(f"{app} is not there; name a film, or run this in the project's own folder")
    params = {"hold": f"{hold_s:g}", **({"a": Path(network).name} if network else {})}
    port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
    print(f"A demonstration; open http://localhost:{port}/player?{urlencode(params)}", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true", "--server.port", port]
    try:
        return subprocess.run(
            command, cwd=PROJECT, env={**os.environ, "FER_MUSIC": str(music.resolve())}, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


def _film(options: argparse.Namespace, library: Library) -> int:
    """Print which song begins when, for the face of a film."""
    use_threads(1)
    from fer_core.batch.film_rows import FilmOptions, film_rows
    from fer_core.batch.rows import UNREADABLE, CropOptions, predicted_column
    from fer_core.inference.predictor import Predictor

    predictor = Predictor((folders([options.network]) if options.network else first_networks())[0])
    rows = film_rows(options.film, [predictor], CropOptions(), FilmOptions(options.rate))
    if rows[0]["status"] == UNREADABLE:
        raise FilmError(f"{options.film}: {rows[0]['problem']}")
    print(f"A demonstration: what {predictor.card.name} sees in the largest face chooses the song.")
    for line in _changes(rows, predicted_column(predictor.card.name), library, options.hold):
        print(line)
    return 0


def _changes(rows: list[Row], column: str, library: Library, hold_s: float) -> Iterator[str]:
    """Yield a line each time that another song begins."""
    from fer_core.player.choice import PlayerState, see

    state = PlayerState()
    for row in rows:
        if row.get("face", 1) == 1:  # of a frame the largest, or the row that says that there is none
            before = state.song
            state = see(state, row["time_s"], row.get(column), library, hold_s)
            if state.song and state.song != before:
                yield f"{row['time_s']:7.1f} s  {state.song.expression:9} {state.song.path}"
