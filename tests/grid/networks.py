"""Small networks for the tests of the grid: two zones written out, and random ones."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st

from adit.grid.network import Lines, Network, Reservoirs, Units, hours_from

START = datetime(2020, 1, 1, tzinfo=UTC)


def constant(figures: Any, hours: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(figures, float).reshape(-1, 1), (len(figures), hours))


def no_water(hours: int) -> Reservoirs:
    nothing = np.zeros((0, hours))
    return Reservoirs((), np.zeros(0, int), nothing, nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(0))


def two_zones(
    *, hours: int = 24, load=(1000.0, 3000.0), mining=(0.0, 0.0), limit: float = 500.0, **other: Any
) -> Network:
    """North has 2,000 MW at 10 a MWh, South 2,600 MW at 40; a section of 500 MW lies between. Mining bids 60, shedding costs 1,000."""
    units = Units(
        ("north hydro", "south coal"),
        np.array([0, 1]),
        ("hydro", "coal"),
        other.pop("least", constant([0, 0], hours)),
        other.pop("most", constant([2000, 2600], hours)),
        np.array([10.0, 40.0]),
        np.array([0.0, 1.0]),
    )
    fields: dict[str, Any] = {
        "zones": ("North", "South"),
        "hours_utc": hours_from(START, hours),
        "load_mw": constant(load, hours),
        "mining_mw": constant(mining, hours),
        "bid_per_mwh": np.array([60.0, 60.0]),
        "shed_per_mwh": np.array([1000.0, 1000.0]),
        "units": units,
        "reservoirs": no_water(hours),
        "lines": Lines(("N-S",), np.array([0]), np.array([1]), constant([limit], hours), constant([limit], hours)),
    } | other
    return Network(**fields)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Two to five zones, 24 to 48 hours, two to four units a zone, water in most, a ring of lines and one more."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    zones, hours = draw(st.integers(2, 5)), draw(st.sampled_from([24, 36, 48]))
    hour = np.arange(hours)
    base = rng.uniform(200, 2000, zones)
    load = base[:, None] * (1 + 0.3 * np.sin(2 * np.pi * (hour - rng.uniform(0, 24, (zones, 1))) / 24))
    load *= rng.uniform(0.9, 1.1, load.shape)
    zone = np.concatenate([np.full(int(rng.integers(2, 5)), z) for z in range(zones)])
    size = rng.uniform(0.2, 0.7, len(zone)) * base[zone]
    most = size[:, None] * rng.uniform(0.7, 1.0, (len(zone), hours))
    least = most * (rng.random((len(zone), 1)) < 0.3) * 0.2
    wet = np.flatnonzero(rng.random(zones) < 0.8)
    turbines = rng.uniform(0.1, 0.5, len(wet)) * base[wet]
    full = turbines * rng.uniform(2, 40, len(wet))
    inflow = turbines[:, None] * rng.uniform(0.2, 0.9, (len(wet), hours))
    start = full * rng.uniform(0.2, 1.0, len(wet))
    origin = np.append(np.arange(zones), 0)
    target = np.append((np.arange(zones) + 1) % zones, zones - 1)
    limit = rng.uniform(0, 0.3, (len(origin), 1)) * base.mean() * rng.uniform(0.8, 1.0, (len(origin), hours))
    mining = base[:, None] * rng.uniform(0, 0.2, (zones, 1)) * (rng.random((zones, 1)) < 0.6)
    return Network(
        tuple(f"Z{z}" for z in range(zones)),
        hours_from(START, hours),
        load,
        np.broadcast_to(mining, load.shape),
        rng.uniform(30, 90, zones),
        rng.uniform(500, 900, zones),
        Units(
            tuple(f"unit {i}" for i in range(len(zone))),
            zone,
            tuple(rng.choice(["gas", "coal", "nuclear"], len(zone))),
            least,
            most,
            rng.uniform(5, 80, len(zone)),
            rng.uniform(0, 1, len(zone)),
        ),
        Reservoirs(tuple(f"water {z}" for z in wet), wet, 0.1 * inflow, constant(turbines, hours), inflow, full, start, 0.8 * start),
        Lines(tuple(f"line {i}" for i in range(len(origin))), origin, target, limit, limit * rng.uniform(0.5, 1.0)),
    )  # fmt: skip
