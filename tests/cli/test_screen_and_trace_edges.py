"""The commands of screening and tracing under what a hostile hand gives them: exit codes, words, and nothing that steers the terminal."""

import csv
import io
import sys
from pathlib import Path

import pytest

from adit.cli import main
from adit.cli.screen_telling import harmless

ROOT = Path(__file__).parents[2]
BLOCKS = ROOT / "examples" / "chain" / "blk00000_first1MB.dat"
NATIONAL = ROOT / "examples" / "screening" / "national.csv"
SIXTY_ONE = "a3b0e9e7cddbbe78270fa4182a7675ff00b92872d8df7d14265a2b1e379a9d33:0"


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


def test_signs_that_steer_a_terminal_are_shown_and_not_sent():
    assert harmless("\x1b[2JFake\u202e\x00") == "<U+001B>[2JFake<U+202E><U+0000>"
    assert harmless("Иванов, 王") == "Иванов, 王"


def test_a_listed_name_cannot_wipe_the_screen(adit, tmp_path):
    hostile = NATIONAL.read_text(encoding="utf-8").replace(
        "Выдуманов Иван Иванович", "Выдуманов Иван\x1b[2J\x1b[1;1HNo entry was found."
    )
    (tmp_path / "n.csv").write_text(hostile, encoding="utf-8")
    adit("screen", "lists", "--folder", tmp_path / "lists", "--add", tmp_path / "n.csv", "--list", "national")
    code, out, err = adit("screen", "name", "Выдуманов Иван", "--lists", tmp_path / "lists")
    assert code == 1
    assert "\x1b[2J" not in out + err
    assert "<U+001B>[2J" in out or "Vydumanov Ivan" in out


def test_an_engine_that_the_office_added_is_asked_here_too(adit, tmp_path):
    adit("screen", "lists", "--folder", tmp_path, "--add", NATIONAL, "--list", "national")
    (tmp_path / "added.toml").write_text('engines = ["no-such"]\n', encoding="utf-8")
    code, _, err = adit("screen", "name", "Somebody Else", "--lists", tmp_path)
    assert code == 1
    assert "second engine" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("name", "a" * 100_000), "no name has so many"),
        (("name", "\u202e\u200d"), "no letter or digit"),
        (("address", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMh"), "The checksum of the address is wrong"),
        (("address", "bс1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), "stands in no address (U+0441)"),
        (("address", "hello"), "No address has 5 signs"),
    ],
)
def test_what_cannot_be_compared_ends_with_two(adit, tmp_path, arguments, said):
    code, out, err = adit("screen", *arguments, "--lists", tmp_path)
    assert code == 2
    assert said in err
    assert "No entry was found" not in out


def test_names_of_people_without_a_file_accept_nothing(adit, tmp_path):
    code, _, err = adit(
        "screen", "lists", "--folder", tmp_path, "--list", "national", "--by", "A", "--by", "B", "--why", "x"
    )
    assert code == 2
    assert "Add --accept SHA256." in err


def test_back_answers_as_csv_too(adit):
    code, out, _ = adit("trace", "back", SIXTY_ONE, "--blocks", BLOCKS, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert {r["question"] for r in rows} == {"provenance"}
    assert sum(int(r["sat"]) for r in rows) == 6_100_000_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("back", SIXTY_ONE, "--budget", 10**18), "is more than 10,000,000"),
        (("back", "zzz"), "Name one coin as TXID:VOUT, or give an address whole."),
        (("back", SIXTY_ONE[1:]), "is not the hash of a transaction"),
        (("back", f"{SIXTY_ONE[:-1]}{2**32}"), "there is no output 4294967296"),
        (("clusters", "--approve", "zz"), "Give the hash of the transaction alone"),
        (("clusters", "--large", 0), "A cluster of 0 scripts is not large"),
    ],
)
def test_what_cannot_be_traced_ends_with_two_and_says_what_to_write(adit, arguments, said):
    code, _, err = adit("trace", *arguments, "--blocks", BLOCKS)
    assert code == 2
    assert said in err
    assert "mistake of Adit" not in err


def test_sources_that_were_never_paid_are_told_with_the_rows_that_could_not_be_used(adit, tmp_path):
    (tmp_path / "s.csv").write_text(
        "address,name\nzzz,A\nbc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq,B\n", encoding="utf-8"
    )
    code, _, err = adit("trace", "forward", "--sources", tmp_path / "s.csv", "--blocks", BLOCKS)
    assert code == 2
    assert "None of the sources was paid in these blocks." in err
    assert "line 2, address: zzz" in err
