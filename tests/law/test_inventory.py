"""All regimes of Russia are there, each answers or says why not, and every golden case comes out as its source says."""

import re
from datetime import date, timedelta

import pytest

from adit.law import load, names
from adit.regime import golden
from adit.terms.errors import NotInForce
from adit.terms.fields import questions

REGIMES = (
    "ru/bills_2026",
    "ru/central_bank_2022",
    "ru/deputies_bill_2022",
    "ru/finance_ministry_2022",
    "ru/government_concept_2022",
    "ru/law",
    "ru/trade_pilot_2023",
)
STATUS = {
    "ru/bills_2026": "bill",
    "ru/central_bank_2022": "proposal",
    "ru/deputies_bill_2022": "rejected",
    "ru/finance_ministry_2022": "bill",
    "ru/government_concept_2022": "concept",
    "ru/law": "in force",
    "ru/trade_pilot_2023": "proposal",
}

# The cases that the people who asked for Adit named, by the id under which they stand in ru/law.
ACCEPTANCE = {"A1", "A2", "A3", "A4", "A5", "G15", "G26", "G30", "G33", "G35"}

# Branches that no golden case reaches. Rules that ru/bills_2026 takes over from ru/law are tried there, by its own cases.
UNREACHED: dict[str, dict[str, str]] = {}

# Values that no rule reads, and why they are kept.
UNREAD = {
    "ru/finance_ministry_2022": {
        "official_fine_min": "the dictionary of facts has no officials; kept for whoever reads the draft",
        "official_fine_max": "the dictionary of facts has no officials; kept for whoever reads the draft",
    },
}

OWN_RULES = {
    name: [r for r in load(name).rules if not load(name).reform_of or r not in load("ru/law").rules] for name in REGIMES
}


def test_all_regimes_are_found() -> None:
    assert tuple(n for n in names() if n.startswith("ru/")) == REGIMES


@pytest.mark.parametrize("name", REGIMES)
def test_a_regime_says_what_it_is(name: str) -> None:
    regime = load(name)
    assert regime.status == STATUS[name]
    assert regime.jurisdiction == "RU"
    assert len(regime.about) > 100
    assert ("in force" in regime.counts) == (name in ("ru/law", "ru/bills_2026"))


@pytest.mark.parametrize("name", REGIMES)
def test_every_question_is_answered_or_its_silence_explained(name: str) -> None:
    regime = load(name)
    assert len(questions()) > 25
    for question in questions():
        assert (question in regime.rules) != (question in regime.silent), question
    for question, reason in regime.silent.items():
        assert len(reason) >= 20, question
        assert reason.endswith("."), question


@pytest.mark.parametrize("name", REGIMES)
def test_every_value_says_where_it_was_read(name: str) -> None:
    regime = load(name)
    assert regime.values
    for value in regime.values.values():
        for row in value.rows:
            assert row.cite
            assert row.sources, f"{row.where} {value.name} names no source"
            assert set(row.sources) <= set(regime.sources)


@pytest.mark.parametrize("name", REGIMES)
def test_every_value_is_read_by_a_rule(name: str) -> None:
    regime = load(name)
    read = frozenset().union(*(r.values for r in regime.rules.values()))
    assert set(regime.values) - read == set(UNREAD.get(name, {}))


@pytest.mark.parametrize("name", REGIMES)
def test_golden_cases_come_out_as_their_sources_say(name: str) -> None:
    regime = load(name)
    results = golden.run_cases(regime)
    assert len(results) >= 6
    assert [(r.case.where, r.case.name, r.differences, r.error) for r in results if not r.passed] == []


@pytest.mark.parametrize("name", REGIMES)
def test_golden_cases_are_named_once_and_cite_sources_that_exist(name: str) -> None:
    regime = load(name)
    ids = [c.id for c in regime.cases]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert len({c.name for c in regime.cases}) == len(ids)
    for case in regime.cases:
        assert case.kind in ("stated", "constructed")
        assert set(re.findall(r"\bS\d+b?\b", case.source)) <= set(regime.sources), case.where
        assert case.covered or len(case.why_not) >= 20, case.where


def test_the_listed_cases_all_stand_somewhere() -> None:
    """Section 4 of the list of facts, by its own numbers; G41 and G21 were split in two."""
    listed = {
        1, 2, 4, 7, 9, 10, 11, 14, 15, 17, 19, 20, 21, 22, 23, 24, 26, 27, 30, 33, 35, 36, 37, 38, 39, 41, 42, 45, 46,
        49, 50, 51, 52, 53, 54, 55,
    }  # fmt: skip
    found = {c.id: name for name in REGIMES for c in load(name).cases}
    assert {f"G{n:02}" for n in listed} <= set(found)
    assert found["G42"] == "ru/trade_pilot_2023"
    assert found["G45"] == "ru/government_concept_2022"
    assert found["G46"] == "ru/bills_2026"


def test_the_acceptance_cases_stand_and_count() -> None:
    covered = {c.id for c in load("ru/law").cases if c.covered}
    assert covered >= ACCEPTANCE


@pytest.mark.parametrize("name", REGIMES)
def test_golden_cases_reach_every_branch(name: str) -> None:
    reached = golden.reached_branches(load(name))
    gaps = {rule for rule in OWN_RULES[name] if rule in reached and reached[rule][0] < reached[rule][1]}
    assert gaps == set(UNREACHED.get(name, {}))


@pytest.mark.parametrize("name", REGIMES)
def test_every_rule_is_asked_by_some_case(name: str) -> None:
    regime = load(name)
    asked = {rule for c in regime.cases for rule in c.expect}
    helpers = frozenset().union(*(regime.rules[r].rules for r in regime.rules))
    assert set(OWN_RULES[name]) - asked - helpers == set()


@pytest.mark.parametrize("name", REGIMES)
def test_before_its_first_day_a_regime_refuses_to_speak(name: str) -> None:
    regime = load(name)
    with pytest.raises(NotInForce):
        regime.spoken_on(regime.first_day - timedelta(days=1))


def test_a_proposal_counts_nothing_that_is_in_force_and_the_law_nothing_that_is_proposed() -> None:
    assert load("ru/law").counts == {"in force", "expired"}
    for name in REGIMES:
        if name != "ru/law":
            assert load(name).counts - {"in force", "expired"}, name


# The same questions everywhere, but not the same facts -----------------------------------------------------------------
NEEDS_NOTHING_OF = {
    "ru/central_bank_2022": {"region", "mining_energy_kwh_per_month", "coins_btc", "municipality"},
    "ru/deputies_bill_2022": {"region", "mining_energy_kwh_per_month", "coins_btc", "municipality"},
    "ru/finance_ministry_2022": {"region", "mining_energy_kwh_per_month", "coins_btc", "municipality"},
    "ru/government_concept_2022": {"region", "mining_energy_kwh_per_month", "coins_btc", "municipality", "actor"},
    "ru/trade_pilot_2023": {"region", "mining_energy_kwh_per_month", "coins_btc", "municipality"},
}


@pytest.mark.parametrize("name", NEEDS_NOTHING_OF)
def test_a_regime_asks_for_no_fact_that_it_does_not_speak_of(name: str) -> None:
    regime = load(name)
    needed = frozenset().union(*(regime.required_facts(q) for q in questions() if q in regime.rules))
    assert not needed & NEEDS_NOTHING_OF[name]


# The bills are laid over the law -----------------------------------------------------------------------------------------
def test_the_bills_change_no_case_of_the_law_that_they_do_not_speak_of() -> None:
    bills, law = load("ru/bills_2026"), load("ru/law")
    changed = {name for name in law.rules if bills.rules[name].where != law.rules[name].where}
    assert changed == {"may_settle_abroad"}
    compared = 0
    for case in law.cases:
        if case.covered and case.period >= "2025-12-31" and not changed & set(case.expect):
            assert golden.run_case(case, bills).passed, case.name
            compared += 1
    assert compared >= 5


# What was known, and when ------------------------------------------------------------------------------------------------
def test_the_ministry_bill_of_february_and_its_revision_of_april_are_told_apart() -> None:
    regime = load("ru/finance_ministry_2022")
    ban = regime.values["payment_ban"]
    first = ban.on(date(2023, 6, 1), regime.counts, known=date(2022, 3, 1))
    revised = ban.on(date(2023, 6, 1), regime.counts, known=date(2022, 5, 1))
    assert first is not None
    assert revised is not None
    assert (first.confidence, first.published) == ("high", date(2022, 2, 18))
    assert (revised.confidence, revised.published) == ("low", date(2022, 4, 8))
    assert ban.on(date(2022, 12, 31), regime.counts) is None
