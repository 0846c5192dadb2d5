"""Cooling: the wet bulb against its source, the cube of the flow, and what climate may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.evidence.sources.temperatures import day_means
from adit.site.cooling import KINDS, cooled, parameters_of, wet_bulb_c, work_at
from adit.site.store import read_assumptions
from adit.terms.errors import BadInput

SHIPPED = read_assumptions()


def test_the_wet_bulb_is_that_of_the_papers_example():
    # Stull 2011, section 2: 20 degrees C and 50 % give 13.7 degrees C.
    assert wet_bulb_c(20, 50) == pytest.approx(13.7, abs=0.05)


@given(st.floats(0, 45), st.floats(10, 99))
def test_the_wet_bulb_is_not_above_the_dry_one(temp_c: float, humidity: float):
    assert wet_bulb_c(temp_c, humidity) <= temp_c + 0.65  # the formula's own greatest error


def test_fan_power_falls_with_the_cube_of_the_flow():
    p = parameters_of("air", SHIPPED)
    full, half = work_at(p, p.limit_c), work_at(p, p.limit_c - p.rise_c)
    assert full.power - 1 - p.losses == pytest.approx(p.fan_share)
    assert half.power - 1 - p.losses == pytest.approx(p.fan_share / 8)


@given(st.sampled_from(KINDS), st.floats(-50, 45), st.floats(0, 5))
def test_warmer_air_never_cools_better(kind: str, temp_c: float, more: float):
    p = parameters_of(kind, SHIPPED)
    cold, warm = work_at(p, temp_c), work_at(p, temp_c + more)
    assert warm.hashing <= cold.hashing
    assert warm.power / max(warm.hashing, 1e-9) >= cold.power / max(cold.hashing, 1e-9) - 1e-12


def test_without_water_heat_takes_from_the_hashing():
    p = parameters_of("hydro", SHIPPED)
    assert work_at(p, 35).hashing == pytest.approx(1 - 5 * p.derate_per_k)
    assert work_at(parameters_of("air", SHIPPED), 35).hashing == 1.0


def test_krasnoyarsk_is_cooled_by_its_air_in_every_hour_on_record_and_dagestan_is_not():
    cold, warm = (cooled("air", day_means(r), SHIPPED) for r in ("RU-KYA", "RU-DA"))
    assert cold.free_hours_per_year == pytest.approx(8766)
    assert warm.free_hours_per_year < 8600
    assert 1.02 < cold.pue < warm.pue < 1.05
    assert cold.months[6].power > cold.months[0].power


def test_a_region_without_stations_has_no_climate():
    with pytest.raises(BadInput, match="climate of UA-40 is not known"):
        day_means("UA-40")
