"""Who may import whom in a tree with `dashboard/`, `fer_core/` and `streamlit_app.py`, read from the source text.

Nothing is imported. An import inside a function counts like any other; one below `if TYPE_CHECKING:` is marked, since
it exists for annotations only. Each rule takes the tree's root and returns the imports that break it, a sentence each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# From the ground up: a floor imports from those before it, never from itself or above. Names of one entry are apart.
DASHBOARD_FLOORS = (
    ("formatting", "navigation", "upload_limits"),
    ("views",),
    ("store", "plotting"),
    ("ui",),
    ("pages",),
    ("streamlit_app", "export_site"),
)
CORE_FLOORS = tuple(
    (name,)
    for name in (
        "errors",
        "paths",
        "files",
        "records",
        "memory",
        "threads",
        "versions",
        "ranges",
        "labels",
        "images",
        "evaluation",
        "models",
        "profiling",
        "onnx",
        "films",
        "evidence",
        "data",
        "checkpoints",
        "inference",
        "export",
        "contract",
        "peers",
        "robustness",
        "explain",
        "report",
        "batch",
        "live",
        "player",
        "training",
        "cli",
    )
)

DOORS = ("dashboard/store/*.py", "dashboard/pages/*/*data*.py")  # the modules that import fer_core
DRAWERS = ("dashboard/plotting/*.py", "dashboard/pages/*/*chart*.py")  # the modules that import plotly
PAGE_MODULES = "dashboard/pages/*/*.py"
PAGES = "dashboard/pages/*/page.py"
SCREEN = {"streamlit", "plotly", "dashboard"}
HEAVY = {"torch", "captum", "onnx", "onnxruntime"}  # a second and more to import

Floors = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Import:
    """One imported module.

    Args:
        path: the importing file, from the root, with slashes. line: from 1.
        module: its full name; of `from a import b` it is a.b where that is a module of the tree, else a.
        is_typing: below `if TYPE_CHECKING:`.
        is_deferred: inside a function.
    """

    path: str
    line: int
    module: str
    is_typing: bool
    is_deferred: bool

    @property
    def root(self) -> str:
        """The top package of what is imported."""
        return self.module.partition(".")[0]

    @property
    def importer(self) -> str:
        """The importing module's full name."""
        return _module_name(self.path)

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"


def imports(root: Path) -> list[Import]:
    """All imports of the tree, file by file."""
    files = [*(root / "dashboard").rglob("*.py"), *(root / "fer_core").rglob("*.py"), root / "streamlit_app.py"]
    paths = {path.relative_to(root).as_posix(): path for path in sorted(files) if path.is_file()}
    modules = {_module_name(name) for name in paths}
    return [found for name, path in paths.items() for found in _imports_of(name, path.read_text("utf-8"), modules)]


def _imports_of(name: str, source: str, modules: set[str]) -> Iterator[Import]:
    for node, is_typing, is_deferred in _statements(ast.parse(source), False, False):
        for module in _imported(node, name, modules):
            yield Import(name, node.lineno, module, is_typing, is_deferred)


def _statements(node: ast.AST, is_typing: bool, is_deferred: bool) -> Iterator[tuple[ast.stmt, bool, bool]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, is_typing, is_deferred
    is_deferred |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    guarded = node.body if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING") else []
    for child in ast.iter_child_nodes(node):
        yield from _statements(child, is_typing or child in guarded, is_deferred)


def _imported(node: ast.stmt, name: str, modules: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    package = name.split("/")[: -node.level] if node.level else []  # of `from .x import y`
    base = ".".join([*package, *([node.module] if node.module else [])])
    yield from dict.fromkeys(
        f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules else base for alias in node.names
    )


def _module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _is_any(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(path, pattern) and path.count("/") == pattern.count("/") for pattern in patterns)


def _broken(root: Path, breaks: Callable[[Import], bool]) -> list[str]:
    return [str(found) for found in imports(root) if breaks(found)]


def core_past_the_doors(root: Path) -> list[str]:
    """fer_core is imported by the store and by pages' data modules; the others may name the types of its results."""

    def breaks(found: Import) -> bool:
        is_screen = not found.path.startswith("fer_core/")
        return is_screen and found.root == "fer_core" and not _is_any(found.path, DOORS) and not found.is_typing

    return _broken(root, breaks)


def plotly_past_the_drawers(root: Path) -> list[str]:
    """plotly is imported by plotting and by pages' charts."""
    return _broken(root, lambda found: found.root == "plotly" and not _is_any(found.path, DRAWERS))


def drawers_with_streamlit(root: Path) -> list[str]:
    """What draws knows no streamlit, so that a chart can be made anywhere."""
    return _broken(root, lambda found: found.root == "streamlit" and _is_any(found.path, DRAWERS))


def heavy_at_start(root: Path) -> list[str]:
    """The dashboard imports torch and captum inside functions of its doors, and page.py never."""

    def breaks(found: Import) -> bool:
        is_late_and_behind_a_door = found.is_deferred and _is_any(found.path, DOORS)
        return found.root in HEAVY and not found.path.startswith("fer_core/") and not is_late_and_behind_a_door

    return _broken(root, breaks)


def page_to_page(root: Path) -> list[str]:
    """No page imports from another, not even a type."""

    def breaks(found: Import) -> bool:
        source, target = found.importer.split("."), found.module.split(".")
        return source[:2] == target[:2] == ["dashboard", "pages"] and source[2:3] != target[2:3]

    return _broken(root, breaks)


def core_with_screen(root: Path) -> list[str]:
    """fer_core imports nothing that draws a page."""
    return _broken(root, lambda found: found.path.startswith("fer_core/") and found.root in SCREEN)


def dashboard_upward(root: Path) -> list[str]:
    """The dashboard's floors stand on those below them."""
    return _upward(root, "dashboard", DASHBOARD_FLOORS)


def core_upward(root: Path) -> list[str]:
    """fer_core's packages stand on those below them."""
    return _upward(root, "fer_core", CORE_FLOORS)


def _upward(root: Path, package: str, floors: Floors) -> list[str]:
    height = {name: place for place, floor in enumerate(floors) for name in floor}
    found = []
    for one in imports(root):
        source, target = _room(one.importer, package), _room(one.module, package)
        if None in (source, target) or source == target:
            continue
        if unknown := {source, target} - height.keys():
            found.append(f"{one}, but {', '.join(sorted(unknown))} has no floor yet")
        elif height[source] <= height[target]:
            found.append(str(one))
    return found


def _room(module: str, package: str) -> str | None:
    """The part of a package that a module belongs to; None for what lies outside, or is the package itself."""
    if module == "streamlit_app" and package == "dashboard":
        return module
    parts = module.split(".")
    return parts[1] if parts[0] == package and len(parts) > 1 else None


def circles(root: Path) -> list[str]:
    """Modules that import each other in a ring, of all rings the first that is found."""
    found = imports(root)
    modules = {one.importer for one in found}
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for one in found:
        if one.module in modules and one.module != one.importer:
            graph[one.importer].add(one.module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" <- ".join(error.args[1])]
    return []


def passed_on(root: Path) -> list[str]:
    """A name of the dashboard is imported from the module that defines it, not from one that imported it itself."""
    files = [*sorted((root / "dashboard").rglob("*.py")), root / "streamlit_app.py"]
    trees = {path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8")) for path in files}
    defined = {_module_name(path): set(_defined(tree.body)) for path, tree in trees.items()}
    found = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.module not in defined:
                continue
            names = {alias.name for alias in node.names if f"{node.module}.{alias.name}" not in defined}
            foreign = sorted(names - defined[node.module])
            found += [f"{path}:{node.lineno} imports {name} from {node.module}, defined elsewhere" for name in foreign]
    return found


def _defined(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names that statements of a module define: functions, classes and variables, also below `if` and `try`."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
        for inner in ("body", "orelse", "handlers"):
            yield from _defined(getattr(node, inner, []))


RULES: dict[str, Callable[[Path], list[str]]] = {
    rule.__name__: rule
    for rule in (
        core_past_the_doors,
        plotly_past_the_drawers,
        drawers_with_streamlit,
        heavy_at_start,
        page_to_page,
        core_with_screen,
        dashboard_upward,
        core_upward,
        circles,
        passed_on,
    )
}
