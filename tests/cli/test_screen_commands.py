"""`adit screen name` and `adit screen address` in the terminal: what they print, their exit codes, and what they refuse."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adit.cli.main import adit
from adit.terms.errors import BadInput

EXAMPLES = Path(__file__).parents[2] / "examples" / "screening"


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder that holds the invented national list; every other list was never fetched."""
    root = tmp_path_factory.mktemp("lists")
    CliRunner().invoke(
        adit, ["screen", "lists", "--folder", str(root), "--add", str(EXAMPLES / "national.csv"), "--list", "national"]
    )
    return str(root)


def run(lists: str, *arguments: str, code: int = 1):
    done = CliRunner().invoke(adit, ["screen", *arguments, "--lists", lists], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def test_a_name_in_another_alphabet_with_its_reasons(lists: str):
    out = run(lists, "name", "Vydumanov Ivаn", "--born", "1971-05", "--country", "by").stdout
    assert "Vydumanov Ivаn, person, born 1971-05, BY" in out
    assert "1000  Vydumanov Ivan  national 17, listed 2024-02-01" in out
    assert "Ivаn (ours) mixes letters of two alphabets that look alike; it was read as Ivan." in out
    assert "Birth agrees: 1971-05 and 1970-01-31, 1971." in out
    assert "Country contradicts: BY and KZ, RU." in out
    assert "of 2026-11-20" in out
    assert "1 entry may be meant." in out


def test_a_mandatory_list_that_is_absent_holds_though_nothing_was_found(lists: str):
    done = run(lists, "name", "Someone Quite Unlisted")
    assert "No entry was found." in done.stdout
    assert "HOLD: un_sc is MISSING: This list was never fetched." in done.stderr


def test_no_list_at_all_is_not_clear_either(tmp_path: Path):
    done = run(str(tmp_path), "name", "Someone")
    assert "0 entries searched: no list is there" in done.stdout
    assert "HOLD: national is MISSING" in done.stderr


def test_as_data_with_the_state_of_every_list(lists: str):
    told = json.loads(
        run(
            lists,
            "name",
            "ООО Пример",
            "--kind",
            "organisation",
            "--id",
            "inn=7707083893",
            "--on",
            "2024-06-01",
            "--format",
            "json",
        ).stdout
    )
    assert {h["by"] for h in told["hits"]} == {"name", "identifier"}
    assert {h["entry_id"] for h in told["hits"]} == {"18"}
    assert told["subject"]["identifiers"] == [["inn", "7707083893"]]
    national = next(one for one in told["lists"] if one["list"] == "national")
    assert (national["content_date"], national["entries"], national["mandatory"]) == ("2026-11-20", 3, True)
    assert any("un_sc is MISSING" in reason for reason in told["hold"])
    assert told["engine"].startswith("adit-names/2, from 870")


def test_an_entry_that_was_struck_off_is_not_found_today(lists: str):
    assert (
        json.loads(run(lists, "name", "ООО Пример", "--kind", "organisation", "--format", "json").stdout)["hits"] == []
    )


def test_as_csv(lists: str):
    rows = list(
        csv.DictReader(run(lists, "name", "Invented Star", "--kind", "vessel", "--format", "csv").stdout.splitlines())
    )
    assert [(r["score"], r["list"], r["entry"], r["content date"]) for r in rows] == [
        ("1000", "national", "19", "2026-11-20")
    ]


def test_an_address_by_the_key_it_stands_for(lists: str):
    out = run(lists, "address", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH").stdout
    assert "is printed as XBT in the entry of Выдуманов Иван Иванович." in out
    out = run(lists, "address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").stdout
    assert "stands for the same key as 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH" in out
    assert "No entry was found." in run(lists, "address", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT").stdout


def test_a_second_engine_that_cannot_be_asked_holds(lists: str, monkeypatch: pytest.MonkeyPatch):
    def absent(algorithm: str):
        raise BadInput("The second engine is not installed.")

    monkeypatch.setattr("adit.screening.second_engine.nomenklatura", absent)
    done = run(lists, "name", "Ivan Vydumanov", "--second", "logic-v2")
    assert "1 entry may be meant." in done.stdout
    assert "HOLD: The second engine is not installed." in done.stderr


def test_everything_fresh_and_nobody_found_ends_with_zero(lists: str, monkeypatch: pytest.MonkeyPatch):
    from adit.screening import loading

    monkeypatch.setattr(loading, "load_all", lambda root, on: ())
    assert "No entry was found." in run(lists, "name", "Someone", code=0).stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["name", "..."], "The name '...' has no letter or digit that could be compared."),
        (["name", ""], "This person has neither a name nor an identifier"),
        (["name", "X Y", "--born", "31.01.1970"], "'31.01.1970' is no day of birth."),
        (["name", "X Y", "--born", "1970-13"], "'1970-13' is no day of birth."),
        (["name", "X Y", "--born", "70"], "'70' is no day of birth."),
        (["name", "X Y", "--country", "Russia"], "'Russia' is no country."),
        (["name", "X Y", "--id", "7707083893"], "'7707083893' does not say which number it is."),
        (["name", "X Y", "--id", "inn="], "'inn=' does not say which number it is."),
        (["address", "  "], "An address to screen is empty."),
    ],
)
def test_what_is_refused(lists: str, arguments: list[str], problem: str):
    with pytest.raises(BadInput) as error:
        run(lists, *arguments)
    assert problem in error.value.what
    assert error.value.todo
