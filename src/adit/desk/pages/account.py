"""Signing in and out, the second factor, the own account."""

import re

import segno
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from adit.desk.demo import SECRET
from adit.desk.office import Office
from adit.desk.web import resets
from adit.desk.web.accounts import (
    STEP_S,
    Account,
    account,
    change_password,
    check_password,
    check_second,
    code_at,
    confirm,
    enrol_second,
    mark_of,
    totp_address,
)
from adit.desk.web.first_passwords import take_own
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import ASKING, Admin, Anybody, Hand, Open
from adit.desk.web.pages import cookie, office_of, page, redirect, svg, told
from adit.desk.web.second_factor import begin_grace, due, required
from adit.desk.web.sessions import (
    SCOPES,
    begin,
    changing,
    end,
    end_all,
    end_one,
    lately,
    make_token,
    pending,
    second_done,
    secret_of,
)
from adit.engines.database import Connection, named
from adit.terms.errors import BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()
START = {
    ASKING: "/joining",
    "participant": "/settlements/mine",
    "officer": "/queue",
    "inspector": "/visits",
    "analyst": "/figures",
    "aml": "/suspicions",
    "administrator": "/admin",
}


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
        found = check_password(office, sent["login"], sent["password"], mark=cookie(request, _MARK))
    except BadInput as error:
        return page(
            request,
            "account/sign_in.html",
            status=422,
            then=then,
            login=sent["login"],
            error=told(request, error),
        )
    second = found.second_factor or due(office.settings, found.roles, found.second_by, office.now())
    first = found.password_until is not None
    ours = then.startswith("/") and not then.startswith("//") and "\\" not in then
    with office.reading() as connection:
        to = (
            "/first-password"
            if first
            else "/second"
            if second
            else _landing(office, connection, found, then if ours else "")
        )
        response = redirect(to)
        begin(office, connection, response, found.hand, request, second_factor=not second, must_change=first)
    if not second and not first:
        _keep_mark(request, response, found.hand)
    return response


def _landing(office: Office, connection: Connection, found: Account, then: str) -> str:
    """Where somebody begins who is now signed in: with what became of the sign-in, with a second factor that has to be set up, or where he wanted to."""
    if resets.untold(connection, found.hand):
        return "/account/notices"
    if required(office.settings, found.roles) and not found.second_factor:
        begin_grace(office, connection, found.hand)
        return "/account/second"
    return then or start_of(found.roles)


@router.get("/first-password")
def first_password_page(request: Request, _: Open) -> Response:
    """A password of one's own in place of the first one."""
    office = office_of(request)
    with office.reading() as connection:
        waits = changing(office, connection, request)
    return redirect("/sign-in") if waits is None else _first_password(request, waits, "")


def _first_password(request: Request, waits: dict[str, object], error: str) -> Response:
    return page(
        request, "account/first_password.html", status=422 if error else 200, error=error, proof=waits["csrf"], login=waits["login"]
    )  # fmt: skip


@router.post("/first-password")
def first_password(request: Request, _: Open, sent: Sent) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        waits = changing(office, connection, request)
    if waits is None:
        return redirect("/sign-in")
    if sent["proof"] != waits["csrf"]:
        return _first_password(request, waits, "")
    hand = str(waits["hand"])
    try:
        take_own(office, hand, sent["new"])
    except BadInput as error:
        return _first_password(request, waits, told(request, error))
    with office.reading() as connection:
        found = account(connection, hand)
        assert found is not None, "whoever is signed in has an account"
        second = found.second_factor or due(office.settings, found.roles, found.second_by, office.now())
        response = redirect("/second" if second else _landing(office, connection, found, ""))
        begin(office, connection, response, hand, request, second_factor=not second)
    if not second:
        _keep_mark(request, response, hand)
    return response


_MARK = "adit-known"


def _keep_mark(request: Request, response: Response, hand: str) -> None:
    """Have the browser keep that somebody has signed in here, so that the guesses of others do not shut them out."""
    mark = mark_of(office_of(request), hand)
    response.set_cookie(_MARK, mark, max_age=15_552_000, samesite="lax", httponly=True, path="/")


@router.get("/second")
def second_page(request: Request, _: Open) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        waits = pending(office, connection, request)
    if waits is None:
        return redirect("/sign-in")
    return _second(request, waits, "")


def _second(request: Request, waits: dict[str, object], error: str) -> Response:
    office = office_of(request)
    if waits["enrolled"]:
        step = int(office.now().timestamp()) // STEP_S
        told = code_at(SECRET, step) if office.settings.demo else ""  # of invented people: said on the page
        return page(
            request, "account/second.html", status=422 if error else 200, error=error, secret="", picture="", told=told, proof=waits["csrf"]
        )  # fmt: skip
    secret = secret_of(office, request)
    return page(
        request, "account/second.html", status=422 if error else 200, error=error, secret=secret,
        picture=_picture(request, str(waits["login"]), secret), told="", proof=waits["csrf"],
    )  # fmt: skip


def _picture(request: Request, login: str, secret: str) -> Markup:
    """What an authenticator app scans."""
    return svg(
        segno.make(totp_address(login, secret, office_of(request).settings.log_name)).svg_inline(scale=4, border=1)
    )


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
            check_second(office, waits["hand"], sent["code"], mark=cookie(request, _MARK))
        else:
            codes = enrol_second(office, waits["hand"], secret_of(office, request), sent["code"])
    except BadInput as error:
        return _second(request, waits, told(request, error))
    with office.reading() as connection:
        found = account(connection, waits["hand"])
        assert found is not None, "whoever is signed in has an account"
        to = _landing(office, connection, found, "")
    response: Response = page(request, "account/recovery.html", codes=codes, to=to) if codes else redirect(to)
    with office.reading() as connection:
        second_done(office, connection, response, waits["hand"], request)
    _keep_mark(request, response, waits["hand"])
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
    back = sent["back"]
    response = redirect(back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/")
    for name, allowed in (("language", ("ru", "en")), ("theme", ("auto", "light", "dark"))):
        if sent[name] in allowed:
            if who is not None:
                with office_of(request).reading() as connection:
                    connection.execute(f"UPDATE desk.account SET {name} = %s WHERE hand = %s", (sent[name], who.code))
            response.set_cookie(name, sent[name], max_age=31_536_000, samesite="lax", httponly=True, path="/")
    return response


# The own account --------------------------------------------------------------------------------------------------
@router.get("/account")
def own(request: Request, who: Anybody) -> Response:
    return _own(request, who)


def _own(request: Request, who: Hand, *, error: str = "", token: str = "") -> Response:
    office = office_of(request)
    with office.reading() as connection:
        mine = account(connection, who.code)
        sessions = named(
            connection,
            "SELECT encode(id, 'hex') AS id, agent, made_at, seen_at FROM desk.session WHERE hand = %s AND expires_at > %s ORDER BY seen_at DESC, made_at DESC",
            (who.code, office.now()),
        )
        tokens = named(
            connection, "SELECT id, name, scopes, expires_at, used_at FROM desk.token WHERE hand = %s AND revoked_at IS NULL ORDER BY made_at", [who.code]
        )  # fmt: skip
        asked = not lately(office, connection, request)
    return page(
        request, "account/own.html", status=422 if error else 200, mine=mine, sessions=sessions, tokens=tokens, scopes=SCOPES, error=error, token=token,
        asked=asked,
    )  # fmt: skip


def _prove(request: Request, who: Hand, sent: Form) -> None:
    """Raise BadInput where somebody signed in a while ago and does not give the password again."""
    office = office_of(request)
    with office.reading() as connection:
        asked = not lately(office, connection, request)
    if asked:
        confirm(office, who.code, sent["password"])


@router.post("/account/password")
def password(request: Request, who: Anybody, sent: Sent) -> Response:
    office, response = office_of(request), redirect("/sign-in", "The password was changed: sign in again.")
    try:
        change_password(office, who.code, sent["old"], sent["new"])
    except BadInput as error:
        return _own(request, who, error=told(request, error))
    with office.reading() as connection:
        end_all(office, connection, response, who.code)
    return response


@router.get("/account/second")
def own_second_page(request: Request, who: Anybody) -> Response:
    """The own second factor, in place of another or for somebody whose role needs none."""
    return _own_second(request, who, "")


def _own_second(request: Request, who: Hand, error: str) -> Response:
    office, secret = office_of(request), secret_of(office_of(request), request)
    with office.reading() as connection:
        mine, asked = account(connection, who.code), not lately(office, connection, request)
    assert mine is not None, "whoever is signed in has an account"
    grace = mine.second_by if required(office.settings, mine.roles) and not mine.second_factor else None
    return page(
        request, "account/own_second.html", status=422 if error else 200, mine=mine, asked=asked, error=error, secret=secret,
        picture=_picture(request, mine.login, secret), grace=grace, to=start_of(mine.roles),
    )  # fmt: skip


@router.post("/account/second")
def own_second(request: Request, who: Anybody, sent: Sent) -> Response:
    """Take over a second factor, after the password and the one that it replaces; every other session ends."""
    office = office_of(request)
    with office.reading() as connection:
        mine = account(connection, who.code)
    assert mine is not None, "whoever is signed in has an account"
    try:
        _prove(request, who, sent)
        if mine.second_factor:
            check_second(office, who.code, sent["present"])
        codes = enrol_second(office, who.code, secret_of(office, request), sent["code"])
    except BadInput as error:
        return _own_second(request, who, told(request, error))
    response = page(request, "account/recovery.html", codes=codes, to="/account")
    with office.reading() as connection:
        second_done(office, connection, response, who.code, request)
    return response


@router.post("/account/tokens")
def new_token(request: Request, who: Anybody, sent: Sent) -> Response:
    try:
        _prove(request, who, sent)
        token = make_token(
            office_of(request),
            who,
            sent["name"],
            sent.all("scope"),
            int(sent["days"]) if re.fullmatch("[0-9]{1,3}", sent["days"]) else 0,
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
def end_mine(request: Request, who: Anybody, sent: Sent) -> Response:
    """End every session, this one too."""
    assert sent is not None
    office, response = office_of(request), redirect("/", "Signed out.")
    with office.reading() as connection:
        end_all(office, connection, response, who.code)
    return response


@router.post("/account/sessions/{id_}/end")
def end_session(request: Request, who: Anybody, id_: str, sent: Sent) -> Response:
    """End one session."""
    assert sent is not None
    with office_of(request).reading() as connection:
        end_one(connection, who.code, id_)
    return redirect("/account", "Saved.")


@router.post("/admin/accounts/{hand}/sign-out")
def sign_out_other(request: Request, who: Admin, hand: str, sent: Sent) -> Response:
    """End every session of somebody."""
    assert sent is not None
    with office_of(request).reading() as connection:
        connection.execute("DELETE FROM desk.session WHERE hand = %s", [hand])
    log.info("session ends", kind="by an administrator", hand=hand)
    return redirect("/admin", "Saved.")
