"""Patterns of declared addresses on the chain: coins of many miners that come together where nobody declared, and coins that leave and come back.

Each names its transactions. A suspected coinjoin brings coins of strangers together by design, so it makes no meeting.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from adit.evidence.chain.layout import hex_of
from adit.tracing.chain import Chain, time_of
from adit.tracing.coinjoin import detect
from adit.tracing.labels import Label

__all__ = ["Came", "Met", "came_back", "met"]


@dataclass(frozen=True, slots=True)
class Met:
    """An undeclared script to which several parties paid directly, how much each, and by which transactions, the first first."""

    script: bytes
    paid_sat: Mapping[str, int]  # party -> satoshi
    txids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """Coins of a party that went to somebody with a label and came from there to an address of the party: the smaller of both amounts."""

    party: str
    through: Label
    sat: int
    days: int
    txids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Transfer:
    transaction: int
    party: str
    label: Label
    sat: int


def met(chain: Chain, declared: Mapping[bytes, str], labels: Mapping[bytes, Label], least: int = 2) -> list[Met]:
    """Undeclared scripts that were paid by at least so many parties out of their declared addresses. Exchanges and pools with a label are none."""
    of_script = _by_number(chain, declared)
    known = _by_number(
        chain, {s: label.name for s, label in labels.items() if label.kind in ("exchange", "pool", "mixer")}
    )
    joins = detect(chain.graph, chain.script_of)
    paid: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    by: dict[int, list[int]] = defaultdict(list)
    for t in _spending(chain, of_script):
        parties = {of_script[s] for s in _payers(chain, t) if s in of_script}
        if joins[t] or len(parties) != 1:  # of several parties in one transaction nobody can say whose coins went where
            continue
        [party] = parties
        for script, sat in _outputs(chain, t):
            if script not in of_script and script not in known:
                paid[script][party] += sat
                by[script].append(t)
    return [
        Met(chain.scripts.script(s), dict(parties), tuple(_txid(chain, t) for t in sorted(set(by[s]))))
        for s, parties in sorted(paid.items())
        if len(parties) >= least
    ]


def came_back(
    chain: Chain, declared: Mapping[bytes, str], labels: Mapping[bytes, Label], within: timedelta
) -> list[Came]:
    """For each party and label the largest pair of a payment to it and a later one from it, no further apart than so long."""
    of_script = _by_number(chain, declared)
    through = {
        n: label
        for s, label in labels.items()
        if label.kind in ("exchange", "mixer") and (n := chain.scripts.find(s)) >= 0
    }
    out, back = _transfers(chain, of_script, through)
    found: dict[tuple[str, str], Came] = {}
    for b in back:
        for o in out:
            same = (o.party, o.label.name) == (b.party, b.label.name)
            left, returned = time_of(chain, o.transaction), time_of(chain, b.transaction)
            if not same or left is None or returned is None or not timedelta(0) <= returned - left <= within:
                continue
            if o.transaction >= b.transaction:
                continue
            came = Came(
                b.party,
                b.label,
                min(o.sat, b.sat),
                (returned - left).days,
                (_txid(chain, o.transaction), _txid(chain, b.transaction)),
            )
            best = found.get((b.party, b.label.name))
            if best is None or came.sat > best.sat:
                found[b.party, b.label.name] = came
    return [found[k] for k in sorted(found)]


def _transfers(
    chain: Chain, of_script: Mapping[int, str], through: Mapping[int, Label]
) -> tuple[list[_Transfer], list[_Transfer]]:
    """Payments from a party to a label, and from a label to a party."""
    out: list[_Transfer] = []
    back: list[_Transfer] = []
    for t in _spending(chain, {**of_script, **dict.fromkeys(through, "")}):
        payers = set(_payers(chain, t))
        parties = {of_script[s] for s in payers if s in of_script}
        held = {through[s] for s in payers if s in through}
        for script, sat in _outputs(chain, t):
            if script in through and len(parties) == 1:
                out.append(_Transfer(t, next(iter(parties)), through[script], sat))
            if script in of_script and held and of_script[script] not in parties:
                back += [_Transfer(t, of_script[script], label, sat) for label in held]
    return out, back


# The graph by scripts ---------------------------------------------------------------------------------------------
def _by_number(chain: Chain, named: Mapping[bytes, str]) -> dict[int, str]:
    return {n: name for script, name in named.items() if (n := chain.scripts.find(script)) >= 0}


def _spending(chain: Chain, scripts: Mapping[int, str]) -> Iterator[int]:
    """The transactions that spend an output of one of these scripts, in order."""
    graph = chain.graph
    wanted = np.zeros(chain.scripts.count + 1, np.bool_)
    wanted[list(scripts)] = True
    paid_by = np.where(
        graph.prev < len(chain.script_of),
        chain.script_of[np.minimum(graph.prev, max(0, len(chain.script_of) - 1))],
        chain.scripts.count,
    )
    inputs = np.flatnonzero(wanted[paid_by]) if len(chain.script_of) else np.zeros(0, np.int64)
    for t in np.unique(np.searchsorted(graph.input_first, inputs, side="right") - 1):
        yield int(t)


def _payers(chain: Chain, transaction: int) -> list[int]:
    graph = chain.graph
    spent = graph.prev[graph.input_first[transaction] : graph.input_first[transaction + 1]]
    return [int(chain.script_of[p]) for p in spent if p < len(chain.script_of)]


def _outputs(chain: Chain, transaction: int) -> list[tuple[int, int]]:
    graph = chain.graph
    places = range(int(graph.output_first[transaction]), int(graph.output_first[transaction + 1]))
    return [(int(chain.script_of[o]), int(graph.amount_sat[o])) for o in places if graph.amount_sat[o]]


def _txid(chain: Chain, transaction: int) -> str:
    return hex_of(chain.txid[transaction])
