"""What works on Windows, tried here: every module of both packages without the modules that only POSIX has."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.paths import PROJECT

BLOCK = """
import os, signal, sys
NAMES = {os: ("fork", "getuid", "geteuid", "killpg", "setsid", "getpgid", "sched_getaffinity", "mkfifo"),
         signal: ("SIGKILL", "SIGALRM", "SIGHUP", "SIGUSR1", "alarm", "setitimer")}


def block():
    sys.modules.update(dict.fromkeys(("fcntl", "resource", "pwd", "grp", "termios")))
    for module, names in NAMES.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
"""
# Everything is imported twice: first so that libraries, which have their own ways around, are loaded; then our own
# modules alone, with POSIX's gone. A page would run when imported, so of pages only what they import is.
LOAD = """
import ast, importlib
from pathlib import Path

OWN = ("fer_core", "dashboard")


def modules(package):
    for path in sorted(Path(package).rglob("*.py")):
        if "pages" in path.parts:
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            yield from (node.module for node in nodes if isinstance(node, ast.ImportFrom))
        elif path.stem != "__main__":
            yield ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def load():
    failed = {}
    for name in dict.fromkeys(name for package in OWN for name in modules(package)):
        try:
            importlib.import_module(name)
        except Exception as error:
            failed[name] = repr(error)
    return failed


load()
for name in [name for name in sys.modules if name.split(".")[0] in OWN]:
    del sys.modules[name]
block()
failed = load()
print("\\n".join(f"{name}: {why}" for name, why in failed.items()))
print(len([name for name in sys.modules if name.split(".")[0] in OWN]))
sys.exit(bool(failed))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_every_module_is_imported_without_what_only_posix_has():
    found = run(BLOCK + LOAD)
    assert found.returncode == 0, found.stdout + found.stderr
    core = [path for path in (PROJECT / "fer_core").rglob("*.py") if path.stem != "__main__"]
    assert int(found.stdout.split()[-1]) > len(core)


@pytest.mark.parametrize("line", ["import fcntl", "import termios", "signal.SIGKILL", "os.getuid()"])
def test_what_only_posix_has_would_be_missed(line):
    assert run(f"{BLOCK}\n{line}").returncode == 0
    assert run(f"{BLOCK}\nblock()\n{line}").returncode == 1
