"""The lab's kernel: the full model's time a draw, and a reduced model in numba, numpy and Mesa 3 on the same numbers in one run.

The reduced model keeps what every engine can say: 2,000 cohort-sites of machines, a hashprice found by four Newton steps a month, growth of those that run
and scrapping of those that do not. Mesa runs few draws and is scaled a draw. `python -m benchmarks.lab_kernel` prints a Markdown table;
`--draws 1000 --mesa-draws 1` are the defaults. CPU seconds are told beside wall seconds, since the cores may be shared.
"""

import argparse
import math
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numba import njit

from adit.lab.columns import COLUMNS, SECTORS, LawColumns
from adit.lab.model.inputs import Cells, Inputs, Network, Power, Start
from adit.lab.model.run import run
from adit.lab.model.vintages import shipped_fleet

__all__ = ["compiled", "full_world", "mesa_model", "plain", "start"]

MONTHS, AGENTS, STEPS = 96, 2000, 4
PLACES = 50


def full_world(months: int = MONTHS) -> Inputs:
    """50 places x (two bands, households, hidden) = 200 cells x 10 vintages; a third of the places have levy, profit tax and sanctions; one bans."""
    days = tuple(date(2022 + m // 12, m % 12 + 1, 1) for m in range(months))
    places = tuple(f"P{p:02d}" for p in range(PLACES))
    neutral = dict.fromkeys(COLUMNS, 0.0) | dict.fromkeys(
        ("permit_operate", "permit_new", "season", "hours_left", "import_share"), 1.0
    )
    neutral |= {"slot_cap_mw": np.inf, "connection_months": np.nan, "household_kwh_per_month": np.nan}
    column = {name: np.full((months, PLACES, len(SECTORS)), value) for name, value in neutral.items()}
    strict = slice(0, PLACES, 3)
    column["levy_usd_per_kwh"][12:, strict, 0], column["profit_tax"][12:, strict, 0] = 0.01, 0.2
    column["household_kwh_per_month"][:, strict, 1] = 6000.0
    for name, value in (("detection_per_month", 0.03), ("fine_usd_per_case", 3000.0), ("confiscation", 0.5)):
        column[name][:, strict, 2] = value
    column["exit_share"][30:31, 0, 0], column["permit_operate"][31:, 0, 0], column["permit_new"][30:, 0, 0] = (
        1.0,
        0.0,
        0.0,
    )
    sector = np.tile([0, 0, 1, 2], PLACES)
    place = np.repeat(np.arange(PLACES), 4)
    mw = np.where(sector == 0, 50.0 * (1 + place % 5), 0.0)
    mix = np.zeros((10, 4 * PLACES))
    mix[2:6] = np.array([0.2, 0.3, 0.3, 0.2])[:, None]
    tariff = np.array([0.03, 0.04, 0.05, 0.06, 0.07])[place % 5] * np.tile([1.0, 1.2, 0.8, 1.1], PLACES)
    revenue = 950.0 * 40_000.0
    return Inputs(
        months=days,
        places=places,
        cells=Cells(place, sector, np.where(sector == 0, 0.5, 1.0)),
        fleet=shipped_fleet(days, 12),
        network=Network(
            np.full((1, months), 40_000.0), np.full(months, 900.0), np.full(months, 50.0), np.full(12, revenue), np.full(12, revenue / 200e6), 200.0
        ),
        power=Power(
            np.tile(tariff, (months, 1)), np.full((months, PLACES), np.inf), 1.2 * np.bincount(place, weights=mw), np.full(PLACES, 0.03), np.full(PLACES, 100.0)
        ),
        start=Start(mw, mix, np.zeros(len(mw), dtype=bool), np.full(PLACES, 0.1), np.full(PLACES, np.nan)),
        law=LawColumns(days, places, column, {}, {}),
    )  # fmt: skip


def start(draw: int) -> tuple[Any, Any, Any]:
    """Machines, cost and half-width of the cost of each cohort-site."""
    chance = np.random.Generator(np.random.Philox(key=[1, draw]))
    joules = np.repeat(np.linspace(100, 16, 10), AGENTS // 10)
    cost = 0.024 * 1.09 * joules * chance.uniform(0.03, 0.08, AGENTS)
    return chance.uniform(0, 0.2, AGENTS), cost, 0.024 * 1.09 * joules * 0.03


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "nsz", "contract"})
def _compiled(x: Any, cost: Any, half: Any, revenue: float, months: int, out: Any) -> None:
    z = math.log(0.19)
    for t in range(months):
        for _ in range(STEPS):
            h, total, slope = math.exp(z), 1e-12, 0.0
            for i in range(x.shape[0]):
                u = 0.5 + (h - cost[i]) / (2 * half[i])
                total += x[i] * min(max(u, 0.0), 1.0)
                slope += x[i] * (1 / (2 * half[i]) if (u > 0.0) & (u < 1.0) else 0.0)
            z -= (z + math.log(total) - math.log(revenue)) / (1 + h * slope / total)
        h, hashes = math.exp(z), 0.0
        for i in range(x.shape[0]):
            share = min(max(0.5 + (h - cost[i]) / (2 * half[i]), 0.0), 1.0)
            hashes += x[i] * share
            x[i] *= 1 + 0.02 * share - 0.02 * (1 - share)
        out[t] = hashes


def compiled(draw: int) -> Any:
    out = np.empty(MONTHS)
    _compiled(*start(draw), 38.0, MONTHS, out)
    return out


def plain(draw: int) -> Any:
    """The same in numpy."""
    (x, cost, half), out, z = start(draw), np.empty(MONTHS), math.log(0.19)
    for t in range(MONTHS):
        for _ in range(STEPS):
            h = math.exp(z)
            u = 0.5 + (h - cost) / (2 * half)
            total = float(x @ np.clip(u, 0, 1)) + 1e-12
            slope = float((x * ((u > 0) & (u < 1)) / (2 * half)).sum())
            z -= (z + math.log(total) - math.log(38.0)) / (1 + h * slope / total)
        share = np.clip(0.5 + (math.exp(z) - cost) / (2 * half), 0, 1)
        out[t] = x @ share
        x *= 1 + 0.02 * share - 0.02 * (1 - share)
    return out


def mesa_model(draw: int) -> Any:
    """The same with an agent for each cohort-site, in Mesa's own way: sets of agents that are asked and told."""
    from mesa import Agent, Model  # type: ignore[import-not-found, unused-ignore]  # a venv of its own has it

    class Site(Agent):  # type: ignore[misc, unused-ignore]  # mesa is not typed
        def __init__(self, model: Any, machines: float, cost: float, half: float) -> None:
            super().__init__(model)
            self.machines, self.cost, self.half, self.offer, self.slope = machines, cost, half, 0.0, 0.0

        def answer(self, h: float) -> None:
            u = 0.5 + (h - self.cost) / (2 * self.half)
            self.offer = self.machines * min(max(u, 0.0), 1.0)
            self.slope = self.machines / (2 * self.half) if 0.0 < u < 1.0 else 0.0

        def step(self) -> None:
            share = self.offer / self.machines
            self.machines *= 1 + 0.02 * share - 0.02 * (1 - share)

    class Mining(Model):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__(seed=draw)
            for machines, cost, half in zip(*(a.tolist() for a in start(draw)), strict=True):
                Site(self, machines, cost, half)
            self.z, self.hashes = math.log(0.19), 0.0

        def step(self) -> None:
            for _ in range(STEPS):
                h = math.exp(self.z)
                self.agents.do("answer", h)
                total = self.agents.agg("offer", sum) + 1e-12
                slope = self.agents.agg("slope", sum)
                self.z -= (self.z + math.log(total) - math.log(38.0)) / (1 + h * slope / total)
            self.agents.do("answer", math.exp(self.z))
            self.hashes = self.agents.agg("offer", sum)
            self.agents.do("step")

    model, out = Mining(), np.empty(MONTHS)
    for t in range(MONTHS):
        model.step()
        out[t] = model.hashes
    return out


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--mesa-draws", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    world = full_world()
    print("| what | draws | wall, s | CPU, s | draws a CPU second |\n|---|---|---|---|---|")

    def row(what: str, draws: int, wall: float, cpu: float) -> None:
        print(f"| {what} | {draws} | {wall:.2f} | {cpu:.2f} | {draws / cpu:.4g} |")

    _, wall, cpu = _timed(lambda: run(world, 1, 1))
    row("full model, first draw: compiled, or read from the cache", 1, wall, cpu)
    row("full model, kernel", options.draws, *_timed(lambda: run(world, options.draws, 1, threads=options.threads))[1:])
    row("full model, numpy twin", 50, *_timed(lambda: run(world, 50, 1, engine="numpy"))[1:])
    compiled(0)
    fast, wall, fast_cpu = _timed(lambda: [compiled(n) for n in range(options.draws)])
    row("reduced model, numba", options.draws, wall, fast_cpu)
    slow, wall, cpu = _timed(lambda: [plain(n) for n in range(20)])
    row("reduced model, numpy", 20, wall, cpu)
    agents, wall, cpu = _timed(lambda: [mesa_model(n) for n in range(options.mesa_draws)])
    row("reduced model, Mesa 3", options.mesa_draws, wall, cpu)
    for n, hashes in enumerate(agents):
        np.testing.assert_allclose(hashes, fast[n], rtol=1e-9)
    for n, hashes in enumerate(slow[: options.draws]):
        np.testing.assert_allclose(hashes, fast[n], rtol=1e-9)
    times = (cpu / options.mesa_draws) / (fast_cpu / options.draws)
    print(
        f"\nAll three agree to nine digits. By CPU seconds a draw the kernel is {times:,.0f} times as fast as Mesa, whose draws are scaled."
    )


if __name__ == "__main__":
    main()
