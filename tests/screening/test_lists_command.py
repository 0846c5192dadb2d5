"""`adit screen lists`: every list with its state and its reason, exit code 1 where a mandatory one is not fresh, 2 where nothing was done."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.evidence.answers import Server, Written
from tests.screening.list_files import national, un

from adit.cli.screen_lists import lists
from adit.evidence.sources import fetching
from adit.terms.errors import BadInput, NotFound, Refused, UnknownName

EXAMPLES = Path(__file__).parents[2] / "examples" / "screening"
TODAY = datetime.now(UTC).date()


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lists, ["--folder", str(root), *arguments])


def filled(root: Path) -> None:
    files = root.parent / "files"
    files.mkdir(exist_ok=True)
    (files / "un.xml").write_bytes(un(TODAY))
    (files / "national.csv").write_bytes(national(TODAY))
    for name, list_id in (("un.xml", "un_sc"), ("national.csv", "national")):
        run(root, "--add", str(files / name), "--list", list_id)


def test_without_lists_it_holds_and_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path / "lists")
    assert result.exit_code == 1
    assert "HOLD: nothing is cleared, because of un_sc, national." in result.output
    assert "This list was never fetched." in " ".join(result.output.split())


def test_with_fresh_lists_it_is_done(tmp_path: Path) -> None:
    root = tmp_path / "lists"
    filled(root)
    result = run(root)
    assert result.exit_code == 0, result.output
    assert "Every mandatory list is fresh." in result.output
    answer = json.loads(run(root, "--format", "json").stdout)
    assert answer["hold"] is False
    assert answer["adit"]
    by = {entry["list_id"]: entry for entry in answer["lists"]}
    assert (by["un_sc"]["state"], by["un_sc"]["rows"], by["un_sc"]["age_days"]) == ("FRESH", 900, 0)
    assert by["uk_ofsi"]["successor"] == "uk_sanctions"
    rows = list(csv.DictReader(io.StringIO(run(root, "--format", "csv").stdout)))
    assert [r["list"] for r in rows if r["mandatory"] == "yes"] == ["un_sc", "national"]
    assert all(r["why"] for r in rows)
    assert len(next(r for r in rows if r["list"] == "un_sc")["sha256"]) == 64


def test_an_office_that_adds_a_list_holds_until_it_is_there(tmp_path: Path) -> None:
    root = tmp_path / "lists"
    filled(root)
    (root / "added.toml").write_text('mandatory = ["eu_consolidated"]\n', encoding="utf-8")
    result = run(root)
    assert result.exit_code == 1
    assert "because of eu_consolidated." in result.output
    filled(root)  # whatever comes in next, the office's choice is remembered
    (root / "added.toml").unlink()
    assert run(root).exit_code == 1


def test_the_examples_come_in_and_are_too_few_and_too_old(tmp_path: Path) -> None:
    result = run(tmp_path, "--add", str(EXAMPLES / "national.csv"), "--list", "national", "--format", "json")
    assert result.exit_code == 1
    by = {entry["list_id"]: entry for entry in json.loads(result.stdout)["lists"]}
    assert by["national"]["state"] in ("FRESH", "STALE")
    assert by["national"]["rows"] == 3
    result = run(tmp_path, "--add", str(EXAMPLES / "sdn.xml"), "--list", "us_ofac_sdn", "--format", "json")
    by = {entry["list_id"]: entry for entry in json.loads(result.stdout)["lists"]}
    assert by["us_ofac_sdn"]["state"] == "SUSPECT"
    assert "The file has 2 entries; 12,000 to 60,000 are expected." in by["us_ofac_sdn"]["why"]


def test_two_people_on_the_command_line(tmp_path: Path) -> None:
    root = tmp_path / "lists"
    filled(root)
    (tmp_path / "files" / "short.csv").write_bytes(national(TODAY, 80))
    assert run(root, "--add", str(tmp_path / "files" / "short.csv"), "--list", "national").exit_code == 1
    hash_ = next(e for e in json.loads(run(root, "--format", "json").stdout)["lists"] if e["list_id"] == "national")[
        "sha256"
    ]
    refused = run(root, "--list", "national", "--accept", hash_, "--by", "Anna", "--why", "so")
    assert isinstance(refused.exception, Refused)
    accepted = run(
        root, "--list", "national", "--accept", hash_, "--by", "Anna", "--by", "Boris", "--why", "20 were struck off"
    )
    assert accepted.exit_code == 0, accepted.output
    assert "national: accepted by Anna and Boris" in accepted.output


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("--add", "x.csv"), BadInput, "It is not said which list this is."),
        (("--add", "x.csv", "--list", "national"), BadInput, "The file cannot be read (No such file or directory)."),
        (("--add", "x.csv", "--list", "nation"), UnknownName, "There is no list 'nation'."),
        (("--refresh", "--list", "nation"), UnknownName, "There is no list 'nation'."),
        (("--accept", "00"), BadInput, "It is not said which list this is."),
        (
            ("--accept", "00", "--list", "national", "--by", "A", "--by", "B", "--why", "c"),
            NotFound,
            "No file of national has the hash 00.",
        ),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, arguments: tuple[str, ...], kind: type[Exception], said: str) -> None:
    result = run(tmp_path, *arguments)
    assert isinstance(result.exception, kind)
    assert said in str(result.exception)


def test_refresh_asks_the_mandatory_and_the_held_and_goes_on_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "lists"
    filled(root)
    server = Server({"https://scsanctions.un.org/resources/xml/en/consolidated.xml": Written(b"", 503)})
    monkeypatch.setattr(fetching, "open_url", server)
    result = run(root, "--refresh")
    assert result.exit_code == 1
    assert "un_sc: The publisher answered with status 503." in result.output
    assert "Every mandatory list is fresh." in result.output  # the one that is held is still of today
    assert len(server.asked) == 1
    later = Server({"https://scsanctions.un.org/resources/xml/en/consolidated.xml": un(TODAY, 905)})
    monkeypatch.setattr(fetching, "open_url", later)
    result = run(root, "--refresh", "--list", "un_sc")
    assert result.exit_code == 0, result.output
    assert "un_sc: 905 entries" in result.output
