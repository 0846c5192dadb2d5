"""The year by the hour in two stages: days fix how much water is left each midnight, then windows of hours end on it.

The first stage sees each day as a few blocks of hours, from the highest load to the lowest. Averages make its program a
relaxation of the hourly one, so its cost can never be above the true least cost: the gap between the stages is told.
"""

from dataclasses import dataclass

import numpy as np

from adit.grid.infeasible import why_infeasible
from adit.grid.network import Floats, Network, check_network
from adit.grid.program import Program, Solved
from adit.grid.steps import Steps, hourly_steps
from adit.terms.errors import BadInput

__all__ = ["Dispatch", "dispatch_at_once", "dispatch_in_two_stages", "imbalance_mw", "water_imbalance_mwh"]

DAY = 24
BLOCKS = 4  # a day; with one, water is spread as if the evening peak were not there
BLOCKS_OF_MANY = 2  # with more zones than this, memory is dearer than the last thousandth of the cost
MANY_ZONES = 24
TOLERANCE_MW = 1e-3


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What the network would do, items by hours, and what it costs. `least_cost` is below what any dispatch can reach."""

    network: Network
    cost: float
    least_cost: float
    generation_mw: Floats
    turbines_mw: Floats
    shed_mw: Floats
    curtailed_mw: Floats
    flows_mw: Floats
    price: Floats  # of one more megawatt-hour in the zone; where two prices clear, either
    level_mwh: Floats  # at the end of the hour
    spilt_mwh: Floats

    @property
    def gap(self) -> float:
        """How far the cost can be from the least, as a share of it."""
        return (self.cost - self.least_cost) / max(abs(self.least_cost), 1.0)


def dispatch_in_two_stages(network: Network, *, window_h: int = DAY) -> Dispatch:
    """The whole span of the network, window by window. Raises BadInput that names constraint and hour where it cannot be."""
    if window_h < DAY or window_h % DAY:
        raise BadInput(f"A window of {window_h} hours does not end at midnight.", todo="Take whole days, 24 or 168.")
    check_network(network)
    water = network.reservoirs
    if not water.names:
        midnight, least_cost = np.zeros((-(-network.hours // DAY), 0)), -np.inf
    else:
        days = _solved(Program.of(network, _days(network)), 0, water.start_mwh, water.end_mwh)
        least_cost, midnight = days.cost, days.level_mwh
        del days
    programs: dict[int, Program] = {}  # the last window of a year may be shorter
    parts: list[Solved] = []
    level = water.start_mwh
    for first in range(0, network.hours, window_h):
        length = min(window_h, network.hours - first)
        if length not in programs:
            programs[length] = Program.of(network, hourly_steps(length))
        last_day = (first + length - 1) // DAY
        is_last = first + length == network.hours
        end = water.end_mwh if is_last else np.clip(midnight[last_day], 0.0, water.full_mwh)  # 1e-9 below nought
        part = programs[length].solve(first, level, end)
        if part is None and not is_last:  # inflow may come too late in a day for its midnight
            part = programs[length].solve(first, level, np.zeros_like(end))
        if part is None:
            raise why_infeasible(programs[length], first)
        level = np.clip(part.level_mwh[-1], 0.0, water.full_mwh)
        parts.append(part)
    exact = not water.names or len(parts) == 1  # no water binds one window to the next
    return _together(network, parts, sum(p.cost for p in parts) if exact else least_cost)


def dispatch_at_once(network: Network) -> Dispatch:
    """All hours in one program: exact, for days and weeks. A year takes minutes and gigabytes."""
    check_network(network)
    water = network.reservoirs
    part = _solved(Program.of(network, hourly_steps(network.hours)), 0, water.start_mwh, water.end_mwh)
    return _together(network, [part], part.cost)


def imbalance_mw(dispatch: Dispatch) -> Floats:
    """What comes into each zone less what leaves it, zones by hours: nought but for rounding."""
    network = dispatch.network
    left = dispatch.shed_mw + dispatch.curtailed_mw - network.load_mw - network.mining_mw
    np.add.at(left, network.units.zone, dispatch.generation_mw)
    np.add.at(left, network.reservoirs.zone, dispatch.turbines_mw)
    np.add.at(left, network.lines.target, dispatch.flows_mw)
    np.subtract.at(left, network.lines.origin, dispatch.flows_mw)
    return left


def water_imbalance_mwh(dispatch: Dispatch) -> Floats:
    """Water that came less what was used, spilt and kept, reservoirs by hours."""
    water = dispatch.network.reservoirs
    before = np.concatenate([water.start_mwh[:, None], dispatch.level_mwh[:, :-1]], axis=1)
    return before + water.inflow_mw - dispatch.turbines_mw - dispatch.spilt_mwh - dispatch.level_mwh


def _days(network: Network) -> Steps:
    """Each day cut into blocks of equal length by the load of all zones; a block need not be one stretch of time."""
    total = network.load_mw.sum(axis=0)
    a_day = BLOCKS if len(network.zones) <= MANY_ZONES else BLOCKS_OF_MANY
    step = np.empty(network.hours, np.int64)
    period: list[int] = []
    for day, first in enumerate(range(0, network.hours, DAY)):
        here = total[first : first + DAY]
        rank = np.empty(len(here), np.int64)
        rank[np.argsort(-here, kind="stable")] = np.arange(len(here))
        blocks = min(a_day, len(here))
        step[first : first + DAY] = len(period) + rank * blocks // len(here)
        period += [day] * blocks
    return Steps(step, np.array(period))


def _solved(program: Program, first: int, start_mwh: Floats, end_mwh: Floats) -> Solved:
    answer = program.solve(first, start_mwh, end_mwh)
    if answer is None:
        raise why_infeasible(program, first)
    return answer


def _together(network: Network, parts: list[Solved], least_cost: float) -> Dispatch:
    def column(name: str) -> Floats:
        return np.ascontiguousarray(np.concatenate([getattr(p, name) for p in parts]).T)

    miners = np.flatnonzero(network.mining_mw.any(axis=1))
    curtailed = np.zeros((len(network.zones), network.hours))
    curtailed[miners] = column("curtailed_mw")
    made = Dispatch(
        network=network,
        cost=sum(p.cost for p in parts),
        least_cost=least_cost,
        generation_mw=column("generation_mw"),
        turbines_mw=column("turbines_mw"),
        shed_mw=column("shed_mw"),
        curtailed_mw=curtailed,
        flows_mw=column("flows_mw"),
        price=column("price"),
        level_mwh=column("level_mwh"),
        spilt_mwh=column("spilt_mwh"),
    )
    off = float(np.abs(imbalance_mw(made)).max(initial=0))
    assert off < TOLERANCE_MW, f"{off} MW are made or lost"
    lost = float(np.abs(water_imbalance_mwh(made)).max(initial=0))
    assert lost < TOLERANCE_MW * DAY, f"{lost} MWh of water are made or lost"
    return made
