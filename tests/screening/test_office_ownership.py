"""The 50 % rule over declared graphs: exact answers for known ones, and two slower ways of counting for random ones."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.screening.ownership import HALF_PPM, WHOLE_PPM, Holding, cascade, reached_by_listed
from adit.terms.errors import BadInput

IDS = "abcdef"


def owned_by_listed(listed: Iterable[str], holdings: list[Holding]) -> dict[str, int]:
    """Those that are taken for listed by either way of counting, with the larger sum."""
    found = reached_by_listed(listed, holdings)
    return {i: min(max(r.cascade_ppm, r.product_ppm), WHOLE_PPM) for i, r in found.items() if r.taken}


def test_51_percent_through_two_layers_is_found_by_the_cascade_and_not_by_the_product():
    found = reached_by_listed(
        ["person"], [Holding("person", "holding", 510_000), Holding("holding", "seller", 510_000)]
    )
    assert (found["seller"].cascade_ppm, found["seller"].product_ppm) == (510_000, 260_100)
    assert found["seller"].taken
    assert found["seller"].chain == (Holding("person", "holding", 510_000), Holding("holding", "seller", 510_000))
    assert found["seller"].listed == ("person",)


def test_what_the_cascade_misses_the_product_finds():
    holdings = [Holding("p", "x", 400_000), Holding("p", "m", 490_000), Holding("o", "m", 510_000), Holding("m", "x", 400_000), Holding("o", "x", 200_000)]  # fmt: skip
    x = reached_by_listed(["p"], holdings)["x"]
    assert (x.cascade_ppm, x.product_ppm, x.taken) == (400_000, 596_000, True)


def test_two_listed_ones_with_a_quarter_each_are_a_half_together():
    holdings = [Holding("p", "x", 250_000), Holding("q", "x", 250_000), Holding("o", "x", 500_000)]
    assert owned_by_listed(["p", "q"], holdings) == {"x": HALF_PPM}
    assert owned_by_listed(["p"], holdings) == {}


def test_a_millionth_less_than_half_is_less():
    holdings = [Holding("p", "x", 499_999), Holding("o", "x", 500_001)]
    assert not reached_by_listed(["p"], holdings)["x"].alerts


def test_what_is_not_declared_leaves_it_open():
    found = reached_by_listed(["p"], [Holding("p", "x", 300_000), Holding("o", "x", 400_000)])["x"]
    assert (found.taken, found.alerts, found.unknown_ppm) == (False, True, 300_000)
    closed = reached_by_listed(["p"], [Holding("p", "x", 100_000), Holding("o", "x", 800_000)])["x"]
    assert not closed.alerts
    below = reached_by_listed(["p"], [Holding("p", "x", 300_000), Holding("x", "y", 900_000), Holding("o", "y", 100_000)])  # fmt: skip
    assert below["y"].alerts, "what may have to be taken for listed hands it down"
    assert not below["y"].taken


def test_circles_end_and_control_counts_as_the_whole():
    circle = [Holding("a", "b", 900_000), Holding("b", "a", 900_000)]
    assert reached_by_listed([], circle) == {}
    found = reached_by_listed(["p"], [*circle, Holding("p", "a", 100_000)])
    assert found["a"].product_ppm == -(-WHOLE_PPM * 10 // 19)  # 0.1 / (1 - 0.81), rounded up
    assert found["a"].taken
    assert owned_by_listed(["p"], [Holding("p", "x", 10_000, control=True)]) == {"x": WHOLE_PPM}


def test_shares_over_the_whole_are_taken_as_they_stand():
    found = reached_by_listed(["p"], [Holding("p", "x", 600_000), Holding("o", "x", 600_000)])["x"]
    assert (found.declared_ppm, found.unknown_ppm, found.taken) == (1_200_000, 0, True)
    full = [Holding("a", "b", WHOLE_PPM), Holding("b", "a", WHOLE_PPM)]
    with pytest.raises(BadInput, match="circle that could not be followed"):
        reached_by_listed(["p"], [*full, Holding("p", "a", 1)])


@pytest.mark.parametrize("holding", [Holding("a", "b", 0), Holding("a", "b", -5), Holding("a", "b", WHOLE_PPM + 1), Holding("a", "a", 5)])  # fmt: skip
def test_a_share_that_cannot_be_is_an_error(holding: Holding):
    with pytest.raises(BadInput, match="which cannot be"):
        reached_by_listed(["a"], [holding])


_graphs = st.lists(
    st.builds(Holding, st.sampled_from(IDS), st.sampled_from(IDS), st.integers(1, 10).map(lambda n: n * 100_000), st.booleans()).filter(lambda h: h.owner < h.owned),
    max_size=10,
)  # fmt: skip


@given(_graphs, st.sets(st.sampled_from(IDS), max_size=3))
def test_the_cascade_is_the_smallest_set_that_is_closed(holdings: list[Holding], listed: set[str]):
    def closed(taken: frozenset[str]) -> bool:
        return all(
            i in taken or sum(h.counted_ppm for h in holdings if h.owned == i and h.owner in taken) < HALF_PPM
            for i in IDS
        )

    sets = [frozenset(listed | set(c)) for n in range(len(IDS) + 1) for c in combinations(IDS, n)]
    smallest = min((s for s in sets if closed(s)), key=len)
    found = reached_by_listed(listed, holdings)
    assert {i for i, r in found.items() if r.cascade_ppm >= HALF_PPM} == smallest - listed
    assert cascade(listed, holdings).keys() == smallest - listed


@given(_graphs, st.sets(st.sampled_from(IDS), max_size=3))
def test_the_product_is_the_sum_over_all_paths(holdings: list[Holding], listed: set[str]):
    def share(id_: str) -> Fraction:
        if id_ in listed:
            return Fraction(1)
        return min(
            Fraction(1), sum((Fraction(h.counted_ppm, WHOLE_PPM) * share(h.owner) for h in holdings if h.owned == id_), Fraction(0))
        )  # fmt: skip

    found = reached_by_listed(listed, holdings)
    for id_ in set(IDS) - listed:
        exact = share(id_) * WHOLE_PPM
        got = found[id_].product_ppm if id_ in found else 0
        assert 0 <= got - exact < 2, "rounded up by less than a millionth a layer"
        assert (got >= HALF_PPM) >= (exact >= HALF_PPM)


@given(_graphs, st.sets(st.sampled_from(IDS), max_size=2), st.sampled_from(IDS))
def test_one_more_listed_one_never_frees_anybody(holdings: list[Holding], listed: set[str], more: str):
    before, after = owned_by_listed(listed, holdings), owned_by_listed(listed | {more}, holdings)
    assert before.keys() - {more} <= after.keys()
