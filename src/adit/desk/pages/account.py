"""Signing in and out, the second factor, the own account."""

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.demo import SECRET
from adit.desk.web.accounts import (
    STEP_S,
    account,
    change_password,
    check_password,
    check_second,
    code_at,
    enrol_second,
    new_secret,
    totp_address,
)
from adit.desk.web.forms import Sent
from adit.desk.web.hands import Anybody, Hand, Open
from adit.desk.web.pages import office_of, page, redirect, svg, told
from adit.desk.web.sessions import SCOPES, begin, end, make_token, pending, second_done
from adit.engines.database import named
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
START = {"officer": "/queue", "inspector": "/visits", "analyst": "/search", "administrator": "/admin"}


def start_of(roles: frozenset[str]) -> str:
    """The first page of whoever signs in."""
    return next((p for role, p in START.items() if role in roles), "/mine")


@router.get("/start")
def start(who: Anybody) -> Response:
    """The page at which somebody begins the day."""
    return redirect(start_of(who.roles))


@router.get("/sign-in")
def sign_in_page(request: Request, who: Open, then: str = "") -> Response:
    if who is not None:
        return redirect(start_of(who.roles))
    return page(request, "account/sign_in.html", then=then, login="", error="")


@router.post("/sign-in")
def sign_in(request: Request, _: Open, sent: Sent) -> Response:
    office, then = office_of(request), sent["then"]
    try:
        found = check_password(office, sent["login"], sent["password"])
    except BadInput as error:
        return page(
            request,
            "account/sign_in.html",
            status=422,
            then=then,
            login=sent["login"],
            error=told(request, error),
        )
    second = found.needs_second or found.second_factor
    ours = then.startswith("/") and not then.startswith("//") and "\\" not in then
    response = redirect("/second" if second else then if ours else start_of(found.roles))
    with office.reading() as connection:
        begin(office, connection, response, found.hand, request, second_factor=not second)
    return response


@router.get("/second")
def second_page(request: Request, _: Open) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        waits = pending(office, connection, request)
    if waits is None:
        return redirect("/sign-in")
    return _second(request, waits, "")


def _second(request: Request, waits: dict[str, object], error: str, secret: str = "") -> Response:
    office = office_of(request)
    if waits["enrolled"]:
        step = int(office.now().timestamp()) // STEP_S
        told = code_at(SECRET, step) if office.settings.demo else ""  # of invented people: said on the page
        return page(
            request, "account/second.html", status=422 if error else 200, error=error, secret="", picture="", told=told, proof=waits["csrf"]
        )  # fmt: skip
    secret = secret or new_secret()
    address = totp_address(str(waits["login"]), secret, office.settings.log_name)
    picture = svg(segno.make(address).svg_inline(scale=4, border=1))
    return page(
        request, "account/second.html", status=422 if error else 200, error=error, secret=secret, picture=picture, told="", proof=waits["csrf"]
    )  # fmt: skip


@router.post("/second")
def second(request: Request, _: Open, sent: Sent) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        waits = pending(office, connection, request)
    if waits is None:
        return redirect("/sign-in")
    if sent["proof"] != waits["csrf"]:
        return _second(request, waits, "")
    codes: list[str] = []
    try:
        if waits["enrolled"]:
            check_second(office, waits["hand"], sent["code"])
        else:
            codes = enrol_second(office, waits["hand"], sent["secret"], sent["code"])
    except BadInput as error:
        return _second(request, waits, told(request, error), sent["secret"])
    to = start_of(frozenset(waits["roles"]))
    response: Response = page(request, "account/recovery.html", codes=codes, to=to) if codes else redirect(to)
    with office.reading() as connection:
        second_done(office, connection, response, waits["hand"], request)
    return response


@router.post("/sign-out")
def sign_out(request: Request, _: Open, sent: Sent) -> Response:
    assert sent is not None
    response = redirect("/", "Signed out.")
    office = office_of(request)
    with office.reading() as connection:
        end(office, connection, response, request)
    return response


@router.post("/preferences")
def preferences(request: Request, who: Open, sent: Sent) -> Response:
    """Language and theme: of the account, or of the browser of somebody who is not signed in."""
    back = sent["back"] if sent["back"].startswith("/") and not sent["back"].startswith("//") else "/"
    response = redirect(back)
    for name, allowed in (("language", ("ru", "en")), ("theme", ("auto", "light", "dark"))):
        if sent[name] in allowed:
            if who is not None:
                with office_of(request).reading() as connection:
                    connection.execute(f"UPDATE desk.account SET {name} = %s WHERE hand = %s", (sent[name], who.code))
            response.set_cookie(name, sent[name], max_age=31_536_000, samesite="lax", httponly=True, path="/")
    return response


@router.get("/account")
def own(request: Request, who: Anybody, token: str = "") -> Response:
    return _own(request, who)


def _own(request: Request, who: Hand, *, error: str = "", token: str = "") -> Response:
    with office_of(request).reading() as connection:
        mine = account(connection, who.code)
        sessions = named(
            connection,
            "SELECT agent, made_at, seen_at FROM desk.session WHERE hand = %s ORDER BY seen_at DESC",
            [who.code],
        )
        tokens = named(
            connection, "SELECT id, name, scopes, expires_at, used_at FROM desk.token WHERE hand = %s AND revoked_at IS NULL ORDER BY made_at", [who.code]
        )  # fmt: skip
    return page(
        request, "account/own.html", status=422 if error else 200, mine=mine, sessions=sessions, tokens=tokens, scopes=SCOPES, error=error, token=token
    )  # fmt: skip


@router.post("/account/password")
def password(request: Request, who: Anybody, sent: Sent) -> Response:
    try:
        change_password(office_of(request), who.code, sent["old"], sent["new"])
    except BadInput as error:
        return _own(request, who, error=told(request, error))
    return redirect("/sign-in", "The password was changed: sign in again.")


@router.post("/account/tokens")
def new_token(request: Request, who: Anybody, sent: Sent) -> Response:
    try:
        token = make_token(
            office_of(request),
            who,
            sent["name"],
            sent.all("scope"),
            int(sent["days"]) if sent["days"].isdecimal() else 0,
        )
    except BadInput as error:
        return _own(request, who, error=told(request, error))
    return _own(request, who, token=token)


@router.post("/account/tokens/{id_}/revoke")
def revoke(request: Request, who: Anybody, id_: str, sent: Sent) -> Response:
    assert sent is not None
    with office_of(request).reading() as connection:
        connection.execute(
            "UPDATE desk.token SET revoked_at = %s WHERE id = %s AND hand = %s",
            (office_of(request).now(), id_, who.code),
        )
    return redirect("/account", "Saved.")


@router.post("/account/sessions/end")
def end_all(request: Request, who: Anybody, sent: Sent) -> Response:
    """End every session, this one too."""
    assert sent is not None
    with office_of(request).reading() as connection:
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [who.code])
    return redirect("/", "Signed out.")
