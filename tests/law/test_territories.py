"""Where mining is banned: the list of facts written out a second time, against the act as encoded."""

from datetime import date, timedelta

import pytest

from adit.law import load
from adit.regime.readers.case import Case, evaluate
from adit.terms.days import Period, parse_period
from adit.terms.places import municipalities, regions

YEAR_ROUND = ("RU-DA", "RU-IN", "RU-KB", "RU-KC", "RU-SE", "RU-CE", "UA-14", "UA-09", "UA-23", "UA-65")
FIRST, LAST = date(2025, 1, 1), date(2031, 3, 15)
ONE_DAY = timedelta(days=1)

IRKUTSK_SOUTH = {
    "alarsky", "balagansky", "bayandayevsky", "bokhansky", "zhigalovsky", "zalarinsky", "ziminsky", "irkutsky",
    "kachugsky", "kuytunsky", "nizhneudinsky", "nukutsky", "olkhonsky", "osinsky", "slyudyansky", "tulunsky",
    "usolsky", "ust-udinsky", "cheremkhovsky", "shelekhovsky", "ekhirit-bulagatsky",
}  # fmt: skip
IRKUTSK_CITIES = {"angarsk", "irkutsk", "zima", "sayansk", "svirsk", "tulun", "usolye-sibirskoye", "cheremkhovo"}


def territory(region: str, period: Period | date, municipality: str = "", *, isolated: bool = False) -> str:
    if isinstance(period, date):
        period = Period(period, period + ONE_DAY)
    given = {"region": region, "municipality": municipality, "isolated_generation": isolated}
    return str(evaluate(load("ru/law"), Case(period, given)).answer("territory"))


@pytest.mark.parametrize("region", YEAR_ROUND)
def test_ten_territories_are_banned_from_the_first_day_through_the_last(region: str) -> None:
    days = (FIRST - ONE_DAY, FIRST, date(2026, 7, 1), LAST, LAST + ONE_DAY)
    assert [territory(region, d) for d in days] == ["free", "banned", "banned", "banned", "free"]


def test_the_south_of_irkutsk_oblast_is_the_list_of_21_districts_angarsk_and_seven_cities() -> None:
    listed = {f"{d}-district" for d in IRKUTSK_SOUTH} | IRKUTSK_CITIES
    assert (len(IRKUTSK_SOUTH), len(IRKUTSK_CITIES)) == (21, 8)
    all_ = {m.key for m in municipalities("RU-IRK") if m.kind != "settlement"}
    assert listed < all_
    found = {key for key in all_ if territory("RU-IRK", date(2025, 4, 7), key) == "banned"}
    assert found == listed
    assert {territory("RU-IRK", date(2025, 4, 7), key) for key in all_ - listed} == {"free"}


@pytest.mark.parametrize("day", ["2025-03-16", "2025-04-06"])
def test_no_ban_stands_in_irkutsk_between_the_season_and_the_decree(day: str) -> None:
    assert territory("RU-IRK", parse_period(day), "irkutsk") == "free"


@pytest.mark.parametrize(("region", "city"), [("RU-BU", "ulan-ude"), ("RU-ZAB", "chita"), ("RU-ZAB", "gorny")])
def test_the_season_runs_from_15_november_through_15_march(region: str, city: str) -> None:
    days = {"2024-12-31": "free", "2025-01-01": "banned", "2025-03-15": "banned", "2025-03-16": "free"}
    days |= {"2025-11-14": "free", "2025-11-15": "banned", "2031-03-15": "banned", "2031-11-20": "free"}
    assert {d: territory(region, parse_period(d), city) for d in days} == days


def test_the_months_of_a_year_in_ulan_ude() -> None:
    part = "banned for part of the period"
    expected = ["banned", "banned", part, *["free"] * 7, part, "banned"]
    assert [territory("RU-BU", parse_period(f"2025-{m:02}"), "ulan-ude") for m in range(1, 13)] == expected


def test_no_other_region_is_touched() -> None:
    named = {*YEAR_ROUND, "RU-IRK", "RU-BU", "RU-ZAB"}
    others = [iso for iso in regions() if iso not in named]
    assert len(others) > 70
    assert {territory(iso, parse_period("2026-01")) for iso in others} == {"free"}


def test_isolated_generation_is_free_from_the_middle_of_march_2025() -> None:
    assert territory("RU-DA", date(2025, 3, 14), isolated=True) == "banned"
    assert territory("RU-DA", date(2025, 3, 15), isolated=True) == "free"
