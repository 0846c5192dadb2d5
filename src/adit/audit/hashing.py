"""What metered energy can hash: the least and the most that the registered machines could honestly have made of it.

Nobody meters the single machine, so the energy may have gone to the worst of them first, or to the best. The least is what the least efficient machines
make of it, each filled up to what it can draw, then the next; the most begins with the best. Where only the month's energy is known, its hour is not
known either: the least then puts it where difficulty is highest. Energy that no registered machine can draw makes no hashes here; it is a finding.

`worth` is the kernel over a whole register, `worth_of` says the same about one site and month in plain Python.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from adit.audit.spans import Spans
from adit.audit.terms import Machines

__all__ = ["Energy", "Fleet", "Worth", "fleet_of", "worth", "worth_of"]

_J_PER_WH = 3600.0


class Fleet(NamedTuple):
    """The machines of all sites as columns; those of site i stand from `first[i]` up to `first[i + 1]`."""

    first: Any  # int64
    watts: Any  # float64: all machines of the row together, by their data sheet
    watts_most: Any
    efficiency_least: Any  # J/TH
    efficiency_most: Any
    hashrate_th: Any  # TH/s, all together
    count: Any
    start_s: Any  # int64
    end_s: Any
    counted: Any  # bool: whether they mine the coin that is audited; the others only draw their part of the energy


class Energy(NamedTuple):
    """What the meters of all sites counted: arrays of sites by spans, in watt-hours, as far as the class of the meter allows.

    Where a site's energy is known by the month only, the month's figure stands in the first span of the month and `monthly` is true.
    """

    low_wh: Any  # float64
    high_wh: Any
    gap_s: Any  # seconds for which no reading came
    monthly: Any  # bool, by site


class Worth(NamedTuple):
    """By site and month: what the energy is worth at least and at most, and what the machines could draw at most."""

    least: Any  # float64, in what the weights count
    most: Any
    drawn_wh: Any  # energy that reached machines at least
    capacity_wh: Any  # energy that the registered machines can draw at most


def fleet_of(sites: Sequence[Sequence[Machines]], coin: str = "BTC") -> Fleet:
    """The machines of each site, in order."""
    rows = [m for machines in sites for m in machines]
    first = np.cumsum([0, *(len(machines) for machines in sites)]).astype(np.int64)

    def column(figures: list[float]) -> Any:
        return np.array(figures, dtype=np.float64)

    return Fleet(
        first=first,
        watts=column([m.power_w * m.count for m in rows]),
        watts_most=column([m.power_w_most * m.count for m in rows]),
        efficiency_least=column([m.efficiency.least for m in rows]),
        efficiency_most=column([m.efficiency.most for m in rows]),
        hashrate_th=column([m.hashrate_ths * m.count for m in rows]),
        count=column([float(m.count) for m in rows]),
        start_s=np.array([m.start_s for m in rows], dtype=np.int64),
        end_s=np.array([m.end_s for m in rows], dtype=np.int64),
        counted=np.array([m.coin == coin for m in rows], dtype=np.bool_),
    )


def worth(
    fleet: Fleet, energy: Energy, share_least: Any, share_most: Any, spans: Spans, kind: Any, low: Any, high: Any
) -> Worth:
    """What the energy of each site and month is worth, given what a terahash is worth in each span, at least and at most.

    `share_least` and `share_most`: of the energy, what reaches the machines, by site. `low` and `high`: a row for each kind of site, a column for
    each span; `kind` says by site which row.
    """
    shape = (len(fleet.first) - 1, len(spans.months))
    out = Worth(*(np.zeros(shape) for _ in Worth._fields))
    _fill(fleet, energy, share_least, share_most, (spans.start_s, spans.end_s, spans.first), kind, low, high, out)
    return out


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _fill(
    fleet: Fleet,
    energy: Energy,
    share_least: Any,
    share_most: Any,
    spans: Any,
    kind: Any,
    low: Any,
    high: Any,
    out: Worth,
) -> None:
    start_s, end_s, first_span = spans
    most_places = np.diff(fleet.first).max() * np.diff(first_span).max() if len(fleet.first) > 1 else 0
    room = np.empty(most_places)  # what the machines of a row can draw in a span, in watt-hours
    bad = np.empty(most_places)  # worth of a watt-hour there, at least
    good = np.empty(most_places)  # and at most
    order = np.empty(most_places, dtype=np.int64)
    for i in range(len(fleet.first) - 1):
        for m in range(len(first_span) - 1):
            begin, end = first_span[m], first_span[m + 1]
            part = _part_of_coin(fleet, i, start_s[begin], end_s[end - 1])
            step = end - begin if energy.monthly[i] else 1  # spans whose energy is known only together
            for pool in range(begin, end, step):
                n = 0
                energy_low = energy_high = unread = 0.0
                for s in range(pool, pool + step):
                    energy_low += energy.low_wh[i, s] * share_least[i] * part
                    energy_high += energy.high_wh[i, s] * share_most[i] * part
                    for k in range(fleet.first[i], fleet.first[i + 1]):
                        if fleet.counted[k]:
                            seconds = _overlap_s(fleet, k, start_s[s], end_s[s])
                            room[n] = fleet.watts_most[k] * seconds / _J_PER_WH
                            bad[n] = _J_PER_WH / fleet.efficiency_most[k] * low[kind[i], s]
                            good[n] = _J_PER_WH / fleet.efficiency_least[k] * high[kind[i], s]
                            unread += fleet.watts_most[k] * min(seconds, energy.gap_s[i, s]) / _J_PER_WH
                            out.capacity_wh[i, m] += room[n]
                            n += 1
                out.drawn_wh[i, m] += energy_low
                out.least[i, m] += _filled(energy_low, room, bad, order, n, 1)
                out.most[i, m] += _filled(energy_high + unread, room, good, order, n, -1)


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _filled(energy_wh: float, room: Any, price: Any, order: Any, n: int, sign: int) -> float:
    """What the energy is worth if the `n` places are filled from the lowest price up, or with sign -1 from the highest down."""
    for k in range(n):  # few places: inserted one by one, without room of its own
        at = k
        while at > 0 and sign * price[order[at - 1]] > sign * price[k]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = k
    found = 0.0
    for k in range(n):
        taken = min(energy_wh, room[order[k]])
        found += taken * price[order[k]]
        energy_wh -= taken
    return found


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _part_of_coin(fleet: Fleet, i: int, start_s: int, end_s: int) -> float:
    """Which part of the machines' energy goes to the coin: by registered device-hours, never by what was declared."""
    whole = of_coin = 0.0
    for k in range(fleet.first[i], fleet.first[i + 1]):
        used = fleet.watts[k] * _overlap_s(fleet, k, start_s, end_s)
        whole += used
        if fleet.counted[k]:
            of_coin += used
    return of_coin / whole if whole > 0 else 0.0


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _overlap_s(fleet: Fleet, k: int, start_s: int, end_s: int) -> float:
    return float(max(0, min(end_s, fleet.end_s[k]) - max(start_s, fleet.start_s[k])))


def worth_of(
    machines: Sequence[Machines],
    energy: Sequence[tuple[float, float, float]],
    share: tuple[float, float],
    spans: Sequence[tuple[int, int, float, float]],
    *,
    monthly: bool,
    coin: str = "BTC",
) -> tuple[float, float, float, float]:
    """Least, most, energy drawn and capacity of one site and month: what the kernel works out, said plainly.

    `energy`: for each span the watt-hours at least, at most, and the seconds without a reading. `spans`: start, end, and the worth of a terahash
    at least and at most.
    """
    whole = sum(m.power_w * m.count * _overlap(m, s[0], s[1]) for m in machines for s in spans)
    mining = [m for m in machines if m.coin == coin]
    part = sum(m.power_w * m.count * _overlap(m, s[0], s[1]) for m in mining for s in spans) / whole if whole else 0.0
    pools = [list(range(len(spans)))] if monthly else [[s] for s in range(len(spans))]
    least = most = drawn = capacity = 0.0
    for pool in pools:
        places = [(m, s) for s in pool for m in mining]
        room = {
            (id(m), s): m.power_w_most * m.count * _overlap(m, spans[s][0], spans[s][1]) / _J_PER_WH for m, s in places
        }
        unread = sum(
            m.power_w_most * m.count * min(_overlap(m, spans[s][0], spans[s][1]), energy[s][2]) / _J_PER_WH
            for m, s in places
        )
        low = sum(energy[s][0] for s in pool) * share[0] * part
        high = sum(energy[s][1] for s in pool) * share[1] * part + unread
        drawn, capacity = drawn + low, capacity + sum(room.values())
        for m, s in sorted(places, key=lambda place: spans[place[1]][2] / place[0].efficiency.most):
            taken = min(low, room[id(m), s])
            least, low = least + taken * _J_PER_WH / m.efficiency.most * spans[s][2], low - taken
        for m, s in sorted(places, key=lambda place: -spans[place[1]][3] / place[0].efficiency.least):
            taken = min(high, room[id(m), s])
            most, high = most + taken * _J_PER_WH / m.efficiency.least * spans[s][3], high - taken
    return least, most, drawn, capacity


def _overlap(machines: Machines, start_s: int, end_s: int) -> float:
    return float(max(0, min(end_s, machines.end_s) - max(start_s, machines.start_s)))
