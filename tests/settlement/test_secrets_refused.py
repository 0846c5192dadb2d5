"""Keys, seeds and transactions to be signed are recognised wherever they stand; hashes, ids and addresses are not taken for them; no value is ever told."""

import hashlib
import json
import tomllib
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import coinbase, script, transaction
from tests.settlement.made_chain import EXAMPLES

from adit.settlement.secrets_refused import Secret, refuse_secrets, secrets_in
from adit.settlement.seed_phrases import words_of
from adit.settlement.seed_words import SEED_WORDS
from adit.terms.addresses import base58check, encode
from adit.terms.errors import BadInput

WORDS = sorted(SEED_WORDS)
# Of examples that are printed in the standards (BIP-32, BIP-38, BIP-39, BIP-174, and the wiki of Bitcoin), so that everybody has their coins
PUBLISHED = [
    ("a private key", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"),
    ("a private key", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"),
    ("an encrypted private key", "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg"),
    (
        "an extended private key",
        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
    ),
    (
        "a transaction to be signed",
        "cHNidP8BAHUCAAAAASaBcTce3/KF6Tet7qSze3gADAVmy7OtZGQXE8pCFxv2AAAAAAD+////AtPf9QUAAAAAGXapFNDFmQPFusKGh2DpD9UhpGZap2UgiKwA4fUFAAAAABepFDVF5uM7gyxHBQ8k0+65PJwDlIvHh7MuEwAA",
    ),
    (
        "a transaction to be signed",
        "70736274ff0100750200000001268171371edff285e937adeea4b37b78000c0566cbb3ad64641713ca42171bf60000000000feffffff",
    ),
    ("a seed phrase", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"),
    ("a seed phrase", "legal winner thank year wave sausage worth useful legal winner thank yellow"),
]


def kinds(value: Any) -> list[str]:
    return [s.kind for s in secrets_in(value)]


def test_the_list_of_words_is_the_one_of_the_standard():
    text = "".join(f"{w}\n" for w in WORDS)
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    )


@pytest.mark.parametrize(("kind", "text"), PUBLISHED)
def test_what_is_published_as_an_example_is_recognised(kind: str, text: str):
    for held in (
        text,
        f"please use {text}.",
        {"note": text},
        {"a": [{"b": text}]},
        {text: "x"},
        f'{{"x": "{text}"}}',
        text.encode(),
    ):
        assert kind in kinds(held), held


@pytest.mark.parametrize(("kind", "text"), PUBLISHED)
def test_the_value_is_never_told(kind: str, text: str):
    seen: list[Secret] = []
    for held in (text, {"goods": text}, {text: "goods"}):
        with pytest.raises(BadInput) as refused:
            refuse_secrets(held, "payment", seen.append)
        told = f"{refused.value} {refused.value.where} {seen}"
        assert kind in told
        assert text not in told
        assert text[:12] not in told


def test_a_list_of_words_is_a_phrase_too():
    assert "a seed phrase" in kinds({"words": PUBLISHED[6][1].split()})
    assert "a seed phrase" in kinds(", ".join(f"{i}. {w}" for i, w in enumerate(PUBLISHED[7][1].upper().split())))


@pytest.mark.parametrize(
    "held",
    [
        {"privateKey": "ab" * 32}, {"private_key": ["x"]}, {"properties": {"privateKey": ["whatever"]}}, {"seed": "x"}, {"Mnemonic Phrase": "x"},
        {"psbt": "x"}, {"rawtx": "x"}, {"закрытый ключ": "x"}, {"wallet secret": "ab" * 32}, "private key: " + "AB" * 32, "приватный ключ 0x" + "0a" * 32,
        "seed=" + "11" * 32, "-----BEGIN EC PRIVATE KEY-----", "WIF follows: " + "cd" * 32,
    ],
)  # fmt: skip
def test_what_is_called_a_key_is_one(held: Any):
    assert kinds(held)


@given(st.binary(min_size=32, max_size=32), st.booleans(), st.booleans())
def test_every_private_key_is_recognised(key: bytes, short: bool, test: bool):
    text = base58check((b"\xef" if test else b"\x80") + key + (b"\x01" if short else b""))
    assert kinds(text) == ["a private key"]
    assert kinds(f"key {text} of the wallet") == ["a private key"]


@given(st.lists(st.sampled_from(WORDS), min_size=12, max_size=24))
def test_every_phrase_is_recognised(words: list[str]):
    assert kinds(" ".join(words)) == ["a seed phrase"]


@given(
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(1, 99), st.integers(1, 10**9)), min_size=1, max_size=3),
    st.binary(min_size=32, max_size=32),
)
def test_every_transaction_is_recognised(height: int, pays: list[tuple[int, int]], prev: bytes):
    outputs = [(script(n), sat) for n, sat in pays]
    for raw in (
        transaction([(prev, 0)], outputs),
        transaction([(prev, 1)], outputs, b"w" * 70),
        coinbase(height, outputs),
    ):
        assert kinds(raw.hex()) == ["a raw transaction"]


@settings(max_examples=300)
@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=20, max_size=20),
    st.sampled_from(["mainnet", "testnet", "regtest"]),
)
def test_hashes_and_addresses_are_none(hash_: bytes, key: bytes, network: str):
    scripts = [
        b"\x76\xa9\x14" + key + b"\x88\xac",
        b"\xa9\x14" + key + b"\x87",
        b"\x00\x14" + key,
        b"\x00\x20" + hash_,
        b"\x51\x20" + hash_,
    ]
    for text in (
        hash_.hex(),
        hash_.hex().upper(),
        f"txid {hash_.hex()}",
        f"0x{hash_.hex()}",
        *(encode(s, network) for s in scripts),
    ):
        assert kinds(text) == []
        assert kinds({"txid": text, "block": text, "address": text, "sha256": text}) == []


def test_a_hash_that_holds_as_many_digits_as_a_key_is_none():
    assert kinds("9" + "1" * 50 + "0" * 13) == []


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=20, max_size=20))
def test_numbers_of_parties_are_none(lei: str):
    assert (
        kinds(
            {
                "lei": lei,
                "inn": "7707083893",
                "unk": "25020001/1481/0000/1/1",
                "uetr": "0b9d1c2e-5a6f-4b7c-8d9e-0f1a2b3c4d5e",
            }
        )
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "Supply of private label goods under the key terms of the contract, seed potatoes included.",
        "The secret of good steel is patience; see annex 7 for the chemical composition of each batch.",
        "АО «Ключевой завод», семена подсолнечника, закрытый склад № 4",
        "public key " + "02" + "ab" * 32,
        " ".join(WORDS[:11]),
    ],
)
def test_plain_words_are_none(text: str):
    assert kinds(text) == []


def test_the_examples_hold_none():
    files = [*EXAMPLES.rglob("*.toml")]
    assert len(files) > 10
    for file in files:
        assert kinds(tomllib.loads(file.read_text(encoding="utf-8"))) == []
        assert kinds(file.read_text(encoding="utf-8")) == []


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=40),
        lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(PUBLISHED),
)
def test_no_depth_hides_it(data: Any, published: tuple[str, str]):
    kind, text = published
    for held in ([data, text], {"x": {"y": [data, {"z": text}]}}, json.dumps([data, {"z": text}])):
        assert kind in kinds(held)


# Other languages, pieces, disguises -------------------------------------------------------------------------------
# of the lists as they lie in the repository bitcoin/bips
LISTS = {
    "chinese_simplified": "5c5942792bd8340cb8b27cd592f1015edf56a8c5b26276ee18a482428e7c5726",
    "chinese_traditional": "417b26b3d8500a4ae3d59717d7011952db6fc2fb84b807f3f94ac734e89c1b5f",
    "czech": "7e80e161c3e93d9554c2efb78d4e3cebf8fc727e9c52e03b83b94406bdcc95fc",
    "french": "ebc3959ab7801a1df6bac4fa7d970652f1df76b683cd2f4003c941c63d517e59",
    "italian": "d392c49fdb700a24cd1fceb237c1f65dcc128f6b34a8aacb58b59384b5c648c2",
    "japanese": "2eed0aef492291e061633d7ad8117f1a2b03eb80a29d0e4e3117ac2528d05ffd",
    "korean": "9e95f86c167de88f450f0aaf89e87f6624a57f973c67b516e338e8e8b8897f60",
    "portuguese": "2685e9c194c82ae67e10ba59d9ea5345a23dc093e92276fc5361f6667d79cd3f",
    "spanish": "46846a5a0139d1e3cb77293e521c2865f7bcdb82c44e8d0a06a2cd0ecba48c0b",
}


@pytest.mark.parametrize("language", sorted(LISTS))
def test_seed_phrases_in_other_languages(language: str):
    words = words_of(language)
    file = "".join(f"{unicodedata.normalize('NFKD', w)}\n" for w in words)
    assert hashlib.sha256(file.encode()).hexdigest() == LISTS[language]
    phrase = words[17:2000:170][:12]
    for text in (
        " ".join(phrase),
        ", ".join(phrase),
        "\u3000".join(phrase),
        " ".join(phrase).upper(),
        unicodedata.normalize("NFKD", " ".join(phrase)),
        "".join(f"{n}. {w}\n" for n, w in enumerate(phrase, start=1)),
    ):
        assert kinds(text) == ["a seed phrase"], text
    assert kinds({f"field {n}": w for n, w in enumerate(phrase)}) == ["a seed phrase"]
    assert kinds(" ".join(phrase[:11])) == []
    if language in ("spanish", "french", "czech", "portuguese"):
        plain = "".join(c for c in unicodedata.normalize("NFKD", " ".join(phrase)) if not unicodedata.combining(c))
        assert kinds(plain) == ["a seed phrase"]


WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
XPRV = PUBLISHED[3][1]
PSBT = PUBLISHED[4][1]
RAW = transaction([(b"\x11" * 32, 0)], [(script(7), 5000)]).hex()


def pieces(text: str, size: int, between: str) -> str:
    return between.join(text[i : i + size] for i in range(0, len(text), size))


@pytest.mark.parametrize("between", [" ", "\n", "\r\n  ", "-", "\u200b"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [("a private key", WIF), ("an extended private key", XPRV), ("a transaction to be signed", PSBT), ("a raw transaction", RAW), ("a raw transaction", RAW.upper())],
)  # fmt: skip
def test_what_is_taken_apart_is_recognised(kind: str, text: str, between: str):
    if kind == "a transaction to be signed" and between == "-":
        between = "\n"
    for size in (4, 8, 20):
        assert kind in kinds(f"see {pieces(text, size, between)} there"), (size, between)


def test_disguises_are_seen_through():
    wide = "".join(chr(ord(c) + 0xFEE0) for c in WIF)
    assert kinds(wide) == ["a private key"]
    assert kinds("S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy") == ["a private key"]  # the example of the wiki for such short ones
    assert kinds("aban abil able abou abov abse abso abst absu abus acce acci") == ["a seed phrase"]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(9)),
        "\n".join(hashlib.sha256(bytes([n])).hexdigest().upper() for n in range(9)),
        "01 02 03 2025 04 05 01000000 kg 02000000 kg",
        "LEI 5493001KJTIIGC8Y1R12, UETR eb6305c9-1f7f-49de-aed0-16487c27b42d, ОГРН 1027700132195",
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==",
        "La sociedad entrega acero laminado en frío al comprador según el contrato y la factura del mes de marzo de este año",
        "A empresa entrega ao comprador o aço laminado conforme o contrato assinado em fevereiro do ano passado na cidade",
        "Поставка стального проката в соответствии с контрактом и спецификацией номер один от третьего февраля две тысячи двадцать пятого года",
        "中国石油天然气集团有限公司北京分公司对外贸易合同",
        "Sodium carbonate, soda ash dense grade, bags of 25 kg on pallets, delivered at place, Incoterms 2020, price as in annex 2",
        "S21 XP miner 270 TH, 54 units, serial numbers in the annex",
    ],
)  # fmt: skip
def test_what_looks_like_one_and_is_none(text: str):
    assert kinds(text) == []
