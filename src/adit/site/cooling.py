"""What cooling costs at the site's own climate: the power beside the machines', and what heat takes from the hashing, by month of the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, pi, sqrt

from adit.evidence.sources.temperatures import DayMeans
from adit.site.store import Assumptions

__all__ = ["KINDS", "STULL_ERROR_K", "Cooling", "MonthOfCooling", "cooled", "parameters_of", "wet_bulb_c", "work_at"]

KINDS = ("air", "hydro", "immersion")
STULL_ERROR_K = (
    0.65  # the greatest that the author of the formula states for 5 to 99 % humidity, outside cold and dry air
)
_HOURS = tuple(cos(2 * pi * (h + 0.5) / 24) for h in range(24))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What decides the cooling of one kind, as the assumptions have it."""

    limit_c: float
    rise_c: float
    fan_share: float
    flow_least: float
    pump_share: float
    losses: float
    derate_per_k: float
    pad_efficiency: float  # 0: no pads
    pad_share: float
    hot_humidity: float
    day_swing_c: float
    heat_below_c: float


@dataclass(frozen=True, slots=True)
class Work:
    """An hour: the power of the site over that of its machines at full work, and the share of full work that they do."""

    power: float
    hashing: float
    free: bool  # cooled by outside air alone, within its limit


@dataclass(frozen=True, slots=True)
class MonthOfCooling:
    """A calendar month: means over its hours. `power` is of the site over the machines' nameplate, derated hours included."""

    power: float
    hashing: float
    free_hours: float  # share of the hours
    cold_days: float  # share of the days in which heat can be sold

    @property
    def pue(self) -> float:
        """The energy of the site over that of its machines."""
        return self.power / self.hashing


@dataclass(frozen=True, slots=True)
class Cooling:
    """A year. `peak_power`: the greatest of any hour on record, for which the connection must be wide enough."""

    kind: str
    months: tuple[MonthOfCooling, ...]
    peak_power: float
    days: int  # of the climate on record
    hottest_c: float

    @property
    def free_hours_per_year(self) -> float:
        return sum(m.free_hours * days * 24 for m, days in zip(self.months, _DAYS, strict=True))

    @property
    def pue(self) -> float:
        """Of the year."""
        power = sum(m.power * days for m, days in zip(self.months, _DAYS, strict=True))
        return power / sum(m.hashing * days for m, days in zip(self.months, _DAYS, strict=True))


_DAYS = (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def wet_bulb_c(temp_c: float, humidity: float) -> float:
    """The wet-bulb temperature from temperature and relative humidity in per cent, at sea-level pressure.

    Stull 2011, doi:10.1175/JAMC-D-11-0143.1; valid for 5 to 99 % and -20 to 50 degrees C, errors from -1 to +0.65 K.
    """
    wet_c: float = (
        temp_c * atan(0.151977 * sqrt(humidity + 8.313659))
        + atan(temp_c + humidity)
        - atan(humidity - 1.676331)
        + 0.00391838 * humidity**1.5 * atan(0.023101 * humidity)
        - 4.686035
    )
    return wet_c


def parameters_of(kind: str, assumptions: Assumptions) -> Parameters:
    """What the assumptions say of cooling by air, hydro or immersion. Pads belong to air."""
    own = {
        name: assumptions[f"cooling.{kind}.{name}"]
        for name in ("limit_c", "rise_c", "fan_share", "flow_least", "pump_share")
    }
    pads = kind == "air" and assumptions["cooling.evaporative"] > 0
    return Parameters(
        losses=assumptions["cooling.losses"],
        derate_per_k=assumptions["cooling.derate_per_k"],
        pad_efficiency=assumptions["cooling.pad_efficiency"] if pads else 0.0,
        pad_share=assumptions["cooling.pad_share"],
        hot_humidity=assumptions["climate.hot_humidity"],
        day_swing_c=assumptions["climate.day_swing_c"],
        heat_below_c=assumptions["heat.below_c"],
        **own,
    )


def work_at(p: Parameters, temp_c: float) -> Work:
    """The hour at this outside temperature.

    Up to the limit the flow that carries the heat away falls as the air grows colder, and fan power with its cube. Above it pads cool the
    air towards its wet bulb; what is still too warm is taken from the clock of the machines.
    """
    inlet_c, pads = temp_c, 0.0
    if temp_c > p.limit_c and p.pad_efficiency > 0:
        wetted_c = temp_c - p.pad_efficiency * max(0.0, temp_c - wet_bulb_c(temp_c, p.hot_humidity))
        inlet_c = max(p.limit_c, wetted_c)  # no more water than it takes
        pads = p.pad_share
    hashing = max(0.0, 1.0 - p.derate_per_k * max(0.0, inlet_c - p.limit_c))
    flow = min(1.0, max(p.flow_least, p.rise_c / max(p.limit_c + p.rise_c - inlet_c, p.rise_c)))
    beside = p.losses * hashing + p.pump_share + pads + p.fan_share * flow**3
    return Work(hashing + beside, hashing, temp_c <= p.limit_c)


def cooled(kind: str, climate: DayMeans, assumptions: Assumptions) -> Cooling:
    """The year of a site cooled this way, each day on record counting once."""
    return _cooled(kind, climate, parameters_of(kind, assumptions))


@cache
def _cooled(kind: str, climate: DayMeans, p: Parameters) -> Cooling:
    months, peak, hottest = [], 0.0, -100.0
    for days in climate.months:
        works = [work_at(p, t) for t in _hours(days, p.day_swing_c)]
        n = len(works)
        peak = max(peak, max(w.power for w in works))
        hottest = max(hottest, max(days) + p.day_swing_c * _HOURS[0])
        months.append(
            MonthOfCooling(
                power=sum(w.power for w in works) / n,
                hashing=sum(w.hashing for w in works) / n,
                free_hours=sum(w.free for w in works) / n,
                cold_days=sum(t < p.heat_below_c for t in days) / len(days),
            )
        )
    return Cooling(kind, tuple(months), peak, climate.days, hottest)


def _hours(days: Sequence[float], swing_c: float) -> list[float]:
    return [day + swing_c * height for day in days for height in _HOURS]
