"""The list of pools: what it holds, what it is asked for, and what is refused."""

import json
from datetime import date
from pathlib import Path

import pytest

from adit.evidence.sources.pools import group_of, parse_pools, pool_of_script, read_pools
from adit.terms.addresses import decode
from adit.terms.errors import BadInput

F2POOL = "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"


def one(**changed: object) -> bytes:
    entry = {"id": 1, "name": "North", "addresses": [F2POOL], "tags": ["/North/"], "link": "https://north.example"}
    return json.dumps([{**entry, **changed}]).encode()


def test_the_list_has_what_its_papers_say() -> None:
    pools = read_pools()
    assert (len(pools.pools), len(pools.by_script), len(pools.by_tag)) == (168, 210, 197)
    assert pools.vintage == "mempool/mining-pools, as of 2026-02-24; retrieved 2026-11-22"


def test_a_script_belongs_to_its_pool_however_the_address_is_written() -> None:
    pools = read_pools()
    assert pool_of_script(decode(F2POOL).script, pools) == "F2Pool"
    binance = "bc1qx9t2l3pyny2spqpqlye8svce70nppwtaxwdrp4"
    assert pool_of_script(decode(binance.upper()).script, pools) == "Binance Pool"
    assert pool_of_script(decode("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").script, pools) is None
    assert pool_of_script(b"", pools) is None


def test_an_address_of_a_test_network_names_nobody() -> None:
    listed = [(p.name, a) for p in read_pools().pools for a in p.addresses if decode(a).network != "mainnet"]
    assert len(listed) == 7
    assert ("mononaut", "mjP97q5BWtdpdsJLkEJvQWgLe9zw4MMVU6") in listed
    assert all(pool_of_script(decode(address).script, read_pools()) is None for _, address in listed)


def test_every_member_of_a_group_is_a_pool_of_the_list() -> None:
    pools = read_pools()
    names = {p.name for p in pools.pools}
    assert [g.name for g in pools.groups] == ["AntPool & friends"]
    for group in pools.groups:
        assert group.members <= names
        assert group.status == "suspected"
        assert "http" in group.source
        assert group.assumed_from < group.as_of


def test_no_pool_is_in_two_groups() -> None:
    groups = read_pools().groups
    members = [name for g in groups for name in g.members]
    assert len(members) == len(set(members)) == 11


def test_a_group_holds_from_the_day_it_is_assumed_from() -> None:
    pools = read_pools()
    group = group_of("Poolin", pools)
    assert group is not None
    assert group_of("Poolin", pools, date(2022, 7, 1)) is group
    assert group_of("Poolin", pools, date(2022, 6, 30)) is None
    assert group_of("F2Pool", pools) is None  # shares a custodian with them, and builds templates of its own


def test_a_list_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "pools.json"
    path.write_bytes(one(tags=["/Север/"]))
    pools = read_pools(path)
    assert pools.vintage == str(path)
    assert pools.by_tag == {"/Север/".encode(): "North"}
    assert pool_of_script(decode(F2POOL).script, pools) == "North"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "The list of pools is not JSON"),
        (b"\xff\xfe", "The list of pools is not JSON"),
        (b"[]", "is empty, or no list"),
        (b'{"North": {}}', "is empty, or no list"),
        (b'["North"]', "An entry of the list of pools has no name"),
        (one(name=" "), "An entry of the list of pools has no name"),
        (one(tags="/North/"), "The tags of North are no list of texts"),
        (one(tags=[1]), "The tags of North are no list of texts"),
        (one(addresses=None), "The addresses of North are no list of texts"),
        (one(tags=["BTC"]), "The tag 'BTC' of North is too short: it would be found by chance"),
        (one(tags=[""]), "The tag '' of North is too short"),
        (one(addresses=[F2POOL[:-1] + "Z"]), f"{F2POOL[:-1]}Z of North is no address: The checksum"),
        (json.dumps(json.loads(one()) + json.loads(one(name="South", tags=["/South/"]))).encode(),
         f"The address {F2POOL} belongs to two pools, North and South"),
        (json.dumps(json.loads(one()) + json.loads(one(name="South", addresses=[]))).encode(),
         "The tag '/North/' belongs to two pools, North and South"),
    ],
)  # fmt: skip
def test_what_is_no_such_list_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        parse_pools(content, "my list")
    assert said in str(error.value)
    assert error.value.where == "my list"
    assert error.value.todo


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read \(No such file or directory\)\.\nCheck the path"):
        read_pools(tmp_path / "none.json")
