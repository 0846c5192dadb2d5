"""Signed messages: the vectors of Bitcoin Core and of wallets hold, ours hold, and nothing that was changed does."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from adit.register.control import message_for, verify_message
from adit.terms.addresses import decode, encode
from adit.terms.errors import BadInput

# Made elsewhere, and recovered once more by forty lines of plain arithmetic on the curve. address, message, signature
PUBLISHED = {
    # Bitcoin Core, src/test/util_tests.cpp, message_verify
    "Core": ("15CRxFdyRpGZLW9w8HnHvVduizdL5jKNbs", "Trust no one", "IPojfrX2dfPnH26UegfbGQQLrdK844DlHq5157/P6h57WyuS/Qsl+h/WSVGDF4MUi4rWSswW38oimDYfNNUBUOk="),
    "Core, as text": ("11canuhp9X2NocwCq7xNrQYTmUgZAnLK3", "Trust me", "IIcaIENoYW5jZWxsb3Igb24gYnJpbmsgb2Ygc2Vjb25kIGJhaWxvdXQgZm9yIGJhbmtzIAaHRtbCeDZINyavx14="),
    # bitcoinjs-message, test/fixtures.json: one key, the four kinds of address, the headers of BIP-137
    "uncompressed p2pkh": ("16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM", "vires is numeris", "G8JawPtQOrybrSP1WHQnQPr67B9S3qrxBrl1mlzoTJOSHEpmnF7D3+t+LX0Xei9J20B5AIdPbeL3AaTBZ4N3bY0="),
    "compressed p2pkh": ("1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs", "vires is numeris", "H8JawPtQOrybrSP1WHQnQPr67B9S3qrxBrl1mlzoTJOSHEpmnF7D3+t+LX0Xei9J20B5AIdPbeL3AaTBZ4N3bY0="),
    "p2sh-p2wpkh": ("3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN", "vires is numeris", "JF8nHqFr3K2UKYahhX3soVeoW8W1ECNbr0wfck7lzyXjCS5Q16Ek45zyBuy1Fiy9sTPKVgsqqOuPvbycuVSSVl8="),
    "p2wpkh": ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "vires is numeris", "KF8nHqFr3K2UKYahhX3soVeoW8W1ECNbr0wfck7lzyXjCS5Q16Ek45zyBuy1Fiy9sTPKVgsqqOuPvbycuVSSVl8="),
    # Wallets: Electrum gives p2pkh headers whatever the address, Trezor those of BIP-137
    "Electrum, uncompressed": ("18J72YSM9pKLvyXX1XAjFXA98zeEvxBYmw", "Test123", "Gzhfsw0ItSrrTCChykFhPujeTyAcvVxiXwywxpHmkwFiKuUR2ETbaoFcocmcSshrtdIjfm8oXlJoTOLosZp3Yc8="),
    "Electrum, p2sh-p2wpkh": ("3LbZqMMHu371r5Fjve9qNhSQzuNi7EzqUR", "test123", "H2ehXowFWMZohHrJN+1IRdDwqN/UILqVmhIOHpeBdS4BYDCQpfDL1tTH7mNg6eeypno+Is8ApgWinkPnnz1NEq8="),
    "Trezor, p2sh-p2wpkh": ("3LbZqMMHu371r5Fjve9qNhSQzuNi7EzqUR", "test123", "I2ehXowFWMZohHrJN+1IRdDwqN/UILqVmhIOHpeBdS4BYDCQpfDL1tTH7mNg6eeypno+Is8ApgWinkPnnz1NEq8="),
    "Trezor, test network": ("tb1qkvwu9g3k2pdxewfqr7syz89r3gj557l3uuf9r9", "This is an example of a signed message.", "J3WLM5M5atn+SPbOgfY0EBReeytppd/B1ItebmI+keCOOvtgvaFUb5xvn7W9CkGIe3hMJmA23UtAFaCrwRN9qh0="),
    "Trezor, a long message": ("bc1qannfxke2tfd4l7vhepehpvt05y83v3qsf6nfkk", "VeryLongMessage!" * 64, "KMb4biVeqnaMRH1jXZHaAWMaxUryI8LBgtT6NnbP7K5KGZrTOnT+BPtGw5QyrLjYPedNqQ9fARI7O32LwlK8f3E="),
}  # fmt: skip

# What the secret 1 controls, as every wallet shows it
OF_ONE = {
    "uncompressed": "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm",
    "p2pkh": "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
    "p2sh-p2wpkh": "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN",
    "p2wpkh": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "p2wpkh of the test network": "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
}
MESSAGE = message_for("register.example", "party-00000007", OF_ONE["p2wpkh"])
NOT_OF_IT = "was not made with the key of this address over this message"


def length(n: int) -> bytes:
    """How a transaction writes a length, word for word from the protocol."""
    for limit, first, width in ((0xFD, b"", 1), (0x10000, b"\xfd", 2), (0x100000000, b"\xfe", 4)):
        if n < limit:
            return first + n.to_bytes(width, "little")
    raise AssertionError(n)


def signed(message: str, *, secret: int = 1, first: int = 31) -> bytes:
    """A message signed by a wallet; `first` is the lowest of the four headers of a kind of address."""
    text = message.encode()
    digest = sha256(sha256(b"\x18Bitcoin Signed Message:\n" + length(len(text)) + text).digest()).digest()
    raw = PrivateKey.from_int(secret).sign_recoverable(digest, hasher=None)
    return bytes([first + raw[64]]) + raw[:64]


def base64(raw: bytes) -> str:
    return b64encode(raw).decode()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_signature_proves_control(name: str):
    verify_message(*PUBLISHED[name])


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_signature_proves_nothing_for_another_message_or_address(name: str):
    address, message, signature = PUBLISHED[name]
    for changed in (message + " ", message.swapcase(), message[1:], ""):
        with pytest.raises(BadInput, match=f"{NOT_OF_IT}|damaged"):
            verify_message(address, changed, signature)
    for other in ("1111111111111111111114oLvT2", "bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv"):
        with pytest.raises(BadInput, match=NOT_OF_IT):
            verify_message(other, message, signature)


def test_what_core_says_of_a_message_that_was_never_signed():
    address, _, signature = PUBLISHED["Core"]
    with pytest.raises(BadInput, match=NOT_OF_IT) as error:
        verify_message(address, "I never signed this", signature)
    assert "Sign the message exactly as it stands here" in error.value.todo


def test_an_uncompressed_key_and_its_compressed_form_are_two_addresses():
    _, message, signature = PUBLISHED["uncompressed p2pkh"]
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message(PUBLISHED["compressed p2pkh"][0], message, signature)
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message(PUBLISHED["uncompressed p2pkh"][0], message, PUBLISHED["compressed p2pkh"][2])


@pytest.mark.parametrize("kind", OF_ONE)
@pytest.mark.parametrize("first", [27, 31, 35, 39])
def test_a_header_of_any_compressed_kind_will_do_and_that_of_the_other_will_not(kind: str, first: int):
    signature = base64(signed(MESSAGE, first=first))
    if (kind == "uncompressed") == (first == 27):
        verify_message(OF_ONE[kind], MESSAGE, signature)
    else:
        with pytest.raises(BadInput, match=NOT_OF_IT):
            verify_message(OF_ONE[kind], MESSAGE, signature)


@given(st.integers(2, 2**200), st.text(max_size=400), st.sampled_from([31, 35, 39]))
def test_only_the_key_of_the_address_proves_control_of_it(secret: int, message: str, first: int):
    verify_message(OF_ONE["p2wpkh"], message, base64(signed(message, first=first)))
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message(OF_ONE["p2wpkh"], message, base64(signed(message, secret=secret, first=first)))


@given(st.integers(8, 65 * 8 - 1))
def test_one_changed_bit_of_a_signature_is_caught(bit: int):
    raw = bytearray(signed(MESSAGE, first=39))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadInput):
        verify_message(OF_ONE["p2wpkh"], MESSAGE, base64(bytes(raw)))


def test_of_the_headers_only_those_that_name_the_same_point_hold():
    raw = signed(MESSAGE)
    holding = []
    for header in range(256):
        try:
            verify_message(OF_ONE["p2pkh"], MESSAGE, base64(bytes([header]) + raw[1:]))
        except BadInput:
            continue
        holding.append(header)
    assert holding == [raw[0], raw[0] + 4, raw[0] + 8]


@pytest.mark.parametrize("size", [0, 1, 252, 253, 254, 65_535, 65_536, 70_001])
def test_a_message_of_any_length_can_be_proven(size: int):
    verify_message(OF_ONE["p2pkh"], "x" * size, base64(signed("x" * size)))


def test_the_length_is_that_of_the_bytes_and_not_of_the_letters():
    message = "Адрес мой. " * 20  # 220 letters, 380 bytes
    verify_message(OF_ONE["p2pkh"], message, base64(signed(message)))


def test_blanks_and_line_breaks_in_a_copied_signature_do_not_matter():
    address, message, signature = PUBLISHED["Core"]
    verify_message(f" {address}\n", message, f"\n  {signature[:40]}\r\n{signature[40:]} ")


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("invalid signature, not in base64 encoding", "is not Base64"),  # Bitcoin Core
        ("подпись", "is not Base64"),
        (base64(signed("x"))[:-1], "is not Base64"),
        ("!" + base64(signed("x")), "is not Base64"),  # right but for a sign that many readers pass over
        (base64(signed("x")).replace("=", "-"), "is not Base64"),
        ("", "is no signature of a message"),
        (base64(signed("x")[:-1]), "is no signature of a message"),
        (base64(signed("x") + b"\x00"), "is no signature of a message"),
        (signed("x").hex() + "00", "is no signature of a message"),
        (base64(b"\x1a" + signed("x")[1:]), "is no signature of a message"),  # 26
        (base64(b"\x2b" + signed("x")[1:]), "is no signature of a message"),  # 43
        ("A" * 87 + "=", "is no signature of a message"),  # Bitcoin Core; the header is nought
        (base64(b"\x1f" + bytes(64)), "is damaged"),
        (base64(b"\x1f" + b"\xff" * 64), "is damaged"),
        (base64(b"\x1f" + bytes(32) + signed("x")[33:]), "is damaged"),
    ],
)
def test_what_is_no_signature_is_told_apart(signature: str, said: str):
    with pytest.raises(BadInput, match=said) as error:
        verify_message(OF_ONE["p2pkh"], "x", signature)
    assert error.value.todo


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "p2tr"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "p2wsh"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "witness"),
    ],
)
def test_an_address_whose_messages_cannot_be_verified_yet_is_told_so(address: str, kind: str):
    with pytest.raises(BadInput, match=f"Signed messages of {kind} addresses cannot be verified yet"):
        verify_message(address, MESSAGE, base64(signed(MESSAGE)))


def test_an_uncompressed_key_has_no_segwit_address():
    """BIP-143 takes compressed keys alone there; no wallet makes such an address."""
    address = encode(
        bytes.fromhex("001491b24bf9f5288532960ac687abb035127b1d28a5")
    )  # the hash of OF_ONE["uncompressed"]
    assert decode(OF_ONE["uncompressed"]).script[3:23] == decode(address).script[2:]
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message(address, MESSAGE, base64(signed(MESSAGE, first=27)))


def test_an_address_of_many_keys_is_not_proven_by_one():
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message("3B5fQsEXEaV8v6U3ejYc8XaKXAkyQj2MjV", MESSAGE, base64(signed(MESSAGE)))


def test_a_mistyped_address_is_told_before_the_signature_is_looked_at():
    with pytest.raises(BadInput, match="checksum of the address is wrong"):
        verify_message(OF_ONE["p2wpkh"][:-1] + "5", MESSAGE, "подпись")


def test_the_message_names_what_it_is_for():
    assert message_for("register.example", "party-00000007", "bc1q…") == (
        "I control bc1q… and enter it in the register of miners. Office: register.example. Party: party-00000007."
    )


@pytest.mark.parametrize(
    "other",
    [
        ("another.example", "party-00000007", OF_ONE["p2wpkh"]),
        ("register.example", "party-00000008", OF_ONE["p2wpkh"]),
        ("register.example", "party-00000007", OF_ONE["p2pkh"]),
    ],
)
def test_a_message_signed_for_one_office_party_and_address_proves_nothing_for_another(other: tuple[str, str, str]):
    signature = base64(signed(MESSAGE))
    verify_message(OF_ONE["p2wpkh"], MESSAGE, signature)
    with pytest.raises(BadInput, match=NOT_OF_IT):
        verify_message(other[2], message_for(*other), signature)


def test_the_signature_of_core_is_the_one_that_we_make():
    """The secret stands in Bitcoin Core's test of signing; both derive the nonce from the message (RFC 6979)."""
    secret = 0xD97F5108F11CDA6EEEBAAA420FEF0726B1F898060B98489FA3098463C0032866
    assert b64decode(PUBLISHED["Core"][2]) == signed("Trust no one", secret=secret)
