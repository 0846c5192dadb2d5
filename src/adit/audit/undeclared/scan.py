"""From blocks of readings to a table with a row for each meter, whoever reads the blocks: threads on this machine, or workers of Spark."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from adit.audit.undeclared.features import FEATURES, ROW, SIDE, STATUSES
from adit.audit.undeclared.kernel import scan_meters
from adit.engines.dense import MISSING, Block
from adit.terms.errors import BadInput

__all__ = ["Piece", "Settings", "Span", "Table", "joined", "scan_blocks", "scan_span", "scan_whole", "table_of_rows"]

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
_EPOCH = date(1970, 1, 1)
FROM = (FIRST_DAY - _EPOCH).days
_DAYS = np.datetime64(FIRST_DAY.isoformat(), "D") + np.arange((LAST_DAY - FIRST_DAY).days + 1)
MONTH_OF_DAY = (_DAYS.astype("M8[M]").astype(np.int64) + 1970 * 12 + 1).astype(
    np.int64
)  # 1 to 12, and the year times 12
BACKWARDS = STATUSES.index("times run backwards")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scan has to know beside the readings."""

    offset_minutes: int = 0  # local time less UTC
    limit_wh: int = 0  # a month; 0 for none
    declared_w: Mapping[str, int] = field(default_factory=dict)  # a load that is known, taken off every hour
    temperature_c: Mapping[date, float] = field(default_factory=dict)

    def warmth(self) -> Any:
        """A temperature for each day of MONTH_OF_DAY; nothing where none is given."""
        if not self.temperature_c:
            return np.empty(0)
        found = np.full(len(MONTH_OF_DAY), np.nan)
        for day, degrees in self.temperature_c.items():
            if FIRST_DAY <= day <= LAST_DAY:
                found[(day - FIRST_DAY).days] = degrees
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """Readings of one meter at the edge of a span: more of it may stand in the span before or after."""

    name: str
    where: str
    ticks_per_hour: int
    ticks: Any
    energy_wh: Any


@dataclass(frozen=True, slots=True)
class Span:
    """What came of one stretch of rows: the meters that lie wholly in it, and the pieces at both ends. `last` is None where it is one meter."""

    first: Piece | None
    names: list[str]
    rows: Any
    last: Piece | None


@dataclass(frozen=True, slots=True)
class Table:
    """A row for each meter, in the order of the files. Columns as `features.ROW`; the shapes of day and year in half the width."""

    names: list[str]
    side: Any  # columns as features.SIDE
    figures: Any  # columns as features.FEATURES
    shapes: Any  # 24 hours and 12 months, kW

    def of(self, name: str) -> Any:
        """One column of `side` or `figures`."""
        if name in SIDE:
            return self.side[:, SIDE.index(name)]
        return self.figures[:, [f.name for f in FEATURES].index(name)]


def scan_span(blocks: Iterable[Block], settings: Settings) -> Span:
    """Scan the meters that are whole in these blocks; the first and the last are handed back as pieces."""
    warmth = settings.warmth()
    first: Piece | None = None
    open_: list[Piece] = []  # of the meter that goes on, one for each block
    names: list[str] = []
    rows: list[Any] = []

    def close() -> None:
        nonlocal first, open_
        if open_:
            piece = _one(open_)
            if first is None:
                first = piece
            else:
                names.append(piece.name)
                rows.append(
                    _scanned(
                        piece.ticks_per_hour,
                        piece.where,
                        [piece.name],
                        [0, len(piece.ticks)],
                        piece.ticks,
                        piece.energy_wh,
                        settings,
                        warmth,
                    )
                )
        open_ = []

    for block in blocks:
        n = len(block.ticks)
        if not n:
            continue
        borders = np.flatnonzero(block.meter[1:] != block.meter[:-1]) + 1
        edges = [0, *borders.tolist(), n]
        found = [block.name(edge) for edge in edges[:-1]]
        if open_ and (open_[0].name != found[0] or open_[0].ticks_per_hour != block.ticks_per_hour):
            close()
        head = _cut(block, found[0], 0, edges[1])
        if len(edges) == 2:
            open_.append(head)
            continue
        open_.append(head)
        close()
        if len(edges) > 3:  # whole meters in the middle: scanned where they lie
            a, b = edges[1], edges[-2]
            names += found[1:-1]
            starts = [edge - a for edge in edges[1:-1]]
            rows.append(
                _scanned(
                    block.ticks_per_hour,
                    block.where,
                    found[1:-1],
                    starts,
                    block.ticks[a:b],
                    block.energy_wh[a:b],
                    settings,
                    warmth,
                )
            )
        open_ = [_cut(block, found[-1], edges[-2], n)]
    last = _one(open_) if open_ else None
    if first is None:
        first, last = last, None
    return Span(first, names, np.concatenate(rows) if rows else np.empty((0, len(ROW))), last)


def scan_blocks(spans: Iterable[Span], settings: Settings) -> Iterator[tuple[list[str], Any]]:
    """Names and rows in order, the meters that lie across two spans joined. Raises BadInput where a meter stands in two places."""
    warmth = settings.warmth()
    seen: set[str] = set()
    waiting: Piece | None = None

    def told(names: list[str], rows: Any, where: str) -> tuple[list[str], Any]:
        for name in names:
            if name in seen:
                raise BadInput(
                    f"The meter {name} stands in two places.",
                    where=where,
                    todo="The readings of a meter must follow each other: pass --sort, or sort the files by meter_id and start_utc.",
                )
            seen.add(name)
        return names, rows

    def finished(piece: Piece) -> tuple[list[str], Any]:
        row = _scanned(
            piece.ticks_per_hour,
            piece.where,
            [piece.name],
            [0, len(piece.ticks)],
            piece.ticks,
            piece.energy_wh,
            settings,
            warmth,
        )
        return told([piece.name], row, piece.where)

    for span in spans:
        if span.first is None:
            continue
        if (
            waiting is not None
            and waiting.name == span.first.name
            and waiting.ticks_per_hour == span.first.ticks_per_hour
        ):
            waiting = _one([waiting, span.first])
        else:
            if waiting is not None:
                yield finished(waiting)
            waiting = span.first
        if span.last is not None:
            yield finished(waiting)
            yield told(span.names, span.rows, span.last.where)
            waiting = span.last
    if waiting is not None:
        yield finished(waiting)


def scan_whole(blocks: Iterator[Block], settings: Settings) -> tuple[list[str], Any]:
    """Names and rows of blocks in which every meter is whole."""
    return joined_rows(scan_blocks([scan_span(blocks, settings)], settings))


def joined_rows(parts: Iterable[tuple[list[str], Any]]) -> tuple[list[str], Any]:
    names: list[str] = []
    rows = [np.empty((0, len(ROW)))]
    for found, of_part in parts:
        names += found
        rows.append(of_part)
    return names, np.concatenate(rows)


def joined(parts: Iterable[tuple[Sequence[str], Any]]) -> Table:
    """All parts as one table."""
    names: list[str] = []
    side, figures, shapes = [], [], []
    split, end = len(SIDE), len(SIDE) + len(FEATURES)
    for found, of_part in parts:
        names += found
        side.append(of_part[:, :split].copy())
        figures.append(of_part[:, split:end].copy())
        shapes.append(of_part[:, end:].astype(np.float32))
    if not names:
        return Table([], np.empty((0, split)), np.empty((0, len(FEATURES))), np.empty((0, len(ROW) - end), np.float32))
    return Table(names, np.concatenate(side), np.concatenate(figures), np.concatenate(shapes))


def table_of_rows(rows: Sequence[tuple[str, Sequence[float]]]) -> Table:
    """Rows that came one by one, from workers of a cluster, as a table."""
    return joined([([name for name, _ in rows], np.array([row for _, row in rows]).reshape(-1, len(ROW)))])


def _scanned(
    ticks_per_hour: int, where: str, names: Sequence[str], starts: Sequence[int], ticks: Any, energy_wh: Any, settings: Settings, warmth: Any
) -> Any:  # fmt: skip
    out = np.empty((len(names), len(ROW)))
    declared = np.array([settings.declared_w.get(name, 0) for name in names], np.int64)
    scan_meters(
        np.asarray(starts, np.int64), _frozen(ticks), _frozen(energy_wh), MISSING, ticks_per_hour, settings.offset_minutes,
        declared, MONTH_OF_DAY, FROM, warmth, settings.limit_wh, out,
    )  # fmt: skip
    backwards = np.flatnonzero(out[:, 0] == BACKWARDS)
    if len(backwards):
        raise BadInput(
            f"The readings of the meter {names[backwards[0]]} are not in the order of time.",
            where=where,
            todo="Pass --sort, or sort the files by meter_id and start_utc.",
        )
    return out


def _cut(block: Block, name: str, a: int, b: int) -> Piece:
    return Piece(name, block.where, block.ticks_per_hour, block.ticks[a:b], block.energy_wh[a:b])


def _one(pieces: Sequence[Piece]) -> Piece:
    if len(pieces) == 1:
        # a copy, so that the block it lies in can go
        [p] = pieces
        return Piece(p.name, p.where, p.ticks_per_hour, p.ticks.copy(), p.energy_wh.copy())
    ticks, energy = (np.concatenate([getattr(p, part) for p in pieces]) for part in ("ticks", "energy_wh"))
    return Piece(pieces[0].name, pieces[0].where, pieces[0].ticks_per_hour, ticks, energy)


def _frozen(array: Any) -> Any:
    """Not to be written, as what arrow hands over: so the kernel is compiled once."""
    view = array.view()
    view.flags.writeable = False
    return view
