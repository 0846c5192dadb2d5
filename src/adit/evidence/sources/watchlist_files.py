"""Files of lists on disk: written whole or not at all, packed, each with the hash that says whether it is still the one that came."""

import fcntl
import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

__all__ = ["is_whole", "keep_packed", "keep_sealed", "locked", "sealed", "text_at", "unpacked", "write"]


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """One writer of a folder at a time, so that nothing that came is lost."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(path: Path, content: bytes) -> None:
    """Whole or not at all: a name of its own, the disk, and only then the name that counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=path.suffix, delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(draft.name).unlink()
            raise


def text_at(path: Path) -> str | None:
    """The text of a file; None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def keep_packed(path: Path, content: bytes) -> str:
    """Keeps these bytes packed, and gives the hash of the file."""
    packed = gzip.compress(content, 6, mtime=0)
    write(path, packed)
    return sha256(packed).hexdigest()


def is_whole(path: Path, packed_sha256: str) -> bool:
    """Whether the packed file is there and is the one that was kept."""
    try:
        return sha256(path.read_bytes()).hexdigest() == packed_sha256
    except FileNotFoundError:
        return False


def unpacked(path: Path, content_sha256: str) -> bytes | None:
    """The bytes that came; None where they are others."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError):
        return None
    return content if sha256(content).hexdigest() == content_sha256 else None


def keep_sealed(path: Path, text: str) -> None:
    """Keeps a text under its hash. A folder that may only be read keeps nothing: the text is then made again each time."""
    with suppress(OSError):
        write(path, f"{sha256(text.encode()).hexdigest()}\n{text}".encode())


def sealed(path: Path) -> str | None:
    """The text that was kept; None where there is none or where it was changed."""
    try:
        stated, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return text if stated == sha256(text.encode()).hexdigest() else None
