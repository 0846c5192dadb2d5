"""What a single subject of a system may host, modelled, with the error that the same model makes where the truth is known.

No consumption by subject is published openly. The model gives each subject a share of its system's load: half by the capacity
of the plants in it, half in equal parts. On Kazakhstan, whose regional consumption is known, the same sharing is tried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.kazakhstan import KazakhRegion, kazakh_regions
from adit.grid.store import assumptions

__all__ = ["ModelError", "RegionModel", "kazakh_error", "measured_error", "region_surplus", "shares"]

_Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ModelError:
    """How far a sharing was off: known consumption over modelled, at its least and most, and the share put in wrong places."""

    regions: int
    ratio_least: float
    ratio_most: float
    misplaced_share: float
    mean_error_share: float  # mean of the errors without sign, each as a share of what is known

    @property
    def outside_share(self) -> float:
        """How likely one further region like these lies below the least or above the most of them."""
        return 2 / (self.regions + 1)


@dataclass(frozen=True, slots=True)
class RegionModel:
    """The modelled surplus of a subject in each hour, between the ends that the model's error leaves."""

    load_share: float
    load_given: bool  # the user stated the subject's consumption
    generation_share: float
    low_mw: _Hours
    high_mw: _Hours


def shares(capacity_mw: Mapping[str, float], weight: float) -> dict[str, float]:
    """Each region's share of the load: `weight` by capacity, the rest in equal parts. They sum to one."""
    total = sum(capacity_mw.values())
    equal = 1 / len(capacity_mw)
    return {name: weight * (mw / total if total else equal) + (1 - weight) * equal for name, mw in capacity_mw.items()}


def measured_error(regions: Sequence[KazakhRegion], weight: float) -> ModelError:
    """The error of this sharing where consumption is known."""
    total = sum(float(r.consumption_gwh) for r in regions)
    modelled = shares({r.name: float(r.installed_mw) for r in regions}, weight)
    known = {r.name: float(r.consumption_gwh) / total for r in regions}
    ratios = [known[name] / modelled[name] for name in known]
    return ModelError(
        regions=len(regions),
        ratio_least=min(ratios),
        ratio_most=max(ratios),
        misplaced_share=sum(abs(known[n] - modelled[n]) for n in known) / 2,
        mean_error_share=sum(abs(modelled[n] / known[n] - 1) for n in known) / len(known),
    )


@cache
def kazakh_error() -> ModelError:
    """The error of the model as it is used, on the fourteen regions of Kazakhstan.

    The weight was chosen on the same fourteen, so that it is a little too small.
    """
    return measured_error(kazakh_regions(), assumptions().capacity_weight)


def region_surplus(
    load_mw: _Hours,
    demonstrated_mw: _Hours,
    reserve_mw: _Hours,
    *,
    load_share: float,
    generation_share: float,
    installed_mw: float,
    error: ModelError,
    load_given: bool,
) -> RegionModel:
    """The subject's own surplus of each hour, as if no line led into it. Megawatts by hour of its system are scaled.

    The low end takes the subject's part of what the system demonstrably generated and the heaviest load that the error
    allows; the high end all the plants in it and the lightest load. A stated consumption leaves no error of the load.
    """
    least, most = (1.0, 1.0) if load_given else (error.ratio_least, error.ratio_most)
    own = load_share * (load_mw + reserve_mw)
    demonstrated = generation_share * demonstrated_mw
    return RegionModel(
        load_share=load_share,
        load_given=load_given,
        generation_share=generation_share,
        low_mw=demonstrated - most * own,
        high_mw=np.maximum(demonstrated, installed_mw) - least * own,
    )
