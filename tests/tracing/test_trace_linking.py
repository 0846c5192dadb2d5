"""From hashes to places, and scripts to numbers: the tables against dictionaries, and what cannot be linked is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.tracing.linking import LATER, NO_SUCH_OUTPUT, NOT_SEEN, SPENT_TWICE, link, link_plainly
from adit.tracing.scripts import Scripts, number_plainly


def _rows(names):
    return np.frombuffer(b"".join(n.to_bytes(32, "little") for n in names), np.uint8).reshape(-1, 32)


@st.composite
def columns(draw):
    names = draw(st.lists(st.integers(0, 12), min_size=1, max_size=20))
    outputs = draw(st.lists(st.integers(1, 3), min_size=len(names), max_size=len(names)))
    inputs = draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)))
    total = sum(inputs)
    spends = draw(st.lists(st.integers(0, 14), min_size=total, max_size=total))
    vouts = draw(st.lists(st.sampled_from([0, 0, 1, 2, 3, 0xFFFFFFFF]), min_size=total, max_size=total))
    # names that begin with the same bytes, so that the table has to look further
    shift = draw(st.sampled_from([0, 200]))
    return (
        _rows([n << shift for n in names]), np.cumsum([0, *outputs]), np.cumsum([0, *inputs]), _rows([n << shift for n in spends]), np.array(vouts, np.int64),
    )  # fmt: skip


@pytest.mark.slow
@given(columns())
@settings(deadline=None, max_examples=200)
def test_the_table_links_as_a_dictionary_does(asked):
    prev, earlier = link(*asked)
    assert (prev.tolist(), earlier.tolist()) == link_plainly(*asked)


def test_each_reason_has_its_own_code():
    names = _rows([1, 2, 3])
    spends = _rows([1, 1, 1, 9, 3])
    prev, _ = link(names, np.array([0, 1, 2, 3]), np.array([0, 0, 5, 5]), spends, np.array([0, 0, 1, 0, 0]))
    assert prev.tolist() == [0, SPENT_TWICE, NO_SUCH_OUTPUT, NOT_SEEN, LATER]


def test_the_later_of_two_equal_coinbases_takes_the_place_of_the_earlier():
    """As in blocks 91,842 and 91,880 of the main network, before BIP-30."""
    names = _rows([7, 7, 8])
    prev, earlier = link(names, np.array([0, 1, 2, 3]), np.array([0, 0, 0, 1]), _rows([7]), np.array([0]))
    assert prev.tolist() == [1]
    assert earlier.tolist() == [-1, 0, -1]


def test_the_same_transaction_does_not_spend_itself():
    prev, _ = link(_rows([1]), np.array([0, 1]), np.array([0, 1]), _rows([1]), np.array([0]))
    assert prev.tolist() == [LATER]


@given(st.lists(st.lists(st.binary(max_size=40), max_size=30), max_size=5))
@settings(deadline=None)
def test_scripts_are_numbered_as_by_a_dictionary_and_found_again(batches):
    scripts = Scripts.empty()
    numbers: list[int] = []
    for batch in batches:
        size = np.array([len(s) for s in batch], np.int64)
        data = np.frombuffer(b"".join(batch), np.uint8).copy()
        numbers += scripts.number(data, np.cumsum(size) - size, size).tolist()
    flat = [s for batch in batches for s in batch]
    assert numbers == number_plainly(flat)
    assert [scripts.script(n) for n in numbers] == flat
    assert [scripts.find(s) for s in flat] == numbers
    assert scripts.find(b"no output has this") == -1


def test_the_collection_grows_beyond_its_first_room():
    scripts = Scripts.empty()
    made = [n.to_bytes(4, "big") * 9 for n in range(20_000)]
    size = np.full(len(made), 36)
    numbers = scripts.number(np.frombuffer(b"".join(made), np.uint8).copy(), np.arange(len(made)) * 36, size)
    assert numbers.tolist() == list(range(20_000))
    assert scripts.find(made[12_345]) == 12_345
