"""Receipts of the chain as columns: what is read, and what is refused with its line."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.evidence.sources.receipts import RECEIPTS, read_receipts, receipts_of
from adit.terms.errors import BadInput, BadRows

GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SCRIPT = "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"
OTHER = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
OTHER_SCRIPT = "0014751e76e8199196d454941c45d1b3a323f1433bd6"
TX = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
GOOD = {
    "txid": TX, "vout": "0", "height": "800000", "block_time_utc": "2024-01-31T20:00:00Z", "address": GENESIS, "script_hex": SCRIPT,
    "amount_sat": "500", "coinbase": "false", "confirmations": "7", "payers": "",
}  # fmt: skip


def written(tmp_path: Path, rows: list[dict[str, str]]) -> Path:
    path = tmp_path / "receipts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RECEIPTS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_receipt_is_read_as_it_stands(tmp_path: Path) -> None:
    rows = [{**GOOD, "payers": f"{OTHER};{GENESIS};{OTHER}"}, {**GOOD, "vout": "1", "coinbase": "True", "address": ""}]
    receipts = read_receipts(written(tmp_path, rows))
    assert [receipts.txid.at(i) for i in (0, 1)] == [bytes.fromhex(TX)] * 2
    assert receipts.vout.tolist() == [0, 1]
    assert (receipts.height.tolist(), receipts.confirmations.tolist()) == ([800_000] * 2, [7] * 2)
    assert receipts.time_s.tolist() == [1_706_731_200] * 2
    assert [receipts.script.at(i) for i in (0, 1)] == [bytes.fromhex(SCRIPT)] * 2
    assert receipts.coinbase.tolist() == [False, True]
    assert receipts.payer_first.tolist() == [0, 2, 2]
    assert [receipts.payer_scripts[p].hex() for p in receipts.payers] == [OTHER_SCRIPT, SCRIPT]
    assert (receipts.network, receipts.report.problems) == ("mainnet", ())


def test_a_script_without_an_address_is_written_in_hexadecimal() -> None:
    key = "41" + "04" + "ab" * 64 + "ac"  # pays to a bare key, as the first coinbases do
    receipts = receipts_of([{**GOOD, "address": "", "script_hex": key, "payers": key}])
    assert receipts.script.at(0) == bytes.fromhex(key)
    assert receipts.payer_scripts == (bytes.fromhex(key),)


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    rows = [{**GOOD, "payers": OTHER}, {**GOOD, "vout": "4294967295", "coinbase": "true"}]
    table: dict[str, Any] = {name: [row[name] for row in rows] for name in RECEIPTS}
    for name in ("vout", "height", "amount_sat", "confirmations"):
        table[name] = pa.array([int(v) for v in table[name]], pa.int64())
    table["coinbase"] = [False, True]
    times = np.array(["2024-01-31T20:00:00"] * 2, dtype="datetime64[us]")
    table["block_time_utc"] = pa.array(times, pa.timestamp("us", tz="UTC"))
    pq.write_table(pa.table(table), tmp_path / "receipts.parquet")
    one, other = read_receipts(tmp_path / "receipts.parquet"), read_receipts(written(tmp_path, rows))
    for column in ("vout", "height", "time_s", "amount_sat", "coinbase", "confirmations", "payer_first", "payers"):
        assert getattr(one, column).tolist() == getattr(other, column).tolist()
    assert (one.txid.words, one.script.words, one.payer_scripts) == (
        other.txid.words,
        other.script.words,
        other.payer_scripts,
    )


def test_the_columns_are_those_that_the_chain_writes() -> None:
    from adit.evidence.chain.receipts import COLUMNS

    assert RECEIPTS == COLUMNS


def test_a_table_may_not_know_heights() -> None:
    receipts = receipts_of([{**GOOD, "height": "", "confirmations": ""}])
    assert (receipts.height.tolist(), receipts.confirmations.tolist()) == ([-1], [-1])


def test_a_table_without_rows(tmp_path: Path) -> None:
    receipts = read_receipts(written(tmp_path, []))
    assert (len(receipts), receipts.payer_first.tolist(), receipts.payers.tolist()) == (0, [0], [])


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"txid": "ab"}, "line 2, txid: the txid has 2 signs, and 64 are expected"),
        ({"txid": ""}, "line 2, txid: the value is missing"),
        ({"vout": ""}, "line 2, vout: the value is missing"),
        ({"vout": "1.5"}, "line 2, vout: 1.5 is not a whole number"),
        ({"amount_sat": "-1"}, "line 2, amount_sat: -1 is below zero"),
        ({"amount_sat": "0.00000001"}, "line 2, amount_sat: 1E-8 is not a whole number of satoshi"),
        ({"amount_sat": "=1+1"}, "line 2, amount_sat: '=1+1' is not a number"),
        ({"height": "high"}, "line 2, height: 'high' is not a number"),
        ({"block_time_utc": "2024-01-31T20:00:00+03:00"}, "line 2, block_time_utc: '2024-01-31T20:00:00+03:00' is no time in UTC; write it as 2024-01-31T09:30:00Z"),
        ({"block_time_utc": "31.01.2024 20:00"}, "line 2, block_time_utc: '31.01.2024 20:00' is no time in UTC; write it as 2024-01-31T09:30:00Z"),
        ({"block_time_utc": "2024-02-30T00:00:00Z"}, "line 2, block_time_utc: '2024-02-30T00:00:00Z' is no time in UTC; write it as 2024-01-31T09:30:00Z"),
        ({"address": OTHER}, "line 2, address: the address is not that of the script"),
        ({"address": "", "script_hex": ""}, "line 2, address: neither an address nor a script is given"),
        ({"script_hex": "76a"}, "line 2, script_hex: '76a' is no script in hexadecimal"),
        ({"script_hex": "ab" * 10_001, "address": ""}, "line 2, script_hex: the script has 10001 bytes, at most 10000 are expected"),
        ({"address": "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "script_hex": ""}, "line 2, address: tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx is an address of testnet, and mainnet is asked for"),
        ({"coinbase": "yes"}, "line 2, coinbase: 'yes' is neither true nor false"),
        ({"coinbase": "true", "payers": OTHER}, "line 2, payers: a coinbase is paid by nobody"),
        ({"coinbase": "true", "height": ""}, "line 2, height: of a coinbase it has to be known"),
        ({"coinbase": "true", "confirmations": ""}, "line 2, confirmations: of a coinbase it has to be known"),
        ({"confirmations": "-3"}, "line 2, confirmations: -3 is below zero"),
        ({"payers": f"{OTHER};somebody"}, "line 2, payers: 'somebody' is no address: The address has the wrong length."),
    ],
)  # fmt: skip
def test_a_receipt_that_cannot_be_used(cells: dict[str, str], problem: str) -> None:
    good = {**GOOD, "vout": "9"}
    receipts = receipts_of([{**GOOD, **cells}, good], skip_bad_rows=True)
    assert [str(p) for p in receipts.report.problems] == [problem]
    assert receipts.vout.tolist() == [9]
    with pytest.raises(BadRows) as error:
        receipts_of([{**GOOD, **cells}, good])
    assert problem in str(error.value)


def test_an_output_told_twice_counts_once() -> None:
    receipts = receipts_of([GOOD, {**GOOD, "vout": "1"}, {**GOOD, "confirmations": "8"}], skip_bad_rows=True)
    assert receipts.vout.tolist() == [0, 1]
    assert [str(p) for p in receipts.report.problems] == ["line 4, vout: the output stands on line 2 already"]


@pytest.mark.parametrize("cells", [{"amount_sat": "501"}, {"height": "800001"}, {"coinbase": "true"}])
def test_an_output_of_which_two_things_are_said_counts_not_at_all(cells: dict[str, str]) -> None:
    receipts = receipts_of([GOOD, {**GOOD, "vout": "1"}, {**GOOD, **cells}], skip_bad_rows=True)
    assert receipts.vout.tolist() == [1]
    assert [str(p) for p in receipts.report.problems] == [
        "line 2, vout: line 4 says something else of the same output",
        "line 4, vout: line 2 says something else of the same output",
    ]


def test_a_table_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "receipts.csv"
    path.write_text("txid,vout,value\nab,0,0.5\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_receipts(path)
    assert "The columns are missing: height, block_time_utc, address, script_hex, amount_sat, coinbase" in str(
        error.value
    )
    assert str(error.value).endswith("The file has: txid, vout, value.")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2)), max_size=8), st.randoms(use_true_random=False))
def test_which_rows_count_does_not_depend_on_their_order(outputs: list[tuple[int, int]], chance: Any) -> None:
    rows = [{**GOOD, "vout": str(vout), "amount_sat": str(amount)} for vout, amount in outputs]
    shuffled = chance.sample(rows, len(rows))
    one, other = (receipts_of(r, skip_bad_rows=True) for r in (rows, shuffled))
    assert sorted(zip(one.vout, one.amount_sat, strict=True)) == sorted(zip(other.vout, other.amount_sat, strict=True))
    said = {vout: {a for v, a in outputs if v == vout} for vout, _ in outputs}
    assert sorted(one.vout.tolist()) == sorted(v for v, amounts in said.items() if len(amounts) == 1)
