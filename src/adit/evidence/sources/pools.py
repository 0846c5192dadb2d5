"""Mining pools: the tags that they write into a coinbase and the addresses that they are paid at, as of a day.

A tag is compared byte for byte and an address by its script, never by its text. The list says what others noted down about
pools; it is no register of them, and an address that a pool has given up stays in it.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from adit.evidence.sources.live_files import current
from adit.evidence.sources.tables import shipped
from adit.terms.addresses import Address, decode
from adit.terms.errors import BadInput

__all__ = ["Pool", "PoolGroup", "PoolList", "group_of", "parse_pools", "pool_of_script", "read_pools"]

_POOLS = "chain/mining_pools_v2.json"
_GROUPS = "chain/pool_groups.toml"
_SHORTEST_TAG = 4  # bytes: a shorter one would be found in every other coinbase by chance
_ADVICE = "Take the file pools-v2.json of mempool/mining-pools, or one with the same fields."


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool as the list has it. `tags` are what it writes into the coinbase, in UTF-8."""

    name: str
    tags: tuple[bytes, ...]
    addresses: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class PoolGroup:
    """Pools that are suspected to hand out one template. No proof: whoever reports it says so, with the source."""

    name: str
    status: str
    members: frozenset[str]
    assumed_from: date
    as_of: date
    source: str
    notes: str


@dataclass(frozen=True, slots=True)
class PoolList:
    """All pools, and for each payout script on the main chain the pool and its address. `vintage` is what a report prints."""

    pools: tuple[Pool, ...]
    groups: tuple[PoolGroup, ...]
    by_script: Mapping[bytes, tuple[str, str]]
    by_tag: Mapping[bytes, str]
    vintage: str


@cache
def read_pools(path: Path | None = None) -> PoolList:
    """The pools of the refreshed list where there is one, else of the shipped; of the user's own file, if it has the same fields.

    Raises BadInput for a file that is no such list, or that gives a tag or a script to two pools.
    """
    held = current(_POOLS)
    vintage = str(path) if path else f"mempool/mining-pools, {held.vintage}"
    try:
        content = (path or held.path).read_bytes()
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(path), todo="Check the path."
        ) from error
    return parse_pools(content, vintage)


def parse_pools(content: bytes, vintage: str) -> PoolList:
    """The list in the JSON text of mempool/mining-pools. Raises BadInput."""
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise BadInput("The list of pools is not JSON.", where=vintage, todo=_ADVICE) from error
    if not isinstance(entries, list) or not entries:
        raise BadInput("The list of pools is empty, or no list.", where=vintage, todo=_ADVICE)
    pools = tuple(_pool(entry, vintage) for entry in entries)
    by_script: dict[bytes, tuple[str, str]] = {}
    by_tag: dict[bytes, str] = {}
    for pool in pools:
        for tag in pool.tags:
            if by_tag.setdefault(tag, pool.name) != pool.name:
                raise _two_pools(f"The tag '{tag.decode()}'", by_tag[tag], pool.name, vintage)
        for address in pool.addresses:
            payee = _payee(address, pool.name, vintage)
            if payee.network != "mainnet":
                continue  # the list has seven such; on the main chain they name nobody
            held = by_script.setdefault(payee.script, (pool.name, address))
            if held[0] != pool.name:
                raise _two_pools(f"The address {address}", held[0], pool.name, vintage)
    return PoolList(pools, _groups(), by_script, by_tag, vintage)


def pool_of_script(script: bytes, pools: PoolList) -> str | None:
    """The pool that is paid at this script, None where no pool in the list is.

    A receipt whose inputs spend such a script came from that pool: a pool pays its miners out of what it was paid.
    """
    held = pools.by_script.get(script)
    return held[0] if held else None


def group_of(pool: str, pools: PoolList, on: date | None = None) -> PoolGroup | None:
    """The group that the pool is suspected to belong to; none for a block of a day before the group is assumed to exist."""
    for group in pools.groups:
        if pool in group.members and (on is None or on >= group.assumed_from):
            return group
    return None


def _two_pools(what: str, one: str, other: str, where: str) -> BadInput:
    return BadInput(f"{what} belongs to two pools, {one} and {other}.", where=where, todo="Leave it with one of them.")


def _pool(entry: Any, where: str) -> Pool:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise BadInput("An entry of the list of pools has no name.", where=where, todo=_ADVICE)
    name = entry["name"]
    texts = {field: entry.get(field) for field in ("tags", "addresses")}
    for field, given in texts.items():
        if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
            raise BadInput(f"The {field} of {name} are no list of texts.", where=where, todo=_ADVICE)
    tags = tuple(tag.encode() for tag in entry["tags"])
    if short := [tag.decode() for tag in tags if len(tag) < _SHORTEST_TAG]:
        raise BadInput(
            f"The tag '{short[0]}' of {name} is too short: it would be found by chance.",
            where=where,
            todo=f"Give tags of at least {_SHORTEST_TAG} bytes.",
        )
    return Pool(name, tags, tuple(entry["addresses"]), str(entry.get("link", "")))


def _payee(address: str, name: str, where: str) -> Address:
    try:
        return decode(address)
    except BadInput as error:
        raise BadInput(f"{address} of {name} is no address: {error.what}", where=where, todo=error.todo) from error


@cache
def _groups() -> tuple[PoolGroup, ...]:
    entries = tomllib.loads(shipped(_GROUPS).read_text(encoding="utf-8"))["group"]
    return tuple(PoolGroup(**{**entry, "members": frozenset(entry["members"])}) for entry in entries)
