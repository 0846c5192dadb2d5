"""The scripts that are looked for among all outputs: a table by 64-bit hash, and a hit counts only when the whole script is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from adit.evidence.chain.layout import Blocks, script_of

__all__ = ["Watched", "hits", "hits_of_txids", "hits_plainly", "watch"]


@dataclass(frozen=True, slots=True)
class Watched:
    """The scripts in the order in which they were given, and the table over them: places by hash, -1 where there is none."""

    scripts: tuple[bytes, ...]
    data: Any  # uint8: all scripts in a row
    start: Any  # int64, one more than scripts
    table: Any  # int32, a power of two
    sieve: Any  # uint8: a bit for each hash, small enough to stay near the processor; most outputs end here


def watch(scripts: Sequence[bytes]) -> Watched:
    """A table of these scripts; of equal ones the first is found."""
    start = np.zeros(len(scripts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, scripts), np.int64, len(scripts)), out=start[1:])
    data = np.frombuffer(b"".join(scripts), np.uint8)
    table = np.full(1 << (4 * len(scripts) + 1).bit_length(), -1, np.int32)  # at most a quarter full
    sieve = np.zeros(max(len(table) // 2, 8), np.uint8)
    _enter(data, start, table, sieve)
    return Watched(tuple(scripts), data, start, table, sieve)


def hits(blocks: Blocks, watched: Watched) -> Any:
    """For each output the place of its script among the watched, -1 where it is none of them."""
    return _places(blocks.data, blocks.script_start, blocks.script_size, watched)


def hits_of_txids(blocks: Blocks, watched: Watched) -> Any:
    """The same for each transaction, where what is watched are txids."""
    count = len(blocks.txid)
    return _places(blocks.txid.reshape(-1), np.arange(0, 32 * count, 32), np.full(count, 32), watched)


def _places(data: Any, starts: Any, sizes: Any, watched: Watched) -> Any:
    found = np.full(len(starts), -1, np.int32)
    _look_up(data, starts, sizes, watched.data, watched.start, watched.table, watched.sieve, found)
    return found


def hits_plainly(blocks: Blocks, watched: Watched) -> list[int]:
    """The same by a dictionary."""
    places = {script: i for i, script in reversed(list(enumerate(watched.scripts)))}
    return [places.get(script_of(blocks, i), -1) for i in range(len(blocks.script_start))]


@njit(cache=True, inline="always")
def _word(data: Any, at: int) -> Any:
    return (  # written out, so that it becomes one load
        np.uint64(data[at])
        | np.uint64(data[at + 1]) << np.uint64(8)
        | np.uint64(data[at + 2]) << np.uint64(16)
        | np.uint64(data[at + 3]) << np.uint64(24)
        | np.uint64(data[at + 4]) << np.uint64(32)
        | np.uint64(data[at + 5]) << np.uint64(40)
        | np.uint64(data[at + 6]) << np.uint64(48)
        | np.uint64(data[at + 7]) << np.uint64(56)
    )


@njit(cache=True)
def _hash(data: Any, start: int, size: int) -> Any:
    """Of the size and all bytes, eight at a time; what is left over is taken with some of those before it."""
    mixed = np.uint64(size) * np.uint64(0x9E3779B97F4A7C15)
    if size < 8:
        for i in range(size):
            mixed = (mixed ^ np.uint64(data[start + i])) * np.uint64(0xD6E8FEB86659FD93)
    else:
        for at in range(start, start + size - 7, 8):
            mixed = (mixed ^ _word(data, at)) * np.uint64(0xD6E8FEB86659FD93)
            mixed ^= mixed >> np.uint64(32)
        mixed = (mixed ^ _word(data, start + size - 8)) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(32))


@njit(cache=True, inline="always")
def _bit(hash_: Any, bytes_: int) -> Any:
    """Where the bit of a hash stands in the sieve: taken from other bits than the slot in the table is."""
    return (hash_ >> np.uint64(32)) & np.uint64(bytes_ - 1), np.uint8(1 << int((hash_ >> np.uint64(60)) & np.uint64(7)))


@njit(cache=True)
def _enter(data: Any, start: Any, table: Any, sieve: Any) -> None:
    last = np.uint64(len(table) - 1)
    for i in range(len(start) - 1):
        hash_ = _hash(data, start[i], start[i + 1] - start[i])
        byte, bit = _bit(hash_, len(sieve))
        sieve[byte] |= bit
        slot = hash_ & last
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & last
        table[slot] = i


@njit(cache=True, nogil=True)
def _look_up(data: Any, starts: Any, sizes: Any, watched: Any, first: Any, table: Any, sieve: Any, found: Any) -> None:
    last = np.uint64(len(table) - 1)
    for output in range(len(starts)):
        start, size = starts[output], sizes[output]
        hash_ = _hash(data, start, size)
        byte, bit = _bit(hash_, len(sieve))
        if not sieve[byte] & bit:
            continue
        slot = hash_ & last
        while table[slot] >= 0:
            held = table[slot]
            if first[held + 1] - first[held] == size:
                same = True
                for k in range(size):
                    if data[start + k] != watched[first[held] + k]:
                        same = False
                        break
                if same:
                    found[output] = held
                    break
            slot = (slot + np.uint64(1)) & last
