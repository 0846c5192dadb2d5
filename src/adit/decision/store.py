"""The folder of an assessment: each month whole or not at all, and a manifest that says whose months they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from adit.terms.errors import BadInput

__all__ = ["DECIDED", "REJECTED", "Counts", "RunFolder", "open_run"]

DECIDED, REJECTED = "decided", "rejected"
MANIFEST = "run.json"
WORK = ".work"  # what is under way; of no use to anyone after an interruption


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a month were decided and how many were not."""

    decided: int
    rejected: int


class RunFolder:
    """One run's months in a folder: `decided/period=2025-01/`, `rejected/period=2025-01/`, and `run.json` beside them."""

    def __init__(self, folder: Path, run: Mapping[str, Any], done: Mapping[str, Counts]) -> None:
        self.folder = folder
        self.run = dict(run)
        self.done = dict(done)

    def path(self, outcome: str, period: str = "") -> Path:
        """Where the months of an outcome stand, or one of them."""
        return self.folder / outcome / f"period={period}" if period else self.folder / outcome

    def work(self) -> Path:
        """An empty place for what is under way."""
        self.drop_work()
        (self.folder / WORK).mkdir(parents=True)
        return self.folder / WORK

    def drop_work(self) -> None:
        if (self.folder / WORK).exists():
            rmtree(self.folder / WORK)

    def publish(self, period: str, written: Mapping[str, Path], counts: Counts) -> None:
        """Put a month in its place, and only then say in the manifest that it is there."""
        for outcome in (DECIDED, REJECTED):
            place = self.path(outcome, period)
            if place.exists():  # left by a run that was interrupted between placing and saying
                rmtree(place)
            if outcome in written:
                place.parent.mkdir(exist_ok=True)
                written[outcome].rename(place)
        self.done[period] = counts
        self.save()

    def save(self) -> None:
        """Write the manifest, whole or not at all."""
        months = {p: {DECIDED: c.decided, REJECTED: c.rejected} for p, c in sorted(self.done.items())}
        partial = self.folder / f".{MANIFEST}.partial"
        partial.write_text(json.dumps({"run": self.run, "months": months}, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.folder / MANIFEST)


def open_run(folder: Path, run: Mapping[str, Any], *, fresh: bool = False) -> RunFolder:
    """The folder with the months that this same run has already written; `fresh` drops those of any run.

    Raises BadInput where the folder holds another run, or months that no run left.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        strangers = [name for name in (DECIDED, REJECTED) if (folder / name).exists()]
        if strangers:
            raise BadInput(
                f"There is already a '{strangers[0]}' here, and no {MANIFEST} that says which run left it.",
                where=str(folder),
                todo="Name another folder for --out.",
            )
        folder.mkdir(parents=True, exist_ok=True)
        opened = RunFolder(folder, run, {})
        opened.save()
        return opened
    if fresh:
        opened = RunFolder(folder, run, {})
        opened.save()  # before anything is dropped, so that the manifest never names a month that is gone
        for name in (DECIDED, REJECTED):
            if (folder / name).exists():
                rmtree(folder / name)
        return opened
    try:
        held = json.loads(manifest.read_text(encoding="utf-8"))
        theirs = held["run"]
        done = {p: Counts(c[DECIDED], c[REJECTED]) for p, c in held["months"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "The manifest cannot be read.",
            where=str(manifest),
            todo="Pass --fresh to drop what is here and begin anew.",
        ) from error
    for key in {**theirs, **run}:
        if theirs.get(key) != run.get(key):
            raise BadInput(
                f"Another run stands here ({key}: {_shown(theirs.get(key))}), not this one ({key}: {_shown(run.get(key))}).",
                where=str(folder),
                todo="Pass --fresh to drop it and begin anew, or name another folder for --out.",
            )
    opened = RunFolder(folder, run, {})
    opened.done = {p: c for p, c in done.items() if _stands(opened, p, c)}
    return opened


def _stands(run: RunFolder, period: str, counts: Counts) -> bool:
    return all(
        not rows or run.path(outcome, period).is_dir()
        for outcome, rows in ((DECIDED, counts.decided), (REJECTED, counts.rejected))
    )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
