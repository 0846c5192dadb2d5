"""Machines: nameplate figures that agree with themselves, and the spread of a year."""

from datetime import date
from decimal import Decimal

import pytest

from adit.evidence.sources.machines import CAVEAT, efficiency_range, read_machines
from adit.terms.errors import BadInput


def test_power_over_hashrate_is_the_efficiency() -> None:
    assert len(read_machines()) == 29
    for m in read_machines():
        assert abs(m.power_w / m.hashrate_ths / m.efficiency_j_per_th - 1) < Decimal("0.003"), m


def test_a_year_knows_only_what_was_released_by_then() -> None:
    early, late = efficiency_range(date(2021, 6, 1)), efficiency_range(date(2025, 6, 1))
    assert (early.every.models, early.every.best_j_per_th) == (1, Decimal("29.5"))
    assert late.every.models == 29
    assert late.every.best_j_per_th == Decimal("11.0")
    assert (late.air.best_j_per_th, late.air.worst_j_per_th) == (Decimal("13.5"), Decimal("29.5"))
    assert late.air.best_j_per_th < late.air.median_j_per_th < late.air.worst_j_per_th


def test_the_middle_of_an_even_number_lies_between_the_two() -> None:
    spread = efficiency_range(date(2023, 12, 31)).air
    assert (spread.models, spread.median_j_per_th) == (6, Decimal("24.15"))  # between 22.3 and 26.0


def test_the_range_carries_its_caveats() -> None:
    assert efficiency_range(date(2025, 1, 1)).caveat == CAVEAT
    assert "third hand" in CAVEAT
    assert "unreliable" in CAVEAT


def test_before_the_first_machine_there_is_no_range() -> None:
    with pytest.raises(BadInput, match=r"by 2020; the first are of 2021\.\nGive the efficiency in J/TH yourself\."):
        efficiency_range(date(2020, 12, 31))
