"""Blocks one a file, as `getblock HASH 0` gives them, in bytes or as hexadecimal text, as columns."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from adit.evidence.chain.columns import read_blocks
from adit.evidence.chain.layout import Blocks
from adit.evidence.sources.block_bytes import read_bytes
from adit.terms.errors import BadInput

__all__ = ["read"]

_AT_ONCE = 16 << 20  # bytes
_NAMES = {".raw", ".bin", ".dat", ".hex", ".blk", ".block"}


def read(path: Path, *, network: str = "mainnet") -> Iterator[Blocks]:
    """The block of a file, or those of all files of a folder that are named as raw blocks are; verified, some 16 MB at a time.

    Raises BadInput where there is no such file, or one that is empty or larger than any block.
    """
    files = [path]
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.is_file() and f.suffix in _NAMES and f.name != "xor.dat")
        if not files:
            raise BadInput(
                "There is no block in the folder.",
                where=str(path),
                todo=f"Blocks are files named {', '.join(sorted(_NAMES))}, or blk00000.dat and so on.",
            )
    held: list[tuple[str, bytes]] = []
    for file in files:
        held.append((file.name, read_bytes(file)))
        if sum(len(data) for _, data in held) >= _AT_ONCE:
            yield _batch(held, path.name, network)
            held = []
    if held:
        yield _batch(held, path.name, network)


def _batch(held: list[tuple[str, bytes]], source: str, network: str) -> Blocks:
    ends = np.cumsum([len(data) for _, data in held])
    starts = ends - [len(data) for _, data in held]
    data = np.frombuffer(b"".join(data for _, data in held), np.uint8)
    return read_blocks(
        data, [int(s) for s in starts], [int(e) for e in ends], [name for name, _ in held], source, network
    )
