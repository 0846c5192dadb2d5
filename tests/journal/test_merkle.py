"""The hash tree against RFC 6962: its published vectors, a naive oracle, and proofs with something wrong in them."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.journal.merkle import (
    EMPTY,
    consistency_proof,
    inclusion_proof,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from adit.terms.errors import BadInput

# The eight leaves and the roots over the first n of them that the implementations of Certificate Transparency share
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]  # fmt: skip


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def join(a: bytes, b: bytes) -> bytes:
    return sha256(b"\x01" + a + b).digest()


def naive(hashes: Sequence[bytes]) -> bytes:
    """The definition of the RFC, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return join(naive(hashes[:k]), naive(hashes[k:]))


def reading(hashes: Sequence[bytes]) -> tuple[Callable[[int, int, int], Sequence[bytes]], list[int]]:
    """A store over these leaves, and how many hashes each read took."""
    taken: list[int] = []

    def read(level: int, start: int, count: int) -> Sequence[bytes]:
        assert count <= 256
        taken.append(count)
        width = 256**level
        return [naive(hashes[i * width : (i + 1) * width]) for i in range(start, start + count)]

    return read, taken


MANY = [leaf(str(i).encode()) for i in range(1100)]


def test_the_published_vectors():
    hashes = [leaf(bytes.fromhex(text)) for text in LEAVES]
    assert [root_of(hashes[:n]).hex() for n in range(1, 9)] == ROOTS
    assert [tree_root(n, reading(hashes)[0]).hex() for n in range(1, 9)] == ROOTS
    assert root_of([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("size", [*range(1, 34), 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025])
def test_proofs_of_every_size_hold(size: int):
    read, _ = reading(MANY)
    root = naive(MANY[:size])
    assert tree_root(size, read) == root == root_of(MANY[:size])
    for index in range(size) if size < 34 else {0, 1, 254, 255, 256, size // 2, size - 1} & set(range(size)):
        verify_inclusion(MANY[index], index, size, inclusion_proof(index, size, read), root)
        verify_consistency(index, size, naive(MANY[:index]), root, consistency_proof(index, size, read))


def test_a_proof_reads_few_tiles():
    read, taken = reading(MANY)
    inclusion_proof(700, 1025, read)
    assert len(taken) <= 4


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 600), st.data())
def test_a_proof_with_anything_wrong_is_refused(size: int, data: st.DataObject):
    read, _ = reading(MANY)
    index = data.draw(st.integers(0, size - 1))
    root = root_of(MANY[:size])
    proof = inclusion_proof(index, size, read)
    match data.draw(st.sampled_from(["flip", "drop", "add", "index", "leaf", "swap"])):
        case "flip":
            at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
            proof[at] = bytes(b ^ ((1 << (bit % 8)) if i == bit // 8 else 0) for i, b in enumerate(proof[at]))
            wrong = MANY[index], index, proof
        case "drop":
            wrong = MANY[index], index, proof[:-1]
        case "add":
            wrong = MANY[index], index, [*proof, MANY[0]]
        case "index":
            wrong = MANY[index], (index + 1) % size, proof
        case "leaf":
            wrong = MANY[(index + 1) % size], index, proof
        case _:
            wrong = MANY[index], index, [*proof[1:], proof[0]] if len(set(proof)) > 1 else proof[:-1]
    with pytest.raises(BadInput):
        verify_inclusion(wrong[0], wrong[1], size, wrong[2], root)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 600), st.data())
def test_a_history_with_anything_wrong_is_refused(new: int, data: st.DataObject):
    read, _ = reading(MANY)
    old = data.draw(st.integers(1, new - 1))
    proof = consistency_proof(old, new, read)
    old_root, new_root = root_of(MANY[:old]), root_of(MANY[:new])
    verify_consistency(old, new, old_root, new_root, proof)
    rewritten = [leaf(b"another"), *MANY[1:old]]
    with pytest.raises(BadInput, match=r"rewritten or cut|another root|too"):
        verify_consistency(old, new, root_of(rewritten), new_root, proof)
    with pytest.raises(BadInput):
        verify_consistency(old, new, old_root, root_of(MANY[1 : new + 1]), proof)
    with pytest.raises(BadInput):
        verify_consistency(old, new, old_root, new_root, proof[:-1])
    with pytest.raises(BadInput):
        verify_consistency(old, new, old_root, new_root, [*proof, MANY[0]])
