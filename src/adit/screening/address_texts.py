"""What somebody wrote as an address, made ready to be looked up; and what cannot be an address at all, so that nothing about it can be clear.

A payment may state a link of a wallet, a script in hexadecimal or a bare public key: each stands for an address. A sign that nobody sees, a
letter of another alphabet or a mistyped sign makes a text that stands on no list, and that says nothing of whose coins they are.
Sources: BIP-21 and EIP-681 for links; BIP-13, BIP-16, BIP-141 and BIP-341 for scripts.
"""

import re
from hashlib import new as new_hash
from hashlib import sha256

from adit.screening.names.letters import clean
from adit.terms.addresses import base58check, from_base58check, from_bech32, to_bech32
from adit.terms.errors import BadInput

__all__ = ["check_shape", "stated"]

_LINK = re.compile(
    r"(?:bitcoin|litecoin|dogecoin|dash|zcash|ethereum|tron|monero|solana|ripple):(?://)?(?:pay-)?([^?@]+)(?:[?@].*)?",
    re.IGNORECASE,
)
_COIN = re.compile(r"[A-Z]{2,6}:\s*(?=[0-9A-Za-z])")  # XBT:1Boat..., as lists write it
_PADDED = re.compile(r"(?:0[xX])?0{24}([0-9a-fA-F]{40})")  # an account as a word of the Ethereum machine
_P2PKH = re.compile(r"76a914([0-9a-f]{40})88ac")
_P2SH = re.compile(r"a914([0-9a-f]{40})87")
_WITNESS = re.compile(r"(00|5[1-9a-f]|60)(14|20)([0-9a-f]{40}|[0-9a-f]{64})")
_PUBLIC_KEY = re.compile(r"(?:21)?(0[23][0-9a-f]{64})(?:ac)?|(?:41)?(04[0-9a-f]{128})(?:ac)?")
_HEX = re.compile(r"0[xX](?:[0-9a-fA-F]{40}|41[0-9a-fA-F]{40}|[0-9a-fA-F]{64})")
_CASH = re.compile(r"bitcoincash:.*|[qp][02-9ac-hj-np-z]{41}")
_BECH32 = re.compile(r"(bc|tb|bcrt|ltc|tltc|btg)1", re.IGNORECASE)
# One hash of twenty bytes; addresses of coins with other rules are longer, or begin otherwise.
_BASE58 = re.compile(r"[13mn2LDXTt][0-9A-Za-z]{24,35}")
_PLAIN = re.compile(r"[0-9A-Za-z]+(?:[:._-][0-9A-Za-z]+)*")
_SHORTEST, _LONGEST = 20, 200
_ADVICE = "Copy it anew from the wallet, whole. What cannot be an address is not clear."


def stated(text: str) -> str:
    """The address that a text stands for: without signs that nobody sees, link, or word for the coin; that of a script or of a bare key."""
    address = re.sub(r"\s+", "", clean(text)).strip("\"'«»<>,;")
    if match := _LINK.fullmatch(address):
        address = match[1]
    address = _COIN.sub("", address, count=1)
    if match := _PADDED.fullmatch(address):
        return f"0x{match[1]}"
    lower = address.lower()
    if match := _P2PKH.fullmatch(lower):
        return base58check(b"\x00" + bytes.fromhex(match[1]))
    if match := _P2SH.fullmatch(lower):
        return base58check(b"\x05" + bytes.fromhex(match[1]))
    if (match := _WITNESS.fullmatch(lower)) and len(match[3]) == 2 * int(match[2], 16):
        version = int(match[1], 16)
        return to_bech32("bc", version - 0x50 if version else 0, bytes.fromhex(match[3]))
    if match := _PUBLIC_KEY.fullmatch(lower):
        key = bytes.fromhex(match[1] or match[2])
        return base58check(b"\x00" + new_hash("ripemd160", sha256(key).digest()).digest())
    return address


def check_shape(text: str) -> None:
    """For a text that stands for nothing that is known (`coin_keys.TEXT`): raises BadInput, with what is wrong, if it is no address of any coin.

    An address of a coin with other rules passes: such a one can only be compared as text.
    """
    if not text.isascii():
        strange = next(c for c in text if not c.isascii())
        raise BadInput(f"'{strange}' stands in no address (U+{ord(strange):04X}).", where=text[:60], todo=_ADVICE)
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise BadInput(f"No address has {len(text):,} signs.", where=text[:60], todo=_ADVICE)
    if not _PLAIN.fullmatch(text):
        raise BadInput("This is no address of any coin.", where=text[:60], todo=_ADVICE)
    if text[:2] in ("0x", "0X") and not _HEX.fullmatch(text):
        raise BadInput("After 0x an address has 40 hexadecimal digits.", where=text[:60], todo=_ADVICE)
    try:
        if match := _BECH32.match(text):
            from_bech32(text, match[1].lower())
        elif _BASE58.fullmatch(text):
            from_base58check(text)
    except BadInput as bad:
        raise BadInput(bad.what, where=text[:60], todo=_ADVICE) from bad
    if _CASH.fullmatch(text.lower()):
        raise BadInput("The checksum of the address is wrong: a sign was mistyped.", where=text[:60], todo=_ADVICE)
