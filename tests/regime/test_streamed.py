"""A stream gives row by row what the sql reader gives, and adds up what `adit assess` adds up."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.regime.populations import Row, by_sql, population, write_people

from adit import law
from adit.decision.assess import assess
from adit.engines.arrow import OutColumn, ParquetOut, columns_of, parquet_batches
from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.readers.arrays import ABSENT
from adit.regime.readers.streamed import Decided, Streamed, open_stream
from adit.regime.store import load_regime
from adit.regime.tree import OverLast, walk
from adit.regime.types import Bool, Number, Word
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput, BadLaw, MissingFact
from adit.terms.fields import facts, questions

EVERYTHING = Path(__file__).parent / "everything"
MONTHS = months_between("2024-07..2026-06")
TYPES = {"number": pa.int64(), "yes or no": pa.bool_(), "word": pa.string(), "day": pa.int64()}


def everything() -> Regime:
    return load_regime(EVERYTHING, "everything", law.load)


def written(file: Path, rows: list[Row], names: list[str], *, row_group: int = 7, **other: pa.Array) -> Path:
    """The rows as Parquet in small row groups; `other` are columns in place of those of the rows."""
    columns = {
        "subject": pa.array([r.subject for r in rows], pa.int32()),
        "period": pa.array([r.period.start for r in rows], pa.date32()),
        **{n: pa.array([r.facts.get(n) for r in rows], TYPES[facts()[n].kind]) for n in names},
        **other,
    }
    pq.write_table(pa.table(columns), file, row_group_size=row_group)
    return file


def streamed(
    regime: Regime,
    file: Path,
    asked: list[str],
    months: list[Period],
    *,
    compiled: bool = False,
    threads: int = 2,
    **how,
) -> tuple[Streamed, list[Decided]]:
    kept: list[Decided] = []
    stream = open_stream(regime, asked, months, columns_of(file), rows=True, compiled=compiled, **how)
    read = ["subject", "period", *(n for n in stream.facts if n in columns_of(file))]
    return stream.run(parquet_batches(file, read), threads=threads, sink=kept.append), kept


def said(decided: list[Decided]) -> list[dict[str, Any]]:
    """Answers and branches of each row, 'PROBLEM' where there is none."""
    rows: list[dict[str, Any]] = []
    for batch in decided:
        for i in range(batch.source.rows):
            row: dict[str, Any] = {}
            for name, column in batch.answers.items():
                value, kind = int(column[i]), batch.kinds.get(name)
                if batch.reason[i] != 0:
                    if kind is not None:
                        row[name] = "PROBLEM"
                elif value == ABSENT:
                    row[name] = None
                else:
                    row[name] = (
                        bool(value)
                        if isinstance(kind, Bool)
                        else batch.words[value]
                        if isinstance(kind, Word)
                        else value
                    )
            rows.append(row)
    return rows


def names_of(regime: Regime) -> list[str]:
    return sorted(frozenset().union(*(r.facts for r in regime.rules.values())))


def agree(regime: Regime, seed: int, folder: Path, subjects: int) -> int:
    months = [m for m in MONTHS if m.start >= regime.first_day]
    rows = sorted(population(regime, months, subjects, Random(seed)), key=lambda r: (r.period, r.subject))
    file = written(folder / f"{seed}.parquet", rows, names_of(regime))
    engine, cells = DuckDB(), 0
    write_people(regime, rows, folder / f"{seed}-people.parquet")
    people = engine.relation(folder / f"{seed}-people.parquet")
    for name in regime.rules:
        if any(isinstance(n, OverLast) for r in regime.rules_for(name) for n in walk(r.tree)):
            continue  # refused, see below
        totals, decided = streamed(regime, file, [name], months)
        found, wanted = said(decided), by_sql(regime, people, months, [name], engine)
        for row, want, got in zip(rows, wanted, found, strict=True):
            assert got == want, (regime.id, name, str(row.period), row.facts)
            cells += len(got)
        answers = [row[name] for row in found if row[name] != "PROBLEM"]
        assert totals.decided == len(answers)
        assert sum(totals.reasons.values()) == len(rows) - len(answers)
        if name in totals.counts:
            assert totals.counts[name] == Counter(answers)
        elif name not in questions() or questions()[name].total == "sum":
            spoken = [a for a in answers if a is not None]
            assert totals.sums[name] == (len(spoken), sum(spoken))
    return cells


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_every_operation(seed: int, tmp_path: Path):
    assert agree(everything(), seed, tmp_path, subjects=12) > 500


@pytest.mark.parametrize("name", ["ru/law", "ru/bills_2026"])
def test_acts_that_ship(name: str, tmp_path: Path):
    regime = law.load(name)
    assert agree(regime, len(regime.rules), tmp_path, subjects=8) > 50


def as_decimals(rows: list[Row], name: str) -> pa.Array:
    """The fact as people write it, for assess, which reads counts by itself."""
    places = facts()[name].decimals
    counts = [r.facts.get(name) for r in rows]
    return pa.array([None if n is None else Decimal(n).scaleb(-places) for n in counts], pa.decimal128(26, places))


def test_totals_are_those_of_assess(tmp_path: Path):
    """Earlier months of the year, sums over the last month of each year, rejects and rows of other months included."""
    regime = law.load("ru/law")
    asked = [
        "must_register",
        "mining_income_rub",
        "profit_tax_rub",
        "income_tax_rub",
        "tax_this_period_rub",
        "report_due",
    ]
    needed = sorted(frozenset().union(*(regime.facts_for(q) for q in asked)))
    rows = population(regime, months_between("2024-10..2026-03"), 60, Random(5))
    for row in rows[::9]:
        row.facts["coins_btc"] = facts()["coins_btc"].high + 1
    for row in rows[::11]:
        row.facts.pop("actor")
    rows.sort(key=lambda r: r.period)
    file = written(tmp_path / "whole.parquet", rows, needed)
    decimals = written(
        tmp_path / "decimals.parquet",
        rows,
        needed,
        **{n: as_decimals(rows, n) for n in needed if facts()[n].kind == "number"},
    )
    months = months_between("2025-03..2026-02")
    want = assess(regime, decimals, months, DuckDB(), tmp_path / "sql", asked=asked)
    got, _ = streamed(regime, file, asked, months, earlier=months_between("2025-01..2025-02"))
    assert (got.rows, got.decided, got.other) == (want.rows, want.decided, want.other_months)
    assert dict(got.reasons) == dict(want.reasons)
    assert len(got.reasons) == 3
    for total in want.totals:
        if total.sum is not None:
            kind = regime.rules[total.question].type
            assert isinstance(kind, Number)
            assert got.sums[total.question] == (total.rows, int(Decimal(total.sum).scaleb(kind.places))), total
        elif total.question == "must_register":
            assert got.counts["must_register"][total.answer == "yes"] == total.rows
        elif total.question == "report_due":
            day = (date.fromisoformat(total.answer) - date(1970, 1, 1)).days
            assert got.counts["report_due"][day] == total.rows


def test_rows_are_written_as_they_come(tmp_path: Path):
    """Decimals, dates, words and silence as assess writes them; the file appears only when it is whole."""
    regime = law.load("ru/law")
    asked = ["must_register", "may_mine", "tax_this_period_rub", "report_due", "household_limit_kwh_per_month"]
    needed = sorted(frozenset().union(*(regime.facts_for(q) for q in asked)) - {"municipality"})
    rows = sorted(population(regime, months_between("2024-10..2025-06"), 40, Random(6)), key=lambda r: r.period)
    rows[3].facts["coins_btc"] = -1
    texts = {"subject": pa.array([f"miner {r.subject}" for r in rows])}
    months = months_between("2024-10..2025-06")
    numbers = {n: as_decimals(rows, n) for n in needed if facts()[n].kind == "number"}
    assess(
        regime,
        written(tmp_path / "d.parquet", rows, needed, **texts, **numbers),
        months,
        DuckDB(),
        asked=asked,
        out=tmp_path / "sql",
    )
    file = written(tmp_path / "w.parquet", rows, needed, **texts)
    stream = open_stream(regime, asked, months, columns_of(file), rows=True, compiled=False)

    def keep(batch: Decided) -> None:
        decided.write(batch.decided())
        rejected.write(batch.rejected())
        assert not (tmp_path / "decided.parquet").exists()

    with ParquetOut(tmp_path / "decided.parquet") as decided, ParquetOut(tmp_path / "rejected.parquet") as rejected:
        stream.run(parquet_batches(file, ["subject", "period", *needed]), sink=keep)
    engine = DuckDB()
    for name, order in (("decided", "subject, period"), ("rejected", "subject, period, reason")):
        months_of, whole = engine.stored(tmp_path / "sql" / name), f"'{tmp_path}/{name}.parquet'"
        described = engine.rows(f"DESCRIBE SELECT * FROM {months_of}")
        columns = [c for c, *_ in described if c != "line"]
        shown = ", ".join(f"CAST({c} AS VARCHAR)" for c in columns).replace(
            "CAST(period AS VARCHAR)", "left(CAST(period AS VARCHAR), 7) AS period"
        )
        want, got = (engine.rows(f"SELECT {shown} FROM {place} ORDER BY {order}") for place in (months_of, whole))
        assert want
        assert got == want
    half = ParquetOut(tmp_path / "half.parquet")
    half.write([OutColumn("n", [1, 2])])
    half.__exit__(ValueError)
    assert not list(tmp_path.glob("*half*"))


def test_neither_order_nor_names_nor_threads_change_the_totals(tmp_path: Path):
    regime = everything()
    asked = [n for n in regime.rules if regime.rules[n].tree.type.__class__ is not Word][:12]
    rows = population(regime, MONTHS, 40, Random(2))
    by_period = sorted(rows, key=lambda r: r.period)
    names = names_of(regime)
    base, _ = streamed(regime, written(tmp_path / "a.parquet", rows, names), asked, MONTHS)
    assert base.decided > 20
    texts = pa.array([f"miner {r.subject}" for r in by_period])
    large = pa.array([10**12 + 7919 * r.subject for r in by_period])
    month = pa.array([str(r.period) for r in by_period])
    for other in ({}, {"subject": texts}, {"subject": large, "period": month}):
        for threads in (1, 2, 3):
            file = written(tmp_path / "b.parquet", by_period, names, row_group=50, **other)
            assert streamed(regime, file, asked, MONTHS, threads=threads)[0] == base


def test_cells_that_cannot_be_read_are_told_and_break_the_year(tmp_path: Path):
    regime = law.load("ru/law")
    months = months_between("2025-01..2025-06")
    good = {"actor": "citizen", "coins_btc": 10**8, "quotation_rub_per_btc": 10**9, "mining_costs_rub": 0}
    bad: list[dict[str, Any]] = [{"coins_btc": -1}, {"actor": "robot"}, {}, {"quotation_rub_per_btc": None}, {}, {}]
    rows = [Row(k, m, {**good, **(b if k == 0 else {})}) for m, b in zip(months, bad, strict=True) for k in (0, 1)]
    file = written(
        tmp_path / "c.parquet",
        rows,
        sorted(good),
        subject=pa.array([r.subject for r in rows[:-1]] + [None], pa.int64()),
    )
    got, decided = streamed(regime, file, ["income_tax_rub"], months)
    assert got.decided == 5
    assert got.reasons == {
        "coins_btc is below zero": 1,
        "actor is not one of the known words": 1,
        "quotation_rub_per_btc is missing": 1,
        "an earlier month of the year was rejected, so sums over the year are not known": 3,
        "subject is missing": 1,
    }
    assert [d["income_tax_rub"] for d in said(decided)][1:4:2] == [
        1_602_000,
        3_402_000,
    ]  # 10 and 20 million in the year


def test_a_file_without_a_fact_or_in_the_wrong_order_is_refused(tmp_path: Path):
    regime = law.load("ru/law")
    [row] = population(regime, MONTHS[6:7], 1, Random(1))
    file = written(tmp_path / "d.parquet", [row, row], ["actor", "mining_energy_kwh_per_month"])
    with pytest.raises(BadInput, match="Row 2 comes after a later or equal period"):
        streamed(regime, file, ["must_register"], MONTHS)
    with pytest.raises(MissingFact, match="coins_btc"):
        streamed(regime, file, ["mining_income_rub"], MONTHS)
    floats = written(tmp_path / "e.parquet", [row], ["actor"], mining_energy_kwh_per_month=pa.array([1.5]))
    with pytest.raises(BadInput, match="whole counts"):
        streamed(regime, floats, ["must_register"], MONTHS)
    for wrong, column in (
        ("holds text", {"actor": pa.array(["citizen"]), "mining_energy_kwh_per_month": pa.array(["6000"])}),
        ("holds numbers", {"actor": pa.array([1])}),
        ("period holds int64", {"actor": pa.array(["citizen"]), "period": pa.array([202501])}),
    ):
        other = written(tmp_path / "g.parquet", [row], ["mining_energy_kwh_per_month"], **column)
        with pytest.raises(BadInput, match=wrong):
            streamed(regime, other, ["must_register"], MONTHS)
    pq.write_table(pa.table({"actor": ["citizen"]}), tmp_path / "h.parquet")
    with pytest.raises(BadInput, match="no column 'subject'"):
        list(parquet_batches(tmp_path / "h.parquet", ["subject", "actor"]))
    with pytest.raises(BadInput, match="no such file"):
        columns_of(tmp_path / "nowhere.parquet")


@pytest.mark.slow
def test_the_compiled_loop_does_what_its_twin_does(tmp_path: Path):
    regime = everything()
    rows = population(regime, MONTHS, 60, Random(9))
    file = written(tmp_path / "f.parquet", rows, names_of(regime), row_group=100)
    asked = ["over", "tax", "tax_of_period", "place", "roundings", "parts", "late", "sum_with_gap"]
    twin, by_twin = streamed(regime, file, asked, MONTHS)
    compiled, rows_compiled = streamed(regime, file, asked, MONTHS, compiled=True)
    assert compiled == twin
    assert said(rows_compiled) == said(by_twin)
    assert twin.decided > 0


def test_a_window_of_months_is_refused(tmp_path: Path):
    file = written(tmp_path / "f.parquet", [], names_of(everything()))
    with pytest.raises(BadLaw, match="not kept while a file streams"):
        open_stream(everything(), ["recent"], MONTHS, columns_of(file), compiled=False)
