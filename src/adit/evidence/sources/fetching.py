"""How a source is asked over the network: one list of hosts each, over TLS, with a bound on bytes and seconds, and content that is checked.

What comes is a stranger's. A redirect leads to a listed host or nowhere; XML may not declare a document type, so that no entity can
be made to grow; JSON keeps its numbers as they are written.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPException
from time import monotonic
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from adit.terms.errors import BadInput, NotFound, Unavailable

__all__ = ["Answer", "Door", "Opener", "Response", "ask", "get", "open_url", "parse_json", "parse_xml"]

_CHUNK = 1 << 16
_REDIRECTS = 3
_AGAIN = "Try again later. The data that were there before are still in use."


class Response(Protocol):
    """What an opener gives: the part of `http.client.HTTPResponse` that is used here."""

    @property
    def status(self) -> int | None: ...

    @property
    def headers(self) -> Any: ...  # by name, without regard to capitals

    def read(self, amount: int, /) -> bytes: ...

    def close(self) -> None: ...


Opener = Callable[[Request, float], Response]  # follows no redirects; an answer of any status is an answer


@dataclass(frozen=True, slots=True)
class Door:
    """Where one source may be asked, and how much it may answer. A host is a name, or `*.` and a name for all below it."""

    hosts: tuple[str, ...]
    bytes_max: int = 8_000_000
    seconds: float = 60.0
    plain_hosts: frozenset[str] = frozenset()  # those that may be asked without TLS
    any_port: bool = False

    def admits(self, host: str) -> bool:
        return any(host == h or (h.startswith("*.") and host.endswith(h[1:])) for h in self.hosts)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of any status but a redirect that was followed."""

    status: int
    body: bytes


def get(url: str, door: Door, *, opener: Opener | None = None) -> bytes:
    """The content at this address.

    Raises BadInput for an address that may not be asked, NotFound where nothing is there, Unavailable for any other bad answer.
    """
    answer = ask(url, door, opener=opener)
    where = urlsplit(url).hostname or url
    if answer.status == 429:
        raise Unavailable("The server says that it was asked too often.", where=where, todo="Try again in an hour.")
    if answer.status == 404:
        raise NotFound(
            f"The server has nothing at {url[:200]}.", where=where, todo="Report it: the source may have moved."
        )
    if answer.status != 200:
        raise Unavailable(f"The server answered with status {answer.status}.", where=where, todo=_AGAIN)
    if not answer.body.strip():
        raise Unavailable("The answer is empty.", where=where, todo=_AGAIN)
    if answer.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise Unavailable(
            "The server answered with a web page in place of data.",
            where=where,
            todo="It may be a page of your own network that asks you to sign in, or one that keeps programs out.",
        )
    return answer.body


def ask(
    url: str,
    door: Door,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    opener: Opener | None = None,
) -> Answer:
    """The answer to a request (POST where there is content). Redirects are followed to admitted hosts, and never with content."""
    started = monotonic()
    for _ in range(_REDIRECTS + 1):
        host = _checked(url, door)
        request = Request(
            url, data=content, headers={**(headers or {}), "Accept-Encoding": "identity", "User-Agent": "adit"}
        )
        response = _opened(request, door, started, host, opener or open_url)
        try:
            target = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                return Answer(response.status or 0, _body(response, door, started, host))
        except (OSError, ValueError, HTTPException) as error:
            raise Unavailable(f"The answer broke off ({error}).", where=host, todo=_AGAIN) from error
        finally:
            response.close()
        if content is not None:
            raise Unavailable("The server sends the request elsewhere.", where=host, todo="Check its address.")
        url = urljoin(url, target)
    raise Unavailable("The server sends from one address to the next.", where=host, todo=_AGAIN)


def _checked(url: str, door: Door) -> str:
    """The host of an address that may be asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadInput("This is not the address of a server.", where=url[:200]) from error
    if parts.username is not None or not host or not (door.any_port or port in (None, 443)):
        raise BadInput("The address names no server, another port, or a user.", where=url[:200])
    if not door.admits(host):
        raise BadInput(
            f"{host} is not asked: this source is at {', '.join(door.hosts)} alone.",
            where=url[:200],
            todo="If the publisher has moved, report it.",
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in door.plain_hosts):
        raise BadInput("Only addresses that begin with https:// are asked.", where=url[:200])
    return host


def _opened(request: Request, door: Door, started: float, host: str, opener: Opener) -> Response:
    left = door.seconds - (monotonic() - started)
    if left <= 0:
        raise _too_slow(door, host)
    try:
        return opener(request, left)
    except TimeoutError as error:
        raise _too_slow(door, host) from error
    except (OSError, ValueError, HTTPException) as error:  # URLError is an OSError
        reason = getattr(error, "reason", error)
        raise Unavailable(
            f"The server does not answer ({reason}).", where=host, todo=f"Check the network. {_AGAIN}"
        ) from error


def _body(response: Response, door: Door, started: float, host: str) -> bytes:
    coding = response.headers.get("Content-Encoding")
    if coding not in (None, "", "identity"):
        raise Unavailable(f"The answer is packed ({coding}), which was not asked for.", where=host, todo=_AGAIN)
    body = bytearray()
    while chunk := response.read(_CHUNK):
        body += chunk
        if len(body) > door.bytes_max:
            raise Unavailable(f"The answer is longer than {door.bytes_max:,} bytes.", where=host, todo=_AGAIN)
        if monotonic() - started > door.seconds:
            raise _too_slow(door, host)
    stated = response.headers.get("Content-Length")
    if stated and stated.isdigit() and int(stated) != len(body):
        raise Unavailable(
            f"The answer broke off after {len(body):,} of {int(stated):,} bytes.", where=host, todo=_AGAIN
        )
    return bytes(body)


def _too_slow(door: Door, host: str) -> Unavailable:
    return Unavailable(f"The answer did not come within {door.seconds:g} seconds.", where=host, todo=_AGAIN)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def open_url(request: Request, seconds: float) -> Response:
    """The answer over the network; of the environment, the proxies and certificates that it names are used."""
    try:
        response: Response = build_opener(_NoRedirects).open(request, timeout=seconds)
    except HTTPError as error:
        return error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise error.reason from error
        raise
    return response


def parse_json(content: bytes, where: str) -> Any:
    """What a JSON text holds, its fractions as Decimal. Raises BadInput."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadInput("The answer is not JSON.", where=where, todo=_AGAIN) from error


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def parse_xml(content: bytes, where: str) -> Element:
    """The root of an XML text without a document type. Raises BadInput."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data

    def refuse(*_: Any) -> None:
        raise BadInput("The answer declares a document type, which no data need.", where=where, todo=_AGAIN)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadInput(f"The answer is not XML ({error}).", where=where, todo=_AGAIN) from error
