"""Invented readings for the tests of the scan: hours of meters, and the Parquet files they are written to."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from adit.audit.undeclared.features import ROW
from adit.audit.undeclared.kernel import scan_meters
from adit.audit.undeclared.scan import FROM, MONTH_OF_DAY
from adit.engines.dense import MISSING

START = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
START_MINUTE = int(START.timestamp()) // 60
MONTHS = {FROM + i: int(m) for i, m in enumerate(MONTH_OF_DAY)}
HOURS = 8784  # of 2024


def write(file: Path, meters: Mapping[str, Any], *, step: int = 60, rows: int | None = None) -> Path:
    """Readings of each meter from START on; None is a reading without a value. `rows` is the size of a row group."""
    names, starts, values = [], [], []
    for name, readings in meters.items():
        for i, wh in enumerate(readings):
            names.append(name)
            starts.append((START_MINUTE + i * step) * 60_000_000)
            values.append(None if wh is None else int(wh))
    return write_rows(file, names, starts, values, rows=rows)


def write_rows(
    file: Path,
    names: Sequence[str | None],
    starts_us: Sequence[int | None],
    wh: Sequence[int | None],
    *,
    rows: int | None = None,
) -> Path:
    table = pa.table(
        {
            "meter_id": pa.array(names, pa.string()),
            "start_utc": pa.array(starts_us, pa.int64()).cast(pa.timestamp("us", "UTC")),
            "energy_wh": pa.array(wh, pa.int32()),
        }
    )
    pq.write_table(table, file, row_group_size=rows, compression="zstd")
    return file


def row_of(
    wh: Any,
    *,
    step: int = 60,
    offset: int = 0,
    declared: int = 0,
    limit: int = 0,
    temperatures: Any = None,
    minutes: Any = None,
) -> dict[str, float]:
    """The kernel's row for one meter, by name."""
    ticks = (START_MINUTE + np.arange(len(wh)) * step if minutes is None else np.asarray(minutes)).astype(np.int64)
    values = np.array([MISSING if v is None else v for v in wh], np.int32)
    out = np.empty((1, len(ROW)))
    for array in (ticks, values):
        array.flags.writeable = False
    warmth = np.empty(0) if temperatures is None else np.asarray(temperatures, float)
    scan_meters(
        np.array([0, len(ticks)]), ticks, values, MISSING, 60, offset, np.array([declared]), MONTH_OF_DAY, FROM, warmth, limit, out
    )  # fmt: skip
    return dict(zip(ROW, out[0].tolist(), strict=True))


def home(seed: int, hours: int = HOURS) -> Any:
    """A life without machines: morning, evening, chance."""
    rng = np.random.default_rng(seed)
    hour = np.arange(hours) % 24
    shape = 0.3 + 0.9 * np.exp(-(((hour - 19) / 3.0) ** 2)) + 0.4 * np.exp(-(((hour - 8) / 2.0) ** 2))
    return np.rint(400 * shape * rng.gamma(3.0, 1 / 3, hours)).astype(np.int32)
