"""What neighbours can host at once if each may be cut in some hours: held loads against flows written out, and against every choice."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.grid.test_simultaneous import Case, cases, lines_of

from adit.evidence.sources.hourly_power import read_hours
from adit.grid.network import Lines
from adit.grid.scenario.store import read_scenario
from adit.grid.shared import shared_mw
from adit.grid.simultaneous import Together, by_group, group_limits, simultaneous
from adit.grid.simultaneous_cut import Carried, carried_mw, room_of
from adit.grid.store import assumptions


def spare_by_hour(surplus: np.ndarray, lines: Lines) -> np.ndarray:
    entering = group_limits(len(surplus), lines)
    month = np.arange(1, surplus.shape[1] + 1)
    return by_group(surplus, month, entering)


@st.composite
def calm(draw: st.DrawFn) -> Case:
    """Zones, lines and up to six hours in which nobody is short without mining."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    zones, hours = draw(st.integers(2, 3)), draw(st.integers(2, 6))
    surplus = rng.uniform(0, 1000, (zones, hours))
    ends = [(z, (z + 1) % zones) for z in range(zones)]
    return surplus, lines_of(ends, rng.uniform(0, 400, (zones, hours)), rng.uniform(0, 400, (zones, hours)))


def by_every_choice(room: np.ndarray, hours: int) -> float:
    """The largest sum of two systems, by a program for every way to choose the hours of each."""
    best = 0.0
    count = room.shape[1]
    ways = [
        w for w in product((0, 1, 2, 3), repeat=count) if all(sum(k >> s & 1 == 0 for k in w) <= hours for s in (0, 1))
    ]
    for way in ways:
        rows, right = [], []
        for h, running in enumerate(way):
            for a in (1, 2, 3):
                if a & running:
                    rows.append([float((a & running) >> s & 1) for s in (0, 1)])
                    right.append(room[a, h])
        done = linprog([-1, -1], A_ub=np.array(rows), b_ub=np.array(right), method="highs") if rows else None
        best = max(best, -done.fun) if done is not None and done.status == 0 else best
    return best


@given(calm(), st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_the_truth_lies_between_what_is_held_and_the_bound(case: Case, hours: int) -> None:
    room = room_of(spare_by_hour(case[0][:, :4], Lines(case[1].names, case[1].origin, case[1].target, case[1].forward_mw[:, :4], case[1].backward_mw[:, :4])), [0, 1])  # fmt: skip
    found, truth = carried_mw(room, hours), by_every_choice(room, min(hours, room.shape[1] - 1))
    assert found.sum_mw <= truth + 1e-5
    assert truth <= found.bound_mw + 1e-5


@given(calm(), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_flows_carry_what_is_held_in_all_but_the_hours_that_are_told(case: Case, hours: int) -> None:
    surplus, lines = case
    zones = list(range(len(surplus)))
    found = carried_mw(room_of(spare_by_hour(surplus, lines), zones), hours)
    assert max(found.cut_hours) <= hours
    lost = [_least_cut(surplus[:, h], lines, h, np.array(found.part_mw)) for h in range(surplus.shape[1])]
    assert sum(mw > 1e-4 for mw in lost) <= sum(found.cut_hours)
    assert sum(lost) <= sum(mw * h for mw, h in zip(found.part_mw, found.cut_hours, strict=True)) + 1e-3


def _least_cut(surplus: np.ndarray, lines: Lines, h: int, load: np.ndarray) -> float:
    """The least megawatts to cut so that flows carry the rest."""
    zones, count = len(surplus), len(lines.origin)
    rows = []
    for z in range(zones):
        row = np.zeros(zones + count)
        row[z] = -1.0
        for k in range(count):
            row[zones + k] = float(lines.origin[k] == z) - float(lines.target[k] == z)
        rows.append(row)
    bounds = [(0.0, load[z]) for z in range(zones)]
    bounds += [(-lines.backward_mw[k, h], lines.forward_mw[k, h]) for k in range(count)]
    cost = np.concatenate([np.ones(zones), np.zeros(count)])
    done = linprog(cost, A_ub=np.array(rows), b_ub=surplus - load, bounds=bounds, method="highs")
    assert done.status == 0, "nobody is short without mining"
    return float(done.fun)


@given(calm())
@settings(deadline=None)
def test_no_hour_accepted_is_the_firm_sum_of_those_hours(case: Case) -> None:
    spare = spare_by_hour(*case)
    firm, found = shared_mw(spare.min(axis=1), [0, 1]), carried_mw(room_of(spare, [0, 1]), 0)
    assert firm is not None
    assert found.sum_mw == pytest.approx(firm[0], abs=1e-5)
    assert found.bound_mw == pytest.approx(firm[0], abs=1e-5)
    assert found.cut_hours == (0, 0)


@given(calm(), st.integers(1, 5))
@settings(deadline=None)
def test_firm_is_never_more_than_interruptible_and_no_part_more_than_alone(case: Case, hours: int) -> None:
    spare = spare_by_hour(*case)
    firm, found = shared_mw(spare.min(axis=1), [0, 1]), carried_mw(room_of(spare, [0, 1]), hours)
    assert firm is not None
    assert firm[0] <= found.sum_mw + 1e-6
    assert found.sum_mw <= found.bound_mw + 1e-6
    assert all(part <= one + 1e-5 for part, one in zip(found.part_mw, found.alone_mw, strict=True))
    assert sum(found.part_mw) == pytest.approx(found.sum_mw, abs=1e-4)


@given(cases(), st.integers(0, 4))
@settings(deadline=None)
def test_without_lines_each_has_what_it_has_alone(case: Case, hours: int) -> None:
    surplus = np.abs(case[0])
    nothing = np.zeros_like(case[1].forward_mw)
    lines = Lines(case[1].names, case[1].origin, case[1].target, nothing, nothing)
    found = carried_mw(room_of(spare_by_hour(surplus, lines), [0, 1]), hours)
    rank = min(hours, surplus.shape[1] - 1)
    expected = np.sort(surplus, axis=1)[:2, rank]
    assert found.alone_mw == pytest.approx(tuple(expected))
    assert found.sum_mw == pytest.approx(expected.sum(), rel=1e-6, abs=1e-4)


def test_two_that_share_a_pool_take_turns() -> None:
    """A pool of 100 MW has 40 in two hours: with an hour each they host 80 and take turns, with none 40."""
    room = np.array([[0.0] * 4, [100, 100, 40, 40.0], [100, 100, 40, 40.0], [100, 100, 40, 40.0]])
    assert carried_mw(room, 0) == Carried(40, 40, (20, 20), (40, 40), (0, 0))
    turns = carried_mw(room, 1)
    assert turns.sum_mw == pytest.approx(80)
    assert turns.part_mw == pytest.approx((40, 40))
    assert turns.cut_hours == (1, 1)
    assert carried_mw(room, 2).sum_mw == pytest.approx(100)


def test_every_hour_accepted_is_not_endless() -> None:
    found = carried_mw(np.array([[0.0, 0.0], [5, 9.0]]), 8784)
    assert (found.sum_mw, found.cut_hours) == (9, (1,))


def asked(*systems: str, accept: int, year: int = 2020) -> Together:
    return simultaneous(
        systems, read_hours(), year, read_scenario(), accept_hours=accept, name="it", assumed=assumptions()
    )


def test_the_six_systems_from_their_hours() -> None:
    found = asked("Siberia", "Urals", accept=300)
    low, high = found.ends
    assert (low.short_hours, high.short_hours, found.year_hours_missing) == (64, 0, 5)
    assert low.carried is not None
    assert high.carried is not None
    assert high.sum_mw is not None
    assert 1900 < low.carried.sum_mw <= low.carried.bound_mw < 2400
    assert max(low.carried.cut_hours) <= 300 - 64 - 5
    assert high.sum_mw < high.carried.sum_mw <= high.carried.bound_mw < 35_000
    assert low.carried.sum_mw < sum(low.carried.alone_mw)  # what one takes is not left for the other


def test_hours_that_are_short_or_missing_are_taken_off_first() -> None:
    assert asked("Siberia", "Urals", accept=68).ends[0].carried is None
    assert asked("Siberia", "Urals", accept=69).ends[0].carried is not None
    assert asked("Siberia", "Urals", accept=4).ends[1].carried is None  # five are missing
    none_missing = asked("Siberia", "Urals", accept=0, year=2018).ends[1]
    assert none_missing.carried is not None
    assert none_missing.sum_mw is not None
    assert none_missing.sum_mw <= none_missing.carried.sum_mw  # over all years, over this one
