"""Evidence over months: it may be looked at each month, and honest miners stay below the stated rate over any number of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from adit.audit.calibration import LEAST_MONTHS, calibrate
from adit.audit.discoveries import discoveries
from adit.audit.sequential import calibrated, first_alarm, over, under

SITES, MONTHS = 4000, 60


def rate_is_at_most(alarms, alpha):
    found = int((alarms >= 0).sum())
    return found == 0 or beta.ppf(0.001, found, len(alarms) - found + 1) <= alpha


def poisson_months(mean, sites=SITES, seed=3):
    rng = np.random.default_rng(seed)
    shape = (sites, MONTHS)
    return (
        rng.poisson(mean, shape).astype(float),
        np.full(shape, float(mean)),
        np.zeros(shape),
        np.ones(shape, dtype=bool),
    )


@pytest.mark.parametrize("mean", [0.27, 2.7, 27.0, 1e5])
def test_honest_counts_seldom_alarm_over_sixty_months(mean):
    counts, means, slack, testable = poisson_months(mean)
    for alpha in (0.01, 0.05):
        assert rate_is_at_most(first_alarm(under(counts, means, slack, testable), alpha), alpha)
        assert rate_is_at_most(first_alarm(over(counts, means, slack, testable), alpha), alpha)


def test_a_monthly_test_repeated_would_accuse_many():
    """Why this module exists: 1 % a month is 45 % in five years."""
    assert pytest.approx(0.453, abs=0.001) == 1 - 0.99**60


@pytest.mark.parametrize(("mean", "hidden", "months"), [(2.7, 0.6, 12), (27.0, 0.2, 14), (27.0, 0.4, 4)])
def test_what_is_hidden_is_found(mean, hidden, months):
    counts, _, slack, testable = poisson_months(mean * (1 - hidden), sites=800)
    alarms = first_alarm(under(counts, np.full_like(counts, mean), slack, testable), 0.01)
    assert np.median(np.where(alarms < 0, 999, alarms + 1)) <= months


def test_delayed_pay_is_granted_once_and_covers_any_delay():
    """Pay for up to a tenth of a month comes when the pool likes: no path of balances alarms more than on-time pay would."""
    rng = np.random.default_rng(11)
    counts, means, _, testable = poisson_months(1e5, sites=300)
    held = 1e4 * rng.random((300, MONTHS + 1))
    paid = counts + held[:, :-1] - held[:, 1:]
    slack = np.full_like(counts, 1e4)
    log_e = under(paid, means, slack, testable)
    assert (log_e <= under(counts, means, np.zeros_like(slack), testable) + 1e-6).all()
    assert (over(paid, means, slack, testable) <= over(counts, means, np.zeros_like(slack), testable) + 1e-6).all()


def test_months_that_cannot_be_tested_change_nothing():
    counts, means, slack, testable = poisson_months(27.0, sites=50)
    testable[:, ::2] = False
    log_e = under(counts, means, slack, testable)
    assert (log_e[:, 2] == log_e[:, 1]).all()
    assert (log_e[:, 0] == 0).all()


@pytest.mark.slow
@pytest.mark.parametrize(("m", "residual"), [(3, 0.03), (12, 0.03), (24, 0.10)])
def test_calibrated_honest_sites_seldom_alarm_whatever_their_spread(m, residual):
    rng = np.random.default_rng(5)
    own = rng.normal(0.2, residual, (SITES, m))
    mean = own.mean(axis=1)
    squares = ((own - mean[:, None]) ** 2).sum(axis=1)
    months = rng.normal(0.2, residual, (SITES, MONTHS)) - mean[:, None]
    log_e = calibrated(months, np.ones(months.shape, dtype=bool), squares, np.full(SITES, float(m)))
    assert rate_is_at_most(first_alarm(log_e, 0.01), 0.01)
    assert rate_is_at_most(first_alarm(log_e, 0.05), 0.05)


@pytest.mark.slow
def test_five_per_cent_hidden_by_a_calibrated_site_is_found():
    """Residual spread 3 %, two years of calibration: half of such sites are found within six months."""
    rng = np.random.default_rng(6)
    own = rng.normal(0, 0.03, (1500, 24))
    mean = own.mean(axis=1)
    squares = ((own - mean[:, None]) ** 2).sum(axis=1)
    months = rng.normal(np.log(0.95), 0.03, (1500, 24)) - mean[:, None]
    alarms = first_alarm(calibrated(months, np.ones(months.shape, dtype=bool), squares, np.full(1500, 24.0)), 0.005)
    assert np.median(np.where(alarms < 0, 999, alarms + 1)) <= 6


@settings(max_examples=30)
@given(st.floats(0.3, 3), st.floats(-0.5, 0.5))
def test_neither_the_mean_nor_the_scale_of_the_calibration_matters(scale, shift):
    rng = np.random.default_rng(8)
    own, months = rng.normal(0, 0.05, (20, 6)), rng.normal(-0.05, 0.05, (20, 8))

    def log_e(a, b):
        a, b = a * scale + shift, b * scale + shift
        mean = a.mean(axis=1)
        squares = ((a - mean[:, None]) ** 2).sum(axis=1)
        return calibrated(b - mean[:, None], np.ones(b.shape, dtype=bool), squares, np.full(20, 6.0))

    plain_mean = own.mean(axis=1)
    plain = calibrated(
        months - plain_mean[:, None],
        np.ones(months.shape, dtype=bool),
        ((own - plain_mean[:, None]) ** 2).sum(axis=1),
        np.full(20, 6.0),
    )
    assert log_e(own, months) == pytest.approx(plain, rel=1e-6, abs=1e-6)


def test_benjamini_hochberg_by_hand():
    """Their own example of fifteen (1995, section 4.1): four are discoveries at 5 %."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1.0,
        ]
    )
    rng = np.random.default_rng(1)
    order = rng.permutation(15)
    found = discoveries(p[order], np.ones(15, dtype=bool), 0.05)
    assert sorted(p[order][found]) == [0.0001, 0.0004, 0.0019, 0.0095]
    assert not discoveries(p, np.zeros(15, dtype=bool), 0.05).any()


def test_a_calibration_needs_months_and_forgets_those_without_energy():
    assert calibrate([(1e6, 2e5)] * (LEAST_MONTHS - 1) + [(0.0, 1.0)]) is None
    measure = calibrate([(1e6, 2.0e5), (1e6, 2.2e5), (2e6, 4.1e5), (0.0, 1.0)])
    assert measure is not None
    assert measure.months == 3
    assert np.exp(measure.log_th_per_wh) == pytest.approx((0.2 * 0.22 * 0.205) ** (1 / 3))
    assert measure.residual == pytest.approx(np.std(np.log([0.2, 0.22, 0.205]), ddof=1))
