"""How strangers are asked: no door but the listed ones, no more than the bounds, nothing in the answer that could grow."""

import threading
from decimal import Decimal
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import URLError

import pytest
from tests.evidence.answers import Server, Written

from adit.evidence.sources.fetching import Door, ask, get, open_url, parse_json, parse_xml
from adit.terms.errors import AditError, BadInput, NotFound, Unavailable

DOOR = Door(("data.example", "*.days.example"), bytes_max=10_000, seconds=5)
URL = "https://data.example/a.json"


def test_what_was_asked_comes_whole_and_the_connection_is_closed() -> None:
    answer = Written(b"x" * 9_999)
    server = Server({URL: answer})
    assert get(URL, DOOR, opener=server) == b"x" * 9_999
    assert answer.closed
    (request,) = server.asked
    assert (request.get_method(), request.get_header("Accept-encoding")) == ("GET", "identity")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://data.example/a.json", "Only addresses that begin with https:// are asked"),
        ("ftp://data.example/a.json", "Only addresses that begin with https:// are asked"),
        ("file:///etc/passwd", "names no server"),
        (
            "https://other.example/a.json",
            "other.example is not asked: this source is at data.example, *.days.example alone",
        ),
        ("https://data.example.other.example/", "is not asked"),
        ("https://days.example/", "days.example is not asked"),
        ("https://evildays.example/", "evildays.example is not asked"),
        ("https://127.0.0.1/", "127.0.0.1 is not asked"),
        ("https://data.example:8443/", "names no server, another port, or a user"),
        ("https://user:secret@data.example/", "names no server, another port, or a user"),
        ("https://data.example:port/", "not the address of a server"),
        ("https://[::1/", "not the address of a server"),
    ],
)
def test_no_other_door_is_opened(url: str, said: str) -> None:
    server = Server({})
    with pytest.raises(BadInput) as error:
        get(url, DOOR, opener=server)
    assert said in str(error.value)
    assert server.asked == []


def test_a_host_below_a_listed_one_is_asked_whatever_its_capitals() -> None:
    assert (
        get("https://2026-10-01.DAYS.example/", DOOR, opener=Server({"https://2026-10-01.DAYS.example/": b"1"})) == b"1"
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_to_a_listed_host_or_nowhere(status: int) -> None:
    there = "https://b.days.example/new"
    answers: dict[str, bytes | Written | Exception] = {URL: Written(b"", status, Location=there), there: b"data"}
    assert get(URL, DOOR, opener=Server(answers)) == b"data"
    for elsewhere in ("https://other.example/", "http://data.example/", "//other.example/x", "http://127.0.0.1/"):
        server = Server({URL: Written(b"", status, Location=elsewhere)})
        with pytest.raises(BadInput):
            get(URL, DOOR, opener=server)
        assert len(server.asked) == 1


def test_a_redirect_may_be_relative_and_may_not_run_in_a_ring() -> None:
    assert (
        get(URL, DOOR, opener=Server({URL: Written(b"", 302, Location="b"), "https://data.example/b": b"data"}))
        == b"data"
    )
    server = Server({URL: Written(b"", 302, Location=URL)})
    with pytest.raises(Unavailable, match="sends from one address to the next"):
        get(URL, DOOR, opener=server)
    assert len(server.asked) == 4


def test_content_is_never_sent_on() -> None:
    server = Server({URL: Written(b"", 307, Location="https://b.days.example/")})
    with pytest.raises(Unavailable, match="sends the request elsewhere"):
        ask(URL, DOOR, content=b"{}", headers={"Authorization": "secret"}, opener=server)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Written(b"x" * 10_001), Unavailable, "longer than 10,000 bytes"),
        (Written(b"gone", 404), NotFound, f"has nothing at {URL}"),
        (Written(b"slowly", 429), Unavailable, "asked too often"),
        (Written(b"oh", 503), Unavailable, "answered with status 503"),
        (Written(b"", 204), Unavailable, "answered with status 204"),
        (Written(b"moved", 302), Unavailable, "answered with status 302"),
        (Written(b" \n"), Unavailable, "The answer is empty"),
        (Written(b"\n<!DOCTYPE html><p>Sign in"), Unavailable, "a web page in place of data"),
        (Written(b"<html>"), Unavailable, "a web page in place of data"),
        (Written(b"\x1f\x8b", Content_Encoding="gzip"), Unavailable, "The answer is packed (gzip)"),
        (Written(b"half", Content_Length="8"), Unavailable, "broke off after 4 of 8 bytes"),
        (TimeoutError(), Unavailable, "did not come within 5 seconds"),
        (URLError("Name or service not known"), Unavailable, "does not answer (Name or service not known)"),
        (ConnectionResetError("reset"), Unavailable, "does not answer (reset)"),
        (IncompleteRead(b"x"), Unavailable, "does not answer"),
    ],
)  # fmt: skip
def test_every_bad_answer_is_told_with_what_to_do(
    answer: Written | Exception, kind: type[AditError], said: str
) -> None:
    with pytest.raises(kind) as error:
        get(URL, DOOR, opener=Server({URL: answer}))
    assert said in str(error.value)
    assert error.value.todo
    assert error.value.where == "data.example"
    assert not isinstance(answer, Written) or answer.closed


def test_an_answer_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 2))
    monkeypatch.setattr("adit.evidence.sources.fetching.monotonic", lambda: float(next(clock)))
    with pytest.raises(Unavailable, match="did not come within 5 seconds"):
        get(URL, DOOR, opener=Server({URL: Written(b"x" * 9_000)}))


def test_json_keeps_its_fractions_and_refuses_what_is_no_number() -> None:
    assert parse_json(b'{"a": 0.1, "b": 2}', "x") == {"a": Decimal("0.1"), "b": 2}
    for bad in (b"", b"{", b"<xml/>", b"[NaN]", b"[Infinity]", b"\xff", b"[" * 100_000, b"[" + b"9" * 5_000 + b"]"):
        with pytest.raises(BadInput, match="The answer is not JSON"):
            parse_json(bad, "x")


def test_xml_is_read_in_the_encoding_that_it_declares() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><a b="Доллар"><c>81,25</c> </a>'
    root = parse_xml(text.encode("windows-1251"), "x")
    assert (root.tag, root.get("b"), root.findtext("c")) == ("a", "Доллар", "81,25")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "https://other.example/a.dtd">',
        "<!DOCTYPE a>",
    ],
)
def test_xml_with_a_document_type_is_refused(doctype: str) -> None:
    with pytest.raises(BadInput, match="declares a document type"):
        parse_xml(f"<?xml version='1.0'?>{doctype}<a>&x;</a>".encode(), "x")


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"<a>", b"<a/><b/>", b"<a>&x;</a>", b'<?xml version="1.0" encoding="klingon"?><a/>', b"<a>\xff</a>"],
)
def test_what_is_no_xml_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput, match="The answer is not XML"):
        parse_xml(text, "x")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/here")
            self.end_headers()
            return
        body = b'{"path": "%s"}' % self.path.encode()
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(body) + (9 if self.path == "/short" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.mark.slow
def test_a_real_server_on_this_machine() -> None:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            base = f"http://127.0.0.1:{server.server_port}"
            door = Door(("127.0.0.1",), plain_hosts=frozenset({"127.0.0.1"}), any_port=True)
            assert get(f"{base}/here", door) == b'{"path": "/here"}'
            assert get(f"{base}/moved", door) == b'{"path": "/here"}'
            assert ask(f"{base}/", door, content=b"told", opener=open_url).body == b"told"
            with pytest.raises(NotFound):
                get(f"{base}/none", door)
            with pytest.raises(Unavailable, match="broke off"):
                get(f"{base}/short", door)
        finally:
            server.shutdown()
            thread.join()
    with pytest.raises(Unavailable, match="does not answer"):
        get(f"{base}/here", door)
