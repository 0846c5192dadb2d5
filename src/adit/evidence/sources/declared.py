"""What miners declare: lines that say "this many coins, this month", as columns. What a line claims is not believed here, only read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.columnar import (
    NOT_KNOWN,
    Coded,
    Report,
    TextTable,
    coded,
    day_from,
    name_from,
    script_from,
    sound,
    table_of_file,
    table_of_rows,
    txid_from,
)
from adit.terms.days import DAY_ZERO, day_of

__all__ = ["DECLARED", "KINDS", "Declared", "declared_of", "month_number", "month_text", "read_declared"]

KINDS = ("own_block", "pool", "rented", "offchain_statement", "other")
DECLARED = ("line_id", "site_id", "miner_id", "month", "amount_sat", "kind")
_OPTIONAL = ("day", "address", "txid", "vout")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_FIRST_MONTH = 2009 * 12


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """Declared lines, a row each. Whole numbers are -1 where the line does not say."""

    line_id: tuple[str, ...]  # no two alike
    site: Coded
    miner: Coded
    month: NDArray[np.int32]  # counted from the year 0: 2024-01 is 2024 * 12
    day: NDArray[np.int32]  # days since 1970
    amount_sat: NDArray[np.int64]
    kind: NDArray[np.int8]  # places in KINDS
    script: Coded  # of the address, as bytes
    txid: Coded  # 32 bytes, as written
    vout: NDArray[np.int64]
    report: Report

    def __len__(self) -> int:
        return len(self.line_id)


def read_declared(path: Path, *, network: str = "mainnet", skip_bad_rows: bool = False) -> Declared:
    """The lines of a CSV or Parquet file. Raises BadInput, and BadRows unless bad rows are to be skipped."""
    return _declared(table_of_file(path, DECLARED, _OPTIONAL), network, skip_bad_rows)


def declared_of(
    rows: Iterable[Mapping[str, str]], *, network: str = "mainnet", skip_bad_rows: bool = False
) -> Declared:
    """The same of rows in memory, each cell as text. Raises BadRows unless bad rows are to be skipped."""
    return _declared(table_of_rows(rows), network, skip_bad_rows)


def month_number(text: str) -> int:
    """The number of a month written 2024-01. Raises ValueError."""
    written = _MONTH.fullmatch(text)
    if not written:
        raise ValueError(f"'{text}' is not a month; write it as 2024-01")
    number = int(written[1]) * 12 + int(written[2]) - 1
    if number < _FIRST_MONTH:
        raise ValueError(f"{text} lies before the first block, of January 2009")
    return number


def month_text(number: int) -> str:
    """The month with this number, as 2024-01."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _declared(table: TextTable, network: str, skip_bad_rows: bool) -> Declared:
    line_id = table.names("line_id", needed=True)
    site = table.words("site_id", name_from, needed=True)
    miner = table.words("miner_id", name_from, needed=True)
    month = table.numbers("month", month_number, needed=True)
    day = table.numbers("day", day_from)
    amount = table.whole("amount_sat", "satoshi", too_many="more than all bitcoin", needed=True)
    kind = table.numbers("kind", _kind, needed=True)
    script = table.words("address", script_from(network))
    txid = coded(table.take("txid", txid_from, blank=b"", often=False))
    vout = table.whole("vout", most=2**32 - 1)
    _check_rows(table, month, day, kind, txid, vout)
    _check_twice(table, line_id)
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    return Declared(
        line_id=tuple(line_id) if good.all() else tuple(i for i, is_good in zip(line_id, good, strict=True) if is_good),
        site=sound(site, good),
        miner=sound(miner, good),
        month=month[good].astype(np.int32),
        day=day[good].astype(np.int32),
        amount_sat=amount[good],
        kind=kind[good].astype(np.int8),
        script=sound(script, good),
        txid=sound(txid, good),
        vout=vout[good],
        report=report,
    )


def _kind(text: str) -> int:
    if text not in KINDS:
        raise ValueError(f"'{text}' is no kind of line; there are {', '.join(KINDS)}")
    return KINDS.index(text)


def _check_rows(table: TextTable, month: Any, day: Any, kind: Any, txid: Coded, vout: Any) -> None:
    """What no single cell shows."""
    named = txid.codes >= 0

    def reject(rows: Any, column: str, problem: Callable[[int], str]) -> None:
        for row in np.flatnonzero(rows):
            table.reject(int(row), column, problem(int(row)))

    still_sound = table.sound()
    reject((vout >= 0) & ~named & still_sound, "vout", lambda _: "an output is named without its transaction")
    off_chain = (kind == KINDS.index("offchain_statement")) & named
    reject(off_chain & still_sound, "txid", lambda _: "a statement from outside the chain has no transaction")
    days = np.array(DAY_ZERO, dtype="datetime64[D]") + day.astype("timedelta64[D]")
    of_day = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    outside = (day != NOT_KNOWN) & (month != NOT_KNOWN) & (of_day != month)
    reject(outside, "day", lambda row: f"{_day(day[row])} does not lie in {month_text(int(month[row]))}")


def _day(number: Any) -> date:
    return day_of(int(number))


def _check_twice(table: TextTable, line_id: list[str]) -> None:
    """A name that stands on several lines names none of them: all are left out, whichever came first."""
    if len(set(line_id)) == len(line_id):
        return
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(line_id):
        if name:
            rows.setdefault(name, []).append(row)
    for name, found in rows.items():
        for row in found if len(found) > 1 else ():
            others = ", ".join(str(table.lines[r]) for r in found if r != row)
            table.reject(row, "line_id", f"'{name}' stands on line {others} too")
