"""Addresses: the vectors of BIP-173, BIP-350 and Bitcoin Core, both ways, and for each kind of mistake the words that name it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.terms.addresses import NETWORKS, Address, decode, encode
from adit.terms.errors import BadInput

HASH_20 = "751e76e8199196d454941c45d1b3a323f1433bd6"  # of the public key of the secret 1
X_ONLY = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"  # the x of the generator
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

# address, network, kind, script
VALID = [
    # BIP-350, "valid segwit addresses and the scriptPubKey that they translate to"; the first two stand in BIP-173 too
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "mainnet", "p2wpkh", f"0014{HASH_20}"),
    ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "testnet", "p2wsh", "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"),
    ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", "mainnet", "witness", f"5128{HASH_20}{HASH_20}"),
    ("BC1SW50QGDZ25J", "mainnet", "witness", "6002751e"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "mainnet", "witness", "5210751e76e8199196d454941c45d1b3a323"),
    ("tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy", "testnet", "p2wsh", "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"),
    ("tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", "testnet", "p2tr", "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "mainnet", "p2tr", f"5120{X_ONLY}"),
    # Bitcoin Core, src/test/data/key_io_valid.json; signet and testnet4 have the prefixes of the test network
    ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo", "mainnet", "p2pkh", "76a914a31c06bd463e3923bc1aadbde48b16976c08071788ac"),
    ("36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm", "mainnet", "p2sh", "a914373b819a068f32b7a6b38b6b38729647cfde01c287"),
    ("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "testnet", "p2pkh", "76a914ce28b26c57472737f5c3561a1761185bd8589a4388ac"),
    ("2NC2hEhe28ULKAJkW5MjZ3jtTMJdvXmByvK", "testnet", "p2sh", "a914ce0bba75891ff9ec60148d4bd4a09ee2dc5c933187"),
    ("mww4LvqtTMKvmeQvizPz2EQv26xTneWrbg", "testnet", "p2pkh", "76a914b4110ba93ac54afc14da3bdd19614774a2d55d2988ac"),
    ("mfhE6jAUwjUDNZhaX1PAsDTKfneQF2Nshc", "testnet", "p2pkh", "76a91401f15a4cc063dae4f4d56b89bfbc8bcc9ae5387c88ac"),
    ("bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv", "mainnet", "p2wpkh", "00146100fc6343edc8c874496cb2f5bbfec88ea9b77c"),
    ("bc1qyucykdlhp62tezs0hagqury402qwhk589q80tqs5myh3rxq34nwqhkdhv7", "mainnet", "p2wsh", "002027304b37f70e94bc8a0fbf500e0c957a80ebda87280ef58214d92f119811acdc"),
    ("bc1p83n3au0rjylefxq2nc2xh2y4jzz4pm6zxj4mw5pagdjjr2a9f36s6jjnnu", "mainnet", "p2tr", "51203c671ef1e3913f94980a9e146ba895908550ef4234abb7503d436521aba54c75"),
    ("bc1z2rksukkjr8", "mainnet", "witness", "520250ed"),
    ("tb1rgv5m6uvdk3kc7qsuz0c79v88ycr5w4wa", "testnet", "witness", "53104329bd718db46d8f021c13f1e2b0e726"),
    ("tb1rx9n9g37az8mu236e5jpxdt0m67y4fuq8rhs0ss3djnm0kscfrwvq0ntlyg", "testnet", "witness", "532031665447dd11f7c54759a48266adfbd78954f0071de0f8422d94f6fb43091b98"),
    ("bcrt1qdavt4j2sd7dlhqsavtnfxvzppw6k7qy97tmnu9", "regtest", "p2wpkh", "00146f58bac9506f9bfb821d62e69330410bb56f0085"),
    ("bcrt1pfwxjqvtt4tcxrtdluukfmy2dv7xd2qzdfy6kajv5nwn4yam3wxkq3553uh", "regtest", "p2tr", "51204b8d20316baaf061adbfe72c9d914d678cd5004d49356ec9949ba752777171ac"),
    ("bcrt1sx6p8njlx7h9mc2agz4yg82dzne23050ncq72cneeecez2pst8mahn8xecsf8g6hzx94420", "regtest", "witness", "6028368279cbe6f5cbbc2ba8154883a9a29e5517d1f3c03cac4f39ce3225060b3efb799cd9c412746ae2"),
    # The address of the first block, and the one that stands for twenty zeros: its ones are bytes
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "mainnet", "p2pkh", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
    ("1111111111111111111114oLvT2", "mainnet", "p2pkh", "76a914000000000000000000000000000000000000000088ac"),
]  # fmt: skip

# What the standards call invalid, and how it is told here
INVALID = [
    # BIP-350, in its order
    ("tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut", "stands in no address"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "checksum of another version"),
    ("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "checksum of another version"),
    ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "checksum of another version"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "checksum of another version"),
    ("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", "checksum of another version"),
    ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "'o' stands in no address"),
    ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "version that does not exist"),
    ("bc1pw5dgrnzv", "no known length"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "no known length"),
    ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "no known length"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixes small and capital"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "bits that belong to nothing"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "bits that belong to nothing"),
    ("bc1gmk9yu", "checksum"),
    # BIP-173: its own invalid ones, and those of its valid ones that BIP-350 took back
    ("tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty", "stands in no address"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum of the address is wrong"),
    ("BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2", "version that does not exist"),
    ("bc1rw5uspcuh", "no known length"),
    ("bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90", "no known length"),
    ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7", "mixes small and capital"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", "bits that belong to nothing"),
    ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv", "bits that belong to nothing"),
    ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx", "checksum of another version"),
    ("BC1SW50QA3JX3S", "checksum of another version"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvg6kdaj", "checksum of another version"),
    # Bitcoin Core, src/test/data/key_io_invalid.json
    ("x", "wrong length"),
    ("2UVPFpGYnLHJezFzjUo42our6PMEoozzRdM", "another coin"),
    ("KzNbAQ4mexfAxa6RKBzHQqfoTycaeWpv2p", "another coin"),
    ("2jDPrDfAKihCGPbPD9ztY8TswAia4V8Bc6vx", "wrong length"),
    ("39TKsUQ5QpEL1wowc6GMUqak94ijirPuP69ooV3xsFmiKQX2dau", "wrong length"),
    ("1GAdfviErV2Ew95FPtZyikz2qGP3gyCB6Hyu94sedAkPpA523m3fQwps9YKUZkKgQckGPKhRsFR", "too long"),
    ("bcrt1r2qxpwuge", "no known length"),
    ("tb13hty4qmumlwpp6chxjvcyzza4duqgtmxw3xhm3u9ahj4nyhtwz8eq7ynrj4", "version that does not exist"),
    ("bcrt1qzwmyj0z924g7fzs5yvnrkc43y76RVyr2lh5t4r", "mixes small and capital"),
    ("tb1dclvmr", "checksum"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "network", "kind", "script"), VALID, ids=[v[0] for v in VALID])
def test_an_address_of_the_standards_stands_for_its_script(text: str, network: str, kind: str, script: str) -> None:
    assert decode(text) == Address(network, kind, bytes.fromhex(script))


@pytest.mark.parametrize(("text", "network", "kind", "script"), VALID, ids=[v[0] for v in VALID])
def test_the_script_gives_the_address_back(text: str, network: str, kind: str, script: str) -> None:
    assert encode(bytes.fromhex(script), network) == (text.lower() if text.isupper() else text)


@pytest.mark.parametrize("text", [v[0] for v in VALID if v[0].lower()[:2] in ("bc", "tb")])
def test_capitals_throughout_are_the_same_address(text: str) -> None:
    assert decode(text.upper()) == decode(text.lower())


def test_base58_counts_capitals() -> None:
    with pytest.raises(BadInput):
        decode("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa".swapcase())


def test_regtest_writes_legacy_addresses_as_testnet_does() -> None:
    script = bytes.fromhex("76a914fdeca3b08e38af53d7c4c60e3ad208ce5066441088ac")
    assert encode(script, "regtest") == encode(script, "testnet") == "n4fajahJrAuKbN7uNsKjLjQkz9Qn5ewJXQ"
    assert decode("n4fajahJrAuKbN7uNsKjLjQkz9Qn5ewJXQ").network == "testnet"


def test_blanks_around_an_address_are_not_part_of_it() -> None:
    assert decode(" \t1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n") == decode("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")


@pytest.mark.parametrize(("text", "said"), INVALID, ids=[v[0][:40] for v in INVALID])
def test_what_the_standards_refuse_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as error:
        decode(text)
    assert error.value.todo


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"There is no address\."),
        (" \n", r"There is no address\."),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum of the address is wrong"),
        ("A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wrong length|checksum"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0", "'0' stands in no address"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNO", "'O' stands in no address"),
        ("IA1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "'I' stands in no address"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNl", "'l' stands in no address"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN\u0430", "'\u0430' stands in no address"),  # а of the Cyrillic alphabet
        ("1A1zP1eP5QGefi2 DMPTfTL5SLmv7DivfNa", "' ' stands in no address"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t\u0441", "'\u0441' stands in no address"),  # с of the Cyrillic alphabet
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tb", "'b' stands in no address"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3ti", "'i' stands in no address"),
        ("bc1q" + "q" * 87, "too long"),
        ("LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "another coin"),  # Litecoin
        ("DFpN6QqFfUm3gKNaxN6tNcab1FArL9cZLE", "another coin"),  # Dogecoin
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as error:
        decode(text)
    assert error.value.todo


def test_a_one_that_was_meant_to_be_an_l_is_named_and_not_the_prefix_blamed() -> None:
    whole = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
    with pytest.raises(BadInput, match="'1' stands in no address"):
        decode("bc1" + whole[3:].replace("l", "1", 1))


def test_a_letter_that_only_becomes_one_of_ours_in_small_is_refused() -> None:
    text = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4".replace("K", "\N{KELVIN SIGN}")
    assert text.lower() == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    with pytest.raises(BadInput, match="stands in no address"):
        decode(text)


@pytest.mark.parametrize(
    "secret",
    ["5JuW2AMDYu4xVwRG9DZW18VbzQrGcd5RCgb99sS6ehJsNQXu5b9", "L5nJeqKmpHp4P7F8ZYyjwc5a7P4d8EabuGAzfGJk7yC1BJyzNaEd"],
)
def test_a_secret_key_pasted_by_mistake_is_refused_and_never_repeated(secret: str) -> None:
    with pytest.raises(BadInput, match="wrong length") as error:
        decode(secret)
    assert not any(secret[i : i + 4] in str(error.value) for i in range(len(secret) - 3))


@pytest.mark.parametrize(
    "script",
    [
        "",
        "00",
        "6a0474657374",  # data, no payee
        "0002751e",  # version 0 has 20 or 32 bytes (BIP-141)
        "0010751e76e8199196d454941c45d1b3a323",
        "5101aa",
        "5129" + "aa" * 41,
        "6102751e",
        "5014" + HASH_20,  # OP_RESERVED, one below version 1
        "0013" + HASH_20,
        "76a914" + HASH_20 + "88ad",
        "a914" + HASH_20 + "88",
        "21" + "02" + X_ONLY + "ac",  # a bare public key
    ],
)
def test_a_script_without_an_address_gets_none(script: str) -> None:
    with pytest.raises(BadInput, match="This script has no address"):
        encode(bytes.fromhex(script))


def witness(version: int, program: bytes) -> bytes:
    return bytes([0x50 + version if version else 0, len(program)]) + program


scripts = st.one_of(
    st.binary(min_size=20, max_size=20).map(lambda h: b"\x76\xa9\x14" + h + b"\x88\xac"),
    st.binary(min_size=20, max_size=20).map(lambda h: b"\xa9\x14" + h + b"\x87"),
    st.sampled_from([20, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)).map(lambda p: witness(0, p)),
    st.builds(witness, st.integers(1, 16), st.binary(min_size=2, max_size=40)),
)


@given(scripts, st.sampled_from(["mainnet", "testnet"]))
def test_every_script_comes_back_from_its_address(script: bytes, network: str) -> None:
    found = decode(encode(script, network))
    assert (found.script, found.network) == (script, network)


@given(scripts, scripts, st.sampled_from(sorted(NETWORKS)))
def test_two_scripts_never_share_an_address(one: bytes, other: bytes, network: str) -> None:
    assert (encode(one, network) == encode(other, network)) == (one == other)


@given(scripts.filter(lambda s: s[0] in {0, *range(0x51, 0x61)}), st.data())
def test_up_to_four_mistyped_signs_are_always_caught(script: bytes, data: st.DataObject) -> None:
    """BIP-173: the code detects any error of at most four characters; the sign of the version is left alone."""
    text = encode(script)
    at = data.draw(st.lists(st.integers(4, len(text) - 1), min_size=1, max_size=4, unique=True))
    signs = list(text)
    for i in at:
        signs[i] = data.draw(st.sampled_from([c for c in BECH32 if c != text[i]]))
    with pytest.raises(BadInput):
        decode("".join(signs))


@pytest.mark.parametrize("text", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "2NC2hEhe28ULKAJkW5MjZ3jtTMJdvXmByvK"])
def test_no_single_mistyped_sign_passes_in_base58(text: str) -> None:
    for i, right in enumerate(text):
        for wrong in BASE58.replace(right, ""):
            with pytest.raises(BadInput):
                decode(text[:i] + wrong + text[i + 1 :])


@given(st.one_of(st.text(max_size=100), st.text(BASE58, max_size=70), st.text(BECH32, max_size=90).map("bc1".__add__)))
def test_whatever_is_typed_is_an_address_or_a_bad_input(text: str) -> None:
    try:
        found = decode(text)
    except BadInput:
        return
    assert encode(found.script, found.network).lower() == text.strip().lower()
