"""Units that were mixed up: hours in kilowatt-hours or gigawatt-hours, limits in kilowatts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from adit.evidence.sources.hourly_power import SystemHours, read_hours
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.answer import answer, places_of
from adit.terms.errors import BadInput


def siberia(factor: float) -> dict[str, SystemHours]:
    hours = read_hours()["Siberia"]
    return {"Siberia": replace(hours, load_mw=hours.load_mw * factor, generation_mw=hours.generation_mw * factor)}


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (
            1000.0,
            r"The load of Siberia reaches 30,853,000 MWh in an hour of 2020, and plants of 4\d,\d{3} MW stand there",
        ),
        (0.001, r"The load of Siberia reaches 31 MWh in an hour of 2020"),
    ],
)
def test_hours_in_another_unit(factor: float, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        answer(places_of(["Siberia"]), siberia(factor), 2020, 0)
    assert refused.value.where == "--hours"
    assert refused.value.todo == "The file counts in MWh. Were kilowatt-hours or gigawatt-hours meant?"


def test_a_limit_in_kilowatts() -> None:
    limit = TransferLimit("Siberia", 1, Decimal(2_647_000), Decimal(0), "a letter")
    with pytest.raises(BadInput, match=r"The import limit of Siberia is 2,647,000 MW in month 1"):
        answer(places_of(["Siberia"]), siberia(1.0), 2020, 0, limits=[limit])


def test_a_limit_of_another_system_is_not_held_against_this_one() -> None:
    limit = TransferLimit("Urals", 1, Decimal(2_647_000), Decimal(0), "a letter")
    assert answer(places_of(["Siberia"]), siberia(1.0), 2020, 0, limits=[limit]).systems
