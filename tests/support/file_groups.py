"""Which test files run in one process where several run at once: they share what takes long to make."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

# By what they share; files that are in no group are distributed one by one.
GROUPS = {
    "the app's server": (
        "tests/dashboard/pages/test_face_lab_browser.py",
        "tests/dashboard/pages/test_glossary_browser.py",
        "tests/dashboard/pages/test_presenting.py",
        "tests/dashboard/test_browser.py",
        "tests/dashboard/test_menu_browser.py",
    ),
    "compiled kernels": (
        "tests/benchmarks/test_training_speed.py",
        "tests/fer_core/training/test_fused.py",
        "tests/fer_core/training/test_step_choice.py",
    ),
}
GROUP_OF = {file: group for group, files in GROUPS.items() for file in files}


class GroupedFiles(LoadFileScheduling):
    """Give each process whole files, and those of a group to one process."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return GROUP_OF.get(file, file)
