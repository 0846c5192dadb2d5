"""Reads the journal: entries, the hash tree and its proofs, signed checkpoints, the export that others verify."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adit.engines.database import Connection
from adit.journal import merkle
from adit.journal.checkpoint import Checkpoint, new_key, sign, verifier_key
from adit.journal.entries import Entry
from adit.journal.leaf import Leaf, commitment, leaf_hash, leaf_text
from adit.journal.writer import LOCK, TILE
from adit.terms.errors import BadInput, NotFound

__all__ = [
    "Key",
    "Proof",
    "entries_about",
    "entry",
    "export",
    "inclusion",
    "is_locked",
    "latest_checkpoint",
    "make_checkpoint",
    "open_key",
    "seen_by",
    "set_aside",
    "size",
    "verify",
]

_COLUMNS = "e.seq, e.kind, e.subject, e.hand, e.valid_from, e.valid_to, e.recorded_at_utc, e.leaf_hash, p.body"
_FROM = "FROM journal.entry e LEFT JOIN journal.payload p USING (seq)"
_LEAF = "e.seq, e.kind, e.subject, e.hand, e.valid_from, e.valid_to, e.recorded_at_utc, e.commitment, e.previous, e.leaf_hash, p.salt, p.body, p.erased_by"


# Entries ----------------------------------------------------------------------------------------------------------
def size(connection: Connection) -> int:
    """How many entries there are."""
    [(last,)] = connection.execute("SELECT max(seq) FROM journal.entry").fetchall()
    return 0 if last is None else int(last) + 1


def entry(connection: Connection, seq: int) -> Entry:
    """One entry. Raises NotFound."""
    rows = connection.execute(f"SELECT {_COLUMNS} {_FROM} WHERE seq = %s", [seq]).fetchall()
    if not rows:
        raise NotFound(
            f"There is no entry {seq}.", todo="Entries are counted from 0; the log is shown on the page of its head."
        )
    return _entry(rows[0])


def entries_about(connection: Connection, subjects: Sequence[str], *, limit: int = 200) -> list[Entry]:
    """The newest entries about these subjects, the newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE subject = ANY(%s) ORDER BY seq DESC LIMIT %s", [list(subjects), limit]
    ).fetchall()
    return [_entry(r) for r in rows]


def seen_by(connection: Connection, moment: datetime) -> int:
    """How many entries there were at a moment: what was known then is what lies below this position."""
    [(count,)] = connection.execute(
        "SELECT coalesce((SELECT seq + 1 FROM journal.entry WHERE recorded_at_utc <= %s ORDER BY recorded_at_utc DESC, seq DESC LIMIT 1), 0)",
        [moment],
    ).fetchall()
    return int(count)


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, subject, hand, since, until, moment, hashed, body = row
    return Entry(seq, kind, subject, hand, since, until, moment, hashed, None if body is None else json.loads(body))


# The hash tree ----------------------------------------------------------------------------------------------------
class Proof:
    """That an entry is in the log of a size: its leaf, the hashes beside its path, and the root they lead to."""

    __slots__ = ("hashes", "leaf", "root", "seq", "size")

    def __init__(self, seq: int, size: int, leaf: str, hashes: list[bytes], root: bytes) -> None:
        self.seq, self.size, self.leaf, self.hashes, self.root = seq, size, leaf, hashes, root


def reader(connection: Connection, of: int) -> Callable[[int, int, int], Sequence[bytes]]:
    """Reads the hashes of complete subtrees of a log of this size: from tiles, and at its ragged end from entries and roots of tiles."""

    def read(level: int, start: int, count: int) -> Sequence[bytes]:
        found: list[bytes] = []
        while count:
            index, offset = divmod(start, TILE)
            taken = min(count, TILE - offset)
            found += _in_tile(connection, level, index, offset, taken)
            start, count = start + taken, count - taken
        return found

    return read


def _in_tile(connection: Connection, level: int, index: int, offset: int, count: int) -> list[bytes]:
    rows = connection.execute(
        "SELECT substring(hashes FROM %s FOR %s) FROM journal.tile WHERE level = %s AND index = %s",
        (offset * 32 + 1, count * 32, level, index),
    ).fetchall()
    if rows:
        [(packed,)] = rows
        return [packed[i : i + 32] for i in range(0, len(packed), 32)]
    first = index * TILE + offset
    if level == 0:
        rows = connection.execute(
            "SELECT leaf_hash FROM journal.entry WHERE seq >= %s AND seq < %s ORDER BY seq", (first, first + count)
        ).fetchall()
    else:
        rows = connection.execute(
            "SELECT root FROM journal.tile WHERE level = %s AND index >= %s AND index < %s ORDER BY index",
            (level - 1, first, first + count),
        ).fetchall()
    return [h for (h,) in rows]


def root(connection: Connection, of: int) -> bytes:
    """The root of the log when it had this size."""
    return merkle.tree_root(of, reader(connection, of))


def inclusion(connection: Connection, seq: int, of: int) -> Proof:
    """The proof that an entry is in the log of a size. Raises NotFound where the log was shorter."""
    if not 0 <= seq < of:
        raise NotFound(f"Entry {seq} is not in a log of {of} entries.", todo="Ask for a later checkpoint.")
    read = reader(connection, of)
    rows = connection.execute(f"SELECT {_LEAF} {_FROM} WHERE seq = %s", [seq]).fetchall()
    if not rows:
        raise NotFound(f"There is no entry {seq}.")
    return Proof(
        seq, of, leaf_text(Leaf(*rows[0][:9])), merkle.inclusion_proof(seq, of, read), merkle.tree_root(of, read)
    )


def consistency(connection: Connection, old: int, new: int) -> list[bytes]:
    """The proof that the log of the old size is the beginning of that of the new one."""
    return list(merkle.consistency_proof(old, new, reader(connection, new)))


# Checkpoints ------------------------------------------------------------------------------------------------------
class Key:
    """The key with which an office signs checkpoints of its log, and what others verify them with. It signs nothing else."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.name = name
        self._private = private
        self.verifier = verifier_key(name, private.public_key())

    def signed(self, checkpoint: Checkpoint) -> str:
        return sign(checkpoint, self.name, self._private)


def open_key(folder: Path, name: str, passwords: Sequence[bytes] = ()) -> Key:
    """The key of the office in the folder, made where there is none; only its owner may read the file.

    With `passwords` the file is locked with the first of them, also one that was not yet, or with another of them. Raises BadInput for a file that
    cannot be read, or that none of them opens.
    """
    file = folder / "checkpoint.key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_key(file, new_key(), passwords)
    private, opened_by = _read_key(file, passwords)
    if passwords and opened_by != passwords[0]:
        _write_key(file, private, passwords)
    return Key(name, private)


def _read_key(file: Path, passwords: Sequence[bytes]) -> tuple[Ed25519PrivateKey, bytes | None]:
    """The key in a file, and the password that opened it."""
    from cryptography.hazmat.primitives import serialization

    content, locked = file.read_bytes(), b"ENCRYPTED PRIVATE KEY"
    for password in passwords if locked in content else (None,):
        try:
            private = serialization.load_pem_private_key(content, password=password)
        except ValueError as error:
            if locked in content:
                continue
            raise BadInput(
                "The key of the checkpoints cannot be read.", where=str(file), todo="Restore it from a backup."
            ) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise BadInput(
                "The key of the checkpoints is of another kind than Ed25519.",
                where=str(file),
                todo="Restore it from a backup.",
            )
        return private, password
    raise BadInput(
        "The key of the checkpoints is locked under a key that is not here.", where=str(file),
        todo="Put the file of the office's keys back that belongs to it, or name it in ADIT_KEY_FILE.",
    )  # fmt: skip


def _write_key(file: Path, private: Ed25519PrivateKey, passwords: Sequence[bytes]) -> None:
    from cryptography.hazmat.primitives import serialization

    lock = serialization.BestAvailableEncryption(passwords[0]) if passwords else serialization.NoEncryption()
    text = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    partial = file.with_name(f".{file.name}.partial")
    partial.touch(mode=0o600)
    partial.write_bytes(text)
    partial.replace(file)


def is_locked(folder: Path) -> bool:
    """Whether the key of checkpoints in the folder opens by a password alone."""
    file = folder / "checkpoint.key"
    return file.exists() and b"ENCRYPTED PRIVATE KEY" in file.read_bytes()


def set_aside(folder: Path) -> Path | None:
    """Put a key that nobody can open any more out of the way, so that another is made; where it lies now, None where there is none."""
    if not is_locked(folder):
        return None
    return (folder / "checkpoint.key").rename(folder / "checkpoint.key.locked")


def make_checkpoint(connection: Connection, key: Key, now: datetime) -> str:
    """Sign the log as it stands; the last checkpoint again where nothing was entered since. Empty for an empty log."""
    with connection.transaction():
        connection.execute(f"SELECT pg_advisory_xact_lock({LOCK + 1})")
        of = size(connection)
        if not of:
            return ""
        rows = connection.execute("SELECT note FROM journal.checkpoint WHERE size = %s", [of]).fetchall()
        if rows:
            return str(rows[0][0])
        note = key.signed(Checkpoint(key.name, of, root(connection, of)))
        connection.execute(
            "INSERT INTO journal.checkpoint (size, made_at_utc, note) VALUES (%s, %s, %s)", (of, now, note)
        )
    return note


def latest_checkpoint(connection: Connection) -> tuple[int, datetime, str] | None:
    """Size, time and note of the newest checkpoint, if there is one."""
    rows = connection.execute(
        "SELECT size, made_at_utc, note FROM journal.checkpoint ORDER BY size DESC LIMIT 1"
    ).fetchall()
    return (int(rows[0][0]), rows[0][1], str(rows[0][2])) if rows else None


# The whole --------------------------------------------------------------------------------------------------------
def verify(connection: Connection, *, progress: Callable[[int], None] = lambda _: None) -> tuple[int, bytes, list[str]]:
    """Work out every hash anew: how many entries, the root, and what is wrong, each with its entry.

    That the tail was not cut shows only against a checkpoint that somebody else holds: compare its root by `root`.
    """
    faults: list[str] = []
    notes: dict[int, str] = dict(
        connection.execute("SELECT size, note FROM journal.checkpoint ORDER BY size").fetchall()
    )
    tree, previous, last = merkle.Growing(), b"", None
    with connection.transaction(), connection.cursor(name="verify") as cursor:
        cursor.itersize = 10_000
        cursor.execute(f"SELECT {_LEAF} {_FROM} ORDER BY seq")
        for row in cursor:
            leaf, (stored, salt, body, erased_by) = Leaf(*row[:9]), row[9:]
            hashed = leaf_hash(leaf_text(leaf))
            if leaf.seq != tree.size:
                faults.append(f"entry {tree.size} is missing; in its place stands entry {leaf.seq}")
            if hashed != stored:
                faults.append(f"entry {leaf.seq} was changed: its hash is not that of what it holds")
            if leaf.previous != previous:
                faults.append(f"entry {leaf.seq} does not follow from the entry before it")
            if body is not None and commitment(salt, body) != leaf.body:
                faults.append(f"entry {leaf.seq} does not say what was entered: what it says was changed")
            if body is None and erased_by is None:
                faults.append(f"what entry {leaf.seq} says is gone, and no entry erased it")
            if last is not None and leaf.recorded_at_utc < last:
                faults.append(f"entry {leaf.seq} was recorded before the entry before it")
            tree.push(hashed)
            previous, last = stored, leaf.recorded_at_utc
            if tree.size in notes and f"\n{_base64(tree.root())}\n" not in notes[tree.size]:
                faults.append(f"the log is not the one whose checkpoint was signed over {tree.size} entries")
            if tree.size % 10_000 == 0:
                progress(tree.size)
    faults += [
        f"the tail is cut: a checkpoint was signed over {of} entries, and {tree.size} are here"
        for of in notes
        if of > tree.size
    ]
    faults += [
        f"tile {level}/{index} is not that of what lies below it"
        for level, index in _wrong_tiles(connection, tree.size)
    ]
    return tree.size, tree.root(), faults


def _wrong_tiles(connection: Connection, of: int) -> list[tuple[int, int]]:
    """The tiles (level, index) that are missing, hold other hashes than lie below them, or another root than these have."""
    wrong: list[tuple[int, int]] = []
    for level in range(8):
        due = of // TILE ** (level + 1)
        below = (
            "SELECT seq / 256 AS index, string_agg(leaf_hash, ''::bytea ORDER BY seq) AS own FROM journal.entry GROUP BY 1"
            if level == 0
            else f"SELECT index / 256 AS index, string_agg(root, ''::bytea ORDER BY index) AS own FROM journal.tile WHERE level = {level - 1} GROUP BY 1"
        )
        rows = connection.execute(
            f"SELECT n, t.hashes = b.own, t.hashes, t.root FROM generate_series(0, %s - 1) AS n"
            f" LEFT JOIN journal.tile t ON t.level = {level} AND t.index = n LEFT JOIN ({below}) b ON b.index = n ORDER BY n",
            [due],
        )
        for index, same, hashes, root in rows:
            if not same or merkle.subtree_root([hashes[i : i + 32] for i in range(0, len(hashes), 32)]) != root:
                wrong.append((level, int(index)))
        more = connection.execute(
            "SELECT index FROM journal.tile WHERE level = %s AND index >= %s ORDER BY index", (level, due)
        )
        wrong += [(level, int(index)) for (index,) in more]
    return wrong


def _base64(data: bytes) -> str:
    from base64 import b64encode

    return b64encode(data).decode()


def export(connection: Connection, folder: Path, *, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write the log for others to verify: entries.jsonl, checkpoint.txt, and the program that does it, verify.py. Counts the entries.

    What was erased by law stands there as null. Nothing is left half-written: the entries come into place last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    newest = latest_checkpoint(connection)
    if newest is None:
        raise NotFound("There is no checkpoint yet.", todo="Make one first: adit register checkpoint.")
    partial, count = folder / ".entries.jsonl.partial", 0
    with (
        partial.open("w", encoding="utf-8") as out,
        connection.transaction(),
        connection.cursor(name="export") as cursor,
    ):
        cursor.itersize = 10_000
        cursor.execute(f"SELECT {_LEAF} {_FROM} ORDER BY seq")  # fmt: skip
        for row in cursor:
            *parts, _, salt, body, _ = row
            line = {"leaf": leaf_text(Leaf(*parts)), "salt": None if salt is None else salt.hex(), "body": body}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
            if count % 10_000 == 0:
                progress(count)
    (folder / "checkpoint.txt").write_text(newest[2], encoding="utf-8")
    copyfile(Path(__file__).with_name("verify.py"), folder / "verify.py")
    partial.replace(folder / "entries.jsonl")
    return count
