"""Exposure and provenance: real coins of the first blocks, and made ones for each grade and each break of the chain."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.evidence.chain.made_blocks import EXAMPLES, script
from tests.tracing.made_graphs import chain

from adit.evidence.chain.receipts import address_of as shown
from adit.evidence.sources import blk_files
from adit.evidence.sources.pools import PoolList
from adit.terms.errors import BadInput
from adit.tracing.chain import output_at, script_at
from adit.tracing.exposure import exposures, of_address, of_coin
from adit.tracing.finding import Rule, rule_on
from adit.tracing.labels import Label
from adit.tracing.provenance import provenance, registered_scripts
from adit.tracing.reading import chain_of
from adit.tracing.sources.lists import read_labels, read_miners
from adit.tracing.sources.rules import read_rules
from adit.tracing.telling import path_said

HERE = Path(__file__).parents[2] / "examples" / "tracing"
SIXTY_ONE = "a3b0e9e7cddbbe78270fa4182a7675ff00b92872d8df7d14265a2b1e379a9d33:0"  # block 496: 50 new coins, 1 and 10 out of block 9
COIN = 100_000_000
DAY = date(2026, 3, 1)
LISTED = Label("list L", "listed", "list entry", "12", date(2026, 2, 1))
EXCHANGE = Label("exchange E", "exchange", "signed declaration")
RULE = Rule("r", "haircut", 3, 10, 100_000, date(2026, 1, 1))


def where(ids, name):
    txid, _, vout = name.partition(":")
    return f"{ids[txid]}:{vout}"


def test_a_real_coin_has_three_numbers_a_rule_and_paths():
    early = chain_of(blk_files.read(EXAMPLES / "blk00000_first1MB.dat"), "mainnet")
    listed = read_labels(HERE / "listed.csv", network="mainnet", kind="listed").of_script
    asked = exposures(early, listed, read_rules(HERE / "rules.toml"))
    found = of_coin(asked, output_at(early, SIXTY_ONE), on=DAY)
    n = found.numbers
    assert (n.amount_sat, n.poison_sat, n.haircut_sat, n.fifo_sat) == (61 * COIN, 61 * COIN, 11 * COIN, 11 * COIN)
    assert (n.haircut_unseen_sat, n.fifo_unresolved_sat) == (0, 0)
    assert (found.grade, found.hops) == ("indirect", 2)
    assert [(p.sat, [s.height for s in p.steps]) for p in found.paths] == [
        (10 * COIN, [183, 248, 496]),
        (COIN, [182, 183, 187, 496]),
    ]
    assert found.labels == (Label("Invented list", "listed", "list entry", "7", date(2026, 2, 1)),)
    before = of_coin(asked, output_at(early, SIXTY_ONE), on=date(2025, 12, 31))
    assert (before.grade, before.rule) == ("no rule", None)


def test_a_real_coin_is_as_good_as_its_worst_satoshi():
    early = chain_of(blk_files.read(EXAMPLES / "blk00000_first1MB.dat"), "mainnet")
    labels = read_labels(HERE / "stops.csv", network="mainnet").of_script
    miners = read_miners(HERE / "miners.csv", network="mainnet").of_address
    output = output_at(early, SIXTY_ONE)
    found = provenance(early, output, miners, labels=labels)
    assert found.grade == "not from mining"
    assert found.parts == (("mined and registered", "RU-000360", 50 * COIN), ("not from mining", "", 11 * COIN))
    assert [(e.code, e.sat, e.miner) for e in found.ends] == [
        ("coinbase", 50 * COIN, "RU-000360"),
        ("listed", 10 * COIN, ""),
        ("exchange", COIN, ""),
    ]
    assert (found.numbers.fifo_sat, found.numbers.haircut_sat, found.numbers.poison_sat) == (
        50 * COIN,
        50 * COIN,
        61 * COIN,
    )
    bare = provenance(early, output, {}, hops_most=10)
    assert bare.parts == (("mined, miner not registered", "", 61 * COIN),)
    assert provenance(early, output, {}, hops_most=1).parts == (
        ("mined, miner not registered", "", 50 * COIN),
        ("not from mining", "", 11 * COIN),
    ), "coins of block 9 changed hands more than once"


def made():
    """a pays a listed script 7; b and c mix; d is a coinjoin of five; e spends what nobody saw; x an exchange."""
    return chain(
        [("a", [], [(1, 1000)])],
        [("b", [], [(2, 1000)]), ("to 7", [("a", 0)], [(7, 600), (3, 390)]), ("near", [("to 7", 0)], [(4, 600)])],
        [("c", [], [(5, 100)] * 5 + [(9, 1000)]), ("mixed", [("near", 0), ("b", 0)], [(6, 900), (8, 700)])],
        [("f", [], [(11, 500)] * 5), ("join", [("f", k) for k in range(5)], [(n, 499) for n in range(20, 25)])],
        [("g", [], [(1, 1)]), ("after", [("join", 2)], [(30, 400)]), ("lost", [("mixed", 1), ("nobody", 3)], [(31, 900)])],
        [("h", [], [(1, 1)]), ("more", [("mixed", 0)], [(32, 300), (33, 600)])],
    )  # fmt: skip


def distinct_join():
    """Five people who pay in from scripts of their own."""
    return chain(
        [("a", [], [(n, 600) for n in range(1, 6)])],
        [("b", [], [(9, 1)]), ("join", [("a", k) for k in range(5)], [(n, 500) for n in range(20, 25)]), ("after", [("join", 2)], [(30, 500)])],
    )  # fmt: skip


@pytest.fixture
def asked():
    found, ids = made()
    return exposures(found, {script(7): LISTED}, (RULE,)), ids


@pytest.mark.parametrize(
    ("coin", "grade", "numbers", "hops"),
    [
        ("to 7:0", "direct", (600, 600, 600, 600), 0),
        ("near:0", "direct", (600, 600, 600, 600), 1),
        ("mixed:0", "indirect", (900, 900, 337, 600), 2),
        ("mixed:1", "indirect", (700, 700, 263, 0), 2),
        ("to 7:1", "nothing found", (390, 0, 0, 0), None),
        ("more:0", "indirect", (300, 300, 112, 300), 3),
        ("lost:0", "indirect", (900, 900, 263, 0), 3),
        ("after:0", "nothing found", (400, 0, 0, 0), None),
    ],
)  # fmt: skip
def test_each_grade_of_exposure(asked, coin, grade, numbers, hops):
    exposed, ids = asked
    found = of_coin(exposed, output_at(exposed.chain, where(ids, coin)), on=DAY)
    n = found.numbers
    assert (found.grade, (n.amount_sat, n.poison_sat, n.haircut_sat, n.fifo_sat), found.hops) == (grade, numbers, hops)


def test_by_fifo_nothing_came_and_the_nearest_way_is_shown(asked):
    exposed, ids = asked
    found = of_coin(exposed, output_at(exposed.chain, where(ids, "mixed:1")), on=DAY)
    [way] = found.paths
    assert (way.measure, [s.sat for s in way.steps], way.label) == ("nearest", [600, 600, 263], LISTED)
    assert [s.txid for s in way.steps] == [ids["to 7"], ids["near"], ids["mixed"]]
    assert found.clears == ("entry", "fifo none")


def test_an_input_that_was_not_seen_leaves_its_share_open(asked):
    exposed, ids = asked
    found = of_coin(exposed, output_at(exposed.chain, where(ids, "lost:0")), on=DAY)
    assert (found.numbers.haircut_unseen_sat, found.numbers.fifo_unresolved_sat) == (200, 200)
    assert {(e.code, e.sat) for e in found.ends} == {("coinbase", 700), ("not seen", 200)}
    assert "not seen" in found.clears
    nothing = exposures(exposed.chain, {script(99): LISTED})
    assert of_coin(nothing, output_at(exposed.chain, where(ids, "lost:0"))).grade == "nothing found, not all resolved"


@pytest.mark.parametrize(
    ("change", "grade"),
    [({"sat_least": 338}, "below the rule"), ({"share_least_ppm": 374_444}, "indirect"), ({"share_least_ppm": 374_445}, "below the rule"), ({"hops_most": 1}, "below the rule"), ({"measure": "fifo", "sat_least": 600}, "indirect"), ({"measure": "fifo", "sat_least": 601}, "below the rule"), ({"measure": "poison", "share_least_ppm": 1_000_000}, "indirect"), ({"valid_to": DAY}, "no rule")],
)  # fmt: skip
def test_all_three_bounds_have_to_be_reached_on_the_day(asked, change, grade):
    exposed, ids = asked
    output = output_at(exposed.chain, where(ids, "mixed:0"))
    assert of_coin(replace(exposed, rules=(replace(RULE, **change),)), output, on=DAY).grade == grade


def test_a_heuristic_alone_is_no_finding_and_beside_a_list_it_is_grey():
    found, ids = made()
    guess = Label("somebody", "listed", "heuristic")
    alone = exposures(found, {script(7): guess}, (RULE,))
    coin = of_coin(alone, output_at(found, where(ids, "near:0")), on=DAY)
    assert (coin.grade, coin.hops, coin.numbers.fifo_sat, coin.numbers.fifo_unresolved_sat) == (
        "only heuristics",
        None,
        0,
        0,
    )
    assert (coin.labels, coin.clears) == ((guess,), ("heuristic",))
    both = exposures(found, {script(4): guess, script(7): LISTED}, (RULE,))
    coin = of_coin(both, output_at(found, where(ids, "more:0")), on=DAY)
    assert (coin.grade, coin.numbers.fifo_sat, coin.labels) == ("indirect", 300, (LISTED, guess)), (
        "it hides nothing behind it"
    )


def test_an_exchange_ends_it_by_fifo_and_poison_goes_through():
    found, ids = made()
    asked = exposures(found, {script(7): LISTED, script(4): EXCHANGE}, (RULE,))
    coin = of_coin(asked, output_at(found, where(ids, "mixed:0")), on=DAY)
    assert (coin.numbers.fifo_sat, coin.numbers.fifo_unresolved_sat, coin.numbers.poison_sat) == (0, 600, 900)
    assert "exchange" in coin.clears
    assert {(e.code, e.sat, e.label) for e in coin.ends} == {("exchange", 600, EXCHANGE), ("coinbase", 300, None)}


def test_a_suspected_coinjoin_breaks_the_chain():
    found, ids = distinct_join()
    asked = exposures(found, {script(1): LISTED}, (RULE,))
    coin = of_coin(asked, output_at(found, where(ids, "after:0")), on=DAY)
    assert (coin.numbers.fifo_sat, coin.numbers.fifo_unresolved_sat, coin.numbers.haircut_sat) == (0, 500, 100)
    [end] = coin.ends
    assert (end.code, end.said) == ("coinjoin", "equal outputs, as many as inputs")
    mined = provenance(found, output_at(found, where(ids, "after:0")), {})
    assert (mined.grade, mined.clears) == ("unresolved", ("coinjoin",))


def test_all_that_an_address_received_is_summed_spent_or_not(asked):
    exposed, _ = asked
    found = of_address(exposed, script(6), on=DAY)
    assert (found.subject, found.outputs, found.numbers.amount_sat) == (shown(script(6), "regtest"), 1, 900)
    several = of_address(exposed, script(1), on=DAY)
    assert (several.outputs, several.numbers.amount_sat, several.grade) == (3, 1002, "nothing found")
    with pytest.raises(BadInput, match="Nothing was paid to this address"):
        of_address(exposed, script(99))


def test_a_budget_that_is_too_small_is_told_in_satoshi(asked):
    exposed, ids = asked
    found = of_coin(replace(exposed, budget=1), output_at(exposed.chain, where(ids, "mixed:0")), on=DAY)
    assert (found.numbers.fifo_unresolved_sat, found.fragments, found.clears) == (
        900,
        1,
        ("budget", "entry", "fifo none"),
    )


def test_more_than_sixty_four_names_are_followed_together_and_told_apart_by_fifo():
    found, ids = made()
    labels = {script(n): Label(f"entry {n}", "listed", "list entry") for n in (*range(20, 25), 7)}
    labels |= {script(n): Label(f"entry {n}", "listed", "list entry") for n in range(1000, 1100)}
    of = of_coin(exposures(found, labels), output_at(found, where(ids, "mixed:0")))
    assert [s.name for s in of.sources] == ["entry 7"], "those that were never paid need no bit"
    many, ids = chain(
        [("a", [], [(n, 10) for n in range(100, 170)])],
        [("b", [], [(1, 1)]), ("c", [("a", k) for k in range(70)], [(2, 700)])],
    )
    asked = exposures(many, {script(n): Label(f"entry {n}", "listed", "list entry") for n in range(100, 170)})
    coin = of_coin(asked, output_at(many, where(ids, "c:0")))
    assert [(s.name, s.poison_sat, s.fifo_sat) for s in coin.sources] == [("all listed", 700, 700)]
    assert len({e.label for e in coin.ends}) == 70


def test_of_a_long_path_the_middle_is_left_out_and_told():
    steps = [(f"s{n}", [(f"s{n - 1}" if n else "a", 0)], [(100 + n, 1000)]) for n in range(60)]
    found, ids = chain([("a", [], [(7, 1000)])], [("b", [], [(1, 1)]), *steps])
    [way] = of_coin(exposures(found, {script(7): LISTED}), output_at(found, where(ids, "s59:0"))).paths
    assert (len(way.steps), way.left_out) == (40, 21)
    assert [s.hops for s in way.steps] == [*range(20), *range(41, 61)]
    assert way.steps[20].payer == shown(script(139), "regtest"), (
        "each row names who paid it, also the first after the gap"
    )
    assert path_said(way, "en").endswith("steps in the middle that are not shown: 21")


def test_stretches_that_took_one_way_are_one_path():
    found, ids = chain(
        [("a", [], [(7, 100), (2, 100)])],
        [("b", [], [(1, 1)]), ("c", [("a", 0)], [(3, 40), (4, 60)]), ("d", [("c", 1), ("a", 1), ("c", 0)], [(5, 200)])],
    )
    coin = of_coin(exposures(found, {script(7): LISTED}), output_at(found, where(ids, "d:0")))
    assert [(p.sat, [s.payee for s in p.steps]) for p in coin.paths] == [
        (60, [shown(script(n), "regtest") for n in (7, 4, 5)]),
        (40, [shown(script(n), "regtest") for n in (7, 3, 5)]),
    ]
    assert (coin.numbers.fifo_sat, coin.numbers.haircut_sat) == (100, 100)


POOL, MINER, OTHER = script(50), script(51), script(52)
REGISTERED = {shown(MINER, "regtest"): "M-1", shown(script(53), "regtest"): "M-2"}
POOLS = PoolList((), (), {POOL: ("Pool P", "address of P")}, {b"/test/": "Pool P"}, "list of 2026-02-24")


def mined():
    return chain(
        [("pool", [], [(50, 1000)]), ],
        [("own", [], [(51, 1000)]), ("payout", [("pool", 0)], [(51, 300), (52, 300), (50, 390)])],
        [("else", [], [(60, 1000)]), ("use", [("payout", 0)], [(70, 300)]), ("strange", [("payout", 1)], [(51, 300)]), ("both", [("own", 0), ("use", 0)], [(71, 1290)])],
        [("late", [], [(1, 1)]), ("s1", [("else", 0)], [(61, 1000)]), ("s2", [("s1", 0)], [(62, 1000)]), ("s3", [("s2", 0)], [(63, 1000)]), ("s4", [("s3", 0)], [(64, 1000)])],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("coin", "grade", "parts"),
    [
        ("own:0", "mined and registered", (("mined and registered", "M-1", 1000),)),
        ("payout:0", "pool payout", (("pool payout", "M-1", 300),)),
        ("use:0", "pool payout", (("pool payout", "M-1", 300),)),
        ("both:0", "pool payout", (("mined and registered", "M-1", 1000), ("pool payout", "M-1", 290))),
        ("payout:1", "mined, miner not registered", (("mined, miner not registered", "", 300),)),
        ("strange:0", "mined, miner not registered", (("mined, miner not registered", "", 300),)),
        ("s3:0", "mined, miner not registered", (("mined, miner not registered", "", 1000),)),
        ("s4:0", "not from mining", (("not from mining", "", 1000),)),
    ],
)  # fmt: skip
def test_each_grade_of_provenance(coin, grade, parts):
    found, ids = mined()
    of = provenance(found, output_at(found, where(ids, coin)), REGISTERED, pools=POOLS)
    assert (of.grade, of.parts) == (grade, parts)
    assert sum(sat for _, _, sat in of.parts) == of.numbers.amount_sat


def test_a_block_s_pool_is_told_with_the_date_of_the_list_and_how_sure_it_is():
    found, ids = mined()
    of = provenance(found, output_at(found, where(ids, "payout:1")), REGISTERED, pools=POOLS)
    assert of.ends[0].said == "Pool P, address and tag (list of 2026-02-24)"
    assert (
        provenance(found, output_at(found, where(ids, "s1:0")), REGISTERED, pools=POOLS)
        .ends[0]
        .said.startswith("Pool P, tag only")
    )
    [paid] = provenance(found, output_at(found, where(ids, "payout:0")), REGISTERED, pools=POOLS).ends
    assert (paid.code, paid.miner, paid.said) == ("payout", "M-1", "Pool P (list of 2026-02-24)")


def test_coins_out_of_an_exchange_are_not_from_mining_whatever_lies_behind():
    found, ids = mined()
    of = provenance(found, output_at(found, where(ids, "use:0")), {}, labels={MINER: EXCHANGE})
    assert (of.grade, of.clears) == ("not from mining", ("exchange", "circulation"))


def test_a_registered_miner_who_is_listed_stays_listed():
    found, ids = mined()
    for coin in ("payout:0", "own:0"):
        of = provenance(found, output_at(found, where(ids, coin)), REGISTERED, pools=POOLS, labels={MINER: LISTED})
        assert (of.grade, of.labels, of.ends[0].code) == ("not from mining", (LISTED,), "listed")


def test_a_heuristic_alone_takes_no_coin_from_its_miner():
    found, ids = mined()
    guess = Label("maybe an exchange", "exchange", "heuristic")
    of = provenance(found, output_at(found, where(ids, "use:0")), {}, labels={MINER: guess})
    assert (of.grade, of.labels, of.clears) == ("unresolved", (guess,), ("exchange", "heuristic"))


def test_what_the_register_says_has_to_be_addresses_of_the_network():
    assert registered_scripts({shown(MINER, "regtest"): "M"}, "testnet") == {MINER: "M"}, (
        "scripts of both test networks are the same"
    )
    key = "41" + "04" + "ab" * 64 + "ac"
    assert registered_scripts({key: "M"}, "mainnet") == {bytes.fromhex(key): "M"}
    with pytest.raises(BadInput, match="is an address of mainnet; the blocks are of regtest"):
        registered_scripts({"1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY": "M"}, "regtest")
    with pytest.raises(BadInput, match="is registered of two miners, M and N"):
        registered_scripts({shown(MINER, "regtest"): "M", shown(MINER, "regtest").upper(): "N"}, "regtest")
    with pytest.raises(BadInput, match="The checksum of the address is wrong"):
        registered_scripts({"1KFHE7w8BhaENAswwryaoccDb6qcT6DbYZ": "M"}, "mainnet")


def test_a_coin_of_nothing_came_from_nowhere():
    found, ids = chain([("a", [], [(1, 10)])], [("b", [], [(1, 1)]), ("c", [("a", 0)], [(2, 0), (3, 10)])])
    with pytest.raises(BadInput, match="holds no satoshi, so it came from nowhere"):
        provenance(found, output_at(found, where(ids, "c:0")), {})


def test_rules_and_labels_that_cannot_be_are_refused():
    with pytest.raises(BadInput, match="'taint' is no measure"):
        replace(RULE, measure="taint")
    with pytest.raises(BadInput, match="A bound of the rule lies outside"):
        replace(RULE, share_least_ppm=1_000_001)
    with pytest.raises(BadInput, match="Two rules hold on 2026-03-01: r and s"):
        rule_on((RULE, replace(RULE, id="s")), DAY)
    assert rule_on((RULE,), date(2025, 1, 1)) is None
    with pytest.raises(BadInput, match="'bad' is no kind of a label"):
        Label("x", "bad", "heuristic")
    with pytest.raises(BadInput, match="'hearsay' is no basis"):
        Label("x", "listed", "hearsay")
    with pytest.raises(BadInput, match="A label names nobody"):
        Label(" ", "listed", "heuristic")
    found, ids = made()
    with pytest.raises(BadInput, match="No script is listed"):
        exposures(found, {script(4): EXCHANGE})
    assert script_at(found, output_at(found, where(ids, "near:0"))) == script(4)
