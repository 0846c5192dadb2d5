"""The folder of a run: written beside itself and put in its place whole, so that a run that is stopped leaves nothing half-written."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np

from adit.engines.duckdb import connect, query
from adit.lab.results.monthly import QUANTILES, Figure
from adit.terms.errors import BadInput

__all__ = ["MANIFEST", "Draft", "check_free", "draft", "now", "read_draws", "read_manifest"]

MANIFEST = "manifest.json"
_ENOUGH = 6  # digits of a figure in a table


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder under way: what is written into it is nowhere until `publish`."""

    folder: Path
    partial: Path

    def text(self, name: str, text: str) -> None:
        """One text file."""
        file = self.partial / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """One table, as CSV and as Parquet."""
        file = self.partial / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([_cell(v) for v in row] for row in rows)
        _as_parquet(file)

    def figures(self, name: str, figures: Iterable[Figure]) -> None:
        """The figures by month."""
        header = ("month", "place", "sector", "measure", "unit", "mean", *(f"p{round(q * 100):02d}" for q in QUANTILES))
        self.table(
            name, header, ((f.month, f.place, f.sector, f.measure, f.unit, f.mean, *f.quantiles) for f in figures)
        )

    def publish(self) -> None:
        """Put the folder in its place; what an earlier run left there goes."""
        old = self.folder.with_name(f".{self.folder.name}.old")
        if self.folder.exists():
            self.folder.rename(old)
        self.partial.rename(self.folder)
        if old.exists():
            rmtree(old)

    def drop(self) -> None:
        """Take away what was written so far."""
        if self.partial.exists():
            rmtree(self.partial)


def check_free(folder: Path) -> None:
    """Raise BadInput where something else than a run of the lab stands there, or a file where a folder above it would be."""
    folder = folder.absolute()
    above = next(p for p in folder.parents if p.exists())
    other = folder.exists() and not (folder / MANIFEST).is_file() and (not folder.is_dir() or any(folder.iterdir()))
    if other or not above.is_dir():
        where = str(folder if above.is_dir() else above)
        raise BadInput("Something else stands there.", where=where, todo="Name another folder for --out.")


def draft(folder: Path) -> Draft:
    """An empty draft of a folder. Raises BadInput where it cannot be."""
    folder = folder.absolute()
    check_free(folder)
    found = Draft(folder, folder.with_name(f".{folder.name}.partial"))
    found.drop()
    found.partial.mkdir(parents=True)
    return found


def now() -> str:
    """The time of the clock, for the manifest."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_manifest(folder: Path, needed: Sequence[str] = ()) -> dict[str, Any]:
    """What a run was made with. Raises BadInput for a folder that holds none, or none with what is `needed`."""
    file = folder / MANIFEST
    if not file.is_file():
        raise BadInput(
            "This is no folder of a run.", where=str(folder), todo="Make one: adit lab run ru_law --out " + str(folder)
        )
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(
            f"The manifest cannot be read: {error}.", where=str(file), todo="Run the scenario again."
        ) from error
    lacking = [key for key in needed if not isinstance(found, dict) or key not in found]
    if lacking:
        raise BadInput(
            f"The manifest has no {lacking[0]}: another version of Adit made it, or somebody changed it.",
            where=str(file),
            todo="Run the scenario again.",
        )
    return dict(found)


def read_draws(folder: Path) -> dict[str, Any]:
    """The outcomes of each draw, by name."""
    rows = query("SELECT * FROM read_parquet(?) ORDER BY draw", [str(folder / "draws.parquet")])
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in (rows[0] if rows else {})}


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.{_ENOUGH}g}"
    return value


def _as_parquet(file: Path) -> None:
    target = str(file.with_suffix(".parquet")).replace("'", "''")
    source = str(file).replace("'", "''")
    with connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{source}', header=true)) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
