"""Addresses: one key in every coin, words of publishers that are wrong, entries that could not be read, and what stood on a day."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.tables import shipped
from adit.evidence.sources.watchlist_samples import OFAC_FILE, ofac_addresses_sample, tagged_addresses_sample
from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName
from adit.evidence.watchlists.readers import reader
from adit.screening.addresses import AddressIndex, address_hits, index_of
from adit.screening.coin_keys import ACCOUNT, KEY, SCRIPT, TEXT, forms, key_of, normal
from adit.screening.subjects import Subject

DATA = Path(__file__).parents[1] / "data" / "watchlists"
ONE = "751e76e8199196d454941c45d1b3a323f1433bd6"  # hash of the public key of the secret 1

# one key or script, as the coins write it; the first of each pair of Bitcoin Cash is from its specification
SAME = [
    (KEY, ONE, ["1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"]),
    (KEY, "76a04053bda0a88bda5177b86a15c3b29f559873", ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"]),
    (KEY, "cb481232299cd5743151ac4b2d63ae198e7bb0a9", ["bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy", "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR"]),
    (KEY, "011f28e473c95f4013d7d53ec5fbc3b42df8ed10", ["bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r", "16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb"]),
    (SCRIPT, "76a04053bda0a88bda5177b86a15c3b29f559873", ["bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"]),
    (ACCOUNT, "8576acc5c05d6ce88f4e49bf65bdf0c62f91353c", ["0x8576acc5c05d6ce88f4e49bf65bdf0c62f91353c", "0x8576aCC5C05D6Ce88f4e49bf65BdF0C62F91353C", "8576ACC5C05D6CE88F4E49BF65BDF0C62F91353C", "418576acc5c05d6ce88f4e49bf65bdf0c62f91353c"]),
    (ACCOUNT, "a614f803b6fd780986a42c78ec9c7f77e6ded13c", ["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "0xa614f803B6FD780986A42c78Ec9c7f77e6DeD13C", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"]),
]  # fmt: skip


def entry(*texts: str, asset: str = "XBT", number: str = "1", **more: object) -> Entry:
    addresses = tuple(ListedAddress(asset, t) for t in texts)
    return Entry("x", number, "person", (ListedName("Invented Person"),), addresses=addresses, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "data", "texts"), SAME)
def test_one_key_in_every_coin(kind: str, data: str, texts: list[str]) -> None:
    for text in texts:
        assert key_of(text) == (kind, bytes.fromhex(data)), text
    written = set(forms((kind, bytes.fromhex(data))))
    assert {normal(t) for t in texts} <= written


@pytest.mark.parametrize("kind", [KEY, SCRIPT, ACCOUNT])
@given(data=st.binary(min_size=20, max_size=20))
def test_every_form_comes_back_to_its_key(kind: str, data: bytes) -> None:
    written = list(forms((kind, data)))
    assert len(set(written)) == len(written)
    for text in written:
        assert key_of(text) == (kind, data)
        assert normal(text) == text
        assert key_of(f"  {text}\n") == (kind, data)


@given(st.binary(min_size=32, max_size=32), st.sampled_from([0, 1]))
def test_witness_programs_in_bitcoin_and_litecoin(program: bytes, version: int) -> None:
    key = (f"witness{version}", program)
    written = list(forms(key))
    assert {t.partition("1")[0] for t in written} == {"bc", "ltc", "btg", "tb", "tltc", "bcrt"}
    assert {key_of(t) for t in written} == {key}
    assert {key_of(t.upper()) for t in written} == {key}


@given(st.text(max_size=80))
def test_what_is_no_address_stands_for_its_text(text: str) -> None:
    kind, data = key_of(text)
    if kind == TEXT:
        assert data.decode() == normal(text)
        assert list(forms((kind, data))) == [normal(text)]


@given(st.sampled_from([t for _, _, texts in SAME for t in texts]), st.data())
def test_one_wrong_letter_is_another_address(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMN"))
    changed = text[:place] + letter + text[place + 1 :]
    if normal(changed) != normal(text) and not changed.lower().endswith(text.lower()[-40:]):
        assert key_of(changed) != key_of(text)


def test_the_word_of_the_publisher_may_be_wrong_about_the_coin() -> None:
    with shipped(OFAC_FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {(row["currency_ofac"], key_of(row["address"])[0]) for row in rows}
    assert ("XBT", ACCOUNT) in kinds  # an address of Tron on the list of Bitcoin
    assert ("USDT", KEY) in kinds  # addresses of Bitcoin on that of Tether
    assert ("USDT", SCRIPT) in kinds
    assert {c for c, k in kinds if k == TEXT} == {"XMR", "XRP"}  # every other one could be read
    index = index_of(ofac_addresses_sample().entries)
    assert all(index.lookup(row["address"]) for row in rows)


def test_the_samples_are_whole_and_dated() -> None:
    ofac, tags = ofac_addresses_sample(), tagged_addresses_sample()
    assert (len(ofac.entries), ofac.content_date) == (654, date(2024, 9, 27))
    assert (len(tags.entries), tags.content_date) == (8999, date(2024, 2, 26))
    hits = index_of(tags.entries).lookup("1FXjvVvr4mSTjr2hTaydRgQth7tPZ4hhto")
    assert [f.entry.names[0].text for f in hits] == ["Locky"]


def test_a_hit_says_what_agrees() -> None:
    listed = entry("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", listed_on=date(2022, 4, 20))
    index = index_of([listed])
    [same] = address_hits(Subject("address", address="1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"), index)
    assert (same.by, same.score, same.entry, same.listed_on) == ("address", 1000, listed.digest, date(2022, 4, 20))
    assert same.words == (
        "The address 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH is printed as XBT in the entry of Invented Person.",
    )
    [other] = address_hits(Subject("address", address="ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"), index)
    assert other.words == (
        "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9 stands for the same key as 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH, which is printed as XBT in the entry of Invented Person.",
    )
    assert address_hits(Subject("address", address="1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), index) == ()
    assert address_hits(Subject("person", ("Invented Person",)), index) == ()


def test_an_entry_that_could_not_be_read_is_searched_as_text() -> None:
    found = reader("ofac").read((DATA / "sdn.csv").read_bytes(), "us_ofac_sdn")
    index = index_of(found.entries)
    [hit] = address_hits(Subject("address", address="1Df883c96LVauVsx9FEgnsourD8DELwCUQ"), index)
    assert (hit.entry_id, hit.by) == ("90004", "text")
    assert (
        hit.words[1]
        == "The entry could not be read in full (the kind 'spacecraft' is not known), so its text was searched."
    )


def test_an_address_of_an_unknown_coin_is_found_in_a_text_that_could_not_be_read() -> None:
    monero = "41" + "Kd" * 46 + "9"
    unread = Entry("x", "7", "unknown", (), raw=f"pays to {monero}, they say", unread="it is no table")
    read = Entry("x", "8", "person", (), raw=f"pays to {monero}, they say")
    assert [f.entry.entry_id for f in index_of([unread, read]).lookup(monero)] == ["7"]


def test_an_address_in_the_text_of_any_entry_counts() -> None:
    told = Entry(
        "x",
        "9",
        "organisation",
        (ListedName("Bureau"),),
        raw="It uses bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 and others.",
    )
    assert [f.by for f in index_of([told]).lookup("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH")] == [KEY]


@pytest.mark.parametrize(
    ("on", "stood"),
    [
        (date(2022, 8, 7), False),
        (date(2022, 8, 8), True),
        (date(2025, 3, 20), True),
        (date(2025, 3, 21), False),
        (None, False),
    ],
)
def test_what_stood_on_a_day(on: date | None, stood: bool) -> None:
    """OFAC listed the addresses of Tornado Cash on 2022-08-08 and took them off on 2025-03-21."""
    address = "0x8589427373D6D84E98730D7795D8f6f8731FDA16"
    index = index_of([entry(address, asset="ETH", listed_on=date(2022, 8, 8), delisted_on=date(2025, 3, 21))])
    [found] = index.lookup(address.lower(), on)
    assert found.stood is stood
    assert bool(address_hits(Subject("address", address=address), index, on)) is stood


def test_an_address_under_several_entries_and_coins() -> None:
    index = index_of(
        [
            entry("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),
            entry("LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ", asset="LTC", number="2"),
        ]
    )
    found = index.lookup("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert [(f.entry.entry_id, f.asset, f.by) for f in found] == [("1", "XBT", KEY), ("2", "LTC", KEY)]
    assert [f.by for f in index.lookup("LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ")] == [KEY, TEXT]


# Many at once ---------------------------------------------------------------------------------------------------------
def sample_index() -> AddressIndex:
    return index_of(ofac_addresses_sample().entries)


INDEX = sample_index()
PRINTED = [a.text for e in ofac_addresses_sample().entries for a in e.addresses]


@given(
    st.lists(
        st.sampled_from(PRINTED)
        | st.text(max_size=50)
        | st.sampled_from(PRINTED).map(str.upper)
        | st.sampled_from(PRINTED).map(lambda t: f" {t} "),
        max_size=30,
    )
)
def test_many_at_once_are_found_as_one_by_one(texts: list[str]) -> None:
    assert INDEX.many(texts) == [place for place, text in enumerate(texts) if INDEX.lookup(text)]


@given(
    st.lists(st.sampled_from(PRINTED), max_size=20),
    st.lists(st.binary(min_size=20, max_size=20), max_size=20),
    st.randoms(use_true_random=False),
)
def test_many_hashes_are_found_as_one_by_one(texts: list[str], strangers: list[bytes], chance: object) -> None:
    for kind in (KEY, SCRIPT, ACCOUNT):
        rows = [data for t in texts for k, data in [key_of(t)] if k == kind] + strangers
        chance.shuffle(rows)  # type: ignore[attr-defined]
        assert list(INDEX.many_hashes(kind, as_rows(rows))) == [
            next(iter(forms((kind, r)))) in INDEX._forms for r in rows
        ]


def as_rows(rows: Sequence[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), 20)


def test_hashes_that_begin_alike_are_told_apart() -> None:
    alike = [bytes([7] * 8 + [n] * 12) for n in range(5)]
    index = index_of([entry(next(iter(forms((KEY, data)))), number=str(n)) for n, data in enumerate(alike[1:4])])
    assert list(index.many_hashes(KEY, as_rows(alike))) == [False, True, True, True, False]
    assert list(index.many_hashes(SCRIPT, as_rows(alike))) == [False] * 5
    assert list(index_of([]).many_hashes(KEY, as_rows(alike))) == [False] * 5


def test_rows_of_another_width_are_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="a hash has twenty bytes"):
        INDEX.many_hashes(KEY, np.zeros((3, 32), np.uint8))
