"""A population on DuckDB: the same answers as one by one, and every row that cannot be decided told."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.regime.acts import act, rule

from adit import law
from adit.decision.assess import Assessment, assess
from adit.decision.decide import decide
from adit.engines.duckdb import DuckDB
from adit.terms.days import Period, months_between, parse_period
from adit.terms.errors import BadInput, MissingFact, UnknownName
from adit.terms.fields import facts, questions

MONTHS = months_between("2025-01..2025-12")
HEADER = [
    "subject",
    "period",
    "actor",
    "region",
    "municipality",
    "mining_energy_kwh_per_month",
    "in_miners_register",
    "coins_btc",
    "mining_costs_rub",
]
GOOD = ["m1", "2025-05", "company", "RU-MOW", "", "100", "yes", "1.5", "1000000.00"]


def write(folder: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    file = folder / "population.csv"
    with file.open("w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([header, *rows])
    return file


def run(
    file: Path, folder: Path, *asked: str, regime: str = "ru/law"
) -> tuple[Assessment, list[dict[str, object]], list[dict[str, object]]]:
    with DuckDB() as engine:
        result = assess(law.load(regime), file, MONTHS, engine, folder / "out", asked=asked)
    decided, rejected = stored(folder / "out")
    assert result.decided == len(decided)
    assert result.rejected == len(rejected)
    assert result.rows == result.decided + result.rejected + result.other_months
    return result, decided, rejected


def stored(out: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The decided rows by subject and month, the rejected ones by line."""
    decided, rejected = (
        pq.read_table(out / name).to_pylist() if (out / name).exists() else [] for name in ("decided", "rejected")
    )
    return sorted(decided, key=lambda r: (r["subject"], r["period"])), sorted(rejected, key=lambda r: r["line"])


def changed(**cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def test_it_answers_as_one_case_does(tmp_path: Path):
    chance = Random(5)
    rows: list[list[str]] = []
    cases: dict[tuple[str, str], tuple[dict[str, object], list[tuple[Period, dict[str, object]]]]] = {}
    for n in range(40):
        actor = chance.choice(["citizen", "company", "entrepreneur"])
        past: list[tuple[Period, dict[str, object]]] = []
        region, place = chance.choice(
            [
                ("RU-MOW", ""),
                ("RU-DA", ""),
                ("RU-IRK", "irkutsk"),
                ("RU-IRK", "bratsk"),
                ("RU-IRK", ""),
                ("RU-BU", "ulan-ude"),
            ]
        )
        for month in sorted(chance.sample(range(1, 13), 6)):
            coins, costs = f"{chance.random() * 3:.8f}", f"{chance.randrange(20_000_000)}.{chance.randrange(100):02}"
            energy = chance.choice(["6000", "6000.001", "12"])
            rows.append([f"m{n}", f"2025-{month:02}", actor, region, place, energy, "yes", coins, costs])
            facts = {"actor": actor, "region": region, "municipality": place, "mining_energy_kwh_per_month": energy,
                     "in_miners_register": True, "coins_btc": coins, "mining_costs_rub": costs}  # fmt: skip
            cases[f"m{n}", f"2025-{month:02}"] = (facts, list(past))
            past.append((parse_period(f"2025-{month:02}"), facts))
    questions = (
        "may_mine",
        "why_barred",
        "must_register",
        "report_due",
        "mining_income_rub",
        "profit_tax_rub",
        "income_tax_rub",
        "tax_this_period_rub",
    )
    _, decided, rejected = run(write(tmp_path, rows), tmp_path, *questions)
    assert rejected == []
    for row in decided:
        facts, past = cases[str(row["subject"]), str(row["period"])]
        # the batch takes the month's mean quotation for every month, so each earlier month gets its own
        given = [(p, f | {"quotation_rub_per_btc": _mean(p)}) for p, f in past]
        decision = decide(
            law.load("ru/law"), facts, parse_period(str(row["period"])), questions=questions, earlier=given
        )
        for q in questions:
            assert row[q] == decision[q].value, (q, row, facts)
            explanation = decision[q].explanation
            assert explanation is not None
            assert row.get(f"{q}__branch") == explanation.branch


def _mean(period: Period) -> str:
    from adit.evidence.sources.prices import mean_quotation

    return str(Decimal(mean_quotation(period).rub_per_btc_kopecks) / 100)


BAD_CELLS: list[tuple[dict[str, str], str]] = [
    ({"subject": ""}, "subject is missing"),
    ({"period": "May"}, "period is not a month"),
    ({"period": "2025-13"}, "period is not a month"),
    ({"period": "2025-5-1"}, "period is not a month"),
    ({"period": "2025-02-30"}, "period is not a month"),
    ({"period": ""}, "period is not a month"),
    ({"actor": ""}, "actor is missing"),
    ({"actor": "citizn"}, "actor is not one of the known words"),
    ({"region": "RU-XX"}, "region is not one of the known words"),
    (
        {"region": "RU-IRK", "municipality": "irkustk"},
        "municipality is not a key of RU-IRK: see adit law places RU-IRK",
    ),
    (
        {"region": "RU-IRK", "municipality": "ulan-ude"},
        "municipality is not a key of RU-IRK: see adit law places RU-IRK",
    ),
    ({"mining_energy_kwh_per_month": ""}, "mining_energy_kwh_per_month is missing"),
    ({"mining_energy_kwh_per_month": "-5"}, "mining_energy_kwh_per_month is below zero"),
    ({"mining_energy_kwh_per_month": "1e99"}, "mining_energy_kwh_per_month is not a number"),
    ({"mining_energy_kwh_per_month": "6000.0001"}, "mining_energy_kwh_per_month has more than 3 decimal places"),
    ({"mining_energy_kwh_per_month": "9" * 40}, "mining_energy_kwh_per_month is out of range"),
    ({"mining_energy_kwh_per_month": "9" * 27}, "mining_energy_kwh_per_month is out of range"),
    ({"mining_energy_kwh_per_month": "99999999999"}, "mining_energy_kwh_per_month is out of range"),
    ({"in_miners_register": "perhaps"}, "in_miners_register is neither yes nor no"),
    ({"coins_btc": "0.123456789"}, "coins_btc has more than 8 decimal places"),
    ({"coins_btc": "0.12345678000000001"}, "coins_btc has more than 8 decimal places"),
    ({"coins_btc": "two"}, "coins_btc is not a number"),
]


@pytest.mark.parametrize(("cells", "reason"), BAD_CELLS)
def test_a_bad_cell_rejects_its_row_and_no_other(cells: dict[str, str], reason: str, tmp_path: Path):
    other = changed(subject="m2")
    result, decided, rejected = run(write(tmp_path, [changed(**cells), other]), tmp_path)
    assert [(r["line"], r["reason"]) for r in rejected] == [(2, reason)]
    assert [r["subject"] for r in decided] == ["m2"]
    assert result.reasons == ((reason, 1),)


def test_a_month_that_was_rejected_spoils_the_sums_after_it(tmp_path: Path):
    rows = [changed(period="2025-03"), changed(period="2025-04", coins_btc="x"), changed(period="2025-05")]
    _, decided, rejected = run(write(tmp_path, rows), tmp_path)
    assert [r["period"] for r in decided] == ["2025-03"]
    assert "an earlier month of the year was rejected" in str(rejected[1]["reason"])


def test_without_sums_a_rejected_month_spoils_nothing(tmp_path: Path):
    rows = [changed(period="2025-04", actor="x"), changed(period="2025-05")]
    _, decided, _ = run(write(tmp_path, rows), tmp_path, "must_register")
    assert [r["period"] for r in decided] == ["2025-05"]


def test_earlier_months_of_the_year_count_in_sums_though_not_asked_for(tmp_path: Path):
    rows = [changed(period=f"2025-{m:02}", coins_btc="1") for m in range(1, 13)] + [changed(period="2024-12")]
    file, asked = write(tmp_path, rows), ["profit_tax_rub"]
    with DuckDB() as engine:
        whole = assess(law.load("ru/law"), file, MONTHS, engine, tmp_path / "year", asked=asked)
        summer = months_between("2025-06..2025-07")
        part = assess(law.load("ru/law"), file, summer, engine, tmp_path / "part", asked=asked)
    assert (whole.decided, whole.other_months) == (12, 1)
    assert (part.decided, part.rejected, part.other_months) == (2, 0, 11)
    year = {r["period"]: r["profit_tax_rub"] for r in stored(tmp_path / "year")[0]}
    found = stored(tmp_path / "part")[0]
    assert [r["period"] for r in found] == ["2025-06", "2025-07"]
    for row in found:
        assert row["profit_tax_rub"] == year[row["period"]]


def test_a_year_of_which_there_are_no_rows(tmp_path: Path):
    with DuckDB() as engine:
        months = months_between("2024-12..2026-01")
        result = assess(law.load("ru/law"), write(tmp_path, [GOOD]), months, engine, tmp_path / "out")
    assert (result.rows, result.decided) == (1, 1)


def test_a_month_twice(tmp_path: Path):
    _, decided, rejected = run(write(tmp_path, [changed(), changed()]), tmp_path)
    assert decided == []
    assert {r["reason"] for r in rejected} == {"the subject has this month twice"}


def test_totals_reconcile_to_the_kopeck(tmp_path: Path):
    rows = [
        changed(subject=f"m{n}", period=f"2025-{m:02}", coins_btc=f"0.{n:03}{m:05}")
        for n in range(30)
        for m in (1, 2, 5)
    ]
    result, decided, _ = run(write(tmp_path, rows), tmp_path)
    totals = {t.question: t for t in result.totals}
    assert totals["mining_income_rub"].sum == sum(r["mining_income_rub"] for r in decided)  # type: ignore[misc]
    assert totals["tax_this_period_rub"].sum == totals["profit_tax_rub"].sum
    assert totals["profit_tax_rub"].rows == 30


def test_what_was_presumed_and_looked_up_is_told(tmp_path: Path):
    result, _, _ = run(write(tmp_path, [GOOD]), tmp_path)
    assert result.presumed["energy_company"] == "no"
    assert result.looked_up == {"quotation_rub_per_btc": "mean market quotation of the month"}


def test_the_surplus_is_looked_up(tmp_path: Path):
    rows = [
        changed(subject="a", region="RU-KR"),
        changed(subject="b", region="RU-IRK"),
        changed(subject="c", region="RU-AMU"),
    ]
    _, decided, _ = run(write(tmp_path, rows), tmp_path, "may_mine", regime="ru/government_concept_2022")
    assert {r["subject"]: r["may_mine"] for r in decided} == {"a": "yes", "b": "no", "c": "undecided"}


def test_parquet_with_types(tmp_path: Path):
    table = pa.table(
        {
            "subject": ["m1"],
            "period": pa.array([parse_period("2025-05").start]),
            "actor": ["company"],
            "coins_btc": pa.array([Decimal("1.50000000")], pa.decimal128(18, 8)),
            "mining_costs_rub": pa.array([1_000_000], pa.int64()),
            "only_mining": [True],
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")
    _, decided, _ = run(tmp_path / "p.parquet", tmp_path)
    assert decided[0]["must_keep_separate_accounts"] is False
    assert isinstance(decided[0]["profit_tax_rub"], int | Decimal)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (pa.decimal128(18, 8), "1.50000000", None),
        (pa.decimal128(20, 10), "1.5000000001", "coins_btc has more than 8 decimal places"),
        (pa.decimal128(20, 10), "1.5000000000", None),
        (pa.decimal128(38, 10), "1.5000000000", None),
        (pa.decimal128(38, 10), "1.5000000001", "coins_btc has more than 8 decimal places"),
        (pa.int64(), 2, None),
        (pa.int8(), -2, "coins_btc is below zero"),
        (pa.int64(), 9 * 10**18, "coins_btc is out of range"),
        (pa.uint64(), 18 * 10**18, "coins_btc is out of range"),
        (pa.decimal128(18, 8), None, "coins_btc is missing"),
        (pa.string(), "1.5", None),
    ],
)
def test_typed_columns_are_checked_like_text(kind: pa.DataType, value: object, reason: str | None, tmp_path: Path):
    cell = Decimal(value) if isinstance(value, str) and not pa.types.is_string(kind) else value
    table = pa.table({"subject": ["a"], "period": ["2025-05"], "coins_btc": pa.array([cell], kind)})
    pq.write_table(table, tmp_path / "p.parquet")
    _, decided, rejected = run(tmp_path / "p.parquet", tmp_path, "mining_income_rub")
    assert [r["reason"] for r in rejected] == ([reason] if reason else [])
    assert len(decided) == (0 if reason else 1)


def test_floats_are_refused(tmp_path: Path):
    pq.write_table(
        pa.table(
            {"subject": ["a"], "period": ["2025-05"], "actor": ["company"], "coins_btc": [0.1], "mining_costs_rub": [1]}
        ),
        tmp_path / "p.parquet",
    )
    with pytest.raises(BadInput, match="coins_btc holds DOUBLE, which cannot hold money or law exactly"):
        run(tmp_path / "p.parquet", tmp_path)


def test_a_file_without_subject(tmp_path: Path):
    with pytest.raises(BadInput, match="no column 'subject'"):
        run(write(tmp_path, [["2025-05"]], ["period"]), tmp_path)


def test_a_misspelt_column(tmp_path: Path):
    with pytest.raises(UnknownName, match=r"no fact 'actr'[\s\S]*Did you mean actor"):
        run(write(tmp_path, [["a", "2025-05", "x"]], ["subject", "period", "actr"]), tmp_path)


def test_a_question_whose_facts_are_no_columns(tmp_path: Path):
    with pytest.raises(MissingFact, match=r"profit_tax_rub cannot be answered.*coins_btc"):
        run(write(tmp_path, [["a", "2025-05", "company"]], ["subject", "period", "actor"]), tmp_path, "profit_tax_rub")


@pytest.mark.parametrize(("name", "message"), [("none.csv", "no such file"), ("x.xlsx", "neither Parquet nor CSV")])
def test_a_file_that_cannot_be_read(name: str, message: str, tmp_path: Path):
    if name != "none.csv":
        (tmp_path / name).write_text("x")
    with pytest.raises(BadInput, match=message):
        run(tmp_path / name, tmp_path)


def test_a_file_that_is_no_parquet(tmp_path: Path):
    (tmp_path / "x.parquet").write_text("not parquet")
    with pytest.raises(BadInput):
        run(tmp_path / "x.parquet", tmp_path)


# Days, clock times, sums over the last months ---------------------------------------------------------------------------
def test_days_and_clock_times_are_read_as_in_one_case(tmp_path: Path):
    head = ["subject", "period", "local_time_min", "group_tariff_per_kwh", "request_filed_on"]
    rows = [
        ["a", "2023-10", "17:00", "450", "2023-10-02"],
        ["b", "2023-10", "1019", "450", "2023-10-02"],
        ["c", "2023-10", "", "450", ""],
        ["d", "2023-10", "25:00", "450", "2023-10-02"],
        ["e", "2023-10", "17:00", "450", "2023-02-30"],
        ["f", "2023-10", "17:0", "450", "2.10.2023"],
    ]
    file = tmp_path / "p.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([head, *rows])
    asked, months = ("in_peak_hours", "leave_issued_by"), months_between("2023-10")
    with DuckDB() as engine:
        assess(law.load("uz/law"), file, months, engine, tmp_path / "out", asked=asked)
    decided, rejected = stored(tmp_path / "out")
    assert [(r["subject"], r["in_peak_hours"], r["leave_issued_by"]) for r in decided] == [
        ("a", True, date(2023, 10, 23)),
        ("b", False, date(2023, 10, 23)),
        ("c", None, None),
    ]
    assert [r["reason"] for r in rejected] == [
        "local_time_min is not a clock time",
        "request_filed_on is not a day: write it as 2025-05-01",
        "local_time_min is not a number",
    ]
    for row in rows[:3]:
        facts = {name: value for name, value in zip(head[2:], row[2:], strict=True) if value}
        decision = decide(law.load("uz/law"), facts, parse_period("2023-10"), questions=asked)
        [found] = [r for r in decided if r["subject"] == row[0]]
        assert [found[q] for q in asked] == [decision[q].value for q in asked]


WINDOW = rule("return over_last(mining_costs_rub, months=4)", "mining_costs_rub", "recent_rub")


def test_a_sum_over_the_last_months_crosses_new_year(tmp_path: Path):
    regime = act(tmp_path / "act", rules=WINDOW)
    head, costs = (
        ["subject", "period", "mining_costs_rub"],
        {"2024-10": 1, "2024-11": 10, "2025-01": 100, "2025-03": 1000},
    )
    file = tmp_path / "p.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = [["a", month, n] for month, n in costs.items()] + [
            ["b", "2024-12", "x"],
            ["b", "2025-02", 5],
            ["b", "2025-05", 7],
        ]
        csv.writer(out).writerows([head, *rows])
    with DuckDB() as engine:
        result = assess(
            regime, file, months_between("2025-01..2025-06"), engine, tmp_path / "out", asked=["recent_rub"]
        )
    decided, rejected = stored(tmp_path / "out")
    assert [(r["subject"], r["period"], r["recent_rub"]) for r in decided] == [
        ("a", "2025-01", Decimal(111)),
        ("a", "2025-03", Decimal(1100)),
        ("b", "2025-05", Decimal(12)),
    ]
    assert [(r["period"], r["reason"]) for r in rejected if str(r["period"]) >= "2025"] == [
        ("2025-02", "an earlier month was rejected, so sums over the last months are not known")
    ]
    assert result.decided == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", law.names())
def test_every_act_can_be_assessed(name: str, tmp_path: Path):
    """Rows with nothing but the facts that an act cannot do without: all are decided, or told why not."""
    regime = law.load(name)
    needed = sorted({f for q in questions() if q in regime.rules for f in regime.required_facts(q)})
    stated = [f for f in needed if not facts()[f].presumed and f not in ("municipality", "quotation_rub_per_btc")]
    cells = ["0" if facts()[f].kind == "number" else facts()[f].words[0] for f in stated]
    month = f"{regime.first_day.year + 1}-06"
    file = tmp_path / "p.csv"
    file.write_text(",".join(["subject", "period", *stated]) + "\n" + ",".join(["a", month, *cells]) + "\n")
    with DuckDB() as engine:
        result = assess(regime, file, months_between(month), engine, tmp_path / "out")
    assert (result.rows, result.decided + result.rejected) == (1, 1)


RAGGED = [
    ("xx,2025-06", "xx", "the line has 2 cells instead of 9"),
    ("x,2025-06,a,b,c,d,e,f,g,h,i", "x", "the line has 11 cells instead of 9"),
    ('"never closed,2025-06,company', "never closed", "a quote is not closed"),
    ('a "quote" inside,"2025"-06,x', 'a "quote" inside', "the quotes of the line cannot be read"),
    ("caf\udce9,2025-06", "caf\N{REPLACEMENT CHARACTER}", "the line is not text in UTF-8"),
]


@pytest.mark.parametrize("engine", [DuckDB, pytest.param("spark", marks=pytest.mark.slow)])
def test_lines_that_cannot_be_read_are_set_apart_and_the_rest_goes_on(engine: object, tmp_path: Path):
    assert len(HEADER) == 9
    file = write(tmp_path, [GOOD])
    good = file.read_text().splitlines()[1]
    spread = good.replace(good.split(",")[0], '"in two\nlines"', 1)
    lines = [
        line
        for i, (bad, _, _) in enumerate(RAGGED)
        for line in (bad, good.replace(good.split(",")[0], f"after {i}", 1))
    ]
    file.write_text("\n".join([*file.read_text().splitlines(), spread, "", *lines]) + "\n", errors="surrogateescape")
    from adit.engines.engine import open_engine

    with DuckDB() if engine is DuckDB else open_engine("spark") as running:
        result = assess(law.load("ru/law"), file, MONTHS, running, tmp_path / "out", asked=["must_register"])
    decided, rejected = stored(tmp_path / "out")
    assert {(r["subject"], r["reason"]) for r in rejected} == {(subject, reason) for _, subject, reason in RAGGED}
    assert sorted(int(str(r["line"])) for r in rejected) == [6, 8, 10, 12, 14]
    assert {r["subject"] for r in decided} >= {"in two\nlines", *(f"after {i}" for i in range(len(RAGGED)))}
    assert (result.rows, result.decided, result.rejected) == (2 + 2 * len(RAGGED), 2 + len(RAGGED), len(RAGGED))


def test_a_semicolon_does_too_and_other_encodings_are_told(tmp_path: Path):
    file = write(tmp_path, [GOOD])
    file.write_text(file.read_text().replace(",", ";"))
    with DuckDB() as engine:
        assert assess(law.load("ru/law"), file, MONTHS, engine, tmp_path / "out", asked=["must_register"]).decided == 1
        file.write_bytes("субъект".encode("cp1251"))
        with pytest.raises(BadInput, match="not text in UTF-8"):
            engine.relation(file)
