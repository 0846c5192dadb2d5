"""Blocks in the order of the chain: by the hash of the block before, the branch with the most work, heights.

Blocks may come in any order and twice. Blocks that no link joins form pieces; each piece has its own height, and is known by
the height that one of its blocks bears. Nothing is assumed of what lies between two pieces.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

from adit.evidence.chain.difficulty import EPOCH_BLOCKS, difficulty_of, next_bits, work_of
from adit.evidence.chain.layout import Fault, hex_of
from adit.terms.errors import BadInput

__all__ = ["Header", "Order", "Place", "put_in_order"]

_NOWHERE = bytes(32)  # what stands before the first block of all


@dataclass(frozen=True, slots=True)
class Header:
    """What order needs of a block. `height` is what its coinbase claims, -1 where it claims none."""

    hash: bytes
    prev_hash: bytes
    time_s: int
    bits: int
    height: int
    where: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: its height (-1 where nothing says it) and how many blocks confirm it, itself the first."""

    height: int
    confirmations: int


@dataclass(frozen=True, slots=True)
class Order:
    """The place of each block that stands; who lost to a branch with more work; what does not hold."""

    places: Mapping[bytes, Place]
    lost: Mapping[bytes, Place]  # with no confirmation
    faults: tuple[Fault, ...]
    pieces: int
    tip: int  # the greatest height, -1 where none is known


@dataclass(frozen=True, slots=True)
class _Piece:
    """The blocks that links join to one first block."""

    best: tuple[bytes, ...]  # the branch with the most work, from the first block on
    others: Mapping[bytes, int]  # each other block, and how far it stands from the first
    first_height: int  # -1 where no block of the branch says it
    work: int
    faults: tuple[Fault, ...]


def put_in_order(
    headers: Sequence[Header],
    network: str,
    *,
    start_height: int = -1,
    tip: int = -1,
    difficulty_at: Callable[[int], float | None] = lambda height: None,
) -> Order:
    """The chain that these headers form.

    `start_height` is that of the first block of a piece that bears none itself; `tip` that of the last block of the chain,
    as the asker knows it: without it a block is confirmed only by those that are there and linked to it. `difficulty_at`
    is what a table has for a height, None where it has nothing. A block with another target is refused, and what follows it.
    """
    known = {h.hash: h for h in reversed(headers)}  # of a block that comes twice, the first
    order = list(dict.fromkeys(h.hash for h in headers))
    faults: list[Fault] = []
    while True:
        after: dict[bytes, list[bytes]] = {}
        firsts: list[bytes] = []
        for hash_ in order:
            prev = known[hash_].prev_hash
            (after.setdefault(prev, []) if prev in known else firsts).append(hash_)
        pieces = _with_height([_piece(first, known, after) for first in firsts], start_height)
        wrong = (
            {h: f for p in pieces for h, f in _wrong_targets(p, known, difficulty_at)} if network == "mainnet" else {}
        )
        if not wrong:
            break
        faults += wrong.values()
        refused = list(wrong)
        for hash_ in refused:  # grows as it goes
            refused += after.get(hash_, ())
        gone = set(refused)
        known = {h: header for h, header in known.items() if h not in gone}
        order = [h for h in order if h in known]
    faults += [f for piece in pieces for f in piece.faults]
    return _order(*_without_rivals(pieces), faults, tip)


def _order(pieces: Sequence[_Piece], beaten: Sequence[_Piece], faults: Sequence[Fault], tip: int) -> Order:
    places: dict[bytes, Place] = {}
    lost: dict[bytes, Place] = {}
    for piece in pieces:
        last = max(piece.first_height + len(piece.best) - 1, tip)
        for i, hash_ in enumerate(piece.best):
            height = piece.first_height + i if piece.first_height >= 0 else -1
            places[hash_] = Place(height, last - height + 1 if height >= 0 else len(piece.best) - i)
        lost |= {h: _lost(piece, far) for h, far in piece.others.items()}
    for piece in beaten:
        lost |= {
            h: _lost(piece, far) for h, far in (*piece.others.items(), *((h, i) for i, h in enumerate(piece.best)))
        }
    return Order(places, lost, tuple(faults), len(pieces), max((p.height for p in places.values()), default=-1))


def _with_height(pieces: Sequence[_Piece], start_height: int) -> list[_Piece]:
    """The pieces, the one that bears no height at the one that is told."""
    without = [p for p in pieces if p.first_height < 0]
    if start_height >= 0 and len(without) > 1:
        raise BadInput(
            f"{len(without):,} pieces of the chain bear no height, and one was told.",
            todo="Leave --start-height out, or give one run of blocks.",
        )
    return [replace(p, first_height=start_height) if p.first_height < 0 else p for p in pieces]


def _piece(first: bytes, known: Mapping[bytes, Header], after: Mapping[bytes, list[bytes]]) -> _Piece:
    work, far = {first: work_of(known[first].bits)}, {first: 0}
    waiting = [first]
    for hash_ in waiting:  # grows as it goes
        for child in after.get(hash_, ()):
            work[child], far[child] = work[hash_] + work_of(known[child].bits), far[hash_] + 1
            waiting.append(child)
    last = max(waiting, key=lambda h: work[h])  # of equals the first that came
    branch = [last]
    while branch[-1] != first:
        branch.append(known[branch[-1]].prev_hash)
    branch.reverse()
    height, faults = _first_height([known[h] for h in branch])
    on_it = set(branch)
    return _Piece(tuple(branch), {h: far[h] for h in waiting if h not in on_it}, height, work[last], tuple(faults))


def _first_height(branch: Sequence[Header]) -> tuple[int, list[Fault]]:
    """The height of the branch's first block, and the blocks that claim another."""
    claims = Counter(h.height - i for i, h in enumerate(branch) if h.height >= 0)
    borne = claims.most_common(1)[0][0] if claims else -1
    height = 0 if branch[0].prev_hash == _NOWHERE else borne
    wrong = [(h, i) for i, h in enumerate(branch) if h.height >= 0 and h.height - i != height]
    return height, [
        Fault(h.where, f"the block {hex_of(h.hash)} claims height {h.height:,}, but stands at {height + i:,}")
        for h, i in wrong
    ]


def _wrong_targets(
    piece: _Piece, known: Mapping[bytes, Header], difficulty_at: Callable[[int], float | None]
) -> Iterator[tuple[bytes, Fault]]:
    """The first block of a branch whose target is not the one of the rule, as far as it can be told."""
    if piece.first_height < 0:
        return
    branch = [known[h] for h in piece.best]
    for i, block in enumerate(branch):
        height, expected = piece.first_height + i, 0
        if i and height % EPOCH_BLOCKS:
            expected = branch[i - 1].bits
        elif i >= EPOCH_BLOCKS:
            expected = next_bits(branch[i - 1].bits, branch[i - EPOCH_BLOCKS].time_s, branch[i - 1].time_s)
        difficulty = difficulty_at(height)
        if (expected and block.bits != expected) or (
            difficulty and not isclose(difficulty_of(block.bits), difficulty, rel_tol=1e-9)
        ):
            what = f"the block {hex_of(block.hash)} was not mined at the difficulty of height {height:,}; it does not count, nor what follows it"
            yield block.hash, Fault(block.where, what)
            return


def _without_rivals(pieces: Sequence[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    """Of pieces that claim one height, the one with the most work."""
    kept: list[_Piece] = []
    beaten: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: -p.work):
        rival = piece.first_height >= 0 and any(
            p.first_height >= 0
            and p.first_height < piece.first_height + len(piece.best)
            and piece.first_height < p.first_height + len(p.best)
            for p in kept
        )
        (beaten if rival else kept).append(piece)
    return kept, beaten


def _lost(piece: _Piece, far: int) -> Place:
    return Place(piece.first_height + far if piece.first_height >= 0 else -1, 0)
