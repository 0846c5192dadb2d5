"""Transactions as Parquet in the schema of bitcoin-etl, which AWS publishes day by day. Nothing in it can be verified; it is read as told.

Three habits of such tables are known, and none is followed: amounts are floating coins, so each is rounded to satoshi and the
rounding checked; inputs without a value bear 0 or nothing, which is "not known"; Taproot is given invented addresses, so only
scripts are compared.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adit.engines.duckdb import DuckDB
from adit.evidence.chain.layout import COIN_SAT, MAX_MONEY_SAT, Blocks, Fault
from adit.terms.errors import BadInput

__all__ = ["read", "satoshi"]

_NEEDED = ("hash", "block_number", "block_hash", "block_timestamp", "is_coinbase", "inputs", "outputs")
_AT_ONCE = 50_000  # transactions, some blocks together
_TOLD = 10  # faults of a batch that are listed one by one
_ADVICE = "Take the table `transactions` of bitcoin-etl or of AWS, with its columns as they are."
_EPSILON = 2.0**-51  # of a double, twice: of the amount as it was written, and of the product with 1e8

Array = Any


def read(path: Path | str, *, network: str = "mainnet") -> Iterator[Blocks]:
    """The blocks of the Parquet files that a pattern names, by height, some 50,000 transactions at a time.

    Raises BadInput for files that cannot be read or have other columns. An output whose amount or script cannot be taken is a fault.
    """
    with DuckDB() as engine:
        source = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}', union_by_name = true)"
        columns = {name: kind for name, kind, *_ in engine.rows(f"DESCRIBE SELECT * FROM {source}")}
        if missing := [c for c in _NEEDED if c not in columns]:
            raise BadInput(f"The table lacks {', '.join(missing)}.", where=str(path), todo=_ADVICE)
        parts = {side: _fields(engine, source, side, str(path)) for side in ("outputs", "inputs")}
        times = "epoch(block_timestamp)" if "TIMESTAMP" in columns["block_timestamp"] else "block_timestamp"
        heights = engine.rows(f"SELECT block_number, count(*) FROM {source} GROUP BY 1 ORDER BY 1")
        if not heights:
            raise BadInput("The table has no row.", where=str(path), todo=_ADVICE)
        if heights[-1][0] is None:
            raise BadInput("There are transactions without a block_number.", where=str(path), todo=_ADVICE)
        for first, last in _ranges(heights):
            engine.rows(
                "CREATE OR REPLACE TEMP TABLE part AS SELECT row_number() OVER "
                f"(ORDER BY block_number, block_hash, NOT coalesce(is_coinbase, false), hash) - 1 AS n, hash, block_number, "
                f"block_hash, CAST({times} AS BIGINT) AS time_s, coalesce(is_coinbase, false) AS is_coinbase, inputs, outputs "
                f"FROM {source} WHERE block_number BETWEEN {int(first)} AND {int(last)}"
            )
            yield _batch(engine, parts, str(path))


def satoshi(coins: Array) -> tuple[Array, Array]:
    """Floating coins as satoshi, and where that is not exact: no number of whole satoshi is meant, or more than 21 million coins."""
    product = coins * float(COIN_SAT)
    with np.errstate(invalid="ignore"):
        rounded = np.where(np.isfinite(product), np.rint(product), -1.0)
        bad = ~(np.abs(product - rounded) <= np.maximum(np.abs(product), 1.0) * _EPSILON)
        bad |= ~((rounded >= 0) & (rounded <= MAX_MONEY_SAT))
    return np.where(bad, -1, rounded).astype(np.int64), bad


def _fields(engine: DuckDB, source: str, side: str, where: str) -> dict[str, str]:
    """The fields of the structures in `inputs` or `outputs`, with their types."""
    kinds = {
        name: kind
        for name, kind, *_ in engine.rows(
            f"DESCRIBE SELECT unnest(part) FROM (SELECT unnest({side}) AS part FROM {source})"
        )
    }
    needed = {
        "outputs": ("index", "script_hex", "value"),
        "inputs": ("spent_transaction_hash", "spent_output_index", "value"),
    }
    if missing := [c for c in needed[side] if c not in kinds]:
        raise BadInput(f"The column {side} lacks {', '.join(missing)}.", where=where, todo=_ADVICE)
    if not any(k in kinds["value"] for k in ("DOUBLE", "BIGINT", "HUGEINT", "INTEGER")):
        raise BadInput(
            f"The amounts of {side} are {kinds['value']}; in that, a satoshi is lost or the unit is not known.",
            where=where,
            todo="Write them as DOUBLE in coins, or as BIGINT in satoshi.",
        )
    return kinds


def _ranges(heights: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, count = heights[0][0], 0
    for i, (height, transactions) in enumerate(heights):
        count += transactions
        if count >= _AT_ONCE or i == len(heights) - 1:
            yield first, height
            if i + 1 < len(heights):
                first, count = heights[i + 1][0], 0


def _batch(engine: DuckDB, parts: dict[str, dict[str, str]], where: str) -> Blocks:
    def columns(sql: str) -> dict[str, Array]:
        return engine.connection.execute(sql).fetchnumpy()

    txs = columns(
        "SELECT coalesce(try(unhex(hash)), '\\x00'::BLOB) AS txid, coalesce(try(unhex(block_hash)), '\\x00'::BLOB) AS block, "
        "block_number AS height, coalesce(time_s, -1) AS time_s, is_coinbase, coalesce(len(outputs), 0) AS outs FROM part ORDER BY n"
    )
    outs = columns(
        "SELECT n, o.index AS vout, try(unhex(o.script_hex)) AS script, coalesce(o.value, -1) AS value "
        "FROM (SELECT n, unnest(outputs) AS o FROM part) ORDER BY n, o.index"
    )
    address = (
        "i.address" if "address" in parts["inputs"] else "i.addresses[1]" if "addresses" in parts["inputs"] else "''"
    )
    ins = columns(
        f"SELECT n, coalesce(try(unhex(i.spent_transaction_hash)), ''::BLOB) AS txid, coalesce(i.spent_output_index, -1) AS vout, "
        f"coalesce(i.value, 0) AS value, coalesce({address}, '') AS address "
        "FROM (SELECT n, unnest(inputs) AS i FROM part) WHERE i.spent_transaction_hash IS NOT NULL ORDER BY n"
    )
    txid, block = _hashes(txs["txid"], where), _hashes(txs["block"], where)
    new = np.ones(len(txid), np.bool_)
    new[1:] = (block[1:] != block[:-1]).any(axis=1)
    at = np.flatnonzero(new)
    tx_first = np.append(at, len(txid))
    # outputs: what cannot be taken is left out and told
    in_coins = parts["outputs"]["value"] == "DOUBLE"
    amount, inexact = satoshi(outs["value"]) if in_coins else _whole(outs["value"])
    scripts = [b"" if s is None else bytes(s) for s in _filled(outs["script"])]
    without = np.array([s is None for s in _filled(outs["script"])], np.bool_)
    faults = _faults(txid, outs, inexact, without, where)
    keep = np.flatnonzero(~(inexact | without))
    kept = [scripts[i] for i in keep]
    size = np.array([len(s) for s in kept], np.int64)
    start = np.cumsum(size) - size
    owner, amount = outs["n"][keep], amount[keep]
    # sums a block, exact in whole numbers
    block_of = np.cumsum(new) - 1
    paid, coinbase = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    np.add.at(paid, block_of[owner], amount)
    from_coinbase = txs["is_coinbase"][owner]
    np.add.at(coinbase, block_of[owner][from_coinbase], amount[from_coinbase])
    spent, unknown = satoshi(ins["value"]) if parts["inputs"]["value"] == "DOUBLE" else _whole(ins["value"])
    unknown |= spent <= 0  # 0 and nothing both mean that the writer did not know
    fees = _fees(block_of, paid - coinbase, ins["n"], spent, unknown)
    lacking = np.zeros(len(at), np.bool_)
    lacking[block_of[outs["n"][inexact | without]]] = True
    has_coinbase = np.zeros(len(at), np.bool_)
    has_coinbase[block_of[txs["is_coinbase"]]] = True
    nothing = np.full(len(at), -1, np.int64)
    return Blocks(
        source=where, proven=False, data=np.frombuffer(b"".join(kept), np.uint8), hash=block[at], prev_hash=np.zeros((len(at), 32), np.uint8),
        time_s=txs["time_s"][at], version=np.zeros(len(at), np.int32), bits=np.zeros(len(at), np.uint32), size=nothing,
        height=txs["height"][at].astype(np.int64), coinbase_start=nothing, coinbase_size=nothing,
        coinbase_sat=np.where(lacking | ~has_coinbase, -1, coinbase), output_sat=np.where(lacking, -1, paid),
        fees_sat=np.where(lacking, -1, fees), tx_first=tx_first, txid=txid, is_coinbase=txs["is_coinbase"],
        output_first=np.searchsorted(owner, np.arange(len(txid) + 1)), input_first=np.searchsorted(ins["n"], np.arange(len(txid) + 1)),
        vout=outs["vout"][keep].astype(np.int64), amount_sat=amount, script_start=start, script_size=size,
        prev_txid=_hashes(ins["txid"], where), prev_vout=ins["vout"].astype(np.int64), input_address=list(ins["address"]), faults=faults,
    )  # fmt: skip


def _fees(block_of: Array, paid: Array, owners: Array, spent: Array, unknown: Array) -> Array:
    """Inputs less outputs of a block's transactions but the coinbase; -1 where one input is not known."""
    total, hidden = np.zeros(len(paid), np.int64), np.zeros(len(paid), np.bool_)
    np.add.at(total, block_of[owners], np.where(unknown, 0, spent))
    hidden[block_of[owners[unknown]]] = True
    fees = total - paid
    return np.where(hidden | (fees < 0), -1, fees)


def _whole(values: Array) -> tuple[Array, Array]:
    bad = (values < 0) | (values > MAX_MONEY_SAT)
    return np.where(bad, -1, values).astype(np.int64), bad


def _faults(txid: Array, outs: dict[str, Array], inexact: Array, without: Array, where: str) -> tuple[Fault, ...]:
    told = []
    places = np.flatnonzero(inexact | without)
    for i in places[:_TOLD]:
        name = f"{txid[outs['n'][i]][::-1].tobytes().hex()}:{outs['vout'][i]}"
        what = (
            "has no script"
            if without[i]
            else f"pays {outs['value'][i].item()!r}, which is no number of whole satoshi up to 21 million coins"
        )
        told.append(Fault(where, f"{name} {what}; it is left out"))
    if len(places) > _TOLD:
        told.append(
            Fault(where, f"{len(places) - _TOLD:,} more outputs of these blocks are left out for the same reasons")
        )
    return tuple(told)


def _filled(column: Array) -> list[Any]:
    """A column of objects, None where it is empty."""
    empty = np.ma.getmaskarray(column)
    return [None if none else value for value, none in zip(np.ma.getdata(column), empty, strict=True)]


def _hashes(column: Array, where: str) -> Array:
    texts = [bytes(h) for h in column]
    if any(len(h) != 32 for h in texts):
        raise BadInput("A hash does not have 64 hexadecimal digits.", where=where, todo=_ADVICE)
    return np.ascontiguousarray(np.frombuffer(b"".join(texts), np.uint8).reshape(-1, 32)[:, ::-1])
