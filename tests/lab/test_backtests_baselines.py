"""The naive forecasts are what they say, on small cases and on the ban of China in 2021 as it was printed and as the map has it."""

import os
from datetime import date
from math import exp, log
from pathlib import Path

import pytest

from adit.evidence.sources.mining_shares import read_map, read_printed_shares
from adit.evidence.sources.network_history import months_between, network_month
from adit.lab.backtests import baselines
from adit.lab.backtests.scoring import absolute_percentage_errors, in_common_units, wrong_place_share
from adit.terms.errors import BadInput

MAP = Path(os.environ.get("ADIT_MAP", "no map"))  # a copy of Cambridge's map by country and month, of one's own
UNITS = ("CN", "US", "KZ", "RU", "CA")
MAY, AUGUST, JANUARY = date(2021, 5, 1), date(2021, 8, 1), date(2022, 1, 1)


def printed(month):
    shares = {s.place: s.share_pct for s in read_printed_shares() if s.month == month}
    return in_common_units(shares, UNITS, "others")


def test_no_change_and_growth_on_small_series():
    assert baselines.no_change([1.0, 3.0], 2) == [3.0, 3.0]
    doubled = baselines.trailing_growth([1.0, *[1.0] * 11, 2.0], 12)
    assert doubled[-1] == pytest.approx(4.0)
    assert baselines.log_linear_trend([1.0, 2.0, 4.0, 8.0], 2) == pytest.approx([16.0, 32.0])


def test_the_banned_share_goes_to_the_others_in_proportion():
    assert baselines.proportional({"CN": 50.0, "US": 30.0, "KZ": 20.0}, "CN") == {"CN": 0.0, "US": 60.0, "KZ": 40.0}


def test_country_trends_end_the_banned_one_and_are_bounded():
    series = {"CN": [1.0, 1.0, 1.0], "US": [1.0, 1.02, 1.0404], "KZ": [0.0, 0.0, 1.0]}
    shares, totals = baselines.country_trends(series, "CN", 2)
    assert shares[0]["CN"] == 0
    kz, us = exp(0.10), 1.0404 * 1.02  # Kazakhstan's leap is bounded
    assert totals[0] == pytest.approx(kz + us)
    assert shares[0]["KZ"] == pytest.approx(100 * kz / (kz + us))
    assert log(totals[1] / totals[0]) < 0.1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: baselines.no_change([], 3), "0 months; this forecast needs 1"),
        (lambda: baselines.trailing_growth([1.0] * 12, 3), "12 months; this forecast needs 13"),
        (lambda: baselines.log_linear_trend([1.0], 3), "needs 2"),
        (lambda: baselines.country_trends({"US": [1.0], "CN": [1.0]}, "CN", 3), "needs 2"),
        (lambda: baselines.proportional({"US": 100.0}, "CN"), "CN is not one of several places"),
        (lambda: baselines.proportional({"CN": 100.0}, "CN"), "CN is not one of several places"),
    ],
)
def test_a_series_too_short_is_refused(call, said):
    with pytest.raises(BadInput, match=said):
        call()


def test_china_as_printed():
    """The research note has 45.2 and 27.7 for no change, 10.4 and 27.3 for proportional, from the map; six units are printed."""
    no_change, elsewhere = printed(MAY), baselines.proportional(printed(MAY), "CN")
    assert wrong_place_share(no_change, printed(AUGUST)) == pytest.approx(44.0)
    assert wrong_place_share(no_change, printed(JANUARY)) == pytest.approx(27.6, abs=0.2)
    assert wrong_place_share(elsewhere, printed(AUGUST)) == pytest.approx(9.7, abs=0.05)  # five countries and the rest
    assert wrong_place_share(elsewhere, printed(JANUARY)) == pytest.approx(27.3, abs=0.2)


def test_totals_of_the_ban():
    """22.0, 34.6 % by daily counts of blocks (the note); 21.6, 35.0 % by whole epochs, which need no data but the chain."""
    months = months_between(date(2021, 6, 1), JANUARY)
    came = [network_month(m).hashrate_ehs for m in months]
    may = network_month(MAY).hashrate_ehs
    assert absolute_percentage_errors([may] * 8, came).mean() == pytest.approx(21.6, abs=0.1)
    assert absolute_percentage_errors([may * 0.5602] * 8, came).mean() == pytest.approx(35.0, abs=0.1)


@pytest.mark.skipif(not MAP.is_file(), reason="Cambridge's map has no open licence: name your copy in ADIT_MAP")
def test_china_on_the_whole_map():
    """B0 to B3 of the note. Its B3 (8.6, 23.9, 9.4) could not be made again; the trend bounded at 10 % a month is harder to beat."""
    units = (*UNITS, "IR", "MY", "DE", "IE")
    rows = read_map(MAP)
    by_month = {
        m: in_common_units({r.place: r.share_pct for r in rows if r.month == m}, units, "others")
        for m in {r.month for r in rows}
    }
    six = {m: in_common_units(shares, UNITS, "others") for m, shares in by_month.items()}
    assert wrong_place_share(by_month[MAY], by_month[AUGUST]) == pytest.approx(45.2, abs=0.05)
    assert wrong_place_share(six[MAY], six[JANUARY]) == pytest.approx(27.7, abs=0.05)
    elsewhere = baselines.proportional(by_month[MAY], "CN")
    assert wrong_place_share(elsewhere, by_month[AUGUST]) == pytest.approx(10.4, abs=0.05)
    assert wrong_place_share(in_common_units(elsewhere, UNITS, "others"), six[JANUARY]) == pytest.approx(27.3, abs=0.05)
    past = [m for m in sorted(by_month) if m <= MAY][-12:]
    series = {u: [by_month[m][u] / 100 * network_month(m).hashrate_ehs for m in past] for u in (*units, "others")}
    shares, totals = baselines.country_trends(series, "CN", 8)
    came = [network_month(m).hashrate_ehs for m in months_between(date(2021, 6, 1), JANUARY)]
    assert wrong_place_share(shares[2], by_month[AUGUST]) == pytest.approx(7.3, abs=0.1)
    assert wrong_place_share(in_common_units(shares[7], UNITS, "others"), six[JANUARY]) == pytest.approx(21.9, abs=0.1)
    assert absolute_percentage_errors(totals, came).mean() == pytest.approx(9.5, abs=0.3)


def test_a_year_ahead():
    """The note has 37.8, 15.7 and 8.1 % for the 40 origins of 2021-10 to 2025-01, by daily counts of blocks and a trend since an unnamed month of 2018."""
    months = months_between(date(2018, 1, 1), JANUARY.replace(year=2026))
    series = [network_month(m).hashrate_ehs for m in months]
    origins = range(months.index(date(2021, 10, 1)), months.index(date(2025, 1, 1)) + 1)
    assert len(origins) == 40

    def error(forecast):
        return absolute_percentage_errors(
            [forecast(series[: i + 1], 12)[-1] for i in origins], [series[i + 12] for i in origins]
        ).mean()

    assert error(baselines.no_change) == pytest.approx(37.3, abs=0.1)
    assert error(baselines.trailing_growth) == pytest.approx(15.1, abs=0.1)
    assert error(baselines.log_linear_trend) == pytest.approx(9.5, abs=0.1)
