"""What the server does with an upload before any page sees it: keep it in memory, never in a file."""

from __future__ import annotations

from starlette.formparsers import MultiPartParser


def keep_uploads_in_memory() -> None:
    """Stop the server's form parser from writing what is longer than 1 MB to a temporary file.

    Memory stays bounded: Streamlit stops reading a body at `server.maxUploadSize`. Call it before a page offers an
    upload; calling it again changes nothing.
    """
    MultiPartParser.spool_max_size = 0  # for tempfile.SpooledTemporaryFile: no size makes it a file
