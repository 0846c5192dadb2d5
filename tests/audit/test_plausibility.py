"""The interval of honest coins, by hand; and that an honest miner, wherever inside the intervals, is accused as seldom as is said."""

import numpy as np
import pytest
from scipy.stats import beta, poisson
from tests.audit.registers import case_of, declared_of, energy_of, machines, months, terms

from adit.audit.plausibility import pay_of, plausible
from adit.audit.run import Settings, audit
from adit.audit.spans import spans_of
from adit.audit.tails import at_least, at_most, few_enough
from adit.audit.terms import Interval
from adit.terms.days import months_between

EXACT = {
    "pool_fee": Interval(0, 0, "test"),
    "stale_most": 0.0,
    "share_to_machines": Interval(1, 1, "test"),
}


def interval(first: str, last: str, kw: float, *, fees=None, scheme="pps"):
    spans = spans_of(months_between(f"{first[:7]}..{last[:7]}"), fees or (lambda _month: None), (0.0, 1.0))
    energy = energy_of(np.array([kw]), spans, klass=0)
    case = case_of(
        [[machines(1000, spread=0)]], [terms(scheme, **EXACT)], energy, declared_of(np.zeros((1, len(spans.months))))
    )
    found = plausible(case.fleet, case.energy, case.pay, case.declared, spans, 0.01)
    return found, spans


def test_a_month_with_a_change_of_difficulty_by_hand():
    """June 2024, 3,500 kW at 17.5 J/TH = 200,000 TH/s, 3.125 BTC a block. By the first headers of epochs 420 and 421:

    until 2024-06-06T09:04:23Z   8.438146179e13   464,663 s of June
    until 2024-06-20T09:29:57Z   8.371665486e13   1,211,134 s
    to the end of the month      8.367526230e13   916,203 s
    """
    found, spans = interval("2024-06-01", "2024-06-01", 3500)
    rows = [(464_663, 8.438146179e13), (1_211_134, 8.371665486e13), (916_203, 8.367526230e13)]
    assert sum(seconds for seconds, _ in rows) == 30 * 86_400
    by_hand = sum(200_000e12 * seconds * 65_535 / (difficulty * 2**48) * 312_500_000 for seconds, difficulty in rows)
    assert spans.seconds.tolist() == [seconds for seconds, _ in rows]
    assert found.coins_least_sat[0, 0] == pytest.approx(by_hand, rel=2e-3)
    assert (
        found.coins_least_sat[0, 0] < by_hand < found.coins_most_sat[0, 0]
    )  # the hour of a header is not the true hour


def test_difficulties_are_those_of_the_headers():
    """83,148,355,189,239 from 2024-05-09 and 84,381,461,788,831 from 2024-05-23, as every explorer shows them."""
    spans = months("2024-05-01", "2024-06-01")
    difficulties = 1 / (spans.blocks_per_th / 1e12 * 2**48 / 65535)
    assert any(abs(d / 83_148_355_189_239.23 - 1) < 1e-6 for d in difficulties)
    assert any(abs(d / 84_381_461_788_831.34 - 1) < 1e-6 for d in difficulties)


def test_a_month_with_a_halving_by_hand():
    """April 2024: block 840,000 came on the 20th; 6.25 BTC before, 3.125 after, and each second is worth what its block is."""
    found, spans = interval("2024-04-01", "2024-04-01", 3500)
    assert {*spans.subsidy_sat} == {6.25e8, 3.125e8}
    first_after = spans.start_s[np.flatnonzero(spans.subsidy_sat == 3.125e8)[0]]
    assert abs(first_after - 1_713_571_767) < 6 * 3600  # 2024-04-20T00:09:27Z, the header of block 840,000
    by_hand = sum(
        200_000 * (spans.end_s[k] - spans.start_s[k]) * spans.blocks_per_th[k] * spans.subsidy_sat[k]
        for k in range(len(spans))
    )
    assert found.coins_least_sat[0, 0] == pytest.approx(by_hand, rel=5e-3)
    assert found.coins_least_sat[0, 0] < by_hand < found.coins_most_sat[0, 0]


def test_a_leap_month_has_a_day_more():
    (leap, _), (plain, _) = interval("2024-02-01", "2024-02-01", 3500), interval("2023-02-01", "2023-02-01", 3500)
    assert leap.hashes_least_th[0, 0] / plain.hashes_least_th[0, 0] == pytest.approx(29 / 28)


def test_fees_that_are_not_known_are_assumed_wide():
    """They move the upper bound alone: the least is that of no fees at all."""
    with_fees, _ = interval("2024-06-01", "2024-06-01", 3500, scheme="fpps")
    without, _ = interval("2024-06-01", "2024-06-01", 3500, scheme="pps")
    assert with_fees.coins_least_sat[0, 0] == pytest.approx(without.coins_least_sat[0, 0])
    assert with_fees.coins_most_sat[0, 0] == pytest.approx(2 * without.coins_most_sat[0, 0])


def test_a_small_solo_miner_is_not_testable_and_is_not_called_clean():
    """At 1 MW a solo miner finds a quarter of a block a month: to find none says nothing."""
    spans = months("2024-11-01", "2024-11-01")
    energy = energy_of(np.array([1000.0]), spans)
    case = case_of([[machines(270)]], [terms("solo")], energy, declared_of(np.zeros((1, 1))))
    found = audit(case, spans, Settings())
    assert 0.1 < found.plausible.count_least[0, 0] < 0.4
    assert not found.testable_under[0, 0]
    assert not found.coins_missing[0, 0]
    assert found.testable_over[0, 0]  # two blocks a month would be too many, however


@pytest.mark.parametrize(("blocks", "accused"), [(8, False), (0, True)])
def test_a_large_solo_miner_is(blocks, accused):
    spans = months("2024-11-01", "2024-11-01")
    energy = energy_of(np.array([50_000.0]), spans)
    declared = declared_of(np.full((1, 1), blocks * 3.3e8), np.full((1, 1), blocks), np.zeros((1, 1)))
    found = audit(case_of([[machines(14_000)]], [terms("solo")], energy, declared), spans, Settings())
    assert found.testable_under[0, 0]
    assert found.coins_missing[0, 0] == accused


def test_over_declaration_is_a_finding_too():
    """Coins bought and called mined: 1.5 times what the energy can make."""
    spans = months("2024-03-01", "2024-03-01")
    energy = energy_of(np.array([350.0]), spans)
    case = case_of([[machines(100)]], [terms()], energy, declared_of(np.zeros((1, 1))))
    most = audit(case, spans, Settings()).plausible.coins_most_sat
    for factor, accused in ((0.99, False), (1.5, True)):
        declared = declared_of(most * factor)
        found = audit(case_of([[machines(100)]], [terms()], energy, declared), spans, Settings())
        assert found.coins_beyond_energy[0, 0] == accused


def test_a_solo_miner_who_declares_coins_of_no_block():
    spans = months("2024-03-01", "2024-03-01")
    energy = energy_of(np.array([1000.0]), spans)
    declared = declared_of(np.full((1, 1), 40e8), np.zeros((1, 1)), np.full((1, 1), 40e8))
    found = audit(case_of([[machines(270)]], [terms("solo")], energy, declared), spans, Settings())
    assert found.coins_beyond_energy[0, 0]


def test_what_the_pool_may_hold_back_is_granted():
    spans = months("2024-03-01", "2024-03-01")
    energy = energy_of(np.array([350.0]), spans)
    case = case_of([[machines(100)]], [terms()], energy, declared_of(np.zeros((1, 1))))
    least = float(audit(case, spans, Settings()).plausible.coins_least_sat[0, 0])
    short = declared_of(np.full((1, 1), least * 0.95))
    for threshold, accused in ((0, True), (round(least * 0.06), False)):
        pay = [terms(payout_threshold_sat=threshold)]
        found = audit(case_of([[machines(100)]], pay, energy, short), spans, Settings())
        assert found.coins_missing[0, 0] == accused


def test_nothing_declared_is_told_apart_from_too_little():
    spans = months("2024-03-01", "2024-03-01")
    energy = energy_of(np.array([350.0]), spans)
    declared = declared_of(np.zeros((1, 1)))
    declared = declared._replace(lines=np.zeros((1, 1), dtype=np.int64))
    found = audit(case_of([[machines(100)]], [terms()], energy, declared), spans, Settings())
    assert found.nothing_declared[0, 0]
    assert not found.coins_missing[0, 0]


def test_energy_beyond_the_registered_machines():
    spans = months("2024-03-01", "2024-03-01")
    energy = energy_of(np.array([700.0]), spans)
    found = audit(case_of([[machines(100)]], [terms()], energy, declared_of(np.full((1, 1), 1e8))), spans, Settings())
    assert found.energy_beyond_machines[0, 0]


@pytest.mark.parametrize("mean", [0.1, 1.0, 4.605, 30.0, 1e4, 1e7])
def test_tails_are_those_of_poisson(mean):
    counts = np.unique(np.clip(np.array([0, mean - 2 * mean**0.5, mean, mean + 3 * mean**0.5]).round(), 0, None))
    assert at_most(counts, mean) == pytest.approx(poisson.cdf(counts, mean), rel=1e-7)
    assert at_least(counts, mean) == pytest.approx(poisson.sf(counts - 1, mean), rel=1e-7)
    between = counts + 0.5
    assert (at_most(between, mean) >= poisson.cdf(between, mean) - 1e-12).all()
    assert (at_least(between, mean) >= poisson.sf(np.ceil(between) - 1, mean) - 1e-12).all()


def test_below_minus_log_alpha_no_count_is_few_enough():
    assert few_enough(4.60, 0.01) < 0 <= few_enough(4.61, 0.01)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "kw"), [("solo", 20_000.0), ("solo", 80_000.0), ("pps", 350.0), ("pplns", 350.0)])
@pytest.mark.parametrize("corner", ["least", "most"])
def test_honest_miners_at_the_worst_corner_are_accused_as_seldom_as_is_said(scheme, kw, corner):
    """20,000 honest miners whose true figures lie exactly at a corner of their intervals; alpha 5 %, so that the bound is tested where it is tight."""
    spans = months("2024-07-01", "2024-07-01")
    sites, alpha = 20_000, 0.05
    rng = np.random.default_rng(7)
    fleet = [machines(round(kw / 3.5))]
    one = case_of([fleet], [terms(scheme)], energy_of(np.array([kw]), spans), declared_of(np.zeros((1, 1))))
    found = plausible(one.fleet, one.energy, one.pay, one.declared, spans, alpha)
    coins = float((found.coins_least_sat if corner == "least" else found.coins_most_sat)[0, 0])
    count = float((found.count_least if corner == "least" else found.count_most)[0, 0])
    if scheme == "solo":
        blocks = rng.poisson(count, (sites, 1)).astype(float)
        declared = declared_of(blocks * 3.2e8, blocks, np.zeros((sites, 1)))
    else:
        declared = declared_of(rng.poisson(count, (sites, 1)) / count * coins)
    energy = energy_of(np.full(sites, kw), spans)
    case = one_for_all(one, energy, declared, sites, scheme)
    result = audit(case, spans, Settings(alpha=alpha))
    accused = int((result.coins_missing | result.nothing_declared | result.coins_beyond_energy).sum())
    assert (
        accused == 0 or beta.ppf(0.001, accused, sites - accused + 1) <= alpha / 2
    )  # no evidence against the bound of one side
    if scheme != "solo":
        assert accused >= 0.2 * alpha / 2 * sites  # and not because nothing is ever found


def one_for_all(one, energy, declared, sites, scheme):
    fleet = one.fleet._replace(
        first=np.arange(sites + 1, dtype=np.int64),
        **{name: np.repeat(getattr(one.fleet, name), sites) for name in one.fleet._fields[1:]},
    )
    case = case_of([[machines(1)]] * 1, [terms(scheme)], energy, declared)
    zeros = np.zeros(sites)
    calibrated = type(case.calibrated)(zeros, zeros, np.zeros(sites, dtype=np.int64))
    return type(case)(fleet, energy, pay_of([terms(scheme)] * sites), declared, calibrated)
