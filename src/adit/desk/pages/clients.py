"""An operator and whom it hosts: since when, where, by which contract; and its report of a month, held against its own meters."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.decision.decide import decide
from adit.desk.cases import first_months, names_of, person
from adit.desk.office import Office, new_id
from adit.desk.web.fields import day_of, month_of, number_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Hand, Host, Mine
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_, office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.register.procedures import clients
from adit.register.procedures.clients import Hosted
from adit.register.records import Client, Site
from adit.register.store import Books, Stated, listed, one
from adit.terms.days import Period
from adit.terms.errors import AditError, NotFound

__all__ = ["duties", "router"]

router = APIRouter(prefix="/mine/clients", include_in_schema=False)

# Questions of an act about what an operator reports, and what it pays if it does not
_DUTIES = ("must_report_clients", "operator_fine_rub")
# What a client has said, as its operator reads it
_SAID = {
    "asked": N_("not answered yet"), "confirmed": N_("confirmed by the client"), "objected": N_("the client objects"),
    "stands": N_("stands by decision of the office"),
}  # fmt: skip


def duties(office: Office, words: Words) -> list[tuple[str, str]]:
    """What the regime of the day has an operator report, and what it pays if it does not: each with its act. Empty where it does not say."""
    today, regime = office.today(), office.regime
    asked = [q for q in _DUTIES if q in regime.rules]
    if not asked:
        return []
    day = Period(today, today + timedelta(days=1))
    decision = decide(
        regime, {"in_operators_register": True, "client_reported": False}, day, questions=asked, known=today
    )
    said: list[tuple[str, str]] = []
    for answer in decision.answers:
        for value in answer.explanation.values if answer.explanation and answer.value is not None else ():
            text = words.law(value.about)
            if value.kind == "number" and value.value is not None:
                text = f"{text.rstrip('.')}: {words.number(value.value)}\N{NO-BREAK SPACE}₽"
            if value.value is not None:
                said.append((text, words.law(value.cite)))
    return said


# Whom it hosts ----------------------------------------------------------------------------------------------------
@router.get("")
def clients_page(request: Request, hand: Host, party: str = "") -> Response:
    """Whom the operator hosts, and whom it hosted before."""
    return _clients(request, hand, hand.party(party), {}, None)


def _clients(
    request: Request, hand: Hand, operator: str, filled: Mapping[str, str], error: AditError | None
) -> Response:
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        who = person(connection, operator, today)
        others = [(p, person(connection, p, today).name) for p in hand.parties]
        held = listed(
            connection, Client, "operator = %s", [operator], order="lower(valid) DESC, id", limit=clients.MOST
        )
        sites = clients.sites_of(connection, operator, today)
        names = names_of(connection, [c.record.miner for c in held])
        places = _names_of_sites(connection, {c.record.site for c in held})
    hosted = [c for c in held if c.valid_to is None or c.valid_to > today]
    return page(
        request, "mine/clients.html", status=422 if error else 200, who=who, others=others, hosted=hosted,
        before=[c for c in held if c not in hosted], sites=sites, names=names, places=places, filled=filled,
        duties=duties(office, words_of(request)), month=first_months(today, 1)[0], tariff=_tariff, said=_SAID, error=told(request, error),
        where=error.where if error else "",
    )  # fmt: skip


def _names_of_sites(connection: Connection, ids: set[str]) -> dict[str, Stated[Site]]:
    return {s.id: s for s in listed(connection, Site, "id = ANY(%s)", [[*ids]], order="lower(valid)")}


def _tariff(words: Words, rub_e4: int) -> str:
    """Roubles for a kilowatt-hour; empty where none was agreed upon in writing."""
    unit = "₽/кВт·ч" if words.language == "ru" else "₽/kWh"
    return f"{words.number(Decimal(rub_e4).scaleb(-4))}\N{NO-BREAK SPACE}{unit}" if rub_e4 else ""


@router.post("")
def add_client(request: Request, hand: Host, sent: Sent) -> Response:
    """Host a miner: found by its INN or its number in the register, and of whoever else is there nothing is told."""
    office, operator, id_ = office_of(request), hand.party(sent["party"]), new_id("client")
    try:
        number, since = sent.needed("number", "Number"), day_of(sent, "since", "Since")
        with office.reading() as connection:
            miner = clients.party_by_number(connection, number, office.today())
        if miner is None:
            raise NotFound(
                "There is no miner with this number.", where="number", todo="Ask your client for it once more."
            )
        tariff = number_of(sent, "tariff", "Tariff", 4, empty=0)
        client = Client(operator, miner, sent["site"], sent["contract"], tariff)
        enter(request, hand, sent, lambda books, _: clients.host(books, id_, client, since=since))
    except AditError as error:
        return _clients(request, hand, operator, sent, error)
    return redirect("/mine/clients", "Saved.", party=operator)


@router.post("/{id_}/end")
def end_client(request: Request, hand: Host, id_: str, sent: Sent) -> Response:
    with office_of(request).reading() as connection:
        operator = hand.acts_for(clients.operator_of(connection, id_))
    since, why = day_of(sent, "since", "From"), sent.needed("why", "Why")
    enter(request, hand, sent, lambda books, _: clients.end(books, id_, since=since, why=why))
    return redirect("/mine/clients", "Saved.", party=operator)


# What the client says ---------------------------------------------------------------------------------------------
@router.post("/{id_}/confirm")
def confirm_hosting(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    """The client of an operator says that it is one."""
    miner = _client_of(request, hand, id_)
    enter(request, hand, sent, lambda books, _: clients.confirm(books, id_))
    return redirect("/mine", "Saved.", party=miner)


@router.post("/{id_}/object")
def object_to_hosting(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    """Whoever was entered as a client says that it is none, or not so: the office decides."""
    miner, statement, appeal = (
        _client_of(request, hand, id_),
        sent.needed("statement", "What is not so"),
        new_id("appeal"),
    )
    enter(
        request, hand, sent,
        lambda books, on: clients.object_to(books, id_, appeal, statement=statement, on=on),
    )  # fmt: skip
    return redirect("/mine", "Sent.", party=miner)


def _client_of(request: Request, hand: Hand, id_: str) -> str:
    """The miner that a hosting is about, if the hand acts for it. Raises Forbidden, or NotFound."""
    with office_of(request).reading() as connection:
        return hand.acts_for(one(connection, Client, id_).record.miner)


# The report -------------------------------------------------------------------------------------------------------
@router.get("/report")
def report_page(request: Request, hand: Host, month: str = "", party: str = "") -> Response:
    office = office_of(request)
    chosen = month_of(month) if month else first_months(office.today(), 1)[0]
    return _report(request, hand.party(party), chosen, None, None)


def _report(request: Request, operator: str, month: Period, sent: Form | None, error: AditError | None) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        who = person(connection, operator, office.today())
        hosted = clients.hosted_in(connection, operator, month)
        sites = clients.month_of_sites(connection, operator, month, hosted)
        names = names_of(connection, [h.client.record.miner for h in hosted])
    reported = [h.reported for h in hosted if h.reported]
    return page(
        request, "mine/client_report.html", status=422 if error else 200, who=who, month=month, months=first_months(office.today(), 12),
        ended=month.end <= office.today(), hosted=hosted, sites=sites, names=names, filled=_filled(hosted, sent), tariff=_tariff,
        reported=reported, seen=max((r.entry for r in reported), default=-1), why=sent["why"] if sent is not None else "",
        duties=duties(office, words_of(request)), error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _filled(hosted: Sequence[Hosted], sent: Form | None) -> dict[str, str]:
    """What stands in the fields: what was sent, else what is reported."""
    if sent is not None:
        return {h.client.id: sent[f"energy-{h.client.id}"] for h in hosted}
    return {h.client.id: _kwh(h.reported.record.energy_wh) if h.reported else "" for h in hosted}


def _kwh(energy_wh: int) -> str:
    return f"{energy_wh // 1000}.{energy_wh % 1000:03}".rstrip("0").rstrip(".")


@router.post("/report")
def report(request: Request, hand: Host, sent: Sent) -> Response:
    """Report a month, or correct what was reported of it."""
    operator, month = hand.party(sent["party"]), month_of(sent["month"])
    try:
        named = [n.removeprefix("energy-") for n in sent if n.startswith("energy-")]
        energy_wh = {id_: number_of(sent, f"energy-{id_}", "Energy", 3) for id_ in named}
        ids = {id_: new_id("clientreport") for id_ in named}
        seen = int(sent["seen"]) if sent["seen"].isdecimal() else -1

        def work(books: Books, on: date) -> None:
            clients.report(books, operator, month, energy_wh, ids, on=on, why=sent["why"], seen=seen)

        enter(request, hand, sent, work)
    except AditError as error:
        return _report(request, operator, month, sent, error)
    return redirect("/mine/clients/report", "Sent.", party=operator, month=str(month))
