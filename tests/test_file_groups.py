"""Files that run in one process are named as they lie on the disk: a file that moved would leave its group unseen."""

from __future__ import annotations

from support.file_groups import GROUP_OF
from support.paths import PROJECT


def test_every_file_of_a_group_is_there():
    assert [file for file in GROUP_OF if not (PROJECT / file).is_file()] == []
