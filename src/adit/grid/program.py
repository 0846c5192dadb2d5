"""The linear program of a network: least cost of serving every zone in every step, as columns and rows for HiGHS.

The same text makes a whole span at once, its days, and a window of hours: they differ in their steps.
"""

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs as Highs  # highspy.Highs writes a banner to standard output as it is made
from scipy import sparse

from adit.grid.network import Floats, Ints, Network
from adit.grid.steps import Steps

__all__ = ["Layout", "Program", "Solved"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each kind of column and row stands. Columns by step come first, levels and spill by period after them."""

    units: slice
    turbines: slice
    shed: slice
    curtailed: slice
    flows: slice
    wide: int  # columns a step
    miners: Ints  # zones that have mining at all
    steps: int
    periods: int
    zones: int
    reservoirs: int

    @property
    def columns(self) -> int:
        return self.steps * self.wide + 2 * self.periods * self.reservoirs

    @property
    def rows(self) -> int:
        return self.steps * self.zones + self.periods * self.reservoirs


@dataclass(frozen=True, slots=True)
class Solved:
    """What a program answered, steps first: MW by step, prices per MWh, and water at the end of each period."""

    cost: float
    generation_mw: Floats
    turbines_mw: Floats
    shed_mw: Floats
    curtailed_mw: Floats  # by zones with mining
    flows_mw: Floats
    price: Floats  # steps by zones
    level_mwh: Floats  # periods by reservoirs
    spilt_mwh: Floats


def _layout(network: Network, steps: Steps) -> Layout:
    miners = np.flatnonzero(network.mining_mw.any(axis=1))
    sizes = (
        len(network.units.names),
        len(network.reservoirs.names),
        len(network.zones),
        len(miners),
        len(network.lines.names),
    )
    ends = np.cumsum(sizes)
    units, turbines, shed, curtailed, flows = (
        slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)
    )
    return Layout(
        units=units,
        turbines=turbines,
        shed=shed,
        curtailed=curtailed,
        flows=flows,
        wide=int(ends[-1]),
        miners=miners,
        steps=steps.count,
        periods=steps.periods,
        zones=len(network.zones),
        reservoirs=len(network.reservoirs.names),
    )


@dataclass(slots=True)
class Program:
    """A model that HiGHS holds open. It is built once; another span of the same shape changes only bounds."""

    network: Network
    steps: Steps
    layout: Layout
    solver: Any  # Highs, whose stubs do not know changeRowsBounds
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)
    right: Floats = field(repr=False)

    @classmethod
    def of(cls, network: Network, steps: Steps) -> "Program":
        """Built and handed to HiGHS, one thread, so that the same network always gives the same answer."""
        layout = _layout(network, steps)
        solver = Highs()
        options: dict[str, bool | int | str] = {
            "output_flag": False,
            "threads": 1,
            "solver": "simplex",
            "presolve": "off",  # two thirds of the memory
        }
        for option, value in options.items():
            solver.setOptionValue(option, value)
        columns = np.zeros(layout.columns)
        made = cls(network, steps, layout, solver, columns, columns.copy(), np.zeros(layout.rows))
        made._pass()
        return made

    def solve(self, first_hour: int, start_mwh: Floats, end_mwh: Floats) -> Solved | None:
        """The span that begins with this hour, from these levels to at least those; None where it cannot be."""
        self.bound(first_hour, start_mwh, end_mwh)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        assert status == highspy.HighsModelStatus.kOptimal, self.solver.modelStatusToString(status)
        return self._read()

    def bound(self, first_hour: int, start_mwh: Floats, end_mwh: Floats) -> None:
        """Hand HiGHS the bounds of the span that begins with this hour."""
        self._fill(first_hour, start_mwh, end_mwh)
        columns = np.arange(self.layout.columns, dtype=np.int32)
        rows = np.arange(self.layout.rows, dtype=np.int32)
        self.solver.changeColsBounds(len(columns), columns, self.lower, self.upper)
        self.solver.changeRowsBounds(len(rows), rows, self.right, self.right)

    def _pass(self) -> None:
        lay, network, length = self.layout, self.network, self.steps.length_h
        cost = np.zeros((lay.steps, lay.wide))
        cost[:, lay.units] = network.units.cost_per_mwh
        cost[:, lay.shed] = network.shed_per_mwh
        cost[:, lay.curtailed] = network.bid_per_mwh[lay.miners]
        matrix = _matrix(network, self.steps, lay)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = lay.columns, lay.rows
        model.col_cost_ = np.concatenate([(cost * length[:, None]).ravel(), np.zeros(2 * lay.periods * lay.reservoirs)])
        model.col_lower_ = self.lower
        model.col_upper_ = np.full(lay.columns, np.inf)
        model.row_lower_ = model.row_upper_ = self.right
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        self.solver.passModel(model)

    def _fill(self, first: int, start_mwh: Floats, end_mwh: Floats) -> None:
        lay, network = self.layout, self.network
        span = slice(first, first + len(self.steps.step))
        mean = self.steps.mean
        low = self.lower[: lay.steps * lay.wide].reshape(lay.steps, lay.wide)
        high = self.upper[: lay.steps * lay.wide].reshape(lay.steps, lay.wide)
        load, mining = mean(network.load_mw[:, span]), mean(network.mining_mw[:, span])
        low[:, lay.units], high[:, lay.units] = (
            mean(network.units.least_mw[:, span]),
            mean(network.units.most_mw[:, span]),
        )
        water = network.reservoirs
        low[:, lay.turbines], high[:, lay.turbines] = mean(water.least_mw[:, span]), mean(water.most_mw[:, span])
        high[:, lay.shed] = load
        high[:, lay.curtailed] = mining[:, lay.miners]
        low[:, lay.flows], high[:, lay.flows] = (
            -mean(network.lines.backward_mw[:, span]),
            mean(network.lines.forward_mw[:, span]),
        )
        level_low, _ = self.lower[lay.steps * lay.wide :].reshape(2, lay.periods, lay.reservoirs)
        level_high, spill_high = self.upper[lay.steps * lay.wide :].reshape(2, lay.periods, lay.reservoirs)
        level_low[-1] = end_mwh
        level_high[:] = water.full_mwh
        spill_high[:] = np.inf
        self.right[: lay.steps * lay.zones] = (load + mining).ravel()
        inflow = np.zeros((lay.periods, lay.reservoirs))
        np.add.at(inflow, self.steps.period[self.steps.step], water.inflow_mw[:, span].T)
        inflow[0] += start_mwh
        self.right[lay.steps * lay.zones :] = inflow.ravel()

    def _read(self) -> Solved:
        lay, solution = self.layout, self.solver.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        by_step = values[: lay.steps * lay.wide].reshape(lay.steps, lay.wide)
        levels, spilt = values[lay.steps * lay.wide :].reshape(2, lay.periods, lay.reservoirs)
        return Solved(
            cost=self.solver.getInfo().objective_function_value,
            generation_mw=by_step[:, lay.units],
            turbines_mw=by_step[:, lay.turbines],
            shed_mw=by_step[:, lay.shed],
            curtailed_mw=by_step[:, lay.curtailed],
            flows_mw=by_step[:, lay.flows],
            price=duals[: lay.steps * lay.zones].reshape(lay.steps, lay.zones) / self.steps.length_h[:, None],
            level_mwh=levels,
            spilt_mwh=spilt,
        )


def _matrix(network: Network, steps: Steps, lay: Layout) -> sparse.csc_matrix:
    """Balance of each zone in each step; water of each reservoir in each period."""
    columns = np.arange(lay.wide)
    origin, target = network.lines.origin, network.lines.target
    zone = np.concatenate([network.units.zone, network.reservoirs.zone, np.arange(lay.zones), lay.miners, target])
    row = np.concatenate([zone, origin])  # what flows arrives in one zone and leaves the other
    column = np.concatenate([columns, columns[lay.flows]])
    sign = np.concatenate([np.ones(lay.wide), -np.ones(len(origin))])
    step = np.arange(lay.steps)[:, None]
    rows = [(row + step * lay.zones).ravel()]
    cols = [(column + step * lay.wide).ravel()]
    data = [np.tile(sign, lay.steps)]
    below, beyond = lay.steps * lay.zones, lay.steps * lay.wide
    reservoir = np.arange(lay.reservoirs)
    rows.append((below + steps.period[:, None] * lay.reservoirs + reservoir).ravel())  # water through the turbines
    cols.append((step * lay.wide + columns[lay.turbines]).ravel())
    data.append(np.repeat(steps.length_h, lay.reservoirs))
    held = np.arange(lay.periods * lay.reservoirs)
    spill = beyond + len(held)
    rows += [below + held, below + held, below + held[lay.reservoirs :]]
    cols += [beyond + held, spill + held, beyond + held[: len(held) - lay.reservoirs]]
    data += [np.ones(len(held)), np.ones(len(held)), -np.ones(max(len(held) - lay.reservoirs, 0))]
    return sparse.coo_matrix(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=(lay.rows, lay.columns)
    ).tocsc()
