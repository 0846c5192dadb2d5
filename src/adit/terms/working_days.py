"""Working days of a state, for deadlines that are counted in them. A year whose days off are not known raises, and is never guessed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from adit.terms.errors import BadInput

__all__ = ["after_working_days", "is_working_day"]

_TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class _Year:
    off: frozenset[date]
    worked: frozenset[date]


@cache
def _years() -> Mapping[tuple[str, int], _Year]:
    table: dict[str, dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        (state, int(year)): _Year(frozenset(row["off"]), frozenset(row["worked"]))
        for state, years in table.items()
        for year, row in years.items()
    }


def is_working_day(day: date, state: str = "RU") -> bool:
    """Whether the day is worked in the state (ISO 3166). Raises BadInput for a year whose days off are not known."""
    year = _years().get((state, day.year))
    if year is None:
        raise BadInput(
            f"The days off of {state} in {day.year} are not known.",
            where="terms/working_days.toml",
            todo=f"Add the table [{state}.{day.year}] with its days off and the Saturdays that are worked, from the decree.",
        )
    return day in year.worked or (day.weekday() < 5 and day not in year.off)


def after_working_days(day: date, count: int, state: str = "RU") -> date:
    """The last day of a term of so many working days that begins on the day after this one. `count` is at least 1."""
    if count < 1:
        raise BadInput(f"A term of {count} working days is none.", todo="Give at least one day.")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, state)
    return day
