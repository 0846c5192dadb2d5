"""The four bytes before each block in a file of Bitcoin Core, the key such a file is XOR-ed with, and what a wrong one looks like."""

from typing import Any

import numpy as np

__all__ = ["MARKS", "diagnosis", "likely_key", "mark_of", "network_of", "xored"]

MARKS = {
    "mainnet": bytes.fromhex("f9beb4d9"),
    "testnet": bytes.fromhex("0b110907"),
    "regtest": bytes.fromhex("fabfb5da"),
}
_OTHERS = {  # that a folder may hold by mistake
    "the test network of 2024 (testnet4)": bytes.fromhex("1c163f28"),
    "the default signet": bytes.fromhex("0a03cf40"),
    "Litecoin": bytes.fromhex("fbc0b6db"),
    "Dogecoin": bytes.fromhex("c0c0c0c0"),
    "Namecoin": bytes.fromhex("f9beb4fe"),
    "Dash": bytes.fromhex("bf0c6bbd"),
}
_BEFORE_HASH_END = 36  # mark, size, version, and the first 24 bytes of the hash before: the last 8 of it are noughts
KEY_BYTES = 8


def mark_of(network: str) -> bytes:
    return MARKS[network]


def network_of(mark: bytes) -> str:
    """Whose mark this is, in words; empty where nobody's."""
    return {m: n for n, m in (*MARKS.items(), *_OTHERS.items())}.get(mark, "")


def xored(data: Any, key: bytes, position: int) -> None:
    """Takes the key off the bytes (uint8, in place), which stand in the file from `position` on."""
    if not any(key):
        return
    shift = position % KEY_BYTES
    turned = np.frombuffer(key[shift:] + key[:shift], np.uint8)
    whole = len(data) // KEY_BYTES * KEY_BYTES
    words = data[:whole].view(np.uint64)
    words ^= turned.view(np.uint64)[0]
    data[whole:] ^= turned[: len(data) - whole]


def likely_key(raw: bytes) -> bytes | None:
    """The key that the first bytes of a file seem to be XOR-ed with: a block's hash ends in noughts, which show the key bare."""
    bare = raw[_BEFORE_HASH_END : _BEFORE_HASH_END + KEY_BYTES]
    if len(bare) < KEY_BYTES:
        return None
    shift = _BEFORE_HASH_END % KEY_BYTES
    key = bare[KEY_BYTES - shift :] + bare[: KEY_BYTES - shift]
    mark = bytes(a ^ b for a, b in zip(raw[:4], key, strict=False))
    return key if any(key) and network_of(mark) else None


def diagnosis(raw: bytes, key: bytes, network: str) -> tuple[str, str]:
    """What is wrong with a file that does not begin with the mark of the network, and what to do."""
    plain, keyed = raw[:4], bytes(a ^ b for a, b in zip(raw[:4], key, strict=False))
    if name := network_of(keyed):
        return (
            f"The file begins with {keyed.hex()}, the mark of {name}, and not with that of {network}.",
            f"Pass --network {name}." if name in MARKS else "Give the folder of a Bitcoin node.",
        )
    if network_of(plain):
        return (
            f"The file is not XOR-ed, but xor.dat beside it has the key {key.hex()}.",
            "Put xor.dat aside: it belongs to another folder.",
        )
    guess = likely_key(raw)
    if guess is None:
        return (
            f"The file begins with {keyed.hex()}, which is the mark of no network.",
            "Give the folder `blocks` of a Bitcoin node, with its xor.dat.",
        )
    if any(key):
        return (
            f"The key {key.hex()} of xor.dat is not the one that the file was XOR-ed with, which looks like {guess.hex()}.",
            "Take the xor.dat of the node that wrote the file.",
        )
    return (
        f"The file is XOR-ed, with what looks like the key {guess.hex()}, and there is no xor.dat beside it.",
        "Copy xor.dat out of the folder that the file comes from.",
    )
