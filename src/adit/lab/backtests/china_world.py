"""The world at the end of May 2021, from what was known then: shares of the map, growth of connections, the bans of China and Iran by their acts."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import log
from pathlib import Path

from adit.evidence.sources.mining_figures import read_figures
from adit.evidence.sources.mining_shares import MiningShare, read_map, read_printed_shares
from adit.lab.backtests.information import InformationSet, Known
from adit.lab.backtests.law import Act
from adit.lab.backtests.past import months_between, past_month
from adit.lab.backtests.scoring import in_common_units
from adit.lab.backtests.world import POWER_USD_PER_KWH, Site, World, fleet_j_per_th

__all__ = [
    "AHEAD",
    "AS_OF",
    "AUGUST",
    "FIRST_SHARES",
    "JANUARY",
    "OF_THE_MAP",
    "ORIGIN",
    "PUE",
    "REST",
    "SHARE_UNCERTAINTY",
    "UNITS",
    "grown",
    "known_figures",
    "megawatts",
    "start_world",
]

ORIGIN = date(2021, 5, 1)
AS_OF = date(2021, 6, 1)
AUGUST, JANUARY = (
    date(2021, 8, 1),
    date(2022, 1, 1),
)  # the months that are scored; January is the last that Cambridge published
AHEAD = 8
UNITS = ("CN", "US", "KZ", "RU", "CA")
OF_THE_MAP = ("IR", "MY", "DE", "IE")  # named by the map, not by what was printed of May 2021
REST = "ZZ"
FIRST_SHARES = date(2019, 9, 1)
PUE = 1.1  # Cambridge; only to write hash rate as MW
SHARE_UNCERTAINTY = 0.15  # of ln MW: the map sees a third of the network
GROWTH_MOST = 0.10  # a month


def known_figures(map_file: Path | None = None) -> tuple[Known, ...]:
    """Printed shares, those of the map where the user holds it, and what was said of load and dues, each with its day."""
    rows: Sequence[MiningShare] = (*read_printed_shares(), *(read_map(map_file) if map_file else ()))
    shares = tuple(Known("share", r.place, r.month, r.month, r.share_pct, "%", r.published, r.source) for r in rows)
    said = tuple(
        Known(f.measure, f.place, f.first_month, f.last_month, f.value, f.unit, f.published, f.source)
        for f in read_figures()
    )
    return shares + said


def megawatts(month: date) -> float:
    """What the whole network draws, by its machines and Cambridge's PUE: only to write shares of hash rate as MW."""
    return past_month(month).hashrate_ehs * fleet_j_per_th(month) * PUE


def start_world(
    known: InformationSet, origin: date = ORIGIN, ahead: int = AHEAD, units: Sequence[str] = UNITS
) -> World:
    """The world at the origin, with the provinces of China as the lab has them. Raises BadInput where a share that it needs was not known."""
    at_hand = known.shares(origin)
    shares = in_common_units(at_hand, [u for u in units if u in at_hand], REST)
    network = megawatts(origin)
    mw = {place: share / 100 * network for place, share in shares.items()}
    if "IR" not in mw:
        iran = known.latest("share", "IR").value / 100 * network
        mw |= {"IR": iran, REST: mw[REST] - iran}
    outside = known.latest("share outside the licence", "IR").value / 100
    legal = {place: m * (1 - outside) if place == "IR" else m for place, m in mw.items()}
    sites = [Site(place, "formal", m, POWER_USD_PER_KWH) for place, m in legal.items()]
    sites += [
        Site("IR", "informal", mw["IR"] * outside, POWER_USD_PER_KWH),
        Site("CN", "informal", 0.0, POWER_USD_PER_KWH),
    ]
    return World(
        origin=origin,
        ahead=ahead,
        sites=tuple(sites),
        growth_per_month=grown(known, mw, origin),
        uncertainty=dict.fromkeys(mw, SHARE_UNCERTAINTY),
        former_mw={"IR": mw["IR"]},
        acts=(Act("CN", "cn/law"), Act("IR", "ir/law")),
    )


def grown(known: InformationSet, mw: Mapping[str, float], origin: date, banned: str = "CN") -> dict[str, float]:
    """Growth of megawatts a month since the first shares: each country's own, half of it drawn to the mean; from none to 10 %.

    Countries that the first shares do not name take the growth of the rest.
    """
    months = len(months_between(FIRST_SHARES, origin)) - 1
    then, now = known.shares(FIRST_SHARES), known.shares(origin)
    units = [p for p in then if p in now and p != banned and then[p] > 0 and now[p] > 0]
    power = log(megawatts(origin) / megawatts(FIRST_SHARES))
    left_then, left_now = (100 - sum(s[p] for p in (*units, banned)) for s in (then, now))
    own = {p: (log(now[p] / then[p]) + power) / months for p in units}
    own[REST] = (log(left_now / left_then) + power) / months
    free = {place: m for place, m in mw.items() if place != banned}
    mean = sum(own.get(place, own[REST]) * m for place, m in free.items()) / sum(free.values())
    rates = {place: min(GROWTH_MOST, max(0.0, (own.get(place, own[REST]) + mean) / 2)) for place in free}
    return rates | {banned: 0.0}
