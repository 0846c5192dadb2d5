"""Declared lines and claims to addresses as columns: what is read, and what is refused with its line."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.evidence.sources.claims import claims_of, read_claims
from adit.evidence.sources.declared import KINDS, declared_of, month_number, month_text, read_declared
from adit.terms.errors import BadInput, BadRows

HEADER = "line_id,site_id,miner_id,month,day,amount_sat,kind,address,txid,vout"
GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"  # the address of the first coinbase
SCRIPT = "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"
GOOD = {"line_id": "L1", "site_id": "S1", "miner_id": "M1", "month": "2024-01", "amount_sat": "500", "kind": "pool"}
TX = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def written(tmp_path: Path, text: str, name: str = "declared.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_line_is_read_as_it_stands(tmp_path: Path) -> None:
    declared = read_declared(
        written(
            tmp_path,
            f"{HEADER}\nL1,S1,M1,2024-02,2024-02-29,2100,pool,{GENESIS},{TX.upper()},3\nL2,S1,M2,2024-03,,0,other,,,\n",
        )
    )
    assert declared.line_id == ("L1", "L2")
    assert [declared.miner.at(i) for i in range(2)] == ["M1", "M2"]
    assert [declared.site.at(i) for i in range(2)] == ["S1", "S1"]
    assert [month_text(m) for m in declared.month.tolist()] == ["2024-02", "2024-03"]
    assert declared.day.tolist() == [19_782, -1]
    assert declared.amount_sat.tolist() == [2100, 0]
    assert [KINDS[k] for k in declared.kind] == ["pool", "other"]
    assert declared.script.at(0) == bytes.fromhex(SCRIPT)
    assert declared.script.at(1) is None
    assert declared.txid.at(0) == bytes.fromhex(TX)
    assert (declared.txid.at(1), declared.vout.tolist()) == (None, [3, -1])
    assert (declared.report.total, declared.report.problems) == (2, ())
    assert declared.report.vintage.startswith("sha256 ")


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {**GOOD, "day": "2024-01-31", "address": GENESIS, "txid": TX, "vout": "1"},
        {**GOOD, "line_id": "L2", "day": None, "address": None, "txid": None, "vout": None},
    ]
    names = HEADER.split(",")
    table: dict[str, Any] = {name: [row.get(name) for row in rows] for name in names}
    table["amount_sat"] = pa.array([500, 500], pa.int64())
    table["vout"] = pa.array([1, None], pa.int32())
    table["day"] = pa.array([19_753, None], pa.int32()).cast(pa.date32())
    table["kind"] = pa.array(["pool", "pool"]).dictionary_encode()
    pq.write_table(pa.table(table), tmp_path / "declared.parquet")
    lines = "\n".join(",".join(row.get(name) or "" for name in names) for row in rows)
    one, other = read_declared(tmp_path / "declared.parquet"), read_declared(written(tmp_path, f"{HEADER}\n{lines}\n"))
    assert one.line_id == other.line_id == ("L1", "L2")
    for column in ("month", "day", "amount_sat", "kind", "vout"):
        assert getattr(one, column).tolist() == getattr(other, column).tolist()
    for column in ("site", "miner", "script", "txid"):
        assert [getattr(one, column).at(i) for i in (0, 1)] == [getattr(other, column).at(i) for i in (0, 1)]


def test_columns_that_may_be_blank_may_be_absent(tmp_path: Path) -> None:
    declared = read_declared(
        written(tmp_path, "kind,amount_sat,month,miner_id,site_id,line_id\npool,5,2024-01,M1,S1,L1\n")
    )
    assert (declared.day.tolist(), declared.vout.tolist(), declared.script.at(0), declared.txid.at(0)) == (
        [-1],
        [-1],
        None,
        None,
    )


def test_a_table_without_rows(tmp_path: Path) -> None:
    declared = read_declared(written(tmp_path, HEADER + "\n"))
    assert (len(declared), declared.report.total, declared.amount_sat.tolist()) == (0, 0, [])
    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in HEADER.split(",")}), tmp_path / "none.parquet")
    assert len(read_declared(tmp_path / "none.parquet")) == 0
    assert len(claims_of([])) == 0


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"txid": TX[:-1]}, "line 2, txid: the txid has 63 signs, and 64 are expected"),
        ({"txid": TX[:-1] + "g"}, "line 2, txid: the txid holds signs that are not hexadecimal"),
        ({"txid": TX[:30] + "  " + TX[32:]}, "line 2, txid: the txid holds signs that are not hexadecimal"),
        ({"vout": "0"}, "line 2, vout: an output is named without its transaction"),
        ({"txid": TX, "vout": "-1"}, "line 2, vout: -1 is below zero"),
        ({"txid": TX, "vout": "4294967296"}, "line 2, vout: 4294967296 is above 4294967295"),
        ({"amount_sat": "-500"}, "line 2, amount_sat: -500 is below zero"),
        ({"amount_sat": "0.5"}, "line 2, amount_sat: 0.5 is not a whole number of satoshi"),
        ({"amount_sat": "0,5"}, "line 2, amount_sat: '0,5' is not a number; write 0.5"),
        ({"amount_sat": "1 000"}, "line 2, amount_sat: '1 000' is not a number"),
        ({"amount_sat": "2100000000000001"}, "line 2, amount_sat: 2100000000000001 is more than all bitcoin"),
        ({"amount_sat": ""}, "line 2, amount_sat: the value is missing"),
        ({"kind": "mined"}, "line 2, kind: 'mined' is no kind of line; there are own_block, pool, rented, offchain_statement, other"),
        ({"month": "2024-13"}, "line 2, month: '2024-13' is not a month; write it as 2024-01"),
        ({"month": "2024-1"}, "line 2, month: '2024-1' is not a month; write it as 2024-01"),
        ({"month": "2008-12"}, "line 2, month: 2008-12 lies before the first block, of January 2009"),
        ({"day": "2024-02-30"}, "line 2, day: '2024-02-30' is not a day; write it as 2025-05-01"),
        ({"day": "20240105"}, "line 2, day: '20240105' is not a day; write it as 2025-05-01"),
        ({"day": "2024-02-01"}, "line 2, day: 2024-02-01 does not lie in 2024-01"),
        ({"day": "1999-01-01", "month": "2024-01"}, "line 2, day: 1999-01-01 lies before the first block, of 2009-01-03"),
        ({"address": "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"}, "line 2, address: tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx is an address of testnet, and mainnet is asked for"),
        ({"address": GENESIS[:-1] + "b"}, f"line 2, address: '{GENESIS[:-1]}b' is no address: The checksum of the address is wrong: a sign was mistyped or is missing."),
        ({"kind": "offchain_statement", "txid": TX}, "line 2, txid: a statement from outside the chain has no transaction"),
        ({"line_id": "=HYPERLINK(1)"}, "line 2, line_id: '=HYPERLINK(1)' begins like a formula of a spreadsheet"),
        ({"site_id": "+7"}, "line 2, site_id: '+7' begins like a formula of a spreadsheet"),
        ({"miner_id": "@SUM(A1)"}, "line 2, miner_id: '@SUM(A1)' begins like a formula of a spreadsheet"),
        ({"line_id": "x" * 65}, "line 2, line_id: the name has 65 signs, at most 64 are expected"),
        ({"miner_id": "a\x00b"}, "line 2, miner_id: the name holds signs that cannot be printed"),
        ({"miner_id": ""}, "line 2, miner_id: the value is missing"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used(cells: dict[str, str], problem: str) -> None:
    good = {**GOOD, "line_id": "L2"}
    declared = declared_of([{**GOOD, **cells}, good], skip_bad_rows=True)
    assert [str(p) for p in declared.report.problems] == [problem]
    assert (declared.line_id, declared.report.total) == (("L2",), 2)
    with pytest.raises(BadRows) as error:
        declared_of([{**GOOD, **cells}, good])
    assert problem in str(error.value)
    assert "1 of 2 rows cannot be read" in str(error.value)


def test_all_that_is_wrong_with_a_line_is_told_at_once() -> None:
    declared = declared_of([{**GOOD, "month": "January", "amount_sat": "much", "vout": "0"}], skip_bad_rows=True)
    assert [p.column for p in declared.report.problems] == ["amount_sat", "month"]


def test_a_name_that_stands_twice_names_no_line() -> None:
    rows = [GOOD, {**GOOD, "line_id": "L2"}, {**GOOD, "amount_sat": "7"}]
    declared = declared_of(rows, skip_bad_rows=True)
    assert declared.line_id == ("L2",)
    assert [str(p) for p in declared.report.problems] == [
        "line 2, line_id: 'L1' stands on line 4 too",
        "line 4, line_id: 'L1' stands on line 2 too",
    ]


def test_lines_that_are_torn_are_told_with_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\nL1,S1,M1,2024-01,,5,pool,,,\nL2,S1\nL3,S1,M1,2024-01,,x,pool,,,\n")
    declared = read_declared(path, skip_bad_rows=True)
    assert (declared.line_id, declared.report.total) == (("L1",), 3)
    assert [str(p) for p in declared.report.problems] == [
        "line 3, line_id: the line has 2 cells instead of 10",
        "line 4, amount_sat: 'x' is not a number",
    ]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("line_id,site_id\nL1,S1\n", "declared.csv", "The columns are missing: miner_id, month, amount_sat, kind.\nThe file has: line_id, site_id."),
        (HEADER.replace("kind", "sort") + "\n", "declared.csv", "The column is missing: kind."),
        ("PAR1", "declared.parquet", "This is not Parquet|Invalid|too small|No magic bytes"),
        ("", "declared.csv", "The file is empty."),
        (HEADER, "declared.xlsx", "'.xlsx' is neither Parquet nor CSV."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_lines(tmp_path: Path, text: str, name: str, message: str) -> None:
    with pytest.raises(BadInput) as error:
        read_declared(written(tmp_path, text, name))
    assert any(part in str(error.value) for part in message.split("|"))


def test_amounts_as_floats_are_refused_whole(tmp_path: Path) -> None:
    table = {name: [GOOD.get(name, "")] for name in HEADER.split(",")}
    pq.write_table(pa.table({**table, "amount_sat": [0.1]}), tmp_path / "declared.parquet")
    with pytest.raises(BadInput) as error:
        read_declared(tmp_path / "declared.parquet")
    assert "The column amount_sat holds DOUBLE; text or whole counts are expected." in str(error.value)
    assert str(error.value).endswith("Write amounts as whole satoshi and hashes as hexadecimal text.")


def test_another_network_may_be_asked_for() -> None:
    rows = [{**GOOD, "address": "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"}]  # base58 of testnet and regtest begins alike
    assert declared_of(rows, network="regtest").script.at(0) == declared_of(rows, network="testnet").script.at(0)
    with pytest.raises(BadRows, match="is an address of mainnet, and testnet is asked for"):
        declared_of([{**GOOD, "address": GENESIS}], network="testnet")


@settings(max_examples=100, deadline=None)
@given(st.integers(2009 * 12, 9999 * 12 + 11))
def test_a_month_comes_back_as_it_was_written(number: int) -> None:
    assert month_number(month_text(number)) == number


# Claims -----------------------------------------------------------------------------------------------------------
def test_claims_are_read_as_they_stand(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"address,miner_id,site_id,proven_from,proven_to\n{GENESIS},M1,,2024-01-01,2024-02-01\n{GENESIS},M2,S1,,\n",
        "addresses.csv",
    )
    claims = read_claims(path)
    assert [claims.miner.at(i) for i in (0, 1)] == ["M1", "M2"]
    assert [claims.site.at(i) for i in (0, 1)] == [None, "S1"]
    assert [claims.script.at(i) for i in (0, 1)] == [bytes.fromhex(SCRIPT)] * 2
    assert (claims.proven_from.tolist(), claims.proven_to.tolist()) == ([19_723, -1], [19_754, -1])


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"proven_from": "soon"}, "line 2, proven_from: 'soon' is not a day; write it as 2025-05-01"),
        ({"proven_to": "2024-01-01"}, "line 2, proven_to: a proof ends that never began"),
        (
            {"proven_from": "2024-01-02", "proven_to": "2024-01-02"},
            "line 2, proven_to: the proof ends before it begins",
        ),
        ({"address": ""}, "line 2, address: neither an address nor a script is given"),
        ({"script_hex": "ac"}, "line 2, address: the address is not that of the script"),
        ({"address": "nowhere0"}, "line 2, address: 'nowhere0' is no address: '0' stands in no address of this kind."),
        ({"miner_id": "-1+2"}, "line 2, miner_id: '-1+2' begins like a formula of a spreadsheet"),
    ],
)
def test_a_claim_that_cannot_be_used(cells: dict[str, str], problem: str) -> None:
    claims = claims_of([{"address": GENESIS, "miner_id": "M1", **cells}], skip_bad_rows=True)
    assert ([str(p) for p in claims.report.problems], len(claims)) == ([problem], 0)
