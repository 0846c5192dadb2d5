"""Parameters of OpenFisca come in as they stand there or are told to be missing; ours go out and come back the same."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit import law
from adit.cli import yaml_text
from adit.regime.act import Regime
from adit.regime.openfisca import LeftOut, as_openfisca, as_toml, from_openfisca
from adit.regime.values import Row, Value
from adit.regime.written import read_value

COUNTS = frozenset({"in force"})


def come_in(folder: Path, **files: str) -> tuple[dict[str, dict[str, Any]], list[LeftOut]]:
    """The values that come of these files (`tax__rate` stands for tax/rate.yaml), and what was left out."""
    for name, text in files.items():
        file = folder / (name.replace("__", "/") + ".yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    read, refused = yaml_text.read_folder(folder)
    groups, left = from_openfisca(read)
    assert not refused
    return {name: table for values in groups.values() for name, table in values.items()}, left


def back(regime: Regime, folder: Path) -> dict[str, Value]:
    """The numbers and brackets of the regime after they were written as YAML and read again."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    made, _ = as_openfisca(regime)
    tables, left = come_in(folder, **{name: yaml_text.written(p) for name, p in made.items()})
    assert left == []
    return {n: read_value(n, t, n, [n] * len(t["values"]), ()) for n, t in tables.items()}


def content(value: Value, row: Row | None) -> Any:
    if row is None:
        return None
    if value.kind == "brackets":
        places, rates = value.places, value.by_places
        return [(Decimal(b.above).scaleb(-places), Decimal(b.rate).scaleb(-rates)) for b in row.value]
    return Decimal(row.value).scaleb(-value.places)


def rows_in_effect(value: Value, counts: frozenset[str]) -> list[tuple[Any, ...]]:
    """Each row that takes effect on some day: its days, what it holds, its citation."""
    rows = [r for r in value.rows if r.status in counts and value.on(r.first, counts) is r]
    lasts = [*(r.first - timedelta(days=1) for r in rows[1:]), date.max][: len(rows)]
    ends = [r.through if r.through and r.through < last else None for r, last in zip(rows, lasts, strict=True)]
    return [(r.first, end, content(value, r), r.cite) for r, end in zip(rows, ends, strict=True)]


@pytest.mark.parametrize("name", law.names())
def test_what_goes_out_comes_back_the_same(name: str, tmp_path: Path):
    regime = law.load(name)
    ours = {v.name: v for v in regime.values.values() if v.kind in ("number", "brackets")}
    ours = {n: v for n, v in ours.items() if rows_in_effect(v, regime.counts)}
    found = back(regime, tmp_path)
    assert set(found) == set(ours)
    for n, value in ours.items():
        assert rows_in_effect(found[n], COUNTS) == rows_in_effect(value, regime.counts), n
        assert (found[n].unit, found[n].by, found[n].about, found[n].kind) == (
            value.unit,
            value.by,
            value.about,
            value.kind,
        )


def test_there_is_something_to_go_out():
    assert sum(len(as_openfisca(law.load(name))[0]) for name in law.names()) > 40


DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """A value whose rows may follow, part, or reach over one another across statuses."""
    brackets = draw(st.booleans())
    rows: list[dict[str, Any]] = []
    for status in ("in force", "expired", "bill"):
        firsts = sorted(draw(st.sets(DAYS, max_size=3)))
        for i, first in enumerate(firsts):
            last = firsts[i + 1] - timedelta(days=1) if i + 1 < len(firsts) else date(2020, 4, 1)
            through = draw(st.none() | st.dates(first, last))
            number = (
                {
                    "brackets": [
                        {"above": Decimal(n), "rate": draw(NUMBERS)}
                        for n in (0, *sorted(draw(st.sets(st.integers(1, 9), max_size=2))))
                    ]
                }
                if brackets
                else {"value": draw(NUMBERS)}
            )
            rows.append({"from": first, "status": status, "cite": draw(st.sampled_from(["art. 1", "закон: 2", "yes", "'0.1' #"])), "read": "reported", "confidence": "low", **number, **({"through": through} if through else {})})  # fmt: skip
    return {"about": "A value.", "unit": draw(st.sampled_from(["RUB", "1", "RUB/kWh"])), "values": rows}


@given(tables())
@settings(max_examples=150, deadline=None)
def test_any_value_says_the_same_on_every_day(tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]):
    if not table["values"]:
        return
    value = read_value("v", table, "v", ["v"] * len(table["values"]), ())
    regime = replace(law.load("ru/law"), values={"v": value})
    found = back(regime, tmp_path_factory.getbasetemp() / "back")
    for n in range(110):
        day = date(2019, 12, 25) + timedelta(days=n)
        ours = value.on(day, regime.counts)
        theirs = found["v"].on(day, COUNTS) if "v" in found else None
        assert content(value, ours) == content(found.get("v", value), theirs), day
        assert (ours and ours.cite) == (theirs and theirs.cite)


# What comes in ------------------------------------------------------------------------------------------------------
RATE = """
description: Rate of a tax.
metadata: {unit: /1, reference: [{title: Tax Code art. 1, href: "https://example.org/1"}]}
values:
  2015-01-01: 0.10
  2020-01-01: {value: 1_000.50, reference: "https://example.org/2"}
"""


def test_a_parameter_comes_in_with_its_dates_unit_and_citation(tmp_path: Path):
    tables, left = come_in(tmp_path, tax__income__rate=RATE)
    assert left == []
    table = tables["tax_income_rate"]
    first, second = table["values"]
    assert (table["unit"], table["about"]) == ("1", "Rate of a tax.")
    assert str(first["value"]) == "0.10"
    assert (second["value"], second["cite"]) == (Decimal("1000.50"), "https://example.org/2")
    assert (first["from"], first["cite"]) == (date(2015, 1, 1), "Tax Code art. 1")
    assert (first["status"], first["read"], first["confidence"]) == ("in force", "reported", "low")
    assert "tax/income/rate.yaml" in first["note"]
    assert "https://example.org/1" in first["note"]


def test_nested_parameters_and_short_forms_come_in(tmp_path: Path):
    text = "reference: Act 1\nlow:\n  metadata: {unit: currency-RUB}\n  values: {2015: 5}\nhigh: {2015-02: true, 2016-01-01: null}\n"
    tables, left = come_in(tmp_path, fee=text, index="description: All.")
    assert left == []
    assert (tables["fee_low"]["unit"], tables["fee_low"]["values"][0]["cite"]) == ("RUB", "Act 1")
    row = tables["fee_high"]["values"][0]
    assert (row["value"], row["from"], row["through"]) == (True, date(2015, 2, 1), date(2015, 12, 31))


SCALE = """
description: A scale.
metadata: {threshold_unit: currency-RUB, rate_unit: /1, type: marginal_rate, reference: Act 2}
brackets:
- threshold: {2020-01-01: 0}
  rate: {values: {2020-01-01: 0.13, 2022-01-01: 0.15}}
- threshold: {2020-01-01: 5000, 2023-01-01: null}
  rate: {2020-01-01: 0.2, 2023-01-01: null}
"""


def test_a_scale_comes_in_row_by_row(tmp_path: Path):
    tables, left = come_in(tmp_path, scale=SCALE)
    assert left == []
    rows = [[(str(b["above"]), str(b["rate"])) for b in r["brackets"]] for r in tables["scale"]["values"]]
    assert rows == [[("0", "0.13"), ("5000", "0.2")], [("0", "0.15"), ("5000", "0.2")], [("0", "0.15")]]


def number(text: str, unit: str = "/1", more: str = "") -> str:
    return (
        f"description: A number.\nmetadata: {{unit: {unit}, reference: Act 3}}\nvalues: {{2020-01-01: {text}}}\n{more}"
    )


LEFT_OUT = {
    "another currency": (number("5", "currency-GBP"), "unit currency-GBP is not known"),
    "no unit": ("reference: Act\nvalues: {2020-01-01: 5}", "has no unit"),
    "no reference": ("metadata: {unit: /1}\nvalues: {2020-01-01: 5}", "has no reference"),
    "a reference that is null": ("metadata: {unit: /1, reference: null}\nvalues: {2020-01-01: 5}", "has no reference"),
    "a title that is null": ("reference: {title: ~, href: }\nvalues: {2020-01-01: 5}", "has no reference"),
    "no brackets": (SCALE[: SCALE.index("- threshold")].replace("brackets:", "brackets: []"), "no list"),
    "a bare threshold": (SCALE.replace("threshold: {2020-01-01: 0}", "threshold: 0"), "is not a table"),
    "a float": (number("0.30000000000000004"), "trace of a float"),
    "infinity": (number(".inf"), "not a decimal number"),
    "an octal": (number("0777"), "not a decimal number"),
    "a sexagesimal": (number("1:30"), "not a decimal number"),
    "a list": (number("[a, b]"), "holds a list"),
    "a word": (number("full"), "not a decimal number"),
    "an impossible day": (number("5").replace("2020-01-01", "2020-02-30"), "is not a day"),
    "day nought": (number("5").replace("2020-01-01", "0000-01-01"), "is not a day"),
    "expected": (number("expected"), "expected, not enacted"),
    "nothing": (number("null"), "no value stands in it"),
    "no parameter": ("- 1\n- 2\n", "neither a parameter nor a folder"),
    "amounts by bracket": (SCALE.replace("rate: {2020", "amount: {2020"), "a threshold and a rate are expected"),
    "single amounts": (SCALE.replace("marginal_rate", "single_amount"), "only marginal rates"),
    "rates in an unknown unit": (SCALE.replace("rate_unit: /1", "rate_unit: parsec"), "not known"),
    "brackets that do not rise": (SCALE.replace("5000", "0"), "rise"),
    "a threshold without a rate": (
        SCALE.replace("rate: {2020-01-01: 0.2, 2023", "rate: {2021-01-01: 0.2, 2023"),
        "without a rate",
    ),
    "kinds that change": (number("5, 2021-01-01: true"), "one kind of thing: number before, yes or no here"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_cannot_be_carried_over_is_listed(name: str, tmp_path: Path):
    text, why = LEFT_OUT[name]
    _, left = come_in(tmp_path, a__b=text)
    assert [one for one in left if why in one.why and one.file == "a/b.yaml"], left


def test_two_names_that_become_one_are_listed(tmp_path: Path):
    tables, left = come_in(tmp_path, a__b_c=number("1"), a_b__c=number("2"))
    assert list(tables) == ["a_b_c"]
    assert "same name" in left[0].why
    assert come_in(tmp_path / "other", **{"class": number("1")})[0] == {}


def test_uprating_is_told(tmp_path: Path):
    tables, left = come_in(tmp_path, a=RATE.replace("{unit", "{uprating: gov.cpi, unit"))
    assert "a" in tables
    assert "uprating by gov.cpi" in left[0].why


def test_no_older_number_reaches_over_a_missing_one(tmp_path: Path):
    text = number("5, 2021-01-01: .nan, 2022-01-01: 7, 2023-01-01: expected")
    tables, left = come_in(tmp_path, a=text)
    days = [(r["from"], r.get("through")) for r in tables["a"]["values"]]
    assert days == [(date(2020, 1, 1), date(2020, 12, 31)), (date(2022, 1, 1), None)]
    ended = come_in(tmp_path / "b", b=number("5, 2021-01-01: 6, 2022-01-01: null"))[0]["b"]["values"]
    assert [r["through"] for r in ended] == [date(2020, 12, 31), date(2021, 12, 31)]
    assert [one.what for one in left] == ["a from 2021-01-01", "a from 2023-01-01"]


def test_a_file_that_is_no_yaml_or_says_things_twice_is_refused_and_the_others_are_read(tmp_path: Path):
    texts = {
        "twice": "values: {2020-01-01: 1, 2020-01-01: 2}",
        "alias": "a: &x {2020: 1}\nb: *x",
        "broken": "a: [",
        "good": number("1"),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "latin.yml").write_bytes(b"\xe9")
    read, refused = yaml_text.read_folder(tmp_path)
    assert set(read) == {"good.yaml"}
    assert "stands twice" in refused["twice.yaml"]
    assert "alias" in refused["alias.yaml"]
    assert set(refused) == {"twice.yaml", "alias.yaml", "broken.yaml", "latin.yml"}


def test_the_toml_is_read_as_it_was_meant(tmp_path: Path):
    tables, _ = come_in(tmp_path, scale=SCALE, rate=RATE.replace("Rate of", 'Rate \\ "of" я'))
    assert tomllib.loads(as_toml(tables), parse_float=Decimal) == {
        name: {**table, "values": [dict(row) for row in table["values"]]} for name, table in tables.items()
    }


WORDS = st.sampled_from(
    ["values", "brackets", "metadata", "reference", "unit", "title", "href", "threshold", "rate", "value", "through", "type",
     "rate_unit", "threshold_unit", "uprating", "2020-01-01", "2021", "2020-02-30", "5", "0", "0.1", "null", "expected", "true",
     "/1", "currency-RUB", "Act 1", "https://example.org", "", "marginal_rate"]
)  # fmt: skip
NODES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=25,
)
SERIES = st.dictionaries(st.sampled_from(["2020-01-01", "2021", "2022-03"]), NODES | WORDS, max_size=3)
SCALES = st.fixed_dictionaries(
    {
        "reference": WORDS,
        "unit": st.just("/1"),
        "brackets": st.lists(st.fixed_dictionaries({"threshold": SERIES, "rate": SERIES}), max_size=2),
    }
)
VALUES = st.fixed_dictionaries({"reference": NODES, "metadata": NODES, "unit": st.just("/1"), "values": SERIES})


@given(NODES | SCALES | VALUES)
@settings(max_examples=600, deadline=None)
def test_whatever_stands_in_a_file_comes_in_or_is_listed(node: Any):
    groups, left = from_openfisca({"a/b.yaml": node})
    values = {name: table for tables in groups.values() for name, table in tables.items()}
    assert values or left or node in ([], {}) or not _holds_something(node)
    if values:
        read = tomllib.loads(as_toml(values), parse_float=Decimal)
        for name, table in read.items():
            read_value(name, table, name, [name] * len(table["values"]), ())


def _holds_something(node: Any) -> bool:
    """Whether there is more in it than what describes a folder."""
    about = {"metadata", "reference", "unit"}
    return not isinstance(node, dict) or any(k not in about and _holds_something(v) for k, v in node.items())
