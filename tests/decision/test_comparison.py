"""Regimes side by side: the same rules, counted honestly."""

from datetime import date
from decimal import Decimal

import pytest

from adit import law
from adit.decision.comparison import Comparison, compare
from adit.decision.decide import decide
from adit.decision.dues import Due
from adit.decision.subjects import facts_of_site
from adit.evidence.sources.sites import read_sites
from adit.terms.days import parse_period
from adit.terms.errors import NotInForce

DAY = date(2025, 5, 1)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare([law.load(name) for name in law.names("ru")], read_sites(), DAY)


def answers(c: Comparison, actor: str, activity: str) -> dict[str, str]:
    row = next(r for r in c.actors if (r.actor.key, r.activity.key) == (actor, activity))
    return {cell.regime: cell.answer for cell in row.cells}


def outcomes(c: Comparison, site: str) -> dict[str, str]:
    outcome = next(o for o in c.sites if o.site.site_id == site)
    return {cell.regime: cell.answer for cell in outcome.cells}


def test_all_seven_regimes_take_part(comparison: Comparison):
    assert len(comparison.regimes) == 7
    assert comparison.left_out == ()


def test_a_home_with_one_machine_and_with_three(comparison: Comparison):
    assert answers(comparison, "home-1", "mine")["ru/law"] == "yes"
    assert answers(comparison, "home-3", "mine")["ru/law"] == "after registration"
    assert answers(comparison, "home-3", "mine-unregistered")["ru/law"] == "no"
    assert answers(comparison, "home-1", "mine")["ru/central_bank_2022"] == "no"


def test_foreigners_shops_and_exporters(comparison: Comparison):
    assert answers(comparison, "foreign", "mine")["ru/law"] == "no"
    assert answers(comparison, "shop", "be-paid")["ru/law"] == "no"
    assert answers(comparison, "exporter", "settle-abroad")["ru/law"] == "in the pilot only"
    assert answers(comparison, "state-tied", "settle-abroad")["ru/law"] == "yes"


def test_sites_by_place(comparison: Comparison):
    assert outcomes(comparison, "ru-irk-bratsk-bitriver")["ru/law"] == "yes"
    assert outcomes(comparison, "ru-irk-usolye-usolekhimprom")["ru/law"] == "no"
    assert outcomes(comparison, "ru-irk-rusal-cod")["ru/law"] == "undecided"
    assert outcomes(comparison, "ru-tve-udomlya-rosenergoatom")["ru/law"] == "no"


def test_the_surplus_lets_karelia_stay_and_stops_irkutsk_and_krasnoyarsk(comparison: Comparison):
    concept = "ru/government_concept_2022"
    assert outcomes(comparison, "ru-kr-nadvoitsy-rmc")[concept] == "yes"
    assert outcomes(comparison, "ru-irk-bratsk-bitriver")[concept] == "no"
    assert outcomes(comparison, "ru-kya-krasnoyarsk-bitbaza")[concept] == "no"
    notes = " ".join(comparison.surplus_notes)
    assert "every year from 2015 to 2020" in notes
    assert "A power system is not a region" in notes


def test_every_cell_gives_a_reason_and_spoken_ones_an_article(comparison: Comparison):
    cells = [c for row in comparison.actors for c in row.cells] + [c for site in comparison.sites for c in site.cells]
    assert len(cells) == (11 * 6 + 76) * 7
    assert all(c.because for c in cells)
    assert all(c.cites for c in cells if c.tone in ("yes", "no", "partly"))


def test_loads_add_up_and_leave_out_what_is_not_reported(comparison: Comparison):
    counted = sum(o.site.capacity_kw for o in comparison.sites if o.site.counted and o.site.capacity_kw)
    for load in comparison.loads:
        assert load.permitted_kw + load.stopped_kw + load.undecided_kw + load.silent_kw == counted
        assert load.sites_permitted + load.sites_stopped + load.sites_undecided + load.sites_silent == 76
        assert load.not_reported == sum(o.site.capacity_kw is None for o in comparison.sites) == 58


def test_a_capacity_that_is_not_reported_plays_no_part(comparison: Comparison):
    """The rules ask for energy; for a company no branch looks at it, so a blank capacity decides nothing."""
    site = next(o.site for o in comparison.sites if o.site.capacity_kw is None)
    for regime in (law.load(name) for name in law.names("ru")):
        if "may_mine" in regime.rules:
            facts = dict(facts_of_site(site, parse_period("2025-05")).items())
            explanation = decide(regime, facts, parse_period("2025-05-01"), questions=("may_mine",))[
                "may_mine"
            ].explanation
            assert explanation is not None
            assert "mining_energy_kwh_per_month" not in explanation.all_facts()


def due(c: Comparison, who: str) -> Due:
    return next(d for d in c.dues if d.who == who and d.regime == "ru/law")


def test_what_is_owed_is_a_range_from_the_rules(comparison: Comparison):
    d = due(comparison, "BitRiver Bratsk data centre")
    assert d.energy_kwh == 74_400_000
    assert 0 < d.coins_low_sat < d.coins_high_sat
    assert d.income_high is not None
    assert d.tax_high == (d.income_high * Decimal("0.25")).quantize(Decimal(1))
    assert d.tax_low is not None
    assert d.tax_low < d.tax_high
    assert d.tax_kind == "tax on profit"


def test_regimes_that_do_not_speak_of_tax_owe_nothing_they_know(comparison: Comparison):
    quiet = [d for d in comparison.dues if d.regime == "ru/central_bank_2022"]
    assert quiet
    assert all(d.tax_low is None and d.tax_high is None for d in quiet)


def test_assumptions_are_listed(comparison: Comparison):
    text = " ".join(comparison.assumptions)
    for word in ("difficulty", "J/TH", "RUB/BTC", "RUB/kWh", "pool fee"):
        assert word in text


def test_any_two_regimes_are_laid_side_by_side(comparison: Comparison):
    assert len(comparison.differences) == 21
    found = {(d.a, d.b): d for d in comparison.differences}
    ban = found["ru/central_bank_2022", "ru/law"]
    assert "ru-irk-bratsk-bitriver" in ban.sites
    assert any(a.startswith("ru/law: ") for a in ban.articles)


def test_what_is_owed_is_not_guessed_without_quotations():
    c = compare([law.load("ru/law")], read_sites(), date(2023, 5, 1))
    assert c.dues == ()
    assert "Nothing is said of what is owed" in c.assumptions[0]


def test_a_day_before_every_regime():
    with pytest.raises(NotInForce, match="before the law"):
        compare([law.load("ru/law")], read_sites(), date(2020, 5, 1))


def test_regimes_that_begin_later_are_named():
    c = compare([law.load("ru/law"), law.load("ru/trade_pilot_2023")], read_sites(), date(2022, 5, 1))
    assert c.left_out == ("ru/trade_pilot_2023 (begins on 2023-04-17)",)
