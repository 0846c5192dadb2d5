"""What lies on disk beside the readings: the points, as a TOML file that can be read aloud, and lists of meters."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from adit.audit.undeclared.features import BY_NAME
from adit.audit.undeclared.score import Model, Term, check_model
from adit.evidence.sources.tables import CellError, Cells, day_in, decimal_of, given, read_table, text_of, true_or_false
from adit.terms.errors import BadInput

__all__ = [
    "read_groups",
    "read_labels",
    "read_loads",
    "read_meters",
    "read_model",
    "read_temperatures",
    "shipped_model",
    "write_model",
]

Key = TypeVar("Key")
Value = TypeVar("Value")
HEAD = """# Points of each figure for the score of undeclared mining. Above a border the next number counts; a figure pushes in one way alone.
# 100 points are a factor of e in the odds of the population that the points were fitted on.
"""


def shipped_model() -> Model:
    """The points that come with Adit."""
    place = files("adit.audit.undeclared") / "points.toml"
    return _model(place.read_text(encoding="utf-8"), "points.toml")


def read_model(file: Path) -> Model:
    """Points of one's own. Raises BadInput."""
    try:
        return _model(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError as error:
        raise BadInput("There is no such file.", where=str(file), todo="Give a file that --fit has written.") from error


def write_model(model: Model, file: Path) -> None:
    """Write the points, whole or not at all."""
    lines = [HEAD, "[provenance]"]
    lines += [f"{name} = {_quoted(text)}" for name, text in model.provenance.items()]
    lines += ["", "[score]", f"base = {model.base}"]
    for term in model.terms:
        feature = BY_NAME[term.feature]
        lines += ["", f"[terms.{term.feature}]  # {feature.title}, {feature.unit}: {feature.meaning}"]
        lines += [f"borders = {list(term.borders)}", f"points  = {list(term.points)}"]
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def read_meters(file: Path) -> frozenset[str]:
    """A list of meters: meter_id. Raises BadInput."""
    return frozenset(read_table(file, ["meter_id"]).read_all(lambda cells: given(cells, "meter_id", text_of)))


def read_groups(file: Path) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Of each meter its peers (`group`: tariff, heating, region) and its owner, address or feeder (`pool`); either column may be absent."""
    table = read_table(file, ["meter_id"])
    if "group" not in table.columns and "pool" not in table.columns:
        raise BadInput("The file has neither group nor pool.", where=str(file), todo="Add one of the columns.")
    rows = _once(
        file,
        table.read_all(
            lambda cells: (given(cells, "meter_id", text_of), (cells.get("group", ""), cells.get("pool", "")))
        ),
    )
    return {m: group for m, (group, _) in rows.items()}, {m: pool for m, (_, pool) in rows.items()}


def read_loads(file: Path) -> Mapping[str, int]:
    """A known load of each meter that runs all the time, in watts: meter_id, power_kw. Raises BadInput."""

    def row(cells: Cells) -> tuple[str, int]:
        kw = given(cells, "power_kw", decimal_of)
        if not 0 < kw <= 1_000_000:
            raise CellError("power_kw", f"{kw} kW is no load")
        return given(cells, "meter_id", text_of), int(kw * 1000)

    return _once(file, read_table(file, ["meter_id", "power_kw"]).read_all(row))


def read_labels(file: Path) -> Mapping[str, bool]:
    """What inspections found: meter_id, mining (true or false). Raises BadInput."""
    columns = ["meter_id", "mining"]
    return _once(
        file,
        read_table(file, columns).read_all(
            lambda cells: (given(cells, "meter_id", text_of), given(cells, "mining", true_or_false))
        ),
    )


def read_temperatures(file: Path) -> Mapping[date, float]:
    """The mean temperature of each day: day, temperature_c. Raises BadInput."""

    def row(cells: Cells) -> tuple[date, float]:
        degrees = given(cells, "temperature_c", decimal_of)
        if not -90 <= degrees <= 60:
            raise CellError("temperature_c", f"{degrees} is no temperature in degrees Celsius")
        return given(cells, "day", day_in), float(degrees)

    return _once(file, read_table(file, ["day", "temperature_c"]).read_all(row))


def _once(file: Path, rows: Sequence[tuple[Key, Value]]) -> dict[Key, Value]:
    found = dict(rows)
    if len(found) < len(rows):
        [(twice, _)] = Counter(key for key, _ in rows).most_common(1)
        raise BadInput(f"{twice} stands there twice.", where=str(file), todo="Give each of them one line.")
    return found


def _model(text: str, where: str) -> Model:
    try:
        content = tomllib.loads(text)
        terms = tuple(
            Term(name, tuple(float(b) for b in term["borders"]), tuple(int(p) for p in term["points"]))
            for name, term in content["terms"].items()
        )
        made = Model(int(content["score"]["base"]), terms, {k: str(v) for k, v in content["provenance"].items()})
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"This is no table of points: {error}", where=where, todo="Write one with `adit meters scan --fit`."
        ) from error
    return check_model(made, where)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
