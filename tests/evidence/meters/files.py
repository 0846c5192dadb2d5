"""Meter files for tests, and what is said of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adit.evidence.meters.columns import How
from adit.evidence.meters.findings import Report
from adit.evidence.meters.layout import Readings
from adit.evidence.meters.meter import Meter
from adit.evidence.sources.readings import Checked, read_readings

NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


def written(folder: Path, text: str, name: str = "readings.csv", encoding: str = "utf-8") -> Path:
    """A file of these lines, without what the lines are indented by."""
    path = folder / name
    path.write_bytes("".join(f"{line.strip()}\n" for line in text.strip().splitlines()).encode(encoding))
    return path


def checked(*files: Path, meters: tuple[Meter, ...] = (), **how: Any) -> tuple[Readings, Checked]:
    return read_readings(files, How(**how), now_s=NOW, meters=meters, report=Report(keep=1000))


def told(found: Checked) -> list[tuple[str, int, str]]:
    """The kind, the row and the value of every finding."""
    return [(f.kind, f.row, f.value) for f in found.report.findings]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def rows(readings: Readings) -> list[tuple[str, str, str, int]]:
    """Meter, begin, end and watt-hours of each reading, the times in UTC."""
    return [
        (
            readings.meters[m],
            *(datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%d %H:%M") for s in (a, b)),
            int(wh),
        )
        for m, a, b, wh in zip(
            readings.meter.tolist(), readings.start_s.tolist(), readings.end_s.tolist(), readings.energy_wh, strict=True
        )
    ]
