"""Small systems of hours for the tests: known load and generation, written and read as a user's file would be."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from adit.evidence.sources.hourly_power import SystemHours


def system(load: list[float], generation: list[float], year: int = 2019, name: str = "Siberia") -> SystemHours:
    """One year: the hours given, over and over."""
    hours = 8784 if year % 4 == 0 else 8760
    return SystemHours(
        name, year, year, np.resize(np.array(load, float), hours), np.resize(np.array(generation, float), hours)
    )


def hours_file(
    file: Path, rows: list[tuple[str, int, str, str]] | None = None, hours: int = 48, header: str = ""
) -> Path:
    """A CSV of hours of Siberia from 2019-01-01; `rows` are put at the end as they are."""
    first = datetime(2019, 1, 1)  # noqa: DTZ001 - Moscow time, as the file has it
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header.split(",") if header else ["ts_msk", "ups_code", "consumption_mwh", "generation_mwh"])
        for k in range(hours):
            writer.writerow([(first + timedelta(hours=k)).isoformat(sep=" "), 610000, 20000 + k, 21000])
        writer.writerows(rows or [])
    return file
