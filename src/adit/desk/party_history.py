"""A party as it was: what held of it on a day by what was known at an entry, and each entry with what it changed, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.desk.cases import names_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.journal.entries import Entry
from adit.register.procedures.joining import mandates_of
from adit.register.procedures.ownership import owners_of
from adit.register.procedures.pools import participations_of
from adit.register.records import ERASABLE, Identity, Mandate, Participation, Party, Pool, Share
from adit.register.store import WITHDRAWN, Stated, get, listed

__all__ = ["AsOf", "Change", "as_of", "changes_of"]

_OF = "SELECT id FROM register.{kind} WHERE {column} = %(party)s"
_SUBJECTS = " UNION ".join(
    _OF.format(kind=kind, column=column)
    for kind, column in (("identity", "party"), ("share", "owned"), ("mandate", "party"), ("participation", "party"))
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """What held of a party on a day. Nothing where nothing was known of it yet."""

    party: Stated[Party] | None
    identity: Stated[Identity] | None
    owners: list[Stated[Share]]
    mandates: list[Stated[Mandate]]
    participations: list[Stated[Participation]]
    names: dict[str, str]
    pools: dict[str, str]


def as_of(connection: Connection, party: str, on: date, known: int | None) -> AsOf:
    """The party on a day, by what is known now or was when the log had `known` entries."""
    who = listed(connection, Identity, "party = %s", [party], on=on, known=known, limit=1)
    owners = owners_of(connection, party, on, known=known)
    participations = participations_of(connection, party, on, known=known)
    pools = listed(connection, Pool, "id = ANY(%s)", [[p.record.pool for p in participations]])
    return AsOf(
        get(connection, Party, party, on=on, known=known), who[0] if who else None, owners, mandates_of(connection, party, on, known=known),
        participations, names_of(connection, [s.record.owner for s in owners]), {p.id: p.record.name for p in pools},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """An entry about a party, with what it made different from the entry before about the same. `shown`: whether it may be read."""

    entry: Entry
    kind: str
    rows: list[tuple[str, Any, Any]]
    ends: bool
    shown: bool


def changes_of(connection: Connection, party: str, *, names: bool, limit: int = 200) -> list[Change]:
    """The entries about a party, its owners, its pools, and who acts for it, the newest first. Without `names`, nothing that tells who somebody is."""
    subjects = [party, *(str(i) for (i,) in connection.execute(f"{_SUBJECTS}", {"party": party}))]
    found: list[Change] = []
    before: dict[str, Mapping[str, Any]] = {}
    for entry in sorted(journal.entries_about(connection, subjects, limit=limit), key=lambda e: e.seq):
        kind = entry.kind.removesuffix(WITHDRAWN)
        shown = names or kind not in ERASABLE
        said: Mapping[str, Any] = (entry.body or {}).get("record", {})
        ends = entry.kind != kind
        rows = _different(before.get(entry.subject, {}), said) if shown and said else []
        if said:
            before[entry.subject] = said
        found.append(Change(entry, kind, rows, ends, shown))
    return found[::-1]


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    empty: Sequence[Any] = ("", None, [])
    return [
        (name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value and not (name not in before and value in empty)
    ]
