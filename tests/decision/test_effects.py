"""A population under two laws: what two assessments say apart, said at once, with the article that made the difference."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.regime.acts import LIMIT, act, rule

from adit import law
from adit.decision.assess import assess
from adit.decision.differing import Law
from adit.decision.effects import Effects, effects
from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.reform import reformed
from adit.terms.days import months_between
from adit.terms.errors import BadInput, MissingFact, NotInForce, UnknownName
from adit.terms.fields import questions

POPULATION = Path(__file__).parents[2] / "examples" / "population.csv"
YEAR = months_between("2025-01..2025-12")
RU = law.load("ru/law")


def reform(cite: str = "Invented decree", **values: int) -> Regime:
    """The law in force with other numbers from 2025."""
    changed = {}
    for name, number in values.items():
        value = RU.values[name]
        row = replace(value.rows[-1], first=date(2025, 1, 1), through=None, value=number, cite=cite)
        changed[name] = replace(value, rows=(row,))
    return reformed(RU, "reform", "A reform", changed)


YEAR_SUMS = {"profit_tax_rub", "income_tax_rub", "tax_this_period_rub"}
LOWER = reform(household_limit=3000)


def run(
    a: Law, b: Law, folder: Path, *asked: str, months: str = "2025-01..2025-12"
) -> tuple[Effects, list[dict[str, Any]]]:
    found = effects(a, b, POPULATION, months_between(months), DuckDB(), folder / "out", asked=asked)
    return found, pq.read_table(folder / "out" / "changed").to_pylist()


def assessed(side: Law, folder: Path, months: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The same population by `assess`, one law at a time."""
    out = folder / "assessed" / side.regime.id.replace("/", "-") / str(side.known)
    assess(side.regime, POPULATION, months_between(months), DuckDB(), out=out, known=side.known)
    return decided_in(out)


def decided_in(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return {(r["subject"], r["period"]): r for r in pq.read_table(out / "decided").to_pylist()}


def said(value: Any) -> str:
    return (
        "does not say"
        if value is None
        else {True: "yes", False: "no"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )


PAIRS = {
    "a reform": (Law(RU), Law(reform(household_limit=3000, profit_tax_rate=30))),
    "another act": (Law(RU), Law(law.load("ru/central_bank_2022"))),
    "a bill": (Law(RU), Law(law.load("ru/bills_2026"))),
    "what was known": (Law(RU, date(2025, 1, 1)), Law(RU)),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_it_says_what_two_assessments_say(pair: tuple[Law, Law], tmp_path: Path):
    months = "2025-07..2025-12" if pair[1].regime.id == "ru/bills_2026" else "2025-01..2025-12"
    found, changed = run(*pair, tmp_path, months=months)
    left, right = (assessed(side, tmp_path, months) for side in pair)
    left = {k: left[k] for k in left if k in right}
    assert found.compared == len(left) > 90
    asked = {a.question for a in found.amounts} | {a.question for a in found.answers}
    if found.sums_from:  # apart, the two would sum other months
        asked -= YEAR_SUMS
    wanted = {
        (*key, q, said(left[key].get(q)), said(right[key].get(q)))
        for key in left
        for q in asked
        if left[key].get(q) != right[key].get(q)
    }
    assert {(r["subject"], r["period"], r["question"], r["a"], r["b"]) for r in changed} == wanted
    assert len(changed) == len(wanted) == found.changed_answers
    assert found.changed == len({w[:2] for w in wanted})
    assert found.changed_subjects == len({w[0] for w in wanted})
    counted = Counter((q, said(left[k].get(q)), said(right[k].get(q))) for k in left for q in asked)
    for pair_ in (x for x in found.answers if x.question in asked):
        assert counted[pair_.question, pair_.a, pair_.b] == pair_.rows, pair_
    for line in (x for x in found.amounts if x.question in asked):
        last = {(s, p[:4]): (s, p) for s, p in sorted(left)}.values()
        keys = last if questions()[line.question].total == "year" else left
        both = [(left[k].get(line.question), right[k].get(line.question)) for k in keys]
        moves = [b - a for a, b in both if a is not None and b is not None]
        assert (line.winners, line.losers) == (sum(m < 0 for m in moves), sum(m > 0 for m in moves))
        assert line.unchanged == sum(m == 0 for m in moves)
        assert line.only_a == sum(a is not None and b is None for a, b in both)
        assert line.only_b == sum(a is None and b is not None for a, b in both)
        if questions()[line.question].total:
            assert line.change == sum(moves)
            assert line.only_a_sum == sum(a for a, b in both if a is not None and b is None)
        else:
            assert line.change is None
        assert abs(line.largest or 0) == max(map(abs, moves), default=0)
    by_question: Counter[str] = Counter()
    for article in found.articles:
        by_question[article.question] += article.rows
    yearly = {q for q in asked if questions()[q].total == "year"}
    assert by_question == Counter(w[2] for w in wanted if w[2] not in yearly) + Counter(
        {q: sum(a.winners + a.losers + a.only_a + a.only_b for a in found.amounts if a.question == q) for q in yearly}
    )


def test_both_sides_sum_the_same_months_of_the_year(tmp_path: Path):
    """The bills are first known in May 2025; a tax that summed from May on one side alone would seem to fall."""
    found, changed = run(Law(RU), Law(law.load("ru/bills_2026")), tmp_path, months="2025-07..2025-12")
    assert found.sums_from == "2025-05"
    assert {r["question"] for r in changed} & YEAR_SUMS == set()
    assert {x.unchanged for x in found.amounts if x.question in YEAR_SUMS} == {17, found.compared}


def test_a_reform_of_a_value_is_the_article(tmp_path: Path):
    found, changed = run(Law(RU), Law(LOWER), tmp_path)
    articles = {(a.question, a.change): a for a in found.articles}
    line = articles["may_mine", "yes -> after registration"]
    assert line.rows == sum(r["question"] == "may_mine" for r in changed) > 0
    assert (line.parted, line.cites) == ("household_limit 6,000 -> 3,000", "Invented decree")
    assert "more electricity" in line.because
    assert {r["cites"] for r in changed} == {"Invented decree"}
    assert {a.question for a in found.articles} == {
        "may_mine",
        "why_barred",
        "must_register",
        "household_limit_kwh_per_month",
    }


def test_two_values_that_change_at_once_are_told_apart(tmp_path: Path):
    found, _ = run(Law(RU), Law(reform(household_limit=3000, profit_tax_rate=30)), tmp_path)
    parted = {a.question: a.parted for a in found.articles}
    assert parted["may_mine"] == "household_limit 6,000 -> 3,000"
    assert parted["profit_tax_rub"] == parted["tax_this_period_rub"] == "profit_tax_rate 0.25 -> 0.3"
    taxes = {a.question: a for a in found.amounts}
    assert taxes["profit_tax_rub"].each == "subject and year"
    assert taxes["profit_tax_rub"].change == taxes["tax_this_period_rub"].change == Decimal(112322418)
    assert taxes["income_tax_rub"].losers == 0


def test_the_decisions_to_make_anew_when_a_ban_was_published_late(tmp_path: Path):
    """What an office that knew the law as of New Year decided otherwise: by the decree that came in spring."""
    found, changed = run(Law(RU, date(2025, 1, 1)), Law(RU), tmp_path, "may_mine")
    assert found.changed == len(changed) > 0
    assert {r["a"] for r in changed} == {"yes"}
    assert {r["period"] >= "2025-04" for r in changed} == {True}
    assert {a.cites for a in found.articles} == {
        "Government decree amending Decree 1869 (spring 2025, number not found)"
    }
    assert {a.parted for a in found.articles} == {"territories"}


def test_the_same_facts_by_the_law_of_another_year(tmp_path: Path):
    """What the miners of 2024 would have owed in 2025; the law of 2024 does not say."""
    rows = [["m1", f"2024-{m:02}", "company", "RU-MOW", "100", "1.5", "40000.00", "1000000.00"] for m in (2, 3)]
    rows += [["m2", "2024-03", "citizen", "RU-DA", "6001", "0.5", "0.00", "1000000.00"]]
    head = [
        "subject",
        "period",
        "actor",
        "region",
        "mining_energy_kwh_per_month",
        "coins_btc",
        "mining_costs_rub",
        "quotation_rub_per_btc",
    ]
    file, moved = tmp_path / "p.csv", tmp_path / "moved.csv"
    for path, year in ((file, "2024"), (moved, "2025")):
        with path.open("w", newline="", encoding="utf-8") as f:
            csv.writer(f).writerows([head, *([r[0], r[1].replace("2024", year), *r[2:]] for r in rows)])
    months, then = (months_between(f"{y}-02..{y}-03") for y in (2024, 2025))
    found = effects(Law(RU), Law(RU), file, months, DuckDB(), tmp_path / "out", then=then)
    changed = pq.read_table(tmp_path / "out" / "changed").to_pylist()
    assess(RU, moved, then, DuckDB(), out=tmp_path / "then")
    by_then = decided_in(tmp_path / "then")
    answers = {(r["subject"], r["period"], r["question"]): (r["a"], r["b"]) for r in changed}
    assert answers["m1", "2024-03", "profit_tax_rub"] == (
        "does not say",
        str(by_then["m1", "2025-03"]["profit_tax_rub"]),
    )
    assert answers["m1", "2024-03", "profit_tax_rub"][1] == "730000"
    assert answers["m2", "2024-03", "may_mine"][1] == by_then["m2", "2025-03"]["may_mine"] == "no"
    assert answers["m1", "2024-02", "report_due"][1] == "2024-03-20"  # in the year of the file
    assert found.then == "2025-02..2025-03"
    with pytest.raises(BadInput, match=r"not the same months as 2024-02\.\.2024-03 of another year"):
        effects(Law(RU), Law(RU), file, months, DuckDB(), tmp_path / "x", then=months_between("2025-01..2025-02"))


def test_rows_that_one_side_cannot_decide_are_counted_apart(tmp_path: Path):
    body = (
        "return first_match(when(mining_energy_kwh_per_month > p.limit, True, 'more'), otherwise=False, because='less')"
    )
    rules = rule(body, "mining_energy_kwh_per_month, p", "must_register")
    whole = act(tmp_path / "a", rules=rules)
    until = act(tmp_path / "b", values=LIMIT.replace("value = 6000", "through = 2025-06-30\nvalue = 3000"), rules=rules)
    found, changed = run(Law(whole), Law(until), tmp_path)
    [(_, reason, _)] = [r for r in found.reasons if r[0] == "b"]
    assert "limit" in reason
    assert found.undecided == sum(n for s, _, n in found.reasons if s == "b") > 0
    assert found.rows == found.compared + found.undecided + found.rejected
    assert {r["period"] <= "2025-06" for r in changed} == {True}
    undecided = pq.read_table(tmp_path / "out" / "undecided").to_pylist()
    assert len(undecided) == found.undecided + found.rejected
    assert {r["side"] for r in undecided} == {"b", "both"}


def test_a_rule_that_is_another_is_the_article_itself(tmp_path: Path):
    sign = "return first_match(when(mining_energy_kwh_per_month {} p.limit, True, 'more'), otherwise=False, because='less')"
    a, b = (
        act(tmp_path / str(n), rules=rule(sign.format(s), "mining_energy_kwh_per_month, p", "must_register"))
        for n, s in enumerate((">", "<"))
    )
    found, _ = run(Law(a), Law(b), tmp_path)
    assert {(x.parted, x.cites) for x in found.articles} == {("rule must_register", "art. 1")}


def test_nothing_changes_between_a_law_and_itself(tmp_path: Path):
    found, changed = run(Law(RU), Law(RU), tmp_path)
    assert (found.changed, found.changed_answers, changed, found.articles, found.first) == (0, 0, [], (), ())
    assert all(a.a == a.b for a in found.answers)


def test_what_cannot_be_asked_says_so(tmp_path: Path):
    engine = DuckDB()
    with pytest.raises(UnknownName, match="may_min"):
        effects(Law(RU), Law(LOWER), POPULATION, YEAR, engine, tmp_path / "x", asked=["may_min"])
    with pytest.raises(NotInForce, match="before the law"):
        effects(
            Law(RU), Law(law.load("ru/trade_pilot_2023")), POPULATION, months_between("2021-01"), engine, tmp_path / "x"
        )
    short = tmp_path / "short.csv"
    short.write_text("subject,period,actor\na,2025-01,citizen\n", encoding="utf-8")
    with pytest.raises(MissingFact, match="must_register"):
        effects(Law(RU), Law(LOWER), short, YEAR, engine, tmp_path / "x", asked=["must_register"])
    short.write_text("subject,actor\na,citizen\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no column 'period'"):
        effects(Law(RU), Law(LOWER), short, YEAR, engine, tmp_path / "x")
    short.write_text("subject,period,actr\na,2025-01,citizen\n", encoding="utf-8")
    with pytest.raises(UnknownName, match="actr"):
        effects(Law(RU), Law(LOWER), short, YEAR, engine, tmp_path / "x")


def test_a_sum_over_the_last_months_is_refused(tmp_path: Path):
    regime = act(
        tmp_path / "act", rules=rule("return over_last(mining_costs_rub, months=4)", "mining_costs_rub", "recent_rub")
    )
    with pytest.raises(BadInput, match="last months are not compared"):
        effects(Law(regime), Law(regime), POPULATION, YEAR, DuckDB(), tmp_path / "x", asked=["recent_rub"])
