"""Why a network cannot be run: a second solve in which a balance may be broken at a price says which ones must be.

What is short can always be shed and what is too much water spilt, so a balance breaks in one direction only.
"""

import highspy
import numpy as np

from adit.grid.network import hour_name
from adit.grid.program import Program
from adit.terms.errors import BadInput

__all__ = ["why_infeasible"]

TOLERANCE = 1e-4  # MW in a zone, MWh in a reservoir


def why_infeasible(program: Program, first_hour: int) -> BadInput:
    """The error to raise: zone or reservoir, hour, and by how much, for the span that the program just failed on."""
    lay, solver = program.layout, program.solver
    columns, rows = np.arange(lay.columns, dtype=np.int32), np.arange(lay.rows, dtype=np.int32)
    solver.changeColsCost(lay.columns, columns, np.zeros(lay.columns))
    hours = np.concatenate([np.repeat(program.steps.length_h, lay.zones), np.ones(lay.periods * lay.reservoirs)])
    nothing, endless, less = np.zeros(lay.rows), np.full(lay.rows, np.inf), np.full(lay.rows, -1.0)
    solver.addCols(lay.rows, hours, nothing, endless, lay.rows, rows, rows, less)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    broken_by = np.array(solver.getSolution().col_value)[lay.columns :]
    broken = np.flatnonzero(broken_by > TOLERANCE)
    assert len(broken), "an infeasible program has a balance that must be broken"
    row = int(broken[0])
    more = f" The same happens {len(broken) - 1:,} times after it." if len(broken) > 1 else ""
    if row < lay.steps * lay.zones:
        return _zone(program, first_hour, row, float(broken_by[row]), more)
    return _reservoir(program, first_hour, row - lay.steps * lay.zones, float(broken_by[row]), more)


def _zone(program: Program, first_hour: int, row: int, beyond_mw: float, more: str) -> BadInput:
    network, (step, zone) = program.network, divmod(row, program.layout.zones)
    name, hours = network.zones[zone], np.flatnonzero(program.steps.step == step)
    at = first_hour + int(hours[0])
    span = f" and {len(hours) - 1} more hours of that day" if len(hours) > 1 else ""
    here = np.flatnonzero(network.units.zone == zone)
    must = sorted(((float(network.units.least_mw[u, at]), network.units.names[u]) for u in here), reverse=True)
    named = ", ".join(f"{unit} {mw:,.0f}" for mw, unit in must if mw > 0) or "none"
    return BadInput(
        f"The network cannot be run: in {hour_name(network, at)}{span}, {name} must generate {beyond_mw:,.1f} MW more than "
        f"it can use or send away.{more}",
        where=name,
        todo=f"Lower what must run (MW: {named}), or raise the limit of a line out of {name}.",
    )


def _reservoir(program: Program, first_hour: int, row: int, short_mwh: float, more: str) -> BadInput:
    network, (period, reservoir) = program.network, divmod(row, program.layout.reservoirs)
    name = network.reservoirs.names[reservoir]
    hours = np.flatnonzero(program.steps.period[program.steps.step] == period)
    when = hour_name(network, first_hour + int(hours[-1]))
    return BadInput(
        f"The network cannot be run: up to {when}, {name} lacks {short_mwh:,.1f} MWh of water for its least flow and the "
        f"level it is to end with.{more}",
        where=name,
        todo="Lower the least flow or the last level, or raise inflow or the first level.",
    )
