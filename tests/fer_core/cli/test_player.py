"""`fer player`: the face of a film chooses the songs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from support.checkpoints import B
from support.films import film, scene
from support.photos import needs_detector

from fer_core import cli, labels
from fer_core.batch.film_rows import FilmOptions, film_rows
from fer_core.batch.rows import CropOptions, predicted_column
from fer_core.inference.predictor import Predictor


@pytest.fixture
def music(tmp_path) -> Path:
    """A song an expression; nothing of them is read but their names."""
    home = tmp_path / "music"
    home.mkdir()
    for expression in labels.FER2013:
        (home / f"{expression}.wav").touch()
    (home / "moods.csv").write_text("".join(["file,mood\n", *(f"{one}.wav,{one}\n" for one in labels.FER2013)]))
    return home


@needs_detector
def test_an_expression_that_holds_begins_its_song(here, music, tmp_path, capsys):
    path = tmp_path / "film.mp4"
    path.write_bytes(film([scene((20, 60))] * 8 + [scene()] * 2, fps=10))
    (answer,) = {row.get(predicted_column(B)) for row in
                 film_rows(path, [Predictor(here / B)], CropOptions(), FilmOptions())} - {None}  # fmt: skip
    words = ["player", str(path), "--music", str(music), "--network", B]
    assert cli.main([*words, "--hold", "0.4"]) == 0
    title, line = capsys.readouterr().out.splitlines()
    assert "demonstration" in title
    assert line.split() == ["0.4", "s", answer, str(music / f"{answer}.wav")]
    assert cli.main([*words, "--hold", "0.9"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_what_cannot_be_played_is_a_sentence(here, music, tmp_path, capsys):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"bad")
    words = ["player", str(bad), "--music", str(music), "--network", B]
    assert cli.main(words) == 2 and "bad.mp4: The file is no film" in capsys.readouterr().err
    assert cli.main([*words, "--hold", "-1"]) == 2 and "--hold -1 is not valid" in capsys.readouterr().err


def test_without_a_film_the_app_is_started_with_the_songs(music, tmp_path, monkeypatch, capsys):
    started = []
    done = SimpleNamespace(returncode=0)
    monkeypatch.setattr("subprocess.run", lambda command, env, **rest: started.append((command, env)) or done)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8765")
    assert cli.main(["player", "--music", "music", "--hold", "3", "--network", f"checkpoints/{B}"]) == 0
    assert f"http://localhost:8765/player?hold=3&a={B}" in capsys.readouterr().out
    ((command, environment),) = started
    assert environment["FER_MUSIC"] == str(music) and command[-1] == "8765"
    assert cli.main(["player", "--music", "none"]) == 2 and len(started) == 1
