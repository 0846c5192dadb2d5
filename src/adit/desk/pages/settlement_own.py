"""Settlements of those who take part: theirs, a new one, what is missing, the transaction that pays it. Who was screened as what stands on none of these pages.

In the order of routes this module comes before `settlements`, whose page of one settlement would take the word mine for an id.
"""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from adit import law
from adit.desk.cases import person
from adit.desk.office import Office
from adit.desk.pages.settlements import exported
from adit.desk.settling import Wanted, gathered, no_secrets, refuse, secret_fields, take
from adit.desk.settling_form import (
    KINDS,
    Draft,
    Looked,
    Own,
    check_parties,
    draft_of,
    looked_over,
    papers_of,
    place_of,
)
from adit.desk.settling_lists import of_parties, seen_by
from adit.desk.settling_view import line_of, money_in, told_to_all
from adit.desk.settling_words import plain_state
from adit.desk.web.errors import status_of
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Hand, Preparer
from adit.desk.web.pages import N_, office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.regime.act import Regime
from adit.register.records import TradeContract
from adit.register.store import one
from adit.settlement.dossier import Dossier, named_in
from adit.settlement.messages.ivms101 import payload
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.owners import unknown_owners
from adit.settlement.states import ENDS, State, where_it_was
from adit.settlement.store import Papers, dossier, enter, receipts_of, steps_of
from adit.terms.errors import AditError, BadInput, Forbidden, NotFound, Refused

__all__ = ["router"]

router = APIRouter(prefix="/settlements/mine", include_in_schema=False, dependencies=[Depends(no_secrets)])
SECRET = N_(
    "Something in this form is a key, a seed or a transaction to be signed. It was taken out and is not kept: whoever has seen it can spend the coins."
)


# Overview ---------------------------------------------------------------------------------------------------------
@router.get("")
def overview(request: Request, who: Preparer) -> Response:
    """The settlements of those for whom somebody acts: real ones, and trials apart."""
    with office_of(request).reading() as connection:
        found = of_parties(connection, who.parties)
    states = {r.id: plain_state(r.state, r.before) for r in found}
    return page(
        request,
        "settlements/mine.html",
        real=[r for r in found if not r.trial],
        trials=[r for r in found if r.trial],
        states=states,
        money=money_in(words_of(request)),
    )


# A new one --------------------------------------------------------------------------------------------------------
@router.get("/new")
def new_page(request: Request, who: Preparer, party: str = "", again: str = "") -> Response:
    """The first step of the form; with `again`, of another payment under the contract of a settlement of theirs."""
    office, own = office_of(request), _own(request, who, party)
    earlier = _earlier(office, who, again)
    draft = draft_of({"regime": office.regime.id}, own, earlier)
    return _form(request, own, draft, draft.steps[0], None)


@router.post("/new")
def new_step(request: Request, who: Preparer, sent: Sent) -> Response:
    """Go on in the form, back, make room for one more, or send it whole. What was typed stays; what holds a secret is taken out."""
    office, own = office_of(request), _own(request, who, sent["party"])
    secret = secret_fields(request, sent)
    if secret & {"again", "party", "step", "go"}:
        raise BadInput(SECRET)
    fields = {n: "" if n in secret else v for n, v in sent.items()}
    earlier = _earlier(office, who, sent["again"])
    step, go = sent["step"], sent["go"]
    draft = draft_of(fields, own, earlier, add=go.removeprefix("add-") if go.startswith("add-") else "")
    steps = draft.steps
    if step not in steps:
        step = steps[0]
    if secret:
        return _form(request, own, draft, place_of(min(secret))[1] if not draft.again else steps[0], BadInput(SECRET))
    try:
        if go == "send" and step == steps[-1]:
            return _send(request, who, sent, own, draft, earlier)
        if go == "next":
            check_parties(draft, own, step)
            step = steps[min(steps.index(step) + 1, len(steps) - 1)]
        elif go == "back":
            step = steps[max(steps.index(step) - 1, 0)]
        if step == "check":
            return _check(request, who, own, draft, earlier)
    except AditError as error:
        field, at = place_of(error.where)
        return _form(request, own, draft, at if at in steps[:-1] else steps[-2], error, field)
    return _form(request, own, draft, step, None)


def _own(request: Request, who: Hand, party: str) -> Own:
    """The party that it is entered for, as the register has it."""
    office, mine = office_of(request), who.party(party)
    with office.reading() as connection:
        p = person(connection, mine, office.today())
    country = p.party.country or office.regime.jurisdiction
    return Own(mine, p.name, p.inn, p.ogrn, p.address, country, p.party.state_tied)


def _earlier(office: Office, who: Hand, again: str) -> Dossier | None:
    if not again:
        return None
    with office.reading() as connection:
        return _visible(connection, who, again)


def _visible(connection: Connection, who: Hand, id_: str) -> Dossier:
    """A settlement that names one of theirs. Raises NotFound, for one of others too: that there is one is not told."""
    if not seen_by(connection, id_, who.parties):
        raise NotFound("There is no such settlement of yours.", todo="Look for it in your list.")
    return dossier(connection, id_)


def _acts(office: Office) -> list[Regime]:
    """The act of the office, and those of its state that are not in force: under these it is a trial."""
    state = office.regime.id.partition("/")[0]
    return [office.regime, *(a for name in law.names(state) if (a := law.load(name)).status != "in force")]


def _act(office: Office, name: str) -> Regime:
    acts = {a.id: a for a in _acts(office)}
    if name not in acts:
        raise BadInput("There is no such regime here.", where="regime", todo="Choose one of the list.")
    return acts[name]


def _form(
    request: Request, own: Own, draft: Draft, step: str, error: AditError | None, where: str = "", status: int = 0
) -> Response:
    office = office_of(request)
    return page(
        request,
        "settlements/new.html",
        status=status or (status_of(error)[0] if error else 200),
        own=own,
        draft=draft,
        step=step,
        kinds=KINDS,
        steps=draft.steps,
        acts=_acts(office),
        real=office.regime.id,
        error=told(request, error),
        where=where,
        looked=None,
        money=money_in(words_of(request)),
    )


def _check(request: Request, who: Hand, own: Own, draft: Draft, earlier: Dossier | None) -> Response:
    office = office_of(request)
    looked = _looked(office, who, own, draft, earlier)[1]
    return page(
        request, "settlements/new.html", own=own, draft=draft, step="check", kinds=KINDS, steps=draft.steps, acts=_acts(office), real=office.regime.id,
        error="", where="", looked=looked, money=money_in(words_of(request)),
    )  # fmt: skip


def _looked(office: Office, who: Hand, own: Own, draft: Draft, earlier: Dossier | None) -> tuple[Papers, Looked]:
    act = _act(office, draft["regime"])
    with office.reading() as connection:
        papers = papers_of(draft, own, earlier, act, who.code, lambda i: one(connection, TradeContract, i).record)
    return papers, looked_over(papers, act, office.today(), earlier)


def _send(request: Request, who: Hand, sent: Form, own: Own, draft: Draft, earlier: Dossier | None) -> Response:
    """Enter the draft: once, however often it is sent, and only where nothing is missing that could not be added later."""
    office = office_of(request)
    papers, looked = _looked(office, who, own, draft, earlier)
    if looked.missing:
        return _check(request, who, own, draft, earlier)
    hand, on = who.code, office.today()
    made = office.write(lambda t: enter(t, papers, hand=hand, on=on), key=sent.key, digest=sent.digest)
    return redirect(f"/settlements/mine/{made.answer['id']}", "The office has it now.")


# One of theirs ----------------------------------------------------------------------------------------------------
@router.get("/{id_}")
def own_page(request: Request, who: Preparer, id_: str) -> Response:
    return _page(request, who, id_, None)


def _page(request: Request, who: Hand, id_: str, error: AditError | None, txid: str = "") -> Response:
    office = office_of(request)
    with office.reading() as connection:
        of = _visible(connection, who, id_)
        steps = steps_of(connection, id_)
        entered: datetime = min(e.recorded_at_utc for e in journal.entries_about(connection, [id_]))
        why = ""
        if of.state in ENDS and told_to_all(steps[-1][0].record, receipts_of(connection, steps[-1][0].id)):
            why = steps[-1][0].record.reason
    s = of.settlement
    plain = plain_state(s.state, s.before)
    missing: list[str] = []
    if of.state is State.DRAFT:
        missing += unknown_owners(named_in(s, of.contract), of.participants, of.stakes)
    if of.state not in ENDS and not s.acknowledgement:
        missing += breaches(payload(of), office.today())
    marks = line_of(of, steps, entered)
    return page(
        request,
        "settlements/own.html",
        status=status_of(error)[0] if error else 200,
        of=of,
        s=s,
        c=of.contract,
        plain=plain,
        marks=marks,
        missing=missing,
        why=why,
        cites=steps[-1][0].record.cites if why else "",
        money=money_in(words_of(request)),
        error=told(request, error),
        txid=txid,
        pays=plain.key == "pay",
        over=of.state in ENDS,
    )


@router.post("/{id_}/paid")
def name_payment(request: Request, who: Preparer, id_: str, sent: Sent) -> Response:
    """Name the transaction that pays it. The office looks for it in its own blocks; whatever else is found is told as being checked."""
    refuse(request, sent)
    office = office_of(request)
    with office.reading() as connection:
        of = _visible(connection, who, id_)
    txid = sent["txid"].lower()
    if txid and of.settlement.txid == txid:
        return redirect(f"/settlements/mine/{id_}", "Sent.")  # it was sent twice
    if plain_state(of.settlement.state, of.settlement.before).key != "pay":
        raise Forbidden("Nothing is to be named here now.", todo="Look at what the office says of it.")
    try:
        if not _is_txid(txid):
            raise BadInput(
                "This is no transaction id.",
                where="txid",
                todo="It has 64 hexadecimal digits; copy it from the wallet.",
            )
        wanted = Wanted(State.OBSERVED, of.entry)
        take(
            office,
            id_,
            wanted,
            hand=who.code,
            key=sent.key,
            digest=sent.digest,
            evidence=lambda of: gathered(office, of, txid),
        )
    except AditError as error:
        if (
            isinstance(error, Refused) and error.name not in _OF_THE_PAYMENT
        ):  # whatever else stands in the way is not for them
            return redirect(f"/settlements/mine/{id_}", "Sent.")
        return _page(request, who, id_, error, txid)
    return redirect(f"/settlements/mine/{id_}", "Sent.")


_OF_THE_PAYMENT = ("evidence missing", "no blocks", "amount", "payer", "expired", "changed meanwhile")


def _is_txid(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)


# For others -------------------------------------------------------------------------------------------------------
@router.get("/{id_}/ivms101.json")
def ivms101(request: Request, who: Preparer, id_: str) -> Response:
    return exported(office_of(request), _told_plainly(request, who, id_), "ivms101")


@router.get("/{id_}/iso20022.xml")
def iso20022(request: Request, who: Preparer, id_: str) -> Response:
    return exported(office_of(request), _told_plainly(request, who, id_), "iso20022")


def _told_plainly(request: Request, who: Hand, id_: str) -> Dossier:
    """The settlement with the state on the line in place of one beside it, since a message names its state."""
    with office_of(request).reading() as connection:
        of = _visible(connection, who, id_)
    s = of.settlement
    return replace(of, settlement=replace(s, state=where_it_was(State(s.state), s.before).value))
