"""The core alone: no step without everybody's receipts of this day, arrows and nothing beside them, two hands, and no walk that ends closed without all of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.settlement.made_settlements import (
    DAY,
    LISTS,
    NOW,
    PAYER_ADDRESS,
    TestScreener,
    evidence,
    exposure,
    made,
    observation,
    participant,
    receipt,
    receipts_for,
)

from adit import law
from adit.register.records import Stake
from adit.screening.receipts import Cleared, ListSeen, Outcome, Receipt, cleared
from adit.settlement.clearance import require_cleared
from adit.settlement.dossier import Dossier, everybody, subject_of
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Evidence, Papers
from adit.settlement.owners import owned_by_listed, unknown_owners
from adit.settlement.running import decide_step
from adit.settlement.states import ARROWS, ENDS, LINE, PAUSES, State, onward
from adit.settlement.transitions import Taken, go_on, stop
from adit.terms.errors import AditError, BadInput, Forbidden, Refused


def at(state: State, of: Dossier | None = None, **changes: Any) -> Dossier:
    of = of or made()
    return replace(of, settlement=replace(of.settlement, state=state.value, **changes))


def ruled(of: Dossier, **changes: Any) -> Evidence:
    return evidence(ruling=rule_on(of, law.load(of.settlement.regime), DAY), **changes)


def clearance(of: Dossier, receipts: list[Receipt] | None = None) -> Cleared:
    return cleared([n.subject for n in everybody(of)], receipts or receipts_for(of))


def gone(
    of: Dossier,
    to: State,
    *,
    hand: str = "officer-2",
    newest: tuple[ListSeen, ...] = LISTS,
    on: date = DAY,
    **more: Any,
) -> Taken:
    held = more.pop("cleared", None) or clearance(of)
    return go_on(
        of, to, held, evidence=more.pop("evidence", None) or ruled(of, **more), newest=newest, at=NOW, on=on, hand=hand
    )


def after(of: Dossier, taken: Taken) -> Dossier:
    return replace(of, settlement=taken.settlement, steps=of.steps + 1)


def walked(until: State) -> Dossier:
    of = made()
    for to in (*LINE[1:5], State.TRAVEL_RULE_ACKED, *LINE[5:]):
        if of.state is until and (until is not State.TRAVEL_RULE_ACKED or of.settlement.first_hand):
            break
        hand = "officer-3" if to is State.AUTHORISED else "officer-2"
        of = after(of, gone(of, to, hand=hand))
    return of


# Who is screened --------------------------------------------------------------------------------------------------
def test_everybody_is_screened_owners_banks_ship_and_addresses_included():
    of = made()
    named = [n.subject.address or n.subject.names[0] for n in everybody(of)]
    assert sorted(named) == sorted(
        ["АО «Сталь Алтая»", "Steppe Metals LLP", "Bank of the Altai", "Steppe Bank", "MV Katun", "Altai Holding", "Ivan Petrov", PAYER_ADDRESS,
         of.settlement.to_address]
    )  # fmt: skip


def test_who_is_named_and_not_stated_is_not_left_out():
    of = made()
    missing = replace(of, participants={i: p for i, p in of.participants.items() if p.kind != "bank"})
    with pytest.raises(BadInput, match=r"Nothing is stated of participant-\d+"):
        everybody(missing)


def test_one_letter_more_is_another_subject():
    of = made()
    seller = of.contract.exporter
    other = replace(
        of, participants={**of.participants, seller: replace(of.participants[seller], name="АО «Сталь Алтая»!")}
    )
    with pytest.raises(Refused, match="has not been screened as it is stated now"):
        go_on(
            other, State.IDENTIFIED, clearance(of), evidence=ruled(of), newest=LISTS, at=NOW, on=DAY, hand="officer-2"
        )


# Clearance --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("newest", "said"),
    [
        ((), "no mandatory list"),
        ((replace(LISTS[0], state="STALE"), LISTS[1]), "The list un is STALE"),
        ((replace(LISTS[0], sha256="c" * 64), LISTS[1]), "The list un has changed since"),
        ((*LISTS, ListSeen("eu", "d" * 64, DAY, "FRESH", True)), "did not ask the list eu"),
        ((replace(LISTS[0], mandatory=False), replace(LISTS[1], mandatory=False)), "no mandatory list"),
    ],
)
def test_receipts_older_than_the_lists_clear_nobody(newest: tuple[ListSeen, ...], said: str):
    with pytest.raises(Refused, match=said):
        gone(made(), State.IDENTIFIED, newest=newest)


@pytest.mark.parametrize(
    ("age", "holds"),
    [(timedelta(hours=24), True), (timedelta(hours=24, seconds=1), False), (timedelta(minutes=-6), False)],
)
def test_a_receipt_is_of_this_day(age: timedelta, holds: bool):
    of = made()
    held = clearance(of, receipts_for(of, NOW - age))
    if holds:
        assert gone(of, State.IDENTIFIED, cleared=held).step.to_state == "IDENTIFIED"
    else:
        with pytest.raises(Refused, match="not of this day"):
            gone(of, State.IDENTIFIED, cleared=held)


def test_nothing_else_is_a_clearance():
    of = made()
    for forged in (None, True, receipts_for(of), type("Cleared", (), {"receipts": tuple(receipts_for(of))})()):
        with pytest.raises(Refused, match="with a clearance in its hand"):
            require_cleared(cast("Cleared", forged), everybody(of), LISTS, NOW)
    with pytest.raises(AssertionError):
        Cleared(tuple(receipts_for(of)), object())


def test_the_clearance_of_another_settlement_is_none():
    other = made(buyer_country="CN")
    with pytest.raises(Refused, match="has not been screened"):
        gone(made(), State.IDENTIFIED, cleared=clearance(other))


# Arrows -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [s for s in State if s in ENDS or s is State.CLOSED])
def test_from_an_end_nothing_goes_on(state: State):
    assert not [to for from_, to in ARROWS if from_ is state and onward(from_, to)]


@pytest.mark.parametrize(("from_", "to"), [(a, b) for a in LINE for b in LINE if (a, b) not in ARROWS])
def test_no_state_of_the_line_is_skipped(from_: State, to: State):
    with pytest.raises(Refused, match="No arrow leads"):
        gone(at(from_), to)


def test_a_pause_ends_where_it_began():
    of = at(State.HOLD, before="SCREENED")
    assert gone(of, State.SCREENED).settlement.before == ""
    with pytest.raises(Refused, match="goes back to SCREENED"):
        gone(of, State.AUTHORISED)


def test_the_whole_line_is_walked():
    of = walked(State.CLOSED)
    assert of.settlement.state == "CLOSED"
    assert (of.settlement.first_hand, of.settlement.second_hand, of.settlement.pay_by) == (
        "officer-2",
        "officer-3",
        date(2025, 4, 15),
    )
    assert of.steps == 10


# What each state needs --------------------------------------------------------------------------------------------
def test_three_people_are_needed():
    of = walked(State.SCREENED)
    of = after(of, gone(of, State.TRAVEL_RULE_ACKED))
    with pytest.raises(Refused, match="No first hand"):
        gone(of, State.AUTHORISED, hand="officer-3")
    with pytest.raises(Forbidden, match="Who prepared"):
        gone(of, State.TRAVEL_RULE_ACKED, hand="officer-1")
    of = after(of, gone(of, State.TRAVEL_RULE_ACKED, hand="officer-2"))
    with pytest.raises(Refused, match="by a first hand already"):
        gone(of, State.TRAVEL_RULE_ACKED, hand="officer-4")
    for hand in ("officer-1", "officer-2"):
        with pytest.raises(Forbidden, match="neither the first nor"):
            gone(of, State.AUTHORISED, hand=hand)
    assert gone(of, State.AUTHORISED, hand="officer-3").settlement.second_hand == "officer-3"


@pytest.mark.parametrize(
    ("state", "to", "changes", "said"),
    [
        (State.AUTHORISED, State.OBSERVED, {"observation": None}, "No block at hand shows"),
        (State.AUTHORISED, State.OBSERVED, {"observation": observation(paid_sat=29_999_999)}, "pays 29999999 satoshi"),
        (State.AUTHORISED, State.OBSERVED, {"observation": observation(paid_sat=30_000_001)}, "30000000 are owed"),
        (
            State.AUTHORISED,
            State.OBSERVED,
            {"observation": observation(payers=("1Another",))},
            "was not declared and screened",
        ),
        (State.AUTHORISED, State.OBSERVED, {"observation": observation(payers=())}, "do not show"),
        (State.OBSERVED, State.CONFIRMED, {"observation": observation(confirmations=5)}, "has 5 confirmations; 6"),
        (State.OBSERVED, State.CONFIRMED, {"observation": observation(txid="ff" * 32)}, "another transaction"),
        (State.OBSERVED, State.CONFIRMED, {"observation": observation(proven=False)}, "read as told"),
        (State.CONFIRMED, State.RECONCILED, {"papers": None}, "papers of the goods are missing"),
        (State.CONFIRMED, State.RECONCILED, {"papers": Papers("INV-8", "1", DAY, 2_000_000_00)}, "invoice INV-8"),
        (State.CONFIRMED, State.RECONCILED, {"papers": Papers("INV-7", "1", DAY, 1)}, "papers are for 1"),
        (State.CONFIRMED, State.RECONCILED, {"papers": Papers("INV-7", " ", DAY, 2_000_000_00)}, "customs declaration"),
        (State.SCREENED, State.TRAVEL_RULE_ACKED, {"acknowledgement": None}, "acknowledged the data"),
        (State.CONTRACT_LINKED, State.SCREENED, {"exposures": ()}, "were not traced"),
    ],
)
def test_evidence_that_is_missing_or_does_not_fit_makes_it_wait(
    state: State, to: State, changes: dict[str, Any], said: str
):
    of = walked(state)
    with pytest.raises(Refused, match=said):
        gone(of, to, **changes)


def test_what_was_authorised_is_paid_in_ten_working_days_or_expires():
    of = walked(State.AUTHORISED)
    with pytest.raises(Refused, match="was to be paid by 2025-04-15"):
        gone(of, State.OBSERVED, on=date(2025, 4, 16))
    with pytest.raises(Refused, match="may be paid until"):
        stop(
            of,
            State.EXPIRED,
            receipts_for(of),
            evidence=ruled(of),
            reason="late",
            at=NOW,
            on=date(2025, 4, 15),
            hand="o",
        )
    expired = stop(
        of, State.EXPIRED, receipts_for(of), evidence=ruled(of), reason="late", at=NOW, on=date(2025, 4, 16), hand="o"
    )
    assert expired.settlement.state == "EXPIRED"


def test_half_of_the_owners_unknown_is_too_much():
    of = made()
    seller = of.contract.exporter
    stakes = tuple(replace(s, share_ppm=500_000) if s.owned == seller else s for s in of.stakes)
    with pytest.raises(Refused, match=r"owners of 50 % are declared"):
        gone(replace(of, stakes=stakes), State.IDENTIFIED)
    assert gone(
        replace(of, stakes=tuple(replace(s, share_ppm=500_001) if s.owned == seller else s for s in of.stakes)),
        State.IDENTIFIED,
    )


# Law, sum, coins --------------------------------------------------------------------------------------------------
def refused(of: Dossier, receipts: list[Receipt] | None = None, **changes: Any) -> Taken:
    return decide_step(
        of,
        None,
        receipts or receipts_for(of),
        newest=LISTS,
        evidence=ruled(of, **changes),
        at=NOW,
        on=DAY,
        hand="officer-2",
    )


@pytest.mark.parametrize(
    ("given", "said", "cites"),
    [
        (
            {"in_pilot": False},
            "in the pilot only, settlement stays inside the experimental regime",
            "223-FZ of 2024-08-08",
        ),
        (
            {"buyer_country": "RU"},
            "Payment at home, to АО «Сталь Алтая»: no, payment in digital currency is banned at home",
            "259-FZ of 2020-07-31",
        ),
    ],
)
def test_the_law_refuses_with_its_article(given: dict[str, Any], said: str, cites: str):
    of = at(State.IDENTIFIED, made(**given))
    taken = refused(of)
    assert (taken.settlement.state, taken.step.cites) == ("REFUSED", cites)
    assert said in taken.step.reason


@pytest.mark.parametrize(
    "regime",
    ["ru/law", "ru/trade_pilot_2023", "ru/central_bank_2022", "ru/government_concept_2022", "ru/finance_ministry_2022"],
)
def test_payment_at_home_is_refused_under_every_regime_that_bans_it(regime: str):
    of = made(regime=regime, buyer_country="RU")
    act = law.load(regime)
    day = max(DAY, act.first_day) if act.first_day else DAY
    ruling = rule_on(of, act, day)
    assert not ruling.allowed
    assert ruling.cites
    assert ruling.reason.startswith("Payment at home")


def test_one_kopeck_above_the_contract_is_refused():
    of = at(State.IDENTIFIED)
    assert gone(replace(of, others_minor=3_000_000_00), State.CONTRACT_LINKED)
    taken = refused(replace(of, others_minor=3_000_000_01))
    assert taken.settlement.state == "REFUSED"
    assert "5,000,000.01 RUB would be paid under contract 17/2025" in taken.step.reason


def test_a_registered_contract_has_its_number():
    of = at(State.IDENTIFIED, made(value=20_000_000_00))
    bare = replace(of, contract=replace(of.contract, unk=""))
    with pytest.raises(Refused, match="unique number is missing"):
        gone(bare, State.CONTRACT_LINKED)
    small = replace(bare, contract=replace(bare.contract, value_rub_kopecks=9_000_000_00))
    assert gone(small, State.CONTRACT_LINKED)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"hops": 3, "listed": "X", "poison_sat": 1}, "REVIEW"),
        ({"hops": 0, "listed": "X"}, "REVIEW"),
        ({"hops": 4, "listed": "X"}, "SCREENED"),
        ({"unresolved_sat": 20_000_000}, "REVIEW"),
        ({"unresolved_sat": 19_999_999}, "SCREENED"),
    ],
)
def test_coins_near_a_listed_address_are_looked_at(changes: dict[str, Any], state: str):
    assert refused(walked(State.CONTRACT_LINKED), exposures=(exposure(**changes),)).settlement.state == state


def test_a_review_of_coins_is_left_with_clean_ones_alone():
    near = (exposure(hops=2, listed="X"),)
    of = walked(State.CONTRACT_LINKED)
    of = after(of, refused(of, exposures=near))
    assert of.settlement.state == "REVIEW"
    with pytest.raises(Refused, match=r"It stays in REVIEW\. Coins at"):
        refused(of, exposures=near)
    assert refused(of).settlement.state == "CONTRACT_LINKED"


# Hits -------------------------------------------------------------------------------------------------------------
def with_outcome(of: Dossier, outcome: Outcome, name: str = "Ivan Petrov") -> list[Receipt]:
    return list(
        TestScreener({name: (outcome, f"{name} may be on the list un.")}).screen(
            [n.subject for n in everybody(of)], NOW
        )
    )


@pytest.mark.parametrize(
    ("state", "outcome", "leads_to"),
    [
        *[(s, Outcome.HOLD, "HOLD") for s in LINE[:-1]],
        *[(s, Outcome.REVIEW, "REVIEW") for s in LINE[:5]],
        *[(s, Outcome.LISTED, "REFUSED") for s in LINE[:5]],
        *[(s, o, "FROZEN") for s in LINE[5:] for o in (Outcome.REVIEW, Outcome.LISTED)],
    ],
)
def test_a_hit_stops_it_wherever_it_stands(state: State, outcome: Outcome, leads_to: str):
    of = walked(state)
    taken = refused(of, with_outcome(of, outcome))
    assert taken.settlement.state == leads_to
    assert "Ivan Petrov may be on the list un." in taken.step.reason
    assert taken.settlement.before == (state.value if State(leads_to) in PAUSES else "")


def test_the_owner_of_half_takes_the_owned_with_it_through_layers():
    of = made()
    taken = refused(of, with_outcome(of, Outcome.REVIEW))
    assert "Altai Holding belongs to them for 51 %." in taken.step.reason
    assert "АО «Сталь Алтая» belongs to them for 60 %." in taken.step.reason


def test_a_hold_ends_by_itself_and_a_hit_in_it_freezes_what_was_authorised():
    of = walked(State.AUTHORISED)
    held = after(of, refused(of, with_outcome(of, Outcome.HOLD)))
    assert refused(held).settlement.state == "AUTHORISED"
    frozen = after(held, refused(held, with_outcome(held, Outcome.REVIEW)))
    assert (frozen.settlement.state, frozen.settlement.before) == ("FROZEN", "AUTHORISED")
    with pytest.raises(Refused, match="It stays in FROZEN"):
        refused(frozen, with_outcome(frozen, Outcome.REVIEW))
    assert refused(frozen).settlement.state == "AUTHORISED"


def test_what_is_stopped_before_the_second_hand_is_authorised_anew():
    of = walked(State.TRAVEL_RULE_ACKED)
    assert of.settlement.first_hand == "officer-2"
    held = refused(of, with_outcome(of, Outcome.HOLD))
    assert held.settlement.first_hand == ""


def test_what_was_paid_is_neither_refused_nor_recalled():
    of = walked(State.CONFIRMED)
    frozen = after(of, refused(of, with_outcome(of, Outcome.LISTED)))
    for to in (State.REFUSED, State.RECALLED):
        with pytest.raises(Refused, match=r"It was paid before|No arrow"):
            stop(frozen, to, receipts_for(frozen), evidence=ruled(frozen), reason="r", at=NOW, on=DAY, hand="o")


@pytest.mark.parametrize("to", [State.HOLD, State.REVIEW, State.FROZEN])
def test_nothing_is_paused_without_ground(to: State):
    of = walked(State.AUTHORISED if to is State.FROZEN else State.IDENTIFIED)
    with pytest.raises(Refused, match=r"Nothing holds it|nothing to look at|Nobody was hit"):
        stop(of, to, receipts_for(of), evidence=Evidence(), reason="because", at=NOW, on=DAY, hand="o")


def test_stopping_needs_everybody_screened_and_a_reason():
    of = made()
    with pytest.raises(Refused, match="has not been screened"):
        stop(of, State.RECALLED, receipts_for(of)[1:], evidence=Evidence(), reason="recalled", at=NOW, on=DAY, hand="o")
    with pytest.raises(BadInput, match="for a reason"):
        stop(of, State.RECALLED, receipts_for(of), evidence=Evidence(), reason=" ", at=NOW, on=DAY, hand="o")
    with pytest.raises(BadInput, match="not where a settlement stops"):
        stop(of, State.IDENTIFIED, receipts_for(of), evidence=Evidence(), reason="r", at=NOW, on=DAY, hand="o")


# Random walks -----------------------------------------------------------------------------------------------------
TROUBLES = ("none", "none", "none", "none", "none", "hit", "missing", "old", "lists", "elsewhere")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_walk_closes_a_settlement_without_receipts_for_every_arrow(data: st.DataObject):
    of = WALKED
    named = everybody(of)
    taken: list[Taken] = []
    for _ in range(data.draw(st.integers(1, 40), label="steps")):
        trouble = data.draw(st.sampled_from(TROUBLES))
        receipts = [receipt(n.subject, NOW) for n in named]
        newest, to = LISTS, None
        match trouble:
            case "hit":
                which = data.draw(st.integers(0, len(named) - 1))
                outcome = data.draw(st.sampled_from([Outcome.HOLD, Outcome.REVIEW, Outcome.LISTED]))
                receipts[which] = receipt(named[which].subject, NOW, outcome, "r")
            case "missing":
                del receipts[data.draw(st.integers(0, len(named) - 1))]
            case "old":
                which = data.draw(st.integers(0, len(named) - 1))
                receipts[which] = receipt(named[which].subject, NOW - timedelta(hours=25))
            case "lists":
                newest = data.draw(
                    st.sampled_from([(), (replace(LISTS[0], state="STALE"),), (replace(LISTS[0], sha256="f" * 64),)])
                )
            case "elsewhere":
                to = data.draw(st.sampled_from([*State]))
        hand = data.draw(st.sampled_from(["officer-1", "officer-2", "officer-3"]))
        try:
            step = decide_step(
                of, to, receipts, newest=newest, evidence=EVIDENCE, reason="r", at=NOW, on=DAY, hand=hand
            )
        except AditError:
            continue
        assert trouble not in ("missing", "old")
        assert {r.subject for r in step.receipts} == {n.subject.digest for n in named}
        if onward(of.state, State(step.settlement.state)):
            assert {r.outcome for r in step.receipts} == {Outcome.CLEAR}
            assert trouble in ("none", "elsewhere")
        assert (of.state, State(step.settlement.state)) in ARROWS
        taken.append(step)
        of = after(of, step)
    if of.state is State.CLOSED:
        event("closed")
        line = [t.step.to_state for t in taken]
        assert [s.value for s in LINE[1:] if s.value not in line] == []
        assert len({of.settlement.prepared_by, of.settlement.first_hand, of.settlement.second_hand}) == 3


WALKED = made()
EVIDENCE = ruled(WALKED)


def test_such_walks_do_close_settlements():
    """The property above would hold of a machine that never moves: this one moves."""
    assert walked(State.CLOSED).state is State.CLOSED


# Owners -----------------------------------------------------------------------------------------------------------
def test_owners_are_known_up_to_persons():
    people = {
        "a": participant("organisation", "A"),
        "b": participant("organisation", "B"),
        "c": participant("person", "C"),
    }
    chain = [Stake("b", "a", 1_000_000), Stake("c", "b", 1_000_000)]
    assert unknown_owners(["a"], people, chain) == ()
    assert len(unknown_owners(["a"], people, chain[:1])) == 1
    state = {**people, "b": replace(people["b"], no_owners="a state body")}
    assert unknown_owners(["a"], state, chain[:1]) == ()


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 1_000_000)), max_size=15),
    st.sets(st.integers(0, 6)),
)
def test_the_fifty_percent_rule_is_the_least_set_that_is_closed(edges: list[tuple[int, int, int]], listed: set[int]):
    stakes = [Stake(str(a), str(b), ppm) for a, b, ppm in edges if a != b]
    taken = owned_by_listed(map(str, listed), stakes)
    whole = {*map(str, listed), *taken}
    for owned in map(str, range(7)):
        held = sum(s.share_ppm for s in stakes if s.owned == owned and s.owner in whole)
        assert (owned in whole) == (held >= 500_000 or int(owned) in listed)


def test_two_thirds_of_a_circle_do_not_list_themselves():
    assert owned_by_listed([], [Stake("a", "b", 900_000), Stake("b", "a", 900_000)]) == {}


def test_a_subject_is_its_digest():
    of = made()
    assert all(p.subject == subject_of(p).digest for p in of.participants.values())
