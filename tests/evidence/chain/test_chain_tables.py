"""Tables of the chain, which are read as told: Parquet of bitcoin-etl with its habits, CSV, and the addresses to look for."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.chain.made_blocks import real_blocks, script

from adit.evidence.chain.block import Block, read_block
from adit.evidence.chain.layout import Blocks, script_of
from adit.evidence.chain.receipts import Scan, address_of
from adit.evidence.chain.watched import watch
from adit.evidence.sources import chain_csv, chain_parquet, declared_addresses
from adit.terms.addresses import decode
from adit.terms.errors import BadInput

A, B = script(1), script(2)
ADDRESS_A, ADDRESS_B = address_of(A, "mainnet"), address_of(B, "mainnet")
TAPROOT = bytes.fromhex("5120") + bytes(range(32))


def found(batches: list[Blocks], scripts, **how):
    scan = Scan(watch(scripts), "mainnet")
    for batch in batches:
        scan.take(batch)
    return scan.found(**how)


# Parquet ----------------------------------------------------------------------------------------------------------
def output(index, script_hex, value, address="nonstandard6d5e"):
    return {"index": index, "script_asm": "", "script_hex": script_hex, "required_signatures": 1, "type": "witness", "address": address, "value": value}  # fmt: skip


def spent(txid, index, value, address):
    return {"index": 0, "spent_transaction_hash": txid, "spent_output_index": index, "script_hex": "", "address": address, "value": value}  # fmt: skip


OUTPUT = "STRUCT(index BIGINT, script_asm VARCHAR, script_hex VARCHAR, required_signatures BIGINT, type VARCHAR, address VARCHAR, value {})[]"
INPUT = "STRUCT(index BIGINT, spent_transaction_hash VARCHAR, spent_output_index BIGINT, script_hex VARCHAR, address VARCHAR, value DOUBLE)[]"


def parquet(path: Path, rows, value="DOUBLE", **columns) -> Path:
    """Transactions as AWS has them: (hash, block, coinbase, inputs, outputs)."""
    kinds = {"hash": "VARCHAR", "block_number": "BIGINT", "block_hash": "VARCHAR", "block_timestamp": "TIMESTAMP", "is_coinbase": "BOOLEAN", "inputs": INPUT, "outputs": OUTPUT.format(value)} | columns  # fmt: skip
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in kinds.items())})")
        for hash_, height, coinbase, inputs, outputs in rows:
            base.execute(
                f"INSERT INTO t SELECT ?, ?, ?, make_timestamp(?), ?, CAST(? AS {INPUT}), CAST(? AS {OUTPUT.format(value)})",
                [
                    hash_,
                    height,
                    f"{height:064x}",
                    (1_700_000_000 + (height - 800_000) * 600) * 1_000_000,
                    coinbase,
                    inputs,
                    outputs,
                ],
            )
        base.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


ROWS = [
    ("aa" * 32, 800_000, True, [], [output(0, A.hex(), 6.25)]),
    ("bb" * 32, 800_000, False, [spent("aa" * 32, 3, 0.5, ADDRESS_B), spent("ab" * 32, 0, 0.0, None), spent("ac" * 32, 1, 0.1, "nonstandard77")],
     [output(0, TAPROOT.hex(), 0.1), output(1, A.hex(), 0.30000003)]),
    ("cc" * 32, 800_120, False, [spent("ab" * 32, 3, 0.4, ADDRESS_B)], [output(0, B.hex(), 0.39999)]),
]  # fmt: skip


def test_a_table_of_bitcoin_etl_is_read_by_script_and_to_the_satoshi(tmp_path):
    [batch] = chain_parquet.read(parquet(tmp_path / "a.parquet", ROWS))
    assert batch.faults == ()
    assert batch.amount_sat.tolist() == [625_000_000, 10_000_000, 30_000_003, 39_999_000]
    assert batch.coinbase_sat.tolist() == [625_000_000, -1], "the second block's coinbase is not in the table"
    assert batch.fees_sat.tolist() == [-1, 1_000], "an input whose value is 0 is one that is not known"
    seen = found([batch], [A, TAPROOT])
    assert not seen.proven
    assert [
        (r.txid[:2], r.vout, r.height, r.amount_sat, r.coinbase, r.confirmations, r.payers) for r in seen.receipts
    ] == [
        ("aa", 0, 800_000, 625_000_000, True, 121, ()),
        ("bb", 0, 800_000, 10_000_000, False, 121, (ADDRESS_B,)),
        ("bb", 1, 800_000, 30_000_003, False, 121, (ADDRESS_B,)),
    ]
    assert f"{seen.receipts[0].block_time_utc:%Y-%m-%dT%H:%M:%SZ}" == "2023-11-14T22:13:20Z"


def test_several_files_and_batches_are_one_chain(tmp_path, monkeypatch):
    parquet(tmp_path / "date=1.parquet", ROWS[:2])
    parquet(tmp_path / "date=2.parquet", ROWS[2:])
    monkeypatch.setattr(chain_parquet, "_AT_ONCE", 1)
    batches = list(chain_parquet.read(f"{tmp_path}/*.parquet"))
    assert [b.height.tolist() for b in batches] == [[800_000], [800_120]]
    assert len(found(batches, [A, B]).receipts) == 3


def test_whole_satoshi_are_taken_as_they_are(tmp_path):
    rows: list[tuple] = [
        (
            "aa" * 32,
            5,
            False,
            [],
            [output(0, A.hex(), 2_100_000_000_000_000), output(1, A.hex(), 2_100_000_000_000_001)],
        )
    ]
    [batch] = chain_parquet.read(parquet(tmp_path / "a.parquet", rows, value="BIGINT"))
    assert batch.amount_sat.tolist() == [2_100_000_000_000_000]
    assert [f.what.split(" pays ")[0] for f in batch.faults] == ["aa" * 32 + ":1"]


def test_amounts_and_scripts_that_cannot_be_taken_are_told_one_by_one(tmp_path):
    odd = [0.1 + 1e-9, float(np.float32(0.1)), 21_000_001.0, -1.0, float("nan"), None]
    outputs = [
        *(output(i, A.hex(), v) for i, v in enumerate(odd)),
        output(6, None, 1.0),
        output(7, "xyz", 1.0),
        output(8, A.hex(), 1.0),
    ]
    [batch] = chain_parquet.read(parquet(tmp_path / "a.parquet", [("aa" * 32, 5, True, [], outputs)]))
    assert batch.vout.tolist() == [8]
    assert len(batch.faults) == 8
    assert "pays 0.10000000149011612, which is no number of whole satoshi" in batch.faults[1].what
    assert batch.faults[6].what.endswith(":6 has no script; it is left out")
    assert batch.output_sat.tolist() == [-1], "a sum without some of its parts is not known"


@given(st.integers(0, 2_100_000_000_000_000))
def test_every_amount_survives_being_a_float(sat):
    amounts, bad = chain_parquet.satoshi(np.array([sat / 1e8, float(f"{sat // 10**8}.{sat % 10**8:08}")]))
    assert amounts.tolist() == [sat, sat]
    assert not bad.any()


@given(st.integers(1, 10**14), st.floats(0.1, 0.9))
def test_half_a_satoshi_is_seen(sat, part):
    amounts, bad = chain_parquet.satoshi(np.array([(sat + part) / 1e8]))
    assert bad.tolist() == [True]
    assert amounts.tolist() == [-1]


def test_real_blocks_as_a_table_give_what_the_blocks_give(tmp_path):
    block: Block = read_block(real_blocks()[333961], "")
    rows = [
        (t.txid[::-1].hex(), 333_961, i == 0, [] if i == 0 else [spent(p.prev_txid[::-1].hex(), p.prev_vout, 0.0, None) for p in t.inputs],
         [output(n, o.script.hex(), o.amount_sat / 1e8) for n, o in enumerate(t.outputs)])
        for i, t in enumerate(block.transactions)
    ]  # fmt: skip
    [batch] = chain_parquet.read(parquet(tmp_path / "a.parquet", rows))
    assert batch.coinbase_sat.tolist() == [2_502_550_879]
    assert batch.output_sat.tolist() == [sum(o.amount_sat for t in block.transactions for o in t.outputs)]
    told = {
        bytes(batch.txid[i]): [script_of(batch, o) for o in range(batch.output_first[i], batch.output_first[i + 1])]
        for i in range(len(batch.txid))
    }
    assert told == {t.txid: [o.script for o in t.outputs] for t in block.transactions}


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda p: None, "No files found"),
        (lambda p: p.write_bytes(b"not parquet"), "No magic bytes found|too small"),
        (lambda p: parquet(p, []), "The table has no row"),
        (lambda p: parquet(p, [("zz", 5, True, [], [output(0, A.hex(), 1.0)])]), "A hash does not have 64 hexadecimal digits"),
        (lambda p: parquet(p, [("aa" * 32, 5, True, [], [output(0, A.hex(), 1.0)])], value="FLOAT"), "The amounts of outputs are FLOAT; in that, a satoshi is lost"),
        (lambda p: duckdb.sql(f"COPY (SELECT 'a' AS hash) TO '{p}' (FORMAT parquet)"), "The table lacks block_number, block_hash, block_timestamp, is_coinbase, inputs, outputs"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_why(tmp_path, make, expected):
    file = tmp_path / "a.parquet"
    make(file)
    with pytest.raises(BadInput, match=expected):
        list(chain_parquet.read(file))


# CSV --------------------------------------------------------------------------------------------------------------
def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_csv_gives_receipts_as_told(tmp_path):
    file = table(
        tmp_path / "outs.csv", "txid,vout,address,sat,height,block_time_utc,coinbase",
        f"{'aa' * 32},0,{ADDRESS_A},500,800000,2023-07-24T03:17:09Z,true", f"{'bb' * 32},1,{ADDRESS_A},7,800001,2023-07-24T03:30:00,false",
        f"{'cc' * 32},1,{ADDRESS_B},7,800150,,",
    )  # fmt: skip
    seen = found(list(chain_csv.read(file)), [A])
    assert [(r.txid[:2], r.vout, r.amount_sat, r.coinbase, r.confirmations) for r in seen.receipts] == [
        ("aa", 0, 500, True, 151),
        ("bb", 1, 7, False, 150),
    ]
    assert f"{seen.receipts[1].block_time_utc:%H:%M}" == "03:30"
    assert not seen.proven


def test_a_csv_without_heights_has_no_depth_and_no_new_coin_counts(tmp_path):
    file = table(
        tmp_path / "outs.csv",
        "txid,vout,script_hex,sat,coinbase",
        f"{'aa' * 32},0,{A.hex()},500,true",
        f"{'bb' * 32},1,{A.hex()},7,",
    )
    seen = found(list(chain_csv.read(file)), [A])
    assert [(r.vout, r.height, r.block_time_utc, r.confirmations) for r in seen.receipts] == [(1, None, None, None)]
    assert len(seen.waiting) == 1


def test_a_block_that_is_spread_over_two_batches_keeps_its_outputs(tmp_path, monkeypatch):
    monkeypatch.setattr(chain_csv, "_AT_ONCE", 2)
    lines = [f"{n:064x},0,{A.hex()},5,800000" for n in range(5)]
    assert (
        len(
            found(
                list(chain_csv.read(table(tmp_path / "o.csv", "txid,vout,script_hex,sat,height", *lines))), [A]
            ).receipts
        )
        == 5
    )


def test_rows_that_cannot_be_read_are_told_with_their_line(tmp_path):
    good = f"{'aa' * 32},0,{ADDRESS_A},500"
    bad = {
        f"{'aa' * 31},0,{ADDRESS_A},500": "txid: 'aa", f"{'ab' * 32},-1,{ADDRESS_A},500": "vout: -1 is below zero",
        f"{'ab' * 32},0,{ADDRESS_A},0.5": "sat: 0.5 is not a whole number", f"{'ab' * 32},0,{ADDRESS_A},": "sat: the value is missing",
        f"{'ab' * 32},0,{ADDRESS_A},2100000000000001": "sat: 2100000000000001 is more than there will ever be",
        f"{'ab' * 32},0,0x52908400098527886E0F7030069857D2E4169EE7,5": "address: '0' stands in no address", f"{'ab' * 32},0,,5": "address: the value is missing",
        f"{'ab' * 32},0": "txid: 2 cells, the header has 4", "=cmd|'/C calc'!A0,0,x,5": "txid: '=cmd",
    }  # fmt: skip
    [batch] = chain_csv.read(table(tmp_path / "o.csv", "txid,vout,address,sat", good, *bad))
    assert len(batch.txid) == 1
    assert [f.where for f in batch.faults] == [f"o.csv line {n}" for n in range(3, 12)]
    for fault, expected in zip(batch.faults, bad.values(), strict=True):
        assert fault.what.startswith(expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "The table lacks txid, vout, sat, script_hex or address"),
        (("txid;vout;sat;address", "a"), "The table lacks"),
        (("txid,vout,sat,address",), "The table has no row"),
        (('txid,vout,sat,address', 'a,b,"c'), "The file is not CSV"),
    ],
)  # fmt: skip
def test_a_csv_that_is_no_such_table(tmp_path, lines, expected):
    with pytest.raises(BadInput, match=expected):
        list(chain_csv.read(table(tmp_path / "o.csv", *lines) if lines else _empty(tmp_path / "o.csv")))


def _empty(path: Path) -> Path:
    path.touch()
    return path


# Addresses --------------------------------------------------------------------------------------------------------
def test_addresses_are_scripts_and_rows_that_are_none_are_told(tmp_path):
    upper = ADDRESS_A.upper()
    file = table(
        tmp_path / "a.csv", "miner,address,script_hex", f"1,{ADDRESS_A},", f"2,{upper},", "3,LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1,", "4,,51",
        "5,,zz", "6,,", f"7,{ADDRESS_B}x,", "8,tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx,", "9",
    )  # fmt: skip
    declared = declared_addresses.read(file)
    assert declared.scripts == (A, b"\x51")
    assert {p.line: p.problem for p in declared.problems} == {
        3: "the same as on line 2; it is looked for once",
        4: "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1: This is an address of another coin.",
        6: "'zz' is not hexadecimal",
        7: "the value is missing",
        8: f"{ADDRESS_B}x: The checksum of the address is wrong: a sign was mistyped or is missing.",
        9: "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx: This is an address of testnet; the blocks are of mainnet.",
        10: "1 cells, the header has 3",
    }


def test_a_file_without_a_usable_address(tmp_path):
    with pytest.raises(BadInput, match="There is neither a column address nor a column script_hex"):
        declared_addresses.read(table(tmp_path / "a.csv", "wallet", "1abc"))
    with pytest.raises(BadInput, match=r"No row has an address that can be looked for.\n  line 2, address: 1abc: "):
        declared_addresses.read(table(tmp_path / "a.csv", "address", "1abc"))


def test_addresses_of_the_two_networks_for_tests_that_look_alike_are_taken(tmp_path):
    file = table(tmp_path / "a.csv", "address", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn")
    assert declared_addresses.read(file, network="regtest").scripts == (
        decode("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn").script,
    )
