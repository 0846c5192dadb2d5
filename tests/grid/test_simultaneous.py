"""What neighbours can host at once: the program over groups against flows written out, and how the sum moves with the lines."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from adit.evidence.sources.hourly_power import read_hours
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.grid.network import Lines
from adit.grid.scenario.store import read_scenario
from adit.grid.shared import shared_mw
from adit.grid.simultaneous import Together, group_limits, simultaneous
from adit.grid.store import assumptions
from adit.terms.errors import BadInput, UnknownName

Case = tuple[np.ndarray, Lines]


def lines_of(ends: list[tuple[int, int]], limit: np.ndarray, back: np.ndarray) -> Lines:
    origin, target = (np.array([e[k] for e in ends], np.int64) for k in (0, 1))
    return Lines(tuple(f"{a}-{b}" for a, b in ends), origin, target, limit, back)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two to four zones, one to five hours, a ring of lines; most zones have a surplus in most hours."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    zones, hours = draw(st.integers(2, 4)), draw(st.integers(1, 5))
    surplus = rng.uniform(-150, 1000, (zones, hours))
    ends = [(z, (z + 1) % zones) for z in range(zones)]
    return surplus, lines_of(ends, rng.uniform(0, 400, (zones, hours)), rng.uniform(0, 400, (zones, hours)))


def spare(surplus: np.ndarray, lines: Lines, cap: np.ndarray | None = None) -> np.ndarray:
    """By group the least, over the hours, of what it has and what lines bring."""
    entering = group_limits(len(surplus), lines, cap)
    groups = np.arange(len(entering))
    inside = (groups[:, None] >> np.arange(len(surplus)) & 1).astype(float)
    return (inside @ surplus + entering).min(axis=1)


def by_flows(surplus: np.ndarray, lines: Lines, asked: list[int], cap: np.ndarray | None = None) -> float | None:
    """The same question with a column for every flow of every hour."""
    zones, hours = surplus.shape
    count = len(lines.origin)
    rows, right = [], []
    for h in range(hours):
        for z in range(zones):
            net = np.zeros(len(asked) + hours * count)
            for k in range(count):
                net[len(asked) + h * count + k] = float(lines.origin[k] == z) - float(lines.target[k] == z)
            if cap is not None:
                rows.append(-net)
                right.append(cap[z, h])
            row = net.copy()
            row[: len(asked)] = [float(a == z) for a in asked]
            rows.append(row)
            right.append(surplus[z, h])
    bounds: list[Any] = [(0, None)] * len(asked)
    bounds += [(-lines.backward_mw[k, h], lines.forward_mw[k, h]) for h in range(hours) for k in range(count)]
    cost = np.concatenate([-np.ones(len(asked)), np.zeros(hours * count)])
    done = linprog(cost, A_ub=np.array(rows), b_ub=np.array(right), bounds=bounds, method="highs")
    return float(-done.fun) if done.status == 0 else None


@given(cases(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_groups_say_what_flows_say(case: Case, all_asked: bool) -> None:
    surplus, lines = case
    asked = list(range(len(surplus))) if all_asked else [0, 1]
    expected, found = by_flows(surplus, lines, asked), shared_mw(spare(surplus, lines), asked)
    assert (expected is None) == (found is None)
    if found is not None:
        assert found[0] == pytest.approx(expected, abs=1e-5)


@given(cases(), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_a_limit_over_several_lines_counts_their_sum(case: Case, seed: int) -> None:
    surplus, lines = case
    cap = np.random.default_rng(seed).uniform(0, 500, surplus.shape)
    expected, found = by_flows(surplus, lines, [0, 1], cap), shared_mw(spare(surplus, lines, cap), [0, 1])
    assert (expected is None) == (found is None)
    if found is not None:
        assert found[0] == pytest.approx(expected, abs=1e-5)


@given(cases())
@settings(deadline=None)
def test_the_sum_is_never_more_than_that_of_each_alone(case: Case) -> None:
    found = shared_mw(spare(*case), [0, 1])
    if found is None:
        return
    total, part, alone = found
    assert total <= alone.sum() + 1e-6
    assert (part <= alone + 1e-6).all()
    assert part.sum() == pytest.approx(total, rel=1e-6, abs=1e-5)
    for k in (0, 1):
        one = shared_mw(spare(*case), [k])
        assert one is not None
        assert one[0] == pytest.approx(alone[k])


@given(cases(), st.floats(0, 1))
@settings(deadline=None)
def test_a_smaller_line_never_lets_more_in(case: Case, share: float) -> None:
    surplus, lines = case
    forward, backward = lines.forward_mw.copy(), lines.backward_mw.copy()
    forward[0] *= share
    backward[0] *= share
    less = shared_mw(spare(surplus, Lines(lines.names, lines.origin, lines.target, forward, backward)), [0, 1])
    more = shared_mw(spare(surplus, lines), [0, 1])
    if less is not None:
        assert more is not None
        assert less[0] <= more[0] + 1e-6


@given(cases())
@settings(deadline=None)
def test_without_lines_the_sum_is_that_of_each_alone(case: Case) -> None:
    surplus = np.abs(case[0])
    nothing = np.zeros_like(case[1].forward_mw)
    found = shared_mw(spare(surplus, Lines(case[1].names, case[1].origin, case[1].target, nothing, nothing)), [0, 1])
    assert found is not None
    assert found[0] == pytest.approx(surplus[:2].min(axis=1).sum())
    assert found[0] == pytest.approx(found[2].sum())


def test_a_third_that_both_draw_on_is_given_once() -> None:
    """A and B have 100 MW each, C has 300 and a line of 200 to either: 300 alone, and 500 at once, not 600."""
    lines = lines_of([(2, 0), (2, 1)], np.full((2, 1), 200.0), np.full((2, 1), 0.0))
    found = shared_mw(spare(np.array([[100.0], [100.0], [300.0]]), lines), [0, 1])
    assert found is not None
    assert found[0] == pytest.approx(500)
    assert found[1].tolist() == pytest.approx([250, 250])
    assert found[2].tolist() == pytest.approx([300, 300])
    wide = shared_mw(spare(np.array([[100.0], [100.0], [400.0]]), lines), [0, 1])
    assert wide is not None
    assert wide[0] == pytest.approx(600) == wide[2].sum()  # now the lines do not share anything that runs out


def test_a_short_neighbour_takes_its_part_first() -> None:
    lines = lines_of([(0, 1)], np.full((1, 1), 50.0), np.full((1, 1), 50.0))
    assert shared_mw(spare(np.array([[100.0], [-60.0]]), lines), [0]) is None
    held = shared_mw(spare(np.array([[100.0], [-30.0]]), lines), [0])
    assert held is not None
    assert held[0] == pytest.approx(70)


def test_more_zones_than_groups_can_be_counted_of() -> None:
    with pytest.raises(BadInput, match="13 zones are too many"):
        group_limits(13, lines_of([(0, 1)], np.ones((1, 1)), np.ones((1, 1))))


def test_a_line_that_carries_less_than_nothing() -> None:
    with pytest.raises(BadInput, match="The line 0-1 carries -5 MW"):
        group_limits(2, lines_of([(0, 1)], np.full((1, 1), -5.0), np.ones((1, 1))))


def test_a_scenario_with_a_line_to_nowhere() -> None:
    scenario = {**read_scenario(), "line": [{"from": "Siberia", "to": "Ural", "forward_mw": 1, "backward_mw": 1}]}
    with pytest.raises(UnknownName, match="Urals"):
        simultaneous(
            ("Siberia", "Urals"), read_hours(), 2020, scenario, accept_hours=0, name="it", assumed=assumptions()
        )


def asked(*systems: str, limits: tuple[TransferLimit, ...] = ()) -> Together:
    return simultaneous(
        systems, read_hours(), 2020, read_scenario(), accept_hours=0, name="it", assumed=assumptions(), limits=limits
    )


def cited(system: str, mw: int, element: int = 0) -> tuple[TransferLimit, ...]:
    return tuple(TransferLimit(system, m, Decimal(mw), Decimal(element), "a letter") for m in range(1, 13))


def test_the_six_systems_from_their_hours() -> None:
    found = asked("Siberia", "Urals")
    assert found.hours + found.hours_missing == 6 * 8760 + 2 * 24
    low, high = found.ends
    assert low.sum_mw is None
    assert low.short is not None
    assert len(low.short.zones) == 6
    assert low.short.spare_mw == pytest.approx(-2699.49)
    assert high.sum_mw == pytest.approx(28_780.35)
    assert sum(high.part_mw) < sum(high.alone_mw)
    assert high.binding is not None
    assert high.binding.zones == ("Siberia", "Urals")
    assert f"{high.binding.worst_hour:%Y-%m-%d %H:%M}" == "2019-02-06 07:00"


def test_a_cited_limit_stands_in_place_of_the_scenario() -> None:
    """One line leads into Siberia; the limit less its largest element is what it brings, more or less than the scenario's."""
    scenario = asked("Siberia").ends[1]
    assert scenario.sum_mw is not None
    for mw, element in ((1000, 300), (4000, 0)):
        found = asked("Siberia", limits=cited("Siberia", mw, element))
        assert found.cited == ("Siberia",)
        assert found.ends[1].sum_mw == pytest.approx(scenario.sum_mw - 2647 + mw - element)


def test_hours_that_lack_a_neighbour_say_so() -> None:
    hours = {name: h for name, h in read_hours().items() if name in ("Siberia", "Urals")}
    found = simultaneous(
        ("Siberia", "Urals"), hours, 2020, read_scenario(), accept_hours=0, name="it", assumed=assumptions()
    )
    assert found.ends == ()
    assert found.lacking == ("Centre", "Mid-Volga", "North-West", "South")
