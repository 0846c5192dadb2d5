"""`adit meters check`: data to standard output in three forms, every finding to a file, exit codes, and nothing half-written."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from tests.evidence.meters.files import written

from adit.cli.main import run
from adit.evidence.sources.readings import stored_readings

LONDON = Path(__file__).parents[1] / "data" / "meters" / "london_mac000002_2012-12.csv"
CLEAN = "meter,start,end,kwh\nM-1,2024-01-01T00:00Z,2024-01-01T01:00Z,1\nM-1,2024-01-01T01:00Z,2024-01-01T02:00Z,2"
BROKEN = CLEAN + "\nM-1,2024-01-01T02:00Z,2024-01-01T03:00Z,=HYPERLINK(0)\n=1+1,2024-01-01T02:00Z,2024-01-01T03:00Z,1"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run_it(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["adit", "meters", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        captured = capsys.readouterr()
        return ended.value.code if isinstance(ended.value.code, int) else 0, captured.out, captured.err

    return run_it


def test_a_clean_file_is_said_to_be_so(call, tmp_path: Path):
    code, out, _ = call(written(tmp_path, CLEAN))
    assert code == 0
    assert "nothing is wrong" in out
    assert "kwh by the name 'kwh'" in out


def test_a_real_trace_as_a_table(call):
    code, out, _ = call(LONDON, "--length", "30m")
    assert code == 1
    assert "528 rows · intervals" in out
    assert "133.290 kWh" in out
    assert "99.8 %" in out
    assert "gap · 1 · told" in out
    assert "row 127, start_utc, MAC000002: 2012-12-11T15:00Z to 2012-12-11T15:30Z 0.117 kWh" in out


def test_json_has_everything_and_its_version(call, tmp_path: Path):
    code, out, _ = call(written(tmp_path, BROKEN), "--format", "json")
    answer = json.loads(out)
    assert code == 1
    assert answer["counts"] == {"formula": 2}
    assert answer["adit"]
    [file] = answer["files"]
    assert (file["layout"], file["unit"], file["columns"]["energy"], file["rows"]) == ("intervals", "kwh", "kwh", 4)
    assert answer["meters"] == [
        {"meter": "M-1", "readings": 2, "from": "2024-01-01T00:00Z", "to": "2024-01-01T02:00Z", "energy_wh": 3000, "covered_s": 7200, "gaps": 0, "left_out": 0}
    ]  # fmt: skip
    assert [(f["row"], f["value"]) for f in answer["findings"]] == [(4, "=HYPERLINK(0)"), (5, "=1+1")]


def test_no_spreadsheet_works_out_what_a_stranger_wrote(call, tmp_path: Path):
    report = tmp_path / "findings.csv"
    code, out, _ = call(written(tmp_path, BROKEN), "--format", "csv", "--report", report)
    assert code == 1
    assert out.replace("\r\n", "\n") == report.read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(out))
    assert header == ["finding", "became", "file", "row", "column", "meter", "value", "what", "todo"]
    assert [r[6] for r in rows] == ["'=HYPERLINK(0)", "'=1+1"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_report_has_every_finding_and_the_answer_the_first_of_each_kind(call, tmp_path: Path):
    lines = [f"M-1,2024-01-01T{h:02}:{m:02}Z,-1" for h in range(2) for m in range(60)]
    report = tmp_path / "findings.csv"
    code, out, _ = call(written(tmp_path, "\n".join(["meter,start,wh", *lines])), "--length", "1m", "--format", "csv", "--report", report)  # fmt: skip
    assert code == 1
    assert len(out.splitlines()) == 1 + 10
    assert len(report.read_text(encoding="utf-8").splitlines()) == 1 + 120


def test_the_good_readings_are_written(call, tmp_path: Path):
    out = tmp_path / "good.parquet"
    call(LONDON, "--length", "30m", "--out", out)
    [readings] = stored_readings(out)
    assert (readings.meters, len(readings), int(readings.energy_wh.sum())) == (("MAC000002",), 527, 133_290)


def test_a_list_of_meters_a_zone_and_named_columns(call, tmp_path: Path):
    listed = written(
        tmp_path, "meter_id,site_id,class_percent,from,to,power_kw_max\nM-1,hall,1,2024-01-01,,1.5", "meters.csv"
    )
    file = written(tmp_path, "when;what\n01.01.2024 00:00;1\n01.01.2024 01:00;2")
    code, out, _ = call(
        file, "--meter", "M-1", "--column", "start=when", "--column", "energy=what", "--unit", "kwh", "--length", "1h", "--zone", "Asia/Irkutsk",
        "--meters", listed,
    )  # fmt: skip
    assert code == 1
    assert "2023-12-31T16:00Z" in out
    assert "spike · 1 · kept" in out
    assert "outside-dates" not in out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--length", "30"), "'30' is no length of an interval."),
        (("--length", "2d"), "'2d' is no length of an interval."),
        (("--column", "energy"), "--column energy does not say which column is what."),
        (("--rollover", "many"), "'many' is no number of kilowatt-hours."),
        (("--unit", "wh", "--column", "start=local"), "'kwh' says kwh, and --unit says wh."),
        (("--zone", "Mars/Olympus", "--column", "start=local"), "There is no time zone 'Mars/Olympus'."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(call, tmp_path: Path, arguments: tuple[str, ...], what: str):
    file = written(tmp_path, "meter,local,end,kwh\nM-1,2024-01-01 00:00,2024-01-01 01:00,1")
    code, out, err = call(file, *arguments, "--out", tmp_path / "o.parquet", "--report", tmp_path / "r.csv")
    assert code == 2
    assert (out, what in err) == ("", True), err
    assert [p.name for p in tmp_path.iterdir()] == ["readings.csv"]


def test_an_input_is_never_written_over(call, tmp_path: Path):
    file = written(tmp_path, CLEAN)
    code, _, err = call(file, "--out", file)
    assert code == 2
    assert "is one of the files to be checked" in err
    assert file.read_text(encoding="utf-8").startswith("meter,")
