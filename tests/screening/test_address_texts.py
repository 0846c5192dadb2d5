"""What people write in place of an address: what stands for one is found, and what cannot be one is refused, never cleared."""

import pytest

from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.screening.address_texts import check_shape, stated
from adit.screening.addresses import address_hits, index_of
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

# The key whose secret is 1, which anybody can spend: it stands in BIP-173 and in many a test.
KEY = "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
ACCOUNT = "0xd882cFc20F52f2599D84b8e8D58C7FB62cfE344b"
SCRIPT = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"
OTHERS = (
    "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD",  # Monero
    "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",  # XRP
    "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM",  # Solana
    "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N",  # TON
    "GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7",  # Stellar
)
INDEX = index_of(
    Entry("test", str(n), "address", (), addresses=(ListedAddress("", text),))
    for n, text in enumerate((KEY, ACCOUNT, SCRIPT))
)


def found(text: str) -> list[str]:
    return [h.entry_id for h in address_hits(Subject("address", address=text), INDEX)]


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"bitcoin:{KEY}",
        f"BITCOIN:{KEY}?amount=0.1&label=x",
        f"XBT:{KEY}",
        f"\ufeff {KEY[:9]}\u200b{KEY[9:]}",
        f"{KEY[:9]} {KEY[9:]}",
        "\uff11" + KEY[1:],  # a digit of full width
        f"«{KEY}»",
        "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
        "0014751e76e8199196d454941c45d1b3a323f1433bd6",
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "210279BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798ac",
    ],
)
def test_what_stands_for_a_listed_key(text: str) -> None:
    assert found(text) == ["0"]


@pytest.mark.parametrize(
    "text", [ACCOUNT, f"ethereum:pay-{ACCOUNT}@1?value=1", f"0x{'0' * 24}{ACCOUNT[2:]}", f"0x {ACCOUNT[2:]}"]
)
def test_what_stands_for_a_listed_account(text: str) -> None:
    assert found(text) == ["1"]


def test_the_script_of_a_listed_address() -> None:
    assert found("a914b472a266d0bd89c13706a4132ccfb16f7c3b9fcb87") == ["2"]
    assert stated("5120" + "ab" * 32).startswith("bc1p")
    assert stated("0014" + "ab" * 32) == "0014" + "ab" * 32  # says twenty bytes and has more


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KEY[:-1] + "h", "The checksum of the address is wrong"),
        (KEY.lower(), "The address has the wrong length"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "The checksum of the address is wrong"),
        ("Bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "mixes small and capital letters"),
        ("1В" + KEY[2:], r"'В' stands in no address \(U\+0412\)"),
        (ACCOUNT[:-1], "After 0x an address has 40 hexadecimal digits"),
        (ACCOUNT + "0", "After 0x an address has 40 hexadecimal digits"),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b", "no address|checksum"),
        ("TQ4Z8tQmC6sNHc9HSR2rFP2WHDYPFuVV3B", "The checksum of the address is wrong"),
        ("hello", "No address has 5 signs"),
        ("\x00\u200b", "No address has 0 signs"),
        ("💰" * 30, "stands in no address"),
        ("a" * 100_000, "No address has 100,000 signs"),
        ("select*from/addresses;where", "This is no address of any coin"),
    ],
)
def test_what_cannot_be_an_address_is_not_clear(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        found(text)


@pytest.mark.parametrize("text", OTHERS)
def test_an_address_of_a_coin_with_other_rules_is_compared_as_text(text: str) -> None:
    check_shape(text)
    assert found(text) == []


def test_a_strange_text_that_is_listed_itself_is_found() -> None:
    index = index_of([Entry("test", "x", "address", (), addresses=(ListedAddress("EOS", "listedname"),))])
    assert [h.entry_id for h in address_hits(Subject("address", address="listedname"), index)] == ["x"]
