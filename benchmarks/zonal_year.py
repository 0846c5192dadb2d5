"""A year of hours of synthetic zones: the two stages against PyPSA's one program on the same network, in one run.

Each zone has nuclear, CHP with the least output that heat asks for, gas, coal, a reservoir, shedding and mining with a bid; lines
form a ring with some chords. Each task runs in a process of its own; RSS is its peak and includes making the network.
`python -m benchmarks.zonal_year` prints a Markdown table (PyPSA takes minutes and some three gigabytes); `--without-pypsa` leaves it out.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np

from adit.grid.network import Floats, Lines, Network, Reservoirs, Units, hours_from

__all__ = ["synthetic"]

FUELS = {"nuclear": (0.18, 250.0, 0.0), "chp": (0.30, 900.0, 0.5), "gas": (0.30, 1400.0, 0.4), "coal": (0.25, 1150.0, 1.0)}  # fmt: skip
YEAR = 8760


def synthetic(zones: int, hours: int = YEAR, seed: int = 7) -> Network:
    """The same network for the same seed."""
    rng = np.random.default_rng(seed)
    hour = np.arange(hours)
    year = 2 * np.pi * hour / YEAR
    base = rng.uniform(2000, 8000, zones)
    load = base[:, None] * _shape(rng, zones, hour)
    peak = load.max(axis=1)
    units = _units(rng, peak, hour)
    turbines = peak * rng.uniform(0.1, 0.35, zones)
    inflow = turbines[:, None] * (0.35 + 0.25 * np.sin(year - 1.7)) * rng.uniform(0.8, 1.2, (zones, 1))
    full = turbines * rng.uniform(300, 1200, zones)
    ends = [(z, (z + 1) % zones) for z in range(zones)] + [
        tuple(map(int, rng.choice(zones, 2, replace=False))) for _ in range(zones // 2)
    ]
    limit = rng.uniform(0.05, 0.2, (len(ends), 1)) * base.mean() * np.where(np.cos(year) > 0, 0.9, 1.0)
    return Network(
        tuple(f"Z{z}" for z in range(zones)), hours_from(datetime(2021, 1, 1, tzinfo=UTC), hours), load, _same(base * 0.05, hours),
        rng.uniform(1800, 3000, zones), np.full(zones, 60_000.0), units,
        Reservoirs(
            tuple(f"Z{z} water" for z in range(zones)), np.arange(zones), _same(turbines * 0.05, hours), _same(turbines, hours),
            inflow, full, full * 0.6, full * 0.6,
        ),
        Lines(tuple(f"L{i}" for i in range(len(ends))), np.array([a for a, _ in ends]), np.array([b for _, b in ends]), limit, limit),
    )  # fmt: skip


def _shape(rng: np.random.Generator, zones: int, hour: Any) -> Floats:
    """Season, day, week, and chance that lasts some hours."""
    season = 1 + 0.22 * np.cos(2 * np.pi * hour / YEAR - 0.25)
    day = 1 + 0.12 * np.sin(2 * np.pi * (hour - 9 + rng.uniform(-2, 2, (zones, 1))) / 24)
    week = np.where(hour // 24 % 7 >= 5, 0.94, 1.0)
    chance = np.zeros((zones, len(hour)))
    step = rng.normal(0, 0.01, chance.shape)
    for h in range(1, len(hour)):
        chance[:, h] = 0.95 * chance[:, h - 1] + step[:, h]
    shape: Floats = season * day * week * (1 + chance)
    return shape


def _units(rng: np.random.Generator, peak: Floats, hour: Any) -> Units:
    heat = 0.5 + 0.4 * np.cos(2 * np.pi * hour / YEAR - 0.25)
    names, zone, fuel, least, most, cost, co2 = [], [], [], [], [], [], []
    for z, mw in enumerate(peak):
        for name, (share, price, factor) in FUELS.items():
            size = 0.0 if name == "nuclear" and rng.random() < 0.4 else share * mw * rng.uniform(0.7, 1.2)
            days = rng.random(len(hour) // 24 + 1) > 0.08
            able = (
                size * (0.65 + 0.3 * np.repeat(days, 24)[: len(hour)])
                if name != "chp"
                else np.full(len(hour), 0.9 * size)
            )
            names.append(f"Z{z} {name}")
            zone.append(z)
            fuel.append(name)
            least.append({"nuclear": 0.6 * able, "chp": np.minimum(able, 0.6 * size * heat)}.get(name, 0.0 * able))
            most.append(able)
            cost.append(price * rng.uniform(0.85, 1.2))
            co2.append(factor)
    return Units(tuple(names), np.array(zone), tuple(fuel), np.array(least), np.array(most), np.array(cost), np.array(co2))  # fmt: skip


def _same(figures: Floats, hours: int) -> Floats:
    return np.broadcast_to(figures[:, None], (len(figures), hours))


def measured(task: str, zones: int) -> dict[str, Any]:
    """One task in this process."""
    network = synthetic(zones)
    wall, cpu = time.perf_counter(), time.process_time()
    if task == "pypsa":
        from adit.grid.pypsa_format import to_pypsa

        made = to_pypsa(network)
        made.optimize(solver_name="highs", io_api="direct", log_to_console=False, include_objective_constant=False)
        cost, gap = float(made.objective), 0.0
    else:
        from adit.grid.two_stage import dispatch_in_two_stages

        done = dispatch_in_two_stages(network, window_h=int(task))
        cost, gap = done.cost, done.gap
    return {
        "cost": cost,
        "gap": gap,
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-pypsa", action="store_true")
    parser.add_argument("--task", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.task:
        print(json.dumps(measured(asked.task[0], int(asked.task[1]))))
        return
    tasks = [("24", 8), ("168", 8), *([] if asked.without_pypsa else [("pypsa", 8)]), ("24", 80)]
    found = {}
    for task, zones in tasks:
        command = [sys.executable, "-m", "benchmarks.zonal_year", "--task", task, str(zones)]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        found[task, zones] = json.loads(told.splitlines()[-1])
    whole = found.get(("pypsa", 8))
    print(
        "| zones | method | wall, s | CPU, s | peak RSS, GB | cost above PyPSA's | cost above the least possible, at most |"
    )
    print("|---|---|---|---|---|---|---|")
    for (task, zones), figures in found.items():
        method = "PyPSA, one program, HiGHS" if task == "pypsa" else f"two stages, windows of {task} h"
        above = f"{figures['cost'] / whole['cost'] - 1:+.4%}" if whole and zones == 8 else "not run"
        gap = "" if task == "pypsa" else f"{figures['gap']:.4%}"
        print(f"| {zones} | {method} | {figures['wall_s']:.1f} | {figures['cpu_s']:.1f} | {figures['rss_gb']:.2f} | {above} | {gap} |")  # fmt: skip


if __name__ == "__main__":
    main()
