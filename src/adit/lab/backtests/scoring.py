"""How far a forecast lay from what came: shares, totals, bands and the place of the outcome among the draws.

All figures are exact functions of their arguments; none knows what is being forecast.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from adit.terms.errors import BadInput

__all__ = [
    "Band",
    "absolute_percentage_errors",
    "band",
    "coverage",
    "histogram",
    "in_common_units",
    "pit",
    "wrong_place_share",
]

Band = tuple[float, float, float]  # least, median, most
_ROUNDING_PP = 0.6  # published shares are rounded; what adds up to less far from a hundred is taken as a hundred


def in_common_units(shares: Mapping[str, float], units: Sequence[str], rest: str) -> dict[str, float]:
    """The shares of these units, and all others together as `rest`. Raises BadInput where they are not shares in percent."""
    total = sum(shares.values())
    if any(share < 0 for share in shares.values()):
        raise BadInput(f"A share is below zero: {_listed(shares)}.", todo="Give shares in percent of the whole.")
    if total > 100 + _ROUNDING_PP:
        raise BadInput(f"The shares add up to {total:.2f} %.", todo="Give shares in percent of the whole.")
    known = {unit: float(shares.get(unit, 0.0)) for unit in units}
    return known | {rest: max(0.0, 100.0 - sum(known.values()))}


def wrong_place_share(forecast: Mapping[str, float], outcome: Mapping[str, float]) -> float:
    """Which share of the whole stood elsewhere than forecast, in percentage points: half the sum of the absolute errors.

    Raises BadInput where the two name different units or are not shares of a whole.
    """
    if set(forecast) != set(outcome):
        only = sorted(set(forecast) ^ set(outcome))
        raise BadInput(
            f"Forecast and outcome name different places: {', '.join(only)}.",
            todo="Bring both to the same units (in_common_units).",
        )
    for name, shares in (("forecast", forecast), ("outcome", outcome)):
        if abs(sum(shares.values()) - 100) > _ROUNDING_PP:
            raise BadInput(
                f"The shares of the {name} add up to {sum(shares.values()):.2f} %.",
                todo="They are to be shares of the whole.",
            )
    return sum(abs(forecast[unit] - outcome[unit]) for unit in forecast) / 2


def absolute_percentage_errors(forecast: Any, outcome: Any) -> Any:
    """|forecast / outcome - 1| in percent, one by one. Raises BadInput where an outcome is not above zero."""
    forecast, outcome = _pair(forecast, outcome)
    if not (outcome > 0).all():
        raise BadInput(
            "An outcome is not above zero, so an error in percent has no meaning.", todo="Score it in its own unit."
        )
    return np.abs(forecast / outcome - 1) * 100


def band(draws: Any, width: float = 0.8) -> Band:
    """The middle `width` of the draws, and their median. Raises BadInput for no draws or a width outside (0, 1)."""
    draws = np.asarray(draws, dtype=np.float64)
    if draws.size == 0:
        raise BadInput("There are no draws to make a band of.", todo="Ask for at least one.")
    if not 0 < width < 1:
        raise BadInput(f"A band of {width} is none.", todo="Give a share between 0 and 1, as 0.8.")
    least, middle, most = np.quantile(draws, [(1 - width) / 2, 0.5, (1 + width) / 2])
    return float(least), float(middle), float(most)


def coverage(bands: Sequence[Band], outcomes: Sequence[float]) -> float:
    """The share of the outcomes that lie in their bands, edges included, in percent."""
    if len(bands) != len(outcomes) or not bands:
        raise BadInput(
            f"There are {len(bands)} bands for {len(outcomes)} outcomes.",
            todo="Give one band for each outcome, at least one.",
        )
    inside = sum(least <= seen <= most for (least, _, most), seen in zip(bands, outcomes, strict=True))
    return 100.0 * inside / len(bands)


def pit(draws: Any, outcome: float) -> float:
    """The place of the outcome among the draws, from 0 to 1; draws equal to it count half."""
    draws = np.asarray(draws, dtype=np.float64)
    if draws.size == 0:
        raise BadInput("There are no draws to place the outcome among.", todo="Ask for at least one.")
    return float(((draws < outcome).sum() + 0.5 * (draws == outcome).sum()) / draws.size)


def histogram(places: Sequence[float], bins: int = 10) -> tuple[int, ...]:
    """How many of the places of `pit` fall into each of `bins` equal parts: level where the bands are right."""
    if any(not 0 <= place <= 1 for place in places):
        raise BadInput("A place among the draws lies between 0 and 1.", todo="Take it from `pit`.")
    counts, _ = np.histogram(places, bins=bins, range=(0.0, 1.0))
    return tuple(int(n) for n in counts)


def _pair(forecast: Any, outcome: Any) -> tuple[Any, Any]:
    forecast, outcome = np.asarray(forecast, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if forecast.shape != outcome.shape or forecast.size == 0:
        raise BadInput(
            f"{forecast.size} forecasts stand against {outcome.size} outcomes.",
            todo="Give one outcome for each forecast.",
        )
    return forecast, outcome


def _listed(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{unit} {share:g}" for unit, share in sorted(shares.items()))
