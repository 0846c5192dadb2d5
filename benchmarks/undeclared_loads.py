"""A semi-synthetic population of connections: days of real traces put together anew, loads that are known to be hard beside them, and machines
by their data sheets. Every year made here is invented and called so.

Traces are read from a folder that is not part of the project; what is absent is left out and named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adit.engines.duckdb import query
from adit.evidence.sources.machines import read_machines

HOURS = 8760
FIRST_DAY = np.datetime64("2023-01-01", "D")  # a Sunday; a year of 365 days
LONDON = "london_lcl_mac000002_halfhourly.parquet"
OPEN = (LONDON,)  # licences under which points may be shipped


@dataclass(frozen=True, slots=True)
class Trace:
    """Whole days of one real consumer, in shares of its own mean, with the day of the week and the day of the year of each."""

    source: str
    kind: str  # home or business
    days: Any  # days x 24
    weekday: Any
    day_of_year: Any  # -1 where the calendar is not known


@dataclass(frozen=True, slots=True)
class Made:
    """One invented connection-year."""

    source: str  # of its household or business part
    label: str  # what stands beside it: plain, a hard load, or a strategy of mining
    mining: bool
    owner: str
    group: str  # the tariff: home or business
    kwh: Any  # by hour
    kept: float = 1.0  # of what the machines could have taken, had they run all the year


def traces(folder: Path, only: Sequence[str] = ()) -> tuple[list[Trace], list[str]]:
    """The traces that are there, and the files that are not. `only` takes these files alone."""
    readers: dict[str, Callable[[Path], list[Trace]]] = {
        LONDON: lambda f: [_dated("london", "home", f, 2)],
        "household_d202_15min.parquet": lambda f: [_dated("d202", "home", f, 4)],
        "bdg2_two_buildings_hourly.csv": _buildings,
        "tsrepr_50_consumers_halfhourly.parquet": _consumers,
    }
    found, absent = [], []
    for name, read in readers.items():
        if only and name not in only:
            continue
        if (folder / name).is_file():
            found += read(folder / name)
        else:
            absent.append(name)
    return found, absent


def _dated(source: str, kind: str, file: Path, per_hour: int) -> Trace:
    sql = f"SELECT CAST(floor(epoch(ts) / 3600) AS BIGINT) AS hour, sum(kwh) AS kwh, count(kwh) AS n FROM '{file}' GROUP BY 1 ORDER BY 1"
    rows = [(r["hour"], r["kwh"]) for r in query(sql) if r["n"] >= per_hour]
    return _of_hours(source, kind, np.array([r[0] for r in rows]), np.array([r[1] for r in rows], float))


def _buildings(file: Path) -> list[Trace]:
    rows = query(f"SELECT epoch(CAST(timestamp AS TIMESTAMP)) AS s, building_1, building_2 FROM '{file}' ORDER BY 1")
    hours = np.array([int(r["s"]) // 3600 for r in rows])
    return [
        _of_hours(f"bdg2-{n}", "business", hours, np.array([float(r[f"building_{n}"]) for r in rows])) for n in (1, 2)
    ]


def _consumers(file: Path) -> list[Trace]:
    """Fifty consumers of two weeks, the calendar not stated: the first day is taken for a Monday."""
    rows = query(f"SELECT * FROM '{file}'")
    found = []
    for name in rows[0]:
        values = np.array([float(r[name]) for r in rows]).reshape(-1, 2).sum(axis=1)
        days = values[: len(values) // 24 * 24].reshape(-1, 24)
        weekday = np.arange(len(days)) % 7
        weekend = days[weekday >= 5].mean() / max(1e-9, days[weekday < 5].mean())
        kind = "business" if weekend < 0.75 else "home"
        found.append(Trace(f"tsrepr-{name}", kind, days / days.mean(), weekday, np.full(len(days), -1)))
    return found


def _of_hours(source: str, kind: str, hours: Any, kwh: Any) -> Trace:
    first = -(-hours[0] // 24)
    count = int(hours[-1] // 24 - first)
    grid = np.full(count * 24, np.nan)
    inside = (hours >= first * 24) & (hours < (first + count) * 24)
    grid[(hours - first * 24)[inside]] = kwh[inside]
    days = grid.reshape(-1, 24)
    whole = ~np.isnan(days).any(axis=1)
    numbers = first + np.arange(count)
    dates = np.datetime64(0, "D") + numbers
    of_year = (dates - dates.astype("M8[Y]")).astype(int)
    return Trace(source, kind, days[whole] / days[whole].mean(), ((numbers + 3) % 7)[whole], of_year[whole])


# A year -----------------------------------------------------------------------------------------------------------
_HOUR = np.arange(HOURS)
_OF_DAY = _HOUR % 24
_DAY = _HOUR // 24
_WEEKDAY = (np.arange(365) + 6) % 7  # Monday is 0


_DONORS: dict[str, list[Any]] = {}


def _donors(trace: Trace) -> list[Any]:
    """For each day of the year, the days of the trace that may stand in for it: the same kind of day, and season where there is one."""
    if trace.source not in _DONORS:
        weekend = trace.weekday >= 5
        found = []
        for day in range(365):
            near = weekend == (_WEEKDAY[day] >= 5)
            if trace.day_of_year[0] >= 0:
                apart = np.abs(trace.day_of_year - day)
                season = np.minimum(apart, 365 - apart) <= 30
                near = near & season if (near & season).any() else near
            found.append(np.flatnonzero(near) if near.any() else np.arange(len(weekend)))
        _DONORS[trace.source] = found
    return _DONORS[trace.source]


def year(trace: Trace, rng: np.random.Generator) -> Any:
    """A year in shares of its mean, of such days; two lives mixed, so that no two years are alike."""
    mixed = np.zeros((365, 24))
    share = rng.uniform(0.5, 1.0)
    for part in (share, 1.0 - share):
        chosen = [choices[int(at * len(choices))] for choices, at in zip(_donors(trace), rng.random(365), strict=True)]
        mixed += part * trace.days[chosen]
    hours = mixed.ravel()
    if trace.day_of_year[0] < 0:  # no season of its own: one that homes of the latitude have
        hours = hours * (1.0 + rng.uniform(0.0, 0.35) * np.cos(2 * np.pi * (_DAY - 15) / 365))
    away = rng.integers(0, 4)
    for _ in range(away):  # days away
        start, length = rng.integers(0, 350), rng.integers(2, 15)
        hours[start * 24 : (start + length) * 24] *= rng.uniform(0.15, 0.5)
    return hours / hours.mean()


def temperature(rng: np.random.Generator) -> Any:
    """An invented year of continental weather by hour, in degrees."""
    noise = np.zeros(365)
    for day in range(1, 365):
        noise[day] = 0.8 * noise[day - 1] + rng.normal(0, 3)
    return (
        (1.0 - 19.0 * np.cos(2 * np.pi * (_DAY - 15) / 365))
        + noise[_DAY]
        - 4.0 * np.cos(2 * np.pi * (_OF_DAY - 15) / 24) * -1
    )


def _blocks(rng: np.random.Generator, on: float, off: float) -> Any:
    """On and off by turns, exponential lengths of so many hours in the mean."""
    state, out, t = rng.random() < on / (on + off), np.zeros(HOURS), 0
    while t < HOURS:
        length = 1 + int(rng.exponential(on if state else off))
        out[t : t + length] = state
        t, state = t + length, not state
    return out


def _noisy(kw: float, rng: np.random.Generator, share: float) -> Any:
    return kw * (1.0 + rng.normal(0, share, HOURS))


def hard_load(label: str, rng: np.random.Generator) -> Any:
    """A load without mining that is easily taken for it, kW by hour; by physics, with invented sizes."""
    warm = temperature(rng)
    match label:
        case "electric heating":
            return rng.uniform(3, 12) * np.clip((17 - warm) / 40, 0, 1) * (1 + rng.normal(0, 0.08, HOURS))
        case "storage heating":
            night = (_OF_DAY >= 23) | (_OF_DAY < 7)
            return rng.uniform(4, 12) * np.clip((16 - warm) / 30, 0, 1) * night
        case "server room":
            return _noisy(rng.uniform(0.8, 6), rng, 0.03) * (1 + 0.15 * np.clip((warm - 10) / 20, 0, 1))
        case "telecom":
            return _noisy(rng.uniform(0.8, 4), rng, 0.02) * (1 + 0.08 * np.clip((warm - 10) / 20, 0, 1))
        case "pump":
            return rng.uniform(1, 8) * _blocks(rng, rng.uniform(1, 6), rng.uniform(2, 12))
        case "electric car":
            kw, nights = rng.uniform(3, 9), rng.random(365) < rng.uniform(0.2, 0.7)
            start, length = rng.integers(20, 25), rng.integers(2, 6)
            return kw * nights[_DAY] * ((_HOUR % 24 - start) % 24 < length)
        case "cold store":
            duty = np.clip(0.45 + 0.015 * (warm - 5), 0.2, 0.95)
            return rng.uniform(2, 12) * np.clip(duty + rng.normal(0, 0.06, HOURS), 0, 1)
        case "street lights":
            dark = 8 + 4.5 * np.cos(2 * np.pi * (_DAY + 10) / 365)  # half of the night
            return rng.uniform(0.5, 6) * (np.minimum(_OF_DAY, 24 - _OF_DAY) < dark)
        case "grow lights":
            return _noisy(rng.uniform(0.5, 4), rng, 0.01) * (
                (_OF_DAY - rng.integers(0, 24)) % 24 < rng.choice([12, 18])
            )
        case "aquarium":
            return _noisy(rng.uniform(0.3, 1.2), rng, 0.03)
    raise ValueError(label)


HARD = {  # how many of a thousand connections of a tariff have it; invented
    "home": {"electric heating": 180, "storage heating": 30, "electric car": 50, "aquarium": 15, "grow lights": 4, "server room": 4},
    "business": {"server room": 60, "pump": 80, "cold store": 80, "telecom": 40, "street lights": 30, "electric heating": 100, "grow lights": 10},
}  # fmt: skip
WITHOUT_LIFE = ("telecom", "street lights", "pump", "cold store")  # nobody works behind half of these


def size_kw(trace: Trace, rng: np.random.Generator) -> float:
    """The mean power of the household or business part; invented, spread as such populations are."""
    return float(rng.lognormal(np.log(0.55), 0.6) if trace.kind == "home" else rng.lognormal(np.log(5.0), 0.9))


def clean(trace: Trace, rng: np.random.Generator, name: str) -> Made:
    """A connection without mining."""
    label = "plain"
    at = rng.uniform(0, 1000)
    for hard, of_thousand in HARD[trace.kind].items():
        if at < of_thousand:
            label = hard
            break
        at -= of_thousand
    kw = size_kw(trace, rng) * year(trace, rng)
    if label in WITHOUT_LIFE and rng.random() < 0.5:
        kw = kw * 0.02
    if rng.random() < 0.15:  # another life from some day on: moved in, moved out, a shift more
        kw[24 * int(rng.integers(20, 345)) :] *= rng.lognormal(0.0, 0.8)
    if label != "plain":
        load = hard_load(label, rng)
        if rng.random() < 0.3:  # bought within the year
            load[: 24 * int(rng.integers(30, 240))] = 0.0
        kw = kw + load
    return Made(trace.source, label, False, name, trace.kind, np.maximum(kw, 0.0))


def works(name: str, seed: int) -> Trace:
    """An invented business without machines: shifts by the clock, a level at night, less at the weekend. Stands in where no open trace is one."""
    rng = np.random.default_rng(seed)
    weekday = np.arange(364) % 7
    opens, closes = rng.integers(6, 10), rng.integers(15, 23)
    night, weekend = rng.uniform(0.1, 0.6), rng.uniform(0.15, 1.0)
    open_ = (np.arange(24) >= opens) & (np.arange(24) < closes)
    days = night + (1 - night) * open_[None, :] * np.where(weekday >= 5, weekend, 1.0)[:, None]
    days = days * (1 + rng.normal(0, 0.08, days.shape)) * (1 + rng.normal(0, 0.06, (364, 1)))
    return Trace(name, "business", np.clip(days, 0.01, None) / days.mean(), weekday, np.arange(364))


# Machines ---------------------------------------------------------------------------------------------------------
def machines_kw(count: int, rng: np.random.Generator) -> Any:
    """So many machines of one model cooled by air, at the power of the data sheet: outages, boards that fail, a little more in warmth."""
    models = [m for m in read_machines() if m.cooling == "Air"]
    kw = models[rng.integers(len(models))].power_w / 1000.0
    running = np.ones(HOURS)
    for _ in range(rng.poisson(12)):  # outages of all: power cuts, internet
        start = rng.integers(0, HOURS)
        running[start : start + 1 + int(rng.exponential(6))] = 0.0
    failed = np.zeros(HOURS)
    for _ in range(rng.poisson(0.8 * count)):  # one of three boards of one machine, until it is mended
        start = rng.integers(0, HOURS)
        failed[start : start + int(rng.exponential(24 * 14))] += 1 / 3
    at_work = np.clip(count - failed, 0, count)
    heat = 1.0 + 0.0015 * (temperature(rng) - 5.0)
    return kw * at_work * running * heat * (1.0 + rng.normal(0, 0.012, HOURS))


STRATEGIES = {  # on which tariff
    "one at home": "home",
    "ten": "business",
    "hidden farm": "business",
    "off at peak": "home",
    "follows the household": "home",
    "split over three": "home",
}


def mining(strategy: str, trace: Trace, rng: np.random.Generator, owner: str) -> list[Made]:
    """Connections behind which machines mine: one, or three of one owner."""
    if strategy == "split over three":
        part = machines_kw(6, rng) / 3
        homes = [size_kw(trace, rng) * year(trace, rng) for _ in range(3)]
        return [Made(trace.source, strategy, True, owner, trace.kind, home + part) for home in homes]
    base = size_kw(trace, rng) * year(trace, rng)
    if strategy == "hidden farm":
        base = base * rng.uniform(5, 30)  # behind a works of its own
    some = int(rng.integers(1, 6))
    full = machines_kw({"one at home": 1, "ten": 10, "hidden farm": 100}.get(strategy, some), rng)
    load = full
    if strategy == "off at peak":
        load = full * ~(((_OF_DAY >= 7) & (_OF_DAY < 11)) | ((_OF_DAY >= 17) & (_OF_DAY < 22)))
    elif strategy == "follows the household":
        load = full * np.clip(base / np.quantile(base, 0.95), 0.0, 1.0)
    kept = float(load.mean() / full.mean())
    if rng.random() < 0.4:  # began within the year
        load = np.where(np.arange(HOURS) < rng.integers(24 * 30, 24 * 240), 0.0, load)
    return [Made(trace.source, strategy, True, owner, trace.kind, base + load, kept)]


def as_wh(made: Sequence[Made]) -> Any:
    """Whole watt-hours, a row for each connection."""
    return np.stack([np.maximum(0, np.rint(m.kwh * 1000)).astype(np.int32) for m in made])
