"""Outputs as a CSV file: txid, vout, script_hex or address, sat. Read as told; nothing in it can be verified.

What a table does not have stays unknown: without `height` there are no confirmations, without `block_time_utc` no day.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from adit.evidence.chain.layout import MAX_MONEY_SAT, Blocks, Fault
from adit.evidence.sources.tables import CellError, Cells, given, text_of, true_or_false, whole_number_of
from adit.terms.addresses import decode
from adit.terms.errors import BadInput

__all__ = ["read"]

_AT_ONCE = 100_000  # rows
_TOLD = 20  # rows of a batch that are listed one by one
_TXID = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class _Row:
    txid: bytes
    vout: int
    script: bytes
    amount_sat: int
    height: int
    time_s: int
    coinbase: bool


def read(path: Path, *, network: str = "mainnet") -> Iterator[Blocks]:
    """The outputs of a CSV file as transactions of one output each, 100,000 rows at a time. A row that cannot be read is a fault.

    Raises BadInput for a file that is no such table.
    """
    rows: list[_Row] = []
    faults: list[Fault] = []
    total = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = next(reader, [])
            amount = _amount_column(columns, str(path))
            for cells in reader:
                total += 1
                try:
                    if len(cells) != len(columns):
                        raise CellError(columns[0], f"{len(cells)} cells, the header has {len(columns)}")
                    rows.append(_row({c: cell.strip() for c, cell in zip(columns, cells, strict=True)}, amount))
                except CellError as bad:
                    faults.append(Fault(f"{path.name} line {reader.line_num}", f"{bad.column}: {bad}"))
                if total % _AT_ONCE == 0:
                    yield _batch(rows, faults, path.name)
                    rows, faults = [], []
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(path), todo="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            "The file is not UTF-8.", where=str(path), todo="Save it as 'CSV UTF-8' and try again."
        ) from error
    except csv.Error as error:
        raise BadInput(f"The file is not CSV ({error}).", where=str(path)) from error
    if not total:
        raise BadInput("The table has no row.", where=str(path), todo="Give a row for each output.")
    if rows or faults:
        yield _batch(rows, faults, path.name)


def _amount_column(columns: list[str], where: str) -> str:
    amount = "amount_sat" if "amount_sat" in columns else "sat"
    missing = [c for c in ("txid", "vout", amount) if c not in columns]
    if not {"script_hex", "address"} & set(columns):
        missing.append("script_hex or address")
    if missing:
        raise BadInput(
            f"The table lacks {', '.join(missing)}.",
            where=where,
            todo="The header is separated by semicolons: save the file with commas."
            if ";" in ",".join(columns)
            else f"The header has: {', '.join(columns) or 'nothing'}.",
        )
    return amount


def _row(cells: Cells, amount: str) -> _Row:
    txid = given(cells, "txid", text_of)
    if not _TXID.fullmatch(txid):
        raise CellError("txid", f"'{txid}' is not a txid; it has 64 hexadecimal digits")
    sat = given(cells, amount, whole_number_of)
    if sat > MAX_MONEY_SAT:
        raise CellError(amount, f"{sat} is more than there will ever be")
    height = whole_number_of(cells, "height")
    return _Row(
        txid=bytes.fromhex(txid)[::-1],
        vout=given(cells, "vout", whole_number_of),
        script=_script(cells),
        amount_sat=sat,
        height=-1 if height is None else height,
        time_s=_time(cells),
        coinbase=bool(true_or_false(cells, "coinbase")),
    )


def _script(cells: Cells) -> bytes:
    if text := cells.get("script_hex"):
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise CellError("script_hex", f"'{text}' is not hexadecimal") from error
    try:
        return decode(given(cells, "address", text_of)).script
    except BadInput as bad:
        raise CellError("address", bad.what) from bad


def _time(cells: Cells) -> int:
    text = cells.get("block_time_utc", "")
    try:
        time = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise CellError("block_time_utc", f"'{text}' is not a time; write it as 2025-05-01T12:00:00Z") from error
    if time is None:
        return -1
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _batch(rows: list[_Row], faults: list[Fault], source: str) -> Blocks:
    rows = sorted(rows, key=lambda r: (r.height, r.time_s, not r.coinbase))
    count = len(rows)
    keys = [(r.height, r.time_s) for r in rows]
    at = np.array([i for i in range(count) if i == 0 or keys[i] != keys[i - 1]], np.int64)
    size = np.array([len(r.script) for r in rows], np.int64)
    amounts = np.array([r.amount_sat for r in rows], np.int64)
    unknown, each = np.full(len(at), -1, np.int64), np.arange(count + 1)
    # a block is known by its height and time, since the table need not have its hash
    hashes = b"".join((keys[i][0] + 1).to_bytes(16, "little") + (keys[i][1] + 1).to_bytes(16, "little") for i in at)
    more = [Fault(source, f"{len(faults) - _TOLD:,} more rows cannot be read")] if len(faults) > _TOLD else []
    return Blocks(
        source=source, proven=False, data=np.frombuffer(b"".join(r.script for r in rows), np.uint8),
        hash=np.frombuffer(hashes, np.uint8).reshape(-1, 32), prev_hash=np.zeros((len(at), 32), np.uint8),
        time_s=np.array([keys[i][1] for i in at], np.int64), version=np.zeros(len(at), np.int32), bits=np.zeros(len(at), np.uint32),
        size=unknown, height=np.array([keys[i][0] for i in at], np.int64), coinbase_start=unknown, coinbase_size=unknown,
        coinbase_sat=unknown, output_sat=unknown, fees_sat=unknown, tx_first=np.append(at, count),
        txid=np.frombuffer(b"".join(r.txid for r in rows), np.uint8).reshape(-1, 32),
        is_coinbase=np.array([r.coinbase for r in rows], np.bool_), output_first=each, input_first=np.zeros(count + 1, np.int64),
        vout=np.array([r.vout for r in rows], np.int64), amount_sat=amounts, script_start=np.cumsum(size) - size, script_size=size,
        prev_txid=np.zeros((0, 32), np.uint8), prev_vout=np.zeros(0, np.int64), input_address=(), faults=(*faults[:_TOLD], *more),
    )  # fmt: skip
