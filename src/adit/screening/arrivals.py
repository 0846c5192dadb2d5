"""What came when: the record of a list on disk, and the parsed form of a file that spares reading it again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName
from adit.evidence.watchlists.reading import Read

__all__ = ["Acceptance", "Arrival", "Failure", "History", "history_text", "parse_history", "parse_read", "read_text"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file as it came. `faults` is what was wrong with it then; it is judged anew at each load."""

    sha256: str
    packed_sha256: str  # of the file on this disk
    origin: str
    fetched_at_utc: datetime
    checked_at_utc: datetime  # when the same bytes came last
    bytes: int
    reader: str
    content_date: date | None
    rows: int | None
    shape: tuple[str, ...]
    faults: tuple[str, ...]
    acceptable: bool  # whether two people may take it: it merely differs from the one before
    parsed_sha256: str = ""  # of what was read from it; what lies beside it under another hash is not taken

    @property
    def good(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Two people who looked at a file that differs from the one before it, and why they take it."""

    sha256: str
    by: tuple[str, ...]
    why: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt to fetch that brought nothing."""

    at_utc: datetime
    why: str


@dataclass(frozen=True, slots=True)
class History:
    """All that came, the newest last."""

    arrivals: tuple[Arrival, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    failures: tuple[Failure, ...] = field(default=())

    def accepts(self, sha256: str) -> bool:
        return any(a.sha256 == sha256 for a in self.accepted)

    def last_good(self, before: int | None = None) -> Arrival | None:
        """The newest arrival that was good or accepted, among the first `before` ones."""
        known = self.arrivals[:before]
        return next((a for a in reversed(known) if a.good or self.accepts(a.sha256)), None)


def history_text(history: History) -> str:
    """The record as JSON."""
    return json.dumps(asdict(history), default=str, ensure_ascii=False, indent=1) + "\n"


def parse_history(text: str) -> History:
    """The record again. Raises ValueError, TypeError or KeyError for a text that is none."""
    data = json.loads(text)
    return History(
        tuple(_arrival(a) for a in data["arrivals"]),
        tuple(
            Acceptance(a["sha256"], tuple(a["by"]), a["why"], datetime.fromisoformat(a["at_utc"]))
            for a in data["accepted"]
        ),
        tuple(Failure(datetime.fromisoformat(f["at_utc"]), f["why"]) for f in data["failures"]),
    )


def _arrival(data: dict[str, Any]) -> Arrival:
    times = {name: datetime.fromisoformat(data[name]) for name in ("fetched_at_utc", "checked_at_utc")}
    texts = {name: tuple(data[name]) for name in ("shape", "faults")}
    return Arrival(**{**data, **times, **texts, "content_date": _day(data["content_date"])})


def read_text(read: Read) -> str:
    """A list that was read, as JSON that is quickly read again."""
    entries = [
        [
            e.entry_id,
            e.kind,
            [[n.text, n.kind] for n in e.names],
            e.born,
            e.countries,
            e.identifiers,
            [[a.asset, a.text] for a in e.addresses],
            e.programmes,
            e.listed_on,
            e.delisted_on,
            e.raw,
            e.unread,
        ]
        for e in read.entries
    ]
    head = [read.content_date, read.rows, read.shape, read.stated_rows]
    return json.dumps([head, entries], default=str, ensure_ascii=False, separators=(",", ":"))


def parse_read(text: str, list_id: str) -> Read:
    """The list again. Raises ValueError, TypeError or IndexError for a text that is none."""
    head, rows = json.loads(text)
    entries = tuple(_entry(list_id, row) for row in rows)
    return Read(_day(head[0]), head[1], entries, tuple(head[2]), head[3])


def _entry(list_id: str, row: Sequence[Any]) -> Entry:
    return Entry(
        list_id,
        row[0],
        row[1],
        tuple(ListedName(text, kind) for text, kind in row[2]),
        tuple(row[3]),
        tuple(row[4]),
        tuple((sort, number) for sort, number in row[5]),
        tuple(ListedAddress(asset, text) for asset, text in row[6]),
        tuple(row[7]),
        _day(row[8]),
        _day(row[9]),
        row[10],
        row[11],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
