"""The tables that back-tests read: every figure has its day and address, and a bad cell is told with its line."""

from datetime import date

import pytest

from adit.evidence.sources.mining_figures import figure, read_figures, read_fleet_energy
from adit.evidence.sources.mining_shares import read_map, read_printed_shares
from adit.evidence.sources.network_history import months_between, network_month
from adit.evidence.sources.restricted_prices import monthly_prices, text_of_means
from adit.terms.errors import AditError, BadInput

SHARES = "month,place,share_pct,published,publisher,method,source_url\n"
FIGURES = "id,place,from,to,measure,value,least,most,unit,published,publisher,confidence,source_url,note\n"


def test_what_was_printed_of_january_2022():
    found = {s.place: s.share_pct for s in read_printed_shares() if s.month == date(2022, 1, 1)}
    assert found == {"US": 37.84, "CN": 21.11, "KZ": 13.22, "CA": 6.48, "RU": 4.66}


def test_nothing_was_published_before_it_happened():
    assert all(s.published > s.month for s in read_printed_shares())
    assert all(f.published >= f.first_month for f in read_figures())
    sources = [s.source for s in read_printed_shares()] + [f.source for f in read_figures()]
    assert all(source.startswith("https://") for source in sources)


def test_the_levy_of_the_first_quarter_is_302_megawatts():
    paid = figure("kz-fee-2022-q1")
    assert paid.value * 1e6 / 1.0 / (90 * 24) / 1000 == pytest.approx(302, abs=0.5)


def test_energy_by_year():
    assert {e.year: e.energy_twh for e in read_fleet_energy()} == {
        2019: 54.7,
        2020: 67.0,
        2021: 89.0,
        2022: 95.5,
        2023: 121.7,
        2024: 155.7,
    }


def test_the_hash_rate_of_a_month_is_work_over_time():
    """Coin Metrics has 161.2 EH/s for May 2021 and 187.6 for January 2022 by daily counts of blocks."""
    assert network_month(date(2021, 5, 1)).hashrate_ehs == pytest.approx(161.2, rel=0.01)
    assert network_month(date(2022, 1, 1)).hashrate_ehs == pytest.approx(187.6, rel=0.01)
    assert network_month(date(2021, 5, 1)).issuance_btc_per_day == pytest.approx(888, abs=5)
    assert network_month(date(2025, 6, 1)).derived
    assert not network_month(date(2021, 5, 1)).derived


def test_months_are_counted_over_the_year():
    assert months_between(date(2020, 11, 1), date(2021, 2, 1)) == (
        date(2020, 11, 1),
        date(2020, 12, 1),
        date(2021, 1, 1),
        date(2021, 2, 1),
    )


def test_the_restricted_prices_are_whole_months():
    prices = monthly_prices()
    assert prices[date(2021, 5, 1)].price_usd == pytest.approx(46507.35)
    assert all(p.days >= 28 for p in prices.values())
    assert sorted(prices) == list(months_between(date(2017, 1, 1), max(prices)))


def test_means_are_made_of_whole_months_only(tmp_path):
    daily = tmp_path / "daily.csv"
    days = "".join(f"2021-02-{d:02},{d}\n" for d in range(1, 29))
    daily.write_text(f"time,PriceUSD\n2021-01-31,7\n{days}2021-03-01,9\n")
    assert text_of_means(daily) == "month,price_usd,days\n2021-02,14.50,28\n"


def test_without_the_prices_it_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("ADIT_RESTRICTED", str(tmp_path))
    monthly_prices.cache_clear()
    with pytest.raises(BadInput, match="not on this machine") as caught:
        monthly_prices()
    monthly_prices.cache_clear()
    assert "ADIT_RESTRICTED" in str(caught.value)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_printed_shares, SHARES + "2021-5,CN,44,2021-10-13,a,b,c\n", "'2021-5' is not a month"),
        (read_printed_shares, SHARES + "2021-05,CN,144,2021-10-13,a,b,c\n", "144 is no share in percent"),
        (read_printed_shares, SHARES + "2021-05,CN,,2021-10-13,a,b,c\n", "the value is missing"),
        (read_printed_shares, "month,place\n2021-05,CN\n", "columns are missing: share_pct"),
        (
            read_figures,
            FIGURES + "a,KZ,2021-05,2021-04,load,1,,,MW,2021-06-01,x,high,u,\n",
            "2021-04 is before 2021-05",
        ),
        (
            read_figures,
            FIGURES + "a,KZ,2021-05,2021-05,load,3,1,2,MW,2021-06-01,x,high,u,\n",
            "3 is not between 1 and 2",
        ),
        (read_figures, FIGURES + "a,KZ,2021-05,2021-05,load,1,,,MW,2021-06-01,x,sure,u,\n", "'sure' is none of high"),
        (read_fleet_energy, "year,energy_twh,published,basis,source_url\n2021,0,2023-08-31,b,u\n", "0 is no energy"),
        (
            read_map,
            "date,country,iso3,share_pct\n2023-01-01,Mainland China,CHN,20\n",
            "2023-01 is after the last release",
        ),
        (read_map, "date,country,iso3,share_pct\n2021-01-01,Atlantis,ATL,20\n", "'ATL' is not a country of the map"),
        (read_map, "date,country,iso3,share_pct\n2021-01-01,Other,,20\n", "no rows of countries"),
        (monthly_prices, "month,price_usd,days\n2021-01,0,31\n", "0 is not a price"),
        (monthly_prices, "month,price_usd,days\n2021-01,5,31\n2021-01,6,31\n", "names a month twice"),
    ],
)
def test_a_bad_table_is_told(tmp_path, read, text, said):
    file = tmp_path / "table.csv"
    file.write_text(text)
    with pytest.raises(AditError, match=said):
        read(file)


def test_no_month_backwards():
    with pytest.raises(BadInput, match="no month from 2021-02 to 2021-01"):
        months_between(date(2021, 2, 1), date(2021, 1, 1))
