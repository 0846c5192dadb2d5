"""What a scan found, as data: the connections to look at first with their reasons, the owners to look at whole, and what could not be tested."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from adit.audit.undeclared.features import FEATURES, SIDE, STATUSES
from adit.audit.undeclared.peers import Judged, PoolResult, by_peers, pooled
from adit.audit.undeclared.scan import Table
from adit.audit.undeclared.score import Model, term_points
from adit.audit.undeclared.words import sentence

__all__ = ["Asked", "PeerGroup", "Reason", "Scan", "Suspect", "found_in"]

REASONS = 5
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller knows of the meters, and how many false alarms he can bear."""

    alpha: float  # of all connections without mining, the share that may be listed
    fdr: float = 0.2  # of the connections discovered, the share that may be without mining
    groups: Mapping[str, str] = field(default_factory=dict)  # meter -> its peers' name
    pools: Mapping[str, str] = field(default_factory=dict)  # meter -> owner, address or feeder
    declared: frozenset[str] = frozenset()  # miners who said so: no suspects
    clean: frozenset[str] = frozenset()  # confirmed by inspection to mine nothing
    limit_kwh: int = 0  # a month, where the law draws a line; 0 for none


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of the sum: its points, the connection's value, the peers' median, the sentence."""

    feature: str
    points: int
    value: float
    peers: float
    says: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """One connection to look at. `score` is `base` and all points, exactly; `reasons` are its largest terms, `rest` what the others add."""

    meter: str
    group: str
    score: int
    base: int
    reasons: tuple[Reason, ...]
    rest: int
    p: float
    discovered: bool  # by Benjamini and Hochberg
    mean_kw: float
    step_day: date | None
    floor_before_kw: float
    floor_after_kw: float
    hours_kw: tuple[float, ...]  # of the mean day
    peer: int  # which of `Scan.peer_groups` it is held against


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The peers of a group: how many, and their median day and year."""

    name: str
    peers: int
    smallest_p: float  # the least that can come out with so many peers
    hours_kw: tuple[float, ...]
    months_kw: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that a page or a program needs."""

    meters: int
    readings: int
    tested: int  # enough readings
    judged: int  # of them, neither declared nor confirmed clean
    clean: int  # of them, confirmed clean
    not_tested: Mapping[str, int]  # by reason
    declared: int  # declared miners among the meters
    confirmed: bool  # whether the peers are confirmed clean
    alpha: float
    fdr: float
    suspects: tuple[Suspect, ...]  # the rarest first
    discovered: int
    untestable_groups: tuple[PeerGroup, ...]  # too few peers for the rate asked for
    peer_groups: tuple[PeerGroup, ...]
    pools: tuple[PoolResult, ...]
    under_limit: tuple[tuple[str, int, int], ...]  # meter, months just below the limit, whole months
    limit_kwh: int
    first_day: date | None
    model: Model


def found_in(table: Table, readings: int, model: Model, asked: Asked) -> Scan:
    """Judge every meter of the table."""
    names = table.names
    n = len(names)
    points = term_points(model, table.figures)
    scores = model.base + points.sum(axis=1, dtype=np.int64)
    status = table.of("status").astype(int) if n else np.empty(0, int)
    tested = status == 0
    declared = np.array([name in asked.declared for name in names], np.bool_)
    clean = np.array([name in asked.clean for name in names], np.bool_) if asked.clean else None
    groups = [asked.groups.get(name, "") for name in names]
    judged = by_peers(scores, tested, groups, clean=clean, excluded=declared, alpha=asked.alpha, fdr=asked.fdr)
    reference = tested & ~declared & (clean if clean is not None else True)
    peers = {name: _group(name, judged, table, reference, groups, asked) for name in dict.fromkeys(judged.group_of)}
    chosen = np.flatnonzero(judged.listed | judged.discovered)
    chosen = chosen[np.lexsort((chosen, -scores[chosen], judged.p[chosen]))]
    places = {name: i for i, name in enumerate(peers)}
    medians = {name: _medians(table, reference, groups, name) for name in peers}
    suspects = tuple(
        _suspect(int(i), table, points[i], int(scores[i]), groups[i], judged, model, medians, places) for i in chosen
    )
    together = pooled(names, scores, [asked.pools.get(name, "") for name in names], reference, tested & ~declared)
    days = table.of("first_day")[tested] if n else np.empty(0)
    return Scan(
        meters=n,
        readings=readings,
        tested=int(tested.sum()),
        judged=int((~np.isnan(judged.p)).sum()),
        clean=int(reference.sum()) if judged.confirmed else 0,
        not_tested=dict(Counter(STATUSES[s] for s in status[~tested]).most_common()),
        declared=int(declared.sum()),
        confirmed=judged.confirmed,
        alpha=asked.alpha,
        fdr=asked.fdr,
        suspects=suspects,
        discovered=int(judged.discovered.sum()),
        untestable_groups=tuple(g for g in peers.values() if g.peers and g.smallest_p > asked.alpha),
        peer_groups=tuple(peers.values()),
        pools=tuple(r for r in together if r.p <= asked.alpha),
        under_limit=_under_limit(table, tested & ~declared),
        limit_kwh=asked.limit_kwh,
        first_day=_EPOCH + timedelta(int(days.min())) if len(days) else None,
        model=model,
    )


def _members(name: str, reference: Any, groups: Sequence[str]) -> Any:
    """The peers that a group name stands for; '' stands for all."""
    if not name:
        return reference
    return reference & (np.asarray(groups, dtype=object) == name)


def _group(name: str, judged: Judged, table: Table, reference: Any, groups: Sequence[str], asked: Asked) -> PeerGroup:
    shapes = table.shapes[_members(name, reference, groups)]
    peers = judged.peers.get(name, 0)
    middle = _middle(shapes).tolist() if len(shapes) else []
    least = 1 / (1 + peers) if judged.confirmed else 1 / max(1, peers)
    return PeerGroup(name, peers, least, tuple(middle[:24]), tuple(middle[24:]))


def _medians(table: Table, reference: Any, groups: Sequence[str], name: str) -> Any:
    return _middle(table.figures[_members(name, reference, groups)])


def _middle(columns: Any) -> Any:
    """The median of each column, of those that have the figure."""
    return np.array([float(np.median(c[~np.isnan(c)])) if (~np.isnan(c)).any() else np.nan for c in columns.T])


def _suspect(
    i: int, table: Table, points: Any, score: int, group: str, judged: Judged, model: Model, medians: Mapping[str, Any], places: Mapping[str, int]
) -> Suspect:  # fmt: skip
    against = judged.group_of[i]
    side = dict(zip(SIDE, table.side[i].tolist(), strict=True))
    step_day = None if side["step_day"] != side["step_day"] else _EPOCH + timedelta(int(side["step_day"]))
    order = sorted(range(len(FEATURES)), key=lambda f: (-int(points[f]), f))[:REASONS]
    reasons = tuple(
        Reason(
            FEATURES[f].name,
            int(points[f]),
            value := float(table.figures[i, f]),
            peers := float(medians[against][f]),
            sentence(FEATURES[f].name, value, peers, step_day.isoformat() if step_day else ""),
        )
        for f in order
        if points[f] > 0
    )
    return Suspect(
        meter=table.names[i],
        group=group,
        score=score,
        base=model.base,
        reasons=reasons,
        rest=score - model.base - sum(r.points for r in reasons),
        p=float(judged.p[i]),
        discovered=bool(judged.discovered[i]),
        mean_kw=float(table.of("mean_kw")[i]),
        step_day=step_day,
        floor_before_kw=side["floor_before_kw"],
        floor_after_kw=side["floor_after_kw"],
        hours_kw=tuple(float(x) for x in table.shapes[i][:24]),
        peer=places[against],
    )


def _under_limit(table: Table, use: Any) -> tuple[tuple[str, int, int], ...]:
    """Connections with at least three whole months just below the limit of the month, and most of their months there."""
    if not table.names:
        return ()
    whole, under = table.of("months_whole"), table.of("months_under_limit")
    found = [i for i in np.flatnonzero(use & (under >= 3)) if under[i] * 2 >= whole[i]]
    found.sort(key=lambda i: (-under[i], table.names[i]))
    return tuple((table.names[i], int(under[i]), int(whole[i])) for i in found)
