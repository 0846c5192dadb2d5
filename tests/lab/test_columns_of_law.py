"""Law as columns: what the acts answer is what the model reads, each number with its article, and nothing is typed twice."""

import shutil
from datetime import date
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adit.law
from adit.decision.decide import decide
from adit.lab.columns import COLUMNS, SECTORS
from adit.lab.hours import load_factors
from adit.lab.law_columns import Acts, Chosen, law_columns, month_after
from adit.lab.law_columns_asked import Asker
from adit.lab.law_columns_cell import Cell
from adit.lab.law_columns_seasons import stands
from adit.lab.scenario_acts import acts_of
from adit.lab.store import read_behaviour, read_places, read_rates, read_scenario
from adit.law import load
from adit.terms.days import Period
from adit.terms.fields import read_fact

FORMAL, HOUSEHOLD, INFORMAL = range(3)
ACTS = {"RU": "ru/law", "KZ": "kz/law", "CN": "cn/law", "IR": "ir/law", "US-TX": "us/texas", "CA-QC": "ca/quebec"}


def columns(first: date, count: int, codes: list[str] | None = None, acts=None, behaviour=None):
    places = read_places()
    chosen = {k: [Chosen(date.min, load(v))] for k, v in ACTS.items()} if acts is None else acts
    here = [places[c] for c in codes] if codes else list(places.places)
    months = [month_after(first, k) for k in range(count)]
    return law_columns(Acts(chosen), here, months, read_behaviour(behaviour), read_rates())


@pytest.fixture(scope="module")
def two_years():
    return columns(date(2024, 1, 1), 36, ["RU-BU", "RU-DA", "RU-IRK", "RU-TVE", "US-TX", "CA-QC", "IR", "PY"])


def of(law, column: str, place: str, sector: int = FORMAL):
    return law.column[column][:, law.places.index(place), sector]


def test_dagestan_is_banned_year_round_from_2025_and_what_runs_leaves_then(two_years):
    assert of(two_years, "permit_operate", "RU-DA").tolist() == [1.0] * 12 + [0.0] * 24
    assert of(two_years, "exit_share", "RU-DA").tolist() == [0.0] * 12 + [1.0] + [0.0] * 23
    assert of(two_years, "permit_operate", "RU-DA", HOUSEHOLD).tolist() == [1.0] * 12 + [0.0] * 24
    assert of(two_years, "permit_new", "RU-DA")[12:].max() == 0.0


def test_a_region_that_no_act_names_is_free(two_years):
    for column in ("permit_operate", "permit_new", "season"):
        assert of(two_years, column, "RU-TVE").tolist() == [1.0] * 36


def test_hours_that_may_be_cut_are_a_share_of_all_hours():
    assert of(columns(date(2024, 1, 1), 2, ["CA-QC"]), "hours_left", "CA-QC").tolist() == pytest.approx(
        [1 - 300 / 8760] * 2
    )


def test_closed_peak_hours_are_those_that_are_assumed_where_the_act_names_none():
    april = date(2023, 4, 1)
    assert of(columns(april, 1, ["IR"]), "hours_left", "IR").tolist() == pytest.approx([0.9])
    longer = columns(april, 1, ["IR"], behaviour={"peak_hours_share": {"IR": 0.2}})
    assert of(longer, "hours_left", "IR").tolist() == pytest.approx([0.8])
    assert "no mining in peak hours" in longer.origins["hours_left", 0, 0, FORMAL].because
    assert of(longer, "hours_left", "IR", INFORMAL).tolist() == [1.0]
    before = columns(date(2020, 4, 1), 1, ["IR"])
    assert of(before, "hours_left", "IR").tolist() == pytest.approx([1 - 300 / 8760])


def test_the_fee_of_a_licence_is_spread_over_its_months_and_megawatts():
    """2,000 indices of 3,692 tenge, three years, ten megawatts."""
    law = columns(date(2024, 1, 1), 1, ["KZ"])
    usd = 2000 * 3692 / read_rates().of("KZT", date(2024, 1, 1))
    assert of(law, "licence_usd_per_mw_month", "KZ").tolist() == pytest.approx([usd / 36 / 10])
    origin = law.origins["licence_usd_per_mw_month", 0, 0, FORMAL]
    assert "monthly_calculation_index = 3692 KZT/MCI since 2024-01-01" in "; ".join(origin.values)
    assert of(columns(date(2022, 1, 1), 1, ["KZ"]), "licence_usd_per_mw_month", "KZ").tolist() == [0.0]


def test_a_household_that_need_not_register_pays_no_fee(tmp_path):
    file = tmp_path / "fee.toml"
    file.write_text(
        'from = "ru_law"\ntitle = "t"\nset = ["ru.licence_fee = 1000000 from 2025-01-01"]\n', encoding="utf-8"
    )
    chosen = acts_of(read_scenario(str(file)), load).chosen
    law = columns(date(2025, 6, 1), 1, ["RU-TVE"], acts=chosen)
    rouble = read_rates().of("RUB", date(2025, 6, 1))
    paid = [of(law, "licence_usd_per_mw_month", "RU-TVE", s)[0] for s in (FORMAL, HOUSEHOLD, INFORMAL)]
    assert paid == pytest.approx([1e6 / rouble / 12 / 10, 0, 0])  # a year, ten megawatts
    assert "limit" in law.origins["licence_usd_per_mw_month", 0, 0, HOUSEHOLD].because
    before = columns(date(2024, 12, 1), 1, ["RU-TVE"], acts=chosen).origins["licence_usd_per_mw_month", 0, 0, FORMAL]
    assert (
        before.because
        == "The act does not say: No fee for the entry in the register of miners was found in the sources."
    )


def test_only_texas_rests_at_the_peak_of_itself():
    law, places = columns(date(2024, 1, 1), 1, ["US-TX", "RU-IRK"]), read_places()
    texas, irkutsk = load_factors(law, [places["US-TX"], places["RU-IRK"]], read_behaviour(), 0.95)[0]
    lost = 0.8 * 0.05
    assert texas[FORMAL, 0] == pytest.approx((1 - lost / 0.1) / (1 - lost))
    assert texas[INFORMAL].tolist() == [1, 1, 1]  # whoever hides answers no grid operator
    assert irkutsk.tolist() == [[1, 1, 1]] * 3


def test_buryatia_rests_in_its_season_and_nobody_has_to_leave(two_years):
    season = of(two_years, "season", "RU-BU")
    assert of(two_years, "permit_operate", "RU-BU").tolist() == [1.0] * 36
    assert of(two_years, "exit_share", "RU-BU").max() == 0.0
    # from 15 November through 15 March, both included
    assert season[12:24].round(6).tolist() == [0, 0, round(16 / 31, 6), 1, 1, 1, 1, 1, 1, 1, round(14 / 30, 6), 0]


def test_the_south_of_irkutsk_oblast_rests_in_its_first_season_and_leaves_in_april(two_years):
    part = next(p.share for p in read_places()["RU-IRK"].parts if p.municipality == "bratsk")
    assert of(two_years, "season", "RU-IRK")[12:14].tolist() == pytest.approx([part, part])
    assert of(two_years, "permit_operate", "RU-IRK")[12:16].tolist() == pytest.approx([1.0, 1.0, 1.0, part])
    assert of(two_years, "exit_share", "RU-IRK")[15] == pytest.approx(1 - part)


def test_taxes_and_the_limit_of_households_have_the_days_of_the_law(two_years):
    assert of(two_years, "profit_tax", "RU-TVE").tolist() == [0.0] * 12 + [0.25] * 24
    assert of(two_years, "profit_tax", "RU-TVE", HOUSEHOLD)[12:].tolist() == [0.13] * 24
    assert of(two_years, "revenue_tax", "RU-TVE").max() == 0.0
    limit = of(two_years, "household_kwh_per_month", "RU-TVE", HOUSEHOLD)
    assert limit[10:].tolist() == [6000.0] * 26
    assert limit[9] == 10950.0, "before the limit a household's connection is the limit"


def test_whoever_hides_pays_nothing_and_asks_nobody(two_years):
    assert of(two_years, "permit_operate", "RU-DA", INFORMAL).min() == 1.0
    for column in ("levy_usd_per_kwh", "profit_tax", "revenue_tax", "exit_share"):
        assert of(two_years, column, "RU-DA", INFORMAL).max() == 0.0
    assert of(two_years, "detection_per_month", "RU-DA", INFORMAL).min() == 0.02
    assert of(two_years, "detection_per_month", "RU-DA", FORMAL).max() == 0.0


def test_the_levy_of_kazakhstan_is_one_tenge_in_2022_and_between_its_ends_after():
    law = columns(date(2021, 12, 1), 14, ["KZ"])
    rates = read_rates()
    levy = law.column["levy_usd_per_kwh"][:, 0, FORMAL]
    assert levy[0] == 0.0
    assert levy[1:13].tolist() == pytest.approx([1 / rates.of("KZT", m) for m in law.months[1:13]])
    assert levy[13] == pytest.approx((1 + 0.1 * (25 - 1)) / rates.of("KZT", law.months[13]))


def test_a_place_of_which_no_act_is_asked_is_free_and_says_so(two_years):
    p = two_years.places.index("PY")
    assert two_years.column["permit_operate"][:, p].min() == 1.0
    assert two_years.column["slot_cap_mw"][0, p, FORMAL] == inf
    assert two_years.regimes["PY"] == "no act is asked"
    assert two_years.origins["levy_usd_per_kwh", 0, p, FORMAL].because == "The scenario asks no act of this place."


def test_every_number_has_a_reason_and_a_law_has_its_article(two_years):
    p = two_years.places.index("RU-IRK")
    for column in COLUMNS:
        for s in range(len(SECTORS)):
            assert two_years.origins[column, 20, p, s].because, column
    origin = two_years.origins["permit_operate", 20, p, FORMAL]
    assert (origin.regime, origin.rule) == ("ru/law", "why_barred")
    assert origin.cites == "Government Decree 1869 of 2024-12-23, as amended"
    assert "2025-04-07" in " ".join(origin.values)
    tax = two_years.origins["profit_tax", 20, p, FORMAL]
    assert "profit_tax_rate = 0.25 since 2025-01-01 (176-FZ of 2024-07-12)" in tax.values
    found = two_years.origins["detection_per_month", 20, p, INFORMAL]
    assert found.rule == "behaviour.detection_per_month"
    assert found.because == "No act says it: the scenario assumes it."
    silent = two_years.origins["fine_usd_per_case", 20, p, INFORMAL]
    assert silent.because.startswith("The act does not say. Fines for mining against the rules were still a bill")
    with pytest.raises(KeyError):
        two_years.origins["levy", 20, p, FORMAL]


def test_columns_stay_in_their_bounds_and_have_their_shape(two_years):
    for name, array in two_years.column.items():
        assert array.shape == (36, len(two_years.places), 3), name
        known = array[~np.isnan(array)]
        assert known.min() >= 0.0, name
        if name in ("permit_operate", "permit_new", "season", "exit_share", "profit_tax", "confiscation"):
            assert known.max() <= 1.0, name


@pytest.mark.slow
def test_the_panel_is_asked_of_few_distinct_cases():
    places = read_places().places
    acts = Acts({k: [Chosen(date.min, load(v))] for k, v in ACTS.items()})
    months = [month_after(date(2022, 1, 1), k) for k in range(96)]
    law_columns(acts, places, months, read_behaviour(), read_rates())
    assert len(places) >= 90
    assert 500 < acts.distinct < 5_000, "of some 300,000 questions"


# One text of law, and no second copy ----------------------------------------------------------------------------
def copied(tmp_path: Path) -> Path:
    shutil.copytree(Path(adit.law.__file__).parent / "ru", tmp_path / "ru")
    return tmp_path / "ru" / "law"


def of_folder(folder: Path, first: date, count: int, codes: list[str]):
    return columns(first, count, codes, acts={"RU": [Chosen(date.min, load(str(folder)))]})


def test_one_dated_value_in_the_folder_of_the_act_moves_the_column(tmp_path):
    folder = copied(tmp_path)
    file = folder / "values" / "tax.toml"
    before = of_folder(folder, date(2024, 12, 1), 3, ["RU-TVE"]).column["profit_tax"][:, 0, FORMAL]
    text = file.read_text(encoding="utf-8")
    assert text.count("value      = 0.25") == 1
    file.write_text(text.replace("value      = 0.25", "value      = 0.31"), encoding="utf-8")
    after = of_folder(folder, date(2024, 12, 1), 3, ["RU-TVE"]).column["profit_tax"][:, 0, FORMAL]
    assert before.tolist() == [0.0, 0.25, 0.25]
    assert after.tolist() == [0.0, 0.31, 0.31]


def test_a_ban_that_is_added_to_the_folder_closes_its_region_from_its_day(tmp_path):
    folder = copied(tmp_path)
    file = folder / "values" / "territories.toml"
    row = '\n[[territories.values]]\nregion = "RU-TVE"\nfrom = 2026-03-01\nstatus = "in force"\ncite = "a decree"\n'
    row += 'read = "reported"\nconfidence = "high"\nsources = ["S51"]\n'
    text = file.read_text(encoding="utf-8")
    at = text.index("\n[isolated_generation_exception]")
    file.write_text(text[:at] + row + text[at:], encoding="utf-8")
    law = of_folder(folder, date(2026, 1, 1), 4, ["RU-TVE", "RU-BEL"])
    assert law.column["permit_operate"][:, 0, FORMAL].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert law.column["exit_share"][:, 0, HOUSEHOLD].tolist() == [0.0, 0.0, 1.0, 0.0]
    assert law.column["permit_operate"][:, 1, FORMAL].tolist() == [1.0] * 4
    assert law.origins["permit_operate", 3, 0, FORMAL].values[-1].endswith("since 2026-03-01 (a decree)")


def test_an_act_from_a_day_on_speaks_from_that_month():
    acts = {"RU": [Chosen(date.min, load("ru/law")), Chosen(date(2026, 1, 1), load("ru/central_bank_2022"))]}
    law = columns(date(2025, 11, 1), 4, ["RU-TVE"], acts=acts)
    assert law.column["permit_operate"][:, 0, FORMAL].tolist() == [1.0, 1.0, 0.0, 0.0]
    rates = read_rates()
    fine = law.column["fine_usd_per_case"][:, 0, INFORMAL]
    assert fine[:2].tolist() == [0.0, 0.0]
    assert fine[2] == pytest.approx(0.5 * 1_000_000 / rates.of("RUB", date(2026, 1, 1)))
    assert law.regimes["RU-TVE"].startswith("ru/law ")
    assert "; ru/central_bank_2022 " in law.regimes["RU-TVE"]


def test_an_act_of_a_place_comes_before_that_of_its_state():
    acts = {"RU": [Chosen(date.min, load("ru/law"))], "RU-TVE": [Chosen(date.min, load("ru/central_bank_2022"))]}
    law = columns(date(2025, 6, 1), 1, ["RU-TVE", "RU-BEL"], acts=acts)
    assert law.column["permit_operate"][0, :, FORMAL].tolist() == [0.0, 1.0]


def test_another_state_s_levy_is_asked_in_its_own_money():
    levy = frozenset({"levy_per_kwh", "levy_per_kwh_min", "levy_per_kwh_max"})
    acts = {"RU": [Chosen(date.min, load("ru/law")), Chosen(date(2026, 1, 1), load("kz/law"), levy)]}
    law = columns(date(2025, 12, 1), 2, ["RU-TVE"], acts=acts)
    tenge, rouble = (read_rates().of(c, date(2026, 1, 1)) for c in ("KZT", "RUB"))
    price = read_places()["RU-TVE"].price_per_kwh * tenge / rouble
    assert price > 24, "so dear in tenge that the bottom of the scale applies"
    assert law.column["levy_usd_per_kwh"][:, 0, FORMAL].tolist() == pytest.approx([0.0, 1 / tenge])
    assert law.column["profit_tax"][1, 0, FORMAL] == 0.25
    assert law.origins["levy_usd_per_kwh", 1, 0, FORMAL].regime == "kz/law"


def test_what_the_scenario_assumes_moves_its_columns_and_is_told():
    law = columns(date(2025, 6, 1), 1, ["RU-DA"], behaviour={"detection_per_month": 0.5, "import_duty": {"RU": 0.1}})
    assert law.column["detection_per_month"][0, 0, INFORMAL] == 0.5
    assert law.column["import_duty"][0, 0, FORMAL] == 0.1
    assert law.origins["detection_per_month", 0, 0, INFORMAL].cites.endswith("(set by the scenario)")


# The same answers as a case -------------------------------------------------------------------------------------
REGIONS = ["RU-TVE", "RU-IRK", "RU-DA", "RU-BU", "UA-14"]
ASKER = Asker(load("ru/law"))  # one for all examples, so that what was kept is what is tried


@settings(max_examples=120, deadline=None)
@given(
    region=st.sampled_from(REGIONS), town=st.sampled_from(["", "bratsk", "irkutsk"]), month=st.integers(2021 * 12, 2027 * 12),
    actor=st.sampled_from(["citizen", "company", "foreign_company"]), energy=st.integers(0, 20_000), registered=st.booleans(),
    question=st.sampled_from(["may_mine", "why_barred", "profit_tax_rub", "income_tax_rub", "household_limit_kwh_per_month", "vat_rub"]),
)  # fmt: skip
def test_an_answer_that_is_kept_is_the_answer_of_the_case(region, town, month, actor, energy, registered, question):
    first = date(month // 12, month % 12 + 1, 1)
    stated = {
        "actor": actor, "region": region, "in_miners_register": registered, "mining_energy_kwh_per_month": str(energy), "coins_btc": "0.5",
        "quotation_rub_per_btc": "5000000", "mining_costs_rub": "1000000",
    }  # fmt: skip
    if region == "RU-IRK":
        stated["municipality"] = town
    facts = {n: read_fact(n, v) for n, v in stated.items() if n != "municipality"} | {
        "municipality": stated.get("municipality", "")
    }
    period = Period(first, month_after(first))
    assert (
        ASKER.ask(question, facts, period).value
        == decide(load("ru/law"), stated, period, questions=[question])[question].value
    )


def test_a_missing_fact_is_an_answer_of_its_own():
    asked = Asker(load("ru/law")).ask(
        "profit_tax_rub", {"actor": "company"}, Period(date(2025, 5, 1), date(2025, 6, 1))
    )
    assert (asked.value, asked.state) == (None, "fact missing")
    assert asked.said == "Not stated: coins_btc, mining_costs_rub, quotation_rub_per_btc."


# Silence --------------------------------------------------------------------------------------------------------
def test_what_a_bill_does_not_speak_of_stays_as_the_law_has_it():
    first = date(2025, 11, 1)
    codes = ["RU-TVE", "RU-DA", "RU-BU"]
    plain = columns(first, 6, codes, acts={"RU": [Chosen(date.min, load("ru/law"))]})
    rows = {"RU": [Chosen(date.min, load("ru/law")), Chosen(date(2026, 1, 1), load("ru/finance_ministry_2022"))]}
    places = [read_places()[c] for c in codes]
    months = [month_after(first, k) for k in range(6)]
    behind = law_columns(Acts(rows, {"RU": load("ru/law")}), places, months, read_behaviour(), read_rates())
    alone = law_columns(Acts(rows), places, months, read_behaviour(), read_rates())
    for name in COLUMNS:
        assert np.array_equal(behind.column[name], plain.column[name], equal_nan=True), name
    assert alone.column["profit_tax"][:, 0, FORMAL].tolist() == [0.25, 0.25, 0, 0, 0, 0]
    assert alone.column["permit_operate"][:, 1, FORMAL].tolist() == [0, 0, 1, 1, 1, 1]
    assert behind.origins["profit_tax", 4, 0, FORMAL].regime == "ru/law"
    assert alone.origins["profit_tax", 4, 0, FORMAL].because.startswith("The act does not say. Taxes were not found")


def test_a_concept_that_speaks_of_permission_alone_keeps_the_taxes_of_the_law():
    rows = {"RU": [Chosen(date.min, load("ru/government_concept_2022"))]}
    places = [read_places()[c] for c in ("RU-KYA", "RU-LEN", "RU-PRI")]
    law = law_columns(Acts(rows, {"RU": load("ru/law")}), places, [date(2026, 1, 1)], read_behaviour(), read_rates())
    assert law.column["permit_operate"][0, :, FORMAL].tolist() == [0.0, 1.0, 1.0], (
        "Siberia is short, the North-West has a surplus, the East is not measured and left to the office"
    )
    assert law.column["profit_tax"][0, :, FORMAL].tolist() == [0.25] * 3


# Seasons and ends -----------------------------------------------------------------------------------------------
def stand_of(*parts: list[float], shares: tuple[float, ...] = (1.0,), most: int = 6):
    return stands([[Cell(allowed=a, allowed_new=a) for a in row] for row in parts], shares, most)


def test_a_stop_that_passes_is_a_season_and_one_that_stays_is_an_end():
    season = stand_of([1, 0.4, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    assert season.permit_operate.tolist() == [1.0] * 12
    assert season.season.tolist() == [1, 0.4, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert season.exit_share.max() == 0.0
    end = stand_of([1, 1, 0.8, 0, 0, 0, 0, 0, 0, 0])
    assert end.permit_operate.tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert end.season[:3].tolist() == [1, 1, 0.8]
    assert end.exit_share.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    long = stand_of([1, 0, 0, 0, 0, 0, 0, 0, 1, 1], most=6)
    assert long.permit_operate.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 1, 1], "seven months are no season"
    assert long.exit_share.tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_the_parts_of_a_place_weigh_by_their_mining():
    both = stand_of([1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], shares=(0.75, 0.25), most=3)
    assert both.permit_operate.tolist() == [1, 0.25, 0.25, 0.25, 0, 0, 0, 0]
    assert both.exit_share.tolist() == [0, 0.75, 0, 0, 1, 0, 0, 0]
    assert both.part.tolist()[1:4] == [0, 0, 0], "the part that is barred is told of"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]), min_size=14, max_size=14), min_size=1, max_size=3))
def test_what_leaves_is_never_more_than_what_was_allowed(rows):
    shares = tuple([1 / len(rows)] * len(rows))
    found = stand_of(*rows, shares=shares)
    assert np.all((found.permit_operate >= 0) & (found.permit_operate <= 1 + 1e-9))
    assert np.all((found.exit_share >= 0) & (found.exit_share <= 1 + 1e-9))
    assert np.all((found.season >= 0) & (found.season <= 1 + 1e-9))
    gone = found.permit_operate[:-1] * found.exit_share[1:]
    assert np.all(found.permit_operate[1:] >= found.permit_operate[:-1] - gone - 1e-9), (
        "permission falls only by what leaves"
    )
