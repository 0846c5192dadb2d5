"""Which branch would have decided, had the deciding one not held: told by hand for small acts, by removal for the shipped ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.regime.acts import LIMIT, act, rule

from adit import law
from adit.regime.act import Regime
from adit.regime.check import turning_days
from adit.regime.edges import random_facts
from adit.regime.explain import explain
from adit.regime.explanation import Explanation
from adit.regime.golden import shown
from adit.regime.readers.case import Case, evaluate
from adit.regime.tree import Expr, FirstMatch, Unless
from adit.terms.days import Period, parse_period
from adit.terms.errors import AditError


def told(regime: Regime, on: str = "2025-02", /, **facts: Any) -> Explanation:
    return explain(evaluate(regime, Case(parse_period(on), facts)), "r")


@pytest.fixture
def steps(tmp_path: Path) -> Regime:
    body = (
        "return first_match(when(repeat_offence, 'many', 'x', cites='art. 5'), when(organised_group, 'some', 'y'),\n"
        "        when(large_damage, 'few', 'z', cites='art. 7'), otherwise='none', because='o')"
    )
    return act(tmp_path, rules=rule(body, "repeat_offence, organised_group, large_damage"))


def stepped(regime: Regime, *held: str) -> Explanation:
    facts = {name: name in held for name in ("repeat_offence", "organised_group", "large_damage")}
    return told(regime, "2025-02", **facts)


def test_the_next_branch_that_holds_is_told(steps: Regime):
    following = stepped(steps, "repeat_offence", "organised_group", "large_damage").next
    assert following is not None
    assert (following.branch, following.answer, following.because, following.cites) == (1, "some", "y", "art. 1")
    following = stepped(steps, "organised_group", "large_damage").next
    assert following is not None
    assert (following.branch, following.answer, following.cites, following.worked_out) == (2, "few", "art. 7", True)


def test_where_no_other_holds_it_is_the_otherwise(steps: Regime):
    following = stepped(steps, "large_damage").next
    assert following is not None
    assert (following.branch, following.answer, following.because) == (3, "none", "o")


def test_after_the_otherwise_comes_nothing(steps: Regime):
    assert stepped(steps).next is None


def test_silence_may_come_next(tmp_path: Path):
    body = "return first_match(when(coins_btc > 0, True, 'x'), otherwise=SILENT, because='o')"
    following = told(act(tmp_path, rules=rule(body, "coins_btc")), coins_btc=2).next
    assert following is not None
    assert (following.answer, following.worked_out) == (None, True)


def test_what_is_not_in_force_cannot_be_worked_out(tmp_path: Path):
    """A guard decides; behind it stands a value that does not stand yet."""
    body = (
        "return first_match(when(~p.limit.in_force, SILENT, 'not yet'),\n"
        "        when(mining_energy_kwh_per_month > p.limit, True, 'above'), otherwise=False, because='o')"
    )
    later = LIMIT.replace("2024-01-01", "2026-01-01")
    regime = act(tmp_path, values=later, rules=rule(body, "mining_energy_kwh_per_month, p"))
    following = told(regime, mining_energy_kwh_per_month=1).next
    assert following is not None
    assert (following.branch, following.answer, following.because, following.worked_out) == (1, None, "above", False)


EXCEPTIONS = (
    "return unless('general', exception('a', state_tied, 'A', 'x', cites='art. 2'),\n"
    "        exception('b', coins_btc > 0, 'B', 'y', cites='art. 3'), because='rule', ordered_by='art. 4')"
)


def test_without_the_exception_the_general_answer_stands(tmp_path: Path):
    regime = act(tmp_path, rules=rule(EXCEPTIONS, "state_tied, coins_btc"))
    following = told(regime, state_tied=True, coins_btc=0).next
    assert following is not None
    assert (following.branch, following.answer, following.because, following.cites) == (0, "general", "rule", "art. 1")


def test_without_the_exception_another_that_holds_would_win(tmp_path: Path):
    regime = act(tmp_path, rules=rule(EXCEPTIONS, "state_tied, coins_btc"))
    following = told(regime, state_tied=True, coins_btc=2).next
    assert following is not None
    assert (following.branch, following.answer, following.because, following.cites) == (2, "B", "b: y", "art. 3")
    assert told(regime, state_tied=False, coins_btc=0).next is None


def without(tree: Expr, branch: int) -> Expr:
    """The rule with the deciding branch taken out."""
    if isinstance(tree, FirstMatch):
        return replace(tree, branches=tuple(b for i, b in enumerate(tree.branches) if i != branch))
    assert isinstance(tree, Unless)
    return replace(tree, exceptions=tuple(x for i, x in enumerate(tree.exceptions, 1) if i != branch))


@pytest.mark.parametrize("name", law.names())
def test_it_is_what_the_rule_says_without_the_deciding_branch(name: str):
    regime, chance = law.load(name), Random(7)
    facts = sorted(frozenset[str]().union(*(r.facts for r in regime.rules.values())))
    compared = 0
    for day in turning_days(regime):
        for _ in range(10):
            case = Case(Period(day, day + timedelta(days=chance.choice((1, 31)))), random_facts(regime, facts, chance))
            evaluation = evaluate(regime, case)
            for rule_name, one in regime.rules.items():
                try:
                    following = explain(evaluation, rule_name).next
                except AditError:
                    continue
                if following is None:
                    continue
                branch = evaluation.branch(rule_name)
                assert branch is not None
                left = without(one.tree, branch)
                if not following.worked_out:
                    with pytest.raises(AditError):
                        evaluation.of(left)
                    continue
                answer = evaluation.of(left)
                assert following.answer == (None if answer is None else shown(answer, one.type)), (rule_name, case)
                compared += 1
    assert compared > 10
