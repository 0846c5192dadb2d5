"""A payment as blocks show it: the transaction that the participants named, what it pays to the declared address, from whom, how deep."""

from adit.settlement.evidence import Observation
from adit.terms.addresses import decode
from adit.terms.errors import BadInput
from adit.tracing.chain import Chain, address_of, block_of, output_at, script_at
from adit.tracing.graph import tx_of

__all__ = ["observed"]


def observed(chain: Chain, txid: str, address: str, source: str) -> Observation:
    """What the named transaction pays to the address. Raises BadInput where the blocks at hand do not show it.

    It counts as proven where every hash was worked out anew and the blocks are one unbroken run, so that each above it confirms it.
    """
    name, script = txid.strip().lower(), decode(address).script
    graph = chain.graph
    transaction = tx_of(graph, output_at(chain, f"{name}:0"))
    first, end = (int(graph.output_first[transaction + k]) for k in (0, 1))
    paid = [o for o in range(first, end) if script_at(chain, o) == script]
    if not paid:
        raise BadInput(
            f"The transaction {name} pays nothing to {address}.", where="txid", todo="Name the one that pays it."
        )
    height = int(chain.block_height[block_of(chain, transaction)])
    if height < 0:
        raise BadInput(
            f"The height of the block with {name} is not known.",
            where="txid",
            todo="Give --start-height, or blocks that say theirs.",
        )
    spent = graph.prev[int(graph.input_first[transaction]) : int(graph.input_first[transaction + 1])]
    payers = tuple(dict.fromkeys(address_of(chain, int(o)) for o in spent))
    return Observation(
        txid=name,
        height=height,
        paid_sat=sum(int(graph.amount_sat[o]) for o in paid),
        payers=() if "" in payers else payers,  # one that was not seen makes all of them unknown
        confirmations=int(chain.block_height.max()) - height + 1,
        proven=chain.proven and chain.pieces == 1,
        source=source,
    )
