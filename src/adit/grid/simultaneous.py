"""How much systems that share lines can host at once, in every known hour on record: a surplus that flows to one is not left for another.

A zone can be served in an hour if and only if no group of zones needs more than its own surplus and what the lines into the group
carry (Hoffman's circulation theorem). So each group has its worst hour, and one small linear program over the groups holds every
hour exactly; no hour has to be chosen. The limits of the lines are a scenario's, unless the user cites one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from adit.evidence.sources.hourly_power import SystemHours, SystemYear, system_codes, year_of
from adit.evidence.sources.plants import system_mw
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.hosting import end_surplus
from adit.grid.network import Floats, Ints, Lines
from adit.grid.russia import lines_by_hour
from adit.grid.scenario.store import Scenario
from adit.grid.shared import TOLERANCE_MW, shared_mw
from adit.grid.simultaneous_cut import Carried, carried_mw, room_of
from adit.grid.store import Assumptions
from adit.grid.surplus import ENDS, lines_of
from adit.terms.errors import BadInput

__all__ = ["Group", "Shared", "Together", "group_limits", "simultaneous"]

ZONES_MAX = 12  # groups double with every zone


@dataclass(frozen=True, slots=True)
class Group:
    """Zones that are served together, and by how much what they have exceeds what they draw in their worst hour, lines in full use."""

    zones: tuple[str, ...]
    worst_hour: datetime  # Moscow time
    spare_mw: float  # below zero: short, with no mining at all


@dataclass(frozen=True, slots=True)
class Shared:
    """One end of what was available. `sum_mw` is None where the network is short without any mining; `short` says of what."""

    name: str
    sum_mw: float | None
    part_mw: tuple[
        float, ...
    ]  # by system asked for: one way to share the sum out, nearest to what each could host alone
    alone_mw: tuple[float, ...]  # each with the lines to itself
    binding: Group | None  # the smallest group that leaves nothing over
    short: Group | None
    short_hours: int  # of the year asked for, in which some group is short without any mining: all are cut in them
    carried: (
        Carried | None
    )  # with the accepted hours of that year; None where they are not enough for short and missing ones


@dataclass(frozen=True, slots=True)
class Together:
    """The systems asked for, at once. `lacking` names systems of the scenario without hours: then nothing is known."""

    systems: tuple[str, ...]
    scenario: str  # the file of the limits
    cited: tuple[str, ...]  # systems whose limit is the user's own
    hours: int  # that every system knows, in all years on record
    hours_missing: int
    accept_hours: int
    year_hours_missing: int  # of the year asked for: all are cut in them
    ends: tuple[Shared, ...]
    lacking: tuple[str, ...] = ()


def simultaneous(
    systems: Sequence[str],
    hours: Mapping[str, SystemHours],
    year: int,
    scenario: Scenario,
    *,
    accept_hours: int,
    name: str,
    assumed: Assumptions,
    limits: Sequence[TransferLimit] = (),
) -> Together:
    """What these systems host at once: firm over every year on record up to this one, and cut in accepted hours of this one."""
    zones = tuple(sorted(system_codes().values()))
    by_month = lines_by_hour(zones, scenario, np.arange(1, 13), name)
    if lacking := tuple(z for z in zones if z not in hours):
        return Together(tuple(systems), name, (), 0, 0, accept_hours, 0, (), lacking)
    record = [
        {z: year_of(hours[z], y) for z in zones} for y in range(max(hours[z].first_year for z in zones), year + 1)
    ]
    month = np.concatenate([years[zones[0]].month for years in record])
    at_hour = [(years[zones[0]], i) for years in record for i in range(len(years[zones[0]].month))]
    lines, cap, cited = _cited(zones, by_month, limits)
    entering = group_limits(len(zones), lines, cap)
    asked, last = [zones.index(s) for s in systems], len(record[-1][zones[0]].month)
    ends, known = [], np.zeros(0, np.bool_)
    for end in ENDS:
        surplus = np.concatenate([_surpluses(end, years, zones, assumed) for years in record], axis=1)
        known = ~np.isnan(surplus).any(axis=0)
        assert known.any(), "a year without a known hour is refused when it is read"
        spare, worst = _worst(surplus[:, known], month[known], entering)
        when = np.flatnonzero(known)[worst]
        of_year = by_group(surplus[:, -last:][:, known[-last:]], month[-last:][known[-last:]], entering)
        enough = (of_year >= -TOLERANCE_MW).all(axis=0)
        missing, short = last - of_year.shape[1], int((~enough).sum())
        left = accept_hours - missing - short
        carried = carried_mw(room_of(of_year[:, enough], asked), left) if left >= 0 and enough.any() else None
        ends.append(_end(end, zones, asked, spare, [_hour(at_hour[i]) for i in when], short, carried))
    return Together(
        tuple(systems), name, cited, int(known.sum()), int((~known).sum()), accept_hours, int((~known[-last:]).sum()), tuple(ends)
    )  # fmt: skip


def group_limits(zones: int, lines: Lines, cap: Floats | None = None) -> Floats:
    """What lines can bring into each group of zones, groups by columns; bit z of a group's number is zone z.

    `cap` is the most that each zone may take in net, zones by columns: a cited limit of a section of several lines.
    """
    if zones > ZONES_MAX:
        raise BadInput(f"{zones} zones are too many to share lines.", todo=f"Join zones until {ZONES_MAX} are left.")
    for line, *mw in zip(lines.names, lines.forward_mw.min(axis=1), lines.backward_mw.min(axis=1), strict=True):
        if min(mw) < 0:
            raise BadInput(f"The line {line} carries {min(mw):,.0f} MW.", todo="A limit is not below zero, either way.")
    found = np.zeros((1 << zones, lines.forward_mw.shape[1]))
    group = np.arange(1 << zones)
    for a, b, there, back in zip(lines.origin, lines.target, lines.forward_mw, lines.backward_mw, strict=True):
        has_a, has_b = group >> a & 1 == 1, group >> b & 1 == 1
        found[has_b & ~has_a] += there
        found[has_a & ~has_b] += back
    for z in range(zones if cap is not None else 0):
        assert cap is not None
        has = group[group >> z & 1 == 1]
        found[has] = np.minimum(found[has], found[has ^ (1 << z)] + cap[z])
    return found


def _end(
    name: str,
    zones: Sequence[str],
    asked: Sequence[int],
    spare: Floats,
    when: Sequence[datetime],
    short_hours: int,
    carried: Carried | None,
) -> Shared:
    def named(group: int, mw: float) -> Group:
        return Group(tuple(z for i, z in enumerate(zones) if group >> i & 1), when[group], mw)

    found = shared_mw(spare, asked)
    if found is None:
        worst = int(spare.argmin())
        return Shared(name, None, (), (), None, named(worst, float(spare[worst])), short_hours, carried)
    total, part, alone = found
    taken = np.zeros(len(spare))
    for mw, z in zip(part, asked, strict=True):
        taken[np.arange(len(spare)) >> z & 1 == 1] += mw
    full = [g for g in range(1, len(spare)) if taken[g] > TOLERANCE_MW and spare[g] - taken[g] < 0.5]
    # A group that holds more of those asked for tells more; of equals the smallest.
    binding = max(full, key=lambda g: (round(float(taken[g])), -g.bit_count()), default=None)
    return Shared(
        name, total, tuple(map(float, part)), tuple(map(float, alone)),
        None if binding is None else named(binding, float(spare[binding])), None, short_hours, carried,
    )  # fmt: skip


def by_group(surplus: Floats, month: Ints, entering: Floats) -> Floats:
    """What each group has over in each hour, and what lines bring into it in that month: groups by hours."""
    group = np.arange(len(entering))
    inside = (group[:, None] >> np.arange(len(surplus)) & 1).astype(np.float64)
    spare: Floats = inside @ surplus + entering[:, month - 1]
    return spare


def _worst(surplus: Floats, month: Ints, entering: Floats) -> tuple[Floats, Ints]:
    """By group the least of surplus and what lines bring, and the hour of it."""
    spare, worst = np.zeros(len(entering)), np.zeros(len(entering), np.int64)
    for group in range(1, len(entering)):
        inside = [z for z in range(len(surplus)) if group >> z & 1]
        left = surplus[inside].sum(axis=0) + entering[group][month - 1]
        worst[group] = int(left.argmin())
        spare[group] = left[worst[group]]
    return spare, worst


def _surpluses(end: str, years: Mapping[str, SystemYear], zones: Sequence[str], assumed: Assumptions) -> Floats:
    """Zones by hours, without any import: that is the lines' part."""
    return np.stack([end_surplus(end, years[z], float(system_mw().get(z, 0)), assumed, lines_of(z, ())) for z in zones])


def _cited(zones: Sequence[str], lines: Lines, limits: Sequence[TransferLimit]) -> tuple[Lines, Floats | None, tuple[str, ...]]:  # fmt: skip
    """The user's limits, less their strongest element: in place of the scenario's where one line leads in, else over all of them."""
    own = [limit for limit in limits if limit.system in zones]
    if not own:
        return lines, None, ()
    cap = np.full((len(zones), 12), np.inf)
    forward, backward = lines.forward_mw.copy(), lines.backward_mw.copy()
    for limit in own:
        z, m = zones.index(limit.system), limit.month - 1
        cap[z, m] = float(limit.import_limit_mw - limit.largest_element_mw)
        into = np.flatnonzero((lines.origin == z) | (lines.target == z))
        if len(into) == 1:
            (forward if lines.target[into[0]] == z else backward)[into[0], m] = cap[z, m]
    changed = Lines(lines.names, lines.origin, lines.target, forward, backward)
    return changed, cap, tuple(dict.fromkeys(limit.system for limit in own))


def _hour(at: tuple[SystemYear, int]) -> datetime:
    return at[0].hour(at[1])
