"""What is imported is declared, what is declared is pinned, and what is pinned is locked with hashes."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.paths import PROJECT

OWN = {"fer_core", "dashboard", "benchmarks", "scripts"}
PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn", "dlib": "dlib-bin", "google": "protobuf",
            "pydantic_core": "pydantic"}  # fmt: skip
BY_MACHINE = {"torch"}  # in the build for its CPU or GPU, so not in the lock


def pins(name: str) -> dict[str, str]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found}


def ranges() -> dict[str, Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    found = map(Requirement, [*project["dependencies"], *extras])
    return {canonicalize_name(one.name): one for one in found}


def imported(folder: str) -> set[str]:
    """The distributions that a package imports, anywhere in its files."""
    roots: set[str] = set()
    for path in (PROJECT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                roots.add(node.module.partition(".")[0])
    return {canonicalize_name(PACKAGES.get(root, root)) for root in roots - OWN - set(sys.stdlib_module_names)}


@pytest.mark.parametrize("folder", ["fer_core", "dashboard"])
def test_every_imported_package_is_declared(folder: str) -> None:
    assert imported(folder) >= {"numpy"}
    assert imported(folder) - set(ranges()) == set()


def test_every_range_has_a_pin_inside_it_and_every_pin_a_range() -> None:
    optional = ("requirements-distributed.txt", "requirements-training.txt", "requirements-peers.txt",
                "requirements-films.txt", "requirements-player.txt", "requirements-camera.txt",
                "requirements-dask.txt")  # fmt: skip
    pinned = pins("requirements.txt") | {name: pin for file in optional for name, pin in pins(file).items()}
    assert set(pinned) == set(ranges())
    outside = [name for name, version in pinned.items() if not ranges()[name].specifier.contains(version)]
    assert outside == []


def locked() -> dict[str, list[str]]:
    """The lock's packages with their versions; one may have several, for different Pythons."""
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", block) for block in blocks)
    found: dict[str, list[str]] = {}
    for block in blocks:
        name, version = re.match(r"([a-z0-9._-]+)==([^ ;\\]+)", block).groups()
        found.setdefault(name, []).append(version)
    return found


def test_the_lock_holds_every_pin_with_hashes() -> None:
    wanted = {name: version for name, version in pins("requirements.txt").items() if name not in BY_MACHINE}
    missing = {name for name, version in wanted.items() if version not in locked().get(name, [])}
    assert missing == set(), "run `python -m scripts.lock_requirements`"
    assert BY_MACHINE.isdisjoint(locked())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements.lock", "requirements-dev.txt", "pyproject.toml"])
def test_no_file_says_from_where_packages_come(name: str) -> None:
    text = Path(PROJECT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index-url|--find-links", text)
