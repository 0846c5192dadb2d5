"""Who this office is to the financial intelligence unit: read from `reporter.toml` in its folder, which the office writes once."""

import tomllib
from dataclasses import fields
from pathlib import Path

from adit.decision.suspicion.report import Reporter
from adit.terms.errors import BadInput

__all__ = ["FILE", "read_reporter"]

FILE = "reporter.toml"


def read_reporter(folder: Path) -> Reporter:
    """What the unit knows the office by. Raises BadInput that names the fields which are missing or unknown."""
    file = folder / FILE
    names = [f.name for f in fields(Reporter)]
    if not file.is_file():
        raise BadInput(
            "The office has not said who it is to the financial intelligence unit.", where=FILE,
            todo=f"Write {FILE} in the office's folder with {', '.join(names)}, each as text.",
        )  # fmt: skip
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"This is no TOML: {error}.", where=FILE) from error
    missing = [n for n in names if n not in said and n != "currency"]
    strange = [n for n in said if n not in names or not isinstance(said[n], str)]
    if missing or strange:
        what = [f"missing: {', '.join(missing)}"] if missing else []
        what += [f"unknown, or no text: {', '.join(strange)}"] if strange else []
        raise BadInput(f"{FILE} is not complete ({'; '.join(what)}).", where=FILE, todo=f"It holds {', '.join(names)}.")
    return Reporter(**said)
