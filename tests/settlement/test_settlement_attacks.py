"""What an evader or a hurried clerk tries with papers and evidence: each try ends in words, and none of them opens a way."""

import copy
import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.evidence.chain.made_blocks import bare, block, coinbase, framed, script, transaction
from tests.settlement.made_chain import EXAMPLES
from tests.settlement.made_settlements import (
    DAY,
    LISTS,
    NOW,
    PAYER_ADDRESS,
    evidence,
    exposure,
    made,
    new_id,
    participant,
    receipts_for,
)

from adit import law
from adit.register.records import Stake
from adit.screening.receipts import Outcome
from adit.settlement.coins import exposures_of, origins_of, spent_exposures
from adit.settlement.dossier import Dossier
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Bar, Mined, Origin, plain
from adit.settlement.messages.iso20022 import as_xml
from adit.settlement.messages.ivms101 import as_json, payload
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.money import in_units, minor
from adit.settlement.obstacles import bar
from adit.settlement.owners import owned_by_listed, unknown_owners
from adit.settlement.papers import read_papers
from adit.settlement.running import decide_step
from adit.settlement.seen import observed
from adit.settlement.states import State
from adit.settlement.store import Papers, exposure_rules
from adit.settlement.telling import amounts_as_text
from adit.terms.addresses import encode
from adit.terms.errors import BadInput, Refused
from adit.tracing.finding import rule_on as rule_of
from adit.tracing.labels import Label

FILE = EXAMPLES / "ten_contracts" / "01_honest_export.toml"


def read(*changes: tuple[str, Any], file: Any = FILE) -> Papers:
    found = copy.deepcopy(tomllib.loads(file.read_text(encoding="utf-8")))
    for path, value in changes:
        *way, last = path.split("/")
        table = found
        for name in way:
            table = table[name]
        table[last] = value
    return read_papers(
        found,
        act=law.load("ru/law"),
        hand="o",
        new_id=new_id,
        uetr="0b9d1c2e-5a6f-4b7c-8d9e-0f1a2b3c4d5e",
        network="regtest",
    )


# Papers -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        *[("payment/amount_sat", v, "no whole count of satoshi") for v in ("-1", "1e8", " 30000000", "3 000", "0.3", "٣", 3.0, True, None)],
        *[("payment/amount_sat", v, "no amount that there can be") for v in ("0", "9223372036854775", "2100000000000001")],
        ("payment/amount_sat", str(2**63), "no whole count of satoshi"),
        *[("payment/value", v, "no exact amount") for v in ("1e8", "-1", "+5", "0x10", "1_000", "12,5", "٣", "", "NaN", "Infinity", True, None)],
        ("payment/value", "0", "is 0"),
        ("payment/value", str(2**63), "below what any contract is for"),
        ("payment/value", "1.005", "more than 2 decimal places"),
        ("contract/value_rub", "1.00", "is worth something else in roubles"),
        *[("contract/currency", c, "is no currency") for c in ("BTC", "XBT", "XXX", "XAU", "ZZZ", "RU")],
        ("contract/signed_on", datetime(2025, 2, 3, 10, tzinfo=UTC), "signed_on is no day"),
        ("contract/unk", "2502AB01/9001/0000/1/1", "no unique number"),
        ("contract/unk", "25020001/9001/0000/1/0", "no unique number"),
        ("contract/unk", "25130001/9001/0000/1/1", "no month"),
        ("participants/seller/inn", "0000000000", "control digit"),
        ("participants/buyer/lei", "0" * 20, "control digits"),
        ("participants/seller/name", "Altai\u202eleetS", "signs that no name has"),
        ("participants/seller/name", "Altai\u200b Steel", "signs that no name has"),
        ("participants/seller/name", "Altai\x7f", "signs that no name has"),
        ("participants/seller/name", "Altai\ufffe", "signs that no name has"),
        ("participants/seller/name", "Altai\ud800", "signs that no name has"),
        ("participants/seller/name", "Altai\x00", "signs that no name has"),
        ("participants/bank/country", "", "the country is missing"),
        ("participants/buyer/owners", [{"of": "owner", "share": "101 %"}], "is no share"),
        ("participants/buyer/owners", [{"of": "owner", "share": "1e2"}], "is no share"),
        ("participants/buyer/owners", [{"of": "owner", "share": "-5 %"}], "is no share"),
        ("participants/buyer/owners", [{"of": "owner", "share": "50 %"}, {"of": "owner", "share": "50 %"}], "stands here twice, or owns itself"),
        ("participants/buyer/owners", [{"of": "buyer", "share": "50 %"}], "stands here twice, or owns itself"),
        ("participants/owner/owners", [{"of": "state", "share": "50 %"}], "persons, and ships as they stand here, have no owners"),
        ("payment/payer_bank", "owner", "stands as bank of the payer, and is a person"),
        ("payment/vessels", ["bank"], "stands as ship, and is a bank"),
        ("payment/payee", "bank", "stands as payee, and is a bank"),
        ("contract/importer", "their_bank", "stands as importer, and is a bank"),
        ("contract/exporter", "buyer", "participant_differs"),
    ],
)  # fmt: skip
def test_papers_that_are_refused(path: str, value: Any, said: str):
    if said == "participant_differs":  # the money would go where the goods go
        with pytest.raises(BadInput, match="the money goes the other way"):
            read((path, value), ("contract/importer", "seller"))
        return
    with pytest.raises(BadInput) as refused:
        read((path, value))
    assert said in str(refused.value)


def test_amounts_that_are_taken():
    assert read(("payment/value", "2 400 000.00")).settlement[1].value_minor == 240_000_000
    assert read(("payment/value", 2400000)).settlement[1].value_minor == 240_000_000
    assert (minor("500", "ISK", "x"), minor("500.125", "KWD", "x"), in_units(500, "XOF")) == (500, 500_125, "500")
    with pytest.raises(BadInput, match="more than 0 decimal places"):
        minor("500.5", "CLP", "x")


def test_a_sum_is_told_in_the_units_of_its_currency():
    of = made(pays=300, value=200)
    of = replace(of, contract=replace(of.contract, currency="JPY"))
    found = bar(of, State.CONTRACT_LINKED, evidence(ruling=rule_on(of, law.load("ru/law"), DAY)))
    assert found is not None
    assert "300 JPY would be paid under contract 17/2025, which is for 200 JPY" in found.reason


# Owners -----------------------------------------------------------------------------------------------------------
def owned(*shares: tuple[str, str, int]) -> tuple[str, ...]:
    people = {n: participant("person" if n == "person" else "organisation", n) for s in shares for n in s[:2]}
    return unknown_owners(["firm"], people, [Stake(*s) for s in shares])


def test_a_ring_of_owners_hides_nobody():
    assert "own one another" in owned(("a", "firm", 1_000_000), ("firm", "a", 1_000_000))[0]
    ring = owned(("a", "firm", 1_000_000), ("b", "a", 1_000_000), ("c", "b", 1_000_000), ("a", "c", 1_000_000))
    assert len([t for t in ring if "own one another" in t]) == 4
    assert owned(("a", "firm", 990_000), ("person", "firm", 10_000), ("firm", "a", 1_000_000)) == ()


def test_half_is_a_sum_and_not_the_largest_share():
    just_under = [Stake("listed", "firm", 499_990), Stake("other", "firm", 500_010)]
    assert owned_by_listed(["listed"], just_under) == {}
    assert owned_by_listed(["l1", "l2"], [Stake("l1", "firm", 250_000), Stake("l2", "firm", 250_000)]) == {
        "firm": 500_000
    }
    many = [Stake(f"l{n}", "firm", 166_667) for n in range(3)]
    assert owned_by_listed(["l0", "l1", "l2"], many) == {"firm": 500_001}


def test_an_owner_who_is_taken_away_is_missed_by_those_who_authorise():
    of = made()
    of = replace(
        of,
        stakes=(),
        settlement=replace(of.settlement, state="TRAVEL_RULE_ACKED", first_hand="officer-2", acknowledgement="x"),
    )
    with pytest.raises(Refused, match=r"owners of 0 % are declared"):
        bar(of, State.AUTHORISED, evidence(ruling=rule_on(of, law.load("ru/law"), DAY)))


# The law ----------------------------------------------------------------------------------------------------------
def ruled(of: Dossier) -> Any:
    return rule_on(of, law.load("ru/law"), DAY)


def test_a_payment_at_home_under_a_foreign_contract_is_one_at_home():
    of = made()
    friend = participant(
        "organisation", "Friend", inn="7707083893", ogrn="1027700132195", state_tied=True, in_pilot=True
    )
    at_home = replace(
        of, settlement=replace(of.settlement, payer="participant-f"), participants={**of.participants, "participant-f": friend}
    )  # fmt: skip
    assert ruled(of).allowed
    assert not ruled(at_home).allowed
    assert "Payment at home" in ruled(at_home).reason
    assert "259-FZ" in ruled(at_home).cites


def test_a_threshold_is_not_chosen_by_the_name_of_the_contract():
    """Between the two thresholds a contract of import has to be registered, and one of export has not."""
    of = made(value=5_000_000_00)
    assert not ruled(of).needs_unk
    turned = replace(
        of,
        contract=replace(of.contract, exporter=of.contract.importer, importer=of.contract.exporter, kind="export"),
        settlement=replace(of.settlement, payer=of.settlement.payee, payee=of.settlement.payer),
    )
    assert ruled(turned).needs_unk


def test_money_that_goes_the_other_way_is_not_identified():
    of = made()
    turned = replace(
        of, settlement=replace(of.settlement, payer=of.settlement.payee, payee=of.settlement.payer, state="DRAFT")
    )
    with pytest.raises(Refused, match="the money goes the other way"):
        bar(turned, State.IDENTIFIED, evidence())


# Coins ------------------------------------------------------------------------------------------------------------
COIN = 100_000_000
GOOD, LISTED, SHOP, MINER, OTHER = 1, 2, 3, 4, 5


def chain_of_swap(folder: Any) -> tuple[Any, dict[str, str]]:
    """Clean coins are shown at an address; listed ones come to it later, and these are paid."""
    from adit.evidence.chain.block import read_block
    from adit.evidence.sources import blk_files
    from adit.tracing.reading import chain_of

    clean, dirty = coinbase(0, [(script(GOOD), 50 * COIN)]), coinbase(1, [(script(LISTED), 50 * COIN)])
    moved = transaction([(bare(dirty), 0)], [(script(GOOD), 50 * COIN)])
    paid = transaction([(bare(moved), 0)], [(script(SHOP), 30 * COIN), (script(GOOD), 20 * COIN)])
    fair = transaction([(bare(clean), 0)], [(script(SHOP), 30 * COIN), (script(GOOD), 20 * COIN)])
    mined = coinbase(2, [(script(MINER), 50 * COIN)])
    blocks, prev = [], bytes(32)
    for height, raws in enumerate([[clean], [dirty], [mined, moved], [coinbase(3, [(script(9), COIN)]), paid, fair]]):
        blocks.append(block(prev, raws, time_s=1_735_689_600 + 600 * height))
        prev = read_block(blocks[-1], "").hash
    folder.mkdir(exist_ok=True)
    (folder / "blk00000.dat").write_bytes(framed(blocks))
    names = {n: bare(r)[::-1].hex() for n, r in (("paid", paid), ("fair", fair))}
    return chain_of(blk_files.read(folder, network="regtest"), "regtest"), names


def address(n: int) -> str:
    return encode(script(n), "regtest")


LABELS = {script(LISTED): Label("Lazarus", "listed", "list entry", "un QDe.1", date(2025, 1, 1))}


def test_coins_that_came_after_the_look_are_seen_when_they_are_paid(tmp_path: Any):
    chain, txid = chain_of_swap(tmp_path)
    [dirty] = spent_exposures(chain, txid["paid"], LABELS, exposure_rules(), DAY)
    [clean] = spent_exposures(chain, txid["fair"], LABELS, exposure_rules(), DAY)
    assert (dirty.address, dirty.hops, dirty.poison_sat, dirty.grade) == (address(GOOD), 1, 50 * COIN, "direct")
    assert (clean.address, clean.hops, clean.poison_sat, clean.grade) == (address(GOOD), None, 0, "nothing found")
    of = made()
    of = replace(
        of,
        settlement=replace(
            of.settlement, state="AUTHORISED", first_hand="officer-2", second_hand="officer-3", pay_by=DAY
        ),
    )
    taken = decide_step(
        of, None, receipts_for(of), newest=LISTS, evidence=evidence(exposures=(dirty,)), at=NOW, on=DAY, hand="officer-2"
    )  # fmt: skip
    assert (taken.settlement.state, taken.settlement.before) == ("FROZEN", "AUTHORISED")
    assert "came from Lazarus (un QDe.1) in 1 transactions" in taken.step.reason
    fair = decide_step(
        of, None, receipts_for(of), newest=LISTS, evidence=evidence(exposures=(clean,)), at=NOW, on=DAY, hand="officer-2"
    )  # fmt: skip
    assert fair.settlement.state == "OBSERVED"


@pytest.mark.parametrize(("state", "before"), [("REVIEW", "SCREENED"), ("HOLD", "SCREENED"), ("FROZEN", "AUTHORISED")])
def test_what_was_stopped_for_its_coins_goes_on_with_clean_ones_alone(state: str, before: str):
    of = made()
    hands: dict[str, Any] = (
        {"first_hand": "officer-2", "second_hand": "officer-3", "pay_by": DAY} if before == "AUTHORISED" else {}
    )
    of = replace(of, stopped_for_coins=True, settlement=replace(of.settlement, state=state, before=before, **hands))

    def step(**more: Any) -> str:
        return decide_step(
            of, None, receipts_for(of), newest=LISTS, evidence=evidence(**more), at=NOW, on=DAY, hand="o"
        ).settlement.state

    with pytest.raises(Refused, match="were not traced"):
        step(exposures=())
    with pytest.raises(Refused, match=f"It stays in {state}"):
        step(exposures=(exposure(hops=2, listed="X"),))
    assert step() == before


def test_lists_without_an_address_of_bitcoin_leave_tracing_possible(tmp_path: Any):
    chain, _ = chain_of_swap(tmp_path)
    [found] = exposures_of(chain, [address(GOOD)], {}, exposure_rules(), DAY)
    assert (found.hops, found.poison_sat, found.unresolved_sat) == (None, 0, 0)


def test_the_rule_of_exposure_is_dated_and_fits_the_bound():
    from adit.settlement.bounds import HOPS_MAX

    rule = rule_of(exposure_rules(), DAY)
    assert rule is not None
    assert rule.hops_most == HOPS_MAX
    assert rule.cite
    assert rule_of(exposure_rules(), date(2024, 8, 31)) is None


# Mined coins ------------------------------------------------------------------------------------------------------
def test_coins_that_a_registered_miner_is_said_to_have_mined(tmp_path: Any):
    chain, _ = chain_of_swap(tmp_path)
    registered = {address(MINER): "party-m"}
    [own] = origins_of(chain, [address(MINER)], registered, {})
    [bought] = origins_of(chain, [address(SHOP)], registered, LABELS)
    assert (own.grade, own.parts, own.held_sat) == ("mined and registered", (Mined("mined and registered", "party-m", 50 * COIN),), 50 * COIN)  # fmt: skip
    assert bought.grade == "not from mining"
    assert amounts_as_text(plain(own))["parts"][0]["amount_sat"] == "5000000000"
    [nobody] = origins_of(chain, [address(77)], registered, {})
    assert (nobody.grade, nobody.coins) == ("unresolved", 0)

    def barred(origin: Origin | None, party: str | None = "party-m") -> Bar | None:
        of = made()
        m = participant("organisation", "Angara Mining", party=party)
        of = replace(
            of,
            settlement=replace(of.settlement, state="CONTRACT_LINKED", miner="participant-m"),
            participants={**of.participants, "participant-m": m},
        )
        origins = (replace(origin, address=PAYER_ADDRESS),) if origin else ()
        return bar(of, State.SCREENED, evidence(origins=origins))

    assert barred(own) is None
    found = barred(bought)
    assert found is not None
    assert (found.to, "not all of them come from mining" in found.reason) == ("REVIEW", True)
    assert barred(bought, None) is not None
    stranger = barred(own, "party-x")
    assert stranger is not None
    assert "were mined by party-m, and not by Angara Mining" in stranger.reason
    unknown = barred(replace(own, grade="mined, miner not registered", parts=()))
    assert unknown is not None
    assert "addresses that the register does not know" in unknown.reason
    assert barred(None, None) is None
    with pytest.raises(Refused, match="they were not followed back"):
        barred(None)


# Reasons ----------------------------------------------------------------------------------------------------------
def test_what_is_the_same_for_everybody_is_told_once_and_is_no_reason_of_somebodys():
    of = made()
    held = receipts_for(of, change=lambda r: replace(r, outcome=Outcome.HOLD, reasons=("The list un is MISSING.",)))
    taken = decide_step(of, None, held, newest=LISTS, evidence=evidence(), at=NOW, on=DAY, hand="o")
    assert taken.settlement.state == "HOLD"
    assert taken.step.reason.count("The list un is MISSING.") == 1
    assert "MV Katun" in taken.step.reason
    for to in (State.RECALLED, State.REFUSED):
        with pytest.raises(BadInput, match="stopped for a reason"):
            decide_step(of, to, held, newest=LISTS, evidence=evidence(), at=NOW, on=DAY, hand="o")


# What blocks show -------------------------------------------------------------------------------------------------
def mined(folder: Any, *branches: list[list[bytes]]) -> Any:
    """Blocks that follow one another from the beginning, of each branch."""
    from adit.evidence.chain.block import read_block
    from adit.evidence.sources import blk_files
    from adit.tracing.reading import chain_of

    made_: list[bytes] = []
    for branch in branches:
        prev = bytes(32)
        for height, raws in enumerate(branch):
            raw = block(prev, raws, time_s=1_735_689_600 + 600 * height)
            made_ += [] if raw in made_ else [raw]
            prev = read_block(raw, "").hash
    folder.mkdir(exist_ok=True)
    (folder / "blk00000.dat").write_bytes(framed(made_))
    return chain_of(blk_files.read(folder, network="regtest"), "regtest")


def test_a_payment_is_the_sum_to_the_very_script(tmp_path: Any):
    first = coinbase(0, [(script(GOOD), 50 * COIN)])
    twice = transaction([(bare(first), 0)], [(script(SHOP), 10), (script(SHOP), 20), (script(OTHER), 30)])
    chain = mined(tmp_path, [[first], [coinbase(1, [(script(9), COIN)]), twice]])
    txid = bare(twice)[::-1].hex()
    seen = observed(chain, f" {txid.upper()} ", address(SHOP), "a test")
    assert (seen.paid_sat, seen.payers, seen.confirmations, seen.txid) == (30, (address(GOOD),), 1, txid)
    assert (
        observed(chain, txid, address(OTHER), "a test").paid_sat == 30
    )  # the right amount, and not to the declared one
    with pytest.raises(BadInput, match="pays nothing to"):
        observed(chain, txid, address(77), "a test")
    for wrong in ("", "zz", txid[:-1], f"{txid}:0"):
        with pytest.raises(BadInput):
            observed(chain, wrong, address(SHOP), "a test")


def test_a_payment_that_lost_its_block_is_seen_no_more(tmp_path: Any):
    first = coinbase(0, [(script(GOOD), 50 * COIN)])
    paid = transaction([(bare(first), 0)], [(script(SHOP), 30)])
    short = [[first], [coinbase(1, [(script(9), COIN)]), paid]]
    longer = [[first], *[[coinbase(n, [(script(8), COIN)])] for n in (1, 2, 3)]]
    txid = bare(paid)[::-1].hex()
    assert observed(mined(tmp_path / "a", short), txid, address(SHOP), "a test").confirmations == 1
    with pytest.raises(BadInput):
        observed(mined(tmp_path / "b", short, longer), txid, address(SHOP), "a test")


# What leaves ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["Ж" * 299, "ООО «Ромашка & <сыновья>»", "]]><x/>", "Þórður ﬁrm ß", "株式会社", "x" * 300]
)
def test_names_of_all_kinds_leave_as_whole_messages(name: str):
    of = made()
    id_ = of.settlement.payer
    of = replace(of, participants={**of.participants, id_: replace(of.participants[id_], name=name, place="Ч" * 290)})
    root = ElementTree.fromstring(as_xml(of, NOW).partition("\n")[2])
    named = root.find(".//{*}Dbtr/{*}Nm")
    assert named is not None
    assert named.text
    assert len(named.text) <= 140
    travels = payload(of)
    assert breaches(travels, DAY) == []
    assert json.loads(json.dumps(as_json(travels)))["originator"]["originatorPersons"]
