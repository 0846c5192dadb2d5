"""What `adit law check` proves of an act instead of trying it; needs z3, so it is imported only where proofs are wanted.

Proved for the days on which the act changes, each as one day and as 31 days. Not here: how a question is put to z3
(`readers.proof`).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from adit.regime.act import Regime, Rule
from adit.regime.binding import type_of_field
from adit.regime.check import Finding, case_text, turning_days
from adit.regime.golden import shown
from adit.regime.readers import proof
from adit.regime.readers.case import Case, evaluate
from adit.regime.tree import NextMonth, PeriodDays, PeriodStart, Unless, walk
from adit.regime.types import Number
from adit.terms.days import Period
from adit.terms.errors import Conflict, NotDecided, NotInForce
from adit.terms.fields import facts, spoken

__all__ = ["Proofs"]

LENGTHS = (1, 31)
DUES = {"tax", "levy"}  # words in the name of a rule that say what is owed
CLIFF = 1000  # in whole units of the currency: smaller jumps are not worth telling


class Proofs:
    """The proofs of one act: what was found, and what was not decided in the seconds allowed for each question."""

    def __init__(self, regime: Regime, *, seconds: float = 1.0, days: list[date] | None = None) -> None:
        self.regime = regime
        self.seconds = seconds
        self.days = turning_days(regime) if days is None else days
        self.periods = [Period(d, d + timedelta(days=n)) for d in self.days for n in LENGTHS]
        self.open: list[str] = []  # what was not decided
        self.sound = True  # no rule was found that cannot decide a case
        self.taxes: list[str] = []  # that were proved never to fall
        self.cliffs: list[str] = []  # jumps of a tax in the law of the last day, in words
        self.unsearched: list[str] = []  # where cliffs were not looked for to the end

    def findings(self, step: Callable[[str], None] = lambda _: None) -> Iterator[Finding]:
        """Clashes, values used out of force, taxes that fall: each with its case."""
        failing: set[str] = set()
        for n, (name, rule) in enumerate(self.regime.rules.items(), 1):
            step(f"proofs, rule {n} of {len(self.regime.rules)}")
            if any(r.name in failing for r in self.regime.rules_for(name)):
                continue  # told at the rule below
            found = [*self._clashes(rule), *self._out_of_force(rule)]
            if found:
                failing.add(name)
                self.sound = False
            yield from found
            if self._is_tax(rule):
                yield from self._falls(rule)
                self._jumps(rule)

    def reached(self, rule: Rule, branch: int) -> bool | None:
        """Whether a case reaches the branch; None where it was not decided in time."""
        try:
            for period in self._periods(rule):
                if proof.reachable(self.regime, rule.name, branch, period, seconds=self.seconds) is not None:
                    return True
        except NotDecided as error:
            self.open.append(error.what)
            return None
        return False

    def said(self) -> str:
        """In a sentence: what was proved, and for when; what was not decided."""
        text = (
            f"Proved with z3 for {self.span}{'' if self.sound else ', findings apart'}: every rule decides every case, "
            "without a clash or a value that is not in force. Each branch was reached by a case or proved out of reach."
        )
        if self.taxes:
            text += f" No tax falls as income rises, in a first period: {', '.join(self.taxes)}."
        if self.unsearched:
            text += f" Cliffs were not searched to the end in {self.seconds:g} s of {', '.join(self.unsearched)}."
        if self.open:
            text += f" Not decided in {self.seconds:g} s: {len(self.open)}, the first: {self.open[0]}"
        return text

    @property
    def span(self) -> str:
        """The days that the proofs cover."""
        days = "1 day" if len(self.days) == 1 else f"{len(self.days)} days"
        return f"{days} on which the act may change, each as one day and as {LENGTHS[1]} days"

    # ------------------------------------------------------------------------------------------------------------
    def _periods(self, rule: Rule) -> Iterator[Period]:
        """The periods in which the law of this rule differs, each law once."""
        seen = set()
        for period in self.periods:
            law = self._law(rule, period)
            if law not in seen:
                seen.add(law)
                yield period

    def _law(self, rule: Rule, period: Period) -> tuple[Any, ...]:
        """What the rule and those below it read of the act in a period."""
        below = self.regime.rules_for(rule.name)
        law: list[Any] = []
        for name in sorted(frozenset[str]().union(*(r.values for r in below))):
            value = self.regime.values[name]
            law.append(period if value.kind == "bans" else id(value.on(period.start, self.regime.counts)))
        nodes = [type(n) for r in below for n in walk(r.tree)]
        if PeriodDays in nodes:
            law.append(period.days)
        if PeriodStart in nodes or NextMonth in nodes:
            law.append(period)
        return tuple(law)

    def _clashes(self, rule: Rule) -> Iterator[Finding]:
        if not any(isinstance(n, Unless) and not n.ordered and len(n.exceptions) > 1 for n in walk(rule.tree)):
            return
        told: set[tuple[str, str]] = set()
        for period in self._periods(rule):
            try:
                pairs = proof.overlaps(self.regime, rule.name, period, seconds=self.seconds)
            except NotDecided as error:
                self.open.append(error.what)
                continue
            for pair in pairs:
                if (pair.first, pair.second) not in told:
                    told.add((pair.first, pair.second))
                    yield Finding(
                        "conflict",
                        rule.where,
                        f"{rule.name} on {period}: '{pair.first}' and '{pair.second}' can both hold, and no law orders "
                        f"them. Proved; the case: {case_text(pair.facts)}.",
                        "Name the law that ranks them: unless(..., ordered_by=...).",
                    )

    def _out_of_force(self, rule: Rule) -> Iterator[Finding]:
        for period in self._periods(rule):
            try:
                case = proof.undecidable(self.regime, rule.name, period, seconds=self.seconds)
            except NotDecided as error:
                self.open.append(error.what)
                continue
            if case is None:
                continue
            try:
                evaluate(self.regime, Case(period, case)).answer(rule.name)
            except NotInForce as error:
                what = f"{rule.name} on {period}: {error.what} Proved; the case: {case_text(case)}."
                yield Finding("not in force", rule.where, what, error.todo)
                return
            except Conflict:
                continue  # told with its exceptions

    def _is_tax(self, rule: Rule) -> bool:
        in_money = isinstance(rule.type, Number) and rule.type.unit == self.regime.currency
        return in_money and bool(DUES & set(rule.name.split("_")))

    def _bases(self, rule: Rule) -> list[str]:
        """The facts on which a tax is reckoned, of those that the rule rests on."""
        return [f for f in sorted(self.regime.facts_for(rule.name)) if facts()[f].total == "base"]

    def _jumps(self, rule: Rule) -> None:
        """Cliffs of the law of the last day on which the act changes: one smallest unit more, and much more is owed."""
        for fact in self._bases(rule):
            try:
                found = proof.cliffs(
                    self.regime, rule.name, fact, self.periods[-1], more_than=CLIFF, seconds=self.seconds
                )
            except NotDecided:
                self.unsearched.append(f"{rule.name} by {spoken(fact)}")
                continue
            kind = type_of_field(facts()[fact], self.regime.currency)
            self.cliffs += [
                f"{rule.name} jumps by {cliff.jump:,f} {self.regime.currency} as {spoken(fact)} passes "
                f"{shown(cliff.at, kind):,f}, in {self.periods[-1]}; the case: {case_text(cliff.facts)}."
                for cliff in found
            ]

    def _falls(self, rule: Rule) -> Iterator[Finding]:
        bases = self._bases(rule)
        if not bases:
            return
        assert isinstance(rule.type, Number)
        sound = True
        for fact in bases:
            for period in self._periods(rule):
                try:
                    pair = proof.monotone(self.regime, rule.name, fact, period, seconds=self.seconds)
                except NotDecided as error:
                    self.open.append(error.what)
                    sound = False
                    continue
                if pair is not None:
                    sound = False
                    yield self._fall(rule, fact, period, *pair)
                    break
        if sound:
            self.taxes.append(rule.name)

    def _fall(self, rule: Rule, fact: str, period: Period, less: dict[str, Any], more: dict[str, Any]) -> Finding:
        assert isinstance(rule.type, Number)
        answers = (evaluate(self.regime, Case(period, f)).answer(rule.name) for f in (less, more))
        a, b = (rule.type.shown(n) for n in answers)
        return Finding(
            "tax falls",
            rule.where,
            f"{rule.name} on {period} falls from {a:,} to {b:,} {self.regime.currency} as {case_text({fact: less[fact]})} becomes "
            f"{shown(more[fact], type_of_field(facts()[fact]))}. Proved; the case: {case_text(less)}.",
            "A step in the wrong direction, or an exemption: look at the brackets and branches.",
        )
