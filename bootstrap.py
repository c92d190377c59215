#!/usr/bin/env python3
"""Set up the environment once, then run the app or the tests. Needs Python 3.11 or newer and nothing else.

    python bootstrap.py app      the dashboard; its address is printed
    python bootstrap.py test     the tests; further words go to pytest
    python bootstrap.py setup    only the environment

The environment is `.venv` beside this file. It is set up again when the requirements or the Python version change.
pip's own settings (its environment variables and configuration files) are honoured.

The app's packages come from requirements.lock, and pip refuses a file whose SHA-256 is not in it. FER_UNLOCKED=1 takes
the same versions from requirements.txt instead, for machines whose packages are builds of their own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up-for"
OLDEST = (3, 11)
# Of the whole suite; a few tests are quicker without a process for each core. The tests of a file share its fixtures, a
# browser and compiled kernels, so one process runs them all; in their order, since the slow files come first.
ALL_CORES = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
COVERAGE = HERE / "coverage.txt"
# Lines are not counted in what Streamlit itself runs, and in what numba and torch.compile read, who take counted lines
# for the code.
OMITTED = "*/page.py,*/training/fused/*,*/training/compiled.py,*/training/distributed.py,*/models/blocks.py"
COUNTED = ("--source", "fer_core,dashboard", "--omit", OMITTED, "--skip-covered", "--out", COVERAGE)
LOCKED = (3, 15)  # the first Python that the lock does not know


def main(words: list[str]) -> int:
    """Set up what the verb needs and do it; returns the exit status."""
    if sys.version_info < OLDEST:
        return complain(f"this is Python {sys.version.split()[0]}; FER Lens needs {OLDEST[0]}.{OLDEST[1]} or newer")
    verb, *rest = words or ["app"]
    if verb not in ("app", "test", "setup"):
        return complain(f"{verb!r} is not a verb; say app, test or setup")
    code = set_up()
    if code or verb == "setup":
        return code
    if verb == "app":
        # headless: no browser is opened and no question asked; the address is printed
        return run(PYTHON, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true", *rest)
    return run(PYTHON, "-m", "pytest", *rest) if rest else test_all()


def test_all() -> int:
    """Run the whole suite; FER_COUNT_LINES=1 also says how much of the packages it reached, in a tenth more time."""
    if os.environ.get("FER_COUNT_LINES") != "1":
        return run(PYTHON, "-m", "pytest", *ALL_CORES)
    COVERAGE.unlink(missing_ok=True)
    code = run(PYTHON, "-m", "slipcover", *COUNTED, "-m", "pytest", *ALL_CORES)
    if COVERAGE.is_file():
        summary = COVERAGE.read_text().split()  # ends in lines, lines that were missed, per cent
        print(f"{summary[-1]} % of {int(summary[-3]):,} lines were reached; {COVERAGE.name} has those that were not.")
    return code


def set_up() -> int:
    """Create the environment and install everything pinned, unless that is done already."""
    needed = stamp()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == needed:
        return 0
    print("Setting up .venv; the first time this takes one to five minutes.", flush=True)
    if not PYTHON.exists():
        try:
            venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
        except subprocess.CalledProcessError:
            return complain(
                "Python's venv cannot install pip here; on Debian and Ubuntu `apt install python3-venv` mends that"
            )
    code = install()
    if code:
        return complain("the installation failed; pip's message above says why. The same command tries again")
    STAMP.write_text(needed)
    return 0


def install() -> int:
    """Install the app's packages as locked, then what is missing: torch in this machine's build, the tests' tools."""
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    hashed = (*pip, "--no-deps", "--require-hashes", "-r")
    code = (
        (is_locked() and run(*hashed, "requirements.lock"))
        or run(*pip, "-r", "requirements-dev.txt")
        or run(*pip, "--no-deps", "-e", ".")
    )
    if not code and run(*hashed, "requirements-centerface.txt"):
        complain("CenterFace could not be installed, so dlib finds the faces")
    return code


def is_locked() -> bool:
    """Whether the lock holds files for this Python, and nobody asked to do without it."""
    is_known = platform.python_implementation() == "CPython" and sys.version_info < LOCKED
    return is_known and os.environ.get("FER_UNLOCKED") != "1"


def stamp() -> str:
    """What the environment depends on, as one hash."""
    files = (*sorted(HERE.glob("requirements*")), HERE / "pyproject.toml")
    content = b"".join(file.read_bytes() for file in files) + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def run(*command: str | Path) -> int:
    """Run a command in the project's folder; returns its exit status."""
    try:
        return subprocess.run([str(word) for word in command], cwd=HERE, check=False).returncode
    except KeyboardInterrupt:
        return 130


def complain(sentence: str) -> int:
    """Say on stderr what went wrong; returns the exit status of a wrong call."""
    print(f"bootstrap: {sentence}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
