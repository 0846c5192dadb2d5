"""The bytes of one block from a file, however it was saved; without any column, so that looking at a block starts at once."""

import re
from pathlib import Path

from adit.terms.errors import BadInput

__all__ = ["LARGEST_BLOCK", "read_bytes"]

LARGEST_BLOCK = 4_000_000  # bytes: the network's limit
_HEX = re.compile(rb"[0-9a-fA-F\s]+")


def read_bytes(file: Path) -> bytes:
    """The bytes of the one block in a file. Raises BadInput for what is not there, empty, or larger than any block."""
    try:
        size = file.stat().st_size
        largest = 2 * LARGEST_BLOCK + 2  # as text, with the end of a line
        data = file.read_bytes() if size <= largest else b""
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(file), todo="Check the path."
        ) from error
    text = bool(data) and _HEX.fullmatch(data) is not None
    if not data and size <= largest:
        raise BadInput("The file is empty.", where=str(file), todo="Fetch the block anew: `getblock HASH 0`.")
    if size > (largest if text else LARGEST_BLOCK):
        raise BadInput(
            f"The file has {size:,} bytes, which is more than a block may have.",
            where=str(file),
            todo="Name it blk00000.dat if it is a file of Bitcoin Core with many blocks.",
        )
    try:
        return bytes.fromhex(data.decode()) if text else data
    except ValueError as error:
        raise BadInput(
            "The hexadecimal text has an odd length.", where=str(file), todo="Copy it anew, whole."
        ) from error
