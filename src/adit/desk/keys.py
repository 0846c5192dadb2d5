"""The keys of an office that stand outside its database: secrets in it are sealed with them, so that whoever has the database has none of them.

A file holds them, for its owner alone: beside the office's other files, or wherever `ADIT_KEY_FILE` says. A sealed text names its key, so that a new key
can be taken while texts under the earlier ones can still be read. Not for what is hashed (passwords, sessions, tokens): nobody has to read that.
"""

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adit.terms.errors import BadInput, NotFound, Unavailable

__all__ = ["NAME", "SEALED", "Keys", "open_keys"]

NAME = "secrets.key"  # of the file, in the folder of the office
SEALED = "sealed:"  # how a sealed text begins; then the key's id, and nonce and ciphertext in Base64
_FORMAT = "adit keys 1"
_NONCE = 12
_SALTED = b"\x01"  # before a digest that is salted, so that it is longer than one that is not


class Keys:
    """The keys of an office: the current one seals, all of them open. A file that another process has changed is read again where it is needed."""

    def __init__(self, file: Path, current: str, keys: dict[str, bytes], salt: bytes) -> None:
        self.file, self.current = file, current
        self._keys, self._salt = keys, salt

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first."""
        return (self.current, *(k for k in self._keys if k != self.current))

    def seal(self, text: str, about: str) -> str:
        """The text as only this office can read it (AES-256-GCM). `about` is whose it is: put anywhere else, it does not open."""
        nonce = token_bytes(_NONCE)
        made = AESGCM(self._keys[self.current]).encrypt(nonce, text.encode(), about.encode())
        return f"{SEALED}{self.current}:{b64encode(nonce + made).decode()}"

    def unseal(self, text: str, about: str) -> str:
        """What was sealed. A text that is not sealed is given back: it is sealed when the office opens next.

        Raises Unavailable where the key is missing, and where the text is not what was sealed here about this.
        """
        if not text.startswith(SEALED):
            return text
        key, _, packed = text.removeprefix(SEALED).partition(":")
        if key not in self._keys:
            self._read_again()
        if key not in self._keys:
            raise Unavailable(
                "A secret of the office cannot be read: its key is missing.", where=str(self.file),
                todo="Tell an administrator: the file of keys has to be put back.",
            )  # fmt: skip
        try:
            held = b64decode(packed, validate=True)
            return AESGCM(self._keys[key]).decrypt(held[:_NONCE], held[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unavailable(
                "A secret of the office was changed in the database, or belongs to somebody else.", where=about,
                todo="Tell an administrator: it has to be set up anew.",
            ) from error  # fmt: skip

    def salted(self, digest: bytes) -> bytes:
        """The digest as it is kept: without the salt nobody can try what it might be of. The same however often keys are renewed."""
        return _SALTED + hmac.digest(self._salt, digest, sha256)

    def passwords(self) -> tuple[bytes, ...]:
        """What the file of the key of checkpoints is locked with, that of the current key first."""
        return tuple(hmac.digest(self._keys[k], b"adit checkpoint key", sha256).hex().encode() for k in self.ids)

    def renew(self) -> str:
        """Take a new key, which seals from now on; its id. What the earlier ones sealed can still be read."""
        new = _new_id()
        self._keys[new], self.current = token_bytes(32), new
        _write(self)
        return new

    def forget(self, used: Collection[str]) -> tuple[str, ...]:
        """Let earlier keys go that nothing uses any more; their ids."""
        gone = tuple(k for k in self._keys if k != self.current and k not in used)
        for key in gone:
            del self._keys[key]
        if gone:
            _write(self)
        return gone

    def _read_again(self) -> None:
        with suppress(BadInput, OSError):
            found = _read(self.file)
            self.current, self._keys = found.current, found._keys

    def plain(self) -> dict[str, Any]:
        """As it stands in the file."""
        held = {k: b64encode(v).decode() for k, v in self._keys.items()}
        return {"format": _FORMAT, "current": self.current, "keys": held, "salt": b64encode(self._salt).decode()}


def open_keys(file: Path, needed: Collection[str] = ()) -> Keys:
    """The keys in the file, made where there is none and nothing was sealed yet.

    `needed`: the ids of the keys under which something is sealed. Raises NotFound where one of them is not there, BadInput for a file that others can
    read, or that is none of keys.
    """
    if not file.exists() and not needed:
        made = Keys(file, "", {}, token_bytes(32))
        made.current = _new_id()
        made._keys[made.current] = token_bytes(32)
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(made, new=True)
    if not file.exists():
        raise NotFound(
            f"The keys of this office are not here, and secrets were sealed with them: {_listed(needed)}.", where=str(file),
            todo="Put the file back from where it is kept apart from the backups, or name it in ADIT_KEY_FILE. Where it is lost for good:"
            " adit desk rotate-key --lost.",
        )  # fmt: skip
    found = _read(file)
    missing = sorted(set(needed) - set(found.ids))
    if missing:
        raise NotFound(
            f"A key of this office is missing in its file: secrets are sealed under {_listed(missing)}.", where=str(file),
            todo="Put the file back that belongs to this database.",
        )  # fmt: skip
    return found


def _listed(ids: Collection[str]) -> str:
    return ", ".join(sorted(ids))


def _new_id() -> str:
    return f"k{token_hex(4)}"


def _read(file: Path) -> Keys:
    if file.stat().st_mode & 0o077:
        raise BadInput(
            "Others than its owner can read the keys of the office.", where=str(file), todo=f"chmod 600 {file}"
        )
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        keys = {str(k): b64decode(v, validate=True) for k, v in held["keys"].items()}
        found = Keys(file, str(held["current"]), keys, b64decode(held["salt"], validate=True))
        whole = (
            held["format"] == _FORMAT
            and found.current in keys
            and {len(k) for k in (*keys.values(), found._salt)} == {32}
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(file) from error
    if not whole:
        raise _unreadable(file)
    return found


def _unreadable(file: Path) -> BadInput:
    return BadInput(
        "This is no file of keys of an office, or it is damaged.", where=str(file), todo="Put back a whole copy of it."
    )


def _write(keys: Keys, *, new: bool = False) -> None:
    """Put the keys into their file: whole, for its owner alone. `new`: where another process was quicker, its file stays."""
    partial = keys.file.with_name(f".{keys.file.name}.{token_hex(4)}.partial")
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            out.write(json.dumps(keys.plain(), indent=1) + "\n")
            out.flush()
            os.fsync(out.fileno())
        if new:
            with suppress(FileExistsError):
                os.link(partial, keys.file)
        else:
            partial.replace(keys.file)
    finally:
        partial.unlink(missing_ok=True)
