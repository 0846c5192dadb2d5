"""What hosting moves in the price: where it is not known, what counts as hosted, and the systems from their hours."""

from dataclasses import replace

import pytest

from adit.evidence.sources.hourly_power import SystemYear, read_hours, year_of
from adit.evidence.sources.plants import read_plants
from adit.grid.answer import Answer, answer, places_of
from adit.grid.hosted_price import hosted_mw, prices_of
from adit.grid.russia import days_known
from adit.grid.scenario.store import read_scenario
from adit.grid.simultaneous import simultaneous
from adit.grid.store import assumptions
from adit.grid.telling_together import price_told


def years(year: int) -> dict[str, SystemYear]:
    return {system: year_of(hours, year) for system, hours in read_hours().items()}


def asked(*systems: str, accept: int, year: int = 2020) -> Answer:
    found = answer(places_of(systems), read_hours(), year, accept)
    if len(systems) < 2:
        return found
    scenario = read_scenario()
    together = simultaneous(
        systems, read_hours(), year, scenario, accept_hours=accept, name="it", assumed=assumptions()
    )
    return replace(found, together=together)


def test_a_year_with_too_many_holes_has_no_price() -> None:
    """2021 ends in November; 2016 lacks three days at most, and they are named."""
    found = prices_of(asked("Siberia", accept=0, year=2021), years(2021), read_plants(), read_scenario(), where="it")
    assert (found.hours, found.ends) == (0, ())
    for language, words in (("en", "Price: not known."), ("ru", "Цена: не известна.")):
        [told] = price_told(found, language)
        assert told.startswith(words)
    assert days_known(years(2021)) is None
    left_out = days_known(years(2016))
    assert left_out is not None
    assert 0 < len(left_out) <= 14


def test_what_counts_as_hosted() -> None:
    alone = asked("North-West", accept=300)
    assert hosted_mw(alone, "demonstrated") == {"North-West": float(alone.systems[0].low.hosting_mw_interruptible // 1)}  # type: ignore[operator]
    assert hosted_mw(asked("Siberia", accept=300), "demonstrated") == {}  # it is short
    several = asked("Siberia", "Urals", accept=300)
    assert several.together is not None
    carried = several.together.ends[0].carried
    assert carried is not None
    assert hosted_mw(several, "demonstrated") == dict(zip(("Siberia", "Urals"), [mw // 1 for mw in carried.part_mw], strict=True))  # fmt: skip
    none = asked("Siberia", "Urals", accept=0)
    assert hosted_mw(none, "demonstrated") == {}


def test_nothing_hosted_moves_nothing() -> None:
    found = asked("Siberia", accept=0)
    assert found.systems[0].low.hosting_mw_firm == 0
    nothing = replace(found, systems=())
    priced = prices_of(nothing, years(2020), read_plants(), read_scenario(), where="it")
    assert priced.ends == ()
    assert [*price_told(priced, "en")] == ["Price: nothing is known to be hosted, so nothing moves it."]


@pytest.mark.slow
def test_a_larger_load_moves_the_price_further() -> None:
    found = asked("Siberia", "Urals", accept=300)
    priced = prices_of(found, years(2020), read_plants(), read_scenario(), where="it")
    low, high = priced.ends
    assert (low.end, high.end) == ("demonstrated", "installed")
    for system in ("Siberia", "Urals"):
        assert low.without[system] == high.without[system] < low.with_load[system] < high.with_load[system]
        assert high.mining_share[system] <= low.mining_share[system] <= 1 + 1e-9
    [first, *_] = price_told(priced, "ru")
    assert "руб./МВт·ч (с " in first
