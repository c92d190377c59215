"""What the C library does with freed memory: kept in a training process, given back by a server. glibc only.

In a training no step should pay for mapping memory anew: glibc gives the memory of a large tensor back to the system
as soon as it is freed, and the system hands out zeroed pages one fault at a time: about 100,000 faults a step of
LightExNet at stride 16, a sixth of its time. A server whose visitors have left should keep nothing.
"""

from __future__ import annotations

import ctypes
import platform

# glibc's malloc.h
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
TOP_PAD_BYTES = 256 * 2**20


def keep_freed_pages() -> bool:
    """Tell the C library to keep what is freed; true where it understood. Call it before the first tensor.

    Only glibc knows these settings: elsewhere nothing is done.
    """
    libc = _glibc()
    if libc is None:
        return False
    settings = {M_MMAP_MAX: 0, M_TRIM_THRESHOLD: 2**31 - 1, M_TOP_PAD: TOP_PAD_BYTES}
    return all(libc.mallopt(setting, value) == 1 for setting, value in settings.items())


def give_back_freed_pages() -> None:
    """Return freed memory to the system, which glibc keeps for itself otherwise; elsewhere nothing is done."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None
