"""What a dated value of an act says, in the language of the page: its number with the unit, its words, its steps. Not for deciding by it."""

from collections.abc import Callable

from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.regime.types import Number
from adit.regime.values import Row, Value
from adit.terms.days import day_of
from adit.terms.language import unit_in
from adit.terms.units import ONE, Unit

__all__ = ["content_in"]

_FROM, _ABOVE = N_("from {limit}: {amount}"), N_("above {limit}: {amount}")


def content_in(value: Value, row: Row, words: Words) -> str:
    """One line. Bans and spans of hours are told as the act has them."""
    amount, by = _amount(value.unit, value.places, words), _amount(value.by, value.by_places, words)
    match value.kind:
        case "number":
            return amount(row.value)
        case "yes or no":
            return words.gettext("yes") if row.value else words.gettext("no")
        case "day":
            return words.day(day_of(row.value))
        case "list":
            return ", ".join(sorted(words.word(value.name, word) for word in row.value))
        case "table":
            return "; ".join(f"{words.word(value.name, key)} {amount(count)}" for key, count in row.value.items())
        case "brackets":
            rate = by if value.by != ONE else _percent(value.by_places, words)
            steps = ((_ABOVE, amount(b.above), rate(b.rate)) for b in row.value)
        case "bands":
            steps = ((_FROM if b.inclusive else _ABOVE, by(b.start), amount(b.value)) for b in row.value)
        case _:
            return value.content(row)
    return "; ".join(words.gettext(message, limit=limit, amount=count) for message, limit, count in steps)


def _amount(unit: Unit, places: int, words: Words) -> Callable[[int], str]:
    """How a whole count of the last place is told, with its unit."""
    kind = Number(unit, places, 0, 0)
    after = f"\N{NO-BREAK SPACE}{unit_in(str(unit), words.language)}" if unit != ONE else ""
    return lambda count: f"{words.number(kind.shown(count))}{after}"


def _percent(places: int, words: Words) -> Callable[[int], str]:
    kind = Number(ONE, places, 0, 0)
    return lambda count: f"{words.number(100 * kind.shown(count))}\N{NO-BREAK SPACE}%"
