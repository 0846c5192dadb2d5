"""A leaf has one text, a body one text, and neither takes a float."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.journal.leaf import Leaf, body_text, commitment, leaf_hash, leaf_text, parse_leaf
from adit.terms.errors import BadInput

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
leaves = st.builds(
    Leaf, st.integers(0, 2**60), words, words, words, st.none() | st.dates(), st.none() | st.dates(),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32) | st.just(b""),
)  # fmt: skip


@given(leaves)
def test_what_is_written_is_read_again(leaf: Leaf):
    assert parse_leaf(leaf_text(leaf)) == leaf


def test_the_text_is_this_one():
    leaf = Leaf(
        0, "site", "site-1", "officer-1", date(2025, 2, 1), None, datetime(2025, 2, 3, 10, tzinfo=UTC), bytes(32), b""
    )
    assert leaf_text(leaf) == (
        f'{{"body":"{"00" * 32}","hand":"officer-1","kind":"site","previous":"","recorded_at_utc":"2025-02-03T10:00:00.000000Z",'
        '"seq":0,"subject":"site-1","v":1,"valid_from":"2025-02-01","valid_to":""}'
    )
    assert leaf_hash(leaf_text(leaf)).hex() == "".join(leaf_hash(leaf_text(leaf)).hex())


@pytest.mark.parametrize("wrong", ["{}", "nothing", '{"v":1}', "[1]"])
def test_other_texts_are_refused(wrong: str):
    with pytest.raises(BadInput):
        parse_leaf(wrong)


def test_a_leaf_in_another_form_is_refused():
    leaf = Leaf(0, "site", "s", "h", None, None, datetime(2025, 2, 3, tzinfo=UTC), bytes(32), b"")
    with pytest.raises(BadInput, match="canonical"):
        parse_leaf(leaf_text(leaf).replace(",", ", "))


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: 2}, date(2025, 1, 1), b"x", {"a": [{"b": 0.1}]}])
def test_a_body_takes_exact_plain_data_only(value: object):
    with pytest.raises(BadInput, match=r"cannot hold|is text"):
        body_text({"x": value})


def test_a_commitment_hides_and_binds():
    assert commitment(bytes(16), "a") != commitment(bytes([1] * 16), "a") != commitment(bytes([1] * 16), "b")
