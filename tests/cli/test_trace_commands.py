"""`adit trace`: what is printed, to where, with which exit code; and every way in which it cannot be done, in words."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from tests.evidence.chain.made_blocks import EXAMPLES, chain_of, framed, script

from adit import __version__
from adit.cli import main
from adit.evidence.chain.receipts import address_of

BLOCKS = EXAMPLES / "blk00000_first1MB.dat"
TRACING = Path(__file__).parents[2] / "examples" / "tracing"
HAL = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
SIXTY_ONE = "a3b0e9e7cddbbe78270fa4182a7675ff00b92872d8df7d14265a2b1e379a9d33:0"
COIN = 100_000_000


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
def write(tmp_path):
    def made(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return made


def test_coins_of_a_listed_script_are_followed_to_who_holds_them(adit, tmp_path):
    code, out, err = adit(
        "trace",
        "forward",
        "--sources",
        TRACING / "listed.csv",
        "--blocks",
        BLOCKS,
        "--format",
        "json",
        "--out",
        tmp_path / "out",
    )
    told = json.loads(out)
    assert code == 1, "something was reached"
    assert told["adit"] == __version__
    assert told["totals"] == {
        "source_outputs": 6, "put_in_sat": 50 * COIN, "with_fees_sat": 0, "unspent_reached": 5, "unspent_poison_sat": 100 * COIN,
        "unspent_haircut_sat": 50 * COIN,
    }  # fmt: skip
    assert [f["numbers"]["haircut_sat"] // COIN for f in told["findings"]] == [18, 11, 10, 10, 1]
    assert told["basis"]["files"].keys() == {str(TRACING / "listed.csv")}
    assert (told["basis"]["blocks"], told["basis"]["first_height"], told["basis"]["last_height"]) == (4313, 0, 4312)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "reached.csv").read_text(encoding="utf-8"))))
    assert sum(int(r["haircut_sat"]) for r in rows) == 50 * COIN
    assert "5 outputs written to" in err


def test_the_same_as_a_table_csv_and_page(adit, tmp_path):
    asked = ("trace", "forward", "--sources", TRACING / "listed.csv", "--blocks", BLOCKS, "--top", 2)
    code, out, _ = adit(*asked, "--report", tmp_path / "trace.html", "--lang", "ru")
    assert code == 1
    assert (
        "6 outputs of sources, 5,000,000,000 satoshi put in; 0 went with fees, 5,000,000,000 lie in 5 unspent outputs"
        in out
    )
    assert "3 more: --top shows them" in out
    assert "Прямая связь" in (tmp_path / "trace.html").read_text(encoding="utf-8")
    code, out, _ = adit(*asked, "--format", "csv")
    assert [(r["hops"], r["fifo_sat"]) for r in csv.DictReader(io.StringIO(out))] == [
        ("0", "1800000000"),
        ("2", "1100000000"),
    ]


def test_one_coin_back_to_new_coins(adit):
    code, out, err = adit("trace", "back", f"{HAL}:1", "--blocks", BLOCKS)
    assert (code, err) == (0, "")
    for text in (
        "Mined, but not at the address of a registered miner",
        "40.00000000 BTC",
        "2 of 100,000 fragments were looked at",
        "4,000,000,000",
    ):
        assert text in out


def test_provenance_and_exposure_of_one_coin(adit, tmp_path):
    code, out, _ = adit(
        "trace", "back", SIXTY_ONE, "--blocks", BLOCKS, "--stops", TRACING / "stops.csv", "--registered", TRACING / "miners.csv",
        "--rules", TRACING / "rules.toml", "--on", "2026-03-01", "--format", "json", "--report", tmp_path / "back.html",
    )  # fmt: skip
    told = json.loads(out)
    assert code == 1
    assert [(f["question"], f["grade"]) for f in told["findings"]] == [
        ("provenance", "not from mining"),
        ("exposure", "indirect"),
    ]
    assert told["findings"][0]["parts"] == [
        ["mined and registered", "RU-000360", 50 * COIN],
        ["not from mining", "", 11 * COIN],
    ]
    assert "retrieved" in told["data"]["pools"]
    page = (tmp_path / "back.html").read_text(encoding="utf-8")
    assert "Not from mining" in page
    assert "--on 2026-03-01" in page, "how to come to it again"


def test_a_registered_miner_s_coin_is_exit_code_0_and_another_s_is_1(adit, write):
    key = "41044ca7baf6d8b658abd04223909d82f1764740bdc9317255f54e4910f888bd82950e33236798517591e4c2181f69b5eaa2fa1f21866780a0cc5d8396a04fd36310ac"
    miners = write("miners.csv", f"script_hex,miner_id\n{key},M-1\n")
    coin = "264299886446921c89e598ec2b1ec3eab6a2c9b0235b310ff513a039315ff721:0"
    code, out, _ = adit("trace", "back", coin, "--blocks", BLOCKS, "--registered", miners)
    assert code == 0
    assert "50.00000000 BTC were mined to the address of M-1." in out
    assert adit("trace", "back", f"{HAL}:1", "--blocks", BLOCKS, "--registered", miners)[0] == 1


def test_an_address_is_asked_for_its_exposure(adit, tmp_path, write):
    (tmp_path / "blk00000.dat").write_bytes(framed(chain_of(3)))
    paid = address_of(script(1), "regtest")
    stops = write("stops.csv", f"address,name,kind\n{paid},L,listed\n")
    code, out, _ = adit(
        "trace", "back", paid, "--blocks", tmp_path / "blk00000.dat", "--network", "regtest", "--stops", stops
    )
    assert code == 1
    assert "Direct exposure to a listed address" in out
    assert "150.00000000 BTC" in out


def test_blocks_that_do_not_join_are_told_and_what_hangs_on_them_is_not_resolved(adit):
    coin = "6dc5f1f3804d2fbb3125a8a080e5db46277a6fb9a61d2147a0be784180d4246e:1"
    code, out, err = adit("trace", "back", coin, "--blocks", EXAMPLES / "blocks")
    assert code == 0
    assert "Origin not resolved" in out
    assert "The blocks form 10 pieces that no link joins" in err
    assert "28,873 inputs of" in err


def test_clusters_and_their_merges(adit):
    code, out, _ = adit("trace", "clusters", "--blocks", BLOCKS, "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["clusters"][0]["size"] == 44
    assert all(len(m["transaction"]) == 64 for m in told["merges"])
    assert told["published_false_positives"]["like JoinMarket"] == "3.7 %"
    code, out, _ = adit("trace", "clusters", "--blocks", BLOCKS, "--large", 1)
    assert code == 1, "merges wait for a person"
    assert "waits" in out
    code, out, _ = adit("trace", "clusters", "--blocks", BLOCKS)
    assert code == 0
    assert "44 addresses" in out
    assert "suspected coinjoins, like JoinMarket: 0" in out


def test_one_address_with_the_transactions_that_joined_it(adit, tmp_path):
    paid = address_of(script(1), "regtest")
    (tmp_path / "blk00000.dat").write_bytes(framed(chain_of(3)))
    asked = ("trace", "clusters", "--blocks", tmp_path / "blk00000.dat", "--network", "regtest", "--address")
    code, out, _ = adit(*asked, paid)
    assert code == 0
    assert f"1 address\n  {paid}" in out
    code, _, err = adit(*asked, address_of(script(9), "regtest"))
    assert code == 2
    assert "Nothing was paid to" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("back", "xyz:0"), "'xyz' is not the hash of a transaction"),
        (("back", HAL), "does not say which output is meant"),
        (("back", f"{HAL}:7"), "has 2 outputs, numbered from 0; there is no output 7"),
        (("back", "00" * 32 + ":0"), "is not among the 4,371 that were read"),
        (("back", f"{HAL}:0", "--budget", 0), "A budget of 0 fragments follows nothing"),
        (("back", f"{HAL}:0", "--budget", -5), "A budget of -5 fragments follows nothing"),
        (("back", f"{HAL}:0", "--report", "page.txt"), "page.txt is not a page"),
        (("back", f"{HAL}:0", "--stops", "none.csv"), "The file cannot be read"),
        (("back", f"{HAL}:0", "--network", "regtest"), "is the mark of no network"),
        (("back", "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"), "An address is asked for its exposure, and nothing is listed"),
        (("back", "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"), "This is an address of another coin"),
        (("back", "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpfevazy"), "checksum of the address is wrong"),
        (("forward", "--sources", "none.csv"), "The file cannot be read"),
        (("forward", "--sources", TRACING / "listed.csv", "--budget", 0), "A budget of 0 fragments"),
        (("forward", "--sources", TRACING / "miners.csv"), "The column is missing: name"),
        (("forward", "--sources", TRACING / "listed.csv", "--rules", TRACING / "stops.csv"), "The file is not TOML"),
        (("clusters", "--large", 0), "A cluster of 0 scripts is not large"),
        (("clusters", "--approve", "zz"), "'zz' is not the hash of a transaction"),
    ],
    ids=lambda v: " ".join(str(p) for p in v)[:40] if isinstance(v, tuple) else None,
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_words(adit, arguments, said):
    code, out, err = adit("trace", arguments[0], *arguments[1:], "--blocks", BLOCKS)
    if "mark" in said:
        assert code == 2
        assert "regtest" in err
        return
    assert (code, out) == (2, "")
    assert said in err


def test_sources_of_other_coins_are_told_and_alone_refused(adit, write):
    other = write("other.csv", "address,name\nLVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9,L\n")
    code, _, err = adit("trace", "forward", "--sources", other, "--blocks", BLOCKS)
    assert code == 2
    assert "No row of the file can be used" in err
    assert "This is an address of another coin" in err
    listed = (TRACING / "listed.csv").read_text(encoding="utf-8").splitlines()
    mixed = write("mixed.csv", f"address,{listed[0]}\n,{listed[1]}\nLVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9,,L,,\n")
    code, out, err = adit("trace", "forward", "--sources", mixed, "--blocks", BLOCKS)
    assert code == 1
    assert "5 unspent outputs" in out
    assert "line 3" in err


def test_sources_that_were_never_paid_here_are_an_error(adit, write):
    listed = write("listed.csv", "address,name\n1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY,L\n")
    code, _, err = adit("trace", "forward", "--sources", listed, "--blocks", BLOCKS)
    assert code == 2
    assert "None of the sources was paid in these blocks" in err


def test_a_damaged_block_is_left_out_told_and_exit_code_1(adit, tmp_path):
    blocks = chain_of(3)
    blocks[1] = blocks[1][:-1] + b"\x01"
    (tmp_path / "blk00000.dat").write_bytes(framed(blocks))
    code, _, err = adit("trace", "clusters", "--blocks", tmp_path / "blk00000.dat", "--network", "regtest")
    assert code == 1
    assert "Merkle root" in err
    assert "The blocks form 2 pieces" in err
