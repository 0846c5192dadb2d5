"""The monthly surplus that rules look up: the shipped table against the hours, and cases that it decides, one by one and in a batch."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.regime.acts import act, rule

from adit.cli.main import adit
from adit.decision.assess import assess
from adit.decision.decide import Decision, decide
from adit.decision.gathering import surplus_of_month
from adit.engines.duckdb import DuckDB
from adit.evidence.sources.hourly_power import read_hours
from adit.evidence.sources.tables import shipped
from adit.grid.answer import answer, places_of
from adit.grid.facts import FACTS, facts_of
from adit.grid.monthly import store
from adit.grid.monthly.making import recompute_monthly_surplus
from adit.grid.monthly.store import SURPLUS_BY_MONTH, monthly_surplus, read_monthly_surplus, write_monthly_surplus
from adit.grid.store import assumptions
from adit.regime.act import Regime
from adit.terms.days import months_between, parse_period
from adit.terms.errors import BadInput

LEAST = """
[least_mw]
about = "The least firm surplus."
unit = "MW"
[[least_mw.values]]
from = 2016-01-01
value = 100
status = "in force"
cite = "art. 1"
read = "official text"
confidence = "high"
"""
MAY_MINE = """return first_match(
        when(~given(surplus_mw_firm), "undecided", "the surplus of the month is not known"),
        when(surplus_mw_firm.or_else(0) < p.least_mw, "no", "the firm surplus of the month is too small"),
        otherwise="yes", because="the firm surplus of the month is large enough")"""
HOURS_CUT = """return first_match(
        when(~given(surplus_curtailed_hours), SILENT, "the hours are not known"),
        otherwise=surplus_curtailed_hours, because="as measured")"""
HEAD = """
title = "Where and when there is a surplus"
jurisdiction = "RU"
status = "in force"
about = "Made for one test."
first_day = 2016-01-01
counts = ["in force"]
"""


@pytest.fixture(scope="module")
def surplus_act(tmp_path_factory: pytest.TempPathFactory) -> Regime:
    rules = rule(MAY_MINE, "surplus_mw_firm, p", name="may_mine") + rule(
        HOURS_CUT, "surplus_curtailed_hours", name="curtailable_hours_per_year"
    )
    return act(tmp_path_factory.mktemp("act"), values=LEAST, rules=rules, head=HEAD)


def asked(regime: Regime, region: str, period: str, **facts: object) -> Decision:
    return decide(regime, {"region": region, **facts}, parse_period(period))


# The table --------------------------------------------------------------------------------------------------------
def test_the_shipped_table_is_what_the_hours_give() -> None:
    assert len(read_monthly_surplus()) == 6 * 5 * 12  # 2016 and 2021 are not complete
    assert recompute_monthly_surplus() == list(read_monthly_surplus())


def test_writing_it_gives_the_shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "electricity_ru").mkdir()
    monkeypatch.setattr(store, "shipped", lambda name: tmp_path / name)
    write_monthly_surplus()
    assert (tmp_path / SURPLUS_BY_MONTH).read_bytes() == shipped(SURPLUS_BY_MONTH).read_bytes()


def test_the_command_gives_the_same_facts() -> None:
    found = answer(places_of(["RU-KR", "RU-IRK", "RU-MOW"]), read_hours(), 2020, assumptions().accept_hours)
    systems = {s.region.iso: s.region.energy_system for s in found.subjects}
    for row in facts_of(found):
        shipped_row = monthly_surplus(systems[row["region"]], 2020, int(row["period"][5:]))
        assert shipped_row is not None
        assert {name: getattr(shipped_row, name) for name in FACTS} == {name: row[name] for name in FACTS}


def test_what_has_no_surplus_in_the_year_covers_no_hour_of_it() -> None:
    """Nought hours would read as if a load were never cut."""
    for row in read_monthly_surplus():
        if row.surplus_curtailed_hours is not None:
            assert 0 <= row.hours_missing <= row.surplus_curtailed_hours <= 744
    siberia = monthly_surplus("Siberia", 2020, 2)
    assert siberia is not None
    assert (siberia.surplus_mw_firm, siberia.surplus_mw_interruptible, siberia.surplus_curtailed_hours) == (-1612, 506, 29 * 24)  # fmt: skip


def test_a_table_that_cannot_be_read_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        shipped(SURPLUS_BY_MONTH)
        .read_text(encoding="utf-8")
        .replace("Centre,2015,1,300,-509", "Centre,2015,1,300,-509.5")
    )
    (tmp_path / "electricity_ru").mkdir()
    (tmp_path / SURPLUS_BY_MONTH).write_text(text, encoding="utf-8")
    monkeypatch.setattr(store, "shipped", lambda name: tmp_path / name)
    with pytest.raises(BadInput, match=r"surplus_mw_firm: '-509\.5' is not a whole number of megawatts"):
        read_monthly_surplus.__wrapped__()


# Cases ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("region", "period", "said"),
    [
        ("RU-KR", "2025-03", "yes"),  # 127 MW in March 2020
        ("RU-KR", "2025-02", "no"),  # -158
        ("RU-KR", "2025-03-15", "yes"),  # a day is one of its month
        ("RU-IRK", "2025-03", "no"),
        ("RU-AMU", "2025-03", "undecided"),  # no hours of the East
        ("RU-KR", "2025", "undecided"),  # a year is no month
        ("UA-43", "2025-03", "no"),
    ],
)
def test_permitted_where_and_when_there_is_a_surplus(surplus_act: Regime, region: str, period: str, said: str) -> None:
    assert asked(surplus_act, region, period)["may_mine"].value == said


def test_the_year_is_the_last_complete_one_before_the_period(surplus_act: Regime) -> None:
    told = {period: asked(surplus_act, "RU-KR", period).origins["surplus_mw_firm"] for period in ("2018-03", "2021-03")}
    assert "North-West in 2017-03 and" in told["2018-03"]
    assert "North-West in 2020-03 and" in told["2021-03"]
    assert surplus_of_month("surplus_mw_firm", "RU-KR", parse_period("2015-06")) is None  # nothing was over yet


def test_a_fact_that_is_stated_stands(surplus_act: Regime) -> None:
    decision = asked(surplus_act, "RU-IRK", "2025-03", surplus_mw_firm=100)
    assert (decision["may_mine"].value, decision.origins["surplus_mw_firm"]) == ("yes", "given")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "rests on surplus mw firm 127 MW (worked out from the System Operator's hours: North-West in 2020-03 and that month of all earlier years since 2015)"),
        ("ru", "гарантированный избыток мощности в энергосистеме: 127 МВт (рассчитано по часовым данным Системного оператора: ОЭС Северо-Запада, март 2020 года и тот же месяц всех лет с 2015 года)"),
    ],
)  # fmt: skip
def test_the_origin_is_told(tmp_path: Path, language: str, words: str) -> None:
    act(tmp_path, values=LEAST, rules=rule(MAY_MINE, "surplus_mw_firm, p", name="may_mine"), head=HEAD)
    arguments = ["decide", "--regime", str(tmp_path), "--on", "2025-03", "--fact", "region=RU-KR", "--lang", language]
    done = CliRunner().invoke(adit, [*arguments, "--ask", "may_mine"], catch_exceptions=False)
    assert words in " ".join(done.stdout.split())


def test_accepted_hours_are_named_where_they_count(surplus_act: Regime) -> None:
    decision = asked(surplus_act, "RU-KR", "2025-06")
    assert decision["curtailable_hours_per_year"].value == 163  # one of them is not known
    assert decision.origins["surplus_curtailed_hours"].endswith("North-West in 2020-06, 300 hours of the year accepted")


def test_a_batch_decides_as_a_case_does(tmp_path: Path) -> None:
    rules = rule(MAY_MINE, "surplus_mw_firm, p", name="may_mine")
    regime = act(tmp_path / "act", values=LEAST, rules=rules, head=HEAD)
    rows = list(_rows())
    text = "subject,period,region\n" + "".join(f"{r} {m},{m},{r}\n" for r, m in rows)
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with DuckDB() as engine:
        result = assess(regime, tmp_path / "p.csv", months_between("2025-01..2025-12"), engine, tmp_path / "out")
    assert result.looked_up["surplus_mw_firm"].startswith("worked out from the System Operator's hours")
    found = {row["subject"]: row["may_mine"] for row in pq.read_table(tmp_path / "out" / "decided").to_pylist()}
    assert found == {f"{r} {m}": asked(regime, r, m)["may_mine"].value for r, m in rows}
    assert set(found.values()) == {"yes", "no", "undecided"}


def _rows() -> Iterator[tuple[str, str]]:
    for region in ("RU-KR", "RU-IRK", "RU-AMU", "RU-MOW", "RU-SVE"):
        for month in range(1, 13):
            yield region, f"2025-{month:02}"


@pytest.mark.slow
def test_looking_it_up_loads_no_numpy_and_no_engine(tmp_path: Path) -> None:
    act(tmp_path, values=LEAST, rules=rule(MAY_MINE, "surplus_mw_firm, p", name="may_mine"), head=HEAD)
    code = (
        f"import sys; sys.argv = ['adit', 'decide', '--regime', {str(tmp_path)!r}, '--on', '2025-03', '--fact', 'region=RU-KR']\n"
        "from adit.cli.main import run\ntry: run()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "print([m for m in ('numpy', 'duckdb', 'scipy', 'highspy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "127 MW" in done
    assert done.strip().endswith("[]")
