"""`adit audit`: the examples from files to findings and pages, and what is told of files that cannot be read."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from adit.cli.main import adit
from adit.terms.errors import AditError

EXAMPLES = Path(__file__).parents[2] / "examples"
SITES = EXAMPLES / "audit" / "sites.csv"
HALF_YEAR = ["--sites", str(SITES), "--months", "2024-01..2024-06"]


def asked(*arguments):
    result = CliRunner().invoke(adit, ["audit", *map(str, arguments)], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def half_year():
    return json.loads(asked("run", *HALF_YEAR, "--all", "--format", "json").stdout)


def rows_of(answer, site):
    return {row["month"]: row for row in answer["rows"] if row["site_id"] == site}


def test_the_example_says_of_each_site_what_was_built_into_it(half_year):
    assert half_year["sites"] == 8
    assert len(half_year["rows"]) == 48
    for honest in ("A-1", "A-4", "A-5", "A-8"):
        assert not any(row["findings"] for row in rows_of(half_year, honest).values()), honest
    hides = rows_of(half_year, "A-2")
    assert all("coins_missing" in row["findings"] for row in hides.values())
    assert "coins_beyond_energy" in rows_of(half_year, "A-3")["2024-03"]["findings"]
    assert not rows_of(half_year, "A-3")["2024-02"]["findings"]
    assert all("energy_beyond_machines" in row["findings"] for row in rows_of(half_year, "A-6").values())
    quiet = rows_of(half_year, "A-7")
    assert quiet["2024-01"]["calibrated"]
    assert any("months_short" in row["findings"] for row in quiet.values())


def test_a_small_solo_site_is_not_testable(half_year):
    assert {row["p_under"] for row in rows_of(half_year, "A-4").values()} == {None}


def test_the_meter_that_was_replaced_and_the_halving_leave_no_gap(half_year):
    march, april, may = (rows_of(half_year, "A-8")[m] for m in ("2024-03", "2024-04", "2024-05"))
    assert march["honest_least_sat"] < march["declared_sat"] < march["honest_most_sat"]
    assert may["honest_least_sat"] < april["honest_least_sat"] * 0.75  # half of the subsidy for the whole month


def test_every_answer_says_from_what_it_was_made(half_year):
    assert half_year["adit"]
    assert "network/btc_retarget_epochs.csv" in half_year["data"]
    assert any("sites.csv" in name for name in half_year["files"])
    assert half_year["chain"].startswith("not looked at")


def test_findings_alone_as_csv_and_exit_code_1():
    result = asked("run", *HALF_YEAR, "--format", "csv")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["site_id"] for row in rows} == {"A-2", "A-3", "A-6", "A-7"}
    assert rows[0]["site_id"] == "A-2"  # the surest first


def test_the_chain_sees_what_energy_cannot(tmp_path):
    """Four invented miners, two real blocks of August 2017: one honest, one with a block too many, one called mined, one silent."""
    chain = EXAMPLES / "audit" / "chain"
    receipts = tmp_path / "receipts.csv"
    made = CliRunner().invoke(
        adit,
        [
            "chain",
            "receipts",
            "--blocks",
            str(EXAMPLES / "chain" / "blocks"),
            "--addresses",
            str(chain / "addresses.csv"),
            "--tip",
            "702960",
            "--out",
            str(receipts),
        ],
    )
    assert made.exit_code == 0, made.output
    common = ["--sites", chain / "sites.csv", "--receipts", receipts]
    answer = json.loads(asked("run", *common, "--months", "2017-08", "--format", "json", "--all").stdout)
    found = {row["site_id"]: row["findings"] for row in answer["rows"]}
    assert found == {
        "B-1": [],
        "B-2": ["declared_without_receipt"],
        "B-3": ["called_otherwise"],
        "B-4": ["nothing_declared", "receipts_not_declared"],
    }
    sums = {row["site_id"]: row for row in answer["rows"]}
    assert sums["B-2"]["declared_without_receipt_sat"] == 1_512_000_000
    assert sums["B-2"]["matched_sat"] == 1_580_230_465
    assert sums["B-4"]["receipts_not_declared_sat"] == 29_900_000
    told = asked("explain", "B-3", "2017-08", *common)
    assert told.exit_code == 1
    assert "paid by somebody who is no pool of the list" in told.stdout


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_pages_need_nothing_else(tmp_path, language):
    page, one = tmp_path / "audit.html", tmp_path / "site.html"
    asked("run", *HALF_YEAR, "--report", page, "--lang", language)
    asked("explain", "A-3", "2024-03", "--since", "2024-01", "--sites", SITES, "--report", one, "--lang", language)
    for file in (page, one):
        text = file.read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in text
        assert "<script" not in text
        assert not re.search(r'(src|href)="(?!#|data:)', text)
        assert "style=" not in text  # the policy forbids it
        assert "sha256" in text
        assert not re.search(r"\bnan\b|\binf\b|None", re.sub(r"<style>.*?</style>", "", text, flags=re.S))


def test_explain_says_what_would_clear_it():
    told = asked("explain", "A-2", "2024-03", "--sites", SITES).stdout
    assert "Fewer coins declared than the energy makes" in told
    assert "2.3143 BTC" in told
    assert told.count("would clear it") == 4


def test_explain_as_data():
    data = json.loads(asked("explain", "A-2", "2024-03", "--sites", SITES, "--format", "json").stdout)["explained"]
    assert data["month"] == "2024-03"
    assert data["declared_sat"] < data["enough_sat"] < data["honest_least_sat"]
    assert [s["code"] for s in data["steps"]] == ["metered", "machines", "hashes", "blocks", "coins", "paid"]
    assert {c["code"] for c in data["corners"]} == {"share", "efficiency", "fee", "stale", "network_fees"}


def test_what_would_clear_it_clears_it(tmp_path):
    """Each figure that is told as enough is tried, and the finding is gone; a thousandth less, and it is there."""
    data = json.loads(asked("explain", "A-2", "2024-03", "--sites", SITES, "--format", "json").stdout)["explained"]
    needed = {c["code"]: c["needed"] for c in data["clears"]}
    for code, column, table, least, shift in (
        ("worse_machines", ("efficiency_j_per_th_min", "efficiency_j_per_th_max"), "machines.csv", 16.625, 1.001),
        ("higher_fee", ("pool_fee_min", "pool_fee_max"), "sites.csv", 0.02, 1.001),
    ):
        for factor, cleared in ((shift, True), (2 - shift, False)):
            folder = copy_of_example(tmp_path / f"{code}{factor}")
            change(folder / table, "A-2", {column[1]: f"{needed[code] * factor:.9f}", column[0]: str(least)})
            found = asked("explain", "A-2", "2024-03", "--sites", folder / "sites.csv", "--format", "json")
            codes = json.loads(found.stdout)["explained"]["findings"]
            assert ("coins_missing" not in codes) == cleared, (code, factor)


def copy_of_example(folder):
    shutil.copytree(EXAMPLES / "audit", folder, ignore=shutil.ignore_patterns("chain", "make.py"))
    return folder


def change(file, site, cells):
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row |= cells if row["site_id"] == site else {c: row.get(c, "") for c in cells}
    header = list(dict.fromkeys(c for row in rows for c in row))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header)
        writer.writeheader()
        writer.writerows(rows)


def broken(tmp_path, name, text):
    folder = copy_of_example(tmp_path / "broken")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / "sites.csv"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sites.csv", "site_id,miner_id,scheme\nA-1,M-1,fpp\n", "line 2, scheme: 'fpp' is none of solo, pps, fpps, pplns"),
        ("sites.csv", "site_id,miner_id,scheme\nA-1,M-1,pps\nA-1,M-2,pps\n", "line 3, site_id: 'A-1' stands in line 2 already"),
        ("sites.csv", "site_id,miner_id,scheme,pool_fee_min,pool_fee_max\nA-1,M-1,pps,0.3,0.1\n", "0.3 is above pool_fee_max, 0.1"),
        ("sites.csv", "site_id,scheme\nA-1,pps\n", "miner_id"),
        ("sites.csv", "site_id,miner_id,scheme\n=cmd(),M-1,pps\n", "begins like a formula"),
        ("machines.csv", "site_id,model,count\nA-1,Abacus,3\n", "the model 'Abacus' is not in the list of machines"),
        ("machines.csv", "site_id,model,count\nA-99,S21,3\n", "There is no site 'A-99'"),
        ("machines.csv", "site_id,model,count,from,to\nA-1,S21,3,2024-03-01,2024-02-01\n", "the machines leave before they come"),
        ("machines.csv", "site_id,model,count\nA-1,S21,-3\n", "line 2, count: -3"),
        ("calibration.csv", "site_id,month,mean_hashrate_ths\nA-7,2024-13,5\n", "'2024-13' is not a month"),
        ("calibration.csv", "site_id,month,mean_hashrate_ths\nA-7,2024-01,0\n", "a pool that saw hashes saw more than none"),
        ("declarations.csv", "", "The file is empty"),
    ],
)  # fmt: skip
def test_bad_tables_are_told_row_by_row(tmp_path, name, text, said):
    with pytest.raises(AditError) as error:
        asked("run", "--sites", broken(tmp_path, name, text), "--months", "2024-01..2024-02")
    assert said in str(error.value) + error.value.what


def test_files_that_are_missing_are_named(tmp_path):
    folder = copy_of_example(tmp_path / "some")
    (folder / "meters.csv").unlink()
    with pytest.raises(AditError, match="no list of meters"):
        asked("run", "--sites", folder / "sites.csv", "--months", "2024-01")
    (folder / "readings.parquet").unlink()
    with pytest.raises(AditError, match="There is no energy"):
        asked("run", "--sites", folder / "sites.csv", "--months", "2024-01")
    (folder / "energy.csv").write_text("site_id,month,energy_wh\nA-1,2024-01,-5\n")
    with pytest.raises(AditError, match="energy_wh: -5"):
        asked("run", "--sites", folder / "sites.csv", "--months", "2024-01")
    (folder / "machines.csv").unlink()
    with pytest.raises(AditError, match="There is no table of machines"):
        asked("run", "--sites", folder / "sites.csv", "--months", "2024-01")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", *HALF_YEAR[:2], "--months", "2024-06..2024-01"], "ends before it begins"),
        (["run", *HALF_YEAR[:2], "--months", "2031-01"], "The difficulty of 2031-01 is not known"),
        (["run", *HALF_YEAR, "--report", "audit.pdf"], "is not a page"),
        (["explain", "A-12", "2024-03", "--sites", str(SITES)], "There is no site 'A-12'"),
        (["run", *HALF_YEAR, "--assumptions", str(SITES)], "This is not TOML"),
        (["run", "--sites", "nowhere.csv", "--months", "2024-01"], "There is no table of machines"),
    ],
)
def test_bad_questions_are_refused(arguments, said):
    with pytest.raises(AditError) as error:
        asked(*arguments)
    assert said in error.value.what


def test_assumptions_of_ones_own_are_used_and_told(tmp_path):
    """With a share of at least half for the machines, the site that hides 30 % is no finding any more: the bounds decide, and are on record."""
    from adit.audit.store import SHIPPED_ASSUMPTIONS

    own = tmp_path / "own.toml"
    own.write_text(
        SHIPPED_ASSUMPTIONS.read_text(encoding="utf-8").replace("least = 0.88", "least = 0.5"), encoding="utf-8"
    )
    answer = json.loads(asked("run", *HALF_YEAR, "--assumptions", own, "--format", "json", "--all").stdout)
    assert not rows_of(answer, "A-2")["2024-03"]["findings"]
    assert answer["assumptions"]["source"] == str(own)
    for broken_text, said in (("least = 0.88", "lacks least"), ("most = 0.99\nwhy", "lacks most")):
        own.write_text(SHIPPED_ASSUMPTIONS.read_text(encoding="utf-8").replace(broken_text, "why"), encoding="utf-8")
        with pytest.raises(AditError) as error:
            asked("run", *HALF_YEAR, "--assumptions", own)
        assert said in error.value.what or "not TOML" in error.value.what
