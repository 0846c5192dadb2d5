"""The one door through which the desk calls others.

Where a call goes is often written by a stranger, and could lead back into our own house. So the name is looked up once, every address it
stands for has to be public, and the connection goes to the address that was checked: a name that means something else a moment later
changes nothing. The certificate is still that of the name. `httpcore2`, on which httpx2 stands, is used as it is: it follows no redirects,
decodes nothing and knows no proxies; from the environment come only SSL_CERT_FILE and SSL_CERT_DIR, whose certificates are trusted.
"""

import re
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from adit.desk.web.pages import N_
from adit.terms.errors import BadInput, Unavailable

__all__ = ["Answer", "check", "look_up", "public", "send"]

BYTES_MAX = 1_000_000  # of an answer
CONNECT_S = 5.0  # for one address of a name
WHOLE_S = 10.0  # from the connection to the last byte, however slowly it comes
_WRITE_SO = N_("Write an address that begins with https:// and that everybody can reach.")
_HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9a-fA-F:.]+")  # a name, or an address
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # what lies outside is not public, whatever `is_global` says of it

LookUp = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an answer of any status, redirects too. Names of headers are small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def public(address: str) -> bool:
    """Whether everybody reaches this address: not loopback, private, link-local, multicast or reserved, nor a tunnel to such."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return public(str(found.ipv4_mapped))
        if found not in _GLOBAL_UNICAST or found.sixtofour is not None:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def check(
    url: str, *, allow_private: bool, inside: Collection[str] = (), look_up: LookUp = look_up
) -> tuple[httpx2.URL, Sequence[str]]:
    """The address taken apart, and the network addresses that may be called for it. `inside`: names that may lie in the office's own network.

    Raises BadInput for an address that may not be called, Unavailable for a name that nobody knows.
    """
    try:
        asked = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise BadInput(N_("This is not the address of a server."), where=url[:200], todo=_WRITE_SO) from error
    if asked.scheme != "https" and not (allow_private and asked.scheme == "http"):
        raise BadInput(N_("Only addresses that begin with https:// are called."), where=url[:200], todo=_WRITE_SO)
    if not asked.host or asked.userinfo:
        raise BadInput(
            N_("The address names no server, or has a name and a password in it."), where=url[:200], todo=_WRITE_SO
        )
    host, port = asked.raw_host.decode("ascii"), _port(asked)
    if not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise BadInput(N_("This is not the address of a server."), where=url[:200], todo=_WRITE_SO)
    try:
        host.encode("idna")  # what the encrypted connection will do with the name
        found = look_up(host, port)
    except UnicodeError as error:
        raise BadInput(N_("This is not the address of a server."), where=host[:200], todo=_WRITE_SO) from error
    except OSError as error:
        raise Unavailable(
            N_("The name of the server is not known."), where=host, todo=N_("Try again later.")
        ) from error
    if not found:
        raise Unavailable(N_("The name of the server is not known."), where=host, todo=N_("Try again later."))
    if not (allow_private or host in inside) and not all(public(address) for address in found):
        raise BadInput(N_("This address leads into a network that is not public."), where=host, todo=_WRITE_SO)
    return asked, found


def _port(url: httpx2.URL) -> int:
    return {"http": 80, "https": 443}[url.scheme] if url.port is None else url.port


def send(
    method: str,
    url: str,
    *,
    allow_private: bool,
    inside: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    seconds: float = WHOLE_S,
    bytes_max: int = BYTES_MAX,
    look_up: LookUp = look_up,
) -> Answer:
    """Send a request and read the answer, whole and within the seconds. `allow_private` is that of the office's settings and of nobody else.

    Raises BadInput for an address that may not be called, Unavailable for a server that does not answer, or not as it should.
    """
    asked, addresses = check(url, allow_private=allow_private, inside=inside, look_up=look_up)
    said = {
        "Host": asked.netloc.decode("ascii"),
        "User-Agent": "Adit",
        "Accept-Encoding": "identity",
        **(headers or {}),
    }
    target = httpcore2.URL(scheme=asked.raw_scheme, host=asked.raw_host, port=_port(asked), target=asked.raw_path)
    backend = _ToChecked(addresses, monotonic() + seconds)
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=httpcore2.default_ssl_context(), network_backend=backend) as pool,
            pool.stream(method, target, headers=[*said.items()], content=content) as answer,
        ):
            body = bytearray()
            for part in answer.iter_stream():
                body += part
                if len(body) > bytes_max:
                    raise Unavailable(N_("The server answers with too much."), where=asked.host)
            return Answer(answer.status, _read(answer.headers), bytes(body))
    except httpcore2.TimeoutException as error:
        raise Unavailable(N_("The server did not answer in time."), where=asked.host) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise Unavailable(
            N_("The server cannot be reached, or its certificate is not that of its name."), where=asked.host
        ) from error


def _read(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


class _ToChecked(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, whatever name it is asked for, the first that can be reached."""

    def __init__(self, addresses: Sequence[str], until: float) -> None:
        self._addresses = addresses
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failed: Exception | None = None
        for address in self._addresses:
            seconds = min(CONNECT_S, _left(self._until, httpcore2.ConnectTimeout))
            try:
                return _Timed(httpcore2.SyncBackend().connect_tcp(address, port, timeout=seconds), self._until)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        assert failed is not None, "a name without addresses was refused before"
        raise failed


class _Timed(httpcore2.NetworkStream):
    """A connection that ends at one moment, so that a server which sends a byte now and then holds nobody up."""

    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._until, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._until, httpcore2.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = min(CONNECT_S, _left(self._until, httpcore2.ConnectTimeout))
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, timeout=seconds), self._until)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float, late: type[httpcore2.TimeoutException]) -> float:
    left = until - monotonic()
    if left <= 0:
        raise late("the time is up")
    return left
