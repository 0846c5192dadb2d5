"""The list of mining pools as its authors have it today."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from adit.evidence.sources.fetching import Door
from adit.evidence.sources.live_draft import Draft
from adit.evidence.sources.pools import PoolList, parse_pools
from adit.terms.errors import BadInput

__all__ = ["DOOR", "FILE", "draft_pools"]

FILE = "chain/mining_pools_v2.json"
DOOR = Door(("raw.githubusercontent.com",), bytes_max=2_000_000)
_URL = "https://raw.githubusercontent.com/mempool/mining-pools/master/pools-v2.json"
_KEPT_MIN = 0.95  # of the pools and of the scripts that are held: a list that lost more is suspected to be cut


def draft_pools(held: Path, today: date, get: Callable[[str], bytes]) -> Draft:
    """The list of today. Raises BadInput for one that cannot be read, or that lacks many of the pools that are held."""
    content = get(_URL)
    before, after = parse_pools(held.read_bytes(), str(held)), parse_pools(content, _URL)
    for what, old, new in (
        ("pools", _names(before), _names(after)),
        ("payout scripts", set(before.by_script), set(after.by_script)),
    ):
        if len(old & new) < _KEPT_MIN * len(old):
            raise BadInput(
                f"Of {len(old)} {what} that are held the new list has {len(old & new)}.",
                where=_URL,
                todo="Look at the list. What was held is still in use.",
            )
    return Draft(content, f"as of {today}", today, (_URL,), _changes(before, after))


def _names(pools: PoolList) -> set[str]:
    return {pool.name for pool in pools.pools}


def _changes(before: PoolList, after: PoolList) -> tuple[str, ...]:
    pairs = (
        ("pool", _names(before), _names(after)),
        ("payout address", _addresses(before), _addresses(after)),
        ("tag", {tag.decode() for tag in before.by_tag}, {tag.decode() for tag in after.by_tag}),
    )
    return tuple(
        f"{word} {what}: {text}"
        for what, old, new in pairs
        for word, texts in (("new", new - old), ("gone", old - new))
        for text in sorted(texts)
    )


def _addresses(pools: PoolList) -> set[str]:
    return {f"{address} ({name})" for name, address in pools.by_script.values()}
