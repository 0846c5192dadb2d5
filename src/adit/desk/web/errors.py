"""What went wrong, told: to a person as a page that helps, to a program as a problem of one shape (RFC 9457)."""

from secrets import token_hex
from traceback import extract_tb

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from adit.desk.web.hands import SignInFirst, anyone
from adit.desk.web.pages import N_, page, redirect
from adit.engines.database import LOST, PoolTimeout, errors
from adit.journal.writer import told as in_our_words
from adit.terms.errors import AditError, BadInput, Forbidden, KeyReused, NotFound, Refused, Unavailable

__all__ = ["add_error_pages", "problem", "status_of", "steps_of", "told_outside"]

log = structlog.get_logger()
_STATUS: tuple[tuple[type[AditError], int, str], ...] = (
    (KeyReused, 422, "key-reused"),
    (Refused, 409, "refused"),
    (Forbidden, 403, "forbidden"),
    (NotFound, 404, "not-found"),
    (Unavailable, 503, "unavailable"),
    (BadInput, 422, "bad-input"),
)
_HEADINGS = {
    400: N_("This request cannot be read"), 401: N_("Sign in first"), 403: N_("You may not do this"), 404: N_("There is no such page"),
    405: N_("This cannot be done here"), 409: N_("Something else came first"), 413: N_("This is too large"),
    422: N_("Something is missing or wrong"), 429: N_("Too much at once"), 500: N_("A mistake of ours"), 503: N_("The office cannot write now"),
}  # fmt: skip
_PLAIN = {
    "Not Found": N_("Nothing stands at this address. It may have been typed wrongly, or what stood here is gone."),
    "Method Not Allowed": N_("What was sent to this address is not taken here."),
}  # what the server itself says, for people


def status_of(error: AditError) -> tuple[int, str]:
    """The status and the type of an error of ours."""
    return next(((status, name) for kind, status, name in _STATUS if isinstance(error, kind)), (500, "mistake"))


def problem(
    request: Request,
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    todo: str = "",
    where: str = "",
    **more: object,
) -> JSONResponse:
    """A problem for a program."""
    body = {
        "type": f"urn:adit:{kind}", "title": title, "status": status, "detail": detail, "todo": todo, "where": where, "instance": request.url.path,
        **more,
    }  # fmt: skip
    headers = {"Retry-After": "5"} if status == 503 else {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def _told(
    request: Request, status: int, kind: str, detail: str, *, todo: str = "", where: str = "", **more: object
) -> Response:
    heading = _HEADINGS.get(status, _HEADINGS[500])
    if request.url.path.startswith("/api/"):
        return problem(request, status, kind, heading, detail, todo=todo, where=where, **more)
    return page(request, "error.html", status=status, heading=heading, detail=_PLAIN.get(detail, detail), todo=todo)


def add_error_pages(app: FastAPI) -> None:
    """Have every error told in one way."""

    @app.exception_handler(AditError)
    def ours(request: Request, error: AditError) -> Response:
        status, kind = status_of(error)
        who = anyone(request)
        log.info("refused", status=status, kind=kind, route=_route(request), hand=who.code if who else "")
        return _told(request, status, kind, error.what, todo=error.todo, where=error.where)

    @app.exception_handler(SignInFirst)
    def sign_in(request: Request, _: SignInFirst) -> Response:
        if request.url.path.startswith("/api/"):
            return problem(
                request,
                401,
                "sign-in",
                "Sign in first",
                "This needs a token.",
                todo="Send Authorization: Bearer adit_...",
            )
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return redirect("/sign-in", then=there) if request.method == "GET" else redirect("/sign-in")

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        found = [{"where": ".".join(str(p) for p in e["loc"]), "detail": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{f['where']}: {f['detail']}" for f in found)
        return _told(request, 422, "bad-input", detail, errors=found)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        response = _told(request, error.status_code, "http", str(error.detail))
        response.headers.update(error.headers or {})  # which methods there are, when to come again
        return response


def told_outside(request: Request, error: Exception) -> Response:
    """The answer to an error that no page told: what cannot be read, a database that is away, a mistake of ours under a number."""
    if isinstance(error, HTTPException):
        return _told(request, error.status_code, "http", str(error.detail))
    if isinstance(error, errors.DataError):  # a sign or a number that no record can hold
        log.info("refused", status=422, kind="unreadable", route=_route(request))
        return _told(request, 422, "bad-input", N_("Something in this request cannot be read."))
    if isinstance(error, (PoolTimeout, *LOST)):
        log.error("database away", kind=type(error).__name__, route=_route(request))
        away = in_our_words(error, {})  # it is away, or its disk is full
        assert isinstance(away, Unavailable)
        return _told(request, 503, "unavailable", away.what, todo=away.todo)
    number = token_hex(6)
    log.error("mistake", number=number, route=_route(request), kind=type(error).__name__, steps=steps_of(error))
    todo = N_("Tell the office this number.")
    return _told(request, 500, "mistake", f"It was written down under the number {number}.", todo=todo)


def steps_of(error: BaseException) -> list[str]:
    """Where an error happened, and not what it says: a message may hold what somebody filled in."""
    steps = [f"{s.filename.rpartition('/site-packages/')[2]}:{s.lineno}" for s in extract_tb(error.__traceback__)]
    return steps[-12:]


def _route(request: Request) -> str:
    """The pattern of the route, which names nobody."""
    return str(getattr(request.scope.get("route"), "path", ""))
