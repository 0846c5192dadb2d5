"""Verify an exported journal without Adit: python verify.py FOLDER VERIFIER_KEY [EARLIER_CHECKPOINT ...]

Needs nothing but Python. Exit 0: intact; 1: broken, each fault with its entry; 2: could not be read.
"""

import json
import sys
from base64 import b64decode
from hashlib import sha256, sha512
from pathlib import Path

P = 2**255 - 19  # Ed25519, as RFC 8032 has it: only verifying, so time tells nothing
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(n, point):
    total = (0, 1)
    while n:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def point_of(data):
    y, odd = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx or y >= P:
        raise ValueError("no point of the curve")
    return (P - x if x & 1 != odd else x), y


def signed(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % Q
    return s < Q and times(s, BASE) == add(point_of(signature[:32]), times(h, point_of(key)))


def checkpoint(file, verifier):
    """Size and root of a signed note; raises ValueError where the signature does not hold."""
    name, _, packed = verifier.split("+", 2)
    text, _, signatures = Path(file).read_text(encoding="utf-8").rpartition("\n\n")
    _, size, root = text.split("\n")
    lines = [b64decode(line.split(" ")[2])[4:] for line in signatures.splitlines() if line.split(" ")[1] == name]
    if not any(signed(b64decode(packed)[1:], f"{text}\n".encode(), s) for s in lines):
        raise ValueError(f"{file}: the signature of {name} does not hold")
    return int(size), b64decode(root)


def push(stack, node, height=0):
    while stack and stack[-1][0] == height:
        node, height = sha256(b"\x01" + stack.pop()[1] + node).digest(), height + 1
    stack.append((height, node))


def root_of(stack):
    node = stack[-1][1]
    for _, left in stack[-2::-1]:
        node = sha256(b"\x01" + left + node).digest()
    return node


def main(folder, verifier, *earlier):
    wanted = dict(checkpoint(f, verifier) for f in (*earlier, Path(folder, "checkpoint.txt")))
    faults, stack, previous, moment, count = [], [], "", "", 0
    for line in Path(folder, "entries.jsonl").open(encoding="utf-8"):
        held = json.loads(line)
        leaf, hashed = json.loads(held["leaf"]), sha256(b"\x00" + held["leaf"].encode())
        said = (
            held["body"] is None
            or sha256(bytes.fromhex(held["salt"]) + held["body"].encode()).hexdigest() == leaf["body"]
        )
        checks = {"is not where it should stand": leaf["seq"] == count, "does not say what was entered": said,
                  "does not follow from the entry before it": leaf["previous"] == previous,
                  "was recorded before the entry before it": leaf["recorded_at_utc"] >= moment}  # fmt: skip
        faults += [f"entry {leaf['seq']} {what}" for what, holds in checks.items() if not holds]
        push(stack, hashed.digest())
        previous, moment, count = hashed.hexdigest(), leaf["recorded_at_utc"], count + 1
        if count in wanted and root_of(stack) != wanted.pop(count):
            faults.append(f"the first {count} entries are not those of the checkpoint: one of them was changed")
    faults += [f"the tail is cut: {count} of {size} entries are here" for size in wanted if size > count]
    print(*faults or [f"intact: {count} entries, in the order in which they were entered"], sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(print(f"could not verify: {error}", file=sys.stderr) or 2)
