"""How far a coin or an address is exposed to listed scripts: direct within one hop, indirect by the rule of the day, each with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from adit.terms.errors import BadInput
from adit.tracing.backward import BUDGET
from adit.tracing.chain import Chain, address_of, outpoint, outputs_paid_to, script_at
from adit.tracing.finding import Finding, Numbers, Path, Rule, Source, rule_on
from adit.tracing.forward import (
    MOST_SOURCES,
    Flow,
    bits_of,
    forward,
    hops_of,
    marked_of,
    names_of,
    sources_of,
    unseen_sources,
)
from adit.tracing.graph import tx_of
from adit.tracing.labels import Label
from adit.tracing.stops import Ended, Stops, ends_of, followed, largest_paths, path_told, stops_of, told

__all__ = ["DIRECT_HOPS", "Exposures", "exposures", "of_address", "of_coin"]

DIRECT_HOPS = 1
_TOGETHER = "all listed"


@dataclass(frozen=True, slots=True)
class Exposures:
    """A chain followed from listed scripts, ready to be asked about coins and addresses."""

    chain: Chain
    flow: Flow | None  # None where no listed script was paid in what was read
    grey: Flow | None  # the same from scripts that only a heuristic calls listed; following back does not stop there
    guesses: tuple[Label, ...]  # the labels of those
    unseen_sat: Any  # int64: of each output, the haircut of what was not seen
    stops: Stops
    rules: tuple[Rule, ...]
    budget: int


def exposures(
    chain: Chain, labels: Mapping[bytes, Label], rules: Sequence[Rule] = (), *, budget: int = BUDGET
) -> Exposures:
    """Follows everything that was paid to a listed script. Raises BadInput where no label is of the kind listed.

    More than 64 names are followed as one source; by FIFO each label is still told on its own.
    """
    listed = {s: label for s, label in labels.items() if label.kind == "listed"}
    if not listed:
        raise BadInput(
            "No script is listed, so there is nothing to be exposed to.", todo="Give at least one listed address."
        )
    guessed = {s: label for s, label in listed.items() if label.basis == "heuristic"}
    sound = {s: label for s, label in listed.items() if s not in guessed}
    unseen = np.zeros(len(chain.graph.amount_sat), np.int64)
    if chain.graph.unseen:
        unseen = forward(chain.graph, unseen_sources(chain.graph)).marked_sat
    stops = stops_of(chain, {s: label for s, label in labels.items() if s not in guessed}, listed=sound)
    guesses = tuple(dict.fromkeys(guessed.values()))
    return Exposures(chain, _flow(chain, sound), _flow(chain, guessed), guesses, unseen, stops, tuple(rules), budget)


def _outputs_named(chain: Chain, labels: Mapping[bytes, Label]) -> dict[int, tuple[str, ...]]:
    """The outputs that pay these scripts, each with the name of its source: that of the label, or one for all where there are more than 64."""
    of_script = {n: label.name for s, label in labels.items() if (n := chain.scripts.find(s)) >= 0}
    wanted = np.zeros(max(chain.scripts.count, 1), np.bool_)
    wanted[list(of_script)] = True
    together = len(set(of_script.values())) > MOST_SOURCES
    outputs = np.flatnonzero(wanted[chain.script_of])
    return {int(o): (_TOGETHER if together else of_script[int(chain.script_of[o])],) for o in outputs}


def of_coin(asked: Exposures, output: int, *, on: date | None = None) -> Finding:
    """The exposure of one output."""
    return _of(asked, outpoint(asked.chain, output), [output], on)


def of_address(asked: Exposures, script: bytes, *, on: date | None = None) -> Finding:
    """The exposure of all that an address was paid in what was read, spent or not. Raises BadInput where it was paid nothing."""
    outputs = [int(o) for o in outputs_paid_to(asked.chain, script)]
    if not outputs:
        raise BadInput(
            "Nothing was paid to this address in the blocks that were read.", todo="Give the blocks in which it was."
        )
    return _of(asked, address_of(asked.chain, outputs[0]), outputs, on)


def _flow(chain: Chain, labels: Mapping[bytes, Label]) -> Flow | None:
    found = _outputs_named(chain, labels)
    return forward(chain.graph, sources_of(found)) if found else None


def _of(asked: Exposures, subject: str, outputs: list[int], on: date | None) -> Finding:
    chain, flow = asked.chain, asked.flow
    every = followed(chain, outputs, asked.stops, asked.budget)
    ended = ends_of(chain, every, asked.stops)
    hit = [e for e in ended if _is_hit(e)]
    amount = {o: int(chain.graph.amount_sat[o]) for o in outputs}
    bits = {o: bits_of(flow, o) for o in outputs} if flow else dict.fromkeys(outputs, 0)
    reached = [o for o in outputs if bits[o]]
    hops = min((hops_of(flow, o) for o in reached), default=None) if flow else None
    numbers = Numbers(
        amount_sat=sum(amount.values()),
        poison_sat=sum(amount[o] for o in reached),
        haircut_sat=sum(marked_of(flow, o) for o in outputs) if flow else 0,
        fifo_sat=sum(e.sat for e in hit),
        haircut_unseen_sat=sum(int(asked.unseen_sat[o]) for o in outputs),
        fifo_unresolved_sat=sum(e.sat for e in ended if not _is_hit(e) and not _settled(e)),
    )
    rule = rule_on(asked.rules, on) if on else None
    grey = _grey(asked, outputs)
    paths = largest_paths(chain, hit)
    if not paths and reached and flow is not None:
        paths = (_nearest(asked, flow, min(reached, key=lambda o: (hops_of(flow, o), -marked_of(flow, o), o))),)
    return Finding(
        question="exposure", subject=subject, outputs=len(outputs), grade=_grade(numbers, hops, rule, bool(grey)), numbers=numbers, hops=hops,
        sources=_sources(flow, bits, amount, hit), ends=told(chain, ended, asked.stops, lambda end: ("", "")), paths=paths,
        labels=(*_labels(ended, paths), *grey), clears=_clears(numbers, ended, hops, bool(grey)), budget=asked.budget,
        fragments=sum(len(f.sat) for f in every), rule=rule, on=on,
    )  # fmt: skip


def _grey(asked: Exposures, outputs: Sequence[int]) -> tuple[Label, ...]:
    """The heuristics that point to these outputs."""
    if asked.grey is None:
        return ()
    names = {n for o in outputs for n in names_of(asked.grey.sources, bits_of(asked.grey, o))}
    return tuple(g for g in asked.guesses if names & {g.name, _TOGETHER})


def _is_hit(end: Ended) -> bool:
    return end.code == "listed" and end.label is not None and end.label.basis != "heuristic"


def _settled(end: Ended) -> bool:
    """Whether a stretch ended where nothing is left to ask: at new coins, or with somebody who vouches for it."""
    vouched = end.code in ("declared", "pool") and end.label is not None and end.label.basis != "heuristic"
    return end.code == "coinbase" or vouched


def _grade(n: Numbers, hops: int | None, rule: Rule | None, grey: bool) -> str:
    if hops is None:
        if grey:
            return "only heuristics"
        return "nothing found, not all resolved" if n.haircut_unseen_sat or n.fifo_unresolved_sat else "nothing found"
    if hops <= DIRECT_HOPS:
        return "direct"
    if rule is None:
        return "no rule"
    sat = {"haircut": n.haircut_sat, "fifo": n.fifo_sat, "poison": n.poison_sat}[rule.measure]
    enough = sat >= rule.sat_least and sat * 1_000_000 >= rule.share_least_ppm * n.amount_sat
    return "indirect" if hops <= rule.hops_most and enough else "below the rule"


def _sources(
    flow: Flow | None, bits: Mapping[int, int], amount: Mapping[int, int], hit: Sequence[Ended]
) -> tuple[Source, ...]:
    if flow is None:
        return ()
    by_fifo: dict[str, int] = {}
    for end in hit:
        assert end.label is not None
        name = end.label.name if end.label.name in flow.sources.names else _TOGETHER
        by_fifo[name] = by_fifo.get(name, 0) + end.sat
    poisoned: dict[str, int] = {}
    for output, held in bits.items():
        for name in names_of(flow.sources, held):
            poisoned[name] = poisoned.get(name, 0) + amount[output]
    return tuple(
        Source(name, sat, by_fifo.get(name, 0)) for name, sat in sorted(poisoned.items(), key=lambda p: (-p[1], p[0]))
    )


def _nearest(asked: Exposures, flow: Flow, output: int) -> Path:
    """A way of the fewest transactions from a source; of equals the one that took the most along, by haircut."""
    chain, way = asked.chain, [output]
    while hops_of(flow, way[-1]):
        made_by = tx_of(chain.graph, way[-1])
        first, end = (int(chain.graph.input_first[made_by + k]) for k in (0, 1))
        spent = [int(p) for p in chain.graph.prev[first:end] if bits_of(flow, int(p))]
        way.append(min(spent, key=lambda p: (hops_of(flow, p), -marked_of(flow, p), p)))
    way.reverse()
    label = asked.stops.labels.get(script_at(chain, way[0]) or b"")
    return path_told(chain, way, [marked_of(flow, o) for o in way], "nearest", label)


def _labels(ended: Sequence[Ended], paths: Sequence[Path]) -> tuple[Label, ...]:
    found = dict.fromkeys(e.label for e in sorted(ended, key=lambda e: -e.sat) if e.label)
    found |= dict.fromkeys(p.label for p in paths if p.label)
    return tuple(found)


def _clears(n: Numbers, ended: Sequence[Ended], hops: int | None, grey: bool) -> tuple[str, ...]:
    """What would settle it: of each break what mends it, and of a hit what takes it away."""
    codes = {e.code for e in ended}
    found: list[str] = [code for code in ("coinjoin", "exchange", "mixer", "not seen", "budget") if code in codes]
    if n.haircut_unseen_sat and "not seen" not in found:
        found.append("not seen")
    if hops is not None:
        found += ["entry", "own account"] if n.fifo_sat else ["entry", "fifo none"]
    return (*found, *(["heuristic"] if grey and hops is None else []))
