"""The blocks behind examples/settlement: coins that were mined, coins that left a listed address, and the payments of the contracts that close.

The file of blocks that is shipped there is made by `write`; a test holds the two together.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.evidence.chain.made_blocks import bare, block, coinbase, framed, script, transaction

from adit.evidence.chain.block import read_block

__all__ = ["EXAMPLES", "LISTED", "PAYMENTS", "blocks", "txids", "write"]

EXAMPLES = Path(__file__).parents[2] / "examples" / "settlement"
COIN = 100_000_000
LISTED, TAINTED = 90, 25
MINERS = (11, 12, 13, 14, 16, 17, 18, 19, 20)  # whose addresses the contracts name: coins straight from a coinbase
# contract -> from, to, satoshi
PAYMENTS = {
    "01_honest_export": (11, 41, 30_000_000),
    "02_honest_import": (12, 42, 50_000_000),
    "09_small_contract": (19, 49, 7_000_000),
    "10_state_tied_in_the_pilot": (20, 50, 30_000_000),
}
CONFIRMING = 7


def _contents() -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """The height and the named transactions of each block."""
    known: dict[str, bytes] = {}

    def mined(height: int, to: int) -> tuple[str, bytes]:
        made = coinbase(height, [(script(to), 50 * COIN)])
        known[f"mined {to}"] = bare(made)
        return f"mined {to}", made

    def moved(name: str, source: str, to: int) -> tuple[str, bytes]:
        made = transaction(
            [(known[source], 0)],
            [(script(to), 40 * COIN), (script(99), 10 * COIN - 1000)]
            if source.startswith("mined")
            else [(script(to), 40 * COIN - len(known))],
        )
        known[name] = bare(made)
        return name, made

    height = 0
    for to in (*MINERS, LISTED):
        yield height, [mined(height, to)]
        height += 1
    for name, origin, target in (
        ("first", f"mined {LISTED}", 91),
        ("second", "first", 92),
        ("third", "second", TAINTED),
    ):
        yield height, [mined(height, 80 + height), moved(name, origin, target)]
        height += 1
    paid = [mined(height, 80 + height)]
    for name, (source, receiver, sat) in PAYMENTS.items():
        change = 50 * COIN - sat - 1000
        made = transaction([(known[f"mined {source}"], 0)], [(script(receiver), sat), (script(source), change)])
        known[name] = bare(made)
        paid.append((name, made))
    yield height, paid
    for more in range(CONFIRMING):
        yield height + 1 + more, [mined(height + 1 + more, 81 + height + more)]


def blocks() -> list[bytes]:
    """The blocks, mined one on the other on a network for tests."""
    made: list[bytes] = []
    prev = bytes(32)
    for height, named in _contents():
        made.append(block(prev, [raw for _, raw in named], time_s=1_735_689_600 + 600 * height))
        prev = read_block(made[-1], "").hash
    return made


def txids() -> dict[str, str]:
    """The transactions by name."""
    return {name: bare(raw)[::-1].hex() for _, named in _contents() for name, raw in named}


def write(folder: Path) -> None:
    """The blocks as a file of a node."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "blk00000.dat").write_bytes(framed(blocks()))
