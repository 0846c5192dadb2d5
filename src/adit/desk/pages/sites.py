"""The sites of those who mine: machines, meters with their readings, addresses at which coins are received."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import first_months, person, place_of
from adit.desk.office import new_id
from adit.desk.web.fields import day_of, month_of, number_of, whole_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Hand, Mine
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.register.control import message_for, verify_message
from adit.register.records import (
    Address,
    Machine,
    Meter,
    Reading,
    Record,
    Site,
)
from adit.register.store import count, listed, one
from adit.terms.addresses import decode
from adit.terms.errors import AditError
from adit.terms.places import municipality, region, regions

__all__ = ["router"]

router = APIRouter(prefix="/mine", include_in_schema=False)
SHOWN = 100  # machines on a page


@router.get("/sites")
def sites(request: Request, hand: Mine, party: str = "") -> Response:
    """Every site with its machines by model; each machine is on the page of its site."""
    office, mine = office_of(request), hand.party(party)
    today = office.today()
    with office.reading() as connection:
        who = person(connection, mine, today)
        held = listed(connection, Site, "owner = %s", [mine], on=today, order="name")
        models = connection.execute(
            "SELECT site, maker, model, count(*), sum(hashrate_ghs), sum(power_w) FROM register.machine"
            " WHERE owner = %s AND upper_inf(known) AND valid @> %s::date GROUP BY site, maker, model ORDER BY 4 DESC",
            (mine, today),
        ).fetchall()
        addresses = listed(connection, Address, "party = %s", [mine], on=today, order="entry")
    return page(
        request, "mine/sites.html", who=who, sites=held, models=models, addresses=addresses,
        places={s.id: place_of(words_of(request), s.record) for s in held}, message=message_for(office.settings.log_name, mine, "…"),
    )  # fmt: skip


@router.get("/sites/new")
def new_site_page(request: Request, hand: Mine, party: str = "") -> Response:
    return _new_site(request, hand.party(party), {}, None)


@router.get("/sites/{id_}")
def site_page(request: Request, hand: Mine, id_: str, after: int = 0) -> Response:
    """One site: its meters with their readings, and its machines, a hundred at a time."""
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        site = one(connection, Site, id_)
        who = person(connection, hand.acts_for(site.record.owner), today)
        machines = listed(
            connection, Machine, "site = %s AND entry > %s", [id_, after], on=today, order="entry", limit=SHOWN
        )
        number = count(connection, Machine, "site = %s", [id_], on=today)
        meters = listed(connection, Meter, "site = %s", [id_], on=today)
        readings = listed(
            connection, Reading, "meter = ANY(%s)", [[m.id for m in meters]], order="lower(valid) DESC", limit=24
        )
    return page(
        request, "mine/site.html", who=who, site=site, place=place_of(words_of(request), site.record), machines=machines, number=number, meters=meters,
        readings=readings, months=first_months(today, 12), more_address=f"/mine/sites/{id_}?after={machines[-1].entry}" if len(machines) == SHOWN else "",
    )  # fmt: skip


def _new_site(request: Request, party: str, filled: Any, error: AditError | None) -> Response:
    russian = words_of(request).language == "ru"
    names = sorted(((r.iso, r.name_ru if russian else r.name_en) for r in regions().values()), key=lambda r: r[1])
    return page(
        request, "mine/new_site.html", status=422 if error else 200, party=party, filled=filled, regions=names, error=told(request, error),
        where=error.where if error else "",
    )  # fmt: skip


@router.post("/sites/new")
def new_site(request: Request, hand: Mine, sent: Sent) -> Response:
    party, id_ = hand.party(sent["party"]), new_id("site")
    try:
        iso = region(sent.needed("region", "Region")).iso
        site = Site(
            owner=party, operator=None, name=sent.needed("name", "Name"), region=iso,
            municipality=municipality(iso, sent["municipality"]) if sent["municipality"] else "", address=sent["address"],
            connection_kw=whole_of(sent, "connection_kw", "Connected power"), supplier=sent["supplier"],
            power_source=sent["power_source"] or "grid", isolated_generation=sent["isolated"] == "yes", residential=sent["residential"] == "yes",
        )  # fmt: skip
        _state(request, hand, sent, id_, site, day_of(sent, "since", "Since"))
    except AditError as error:
        return _new_site(request, party, sent, error)
    return redirect("/mine/sites", "Saved.", party=party)


@router.post("/machines/new")
def new_machine(request: Request, hand: Mine, sent: Sent) -> Response:
    party = _site_owner(request, hand, sent["site"])
    machine = Machine(
        party, sent["site"], sent.needed("maker", "Maker"), sent.needed("model", "Model"), sent.needed("serial", "Serial number"),
        number_of(sent, "hashrate_ths", "Hash rate", 3), whole_of(sent, "power_w", "Power"),
    )  # fmt: skip
    _state(request, hand, sent, new_id("machine"), machine, day_of(sent, "since", "Since"))
    return redirect(f"/mine/sites/{sent['site']}", "Saved.")


@router.post("/machines/{id_}/gone")
def machine_gone(request: Request, hand: Mine, id_: str, sent: Sent) -> Response:
    """The machine is no longer there: sold, broken, moved away."""
    office = office_of(request)
    with office.reading() as connection:
        machine = one(connection, Machine, id_).record
        hand.acts_for(machine.owner)
    since, why = day_of(sent, "since", "Since"), sent.needed("why", "Why")

    enter(request, hand, sent, lambda books, _: books.withdraw(id_, since=since, why=why))
    return redirect(f"/mine/sites/{machine.site}", "Saved.")


@router.post("/meters/new")
def new_meter(request: Request, hand: Mine, sent: Sent) -> Response:
    _site_owner(request, hand, sent["site"])
    meter = Meter(sent["site"], sent.needed("serial", "Serial number"), sent["counts"] or "mining")
    _state(request, hand, sent, new_id("meter"), meter, day_of(sent, "since", "Since"))
    return redirect(f"/mine/sites/{sent['site']}", "Saved.")


@router.post("/readings/new")
def new_reading(request: Request, hand: Mine, sent: Sent) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        meter = one(connection, Meter, sent["meter"])
    _site_owner(request, hand, meter.record.site)
    month = month_of(sent["month"])
    reading = Reading(meter.id, number_of(sent, "energy_kwh", "Energy", 3))
    _state(request, hand, sent, new_id("reading"), reading, month.start, month.end)
    return redirect(f"/mine/sites/{meter.record.site}", "Saved.")


@router.post("/addresses/new")
def new_address(request: Request, hand: Mine, sent: Sent) -> Response:
    """An address-identifier; with a signed message it is entered as proven, else as stated."""
    office, party = office_of(request), hand.party(sent["party"])
    text = sent.needed("address", "Address")
    found = decode(text)
    message = message_for(office.settings.log_name, party, text)
    if sent["signature"]:
        verify_message(text, message, sent["signature"])
    address = Address(
        party, "BTC", found.network, text, found.script, message if sent["signature"] else "", sent["signature"],
        "message" if sent["signature"] else "none",
    )  # fmt: skip
    _state(request, hand, sent, new_id("address"), address, office.today())
    return redirect("/mine/sites", "Saved.", party=party)


def _site_owner(request: Request, hand: Hand, site: str) -> str:
    with office_of(request).reading() as connection:
        return hand.acts_for(one(connection, Site, site).record.owner)


def _state(
    request: Request, hand: Hand, sent: Form, id_: str, record: Record, since: date, until: date | None = None
) -> None:
    """Enter a new record."""
    enter(request, hand, sent, lambda books, _: books.state(id_, record, since=since, until=until, new=True))
