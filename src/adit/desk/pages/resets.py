"""Lost access: asked for at the sign-in page, proposed by one of the office and approved by another, used by its owner, who is told of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.pages.account import start_of
from adit.desk.web import resets
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Anybody, Guardian, Hand, Open
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.terms.errors import AditError, BadInput

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


# Whoever lost something -------------------------------------------------------------------------------------------
@router.get("/forgotten")
def forgotten(request: Request, _: Open) -> Response:
    return page(request, "account/forgotten.html", asked=False, error="")


@router.post("/forgotten")
def ask(request: Request, _: Open, sent: Sent) -> Response:
    """Have the office see that somebody asks; the answer is the same whether there is such an account or not."""
    try:
        resets.ask(office_of(request), sent["login"], sent["what"])
    except BadInput as error:
        return page(request, "account/forgotten.html", status=422, asked=False, error=told(request, error))
    return page(request, "account/forgotten.html", asked=True, error="")


@router.get("/forgotten/code")
def code_page(request: Request, _: Open) -> Response:
    return page(request, "account/forgotten_code.html", login="", what="", error="")


@router.post("/forgotten/code")
def use(request: Request, _: Open, sent: Sent) -> Response:
    """Set the new password, or let the lost phone go; then whoever it is signs in as ever."""
    try:
        resets.use(office_of(request), sent["login"], sent["what"], sent["code"], sent["password"])
    except BadInput as error:
        return page(
            request, "account/forgotten_code.html", status=422, login=sent["login"], what=sent["what"], error=told(request, error)
        )  # fmt: skip
    return redirect("/sign-in", "Saved.")


# The office -------------------------------------------------------------------------------------------------------
@router.get("/resets")
def resets_page(request: Request, who: Guardian) -> Response:
    return _resets(request, who)


def _resets(
    request: Request,
    who: Hand,
    *,
    filled: Form | None = None,
    error: AditError | None = None,
    code: tuple[str, str] | None = None,
) -> Response:
    said = words_of(request)
    with office_of(request).reading() as connection:
        rows = resets.opened(connection)
    return page(
        request, "admin/resets.html", status=422 if error else 200, rows=rows, filled=filled or {}, code=code, error=told(request, error),
        where=error.where if error else "", seen=[(s, said.gettext(s)) for s in resets.SEEN],
    )  # fmt: skip


@router.post("/resets")
def propose(request: Request, who: Guardian, sent: Sent) -> Response:
    """Propose a reset; one half of the code is shown."""
    try:
        half = resets.propose(office_of(request), sent["login"], sent["what"], sent["seen"], by=who)
    except BadInput as error:
        return _resets(request, who, filled=sent, error=error)
    return _resets(request, who, code=(sent["login"].lower(), half))


@router.post("/resets/{id_}/approve")
def approve(request: Request, who: Guardian, id_: str, sent: Sent) -> Response:
    """Approve what a colleague proposed; the other half of the code is shown."""
    assert sent is not None
    half = resets.approve(office_of(request), id_, by=who)
    with office_of(request).reading() as connection:
        login = next(r.login for r in resets.opened(connection) if r.id == id_)
    return _resets(request, who, code=(login, half))


@router.post("/resets/{id_}/decline")
def decline(request: Request, who: Guardian, id_: str, sent: Sent) -> Response:
    assert sent is not None
    resets.decline(office_of(request), id_, by=who.code)
    return redirect("/resets", "Declined.")


# The owner --------------------------------------------------------------------------------------------------------
@router.get("/account/notices")
def notices(request: Request, who: Anybody) -> Response:
    """What became of the own sign-in while one was away."""
    with office_of(request).reading() as connection:
        rows = resets.untold(connection, who.code)
    return page(request, "account/notices.html", rows=rows)


@router.post("/account/notices")
def seen(request: Request, who: Anybody, sent: Sent) -> Response:
    assert sent is not None
    resets.mark_told(office_of(request), who.code)
    return redirect(start_of(who.roles))


@router.post("/account/notices/{id_}/stop")
def stop(request: Request, who: Anybody, id_: str, sent: Sent) -> Response:
    """End what somebody else asked for in one's name."""
    assert sent is not None
    resets.decline(office_of(request), id_, by=who.code, own=True)
    return redirect("/account/notices", "Cancelled.")
