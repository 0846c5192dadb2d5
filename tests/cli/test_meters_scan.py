"""`adit meters scan`: a whole scan from a file to a list, data and a page."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.audit.undeclared.meter_files import HOURS, home, write

from adit import __version__
from adit.audit.undeclared.features import FEATURES
from adit.audit.undeclared.words import OBJECTION, WHAT_IT_IS
from adit.cli.main import adit
from adit.terms.errors import BadInput

MINERS = ("N001", "N002", "N003")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """240 homes; behind three of them a machine, behind one since a day in May; two that cannot be tested."""
    folder = tmp_path_factory.mktemp("meters")
    rng = np.random.default_rng(5)
    meters = {f"H{i:03d}": home(i) for i in range(240)}
    for i, name in enumerate(MINERS):
        machine = 3300 + np.rint(rng.normal(0, 40, HOURS)).astype(int)
        machine[: 24 * 130 if i == 2 else 0] = 0
        meters[name] = home(1000 + i) + machine
    meters["S001"] = home(7)[: 24 * 10]
    meters["Z001"] = np.zeros(HOURS, int)
    write(folder / "readings.parquet", meters)
    rows(folder / "clean.csv", "meter_id", [[f"H{i:03d}"] for i in range(150)])
    rows(folder / "groups.csv", "meter_id,group,pool", [[m, "home", "N" if m[0] == "N" else m] for m in meters])
    rows(folder / "declared.csv", "meter_id", [["N001"]])
    rows(folder / "loads.csv", "meter_id,power_kw", [["N001", "3.3"], ["N002", "3.3"]])
    return folder


def rows(file: Path, header: str, cells: list[list[str]]) -> Path:
    file.write_text("\n".join([header, *(",".join(row) for row in cells)]) + "\n", encoding="utf-8")
    return file


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        adit, ["meters", "scan", str(folder / "readings.parquet"), *arguments], catch_exceptions=True
    )


def data(folder: Path, *arguments: str) -> dict:
    result = run(folder, "--format", "json", *arguments)
    assert result.exit_code in (0, 1), result.exception
    return json.loads(result.stdout)


def listed(told: dict) -> list[str]:
    return [s["meter"] for s in told["suspects"]]


def test_confirmed_peers_find_the_machines(files):
    told = data(files, "--clean", str(files / "clean.csv"), "--per-1000", "10")
    assert told["adit"] == __version__
    assert set(listed(told)) == set(MINERS)
    assert told["confirmed"] is True
    assert (told["meters"], told["tested"], told["judged"], told["clean"]) == (245, 243, 93, 150)
    assert told["not_tested"] == {"too few whole days": 1, "no use at all": 1}
    assert told["readings"] == 244 * HOURS + 240
    late = next(s for s in told["suspects"] if s["meter"] == "N003")
    assert late["step_day"] == "2024-05-10"  # day 130 of the year
    assert late["floor_after_kw"] - late["floor_before_kw"] == pytest.approx(3.3, abs=0.15)
    for suspect in told["suspects"]:
        assert suspect["score"] == suspect["base"] + sum(r["points"] for r in suspect["reasons"]) + suspect["rest"]
        assert 1 <= len(suspect["reasons"]) <= 5
        assert suspect["p"] == pytest.approx(1 / 151)


def test_the_scan_is_its_own_measure_and_says_so(files):
    result = run(files, "--per-1000", "10")
    assert result.exit_code == 1
    assert "No meter is confirmed clean, so the scan is its own measure" in result.stdout
    assert "2 connections of 243 judged" in result.stdout  # ten in a thousand of 243
    assert WHAT_IT_IS in result.stdout
    assert "Not testable is not clean" in result.stdout
    assert "Traceback" not in result.output


def test_too_few_peers_are_not_testable_and_never_clean(files):
    result = run(files, "--per-1000", "1")
    assert result.exit_code == 0
    assert "0 connections of 243 judged" in result.stdout
    assert "243 peers cannot tell 1 in 1,000; ask for at least 4.1" in result.stdout


def test_a_declared_miner_is_no_suspect(files):
    told = data(
        files, "--clean", str(files / "clean.csv"), "--per-1000", "10", "--declared", str(files / "declared.csv")
    )
    assert set(listed(told)) == {"N002", "N003"}
    assert told["declared"] == 1


def test_a_known_load_explains_itself(files):
    told = data(files, "--clean", str(files / "clean.csv"), "--per-1000", "10", "--loads", str(files / "loads.csv"))
    assert "N003" in listed(told)
    assert not {"N001", "N002"} & set(listed(told))


def test_meters_of_one_owner_are_added(files):
    told = data(files, "--clean", str(files / "clean.csv"), "--alpha", "0.01", "--group", str(files / "groups.csv"))
    [pool] = told["pools"]
    assert (pool["pool"], set(pool["meters"])) == ("N", set(MINERS))
    assert {s["group"] for s in told["suspects"]} == {"home"}


def test_who_stays_just_below_a_limit_is_listed(files, tmp_path):
    write(tmp_path / "readings.parquet", {"A": [980] * HOURS, "B": [500] * HOURS})
    told = data(tmp_path, "--limit", "720")  # 0.98 kW are 706 kWh in 30 days and 729 in 31
    assert told["under_limit"] == [["A", 5, 12]] or told["under_limit"] == []
    told = data(tmp_path, "--limit", "750")
    assert told["under_limit"] == [["A", 12, 12]]
    assert run(tmp_path, "--limit", "750").exit_code == 1


def test_csv_has_every_meter_with_its_figures(files):
    result = run(files, "--format", "csv", "--declared", str(files / "declared.csv"))
    found = {row["meter_id"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert len(found) == 245
    assert [f.name for f in FEATURES if f.name not in found["H000"]] == []
    assert found["N001"]["status"] == "declared"
    assert found["N001"]["score"] == ""
    assert found["S001"]["status"] == "too few whole days"
    assert float(found["N002"]["floor_kw"]) > 3


def test_points_can_be_fitted_on_inspections_and_used(files, tmp_path):
    labels = [[f"H{i:03d}", "false"] for i in range(100)]
    few = rows(tmp_path / "few.csv", "meter_id,mining", [*labels, *[[m, "true"] for m in MINERS]])
    result = run(files, "--fit", str(few), "--points-out", str(tmp_path / "p.toml"))
    assert isinstance(result.exception, BadInput)
    assert "3 mining and 100 other meters are too few" in str(result.exception)
    many = {f"H{i:03d}": home(i) for i in range(60)} | {f"N{i:03d}": home(i) + 3300 for i in range(60)}
    write(tmp_path / "readings.parquet", many)
    enough = rows(tmp_path / "enough.csv", "meter_id,mining", [[m, str(m[0] == "N").lower()] for m in many])
    done = run(tmp_path, "--fit", str(enough), "--points-out", str(tmp_path / "p.toml"))
    assert done.exit_code == 0, done.exception
    told = data(files, "--points", str(tmp_path / "p.toml"), "--clean", str(files / "clean.csv"), "--per-1000", "10")
    assert set(MINERS) <= set(listed(told))
    assert told["points"]["population"] == "60 connections without and 60 with mining"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--per-1000", "5", "--alpha", "0.01"], "--per-1000 and --alpha say the same."),
        (["--master", "local[2]"], "A master is Spark's, and the engine is not."),
        (["--report", "scan.pdf"], "scan.pdf is no page."),
        (["--group", "{only}"], "The file has neither group nor pool."),
        (["--loads", "{bad_load}"], "-3 kW is no load"),
        (["--clean", "{no_column}"], "The column is missing: meter_id."),
        (["--group", "{twice}"], "A stands there twice."),
        (["--temperature", "{hot}"], "210 is no temperature in degrees Celsius"),
        (["--points", "{only}"], "This is no table of points"),
    ],
)
def test_what_cannot_be_asked(files, tmp_path, arguments, message):
    names = {
        "only": rows(tmp_path / "only.csv", "meter_id", [["A"]]),
        "bad_load": rows(tmp_path / "bad_load.csv", "meter_id,power_kw", [["A", "-3"]]),
        "no_column": rows(tmp_path / "no_column.csv", "meter", [["A"]]),
        "twice": rows(tmp_path / "twice.csv", "meter_id,group", [["A", "x"], ["A", "y"]]),
        "hot": rows(tmp_path / "hot.csv", "day,temperature_c", [["2024-01-01", "210"]]),
    }
    result = run(files, *(a.format(**names) for a in arguments))
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)


def test_no_formula_reaches_a_spreadsheet(tmp_path):
    write(tmp_path / "readings.parquet", {'=HYPERLINK("x")': home(1), "B": home(2)})
    assert "'=HYPERLINK" in run(tmp_path, "--format", "csv").stdout


# The page ---------------------------------------------------------------------------------------------------------
class Page(HTMLParser):
    """Elements in order, and that each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "path", "line"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"path", "line"}:
            assert self.open.pop() == tag

    def handle_data(self, text):
        self.words.append(text)


@pytest.fixture(scope="module")
def page(files) -> str:
    told = run(
        files, "--clean", str(files / "clean.csv"), "--per-1000", "10", "--group", str(files / "groups.csv"), "--declared",
        str(files / "declared.csv"), "--report", str(files / "scan.html"),
    )  # fmt: skip
    assert told.exit_code == 1, told.exception
    return (files / "scan.html").read_text(encoding="utf-8")


def test_the_page_says_what_it_is_and_how_to_object(page):
    text = " ".join("".join(Page(page).words).split())
    assert WHAT_IT_IS in text
    assert " ".join(OBJECTION.split()) in text
    assert "Not testable is not clean" in text
    assert "semi-synthetic: no connection was inspected" in text
    assert re.search(r"2 connections of 92 that were judged", text)
    assert "declared, left out1" in text  # the term and its figure stand in two elements


def test_the_page_asks_nothing_of_a_network_and_runs_no_script(page):
    parsed = Page(page)
    policy = next(
        a["content"] for t, a in parsed.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not [t for t, _ in parsed.tags if t == "script"]
    assert not [a for t, a in parsed.tags if "style" in a]  # the policy would forbid it
    links = [a["href"] for t, a in parsed.tags if "href" in a]
    assert all(href and href.startswith(("#", "data:image/svg+xml")) for href in links)


def test_each_row_has_its_reasons_and_two_pictures_beside_its_peers(page):
    parsed = Page(page)
    assert len([t for t, a in parsed.tags if t == "li" and (a.get("id") or "").startswith("case-")]) == 2
    drawn = [a for t, a in parsed.tags if t == "svg" and a.get("role") == "img"]
    assert len(drawn) == 4
    assert all(a["aria-label"] for a in drawn)
    paths = [a for t, a in parsed.tags if t == "path" and a.get("class") in ("own", "peer")]
    assert len(paths) == 8
    assert all(a["d"] for a in paths)
    assert "The sum is exact:" in page
    assert "rose by 3.3" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_what_a_file_says_is_escaped(tmp_path):
    name = "<script>alert(1)</script>"
    write(tmp_path / "readings.parquet", {name: home(1) + 3300, **{f"H{i}": home(i) for i in range(60)}})
    run(tmp_path, "--per-1000", "50", "--report", str(tmp_path / "scan.html"))
    text = (tmp_path / "scan.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_fits_the_screen_and_says_nothing_to_the_console(page, files, width):
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.on("console", lambda m: said.append(m.text))
        tab.on("request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
        tab.goto((files / "scan.html").as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        picture = tab.locator("svg[role=img]").first.bounding_box()
        assert picture is not None
        assert picture["width"] > 250
        browser.close()
    assert said == []
