"""What metered energy can hash: the kernel against its plain twin, and against figures worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audit.registers import energy_of, machines, months

from adit.audit.hashing import Energy, fleet_of, worth, worth_of

SPANS = months("2024-04-01", "2024-05-01")


def figures(fleets, energy, share=(0.9, 0.97), low=None, high=None):
    kinds = np.zeros(len(fleets), dtype=np.int64)
    low = SPANS.blocks_per_th[None, :] if low is None else low
    high = low if high is None else high
    least, most = (np.full(len(fleets), s) for s in share)
    return worth(fleet_of(fleets), energy, least, most, SPANS, kinds, low, high)


def test_one_machine_is_energy_over_efficiency():
    """100 kW for April, 90 to 97 % of it to machines of 15.75 to 19.25 J/TH (17.5 J/TH, 10 % about): hashes are joules over J/TH."""
    energy = energy_of(np.array([100.0]), SPANS, klass=0)
    one = np.ones((1, len(SPANS)))
    found = figures([[machines(30)]], energy, low=one)
    joules = 100e3 * 30 * 86_400
    assert found.least[0, 0] == pytest.approx(joules * 0.90 / 19.25)
    assert found.most[0, 0] == pytest.approx(joules * 0.97 / 15.75)


def test_the_worst_machines_are_filled_first():
    """Two machines of 3.5 kW (17.5 J/TH) and two of 3.4 kW (34 J/TH), and energy for three: at least the old ones run whole, and the new ones in part."""
    new, old = machines(2, spread=0), machines(2, ths=100, watts=3400, spread=0)
    kw = 10.0
    energy = energy_of(np.array([kw]), SPANS, klass=0)
    found = figures([[new, old]], energy, share=(1, 1), low=np.ones((1, len(SPANS))))
    hours = 30 * 24
    old_wh, whole_wh = 6800 * hours, kw * 1000 * hours
    assert found.least[0, 0] == pytest.approx(3600 * (old_wh / 34 + (whole_wh - old_wh) / 17.5))
    new_wh = 7000 * hours
    assert found.most[0, 0] == pytest.approx(3600 * (new_wh / 17.5 + (whole_wh - new_wh) / 34))


def test_energy_that_no_machine_can_draw_makes_no_hashes():
    energy = energy_of(np.array([1000.0]), SPANS, klass=0)
    found = figures([[machines(10, spread=0)]], energy, share=(1, 1), low=np.ones((1, len(SPANS))))
    assert found.drawn_wh[0, 0] > found.capacity_wh[0, 0]
    assert found.least[0, 0] == pytest.approx(10 * 200 * 30 * 86_400)


def test_energy_of_a_month_goes_where_it_is_worth_least():
    """By the month alone, the halving of 2024-04-20 lies inside: the least puts all energy after it as far as the machines can draw it."""
    half = energy_of(np.array([17.5]), SPANS, klass=0, monthly=True)  # ten machines at half their time
    hours = energy_of(np.array([17.5]), SPANS, klass=0)
    coins = (SPANS.blocks_per_th * SPANS.subsidy_sat)[None, :]
    blind, seen = (figures([[machines(10, spread=0)]], e, share=(1, 1), low=coins) for e in (half, hours))
    assert blind.least[0, 0] < seen.least[0, 0] * 0.85
    assert blind.most[0, 0] > seen.most[0, 0] * 1.15
    assert blind.most[0, 1] == pytest.approx(
        seen.most[0, 1], rel=0.03
    )  # May has no halving, only a change of difficulty


def test_other_coins_draw_their_part_of_the_energy():
    """Half of the registered device-hours mine another coin: half of the energy is theirs, whatever was declared."""
    energy = energy_of(np.array([70.0]), SPANS, klass=0)
    one = np.ones((1, len(SPANS)))
    alone = figures([[machines(20, spread=0)]], energy, share=(1, 1), low=one)
    both = figures([[machines(10, spread=0), machines(10, spread=0, coin="LTC")]], energy, share=(1, 1), low=one)
    assert both.least[0, 0] == pytest.approx(alone.least[0, 0] / 2)


def test_a_gap_may_hold_all_that_the_machines_can_draw():
    energy = energy_of(np.array([35.0]), SPANS, klass=0)
    gap = np.zeros_like(energy.gap_s)
    gap[0, 0] = 3600.0
    blind = Energy(energy.low_wh, energy.high_wh, gap, energy.monthly)
    one = np.ones((1, len(SPANS)))
    with_gap, without = (figures([[machines(20, spread=0)]], e, share=(1, 1), low=one) for e in (blind, energy))
    assert with_gap.least[0, 0] == without.least[0, 0]
    assert with_gap.most[0, 0] - without.most[0, 0] == pytest.approx(20 * 200 * 3600)


some_machines = st.builds(
    machines,
    st.integers(1, 300),
    ths=st.floats(10, 500),
    watts=st.floats(500, 6000),
    spread=st.floats(0, 0.4),
    coin=st.sampled_from(["BTC", "BTC", "LTC"]),
    start_s=st.integers(1_711_000_000, 1_713_000_000),
    end_s=st.integers(1_713_000_001, 1_717_300_000),
)


@settings(max_examples=60)
@given(
    st.lists(some_machines, max_size=5),
    st.lists(
        st.tuples(st.floats(0, 1e9), st.floats(0, 0.1), st.floats(0, 1e5)), min_size=len(SPANS), max_size=len(SPANS)
    ),
    st.booleans(),
)
def test_the_kernel_says_what_its_twin_says(fleet, rows, monthly):
    low = np.array([[wh for wh, _, _ in rows]])
    high = low * (1 + np.array([[w for _, w, _ in rows]]))
    gap = np.array([[g for _, _, g in rows]])
    energy = Energy(low, high, gap, np.array([monthly]))
    prices = np.stack([SPANS.blocks_per_th, SPANS.blocks_per_th * 1.1])
    found = figures([fleet], energy, low=prices[:1], high=prices[1:])
    for m in range(len(SPANS.months)):
        span = slice(int(SPANS.first[m]), int(SPANS.first[m + 1]))
        rows_of = list(zip(SPANS.start_s[span], SPANS.end_s[span], prices[0, span], prices[1, span], strict=True))
        plain = worth_of(
            fleet,
            list(zip(low[0, span], high[0, span], gap[0, span], strict=True)),
            (0.9, 0.97),
            rows_of,
            monthly=monthly,
        )
        kernel = (found.least[0, m], found.most[0, m], found.drawn_wh[0, m], found.capacity_wh[0, m])
        assert kernel == pytest.approx(plain, rel=1e-9, abs=1e-12)
        assert plain[0] <= plain[1] * (1 + 1e-12)
