"""What goes around every request: who it comes from, limits, a log line that names nobody, and headers that shut doors."""

import json
import time
from ipaddress import IPv6Address, IPv6Network, ip_address
from secrets import token_urlsafe
from typing import Any

import structlog
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adit.desk.office import Office
from adit.desk.web.errors import told_outside
from adit.desk.web.hands import Hand
from adit.desk.web.limits import Limits
from adit.desk.web.metrics import count
from adit.desk.web.pages import N_, words_of
from adit.desk.web.sessions import known_by_session, known_by_token

__all__ = ["Around", "content_policy"]

log = structlog.get_logger()
OPEN = ("/static/",)  # paths that nobody has to be known for
TOKEN_KEPT_S = 3.0  # how long a token that was looked up is taken as it was
BODY_MAX, BODY_MAX_UNKNOWN = 2_000_000, 100_000  # bytes that somebody sends who has signed in, or has not
FILES_MAX = 250_000_000  # of a form with files; the pages that take files allow less, each its own
_NOT_FRAMED = "frame-ancestors 'none'"
_SHUT = f"default-src 'none'; {_NOT_FRAMED}"  # of what is no page
# A page has a policy of its own; a PDF is shown by a program of the browser, which "default-src" would keep out
_POLICIES = {"text/html": "", "application/pdf": _NOT_FRAMED}


def content_policy(nonce: str) -> str:
    """Scripts and styles are our own files; nothing is evaluated, nothing is framed, nothing goes elsewhere."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'; object-src 'none'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types htmx"
    )


def place_of(request: Request) -> str:
    """Where a request comes from: an address, or of IPv6 the part that a household or an office has for itself."""
    host = request.client.host if request.client else "nowhere"
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if not isinstance(found, IPv6Address):
        return host
    return str(found.ipv4_mapped or IPv6Network((found.packed, 64), strict=False).network_address)


class Around:
    """The layer around the application."""

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self.app, self.office = app, office
        self.secure = office.settings.url.startswith("https:")
        self.asking = Limits(120_000, 4_000)
        self.narrow = {  # where somebody could try one thing after another, or have us work for nothing
            ("POST", "/sign-in"): Limits(20, 10),
            ("POST", "/second"): Limits(20, 10),
            ("POST", "/first-password"): Limits(20, 10),
            ("POST", "/forgotten"): Limits(20, 10),
            ("POST", "/forgotten/code"): Limits(20, 10),
            ("POST", "/join"): Limits(0.1, 10),
            ("GET", "/health"): Limits(600, 60),  # which writes, to see whether it can
            ("GET", "/sign-in/outside"): Limits(60, 30),
            ("GET", "/sign-in/outside/back"): Limits(60, 30),
        }
        self._tokens: dict[str, tuple[float, Hand | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        nonce = state["nonce"] = token_urlsafe(16)
        path, begun = scope["path"], time.perf_counter()
        place = place_of(request)
        allowed, left = self.asking.take(place)
        narrow = self.narrow.get((scope["method"], path))
        if allowed and narrow is not None:
            allowed, left = narrow.take(place)
        status, answering, taken, most = 500, False, 0, BODY_MAX_UNKNOWN

        async def received() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _too_large(request)
            return message

        async def sent(message: Message) -> None:
            nonlocal status, answering
            if message["type"] == "http.response.start":
                status, answering = message["status"], True
                self._guard(MutableHeaders(scope=message), path, nonce, left)
            await send(message)

        try:
            if not allowed:
                await self._too_much(sent)
            else:
                if not path.startswith(OPEN):
                    state["hand"] = await self._who(request)
                most = self._most(request, state.get("hand"))
                length = request.headers.get("content-length", "")
                if length.isdecimal() and int(length) > most:
                    raise _too_large(request)
                await self.app(scope, received, sent)
        except ClientDisconnect:
            status = 499
        except Exception as error:
            if answering:
                raise
            await told_outside(request, error)(scope, receive, sent)
        if not path.startswith(OPEN):
            route, seconds = getattr(scope.get("route"), "path", ""), time.perf_counter() - begun
            log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
            count(scope["method"], route, status, seconds)

    def _most(self, request: Request, who: Hand | None) -> int:
        """How many bytes may come with a request."""
        if who is None:
            return BODY_MAX_UNKNOWN
        files = request.headers.get("content-type", "").startswith("multipart/form-data")
        return max(FILES_MAX, self.office.settings.upload_bytes_max + BODY_MAX) if files else BODY_MAX

    async def _who(self, request: Request) -> Hand | None:
        bearer = request.headers.get("authorization", "")
        if bearer.startswith("Bearer "):
            token, now = bearer[7:].strip(), time.monotonic()
            kept = self._tokens.get(token)
            if kept is not None and now - kept[0] < TOKEN_KEPT_S:
                return kept[1]
            found = await run_in_threadpool(self._by_token, token)
            if len(self._tokens) > 1000:
                self._tokens.clear()
            self._tokens[token] = (now, found)
            return found
        if request.cookies:
            return await run_in_threadpool(self._by_session, request)
        return None

    def _by_token(self, token: str) -> Hand | None:
        with self.office.reading() as connection:
            return known_by_token(self.office, connection, token)

    def _by_session(self, request: Request) -> Hand | None:
        with self.office.reading() as connection:
            return known_by_session(self.office, connection, request)

    def _guard(self, headers: MutableHeaders, path: str, nonce: str, left: int) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if self.secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
            _bind(headers)
        kind = headers.get("content-type", "").partition(";")[0]
        policy = headers.get("content-security-policy") or _POLICIES.get(kind, _SHUT) or content_policy(nonce)
        headers["Content-Security-Policy"] = policy if _NOT_FRAMED in policy else f"{policy}; {_NOT_FRAMED}"
        if path.startswith(OPEN):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return
        headers["Cache-Control"] = "no-store"
        headers["RateLimit-Remaining"] = str(left)
        if kind == "text/html":
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"
            headers["X-Frame-Options"] = "DENY"

    async def _too_much(self, send: Send) -> None:
        told = {
            "type": "urn:adit:too-much",
            "title": "Too much at once",
            "status": 429,
            "detail": "Wait a minute.",
            "todo": "Send fewer requests a minute.",
        }
        body = json.dumps(told | {"where": "", "instance": ""}).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"retry-after", b"60"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _bind(headers: MutableHeaders) -> None:
    """Bind every cookie to this host and to https, whoever sets it. `pages.cookie` reads them again."""
    for index, (name, value) in enumerate(headers.raw):
        if name == b"set-cookie" and not value.startswith(b"__Host-"):
            headers.raw[index] = name, b"__Host-" + value + b"; Secure"


def _too_large(request: Request) -> HTTPException:
    return HTTPException(413, words_of(request).gettext(N_("More was sent than the office takes at once.")))
