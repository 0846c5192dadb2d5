"""Signing in through a provider of others, and linking an account to somebody there."""

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adit.desk.pages.account import start_of
from adit.desk.web import oidc
from adit.desk.web.accounts import account
from adit.desk.web.errors import status_of
from adit.desk.web.forms import Sent, check_origin
from adit.desk.web.hands import Admin, Open
from adit.desk.web.pages import N_, office_of, page, redirect, told, words_of
from adit.desk.web.second_factor import due
from adit.desk.web.sessions import begin
from adit.terms.errors import AditError, BadInput, NotFound, Unavailable

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


def _provider(request: Request) -> oidc.Provider:
    """The provider of the office, one for each application, so that what it says is kept."""
    office, state = office_of(request), request.app.state
    if not office.settings.oidc_issuer:
        raise NotFound(N_("This office has no sign-in through others."), todo=N_("Sign in with login and password."))
    if not hasattr(state, "provider"):
        state.provider = oidc.Provider(office)
    found: oidc.Provider = state.provider
    return found


def _cookie(request: Request) -> str:
    return "__Host-adit-outside" if office_of(request).settings.url.startswith("https:") else "adit-outside"


@router.get("/sign-in/outside")
def outside(request: Request, who: Open, then: str = "") -> Response:
    if who is not None:
        return redirect(start_of(who.roles))
    check_origin(request)
    provider, office = _provider(request), office_of(request)
    try:
        asked = oidc.ask(office, provider, then if _ours(then) else "")
    except (BadInput, Unavailable) as error:
        return _failed(request, error)
    response = RedirectResponse(asked.address, status_code=303)
    response.set_cookie(
        _cookie(request), asked.cookie, httponly=True, samesite="lax", secure=office.settings.url.startswith("https:"), path="/",
        max_age=int(oidc.PENDING.total_seconds()),
    )  # fmt: skip
    return response


def _ours(then: str) -> bool:
    return (
        then.startswith("/")
        and not then.startswith("//")
        and "\\" not in then
        and then.isprintable()
        and len(then) < 2000
    )


@router.get(oidc.BACK)
def back(
    request: Request, _: Open, code: str = "", state: str = "", iss: str = "", error: str = ""
) -> Response:  # named as the provider sends them
    provider, office = _provider(request), office_of(request)
    cookie = request.cookies.get(_cookie(request), "")
    try:
        came = oidc.take_back(office, provider, cookie=cookie, state=state, code=code, issuer=iss, error=error)
    except (BadInput, Unavailable) as wrong:
        return _failed(request, wrong)
    with office.reading() as connection:
        row = connection.execute(
            "SELECT hand FROM desk.account WHERE issuer = %s AND external_subject = %s AND closed_at IS NULL",
            (came.issuer, came.subject),
        ).fetchone()
        found = account(connection, row[0]) if row else None
        if found is None:
            return _unknown(request, came.subject)
        asked = found.second_factor or due(office.settings, found.roles, found.second_by, office.now())
        second = asked and not came.strong
        response = redirect("/second" if second else came.goes_to or start_of(found.roles))
        begin(office, connection, response, found.hand, request, second_factor=not second)
    _forget(request, response)
    return response


def _failed(request: Request, error: AditError) -> Response:
    """The sign-in page again, with what was wrong; in the log the check that failed, which names nobody."""
    status, _ = status_of(error)
    log.info("outside sign-in refused", kind=error.where, status=status)
    where = f" [{error.where}]" if error.where else ""
    return _sign_in(request, told(request, error) + where, status)


def _unknown(request: Request, subject: str) -> Response:
    said = words_of(request)
    what = said.gettext("The other side knows you, and no account of this office is linked to you there.")
    todo = said.gettext("Tell an administrator what you are called there: {subject}", subject=subject)
    return _sign_in(request, f"{what} {todo}", 403)


def _sign_in(request: Request, error: str, status: int) -> Response:
    response = page(request, "account/sign_in.html", status=status, then="", login="", error=error)
    _forget(request, response)
    return response


def _forget(request: Request, response: Response) -> None:
    response.delete_cookie(
        _cookie(request), path="/", secure=office_of(request).settings.url.startswith("https:"), httponly=True
    )


@router.post("/admin/accounts/{hand}/outside")
def link(request: Request, who: Admin, hand: str, sent: Sent) -> Response:
    """Link an account to a subject of the provider; without one: to nobody."""
    oidc.link(office_of(request), hand, sent["subject"], by=who.code, key=sent.key, digest=sent.digest)
    return redirect("/admin", "Saved.")
