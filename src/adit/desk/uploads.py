"""Files that people send, kept as they came, under the hash of what is in them. Not for what they are: whoever takes them in looks first."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from starlette.datastructures import UploadFile

from adit.terms.errors import BadInput, NotFound, Refused

__all__ = ["read", "store"]

_BLOCK = 1 << 20


def store(folder: Path, upload: UploadFile, most: int) -> tuple[str, int]:
    """Keep what was sent in the folder under its SHA-256; the hash and the size. On disk when this returns, and whole or not at all.

    The same content is kept once. Raises BadInput for more than `most` bytes.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    upload.file.seek(0)
    digest, size = sha256(), 0
    with _partial(folder) as (file, path):
        while block := upload.file.read(_BLOCK):
            size += len(block)
            if size > most:
                raise BadInput(
                    f"A file is larger than {most // 1_000_000} MB.", todo="Send a smaller one, or fewer at once."
                )
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        path.replace(folder / digest.hexdigest())
    _sync(folder)
    return digest.hexdigest(), size


def read(folder: Path, digest: str) -> bytes:
    """What is kept under a hash. Raises NotFound where it is gone, and Refused where it is no longer what came."""
    try:
        content = (folder / digest).read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "This file is no longer in the folder of uploads.", todo="Have it restored from a backup."
        ) from None
    if sha256(content).hexdigest() != digest:
        raise Refused(
            "This file was changed after it had been filed: its hash is not the one in the journal.",
            name="file changed",
            todo="Have it restored from a backup, and find out who changed it.",
        )
    return content


@contextmanager
def _partial(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file of no name yet; removed where it does not come into its place."""
    path = folder / f".{token_hex(12)}.partial"
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Have the names in the folder on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
