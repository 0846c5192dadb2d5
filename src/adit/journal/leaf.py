"""An entry as a leaf of the hash tree: one canonical text, and nothing in it that a law could order to be erased.

What the entry says stands in the leaf as a commitment only: SHA-256 over sixteen bytes of chance and the canonical text of the body. Once
chance and body are erased nobody can find the body from its commitment, and the leaf, and so the tree, stay as they were.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from adit.terms.errors import BadInput

__all__ = ["Leaf", "body_text", "commitment", "leaf_hash", "leaf_text", "parse_leaf"]

VERSION = 1
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Leaf:
    """What stands in the open for good. `body`: the commitment; `previous`: the leaf hash of the entry before, empty for the first."""

    seq: int
    kind: str
    subject: str
    hand: str
    valid_from: date | None
    valid_to: date | None
    recorded_at_utc: datetime
    body: bytes
    previous: bytes


def leaf_text(leaf: Leaf) -> str:
    """The canonical text: JSON with keys in order and no blanks."""
    return _encode(
        {
            "v": VERSION,
            "seq": leaf.seq,
            "kind": leaf.kind,
            "subject": leaf.subject,
            "hand": leaf.hand,
            "valid_from": leaf.valid_from.isoformat() if leaf.valid_from else "",
            "valid_to": leaf.valid_to.isoformat() if leaf.valid_to else "",
            "recorded_at_utc": leaf.recorded_at_utc.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "body": leaf.body.hex(),
            "previous": leaf.previous.hex(),
        }
    )


def parse_leaf(text: str) -> Leaf:
    """The leaf that a canonical text holds. Raises BadInput for any other text."""
    try:
        held = json.loads(text)
        day = {k: date.fromisoformat(held[k]) if held[k] else None for k in ("valid_from", "valid_to")}
        moment = datetime.strptime(held["recorded_at_utc"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        hashes = {k: bytes.fromhex(held[k]) for k in ("body", "previous")}
        leaf = Leaf(
            held["seq"], held["kind"], held["subject"], held["hand"], day["valid_from"], day["valid_to"], moment,
            hashes["body"], hashes["previous"],
        )  # fmt: skip
        same = leaf_text(leaf) == text
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"This is no leaf of a journal: {error}.", todo="A leaf is one line of JSON as the journal exports it."
        ) from error
    if not same:
        raise BadInput("This leaf is not in its canonical form.", todo="Take it from the export as it stands there.")
    return leaf


def body_text(body: Mapping[str, Any]) -> str:
    """The canonical text of what an entry says. Raises BadInput for a float: exact numbers are whole counts or text."""
    _check(body)
    return _encode(body)


def _check(value: Any) -> None:
    kind = type(value)
    if kind in (str, int, bool) or value is None:
        return
    if kind is dict:
        for key, below in value.items():
            if type(key) is not str:
                raise BadInput(f"A key of an entry is text, not {key!r}.")
            _check(below)
    elif kind is list or kind is tuple:
        for below in value:
            _check(below)
    else:
        raise BadInput(
            f"An entry cannot hold {value!r} ({kind.__name__}).",
            todo="Write numbers as whole counts or as text, and days as text.",
        )


def commitment(salt: bytes, text: str) -> bytes:
    """What the leaf holds of a body: 32 bytes that tell nothing of it and fit no other."""
    return sha256(salt + text.encode()).digest()


def leaf_hash(text: str) -> bytes:
    """The hash of a leaf, as RFC 6962 has it."""
    return sha256(b"\x00" + text.encode()).digest()
