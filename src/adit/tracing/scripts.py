"""The different scripts of all outputs, each once, with a number: what outputs are compared by, never by the text of an address."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

__all__ = ["Scripts", "number_plainly"]

_ROOM = 1 << 12


@dataclass(slots=True)
class Scripts:
    """A collection of scripts that grows: `number` gives each output its script's number, `script` the bytes of a number.

    A table by open addressing over 64-bit hashes; two scripts are one only where all bytes are the same.
    """

    count: int
    _data: Any  # uint8: all scripts in a row
    _start: Any  # int64, one more than scripts
    _table: Any  # int32, a power of two

    @classmethod
    def empty(cls) -> "Scripts":
        """A collection without any."""
        return cls(0, np.empty(_ROOM, np.uint8), np.zeros(_ROOM, np.int64), np.full(2 * _ROOM, -1, np.int32))

    def number(self, data: Any, start: Any, size: Any) -> Any:
        """The number of each script that lies in `data` from `start` on (int32); new ones get the next numbers."""
        most = self.count + len(start)
        self._start = _with_room(self._start, most + 1, self.count + 1)
        self._data = _with_room(self._data, int(self._start[self.count] + size.sum()), int(self._start[self.count]))
        if 2 * most > len(self._table):
            self._table = np.full(1 << (2 * most).bit_length(), -1, np.int32)
            _enter(self._data, self._start, self.count, self._table)
        numbers = np.empty(len(start), np.int32)
        self.count = int(_number(data, start, size, self._data, self._start, self.count, self._table, numbers))
        return numbers

    def script(self, number: int) -> bytes:
        """The bytes of a script."""
        return bytes(self._data[self._start[number] : self._start[number + 1]])

    def find(self, script: bytes) -> int:
        """The number of a script; -1 where no output has it."""
        slot, _ = _slot(np.frombuffer(script, np.uint8).copy(), 0, len(script), self._data, self._start, self._table)
        return int(self._table[slot])


def number_plainly(scripts: list[bytes]) -> list[int]:
    """The numbers that these scripts get in turn, by a dictionary; for the test of the table."""
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault(s, len(numbers)) for s in scripts]


def _with_room(column: Any, needed: int, used: int) -> Any:
    if needed <= len(column):
        return column
    grown = np.zeros(max(needed, 2 * len(column)), column.dtype)
    grown[:used] = column[:used]
    return grown


@njit(cache=True)
def _hash(data: Any, start: int, size: int) -> Any:
    mixed = np.uint64(size) * np.uint64(0x9E3779B97F4A7C15)
    for i in range(start, start + size):
        mixed = (mixed ^ np.uint64(data[i])) * np.uint64(0x100000001B3)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(32))


@njit(cache=True)
def _slot(data: Any, start: int, size: int, held: Any, held_start: Any, table: Any) -> Any:
    """Where the table holds this script, or would; and whether it does."""
    last = len(table) - 1
    slot = np.int64(_hash(data, start, size) & np.uint64(last))
    while table[slot] >= 0:
        at = held_start[table[slot]]
        same = held_start[table[slot] + 1] - at == size
        if same:
            for k in range(size):
                if held[at + k] != data[start + k]:
                    same = False
                    break
        if same:
            return slot, True
        slot = (slot + 1) & last
    return slot, False


@njit(cache=True)
def _enter(held: Any, held_start: Any, count: int, table: Any) -> None:
    for n in range(count):
        start = held_start[n]
        slot, _ = _slot(held, start, held_start[n + 1] - start, held, held_start, table)
        table[slot] = n


@njit(cache=True)
def _number(
    data: Any, start: Any, size: Any, held: Any, held_start: Any, count: int, table: Any, numbers: Any
) -> int:  # fmt: skip
    for i in range(len(start)):
        slot, known = _slot(data, start[i], size[i], held, held_start, table)
        if not known:
            at = held_start[count]
            for k in range(size[i]):
                held[at + k] = data[start[i] + k]
            held_start[count + 1] = at + size[i]
            table[slot] = count
            count += 1
        numbers[i] = table[slot]
    return count
