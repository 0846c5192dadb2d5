"""What addresses received on the chain: outputs with their day, amount, depth and who paid, as columns."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.columnar import (
    HEXADECIMAL,
    NOT_KNOWN,
    Coded,
    Report,
    TextTable,
    coded,
    script_from,
    scripts_of,
    sound,
    table_of_file,
    table_of_rows,
    txid_from,
)

__all__ = ["RECEIPTS", "Receipts", "read_receipts", "receipts_of"]

RECEIPTS = (
    "txid", "vout", "height", "block_time_utc", "address", "script_hex", "amount_sat", "coinbase", "confirmations", "payers",
)  # fmt: skip
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00(:?00)?)?", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Receipts:
    """Outputs paid to addresses, a row each; no output stands twice.

    The payers of row i are the scripts `payers[payer_first[i] : payer_first[i + 1]]`, places in `payer_scripts`; none: not known.
    """

    network: str
    txid: Coded  # 32 bytes, as written
    vout: NDArray[np.int64]
    height: NDArray[np.int64]  # -1 where the source does not say, as with confirmations; of a coinbase both are known
    time_s: NDArray[np.int64]  # of the block, since 1970 UTC
    script: Coded
    amount_sat: NDArray[np.int64]
    coinbase: NDArray[np.bool_]
    confirmations: NDArray[np.int64]
    payer_first: NDArray[np.int64]  # one more than rows
    payers: NDArray[np.int32]
    payer_scripts: tuple[bytes, ...]
    report: Report

    def __len__(self) -> int:
        return len(self.vout)


def read_receipts(path: Path, *, network: str = "mainnet", skip_bad_rows: bool = False) -> Receipts:
    """The receipts of a CSV or Parquet file. Raises BadInput, and BadRows unless bad rows are to be skipped."""
    return _receipts(table_of_file(path, RECEIPTS), network, skip_bad_rows)


def receipts_of(
    rows: Iterable[Mapping[str, str]], *, network: str = "mainnet", skip_bad_rows: bool = False
) -> Receipts:
    """The same of rows in memory, each cell as text. Raises BadRows unless bad rows are to be skipped."""
    return _receipts(table_of_rows(rows), network, skip_bad_rows)


def _receipts(table: TextTable, network: str, skip_bad_rows: bool) -> Receipts:
    txid = coded(table.take("txid", txid_from, blank=b"", needed=True, often=False))
    vout = table.whole("vout", most=2**32 - 1, needed=True)
    height = table.whole("height", most=2**31 - 1)
    time_s = table.numbers("block_time_utc", _time, needed=True)
    script = coded(scripts_of(table, network))
    amount = table.whole("amount_sat", "satoshi", too_many="more than all bitcoin", needed=True)
    coinbase = np.array(table.take("coinbase", _yes_or_no, blank=False, needed=True), dtype=np.bool_)
    confirmations = table.whole("confirmations", most=2**31 - 1)
    nobody: tuple[bytes, ...] = ()
    payer_lists = table.take("payers", _payers(network), blank=nobody)
    for row in np.flatnonzero(coinbase & np.array([len(p) > 0 for p in payer_lists], dtype=np.bool_)):
        table.reject(int(row), "payers", "a coinbase is paid by nobody")
    for column, values in (("height", height), ("confirmations", confirmations)):
        for row in np.flatnonzero(coinbase & (values == NOT_KNOWN) & table.sound()):
            table.reject(int(row), column, "of a coinbase it has to be known")
    _check_twice(table, txid, vout, (amount, script.codes, height, time_s, coinbase))
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    kept = [payer_lists[row] for row in np.flatnonzero(good)]
    payers = coded([payer for listed in kept for payer in listed])
    return Receipts(
        network=network,
        txid=sound(txid, good),
        vout=vout[good],
        height=height[good],
        time_s=time_s[good],
        script=sound(script, good),
        amount_sat=amount[good],
        coinbase=coinbase[good],
        confirmations=confirmations[good],
        payer_first=np.cumsum([0, *map(len, kept)], dtype=np.int64),
        payers=payers.codes,
        payer_scripts=payers.words,
        report=report,
    )


def _time(text: str) -> int:
    written = _TIME.fullmatch(text)
    try:
        if not written:
            raise ValueError
        return int(datetime.fromisoformat(f"{written[1]}T{written[2]}").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise ValueError(f"'{text[:30]}' is no time in UTC; write it as 2024-01-31T09:30:00Z") from error


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"'{text[:20]}' is neither true nor false")
    return text.lower() == "true"


def _payers(network: str) -> Callable[[str], tuple[bytes, ...]]:
    """Reads the scripts behind `address;address`; an output that has no address may be written as its script in hexadecimal."""
    address = script_from(network)

    def read(text: str) -> tuple[bytes, ...]:
        parts = [part.strip() for part in text.split(";")]
        scripts = (bytes.fromhex(part) if HEXADECIMAL.fullmatch(part) else address(part) for part in parts if part)
        return tuple(dict.fromkeys(scripts))

    return read


def _check_twice(table: TextTable, txid: Coded, vout: Any, said: Sequence[Any]) -> None:
    """An output exists once. Rows that say the same of it count once; of rows that contradict each other none counts."""
    key = (txid.codes.astype(np.int64) << 32) + vout
    usable = np.flatnonzero((txid.codes >= 0) & (vout != NOT_KNOWN))
    order = usable[np.argsort(key[usable], kind="stable")]
    again = np.flatnonzero(np.diff(key[order]) == 0)
    rows: dict[int, list[int]] = {}
    for place in again:
        rows.setdefault(int(key[order[place]]), [int(order[place])]).append(int(order[place + 1]))
    for found in rows.values():
        if len({tuple(int(column[row]) for column in said) for row in found}) == 1:
            for row in found[1:]:
                table.reject(row, "vout", f"the output stands on line {table.lines[found[0]]} already")
            continue
        for row in found:
            others = ", ".join(str(table.lines[r]) for r in found if r != row)
            table.reject(row, "vout", f"line {others} says something else of the same output")
