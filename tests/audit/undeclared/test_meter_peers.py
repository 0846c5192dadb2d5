"""A score against its peers: rates that hold, groups, lists, and several meters together."""

import numpy as np
import pytest
from scipy.stats import binom

from adit.audit.undeclared.peers import by_peers, p_values, pooled


def test_p_values_by_hand():
    clean = np.array([1, 2, 3, 4])
    assert p_values(np.array([5, 4, 0]), clean, among=False).tolist() == [1 / 5, 2 / 5, 1.0]
    assert p_values(clean, clean, among=True).tolist() == [1.0, 0.75, 0.5, 0.25]
    assert p_values(np.array([2, 2]), np.array([2, 2]), among=True).tolist() == [1.0, 1.0]  # equal scores, equal p


@pytest.mark.parametrize("alpha", [0.005, 0.01, 0.05])
def test_clean_meters_are_listed_no_more_often_than_stated(alpha):
    """Of 20 registers of 1,500 meters without any mining: the share listed, within what chance allows (one in a thousand)."""
    rng = np.random.default_rng(7)
    listed = judged = 0
    for _ in range(20):
        scores = np.rint(rng.gamma(2.0, 60.0, 1500)).astype(np.int64) + 1
        clean = np.arange(1500) < 1000
        found = by_peers(scores, np.ones(1500, bool), [""] * 1500, clean=clean, alpha=alpha, fdr=0.2)
        listed += int(found.listed.sum())
        judged += 500
    # one register's peers move all of its meters together: the bound is that of a binomial with the registers' spread added
    spread = np.sqrt(alpha * (1 - alpha) / judged + alpha * (1 - alpha) / (20 * 1000))
    assert listed / judged <= alpha + 3.1 * spread
    assert listed >= binom.ppf(1e-4, judged, alpha / 2)  # and it is no empty list either


def test_the_scan_as_its_own_measure_lists_no_more_than_asked_for():
    rng = np.random.default_rng(1)
    scores = rng.integers(1, 10_000, 2000)
    found = by_peers(scores, np.ones(2000, bool), ["a"] * 1000 + ["b"] * 1000, alpha=0.01, fdr=0.2)
    assert not found.confirmed
    assert found.listed[:1000].sum() <= 10
    assert found.listed[1000:].sum() <= 10
    assert found.listed.sum() >= 18
    assert not found.discovered.any()  # ranks alone discover nothing


def test_peers_are_of_ones_own_group_where_there_are_enough():
    scores = np.array([*range(200), *range(1000, 1200), 500, 500, 500])
    groups = ["low"] * 200 + ["high"] * 200 + ["low", "high", "small"]
    clean = np.arange(403) < 400
    found = by_peers(scores, np.ones(403, bool), groups, clean=clean, alpha=0.01, fdr=0.2)
    assert found.p[400:].tolist() == [1 / 201, 1.0, 201 / 401]
    assert list(found.group_of[400:]) == ["low", "high", ""]
    assert found.listed[400:].tolist() == [True, False, False]


def test_declared_miners_are_neither_judged_nor_a_measure():
    scores = np.array([*range(1, 1000), 5000, 5001])
    declared = np.arange(1001) == 1000
    found = by_peers(scores, np.ones(1001, bool), [""] * 1001, excluded=declared, alpha=0.001, fdr=0.2)
    assert np.flatnonzero(found.listed).tolist() == [999]
    assert np.isnan(found.p[1000])


def test_what_was_not_tested_has_no_p_value():
    tested = np.array([True, False, True])
    found = by_peers(np.array([1, 99, 2]), tested, [""] * 3, alpha=0.5, fdr=0.2)
    assert np.isnan(found.p[1])
    assert not found.listed[1]


def test_a_score_that_does_not_speak_for_mining_is_not_listed():
    scores = np.array([-300] * 999 + [-10])
    assert not by_peers(scores, np.ones(1000, bool), [""] * 1000, alpha=0.01, fdr=0.2).listed.any()


def test_discoveries_follow_benjamini_and_hochberg():
    scores = np.array([*range(-1000, 0), *[500] * 10, *range(-1000, 0, 10)])
    clean = np.arange(len(scores)) < 1000
    found = by_peers(scores, np.ones(len(scores), bool), [""] * len(scores), clean=clean, alpha=0.0001, fdr=0.2)
    assert np.flatnonzero(found.discovered).tolist() == list(range(1000, 1010))
    assert not found.listed.any()  # 1,000 peers cannot tell one in ten thousand


def test_three_meters_that_are_odd_together():
    rng = np.random.default_rng(3)
    scores = np.concatenate([rng.normal(-200, 80, 1000).astype(np.int64), [-20, -30, -10], [-210, -190, -200]])
    names = [str(i) for i in range(1006)]
    pools = [""] * 1000 + ["owner A"] * 3 + ["owner B"] * 3
    reference = np.arange(1006) < 1000
    found = {r.pool: r for r in pooled(names, scores, pools, reference, np.ones(1006, bool))}
    assert found["owner A"].meters == ("1000", "1001", "1002")
    assert found["owner A"].score == -60
    assert found["owner A"].p < 0.003  # alone each is within one in a hundred
    assert p_values(scores[1000:1003], scores[:1000], among=False).min() > 0.005
    assert found["owner B"].p > 0.2


def test_the_sum_of_a_pool_has_the_p_value_of_all_pairs():
    """With scores in whole steps nothing is rounded: the share of pairs of peers whose sum is at least as high, and the least share added."""
    peers = np.array([0, 10, 10, 20, 50]) * 1
    scores = np.concatenate([peers, [20, 30]])
    [result] = pooled([*"abcdefg"], scores, [*([""] * 5), "p", "p"], np.arange(7) < 5, np.ones(7, bool))
    pairs = np.add.outer(peers, peers)
    assert result.p == pytest.approx((pairs >= 50).mean() + 1 / 6)


def test_pools_of_chance_are_flagged_no_more_often_than_stated():
    rng = np.random.default_rng(11)
    scores = np.rint(rng.gamma(2.0, 60.0, 3000)).astype(np.int64)
    pools = [""] * 1500 + [f"p{i // 3}" for i in range(1500)]
    found = pooled([str(i) for i in range(3000)], scores, pools, np.arange(3000) < 1500, np.ones(3000, bool))
    assert len(found) == 500
    assert sum(r.p <= 0.05 for r in found) <= binom.ppf(0.999, 500, 0.05)


def test_one_meter_is_no_pool():
    assert pooled(["a", "b"], np.array([1, 2]), ["x", "y"], np.array([True, True]), np.array([True, True])) == []
