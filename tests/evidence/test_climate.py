"""Temperatures: a month that is not known is neither warm nor cold."""

from decimal import Decimal

from adit.evidence.sources.climate import RegionClimate, cold_months, mean_c, read_climate
from adit.terms.places import regions


def test_all_regions_with_an_outline_but_sevastopol_have_a_climate() -> None:
    assert set(regions()) - set(read_climate()) == {"UA-09", "UA-14", "UA-23", "UA-65", "UA-40"}
    assert all(len(c.temp_c) == 12 for c in read_climate().values())


def test_irkutsk_is_cold_for_half_the_year() -> None:
    climate = read_climate()["RU-IRK"]
    assert cold_months(climate).cold == (1, 2, 3, 10, 11, 12)
    assert cold_months(climate).unknown == ()
    assert mean_c(climate) == Decimal("-0.5")


def test_a_missing_month_is_told_and_no_mean_is_made() -> None:
    short = {iso: c for iso, c in read_climate().items() if None in c.temp_c}
    assert len(short) == 10
    assert all(mean_c(c) is None for c in short.values())
    assert cold_months(read_climate()["RU-CE"]).unknown == (4, 5, 6, 7, 8, 9, 10, 11, 12)


def test_the_bound_itself_is_not_below_the_bound() -> None:
    climate = RegionClimate("RU-XX", (Decimal(5), Decimal("4.99"), *[Decimal(20)] * 10))
    assert cold_months(climate, below_c=Decimal(5)).cold == (2,)
    assert mean_c(climate) == Decimal("17.5")
