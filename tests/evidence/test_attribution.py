"""Which pool found a block: eleven real blocks, and every way in which tag and address can disagree."""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.chain.attribution import GRADES, Attribution, Claim, attribute
from adit.evidence.sources.pools import PoolList, parse_pools, read_pools
from adit.terms.addresses import decode

BLOCKS = Path(__file__).parents[2] / "examples" / "chain" / "blocks"
NORTH, SOUTH = "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY", "1CK6KHY6MHgYvmRQ4PAafKYDrg1ejbH1cE"
EXPECTED = {
    169482: (None, "none"),
    227835: (None, "none"),
    227836: ("Braiins Pool", "tag only"),
    333961: ("F2Pool", "address and tag"),
    363703: ("AntPool", "tag only"),
    370661: ("Braiins Pool", "address and tag"),
    383616: ("GHash.IO", "address only"),
    437303: ("ViaBTC", "tag only"),
    481815: ("BitClub", "address and tag"),
    481829: ("Bixin", "address and tag"),
    702861: ("Binance Pool", "address and tag"),
}


def two_pools() -> PoolList:
    entries = [
        {"name": "North", "addresses": [NORTH], "tags": ["/North/", "/North/2 of South/"]},
        {"name": "South", "addresses": [SOUTH], "tags": ["/South/", "of South/"]},
    ]
    return parse_pools(json.dumps(entries).encode(), "two pools")


def coinbase(block: bytes) -> tuple[date, bytes, list[bytes]]:
    """The day of a raw block, the script of its coinbase and what it pays, the largest amount first: as little of a reader as that needs."""
    at = 80

    def take(amount: int) -> bytes:
        nonlocal at
        at += amount
        return block[at - amount : at]

    def size() -> int:
        first = take(1)[0]
        return first if first < 253 else int.from_bytes(take({253: 2, 254: 4, 255: 8}[first]), "little")

    size()
    take(4)
    if block[at] == 0:  # the mark of a transaction with a witness
        take(2)
    assert size() == 1
    assert take(36) == bytes(32) + b"\xff" * 4
    script = take(size())
    take(4)
    paid = [(int.from_bytes(take(8), "little"), take(size())) for _ in range(size())]
    day = datetime.fromtimestamp(int.from_bytes(block[68:72], "little"), UTC).date()
    return day, script, [out for sat, out in sorted(paid, key=lambda p: -p[0]) if sat]


@cache
def recorded() -> dict[int, Attribution]:
    """The attribution of each real block, by height."""
    found = {}
    for height in EXPECTED:
        day, script, payouts = coinbase((BLOCKS / f"{height}.raw").read_bytes())
        found[height] = attribute(script, payouts, read_pools(), on=day)
    return found


def test_the_eleven_blocks_have_the_pools_and_grades_that_were_found_by_hand() -> None:
    assert {height: (a.pool, a.grade) for height, a in recorded().items()} == EXPECTED


def test_of_eleven_blocks_eight_have_a_tag_and_six_an_address_and_two_neither() -> None:
    found = recorded().values()
    assert [sum(bool(a.tag) for a in found), sum(bool(a.address) for a in found)] == [8, 6]
    assert sum(a.grade == "none" for a in found) == 2
    assert not any(a.contradicted_by for a in found)


def test_none_of_them_is_of_a_day_on_which_the_suspected_group_is_assumed() -> None:
    assert {a.group for a in recorded().values()} == {None}
    late = attribute(b"/AntPool/", [], read_pools(), on=date(2025, 1, 1))
    assert (late.group, late.grade) == ("AntPool & friends", "tag only")
    assert attribute(b"/AntPool/", [], read_pools()).group == "AntPool & friends"


def test_the_address_is_believed_where_the_tag_names_another_pool() -> None:
    found = attribute(b"\x03abc/South/", [decode(NORTH).script], two_pools())
    assert found == Attribution("North", None, "address only", None, NORTH, (Claim("South", "tag", "/South/"),))


def test_the_longest_of_two_tags_is_taken_and_the_other_reported() -> None:
    pools = read_pools()
    found = attribute(b"/AntPool/ Mined By 175btc.com", [], pools)
    assert (found.pool, found.tag) == ("175btc", "Mined By 175btc.com")
    assert found.contradicted_by == (Claim("AntPool", "tag", "/AntPool/"),)


def test_a_tag_inside_a_longer_one_is_no_contradiction() -> None:
    tatmas = attribute(b"..../ViaBTC/TATMAS Pool/", [], read_pools())
    assert (tatmas.pool, tatmas.contradicted_by) == ("TATMAS Pool", ())
    assert attribute(b"/North/2 of South/", [], two_pools()).contradicted_by == ()
    again = attribute(b"/North/2 of South/ of South/", [], two_pools())  # the second stands alone
    assert again.contradicted_by == (Claim("South", "tag", "of South/"),)


def test_of_two_tags_of_one_length_the_first_is_taken() -> None:
    assert attribute(b"/South//North/", [], two_pools()).pool == "South"
    assert attribute(b"/North//South/", [], two_pools()).pool == "North"


def test_of_two_addresses_the_first_is_taken_and_the_other_reported() -> None:
    scripts = [b"\x6a", decode(SOUTH).script, decode(NORTH).script]
    found = attribute(b"/North/", scripts, two_pools())
    assert (found.pool, found.grade, found.tag) == ("South", "address only", None)
    assert found.contradicted_by == (Claim("North", "address", NORTH), Claim("North", "tag", "/North/"))


def test_a_tag_that_is_written_with_other_capitals_is_no_tag() -> None:
    assert attribute(b"/antpool/", [], read_pools()).grade == "none"


@given(st.binary(max_size=100), st.lists(st.sampled_from([NORTH, SOUTH]).map(lambda a: decode(a).script), max_size=3))
def test_the_grade_says_what_was_found_and_no_pool_contradicts_itself(script: bytes, payouts: list[bytes]) -> None:
    found = attribute(script + b"/North/", payouts, two_pools())
    assert found.grade in GRADES
    assert (
        found.grade
        == {(True, True): GRADES[0], (False, True): GRADES[1], (True, False): GRADES[2]}[
            (found.tag is not None, found.address is not None)
        ]
    )
    assert found.pool not in {claim.pool for claim in found.contradicted_by}
    assert len(set(found.contradicted_by)) == len(found.contradicted_by)


@pytest.mark.parametrize("script", [b"", b"\x00\x00", b"\xff" * 100, "七彩神仙".encode()])
def test_a_coinbase_that_says_nothing_names_nobody(script: bytes) -> None:
    assert attribute(script, [], read_pools()) == Attribution(None, None, "none", None, None)
