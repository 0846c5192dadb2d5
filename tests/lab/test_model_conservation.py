"""No hash, machine, MW or dollar appears or vanishes, whatever the law; and what economics demands of the signs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.lab.model_worlds import world

from adit.lab.model.run import run

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example is two runs; a failure tells its seed
PLACES = ("AA", "BB", "CC", "DD")
SHARE = st.floats(0, 1)
CHANGES = {
    "permit_operate": st.sampled_from([0.0, 1.0]),
    "permit_new": st.sampled_from([0.0, 1.0]),
    "season": SHARE,
    "hours_left": SHARE,
    "exit_share": SHARE,
    "levy_usd_per_kwh": st.floats(0, 0.2),
    "revenue_tax": st.floats(0, 1),
    "profit_tax": st.floats(0, 1),
    "licence_usd_per_mw_month": st.floats(0, 20_000),
    "detection_per_month": SHARE,
    "fine_usd_per_case": st.floats(0, 1e5),
    "confiscation": SHARE,
    "slot_cap_mw": st.floats(0, 2000),
    "connection_months": st.integers(0, 30).map(float),
    "household_kwh_per_month": st.floats(0, 1e5) | st.just(np.inf),
    "import_share": SHARE,
    "import_duty": st.floats(0, 1),
}


@st.composite
def worlds(draw):
    count = draw(st.integers(1, 14))
    change = st.sampled_from(sorted(CHANGES)).flatmap(
        lambda name: st.tuples(
            st.tuples(
                st.just(name),
                st.sampled_from([None, *PLACES[:2]]),
                st.sampled_from([None, "formal", "household", "informal"]),
                st.integers(0, count - 1),
                st.sampled_from([None, count]),
            ),
            CHANGES[name],
        )
    )
    price = 40_000 * np.exp(np.cumsum(draw(st.lists(st.floats(-1, 1), min_size=count, max_size=count))))
    return world(
        count=count, places=PLACES[: draw(st.integers(2, 4))], bands=draw(st.integers(1, 2)), price=np.clip(price, 100, 1e7),
        changes=dict(draw(st.lists(change, max_size=8))), growth=draw(st.floats(0, 0.1)), spare=draw(st.floats(1, 2)),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 2**32))
def test_nothing_appears_or_vanishes(inputs, seed):
    o = run(inputs, 3, seed, engine="numpy")
    for array in (o.by_group, o.tax_usd, o.displaced_mw, o.slots_mw, o.by_month):
        assert np.all(np.isfinite(array))
    delivered, scrapped, taken = np.moveaxis(o.flows_ehs, 2, 0)
    there = o.installed_ehs + o.stocks_ehs.sum(axis=2)
    np.testing.assert_allclose(
        there, o.start_ehs[:, None] + np.cumsum(delivered - scrapped - taken, axis=1), rtol=1e-9
    )  # machines
    np.testing.assert_allclose(o.hashrate_ehs.sum(axis=(2, 3)), o.network_ehs, rtol=1e-5, atol=1e-6)  # hash
    for array in (
        o.hashrate_ehs,
        o.power_mw,
        o.installed_mw,
        o.tax_usd,
        o.displaced_mw,
        o.slots_mw,
        o.stocks_ehs,
        o.flows_ehs,
    ):
        assert array.min() >= -1e-9
    # who pays: margin and taxes are no more than the revenue
    dues = o.tax_usd[..., :5].sum(axis=3, dtype=np.float64)
    assert np.all(
        o.margin_usd.sum(axis=3, dtype=np.float64) + dues
        <= o.revenue_usd.sum(axis=3, dtype=np.float64) * (1 + 1e-5) + 1e3
    )


def test_the_second_half_pays_what_the_network_pays():
    o = run(world(count=5), 10, 4, engine="numpy")
    fee = 1 - o.parameter["pool_fee"]
    pays = 950.0 * 40_000.0 * o.hours / 24
    earned = o.revenue_usd.sum(axis=(2, 3), dtype=np.float64) / fee[:, None]
    # half the month at last month's difficulty, half at the month's own: blocks come faster only by as much as the hash rate grew
    first = 2 * o.network_ehs - 950.0 * 40_000.0 / (o.hashprice_usd_per_th_day * 1e6)
    second = np.concatenate(
        [np.full((10, 1), np.nan), 950.0 * 40_000.0 / (o.hashprice_usd_per_th_day[:, :-1] * 1e6)], axis=1
    )
    np.testing.assert_allclose(earned[:, 1:], (0.5 * pays * (1 + first / second))[:, 1:], rtol=1e-5)


def test_slots_and_limits_are_kept():
    cap = {
        ("slot_cap_mw", "BB", "formal", 5, None): 120.0,
        ("household_kwh_per_month", "BB", "household", 0, None): 6000.0,
    }
    o = run(world(changes=cap, count=16, household=40.0), 20, 4, engine="numpy")
    assert o.installed_mw[:, 5:, 1, 0].max() <= 120.0 * (1 + 1e-6)
    assert 0 < o.installed_mw[:, :, 1, 1].max() <= 40.0 * (1 + 1e-6)
    assert np.all(o.installed_mw[..., 0] <= o.slots_mw * (1 + 1e-6))


def test_a_ban_leaves_nothing_formal_and_every_fate_has_its_number():
    ban = {
        ("exit_share", "BB", "formal", 4, 5): 1.0,
        ("permit_operate", "BB", "formal", 5, None): 0.0,
        ("permit_new", "BB", "formal", 4, None): 0.0,
    }
    o = run(world(changes=ban), 30, 4, engine="numpy")
    assert o.installed_mw[:, 4:, 1, 0].max() < 1e-9
    left = o.displaced_mw[:, 4, 1]
    np.testing.assert_allclose(
        left[:, :4].sum(axis=1), o.installed_mw[:, 3, 1, 0], rtol=0.2
    )  # the month's own placing lies between
    assert o.power_mw[:, 23, 1, 2].mean() > 0  # some of it hides


def test_nobody_hides_from_a_law_that_asks_nothing():
    o = run(world(), 20, 4, engine="numpy")
    assert o.power_mw[..., 2].max() == 0
    assert o.displaced_mw[..., [0, 1, 2, 5, 6]].max() == 0  # only better machines displace worse ones


LEVIES: dict[tuple, float] = {("levy_usd_per_kwh", "BB", "formal", 1, None): 0.005}
WATCH: dict[tuple, float] = {
    ("detection_per_month", None, "informal", 0, None): 0.02,
    ("fine_usd_per_case", None, "informal", 0, None): 4000.0,
    ("confiscation", None, "informal", 0, None): 0.5,
}


@st.composite
def paths(draw):
    return 40_000 * np.exp(np.cumsum(draw(st.lists(st.floats(-0.3, 0.3), min_size=15, max_size=15))))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(paths(), st.floats(0.001, 0.05), st.integers(0, 1000))
def test_a_higher_levy_never_raises_declared_mw(price, more, seed):
    """In each draw of the month in which it rises; after it in the mean of draws, since a draw may by now have got other machines into the slots it freed."""
    higher: dict[tuple, float] = {("levy_usd_per_kwh", "BB", "formal", 1, None): 0.005 + more}
    low, high = (
        run(world(changes=levy | WATCH, count=15, price=price), 20, seed, engine="numpy")
        .power_mw[:, :, 1, :2]
        .sum(axis=2)
        for levy in (LEVIES, higher)
    )
    assert np.all(high[:, :2] <= low[:, :2] * (1 + 1e-6))
    assert np.all(high.mean(axis=0) <= low.mean(axis=0) * (1 + 1e-6) + 1e-3)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(paths(), st.floats(1.01, 2), st.integers(0, 1000))
def test_a_higher_price_never_lowers_the_hash_rate(price, times, seed):
    """Until what it buys arrives: then a dearer machine may let in fewer of them, as docs/lab-model.md says. Slots and swaps move it by a thousandth."""
    inputs = world(changes=LEVIES | WATCH, count=15, price=price)
    higher = replace(
        inputs, network=replace(inputs.network, price_usd_per_btc=inputs.network.price_usd_per_btc * times)
    )
    low, high = (run(i, 20, seed, engine="numpy").network_ehs for i in (inputs, higher))
    assert np.all(high[:, 0] >= low[:, 0] * (1 - 1e-9))
    assert np.all(high[:, :5] >= low[:, :5] * (1 - 0.01))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(paths(), st.floats(0, 300), st.floats(0, 300), st.integers(0, 1000))
def test_a_stricter_cap_never_raises_mw_there(price, one, other, seed):
    """Within a hundredth in the mean of draws: after a crash other machines are for sale."""
    mw = [
        run(
            world(changes={**WATCH, ("slot_cap_mw", "BB", "formal", 4, None): cap}, count=15, price=price),
            20,
            seed,
            engine="numpy",
        ).installed_mw[:, :, 1, 0]
        for cap in sorted((one, other))
    ]
    assert mw[0][:, 4:].max() <= min(one, other) * (1 + 1e-6) + 1e-6
    assert np.all(mw[0].mean(axis=0) <= mw[1].mean(axis=0) * 1.01 + 1e-3)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(paths(), st.floats(0.01, 0.9), st.integers(0, 1000))
def test_detection_never_raises_undeclared_mw(price, more, seed):
    """In each draw of the first month, then in the mean of draws: what is left of the hidden may be younger, and run longer in a crash."""
    levy = {("levy_usd_per_kwh", "BB", "formal", 0, None): 0.03}
    seen: dict[tuple, float] = {**WATCH, ("detection_per_month", "BB", "informal", 0, None): 0.02 + more}
    low, high = (
        run(world(changes=levy | watch, count=15, price=price), 20, seed, engine="numpy").power_mw[:, :, 1, 2]
        for watch in (WATCH, seen)
    )
    assert low.max() > 0
    assert np.all(high[:, 0] <= low[:, 0] * (1 + 1e-6) + 1e-6)
    assert np.all(high.mean(axis=0) <= low.mean(axis=0) * (1 + 1e-6) + 1e-6)


@pytest.mark.parametrize("engine", ["numpy"])
def test_elasticity_to_price_is_below_one(engine):
    """Sunk machines: within six months the hash rate moves less than the price (the note's falsifier 3)."""
    inputs = world(count=6)
    half = replace(inputs, network=replace(inputs.network, price_usd_per_btc=inputs.network.price_usd_per_btc * 0.5))
    a, b = (run(i, 30, 1, engine=engine).network_ehs for i in (inputs, half))
    assert np.all(np.log(b / a) / np.log(0.5) < 1)
