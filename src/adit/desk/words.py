"""How numbers, days and names are written on a page: always with a unit, never with a guess."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = [
    "TONES",
    "Link",
    "btc",
    "day",
    "joined",
    "link",
    "mw",
    "mwh",
    "number",
    "part_day",
    "plural",
    "rub",
    "short_names",
    "titled",
    "tone",
    "whole_units",
]

TONES = {
    "yes": "yes",
    "no": "no",
    "partly": "yes, with a condition",
    "undecided": "undecided",
    "silent": "does not say",
}
NBSP = "\N{NO-BREAK SPACE}"
_SAT = Decimal(100_000_000)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?", re.IGNORECASE)


def tone(text: str) -> str:
    """The tone as one that has a sign of its own; one that we do not know is undecided, never yes."""
    return text if text in TONES else "undecided"


def number(value: int | Decimal) -> str:
    return f"{value:,}"


def mw(kw: int | None) -> str:
    """Kilowatts as megawatts with their unit; a capacity that is not reported stays so."""
    return "not reported" if kw is None else f"{_trimmed(Decimal(kw) / 1000)}{NBSP}MW"


def mwh(kwh: int) -> str:
    return f"{_trimmed(Decimal(kwh) / 1000)}{NBSP}MWh"


def btc(sat: int) -> str:
    return f"{sat / _SAT:,.8f}"


def rub(amount: Decimal) -> str:
    """Exact, as given: whole roubles stay whole, kopecks stay kopecks."""
    return f"{amount:,f}"


def day(on: date) -> str:
    return f"{on.day}{NBSP}{on:%B %Y}"


def part_day(text: str) -> str:
    """A day that a source gave as a year, a month or a day, as precise as it gave it."""
    parts = text.split("-")
    if len(parts) == 3:
        return day(date.fromisoformat(text))
    return (
        f"{date(int(parts[0]), int(parts[1]), 1):%B %Y}"
        if len(parts) == 2 and all(p.isdigit() for p in parts)
        else text
    )


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,}{NBSP}{one if count == 1 else many or one + 's'}"


def titled(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def joined(words: Sequence[str], last: str = "and") -> str:
    return ", ".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def short_names(ids: Sequence[str]) -> dict[str, str]:
    """Regimes in a word or two: `ru/central_bank_2022` is "central bank 2022"; the country only where there are several."""
    several = len({i.partition("/")[0] for i in ids if "/" in i}) > 1
    short = {i: (i if several else i.rpartition("/")[2]).replace("_", " ").replace("/", " ") for i in ids}
    return short if len(set(short.values())) == len(short) else {i: i for i in ids}


def whole_units(amount: str) -> str:
    """The amount with units that stay on one line: kWh/month is not broken at its stroke."""
    return amount.replace("/", "/\N{WORD JOINER}")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a statement was read. `href` is empty where the text is no address of the web."""

    href: str
    text: str


def link(source: str) -> Link:
    """An address as a link. Nothing but http and https ever becomes one."""
    if re.match(r"https?://[^\s/]", source, re.IGNORECASE):
        host = source.split("//", 1)[1].split("/", 1)[0]
        return Link(source, host.removeprefix("www."))
    if _DOMAIN.fullmatch(source):
        return Link(f"https://{source}", source.split("/", 1)[0])
    return Link("", source)


def _trimmed(value: Decimal) -> str:
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")
