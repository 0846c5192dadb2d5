"""What would have to be different: the single facts of a case of which another value alone gives a wanted answer.

Needs z3, so it is imported only where somebody asks. Not for changes of two facts at once, nor of the law (`reform`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.decision.gathering import gather
from adit.regime.act import Regime
from adit.regime.binding import type_of_field
from adit.regime.explain import unit_text
from adit.regime.golden import shown
from adit.regime.readers.case import Case, evaluate
from adit.regime.readers.proof import what_if as changes_of
from adit.regime.types import Bool, Number, Word
from adit.terms.days import Period, day_number, parse_day
from adit.terms.errors import BadInput, MissingFact, UnknownName
from adit.terms.fields import facts as all_facts
from adit.terms.fields import scaled_decimal

__all__ = ["Difference", "what_if"]

SAYS_NOTHING = "does not say"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact, as people write it: what it is and what it would have to be. None: not given."""

    fact: str
    unit: str
    now: Any
    then: Any


def what_if(
    regime: Regime,
    given: Mapping[str, object],
    period: Period,
    question: str,
    wanted: str,
    *,
    earlier: Sequence[tuple[Period, Mapping[str, object]]] = (),
    known: date | None = None,
) -> list[Difference] | None:
    """The single changes that give the wanted answer, smallest first; None: it is the answer already.

    Of a number the nearest value on either side is told. Where the region changes, the municipality is left open.
    Raises UnknownName, BadInput or MissingFact for what cannot be asked, NotDecided where z3 needs longer than it may.
    """
    target = _read(regime, question, wanted)
    needed = [regime.facts_for(question)]
    facts = gather(given, needed, period).facts
    missing = sorted(regime.required_facts(question) - facts.keys())
    if missing:
        raise MissingFact(question, missing)
    past = tuple((p, gather(dict(given) | dict(f), needed, p).facts) for p, f in earlier)
    if evaluate(regime, Case(period, facts, past), known).answer(question) == target:
        return None
    found = changes_of(regime, facts, question, target, period, earlier=past, known=known)
    return [_told(regime, c.fact, c.now, c.then) for c in found]


def _told(regime: Regime, fact: str, now: Any, then: Any) -> Difference:
    kind = type_of_field(all_facts()[fact], regime.currency)
    a, b = (None if v is None else shown(v, kind) for v in (now, then))
    return Difference(fact, unit_text(kind), a, b)


def _read(regime: Regime, question: str, wanted: str) -> Any:
    """The wanted answer in the form in which rules hold it."""
    if question in regime.silent:
        raise BadInput(f"{regime.id} never answers {question}: {regime.silent[question]}", todo="Ask another question.")
    kind = regime.rule(question).type
    text = wanted.strip()
    if text == SAYS_NOTHING:
        return None
    if isinstance(kind, Bool):
        if text not in ("yes", "no"):
            raise BadInput(f"{question} is answered with yes or no, not '{wanted}'.", todo="Write --what-if yes.")
        return text == "yes"
    if isinstance(kind, Number):
        return scaled_decimal(text, kind.places, question)
    if isinstance(kind, Word):
        if kind.words and text not in kind.words:
            raise UnknownName(f"answer to {question}", text, kind.words)
        return text
    return day_number(parse_day(text))
