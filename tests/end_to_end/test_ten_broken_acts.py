"""Ten acts, each broken in one way, are refused by `adit law check` in words that a policy analyst understands."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from tests.docs.pages import adit
from tests.regime.acts import HEAD, LIMIT, act, rule

from adit.terms.errors import BadLaw

ROW = LIMIT.split("[[limit.values]]")[1]
OVER = rule(
    "return first_match(when(mining_energy_kwh_per_month > p.limit, True, 'over the limit'), otherwise=False, because='not over')",
    "mining_energy_kwh_per_month, p",
    "must_register",
)
SILENT = HEAD + '[silent]\nrest = "The act of the tests says nothing of it."\n'


def exceptions(first: str, second: str, order: str = "") -> str:
    """A rule with two exceptions, each the condition given."""
    return rule(
        f"return unless('yes', exception('power company', {first}, 'no', 'sells power', cites='art. 5(1)'), "
        f"exception('bankrupt', {second}, 'no', 'bankrupt', cites='art. 5(2)'), because='everybody may mine'{order})",
        "energy_company, bankrupt, state_tied",
        "may_mine",
    )


def second_row(first: str, value: str = "value = 3000") -> str:
    return "[[limit.values]]" + ROW.replace("2024-01-01", first).replace("value = 6000", value)


SEASON = (
    '[b]\nabout = "A season."\n[[b.values]]\nregion = "RU-IRK"\nseason = "15-11 to 15-03"\nfrom = 2024-01-01\n'
    'status = "in force"\ncite = "art. 1"\nread = "reported"\nconfidence = "low"\n'
)

BROKEN: dict[str, tuple[str, str, list[str]]] = {
    "gap": (
        LIMIT.replace("value = 6000", "through = 2024-12-31\nvalue = 6000") + second_row("2025-03-01"),
        OVER,
        [r"limit ends on 2024-12-31 and begins again on 2025-03-01", r"values/all\.toml:\d+", r"is not in force"],
    ),
    "overlap": (
        LIMIT,
        OVER + exceptions("energy_company", "bankrupt"),
        [r"'power company' and 'bankrupt' can both hold, and no law orders them", r"energy_company = yes", r"rules/all\.py:\d+", r"ordered_by"],
    ),
    "unreachable branch": (
        LIMIT,
        rule(
            "return first_match(when(mining_energy_kwh_per_month >= p.limit, True, 'at the limit'), "
            "when(mining_energy_kwh_per_month > p.limit, True, 'over the limit'), otherwise=False, because='below')",
            "mining_energy_kwh_per_month, p",
            "must_register",
        ),
        [r"No case reaches the branch 'over the limit' of must_register", r"hole in the act"],
    ),
    "unit error": (
        LIMIT,
        rule("return mining_costs_rub > p.limit", "mining_costs_rub, p", "must_register"),
        [r"RUB compared with kWh/month: units differ", r"rules/all\.py:\d+ rule must_register \(art\. 1\)"],
    ),
    "overflow": (
        LIMIT,
        rule("return coins_btc * mining_costs_rub", "coins_btc, mining_costs_rub", "worth"),
        [r"may need 30 digits, more than is exact here", r"up to 1,000,000 BTC", r"Round it at once"],
    ),
    "undated value": (
        LIMIT.replace("from = 2024-01-01\n", ""),
        OVER,
        [r"This dated value has no first day", r"values/all\.toml:\d+", r"Write from = 2025-01-01"],
    ),
    "circular rule": (
        LIMIT,
        rule("return b + b", "b", "a") + rule("return a + a", "a", "b"),
        [r"Rules go round in a circle: a needs b needs a"],
    ),
    "missing citation": (
        LIMIT.replace('cite = "art. 1"\n', ""),
        OVER,
        [r"The value from 2024-01-01 has no citation", r'Write cite = "the act that sets it"'],
    ),
    "wrong season": (LIMIT + SEASON, OVER, [r"'15-11 to 15-03' is not a season", r'Month first: "11-15 to 03-15"']),
    "shadowed exception": (
        LIMIT,
        OVER + exceptions("energy_company", "energy_company & bankrupt", ", ordered_by='art. 6'"),
        [r"No case reaches the branch 'bankrupt' of may_mine", r"rules/all\.py:\d+"],
    ),
}  # fmt: skip


def test_there_are_ten():
    assert len(BROKEN) == 10


def test_the_act_before_it_is_broken_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    code, printed = check(tmp_path, LIMIT, OVER, monkeypatch)
    assert (code, "0 findings" in printed) == (0, True), printed


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    values, rules, messages = BROKEN[name]
    code, printed = check(tmp_path, values, rules, monkeypatch)
    assert code in (1, 2), printed
    for message in messages:
        assert re.search(message, printed), f"{message}\n{printed}"
    assert "Traceback" not in printed


def check(folder: Path, values: str, rules: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """`adit law check` on the act, its lines joined as a wide terminal would show them."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "400")
    with suppress(BadLaw):  # the files are written; the command has to say what is wrong
        act(Path("broken"), values=values, rules=rules, head=SILENT)
    return adit(["law", "check", "./broken"], monkeypatch)
