"""What a levy would bring, and whom it would drive into hiding, by its height: one run for each height, all on the same draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adit.lab.comparing import Band, band_of
from adit.lab.run import Ran
from adit.lab.scenario import Scenario
from adit.lab.scenario_changes import parse_change
from adit.terms.errors import BadInput

__all__ = ["CURVE_DRAWS", "HEIGHTS", "TWO_YEARS", "LevyPoint", "levy_curve", "with_levy"]

HEIGHTS = ("0", "0.25", "0.5", "1", "2", "4", "8")  # in the money of the act, by kWh
CURVE_DRAWS = 100  # for each height, at most: the curve is read at its middle
TWO_YEARS = 24


@dataclass(frozen=True, slots=True)
class LevyPoint:
    """One height: all that the state takes a year in millions of its money, load that is declared and load that hides."""

    levy: float
    revenue: Band
    declared_mw: Band
    undeclared_mw: Band


def with_levy(scenario: Scenario, height: str) -> Scenario:
    """The scenario with a levy of this height from its second year on, over whatever levy it has.

    Raises BadInput where no act speaks in its focus, or its last twelve months would not all bear the levy.
    """
    focus = scenario.focus
    place = next((p for p in (focus, focus.partition("-")[0]) if p in scenario.regimes), None)
    if place is None:
        raise BadInput(
            f"No act speaks in {focus}: there is nothing to lay a levy over.",
            where=scenario.where,
            todo=f'Name one under [regimes], as {focus} = "xx/law".',
        )
    if scenario.months < TWO_YEARS:
        raise BadInput(
            f"The levy begins in the second year, and {scenario.months} months are too few to see a year of it.",
            where=scenario.where,
            todo=f"Run {TWO_YEARS} months or more.",
        )
    first = scenario.start.replace(year=scenario.start.year + 1)
    change = parse_change(f"{place.lower()}.levy_per_kwh = {height} from {first.isoformat()}")
    return replace(scenario, changes=(*scenario.changes, change))


def levy_curve(scenario: Scenario, run: Callable[[Scenario], Ran], heights: Sequence[str] = HEIGHTS) -> list[LevyPoint]:
    """A point for each height. Raises BadInput where the act of the state takes no levy."""
    found = []
    for height in heights:
        outcomes = run(with_levy(scenario, height)).outcomes
        bands = (band_of(outcomes[name]) for name in ("tax_money_m", "declared_mw", "undeclared_mw"))
        found.append(LevyPoint(float(height), *bands))
    return found
