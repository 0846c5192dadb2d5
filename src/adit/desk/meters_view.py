"""A scan of meters as its page shows it: sentences, sums written out, and two small pictures of each connection beside its peers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10

from adit.audit.undeclared.features import BY_NAME
from adit.audit.undeclared.findings import PeerGroup, Scan, Suspect
from adit.audit.undeclared.words import written

__all__ = ["CaseView", "DayPicture", "View", "YearPicture", "view_of"]

WIDE, HIGH = 320, 120  # of a picture, without its labels
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_EPOCH = date(1970, 1, 1)
Series = Sequence[tuple[int, int | None]]  # the minute since 1970 UTC, watt-hours


@dataclass(frozen=True, slots=True)
class DayPicture:
    """The mean day: the connection and the median of its peers, kW by hour, on one scale from zero."""

    own: str  # a path
    peers: str
    top: str  # what the upper edge means
    says: str


@dataclass(frozen=True, slots=True)
class YearPicture:
    """Use by day, the peers' median by month, and where the floor stepped."""

    own: str
    peers: str
    top: str
    ticks: tuple[tuple[float, str], ...]
    step: float | None  # where, from the left
    step_says: str
    says: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One term of the sum as it is read."""

    points: str
    title: str
    value: str
    peers: str
    says: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One connection of the list."""

    rank: int
    key: str
    meter: str
    group: str
    score: int
    rare: str  # how rare among the peers, in words
    discovered: bool
    mean: str
    first: str
    reasons: tuple[ReasonView, ...]
    sum: str  # the sum written out
    day: DayPicture | None
    year: YearPicture | None


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the template needs beside the scan."""

    cases: tuple[CaseView, ...]
    shown: int  # of them, with pictures
    standfirst: str
    measure: str
    per_1000: str
    groups: tuple[PeerGroup, ...]
    terms: tuple[tuple[str, str, str], ...]  # title, meaning, points


def view_of(scan: Scan, series: Mapping[str, Series], offset_minutes: int, at_most: int) -> View:
    """Prepare a scan; pictures for the connections whose readings are given."""
    per_1000 = f"{1000 * scan.alpha:g} in{NBSP}1,000"
    cases = tuple(
        _case(rank, s, scan.peer_groups[s.peer], series.get(s.meter, ()), offset_minutes, scan.confirmed)
        for rank, s in enumerate(scan.suspects[:at_most], start=1)
    )
    n = len(scan.suspects)
    found = f"{n:,} connection{'' if n == 1 else 's'}" if n else "No connection"
    terms = tuple(
        (BY_NAME[t.feature].title, BY_NAME[t.feature].meaning, f"{_signed(min(t.points))} to {_signed(max(t.points))}")
        for t in scan.model.terms
    )
    return View(
        cases,
        len(cases),
        f"{found} of {scan.judged:,} that were judged should be looked at first.",
        _measure(scan, per_1000),
        per_1000,
        scan.peer_groups,
        terms,
    )


def _measure(scan: Scan, per_1000: str) -> str:
    if scan.confirmed:
        return (
            f"Of 1,000 connections without mining, at most {1000 * scan.alpha:g} in the mean come onto this list, if they are of one kind with "
            f"the connections that were confirmed to mine nothing. {scan.discovered:,} of the list are discoveries: among those at most "
            f"{100 * scan.fdr:g}{NBSP}% in the mean mine nothing."
        )
    return (
        f"No meter was confirmed to mine nothing, so the scan is its own measure. The list holds the {per_1000} of each group with the highest "
        "score: it would be as long if nobody mined. It says where to look first, and not how many mine."
    )


def _case(rank: int, s: Suspect, peers: PeerGroup, series: Series, offset: int, confirmed: bool) -> CaseView:
    rare = 1000 * s.p
    said = f"{rare:.1f}" if rare < 10 else f"{rare:.0f}"
    reasons = tuple(
        ReasonView(
            _signed(r.points),
            BY_NAME[r.feature].title,
            written(r.feature, r.value),
            written(r.feature, r.peers),
            r.says,
        )
        for r in s.reasons
    )
    parts = [
        f"{_signed(s.base)} to begin with",
        *(f"{_signed(r.points)} {BY_NAME[r.feature].title}" for r in s.reasons),
    ]
    if s.rest:
        parts.append(f"{_signed(s.rest)} all others")
    return CaseView(
        rank,
        f"case-{rank}",
        s.meter,
        s.group,
        s.score,
        f"{said} in{NBSP}1,000 peers score so high" if confirmed else f"among the highest {said} in{NBSP}1,000",
        s.discovered,
        written("mean_kw", s.mean_kw),
        s.reasons[0].says if s.reasons else "",
        reasons,
        f"{', '.join(parts)}: {_signed(s.score)} points.",
        _day(s, peers) if s.hours_kw else None,
        _year(s, peers, series, offset) if series else None,
    )


def _day(s: Suspect, peers: PeerGroup) -> DayPicture:
    top = _round_up(max(*(x for x in s.hours_kw if x == x), *(x for x in peers.hours_kw if x == x), 0.001))
    low, high = min(s.hours_kw), max(s.hours_kw)
    says = f"Mean day: between {written('floor_kw', low)} and {written('floor_kw', high)}"
    if peers.hours_kw:
        says += (
            f"; peers between {written('floor_kw', min(peers.hours_kw))} and {written('floor_kw', max(peers.hours_kw))}"
        )
    return DayPicture(_steps(s.hours_kw, top), _steps(peers.hours_kw, top), f"{top:,g}{NBSP}kW", f"{says}.")


def _year(s: Suspect, peers: PeerGroup, series: Series, offset: int) -> YearPicture:
    by_day: dict[int, int] = {}
    for minute, wh in series:
        if wh is not None:
            by_day[(minute + offset) // 1440] = by_day.get((minute + offset) // 1440, 0) + wh
    first, last = min(by_day), max(by_day)
    span = max(1, last - first + 1)
    kwh = {day: wh / 1000 for day, wh in by_day.items()}
    of_peers = [kw * 24 for kw in peers.months_kw]
    top = _round_up(max(*kwh.values(), *(x for x in of_peers if x == x), 0.001))
    own, middle, ticks = "", "", []
    gap = True
    for day in range(first, last + 1):
        x = WIDE * (day - first + 0.5) / span
        if day in kwh:
            own += f"{'M' if gap else 'L'}{x:.1f} {_y(kwh[day], top)}"
        gap = day not in kwh
        on = _EPOCH + timedelta(day)
        if on.day == 1 or day == first:
            left = WIDE * (day - first) / span
            days = ((on.replace(day=28) + timedelta(4)).replace(day=1) - on).days
            right = min(float(WIDE), left + WIDE * days / span)
            if of_peers and of_peers[on.month - 1] == of_peers[on.month - 1]:
                middle += f"M{left:.1f} {_y(of_peers[on.month - 1], top)}H{right:.1f}"
            if on.day == 1 and on.month % 3 == 1 and left < WIDE - 20:
                ticks.append((round(left, 1), on.strftime("%b %Y") if on.month == 1 else on.strftime("%b")))
    step, step_says = None, ""
    if s.step_day is not None and s.floor_after_kw >= 2 * s.floor_before_kw:
        step = round(WIDE * ((s.step_day - _EPOCH).days - first) / span, 1)
        step_says = (
            f"The lowest hour of the day rose from {written('floor_kw', s.floor_before_kw)} to {written('floor_kw', s.floor_after_kw)} "
            f"on {s.step_day.isoformat()}, as the day that parts best."
        )
    says = f"Use by day, from {_EPOCH + timedelta(first)} to {_EPOCH + timedelta(last)}: {min(kwh.values()):,.1f} to {max(kwh.values()):,.1f} kWh."
    return YearPicture(own, middle, f"{top:,g}{NBSP}kWh", tuple(ticks), step, step_says, says)


def _steps(hours: Sequence[float], top: float) -> str:
    """A path with a level for each hour."""
    width = WIDE / 24
    return "".join(
        f"{'M' if i == 0 else 'L'}{i * width:.1f} {_y(kw, top)}H{(i + 1) * width:.1f}"
        for i, kw in enumerate(hours)
        if kw == kw
    )


def _y(value: float, top: float) -> str:
    return f"{HIGH * (1 - value / top):.1f}"


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8, 10 times a power of ten."""
    ten = 10.0 ** ceil(log10(value) - 1)
    return next(n * ten for n in (1, 2, 4, 5, 8, 10, 20) if n * ten >= value)


def _signed(points: int) -> str:
    return f"{'+' if points > 0 else MINUS if points < 0 else ''}{abs(points)}"
