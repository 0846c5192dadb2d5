"""A new act loads, checks and runs at once, and nothing that is still to be written passes for an answer."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from tests.regime.test_schema import kind_of, problems

from adit import law
from adit.regime.act import Regime
from adit.regime.check import check
from adit.regime.form import is_unwritten
from adit.regime.golden import reached_branches, run_cases
from adit.regime.scaffold import new_act
from adit.regime.store import load_regime
from adit.regime.values import STATUSES
from adit.terms.errors import BadInput
from adit.terms.fields import questions

DAY = date(2027, 1, 1)
ODD = 'A "bill" — о майнинге \\ with\na line and \x7f'


def made(folder: Path, status: str = "bill", day: date = DAY, over: str = "", title: str = "A bill") -> Regime:
    base = law.load(over) if over else None
    for name, text in new_act(title, "RU", status, day, "example", base, over).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_regime(folder, "new", law.load)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("day", [DAY, date(2027, 1, 15)])
def test_it_loads_runs_and_has_nothing_to_find_but_what_is_to_be_written(status: str, day: date, tmp_path: Path):
    act = made(tmp_path, status, day)
    assert set(act.silent) == set(questions())
    assert [r.passed for r in run_cases(act)] == [True, True]
    assert reached_branches(act) == {"example_above_limit": (2, 2)}
    found = check(act, Random(0))
    assert {f.kind for f in found} == {"not yet said"}
    assert sum("silent" in f.what for f in found) == len(questions())


@pytest.mark.parametrize("over", ["ru/law", "ru/bills_2026", "ru/government_concept_2022"])
def test_as_a_reform_it_asks_only_what_the_act_below_leaves_open(over: str, tmp_path: Path):
    act, base = made(tmp_path, over=over), law.load(over)
    assert set(act.silent) == set(base.silent)
    assert all(is_unwritten(reason) for reason in act.silent.values())
    assert act.counts == base.counts | {"bill"}
    assert set(base.rules) < set(act.rules)
    assert all(r.passed for r in run_cases(act))


@pytest.mark.slow
def test_a_reform_has_nothing_to_find_but_what_is_to_be_written(tmp_path: Path):
    assert {f.kind for f in check(made(tmp_path, over="ru/law"), Random(0))} == {"not yet said"}


def test_what_is_written_is_no_longer_found(tmp_path: Path):
    made(tmp_path)
    for file in tmp_path.rglob("*.*"):
        if file.is_file() and "__pycache__" not in file.parts:
            file.write_text(file.read_text(encoding="utf-8").replace("TODO", "Said"), encoding="utf-8")
    assert check(load_regime(tmp_path, "new", law.load), Random(0)) == []


def test_any_title_is_written_as_it_is(tmp_path: Path):
    assert made(tmp_path, title=ODD).title == ODD


def test_the_files_are_valid_by_the_schemas(tmp_path: Path):
    made(tmp_path, over="ru/law")
    files = list(tmp_path.rglob("*.toml"))
    assert len(files) == 4
    for file in files:
        assert problems(kind_of(file), file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("title", "status", "day", "subject", "over", "message"),
    [
        (" ", "bill", DAY, "levy", "", "title is empty"),
        ("A bill", "bil", DAY, "levy", "", "no status 'bil'"),
        ("A bill", "bill", DAY, "../levy", "", "cannot name a file"),
        ("A bill", "bill", date(2020, 1, 1), "levy", "ru/law", "begins on 2021-01-01"),
        ("A bill", "bill", DAY, "household", "ru/law", "ru/law has a household_limit"),
    ],
)
def test_what_no_act_can_be_made_of_is_refused(
    title: str, status: str, day: date, subject: str, over: str, message: str
):
    with pytest.raises(BadInput, match=message):
        new_act(title, "RU", status, day, subject, law.load(over) if over else None, over)
