"""Rows of meter files as they were read, in columns, and how one of them is told."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from adit.evidence.meters.layout import Ints, Places

__all__ = ["FileFacts", "Rows", "kwh_text", "reading_text", "utc_text"]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the checks need to know of a file: its name, the columns to point at, how its times are meant."""

    name: str
    time_column: str
    value_column: str  # '' in a wide table, where it is the meter's own
    registers: bool
    ends_given: bool  # whether the time that a row states is the end of its interval


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows as they were read. `meter` is a place in `meters`, `file` in the files.

    Times are seconds UTC, or where `local` is set, seconds by the clock of the zone. A register has end_s equal to start_s.
    """

    meters: tuple[str, ...]
    meter: Places
    file: Places
    row: Ints
    start_s: Ints
    end_s: Ints
    energy_wh: Ints
    local: NDArray[np.bool_]
    recorded_s: Ints

    def __len__(self) -> int:
        return len(self.row)

    def only(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Rows":
        columns = (
            self.meter,
            self.file,
            self.row,
            self.start_s,
            self.end_s,
            self.energy_wh,
            self.local,
            self.recorded_s,
        )
        return Rows(self.meters, *(c[which] for c in columns))  # type: ignore[arg-type]

    def at(self, start_s: Ints, end_s: Ints) -> "Rows":
        """The same rows at moments that are known."""
        utc = np.zeros(len(self), dtype=bool)
        return Rows(self.meters, self.meter, self.file, self.row, start_s, end_s, self.energy_wh, utc, self.recorded_s)


def utc_text(moment: int) -> str:
    """The moment as 2024-10-27T01:30Z, or as what stands there where no calendar has it."""
    try:
        text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    except (ValueError, OverflowError, OSError):
        return f"{moment} s"
    return f"{text.removesuffix(':00')}Z"


def reading_text(rows: Rows, at: int) -> str:
    """A reading as it is told: its time and its energy."""
    start, end, energy = int(rows.start_s[at]), int(rows.end_s[at]), kwh_text(int(rows.energy_wh[at]))
    clock = (lambda s: f"{utc_text(s).removesuffix('Z')} local") if rows.local[at] else utc_text
    return f"{clock(start)} {energy}" if start == end else f"{clock(start)} to {clock(end)} {energy}"


def kwh_text(energy_wh: int) -> str:
    """The energy in kilowatt-hours, to the last watt-hour."""
    whole, part = divmod(abs(energy_wh), 1000)
    return f"{'-' if energy_wh < 0 else ''}{whole:,}{f'.{part:03}' if part else ''} kWh"
