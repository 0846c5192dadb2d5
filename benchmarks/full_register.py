"""Fills a register with invented miners, quickly: real entries of the journal and the rows that follow from them, by COPY.

The constraints are taken off and put back over the whole, so the database checks every row once; the hashes are those that the writer makes.
`adit register verify` and `adit register rebuild` find nothing to say about it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from adit.engines.database import OWNER, Connection, Database
from adit.journal import writer
from adit.journal.entries import Draft
from adit.journal.leaf import Leaf, body_text, commitment, leaf_hash, leaf_text
from adit.register.labels import label_of
from adit.register.records import (
    Application,
    Declaration,
    Identity,
    Machine,
    Membership,
    Meter,
    Party,
    Reading,
    Record,
    Site,
    columns,
)
from adit.register.store import plain
from adit.terms.days import Period, months_between
from adit.terms.places import municipalities, regions

__all__ = ["LAST_DAY", "MONTHS", "fill"]

MONTHS = months_between("2024-11..2025-10")
LAST_DAY = datetime(2025, 11, 24, 8, tzinfo=UTC)  # the morning after which nothing is entered
OPENED = date(2024, 11, 1)
KINDS = ("party", "identity", "membership", "site", "meter", "machine", "reading", "declaration", "application")
HAND = "office-000001"
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_MACHINES = (
    ("Bitmain", "S21", 200_000, 3_500),
    ("Bitmain", "S21 XP", 270_000, 3_645),
    ("MicroBT", "M60S", 186_000, 3_441),
)
_FIRST = ("Северный", "Южный", "Братский", "Таёжный", "Речной", "Горный", "Степной", "Полярный", "Уральский", "Озёрный")
_SECOND = (
    "Хэш",
    "Блок",
    "Узел",
    "Контур",
    "Поток",
    "Вектор",
    "Модуль",
    "Импульс",
    "Разряд",
    "Каскад",
    "Терм",
    "Спектр",
)


@dataclass(slots=True)
class _Waiting:
    """A version that a later entry will take the place of."""

    kind: str
    id: str
    record: Record
    since: date
    until: date | None
    seq: int


class _Lines:
    """Rows on their way into one table, as the text format of COPY has them."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._held, self._size = write, list[str](), 0

    def add(self, *values: object) -> None:
        line = "\t".join(map(_text, values))
        self._held.append(line)
        self._size += len(line)
        if self._size > 1 << 20:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._write(("\n".join(self._held) + "\n").encode())
        self._held, self._size = [], 0


def _text(value: object) -> str:
    match value:
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case bytes():
            return f"\\\\x{value.hex()}"
        case str():
            return (
                value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
                if "\\" in value or "\n" in value or "\t" in value
                else value
            )
        case list():
            return _text(
                "{" + ",".join('"' + str(v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in value) + "}"
            )
    return str(value)


def _range(first: object, end: object) -> str:
    return f"[{first},{'' if end is None else end})"


class _Tape:
    """Entries one after another, and the rows that follow from each."""

    def __init__(self, tables: dict[str, _Lines], chance: Random) -> None:
        self._tables, self.chance = tables, chance
        self.seq, self._previous = 0, b""
        self.now = datetime(2024, 10, 15, 6, tzinfo=UTC)

    def id(self, kind: str) -> str:
        bits = self.chance.getrandbits(50)
        return f"{kind}-{''.join(_LETTERS[bits >> shift & 31] for shift in range(0, 50, 5))}"

    def state(
        self, id_: str, record: Record, since: date, until: date | None = None, *, hand: str = HAND, waits: bool = False, instead: _Waiting | None = None,
    ) -> _Waiting | None:  # fmt: skip
        """State a record. `waits`: it is held back until a later one comes `instead`."""
        kind, values, seq = record.RECORD, plain(record), self.seq
        self._entry(
            Draft(kind, id_, hand, {"record": values, "why": "A meter was left out." if instead else ""}, since, until)
        )
        if instead is None:
            self._tables["subject"].add(id_, seq)
            label = label_of(kind, id_, values)
            if label is not None:
                self._tables["found"].add(id_, seq, label.party, label.text, list(label.trigrams))
        else:
            self._row(instead, seq)
        made = _Waiting(kind, id_, record, since, until, seq)
        if waits:
            return made
        self._row(made, None)
        return None

    def _row(self, w: _Waiting, end: int | None) -> None:
        values = [getattr(w.record, name) for name in columns(w.kind)]
        self._tables[w.kind].add(
            w.id, _range(w.since, w.until), _range(w.seq, end), w.seq, *("[]" if v == () else v for v in values)
        )

    def _entry(self, draft: Draft) -> None:
        salt, text = self.chance.randbytes(16), body_text(draft.body)
        leaf = Leaf(
            self.seq,
            draft.kind,
            draft.subject,
            draft.hand,
            draft.valid_from,
            draft.valid_to,
            self.now,
            commitment(salt, text),
            self._previous,
        )
        hashed = leaf_hash(leaf_text(leaf))
        self._tables["entry"].add(
            leaf.seq,
            leaf.kind,
            leaf.subject,
            leaf.hand,
            leaf.valid_from,
            leaf.valid_to,
            self.now.isoformat(),
            leaf.body,
            leaf.previous,
            hashed,
        )
        self._tables["payload"].add(leaf.seq, salt, text)
        self.seq, self._previous = self.seq + 1, hashed

    def at(self, moment: datetime) -> None:
        self.now = max(self.now, moment)


def fill(database: Database, miners: int, *, progress: Callable[[str], None] = print) -> int:
    """Fill an empty register; how many entries that made. Needs the rights of the tables' owner."""
    begun = time.perf_counter()
    with database.connect(OWNER) as connection:
        back = _bare(connection)
    with _tables(database) as tables:
        tape = _Tape(tables, Random(20250401))
        people = list(_people(tape, miners))
        progress(f"{tape.seq:,} entries of {miners:,} miners, {time.perf_counter() - begun:.0f} s")
        for month in MONTHS:
            _declare(tape, people, month)
            progress(f"{tape.seq:,} entries through {month}, {time.perf_counter() - begun:.0f} s")
        _apply(tape, 300)
    with database.connect(OWNER) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in back:
            connection.execute(statement)
            connection.commit()
        writer._fill_tiles(connection, 0, tape.seq)
    progress(f"constraints, indexes and tiles, {time.perf_counter() - begun:.0f} s")
    with database.connect("", autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    progress(f"counted by the planner, {time.perf_counter() - begun:.0f} s")
    return tape.seq


def _people(tape: _Tape, miners: int) -> Iterator[tuple[str, str, int]]:
    """Party, meter and monthly use of each miner, entered with its site, its machines and its place in the register."""
    chance, places = tape.chance, _places()
    for n in range(miners):
        tape.now += timedelta(seconds=2)
        kind = "company" if n % 20 < 11 else "entrepreneur" if n % 20 < 18 else "citizen"
        name = f"{_FIRST[n % 10]} {_SECOND[n // 10 % 12]} {n:06}"
        called = (
            f"ООО «{name}»" if kind == "company" else f"{'ИП ' if kind == 'entrepreneur' else ''}Вымышленный {name}"
        )
        party, site, meter = tape.id("party"), tape.id("site"), tape.id("meter")
        region, municipality = places[chance.randrange(len(places))]
        tape.state(party, Party(kind), OPENED)
        inn = f"00{n:08}" if kind == "company" else f"00{n:010}"
        tape.state(tape.id("identity"), Identity(party, called, inn, email="nobody@example.org"), OPENED)
        tape.state(
            site,
            Site(
                party,
                None,
                f"Площадка {n:06}",
                region,
                municipality,
                f"Промзона, {n % 90 + 1}",
                connection_kw=20 + n % 500,
            ),
            OPENED,
        )
        tape.state(meter, Meter(site, f"M-{n:07}"), OPENED)
        for k in range(3):
            maker, model, ghs, watts = _MACHINES[(n + k) % 3]
            tape.state(tape.id("machine"), Machine(party, site, maker, model, f"SN{3 * n + k:08}", ghs, watts), OPENED)
        since = OPENED + timedelta(days=n % 28)
        tape.state(
            tape.id("membership"), Membership(party, "operators" if n % 50 == 49 else "miners", f"M-2024-{n:06}"), since
        )
        yield party, meter, 3_000 + n * 7 % 57_000


def _places() -> list[tuple[str, str]]:
    """Regions with their municipalities, those where most is mined more often."""
    often = {"RU-IRK": 30, "RU-KYA": 12, "RU-BU": 6, "RU-KHM": 8, "RU-SVE": 4, "RU-NVS": 4, "RU-MOS": 6}
    found: list[tuple[str, str]] = []
    for iso in (r for r in regions() if r.startswith("RU-")):
        keys = [m.key for m in municipalities(iso) if m.kind != "settlement"] or [""]
        found += [(iso, keys[i % len(keys)]) for i in range(often.get(iso, 1))]
    return found


def _declare(tape: _Tape, people: Sequence[tuple[str, str, int]], month: Period) -> None:
    """What is declared of a month: most in time, three in a hundred late, two in a hundred corrected; of the newest month two in a hundred not yet."""
    last, corrected = month == MONTHS[-1], list[_Waiting]()
    start = datetime.combine(month.end, datetime.min.time(), UTC)
    step = timedelta(days=15) / max(1, len(people))
    late = [p for n, p in enumerate(people) if (n + month.month) % 33 == 0]
    for n, (party, meter, kwh) in enumerate(people):
        tape.at(start + timedelta(days=4) + step * n)
        if n % 10 == 0:
            tape.state(tape.id("reading"), Reading(meter, kwh * 1000), month.start, month.end, hand=party)
        if (n + month.month) % 33 == 0 or (last and n % 50 == 7):
            continue
        waits = tape.state(
            tape.id("declaration"),
            _declaration(tape, party, kwh),
            month.start,
            month.end,
            hand=party,
            waits=n % 50 == 3,
        )
        if waits is not None:
            corrected.append(waits)
    for n, (party, _, kwh) in enumerate(late):
        tape.at(start + timedelta(days=20, hours=4, seconds=n))
        tape.state(tape.id("declaration"), _declaration(tape, party, kwh), month.start, month.end, hand=party)
    for n, w in enumerate(corrected):
        tape.at(start + timedelta(days=22, hours=4, seconds=n))
        assert isinstance(w.record, Declaration)
        tape.state(
            w.id,
            _declaration(tape, w.record.party, w.record.energy_wh // 900),
            w.since,
            w.until,
            hand=w.record.party,
            instead=w,
        )


def _declaration(tape: _Tape, party: str, kwh: int) -> Declaration:
    return Declaration(party, "BTC", kwh * tape.chance.randrange(55, 65), kwh * 1000, kwh * 520)


def _apply(tape: _Tape, many: int) -> None:
    """What waits in the queue: applications of people who are not entered yet."""
    for n in range(many):
        tape.now += timedelta(seconds=40)
        party, on = tape.id("party"), tape.now.date()
        tape.state(party, Party("company"), on)
        tape.state(tape.id("identity"), Identity(party, f"ООО «Новый Заявитель {n:04}»", f"009{n:07}"), on)
        tape.state(
            tape.id("application"), Application(party, "miners", "sent", "Просим включить в реестр."), on, hand=party
        )


# The tables -------------------------------------------------------------------------------------------------------
_NAMES = ("journal.entry", "journal.payload", "register.subject", "register.found", *(f"register.{k}" for k in KINDS))


@contextmanager
def _tables(database: Database) -> Iterator[dict[str, _Lines]]:
    """Every table with a COPY into it under way; each has a connection of its own."""
    with ExitStack() as stack:
        tables: dict[str, _Lines] = {}
        for name in _NAMES:
            connection = stack.enter_context(database.connect(OWNER))
            connection.execute("SET synchronous_commit = off")
            named = {"journal.payload": " (seq, salt, body)"}.get(name, "")
            copy: Any = stack.enter_context(connection.cursor().copy(f"COPY {name}{named} FROM STDIN"))
            tables[name.partition(".")[2]] = _Lines(copy.write)
        yield tables
        for lines in tables.values():
            lines.flush()


def _bare(connection: Connection) -> list[str]:
    """Take constraints and indexes off the tables; the statements that put them back, in their order."""
    wanted = [list(_NAMES)]
    constraints = connection.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text FROM pg_constraint"
        " WHERE contype IN ('f', 'p', 'u', 'x') AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))",
        wanted * 2,
    ).fetchall()
    constraints.sort(key=lambda c: "pxuf".index(c[3]))
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)", wanted,
    ).fetchall()  # fmt: skip
    for table, name, _, _ in reversed(constraints):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    again = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition, _ in constraints]
    inner = [s for s, c in zip(again, constraints, strict=True) if c[3] != "f"]
    return [
        *inner,
        *(definition for _, definition in indexes),
        *(s for s, c in zip(again, constraints, strict=True) if c[3] == "f"),
    ]
