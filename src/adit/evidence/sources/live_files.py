"""The data that a user refreshed: kept in a folder of his own beside their papers, and preferred to what was shipped.

The folder is `$ADIT_DATA`, else `$XDG_DATA_HOME/adit`, else `~/.local/share/adit`. A refreshed file bears the beginning of its hash
in its name, and a record beside it says which file counts: writing the record is the one step that changes anything. To go back to
what was shipped, delete the record. A process keeps what it read first.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.tables import digest, shipped
from adit.terms.errors import BadInput

__all__ = ["Held", "Refreshed", "current", "folder", "keep"]

_RECORD = ".source.json"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The papers of a refreshed file."""

    file: str  # under data/, as in the catalogue
    kept_as: str  # under the folder
    publisher: str
    origin: tuple[str, ...]
    fetched_at_utc: datetime
    period: str
    known_to: date
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """The file that is in use for a name of the catalogue. `refreshed` is None where it is the one that was shipped."""

    path: Path
    vintage: str
    refreshed: Refreshed | None


def folder() -> Path:
    """Where refreshed data lie."""
    if named := os.environ.get("ADIT_DATA"):
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "adit"


def current(file: str, into: Path | None = None) -> Held:
    """The refreshed file where there is one, else the shipped. Raises BadInput where a refreshed file is not as its record has it."""
    root = into or folder()
    record = root / f"{file}{_RECORD}"
    try:
        text = record.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Held(shipped(file), dataset(file).vintage, None)
    refreshed = _read(text, record)
    path = root / refreshed.kept_as
    if not path.is_file() or digest(path) != refreshed.sha256:
        raise _spoilt(record, f"{refreshed.kept_as} is not the file that was fetched")
    return Held(path, f"{refreshed.period}; refreshed {refreshed.fetched_at_utc:%Y-%m-%d}", refreshed)


def keep(
    content: bytes,
    check: Callable[[Path], object],
    *,
    file: str,
    publisher: str,
    origin: tuple[str, ...],
    fetched_at_utc: datetime,
    period: str,
    known_to: date,
    into: Path | None = None,
) -> Refreshed:
    """Keeps this content in place of the file, if `check` can read it; else raises what `check` raises, and nothing has changed."""
    root = into or folder()
    held = current(file, root)
    hash_ = sha256(content).hexdigest()
    name = Path(file)
    kept_as = name.with_name(f"{name.stem}.{hash_[:12]}{name.suffix}").as_posix()
    refreshed = Refreshed(file, kept_as, publisher, origin, fetched_at_utc, period, known_to, hash_)
    target = root / kept_as
    target.parent.mkdir(parents=True, exist_ok=True)
    _written(target, content, check)
    text = json.dumps(asdict(refreshed), default=str, ensure_ascii=False, indent=2) + "\n"
    _written(root / f"{file}{_RECORD}", text.encode())
    if held.refreshed and held.path != target:
        held.path.unlink(missing_ok=True)
    return refreshed


def _written(path: Path, content: bytes, check: Callable[[Path], object] | None = None) -> None:
    """Whole or not at all: a name of its own, the check, the disk, and only then the name that counts."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=path.suffix, delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            if check:
                check(Path(draft.name))
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(draft.name).unlink()
            raise


def _read(text: str, record: Path) -> Refreshed:
    try:
        fields = json.loads(text)
        fields["fetched_at_utc"] = datetime.fromisoformat(fields["fetched_at_utc"])
        fields["known_to"] = date.fromisoformat(fields["known_to"])
        fields["origin"] = tuple(fields["origin"])
        return Refreshed(**fields)
    except (ValueError, TypeError, KeyError) as error:
        raise _spoilt(record, "its record cannot be read") from error


def _spoilt(record: Path, why: str) -> BadInput:
    return BadInput(
        f"The refreshed data are spoilt: {why}.",
        where=str(record),
        todo="Delete this record to use the shipped data again, then refresh anew.",
    )
