"""Bitcoin addresses: from the text to the script that it stands for, and back. What is compared is the script, never the text.

Base58check (BIP-13), bech32 (BIP-173) and bech32m (BIP-350), of the main, test and regression networks.
"""

from dataclasses import dataclass
from hashlib import sha256

from adit.terms.errors import BadInput

__all__ = ["NETWORKS", "Address", "base58check", "decode", "encode", "from_base58check", "from_bech32", "to_bech32"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32M = 0x2BC830A3
# network -> versions of p2pkh and p2sh, and what bech32 begins with
NETWORKS: dict[str, tuple[int, int, str]] = {
    "mainnet": (0x00, 0x05, "bc"),
    "testnet": (0x6F, 0xC4, "tb"),
    "regtest": (0x6F, 0xC4, "bcrt"),
}
ADVICE = "Copy it anew from the wallet, whole and without blanks."


@dataclass(frozen=True, slots=True)
class Address:
    """What an address stands for. `kind`: p2pkh, p2sh, p2wpkh, p2wsh, p2tr, or witness for a version that is still to come."""

    network: str
    kind: str
    script: bytes


def decode(text: str) -> Address:
    """What an address stands for. Raises BadInput that says what is wrong with it."""
    address = text.strip()
    if not address:
        raise BadInput("There is no address.", todo=ADVICE)
    for _, _, prefix in NETWORKS.values():
        if address.lower().startswith(f"{prefix}1"):
            return _decode_bech32(address, prefix)
    return _decode_base58(address)


def encode(script: bytes, network: str = "mainnet") -> str:
    """The address of a script. Raises BadInput for a script that has none."""
    p2pkh, p2sh, prefix = NETWORKS[network]
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return base58check(bytes([p2pkh]) + script[3:23])
    if len(script) == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        return base58check(bytes([p2sh]) + script[2:22])
    first = script[0] if script else -1
    witness = 0x51 <= first <= 0x60 or (first == 0 and len(script) in (22, 34))  # version 0 has two lengths only
    if witness and 4 <= len(script) <= 42 and script[1] == len(script) - 2:
        return to_bech32(prefix, script[0] - 0x50 if script[0] else 0, script[2:])
    raise BadInput("This script has no address.")


# Base58 -----------------------------------------------------------------------------------------------------------
def _checksum(data: bytes) -> bytes:
    return sha256(sha256(data).digest()).digest()[:4]


def base58check(payload: bytes) -> str:
    """The text of version bytes and hash, with its checksum; other coins write theirs with other version bytes."""
    data = payload + _checksum(payload)
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\x00"))) + text


def from_base58check(address: str) -> bytes:
    """The version bytes and hash of a text. Raises BadInput; which versions there are is for the coin to say."""
    strange = next((c for c in address if c not in _BASE58), "")
    if strange:
        raise BadInput(f"'{strange}' stands in no address of this kind.", todo=ADVICE)
    if len(address) > 60:
        raise BadInput("The address is too long.", todo=ADVICE)
    number = 0
    for c in address:
        number = number * 58 + _BASE58.index(c)
    zeros = len(address) - len(address.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) < 5 or _checksum(data[:-4]) != data[-4:]:
        if len(data) != 25:
            raise BadInput("The address has the wrong length.", todo=ADVICE)
        raise BadInput("The checksum of the address is wrong: a sign was mistyped or is missing.", todo=ADVICE)
    return data[:-4]


def _decode_base58(address: str) -> Address:
    payload = from_base58check(address)
    if len(payload) != 21:
        raise BadInput("The address has the wrong length.", todo=ADVICE)
    version, key_hash = payload[0], payload[1:]
    for network, (p2pkh, p2sh, _) in NETWORKS.items():
        if version == p2pkh:
            return Address(network, "p2pkh", b"\x76\xa9\x14" + key_hash + b"\x88\xac")
        if version == p2sh:
            return Address(network, "p2sh", b"\xa9\x14" + key_hash + b"\x87")
    raise BadInput("This is an address of another coin.", todo="Addresses of Bitcoin begin with 1, 3 or bc1.")


# Bech32 -----------------------------------------------------------------------------------------------------------
def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATORS):
            check ^= generator if top >> i & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regrouped(data: bytes | list[int], width: int, into: int, *, pad: bool) -> list[int]:
    held, bits, out = 0, 0, list[int]()
    for value in data:
        held, bits = held << width | value, bits + width
        while bits >= into:
            bits -= into
            out.append(held >> bits & ((1 << into) - 1))
    rest = held & ((1 << bits) - 1)
    if pad and bits:
        out.append(rest << (into - bits) & ((1 << into) - 1))
    elif not pad and (bits >= width or rest):
        raise BadInput("The address holds bits that belong to nothing.", todo=ADVICE)
    return out


def to_bech32(prefix: str, version: int, program: bytes) -> str:
    """The text of a witness program under a coin's prefix: bech32 for version 0, bech32m for those after it."""
    data = [version, *_regrouped(program, 8, 5, pad=True)]
    checksum = _polymod([*_expanded(prefix), *data, *[0] * 6]) ^ (_BECH32M if version else 1)
    return f"{prefix}1{''.join(_BECH32[d] for d in [*data, *(checksum >> 5 * (5 - i) & 31 for i in range(6))])}"


def from_bech32(address: str, prefix: str) -> tuple[int, bytes]:
    """The witness version and program of a text under a coin's prefix. Raises BadInput."""
    if address not in (address.lower(), address.upper()):
        raise BadInput(
            "The address mixes small and capital letters.", todo="Write it in small letters, as the wallet shows it."
        )
    if len(address) > 90:
        raise BadInput("The address is too long.", todo=ADVICE)
    data = address[len(prefix) + 1 :]
    strange = next((c for c in data if not c.isascii() or c.lower() not in _BECH32), "")
    if strange:
        raise BadInput(f"'{strange}' stands in no address of this kind.", todo=ADVICE)
    values = [_BECH32.index(c) for c in data.lower()]
    check = _polymod([*_expanded(prefix), *values])
    if len(values) < 8 or check not in (1, _BECH32M):
        raise BadInput("The checksum of the address is wrong: a sign was mistyped or is missing.", todo=ADVICE)
    version, program = values[0], bytes(_regrouped(values[1:-6], 5, 8, pad=False))
    if version > 16:
        raise BadInput("The address is of a version that does not exist.", todo=ADVICE)
    if not 2 <= len(program) <= 40 or (version == 0 and len(program) not in (20, 32)):
        raise BadInput("The address holds a program of no known length.", todo=ADVICE)
    if (check == _BECH32M) != (version > 0):
        raise BadInput("The address has the checksum of another version.", todo=ADVICE)
    return version, program


def _decode_bech32(address: str, prefix: str) -> Address:
    version, program = from_bech32(address, prefix)
    network = next(n for n, (_, _, p) in NETWORKS.items() if p == prefix)
    kind = {(0, 20): "p2wpkh", (0, 32): "p2wsh", (1, 32): "p2tr"}.get((version, len(program)), "witness")
    return Address(network, kind, bytes([0x50 + version if version else 0, len(program)]) + program)
