"""Puts the typical case of one place, sector and month to the acts that speak there: to the first, and where that is silent to the one behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from adit.lab.facts import case_of
from adit.lab.law_columns_asked import Asked, Asker
from adit.lab.places import Behaviour, Part, Place, Rates
from adit.terms.days import Period

__all__ = ["Asking", "Heard", "Told", "allowed", "ask", "case_for", "heard", "usd"]

# Of a single day. Hours within a day, such as closed peak hours, have a column of their own.
_RUNS = {"yes": 1.0, "after registration": 1.0, "no": 0.0, "part of the period": 1.0}


@dataclass(frozen=True, slots=True)
class Asking:
    """One month of one sector: whom each question goes to, in order, for what, and by which assumptions."""

    askers: Callable[[str], tuple[Asker, ...]]
    place: Place
    part: Part
    sector: str
    month: Period
    behaviour: Behaviour
    rates: Rates


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and the act that gave it."""

    asker: Asker
    asked: Asked

    @property
    def value(self) -> object:
        return self.asked.value

    @property
    def number(self) -> Decimal | None:
        """The answer to a question for an amount; None where nothing was said."""
        return self.asked.value if isinstance(self.asked.value, Decimal) else None


@dataclass(frozen=True, slots=True)
class Heard:
    """What an origin is made of: the answers; or, where no act was asked, words."""

    told: tuple[Told, ...]
    said: str = ""


def heard(*told: Told) -> Heard:
    """The answers that were spoken, or the first silence."""
    return Heard(tuple(t for t in told if t.value is not None) or told[:1])


def case_for(
    asking: Asking, asker: Asker, question: str, energy: Decimal | None, *, new: bool = False
) -> dict[str, Any]:
    """The case for a question of an act. One that counts in other money than the place is told prices in its own."""
    own, theirs = asking.place.currency, str(asker.regime.currency)
    month = asking.month.start
    factor = 1.0 if theirs in (own, "money") else asking.rates.of(theirs, month) / asking.rates.of(own, month)
    wanted = asker.reads(question)
    return case_of(
        asking.place, asking.part, asking.sector, asking.month, wanted, new=new, energy=energy, price_factor=factor
    )


def ask(asking: Asking, question: str, energy: Decimal | None = None) -> Told:
    """The first answer that is spoken, or the silence of the first act."""
    silence: Told | None = None
    for asker in asking.askers(question):
        facts = case_for(asking, asker, question, energy) if question in asker.regime.rules else {}
        told = Told(asker, asker.ask(question, facts, asking.month))
        if told.value is not None:
            return told
        silence = silence or told
    assert silence is not None, "an act is asked, or the cell is free"
    return silence


def allowed(asking: Asking, energy: Decimal | None, *, new: bool) -> tuple[float, Heard]:
    """The share of the month in which the site may run; a month that is banned in part, or perhaps, is asked day by day."""
    silence: Told | None = None
    for asker in asking.askers("may_mine"):
        facts = case_for(asking, asker, "may_mine", energy, new=new)
        told = Told(asker, asker.ask("may_mine", facts, asking.month))
        if told.value is None:
            silence = silence or told
            continue
        if told.value != "part of the period" and not asker.banned_in_part("may_mine", facts, asking.month):
            return _share(asking, told, facts, asking.month), heard(told)
        shares = []
        for n in range(asking.month.days):
            first = asking.month.start + timedelta(days=n)
            day = Period(first, first + timedelta(days=1))
            shares.append(_share(asking, Told(asker, asker.ask("may_mine", facts, day)), facts, day))
        return sum(shares) / len(shares), heard(told)
    assert silence is not None, "an act is asked, or the cell is free"
    return 1.0, heard(silence)  # what no act speaks of, none forbids


def usd(asking: Asking, told: Told) -> float:
    """An amount of money of the act, in dollars at the rate of the month; nothing where nothing was said."""
    if told.number is None:
        return 0.0
    stated = str(told.asker.regime.currency)
    return float(told.number) / asking.rates.of(
        asking.place.currency if stated == "money" else stated, asking.month.start
    )


def _share(asking: Asking, told: Told, facts: Mapping[str, Any], period: Period) -> float:
    if told.value is None:
        return 1.0
    if told.value == "undecided":
        why = told.asker.ask("why_barred", facts, period).value
        return 1.0 - asking.behaviour.of("undecided_is_barred", str(why))
    if told.value == "after registration" and asking.sector == "household":
        return 0.0  # it would be a household no more
    return _RUNS[str(told.value)]
