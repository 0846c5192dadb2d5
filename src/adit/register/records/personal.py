"""Which kinds of record may tell of a person, and what is left of one when that is taken away; which are kept from most of the office."""

from collections.abc import Mapping
from typing import Any

__all__ = ["ERASABLE", "SECRET", "SPOKEN", "silenced", "tells_of_somebody"]

ERASABLE = frozenset(
    {
        "identity",
        "note",
        "letter",
        "appeal",
        "inspection",
        "application",
        "address",
        "proposal",
        "joining",
        "mandate",
        "participant",
    }
)  # may hold personal data; a proposal repeats what others of these say
# of which only those know who handle suspicions: no page of a party, search, message or table for others has them
SECRET = frozenset({"hitreview", "clearing", "secondlook", "alert", "suspicion"})
# kind -> the fields that may tell of a person in a record whose facts the office has to keep: erased, these are empty and the rest stands
SPOKEN: dict[str, tuple[str, ...]] = {
    "party": ("state_tied_ground",),
    "participation": ("account",),
    "site": ("name", "address", "latitude_e6", "longitude_e6"),
    "client": ("contract",),
    "declaration": ("note",),
    "exclusion": ("evidence", "answer"),
    "hitreview": ("name", "words", "reason"),
    "secondlook": ("reason",),
}
_COUNTED = frozenset({"latitude_e6", "longitude_e6"})  # numbers among them, which are absent and not empty


def silenced(kind: str, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a record states without the fields that may tell of a person; a site, which has to be called something, is called by its id."""
    empty = {name: None if name in _COUNTED else "" for name in SPOKEN[kind] if name in values}
    return {**values, **empty, **({"name": id_} if kind == "site" else {})}


def tells_of_somebody(kind: str, id_: str, body: Mapping[str, Any]) -> bool:
    """Whether what an entry says of a record has any words in it that may tell of a person. `kind` is that of a record which says nothing else."""
    said = (body.get("record", {}).get(name) for name in SPOKEN[kind])
    return bool(body.get("why") or body.get("detail")) or any(s not in ("", None, id_) for s in said)
