"""What the blocks in the office's folder show of declared addresses: exposure to listed ones, meetings of many miners' coins, round trips.

`evidence/blocks/` holds block files or raw blocks, `evidence/labels.csv` who holds which address (docs/how-to/trace-coins.md). Without blocks nothing is
said; without labels only meetings are looked for, and the rest is said not to have been.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from adit.decision.suspicion.sight import Exposure, Meeting, Return
from adit.decision.suspicion.store import table_of_signs
from adit.engines.database import Connection
from adit.evidence.chain.layout import Blocks
from adit.evidence.chain.receipts import address_of
from adit.evidence.sources import blk_files, raw_blocks
from adit.register.records import Address
from adit.register.store import listed
from adit.terms.errors import BadInput
from adit.tracing.chain import Chain
from adit.tracing.exposure import exposures, of_address
from adit.tracing.labels import Label
from adit.tracing.patterns import came_back, met
from adit.tracing.reading import chain_of
from adit.tracing.sources.lists import read_labels

__all__ = ["BLOCKS", "LABELS", "Traced", "traced"]

BLOCKS, LABELS = "evidence/blocks", "evidence/labels.csv"
_NETWORK = "mainnet"


@dataclass(frozen=True, slots=True)
class Traced:
    """By party; None where it could not be looked for."""

    exposures: Mapping[str, tuple[Exposure, ...]] | None
    meetings: Mapping[str, tuple[Meeting, ...]]
    returns: Mapping[str, tuple[Return, ...]] | None


def traced(connection: Connection, folder: Path, more: Mapping[bytes, Label] | None = None) -> Traced | None:
    """What the chain shows of all declared addresses at once; None without blocks. `more` are labels from elsewhere, such as the lists of screening."""
    blocks = folder / BLOCKS
    if not blocks.is_dir() or not any(blocks.iterdir()):
        return None
    chain = _chain(blocks, max(f.stat().st_mtime_ns for f in blocks.iterdir()))
    file = folder / LABELS
    labels = {**(more or {}), **(read_labels(file, network=_NETWORK).of_script if file.is_file() else {})}
    declared = {
        a.record.script: a.record.party
        for a in listed(connection, Address, "network = %s", [_NETWORK], limit=10_000_000)
    }
    scale = table_of_signs()["scale"]
    meetings: dict[str, list[Meeting]] = defaultdict(list)
    for m in met(chain, declared, labels, least=2):
        for party in m.paid_sat:
            found = Meeting(_shown(m.script), len(m.paid_sat), sum(m.paid_sat.values()), m.txids)
            meetings[party].append(found)
    return Traced(
        _exposed(chain, declared, labels, int(scale["hops_most"])),
        {p: tuple(found) for p, found in meetings.items()},
        _returned(chain, declared, labels, timedelta(days=int(scale["return_days"]))),
    )


def _exposed(
    chain: Chain, declared: Mapping[bytes, str], labels: Mapping[bytes, Label], hops_most: int
) -> dict[str, tuple[Exposure, ...]] | None:
    """Declared addresses that coins of a listed one reached within so many hops, by exact shares."""
    if not any(label.kind == "listed" for label in labels.values()):
        return None
    try:
        asked = exposures(chain, labels)
    except BadInput:  # no listed script is known to this chain's network
        return {}
    found: dict[str, list[Exposure]] = defaultdict(list)
    for script, party in declared.items():
        try:
            finding = of_address(asked, script)
        except BadInput:  # it was paid nothing in these blocks
            continue
        numbers = finding.numbers
        if finding.hops is None or finding.hops > hops_most or not numbers.haircut_sat:
            continue
        share = numbers.haircut_sat * 1_000_000 // numbers.amount_sat
        name = finding.labels[0].name if finding.labels else "a listed address"
        txids = tuple(step.txid for path in finding.paths[:1] for step in path.steps)
        found[party].append(Exposure(finding.subject, name, numbers.haircut_sat, share, finding.hops, txids))
    return {p: tuple(e) for p, e in found.items()}


def _returned(
    chain: Chain, declared: Mapping[bytes, str], labels: Mapping[bytes, Label], within: timedelta
) -> dict[str, tuple[Return, ...]] | None:
    if not any(label.kind in ("exchange", "mixer") for label in labels.values()):
        return None
    found: dict[str, list[Return]] = defaultdict(list)
    for c in came_back(chain, declared, labels, within):
        found[c.party].append(Return(c.through.name, c.sat, c.days, c.txids))
    return {p: tuple(r) for p, r in found.items()}


@lru_cache(maxsize=1)
def _chain(folder: Path, _changed: int) -> Chain:
    return chain_of(_batches(folder), _NETWORK)


def _batches(folder: Path) -> Iterator[Blocks]:
    if blk_files.are_block_files(folder):
        yield from blk_files.read(folder, network=_NETWORK, incomplete=True)
    else:
        yield from raw_blocks.read(folder, network=_NETWORK)


def _shown(script: bytes) -> str:
    return address_of(script, _NETWORK) or script.hex()
