"""What the columns of a table of readings are, by their names in English or Russian, and in which unit it counts.

A name that is not in the table, or a unit that no name states, is refused with what to say: nothing is guessed from the numbers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adit.terms.errors import BadInput

__all__ = ["LAYOUTS", "ROLES", "UNITS_WH", "Columns", "How", "columns_of"]

UNITS_WH = {"wh": 1, "kwh": 1000, "mwh": 1_000_000}
LAYOUTS = ("intervals", "registers", "wide")
ROLES = {
    "meter": "the meter's number",
    "start": "when an interval begins, or a register was read",
    "end": "when an interval ends",
    "clock": "the time of day, where start holds the day alone",
    "energy": "the energy of the interval",
    "register": "what the register shows, which only grows",
    "recorded": "when the reading was written down; the later one replaces the earlier",
}
_NAMES = {
    "meter": (
        "meter", "meter id", "id meter", "meterid", "meter no", "meter number", "meter serial", "serial", "serial number", "device", "device id",
        "lclid", "счетчик", "номер счетчика", "ид счетчика", "прибор учета", "номер прибора учета", "пу", "номер пу", "заводской номер", "зав номер",
        "точка учета", "код точки учета",
    ),
    "start": (
        "start", "from", "begin", "interval start", "period start", "timestamp", "date time", "datetime", "time stamp", "reading time", "read at", "ts", "tstp",
        "utc", "unix", "epoch", "начало", "начало периода", "начало интервала", "дата и время", "дата время", "дата показания", "период с",
    ),
    "end": (
        "end", "to", "until", "interval end", "period end", "конец", "конец периода", "конец интервала", "окончание", "окончание периода", "период по",
    ),
    "day": ("date", "day", "дата", "день"),
    "clock": ("time", "clock", "время", "час"),
    "energy": (
        "", "hh per half hour", "energy", "consumption", "usage", "used", "active energy", "value", "энергия", "активная энергия", "электроэнергия",
        "потребление", "потребленная энергия", "расход", "расход энергии", "объем",
    ),
    "register": (
        "register", "register reading", "meter reading", "cumulative", "counter", "index", "показание", "показания", "показание счетчика",
        "показания счетчика", "показания пу", "нарастающим итогом",
    ),
    "recorded": ("recorded", "recorded at", "received", "received at", "loaded at", "записано", "получено", "дата записи"),
}  # fmt: skip
_UNIT_WORDS = {
    "wh": "wh", "втч": "wh", "вт ч": "wh", "kwh": "kwh", "kw h": "kwh", "квтч": "kwh", "квт ч": "kwh", "mwh": "mwh", "mw h": "mwh", "мвтч": "mwh",
    "мвт ч": "mwh",
}  # fmt: skip
_POWER_WORDS = ("kw", "mw", "w", "квт", "мвт", "вт")
_SECONDS = ("s", "unix", "epoch")


@dataclass(frozen=True, slots=True)
class How:
    """How to read tables that do not say it themselves. What stands here goes before the names of columns."""

    zone: str = ""  # of times without an offset
    unit: str = ""  # a key of UNITS_WH
    columns: Mapping[str, str] = field(default_factory=dict)  # role -> name of the column
    length_s: int | None = None  # of each interval, where only one of its ends is given
    meter: str = ""  # the meter of a table that names none
    wide: bool = False  # a column for each meter
    rollover_wh: int | None = None  # where the register begins again at zero


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of one table is: a name for each role that it has, '' for those that it lacks."""

    layout: str  # one of LAYOUTS
    meter: str
    start: str
    end: str
    clock: str
    value: str  # the energy or the register; '' in a wide table
    recorded: str
    wide: tuple[str, ...]  # the columns of a wide table that are meters
    unit: str
    unit_from: str  # what says so
    utc: bool  # whether the name says that times without an offset are UTC
    seconds: bool  # whether times are counts of seconds since 1970
    ignored: tuple[str, ...]

    @property
    def factor_wh(self) -> int:
        return UNITS_WH[self.unit]


def columns_of(header: Sequence[str], how: How, where: str) -> Columns:
    """What the columns are. Raises BadInput where that cannot be said without guessing."""
    if len(set(header)) < len(header):
        twice = sorted({h for h in header if header.count(h) > 1})
        raise BadInput(f"The header repeats a column: {_listed(twice)}.", where=where, todo="Rename one of them.")
    roles = _roles(header, how, where)
    used = set(roles.values())
    rest = tuple(h for h in header if h not in used)
    if "start" not in roles and "end" not in roles:
        raise _lacks("a column of times", "start", header, where)
    if how.wide:
        return _wide(roles, rest, how, where)
    values = [role for role in ("energy", "register") if role in roles]
    if not values:
        raise BadInput(
            f"No column is named as energy or as a register: {_listed(header)}.",
            where=where,
            todo="Pass --column energy=NAME or --column register=NAME; pass --wide if each column is a meter.",
        )
    if len(values) == 2:
        raise BadInput(
            f"'{roles['energy']}' may be the energy of an interval and '{roles['register']}' a register.",
            where=where,
            todo=f"Pass --column energy='{roles['energy']}' or --column register='{roles['register']}'; the other is then left alone.",
        )
    [value] = values
    if "meter" not in roles and not how.meter:
        raise _lacks("a column of meters", "meter", header, where, "or --meter NUMBER if all readings are of one meter")
    if value == "register" and "start" not in roles:
        roles["start"] = roles.pop("end")  # a register is read at one moment
    if value == "energy" and not ("start" in roles and "end" in roles) and how.length_s is None:
        raise BadInput(
            f"'{roles.get('start') or roles.get('end')}' gives one end of an interval, and nothing says how long it is.",
            where=where,
            todo="Pass --length 1h, 30m or 15m, whichever it is, or name both ends with --column start=... and --column end=...",
        )
    unit, unit_from = _unit(roles[value], how, where)
    return _made("intervals" if value == "energy" else "registers", roles, roles[value], (), unit, unit_from, rest)


def _wide(roles: dict[str, str], rest: tuple[str, ...], how: How, where: str) -> Columns:
    rest = tuple(h for h in (*rest, *(roles.pop(r) for r in ("meter", "energy", "register") if r in roles)))
    if how.length_s is None and not ("start" in roles and "end" in roles):
        raise BadInput(
            "A wide table has one time a row, and nothing says how long its intervals are.",
            where=where,
            todo="Pass --length 1h, 30m or 15m.",
        )
    if not rest:
        raise BadInput("The table has no column beside the time.", where=where, todo="Give a column for each meter.")
    if not how.unit:
        raise BadInput(
            "Nothing says in which unit a wide table counts.", where=where, todo="Pass --unit wh, kwh or mwh."
        )
    return _made("wide", roles, "", rest, how.unit, "--unit", ())


def _made(
    layout: str, roles: Mapping[str, str], value: str, wide: tuple[str, ...], unit: str, unit_from: str, rest: tuple[str, ...]
) -> Columns:  # fmt: skip
    words = set(_words(roles.get("start") or roles["end"]))
    return Columns(
        layout=layout, meter=roles.get("meter", ""), start=roles.get("start", ""), end=roles.get("end", ""), clock=roles.get("clock", ""),
        value=value, recorded=roles.get("recorded", ""), wide=wide, unit=unit, unit_from=unit_from,
        utc="utc" in words or "gmt" in words, seconds=not words.isdisjoint(_SECONDS), ignored=rest,
    )  # fmt: skip


def _roles(header: Sequence[str], how: How, where: str) -> dict[str, str]:
    """The column of each role: those that are named first, then those that the table of names knows."""
    roles = dict(how.columns)
    for role, name in roles.items():
        if role not in ROLES:
            raise BadInput(f"There is no role '{role}'.", todo=f"Roles are {', '.join(ROLES)}.")
        if name not in header:
            raise BadInput(f"There is no column '{name}'.", where=where, todo=f"The header has {_listed(header)}.")
    left_alone = {"energy": "register", "register": "energy"}
    for role, names in _NAMES.items():
        found = [h for h in header if h not in how.columns.values() and _base(h) in names]
        if role in roles or left_alone.get(role) in how.columns or not found:
            continue
        if len(found) > 1:
            raise BadInput(
                f"Several columns may be {ROLES.get(role, 'the day')}: {_listed(found)}.",
                where=where,
                todo=f"Pass --column {role if role in ROLES else 'start'}=NAME.",
            )
        roles[role] = found[0]
    if how.meter:
        roles.pop("meter", None)
    day, clock = roles.pop("day", ""), "" if "clock" in how.columns else roles.pop("clock", "")
    if "start" not in roles and (day or clock):
        roles["start"] = day or clock  # 'time' alone is the whole time, beside 'date' the time of day
        if day and clock:
            roles["clock"] = clock
    return roles


def _unit(name: str, how: How, where: str) -> tuple[str, str]:
    """The unit in which a column counts, and what says so."""
    words = _words(name)
    said = {unit for spelling, unit in _UNIT_WORDS.items() if f" {spelling} " in f" {' '.join(words)} "}
    if len(said) > 1:
        raise BadInput(f"The name of '{name}' has two units.", where=where, todo="Rename it.")
    if how.unit and said and how.unit not in said:
        raise BadInput(
            f"'{name}' says {_the(said)}, and --unit says {how.unit}.",
            where=where,
            todo="Leave --unit out, or rename the column.",
        )
    if how.unit:
        return how.unit, "--unit"
    if said:
        return _the(said), f"the name '{name}'"
    if any(word in _POWER_WORDS for word in words):
        raise BadInput(
            f"'{name}' holds power, by its name, and no energy.",
            where=where,
            todo="Pass --unit wh, kwh or mwh if it does hold energy.",
        )
    raise BadInput(f"Nothing says in which unit '{name}' counts.", where=where, todo="Pass --unit wh, kwh or mwh.")


def _the(said: set[str]) -> str:
    [one] = said
    return one


def _lacks(what: str, role: str, header: Sequence[str], where: str, or_else: str = "") -> BadInput:
    return BadInput(
        f"The table has no column that is named as {what}: {_listed(header)}.",
        where=where,
        todo=f"Pass --column {role}=NAME{f', {or_else}' if or_else else ''}.",
    )


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold().replace("ё", "е").replace("_", " "))


def _base(name: str) -> str:
    """The name without its unit, and without what it says of UTC and seconds."""
    words = " ".join(_words(name))
    text = f" {words} "
    for spelling in _UNIT_WORDS:
        text = text.replace(f" {spelling} ", " ")
    has_unit = text.strip() != words
    bare = " ".join(w for w in text.split() if w not in ("utc", "gmt", *_SECONDS))
    return bare if bare or has_unit else words or "(blank)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(n[:60] or "(blank)" for n in names[:12]) + (", ..." if len(names) > 12 else "")
