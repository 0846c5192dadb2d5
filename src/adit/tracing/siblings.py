"""The other scripts that the same key can be paid by: whoever holds a listed key holds all of them, and the chain does not say so.

A key whose hash alone is known (an address that begins with 1 or bc1q) has three; a bare key has itself beside them. What a script of several
keys or a taproot output has in common with another is not told by the script.
Sources: BIP-16, BIP-141; for the compressed form of a key, SEC 1, section 2.3.3.
"""

from hashlib import new as new_hash
from hashlib import sha256

__all__ = ["siblings"]


def siblings(script: bytes) -> tuple[bytes, ...]:
    """The scripts of the same key without this one; none where no key shows."""
    found = dict.fromkeys(s for key in _key_hashes(script) for s in _of_hash(key))
    return tuple(s for s in found if s != script)


def _key_hashes(script: bytes) -> tuple[bytes, ...]:
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return (script[3:23],)
    if len(script) == 22 and script[:2] == b"\x00\x14":
        return (script[2:],)
    if len(script) in (35, 67) and script[0] == len(script) - 2 and script[-1] == 0xAC:
        key = script[1:-1]
        if len(key) == 33:
            return (_hash160(key),)
        return _hash160(key), _hash160(bytes([2 + (key[-1] & 1)]) + key[1:33])
    return ()


def _of_hash(key: bytes) -> tuple[bytes, ...]:
    p2wpkh = b"\x00\x14" + key
    return b"\x76\xa9\x14" + key + b"\x88\xac", p2wpkh, b"\xa9\x14" + _hash160(p2wpkh) + b"\x87"


def _hash160(data: bytes) -> bytes:
    return new_hash("ripemd160", sha256(data).digest()).digest()
