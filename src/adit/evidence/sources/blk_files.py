"""Files of Bitcoin Core, `blk00000.dat` and so on: blocks one after another, XOR-ed since version 28 with the key in `xor.dat`.

A node writes blocks as they come, so they are out of order and some are of branches that lost. It reserves room ahead, so a
file may end in noughts, and the newest one, copied while the node writes, may end inside a block.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from adit.evidence.chain.columns import read_blocks
from adit.evidence.chain.layout import Blocks, Fault
from adit.evidence.chain.marks import KEY_BYTES, diagnosis, mark_of, xored
from adit.evidence.sources.block_bytes import LARGEST_BLOCK
from adit.terms.errors import BadInput

__all__ = ["are_block_files", "files_of", "key_of", "read"]

_SMALLEST_BLOCK = 81 + 60
_AT_ONCE = 16 << 20  # bytes read before what is whole is handed on
_NAME = re.compile(r"blk(\d{5,})\.dat")
_FETCH = "Copy the file anew from the node, while it does not run."


def read(path: Path, *, network: str = "mainnet", incomplete: bool = False) -> Iterator[Blocks]:
    """The blocks of a file, or of all blk files of a folder, verified, some 16 MB at a time.

    With `incomplete`, the newest file may end inside a block, which is then told as a fault; anywhere else that is an error.
    Raises BadInput for files that are not of this network, or not XOR-ed with the key beside them, and where there is no block.
    """
    files = files_of(path)
    blocks = 0
    for file in files:
        run = _File(file, key_of(file), network, incomplete and file == files[-1])
        for batch in run.batches():
            blocks += len(batch.hash) + len(batch.faults)
            yield batch
    if not blocks:
        raise BadInput("There is no block in it, nothing but noughts.", where=str(path), todo=_FETCH)


def files_of(path: Path) -> list[Path]:
    """The blk files of a folder in their order, or the one file. Raises BadInput where there is none, or an empty one."""
    if path.is_dir():
        numbered = [(int(m[1]), f) for f in path.iterdir() if (m := _NAME.fullmatch(f.name))]
        files = [f for _, f in sorted(numbered)]
    else:
        files = [path] if path.is_file() else []
    if not files:
        what = "There is no blk*.dat in the folder." if path.is_dir() else "There is no such file."
        raise BadInput(what, where=str(path), todo="Give the folder `blocks` of a Bitcoin node, or one file of it.")
    if not any(f.stat().st_size for f in files):
        raise BadInput("The file is empty.", where=str(path), todo=_FETCH)
    return files


def are_block_files(path: Path) -> bool:
    """Whether a folder holds block files by their names, or a file is one by its name or by the mark that it begins with."""
    if path.is_dir():
        return any(_NAME.fullmatch(f.name) for f in path.iterdir())
    if _NAME.fullmatch(path.name):
        return True
    with path.open("rb") as source:
        return source.read(4) in {mark_of(n) for n in ("mainnet", "testnet", "regtest")}


def key_of(file: Path) -> bytes:
    """The key in the `xor.dat` beside a file; noughts where there is none. Raises BadInput for one of another length."""
    try:
        key = (file.parent / "xor.dat").read_bytes()
    except FileNotFoundError:
        return bytes(KEY_BYTES)
    if len(key) != KEY_BYTES:
        raise BadInput(
            f"The key has {len(key)} bytes; {KEY_BYTES} are expected.",
            where=str(file.parent / "xor.dat"),
            todo="Copy xor.dat anew from the folder `blocks` of the node.",
        )
    return key


@dataclass(slots=True)
class _File:
    """One file while it is read: `rest` is what was read and is not whole yet, and begins at `position`."""

    file: Path
    key: bytes
    network: str
    may_end_early: bool
    position: int = 0
    rest: Any = field(default_factory=lambda: np.empty(0, np.uint8))

    def batches(self) -> Iterator[Blocks]:
        with self.file.open("rb") as source:
            while True:
                data = self._more(source)
                ended = len(data) - len(self.rest) < _AT_ONCE
                starts, ends, at = self._frames(data, ended)
                if starts:
                    where = [f"{self.file.name} at {self.position + start:,}" for start in starts]
                    yield read_blocks(data, starts, ends, where, self.file.name, self.network)
                self.rest, self.position = data[at:], self.position + at
                if ended:
                    break
        if len(self.rest):
            yield self._cut_short()

    def _more(self, source: BinaryIO) -> Any:
        kept = len(self.rest)
        data = np.empty(kept + _AT_ONCE, np.uint8)
        data[:kept] = self.rest
        fresh = source.readinto(data[kept:].data)  # type: ignore[attr-defined]  # a file in bytes can
        raw = data[kept : kept + fresh]
        if not self.position and not kept:
            self._check_beginning(bytes(raw[:64]))
        xored(raw, self.key, self.position + kept)
        return data[: kept + fresh]

    def _check_beginning(self, raw: bytes) -> None:
        mark, found = mark_of(self.network), bytes(a ^ b for a, b in zip(raw[:4], self.key, strict=False))
        if found != mark and any(raw[:KEY_BYTES]) and any(a ^ b for a, b in zip(raw, self.key, strict=False)):
            what, todo = diagnosis(raw, self.key, self.network)
            raise BadInput(what, where=str(self.file), todo=todo)

    def _frames(self, data: Any, ended: bool) -> tuple[list[int], list[int], int]:
        """Where the whole blocks in the data begin and end, and where what is left over begins."""
        mark, starts, ends, at = mark_of(self.network), list[int](), list[int](), 0
        while len(data) - at >= 8:
            if bytes(data[at : at + 4]) != mark:
                if not ended and len(data) - at < 2 * KEY_BYTES:
                    break  # the mark may lie across the end of what was read
                skipped = self._room(data, at)
                if skipped == at:
                    raise BadInput(
                        f"At {self.position + at:,} neither a block begins nor reserved room: {bytes(data[at : at + 4]).hex()}.",
                        where=str(self.file),
                        todo=_FETCH,
                    )
                at = skipped
                continue
            size = int.from_bytes(bytes(data[at + 4 : at + 8]), "little")
            if not _SMALLEST_BLOCK <= size <= LARGEST_BLOCK:
                raise BadInput(
                    f"At {self.position + at:,} a block of {size:,} bytes is announced; there is none of that size.",
                    where=str(self.file),
                    todo=_FETCH,
                )
            if len(data) - at - 8 < size:
                break
            starts.append(at + 8)
            ends.append(at + 8 + size)
            at += 8 + size
        return starts, ends, at

    def _room(self, data: Any, at: int) -> int:
        """Where reserved room ends that begins at `at`; `at` itself where none does. Noughts on disk read as the key."""
        shift = (self.position + at) % KEY_BYTES
        turned = np.frombuffer(self.key[shift:] + self.key[:shift], np.uint8)
        for pattern in (np.zeros(KEY_BYTES, np.uint8), turned):
            whole = (len(data) - at) // KEY_BYTES * KEY_BYTES
            differs = data[at : at + whole].reshape(-1, KEY_BYTES).view(np.uint64).ravel() != pattern.view(np.uint64)[0]
            words = int(np.argmax(differs))
            end = at + (words if differs[words] else whole // KEY_BYTES) * KEY_BYTES
            for odd in range(KEY_BYTES):  # a block begins at any byte
                begins = bytes(data[end + odd : end + odd + 4]) == mark_of(self.network)
                if begins and np.array_equal(data[end : end + odd], pattern[:odd]):
                    return end + odd
            if end > at:
                return end
        return at

    def _cut_short(self) -> Blocks:
        """What is left at the end of a file: nothing but noughts, or a block that is not whole."""
        left, at = bytes(self.rest), self.position
        reserved = bytearray(len(left))
        shift = at % KEY_BYTES
        for i in range(len(left)):
            reserved[i] = self.key[(shift + i) % KEY_BYTES]
        nothing = _nothing(self.file.name)
        if not any(left) or left == bytes(reserved):
            return nothing
        what = f"The file ends inside a block that begins at {at:,}."
        if not self.may_end_early:
            raise BadInput(
                what,
                where=str(self.file),
                todo=f"{_FETCH} Pass --incomplete if it is the newest file of a node that was still writing.",
            )
        return replace(nothing, faults=(Fault(self.file.name, f"ends inside a block that begins at {at:,}"),))


def _nothing(source: str) -> Blocks:
    return read_blocks(np.empty(0, np.uint8), [], [], [], source, "mainnet")
