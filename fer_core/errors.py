"""Errors meant for the person in front of the screen; anything else that is raised is a bug.

FerError
├── ConfigError        a setting, a name or an option that is not valid
├── DataError          a data set that is missing, damaged or not what it should be
├── PhotoError         an uploaded picture that cannot be used
├── FilmError          a film that cannot be used
└── CheckpointError    a checkpoint that is missing, damaged or foreign

Each message says what was given, why it is not valid, and what would work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class FerError(Exception):
    """Root of all errors whose message is written for the user.

    A message may quote a file's name that is not UTF-8; its odd bytes become escapes, so that every screen can show it.
    """

    def __init__(self, message: str = ""):
        super().__init__(printable(message))


class ConfigError(FerError):
    """A setting, a name or an option that is not valid."""


class DataError(FerError):
    """A data set that is missing, damaged or not what its owner publishes."""


class PhotoError(FerError):
    """A picture that cannot be read or is unfit."""


class FilmError(FerError):
    """A film that cannot be read or is unfit."""


class CheckpointError(FerError):
    """A checkpoint that is missing, damaged or foreign."""


def printable(text: str) -> str:
    """Return a text that every screen can show: what is no UTF-8, as in some files' names, becomes escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def unknown_name(kind: str, given: object, choices: Iterable[str]) -> ConfigError:
    """Build the error for a name that is not in a table: names the choices and the closest one."""
    choices = sorted(choices)
    close = get_close_matches(str(given), choices, n=1, cutoff=0.4)
    hint = f" (closest: {close[0]})" if close else ""
    return ConfigError(f"{given!r} is not a known {kind}; choose one of {', '.join(choices)}{hint}")


def together(heading: str, problems: Sequence[str]) -> str:
    """Join sentences under a heading: one on the heading's own line, several on a line each."""
    if len(problems) == 1:
        return f"{heading}: {problems[0]}"
    return "\n- ".join([f"{heading}, for {len(problems)} reasons:", *problems])
