"""Where the coins came from that are offered: each declared address against the listed ones, with the three numbers of tracing side by side.

What is listed is compared by script, and by every script that the same key has. Not for saying that coins are tainted: `obstacles` says who looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import new as new_hash
from hashlib import sha256
from typing import Any

from adit.evidence.watchlists.entries import ListVersion
from adit.settlement.evidence import Exposure, Mined, Origin
from adit.terms.addresses import decode
from adit.terms.errors import BadInput
from adit.tracing.chain import Chain, address_of, outpoint, output_at, outputs_paid_to
from adit.tracing.exposure import Exposures, exposures, of_address, of_coin
from adit.tracing.finding import PROVENANCE_GRADES, Finding, Rule
from adit.tracing.graph import tx_of
from adit.tracing.labels import Label
from adit.tracing.provenance import provenance
from adit.tracing.telling import path_said

__all__ = ["exposures_of", "labels_of", "origins_of", "read_rules", "spent_exposures"]

_COINS_MOST = 100  # of an address that are followed back, the largest first

_NOBODY = {b"\x6a": Label("nobody", "listed", "list entry", "no list has an address of bitcoin", None)}


def labels_of(versions: Iterable[ListVersion], on: date) -> dict[bytes, Label]:
    """The scripts of every listed address of bitcoin that stood on a day, each with its entry."""
    found: dict[bytes, Label] = {}
    for version in versions:
        for entry in version.entries:
            if (entry.listed_on and entry.listed_on > on) or (entry.delisted_on and entry.delisted_on <= on):
                continue
            name = entry.names[0].text if entry.names else f"entry {entry.entry_id}"
            for address in entry.addresses:
                for script in _scripts(address.text):
                    found[script] = Label(
                        name, "listed", "list entry", f"{version.list_id} {entry.entry_id}", version.content_date
                    )
    return found


def _scripts(text: str) -> tuple[bytes, ...]:
    """The script of an address and those of the same key; none for what is no address of bitcoin."""
    try:
        script = decode(text).script
    except BadInput:
        return ()
    if len(script) == 25:
        key = script[3:23]
    elif len(script) == 22:
        key = script[2:]
    else:
        return (script,)
    p2wpkh = b"\x00\x14" + key
    nested = new_hash("ripemd160", sha256(p2wpkh).digest()).digest()
    return b"\x76\xa9\x14" + key + b"\x88\xac", p2wpkh, b"\xa9\x14" + nested + b"\x87"


def exposures_of(
    chain: Chain, addresses: Sequence[str], labels: Mapping[bytes, Label], rules: Sequence[Rule], on: date
) -> tuple[Exposure, ...]:
    """How each address stands to the listed ones, in the blocks that were read. Raises BadInput where it was paid nothing in them."""
    asked = _asked(chain, labels, rules)
    return tuple(_exposure(address, of_address(asked, decode(address).script, on=on)) for address in addresses)


def spent_exposures(
    chain: Chain, txid: str, labels: Mapping[bytes, Label], rules: Sequence[Rule], on: date
) -> tuple[Exposure, ...]:
    """The same of each coin that a transaction spends: an address may have shown clean coins, and paid with others that came later."""
    asked, graph = _asked(chain, labels, rules), chain.graph
    transaction = tx_of(graph, output_at(chain, f"{txid.strip().lower()}:0"))
    spent = graph.prev[int(graph.input_first[transaction]) : int(graph.input_first[transaction + 1])]
    seen = [int(o) for o in spent if int(o) < graph.outputs]
    return tuple(_exposure(address_of(chain, o) or outpoint(chain, o), of_coin(asked, o, on=on)) for o in seen)


def origins_of(
    chain: Chain, addresses: Sequence[str], registered: Mapping[str, str], labels: Mapping[bytes, Label]
) -> tuple[Origin, ...]:
    """Where the coins that lie at each address come from. `registered` gives the party of each address that the register knows."""
    spent = set(chain.graph.prev.tolist())
    return tuple(_origin(chain, address, registered, labels, spent) for address in addresses)


def _origin(
    chain: Chain, address: str, registered: Mapping[str, str], labels: Mapping[bytes, Label], spent: set[int]
) -> Origin:
    amounts = chain.graph.amount_sat
    held = [int(o) for o in outputs_paid_to(chain, decode(address).script) if int(o) not in spent and amounts[o]]
    held.sort(key=lambda o: (-int(amounts[o]), o))
    followed, rest = held[:_COINS_MOST], held[_COINS_MOST:]
    parts: dict[tuple[str, str], int] = {}
    grades: list[str] = ["unresolved"] if rest or not held else []
    for output in followed:
        found = provenance(chain, output, registered, labels=labels)
        grades.append(found.grade)
        for grade, miner, sat in found.parts:
            parts[grade, miner] = parts.get((grade, miner), 0) + sat
    return Origin(
        address, len(held), sum(int(amounts[o]) for o in held), min(grades, key=PROVENANCE_GRADES.index),
        tuple(Mined(g, m, s) for (g, m), s in sorted(parts.items(), key=lambda p: (-p[1], p[0]))), sum(int(amounts[o]) for o in rest),
    )  # fmt: skip


def read_rules(data: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The dated rules of exposure out of their file."""
    return tuple(Rule(**rule) for rule in data["rule"])


def _asked(chain: Chain, labels: Mapping[bytes, Label], rules: Sequence[Rule]) -> Exposures:
    """The chain with what is listed in it. Where the lists have no address of bitcoin, one is put in that nobody can pay to: what was not seen is told."""
    return exposures(chain, labels or _NOBODY, rules)


def _exposure(address: str, found: Finding) -> Exposure:
    n = found.numbers
    listed = next((label for label in found.labels if label.kind == "listed"), None)
    return Exposure(
        address, n.amount_sat, n.poison_sat, n.haircut_sat, n.fifo_sat, max(n.haircut_unseen_sat, n.fifo_unresolved_sat), found.hops,
        listed.name if listed else ", ".join(s.name for s in found.sources), listed.entry if listed else "", found.grade, found.clears,
        tuple(path_said(p, "en") for p in found.paths),
    )  # fmt: skip
