"""Looks for what is unsound in an act: by its dates, by its questions, and by trying cases at the edges of its thresholds.

What is tried and not found is not proved; a finding is always real and comes with a case. Where z3 is at hand, `proofs`
proves what can be proved, and only the rest is tried.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

from adit.regime.act import Regime, Rule
from adit.regime.binding import type_of_field
from adit.regime.edges import edge_values, random_facts
from adit.regime.form import is_unwritten
from adit.regime.golden import run_cases, shown, worked_out
from adit.regime.readers.case import Case, evaluate
from adit.regime.tree import FirstMatch, Unless
from adit.regime.values import NEVER, Row
from adit.regime.wording import missing, orphaned
from adit.terms.days import Period, day_of
from adit.terms.errors import Conflict, NotInForce
from adit.terms.fields import facts as all_facts
from adit.terms.fields import questions

if TYPE_CHECKING:
    from adit.regime.proofs import Proofs

__all__ = ["Finding", "can_prove", "case_text", "check", "tried_only", "turning_days"]

CASES_A_DAY = 400
SEARCHES = 20_000  # for a branch that no random case reached


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unsound: what kind, where it stands, what it is, and what to do."""

    # not yet said, gap, mid-month, stands again, no effect, not asked, unused, golden case, not translated, no such text, not in force,
    # conflict, not reached, tax falls
    kind: str
    where: str
    what: str
    todo: str


def check(
    regime: Regime, chance: Random, step: Callable[[str], None] = lambda _: None, proofs: "Proofs | None" = None
) -> list[Finding]:
    """All findings, those of dates first. With `proofs`, clashes and branches are proved instead of only tried."""
    step("dates")
    found = [
        *_unsaid(regime),
        *_gaps(regime),
        *_uncounted(regime),
        *_unanswered(regime),
        *_unused(regime),
        *_golden(regime),
        *_untranslated(regime),
    ]
    proved = list(proofs.findings(step)) if proofs else []
    step("cases at the edges")
    tried = _tried(regime, chance, step, proofs)
    # What a rule below cannot decide was told there, with its proof.
    failing = {f.kind for f in proved} if proofs and not proofs.open else set()
    return found + proved + [f for f in tried if f.kind == "not reached" or f.kind not in failing]


def can_prove() -> bool:
    """Whether z3 is installed, which the proofs need: `pip install 'adit[proof]'`."""
    return find_spec("z3") is not None


def tried_only(regime: Regime) -> str:
    """In a sentence: what was tried where nothing was proved."""
    return (
        f"Tried, not proved: {CASES_A_DAY} cases at the edges of the thresholds on each of {len(turning_days(regime))} days "
        "on which the act may change. pip install 'adit[proof]' proves it."
    )


def case_text(facts: dict[str, Any]) -> str:
    """The facts of a case as `adit decide --fact` takes them."""
    written = []
    for name, value in sorted(facts.items()):
        told = shown(value, type_of_field(all_facts()[name]))
        written.append(f"{name} = {'yes' if told is True else 'no' if told is False else told}")
    return ", ".join(written) or "any"


def turning_days(regime: Regime) -> list[date]:
    """The regime's first day, every later day on which a value or a season begins or has ended or which is itself a value,
    and for bans a week before. A season that recurs for ever is taken through its first year and a half."""
    days = {regime.first_day}
    for value in regime.values.values():
        for row in value.rows:
            if row.status in regime.counts and row.first != NEVER:
                days |= {row.first} | ({row.through + timedelta(days=1)} if row.through else set())
                if value.kind == "bans":
                    days.add(row.first - timedelta(days=7))
                    days |= _season_days(row)
                elif value.kind == "day":
                    days |= {day_of(row.value), day_of(row.value + 1)}
    return sorted(d for d in days if d >= regime.first_day)


def _season_days(row: Row) -> set[date]:
    """The first days in and after the season of a ban."""
    end = min(row.through or NEVER, row.first + timedelta(days=550))
    span = [row.first + timedelta(days=n) for n in range((end - row.first).days + 2)] if row.value.season else []
    return {day for before, day in pairwise(span) if row.value.season.covers(before) != row.value.season.covers(day)}


def _gaps(regime: Regime) -> Iterator[Finding]:
    """Days between two rows of one value on which neither stands."""
    for value in regime.values.values():
        if value.kind == "bans":
            continue
        rows = [r for r in value.rows if r.status in regime.counts]
        for a, b in pairwise(rows):
            if a.through is not None and a.through + timedelta(days=1) < b.first:
                yield Finding(
                    "gap",
                    a.where,
                    f"{value.name} ends on {a.through} and begins again on {b.first}; in between it is not in force.",
                    "If the act is silent in between, nothing is to be done; else correct a day.",
                )
        for row in rows[1:]:
            after = value.on(row.through + timedelta(days=1), regime.counts) if row.through else None
            if after is not None and after.first < row.first and not row.note:
                yield Finding(
                    "stands again",
                    row.where,
                    f"{value.name} from {row.first} ends on {row.through}; from the day after, that of {after.first} stands again.",
                    "If the act suspends the older one for a time, say so in a note; else give the older one its last day.",
                )
            if row.first.day != 1 and row.first != NEVER:
                yield Finding(
                    "mid-month",
                    row.where,
                    f"{value.name} changes on {row.first}; a case of the whole month reads the value of its first day.",
                    "Ask by the day where it matters.",
                )


def _uncounted(regime: Regime) -> Iterator[Finding]:
    """Rows of a status that takes no effect here, without a note that says so on purpose."""
    for value in regime.values.values():
        for row in value.rows:
            if row.status not in regime.counts and not row.note:
                counts = ", ".join(sorted(regime.counts))
                yield Finding(
                    "no effect",
                    row.where,
                    f"{value.name} from {row.first} is '{row.status}', which does not count in {regime.id} (only {counts} do).",
                    "If that is meant, say why in its note; else correct the status, or the counts of regime.toml.",
                )


def _unsaid(regime: Regime) -> Iterator[Finding]:
    """What still stands as `adit law new` left it: nothing unwritten may pass for an answer."""
    for where, what, text in _texts(regime):
        if is_unwritten(text):
            yield Finding("not yet said", where, f"{what} is still to be written.", f"Write it in place of '{text}'")


def _texts(regime: Regime) -> Iterator[tuple[str, str, str]]:
    """Everything that an author says in words: where, what, and the text."""
    head = f"{regime.id}/regime.toml"
    yield from ((head, f"'{key}'", text) for key, text in (("title", regime.title), ("about", regime.about)))
    yield from ((f"{head} [silent]", f"Why the act is silent on {q}", why) for q, why in regime.silent.items())
    yield from ((f"{regime.id}/sources.toml", f"The address of {s.key}", s.address) for s in regime.sources.values())
    for value in regime.values.values():
        yield value.where, f"What {value.name} is", value.about
        for row in value.rows:
            yield row.where, f"The citation of {value.name} from {row.first}", row.cite
            yield row.where, f"The note on {value.name} from {row.first}", row.note
    for rule in regime.rules.values():
        yield rule.where, f"The sentence of the rule {rule.name}", rule.sentence
        yield rule.where, f"The citation of the rule {rule.name}", rule.cites
        yield from ((rule.where, f"The reason of a branch of {rule.name}", because) for because in _branches(rule))
    for case in regime.cases:
        yield case.where, f"The name of the case {case.id}", case.name
        yield case.where, f"The source of the case {case.id}", case.source


def _golden(regime: Regime) -> Iterator[Finding]:
    for result in run_cases(regime):
        if not result.passed:
            what = "; ".join(result.differences) or result.error
            yield Finding(
                "golden case",
                result.case.where,
                f"{result.case.name}: {what}",
                "Correct the rule or the case, whichever its source says.",
            )


def _untranslated(regime: Regime) -> Iterator[Finding]:
    """Where an act has begun to speak another language: what is still to be said in it, and what the act does not say."""
    for language in regime.own_wordings:
        file = f"{regime.id}/texts/{language}.toml"
        for where, text in missing(regime, language):
            yield Finding("not translated", where, f"'{text}' has no words in '{language}'.", f"Add it to {file}.")
        for text in orphaned(regime, language):
            yield Finding("no such text", file, f"'{text}' does not stand in the act.", "Take it out, or correct it.")


def _unanswered(regime: Regime) -> Iterator[Finding]:
    for question in questions():
        if question not in regime.rules and question not in regime.silent:
            yield Finding(
                "not asked",
                f"{regime.id}/regime.toml",
                f"The question {question} is neither answered by a rule nor listed as silent.",
                "Write a rule of that name, or say under [silent] why the source does not answer.",
            )


def _unused(regime: Regime) -> Iterator[Finding]:
    used = frozenset[str]().union(*(r.values for r in regime.rules.values())) if regime.rules else frozenset[str]()
    for name, value in regime.values.items():
        if name not in used and not value.record:
            todo = "Write the rule, or say record = true and why it is kept for the record."
            yield Finding("unused", value.where, f"No rule reads {name}.", todo)


def _branches(rule: Rule) -> list[str]:
    if isinstance(rule.tree, FirstMatch):
        return [*(b.because for b in rule.tree.branches), rule.tree.because]
    if isinstance(rule.tree, Unless):
        return [rule.tree.because, *(x.because for x in rule.tree.exceptions)]
    return []


def _tried(regime: Regime, chance: Random, step: Callable[[str], None], proofs: "Proofs | None") -> Iterator[Finding]:
    reached: dict[str, set[int]] = {name: set() for name in regime.rules}
    for golden in worked_out(regime):
        for rule_name, taken in golden.branches_taken().items():
            reached[rule_name].add(taken)
    told: set[tuple[str, str]] = set()
    names = sorted(frozenset[str]().union(*(r.facts for r in regime.rules.values()))) if regime.rules else []
    days = turning_days(regime)
    for n, day in enumerate(days, 1):
        step(f"cases at the edges, day {n} of {len(days)}")
        for _ in range(CASES_A_DAY):
            facts = random_facts(regime, names, chance)
            length = chance.choice((1, 31))
            evaluation = evaluate(regime, Case(Period(day, day + timedelta(days=length)), facts))
            for name, rule in regime.rules.items():
                try:
                    evaluation.answer(name)
                except (Conflict, NotInForce) as error:
                    kind = "conflict" if isinstance(error, Conflict) else "not in force"
                    if (kind, name) not in told:
                        told.add((kind, name))
                        case = case_text({f: facts[f] for f in regime.facts_for(name) if f in facts})
                        yield Finding(kind, rule.where, f"{name} on {day}: {error.what} The case: {case}.", error.todo)
                    continue
                branch = evaluation.branch(name)
                if branch is not None:
                    reached[name].add(branch)
    step("branches that nothing reached yet")
    for name, rule in regime.rules.items():
        for i, because in enumerate(_branches(rule) if name in regime.own else []):
            if i in reached[name]:
                continue
            proved = proofs.reached(rule, i) if proofs else None
            if proved is None and not _reached_at_edges(regime, name, i, days, chance):
                how = f"No case at the edges reaches the branch '{because}' of {name} ({len(days)} days, {SEARCHES} cases)."
            elif proved is False and proofs:
                how = f"No case reaches the branch '{because}' of {name}: proved for {proofs.span}."
            else:
                continue
            todo = (
                "An encoding error, a hole in the act, or a value whose status does not count: look at its condition."
            )
            yield Finding("not reached", rule.where, how, todo)


def _reached_at_edges(regime: Regime, name: str, branch: int, days: list[date], chance: Random) -> bool:
    """Look for one branch of one rule among cases whose facts all stand exactly at edges."""
    names = sorted(regime.facts_for(name))
    for _ in range(SEARCHES):
        facts = {f: chance.choice(edge_values(regime, f)) for f in names}
        day = chance.choice(days)
        evaluation = evaluate(regime, Case(Period(day, day + timedelta(days=chance.choice((1, 31)))), facts))
        try:
            evaluation.answer(name)
        except (Conflict, NotInForce):
            continue
        if evaluation.branch(name) == branch:
            return True
    return False
