"""`adit trace clusters`: addresses that were spent together, each merge with its transaction; and merges that wait for a person."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import as_bold, as_dim, counted, format_option, progress, say, write_csv, write_json, write_table
from adit.cli.trace_input import basis, blocks_options, read_chain, shortened, tell_basis
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.tracing.chain import Chain
    from adit.tracing.clusters import Clusters

__all__ = ["clusters"]

_LISTED = 20
_HEADER = ("transaction", "height", "one", "other", "one_size", "other_size", "waits")


@click.command()
@blocks_options
@click.option(
    "--address", default="", help="Show the cluster of this address, with each merge; else the largest clusters."
)
@click.option(
    "--large",
    type=int,
    default=1_000,
    show_default=True,
    help="A merge of two clusters of so many scripts waits for a person.",
)
@click.option(
    "--approve",
    multiple=True,
    metavar="TXID",
    help="A waiting merge that a person has allowed. May be given several times.",
)
@format_option
@click.pass_context
def clusters(
    context: click.Context, blocks: tuple[Path, ...], start_height: int | None, incomplete: bool, network: str, address: str, large: int,
    approve: tuple[str, ...], format_: str,
) -> None:  # fmt: skip
    """Group addresses by inputs that were spent together, never across a suspected coinjoin.

    CSV lists every merge. A cluster is a suspicion that points where to look; it decides nothing. Exit code 1: merges wait for a person.

    \b
    Example:
      adit trace clusters --blocks examples/chain/blk00000_first1MB.dat
    """
    from adit.tracing import clusters as joined
    from adit.tracing.coinjoin import KINDS, PUBLISHED, detect

    wanted = _script(address, network) if address else None
    chain = read_chain(blocks, network, start_height, incomplete)
    with progress("joining addresses"):
        coinjoins = detect(chain.graph, chain.script_of)
        found = joined.clusters(
            chain.graph,
            chain.script_of,
            chain.scripts.count,
            coinjoins,
            large=large,
            approved=[_transaction(chain, t) for t in approve],
        )
    sizes = _sizes(found)
    suspected = {KINDS[k]: int((coinjoins == k).sum()) for k in range(1, len(KINDS))}
    only = _number(chain, wanted, address) if wanted is not None else None
    merges = _merges(chain, found, only)
    match format_:
        case "json":
            rested = basis(chain, [], {})
            write_json({
                "adit": __version__, "data": {}, "basis": {"command": rested.command, "digest": rested.digest, "blocks": rested.blocks},
                "suspected_coinjoins": suspected, "published_false_positives": PUBLISHED, "clusters": _largest(chain, sizes, only),
                "merges": [dict(zip(_HEADER, m, strict=True)) for m in merges],
            })  # fmt: skip
        case "csv":
            write_csv(_HEADER, merges)
        case _:
            _print(
                _largest(chain, sizes, only), merges if only is not None else [m for m in merges if m[-1]], suspected
            )
    wrong = tell_basis(chain)
    context.exit(1 if bool(found.waits.any()) or wrong else 0)


def _sizes(found: "Clusters") -> dict[int, list[int]]:
    """The scripts of each cluster of several."""
    members: dict[int, list[int]] = {}
    for script, cluster in enumerate(found.cluster):
        if cluster != script or cluster in members:
            members.setdefault(int(cluster), [int(cluster)]).append(script)
    return members


def _largest(chain: "Chain", members: dict[int, list[int]], only: int | None) -> list[dict[str, Any]]:
    if only is not None:
        held = next((m for m in members.values() if only in m), [only])
        return [{"size": len(held), "addresses": [_said(chain, s) for s in held]}]
    order = sorted(members.values(), key=lambda m: (-len(m), m[0]))[:_LISTED]
    return [{"size": len(m), "addresses": [_said(chain, s) for s in m[:3]]} for m in order]


def _merges(chain: "Chain", found: "Clusters", only: int | None) -> list[tuple[Any, ...]]:
    from adit.evidence.chain.layout import hex_of
    from adit.tracing.chain import block_of

    rows = []
    for at in range(len(found.transaction)):
        if only is not None and found.cluster[only] not in (
            found.cluster[found.one[at]],
            found.cluster[found.other[at]],
        ):
            continue
        t = int(found.transaction[at])
        height = int(chain.block_height[block_of(chain, t)])
        rows.append(
            (hex_of(chain.txid[t]), height if height >= 0 else None, _said(chain, int(found.one[at])), _said(chain, int(found.other[at])),
             int(found.one_size[at]), int(found.other_size[at]), bool(found.waits[at]))
        )  # fmt: skip
    return rows


def _print(largest: list[dict[str, Any]], merges: list[tuple[Any, ...]], suspected: dict[str, int]) -> None:
    for group in largest:
        say(as_bold(counted(group["size"], "address").replace("addresss", "addresses")))
        for text in group["addresses"]:
            say(f"  {shortened(text)}")
    if merges:
        shown = [
            (m[0], "" if m[1] is None else m[1], shortened(m[2]), shortened(m[3]), *m[4:6], "waits" if m[6] else "")
            for m in merges
        ]
        write_table("Merges", _HEADER, shown, right=("height", "one_size", "other_size"))
    for kind, count in suspected.items():
        say(as_dim(f"suspected coinjoins, {kind}: {count:,}; nothing is joined across them"))


def _said(chain: "Chain", script: int) -> str:
    from adit.terms.addresses import encode

    held = chain.scripts.script(script)
    try:
        return encode(held, chain.network)
    except BadInput:
        return held.hex()


def _script(address: str, network: str) -> bytes:
    from adit.terms.addresses import NETWORKS, decode

    found = decode(address)
    if found.network != network and NETWORKS[found.network][:2] != NETWORKS[network][:2]:
        raise BadInput(
            f"{address} is an address of {found.network}; the blocks are of {network}.",
            todo=f"Pass --network {found.network}.",
        )
    return found.script


def _number(chain: "Chain", script: bytes, address: str) -> int:
    number = chain.scripts.find(script)
    if number < 0:
        raise BadInput(f"Nothing was paid to {address} in these blocks.", todo="Give the blocks in which it was.")
    return number


def _transaction(chain: "Chain", txid: str) -> int:
    from adit.tracing.chain import output_at
    from adit.tracing.graph import tx_of

    try:
        return tx_of(chain.graph, output_at(chain, f"{txid}:0"))
    except BadInput as bad:
        todo = "Give the hash of the transaction alone, as --format csv lists it."
        raise BadInput(bad.what, where="--approve", todo=todo) from bad
