"""Whether a coin that is offered was mined, and by whom: followed back to new coins, or to a pool's payout, at a registered miner's address.

Every bitcoin was mined by somebody once. So new coins of a miner who is not registered count as his only within a few transactions;
beyond that they are coins in circulation like all others, and do not come from mining in the sense of a settlement.
"""

from collections.abc import Callable, Mapping, Sequence
from string import hexdigits
from typing import Any

import numpy as np

from adit.evidence.chain.attribution import attribute
from adit.evidence.sources.pools import PoolList
from adit.terms.addresses import NETWORKS, decode
from adit.terms.errors import BadInput
from adit.tracing.backward import BUDGET
from adit.tracing.chain import Chain, block_of, outpoint, script_at, time_of
from adit.tracing.finding import PROVENANCE_GRADES, Finding, Numbers, Source
from adit.tracing.forward import MOST_SOURCES, Flow, bits_of, forward, hops_of, marked_of, sources_of, unseen_sources
from adit.tracing.graph import tx_of
from adit.tracing.labels import Label
from adit.tracing.stops import Ended, ends_of, followed, largest_paths, paid_by, stops_of, told

__all__ = ["HOPS_MOST", "provenance", "registered_scripts"]

_LONGEST_ADDRESS = 62  # signs of a version that is in use
HOPS_MOST = 3  # transactions within which new coins of somebody unknown still count as mined


def registered_scripts(registered: Mapping[str, str], network: str) -> dict[bytes, str]:
    """The miner of each script, from addresses, or from scripts in hexadecimal where there is no address, as for a bare key.

    Raises BadInput for what is neither, an address of another network, or one that two miners have.
    """
    found: dict[bytes, str] = {}
    for text, miner in registered.items():
        script = _script(text, network)
        if found.setdefault(script, miner) != miner:
            raise BadInput(
                f"{text} is registered of two miners, {found[script]} and {miner}.", todo="Leave it with one of them."
            )
    return found


def _script(text: str, network: str) -> bytes:
    try:
        address = decode(text)
    except BadInput:
        if len(text) > _LONGEST_ADDRESS and len(text) % 2 == 0 and all(c in hexdigits for c in text):
            return bytes.fromhex(text)
        raise
    if address.network != network and NETWORKS[address.network][:2] != NETWORKS[network][:2]:
        raise BadInput(
            f"{text} is an address of {address.network}; the blocks are of {network}.", todo="Correct the register."
        )
    return address.script


def provenance(
    chain: Chain, output: int, registered: Mapping[str, str], *, pools: PoolList | None = None, labels: Mapping[bytes, Label] | None = None,
    budget: int = BUDGET, hops_most: int = HOPS_MOST,
) -> Finding:  # fmt: skip
    """Where one coin came from. `registered` gives the miner of an address; `labels` say where following back ends: exchanges, mixers, listed.

    The coin is as good as its worst satoshi: its grade is the first of `PROVENANCE_GRADES` that any part of it has.
    """
    if not chain.graph.amount_sat[output]:
        raise BadInput(
            "The output holds no satoshi, so it came from nowhere.",
            where=outpoint(chain, output),
            todo="Name the coin that is offered.",
        )
    miners, held = registered_scripts(registered, chain.network), dict(labels or {})
    mined = _mined_outputs(chain, miners, pools)
    payouts = mined & ~_new_coins(chain)
    listed = [s for s, label in held.items() if label.kind == "listed"]
    stops = stops_of(chain, held, listed=listed, payouts=payouts)
    every = followed(chain, [output], stops, budget)
    ended = ends_of(chain, every, stops)
    mined_by = _mined_by(chain, miners, pools)
    parts: dict[tuple[str, str], int] = {}
    for end in ended:
        key = _grade(end, mined_by, hops_most)
        parts[key] = parts.get(key, 0) + end.sat
    grades = [g for g, _ in parts]
    grade = min(grades, key=PROVENANCE_GRADES.index, default="unresolved")
    flow = _flow(chain, mined, miners)
    unseen = marked_of(forward(chain.graph, unseen_sources(chain.graph)), output) if chain.graph.unseen else 0
    amount = int(chain.graph.amount_sat[output])
    by_fifo: dict[str, int] = {}
    for (name, miner), sat in parts.items():
        if name in ("mined and registered", "pool payout"):
            by_fifo[miner] = by_fifo.get(miner, 0) + sat
    reached = flow is not None and bool(bits_of(flow, output))
    return Finding(
        question="provenance", subject=outpoint(chain, output), outputs=1, grade=grade,
        numbers=Numbers(
            amount_sat=amount, poison_sat=amount if reached else 0, haircut_sat=marked_of(flow, output) if flow else 0,
            fifo_sat=sum(by_fifo.values()), haircut_unseen_sat=int(unseen),
            fifo_unresolved_sat=sum(s for (g, _), s in parts.items() if g == "unresolved"),
        ),
        hops=hops_of(flow, output) if flow is not None and reached else None,
        sources=tuple(Source(m, amount if reached else 0, s) for m, s in sorted(by_fifo.items(), key=lambda p: (-p[1], p[0]))),
        ends=told(chain, ended, stops, mined_by), paths=largest_paths(chain, ended),
        labels=tuple(dict.fromkeys(e.label for e in sorted(ended, key=lambda e: -e.sat) if e.label)), clears=_clears(ended, grades),
        budget=budget, fragments=sum(len(f.sat) for f in every),
        parts=tuple((g, m, s) for (g, m), s in sorted(parts.items(), key=lambda p: (-p[1], p[0]))),
    )  # fmt: skip


def _new_coins(chain: Chain) -> Any:
    """For each output that was seen whether it is of new coins."""
    graph = chain.graph
    return np.repeat(graph.input_first[1:] == graph.input_first[:-1], np.diff(graph.output_first))


def _mined_outputs(chain: Chain, miners: Mapping[bytes, str], pools: PoolList | None) -> Any:
    """Outputs at registered scripts that are new coins, or were paid by a pool of the list (bool)."""
    of_script = np.zeros(max(chain.scripts.count, 1), np.bool_)
    for script in miners:
        number = chain.scripts.find(script)
        if number >= 0:
            of_script[number] = True
    mined = _new_coins(chain)
    if pools is not None:
        mined |= np.repeat(
            paid_by(chain, (s for s in pools.by_script if s not in miners)), np.diff(chain.graph.output_first)
        )
    return mined & of_script[chain.script_of]


def _flow(chain: Chain, mined: Any, miners: Mapping[bytes, str]) -> Flow | None:
    outputs = [int(o) for o in np.flatnonzero(mined)]
    names = {o: miners[script_at(chain, o) or b""] for o in outputs}
    together = len(set(names.values())) > MOST_SOURCES
    return (
        forward(chain.graph, sources_of({o: ("registered miners" if together else names[o],) for o in outputs}))
        if outputs
        else None
    )


def _mined_by(chain: Chain, miners: Mapping[bytes, str], pools: PoolList | None) -> Callable[[Ended], tuple[str, str]]:
    """The registered miner of an end, and what the dated list of pools says of the block."""

    def of(end: Ended) -> tuple[str, str]:
        miner = miners.get(script_at(chain, end.output) or b"", "")
        if pools is None:
            return miner, ""
        return miner, (_pool_said if end.code == "coinbase" else _paid_by_pool)(chain, end.output, pools)

    return of


def _paid_by_pool(chain: Chain, output: int, pools: PoolList) -> str:
    """The pools of the list whose scripts the paying transaction spent from."""
    transaction = tx_of(chain.graph, output)
    first, end = (int(chain.graph.input_first[transaction + k]) for k in (0, 1))
    spent = (script_at(chain, int(p)) or b"" for p in chain.graph.prev[first:end])
    names = dict.fromkeys(pools.by_script[s][0] for s in spent if s in pools.by_script)
    return f"{', '.join(names)} ({pools.vintage})"


def _pool_said(chain: Chain, output: int, pools: PoolList) -> str:
    transaction = tx_of(chain.graph, output)
    first, end = (int(chain.graph.output_first[transaction + k]) for k in (0, 1))
    paid = sorted(
        (o for o in range(first, end) if chain.graph.amount_sat[o]), key=lambda o: -int(chain.graph.amount_sat[o])
    )
    found_at = time_of(chain, transaction)
    text = chain.coinbase_text[block_of(chain, transaction)] or b""
    named = attribute(text, [script_at(chain, o) or b"" for o in paid], pools, on=found_at.date() if found_at else None)
    return f"{named.pool}, {named.grade} ({pools.vintage})" if named.pool else ""


def _grade(end: Ended, mined_by: Callable[[Ended], tuple[str, str]], hops_most: int) -> tuple[str, str]:
    """The grade of one stretch, and the miner."""
    if end.code == "coinbase":
        miner, _ = mined_by(end)
        if miner:
            return "mined and registered", miner
        near = end.hops <= hops_most
        return ("mined, miner not registered" if near else "not from mining"), ""
    if end.code == "payout":
        return "pool payout", mined_by(end)[0]
    guessed = end.label is not None and end.label.basis == "heuristic"  # never alone: it only ends what can be followed
    return ("unresolved" if guessed or end.code in ("coinjoin", "not seen", "budget") else "not from mining"), ""


def _clears(ended: Sequence[Ended], grades: Sequence[str]) -> tuple[str, ...]:
    codes = {e.code for e in ended}
    guessed = any(e.label is not None and e.label.basis == "heuristic" for e in ended)
    found: list[str] = [code for code in ("coinjoin", "exchange", "mixer", "not seen", "budget") if code in codes]
    found += ["heuristic"] if guessed else []
    found += ["register"] if "mined, miner not registered" in grades else []
    return (*found, *(["circulation"] if "not from mining" in grades else []))
