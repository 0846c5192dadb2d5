"""An answer of tracing as it is kept and shown: the findings, what they rest on, and how to come to them again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adit.evidence.chain.layout import hex_of
from adit.tracing.chain import Chain, digest_of
from adit.tracing.finding import Finding

__all__ = ["Answer", "Basis", "basis_of", "record"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on: which blocks, which files, which program, which command."""

    command: str
    files: Mapping[str, str]  # path -> SHA-256
    vintages: Mapping[str, str]  # of lists that Adit ships
    version: str
    network: str
    proven: bool
    blocks: int
    transactions: int
    pieces: int
    first_height: int | None
    last_height: int | None
    last_block: str
    digest: str  # over the hashes of all blocks
    inputs_not_seen: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Findings and their basis. `totals` are figures of the whole pass, where there was one."""

    findings: tuple[Finding, ...]
    basis: Basis
    totals: Mapping[str, int]


def basis_of(
    chain: Chain, *, command: str, files: Mapping[str, str], vintages: Mapping[str, str], version: str
) -> Basis:
    """The basis of an answer about this chain."""
    known = [int(h) for h in chain.block_height if h >= 0]
    return Basis(
        command=command, files=files, vintages=vintages, version=version, network=chain.network, proven=chain.proven,
        blocks=len(chain.block_hash), transactions=chain.graph.transactions, pieces=chain.pieces,
        first_height=min(known, default=None), last_height=max(known, default=None), last_block=hex_of(chain.block_hash[-1]),
        digest=digest_of(chain), inputs_not_seen=chain.graph.unseen, faults=chain.faults,
    )  # fmt: skip


def record(answer: Answer) -> dict[str, Any]:
    """The answer as data, for JSON: amounts are whole satoshi."""
    return {
        "adit": answer.basis.version,
        "data": dict(answer.basis.vintages),
        "basis": asdict(answer.basis),
        "totals": dict(answer.totals),
        "findings": [asdict(f) for f in answer.findings],
    }
