"""Settlements as the office sees them: the queue, one settlement with everything that it rests on, and the steps that officers take."""

import json
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from adit.desk import settling_lists as lists
from adit.desk.office import Office
from adit.desk.screening_words import in_sentences
from adit.desk.settling import (
    Wanted,
    act_of,
    chain_for,
    desk_of,
    gathered,
    labelled,
    network_of,
    no_secrets,
    refuse,
    take,
)
from adit.desk.settling_view import (
    WIDTH,
    coins_of,
    latest,
    line_of,
    lists_of,
    money_in,
    origins_of,
    owners_tree,
    receipt_lines,
    told_to_all,
    whom_it_concerns,
)
from adit.desk.settling_words import CALLED, DONE, TONES
from adit.desk.trace_view import FindingView, view_of
from adit.desk.web.errors import status_of
from adit.desk.web.fields import day_of, whole_of
from adit.desk.web.filters import address, asked, chosen, kept
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Hand, SettlementReader, Settler
from adit.desk.web.pages import N_, language_of, office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.records import HitReview
from adit.register.store import listed
from adit.settlement.bounds import CONFIRMATIONS
from adit.settlement.clearance import not_clear
from adit.settlement.dossier import Dossier, everybody
from adit.settlement.eligibility import rule_on
from adit.settlement.evidence import Acknowledgement, Evidence, Papers, plain
from adit.settlement.messages.iso20022 import as_xml
from adit.settlement.messages.ivms101 import as_json, payload
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.money import minor
from adit.settlement.states import ARROWS, ENDS, PAUSES, State, next_on_the_line, onward, unpaid
from adit.settlement.store import dossier, receipts_of, steps_of
from adit.terms.addresses import decode
from adit.terms.errors import AditError, BadInput, UnknownName
from adit.tracing.exposure import of_address

__all__ = ["exported", "router"]

router = APIRouter(include_in_schema=False, dependencies=[Depends(no_secrets)])
PATH = "/settlements"
AGES = {"1": N_("a day and more"), "3": N_("three days and more"), "10": N_("ten days and more")}
TRIALS = {"real": False, "trial": True}
# where an officer stops one, in the order in which it is offered
STOPS = (State.REFUSED, State.RECALLED, State.DISPUTED, State.EXPIRED, State.HOLD, State.REVIEW, State.FROZEN)


# The queue --------------------------------------------------------------------------------------------------------
@router.get("/settlements")
def queue(request: Request, who: SettlementReader, after: int = 0) -> Response:
    """What stands where and for how long, what is held by which list and why. Real ones and trials are two lists."""
    office, values = office_of(request), asked(request, PATH)
    state = chosen(values, "state", lists.GROUPS)
    age = chosen(values, "age", AGES)
    trial = TRIALS[chosen(values, "trial", TRIALS, empty="real")]
    with office.reading() as connection:
        numbers = lists.counts(connection)
        held = lists.held_by_lists(connection, trial=trial)
        by_list = chosen(values, "list", {h.list_id: "" for h in held})
        found = lists.rows(
            connection, states=lists.GROUPS[state] if state else (), trial=trial, by_list=by_list, after=after,
            until=office.now() - lists.AGES[age] if age else None,
        )  # fmt: skip
        mine = kept(connection, who.code, PATH)
    shown = found[: lists.PAGE]
    return page(
        request,
        "settlements/queue.html",
        rows=shown,
        held=held,
        values=values,
        state=state,
        age=age,
        trial=trial,
        by_list=by_list,
        ages=AGES,
        groups={g: sum(numbers.get((s, trial), 0) for s in states) for g, states in lists.GROUPS.items()},
        called=CALLED,
        tones=TONES,
        kept=mine,
        trials=sum(n for (_, is_trial), n in numbers.items() if is_trial),
        here=address(PATH, values),
        money=money_in(words_of(request)),
        State=State,
        now=office.now(),
        link=lambda **more: address(PATH, values, **more),
        more_address=address(PATH, values, after=shown[-1].entry) if len(found) > lists.PAGE else "",
    )


# One settlement ---------------------------------------------------------------------------------------------------
@router.get("/settlements/{id_}")
def settlement_page(request: Request, who: SettlementReader, id_: str) -> Response:
    return _page(request, who, id_, None)


def _page(request: Request, who: Hand, id_: str, error: AditError | None, filled: Form | None = None) -> Response:
    decides = who.may("decide settlements")
    office, language = office_of(request), language_of(request)
    with office.reading() as connection:
        of = dossier(connection, id_)
        steps = steps_of(connection, id_)
        screened = receipts_of(connection, steps[-1][0].id) if steps else []
        entries = journal.entries_about(connection, [id_, of.settlement.contract])
        entered = min(e.recorded_at_utc for e in entries if e.subject == id_)
        reviews = _reviews(connection, of) if who.may("screen") else {}
    ruling, ruled_at = latest(steps, "ruling")
    if ruling is None:
        ruling = json.loads(json.dumps(plain(rule_on(of, act_of(office)(of.settlement.regime), office.today()))))
    coins, coins_at = latest(steps, "exposures")
    origins, _ = latest(steps, "origins")
    seen, _ = latest(steps, "observation")
    receipts = receipt_lines(of, screened)
    outcomes = {r.about: r.outcome for r in receipts}
    return page(
        request,
        "settlements/settlement.html",
        status=status_of(error)[0] if error else 200,
        of=of,
        s=of.settlement,
        c=of.contract,
        state=of.state,
        called=CALLED,
        tones=TONES,
        states={s.value: (CALLED[s], TONES.get(s, "neutral")) for s in State},
        told=partial(in_sentences, words_of(request)),
        marks=line_of(of, steps, entered),
        steps=steps,
        tree=owners_tree(of, outcomes),
        outcomes=outcomes,
        concerns=whom_it_concerns(receipts),
        told_apart=bool(steps) and told_to_all(steps[-1][0].record, screened),
        ruling=ruling,
        ruled_at=ruled_at,
        receipts=receipts,
        asked=lists_of(screened),
        coins=coins_of(coins, language) if coins else [],
        origins=origins_of(origins or [], of, language),
        coins_at=coins_at,
        seen=seen,
        entries=entries,
        next=_next(of),
        reviews=reviews,
        done=DONE,
        stops=_stops(of) if decides else (),
        decides=decides,
        paused=of.state in PAUSES,
        over=of.state in ENDS,
        money=money_in(words_of(request)),
        error=told(request, error),
        where=error.where if error else "",
        filled=filled or Form({}, {}),
        width=WIDTH,
        confirmations=CONFIRMATIONS,
        faults=breaches(payload(of), office.today()),
        State=State,
    )


def _reviews(connection: Connection, of: Dossier) -> dict[str, str]:
    """The hits of those who are screened here, as they who look at them find them: who it is about -> the page of its hit."""
    about = {n.subject.digest: n.about for n in everybody(of)}
    found = listed(connection, HitReview, "subject = ANY(%s) AND upper_inf(valid)", [list(about)], order="entry")
    return {about[r.record.subject]: f"/screening/hits/{r.id}" for r in found}


def _next(of: Dossier) -> State | None:
    """Where a step onward leads from here; None where nothing follows."""
    s = of.settlement
    if of.state in PAUSES:
        return State(s.before)
    if of.state is State.DISPUTED:
        return State.OBSERVED
    if of.state is State.TRAVEL_RULE_ACKED and not s.first_hand:
        return State.TRAVEL_RULE_ACKED
    return next_on_the_line(of.state)


def _stops(of: Dossier) -> tuple[State, ...]:
    """Where it may be stopped from here, by the arrows that there are."""
    s = of.settlement
    paid = of.state in PAUSES and not unpaid(of.state, s.before)
    return tuple(
        t for t in STOPS
        if (of.state, t) in ARROWS and not onward(of.state, t) and not (paid and t in ENDS)
    )  # fmt: skip


@router.get("/settlements/{id_}/coins")
def coins_page(request: Request, who: SettlementReader, id_: str) -> Response:
    """Where the coins of each declared address came from, as the office's blocks show it now: numbers, paths, what breaks the chain."""
    office, language = office_of(request), language_of(request)
    with office.reading() as connection:
        of = dossier(connection, id_)
    views, unseen, blocks, proven = list[tuple[str, FindingView]](), list[str](), 0, True
    try:
        chain = chain_for(office, network_of(of.settlement.to_address))
        marked = labelled(office, chain)
        blocks, proven = len(chain.block_hash), chain.proven
        for place, held in enumerate(of.settlement.from_addresses, 1):
            try:
                found = of_address(marked, decode(held["address"]).script, on=office.today())
                views.append((held["address"], view_of(found, place, language)))
            except BadInput as error:
                unseen.append(f"{held['address']}: {told(request, error)}")
    except AditError as error:
        unseen.append(told(request, error))
    return page(
        request,
        "settlements/coins.html",
        of=of,
        views=views,
        unseen=unseen,
        width=WIDTH,
        blocks=blocks,
        proven=proven,
    )


# Steps ------------------------------------------------------------------------------------------------------------
@router.post("/settlements/{id_}/advance")
def step_onward(request: Request, who: Settler, id_: str, sent: Sent) -> Response:
    """Take it one step further. Everybody is screened first; what is found is entered as the state to which it leads."""
    refuse(request, sent)
    office = office_of(request)
    try:
        to = State(sent["to"]) if sent["to"] in set(State) else None
        if sent["to"] and to is None:
            raise UnknownName("state", sent["to"], [s.value for s in State])
        wanted = Wanted(to, whole_of(sent, "seen", "Entry"))
        take(
            office, id_, wanted, hand=who.code, key=sent.key, digest=sent.digest,
            evidence=lambda of: gathered(office, of, sent["txid"], _stated(of, sent)),
        )  # fmt: skip
    except AditError as error:
        return _page(request, who, id_, error, sent)
    return redirect(f"/settlements/{id_}", "Saved.")


def _stated(of: Dossier, sent: Form) -> Evidence:
    """What the form states: an acknowledgement, or the papers of the goods."""
    if of.state is State.SCREENED and sent["reference"]:
        by, on = sent.needed("by", "Acknowledged by"), day_of(sent, "acknowledged_on", "Acknowledged on")
        return Evidence(acknowledgement=Acknowledgement(sent["reference"], by, on))
    if of.state is State.CONFIRMED and sent["invoice"]:
        day = day_of(sent, "papers_on", "Day of the papers")
        value = minor(sent["value"].replace(" ", "").replace(",", "."), of.contract.currency, "value")
        return Evidence(papers=Papers(sent["invoice"], sent["document"], day, value))
    return Evidence()


@router.post("/settlements/{id_}/stop")
def stop_it(request: Request, who: Settler, id_: str, sent: Sent) -> Response:
    """Stop it, with a reason. Everybody is screened for that too; hold and freeze are entered only where something was found."""
    refuse(request, sent)
    office = office_of(request)
    try:
        if sent["to"] not in [s.value for s in STOPS]:
            raise UnknownName("state", sent["to"], [s.value for s in STOPS], where="to")
        wanted = Wanted(
            State(sent["to"]), whole_of(sent, "seen", "Entry"), sent.needed("reason", "Reason"), sent["cites"]
        )
        take(
            office, id_, wanted, hand=who.code, key=sent.key, digest=sent.digest,
            evidence=lambda of: gathered(office, of) if wanted.to is State.REVIEW else Evidence(),
        )  # fmt: skip
    except AditError as error:
        return _page(request, who, id_, error, sent)
    return redirect(f"/settlements/{id_}", "Saved.")


@router.post("/settlements/{id_}/screen")
def screen_anew(request: Request, who: Settler, id_: str, sent: Sent) -> Response:
    """Screen everybody of a settlement that is closed: a hit freezes it, and where there is none it stays closed."""
    refuse(request, sent)
    office = office_of(request)
    desk = desk_of(office)
    try:
        with office.reading() as connection:
            named = everybody(dossier(connection, id_))
        if not not_clear(named, desk.screener.screen([n.subject for n in named], office.now())):
            return redirect(f"/settlements/{id_}", "Everybody is clear: it stays closed.")
        wanted = Wanted(None, whole_of(sent, "seen", "Entry"))
        take(office, id_, wanted, hand=who.code, key=sent.key, digest=sent.digest)
    except AditError as error:
        return _page(request, who, id_, error, sent)
    return redirect(f"/settlements/{id_}", "Saved.")


# For others -------------------------------------------------------------------------------------------------------
@router.get("/settlements/{id_}/ivms101.json")
def ivms101(request: Request, who: SettlementReader, id_: str) -> Response:
    return exported(office_of(request), _dossier(request, id_), "ivms101")


@router.get("/settlements/{id_}/iso20022.xml")
def iso20022(request: Request, who: SettlementReader, id_: str) -> Response:
    return exported(office_of(request), _dossier(request, id_), "iso20022")


def _dossier(request: Request, id_: str) -> Dossier:
    with office_of(request).reading() as connection:
        return dossier(connection, id_)


def exported(office: Office, of: Dossier, form: str) -> Response:
    """A settlement in a form of others: the data that travel with it, or a credit transfer to be read. It pays nothing."""
    if form == "ivms101":
        body: dict[str, Any] = as_json(payload(of))
        text = json.dumps({"trial": True, **body} if of.settlement.trial else body, ensure_ascii=False, indent=1)
        kind, name = "application/json", f"{of.id}-ivms101.json"
    else:
        text, kind, name = as_xml(of, office.now()), "application/xml", f"{of.id}-pacs008.xml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text + "\n", media_type=kind, headers=headers)
