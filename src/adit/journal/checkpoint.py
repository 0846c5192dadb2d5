"""A checkpoint: how long the log is and its root, signed, in the form of C2SP's signed notes, so that other people's tools verify it.

Whoever keeps one outside can tell later whether the log was cut or rewritten. The key signs checkpoints and nothing else.
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adit.terms.errors import BadInput

__all__ = ["Checkpoint", "checkpoint_text", "new_key", "open_note", "sign", "verifier_key"]

_ED25519 = b"\x01"  # the algorithm, in key ids and keys
_DASH = "\N{EM DASH}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log named `origin` had `size` entries and this root."""

    origin: str
    size: int
    root: bytes


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The three lines that are signed."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{b64encode(checkpoint.root).decode()}\n"


def new_key() -> Ed25519PrivateKey:
    """A new key for an office."""
    return Ed25519PrivateKey.generate()


def verifier_key(name: str, public: Ed25519PublicKey) -> str:
    """What others verify with: name, id and public key, as `adit-office+1a2b3c4d+AT...`."""
    raw = public.public_bytes_raw()
    return f"{name}+{_key_id(name, raw).hex()}+{b64encode(_ED25519 + raw).decode()}"


def sign(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey) -> str:
    """The signed note."""
    text = checkpoint_text(checkpoint)
    signature = _key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return f"{text}\n{_DASH} {name} {b64encode(signature).decode()}\n"


def open_note(note: str, verifier: str) -> Checkpoint:
    """The checkpoint in a signed note. Raises BadInput where it is no note, or no signature of this key holds."""
    name, key_id, public = _read_key(verifier)
    text, separator, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not lines[1].isascii() or not lines[1].isdecimal():
        raise BadInput(
            "This is no signed checkpoint.", todo="It has three lines, an empty one, and a line for each signature."
        )
    found = False
    for line in signatures.splitlines():
        dash, signer, packed = [*line.split(" "), "", "", ""][:3]
        if dash != _DASH or signer != name:
            continue
        found = True
        try:
            raw = b64decode(packed, validate=True)
            if raw[:4] == key_id:
                public.verify(raw[4:], f"{text}\n".encode())
                return Checkpoint(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
        except (InvalidSignature, binascii.Error):
            continue
    why = "the signature does not hold" if found else f"it is not signed by {name}"
    raise BadInput(
        f"The checkpoint cannot be trusted: {why}.", todo="Compare the key with the one that the office published."
    )


def _key_id(name: str, raw: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + raw).digest()[:4]


def _read_key(verifier: str) -> tuple[str, bytes, Ed25519PublicKey]:
    name, _, rest = verifier.strip().partition("+")
    key_id, _, packed = rest.partition("+")
    try:
        raw = b64decode(packed, validate=True)
        if raw[:1] != _ED25519 or _key_id(name, raw[1:]) != bytes.fromhex(key_id):
            raise ValueError("its id is not that of its key")
        return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw[1:])
    except (ValueError, binascii.Error) as error:
        raise BadInput(f"This is no verifier key: {error}.", todo="It looks like adit-office+1a2b3c4d+AT...") from error
