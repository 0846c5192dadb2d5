"""SHA-256 twice over, inside compiled loops: a hash of hashlib called for each transaction would take longer than all the rest.

Where the processor has instructions for SHA-256 (most since 2019), they are used; elsewhere the same rounds in plain words.
Source: FIPS 180-4; for the instructions, the Intel SHA extensions.
"""

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # comes with numba
from numba import njit, types
from numba.core.registry import cpu_target
from numba.extending import intrinsic

__all__ = ["BY_INSTRUCTION", "double_sha256", "double_sha256_two", "padded", "pads", "pair_hash_two"]

# The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
_ROUNDS = np.array([round_ for text in (
    "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74",
    "80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d",
    "b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e",
    "92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5",
    "391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2",
) for round_ in (int(word, 16) for word in text.split())], np.uint32)  # fmt: skip
# The eight words of a state in the order of the instructions, which is kept throughout: F E B A H G D C.
_START = np.array(
    [0x9B05688C, 0x510E527F, 0xBB67AE85, 0x6A09E667, 0x5BE0CD19, 0x1F83D9AB, 0xA54FF53A, 0x3C6EF372], np.uint32
)
_ORDER = np.array([3, 2, 7, 6, 1, 0, 5, 4])  # where A to H stand in it
_AFTER_64 = np.zeros(64, np.uint8)  # the block that closes a message of 64 bytes
_AFTER_64[0], _AFTER_64[62] = 0x80, 2
_VECTOR = ir.VectorType(ir.IntType(32), 4)

# What numba compiles for is also what its cache is kept by, so a kernel is never taken from another kind of processor.
BY_INSTRUCTION = "+sha" in cpu_target.target_context.codegen().magic_tuple()[2].split(",")


def _rounds(context: Any, builder: Any, sig: Any, arguments: Any, lanes: int) -> Any:
    """Emits the 64 rounds, four at a time, for several messages side by side: each alone would wait for its own last result."""

    def function(name: str, takes: int) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * takes)
        return builder.module.globals.get(f"llvm.{name}") or ir.Function(builder.module, kind, f"llvm.{name}")

    def words(of: int) -> Any:
        return context.make_array(sig.args[of])(context, builder, arguments[of]).data

    def place(pointer: Any, i: int) -> Any:
        return builder.gep(pointer, [ir.Constant(ir.IntType(64), i)])

    def load(pointer: Any, i: int) -> Any:
        loaded = builder.load(place(pointer, i))
        loaded.align = 1
        return loaded

    def mixed(one: Any, other: Any, places: list[int]) -> Any:
        return builder.shuffle_vector(one, other, ir.Constant(_VECTOR, places))

    rounds, message_1 = function("x86.sha256rnds2", 3), function("x86.sha256msg1", 2)
    message_2, swapped = function("x86.sha256msg2", 2), function("bswap.v4i32", 1)
    held = [builder.bitcast(words(3 * lane), _VECTOR.as_pointer()) for lane in range(lanes)]
    sources = [
        builder.bitcast(builder.gep(words(3 * lane + 1), [arguments[3 * lane + 2]]), _VECTOR.as_pointer())
        for lane in range(lanes)
    ]
    before = [(load(pointer, 0), load(pointer, 1)) for pointer in held]
    now = list(before)
    messages = [[builder.call(swapped, [load(source, i)]) for i in range(4)] for source in sources]
    for four in range(16):
        constants = ir.Constant(_VECTOR, [int(r) for r in _ROUNDS[4 * four : 4 * four + 4]])
        for lane, message in enumerate(messages):
            abef, cdgh = now[lane]
            both = builder.add(message[four], constants)
            cdgh = builder.call(rounds, [cdgh, abef, both])
            now[lane] = (builder.call(rounds, [abef, cdgh, mixed(both, both, [2, 3, 2, 3])]), cdgh)
            if four < 12:
                first = builder.call(message_1, [message[four], message[four + 1]])
                sum_ = builder.add(first, mixed(message[four + 2], message[four + 3], [1, 2, 3, 4]))
                message.append(builder.call(message_2, [sum_, message[four + 3]]))
    for lane in range(lanes):
        for i in range(2):
            builder.store(builder.add(now[lane][i], before[lane][i]), place(held[lane], i)).align = 1
    return context.get_dummy_value()


@intrinsic
def _by_instruction(_typing: Any, state: Any, block: Any, start: Any) -> Any:
    """Take the 64 bytes of `block` from `start` on into the state."""
    return types.void(state, block, start), lambda c, b, s, a: _rounds(c, b, s, a, 1)


@intrinsic
def _two_by_instruction(_typing: Any, s: Any, block: Any, start: Any, s_2: Any, block_2: Any, start_2: Any) -> Any:
    """The same for two messages at once."""
    return types.void(s, block, start, s_2, block_2, start_2), lambda c, b, s, a: _rounds(c, b, s, a, 2)


@njit(cache=True, inline="always")
def _turned(word: Any, by: int) -> Any:
    return np.uint32((word >> np.uint32(by)) | (word << np.uint32(32 - by)))


@njit(cache=True)
def _by_words(state: Any, block: Any, start: int) -> None:
    """The same without the instructions."""
    message = np.empty(64, np.uint32)
    for i in range(16):
        at = start + 4 * i
        message[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3]
    for i in range(16, 64):
        x, y = message[i - 15], message[i - 2]
        low = _turned(x, 7) ^ _turned(x, 18) ^ (x >> np.uint32(3))
        high = _turned(y, 17) ^ _turned(y, 19) ^ (y >> np.uint32(10))
        message[i] = np.uint32(message[i - 16] + low + message[i - 7] + high)
    f, e, b, a, h, g, d, c = state
    for i in range(64):
        one = np.uint32(
            h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + ((e & f) ^ (~e & g)) + _ROUNDS[i] + message[i]
        )
        two = np.uint32((_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)))
        h, g, f, e, d, c, b, a = g, f, e, np.uint32(d + one), c, b, a, np.uint32(one + two)
    for i, now in enumerate((f, e, b, a, h, g, d, c)):
        state[i] = np.uint32(state[i] + now)


@njit(cache=True)
def _two_by_words(s: Any, block: Any, start: int, s_2: Any, block_2: Any, start_2: int) -> None:
    _by_words(s, block, start)
    _by_words(s_2, block_2, start_2)


_take: Any = _by_instruction if BY_INSTRUCTION else _by_words
_take_two: Any = _two_by_instruction if BY_INSTRUCTION else _two_by_words


def pads() -> tuple[Any, Any, Any, Any]:
    """Room for two states and for what is hashed a second time, to be handed to every call."""
    second = np.zeros((2, 64), np.uint8)
    second[:, 32], second[:, 62] = (
        0x80,
        1,
    )  # after the 32 bytes of a hash: a one, noughts, and 256 as their length in bits
    return np.empty(8, np.uint32), np.empty(8, np.uint32), second[0].copy(), second[1].copy()


@njit(cache=True)
def padded(messages: Any, start: int, size: int) -> int:
    """Closes the message of `size` bytes that begins at `start`: a one, noughts, its length; gives its blocks of 64 bytes."""
    blocks = (size + 72) >> 6
    end = start + 64 * blocks
    messages[start + size] = 0x80
    for i in range(start + size + 1, end - 8):
        messages[i] = 0
    for i in range(8):
        messages[end - 1 - i] = (size * 8 >> 8 * i) & 255
    return blocks


@njit(cache=True)
def double_sha256(messages: Any, start: int, blocks: int, s: Any, second: Any, out: Any, at: int) -> None:
    """Writes the hash of the hash of a padded message into `out`, 32 bytes from `at` on."""
    _begin(s)
    for k in range(blocks):
        _take(s, messages, start + 64 * k)
    _write(s, second, 0)
    _begin(s)
    _take(s, second, 0)
    _write(s, out, at)


@njit(cache=True)
def double_sha256_two(
    messages: Any, start: int, blocks: int, start_2: int, blocks_2: int, s: Any, s_2: Any, second: Any, second_2: Any,
    out: Any, at: int,
) -> None:  # fmt: skip
    """The same for two padded messages, side by side as far as both go; their hashes stand one after the other in `out`."""
    _begin(s)
    _begin(s_2)
    together = min(blocks, blocks_2)
    for k in range(together):
        _take_two(s, messages, start + 64 * k, s_2, messages, start_2 + 64 * k)
    for k in range(together, blocks):
        _take(s, messages, start + 64 * k)
    for k in range(together, blocks_2):
        _take(s_2, messages, start_2 + 64 * k)
    _finish_two(s, s_2, second, second_2, out, at)


@njit(cache=True)
def pair_hash_two(level: Any, at: int, s: Any, s_2: Any, second: Any, second_2: Any, out: Any, to: int) -> None:
    """The hashes of two pairs of hashes, which stand in `level` from `at` on, 128 bytes in all."""
    _begin(s)
    _begin(s_2)
    _take_two(s, level, at, s_2, level, at + 64)
    _take_two(s, _AFTER_64, 0, s_2, _AFTER_64, 0)
    _finish_two(s, s_2, second, second_2, out, to)


@njit(cache=True)
def _finish_two(s: Any, s_2: Any, second: Any, second_2: Any, out: Any, at: int) -> None:
    _write(s, second, 0)
    _write(s_2, second_2, 0)
    _begin(s)
    _begin(s_2)
    _take_two(s, second, 0, s_2, second_2, 0)
    _write(s, out, at)
    _write(s_2, out, at + 32)


@njit(cache=True, inline="always")
def _begin(state: Any) -> None:
    for i in range(8):
        state[i] = _START[i]


@njit(cache=True)
def _write(state: Any, out: Any, at: int) -> None:
    for i in range(8):
        word = state[_ORDER[i]]
        for k in range(4):
            out[at + 4 * i + k] = (word >> np.uint32(24 - 8 * k)) & np.uint32(255)
