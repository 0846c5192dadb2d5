"""`adit chain`: what is printed, to where, and with which exit code."""

import csv
import io
import json
import sys
from decimal import Decimal

import pytest
from tests.evidence.chain.made_blocks import EXAMPLES, KEY, chain_of, framed, index, real_blocks, script, with_key

from adit import __version__
from adit.cli import main
from adit.cli.chain import _cell
from adit.evidence.chain.receipts import COLUMNS, address_of
from adit.evidence.sources.epochs import subsidy_sat
from adit.evidence.sources.receipts import read_receipts

GRADES = {
    169482: (None, "none"), 227835: (None, "none"), 227836: ("Braiins Pool", "tag only"), 333961: ("F2Pool", "address and tag"),
    363703: ("AntPool", "tag only"), 370661: ("Braiins Pool", "address and tag"), 383616: ("GHash.IO", "address only"),
    437303: ("ViaBTC", "tag only"), 481815: ("BitClub", "address and tag"), 481829: ("Bixin", "address and tag"),
    702861: ("Binance Pool", "address and tag"),
}  # fmt: skip


@pytest.fixture
def adit(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["adit", *map(str, arguments)])
        code = 0
        try:
            main.run()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def addresses(tmp_path):
    file = tmp_path / "addresses.csv"
    file.write_text(f"address\n{address_of(script(1), 'regtest')}\n", encoding="utf-8")
    return file


@pytest.fixture
def node(tmp_path):
    folder = tmp_path / "blocks"
    folder.mkdir()
    (folder / "blk00000.dat").write_bytes(with_key(framed(chain_of(101))))
    (folder / "xor.dat").write_bytes(KEY)
    return folder


@pytest.mark.parametrize("row", index(), ids=lambda row: row["height"])
def test_each_real_block_is_shown_as_its_index_has_it(adit, row):
    height = int(row["height"])
    code, out, err = adit("chain", "block", EXAMPLES / row["file"], "--height", height, "--format", "json")
    seen = json.loads(out)
    coinbase_sat = int(Decimal(row["coinbase_out_btc"]) * 100_000_000)
    assert (code, err) == (0, "")
    assert (seen["height"], seen["hash"], seen["time_utc"]) == (height, row["hash"], row["time_utc"])
    assert (seen["transactions"], seen["size"], seen["version"]) == (
        int(row["txs"]),
        int(row["size"]),
        int(row["version"]),
    )
    assert (seen["coinbase_sat"], seen["fees_sat"]) == (coinbase_sat, coinbase_sat - subsidy_sat(height))
    assert sum(p["amount_sat"] for p in seen["payees"]) == coinbase_sat
    assert (seen["pool"]["name"], seen["pool"]["grade"]) == GRADES[height]
    assert seen["output_sat"] > coinbase_sat
    assert seen["adit"] == __version__
    assert "2026-02-24" in seen["data"]["pools"]
    assert "retrieved" in seen["data"]["network/btc_retarget_epochs.csv"]


def test_a_block_for_people(adit):
    code, out, _ = adit("chain", "block", EXAMPLES / "blocks/333961.raw")
    assert code == 0
    for line in (
        "333,961",
        "2014-12-12T05:49:14Z",
        "F2Pool, by address and tag",
        "2,550,879 satoshi",
        "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY",
        "proof of work, Merkle root",
    ):
        assert line in out


def test_an_old_block_says_between_which_heights_it_lies(adit):
    code, out, _ = adit("chain", "block", EXAMPLES / "blocks/169482.raw")
    assert code == 0
    assert "not said; by its difficulty 169,344 to 171,359" in out
    assert "1,750,000 satoshi" in out, "the subsidy is the same in all of them"
    assert adit("chain", "block", EXAMPLES / "blocks/169482.raw", "--height", 171_360)[2].count(
        "stands between 169,344 and 171,359, not at 171,360"
    )
    assert adit("chain", "block", EXAMPLES / "blocks/227836.raw", "--height", 227_835)[2].count(
        "The block claims height 227,836, not 227,835"
    )


def test_a_block_out_of_a_file_of_core_and_in_hexadecimal(adit, tmp_path):
    raw = real_blocks()[333961]
    (tmp_path / "framed").write_bytes(framed([raw], "f9beb4d9"))
    (tmp_path / "hex").write_text(raw.hex(), encoding="ascii")
    assert {adit("chain", "block", tmp_path / name, "--format", "json")[0] for name in ("framed", "hex")} == {0}
    (tmp_path / "framed").write_bytes(framed([raw, raw], "f9beb4d9"))
    code, _, err = adit("chain", "block", tmp_path / "framed")
    assert code == 2
    assert "The file has more than one block" in err


def test_a_block_that_claims_a_height_it_cannot_have_is_a_finding(adit, tmp_path, monkeypatch):
    monkeypatch.setattr("adit.evidence.chain.sight.heights_at", lambda bits, time_s: (0, 2015))
    code, out, err = adit("chain", "block", EXAMPLES / "blocks/333961.raw", "--format", "json")
    assert (code, json.loads(out)["height"]) == (1, None)
    assert "the block claims height 333,961; by its difficulty and time it stands between 0 and 2,015" in err


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", "The file is empty"), (b"\x01\x02", "The block ends after 2 bytes"), (None, "The file cannot be read"), ("cut", "The block ends after"), ("changed", "Merkle root is another"), ("other network", "no proof of work")],
)  # fmt: skip
def test_a_block_that_does_not_hold_is_an_error(adit, tmp_path, content, expected):
    raw = real_blocks()[169482]
    made = {"cut": raw[:-1], "changed": raw[:-1] + b"\x01", "other network": chain_of(1)[0]}
    file = tmp_path / "a.raw"
    if content is not None:
        file.write_bytes(made[content] if isinstance(content, str) else content)
    code, out, err = adit("chain", "block", file)
    assert (code, out) == (2, "")
    assert expected in err


def test_receipts_of_a_node_s_folder(adit, node, addresses):
    code, out, err = adit(
        "chain", "receipts", "--blocks", node, "--addresses", addresses, "--network", "regtest", "--format", "csv"
    )
    assert code == 0
    [first, second] = csv.DictReader(io.StringIO(out))
    assert tuple(first) == COLUMNS
    assert (first["height"], first["confirmations"], first["coinbase"], first["amount_sat"], first["payers"]) == (
        "0",
        "101",
        "true",
        "5000000000",
        "",
    )
    assert second["address"] == address_of(script(1), "regtest")
    assert "99 receipts not deep enough yet, 99 of them new coins" in err


def test_receipts_as_json_say_what_they_rest_on(adit, node, addresses):
    code, out, _ = adit(
        "chain",
        "receipts",
        "--blocks",
        node / "blk00000.dat",
        "--addresses",
        addresses,
        "--network",
        "regtest",
        "--format",
        "json",
    )
    seen = json.loads(out)
    assert code == 0
    assert (seen["adit"], seen["verified"], seen["blocks"], seen["pieces"], seen["tip"]) == (
        __version__,
        True,
        101,
        1,
        100,
    )
    assert (len(seen["receipts"]), len(seen["waiting"])) == (2, 99)
    assert seen["problems"] == []
    assert seen["receipts"][0]["payers"] == []


def test_receipts_of_the_real_blocks_for_people(adit):
    code, out, err = adit(
        "chain",
        "receipts",
        "--blocks",
        EXAMPLES / "blocks",
        "--addresses",
        EXAMPLES / "addresses.csv",
        "--tip",
        702_960,
    )
    assert code == 0
    for text in ("333,961", "2014-12-12 05:49", "2,502,550,879", "coinbase", "every hash worked out anew"):
        assert text in out
    assert "The blocks form 10 pieces that no link joins" in err


def test_what_does_not_hold_is_told_row_by_row_and_is_exit_code_1(adit, node, addresses):
    with addresses.open("a", encoding="utf-8") as file:
        file.write(f"LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1\n{address_of(script(1), 'regtest')}\n")
    whole = (node / "blk00000.dat").read_bytes()
    (node / "blk00000.dat").write_bytes(whole[:-10])
    asked = (
        "chain",
        "receipts",
        "--blocks",
        node,
        "--addresses",
        addresses,
        "--network",
        "regtest",
        "--format",
        "csv",
        "--tip",
        200,
    )
    code, out, err = adit(*asked)
    assert (code, out) == (2, "")
    assert "The file ends inside a block" in err
    code, out, err = adit(*asked, "--incomplete")
    assert code == 1
    assert len(out.splitlines()) == 101
    for text in (
        "line 3, address: LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1: This is an address of another coin.",
        "line 4, address: the same as on line 2",
        "blk00000.dat: ends inside a block",
    ):
        assert text in err


def test_a_withdrawn_receipt_is_told(adit, tmp_path, addresses):
    short = chain_of(2)
    (tmp_path / "blk00000.dat").write_bytes(
        framed([short[0], *chain_of(1, first=1, prev=_hash(short[0]), pays=script(1), text=b"/a/"), *_longer(short)])
    )
    code, out, err = adit(
        "chain",
        "receipts",
        "--blocks",
        tmp_path / "blk00000.dat",
        "--addresses",
        addresses,
        "--network",
        "regtest",
        "--format",
        "json",
    )
    assert code == 1
    assert len(json.loads(out)["withdrawn"]) == 1
    assert "withdrawn: " in err
    assert "1 block lost to a branch with more work" in err


def _hash(raw):
    from adit.evidence.chain.block import read_block

    return read_block(raw, "").hash


def _longer(short):
    return chain_of(2, first=1, prev=_hash(short[0]), pays=script(2), text=b"/b/")


def test_a_file_is_written_whole_or_not_at_all(adit, node, addresses, tmp_path):
    asked = ("chain", "receipts", "--blocks", node, "--addresses", addresses, "--network", "regtest")
    code, out, err = adit(*asked, "--out", tmp_path / "r.csv")
    assert (code, out) == (0, "")
    assert "2 receipts written to" in err
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 3
    adit(*asked, "--out", tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["blocks"] == 101
    (node / "xor.dat").write_bytes(b"\x01" * 8)
    before = sorted(p.name for p in tmp_path.iterdir())
    code, _, err = adit(*asked, "--out", tmp_path / "bad.csv")
    assert code == 2
    assert "is not the one that the file was XOR-ed with" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert adit(*asked, "--out", tmp_path / "r.xlsx")[0] == 2


def test_a_table_is_said_to_prove_nothing(adit, tmp_path):
    (tmp_path / "a.csv").write_text("address\n1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY\n", encoding="utf-8")
    (tmp_path / "o.csv").write_text(
        f"txid,vout,address,sat,height\n{'aa' * 32},0,1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY,5,100\n", encoding="utf-8"
    )
    code, out, _ = adit("chain", "receipts", "--csv", tmp_path / "o.csv", "--addresses", tmp_path / "a.csv")
    assert code == 0
    assert "nothing of it can be verified" in out
    assert (
        json.loads(
            adit(
                "chain", "receipts", "--csv", tmp_path / "o.csv", "--addresses", tmp_path / "a.csv", "--format", "json"
            )[1]
        )["verified"]
        is False
    )


@pytest.mark.parametrize("sources", [(), ("--blocks", ".", "--parquet", "x.parquet")])
def test_one_source_is_named(adit, addresses, sources):
    code, _, err = adit("chain", "receipts", "--addresses", addresses, *sources)
    assert code == 2
    assert "Name one source of blocks" in err


def test_an_empty_folder_is_an_error(adit, addresses, tmp_path):
    (tmp_path / "none").mkdir()
    code, _, err = adit(
        "chain", "receipts", "--blocks", tmp_path / "none", "--addresses", addresses, "--network", "regtest"
    )
    assert code == 2
    assert "There is no block in the folder" in err


def test_no_cell_begins_like_a_formula():
    assert [_cell(v) for v in ("=1+1", "+1", "-1", "@x", "\t=1", "a=1", None, 5, -5, True)] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\t=1",
        "a=1",
        "",
        5,
        -5,
        "true",
    ]


def test_the_audit_reads_what_the_chain_gives(adit, tmp_path):
    asked = (
        "chain",
        "receipts",
        "--blocks",
        EXAMPLES / "blocks",
        "--addresses",
        EXAMPLES / "addresses.csv",
        "--tip",
        702_960,
    )
    adit(*asked, "--out", tmp_path / "receipts.csv")
    read = read_receipts(tmp_path / "receipts.csv")
    assert (len(read), int(read.amount_sat.sum()), int(read.coinbase.sum())) == (4, 5_424_400_630, 2)
    assert read.payer_first.tolist() == [0, 1, 1, 1, 2]
