"""What an address stands for, whichever coin it is written for: the hash of a key, the hash of a script, a witness program, an account.

One key has an address in every coin. Bitcoin, its forks, Litecoin, Dogecoin, Dash, Zcash and Tether on Omni share the hash of the key under
other version bytes; Tron writes the account of the Ethereum machine in base58. So what is listed in one coin is found in all of them. What
is none of these stands for its own text. The capitals of an Ethereum address are a checksum (EIP-55) and are not looked at.
Sources: BIP-13, BIP-173, BIP-350; the CashAddr specification of Bitcoin Cash; version bytes as the networks of bitcoinjs-lib's forks give them.
"""

import re
from collections.abc import Iterator

from adit.terms.addresses import base58check, from_base58check, from_bech32, to_bech32
from adit.terms.errors import BadInput

__all__ = ["ACCOUNT", "KEY", "SCRIPT", "TEXT", "Key", "forms", "key_of", "normal"]

Key = tuple[str, bytes]
KEY = "key"  # RIPEMD-160 of SHA-256 of a public key
SCRIPT = "script"  # the same of a script
ACCOUNT = "account"  # the last twenty bytes of Keccak-256 of a public key
TEXT = "text"

_OF_KEYS = (  # Bitcoin and its forks, Litecoin, Dogecoin and Verge, Dash, Bitcoin Gold, old wallets of Bitcoin Cash, test networks
    *(0x00, 0x30, 0x1E, 0x4C, 0x26, 0x1C, 0x6F),
)
_OF_SCRIPTS = (0x05, 0x32, 0x16, 0x10, 0x17, 0x28, 0xC4, 0x3A)  # in that order; the last two are of test networks
_ZCASH = {b"\x1c\xb8": KEY, b"\x1c\xbd": SCRIPT}
_TRON = 0x41
_PREFIXES = ("bc", "ltc", "btg", "tb", "tltc", "bcrt")  # bech32
_CASH = "bitcoincash"
_HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F]{40}")
_TRON_HEX = re.compile(r"(?:0[xX])?41[0-9a-fA-F]{40}")
_CASH_BODY = re.compile(
    r"(?:(?:bitcoincash|BITCOINCASH):)?([qp][qpzry9x8gf2tvdw0s3jn54khce6mua7l]{41,}|[QP][QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{41,})"
)
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CASH_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


def key_of(text: str) -> Key:
    """What this address stands for; its own text, in the form of `normal`, where it is no address that is known here."""
    address = text.strip()
    found = _account(address) or _cash(address) or _bech32(address) or _base58(address)
    return found or (TEXT, normal(address).encode())


def forms(key: Key) -> Iterator[str]:
    """Every text, in the form of `normal`, by which `key_of` comes to this key."""
    kind, data = key
    if kind == ACCOUNT:
        yield from (f"0x{data.hex()}", f"0x41{data.hex()}", base58check(bytes([_TRON]) + data))
    elif kind in (KEY, SCRIPT):
        versions = _OF_KEYS if kind == KEY else _OF_SCRIPTS
        yield from (base58check(bytes([version]) + data) for version in versions)
        yield from (base58check(prefix + data) for prefix, of in _ZCASH.items() if of == kind)
        yield _to_cash(kind, data)
        if kind == KEY:
            yield from (to_bech32(prefix, 0, data) for prefix in _PREFIXES)
    elif kind.startswith("witness"):
        yield from (to_bech32(prefix, int(kind.removeprefix("witness")), data) for prefix in _PREFIXES)
    else:
        yield data.decode()


def normal(text: str) -> str:
    """One spelling for what is the same in capitals and small letters; every other text as it stands, without blanks around it."""
    address = text.strip()
    if _HEX.fullmatch(address) or _TRON_HEX.fullmatch(address):
        lower = address.lower()
        return lower if lower.startswith("0x") else f"0x{lower}"
    if address[:2] in ("0x", "0X"):
        return address.lower()
    if match := _CASH_BODY.fullmatch(address):
        return match[1].lower()
    lower = address.lower()
    if address in (lower, address.upper()) and lower.startswith(tuple(f"{p}1" for p in _PREFIXES)):
        return lower
    return address


def _account(address: str) -> Key | None:
    if _HEX.fullmatch(address) or _TRON_HEX.fullmatch(address):
        return ACCOUNT, bytes.fromhex(address[-40:])
    return None


def _base58(address: str) -> Key | None:
    try:
        payload = from_base58check(address)
    except BadInput:
        return None
    if len(payload) == 22 and payload[:2] in _ZCASH:
        return _ZCASH[payload[:2]], payload[2:]
    if len(payload) != 21:
        return None
    version, data = payload[0], payload[1:]
    if version == _TRON:
        return ACCOUNT, data
    return (KEY, data) if version in _OF_KEYS else (SCRIPT, data) if version in _OF_SCRIPTS else None


def _bech32(address: str) -> Key | None:
    prefix = next((p for p in _PREFIXES if address[: len(p) + 1].lower() == f"{p}1"), None)
    if prefix is None:
        return None
    try:
        version, program = from_bech32(address, prefix)
    except BadInput:
        return None
    return (KEY, program) if version == 0 and len(program) == 20 else (f"witness{version}", program)


# CashAddr ---------------------------------------------------------------------------------------------------------
def _cash_polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for i, generator in enumerate(_CASH_GENERATORS):
            check ^= generator if top >> i & 1 else 0
    return check ^ 1


def _cash(address: str) -> Key | None:
    match = _CASH_BODY.fullmatch(address)
    if not match:
        return None
    values = [_LETTERS.index(c) for c in match[1].lower()]
    if _cash_polymod([*(ord(c) & 31 for c in _CASH), 0, *values]):
        return None
    number = 0
    for value in values[:-8]:
        number = number << 5 | value
    padding = 5 * (len(values) - 8) % 8
    data = (number >> padding).to_bytes(5 * (len(values) - 8) // 8, "big")
    if number & ((1 << padding) - 1) or len(data) != 21 or data[0] not in (0x00, 0x08):
        return None
    return KEY if data[0] == 0 else SCRIPT, data[1:]


def _to_cash(kind: str, data: bytes) -> str:
    number = int.from_bytes(bytes([0x00 if kind == KEY else 0x08]) + data, "big") << 2  # 168 bits, padded to 170
    values = [number >> 5 * (33 - i) & 31 for i in range(34)]
    check = _cash_polymod([*(ord(c) & 31 for c in _CASH), 0, *values, *[0] * 8])
    return "".join(_LETTERS[v] for v in [*values, *(check >> 5 * (7 - i) & 31 for i in range(8))])
