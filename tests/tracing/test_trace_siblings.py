"""A listed key is followed under every script that it can be paid by, and a listed row is not hidden behind another label of the same script."""

import pytest

from adit.terms.addresses import decode, encode
from adit.terms.errors import BadInput
from adit.tracing.backward import BUDGET_MOST, check_budget
from adit.tracing.siblings import siblings
from adit.tracing.sources.lists import read_labels

# The key whose secret is 1, of BIP-173 and BIP-49.
P2PKH = "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
P2WPKH = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
NESTED = "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN"
WHOLE = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
SHORT = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
OF_WHOLE = "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"


@pytest.mark.parametrize("text", [P2PKH, P2WPKH])
def test_an_address_has_the_three_of_its_key(text: str) -> None:
    script = decode(text).script
    found = {encode(s) for s in siblings(script)}
    assert found | {text} == {P2PKH, P2WPKH, NESTED}
    assert text not in found


def test_a_bare_key_has_the_addresses_of_both_of_its_forms() -> None:
    short = bytes.fromhex(f"21{SHORT}ac")
    assert {encode(s) for s in siblings(short)} == {P2PKH, P2WPKH, NESTED}
    whole = {encode(s) for s in siblings(bytes.fromhex(f"41{WHOLE}ac"))}
    assert {P2PKH, P2WPKH, NESTED, OF_WHOLE} <= whole


@pytest.mark.parametrize(
    "script", ["", "6a", "5120" + "ab" * 32, "a914" + "ab" * 20 + "87", "0020" + "ab" * 32, "51", "ac" * 35]
)
def test_what_shows_no_key_has_none(script: str) -> None:
    assert siblings(bytes.fromhex(script)) == ()


def labels(tmp_path, text: str):
    file = tmp_path / "labels.csv"
    file.write_text(text, encoding="utf-8")
    return read_labels(file, network="mainnet")


def test_a_label_holds_for_every_script_of_the_key(tmp_path) -> None:
    read = labels(tmp_path, f"address,name,kind\n{P2PKH},Listed,listed\n")
    assert {encode(s): label.name for s, label in read.of_script.items()} == dict.fromkeys(
        (P2PKH, P2WPKH, NESTED), "Listed"
    )
    assert read.problems == ()


def test_a_row_of_its_own_says_more_than_that_of_a_sibling(tmp_path) -> None:
    read = labels(tmp_path, f"address,name,kind\n{P2PKH},Listed,listed\n{P2WPKH},Exchange,exchange\n")
    assert read.of_script[decode(P2WPKH).script].name == "Exchange"
    assert read.of_script[decode(NESTED).script].name == "Listed"
    assert read.problems == ()


@pytest.mark.parametrize(
    "first", ["Exchange,exchange,list entry", "Guess,listed,heuristic", "Own,declared,signed declaration"]
)
def test_a_listed_row_is_not_hidden_behind_an_earlier_one(tmp_path, first: str) -> None:
    read = labels(tmp_path, f"address,name,kind,basis\n{P2PKH},{first}\n{P2PKH},Listed,listed,list entry\n")
    assert read.of_script[decode(P2PKH).script].name == "Listed"
    [problem] = read.problems
    assert "above; the listed one stands" in str(problem)


def test_of_two_that_are_listed_the_first_stands(tmp_path) -> None:
    read = labels(tmp_path, f"address,name,kind\n{P2PKH},One,listed\n{P2PKH},Two,exchange\n")
    assert read.of_script[decode(P2PKH).script].name == "One"
    assert "the first label stands" in str(read.problems[0])


@pytest.mark.parametrize("budget", [0, -1, BUDGET_MOST + 1, 10**18])
def test_a_budget_for_which_there_is_no_room_is_told_before_anything_is_read(budget: int) -> None:
    with pytest.raises(BadInput, match=r"follows nothing|is more than 10,000,000"):
        check_budget(budget)
