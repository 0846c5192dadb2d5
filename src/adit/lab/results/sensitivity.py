"""Which inputs an outcome turned on: how it differs between the draws in which an input was high and those in which it was low.

A reading of the draws that are there and no run of its own: inputs that moved together by chance are told together, and pairs are not told apart.
"""

from dataclasses import dataclass

import numpy as np

from adit.lab.run import Ran

__all__ = ["LEAST_DRAWS", "Turned", "strongest"]

LEAST_DRAWS = 50  # with fewer, a fifth of them says nothing
_FIFTH = 5


@dataclass(frozen=True, slots=True)
class Turned:
    """One input: the mean of the outcome in the fifth of the draws in which it was lowest, and highest; and how far chance alone would take them apart."""

    name: str
    low: float
    high: float
    noise: float  # one standard error of the difference

    @property
    def swing(self) -> float:
        return self.high - self.low


def strongest(ran: Ran, outcome: str, most: int = 10) -> list[Turned]:
    """The inputs with the largest swings, the largest first; none where there are too few draws. The coin's price is among them."""
    values = np.asarray(ran.outcomes[outcome], dtype=np.float64)
    draws = len(values)
    if draws < LEAST_DRAWS:
        return []
    prices = ran.setting.inputs.network.price_usd_per_btc
    columns = {"price_usd_per_btc": prices[np.arange(draws) % len(prices)].mean(axis=1)}
    columns |= {name: ran.outcome.parameters[:, k] for k, name in enumerate(ran.outcome.parameter_names)}
    part = draws // _FIFTH
    found = []
    for name, column in columns.items():
        if np.ptp(column) == 0:
            continue
        order = np.argsort(column, kind="stable")
        low, high = values[order[:part]], values[order[-part:]]
        noise = float(np.sqrt(low.var() / part + high.var() / part))
        found.append(Turned(name, float(low.mean()), float(high.mean()), noise))
    return sorted(found, key=lambda t: -abs(t.swing))[:most]
