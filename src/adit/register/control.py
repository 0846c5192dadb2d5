"""Proof that a party controls an address: a message that it signed with the address's key. Adit verifies and never signs.

The signed messages that wallets make (the form of Bitcoin Core and BIP-137) for p2pkh, p2sh-p2wpkh and p2wpkh. Not yet: BIP-322, which taproot
addresses need.
"""

import binascii
from base64 import b64decode
from hashlib import new as new_hash
from hashlib import sha256

from adit.terms.addresses import decode
from adit.terms.errors import BadInput

__all__ = ["message_for", "verify_message"]

_MAGIC = b"\x18Bitcoin Signed Message:\n"


def message_for(office: str, party: str, address: str) -> str:
    """The message that a miner signs: what for, for whom, over which address, so that it proves nothing else."""
    return f"I control {address} and enter it in the register of miners. Office: {office}. Party: {party}."


def verify_message(address: str, message: str, signature: str) -> None:
    """Raise BadInput unless the signature over the message was made with the key of the address."""
    from coincurve import PublicKey

    found = decode(address)
    if found.kind not in ("p2pkh", "p2sh", "p2wpkh"):
        raise BadInput(
            f"Signed messages of {found.kind} addresses cannot be verified yet.",
            todo="Enter an address of another kind, or leave it without proof.",
        )
    try:
        raw = b64decode("".join(signature.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(
            "The signature is not Base64.", todo="Copy it whole from the wallet; it ends in = mostly."
        ) from error
    if len(raw) != 65 or not 27 <= raw[0] <= 42:
        raise BadInput(
            "This is no signature of a message.", todo="Use 'Sign message' of the wallet, not 'Sign transaction'."
        )
    header, compressed = raw[0] - 27, raw[0] >= 31
    text = message.encode()
    digest = sha256(sha256(_MAGIC + _length(len(text)) + text).digest()).digest()
    try:
        key = PublicKey.from_signature_and_message(raw[1:] + bytes([header & 3]), digest, hasher=None)
    except Exception as error:  # the library tells a point that is none in several ways
        raise BadInput("The signature is damaged.", todo="Copy it whole from the wallet.") from error
    if found.script not in _scripts(key.format(compressed)):
        raise BadInput(
            "The signature was not made with the key of this address over this message.",
            todo="Sign the message exactly as it stands here, with this address chosen in the wallet.",
        )


def _length(n: int) -> bytes:
    if n < 253:
        return bytes([n])
    return b"\xfd" + n.to_bytes(2, "little") if n < 2**16 else b"\xfe" + n.to_bytes(4, "little")


def _scripts(key: bytes) -> tuple[bytes, ...]:
    """The scripts of the addresses that a key has: wallets differ in which header they give for which."""
    hashed = _hash160(key)
    p2pkh = b"\x76\xa9\x14" + hashed + b"\x88\xac"
    if len(key) != 33:
        return (p2pkh,)
    p2wpkh = b"\x00\x14" + hashed
    return p2pkh, p2wpkh, b"\xa9\x14" + _hash160(p2wpkh) + b"\x87"


def _hash160(data: bytes) -> bytes:
    return new_hash("ripemd160", sha256(data).digest()).digest()
