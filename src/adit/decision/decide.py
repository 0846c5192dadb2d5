"""One case under one regime: each question answered with its reasons, or left open with what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adit import __version__
from adit.decision.gathering import LOOKED_UP, Gathered, gather
from adit.regime.act import Regime
from adit.regime.dates import as_of
from adit.regime.explain import explain, facts_summed, stated_fact
from adit.regime.explanation import Explanation, UsedFact
from adit.regime.readers.case import Case, Evaluation, evaluate
from adit.terms.days import Period
from adit.terms.errors import BadInput, MissingFact
from adit.terms.fields import questions as all_questions

__all__ = ["DOES_NOT_SAY", "MISSING", "Answer", "Decision", "Earlier", "Receipt", "decide"]

DOES_NOT_SAY = "does not say"
MISSING = "fact missing"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: spoken, silent (`silence` says why), or open for want of facts (`missing`)."""

    question: str
    explanation: Explanation | None
    silence: str
    missing: tuple[str, ...]

    @property
    def value(self) -> Any:
        """The answer as people write it, None where the act is silent or a fact is missing."""
        return self.explanation.answer if self.explanation else None

    @property
    def state(self) -> str:
        """'answered', 'does not say' or 'fact missing'."""
        if self.missing:
            return MISSING
        return DOES_NOT_SAY if self.value is None else "answered"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer was made with, so that it can be made again."""

    adit: str
    regime: str
    regime_digest: str
    regime_status: str
    period: str
    known: str
    decided: str  # the day of decision, where it is another than that of the law of the period
    engine: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The facts of an earlier period that the answers sum up."""

    period: Period
    facts: tuple[UsedFact, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """All the answers of a case, the facts with their origins, and the receipt."""

    regime: str
    title: str
    status: str
    period: Period
    answers: tuple[Answer, ...]
    origins: Mapping[str, str]
    receipt: Receipt
    asked: tuple[str, ...]  # the questions asked by name; empty: the whole vocabulary
    earlier: tuple[Earlier, ...]
    act: Regime = field(repr=False)
    origins_in_russian: Mapping[str, str] = field(repr=False)

    @property
    def simulated(self) -> bool:
        """Whether the regime is not in force, so that this decides no real case."""
        return self.status != "in force"

    def __getitem__(self, question: str) -> Answer:
        return next(a for a in self.answers if a.question == question)


def decide(
    regime: Regime,
    given: Mapping[str, object],
    period: Period,
    *,
    questions: Sequence[str] = (),
    earlier: Sequence[tuple[Period, Mapping[str, object]]] = (),
    known: date | None = None,
    decided: date | None = None,
    real: bool = False,
    stated_in: Mapping[str, tuple[str, str]] | None = None,
) -> Decision:
    """Decide one case. Without `questions`, every question of the common vocabulary that has an answer here.

    A question that is asked by name and cannot be answered raises MissingFact; otherwise it is returned as open.
    What punishes follows the more lenient of the law of the period and that of the day on which it is `decided`.
    `real` refuses a regime that is not in force: a bill may be simulated, it never decides a real case.
    `stated_in` names where a given fact comes from, in English and in Russian, for the explanation.
    """
    if real and regime.status != "in force":
        raise BadInput(
            f"{regime.id} has the status '{regime.status}' and never decides a real case.",
            todo="Ask ru/law, or leave the case hypothetical.",
        )
    if decided is not None and decided < period.start:
        raise BadInput(f"Decided on {decided}, before the period {period} began.", todo="Give the later day.")
    digest, regime = regime.digest, as_of(regime, decided=decided)
    asked = [*questions] or [q for q in all_questions() if q in regime.rules or q in regime.silent]
    for name in asked:
        if name not in regime.silent:
            regime.rule(name)
    spoken = [q for q in asked if q in regime.rules]
    needed = [regime.facts_for(q) for q in spoken]
    gathered = gather(given, needed, period, stated_in)
    past = [(p, gather(dict(given) | dict(f), needed, p)) for p, f in earlier]
    evaluation = evaluate(regime, Case(period, gathered.facts, tuple((p, g.facts) for p, g in past)), known)
    told: dict[str, Explanation] = {}
    answers = [_answer(regime, q, gathered, evaluation, told, by_name=bool(questions)) for q in asked]
    receipt = Receipt(
        __version__, regime.id, digest, regime.status, str(period), str(known or ""), str(decided or ""), "case"
    )
    before: dict[Period, Gathered] = {}
    if past:
        summed = facts_summed(regime, [a.question for a in answers if a.state == "answered"])
        before = {p: g for p, g in sorted(past, key=lambda pair: pair[0]) if summed.counts(p, period)}
    in_russian = dict(gathered.origins_in_russian)
    for g in before.values():
        in_russian |= g.origins_in_russian
    return Decision(
        regime.id, regime.title, regime.status, period, tuple(answers), gathered.origins, receipt,
        tuple(questions), tuple(Earlier(p, _facts_of(g, sorted(summed.facts), regime)) for p, g in before.items()), regime, in_russian,
    )  # fmt: skip


def _facts_of(gathered: Gathered, names: Sequence[str], regime: Regime) -> tuple[UsedFact, ...]:
    return tuple(
        stated_fact(n, gathered.facts.get(n), gathered.origins.get(n, "given"), regime.currency) for n in names
    )


def _answer(
    regime: Regime,
    question: str,
    gathered: Gathered,
    evaluation: Evaluation,
    told: dict[str, Explanation],
    *,
    by_name: bool,
) -> Answer:
    if question in regime.silent:
        return Answer(question, None, regime.silent[question], ())
    missing = sorted(regime.required_facts(question) - gathered.facts.keys())
    missing = [m for m in missing if m not in LOOKED_UP] or missing  # what is looked up once the others are there
    if missing:
        if by_name:
            raise MissingFact(question, missing)
        return Answer(question, None, "", tuple(missing))
    explanation = explain(evaluation, question, gathered.origins, told)
    silence = (explanation.because or explanation.sentence) if explanation.answer is None else ""
    return Answer(question, explanation, silence, ())
