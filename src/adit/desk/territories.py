"""Where mining is banned on a day, as the regime holds it by territory: for a map of regions, and for one place with what comes next.

What is told of a place is what the rules decide; the map shows the rows of the act themselves. Not for whether somebody may mine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adit.decision.ahead import turning_days
from adit.decision.decide import Answer, decide
from adit.regime.act import Regime
from adit.regime.values import EVERYWHERE, Ban, Row
from adit.register.records import Site
from adit.terms.days import Period
from adit.terms.language import day as day_in
from adit.terms.language import phrase
from adit.terms.places import municipalities

__all__ = ["Here", "Standing", "extent_in", "here", "standing", "through_in"]

VALUE, RULE = "territories", "territory"  # what the acts of Russia call the bans, and the rule that reads them
ONE_DAY = timedelta(days=1)
AHEAD = 400  # days in which a change is looked for


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands in a region on a day. `state`: all, part, season (banned each year, and not on this day), free. `rows`: the bans."""

    state: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Here:
    """How it stands at a place. `now`: banned, free, not certain. `since`: the first day of a ban that holds. `next`: what it turns to."""

    now: Answer
    since: date | None
    turns_on: date | None
    next: Answer | None


# Regions ----------------------------------------------------------------------------------------------------------
def standing(regime: Regime, region: str, day: date) -> Standing:
    """What the act says of a region on a day."""
    rows = tuple(_rows(regime, region, day))
    states = {_state(row.value, day) for row in rows}
    return Standing(next((s for s in ("all", "part", "season") if s in states), "free"), rows)


def _rows(regime: Regime, region: str, day: date) -> Iterator[Row]:
    value = regime.values.get(VALUE)
    for row in value.rows if value is not None else ():
        if row.status in regime.counts and row.stands_on(day) and row.value.region in (region, EVERYWHERE):
            yield row


def _state(ban: Ban, day: date) -> str:
    if ban.season is not None and not ban.season.covers(day):
        return "season"
    return "all" if ban.listed and not ban.municipalities else "part"


def extent_in(ban: Ban, language: str) -> str:
    """How far a ban reaches within its region, and when in the year: the whole region, 29 municipalities, a part that is not listed."""
    if ban.listed:
        count = len(ban.municipalities)
        part = phrase("municipalities", language, n=count) if count else phrase("whole region", language)
    else:
        part = phrase("unlisted part", language)
        for key, known in (("including", ban.municipalities), ("but not", ban.but_not)):
            if known:
                part += f", {phrase(key, language)} {', '.join(_names(ban.region, known, language))}"
    if ban.season is None:
        return part
    first, last = ban.season.first, ban.season.last
    span = [f"{d:02}.{m:02}" if language == "ru" else f"{m:02}-{d:02}" for m, d in (first, last)]
    return f"{part}, {phrase('season', language, first=span[0], last=span[1])}"


def _names(region: str, keys: frozenset[str], language: str) -> list[str]:
    names = {m.key: m.name_ru if language == "ru" else m.name_en for m in municipalities(region)}
    return sorted(names.get(k, k) for k in keys)


def through_in(row: Row, language: str) -> str:
    """The days for which a row stands: since 2025-04-07 through 2031-03-15."""
    last = f" {phrase('through', language)} {day_in(row.through, language)}" if row.through else ""
    return f"{phrase('since', language)} {day_in(row.first, language)}{last}"


# One place --------------------------------------------------------------------------------------------------------
def here(regime: Regime, site: Site, today: date) -> Here | None:
    """How it stands at a site today by the rules, and the first day on which that turns. None where the act bans no territories."""
    if RULE not in regime.rules:
        return None
    facts = {
        "region": site.region, "municipality": site.municipality, "isolated_generation": site.isolated_generation,
    }  # fmt: skip

    def on(day: date) -> Answer:
        return decide(regime, facts, Period(day, day + ONE_DAY), questions=(RULE,), known=day)[RULE]

    now = on(today)
    for day in turning_days(regime, today, AHEAD):
        then = on(day)
        if then.value != now.value:
            return Here(now, _since(regime, site, today, now.value), day, then)
    return Here(now, _since(regime, site, today, now.value), None, None)


def _since(regime: Regime, site: Site, today: date, value: Any) -> date | None:
    """The first of the days without a gap on which a ban has covered the place."""
    if value != "banned":
        return None
    first: date | None = None
    while starts := [
        _start(row, day) for day in [first - ONE_DAY if first else today] for row in _covering(regime, site, day)
    ]:
        first = min(starts)
    return first


def _covering(regime: Regime, site: Site, day: date) -> Iterator[Row]:
    for row in _rows(regime, site.region, day):
        ban: Ban = row.value
        if ban.covers(site.municipality) and (ban.season is None or ban.season.covers(day)):
            yield row


def _start(row: Row, day: date) -> date:
    """The day on which the row, or its season, began that runs on a day."""
    season = row.value.season
    if season is None:
        return row.first
    month, number = season.first
    begun = date(day.year - ((day.month, day.day) < season.first), month, number)
    return max(row.first, begun)
