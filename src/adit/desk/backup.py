"""Backups of an office: one file that says what is in it, and a restoration that works out the whole journal anew.

The file is a ZIP, nothing in it compressed by us: `dump` (pg_dump, custom format), the files that people sent (`uploads/` and the hash of each), and
`manifest.json`, which says how long the journal was and what its root was, as they stand in the dump. The key of the checkpoints and the keys of
secrets are NOT in it unless they are asked for: whoever has the backup could otherwise sign a log of his own, and read the secrets that are sealed. They
are kept apart, with the acts that the office keeps in its folder. A backup holds persons and
passwords: it is readable by its owner only. A dump is also a program that the database runs: only what comes from trusted hands is restored.
"""

import json
import re
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any

from adit import __version__
from adit.engines import backup as engine
from adit.engines.database import Connection, Database
from adit.journal import merkle
from adit.journal import store as journal
from adit.journal.checkpoint import Checkpoint
from adit.register.store import migrate, steps
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = ["Backup", "Manifest", "back_up", "opened", "restore"]

FORMAT = "adit-backup 2"
_BLOCK = 1 << 20
_KEYS = "keys/"
_NAME = re.compile(r"[a-z]+\.key")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAMAGED = "Take another copy of it, or an older backup."
_UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)  # by zipfile
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    format: str
    made_at_utc: str
    adit: str  # the version that made it
    postgres: int  # the version of the server, as 180004
    step: str  # of the migrations
    size: int  # of the journal: entries
    root: str  # of the journal, in hexadecimal digits
    faults: tuple[str, ...]  # of the journal, when the backup was made
    checkpoint: str  # the newest one that was signed; empty where there is none
    dump_bytes: int
    dump_sha256: str
    uploads: int  # files that people sent


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose manifest was read and whose dump was found to be whole."""

    file: Path
    manifest: Manifest
    dump: Callable[[], IO[bytes]]
    upload: Callable[[str], IO[bytes]]
    uploads: tuple[str, ...]  # their hashes
    keys: Mapping[str, bytes]  # files of keys by their names; empty where none were asked for


# Making -----------------------------------------------------------------------------------------------------------
def back_up(
    database: Database,
    folder: Path,
    now: datetime,
    *,
    name: str = "office",
    uploads: Path | None = None,
    keys: Sequence[Path] = (),
    progress: Progress = lambda _: None,
) -> tuple[Path, Manifest]:
    """Write a backup into the folder while the office works; it is whole or not there. `uploads`: the folder of what people sent; `keys`: files of keys
    that are to be in it, too.

    The journal is verified as it stands in the dump, so that a backup that cannot be restored is known at once (`faults`).
    Raises Refused where this minute's is there already, NotFound for a database without a register, Unavailable where it is cut off.
    """
    file = folder / f"{name}-{now:%Y-%m-%dT%H%M}Z.adit-backup"
    if file.exists():
        raise Refused("There is a backup of this minute already.", where=str(file), name="there already")
    folder.mkdir(parents=True, exist_ok=True)
    with engine.one_moment(database) as (connection, snapshot):
        step = _step(connection)
        with engine.whole(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
            with packed.open(zipfile.ZipInfo("dump", _moment(now)), "w", force_zip64=True) as inside:
                counting = _Counting(inside)
                engine.dump(database, counting, snapshot=snapshot, progress=lambda n: progress(f"{n / 1e6:,.0f} MB"))
            kept = _pack_uploads(packed, uploads, now, progress) if uploads is not None and uploads.is_dir() else 0
            for key in keys:
                packed.writestr(zipfile.ZipInfo(f"{_KEYS}{key.name}", _moment(now)), key.read_bytes())
            progress("verifying the journal")
            size, root, faults = journal.verify(connection, progress=lambda n: progress(f"{n:,} entries verified"))
            newest = journal.latest_checkpoint(connection)
            manifest = Manifest(
                format=FORMAT, made_at_utc=f"{now:%Y-%m-%dT%H:%M:%SZ}", adit=__version__, postgres=connection.info.server_version,
                step=step, size=size, root=root.hex(), faults=tuple(faults), checkpoint=newest[2] if newest else "",
                dump_bytes=counting.count, dump_sha256=counting.digest.hexdigest(), uploads=kept,
            )  # fmt: skip
            text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
            packed.writestr(zipfile.ZipInfo("manifest.json", _moment(now)), text)
    return file, manifest


def _pack_uploads(packed: zipfile.ZipFile, uploads: Path, now: datetime, progress: Progress) -> int:
    """What people sent, each file under its hash; none comes or goes once it has its name. Raises Refused for one that was changed."""
    files = sorted(f for f in uploads.iterdir() if _HASH.fullmatch(f.name))
    for number, file in enumerate(files, start=1):
        with file.open("rb") as held, packed.open(zipfile.ZipInfo(f"uploads/{file.name}", _moment(now)), "w") as inside:
            counting = _Counting(inside)
            shutil.copyfileobj(held, counting, _BLOCK)
        if counting.digest.hexdigest() != file.name:
            raise Refused(
                "A file that somebody sent was changed since.",
                where=str(file),
                name="file changed",
                todo="Restore it from an older backup first.",
            )
        progress(f"{number:,} of {len(files):,} files")
    return len(files)


class _Counting:
    """Passes on what is written, and counts and hashes it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.count, self.digest = 0, sha256()

    def write(self, block: bytes) -> int:
        self.count += len(block)
        self.digest.update(block)
        return self._out.write(block)


def _step(connection: Connection) -> str:
    [(there,)] = connection.execute("SELECT to_regclass('journal.migration') IS NOT NULL").fetchall()
    if not there:
        raise NotFound("The database holds no register.", todo="Name another with --folder or ADIT_DATABASE.")
    return str(connection.execute("SELECT version_num FROM journal.migration").fetchall()[0][0])


def _moment(now: datetime) -> tuple[int, int, int, int, int, int]:
    return now.year, now.month, now.day, now.hour, now.minute, now.second


# Reading ----------------------------------------------------------------------------------------------------------
@contextmanager
def opened(file: Path, *, progress: Progress = lambda _: None) -> Iterator[Backup]:
    """A backup, once every byte of its dump was seen to be the one that was written. Raises BadInput for any that is not."""
    if not file.is_file():
        raise BadInput("There is no such file.", where=str(file), todo="Name a file that ends in .adit-backup.")
    with file.open("rb") as held:
        try:
            packed = zipfile.ZipFile(held)
            manifest = _checked(packed, file, progress)
        except _UNREADABLE as error:
            raise BadInput(f"The backup is cut or damaged: {error}.", where=str(file), todo=_DAMAGED) from error
        with packed:
            kept = tuple(n.removeprefix("uploads/") for n in packed.namelist() if n.startswith("uploads/"))
            keys = {n.removeprefix(_KEYS): packed.read(n) for n in packed.namelist() if n.startswith(_KEYS)}
            yield Backup(file, manifest, lambda: packed.open("dump"), lambda h: packed.open(f"uploads/{h}"), kept, keys)


def _checked(packed: zipfile.ZipFile, file: Path, progress: Progress) -> Manifest:
    found = packed.infolist()
    names = [f.filename for f in found]
    kept = [n for n in names if n.startswith("uploads/") and _HASH.fullmatch(n.removeprefix("uploads/"))]
    keys = [n for n in names if n.startswith(_KEYS) and _NAME.fullmatch(n.removeprefix(_KEYS))]
    if names != ["dump", *kept, *keys, "manifest.json"] or any(f.compress_type for f in found):
        raise BadInput("This is no backup of an office, or it is damaged.", where=str(file), todo=_DAMAGED)
    manifest = _manifest(packed.read("manifest.json"), file)
    digest, seen = sha256(), 0
    with packed.open("dump") as inside:
        while block := inside.read(_BLOCK):
            digest.update(block)
            seen += len(block)
            progress(f"{seen / 1e6:,.0f} of {manifest.dump_bytes / 1e6:,.0f} MB checked")
    if digest.hexdigest() != manifest.dump_sha256:
        raise BadInput("The backup is damaged: its dump is not what was written.", where=str(file), todo=_DAMAGED)
    for name in kept:
        with packed.open(name) as inside:
            if file_digest(inside, "sha256").hexdigest() != name.removeprefix("uploads/"):  # type: ignore[arg-type]
                raise BadInput(
                    "The backup is damaged: a file that somebody sent is not what it was.",
                    where=f"{file}: {name}",
                    todo=_DAMAGED,
                )
    if len(kept) != manifest.uploads:
        raise BadInput("Files that people sent are missing in the backup.", where=str(file), todo=_DAMAGED)
    return manifest


def _manifest(text: bytes, file: Path) -> Manifest:
    """The manifest, with nothing missing. Raises BadInput."""
    data: Any = json.loads(text)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadInput(
            f"The backup is of a form that this program does not read: {data.get('format') if isinstance(data, dict) else 'none'}.",
            where=str(file), todo="Install the version of Adit that made it, or a newer one.",
        )  # fmt: skip
    types = {f.name: f.type for f in fields(Manifest)}
    whole = data.keys() == types.keys() and all(
        isinstance(data[name], type_ if isinstance(type_, type) and type_ in (str, int) else list)
        for name, type_ in types.items()
    )
    if not whole:
        raise BadInput("The manifest of the backup is not whole.", where=str(file), todo=_DAMAGED)
    return Manifest(**{**data, "faults": tuple(map(str, data["faults"]))})


# Restoring --------------------------------------------------------------------------------------------------------
def restore(
    backup: Backup,
    database: Database,
    *,
    uploads: Path | None = None,
    published: Checkpoint | None = None,
    progress: Progress = lambda _: None,
) -> None:
    """Restore into a database that holds no entries, bring its tables up to date, and verify the whole journal.

    It has to be the journal of the manifest, and where a published checkpoint is given, one that goes on from it. If anything is wrong the
    database is left empty. Raises BadInput for a backup that cannot be used, Refused for a database that holds entries or is in use.
    """
    manifest, where = backup.manifest, str(backup.file)
    _check_versions(backup, database)
    _check_length(manifest.size, published, where)
    with engine.restoring(database) as writing:
        progress("restoring")
        with backup.dump() as source:
            engine.restore(
                source, writing, progress=lambda n: progress(f"{n / 1e6:,.0f} of {manifest.dump_bytes / 1e6:,.0f} MB")
            )
        migrate(writing)
        progress("verifying the journal")
        with writing.connect() as connection:
            size, root, faults = journal.verify(connection, progress=lambda n: progress(f"{n:,} entries verified"))
            if faults:
                told = f"{faults[0]}{f', and {len(faults) - 1} more' if faults[1:] else ''}"
                since = "; it was so when the backup was made" if manifest.faults else ""
                raise BadInput(
                    f"The journal in the backup is broken: {told}{since}.", where=where, todo="Take an older backup."
                )
            if (size, root.hex()) != (manifest.size, manifest.root):
                raise BadInput(
                    f"The journal in the backup is not that of its manifest: {size:,} entries with the root {root.hex()[:16]}...,"
                    f" and not {manifest.size:,} with {manifest.root[:16]}...",
                    where=where, todo="Somebody changed the file: take another copy.",
                )  # fmt: skip
            if uploads is not None:
                _unpack_uploads(backup, uploads, progress)
            _check_length(size, published, where)
            if published is not None and _root_of_first(connection, published.size) != published.root:
                raise BadInput(
                    f"The first {published.size:,} entries are not those over which the checkpoint was signed: the journal was made anew.",
                    where=where, todo="Keep the file as evidence, and take another backup.",
                )  # fmt: skip


def _unpack_uploads(backup: Backup, uploads: Path, progress: Progress) -> None:
    """Put back what people sent; a file that is there under its hash stays."""
    if backup.uploads:
        uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, name in enumerate(backup.uploads, start=1):
        if not (uploads / name).exists():
            with backup.upload(name) as source, engine.whole(uploads / name) as out:
                shutil.copyfileobj(source, out, _BLOCK)
        progress(f"{number:,} of {len(backup.uploads):,} files")


def _check_versions(backup: Backup, database: Database) -> None:
    manifest, (_, newest) = backup.manifest, steps(database)
    if manifest.step > newest:  # steps are counted: 0001, 0002
        raise BadInput(
            f"The backup stands at step {manifest.step}, and this program knows them up to {newest}.",
            where=str(backup.file), todo=f"It was made by Adit {manifest.adit}: install that one, or a newer one.",
        )  # fmt: skip
    ours, theirs = engine.server_version(database) // 10_000, manifest.postgres // 10_000
    if theirs > ours:
        raise BadInput(
            f"The backup was made on PostgreSQL {theirs}, and the server is PostgreSQL {ours}.",
            where=str(backup.file), todo=f"Restore it on PostgreSQL {theirs} or a newer one.",
        )  # fmt: skip


def _check_length(size: int, published: Checkpoint | None, where: str) -> None:
    if published is not None and published.size > size:
        missing = published.size - size
        raise BadInput(
            f"{missing:,} {'entry is' if missing == 1 else 'entries are'} missing: the checkpoint was signed over {published.size:,},"
            f" and the backup has {size:,}.",
            where=where, todo="Take a newer backup; or restore without the checkpoint, and say publicly what was lost.",
        )  # fmt: skip


def _root_of_first(connection: Connection, size: int) -> bytes:
    """The root over the first entries, worked out from them alone: what stands in tiles could have been put there."""
    with connection.transaction(), connection.cursor(name="leaves") as cursor:
        cursor.itersize = 10_000
        cursor.execute("SELECT leaf_hash FROM journal.entry WHERE seq < %s ORDER BY seq", [size])
        return merkle.root_of(h for (h,) in cursor)
