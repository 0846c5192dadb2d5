"""Where following back ends: at labelled scripts, behind suspected coinjoins, at pool payouts; and what the fragments that ended add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.evidence.chain.layout import hex_of
from adit.tracing.backward import COINBASE, NOT_SEEN, OUT_OF_BUDGET, STOP, Origins, origins, path
from adit.tracing.chain import Chain, address_of, block_of, outpoint, script_at
from adit.tracing.coinjoin import KINDS, detect
from adit.tracing.finding import End, Path, Step
from adit.tracing.graph import tx_of
from adit.tracing.labels import Label

__all__ = [
    "COINJOIN",
    "HELD",
    "LISTED",
    "PAYOUT",
    "Ended",
    "Stops",
    "ends_of",
    "followed",
    "largest_paths",
    "paid_by",
    "path_told",
    "stops_of",
    "told",
]

LISTED, HELD, COINJOIN, PAYOUT = 1, 2, 3, 4
_STEPS = 40  # of a longer path the first and the last twenty are shown


@dataclass(frozen=True, slots=True)
class Stops:
    """Where to stop, a code for each output (uint8), and what is known there."""

    code: Any
    labels: Mapping[bytes, Label]
    coinjoins: Any  # uint8 for each transaction, as in coinjoin.KINDS


@dataclass(frozen=True, slots=True)
class Ended:
    """One fragment that ended, of which output, and the code of its end as in End."""

    found: Origins
    fragment: int
    code: str
    label: Label | None

    @property
    def sat(self) -> int:
        return int(self.found.sat[self.fragment])

    @property
    def output(self) -> int:
        return int(self.found.output[self.fragment])

    @property
    def hops(self) -> int:
        return int(self.found.hops[self.fragment])


def stops_of(
    chain: Chain, labels: Mapping[bytes, Label], *, listed: Iterable[bytes] = (), payouts: Any = None
) -> Stops:
    """Stops at all outputs that pay a labelled script, those of `listed` told apart; behind coinjoins; and at `payouts` (bool, by output)."""
    of_script = np.zeros(max(chain.scripts.count, 1), np.uint8)
    for mark, scripts in ((HELD, labels), (LISTED, listed)):
        for script in scripts:
            number = chain.scripts.find(script)
            if number >= 0:
                of_script[number] = mark
    coinjoins = detect(chain.graph, chain.script_of)
    code = np.zeros(len(chain.graph.amount_sat), np.uint8)
    seen = code[: chain.graph.outputs]
    seen[np.repeat(coinjoins > 0, np.diff(chain.graph.output_first))] = COINJOIN
    by_script = of_script[chain.script_of]
    seen[by_script > 0] = by_script[by_script > 0]
    if payouts is not None:
        seen[payouts & (by_script == 0)] = PAYOUT  # a label says more than a register: it may be listed
    return Stops(code, labels, coinjoins)


def paid_by(chain: Chain, payers: Iterable[bytes]) -> Any:
    """For each transaction whether it spends an output of one of these scripts (bool)."""
    graph = chain.graph
    of_script = np.zeros(max(chain.scripts.count, 1), np.bool_)
    for script in payers:
        number = chain.scripts.find(script)
        if number >= 0:
            of_script[number] = True
    spends = np.zeros(len(graph.amount_sat), np.bool_)
    spends[: graph.outputs] = of_script[chain.script_of]
    before = np.concatenate([[0], np.cumsum(spends[graph.prev])])
    return before[graph.input_first[1:]] > before[graph.input_first[:-1]]


def followed(chain: Chain, outputs: Sequence[int], stops: Stops, budget: int) -> list[Origins]:
    """The outputs followed back one after another, the largest first, with one budget for all."""
    found, left = [], budget
    for output in sorted(outputs, key=lambda o: (-int(chain.graph.amount_sat[o]), o)):
        found.append(origins(chain.graph, output, stops=stops.code, budget=max(left, 1)))
        left -= len(found[-1].sat)
    return found


def ends_of(chain: Chain, all_found: Iterable[Origins], stops: Stops) -> list[Ended]:
    """Every fragment that ended, with the reason."""
    names = {COINBASE: "coinbase", NOT_SEEN: "not seen", OUT_OF_BUDGET: "budget"}
    ended = []
    for found in all_found:
        for at in np.flatnonzero((found.end > 0) & (found.sat > 0)):
            output, code, label = int(found.output[at]), names.get(int(found.end[at]), ""), None
            if found.end[at] == STOP:
                stop = int(stops.code[output])
                label = stops.labels.get(script_at(chain, output) or b"") if stop in (LISTED, HELD) else None
                code = {COINJOIN: "coinjoin", PAYOUT: "payout"}.get(stop) or (label.kind if label else "listed")
            ended.append(Ended(found, int(at), code, label))
    return ended


def told(
    chain: Chain, ended: Sequence[Ended], stops: Stops, mined_by: Callable[[Ended], tuple[str, str]]
) -> tuple[End, ...]:
    """The ends added up by reason, label and miner, the most satoshi first. `mined_by` gives miner and remark of new coins and payouts."""
    groups: dict[tuple[str, Label | None, str, str], list[Ended]] = {}
    for end in ended:
        miner, said = mined_by(end) if end.code in ("coinbase", "payout") else ("", "")
        if end.code == "coinjoin":
            said = KINDS[int(stops.coinjoins[tx_of(chain.graph, end.output)])]
        groups.setdefault((end.code, end.label, miner, said), []).append(end)
    rows = []
    for (code, label, miner, said), members in groups.items():
        largest = max(members, key=lambda e: (e.sat, -e.output))
        hops = min(e.hops for e in members)
        sat, where = sum(e.sat for e in members), outpoint(chain, largest.output)
        rows.append(End(code, sat, len(members), hops, where, label, miner, said))
    return tuple(sorted(rows, key=lambda e: (-e.sat, e.code, e.where)))


def largest_paths(chain: Chain, ended: Sequence[Ended], most: int = 3) -> tuple[Path, ...]:
    """The ways that took the most satoshi along; stretches that passed the same outputs are one way."""
    numbers: dict[tuple[int, int], int] = {}  # (a way up to here, the next output) -> the longer way
    ways = {key: _numbered(found, numbers) for key, found in {id(e.found): e.found for e in ended}.items()}
    sat: dict[int, int] = {}
    one: dict[int, Ended] = {}
    for end in ended:
        way = ways[id(end.found)][end.fragment]
        sat[way] = sat.get(way, 0) + end.sat
        one.setdefault(way, end)
    best = sorted(sat, key=lambda w: (-sat[w], one[w].hops, one[w].output, w))[:most]
    return tuple(_largest(chain, one[way], sat[way]) for way in best)


def _numbered(found: Origins, numbers: dict[tuple[int, int], int]) -> list[int]:
    """The number of each fragment's way: parents come first, so that each is one look."""
    ways: list[int] = []
    for parent, output in zip(found.parent.tolist(), found.output.tolist(), strict=True):
        step = (ways[parent] if parent >= 0 else -1, output)
        ways.append(numbers.setdefault(step, len(numbers)))
    return ways


def _largest(chain: Chain, end: Ended, sat: int) -> Path:
    way = path(end.found, end.fragment)
    return path_told(chain, way, [sat] * len(way), "fifo", end.label)


def path_told(chain: Chain, way: Sequence[int], sats: Sequence[int], measure: str, label: Label | None) -> Path:
    """A way through these outputs, from the origin to the coin, as rows."""
    left_out = max(len(way) - _STEPS, 0)
    steps = []
    for hops in range(len(way)):
        if left_out and _STEPS // 2 <= hops < len(way) - _STEPS // 2:
            continue
        output, payer = way[hops], address_of(chain, way[hops - 1]) if hops else ""
        made_by = tx_of(chain.graph, output)
        height = int(chain.block_height[block_of(chain, made_by)]) if made_by >= 0 else -1
        txid = hex_of(chain.txid[made_by]) if made_by >= 0 else outpoint(chain, output).partition(":")[0]
        payee = address_of(chain, output)
        steps.append(Step(height if height >= 0 else None, txid, payer, payee, sats[hops], hops))
    return Path(measure, sats[-1], tuple(steps), label, left_out)
