"""Where coins went: sources by name, up to 64 of them, followed through all transactions in one pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.terms.errors import BadInput
from adit.tracing.graph import Graph, spent_by
from adit.tracing.haircut import HOPS_BITS, HOPS_MOST, NOT_REACHED, pass_on

__all__ = [
    "MOST_SOURCES",
    "Flow",
    "Sources",
    "bits_of",
    "forward",
    "hops_of",
    "marked_of",
    "names_of",
    "reached",
    "sources_of",
    "unseen_sources",
]

MOST_SOURCES = 64  # one bit each


@dataclass(frozen=True, slots=True)
class Sources:
    """Outputs from which coins are followed, in rising order, and by a bit each whose they are: bit i is `names[i]`."""

    names: tuple[str, ...]
    outputs: Any  # int32
    bits: Any  # uint64


@dataclass(frozen=True, slots=True)
class Flow:
    """What one pass found. `records` has two words an output, packed so that one look at memory brings all of it; read it by the properties."""

    sources: Sources
    records: Any  # uint64
    put_in_sat: int  # what the sources marked, beyond what of them had come back
    with_fees_sat: int  # of it, what went with fees

    @property
    def bits(self) -> Any:
        """The sources that reach each output, a bit each (uint64)."""
        return self.records[0::2]

    @property
    def marked_sat(self) -> Any:
        """The haircut: satoshi of each output that came from sources (int64)."""
        return (self.records[1::2] >> np.uint64(HOPS_BITS)).astype(np.int64)

    @property
    def hops(self) -> Any:
        """Transactions since the nearest source, up to `HOPS_MOST`; says nothing where no source reaches (int64)."""
        return (self.records[1::2] & np.uint64(HOPS_MOST)).astype(np.int64)


def sources_of(outputs: Mapping[int, Sequence[str]]) -> Sources:
    """Sources from names by output. Raises BadInput for more than 64 names, or none."""
    names = tuple(dict.fromkeys(name for at in sorted(outputs) for name in outputs[at]))
    if not names:
        raise BadInput(
            "No source is among the outputs that were read.", todo="Give the blocks in which the sources were paid."
        )
    if len(names) > MOST_SOURCES:
        raise BadInput(
            f"{len(names):,} sources are named; one pass follows {MOST_SOURCES}.",
            todo="Give sources that belong together one name, such as that of the list.",
        )
    place = {name: i for i, name in enumerate(names)}
    order = sorted(outputs)
    bits = [sum(1 << place[name] for name in dict.fromkeys(outputs[at])) for at in order]
    return Sources(names, np.array(order, np.int32), np.array(bits, np.uint64))


def unseen_sources(graph: Graph) -> Sources:
    """All outputs that were spent and not seen, as one source: what comes from it is not resolved."""
    outputs = np.arange(graph.outputs, len(graph.amount_sat), dtype=np.int32)
    return Sources(("not seen",), outputs, np.ones(len(outputs), np.uint64))


def forward(graph: Graph, sources: Sources, *, records: Any = None) -> Flow:
    """Follows the sources. `records` may be those of an earlier pass over the same graph, to be written anew."""
    if records is None:
        records = np.empty(2 * len(graph.amount_sat), np.uint64)
    records[2 * graph.outputs :: 2], records[2 * graph.outputs + 1 :: 2] = 0, NOT_REACHED
    put_in, with_fees = pass_on(
        graph.output_first, graph.input_first, graph.prev, graph.amount_sat, graph.input_sat, sources.outputs, sources.bits, records
    )  # fmt: skip
    return Flow(sources, records, int(put_in), int(with_fees))


def bits_of(flow: Flow, output: int) -> int:
    """The sources that reach one output; a look at its record alone, where the property makes a whole column."""
    return int(flow.records[2 * output])


def marked_of(flow: Flow, output: int) -> int:
    """The marked satoshi of one output."""
    return int(flow.records[2 * output + 1]) >> HOPS_BITS


def hops_of(flow: Flow, output: int) -> int:
    """The hops of one output."""
    return int(flow.records[2 * output + 1]) & HOPS_MOST


def names_of(sources: Sources, bits: int) -> tuple[str, ...]:
    """The sources that these bits stand for."""
    return tuple(name for i, name in enumerate(sources.names) if bits >> i & 1)


def reached(graph: Graph, flow: Flow) -> Any:
    """The outputs that a source reaches and nobody here has spent, by marked satoshi, the most first (int64)."""
    found = np.flatnonzero((flow.bits[: graph.outputs] != 0) & (spent_by(graph)[: graph.outputs] < 0))
    marked = (flow.records[2 * found + 1] >> np.uint64(HOPS_BITS)).astype(np.int64)
    return found[np.lexsort((found, -graph.amount_sat[found], -marked))]
