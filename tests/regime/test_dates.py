"""When law begins, what was known of it, and which law punishes: by every reader alike."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.regime.acts import HEAD, LIMIT, act, rule
from tests.regime.populations import by_arrays, by_case, by_sql, population, write_people

from adit import law
from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.check import check
from adit.regime.dates import as_of
from adit.regime.readers.case import Case, evaluate
from adit.terms.days import months_between, parse_day, parse_period
from adit.terms.errors import AditError, BadLaw, NotInForce
from adit.terms.fields import read_fact

ROW = LIMIT.split("[[limit.values]]")[1]


def rows(*changes: tuple[str, str]) -> str:
    """LIMIT with a further row, changed as said."""
    text = ROW
    for old, new in changes:
        text = text.replace(old, new)
    return LIMIT + "[[limit.values]]" + text


def answer(regime: Regime, name: str, period: str, **facts: Any) -> Any:
    given = {k: read_fact(k, v) for k, v in facts.items()}
    return evaluate(regime, Case(parse_period(period), given)).answer(name)


# First days -----------------------------------------------------------------------------------------------------------
def test_a_value_may_begin_so_many_days_after_publication(tmp_path: Path):
    values = rows(("from = 2024-01-01", "published = 2025-03-30\ndays_after_publication = 60"), ("6000", "3000"))
    regime = act(tmp_path, values=values, rules=rule("return p.limit * 1"))
    assert answer(regime, "r", "2025-05-28") == 6000
    assert answer(regime, "r", "2025-05-29") == 3000


def test_a_value_that_awaits_something_has_not_begun(tmp_path: Path):
    values = rows(("from = 2024-01-01", 'awaits = "proclamation"'), ("6000", "3000"))
    regime = act(tmp_path, values=values, rules=rule("return p.limit * 1"))
    assert answer(regime, "r", "2190-01-01") == 6000
    only = LIMIT.replace("from = 2024-01-01", 'awaits = "proclamation"')
    regime = act(tmp_path / "b", values=only, rules=rule("return p.limit * 1"))
    with pytest.raises(NotInForce, match=r"it awaits proclamation"):
        answer(regime, "r", "2190-01-01")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (rows(("from = 2024-01-01", "from = 2025-01-01\npublished = 2025-06-01")), "after its first day"),
        (rows(("from = 2024-01-01", "days_after_publication = 60")), "published = 2023-03-31"),
        (rows(("from = 2024-01-01", 'from = 2025-01-01\nawaits = "x"')), "has from and awaits"),
        (rows(("from = 2024-01-01", 'from = 2025-01-01\nended = "expired"')), "without a last day"),
        (LIMIT.replace("unit =", "at_most = 5000\nunit ="), "outside the bounds"),
        (LIMIT.replace("unit =", 'selects = "milder"\nunit ='), "no selects 'milder'"),
        (LIMIT.replace("unit =", 'by = "RUB"\nunit ='), "'by' belongs to bands"),
        (LIMIT.replace("value = 6000", "bands = [{ from = 0, value = 1 }]"), "does not say what it goes by"),
        (LIMIT.replace("value = 6000", "bands = [{ value = 1 }]").replace("unit =", 'by = "RUB"\nunit ='), "A band begins"),
        (LIMIT.replace("value = 6000", "bands = [{ above = 5, value = 1 }, { from = 5, value = 2 }]").replace("unit =", 'by = "RUB"\nunit ='), "Bands rise"),
        (LIMIT.replace("value = 6000", 'hours = "22 to 06"'), "not a clock time"),
        (LIMIT.replace("value = 6000", 'hours = "22:00-06:00"'), "are no hours"),
    ],
)  # fmt: skip
def test_what_is_said_of_days_and_bands_has_to_make_sense(values: str, message: str, tmp_path: Path):
    with pytest.raises(BadLaw, match=message):
        act(tmp_path, values=values)


def test_an_older_value_that_stands_again_is_told(tmp_path: Path):
    values = rows(("from = 2024-01-01", "from = 2025-01-01\nthrough = 2025-06-30"), ("6000", "3000"))
    regime = act(tmp_path, values=values, rules=rule("return p.limit * 1"))
    assert answer(regime, "r", "2025-07-01") == 6000
    told = [f.what for f in check(regime, Random(1)) if f.kind == "stands again"]
    assert told == ["limit from 2025-01-01 ends on 2025-06-30; from the day after, that of 2024-01-01 stands again."]
    meant = values.replace("through = 2025-06-30", 'through = 2025-06-30\nnote = "suspended for half a year"')
    regime = act(tmp_path / "b", values=meant, rules=rule("return p.limit * 1"))
    assert [f for f in check(regime, Random(1)) if f.kind == "stands again"] == []


# The law of another day ---------------------------------------------------------------------------------------------------
def test_the_law_of_the_day_of_the_contract(tmp_path: Path):
    values = rows(("2024-01-01", "2025-01-01"), ("6000", "3000"))
    text = "return first_match(when(given(contract_signed_on), p.at(contract_signed_on.or_else(period_start())).limit, 'then'), otherwise=p.limit, because='now')"
    regime = act(tmp_path, values=values, rules=rule(text, "contract_signed_on, p"))
    assert answer(regime, "r", "2025-06", contract_signed_on="2024-12-31") == 6000
    assert answer(regime, "r", "2025-06", contract_signed_on=date(2025, 1, 1)) == 3000
    assert answer(regime, "r", "2025-06") == 3000
    with pytest.raises(NotInForce, match="on 2023-12-31; the first begins on 2024-01-01"):
        answer(regime, "r", "2025-06", contract_signed_on="2023-12-31")


def test_only_single_values_are_read_on_another_day(tmp_path: Path):
    with pytest.raises(BadLaw, match="takes a day, not a number in BTC"):
        act(tmp_path, rules=rule("return p.at(coins_btc).limit"))
    scale = LIMIT.replace("value = 6000", "brackets = [{ above = 0, rate = 0.1 }]").replace("kWh/month", "RUB")
    with pytest.raises(BadLaw, match="reads single values; limit holds brackets"):
        act(tmp_path / "b", values=scale, rules=rule("return p.at(period_start()).limit.of(mining_costs_rub)"))


# The more lenient law -------------------------------------------------------------------------------------------------------
FINES = """
[fine]
about = "A fine that was lowered, then raised, then dropped."
unit = "RUB"
selects = "more lenient"
""" + "".join(
    f"""
[[fine.values]]
from = {first}
value = {value}
status = "in force"
cite = "art. {value}"
read = "official text"
confidence = "high"
{more}
"""
    for first, value, more in (
        ("2024-01-01", 40000, "through = 2024-12-31"),
        ("2025-01-01", 30000, "through = 2025-06-30"),
        ("2025-07-01", 90000, "through = 2025-12-31"),
    )
)  # fmt: skip
FINE = rule(
    "return first_match(when(p.fine.in_force, p.fine, 'a fine'), otherwise=SILENT, because='no fine')", "p", "fined"
)


@pytest.mark.parametrize(
    ("period", "decided", "fined"),
    [
        ("2024-06-01", "2024-06-01", 40000),
        ("2024-06-01", "2025-03-01", 30000),  # lowered since
        ("2025-03-01", "2025-09-01", 30000),  # raised since: the law of the day of the deed
        ("2024-06-01", "2025-09-01", 40000),
        ("2025-09-01", "2026-02-01", None),  # dropped since
    ],
)
def test_the_more_lenient_law_punishes(period: str, decided: str, fined: int | None, tmp_path: Path):
    regime = as_of(act(tmp_path, values=FINES, rules=FINE), decided=parse_day(decided))
    assert answer(regime, "fined", period) == fined


def test_what_does_not_punish_keeps_the_law_of_its_day(tmp_path: Path):
    values = FINES.replace('selects = "more lenient"\n', "")
    regime = as_of(act(tmp_path, values=values, rules=FINE), decided=date(2025, 3, 1))
    assert answer(regime, "fined", "2024-06-01") == 40000


def test_a_milder_law_tells_which_it_is(tmp_path: Path):
    regime = as_of(act(tmp_path, values=FINES, rules=FINE), decided=date(2025, 3, 1))
    row = regime.values["fine"].on(date(2024, 6, 1), regime.counts)
    assert row is not None
    assert (row.cite, "art. 40000" in row.note) == ("art. 30000", True)


def test_what_was_known_is_the_same_said_either_way(tmp_path: Path):
    values = rows(
        ("from = 2024-01-01", "from = 2025-01-01\npublished = 2025-06-01\nretroactive = true"), ("6000", "3000")
    )
    regime = act(tmp_path, values=values, rules=rule("return p.limit * 1"))
    for known in (date(2025, 5, 31), date(2025, 6, 1)):
        case = Case(parse_period("2025-03"), {})
        assert evaluate(as_of(regime, known=known), case).answer("r") == evaluate(regime, case, known).answer("r")
    assert as_of(regime) is regime


def test_every_reader_takes_the_more_lenient_law(tmp_path: Path):
    months = months_between("2024-01..2026-03")
    regime = as_of(act(tmp_path, values=FINES, rules=FINE), decided=date(2026, 2, 1))
    people = population(regime, months, 8, Random(5))
    expected = [a["fined"] for a in by_case(regime, people)]
    assert None in expected
    with DuckDB() as engine:
        file = tmp_path / "people.parquet"
        write_people(regime, people, file)
        found = by_sql(regime, engine.relation(file), months, ["fined"], engine)
    assert [a["fined"] for a in found] == expected
    assert [a["fined"] for a in by_arrays(regime, people, months, ["fined"], compiled=False)] == expected


# Rules about rules ------------------------------------------------------------------------------------------------------------
COUNTY = (
    "return first_match(when(state_tied, 'no', 'the county bars it'), otherwise='yes', because='the county lets it')"
)
STATE = "return first_match(when(p.right_to_mine.in_force, 'yes', 'the state strikes it'), otherwise=may_mine, because='the county decides')"


def test_a_higher_law_lets_a_lower_rule_stand_until_it_strikes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    act(Path("county"), rules=rule(COUNTY, "state_tied", "may_mine"))
    values = LIMIT.replace("2024-01-01", "2025-01-01").replace("limit", "right_to_mine")
    head = HEAD + 'reform_of = "county"\nauthority = "the state"\n'
    regime = act(Path("state"), values=values, rules=rule(STATE, "may_mine, p", "may_mine"), head=head)
    assert regime.authority == "the state"
    assert answer(regime, "may_mine", "2024-06-01", state_tied=True) == "no"
    assert answer(regime, "may_mine", "2025-06-01", state_tied=True) == "yes"
    assert regime.rules["may_mine"].rules == {"may_mine_of_county"}


def test_a_law_over_a_law_over_a_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    over = "return banned | (mining_energy_kwh_per_month > p.{})"
    first = rule("return mining_energy_kwh_per_month > p.limit", "mining_energy_kwh_per_month, p", "banned")
    act(Path("one"), rules=first)
    for name, below, number in (("two", "one", "100"), ("three", "two", "10")):
        values = LIMIT.replace("limit", f"limit_{name}").replace("6000", number)
        text = rule(over.format(f"limit_{name}"), "banned, mining_energy_kwh_per_month, p", "banned")
        with suppress(AditError):  # written; a path in reform_of is read from the folder
            act(Path(name), values=values, rules=text, head=HEAD + f'reform_of = "../{below}"\n')
    regime = law.load("./three")
    assert answer(regime, "banned", "2025-01", mining_energy_kwh_per_month=11) is True
    assert answer(regime, "banned", "2025-01", mining_energy_kwh_per_month=10) is False
    assert {"banned_of_one", "banned_of_two"} <= regime.rules.keys()


def test_a_rule_cannot_ask_below_where_nothing_is(tmp_path: Path):
    with pytest.raises(BadLaw, match="has no such rule"):
        act(tmp_path, rules=rule("return r", "r"), head=HEAD + 'reform_of = "ru/law"\n')
