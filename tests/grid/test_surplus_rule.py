"""A rule of law decides on what the grid measured: the facts of a region and month go in as they are written."""

from pathlib import Path
from typing import Any

import pytest
from tests.regime.acts import act, rule

from adit.evidence.sources.hourly_power import read_hours
from adit.grid.answer import answer, places_of
from adit.grid.facts import facts_of
from adit.regime.readers.case import Case, evaluate
from adit.terms.days import parse_period

BODY = """return first_match(
        when(~given(surplus_mw_interruptible), "undecided", "the surplus is not known"),
        when(surplus_mw_interruptible.or_else(0) > 0, "yes", "there is a surplus"),
        otherwise="no", because="there is none")"""


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, str], dict[str, Any]]:
    found = answer(places_of(["RU-IRK", "RU-KR", "RU-AMU"]), read_hours(), 2020, 300)
    return {(row["region"], row["period"]): row for row in facts_of(found)}


@pytest.mark.parametrize(
    ("region", "month", "said"),
    [
        ("RU-KR", "2020-01", "yes"),
        ("RU-IRK", "2020-01", "no"),
        ("RU-IRK", "2020-02", "yes"),
        ("RU-AMU", "2020-01", "undecided"),
    ],
)
def test_where_and_when_there_is_a_surplus(
    tmp_path: Path, measured: dict[tuple[str, str], dict[str, Any]], region: str, month: str, said: str
) -> None:
    regime = act(tmp_path, rules=rule(BODY, "surplus_mw_interruptible", name="may_mine"))
    row = measured[region, month]
    facts = {n: row[n] for n in ("surplus_mw_firm", "surplus_mw_interruptible") if row[n] is not None}
    case = Case(facts={"region": region, **facts}, period=parse_period("2024-01"))
    assert evaluate(regime, case).answer("may_mine") == said
