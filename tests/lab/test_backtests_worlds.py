"""What past forecasts begin with: nothing of later than their day, the acts as they were, and parameters with a dated basis each."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from adit.lab.backtests.china_world import ORIGIN, known_figures, start_world
from adit.lab.backtests.information import freeze
from adit.lab.backtests.law import Act, Change, law_of
from adit.lab.backtests.past import back, months_between, past_month, series
from adit.lab.backtests.results import Forecast, Score
from adit.lab.backtests.shares_2025 import AS_OF, start_of_kazakhstan, start_of_russia, world_after_the_ban
from adit.lab.backtests.store import dated_parameters, read_dated_priors
from adit.lab.backtests.training import ORIGINS, layer_of_horizons, layer_of_path, network_world
from adit.lab.backtests.world import fleet_j_per_th, inputs_of, mix_at
from adit.lab.columns import COLUMNS, SECTORS
from adit.lab.model.store import read_parameters
from adit.terms.errors import BadInput, UnknownName

MAY = date(2021, 6, 1)


def test_figures_of_later_do_not_move_the_world_of_the_ban():
    """All that was not known in June 2021 is made absurd; the world at the end of May stays what it was."""
    spoilt = tuple(
        replace(k, value=0.1 if k.value else 0.0) if k.known_from("observed") > MAY else k for k in known_figures()
    )
    assert start_world(freeze(spoilt, MAY, "observed")) == start_world(freeze(known_figures(), MAY, "observed"))


def test_figures_of_later_do_not_move_the_world_after_the_ban():
    spoilt = tuple(replace(k, value=1.0) if k.published > AS_OF else k for k in known_figures())
    frozen = freeze(spoilt, AS_OF, "published")
    assert world_after_the_ban(frozen, 12) == world_after_the_ban(freeze(known_figures(), AS_OF, "published"), 12)


def test_the_world_of_the_ban_cannot_be_made_before_its_shares_were_known():
    with pytest.raises(BadInput, match="share for 2021-05 was not known on 2021-07-16"):
        start_world(freeze(known_figures(), date(2021, 7, 16), "published"))


def test_megawatts_of_the_ban():
    world = start_world(freeze(known_figures(), MAY, "observed"))
    mw = {(s.place, s.sector): s.mw for s in world.sites}
    network = sum(mw.values())
    assert mw["CN", "formal"] / network == pytest.approx(0.44)
    assert mw["IR", "informal"] / (mw["IR", "informal"] + mw["IR", "formal"]) == pytest.approx(0.85)
    assert all(0 <= rate <= 0.10 for rate in world.growth_per_month.values())
    assert world.growth_per_month["CN"] == 0


def test_russia_and_kazakhstan_begin_with_what_was_claimed_there():
    known = freeze(known_figures(), AS_OF, "published")
    assert start_of_russia(known) == pytest.approx((1250 * 0.02 * 124_500 / 1.5) ** 0.5)
    registered, hidden = start_of_kazakhstan(known)
    assert registered == 640
    assert registered + hidden == pytest.approx((1500 * 1840) ** 0.5)


def test_the_acts_close_china_and_leave_the_others_alone():
    inputs = inputs_of(start_world(freeze(known_figures(), MAY, "observed")))
    operate = inputs.law.column["permit_operate"][:, :, SECTORS.index("formal")]
    at = {place: i for i, place in enumerate(inputs.places)}
    assert operate[0, at["CN"]] < 1
    assert operate[-1, at["CN"]] == 0
    assert (operate[:, at["US"]] == 1).all()
    assert (np.diff(operate[:, at["CN"]]) <= 0).all()
    season = inputs.law.column["season"][:, at["IR"], SECTORS.index("formal")]
    assert season[0] == season[1] == 0  # Iran stops its licensed miners from 26 May to 22 September
    assert season[5] > 0.9
    assert "cn/law" in inputs.law.regimes["CN"]


def test_what_comes_before_the_first_month_is_what_was():
    inputs = inputs_of(network_world(ORIGIN))
    before = series(date(2020, 6, 1), ORIGIN)
    assert list(inputs.network.revenue_before_usd_per_day) == [m.revenue_usd_per_day for m in before]
    assert inputs.network.hashrate_start_ehs == past_month(ORIGIN).hashrate_ehs
    assert inputs.months == months_between(date(2021, 6, 1), date(2022, 5, 1))


def test_hashprice_of_two_years_is_as_published():
    """Hashrate Index: 0.3146 USD per TH and day on average of 2021, 0.1239 of 2022."""
    for year, published in ((2021, 0.3146), (2022, 0.1239)):
        months = series(date(year, 1, 1), date(year, 12, 1))
        assert sum(m.hashprice_usd_per_th_day for m in months) / 12 == pytest.approx(published, rel=0.02)


def test_the_fleet_becomes_better():
    assert mix_at(ORIGIN).sum() == pytest.approx(1)
    years = [fleet_j_per_th(date(year, 1, 1)) for year in range(2019, 2026)]
    assert years == sorted(years, reverse=True)
    assert years[0] == pytest.approx(95, abs=8)
    assert years[-1] == pytest.approx(25, abs=4)


def test_training_ends_before_the_ban():
    assert back(ORIGINS[1], -12) <= ORIGIN


# Parameters -----------------------------------------------------------------------------------------------------
def test_each_parameter_has_one_dated_basis():
    assert sorted(p.name for p in read_dated_priors()) == sorted(read_parameters().names)


def test_no_basis_is_later_than_the_forecast_of_the_ban():
    parameters, assumed = dated_parameters(read_parameters(), freeze((), MAY, "observed"))
    assert max(a.dated for a in assumed) <= MAY
    assert len(assumed) == len(parameters.names)


def test_a_day_earlier_the_basis_is_refused():
    with pytest.raises(
        BadInput, match=r"The parameter covert_bound rests on something of 2021-06-01; the forecast is of 2021-05-31"
    ):
        dated_parameters(read_parameters(), freeze((), date(2021, 5, 31), "observed"))


def test_a_parameter_without_a_basis_is_refused():
    few = tuple(p for p in read_dated_priors() if p.name != "reinvested")
    with pytest.raises(BadInput, match="The parameter reinvested rests on no dated source"):
        dated_parameters(read_parameters(), freeze((), MAY, "observed"), few)


def test_a_basis_of_another_kind_is_refused():
    text = '[[parameter]]\nname = "pue"\nkind = "guess"\ndated = 2021-01-01\nsource = "x"\n'
    with pytest.raises(BadInput, match="The basis is 'guess'"):
        read_dated_priors(text)


# Error layer ----------------------------------------------------------------------------------------------------
def test_a_layer_has_the_spread_that_it_was_set_on():
    layer = layer_of_horizons([0.08, 0.1, 0.12])
    spread = sum((layer.innovation * layer.memory**k) ** 2 for k in range(3)) ** 0.5
    assert layer.innovation == 0.08
    assert spread == pytest.approx(0.12)


def test_errors_that_do_not_grow_have_no_memory():
    assert layer_of_horizons([0.1, 0.1]).memory == pytest.approx(0, abs=1e-6)


def test_what_the_draws_spread_themselves_is_taken_off():
    errors = [0.1, -0.1, 0.1, -0.1]
    alone = layer_of_path(errors, [0.0] * 4)
    assert alone.innovation == pytest.approx(0.1)
    assert alone.memory == 0
    assert layer_of_path(errors, [0.08] * 4).innovation == pytest.approx(0.06)
    assert layer_of_path(errors, [0.2] * 4).innovation == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: layer_of_horizons([]), "no error to set the layer on"),
        (lambda: layer_of_horizons([0.1, 0.0]), "no error to set the layer on"),
        (lambda: layer_of_path([0.1, 0.2], [0.0, 0.0]), "2 errors with 2 spreads"),
        (lambda: layer_of_path([0.1] * 3, [0.0]), "3 errors with 1 spreads"),
        (lambda: past_month(date(2030, 1, 1)), "no price for 2030-01"),
        (lambda: law_of([MAY], ["CN"], changes=[Change("US", MAY, {"season": 0.0})]), "There is no place US"),
        (lambda: law_of([MAY], ["CN"], changes=[Change("CN", MAY, {"levy": 0.0})]), "There is no column levy"),
        (
            lambda: law_of([MAY], ["CN"], changes=[Change("CN", MAY, {"season": 0.0}, None, ("grey",))]),
            "There is no sector grey",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(call, said):
    with pytest.raises(BadInput, match=said):
        call()


# Law ------------------------------------------------------------------------------------------------------------
def test_free_mining_asks_nothing():
    law = law_of(months_between(MAY, date(2021, 8, 1)), ["US", "CA"])
    assert set(law.column) == set(COLUMNS)
    assert (law.column["permit_operate"] == 1).all()
    assert (law.column["exit_share"] == 0).all()
    assert law.regimes["US"] == "no act is asked"


def test_a_change_holds_from_its_first_to_its_last_month_in_its_sectors():
    months = months_between(MAY, date(2021, 9, 1))
    change = Change("CA", date(2021, 7, 1), {"season": 0.5}, date(2021, 8, 1), ("formal",))
    season = law_of(months, ["US", "CA"], changes=[change]).column["season"]
    assert season[:, 1, 0].tolist() == [1, 0.5, 0.5, 1]
    assert (season[:, 1, 1:] == 1).all()
    assert (season[:, 0] == 1).all()


def test_the_fee_of_kazakhstan_comes_from_the_act():
    law = law_of(months_between(date(2021, 12, 1), date(2022, 2, 1)), ["KZ"], [Act("KZ", "kz/law")])
    levy = law.column["levy_usd_per_kwh"][:, 0, 0]
    assert levy[0] == 0
    assert levy[1] == pytest.approx(1 / 460.5, rel=0.01)
    assert np.isnan(law.column["connection_months"]).all()  # left to the model's own prior


def test_an_act_that_is_not_there_is_refused():
    with pytest.raises(UnknownName):
        law_of([MAY], ["CN"], [Act("CN", "cn/no_such_act")])


# Results --------------------------------------------------------------------------------------------------------
def test_a_score_meets_its_target_or_misses_it_or_has_none():
    assert Score("x", 5.0, "%", None, 5.0, {}).met is True
    assert Score("x", 5.1, "%", None, 5.0, {}).met is False
    assert Score("x", 65.0, "%", 70.0, 90.0, {}).met is False
    assert Score("x", 5.0, "%", None, None, {}).met is None


def test_an_outcome_on_the_edge_is_inside():
    def forecast(outcome):
        return Forecast("share", "CN", ORIGIN, MAY, "%", (1.0, 2.0, 3.0), 2.0, outcome, 0.5, {})

    assert forecast(3.0).inside
    assert not forecast(3.1).inside
