"""What the server does with an upload before any page sees it: keep it in memory, never in a file, or refuse it."""

from __future__ import annotations

import os

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser

READ_ONLY = (
    "This server is read-only (FER_READ_ONLY): it takes no photos, films, camera or networks; "
    "run it yourself to try yours."
)

_parse = MultiPartParser.parse


def is_read_only() -> bool:
    """Whether whoever serves the app switched uploads off: FER_READ_ONLY is set to anything but "" and 0."""
    return os.environ.get("FER_READ_ONLY", "") not in ("", "0")


def limit_uploads() -> None:
    """Stop the server's form parser from writing what is longer than 1 MB to a temporary file; read-only, from reading.

    Memory stays bounded: Streamlit stops reading a body at `server.maxUploadSize`. Call it before a page offers an
    upload; calling it again changes nothing.
    """
    MultiPartParser.spool_max_size = 0  # for tempfile.SpooledTemporaryFile: no size makes it a file
    MultiPartParser.parse = _parse_unless_read_only  # type: ignore[method-assign]  # uploads alone come as such forms


async def _parse_unless_read_only(self: MultiPartParser) -> FormData:
    """Parse a form, or answer 403 before its body is read."""
    if is_read_only():
        raise HTTPException(403, READ_ONLY)
    return await _parse(self)
