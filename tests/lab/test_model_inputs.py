"""What the model is given: priors, vintages, and what it refuses; and the errors that it admits to."""

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.lab.model_worlds import law_of, months_from, world

from adit.lab.columns import COLUMNS
from adit.lab.model.errors import dirichlet, observed_shares, with_errors
from adit.lab.model.network import subsidy_btc_per_day
from adit.lab.model.outcome import DECLARED, UNDECLARED
from adit.lab.model.parameters import generator, sample
from adit.lab.model.prepare import prepare
from adit.lab.model.rows import KERNEL_PARAMETERS
from adit.lab.model.run import joined, run
from adit.lab.model.store import read_parameters
from adit.lab.model.vintages import delivery_mix, fleet_mix, months_before, shipped_fleet
from adit.terms.errors import BadInput

DOCS = Path(__file__).parents[2] / "docs"


def test_each_symbol_has_unit_bounds_and_source():
    parameters = read_parameters()
    assert set(KERNEL_PARAMETERS) < set(parameters.names)
    assert len({p.symbol for p in parameters.each}) == len(parameters.each)
    for p in parameters.each:
        assert p.unit, p.name
        assert p.source, p.name
        assert p.prior.low <= p.prior.mode <= p.prior.high, p.name


def test_draws_keep_to_the_priors_and_to_their_means():
    parameters = read_parameters()
    values = sample(parameters, 3, range(4000))
    for p, column in zip(parameters.each, values.T, strict=True):
        assert p.prior.low <= column.min(), p.name
        assert column.max() <= p.prior.high, p.name
        mean = (p.prior.low + p.prior.mode + p.prior.high) / 3 if p.prior.kind == "triangular" else p.prior.mode
        assert column.mean() == pytest.approx(mean, abs=0.03 * (p.prior.high - p.prior.low) + 1e-12), p.name


def test_a_draw_does_not_know_how_many_there_are():
    parameters = read_parameters()
    np.testing.assert_array_equal(sample(parameters, 3, range(40))[17:], sample(parameters, 3, range(17, 40)))
    one, other = (generator(3, 5, purpose).random(4) for purpose in ("totals", "places"))
    assert not np.any(one == other)


def test_priors_can_be_replaced():
    changed = read_parameters().with_priors({"covert_bound": 0.4, "surge": (0.0, 1.0), "pue": (1.0, 1.1, 1.3)})
    values = dict(zip(changed.names, sample(changed, 1, range(500)).T, strict=True))
    assert set(values["covert_bound"]) == {0.4}
    assert values["surge"].max() <= 1
    assert values["pue"].mean() == pytest.approx(3.4 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[[parameter]]\nname="x"\nsymbol="x"\nunit="1"\nmeaning=""\nsource=""\nprior={kind="normal", low=1}',
            "kind 'normal'",
        ),
        (
            '[[parameter]]\nname="x"\nsymbol="x"\nunit="1"\nmeaning=""\nsource=""\nprior={kind="uniform", low=2, high=1}',
            "do not rise",
        ),
    ],
)
def test_bad_priors(text, says):
    with pytest.raises(BadInput, match=says):
        read_parameters(text)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"kapa": 1.0}, "no parameter kapa"),
        ({"surge": (2.0, 1.0)}, "no prior of surge"),
        ({"surge": float("nan")}, "no prior of surge"),
        ({"uptime": 2.0}, "uptime, share of hours, cannot be 2.0"),
        ({"uptime": 0.0}, "uptime, share of hours, cannot be 0.0"),
        ({"pue": (-1.0, 1.1)}, "pue, kWh at the meter per kWh of machines, cannot be"),
    ],
)
def test_priors_that_cannot_be(changed, says):
    with pytest.raises(BadInput, match=says):
        read_parameters().with_priors(changed)


def test_deliveries_are_mixes_and_get_better():
    months = months_from(date(2016, 1, 1), 12 * 12)
    mix = delivery_mix(months)
    np.testing.assert_allclose(mix.sum(axis=1), 1)
    fleet = shipped_fleet(months, 12)
    assert len(fleet.names) == 10
    assert np.all(np.diff(fleet.efficiency_j_per_th) < 0)
    mean = mix @ fleet.efficiency_j_per_th
    assert np.all(np.diff(mean) <= 1e-9)
    in_2021 = mean[[m.year == 2021 for m in months]].mean()
    assert 32 < in_2021 < 38, "the best machine of the year had 29.5 J/TH"
    assert np.argmax(mix[months.index(date(2021, 1, 1))]) == fleet.names.index("2020")
    assert mix[months.index(date(2021, 7, 1)), fleet.names.index("2021")] == 1


def test_a_fleet_is_what_past_deliveries_left():
    months = months_from(date(2016, 1, 1), 72)
    growing = np.exp(np.linspace(0, 5, 72))
    late = fleet_mix(months, growing)
    assert late.sum() == pytest.approx(1)
    assert late[4] > late[0]
    still = np.concatenate([growing[:40], np.full(32, growing[39])])
    assert fleet_mix(months, still) @ np.arange(10) < late @ np.arange(10)


@pytest.mark.parametrize(
    ("months", "hashes"), [((), ()), ((date(2020, 1, 1),), (0.0,)), ((date(2020, 1, 1),), (1.0, 2.0))]
)
def test_no_fleet_without_a_history(months, hashes):
    with pytest.raises(BadInput, match="do not make a history"):
        fleet_mix(months, hashes)


def test_months_before_and_the_subsidy():
    assert months_before(date(2024, 2, 1), 3) == (date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1))
    assert [subsidy_btc_per_day(date(y, 6, 1)) for y in (2012, 2013, 2017, 2021, 2025)] == [7200, 3600, 1800, 900, 450]
    assert subsidy_btc_per_day(date(2024, 4, 19)) == 2 * subsidy_btc_per_day(date(2024, 4, 20))


def test_hidden_mining_asks_no_permission_and_others_cannot_be_found():
    changes = {
        ("permit_operate", None, None, 0, None): 0.0,
        ("exit_share", None, None, 0, None): 1.0,
        ("detection_per_month", None, None, 0, None): 0.3,
    }
    prepared = prepare(world(changes=changes, count=2))
    hidden = prepared.sector == 2
    assert prepared.law[:, 0, hidden].min() == 1
    assert prepared.law[:, 12, hidden].max() == 0
    assert prepared.law[:, 7, ~hidden].max() == 0


def test_the_household_limit_scales_what_households_may_have():
    changes = {
        ("household_kwh_per_month", "AA", "household", 0, None): 3000.0,
        ("household_kwh_per_month", "BB", "household", 0, None): np.inf,
    }
    prepared = prepare(world(changes=changes, count=1, household=80.0))
    np.testing.assert_allclose(prepared.law[0, 13, prepared.sector == 1], [40.0, 320.0, 0.0])


def replaced(part, **changes):
    base = world(count=3)
    return replace(base, **{part: replace(getattr(base, part), **changes)})


def law_with(name, value):
    base = world(count=3)
    law = law_of(base.months, base.places)
    return replace(base, law=replace(law, column={**law.column, name: np.full((3, 3, 3), value)}))


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (lambda: replaced("cells", place=np.zeros(9)), "add up to 3"),
        (lambda: replaced("cells", share=np.full(9, 0.4)), "add up to 0.4"),
        (lambda: replaced("cells", sector=np.full(9, 3)), "3 cannot be"),
        (lambda: replaced("fleet", efficiency_j_per_th=np.arange(10.0) + 1), "J/TH do not fall"),
        (lambda: replaced("fleet", delivery_mix=np.full((3, 10), 0.2)), "each month add up to 2"),
        (lambda: replaced("network", price_usd_per_btc=np.zeros((1, 3))), "0 cannot be"),
        (lambda: replaced("network", price_usd_per_btc=np.ones(3)), r"of the shape \(3,\)"),
        (lambda: replaced("network", revenue_before_usd_per_day=np.ones(5)), "months before the first are 5"),
        (lambda: replaced("power", price_usd_per_kwh=np.full((3, 9), np.nan)), "nan cannot be"),
        (lambda: replaced("power", slot_growth_per_month=np.full(3, 2.0)), "2 cannot be"),
        (lambda: replaced("start", mw=np.full(9, -1.0)), "-1 cannot be"),
        (lambda: replaced("start", mix=np.zeros((10, 9))), "each cell add up to 0"),
        (lambda: law_with("detection_per_month", 1.5), "1.5 cannot be"),
        (lambda: law_with("levy_usd_per_kwh", np.inf), "inf cannot be"),
        (lambda: law_with("season", np.nan), "nan cannot be"),
        (lambda: replace(world(count=3), places=("AA", "CC", "BB")), "other months or places"),
    ],
)
def test_bad_inputs(inputs, says):
    with pytest.raises(BadInput, match=says) as error:
        run(inputs(), 1, 1, engine="numpy")
    assert error.value.todo


@pytest.mark.parametrize("missing", sorted(COLUMNS))
def test_each_column_of_the_law_is_asked_for(missing):
    base = world(count=1)
    law = replace(base.law, column={k: v for k, v in base.law.column.items() if k != missing})
    with pytest.raises(BadInput, match="absent"):
        prepare(replace(base, law=law))


def test_bad_runs():
    inputs = world(count=1)
    for options, says in (
        ({"engine": "fortran"}, "no engine 'fortran'"),
        ({"dispersion": "normal"}, "no dispersion 'normal'"),
        ({"threads": 0}, "cannot be run"),
    ):
        with pytest.raises(BadInput, match=says):
            run(inputs, 1, 1, **options)
    with pytest.raises(BadInput, match="cannot be run"):
        run(inputs, -1, 1)
    parts = [run(inputs, 2, 1, engine="numpy", first_draw=first) for first in (0, 5)]
    with pytest.raises(BadInput, match="Draw 5 of the seed 1 does not follow draw 1 of 1"):
        joined(parts)
    with pytest.raises(BadInput, match="no part"):
        joined([])


def test_national_figures_hold_and_the_others_make_up_the_network():
    inputs = world(count=1, places=("AA", "BB"))
    anchored = inputs.cells.place == 0
    known = replace(inputs, start=replace(inputs.start, anchored=anchored, uncertainty=np.zeros(2)))
    o = run(known, 20, 1, engine="numpy")
    spread = o.installed_mw[:, 0, 0].sum(axis=1)
    assert spread.min() > 99, "100 MW by a national figure; only placing and scrapping of a month moved it"
    assert spread.max() < 125
    assert o.network_ehs[:, 0].mean() == pytest.approx(200, rel=0.1)


# the structural errors


def test_the_error_of_the_total_has_its_deviation_and_memory():
    o = run(
        world(count=12, places=("AA", "BB")),
        600,
        5,
        engine="numpy",
        parameters=read_parameters().with_priors({"share_concentration": 1e9, "share_floor": 1e9}),
    )
    u = np.log(with_errors(o).network_ehs / o.network_ehs)
    assert u[:, 0].std() == pytest.approx(0.06, rel=0.1)
    assert u[:, 11].std() == pytest.approx(0.06 / np.sqrt(1 - 0.6**2), rel=0.1)
    assert np.corrcoef(u[:, 10], u[:, 11])[0, 1] == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize("concentration", [20.0, 180.0])
def test_shares_err_as_a_dirichlet_does(concentration):
    shares = np.array([0.5, 0.3, 0.15, 0.04, 0.01, 0.0])
    normal, other = np.random.default_rng(1).standard_normal((2, 200_000, 6))
    drawn = dirichlet(np.broadcast_to(shares, normal.shape), np.full((200_000, 1), concentration), normal, other)
    np.testing.assert_allclose(drawn.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(drawn.mean(axis=0), shares, atol=0.002)
    deviation = np.sqrt(shares * (1 - shares) / (concentration + 1))
    np.testing.assert_allclose(drawn.std(axis=0)[:4], deviation[:4], rtol=0.05)


def test_errors_move_a_place_as_one_and_keep_its_law():
    o = run(world(count=12), 50, 5, engine="numpy")
    e = with_errors(o)
    np.testing.assert_allclose(e.hashrate_ehs.sum(axis=(2, 3)), e.network_ehs, rtol=1e-4)
    running = o.hashrate_ehs > 1e-3
    np.testing.assert_allclose(
        (e.power_mw / np.where(running, e.hashrate_ehs, 1))[running],
        (o.power_mw / np.where(running, o.hashrate_ehs, 1))[running],
        rtol=1e-4,
    )
    np.testing.assert_array_equal(with_errors(e).by_group, e.by_group)
    assert o.observation.std() == pytest.approx(1 / np.sqrt(144 * 30), rel=0.1)


def test_masked_miners_are_seen_elsewhere():
    hide = {
        ("exit_share", "BB", "formal", 2, 3): 1.0,
        ("permit_operate", "BB", "formal", 3, None): 0.0,
        ("permit_new", "BB", "formal", 2, None): 0.0,
    }
    o = run(world(changes=hide, count=8), 20, 5, engine="numpy")
    masked = np.zeros((8, 3))
    masked[4:6, 1] = 1.0
    seen = observed_shares(o, masked)
    np.testing.assert_allclose(seen.sum(axis=2), 1, rtol=1e-5)
    assert seen[:, 4:6, 1].max() == 0
    assert seen[:, 6, 1].mean() > 0
    hashes = o.hashrate_ehs.sum(axis=3)
    np.testing.assert_allclose(seen[:, 4, 0] / seen[:, 4, 2], hashes[:, 4, 0] / hashes[:, 4, 2], rtol=1e-4)


def test_declared_and_undeclared_are_all_sectors():
    assert sorted((*DECLARED, *UNDECLARED)) == [0, 1, 2]
    o = run(world(count=1), 1, 1, engine="numpy")
    np.testing.assert_allclose(o.energy_mwh, o.power_mw * 744, rtol=1e-6)
    assert set(o.parameter) == set(read_parameters().names)


def test_the_page_has_the_table_of_today():
    spec = importlib.util.spec_from_file_location("make_lab_model", DOCS / "make_lab_model.py")
    assert spec
    assert spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    text = (DOCS / "lab-model.md").read_text(encoding="utf-8")
    assert maker.page(text, read_parameters()) == text, "run docs/make_lab_model.py"
    assert "| κ |" in text
