"""Targets and work: what a header's short form of the target means, and what the next one has to be.

Source: Bitcoin Core, `arith_uint256.cpp` (SetCompact) and `pow.cpp`, as rules of the network.
"""

from functools import lru_cache

__all__ = ["EPOCH_BLOCKS", "LIMITS", "difficulty_of", "next_bits", "proof_holds", "target_of", "work_of"]

EPOCH_BLOCKS = 2016
_SPAN_S = 1_209_600  # two weeks
LIMITS = {"mainnet": 0xFFFF << 208, "testnet": 0xFFFF << 208, "regtest": 0x7FFFFF << 232}  # the easiest target allowed


@lru_cache(maxsize=4096)
def target_of(bits: int) -> int:
    """The target that the four bytes stand for; 0 where they stand for none (negative, or beyond 256 bits)."""
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000:
        return 0
    target = mantissa << 8 * (size - 3) if size > 3 else mantissa >> 8 * (3 - size)
    return target if target.bit_length() <= 256 else 0


def proof_holds(hash_: bytes, bits: int, network: str) -> bool:
    """Whether a block's hash lies at or below its target, and the target at or below the easiest of the network."""
    target = target_of(bits)
    return 0 < target <= LIMITS[network] and int.from_bytes(hash_, "little") <= target


@lru_cache(maxsize=4096)
def work_of(bits: int) -> int:
    """The hashes that a block with this target takes on average; 0 for no target."""
    target = target_of(bits)
    return (1 << 256) // (target + 1) if target else 0


def difficulty_of(bits: int) -> float:
    """How many times harder the target is than the easiest of the main network; 0 for no target."""
    target = target_of(bits)
    return LIMITS["mainnet"] / target if target else 0.0


def next_bits(bits: int, first_s: int, last_s: int) -> int:
    """The short form of the target after an epoch whose first and last block bear these times (main network)."""
    span = min(max(last_s - first_s, _SPAN_S // 4), _SPAN_S * 4)
    target = min(target_of(bits) * span // _SPAN_S, LIMITS["mainnet"])
    size = (target.bit_length() + 7) // 8
    mantissa = target >> 8 * (size - 3) if size > 3 else target << 8 * (3 - size)
    if mantissa & 0x800000:  # the highest bit is a sign
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa
