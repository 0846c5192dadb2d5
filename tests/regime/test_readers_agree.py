"""The other readers give what the case reader gives, for every rule of every act, on random cases at the edges."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.regime.populations import by_arrays, by_case, by_sql, population, write_people

from adit import law
from adit.engines.duckdb import DuckDB
from adit.regime.act import Regime
from adit.regime.store import load_regime
from adit.regime.tree import Expr, walk
from adit.terms.days import months_between
from adit.terms.errors import BadInput

EVERYTHING = Path(__file__).parent / "everything"
MONTHS = months_between("2024-07..2026-06")


def everything() -> Regime:
    return load_regime(EVERYTHING, "everything", law.load)


def agree(regime: Regime, seed: int, subjects: int) -> int:
    """Compare every rule on a population; the number of cells compared."""
    months = [m for m in MONTHS if m.start >= regime.first_day]
    rows = population(regime, months, subjects, Random(seed))
    expected = by_case(regime, rows)
    cells = 0
    with DuckDB() as engine, TemporaryDirectory() as folder:
        write_people(regime, rows, Path(folder) / "people.parquet")
        people = engine.relation(Path(folder) / "people.parquet")
        for name in regime.rules:
            readers = {
                "sql": by_sql(regime, people, months, [name], engine),
                "arrays": by_arrays(regime, rows, months, [name], compiled=False),
            }
            for reader, found in readers.items():
                for row, want, got in zip(rows, expected, found, strict=True):
                    wanted = {k: want[k] for k in got} if want[name] != "PROBLEM" else {name: "PROBLEM"}
                    assert got == wanted, (regime.id, reader, name, str(row.period), row.facts)
                    cells += len(got)
    return cells


def test_the_act_of_the_tests_uses_every_operation():
    used = {type(n).__name__ for rule in everything().rules.values() for n in walk(rule.tree)}
    closed = {c.__name__ for c in Expr.__subclasses__()}
    assert len(closed) > 20
    assert closed - used == set()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_every_operation(seed: int):
    assert agree(everything(), seed, subjects=12) > 500


def test_rows_that_cannot_be_decided_are_found_by_both():
    regime = everything()
    rows = population(regime, MONTHS, 40, Random(3))
    problems = {
        name
        for answers in by_case(regime, rows)
        for name, a in answers.items()
        if isinstance(a, str) and a == "PROBLEM"
    }
    assert {"over", "fine", "clash", "ranked", "untaken", "sum_with_gap"} <= problems


@pytest.mark.parametrize("name", law.names())
def test_every_act(name: str):
    regime = law.load(name)
    assert agree(regime, seed=len(regime.rules), subjects=12) > 50


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        ("over", "tax", "tax_of_period", "place", "clash"),
        ("roundings", "parts", "fine_asked_first", "late", "sum_with_gap"),
    ],
)
def test_the_compiled_loop_does_what_its_twin_does(asked: tuple[str, ...]):
    regime = everything()
    rows = population(regime, MONTHS, 60, Random(9))
    compiled = by_arrays(regime, rows, MONTHS, list(asked), compiled=True)
    assert compiled == by_arrays(regime, rows, MONTHS, list(asked), compiled=False)
    assert any(a != "PROBLEM" for answers in compiled for a in answers.values())


def test_arrays_refuse_rows_that_come_out_of_order():
    regime = everything()
    [row] = population(regime, MONTHS[:1], 1, Random(1))
    with pytest.raises(BadInput, match="after a later or equal period"):
        by_arrays(regime, [row, row, row], MONTHS, ["favoured"], compiled=False)
