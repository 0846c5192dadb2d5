"""Which pool found a block, and how much that is worth: an address in the list and a tag; one of the two; neither.

A tag can be written by anybody. A payout address can be written by anybody too, but only at the price of the block's coins:
so where the two name different pools the address is believed, and the tag is reported as what it is, a contradiction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.evidence.sources.pools import PoolList, group_of

__all__ = ["GRADES", "Attribution", "Claim", "attribute"]

GRADES = ("address and tag", "address only", "tag only", "none")


@dataclass(frozen=True, slots=True)
class Claim:
    """A pool that the same coinbase names too, and by what: its tag or its address."""

    pool: str
    kind: str  # "tag" or "address"
    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """The pool of a block, the group that it is suspected to belong to, and what it rests on.

    `contradicted_by` lists every other pool that the coinbase names; the grade is of `pool` alone.
    """

    pool: str | None
    group: str | None
    grade: str
    tag: str | None
    address: str | None
    contradicted_by: tuple[Claim, ...] = ()


def attribute(
    coinbase_script: bytes, payout_scripts: Sequence[bytes], pools: PoolList, *, on: date | None = None
) -> Attribution:
    """The pool that these name: the address before the tag, the first of several addresses, the longest of several tags.

    `payout_scripts` are those that the coinbase pays, the largest amount first, without outputs of nothing. Of tags of one
    length the one that stands first is taken. A tag that lies within a longer one is part of it and no claim of its own:
    '/ViaBTC/' in '/ViaBTC/TATMAS Pool/'. With `on`, the day of the block, a group is named only where it is assumed to
    have existed by then.
    """
    tags = _tags(coinbase_script, pools)
    addresses = [Claim(*_named(pools, script)) for script in payout_scripts if script in pools.by_script]
    claims = [*addresses, *tags]
    if not claims:
        return Attribution(None, None, "none", None, None)
    pool = claims[0].pool
    tag = next((c.text for c in tags if c.pool == pool), None)
    address = next((c.text for c in addresses if c.pool == pool), None)
    group = group_of(pool, pools, on)
    return Attribution(
        pool,
        group.name if group else None,
        "address and tag" if tag and address else "address only" if address else "tag only",
        tag,
        address,
        tuple(dict.fromkeys(c for c in claims if c.pool != pool)),
    )


def _named(pools: PoolList, script: bytes) -> tuple[str, str, str]:
    pool, address = pools.by_script[script]
    return pool, "address", address


def _tags(coinbase_script: bytes, pools: PoolList) -> list[Claim]:
    """The tags found, the longest first, without those that lie within a longer one."""
    found: list[tuple[int, int, Claim]] = []
    for tag, pool in pools.by_tag.items():
        at = coinbase_script.find(tag)
        while at >= 0:
            found.append((at, at + len(tag), Claim(pool, "tag", tag.decode())))
            at = coinbase_script.find(tag, at + 1)
    found.sort(key=lambda place: (place[0] - place[1], place[0]))
    kept: list[tuple[int, int, Claim]] = []
    for start, end, claim in found:
        if not any(s <= start and end <= e for s, e, _ in kept):
            kept.append((start, end, claim))
    return [claim for _, _, claim in kept]
