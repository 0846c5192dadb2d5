"""The hash tree of RFC 6962 (and 9162): its root, proofs that an entry is in it, proofs that a larger one only added to a smaller one.

The store keeps full tiles of 256 hashes, so the functions read complete subtrees of height 8, 16, ... by `read(level, start, count)`: the
hashes of `count` complete subtrees of height 8 * level from the one at `start` on. Each level is read about once a proof.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from adit.terms.errors import BadInput

__all__ = [
    "EMPTY",
    "Growing",
    "Read",
    "consistency_proof",
    "inclusion_proof",
    "root_of",
    "subtree_root",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
]

Read = Callable[[int, int, int], Sequence[bytes]]
EMPTY = sha256(b"").digest()  # the root of a log without entries
HEIGHT = 8  # of a tile
TILE = 1 << HEIGHT


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes; a power of two of them makes a complete subtree."""
    row = list(hashes)
    assert row, "a subtree has leaves"
    while len(row) > 1:
        joined = [_join(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = joined + row[len(joined) * 2 :]
    return row[0]


class Growing:
    """A tree that grows leaf by leaf, and holds no more than one hash a level."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []  # (height, root) of complete subtrees, the highest first

    def push(self, leaf: bytes) -> None:
        height, node = 0, leaf
        while self._stack and self._stack[-1][0] == height:
            node = _join(self._stack.pop()[1], node)
            height += 1
        self._stack.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        if not self._stack:
            return EMPTY
        node = self._stack[-1][1]
        for _, left in self._stack[-2::-1]:
            node = _join(left, node)
        return node


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes as they come."""
    tree = Growing()
    for leaf in hashes:
        tree.push(leaf)
    return tree.root()


class _Nodes:
    """Nodes of the tree over a log of a size, each level of tiles read a tile at a time and kept."""

    def __init__(self, size: int, read: Read) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        """The hashes of a tile, as many as are complete in a log of this size."""
        if (level, index) not in self._tiles:
            complete = self.size >> (HEIGHT * level)
            start = index * TILE
            self._tiles[level, index] = self._read(level, start, min(TILE, complete - start))
        return self._tiles[level, index]

    def complete(self, start: int, height: int) -> bytes:
        """The root of the complete subtree of 2**height leaves that begins at leaf `start`."""
        level, rest = divmod(height, HEIGHT)
        index = start >> (HEIGHT * level)
        tile, offset = divmod(index, TILE)
        return subtree_root(self._tile(level, tile)[offset : offset + (1 << rest)])

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` up to `end`, which begins where a subtree does."""
        width = end - start
        if width & (width - 1) == 0:
            return self.complete(start, width.bit_length() - 1)
        half = _split(width)
        return _join(self.root(start, start + half), self.root(start + half, end))


def _split(width: int) -> int:
    """The largest power of two below a width."""
    return 1 << ((width - 1).bit_length() - 1)


def tree_root(size: int, read: Read) -> bytes:
    """The root of a log of this size."""
    return _Nodes(size, read).root(0, size) if size else EMPTY


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The hashes beside the path from a leaf to the root, from the leaf up."""
    assert 0 <= index < size
    nodes, proof = _Nodes(size, read), list[bytes]()
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(nodes.root(middle, end))
            end = middle
        else:
            proof.append(nodes.root(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """The hashes from which both roots follow, so that the old log is seen to begin the new one."""
    assert 0 <= old <= new
    if old in (0, new):
        return []
    nodes, proof = _Nodes(new, read), list[bytes]()
    start, end, whole = 0, new, True  # whether the old log is a complete subtree from here
    rest = old
    while rest != end - start:
        half = _split(end - start)
        if rest <= half:
            proof.append(nodes.root(start + half, end))
            end = start + half
        else:
            proof.append(nodes.root(start, start + half))
            start, rest, whole = start + half, rest - half, False
    if not whole:
        proof.append(nodes.root(start, end))
    return proof[::-1]


# Verifying --------------------------------------------------------------------------------------------------------
def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadInput unless the proof leads from the leaf at this index to the root of a log of this size."""
    if not 0 <= index < size:
        raise BadInput(f"A log of {size} entries has no entry {index}.")
    node, at, last, used = leaf, index, size - 1, 0
    while last:
        if at & 1 or at < last:
            if used == len(proof):
                raise BadInput("The proof is too short.", todo="Ask for it again, for this size of the log.")
            node = _join(proof[used], node) if at & 1 else _join(node, proof[used])
            used += 1
        at, last = at >> 1, last >> 1
    if used != len(proof):
        raise BadInput("The proof is too long.", todo="Ask for it again, for this size of the log.")
    if node != root:
        raise BadInput(
            "The proof leads to another root: this entry is not in that log.",
            todo="Compare the entry and the checkpoint.",
        )


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadInput unless the log of the old size and root is the beginning of that of the new size and root."""
    if not 0 <= old <= new:
        raise BadInput(f"A log of {new} entries does not continue one of {old}.")
    if old in (0, new):
        if proof:
            raise BadInput("The proof is too long.")
        if old == new and old_root != new_root:
            raise BadInput("Two logs of the same size have different roots: one of them was rewritten.")
        if old == 0 and old_root != EMPTY:
            raise BadInput("A log without entries has another root than this.")
        return
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)  # a complete subtree is its own beginning
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not hashes:
        raise BadInput("The proof is too short.")
    first = second = hashes.pop(0)
    while last:
        if at & 1 or at < last:
            if not hashes:
                raise BadInput("The proof is too short.")
            node = hashes.pop(0)
            if at & 1:
                first, second = _join(node, first), _join(node, second)
            else:
                second = _join(second, node)
        at, last = at >> 1, last >> 1
    if hashes:
        raise BadInput("The proof is too long.")
    if first != old_root:
        raise BadInput("The old log is not the beginning of the new one: what it held was rewritten or cut.")
    if second != new_root:
        raise BadInput("The proof leads to another root than that of the new log.")
