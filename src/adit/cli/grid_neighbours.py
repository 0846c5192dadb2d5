"""What `adit grid hosting` asks of the scenario: what several systems host at once, and what that does to the price."""

from pathlib import Path
from typing import TYPE_CHECKING

from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adit.evidence.sources.hourly_power import SystemHours
    from adit.evidence.sources.transfer_limits import TransferLimit
    from adit.grid.answer import Answer

__all__ = ["at_once", "priced"]


def at_once(
    found: "Answer",
    hours: "Mapping[str, SystemHours]",
    network: Path | None,
    limits: "Sequence[TransferLimit]",
) -> "Answer":
    """The answer with what its systems can host at once, where there are several."""
    from dataclasses import replace

    from adit.grid.scenario.store import SHIPPED_SCENARIO, read_scenario
    from adit.grid.simultaneous import simultaneous
    from adit.grid.store import assumptions

    scenario = read_scenario(network or SHIPPED_SCENARIO)
    if len(found.systems) < 2:
        return found
    systems = [h.system for h in found.systems]
    name = str(network) if network else "grid/scenario/russia.toml"
    together = simultaneous(
        systems,
        hours,
        found.year,
        scenario,
        accept_hours=found.accept_hours,
        name=name,
        assumed=assumptions(),
        limits=limits,
    )
    return replace(found, together=together)


def priced(found: "Answer", hours: "Mapping[str, SystemHours]", network: Path | None) -> "Answer":
    """The answer with what hosting that much would do to the price."""
    from dataclasses import replace

    from adit.evidence.sources.hourly_power import HOURLY, system_codes, year_of
    from adit.evidence.sources.plants import read_plants
    from adit.grid.hosted_price import prices_of
    from adit.grid.scenario.store import SHIPPED_SCENARIO, read_scenario

    if lacking := sorted(set(system_codes().values()) - set(hours)):
        raise BadInput(
            f"Prices need the hours of all six systems; {', '.join(lacking)} are not among them.",
            where="--prices",
            todo="Leave out --prices, or load the hours of the others as well.",
        )
    years = {system: year_of(h, found.year) for system, h in hours.items()}
    scenario = read_scenario(network or SHIPPED_SCENARIO)
    return replace(found, price=prices_of(found, years, read_plants(), scenario, where=HOURLY))
