"""onnxruntime-web out of the archive that npm fetches, held by npm's own hash. Nothing is fetched here. No torch."""

from __future__ import annotations

import base64
import hashlib
import tarfile
from pathlib import Path

from fer_core.errors import ConfigError

NAME, VERSION = "onnxruntime-web", "1.30.0"
ARCHIVE = f"{NAME}-{VERSION}.tgz"
# What npm calls `integrity`: SHA-512 of the archive.
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
FETCH = f"`npm pack {NAME}@{VERSION}` fetches it"
FILES = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")  # the build without WebGPU and WebGL, and its code


def runtime_files(archive: Path) -> dict[str, bytes]:
    """Return the two files that a page needs, by name.

    Raises:
        ConfigError: if the archive is missing, cannot be read, or is not that version's.
    """
    try:
        with archive.open("rb") as stream:
            digest = base64.b64encode(hashlib.file_digest(stream, "sha512").digest()).decode()
            if digest != SHA512:
                raise ConfigError(f"{archive} is not the archive of {NAME} {VERSION} (another SHA-512); {FETCH}")
            stream.seek(0)
            with tarfile.open(fileobj=stream) as packed:
                return {name: _member(packed, name) for name in FILES}
    except FileNotFoundError:
        raise ConfigError(f"{archive} is missing; {FETCH}, or name it with --runtime") from None
    except OSError as error:
        raise ConfigError(f"{archive} cannot be read ({error.strerror or error}); {FETCH}") from error


def _member(packed: tarfile.TarFile, name: str) -> bytes:
    stream = packed.extractfile(f"package/dist/{name}")
    assert stream is not None  # the hash is that of an archive that has it
    return stream.read()
