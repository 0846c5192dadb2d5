"""The acts of other states keep to what is asked of the acts of Russia: cited, covered by cases, and checked."""

from random import Random

import pytest

from adit.law import load, names
from adit.regime import golden
from adit.regime.check import check

ABROAD = tuple(n for n in names() if not n.startswith("ru/"))
EIGHT = {"kz/law", "uz/law", "us/texas", "ca/quebec", "us/new_york", "us/federal_dame", "ir/law", "cn/law", "ab/law"}


def test_the_eight_regimes_are_there():
    assert set(ABROAD) >= EIGHT


@pytest.mark.parametrize("name", ABROAD)
def test_every_value_and_case_says_where_it_was_read(name: str):
    regime = load(name)
    assert len(regime.about) > 100
    assert len(regime.cases) >= 6
    assert len({c.id for c in regime.cases}) == len(regime.cases)
    for value in regime.values.values():
        for row in value.rows:
            assert row.sources, f"{row.where} {value.name} names no source"
            assert row.read == "reported" or row.confidence != "low", row.where
    for case in regime.cases:
        assert case.covered or len(case.why_not) >= 20, case.where


@pytest.mark.parametrize("name", ABROAD)
def test_golden_cases_come_out_as_their_sources_say(name: str):
    failed = [(r.case.where, r.case.name, r.differences, r.error) for r in golden.run_cases(load(name)) if not r.passed]
    assert failed == []


@pytest.mark.parametrize("name", ABROAD)
def test_golden_cases_reach_every_branch(name: str):
    reached = golden.reached_branches(load(name))
    assert {rule: counts for rule, counts in reached.items() if counts[0] < counts[1]} == {}


@pytest.mark.parametrize("name", ABROAD)
def test_the_check_finds_nothing_but_changes_within_a_month(name: str):
    found = check(load(name), Random(1))
    assert [f for f in found if f.kind not in ("mid-month", "gap")] == []
