"""Patterns on made blocks: many into one undeclared address, out to an exchange and back, and what is neither."""

from datetime import timedelta

import pytest
from tests.evidence.chain.made_blocks import script
from tests.tracing.made_graphs import chain

from adit.tracing.labels import Label
from adit.tracing.patterns import came_back, met

COIN = 100_000_000
DECLARED = {script(1): "party-1", script(2): "party-2", script(3): "party-3"}
EXCHANGE = {script(9): Label("exchange E", "exchange", "signed declaration")}


def mined(*numbers: int):
    """A block for each, whose coinbase pays this script."""
    return [[(f"c{n}", [], [(n, 50 * COIN)])] for n in numbers]


def paying(name: str, inputs, outputs):
    """A block with one payment."""
    return [(f"f{name}", [], [(99, 50 * COIN)]), (name, inputs, outputs)]


def test_coins_of_three_parties_come_together_in_an_address_that_nobody_declared():
    here, ids = chain(
        *mined(1, 2, 3),
        paying("a", [("c1", 0)], [(7, 30 * COIN), (1, 20 * COIN)]),
        paying("b", [("c2", 0)], [(7, 50 * COIN)]),
        paying("c", [("c3", 0)], [(7, 49 * COIN)]),
    )
    [found] = met(here, DECLARED, {}, least=3)
    assert found.script == script(7)
    assert found.paid_sat == {"party-1": 30 * COIN, "party-2": 50 * COIN, "party-3": 49 * COIN}
    assert found.txids == (ids["a"], ids["b"], ids["c"])
    assert met(here, DECLARED, {}, least=4) == []


def test_an_exchange_with_a_label_a_declared_address_and_a_joint_transaction_are_no_meeting():
    here, _ = chain(
        *mined(1, 2, 3),
        paying("a", [("c1", 0)], [(9, 30 * COIN), (3, 20 * COIN)]),
        paying("b", [("c2", 0)], [(9, 20 * COIN), (3, 30 * COIN)]),
    )
    assert met(here, DECLARED, EXCHANGE) == []
    together, _ = chain(*mined(1, 2), paying("a", [("c1", 0), ("c2", 0)], [(7, 100 * COIN)]))
    assert met(together, DECLARED, {}, least=1) == []


def test_coins_that_leave_for_an_exchange_and_come_back_are_a_round_trip():
    here, ids = chain(
        *mined(1, 9),
        paying("out", [("c1", 0)], [(9, 40 * COIN), (1, 10 * COIN)]),
        paying("back", [("c9", 0)], [(1, 35 * COIN), (9, 15 * COIN)]),
    )
    [found] = came_back(here, DECLARED, EXCHANGE, timedelta(days=30))
    assert (found.party, found.through.name, found.sat) == ("party-1", "exchange E", 35 * COIN)
    assert found.txids == (ids["out"], ids["back"])


@pytest.mark.parametrize("payee", [2, 5])
def test_what_comes_back_to_another_party_or_before_it_left_is_none(payee: int):
    here, _ = chain(
        *mined(1, 9),
        paying("out", [("c1", 0)], [(9, 40 * COIN), (1, 10 * COIN)]),
        paying("back", [("c9", 0)], [(payee, 35 * COIN), (9, 15 * COIN)]),
    )
    assert came_back(here, DECLARED, EXCHANGE, timedelta(days=30)) == []
    earlier, _ = chain(
        *mined(1, 9),
        paying("back", [("c9", 0)], [(1, 35 * COIN), (9, 15 * COIN)]),
        paying("out", [("c1", 0)], [(9, 40 * COIN), (1, 10 * COIN)]),
    )
    assert came_back(earlier, DECLARED, EXCHANGE, timedelta(days=30)) == []


def test_a_chain_in_which_nobody_is_declared_shows_nothing():
    here, _ = chain(*mined(5, 6), paying("a", [("c5", 0)], [(7, 50 * COIN)]))
    assert met(here, DECLARED, EXCHANGE, least=1) == []
    assert came_back(here, DECLARED, EXCHANGE, timedelta(days=30)) == []
