"""What needs no model to say of China's ban: nothing changes, the others take it in proportion, each country keeps its trend."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import exp, log

from adit.lab.backtests import baselines
from adit.lab.backtests.china_world import AHEAD, FIRST_SHARES, ORIGIN, REST, UNITS
from adit.lab.backtests.information import InformationSet
from adit.lab.backtests.past import months_between, past_month
from adit.lab.backtests.scoring import in_common_units

__all__ = ["growth_outside_china", "in_units", "naive_shares", "naive_totals"]


def growth_outside_china(known: InformationSet) -> float:
    """Of ln hash rate a month, from the first shares to the origin."""
    series = _between(known, UNITS)
    total = [sum(series[u][i] for u in series if u != "CN") for i in range(len(series["CN"]))]
    return log(total[-1] / total[0]) / (len(total) - 1)


def naive_totals(known: InformationSet) -> dict[str, list[float]]:
    """EH/s of the months ahead."""
    may = past_month(ORIGIN).hashrate_ehs
    gone = known.value("share", "CN", ORIGIN).value / 100
    return {
        "no change": [may] * AHEAD,
        "China is gone": [may * (1 - gone)] * AHEAD,
        "country trends": baselines.country_trends(_between(known, UNITS), "CN", AHEAD)[1],
    }


def in_units(shares: Mapping[str, float], units: Sequence[str], *, outside: bool) -> dict[str, float]:
    """In common units; `outside` China as shares of what is not there."""
    found = in_common_units({p: s for p, s in shares.items() if p in units}, units, REST)
    return baselines.proportional(found, "CN") if outside else found


def naive_shares(known: InformationSet, month: date, units: Sequence[str]) -> dict[str, dict[str, float]]:
    """Percent by unit."""
    now = in_common_units(known.shares(ORIGIN), units, REST)
    ahead = len(months_between(ORIGIN, month)) - 1
    return {
        "no change": now,
        "proportional": baselines.proportional(now, "CN"),
        "country trends": baselines.country_trends(_between(known, units), "CN", ahead)[0][-1],
    }


def _between(known: InformationSet, units: Sequence[str]) -> dict[str, list[float]]:
    """Hash rate by unit from the first shares to the origin: every month that is known of all units, else a line between the two ends."""
    months = months_between(FIRST_SHARES, ORIGIN)
    last_year = [
        m for m in months[-12:] if {k.place for k in known.values("share") if k.first_month == m} >= set(units)
    ]
    if len(last_year) == 12:
        at = {m: in_common_units(known.shares(m), units, REST) for m in last_year}
        return {u: [at[m][u] / 100 * past_month(m).hashrate_ehs for m in last_year] for u in (*units, REST)}
    first, last = known.shares(FIRST_SHARES), known.shares(ORIGIN)
    named = [u for u in units if first.get(u, 0.0) > 0]
    then, now = in_common_units(first, named, REST), in_common_units(last, named, REST)
    rates = {
        u: log(now[u] * past_month(ORIGIN).hashrate_ehs / (then[u] * past_month(FIRST_SHARES).hashrate_ehs))
        for u in now
    }
    full = in_common_units(last, units, REST)
    return {
        u: [
            full[u]
            / 100
            * past_month(ORIGIN).hashrate_ehs
            * exp(rates.get(u, rates[REST]) * (i / (len(months) - 1) - 1))
            for i in range(len(months))
        ]
        for u in full
    }
