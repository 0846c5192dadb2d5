"""What goes around every request: who it comes from, limits, a log line that names nobody, and headers that shut doors."""

import json
import time
from collections import OrderedDict
from secrets import token_urlsafe
from threading import Lock
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adit.desk.office import Office
from adit.desk.web.hands import Hand
from adit.desk.web.metrics import count
from adit.desk.web.sessions import known_by_session, known_by_token

__all__ = ["Around", "content_policy"]

log = structlog.get_logger()
OPEN = ("/static/",)  # paths that nobody has to be known for
TOKEN_KEPT_S = 3.0  # how long a token that was looked up is taken as it was


def content_policy(nonce: str) -> str:
    """Scripts and styles are our own files; nothing is evaluated, nothing is framed, nothing goes elsewhere."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types htmx"
    )


class Limits:
    """So many requests a minute from one place, in the memory of this process."""

    def __init__(self, per_minute: int, burst: int, most: int = 20_000) -> None:
        self.rate, self.burst, self.most = per_minute / 60, burst, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, place: str) -> tuple[bool, int]:
        """Whether one more may come, and how many more could."""
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(place, (float(self.burst), now))
            left = min(float(self.burst), left + (now - at) * self.rate)
            allowed = left >= 1
            self._buckets[place] = (left - 1 if allowed else left, now)
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
        return allowed, int(left)


class Around:
    """The layer around the application."""

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self.app, self.office = app, office
        self.secure = office.settings.url.startswith("https:")
        self.signing_in = Limits(20, 10)
        self.asking = Limits(120_000, 4_000)
        self._tokens: dict[str, tuple[float, Hand | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        nonce = state["nonce"] = token_urlsafe(16)
        path, begun = scope["path"], time.perf_counter()
        place = request.client.host if request.client else "nowhere"
        allowed, left = self.asking.take(place)
        if allowed and (path.startswith("/sign-in/outside") or (path == "/sign-in" and scope["method"] == "POST")):
            allowed, left = self.signing_in.take(place)
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._guard(MutableHeaders(scope=message), path, nonce, left)
            await send(message)

        if not allowed:
            await self._too_much(sent)
        else:
            if not path.startswith(OPEN):
                state["hand"] = await self._who(request)
            await self.app(scope, receive, sent)
        if not path.startswith(OPEN):
            route, seconds = getattr(scope.get("route"), "path", ""), time.perf_counter() - begun
            log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
            count(scope["method"], route, status, seconds)

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
        if path.startswith(OPEN):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return
        headers["Cache-Control"] = "no-store"
        headers["RateLimit-Remaining"] = str(left)
        if headers.get("content-type", "").startswith("text/html"):
            headers.setdefault(
                "Content-Security-Policy", content_policy(nonce)
            )  # a decision's page brings its own, as strict
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
