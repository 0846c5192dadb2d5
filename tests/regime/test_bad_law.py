"""An act that is written wrongly is refused when it is read, with the file, the line and what to do."""

import re
from pathlib import Path

import pytest
from tests.regime.acts import LIMIT, act, rule

from adit import law
from adit.regime.readers.case import Case, evaluate
from adit.regime.store import load_regime
from adit.terms.days import parse_period
from adit.terms.errors import AditError, BadLaw, Conflict

BAD_RULES = {
    "roubles plus kilowatt-hours": ("return mining_costs_rub + mining_energy_kwh_per_month", r"RUB plus kWh/month: units differ"),
    "roubles compared with kilowatt-hours": ("return mining_costs_rub > p.limit", r"RUB compared with kWh/month: units differ"),
    "a bare threshold": ("return mining_energy_kwh_per_month > 6000", r"bare number 6000 .*needs a unit, a date and a citation"),
    "a float": ("return mining_costs_rub * 0.13", r"0.13 is a float"),
    "and instead of &": ("return state_tied and (mining_energy_kwh_per_month > p.limit)", r"Use & \| ~"),
    "a chain": ("return 0 < mining_energy_kwh_per_month < p.limit", r"Use & \| ~"),
    "division": ("return mining_costs_rub / coins_btc", r"do not divide"),
    "an unknown word": ("return actor == 'citizn'", r"no word 'citizn'[\s\S]*Did you mean citizen"),
    "an unknown value": ("return mining_energy_kwh_per_month > p.limits", r"no value of the act 'limits'[\s\S]*Did you mean limit"),
    "a word that is more": ("return actor > 'citizen'", r"asks for more or less"),
    "a number as condition": ("return first_match(when(coins_btc, True, 'x'), otherwise=False, because='y')", r"condition is expected"),
    "branches of two kinds": ("return first_match(when(state_tied, 'yes', 'x'), otherwise=True, because='y')", r"answers with a word and with a yes or no"),
    "branches of two units": ("return first_match(when(state_tied, coins_btc, 'x'), otherwise=mining_costs_rub, because='y')", r"answers in BTC and in RUB"),
    "a product too wide": ("return coins_btc * mining_costs_rub", r"may need 30 digits[\s\S]*Round it at once"),
    "a product far too wide": ("return round_half_up(coins_btc * mining_costs_rub * mining_costs_rub, 0)", r"tighter bounds"),
    "rounding to more places": ("return round_half_up(p.limit * 0, 2)", r"makes finer"),
    "only silence": ("return first_match(when(state_tied, SILENT, 'x'), otherwise=SILENT, because='y')", r"never says anything"),
    "no expression": ("return 5", r"instead of an expression"),
    "a running sum of a running sum": ("return year_to_date(year_to_date(mining_costs_rub))", r"running sum of a running sum"),
    "no running sum to be before": ("return before_this_period(mining_costs_rub)", r"without a running sum"),
    "given of what is always there": ("return given(coins_btc)", r"always there"),
    "an exception without article": ("return unless('yes', exception('x', state_tied, 'no', 'because', cites=''), because='y')", r"exception 'x' has no citation"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RULES)
def test_a_rule_is_refused(name: str, tmp_path: Path):
    body, message = BAD_RULES[name]
    with pytest.raises(BadLaw) as refused:
        act(tmp_path, rules=rule(body))
    assert re.search(message, str(refused.value)), str(refused.value)
    assert re.search(r"rules/all\.py:\d+ rule r", refused.value.where)


def test_an_optional_fact_is_not_zero(tmp_path: Path):
    with pytest.raises(BadLaw, match="'trading_gain_rub' may be absent here and absence is not zero"):
        act(tmp_path, rules=rule("return trading_gain_rub * 2", "trading_gain_rub"))


def test_a_rule_that_may_be_silent_cannot_be_counted_with(tmp_path: Path):
    silent = rule(
        "return first_match(when(state_tied, mining_costs_rub, 'x'), otherwise=SILENT, because='y')",
        "state_tied, mining_costs_rub",
        "maybe",
    )
    with pytest.raises(BadLaw, match="'maybe' may be absent"):
        act(tmp_path, rules=silent + rule("return maybe * 2", "maybe"))


def test_rules_in_a_circle(tmp_path: Path):
    with pytest.raises(BadLaw, match="a needs b needs a"):
        act(tmp_path, rules=rule("return b + b", "b", "a") + rule("return a + a", "a", "b"))


def test_an_argument_that_is_nothing(tmp_path: Path):
    with pytest.raises(BadLaw, match=r"no fact or rule 'coins_btx'\.\nDid you mean coins_btc"):
        act(tmp_path, rules=rule("return coins_btx", "coins_btx"))


def test_a_rule_without_citation(tmp_path: Path):
    text = '@rule(cites=" ")\ndef r(coins_btc):\n    """A sentence."""\n    return coins_btc\n'
    with pytest.raises(BadLaw, match="The rule r has no citation"):
        act(tmp_path, rules=text)


def test_a_rule_without_sentence(tmp_path: Path):
    with pytest.raises(BadLaw, match="The rule r has no sentence"):
        act(tmp_path, rules='@rule(cites="art. 1")\ndef r(coins_btc):\n    return coins_btc\n')


def test_a_question_answered_in_another_unit(tmp_path: Path):
    with pytest.raises(BadLaw, match="asked in RUB; the rule answers in BTC"):
        act(tmp_path, rules=rule("return coins_btc", "coins_btc", "profit_tax_rub"))


def test_a_question_answered_with_a_strange_word(tmp_path: Path):
    with pytest.raises(BadLaw, match=r"no answer to may_mine 'perhaps'"):
        act(
            tmp_path,
            rules=rule(
                "return first_match(when(state_tied, 'yes', 'x'), otherwise='perhaps', because='y')",
                "state_tied",
                "may_mine",
            ),
        )


def test_rules_that_are_not_python(tmp_path: Path):
    with pytest.raises(BadLaw, match=r"all\.py:5: The rules cannot be read"):
        act(tmp_path, rules='@rule(cites="x")\ndef r(:\n')


BAD_VALUES = {
    "no citation": (LIMIT.replace('cite = "art. 1"', 'cite = ""'), r"value from 2024-01-01 has no citation"),
    "no citation at all": (LIMIT.replace('cite = "art. 1"\n', ""), r"has no citation"),
    "no unit": (LIMIT.replace('unit = "kWh/month"\n', ""), r"'limit' has no unit"),
    "an unknown unit": (LIMIT.replace("kWh/month", "kwh/month"), r"no unit 'kwh'[\s\S]*Did you mean kWh"),
    "no first day": (LIMIT.replace("from = 2024-01-01\n", ""), r"no first day"),
    "an unknown status": (LIMIT.replace("in force", "inforce"), r"no status 'inforce'[\s\S]*Did you mean in force"),
    "no confidence": (LIMIT.replace('confidence = "high"\n', ""), r"does not say its confidence"),
    "an unknown key": (LIMIT.replace("confidence", "confidance"), r"no key 'confidance'[\s\S]*Did you mean confidence"),
    "an impossible day": (LIMIT.replace("2024-01-01", "2024-02-30"), r"This is not TOML"),
    "text for a number": (LIMIT.replace("6000", '"6000 kWh"') + '\n[[limit.values]]\nfrom = 2025-01-01\nvalue = 5\nstatus = "in force"\ncite = "a"\nread = "reported"\nconfidence = "low"\n', r"one kind of thing: word before, number here"),
    "the end before the beginning": (LIMIT.replace("value = 6000", "through = 2023-12-31\nvalue = 6000"), r"ends on 2023-12-31, before it begins"),
    "twice on one day": (LIMIT + LIMIT.split("[[limit.values]]")[1].join(["[[limit.values]]", ""]), r"two values from 2024-01-01"),
    "one over the next": (
        LIMIT.replace("value = 6000", "through = 2025-06-30\nvalue = 6000") + LIMIT.split("[[limit.values]]")[1].replace("2024-01-01", "2025-01-01").join(["[[limit.values]]", ""]),
        r"runs through 2025-06-30, over the next value from 2025-01-01",
    ),
    "an unknown source": (LIMIT + 'sources = ["S999"]\n', r"no source 'S999'"),
    "brackets that fall": (LIMIT.replace("value = 6000", "brackets = [{ above = 0, rate = 0.1 }, { above = 0, rate = 0.2 }]").replace("kWh/month", "RUB"), r"Brackets begin at 0 and rise"),
    "a season with day and month swapped": ('[b]\nabout = "x"\nkind = "bans"\n[[b.values]]\nregion = "RU-DA"\nseason = "15-11 to 15-03"\nfrom = 2024-01-01\nstatus = "in force"\ncite = "a"\nread = "reported"\nconfidence = "low"\n', r"not a season[\s\S]*Month first"),
    "an unknown region": ('[b]\nabout = "x"\nkind = "bans"\n[[b.values]]\nregion = "RU-DAG"\nfrom = 2024-01-01\nstatus = "in force"\ncite = "a"\nread = "reported"\nconfidence = "low"\n', r"no region 'RU-DAG'"),
    "an unknown municipality": ('[b]\nabout = "x"\nkind = "bans"\n[[b.values]]\nregion = "RU-IRK"\nmunicipalities = ["irkustk"]\nfrom = 2024-01-01\nstatus = "in force"\ncite = "a"\nread = "reported"\nconfidence = "low"\n', r"no municipality 'irkustk'[\s\S]*irkutsk"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_value_is_refused(name: str, tmp_path: Path):
    values, message = BAD_VALUES[name]
    with pytest.raises(BadLaw) as refused:
        act(tmp_path, values=values)
    assert re.search(message, str(refused.value)), str(refused.value)
    assert "all.toml" in refused.value.where


def test_the_line_of_a_bad_row_is_named(tmp_path: Path):
    second = LIMIT.split("[[limit.values]]")[1].replace("2024-01-01", "2025-01-01").replace('cite = "art. 1"\n', "")
    with pytest.raises(BadLaw) as refused:
        act(tmp_path, values=LIMIT + "[[limit.values]]" + second)
    line = int(refused.value.where.split(":")[1].split()[0])
    assert (tmp_path / "values" / "all.toml").read_text().splitlines()[line - 1] == "[[limit.values]]"
    assert line > 10


def test_a_question_both_silent_and_answered(tmp_path: Path):
    head = 'title="x"\njurisdiction="RU"\nstatus="bill"\nabout="x"\nfirst_day=2024-01-01\ncounts=["bill"]\n[silent]\nmay_hold="because"\n'
    with pytest.raises(BadLaw, match="'may_hold' is listed as silent, and a rule answers it"):
        act(tmp_path, head=head, rules=rule("return state_tied", "state_tied", "may_hold"))


def test_a_folder_without_act(tmp_path: Path):
    from adit import law

    with pytest.raises(AditError, match=r"no regime\.toml"):
        law.load(str(tmp_path))


def test_two_exceptions_that_both_hold(tmp_path: Path):
    body = (
        "return unless('yes', exception('tied', state_tied, 'no', 'tied to the state', cites='art. 7'),"
        " exception('big', mining_energy_kwh_per_month > p.limit, 'undecided', 'too big', cites='art. 8'), because='the rule')"
    )
    regime = act(tmp_path, rules=rule(body))
    facts = {"state_tied": True, "mining_energy_kwh_per_month": 6_000_001}
    with pytest.raises(Conflict) as clash:
        evaluate(regime, Case(parse_period("2025-01"), facts)).answer("r")
    assert "art. 7" in str(clash.value)
    assert "art. 8" in str(clash.value)
    assert "ordered_by" in clash.value.todo
    assert evaluate(regime, Case(parse_period("2025-01"), facts | {"state_tied": False})).answer("r") == "undecided"


def test_a_golden_case_of_an_unknown_rule(tmp_path: Path):
    case = '[[case]]\nname="x"\nperiod="2025"\ngiven={}\nexpect={ rr = 1 }\nsource="y"\n'
    with pytest.raises(BadLaw, match="no rule or question of small 'rr'"):
        _ = act(tmp_path, rules=rule("return state_tied"), cases=case).cases


def test_a_bracket_is_a_threshold_and_a_rate(tmp_path: Path):
    for brackets, message in (("[{ above = 0 }]", "no rate"), ("[{ above = 0, rats = 0.1 }]", "Did you mean rate")):
        with pytest.raises(BadLaw, match=message):
            act(tmp_path, values=LIMIT.replace("value = 6000", f"brackets = {brackets}"))


# Python's own mistakes, names, numbers ------------------------------------------------------------------------------
PYTHON = {
    "a word that is not imported": ("return nth_from_now(p.limit)", r"'nth_from_now' is not known here"),
    "a float on the left": ("return 0.1 * mining_costs_rub", r"0.1 is a float"),
    "a division by zero": ("return 1 / 0", r"division by zero \(ZeroDivisionError\)"),
    "a missing argument": ("return first_match(when(state_tied, True), otherwise=False, because='y')", r"missing 1 required"),
    "a value asked for what it is not": ("return p.limit.at(coins_btc)", r"has no attribute 'at'"),
    "rounding to half a place": ("return round_half_up(coins_btc, 0.5)", r"Rounding to 0.5 places"),
    "rounding away tens": ("return round_half_up(coins_btc, -2)", r"Rounding to -2 places"),
    "half a month": ("return over_last(coins_btc, months=2.5)", r"A window of 2.5 months"),
    "a yes for zero": ("return share(mining_costs_rub, coins_btc, places=2, when_zero=True)", r"when_zero = True is no whole number"),
    "the end of the program": ("raise SystemExit(0)", r"SystemExit|ends the program"),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON)
def test_what_python_says_of_a_rule_is_told_with_its_line(name: str, tmp_path: Path):
    body, message = PYTHON[name]
    rules = f"{body}\n" if "SystemExit" in body else rule(body)
    with pytest.raises(BadLaw, match=message) as refused:
        act(tmp_path, rules=rules)
    assert re.search(r"rules/all\.py:\d+", refused.value.where)


@pytest.mark.parametrize("name", ["R", "fine__0", "order", "subject", "_x", "налог"])
def test_a_name_means_the_same_to_every_reader(name: str, tmp_path: Path):
    with pytest.raises(BadLaw, match=r"cannot be a name|keep for themselves"):
        act(tmp_path, rules=rule("return coins_btc * 1", "coins_btc", name))


@pytest.mark.parametrize("name", ["Limit", "limit__0", "at"])
def test_a_value_too(name: str, tmp_path: Path):
    with pytest.raises(BadLaw, match=r"cannot be a name|keep for themselves"):
        act(tmp_path, values=LIMIT.replace("[limit]", f"[{name}]").replace("[[limit.", f"[[{name}."))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value = 6000", "value = nan", "cannot be"),
        ("value = 6000", "value = 1e999999", "cannot be"),
        ("value = 6000", f"value = {'9' * 5000}", "not TOML"),
        ("value = 6000", "value = 09:30:59", "has seconds"),
        ("value = 6000", "value = 6000\nthrough = 9999-12-31", "out of range"),
        ("from = 2024-01-01", "from = 0001-01-02", "out of range"),
        ("from = 2024-01-01", "published = 2024-01-01\ndays_after_publication = 3000000", "counts whole days"),
        ("from = 2024-01-01", 'awaits = ""', "awaits is empty"),
        ('unit = "kWh/month"', 'unit = "kWh/month"\nkind = "x"', "no kind 'x'"),
    ],
)
def test_numbers_and_days_stay_within_reason(old: str, new: str, message: str, tmp_path: Path):
    with pytest.raises(BadLaw, match=message):
        act(tmp_path, values=LIMIT.replace(old, new))


def test_files_that_are_not_text_are_told(tmp_path: Path):
    act(tmp_path, rules=rule("return coins_btc * 1", "coins_btc"))
    for place in ("values/all.toml", "rules/all.py", "cases/all.toml"):
        file = tmp_path / place
        before = file.read_bytes()
        file.write_bytes(before + b"# \xff\n")
        with pytest.raises(BadLaw, match="not text in UTF-8"):
            _ = load_regime(tmp_path, "small", law.load).cases
        file.write_bytes(before)


def test_a_table_without_a_line_says_so(tmp_path: Path):
    values = LIMIT.replace("value = 6000", "value = { citizen = 5 }")
    regime = act(tmp_path, values=values, rules=rule("return p.limit[actor]", "actor, p"))
    with pytest.raises(AditError, match="has no line for 'company'"):
        evaluate(regime, Case(parse_period("2025-01"), {"actor": "company"})).answer("r")
