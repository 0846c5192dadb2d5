"""Asking for an account: anybody says who they are and for whom they act, sees how the request stands, corrects it or takes it back."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import newcomers
from adit.desk.newcomers import KEPT_DAYS
from adit.desk.office import Office, new_id
from adit.desk.pages.account import start_of
from adit.desk.web.accounts import check_password
from adit.desk.web.errors import status_of
from adit.desk.web.fields import day_of, whole_of
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import ASKING, Asker, Hand, Open
from adit.desk.web.pages import N_, language_of, office_of, page, redirect, told, words_of
from adit.desk.web.sessions import begin
from adit.engines.database import Connection
from adit.journal.writer import Transaction
from adit.register.procedures import joining
from adit.register.records import Joining
from adit.register.store import Books, Stated, listed, one
from adit.terms.errors import AditError, BadInput, Forbidden, NotFound

__all__ = ["countries", "router"]

router = APIRouter(include_in_schema=False)
_TEXTS = ("kind", "name", "inn", "ogrn", "address", "email", "phone", "person", "role", "document", "statement")
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # codes of Unicode for something else


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """The countries with their codes (ISO 3166), by name."""
    named = (
        (c, n) for c, n in Locale(language).territories.items() if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRY
    )
    return tuple(sorted(named, key=lambda c: (c[0] != "RU", c[1])))


# The form ---------------------------------------------------------------------------------------------------------
@router.get("/join")
def join_page(request: Request, who: Open) -> Response:
    if who is not None and not who.may("ask for an account"):
        return redirect(start_of(who.roles))
    if who is not None and _open_one(request, who) is not None:
        return redirect("/joining")
    return _form(request, who, {}, None)


def _form(request: Request, who: Hand | None, filled: Mapping[str, str], error: AditError | None) -> Response:
    return page(
        request, "join/form.html", status=status_of(error)[0] if error else 200, new=who is None, filled=filled, days=KEPT_DAYS,
        countries=countries(words_of(request).language), error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _asked(sent: Form) -> Joining:
    """What a form says, as it will be entered. Raises BadInput for a day that cannot be read."""
    days: dict[str, date | None] = {
        n: day_of(sent, n, label) if sent[n] and sent["role"] == "attorney" else None
        for n, label in (
            ("document_on", N_("Day of the power of attorney")),
            ("document_until", N_("Last day of the power of attorney")),
        )
    }
    texts = {n: sent[n] for n in _TEXTS} | ({"document": ""} if sent["role"] != "attorney" else {})
    return Joining("", "sent", **texts, **days, country=sent["country"] or "RU", hosts=sent["hosts"] == "yes")  # type: ignore[arg-type]  # texts and days, as the names say


@router.post("/join")
def join(request: Request, who: Open, sent: Sent) -> Response:
    """Enter a request, and sign in whoever made it: what they see then is that request and nothing else."""
    office, id_ = office_of(request), new_id("joining")
    if who is not None and not who.may("ask for an account"):
        raise Forbidden("Your role does not allow this: ask for an account.", todo="Sign out first.")
    today = office.today()
    try:
        asked = joining.checked(_asked(sent), today)
        if who is not None:
            enter(request, who, sent, lambda books, on: newcomers.ask(books, id_, asked, on))
            return redirect("/joining", "Sent.")
        with office.reading() as connection:
            newcomers.room(connection, office.now())
        new = newcomers.newcomer(
            office, sent["login"], sent["password"], request=id_, hosts=asked.hosts, language=language_of(request)
        )

        def work(transaction: Transaction) -> dict[str, str]:
            newcomers.ask(Books(transaction, new.hand), id_, asked, today, new)
            return {"hand": new.hand, "id": id_}

        made = office.write(work, key=sent.key, digest=sent.digest)
    except AditError as error:
        return _form(request, who, sent, error)
    if made.again and not _still_theirs(office, str(made.answer["id"]), sent["password"]):
        return redirect("/sign-in")
    response = redirect("/joining", "Sent.")
    with office.reading() as connection:
        begin(office, connection, response, str(made.answer["hand"]), request, second_factor=True)
    return response


def _still_theirs(office: Office, request: str, password: str) -> bool:
    """Whether a form that came twice may sign somebody in once more: the account waits as it did, and this is its password now."""
    try:
        return ASKING in check_password(office, newcomers.number_of(request), password).roles
    except BadInput:
        return False


# The own request --------------------------------------------------------------------------------------------------
def _newest(connection: Connection, hand: str) -> Stated[Joining] | None:
    found = listed(connection, Joining, "hand = %s AND upper_inf(valid)", [hand], limit=1)
    return found[0] if found else None


def _open_one(request: Request, who: Hand) -> Stated[Joining] | None:
    with office_of(request).reading() as connection:
        found = _newest(connection, who.code)
    return found if found is not None and found.record.state in joining.OPEN else None


def _own(connection: Connection, who: Hand, id_: str) -> Stated[Joining]:
    found = one(connection, Joining, id_)
    if found.record.hand != who.code:
        raise NotFound("There is no such request of yours.")
    return found


@router.get("/joining")
def state_page(request: Request, who: Asker) -> Response:
    """How the request stands; the notice, where it was refused."""
    return _state(request, who, {}, None)


def _state(request: Request, who: Hand, filled: Mapping[str, str], error: AditError | None) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        found = _newest(connection, who.code)
        [(login, wanted)] = connection.execute(
            "SELECT login, wanted FROM desk.account WHERE hand = %s", [who.code]
        ).fetchall()
        sent_to = connection.execute(
            "SELECT made_at, given_at FROM desk.joining_code WHERE joining = %s", [found.id if found else ""]
        ).fetchone()
    return page(
        request, "join/state.html", status=status_of(error)[0] if error else 200, found=found, login=login, wanted=wanted, letter=sent_to,
        filled=filled or (_filled(found.record) if found else {}), countries=countries(words_of(request).language),
        until=found.valid_from + timedelta(days=KEPT_DAYS + 1) if found else None, error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _filled(asked: Joining) -> dict[str, str]:
    days = {
        n: d.isoformat() if d else ""
        for n, d in (("document_on", asked.document_on), ("document_until", asked.document_until))
    }
    return (
        {n: getattr(asked, n) for n in _TEXTS}
        | days
        | {"country": asked.country, "hosts": "yes" if asked.hosts else ""}
    )


@router.post("/joining/{id_}/correct")
def correct(request: Request, who: Asker, id_: str, sent: Sent) -> Response:
    """Say it anew; also the answer to what the office asked."""
    with office_of(request).reading() as connection:
        _own(connection, who, id_)
    try:
        asked, seen = _asked(sent), whole_of(sent, "seen", "Entry")
        enter(request, who, sent, lambda books, on: joining.correct(books, id_, asked, on=on, seen=seen))
    except BadInput as error:
        return _state(request, who, sent, error)
    return redirect("/joining", "Saved.")


@router.post("/joining/{id_}/code")
def code(request: Request, who: Asker, id_: str, sent: Sent) -> Response:
    """The code of a letter that came to the registered address of the party."""
    office = office_of(request)
    with office.reading() as connection:
        _own(connection, who, id_)
    try:
        newcomers.give_code(office, who.code, id_, sent["code"])
    except BadInput as error:
        return _state(request, who, {}, error)
    return redirect("/joining", "Saved.")


@router.post("/joining/{id_}/withdraw")
def withdraw(request: Request, who: Asker, id_: str, sent: Sent) -> Response:
    """Take it back: what it said is taken away, and an account made for it alone is closed."""
    with office_of(request).reading() as connection:
        _own(connection, who, id_)
    enter(
        request, who, sent,
        lambda books, on: newcomers.clear(books, id_, "withdrawn", on=on, why="whoever asked took it back"),
    )  # fmt: skip
    return redirect("/mine" if who.may("act for a party") else "/", "Withdrawn.")
