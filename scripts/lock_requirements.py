"""Write requirements.lock: every package that the app needs, with its version and the SHA-256 of each of its files.

    python -m pip install uv==0.13.9
    python -m scripts.lock_requirements

One lock serves Linux, macOS and Windows and Python 3.11 to 3.14: uv resolves for all of them and notes what is for one
only. torch and its CUDA libraries are left out: the same version comes in builds for CPUs and for kinds of GPU, a
machine chooses one, and a lock would choose the largest for all.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LOCK, PINS = Path("requirements.lock"), Path("requirements.txt")
COMMAND = ("uv", "pip", "compile", str(PINS), "--universal", "--python-version", "3.11", "--generate-hashes")
QUIET = ("--no-header", "--no-annotate", "--quiet")
BY_MACHINE = re.compile(r"(nvidia|cuda)-|(torch|triton)==")
HEAD = """\
# Written by `python -m scripts.lock_requirements` from requirements.txt; do not edit.
# Installed by bootstrap.py with --require-hashes; see docs/supply-chain.md.
"""


def main() -> None:
    """Resolve, leave out what a machine chooses, write."""
    found = subprocess.run([*COMMAND, *QUIET], capture_output=True, text=True, check=False)
    if found.returncode:
        sys.exit(f"uv could not resolve {PINS}: {found.stderr.strip()}")
    blocks = re.split(r"^(?=[a-z])", found.stdout, flags=re.MULTILINE)
    kept = [block for block in blocks if block.strip() and not BY_MACHINE.match(block)]
    LOCK.write_text(HEAD + "".join(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
