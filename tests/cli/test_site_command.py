"""`adit site`: the answer as table, JSON, CSV and page; what is refused, and with which words."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from adit.cli.main import adit
from adit.terms.errors import BadInput

BASE = {
    "--region": "RU-KYA",
    "--power-mw": "10",
    "--machine": "Antminer S21",
    "--price-rub-per-kwh": "3.2",
    "--on": "2025-06-01",
    "--months": "6",
    "--paths": "10",
}


def ask(**other: str) -> str:
    options = BASE | {f"--{k.replace('_', '-')}": v for k, v in other.items()}
    run = CliRunner().invoke(adit, ["site", *(part for pair in options.items() for part in pair)])
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    assert run.exit_code == 0, run.output
    return run.stdout


def test_the_table_says_what_it_is_made_of_and_gives_no_advice():
    text = ask(regimes="ru/central_bank_2022")
    assert "2,700 x Bitmain S21 at Krasnoyarsk Krai (RU-KYA), 10 MW, 3.2 RUB/kWh, 2025-06 to 2025-11" in text
    assert re.search(r"hashprice \d\.\d{4} RUB/TH/day \(0\.05\d{3} USD\) on 2025-06-01", text)
    assert "ru/central_bank_2022 is no law in force (proposal): simulated." in text
    assert "It is no advice" in text


def test_the_json_adds_up_and_names_version_regime_and_data():
    told = json.loads(ask(format="json"))
    [regime] = told["regimes"]
    assert told["adit"]
    assert regime["digest"]
    assert told["data"]["network/btc_retarget_epochs.csv"]
    months = regime["months"]
    cents = {
        name: sum(round(float(m[f"{name}_rub"]) * 100) for m in months)
        for name in ("income", "power", "operations", "tax", "cash")
    }
    assert cents["cash"] == cents["income"] - cents["power"] - cents["operations"] - cents["tax"]
    assert round(float(regime["totals_rub"]["cash"]) * 100) == cents["cash"]
    assert told["assumptions"]["operation.uptime"]["file"] == "shipped"


def test_the_rows_are_the_months():
    lines = ask(format="csv").splitlines()
    assert lines[0].startswith("month,may_mine,share_allowed,energy_kwh")
    assert [line.split(",")[0] for line in lines[1:]] == [f"2025-{m:02}" for m in range(6, 12)]


def test_the_page_needs_nothing_else(tmp_path: Path):
    page = tmp_path / "site.html"
    ask(report=str(page), regimes="ru/bills_2026")
    text = page.read_text(encoding="utf-8")
    assert " style=" not in text
    assert not re.findall(r'(?:src|href)="(?!#|data:)', text)
    assert text.count('<article class="regime">') == 2
    assert "no promise of any price" in text
    assert text.count('class="bar"') == 11


def test_ones_own_assumptions_count_and_are_named(tmp_path: Path):
    own = tmp_path / "own.toml"
    own.write_text('[operation.uptime]\nvalue = 0.5\nwhy = "half the hours, by our log"\n', encoding="utf-8")
    half, whole = (json.loads(ask(format="json", **more)) for more in ({"assumptions": str(own)}, {}))
    assert half["assumptions"]["operation.uptime"]["file"] == str(own)
    energy = [told["regimes"][0]["months"][0]["energy_kwh"] for told in (half, whole)]
    assert energy[0] / energy[1] == pytest.approx(0.5 / 0.95, rel=1e-6)


def test_a_path_of_ones_own_has_no_chance_in_it(tmp_path: Path):
    own = tmp_path / "path.csv"
    rows = "".join(f"2025-{m:02},8000000,120000000000000\n" for m in range(6, 12))
    own.write_text("month,rub_per_btc,difficulty\n" + rows, encoding="utf-8")
    told = json.loads(ask(format="json", price_paths=str(own)))
    assert told["paths"]["kind"] == "given"
    assert {m["rub_per_btc"] for m in told["regimes"][0]["months"]} == {"8000000"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"machine": "Antminer S22"}, "There is no machine 'Antminer S22'"),
        ({"region": "RU-XXX"}, "There is no region 'RU-XXX'"),
        ({"price_rub_per_kwh": "0"}, "The price of power is 0 RUB/kWh"),
        ({"price_rub_per_kwh": "-3"}, "The price of power is -3 RUB/kWh"),
        ({"price_rub_per_kwh": "320"}, "looks like kopecks per kWh"),
        ({"price_rub_per_kwh": "3200"}, "looks like roubles per MWh"),
        ({"price_rub_per_kwh": "3,2"}, "which is no number"),
        ({"power_mw": "10000"}, "looks like kilowatts"),
        ({"power_mw": "0.002"}, "is below one S21"),
        ({"months": "0"}, "0 months cannot be computed"),
        ({"months": "1200"}, "1200 months cannot be computed"),
        ({"regime": "kz/law"}, "kz/law is of KZ and does not cover RU-KYA"),
        ({"regime": "us/montana"}, "us/montana is of US and does not cover RU-KYA"),
        ({"on": "2031-01-01"}, "The difficulty of 2031-01-01 is not known"),
        ({"on": "2023-01-01"}, "There is no bitcoin price for 2023-01-01"),
        ({"region": "UA-40"}, "The climate of UA-40 is not known"),
        ({"paths": "0"}, "0 paths cannot be drawn"),
        ({"price_paths": "martingale"}, "There is no kind of path 'martingale'"),
        ({"on": "2025-01-01", "price_paths": "history"}, "too few to draw from"),
        ({"report": "site.pdf"}, "is not a page"),
        ({"fact": "actor=citizen"}, "actor is set by the site"),
        ({"fact": "coins_btc=5"}, "coins_btc is set by the site"),
        ({"fact": "moonlight=5"}, "moonlight"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_with_the_reason(other: dict[str, str], words: str):
    with pytest.raises(BadInput, match=re.escape(words)) as refused:
        ask(**other)
    assert refused.value.todo


def test_the_nearest_machines_are_offered():
    with pytest.raises(BadInput) as refused:
        ask(machine="Antminer S21 Immersoin")
    assert "S21 Immersion" in refused.value.todo


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[operation.upptime]\nvalue = 0.5\nwhy = "x"\n', "no assumption 'operation.upptime'"),
        ('[operation.uptime]\nvalue = 95\nwhy = "x"\n', "is 95, which is not between 0 and 1"),
        ("[operation.uptime]\nvalue = 0.9\n", "lacks its reason"),
        ('[operation.uptime]\nvalue = "0.9"\nwhy = "x"\n', "has no number"),
        ('[capital.site_usd_per_kw]\nvalue = 300\nunit = "RUB per kW"\nwhy = "x"\n', "not in 'RUB per kW'"),
        ("[operation", "This is not TOML"),
    ],
)
def test_assumptions_that_cannot_be_used_are_refused(tmp_path: Path, text: str, words: str):
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(words)):
        ask(assumptions=str(own))
