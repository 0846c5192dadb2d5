"""The command line is a contract: formats, exit codes, data to standard output, errors that say what to do."""

import csv
import io
import json
import sys
from pathlib import Path

import click
import pytest
from tests.regime.acts import act, rule

from adit.cli.main import adit, run

EXAMPLES = Path(__file__).parents[2] / "examples"
CITIZEN = ["--fact", "actor=citizen", "--fact", "region=Moscow", "--fact", "mining_energy_kwh_per_month=6001"]


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run_it(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["adit", *arguments])
        with pytest.raises(SystemExit) as ended:
            run()
        captured = capsys.readouterr()
        code = ended.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run_it


def commands(group: click.Group, path: str = "adit") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = command
    return found


def test_the_promised_commands_are_there():
    promised = {
        "adit compare",
        "adit decide",
        "adit explain",
        "adit assess",
        "adit law list",
        "adit law show",
        "adit law diff",
        "adit law check",
        "adit law cases",
    }
    assert promised <= commands(adit).keys()


@pytest.mark.parametrize("name", commands(adit))
def test_every_command_has_help_and_an_example(name: str):
    text = commands(adit)[name].help or ""
    assert len(text.split("\n")[0]) > 15
    assert f"      {name}" in text or f"  {name}" in text, f"{name} shows no example of itself"


def test_help_and_version(call):
    said = " ".join(call("--help").out.split())
    assert "Exit codes: 0 done, 1 done with findings, 2 could not; 130 interrupted, 141 nobody read on." in said
    assert call("--version").out.startswith("adit 0.")


def test_decide_tells_why(call):
    result = call("decide", "--on", "2025-02-01", *CITIZEN)
    assert result.code == 0
    assert "may mine" in result.out
    assert "after registration" in result.out
    assert "mining energy 6,001 kWh/month > household limit 6,000 kWh/month" in result.out
    assert "No. 1469" in result.out
    assert result.err == ""


def test_decide_as_json_carries_versions(call):
    data = json.loads(call("decide", "--on", "2025-02-01", "--format", "json", *CITIZEN).out)
    assert data["adit"].startswith("0.")
    assert len(data["regime"]["digest"]) == 16
    answers = {a["question"]: a for a in data["answers"]}
    assert answers["must_register"]["answer"] is True
    assert answers["household_limit_kwh_per_month"]["answer"] == "6000"


def test_decide_as_csv(call):
    rows = list(csv.DictReader(io.StringIO(call("decide", "--on", "2025-02-01", "--format", "csv", *CITIZEN).out)))
    assert {r["question"]: r["answer"] for r in rows}["may_mine"] == "after registration"


def test_decide_in_russian(call):
    out = call("decide", "--on", "2025-02-01", "--lang", "ru", "--ask", "must_register", *CITIZEN).out
    plain = out.replace("\N{NO-BREAK SPACE}", " ")
    assert "обязанность включения в реестр  да" in plain
    assert (
        "потребление электроэнергии для майнинга 6 001 кВт·ч/мес. > лимит энергопотребления 6 000 кВт·ч/мес." in plain
    )
    assert "иначе" in plain
    assert "01.02.2025" in plain


def test_a_stored_decision_is_explained_as_it_was_decided(call, tmp_path: Path):
    stored, here, there = tmp_path / "d.json", tmp_path / "here.html", tmp_path / "there.html"
    case = ["--on", "2025-02-01", "--lang", "ru", "--full", *CITIZEN]
    decided = call("decide", *case, "--out", str(stored), "--out", str(here))
    assert (decided.code, decided.err.count("written to")) == (0, 2)
    told = call("explain", str(stored), "--lang", "ru", "--full", "--out", str(there))
    assert (told.code, told.out) == (0, decided.out)
    assert there.read_text(encoding="utf-8") == here.read_text(encoding="utf-8")
    assert json.loads(stored.read_text(encoding="utf-8")) == json.loads(
        call("decide", "--on", "2025-02-01", "--format", "json", *CITIZEN).out
    )


def test_what_if_answers_in_russian_too(call):
    asked = ["--ask", "must_register", "--what-if", "no", "--lang", "ru"]
    out = call("decide", "--on", "2025-02-01", *asked, *CITIZEN).out.replace("\N{NO-BREAK SPACE}", " ")
    assert "потребление электроэнергии для майнинга 6 000 кВт·ч/мес. вместо 6 001" in out


def test_the_schema_of_stored_decisions_is_printed(call):
    assert json.loads(call("explain", "--schema").out)["properties"]["format"] == {"const": 1}


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda f: f.stem)
def test_the_examples_run(call, file: Path):
    result = call("decide", str(file))
    assert result.code == 0, result.err
    assert "may mine" in result.out


def test_flags_win_over_the_file(call):
    file = str(EXAMPLES / "company_year.toml")
    assert "500,000 RUB" in call("decide", file, "--ask", "profit_tax_rub").out
    assert "750,000 RUB" in call("decide", file, "--ask", "profit_tax_rub", "--fact", "mining_costs_rub=5000000").out


def test_a_bill_is_marked_as_simulated(call):
    out = call(
        "decide", "--regime", "ru/finance_ministry_2022", "--on", "2023-02-01", "--ask", "may_be_paid_in_coin"
    ).out
    assert "simulated: its status is 'bill', so it decides no real case" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decide", "--on", "2025-13-01", *CITIZEN], "is not a period"),
        (["decide", "--on", "yesterday", *CITIZEN], "Write a day 2025-05-01, a month 2025-05 or a year 2025"),
        (["decide", "--on", "2020-01-01", *CITIZEN], "before the law"),
        (["decide", "--regime", "ru/lav", *CITIZEN], "Did you mean ru/law"),
        (["decide", "--fact", "region"], "is not name=value"),
        (["decide", "--fact", "region=Atlantis"], "There is no region 'Atlantis'"),
        (["decide", "no-such-case.toml"], "no such case file"),
        (["decide", "--ask", "may_fly", *CITIZEN], "no rule or question of ru/law 'may_fly'"),
        (["decide", "--known", "soon", *CITIZEN], "is not a day"),
        (["decide", "--out", "decision.pdf", *CITIZEN], "neither a page nor data"),
        (["explain"], "No stored decision is named"),
        (["explain", "no-such.json"], "no such stored decision"),
        (["explain", str(EXAMPLES / "company_year.toml")], "This is not JSON"),
        (["compare", "--regimes", "ru/law,ru/lwa"], "Did you mean ru/law"),
        (["compare", "--on", "2020-01-01", "--regimes", "ru/law"], "before the law"),
        (["compare", "--region", "Atlantis"], "There is no region"),
        (["compare", "--power-price", "5"], "is not low,high"),
        (["compare", "--power-price", "6,5"], "are not a range"),
        (["compare", "--sites", "no-such.csv"], "no-such.csv"),
        (["assess", "no-such.csv", "--months", "2025-01"], "no such file"),
        (["assess", "no-such.csv", "--months", "2025-05..2025-01"], "ends before it begins"),
        (["assess", "p.csv", "--months", "2025-01", "--master", "spark://x:7077"], "Add --engine spark"),
        (["assess", "mysql://x/y", "--months", "2025-01"], "is no address that can be read"),
        (["law", "show", "ru/nothing"], "There is no regime"),
        (["law", "show", "ru/law", "--on", "2019-01-01"], "before the law"),
        (["law", "diff", "ru/law", "ru/trade_pilot_2023", "--on", "2022-01-01"], "before the law"),
        (["law", "check", "/"], "no regime.toml"),
        (["decide", "--on", "9999-12-31", *CITIZEN], "out of range"),
        (["decide", "--on", "25-01-01", *CITIZEN], "the year comes first"),
        (["data", "show", "sites/russia.csv"], "russia"),
    ],
    ids=lambda x: " ".join(x)[:60] if isinstance(x, list) else "",
)  # fmt: skip
def test_what_cannot_be_done_exits_with_two(call, arguments: list[str], message: str):
    result = call(*arguments)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"facts = 3", "facts and earlier are not tables"),
        (b"[facts]\n[[earlier]]\ncoins_btc = 1\n", "An [[earlier]] has no period"),
        (b"fact = {}", "A case file has no 'fact'"),
        (b"[facts", "This is not TOML"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b'[facts]\nactor = "citizen"\nperiod = 3\n', "There is no fact 'period'"),
    ],
)
def test_a_case_file_that_is_wrong(call, tmp_path: Path, text: bytes, message: str):
    (tmp_path / "case.toml").write_bytes(text)
    result = call("decide", str(tmp_path / "case.toml"), "--on", "2025-05")
    assert result.code == 2
    assert message in result.err
    assert "case.toml" in result.err or "period" in message


def test_a_path_that_cannot_be_written(call, tmp_path: Path):
    (tmp_path / "taken").write_text("x")
    result = call("compare", "--regimes", "ru/law", "--out", str(tmp_path / "taken"))
    assert result.code == 2
    assert "taken" in result.err
    assert (tmp_path / "taken").read_text() == "x"


def test_a_csv_with_an_open_quote(call, tmp_path: Path):
    (tmp_path / "p.csv").write_text('subject,period,actor\n"a,2025-01,company\n')
    result = call("assess", str(tmp_path / "p.csv"), "--months", "2025-01")
    assert result.code == 1
    assert "a quote is not closed" in result.out
    assert "Traceback" not in result.err


def test_law_cases_say_what_is_not_covered_and_why(call):
    result = call("law", "cases", "ru/law", "--format", "json")
    cases = json.loads(result.out)["cases"]
    assert result.code == 0
    assert sum(c["result"] == "passed" for c in cases) > 100
    open_ = [c for c in cases if c["result"] == "not covered"]
    assert open_
    assert all(len(c["detail"]) > 20 for c in open_)


def test_law_cases_of_a_wrong_act_fail(call, tmp_path: Path):
    case = '[[case]]\nid="x"\nname="x"\nperiod="2025"\ngiven={ coins_btc = 1 }\nexpect={ r = 2 }\nsource="y"\n'
    act(tmp_path, rules=rule("return coins_btc", "coins_btc"), cases=case)
    result = call("law", "cases", str(tmp_path))
    assert result.code == 1
    assert "FAILED" in result.out
    assert "expected 2, found 1" in result.out


def test_law_show_prints_the_gaps(call):
    out = call("law", "show", "ru/government_concept_2022").out
    assert "Does not say" in out
    assert "levy_per_kwh" in out


def test_law_show_on_a_day(call):
    values = json.loads(call("law", "show", "ru/law", "--on", "2024-06-01", "--format", "json").out)["values"]
    assert {v["value"]: v["is"] for v in values}["profit_tax_rate"] == "0.2"
    assert "household_limit" not in {v["value"] for v in values}


def test_law_diff_of_two_days(call):
    result = call("law", "diff", "ru/law", "ru/law", "--on", "2024-12-31", "--then", "2025-01-01", "--format", "csv")
    assert result.code == 1
    rows = {(r["layer"], r["name"]): r for r in csv.DictReader(io.StringIO(result.out))}
    assert rows["value", "profit_tax_rate"]["b"] == "0.25"
    assert "176-FZ" in rows["value", "profit_tax_rate"]["articles"]
    assert (rows["case", "G15: profit_tax_rub"]["a"], rows["case", "G15: profit_tax_rub"]["b"]) == (
        "does not say",
        "500,000",
    )


def test_law_diff_of_the_same_day_finds_nothing(call):
    result = call("law", "diff", "ru/law", "ru/law", "--on", "2025-05-01")
    assert result.code == 0
    assert "no difference" in result.out


POPULATION = ["--population", str(EXAMPLES / "population.csv"), "--months", "2025-01..2025-12"]


def test_law_diff_proves_what_is_alike_and_shows_the_smallest_case_of_the_rest(call):
    two_days = ["law", "diff", "ru/law", "ru/law", "--on", "2024-12-31", "--then", "2025-01-01"]
    out = call(*two_days, "--rule", "may mine", "--rule", "must_register").out
    lines = out[out.index("Rules that answer differently") :].splitlines()
    assert lines[2] == "may_mine"
    assert lines[3].split()[:4] == ["case", "actor", "=", "citizen,"]
    assert lines[4].startswith("  ru/law on 2024-12-31  yes   ")
    assert "Decree 1869" in lines[5]
    assert lines[6].startswith("  they part at          territories not in force -> RU-")
    assert "1 rule: the same text and the same values: must_register" in out
    data = json.loads(call(*two_days, "--format", "json").out)
    proofs = {p["rule"]: p for p in data["proofs"]}
    assert proofs["must_register"]["verdict"] == "same law"
    assert proofs["vat_rub"]["case"] == []
    assert proofs["profit_base_rub"]["right"]["answer"] == "0.01"
    rows = list(csv.DictReader(io.StringIO(call(*two_days, "--format", "csv").out)))
    assert {r["case"] for r in rows if r["layer"] == "proof" and r["name"] == "must_keep_separate_accounts"} == {
        "actor = company"
    }
    assert "proofs" not in json.loads(call(*two_days, "--no-proofs", "--format", "json").out)


def test_law_diff_of_a_population(call, tmp_path: Path):
    known = [
        "law",
        "diff",
        "ru/law",
        "ru/law",
        "--known",
        "2025-01-01",
        *POPULATION,
        "--ask",
        "may_mine",
        "--no-proofs",
    ]
    result = call(*known, "--out", str(tmp_path))
    assert result.code == 1
    assert "no difference between ru/law on 2025-01-01, known 2025-01-01 and ru/law on 2025-01-01" in result.out
    assert "A ru/law, known 2025-01-01 · B ru/law · 2025-01..2025-12" in result.out
    assert "Decisions to make anew" in result.out
    assert "written to" in result.err
    assert {f.name for f in tmp_path.iterdir()} == {"changed", "undecided"}
    rows = list(csv.DictReader(io.StringIO(call(*known, "--format", "csv").out)))
    assert {r["change"] for r in rows} == {"yes -> no", "yes -> undecided", "yes -> part of the period"}
    assert {r["parted"] for r in rows} == {"territories"}
    data = json.loads(call(*known, "--format", "json").out)
    assert data["population"]["changed"] == sum(int(r["rows"]) for r in rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--population", "x.csv"], "--population needs the months"),
        (["--months", "2025-01"], "--months is about a population"),
        (["--then-months", "2025-01"], "--then-months is about a population"),
        (["--rule", "fine_rub_max"], "There is no rule or question of ru/law 'fine_rub_max'"),
        ([*POPULATION, "--then-months", "2026-02..2026-12"], "are not the same months"),
    ],
)
def test_law_diff_says_what_it_needs(call, arguments: list[str], message: str):
    result = call("law", "diff", "ru/law", "ru/law", *arguments)
    assert result.code == 2
    assert message in result.err


def test_a_reform_differs_where_it_says_so(call):
    rows = list(
        csv.DictReader(
            io.StringIO(call("law", "diff", "ru/law", "ru/bills_2026", "--on", "2026-08-01", "--format", "csv").out)
        )
    )
    assert any(r["layer"] == "question" and r["name"] == "fine_max" for r in rows)
    assert not any(r["layer"] == "value" and r["name"] == "profit_tax_rate" for r in rows)


def test_law_check_of_the_shipped_acts_is_clean(call):
    for name in ("ru/central_bank_2022", "ru/government_concept_2022"):
        result = call("law", "check", name)
        first, how, *_ = result.out.splitlines()
        assert (result.code, first) == (0, f"0 findings in {name}")
        assert how.startswith("Proved with z3 for")


def test_data_list(call):
    data = json.loads(call("data", "list", "--format", "json").out)
    assert len(data["datasets"]) >= 8
    assert all(d["licence"] and d["publisher"] for d in data["datasets"])


# Compare ------------------------------------------------------------------------------------------------------------
def test_compare_writes_the_page_and_the_tables(call, tmp_path: Path):
    result = call("compare", "--out", str(tmp_path / "demo"))
    assert result.code == 0
    assert {f.name for f in (tmp_path / "demo").iterdir()} == {
        "comparison.html",
        "comparison.json",
        "sites.csv",
        "actors.csv",
        "dues.csv",
        "differences.csv",
    }
    assert "comparison.html" in result.err
    assert "Siberia consumed more than it generated in every year from 2015 to 2020" in result.out
    data = json.loads((tmp_path / "demo" / "comparison.json").read_text(encoding="utf-8"))
    assert len(data["regimes"]) == 7
    assert set(data["regime_versions"]) == {r["id"] for r in data["regimes"]}
    assert data["data_vintages"]
    with (tmp_path / "demo" / "sites.csv").open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) == 76 * 7
    assert {r["capacity_mw"] for r in rows if r["site_id"] == "ru-irk-rusal-cod"} == {"not reported"}


def site_file(folder: Path, *rows: str) -> str:
    file = folder / "sites.csv"
    file.write_text("\n".join(["site_id,name,iso_3166_2,municipality,capacity_mw", *rows]) + "\n", encoding="utf-8")
    return str(file)


def test_compare_with_sites_of_ones_own(call, tmp_path: Path):
    sites = site_file(tmp_path, "a,Alpha,RU-DA,,5", "b,Beta,RU-IRK,Bratsk,")
    rows = list(
        csv.DictReader(io.StringIO(call("compare", "--sites", sites, "--regimes", "ru/law", "--format", "csv").out))
    )
    assert {r["site_id"]: (r["may_mine"], r["capacity_mw"]) for r in rows} == {
        "a": ("no", "5"),
        "b": ("yes", "not reported"),
    }


def test_compare_tells_each_bad_row_and_goes_on_when_asked(call, tmp_path: Path):
    sites = site_file(tmp_path, "a,Alpha,RU-DA,,5", "b,Beta,RU-XX,,5", "c,Gamma,RU-IRK,Irkustk,-7")
    refused = call("compare", "--sites", sites, "--regimes", "ru/law")
    assert refused.code == 2
    for fragment in ("2 of 3 rows cannot be read", "line 3, iso_3166_2", "line 4, capacity_mw", "--skip-bad-rows"):
        assert fragment in refused.err
    asked = call("compare", "--sites", sites, "--regimes", "ru/law", "--skip-bad-rows", "--format", "json")
    assert asked.code == 1
    data = json.loads(asked.out)
    assert [s["site"]["site_id"] for s in data["sites"]] == ["a"]
    assert len(data["site_problems"]) >= 3


# What a newcomer types ------------------------------------------------------------------------------------------------
def test_questions_and_facts_may_be_typed_as_they_are_said(call):
    result = call(
        "decide",
        "--on",
        "2025-05",
        "--ask",
        "levy",
        "--ask",
        "must register",
        "--fact",
        "actor=citizen",
        "--fact",
        "mining energy=1",
    )
    assert result.code == 0
    assert "No levy" in result.out
    assert "must register" in result.out


def test_places_are_listed(call):
    regions = list(csv.DictReader(io.StringIO(call("law", "places", "--format", "csv").out)))
    assert len(regions) == 89
    keys = {
        r["key"] for r in csv.DictReader(io.StringIO(call("law", "places", "Irkutsk Oblast", "--format", "csv").out))
    }
    assert {"irkutsk", "bratsk", "shelekhovsky-district"} <= keys
    assert "not listed" in call("law", "places", "RU-MOW").out


def test_a_reform_shows_its_own_values_and_all_when_asked(call):
    own = json.loads(call("law", "show", "ru/bills_2026", "--format", "json").out)["values"]
    every = json.loads(call("law", "show", "ru/bills_2026", "--all", "--format", "json").out)["values"]
    assert "household_limit" not in {v["value"] for v in own}
    assert {v["value"] for v in own} < {v["value"] for v in every}


def test_what_will_be_looked_up_is_not_asked_for(call):
    result = call("decide", "--on", "2025-05", "--ask", "income_tax_rub", "--fact", "actor=citizen")
    assert result.code == 2
    assert "coins_btc, mining_costs_rub" in result.err
    assert "quotation" not in result.err


# Proofs ---------------------------------------------------------------------------------------------------------
CLASH = (
    "return unless('yes', exception('tied', state_tied, 'no', 'tied', cites='art. 7'),"
    " exception('big', mining_energy_kwh_per_month > p.limit, 'undecided', 'big', cites='art. 8'), because='the rule')"
)


def test_law_check_says_what_was_proved(call, tmp_path: Path):
    act(tmp_path, rules=rule(CLASH))
    proved = call("law", "check", str(tmp_path))
    assert proved.code == 1
    assert "'tied' and 'big' can both hold" in proved.out
    assert "state_tied = yes" in proved.out
    assert "Proved with z3 for 1 day on which the act may change" in proved.out
    tried = call("law", "check", str(tmp_path), "--no-proofs")
    assert tried.code == 1
    assert "Two exceptions hold for the same case" in tried.out
    assert "Tried, not proved" in tried.out
    assert "Proved" in json.loads(call("law", "check", str(tmp_path), "--format", "json").out)["how"]


def test_without_z3_the_check_tries_and_the_proofs_say_what_to_install(call, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adit.regime.check.can_prove", lambda: False)
    assert "Tried, not proved" in call("law", "check", "ru/central_bank_2022").out
    assert "Read, not proved" in call("law", "diff", "ru/law", "ru/law", "--on", "2025-05-01").out
    for arguments in (
        ["law", "check", "ru/central_bank_2022", "--proofs"],
        ["law", "diff", "ru/law", "ru/law", "--on", "2025-05-01", "--proofs"],
        ["law", "diff", "ru/law", "ru/law", "--on", "2025-05-01", "--rule", "may_mine"],
        ["decide", "--on", "2025-02-01", *CITIZEN, "--ask", "may_mine", "--what-if", "yes"],
    ):
        result = call(*arguments)
        assert result.code == 2
        assert "z3, which is not installed" in result.err
        assert "pip install 'adit[proof]'" in result.err


def test_what_if_names_the_facts_that_would_have_to_be_different(call):
    asked = ["decide", "--on", "2025-02-01", *CITIZEN, "--ask", "may_mine", "--what-if"]
    result = call(*asked, "yes")
    assert result.code == 0
    lines = [line.strip() for line in result.out.splitlines()]
    assert lines[-3:] == [
        "may mine would be yes with any one of these alone:",
        "mining energy 6,000 kWh/month instead of 6,001",
        "in miners register yes instead of no",
    ]
    assert "may mine is after registration already." in call(*asked, "after registration").out
    data = json.loads(call(*asked, "yes", "--format", "json").out)["what_if"]
    assert data["changes"][0] == {
        "fact": "mining_energy_kwh_per_month",
        "unit": "kWh/month",
        "now": "6001.000",
        "then": "6000.000",
    }


def test_what_if_finds_no_way_out_of_a_banned_region(call):
    case = [*CITIZEN, "--fact", "region=RU-DA", "--ask", "may_mine"]
    result = call("decide", "--on", "2025-02-01", *case, "--what-if", "yes")
    assert "No single fact alone would make may mine yes." in result.out
    many = call("decide", "--on", "2025-02-01", *case, "--what-if", "after registration")
    assert "more values of region" in many.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--what-if", "yes"], "--what-if is about one question"),
        (["--ask", "may_mine", "--what-if", "perhaps"], "no answer to may_mine 'perhaps'"),
        (["--ask", "must_register", "--what-if", "perhaps"], "answered with yes or no, not 'perhaps'"),
        (["--ask", "may_hold", "--what-if", "yes"], "never answers may_hold"),
        (["--ask", "may_mine", "--what-if", "yes", "--format", "csv"], "as a table or as JSON"),
    ],
)
def test_what_cannot_be_asked_of_what_if(call, arguments: list[str], message: str):
    result = call("decide", "--on", "2025-02-01", *CITIZEN, *arguments)
    assert result.code == 2
    assert message in result.err
