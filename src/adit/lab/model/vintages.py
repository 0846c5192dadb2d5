"""What machines there are: deliveries by month as mixes of models, and the fleet that past deliveries left, from the chain's own hash rate."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from adit.lab.model.inputs import Fleet
from adit.lab.model.store import read_vintages
from adit.terms.errors import BadInput

__all__ = ["delivery_mix", "fleet_mix", "months_before", "shipped_fleet"]


def shipped_fleet(months: Sequence[date], lead: int, foundry_mw_per_month: float = float("inf")) -> Fleet:
    """The shipped vintages for these months and for `lead` months before the first."""
    vintages = read_vintages()["vintage"]
    before = months_before(months[0], lead) if months else ()
    return Fleet(
        names=tuple(v["name"] for v in vintages),
        efficiency_j_per_th=_efficiency(vintages),
        delivery_mix=delivery_mix(months),
        delivery_mix_before=delivery_mix(before),
        foundry_mw_per_month=np.full(len(months), foundry_mw_per_month),
    )


def delivery_mix(months: Sequence[date]) -> Any:
    """(T, V): shares of the hash rate delivered in each month."""
    table = read_vintages()
    first_years = [int(re.split(r"\D", v["name"])[0]) for v in table["vintage"]]
    ramp = table["delivered"][0]
    mix = np.zeros((len(months), len(first_years)))
    for row, month in enumerate(months):
        old = ramp["year_before_in_january"] * max(0.0, 1 - (month.month - 1) / ramp["months_until_none"])
        mix[row, _vintage_of(month.year, first_years)] += 1 - old
        mix[row, _vintage_of(month.year - 1, first_years)] += old
    return mix


def fleet_mix(months: Sequence[date], hashrate_ehs: Any) -> Any:
    """(V,): shares of the installed MW by vintage, after these months of the network's hash rate.

    Each month machines beyond their years retire, and what is then missing to the month's hash rate was delivered; where nothing is missing nothing was. Who
    of them runs the model decides by the hashprice. Begin with 2016 or before, so that the start does not matter.
    """
    if len(months) != len(hashrate_ehs) or not len(months) or not np.all(np.asarray(hashrate_ehs) > 0):
        what = f"{len(months)} months and {len(hashrate_ehs)} figures of hash rate do not make a history."
        raise BadInput(what, where="vintages", todo="Give one figure above zero for each month, and at least one.")
    table = read_vintages()
    retired, mixes = table["retired"][0], delivery_mix(months)
    cohorts: list[Any] = []  # by month of delivery
    for month, hashes in enumerate(hashrate_ehs):
        for age, cohort in enumerate(reversed(cohorts), start=1):
            if age > retired["after_months"]:
                cohort *= 1 - retired["share_per_month"]
        standing = sum((float(c.sum()) for c in cohorts), 0.0)
        cohorts.append(mixes[month] * max(hashes - standing, 0.0))
    power = np.sum(cohorts, axis=0) * _efficiency(table["vintage"])
    return power / power.sum()


def months_before(first: date, count: int) -> tuple[date, ...]:
    """The first days of the `count` months before this one."""
    index = first.year * 12 + first.month - 1
    return tuple(date((index - k) // 12, (index - k) % 12 + 1, 1) for k in range(count, 0, -1))


def _efficiency(vintages: Sequence[dict[str, Any]]) -> Any:
    figures = []
    for vintage in vintages:
        shares = sum(share for _, _, share in vintage["models"])
        if abs(shares - 1) > 1e-9:
            raise BadInput(
                f"The shares of {vintage['name']} add up to {shares:g}.",
                where="vintages",
                todo="Let them add up to one.",
            )
        figures.append(sum(joules * share for _, joules, share in vintage["models"]))
    return np.array(figures)


def _vintage_of(year: int, first_years: Sequence[int]) -> int:
    return max((i for i, first in enumerate(first_years) if first <= year), default=0)
