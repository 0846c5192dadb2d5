"""Where the coins came from that are offered: each declared address against the listed ones, with the three numbers of tracing side by side.

What is listed is compared by script, and by every script that the same key has. Not for saying that coins are tainted: `obstacles` says who looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import new as new_hash
from hashlib import sha256

from adit.evidence.watchlists.entries import ListVersion
from adit.settlement.evidence import Exposure
from adit.terms.addresses import decode
from adit.terms.errors import BadInput
from adit.tracing.chain import Chain
from adit.tracing.exposure import Exposures, exposures, of_address
from adit.tracing.finding import Finding, Rule
from adit.tracing.labels import Label
from adit.tracing.telling import path_said

__all__ = ["exposures_of", "labels_of"]


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
    asked = exposures(chain, labels, rules)
    return tuple(_exposure(asked, address, on) for address in addresses)


def _exposure(asked: Exposures, address: str, on: date) -> Exposure:
    found: Finding = of_address(asked, decode(address).script, on=on)
    n = found.numbers
    listed = next((label for label in found.labels if label.kind == "listed"), None)
    return Exposure(
        address, n.amount_sat, n.poison_sat, n.haircut_sat, n.fifo_sat, max(n.haircut_unseen_sat, n.fifo_unresolved_sat), found.hops,
        listed.name if listed else ", ".join(s.name for s in found.sources), listed.entry if listed else "", found.grade, found.clears,
        tuple(path_said(p, "en") for p in found.paths),
    )  # fmt: skip
