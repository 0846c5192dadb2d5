"""Pools: in which of them a party mines, how it is paid there and to which addresses; and who mines in a pool, for the office."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.cases import names_of, person
from adit.desk.office import new_id
from adit.desk.web.errors import status_of
from adit.desk.web.fields import day_of, number_of, whole_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Hand, Mine, Officer, Reader
from adit.desk.web.pages import office_of, page, redirect, told
from adit.journal import store as journal
from adit.register.procedures import pools
from adit.register.records import Address, Participation, Pool
from adit.register.store import Books, history, listed, one
from adit.terms.errors import AditError

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
SHOWN = 500  # participants on a page


# Of a miner -------------------------------------------------------------------------------------------------------
@router.get("/mine/pools")
def own_page(request: Request, who: Mine, party: str = "") -> Response:
    return _own(request, who.party(party), {}, None)


def _own(
    request: Request, party: str, filled: Mapping[str, str], error: AditError | None, *, ticked: tuple[str, ...] = ()
) -> Response:
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        whom = person(connection, party, today)
        held = pools.participations_of(connection, party)
        known = pools.pools(connection, today)
        addresses = listed(connection, Address, "party = %s", [party], order="entry")
        names = {
            p.id: p.record.name
            for p in listed(connection, Pool, "id = ANY(%s)", [[p.record.pool for p in held]], order="lower(valid)")
        }
    return page(
        request, "mine/pools.html", status=status_of(error)[0] if error else 200, whom=whom, now=[p for p in held if p.valid_to is None or p.valid_to > today],
        before=[p for p in held if p.valid_to is not None and p.valid_to <= today], pools=known, names=names, schemes=pools.SCHEMES, filled=filled,
        ticked=ticked, addresses=addresses, texts={a.id: a.record.address for a in addresses}, percent=percent, error=told(request, error),
        where=error.where if error else "",
    )  # fmt: skip


def percent(ppm: int | None) -> str:
    """A share of a million as one of a hundred; empty where it is not stated."""
    return "" if ppm is None else f"{ppm // 10_000}.{ppm % 10_000:04}".rstrip("0").rstrip(".")


def _participation(sent: Form, party: str, pool: str) -> Participation:
    fee = number_of(sent, "fee", "Fee", 4) if sent["fee"] else None
    return Participation(party, pool, sent["account"], sent["scheme"], fee, tuple(sorted(sent.all("address"))))


@router.post("/mine/pools/new")
def participate(request: Request, who: Mine, sent: Sent) -> Response:
    """Enter that one mines in a pool, one that is there or a new one."""
    party, id_, fresh, office = who.party(sent["party"]), new_id("participation"), new_id("pool"), office_of(request)
    try:
        since = day_of(sent, "since", "From")
        until = day_of(sent, "until", "Until") if sent["until"] else None
        made = Pool(sent["name"], sent["country"].upper(), url=sent["url"]) if sent["pool"] == "new" else None
        if made is None:
            with office.reading() as connection:
                one(connection, Pool, sent.needed("pool", "Pool"))
        mines = _participation(sent, party, fresh if made is not None else sent["pool"])
        enter(
            request, who, sent,
            lambda books, on: pools.participate(books, id_, mines, since=since, until=until, pool=made, on=on),
        )  # fmt: skip
    except AditError as error:
        return _own(request, party, sent, error, ticked=tuple(sent.all("address")))
    return redirect("/mine/pools", "Saved.", party=party)


@router.post("/mine/pools/{id_}/change")
def change(request: Request, who: Mine, id_: str, sent: Sent) -> Response:
    """Say from which day on it is otherwise, and why."""
    party = _whose(request, who, id_)
    try:
        since, why, seen = day_of(sent, "since", "From"), sent.needed("why", "Why"), whole_of(sent, "seen", "Entry")
        mines = _participation(sent, party, "")
        enter(request, who, sent, lambda books, _: pools.change(books, id_, mines, since=since, why=why, seen=seen))
    except AditError as error:
        return _own(request, party, {}, error)
    return redirect("/mine/pools", "Saved.", party=party)


@router.post("/mine/pools/{id_}/end")
def end(request: Request, who: Mine, id_: str, sent: Sent) -> Response:
    """Mine there no more from a day on."""
    party = _whose(request, who, id_)
    try:
        since, why = day_of(sent, "since", "From"), sent.needed("why", "Why")
        enter(request, who, sent, lambda books, _: pools.end(books, id_, since=since, why=why))
    except AditError as error:
        return _own(request, party, {}, error)
    return redirect("/mine/pools", "Saved.", party=party)


def _whose(request: Request, who: Hand, id_: str) -> str:
    with office_of(request).reading() as connection:
        return who.acts_for(one(connection, Participation, id_).record.party)


# Of the office ----------------------------------------------------------------------------------------------------
@router.get("/pools")
def pools_page(request: Request, who: Reader) -> Response:
    """The pools that are entered, with how many mine in them."""
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        found = pools.pools(connection, today)
        counts = dict(
            connection.execute(
                "SELECT pool, count(DISTINCT party) FROM register.participation WHERE upper_inf(known) AND valid @> %s::date GROUP BY pool",
                [today],
            ).fetchall()
        )
    return page(request, "register/pools.html", pools=found, counts=counts)


@router.get("/pools/{id_}")
def pool_page(request: Request, who: Reader, id_: str) -> Response:
    return _pool(request, who, id_, {}, None)


def _pool(request: Request, who: Hand, id_: str, filled: Mapping[str, str], error: AditError | None) -> Response:
    office, shown = office_of(request), who.may("see who a party is")
    today = office.today()
    with office.reading() as connection:
        found = one(connection, Pool, id_)
        mines = listed(
            connection, Participation, "pool = %s", [id_], on=today, order="lower(valid) DESC, id", limit=SHOWN
        )
        names = names_of(connection, [m.record.party for m in mines]) if shown else {}
        texts = {
            a.id: a.record.address
            for a in listed(connection, Address, "id = ANY(%s)", [[i for m in mines for i in m.record.addresses]])
        }
        versions = history(connection, Pool, id_)
        entries = journal.entries_about(connection, [id_])
    return page(
        request, "register/pool.html", status=status_of(error)[0] if error else 200, found=found, mines=mines, names=names, texts=texts, shown=shown,
        versions=versions, entries=entries, filled=filled, error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


@router.post("/pools/{id_}/correct")
def correct(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Correct what is entered of a pool: miners name it, and an officer keeps it right."""
    try:
        since, why, seen = day_of(sent, "since", "From"), sent.needed("why", "Why"), whole_of(sent, "seen", "Entry")
        made = Pool(sent["name"], sent["country"].upper(), sent["accredited"] == "yes", sent["url"])

        def work(books: Books, _: date) -> None:
            pools.correct_pool(books, id_, made, since=since, why=why, seen=seen)

        enter(request, who, sent, work)
    except AditError as error:
        return _pool(request, who, id_, sent, error)
    return redirect(f"/pools/{id_}", "Saved.")
