"""Opens the demonstration that stands in a folder, and has it built where there is none."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from adit.desk.demo.clock import MORNING, Moving
from adit.desk.demo.story import build
from adit.desk.office import Office, Settings, open_office
from adit.journal import store as journal
from adit.terms.errors import BadInput

__all__ = ["open_demo"]


def open_demo(folder: Path, url: str, *, progress: Callable[[str], None] = lambda _: None) -> Office:
    """Open the demonstration in the folder, building it where it is not there yet."""
    marker = folder / "demo.json"
    clock = Moving()
    if marker.is_file():
        built = datetime.fromisoformat(json.loads(marker.read_text(encoding="utf-8"))["built"])
        clock.real = _going_on(built)
        return open_office(_settings(folder, url), clock=clock)
    progress("starting a database")
    office = open_office(_settings(folder, url), clock=clock)
    with office.reading() as connection:
        begun = journal.size(connection) > 0
    if begun:
        office.close()
        raise BadInput(
            "Building the demonstration was cut off half-way.",
            where=str(folder),
            todo="Remove the folder and begin anew.",
        )
    build(office, clock, progress)
    built = datetime.now(UTC)
    clock.real = _going_on(built)
    marker.write_text(json.dumps({"built": built.isoformat()}), encoding="utf-8")
    return office


def _going_on(built: datetime) -> Callable[[], datetime]:
    return lambda: MORNING + (datetime.now(UTC) - built)


def _settings(folder: Path, url: str) -> Settings:
    return Settings(
        folder,
        os.environ.get("ADIT_DATABASE", ""),
        url=url,
        address="Москва, Примерная ул., 1",
        log_name="adit-demonstration",
        demo=True,
    )
