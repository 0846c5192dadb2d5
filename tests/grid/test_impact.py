"""What a load would do: the six systems from real hours, the two zones of the example, and loads that make no sense."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.grid.networks import two_zones

from adit.evidence.sources.hourly_power import SystemYear, read_hours, year_of
from adit.evidence.sources.plants import read_plants
from adit.grid.impact import emissions_t, impact_of, load_by_zone, parse_load, results
from adit.grid.impact_months import by_month
from adit.grid.network import Network
from adit.grid.russia import RussianNetwork, russian_network
from adit.grid.scenario.store import network_of, read_network, read_scenario
from adit.grid.two_stage import dispatch_in_two_stages
from adit.terms.errors import BadInput, UnknownName

EXAMPLE = Path(__file__).parents[2] / "examples" / "grid" / "two_zones.toml"


def systems(year: int) -> dict[str, SystemYear]:
    return {name: year_of(hours, year) for name, hours in read_hours().items()}


def russia(year: int, first: date | None = None, last: date | None = None) -> RussianNetwork:
    return russian_network(systems(year), read_plants(), read_scenario(), first_day=first, last_day=last)


def test_flexible_mining_pays_only_while_power_is_cheaper_than_its_bid():
    before, after = (
        results(run)
        for run in (lambda i: (i.without, i.with_load))(impact_of(two_zones(load=(1000, 3050)), {"South": 200}))
    )
    assert after[1].curtailed_hours == 24
    assert after[1].curtailed_mwh == pytest.approx(24 * 150)
    assert after[1].mining_mwh == pytest.approx(24 * 50)
    assert after[1].price_mean - before[1].price_mean == pytest.approx(60 - 40)
    assert after[1].unserved_hours == 0


def test_a_firm_load_leaves_others_without_power():
    done = results(impact_of(two_zones(load=(1000, 3050)), {"South": 200}, firm=True).with_load)
    assert done[1].unserved_mwh == pytest.approx(24 * 150)
    assert done[1].unserved_hours == 24


def test_emissions_count_where_power_is_generated():
    done = impact_of(two_zones(load=(1000, 2500)), {"North": 100})
    assert emissions_t(done.without).sum(axis=1).tolist() == pytest.approx([0, 24 * 2000])
    assert results(done.with_load)[1].co2_t == pytest.approx(
        24 * 2000
    )  # North has water to spare: nothing more is burnt


def test_the_example_of_irkutsk():
    """North stops its farms: what that frees stays behind the section, and South is as short as before."""
    network = read_network(EXAMPLE)
    assert isinstance(network, Network)
    stopped = replace(network, mining_mw=np.zeros_like(network.mining_mw))
    before, after = (
        results(run) for run in (impact_of(network, {"North": 0}).without, impact_of(stopped, {"North": 0}).without)
    )
    assert before[0].mining_mwh == pytest.approx(24 * 400)
    assert after[1].unserved_mwh == before[1].unserved_mwh == pytest.approx(1300)


@pytest.mark.slow
def test_a_week_of_the_six_systems_balances_with_what_was_measured():
    made = russia(2020, date(2020, 1, 13), date(2020, 1, 19))
    network = made.network
    assert network.hours == 168
    assert str(network.hours_utc[0]) == "2020-01-12T21"  # midnight in Moscow
    done = impact_of(network, {"RU-IRK": 600, "RU-KYA": 300})
    assert done.added_mw[network.zones.index("Siberia")] == 900
    siberia = results(done.with_load)[network.zones.index("Siberia")]
    assert siberia.mining_mwh == pytest.approx(168 * 900)
    hours = systems(2020)["Siberia"]
    assert siberia.load_mwh == pytest.approx(hours.load_mw[12 * 24 : 19 * 24].sum())
    assert sum(r.net_import_mwh for r in results(done.with_load)) == pytest.approx(0, abs=1)


@pytest.mark.slow
def test_days_with_a_missing_hour_are_left_out_and_named():
    made = russia(2020)
    assert made.days_left_out == (
        date(2020, 2, 1),
        date(2020, 5, 18),
        date(2020, 5, 28),
        date(2020, 6, 12),
        date(2020, 10, 9),
    )
    assert made.network.hours == (366 - 5) * 24
    assert not np.isnan(made.network.load_mw).any()


@pytest.mark.slow
def test_observed_limits_are_what_the_hours_say():
    hours = read_hours()
    for row in (r for r in read_scenario()["line"] if r["basis"] == "observed"):
        exported = hours[row["from"]].generation_mw - hours[row["from"]].load_mw
        assert np.nanmax(exported) == row["forward_mw"]
        assert -np.nanmin(exported) == row["backward_mw"]


@pytest.mark.slow
@pytest.mark.parametrize(("year", "misses_twh"), [(2020, 19), (2018, 29.6)])
def test_how_far_the_network_carries(year, misses_twh):
    """Costs were chosen on 2020; 2018 was not looked at. The six systems consume about 1,000 TWh."""
    made = russia(year)
    answers = [r.net_import_mwh for r in results(dispatch_in_two_stages(made.network))]
    missed = sum(abs(a - m) for a, m in zip(answers, made.measured_net_import_mwh, strict=True)) / 1e6
    assert missed == pytest.approx(misses_twh, abs=0.6)


def test_every_value_of_the_scenario_has_its_reason():
    scenario = read_scenario()
    assert all(table["reason"] for table in (*scenario["fuel"].values(), *scenario["line"], scenario["hydro"]))
    assert {"shed", "bid", "export", "summer", "cost_steps"} <= {
        k.removesuffix("_reason") for k in scenario if k.endswith("_reason")
    }


@pytest.mark.slow
def test_a_year_of_which_too_much_is_missing():
    with pytest.raises(BadInput, match="44 of 365 days of 2021 lack an hour") as caught:
        russia(2021)
    assert "not filled in" in caught.value.todo


@pytest.mark.slow
def test_a_year_without_data_and_days_of_another_year():
    with pytest.raises(BadInput, match="2012"):
        systems(2012)
    with pytest.raises(BadInput, match="2020-03-01 to 2020-02-01 are no days of 2020"):
        russia(2020, date(2020, 3, 1), date(2020, 2, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No load is given"),
        ("RU-IRK", "'RU-IRK' is no load"),
        ("RU-IRK=many", "'RU-IRK=many' is no load"),
        ("RU-IRK=-5", "RU-IRK is given -5 MW"),
        ("RU-IRK=5,RU-IRK=6", "RU-IRK is named twice"),
        ("RU-IRK=nan", "'RU-IRK=nan' is no load"),
    ],
)
def test_loads_that_make_no_sense(text, said):
    with pytest.raises(BadInput, match=said):
        parse_load(text)


def test_a_region_that_does_not_exist_or_lies_elsewhere():
    siberia = replace(two_zones(), zones=("Siberia", "South"))
    assert load_by_zone(siberia, {"RU-IRK": 5, "Krasnoyarsk Krai": 2, "South": 1}).tolist() == [7, 1]
    with pytest.raises(UnknownName, match="no region or zone 'RU-IKR'") as caught:
        load_by_zone(siberia, {"RU-IKR": 5})
    assert caught.value.nearest
    with pytest.raises(BadInput, match=r"Primorsky Krai \(RU-PRI\) is in none of the zones"):
        load_by_zone(siberia, {"RU-PRI": 5})


def test_kilowatts_given_as_megawatts():
    with pytest.raises(BadInput, match=r"load of 600,000 MW is more than ten times the 4,600 MW") as caught:
        load_by_zone(two_zones(), {"North": 600_000})
    assert "Were kilowatts meant" in caught.value.todo


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"line": [{"name": "L", "from": "A", "to": "X", "forward_mw": 1, "backward_mw": 1}]}, "no zone 'X'"),
        ({"zone": [{"name": "A", "load_mw": [1, 2], "bid_per_mwh": 1, "shed_per_mwh": 1}]}, "load_mw of A has 2 figures for 3 hours"),
        ({"zone": [{"name": "A", "load_mv": 1}]}, "no column of a zone 'load_mv'"),
        ({"unit": [{"name": "u", "zone": "A", "fuel": "gas", "most_mw": "much", "cost_per_mwh": 1}]}, "most_mw of u is no figure"),
        ({"unit": [{"name": "u", "fuel": "gas"}]}, "A unit lacks zone"),
        ({"hours": "many"}, "needs hours and start_utc"),
    ],
)  # fmt: skip
def test_a_network_written_wrongly(change, said):
    from datetime import UTC, datetime

    good = {
        "hours": 3,
        "start_utc": datetime(2020, 1, 1, tzinfo=UTC),
        "zone": [{"name": "A", "load_mw": 1, "bid_per_mwh": 1, "shed_per_mwh": 1}],
    }
    assert network_of(good).hours == 3
    with pytest.raises(BadInput, match=said):
        network_of(good | change)


def test_files_that_are_no_network(tmp_path: Path):
    with pytest.raises(BadInput, match="no such file or folder"):
        read_network(tmp_path / "none.toml")
    (tmp_path / "net.xlsx").touch()
    with pytest.raises(BadInput, match=r"'\.xlsx' is no kind of network"):
        read_network(tmp_path / "net.xlsx")
    (tmp_path / "bad.toml").write_text("a = ", encoding="utf-8")
    with pytest.raises(BadInput, match="This is no TOML"):
        read_network(tmp_path / "bad.toml")
    (tmp_path / "part.toml").write_text("currency = 'RUB'", encoding="utf-8")
    with pytest.raises(BadInput, match="The scenario lacks shed_per_mwh"):
        read_network(tmp_path / "part.toml")


def test_months_add_up_to_the_whole_span():
    """And hours of 31 December, from 21:00 UTC on, are January in Moscow."""
    found = impact_of(two_zones(hours=48, load=(1000, 3050)), {"South": 200})
    whole = results(found.with_load)[1]
    utc, moscow = by_month(found, moscow=False), by_month(found, moscow=True)
    assert {utc.months, moscow.months} == {("2020-01",)}
    assert whole.curtailed_hours == 48
    assert [run[1] for run in utc.curtailed_hours] == [(0,), (48,)]
    assert utc.price_mean[1][1] == pytest.approx((whole.price_mean,))
    more = sum(z.co2_t for z in results(found.with_load)) - sum(z.co2_t for z in results(found.without))
    assert sum(utc.co2_added_t) == pytest.approx(more)
    late = replace(found.without.network, hours_utc=found.without.network.hours_utc - 3)
    shifted = replace(found, without=replace(found.without, network=late))
    in_utc = by_month(shifted, moscow=False)
    assert list(in_utc.months) == ["2019-12", "2020-01"]
    assert list(in_utc.curtailed_hours[1][1]) == [3, 45]
    assert by_month(shifted, moscow=True).months == ("2020-01",)
