"""Difficulty epochs after those that are held, asked of mempool.space and held against the rule of the chain.

The source gives heights, times and difficulties, and nothing of it has to be believed alone. A difficulty is written in three bytes, so
the target is found again exactly; for every epoch that is held it has to be the same; and the quotient of two targets says how
long the epoch between was, which the times have to agree with.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from adit.evidence.sources.epochs import BLOCKS, derived_seconds
from adit.evidence.sources.fetching import Door, parse_json
from adit.evidence.sources.live_draft import Draft, rows_of
from adit.terms.errors import BadInput

__all__ = ["DOOR", "FILE", "Adjustment", "draft_epochs", "parse_adjustments", "target_of"]

FILE = "network/btc_retarget_epochs.csv"
DOOR = Door(("mempool.space",))
_URL = "https://mempool.space/api/v1/mining/difficulty-adjustments"
_TARGET_AT_DIFFICULTY_1 = 0xFFFF << 208
_OFF_MAX_S = 4 * 3600  # two header times, each up to two hours from the truth
_HASHES_A_DIFFICULTY = 2**32
_GENESIS_S = 1_231_006_505
_ADVICE = "What was held is still in use. Where a node is at hand, ask it."


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The first block of an epoch, and its target."""

    index: int
    first_height: int
    start_utc: datetime
    target: int


def draft_epochs(held: Path, today: date, get: Callable[[str], bytes]) -> Draft:
    """The table with the times and epochs that are known today. Raises BadInput for what contradicts the chain or what is held."""
    header, rows = rows_of(held)
    place = {column: header.index(column) for column in header}
    found = {a.index: a for a in parse_adjustments(get(_URL), today)}
    changes: list[str] = []
    for row in rows:
        adjustment = found.get(int(row[place["epoch"]]))
        if adjustment is None:
            continue
        if adjustment.target != int(row[place["target_hex"]], 16):
            raise _contradiction(adjustment, "its target is held otherwise, and was checked against the chain")
        text = _time_text(adjustment)
        written = row[place["first_block_time_utc"]]
        if written and written != text:
            raise _contradiction(adjustment, f"it began at {written} by its header, not at {text}")
        if not written:
            row[place["first_block_time_utc"]] = text
            changes.append(f"epoch {adjustment.index} began at {text}")
    for index in range(len(rows), max(found, default=-1) + 1):
        if index not in found:
            raise BadInput(f"The answer has no epoch {index}, but a later one.", where=_URL, todo=_ADVICE)
        rows.append([""] * len(header))
        values = {"epoch": index, "first_height": index * BLOCKS, "first_block_time_utc": _time_text(found[index])}
        for column, value in {**values, "target_hex": f"{found[index].target:064x}"}.items():
            rows[-1][place[column]] = str(value)
        changes.append(f"epoch {index} is new: from {_time_text(found[index])}")
    _check_times(rows, place)
    _fill(rows, place)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    last = max((i for i, row in enumerate(rows) if row[place["first_block_time_utc"]]), default=0)
    reach = _time_of(rows[last][place["first_block_time_utc"]]).date()
    period = f"epochs 0 to {len(rows) - 1}; first-block times to epoch {last} ({reach})"
    return Draft(out.getvalue().encode(), period, reach, (_URL,), tuple(changes))


def parse_adjustments(content: bytes, today: date) -> list[Adjustment]:
    """The adjustments in an answer, by height. Raises BadInput for rows that are none: time, height, difficulty, change."""
    answer = parse_json(content, "mempool.space")
    if not isinstance(answer, list) or not answer:
        raise BadInput("The answer is no list of adjustments.", where=_URL, todo=_ADVICE)
    found = sorted((_adjustment(row, today) for row in answer), key=lambda a: a.first_height)
    for before, after in pairwise(found):
        if after.first_height == before.first_height or after.start_utc <= before.start_utc:
            raise _contradiction(after, "it does not follow the one before")
    return found


def target_of(difficulty: Decimal) -> int:
    """The target with this difficulty, in the three bytes that a header has for it. Raises BadInput where there is none so near."""
    if not 1 <= difficulty < 2**200:
        raise BadInput(f"{difficulty} is no difficulty.", where=_URL, todo=_ADVICE)
    exact = int(_TARGET_AT_DIFFICULTY_1 / difficulty)
    unit = 1 << 8 * ((exact.bit_length() + 8) // 8 - 3)
    target = (exact + unit // 2) // unit * unit
    if abs(Decimal(_TARGET_AT_DIFFICULTY_1) / target / difficulty - 1) > Decimal("1e-9"):
        raise BadInput(f"No block can have the difficulty {difficulty}.", where=_URL, todo=_ADVICE)
    return target


def _adjustment(row: Any, today: date) -> Adjustment:
    if (
        not isinstance(row, list)
        or len(row) < 3
        or any(isinstance(v, bool) or not isinstance(v, int | Decimal) for v in row[:3])
    ):
        raise BadInput(f"A row of the answer is no adjustment: {str(row)[:80]}.", where=_URL, todo=_ADVICE)
    time, height, difficulty = row[:3]
    if not isinstance(time, int) or not _GENESIS_S <= time < _midnight_after(today):
        raise BadInput(f"The time of a row is out of range: {str(row)[:80]}.", where=_URL, todo=_ADVICE)
    if not isinstance(height, int) or height < 0 or height % BLOCKS:
        raise BadInput(f"No epoch begins at height {height}.", where=_URL, todo=_ADVICE)
    return Adjustment(height // BLOCKS, height, datetime.fromtimestamp(time, UTC), target_of(Decimal(difficulty)))


def _check_times(rows: list[list[str]], place: dict[str, int]) -> None:
    """Each epoch has to have lasted as long as the targets before and after it say, but for the lie that a header time may hold."""
    column, target = place["first_block_time_utc"], place["target_hex"]
    for before, after in pairwise(rows):
        if not (before[column] and after[column]):
            continue
        try:
            derived = derived_seconds(int(before[target], 16), int(after[target], 16))
        except BadInput:
            continue  # a bound of the rule hides the length
        stated = (_time_of(after[column]) - _time_of(before[column])).total_seconds()
        if abs(stated - derived) > _OFF_MAX_S:
            raise BadInput(
                f"Epoch {before[place['epoch']]} lasted {stated:.0f} s by its times and {derived} s by its targets.",
                where=_URL,
                todo=_ADVICE,
            )


def _fill(rows: list[list[str]], place: dict[str, int]) -> None:
    """What follows from target and times, in rows that do not have it: for readers of the table, no reader of ours needs it."""
    for number, row in enumerate(rows):
        difficulty = _TARGET_AT_DIFFICULTY_1 / int(row[place["target_hex"]], 16)
        row[place["difficulty"]] = row[place["difficulty"]] or f"{difficulty:.10g}"
        times = [r[place["first_block_time_utc"]] for r in rows[number : number + 2]]
        if len(times) == 2 and all(times) and not row[place["epoch_seconds"]]:
            seconds = round((_time_of(times[1]) - _time_of(times[0])).total_seconds())
            row[place["epoch_seconds"]] = str(seconds)
            row[place["mean_hashrate_ehs"]] = f"{BLOCKS * difficulty * _HASHES_A_DIFFICULTY / seconds / 1e18:.10g}"


def _contradiction(adjustment: Adjustment, why: str) -> BadInput:
    return BadInput(f"The answer is wrong of epoch {adjustment.index}: {why}.", where=_URL, todo=_ADVICE)


def _time_text(adjustment: Adjustment) -> str:
    return f"{adjustment.start_utc:%Y-%m-%dT%H:%M:%SZ}"


def _time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _midnight_after(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + 86_400
