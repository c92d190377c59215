"""Songs by their moods, and which of them plays while a face changes: with generated tones and an invented stream."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.songs import tone

from fer_core.errors import ConfigError, DataError
from fer_core.player import library as library_module
from fer_core.player.choice import PlayerState, choose, release, see
from fer_core.player.library import Library, Song, read_library
from fer_core.player.listening import Listening

HOLD = 2.0


def songs() -> Library:
    named = {"a.wav": "happy", "b.wav": "happy", "c.wav": "sad", "d.wav": "neutral"}
    return Library(tuple(Song(Path(name), mood) for name, mood in named.items()), ())


def played(stream: list[tuple[float, str | None]], state: PlayerState | None = None) -> list[str | None]:
    """The song after each look."""
    state, found = state or PlayerState(), []
    for time, expression in stream:
        state = see(state, time, expression, songs(), HOLD)
        found.append(state.song.path.name if state.song else None)
    return found


def test_an_expression_must_hold_without_a_break():
    assert played([(0, "happy"), (1, "happy"), (1.9, "sad"), (2.5, "happy"), (4.4, "happy"), (4.5, "happy")]) == [
        None, None, None, None, None, "a.wav",
    ]  # fmt: skip
    assert played([(0, "happy"), (1.5, None), (2, "happy"), (3.9, "happy"), (4, "happy")])[-2:] == [None, "a.wav"]


def test_it_changes_the_song_once_and_the_next_time_it_is_another_one():
    looks = [(0, "happy"), (2, "happy"), (9, "happy"), (10, "sad"), (12, "sad"), (13, "happy"), (15, "happy")]
    assert played(looks) == [None, "a.wav", "a.wav", "a.wav", "c.wav", "c.wav", "b.wav"]


def test_an_expression_without_songs_changes_nothing():
    assert played([(0, "happy"), (2, "happy"), (3, "fear"), (9, "fear"), (10, "happy"), (12, "happy")]) == [
        None, "a.wav", "a.wav", "a.wav", "a.wav", "a.wav",
    ]  # fmt: skip


def test_what_a_hand_chooses_stays_until_it_lets_go():
    state = choose(see(PlayerState(), 0, "happy", songs(), HOLD), songs().songs[2])
    for time_s, expression in ((3, "happy"), (30, "neutral"), (33, "neutral")):
        state = see(state, time_s, expression, songs(), HOLD)
        assert state.song.path.name == "c.wav"
    looks = [(34, "neutral"), (35.9, "neutral"), (36, "neutral"), (37, "happy"), (39, "happy")]
    assert played(looks, release(state, 34)) == ["c.wav", "c.wav", "d.wav", "d.wav", "a.wav"]


def test_letting_go_of_a_song_for_what_is_seen_changes_nothing():
    state = release(choose(PlayerState(), songs().songs[1]), 5)
    assert played([(5, "happy"), (9, "happy"), (10, "sad"), (12, "sad")], state) == ["b.wav", "b.wav", "b.wav", "c.wav"]


def test_songs_of_an_expression_come_in_order_and_begin_again():
    looks = [(time_s, "happy" if time_s % 6 < 3 else "sad") for time_s in range(18)]
    names = [name for name, before in zip(played(looks), [None, *played(looks)], strict=False) if name != before]
    assert names == ["a.wav", "c.wav", "b.wav", "c.wav", "a.wav", "c.wav"]


def test_a_camera_that_was_off_breaks_what_holds():
    listening = Listening(songs(), HOLD)
    for time_s in (0.0, 0.9, 1.8):
        listening.saw(time_s, "happy")
    listening.saw(9.0, "happy")
    assert listening.state.song is None and listening.state.since_s == 9.0
    for time_s in (10.0, 11.0):
        listening.saw(time_s, "happy")
    assert listening.state.song.path.name == "a.wav"


def test_a_hand_that_chooses_the_song_that_it_holds_changes_nothing():
    listening = Listening(songs(), HOLD)
    listening.take(None, 0.0)
    assert listening.state == PlayerState()
    listening.take(songs().songs[3], 0.0)
    held = listening.state
    listening.take(songs().songs[3], 5.0)
    assert listening.state is held and held.is_held
    listening.take(None, 6.0)
    assert not listening.state.is_held and listening.state.since_s == 6.0


def test_a_table_says_what_songs_are_for_and_what_is_left_out_is_told(tmp_path):
    for name in ("joy.wav", "sub/tears.wav", "what.wav", "loose.wav"):
        tone(tmp_path / name)
    lines = "file;mood\njoy.wav;Happiness\nsub/tears.wav;sad\nwhat.wav;groovy\n"
    (tmp_path / "moods.csv").write_text(lines, encoding="utf-16")
    found = read_library(tmp_path)
    assert [(song.path.name, song.expression) for song in found.songs] == [("joy.wav", "happy"), ("tears.wav", "sad")]
    assert found.of("sad") == found.songs[1:] and found.of("fear") == ()
    assert found.notes == ("loose.wav: without a mood, left out", "what.wav: 'groovy', left out")


def test_tags_say_it_where_no_table_does(tmp_path):
    pytest.importorskip("mutagen", reason="tags are read by mutagen (requirements-player.txt)")
    from mutagen.id3 import TMOO
    from mutagen.wave import WAVE

    for name, mood in (("one.wav", "anger"), ("two.wav", "sad")):
        song = WAVE(tone(tmp_path / name))
        song.add_tags()
        song.tags.add(TMOO(encoding=3, text=[mood]))
        song.save()
    (tmp_path / "broken.mp3").write_bytes(b"broken")
    (tmp_path / "moods.csv").write_text("file,mood\ntwo.wav,happy\n")
    found = read_library(tmp_path)
    assert [song.expression for song in found.songs] == ["angry", "happy"]
    assert found.notes == ("broken.mp3: without a mood, left out",)


def test_a_folder_that_is_no_library_is_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="is no folder"):
        read_library(tmp_path / "none")
    tone(tmp_path / "a.wav")
    monkeypatch.setattr(library_module, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="no song with a mood.*requirements-player.txt"):
        read_library(tmp_path)
    (tmp_path / "moods.csv").write_text("song,feeling\na.wav,happy\n")
    with pytest.raises(DataError, match="columns song, feeling; it needs file and mood"):
        read_library(tmp_path)
