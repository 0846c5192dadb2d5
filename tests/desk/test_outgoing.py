"""Calling others: only public addresses, only the one that was checked, in good time and not too much; real servers on this machine."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.desk.servers import saying, serving

from adit.desk.office import Settings, read_settings
from adit.desk.web.outgoing import check, public, send
from adit.terms.errors import BadInput, Unavailable


def at_home(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


# Addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "2002:7f00:1::1", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "64:ff9b::7f00:1", "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_an_address_that_not_everybody_reaches_is_not_called(address: str):
    assert not public(address)
    with pytest.raises(BadInput, match="not public"):
        check("https://receiver.example/hook", allow_private=False, look_up=lambda *_: [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "77.88.8.8", "2a02:6b8::feed:ff", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_that_everybody_reaches_may_be_called(address: str):
    assert public(address)
    _, found = check("https://receiver.example/hook", allow_private=False, look_up=lambda *_: [address])
    assert found == [address]


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(BadInput, match="not public"):
        check("https://receiver.example", allow_private=False, look_up=lambda *_: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)
def test_this_machine_is_not_called_however_it_is_written(host: str):
    with pytest.raises(BadInput, match="not public"):
        send("GET", f"https://{host}/", allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/", "ftp://receiver.example/", "file:///etc/passwd", "gopher://receiver.example/", "receiver.example", "//receiver.example", "",
        "https://", "https:///path", "https://user:word@receiver.example/", "https://user@receiver.example/", "https://[::1", "https://receiver.example:99999/",
        "https://re ceiver.example/", "https://receiver.example/\r\nX: y", "https://" + "a" * 300 + ".example/", "https://.example/", "https://a..example/", "https://" + "a" * 64 + ".example/", "https://\x00/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server_with_https_is_refused(url: str):
    with pytest.raises(BadInput):
        check(url, allow_private=False, look_up=lambda *_: ["8.8.8.8"])


def test_a_name_that_nobody_knows_may_be_known_later():
    with pytest.raises(Unavailable, match="not known"):
        check("https://receiver.invalid/", allow_private=False)
    with pytest.raises(Unavailable, match="not known"):
        check("https://receiver.example/", allow_private=False, look_up=lambda *_: [])


def test_private_addresses_are_allowed_by_code_and_by_nothing_in_the_environment(tmp_path, monkeypatch):
    for name in ("ADIT_OUTGOING_PRIVATE", "OUTGOING_PRIVATE"):
        monkeypatch.setenv(name, "1")
    assert read_settings(tmp_path).outgoing_private is False
    assert Settings(tmp_path).outgoing_private is False


# The connection ---------------------------------------------------------------------------------------------------
def test_the_name_is_looked_up_once_and_the_address_that_was_checked_is_called():
    asked: list[str] = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving(saying(b"here")) as server:
        answer = send("GET", f"http://receiver.example:{server.port}/hook?a=1", allow_private=True, look_up=changing)
        assert (answer.status, answer.body) == (200, b"here")
        assert asked == ["receiver.example"]
        [(method, path, headers, _)] = server.asked
    assert (method, path, headers["host"]) == ("GET", "/hook?a=1", f"receiver.example:{server.port}")


def test_a_private_address_is_refused_before_anything_is_sent():
    with serving(saying(b"secret")) as server:
        with pytest.raises(BadInput, match="not public"):
            send("GET", f"https://receiver.example:{server.port}/", allow_private=False, look_up=at_home)
        assert server.asked == []


def test_the_next_address_is_tried_where_the_first_does_not_answer():
    with serving(saying(b"here")) as server:
        answer = send(
            "GET",
            f"http://receiver.example:{server.port}/",
            allow_private=True,
            look_up=lambda *_: ["::1", "127.0.0.1"],
        )
    assert answer.body == b"here"


def test_a_redirect_is_an_answer_and_is_not_followed():
    with serving(saying(b"inside")) as inside:
        there = f"http://127.0.0.1:{inside.port}/"
        with serving(saying(b"", 302, {"Location": there})) as server:
            answer = send("GET", f"http://127.0.0.1:{server.port}/", allow_private=True)
        assert (answer.status, answer.headers["location"]) == (302, there)
        assert inside.asked == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    with serving(saying(b"through the proxy")) as proxy, serving(saying(b"straight")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        answer = send("GET", f"http://receiver.example:{server.port}/", allow_private=True, look_up=at_home)
        assert answer.body == b"straight"
        assert proxy.asked == []


def test_content_and_headers_are_sent_as_they_are():
    with serving(saying(b"{}", 201)) as server:
        answer = send(
            "POST",
            f"http://127.0.0.1:{server.port}/x",
            allow_private=True,
            headers={"webhook-id": "a"},
            content=b'{"a":1}',
        )
        assert answer.status == 201
        [(method, _, headers, content)] = server.asked
    assert (method, content, headers["webhook-id"], headers["content-length"]) == ("POST", b'{"a":1}', "a", "7")


# Limits -----------------------------------------------------------------------------------------------------------
def test_an_answer_that_is_too_large_is_not_read_to_its_end():
    sent: list[int] = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(2000):  # 131 MB, if anybody reads it
            sent.append(handler.wfile.write(b"x" * 65536))

    with serving(endless) as server, pytest.raises(Unavailable, match="too much"):
        send("GET", f"http://127.0.0.1:{server.port}/", allow_private=True)
    assert sum(sent) < 20_000_000


def test_what_is_packed_stays_packed():
    with serving(saying(b"\x1f\x8b not unpacked", headers={"Content-Encoding": "gzip"})) as server:
        answer = send("GET", f"http://127.0.0.1:{server.port}/", allow_private=True)
        assert server.asked[0][2]["accept-encoding"] == "identity"
    assert answer.body == b"\x1f\x8b not unpacked"


def _slowly(handler: BaseHTTPRequestHandler, first: bytes, then: bytes) -> None:
    handler.wfile.write(first)
    for _ in range(100):
        handler.wfile.write(then)
        handler.wfile.flush()
        sleep(0.1)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "headers", "informational answers"],
)
def test_a_server_that_sends_a_little_now_and_then_is_left(first: bytes, then: bytes):
    with serving(lambda handler: _slowly(handler, first, then)) as server:
        begun = monotonic()
        with pytest.raises(Unavailable, match="in time"):
            send("GET", f"http://127.0.0.1:{server.port}/", allow_private=True, seconds=0.6)
        assert monotonic() - begun < 3


def test_a_server_that_takes_the_connection_and_says_nothing_is_left():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("http", "https"):
            begun = monotonic()
            with pytest.raises(Unavailable, match="in time"):
                send("GET", f"{scheme}://127.0.0.1:{port}/", allow_private=True, seconds=0.5)
            assert monotonic() - begun < 3


def _other_protocol(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_a_server_that_is_not_there_or_does_not_speak_http_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(Unavailable, match="cannot be reached"):
        send("GET", f"http://127.0.0.1:{port}/", allow_private=True)
    with (
        serving(_other_protocol) as server,
        pytest.raises(Unavailable, match="cannot be reached"),
    ):
        send("GET", f"http://127.0.0.1:{server.port}/", allow_private=True)


# Certificates -----------------------------------------------------------------------------------------------------
def _certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate for a name, signed by itself; and the server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pair = folder / f"{name}.key"
    pair.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, pair)
    return file, context


def test_the_certificate_is_that_of_the_name_though_the_address_is_called(tmp_path, monkeypatch):
    file, context = _certificate(tmp_path, "receiver.example")
    named: list[str | None] = []
    context.sni_callback = lambda _, name, __: named.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(saying(b"encrypted"), context) as server:
        answer = send("GET", f"https://receiver.example:{server.port}/", allow_private=True, look_up=at_home)
        assert answer.body == b"encrypted"
        assert named == ["receiver.example"]
        assert server.asked[0][2]["host"] == f"receiver.example:{server.port}"
        with pytest.raises(Unavailable, match="certificate"):
            send("GET", f"https://other.example:{server.port}/", allow_private=True, look_up=at_home)
        with pytest.raises(Unavailable, match="certificate"):
            send("GET", f"https://127.0.0.1:{server.port}/", allow_private=True)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    _, context = _certificate(tmp_path, "receiver.example")
    with serving(saying(b"encrypted"), context) as server:
        with pytest.raises(Unavailable, match="certificate"):
            send("GET", f"https://receiver.example:{server.port}/", allow_private=True, look_up=at_home)
        assert server.asked == []


def test_a_name_in_the_own_network_is_called_where_the_office_says_so():
    def at_home(host: str, port: int) -> list[str]:
        return ["10.0.0.7"]

    check("https://idp.internal/", allow_private=False, inside={"idp.internal"}, look_up=at_home)
    with pytest.raises(BadInput):
        check("https://other.internal/", allow_private=False, inside={"idp.internal"}, look_up=at_home)
    with pytest.raises(BadInput):
        check("http://idp.internal/", allow_private=False, inside={"idp.internal"}, look_up=at_home)
