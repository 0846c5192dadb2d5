"""Scenario files: what they inherit, what one line changes, and what is said of a file that cannot be read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adit.decision.decide import decide
from adit.lab.run import parameters_of
from adit.lab.scenario_acts import acts_of
from adit.lab.scenario_changes import changed, names_to_set, parse_change
from adit.lab.store import read_behaviour, read_places, read_scenario, read_state, scenario_file, scenario_names
from adit.law import load
from adit.terms.days import parse_period
from adit.terms.errors import BadInput, UnknownName

PROPOSALS = (
    "finance_ministry_2022",
    "central_bank_2022",
    "government_concept_2022",
    "deputies_bill_2022",
    "trade_pilot_2023",
)


def written(tmp_path: Path, text: str, name: str = "mine.toml") -> str:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def read_whole(name: str) -> None:
    """Everything of a scenario that can be wrong."""
    scenario = read_scenario(name)
    acts_of(scenario, load)
    parameters_of(scenario)
    read_behaviour(scenario.behaviour, scenario.where)


def error_of(text: str, tmp_path: Path) -> str:
    """What is said of the file, without the folder in which the test wrote it."""
    with pytest.raises(BadInput) as caught:
        read_whole(written(tmp_path, text))
    return str(caught.value).replace(f"{tmp_path}/", "")


# Shipped --------------------------------------------------------------------------------------------------------
def test_the_proposals_and_the_alternatives_are_shipped():
    names = scenario_names()
    assert {
        *PROPOSALS,
        "ru_law",
        "ru_ban",
        "ru_surplus_only",
        "ru_household_exempt",
        "ru_levy",
        "kz_levy",
        "ru_kz_levy",
    } <= set(names)


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_can_be_read_and_its_acts_are_there(name):
    scenario = read_scenario(name)
    acts = acts_of(scenario, load)
    assert scenario.title
    assert scenario.about
    assert "RU" in acts.chosen
    assert parameters_of(scenario).names
    assert read_behaviour(scenario.behaviour, scenario.where).changed == frozenset(scenario.behaviour)
    assert name == "ru_law" or scenario.chain[0] == "scenarios/ru_law.toml"


def test_a_shipped_scenario_is_found_by_its_name_or_as_if_it_lay_in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ru_ban", "ru_ban.toml", "scenarios/ru_ban.toml", "scenarios/ru_ban"):
        assert scenario_file(name).name == "ru_ban.toml"
    own = tmp_path / "scenarios"
    own.mkdir()
    (own / "ru_ban.toml").write_text('from = "ru_law"\ntitle = "my own"\n', encoding="utf-8")
    assert read_scenario("scenarios/ru_ban.toml").title == "my own", "a file of one's own comes first"


@pytest.mark.parametrize("name", PROPOSALS)
def test_a_proposal_follows_the_law_from_2026(name):
    rows = read_scenario(name).regimes["RU"]
    assert [(r.first, r.regime) for r in rows] == [(date(2021, 1, 1), "ru/law"), (date(2026, 1, 1), f"ru/{name}")]


# Reading --------------------------------------------------------------------------------------------------------
def test_what_is_not_said_is_inherited(tmp_path):
    text = 'from = "ru_levy"\ntitle = "dear"\nmonths = 24\nset = ["ru.profit_tax_rate = 0.3 from 2026-01-01"]\n[price]\nkind = "given"\nusd = [1, 2.5]\n'
    scenario, base = read_scenario(written(tmp_path, text)), read_scenario("ru_levy")
    assert (scenario.title, scenario.months, scenario.seed, scenario.start) == ("dear", 24, base.seed, base.start)
    assert [c.line for c in scenario.changes] == [
        "ru.levy_per_kwh = 1 from 2026-01-01",
        "ru.profit_tax_rate = 0.3 from 2026-01-01",
    ]
    assert scenario.price.usd == (1.0, 2.5)
    assert scenario.regimes == base.regimes
    assert scenario.about == base.about


def test_a_scenario_may_change_one_that_lies_beside_it(tmp_path):
    written(tmp_path, 'from = "ru_law"\ntitle = "first"\nseed = 9\n', "first.toml")
    second = read_scenario(written(tmp_path, 'from = "first"\ntitle = "second"\n', "second.toml"))
    assert (second.seed, second.title) == (9, "second")
    assert [Path(w).name for w in second.chain] == ["ru_law.toml", "first.toml", "second.toml"]


def test_acts_by_date_and_a_question_that_another_act_answers(tmp_path):
    text = (
        'from = "ru_law"\ntitle = "t"\n[regimes]\nRU = [{from = 2021-01-01, regime = "ru/law"}, {from = 2026-02-01, regime = "ru/bills_2026"}]\n'
        '[take]\n"RU.levy_per_kwh" = {from = 2026-03-01, regime = "kz/law"}\n'
    )
    acts = acts_of(read_scenario(written(tmp_path, text)), load)
    place = read_places()["RU-TVE"]

    def asked(month: date, question: str = "may_mine") -> str:
        asker = acts.at(place, month, question)
        assert asker is not None
        return asker.regime.id

    assert [asked(date(2026, m, 1)) for m in (1, 2, 3)] == ["ru/law", "ru/bills_2026", "ru/bills_2026"]
    assert [asked(date(2026, m, 1), "levy_per_kwh") for m in (2, 3)] == ["ru/bills_2026", "kz/law"]
    assert asked(date(2026, 3, 1), "levy_per_kwh_max") == "kz/law"


# What is wrong --------------------------------------------------------------------------------------------------
BASE = 'from = "ru_law"\ntitle = "t"\n'
BAD = {
    "a key that is not there": (BASE + "moths = 12\n", "mine.toml:3: There is no key of a scenario 'moths'.\nDid you mean months?"),
    "a key in a table": (BASE + '[price]\nknd = "gbm"\n', "mine.toml:4: There is no key of [price] 'knd'.\nDid you mean kind?"),
    "no TOML": ("title = \n", "mine.toml: This is not TOML: Invalid value (at line 1, column 9).\nCompare it with adit lab show ru_law."),
    "no start": ('title = "t"\nmonths = 3\n', 'mine.toml: The scenario has no start.\nAdd it, or change another scenario: from = "ru_law".'),
    "a month that is none": (BASE + 'start = "2025-13"\n', "mine.toml:3: start = '2025-13' is no month.\nWrite start = \"2025-01\"."),
    "too many months": (BASE + "months = 900\n", "mine.toml:3: months = 900 is no whole number from 1 to 240.\nWrite months = 12."),
    "an act that is not there": (BASE + '[regimes]\nRU = "ru/lwa"\n', "mine.toml:4: There is no regime 'ru/lwa'.\nDid you mean ru/law or uz/law or ir/law?"),
    "acts out of order": (
        BASE + '[regimes]\nRU = [{from = 2026-01-01, regime = "ru/law"}, {from = 2025-01-01, regime = "ru/law"}]\n',
        "mine.toml:4: The acts of RU do not follow one another by their first days.\nSort them, each day once.",
    ),
    "a price that is none": (BASE + '[price]\nkind = "gmb"\n', "mine.toml:4: There is no kind of price path 'gmb'.\nDid you mean gbm?"),
    "a line without a day": (
        BASE + 'set = ["ru.household_limit = 3"]\n',
        ("mine.toml:3: 'ru.household_limit = 3' does not say what is set to what from when.\n"
        'Write set = ["ru.levy_per_kwh = 1 from 2026-01-01"], and "through 2027-12-31" where it ends.'),
    ),
    "a value that the act has not": (
        BASE + 'set = ["ru.household_limt = 3 from 2026-01-01"]\n',
        ("mine.toml:3: There is no value or question of ru/law 'household_limt'.\n"
        "Did you mean household_limit or household_exempt or household_first_band?"),
    ),
    "another money": (
        BASE + 'set = ["ru.levy_usd_per_kwh = 3 from 2026-01-01"]\n',
        ("mine.toml:3: ru/law counts in RUB, not in USD.\n"
        'Write set = ["ru.levy_per_kwh = 1 from 2026-01-01"], and "through 2027-12-31" where it ends.'),
    ),
    "a word that is no answer": (
        BASE + 'set = ["ru.may_mine = never from 2026-01-01"]\n',
        ("mine.toml:3: There is no answer to may_mine 'never'.\n"
        "Known: after registration, no, part of the period, undecided, yes."),
    ),
    "more hours than a year has": (
        BASE + 'set = ["ru.curtailable_hours_per_year = 9000 from 2026-01-01"]\n',
        "mine.toml:3: curtailable_hours_per_year = 9,000 hour is out of range.\nWrite a number from 0 to 8,784 hour.",
    ),
    "a levy below zero": (
        BASE + 'set = ["ru.levy_per_kwh = -1 from 2026-01-01"]\n',
        "mine.toml:3: levy_per_kwh = -1 RUB/kWh is out of range.\nWrite a number from 0 to 1,000,000 RUB/kWh.",
    ),
    "two lines that contradict each other": (
        BASE + 'set = ["ru.may_mine = no from 2026-01-01", "ru.may_mine = yes from 2026-01-01"]\n',
        ("mine.toml:3: 'ru.may_mine = no from 2026-01-01' never holds: 'ru.may_mine = yes from 2026-01-01' lies over it.\n"
        "Sort the lines by their first days, or leave one of them out."),
    ),
    "steps in the wrong order": (
        BASE + 'set = [\n"ru.levy_per_kwh = 2 from 2027-01-01",\n"ru.levy_per_kwh = 1 from 2026-01-01",\n]\n',
        ("mine.toml:4: 'ru.levy_per_kwh = 2 from 2027-01-01' never holds: 'ru.levy_per_kwh = 1 from 2026-01-01' lies over it.\n"
        "Sort the lines by their first days, or leave one of them out."),
    ),
    "a share above one": (
        BASE + "[behaviour]\nimport_share = 2\n",
        "mine.toml: behaviour.import_share.default is above one, and it is a share of the wished imports of machines that come in.\nWrite a number from 0 to 1.",
    ),
    "no number": (
        BASE + "[behaviour]\nrests_at_peak = nan\n",
        "mine.toml: behaviour.rests_at_peak.default is nan.\nWrite a number.",
    ),
    "an assumption of a place that is none": (
        BASE + "[behaviour]\nrests_at_peak = {US-TQ = 1}\n",
        "mine.toml: There is no place or sector in behaviour.rests_at_peak 'US-TQ'.\nDid you mean US-TX or RU-TY or RU-TA?",
    ),
    "no years": (
        BASE + "[behaviour]\nlicence_years = {KZ = 0}\n",
        ("mine.toml: behaviour.licence_years.KZ is zero, and it is years for which a fee for permission is paid, where the act does not say.\n"
        "Write a number above zero."),
    ),
    "a region that is none": (
        BASE + 'set = ["ru.territories = RU-TVR from 2026-01-01"]\n',
        "mine.toml:3: There is no region 'RU-TVR'.\nDid you mean RU-VOR or RU-TVE or RU-TY?",
    ),
    "a state without an act": (BASE + 'set = ["by.x = 3 from 2026-01-01"]\n', "mine.toml:3: There is no place with an act 'BY'.\nKnown: CA-QC, CN, IR, KZ, RU, US-TX."),
    "an assumption that is none": (
        BASE + "[behaviour]\ndetection = 0.1\n",
        "mine.toml: There is no assumption of behaviour 'detection'.\nDid you mean detection_per_month?",
    ),
    "a prior that is none": (BASE + '[parameters]\ncovert_bound = "much"\n', "mine.toml:4: parameters.covert_bound = 'much' is no prior.\nWrite a value, [low, high] or [low, mode, high]."),
    "itself": ('from = "mine"\ntitle = "t"\n', "mine.toml: This scenario changes itself: mine.toml from mine.toml.\nLet from name another one, or name the file otherwise."),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_file_line_and_the_nearest_word(case, tmp_path):
    text, said = BAD[case]
    assert error_of(text, tmp_path) == said


def test_a_file_that_is_not_there_and_a_name_that_is_near(tmp_path):
    with pytest.raises(UnknownName, match="There is no scenario 'ru_bann'") as caught:
        read_scenario("ru_bann")
    assert "Did you mean ru_ban" in caught.value.todo
    with pytest.raises(BadInput, match="There is no such file"):
        read_scenario(str(tmp_path / "nothing.toml"))


# One line -------------------------------------------------------------------------------------------------------
def answer(line: str, question: str, month: str = "2026-05", **facts: str | bool):
    """What the law of Russia answers with one line changed."""
    case = {"actor": "company", "in_miners_register": True, "region": "RU-TVE", "mining_energy_kwh_per_month": "7000"}
    money = {"coins_btc": "1", "quotation_rub_per_btc": "5000000", "mining_costs_rub": "1000000"}
    regime = changed(load("ru/law"), [parse_change(line)])
    return decide(regime, {**case, **money, **facts}, parse_period(month), questions=[question])[question].value


def test_a_value_of_the_act_is_set_from_its_day_and_until_its_last():
    line = "ru.profit_tax_rate = 0.305 from 2026-02-01 through 2026-03-31"
    taxes = [answer(line, "profit_tax_rub", f"2026-0{m}") for m in (1, 2, 3, 4)]
    assert taxes == [1_000_000, 1_220_000, 1_220_000, 1_000_000]


def test_a_levy_that_the_act_does_not_have_is_set_in_the_money_of_the_act():
    for line in ("ru.levy_per_kwh = 1.5 from 2026-01-01", "RU.levy_rub_per_kwh = 1.5 from 2026-01-01"):
        assert str(answer(line, "levy_per_kwh")) in ("1.5", "1.5000")
        assert answer(line, "levy_due") == 10_500
        assert answer(line, "levy_per_kwh", "2025-12") is None


def test_a_question_is_answered_by_the_scenario_and_before_it_by_the_act():
    assert answer("ru.may_mine = no from 2026-01-01", "may_mine") == "no"
    assert answer("ru.may_mine = no from 2026-01-01", "may_mine", "2025-12") == "yes"


def test_a_region_is_banned_by_one_line_and_the_other_bans_stay():
    line = "ru.territories = RU-TVE, RU-BEL from 2026-01-01"
    assert answer(line, "may_mine") == "no"
    assert answer(line, "may_mine", "2025-12") == "yes"
    assert answer(line, "may_mine", region="RU-DA") == "no"
    assert answer(line, "may_mine", region="RU-KGN") == "yes"


def test_only_where_power_is_in_surplus():
    line = "ru.surplus_only = yes from 2026-01-01"
    assert answer(line, "may_mine", surplus_twh_per_year="-1") == "no"
    assert answer(line, "may_mine", surplus_twh_per_year="1") == "yes"
    assert answer(line, "why_barred", surplus_twh_per_year="-1") == "no surplus"
    assert answer(line, "may_mine", "2025-12", surplus_twh_per_year="-1") == "yes"
    assert answer(line, "why_barred", surplus_twh_per_year="1", region="RU-DA") == "banned territory"


def test_households_within_the_limit_are_spared():
    line = "ru.household_exempt = yes from 2026-01-01"
    home: dict[str, Any] = {"actor": "citizen", "in_miners_register": False}
    assert answer(line, "income_tax_rub", **home, mining_energy_kwh_per_month="7000") > 0
    assert answer(line, "income_tax_rub", **home, mining_energy_kwh_per_month="5000") == 0
    assert answer(line, "income_tax_rub", "2025-12", **home, mining_energy_kwh_per_month="5000") > 0


def test_a_second_line_lies_over_the_first():
    lines = ["ru.levy_per_kwh = 1 from 2025-01-01", "ru.levy_per_kwh = 3 from 2026-01-01"]
    regime = changed(load("ru/law"), [parse_change(line) for line in lines])
    facts = {"mining_energy_kwh_per_month": "10"}
    told = [
        decide(regime, facts, parse_period(m), questions=["levy_due"])["levy_due"].value for m in ("2025-12", "2026-01")
    ]
    assert told == [10, 30]
    assert "levy_per_kwh" not in regime.silent


def test_bans_add_up_an_exception_lies_over_a_rule_and_a_scenario_over_the_one_that_it_changes(tmp_path):
    lines = [
        "ru.territories = RU-TVE from 2026-01-01", "ru.territories = RU-BEL from 2026-01-01",
        "ru.levy_per_kwh = 1 from 2026-01-01", "ru.levy_per_kwh = 0 from 2026-01-01 through 2026-06-30",
    ]  # fmt: skip
    read_whole(written(tmp_path, f'from = "ru_levy"\ntitle = "t"\nset = {lines}\n'))


def test_everything_that_can_be_set_is_offered():
    names = names_to_set(load("ru/law"))
    assert {"household_limit", "profit_tax_rate", "territories", "levy_per_kwh", "may_mine", "surplus_only"} <= set(
        names
    )
    assert "income_tax" not in names, "a scale is not written in one line"
    with pytest.raises(BadInput, match="income_tax holds brackets, which one line cannot write"):
        changed(load("ru/law"), [parse_change("ru.income_tax = 0.5 from 2026-01-01")])


# State and places -----------------------------------------------------------------------------------------------
def test_the_subjects_add_up_to_russia_and_say_what_they_rest_on():
    state = read_state(read_places())
    assert state.of_russia() == pytest.approx(2200)
    assert sum(r.formal for r in state.rows if r.place.startswith("RU-")) == pytest.approx(1000)
    assert all(r.source for r in state.rows)
    irkutsk = next(r for r in state.rows if r.place == "RU-IRK")
    assert irkutsk.basis == "published"
    guessed = [r for r in state.rows if r.basis == "spread"]
    assert len(guessed) > 60
    assert all(r.source.startswith("not known") and r.deviation > irkutsk.deviation for r in guessed)


def test_a_state_that_cannot_be_is_refused(tmp_path):
    text = (Path(read_scenario.__code__.co_filename).parent / "state.toml").read_text(encoding="utf-8")
    places = read_places()
    for old, new, said in (
        ("formal = 450", "formal = 4500", "RU-IRK: 4960 MW do not lie between low and high."),
        ('place = "RU-BU"', 'place = "RU-BX"', "There is no place of the lab 'RU-BX'."),
        ("formal = 1000", "formal = 100", "The regions have more formal megawatts than Russia as a whole, by 610."),
        ('place = "RU-BU"', 'place = "RU-IRK"', "RU-IRK stands there twice."),
        ("household = 10\n", "household = -10\n", "RU-BU: household = -10 is no number of megawatts."),
        ("as_of = 2025-01-01", 'as_of = "soon"', "as_of is no day."),
    ):
        assert old in text
        with pytest.raises(BadInput) as caught:
            read_state(places, Path(written(tmp_path, text.replace(old, new, 1), "state.toml")))
        assert caught.value.what == said


def test_places_of_one_s_own_are_laid_over_the_shipped_ones(tmp_path):
    own = Path(written(tmp_path, "[system.Siberia]\nprice = 9.5\n", "places.toml"))
    assert read_places(own)["RU-IRK"].price_per_kwh == 9.5
    assert read_places(own)["RU-IRK"].household_price_per_kwh == read_places()["RU-IRK"].household_price_per_kwh
    assert read_places(own)["RU-TVE"] == read_places()["RU-TVE"]
    with pytest.raises(BadInput, match="has no number price"):
        read_places(Path(written(tmp_path, '[system.Siberia]\nprice = "dear"\n', "bad.toml")))
