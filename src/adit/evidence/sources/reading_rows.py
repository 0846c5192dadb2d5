"""Rows of text, from CSV or Excel or the text columns of Parquet, as rows of readings: each cell read exactly, or told what is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from adit.evidence.meters.agreement import NEVER
from adit.evidence.meters.cells import Energy, Moment, energy_of, moment_of
from adit.evidence.meters.clock import Changes, changes_of
from adit.evidence.meters.columns import Columns, How
from adit.evidence.meters.findings import Report
from adit.evidence.sources.reading_stage import Stage
from adit.terms.errors import BadInput

__all__ = ["Line", "take_rows"]

_FLUSH = 200_000
_CACHED = 500_000  # texts of which the meaning is remembered; times and values come back again and again
_SECONDS_MAX = 10**11
_CELL = 60  # characters of a cell that are told


class Line(NamedTuple):
    """A row of a table: its number, its cells by the header, and what is wrong with it as a whole."""

    row: int
    cells: Sequence[str]
    problem: str = ""
    column: str = ""


class _Times:
    """The times of one file."""

    def __init__(self, columns: Columns, how: How) -> None:
        self._columns = columns
        self._utc = columns.utc or how.zone == "UTC"
        self._changes: Changes | None = changes_of(how.zone) if how.zone and not self._utc else None
        self._known: dict[str, tuple[int, bool, str, int | None]] = {}
        self.offsets: Counter[int | None] = Counter()

    def read(self, text: str) -> tuple[int, bool, str, int | None]:
        """Seconds, whether they are by the clock of the zone, or the kind of what is wrong; and the offset that stands there."""
        found = self._known.get(text)
        if found is None:
            found = self._read(text)
            if len(self._known) < _CACHED:
                self._known[text] = found
        return found

    def _read(self, text: str) -> tuple[int, bool, str, int | None]:
        if self._columns.seconds:
            bare = text.strip()
            if not (bare.lstrip("-").isascii() and bare.lstrip("-").isdecimal()) or abs(int(bare)) > _SECONDS_MAX:
                return 0, False, "not-a-time", None
            return int(bare), False, "", 0
        moment: Moment = moment_of(text)
        if moment.fault:
            return 0, False, moment.fault, None
        if moment.ahead_s is not None:
            return moment.clock_s - moment.ahead_s, False, "", moment.ahead_s
        if self._utc:
            return moment.clock_s, False, "", None
        if self._changes is None:
            return 0, False, "no-zone", None
        return moment.clock_s, True, "", None

    def is_other(self, moment_s: int, ahead_s: int | None) -> bool:
        """Whether an offset is not that of the zone."""
        if ahead_s is None or self._changes is None or self._columns.seconds:
            return False
        return int(self._changes.ahead_s[np.searchsorted(self._changes.at_s, moment_s, side="right")]) != ahead_s


class _Energies:
    """The values of one file."""

    def __init__(self, columns: Columns, *, comma: bool) -> None:
        self._factor, self._comma = columns.factor_wh, comma
        self._known: dict[str, Energy] = {}

    def read(self, text: str) -> Energy:
        found = self._known.get(text)
        if found is None:
            found = energy_of(text, self._factor, comma=self._comma)
            if len(self._known) < _CACHED:
                self._known[text] = found
        return found


def take_rows(
    lines: Iterable[Line], header: Sequence[str], columns: Columns, how: How, file: int, name: str, stage: Stage, report: Report, *, comma: bool
) -> int:  # fmt: skip
    """Lay down the rows of one file; how many there were. Raises BadInput where no time says in which zone it is."""
    times, energies = _Times(columns, how), _Energies(columns, comma=comma)
    at = {c: i for i, c in enumerate(header)}
    meter_at = -1 if how.meter or columns.layout == "wide" else at[columns.meter]
    anchor = columns.start or columns.end
    anchor_at, clock_at = at[anchor], at[columns.clock] if columns.clock else -1
    end_at = at[columns.end] if columns.end and columns.start and columns.layout != "registers" else -1
    recorded_at = at[columns.recorded] if columns.recorded else -1
    values = [(at[c], c, stage.code(c)) for c in columns.wide] or [(at[columns.value], columns.value, -1)]
    one = stage.code(how.meter) if how.meter and columns.layout != "wide" else -1
    length = 0 if columns.layout == "registers" else (how.length_s or 0)
    found: list[tuple[int, int, int, int, int, bool, int]] = []
    total = 0
    for line in lines:
        total += 1
        row, cells = line.row, line.cells
        if line.problem:
            report.add("row", file=name, row=row, column=line.column, more=line.problem)
            continue
        text = cells[anchor_at] if clock_at < 0 else f"{cells[anchor_at]} {cells[clock_at]}"
        start, local, fault, ahead = times.read(text)
        if fault == "no-zone" and not times.offsets:
            raise BadInput(
                f"Nothing says in which zone the times are: '{text[:_CELL]}'.",
                where=name,
                todo="Pass --zone Europe/Moscow, or whichever it is, or --zone UTC.",
            )
        if not fault:
            times.offsets[ahead] += 1
        end = start
        if not fault and end_at >= 0:
            end, end_local, fault, _ = times.read(cells[end_at])
            if not fault and end_local != local:
                fault = "no-zone"
            text = cells[end_at] if fault else text
        elif length:
            start, end = (start, start + length) if columns.start else (start - length, start)
        recorded = NEVER
        if not fault and recorded_at >= 0 and cells[recorded_at].strip():
            recorded, _, fault, _ = times.read(cells[recorded_at])
            text = cells[recorded_at] if fault else text
        if fault:
            report.add(fault, file=name, row=row, column=anchor, value=text)
            continue
        if times.is_other(start, ahead):
            report.add("other-offset", file=name, row=row, column=anchor, value=text)
        code = one
        if meter_at >= 0:
            meter = cells[meter_at].strip()
            if not meter or meter.startswith("="):
                report.add("formula" if meter else "no-meter", file=name, row=row, column=columns.meter, value=meter)
                continue
            code = stage.code(meter)
        for value_at, column, own in values:
            energy, wrong = energies.read(cells[value_at])
            if wrong:
                report.add(
                    wrong, file=name, row=row, column=column, meter=cells[meter_at].strip() if meter_at >= 0 else how.meter or column, value=cells[value_at]
                )  # fmt: skip
                if wrong != "not-whole":
                    continue
            found.append((code if own < 0 else own, row, start, end, energy, local, recorded))
        if len(found) >= _FLUSH:
            _flush(found, file, stage)
    _flush(found, file, stage)
    _tell_offsets(times.offsets, name, anchor, report)
    return total


def _flush(found: list[tuple[int, int, int, int, int, bool, int]], file: int, stage: Stage) -> None:
    if not found:
        return
    code, row, start, end, energy, local, recorded = zip(*found, strict=True)
    numbers: dict[str, Any] = {"row": row, "start_s": start, "end_s": end, "energy_wh": energy, "recorded_s": recorded}
    columns: dict[str, Any] = {name: np.array(values, dtype=np.int64) for name, values in numbers.items()}
    columns |= {
        "code": np.array(code, dtype=np.int32),
        "file": np.full(len(found), file, dtype=np.int32),
        "local": np.array(local),
    }
    stage.add(columns)
    found.clear()


def _tell_offsets(offsets: Counter[int | None], name: str, column: str, report: Report) -> None:
    if len(offsets) > 1:
        told = ", ".join(f"{_offset(ahead)} in {n:,} rows" for ahead, n in offsets.most_common())
        report.add("offsets", file=name, column=column, more=told)


def _offset(ahead_s: int | None) -> str:
    if ahead_s is None:
        return "none"
    return f"{'-' if ahead_s < 0 else '+'}{abs(ahead_s) // 3600:02}:{abs(ahead_s) // 60 % 60:02}"
