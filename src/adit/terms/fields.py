"""The one dictionary of columns: every fact a rule may use and every question a regime is asked.

Tables, command line and documents are made from `fields.csv`, so that they cannot part.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from adit.terms.days import day_number, parse_clock, parse_day
from adit.terms.errors import BadInput, UnknownName
from adit.terms.language import Wording
from adit.terms.places import municipality_keys, region_codes

__all__ = [
    "Field",
    "facts",
    "field",
    "naming",
    "presumed",
    "questions",
    "read_fact",
    "scaled_decimal",
    "spoken",
    "written",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, what it holds, and for a fact what is presumed when nobody says."""

    name: str
    role: str  # fact, question
    kind: str  # number, yes or no, word, day
    unit: str
    decimals: int
    low: int  # whole counts of the smallest place
    high: int
    words: tuple[str, ...]
    required: bool
    presumed: str  # empty: nothing is presumed
    total: str  # of an answer over many rows: sum, year (the last period of each year), or empty: it does not add up; of a fact: base of a tax
    description: str


@cache
def _all() -> dict[str, Field]:
    lists = {"@regions": region_codes(), "@municipalities": ("", *municipality_keys())}
    result: dict[str, Field] = {}
    with (Path(__file__).parent / "fields.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            decimals = int(row["decimals"] or 0)
            words = lists.get(row["words"]) or tuple(w for w in row["words"].split("|") if w)
            result[row["name"]] = Field(
                row["name"], row["role"], row["kind"], row["unit"] or "1", decimals,
                int(row["min"] or 0) * 10**decimals, int(row["max"] or 0) * 10**decimals,
                words, row["presence"] != "optional", row["presumed"], row["total"], row["description"],
            )  # fmt: skip
    return result


@cache
def facts() -> Mapping[str, Field]:
    """Every fact that a rule may use, by name."""
    return {name: f for name, f in _all().items() if f.role == "fact"}


@cache
def questions() -> Mapping[str, Field]:
    """Every question that each regime answers, in the order in which people ask them."""
    return {name: f for name, f in _all().items() if f.role == "question"}


_UNIT_ENDINGS = (
    "_kwh_per_month", "_hours_per_month", "_rub_per_year", "_rub_per_kwh", "_rub_per_btc", "_twh_per_year", "_per_kwh",
    "_rub", "_btc", "_kwh", "_kw", "_ft", "_per_year",
)  # fmt: skip


def spoken(name: str) -> str:
    """A column's name as people say it: words, without the unit, which stands after the number."""
    for ending in _UNIT_ENDINGS:
        name = name.removesuffix(ending)
    return name.replace("_rub_", "_").replace("_", " ")


def written(text: str, names: Iterable[str]) -> str:
    """The name among `names` that is said like this, `may mine` for may_mine; the text itself if none or several are."""
    plain = text.strip().replace("_", " ").casefold()
    found = [n for n in names if plain in (n.replace("_", " ").casefold(), spoken(n).casefold())]
    return found[0] if len(found) == 1 else text


def field(name: str) -> Field:
    """The field of this name. Raises UnknownName with the nearest ones."""
    try:
        return _all()[name]
    except KeyError:
        raise UnknownName("field", name, _all()) from None


MOST_DIGITS = 40  # before the point: more is a slip of the pen in any unit
EXACT = Context(prec=5000)


def scaled_decimal(text: str, decimals: int, name: str) -> int:
    """The number as a whole count of its smallest place. Raises BadInput for text, for too many places."""
    try:
        number = Decimal(text.replace(" ", "").replace("_", ""))
    except InvalidOperation:
        raise BadInput(f"{name} = '{text}' is not a number.", todo="Write digits with a point: 6000.5") from None
    if not number.is_finite():
        raise BadInput(f"{name} = '{text}' is not a number.")
    if number.adjusted() > MOST_DIGITS:
        raise BadInput(f"{name} = {text[:20]}... is out of range.", todo=f"It may have {MOST_DIGITS} digits at most.")
    count = number.scaleb(decimals, EXACT)
    if count != count.to_integral_value():
        raise BadInput(
            f"{name} = {text} has more than {decimals} decimal places.", todo="Round it before, where you can say how."
        )
    return int(count)


def read_fact(name: str, value: object) -> int | bool | str:
    """A fact as given by a person (TOML, flag, cell) in the form in which rules hold it.

    Numbers become whole counts of the field's smallest place. Raises BadInput or UnknownName with the name of the fact.
    """
    known = facts()
    if name not in known:
        raise UnknownName("fact", name, known)
    f = known[name]
    match f.kind:
        case "yes or no":
            if isinstance(value, bool):
                return value
            lowered = str(value).strip().lower()
            if lowered in ("yes", "true", "1", "no", "false", "0"):
                return lowered in ("yes", "true", "1")
            raise BadInput(f"{name} = '{value}' is neither yes nor no.", todo="Write yes or no.")
        case "number":
            if isinstance(value, bool | float):
                raise BadInput(
                    f"{name} = {value} is not an exact number.",
                    todo=f'Write it in digits, with at most {f.decimals} decimals, in quotes if need be: "{value}".',
                )
            clock = parse_clock(str(value)) if f.unit == "min" else None
            count = scaled_decimal(str(value), f.decimals, name) if clock is None else clock
            if not f.low <= count <= f.high:
                low, high = (Decimal(n).scaleb(-f.decimals) for n in (f.low, f.high))
                problem = "is below zero" if count < 0 == f.low else "is out of range"
                raise BadInput(
                    f"{name} = {value} {f.unit} {problem}.", todo=f"It must lie between {low:,} and {high:,} {f.unit}."
                )
            return count
        case "day":
            return day_number(parse_day(str(value)))
    word = str(value)
    if f.words and word not in f.words:
        raise UnknownName(f"{name}", word, f.words)
    return word


def presumed(names: Iterable[str]) -> dict[str, int | bool | str]:
    """What is presumed of these facts when nobody says, for those of which something is presumed."""
    known = facts()
    return {n: _presumption(n) for n in names if known[n].presumed or n == "municipality"}


@cache
def _presumption(name: str) -> int | bool | str:
    return read_fact(name, facts()[name].presumed)


# Names in other languages -----------------------------------------------------------------------------------------
@cache
def naming(language: str) -> Wording:
    """What columns and their words are called: in English as they are said, else by `fields_<language>.csv`.

    A line of the file without a word names the column, one with a word that word of it.
    """
    if language == "en":
        return Wording({name: spoken(name) for name in _all()})
    names: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    with (Path(__file__).parent / f"fields_{language}.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            (words.setdefault(row["name"], {}) if row["word"] else names)[row["word"] or row["name"]] = row["spoken"]
    return Wording(names, words)
