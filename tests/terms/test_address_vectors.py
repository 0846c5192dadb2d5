"""Every address that a real list holds, and the strings of BIP-173 and BIP-350 that are bech32 but no address of Bitcoin."""

import json

import pytest

from adit.evidence.sources.tables import shipped
from adit.terms.addresses import decode, encode
from adit.terms.errors import BadInput

BECH32 = [  # BIP-173, "The following strings are valid Bech32"
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "?1ezyfcl",
]
BECH32M = [  # BIP-350, "The following strings are valid Bech32m"
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
]
NEITHER = [  # the invalid ones of both
    " 1nwldj5",
    "\x7f1axkwrx",
    "\x801eym55h",
    "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "de1lg7wt\xff",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    " 1xj0phk",
    "\x7f1g6xzxy",
    "\x801vctc34",
    "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
    "qyrz8wqd2c9m",
    "1qyrz8wqd2c9m",
    "y1b0jsk6g",
    "lt1igcx5c0",
    "in1muywd",
]


def pool_addresses() -> list[str]:
    entries = json.loads(shipped("chain/mining_pools_v2.json").read_bytes())
    return [address for entry in entries for address in entry["addresses"]]


def test_every_payout_address_of_a_pool_comes_back_from_its_script() -> None:
    addresses = pool_addresses()
    assert len(addresses) == len({decode(a).script for a in addresses}) == 217
    assert {decode(a).kind for a in addresses} == {"p2pkh", "p2sh", "p2wpkh", "p2tr"}
    assert sum(decode(a).network == "testnet" for a in addresses) == 7
    for address in addresses:
        found = decode(address)
        assert encode(found.script, found.network) == address


@pytest.mark.parametrize("text", [*BECH32, *BECH32M, *NEITHER], ids=ascii)
def test_a_string_that_is_no_address_of_bitcoin_is_refused_with_advice(text: str) -> None:
    with pytest.raises(BadInput) as error:
        decode(text)
    assert error.value.todo
