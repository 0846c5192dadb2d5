"""The best SQL for DuckDB that we can write by hand, and the bare scan of the same columns.

Whole numbers in 64 bits, dated values as a table of 24 months that is joined, banned days as a table of region and month,
and one window over the only column that needs one, of rows made narrow before it. The tax before the month is worked out
from the same running sum.
"""

from pathlib import Path
from typing import Any

from benchmarks.throughput.dated import Month, dated
from benchmarks.throughput.population import COLUMNS, REGIONS

__all__ = ["best_sql", "scan_sql"]

MOST = max(len(m.above_rub) for m in dated())


def best_sql(source: str) -> str:
    """One query: the eight answers of each row, with its subject and period."""
    months = ",\n".join(_month(m) for m in dated())
    names = ["period", "days", "registered", "limit_wh", "percent", "fixed_fine", "share"]
    names += [f"{what}{k}" for k in range(MOST) for what in ("above", "step")]
    bans = ",\n".join(
        f"(DATE '{m.period.start}', '{region}', {days})"
        for m in dated()
        for region, days in zip(REGIONS, m.banned_days, strict=True)
        if days
    )
    return f"""
WITH months({", ".join(names)}) AS (VALUES
{months}
), bans(period, region, days) AS (VALUES
{bans}
), narrow AS (
  SELECT subject, f.period, actor,
    registered AND (actor <> 'citizen' OR mining_energy_kwh_per_month > limit_wh) AS must_register,
    COALESCE(bans.days, 0)::TINYINT AS banned_days, m.days::TINYINT AS days,
    terror_listed AND registered AS excluded, in_miners_register, registered_income_declared,
    coins_btc // 100000000 * quotation_rub_per_btc
      + (coins_btc % 100000000 * quotation_rub_per_btc + 50000000) // 100000000 AS income_rub,
    income_rub - CASE WHEN actor = 'citizen' THEN 0 ELSE mining_costs_rub END AS net
  FROM {source} AS f JOIN months AS m USING (period) LEFT JOIN bans ON bans.period = f.period AND bans.region = f.region
), summed AS (
  SELECT *, CAST(SUM(net) OVER (PARTITION BY subject, year(period) ORDER BY period ROWS UNBOUNDED PRECEDING) AS BIGINT) AS net_ytd
  FROM narrow
), based AS (
  SELECT s.*, GREATEST(net_ytd, 0) AS base_ytd, GREATEST(net_ytd - net, 0) AS before, m.* EXCLUDE (period, days)
  FROM summed AS s JOIN months AS m USING (period)
), taxed AS (
  SELECT *, {_tax("base_ytd")} AS tax_ytd, tax_ytd - {_tax("before")} AS tax_month
  FROM based
)
SELECT subject, period, must_register, banned_days,
  CASE WHEN excluded THEN 'excluded' WHEN banned_days = days THEN 'banned region'
    WHEN must_register AND NOT in_miners_register THEN 'register first' WHEN banned_days > 0 THEN 'part of the month'
    ELSE 'allowed' END AS permission,
  income_rub, base_ytd, tax_ytd, tax_month,
  CASE WHEN fixed_fine > 0 AND income_rub > 0 AND NOT registered_income_declared
    THEN fixed_fine + (GREATEST(tax_month, 0) * share + 50) // 100 ELSE 0 END AS fine
FROM taxed"""


def _month(m: Month) -> str:
    above = [*m.above_rub, *(0 for _ in range(MOST - len(m.above_rub)))]
    rates = [*m.percent, *(m.percent[-1] for _ in range(MOST - len(m.percent)))]
    steps = [rate - below for rate, below in zip(rates, [0, *rates], strict=False)]
    scale: list[Any] = [n for k in range(MOST) for n in (100 * above[k], steps[k])]
    cells = [f"DATE '{m.period.start}'", m.period.days, str(m.registered).upper(), m.limit_wh, m.profit_percent]
    cells += [m.fixed_fine_rub, m.fine_percent, *scale]
    return f"({', '.join(str(c) if isinstance(c, str) else f'{c}::BIGINT' for c in cells)})"


def _tax(base: str) -> str:
    """Whole roubles of a base in kopecks: both are counts of a hundredth of a kopeck times a percent."""
    scale = " + ".join(f"GREATEST({base} - above{k}, 0) * step{k}" for k in range(MOST))
    return f"((CASE WHEN actor = 'company' THEN {base} * percent ELSE {scale} END + 5000) // 10000)"


def scan_sql(source: str) -> str:
    """Every value of every column read, and nothing done with it."""
    return f"SELECT {', '.join(f'max({name})' for name in COLUMNS)} FROM {source}"


def source_of(file: Path) -> str:
    """The file as a relation."""
    return f"read_parquet('{file}')"
