"""Ten thousand sites over 60 months and 1,000 price paths: what the loop takes, apart from asking the acts.

    .venv/bin/python -m benchmarks.sites_evaluated [SITES] [PATHS]

The sites are real regions and machines with prices of power spread from 1 to 6 RUB/kWh. The law of a region is asked once.
"""

import sys
import time
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from adit import law
from adit.evidence.sources.machines import read_machines
from adit.site.answers import answered
from adit.site.columns import columns_of, energy_without_bans
from adit.site.kernel import Months, evaluate_sites
from adit.site.measures import discounts
from adit.site.paths import draw_paths, market_on
from adit.site.plan import Plan, planned
from adit.site.store import read_assumptions

ON, MONTHS = date(2026, 6, 1), 60
REGIONS = ("RU-KYA", "RU-IRK", "RU-KR", "RU-MUR", "RU-SVE", "RU-BU", "RU-TYU", "RU-SAR", "RU-KDA", "RU-MOS")
PRICES = 40


def columns(count: int) -> tuple[dict[str, np.ndarray], float, float]:
    """The columns of `count` sites; seconds that the law and the columns took."""
    assumptions, act = read_assumptions(), law.load("ru/law")
    market = market_on(ON, assumptions)
    machines = read_machines()
    rows: list[tuple[np.ndarray, ...]] = []
    asked = made = 0.0
    for place in REGIONS:
        for machine in machines:
            plan = Plan(place, Decimal(10), machine.model, Decimal(3), ON, MONTHS)
            site = planned(plan, assumptions)
            start = time.perf_counter()
            if machine is machines[0]:
                answers = answered(act, site, energy_without_bans(site, assumptions))
            asked += time.perf_counter() - start
            start = time.perf_counter()
            for n in range(PRICES):
                if len(rows) == count:
                    break
                c = columns_of(site, answers, market, assumptions, Decimal(1) + Decimal(5 * n) / PRICES)
                capital = np.array([float(c.capital.total * 100)])
                rows.append(
                    (c.ths, c.running, c.operations, c.depreciation, c.rate, c.quantum, c.vat, capital, c.new_year)
                )
            made += time.perf_counter() - start
    names = ("ths", "running", "always", "spared", "rate", "quantum", "vat", "capital", "new_year")
    return {n: np.array([r[k] for r in rows]) for k, n in enumerate(names)}, asked, made


def main(count: int, paths_count: int) -> None:
    c, asked, made = columns(count)
    sites = len(c["ths"])
    assumptions = read_assumptions()
    months = planned(Plan(REGIONS[0], Decimal(10), "S21", Decimal(3), ON, MONTHS), assumptions).months
    paths = draw_paths(market_on(ON, assumptions), months, assumptions, "gbm", paths_count, 1)
    weights = discounts(assumptions["money.discount_per_year"], MONTHS)

    def run(n: int) -> np.ndarray:
        made: dict[str, Any] = {name: c[name][:n] for name in Months._fields[:7]}
        columns = Months(**made, new_year=c["new_year"][0], stops=True)
        return np.asarray(evaluate_sites(columns, paths.sat_per_ths, paths.kopecks, c["capital"][:n, 0], weights))

    run(2)  # compiled or taken from the cache
    start, cpu = time.perf_counter(), time.process_time()
    npv = run(sites)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    steps = sites * MONTHS * paths_count
    print(f"{sites:,} sites x {MONTHS} months x {paths_count:,} paths = {steps:,} site-months")
    print(f"loop {wall:.2f} s, {cpu:.2f} CPU-s, {steps / wall / 1e6:,.0f} million site-months a second")
    print(f"before it: the act asked for {len(REGIONS)} regions in {asked:.2f} s, columns made in {made:.2f} s")
    print(f"sites worth something on the middle path: {(np.median(npv, axis=1) > 0).sum():,}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
