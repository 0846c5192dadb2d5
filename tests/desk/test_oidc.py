"""Signing in through a provider: a real little one, that a browser is sent to and comes back from; every check has a lie that it finds out."""

import hashlib
import hmac
import json
import re
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from httpx2 import Response
from tests.databases import Clock
from tests.desk.at_work import URL, Person, office_at_work
from tests.desk.at_work import field as field_of
from tests.desk.servers import saying, serving

from adit.desk.office import Office, read_settings
from adit.desk.web.accounts import add_account
from adit.desk.web.oidc import BACK
from adit.journal import store as journal
from adit.terms.errors import BadInput

CLIENT, SECRET = "the office", "s3cret & more"  # what has to be escaped in both is escaped
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8))


def jwk(key: Any, kid: str = "one", **more: str) -> dict[str, str]:
    """The public half of a key, as a provider shows it."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        n = public.public_numbers()
        return {"kty": "RSA", "kid": kid, "n": number(n.n), "e": number(n.e), **more}
    if isinstance(public, ec.EllipticCurvePublicKey):
        p = public.public_numbers()
        return {"kty": "EC", "kid": kid, "crv": "P-256", "x": b64(p.x.to_bytes(32)), "y": b64(p.y.to_bytes(32)), **more}
    return {"kty": "OKP", "kid": kid, "crv": "Ed25519", "x": b64(public.public_bytes_raw()), **more}


def by_rsa(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def by_ec(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    return sign


@dataclass
class House:
    """The provider: what it says of itself, with what it signs, and which lies it tells."""

    clock: Clock
    issuer: str = ""
    keys: list[dict[str, str]] = field(default_factory=lambda: [jwk(RSA)])
    header: Any = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    sign: Callable[[bytes], bytes] = field(default_factory=lambda: by_rsa(RSA))
    claims: dict[str, Any] = field(default_factory=dict)  # in place of the right ones; None: left out
    payload: bytes | None = None  # in place of the claims
    answered: dict[str, Any] | None = None  # in place of the answer with the token
    document: dict[str, Any] = field(default_factory=dict)
    public: bool = False  # asks for no secret
    sub: str = "subject-7"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        self.asked.append(handler.path)
        said: tuple[int, Any]
        match handler.path:
            case "/.well-known/openid-configuration":
                said = 200, {
                    "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?realm=a", "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys", **self.document,
                }  # fmt: skip
            case "/keys":
                said = 200, {"keys": self.keys}
            case "/token":
                said = self._token(dict(parse_qsl(content.decode())), handler.headers)
            case _:
                said = 404, {}
        saying(json.dumps(said[1]).encode(), said[0])(handler)

    def authorize(self, query: Mapping[str, str]) -> str:
        """What happens over there while somebody signs in: a code is made for what was asked."""
        assert query["response_type"] == "code"
        assert query["scope"] == "openid"
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == URL + BACK
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self.codes[code] = dict(query)
        return code

    def _token(self, sent: dict[str, str], headers: Any) -> tuple[int, Any]:
        query = self.codes.pop(sent.get("code", ""), None)
        if query is None or sent["redirect_uri"] != query["redirect_uri"] or sent["grant_type"] != "authorization_code":
            return 400, {"error": "invalid_grant"}
        if b64(hashlib.sha256(sent["code_verifier"].encode()).digest()) != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if not self._known(sent, headers):
            return 401, {"error": "invalid_client"}
        now = int(self.clock.now.timestamp())
        right = {
            "iss": self.issuer,
            "sub": self.sub,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": query["nonce"],
        }
        claims = {k: v for k, v in (right | self.claims).items() if v is not None}
        payload = self.payload if self.payload is not None else json.dumps(claims).encode()
        text = f"{b64(json.dumps(self.header).encode())}.{b64(payload)}"
        if self.answered is not None:
            return 200, self.answered
        return 200, {"id_token": f"{text}.{b64(self.sign(text.encode()))}", "token_type": "Bearer", "access_token": "x"}

    def _known(self, sent: dict[str, str], headers: Any) -> bool:
        if self.public:
            return sent.get("client_id") == CLIENT and "Authorization" not in headers
        if self.document.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        pair = b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        return tuple(unquote_plus(p) for p in pair.split(":")) == (CLIENT, SECRET)


@pytest.fixture(scope="module")
def empty() -> Iterator[Office]:
    """An office with two accounts, for all tests of this module."""
    with office_at_work(demo=False) as office:
        for role in ("analyst", "officer"):
            add_account(office, login=role, name=role, roles=[role], password="four words of a sentence", by="office")
        yield office


@contextmanager
def a_house(office: Office, tmp_path: Path, **more: Any) -> Iterator[House]:
    """A provider, and an office that knows it."""
    assert isinstance(office.clock, Clock)
    house, before = House(office.clock), office.settings
    with serving(lambda handler: house.answer(handler, server.asked[-1][3])) as server:
        house.issuer = f"http://127.0.0.1:{server.port}"
        file = tmp_path / "secret"
        file.write_text(SECRET + "\n")
        given: dict[str, Any] = {
            "oidc_issuer": house.issuer, "oidc_client": CLIENT, "oidc_secret_file": str(file), "outgoing_private": True,
        }  # fmt: skip
        office.settings = replace(before, **(given | more))
        try:
            yield house
        finally:
            office.settings = before


There = Callable[..., AbstractContextManager[tuple[Office, House, Person]]]


@pytest.fixture
def at(empty: Office, tmp_path: Path) -> There:
    """An office, its provider, to which one account is linked, and the browser of whoever that is."""

    @contextmanager
    def opened(login: str = "analyst", **more: Any) -> Iterator[tuple[Office, House, Person]]:
        with a_house(empty, tmp_path, **more) as house:
            with empty.reading() as connection:
                connection.execute("DELETE FROM desk.session")
                connection.execute("DELETE FROM desk.oidc_pending")
                connection.execute(
                    "UPDATE desk.account SET issuer = NULL, external_subject = NULL, closed_at = NULL, totp_secret = NULL"
                )
                connection.execute(
                    "UPDATE desk.account SET issuer = %s, external_subject = %s WHERE login = %s",
                    (house.issuer, house.sub, login),
                )
            yield empty, house, Person(empty)

    return opened


def sent_away(person: Person, then: str = "") -> dict[str, str]:
    """Begin: where the browser is sent to, and with what."""
    there = person.client.get("/sign-in/outside", params={"then": then} if then else {}, follow_redirects=False)
    assert there.status_code == 303, words(there)
    return dict(parse_qsl(urlsplit(there.headers["location"]).query))


def come_back(person: Person, code: str, state: str, **more: str) -> Response:
    return person.client.get(BACK, params={"code": code, "state": state, **more}, follow_redirects=False)


def sign_in(person: Person, house: House, then: str = "") -> Response:
    """The whole way."""
    query = sent_away(person, then)
    return come_back(person, house.authorize(query), query["state"])


def words(response: Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


def known(person: Person) -> bool:
    return person.client.get("/account", follow_redirects=False).status_code == 200


def assert_refused(person: Person, response: Response, check: str, status: int = 422) -> None:
    """Refused for this reason and no other; and nobody is signed in."""
    assert response.status_code == status, words(response)
    assert f"[{check}]" in words(response)
    assert not known(person)


# The way there and back -------------------------------------------------------------------------------------------
def test_somebody_who_is_linked_signs_in_and_comes_to_their_first_page(at: There):
    with at() as (_, house, person):
        assert not known(person)
        there = sign_in(person, house)
        assert (there.status_code, there.headers["location"]) == (303, "/figures")
        assert known(person)
        assert person.client.get("/sign-in/outside", follow_redirects=False).headers["location"] == "/figures"


def test_the_way_there_says_what_is_needed_and_what_the_address_says_already(at: There):
    with at(oidc_acr="gold silver") as (_, house, person):
        query = sent_away(person)
    assert query["realm"] == "a"
    assert query["acr_values"] == "gold silver"
    assert len(query["state"]) >= 32
    assert len(query["nonce"]) >= 32
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", query["code_challenge"])
    assert house.asked == ["/.well-known/openid-configuration"]


def test_the_cookie_is_for_the_server_alone_and_short_lived(at: There):
    with at() as (office, house, person):
        there = person.client.get("/sign-in/outside", follow_redirects=False)
        [cookie] = there.headers.get_list("set-cookie")
        assert re.match(r"adit-outside=[\w-]{40,}; HttpOnly; Max-Age=600; Path=/; SameSite=lax$", cookie)
        with office.reading() as connection:
            assert cookie.split(";")[0].partition("=")[2] not in str(
                connection.execute("SELECT * FROM desk.oidc_pending").fetchall()
            )
        query = dict(parse_qsl(urlsplit(there.headers["location"]).query))
        back = come_back(person, house.authorize(query), query["state"])
        assert any(c.startswith('adit-outside="";') for c in back.headers.get_list("set-cookie"))
        office.settings = replace(office.settings, url="https://office.example")
        [cookie] = Person(office).client.get("/sign-in/outside", follow_redirects=False).headers.get_list("set-cookie")
        assert cookie.startswith("__Host-adit-outside=")
        assert cookie.endswith("; Secure")


def test_whoever_wanted_a_page_comes_to_it_if_it_is_one_of_ours(at: There):
    with at() as (_, house, person):
        assert sign_in(person, house, "/log?x=1").headers["location"] == "/log?x=1"
    for foreign in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\x00",
        "/\t/evil.example",
        "/" + "x" * 2000,
    ):
        with at() as (_, house, person):
            assert sign_in(person, house, foreign).headers["location"] == "/figures"


def test_the_secret_is_sent_as_the_provider_wants_it(at: There):
    with at() as (_, house, person):
        house.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        assert sign_in(person, house).headers["location"] == "/figures"
    with at(oidc_secret_file="") as (_, house, person):
        house.public = True
        assert sign_in(person, house).headers["location"] == "/figures"


def test_without_a_provider_there_is_no_such_sign_in(empty: Office):
    assert Person(empty).client.get("/sign-in/outside").status_code == 404
    assert Person(empty).client.get(BACK).status_code == 404


# What is pending --------------------------------------------------------------------------------------------------
def test_a_state_that_is_not_that_of_this_browser_is_refused(at: There):
    with at() as (office, house, person):
        query, stranger = sent_away(person), Person(office)
        other = sent_away(stranger)
        code = house.authorize(query)
        assert_refused(person, come_back(person, code, "guessed"), "state")
        assert_refused(person, come_back(person, code, ""), "state")
    with at() as (office, house, person):
        query, stranger = sent_away(person), Person(office)
        other = sent_away(stranger)
        assert_refused(person, come_back(person, house.authorize(other), other["state"]), "state")


def test_a_link_with_the_code_of_somebody_else_signs_nobody_in(at: There):
    with at() as (office, house, attacker):
        query = sent_away(attacker)
        code = house.authorize(query)
        victim = Person(office)
        assert_refused(victim, come_back(victim, code, query["state"]), "state")


def test_what_was_pending_is_taken_once(at: There):
    with at() as (_, house, person):
        query = sent_away(person)
        cookie = person.client.cookies["adit-outside"]
        assert come_back(person, house.authorize(query), query["state"]).status_code == 303
        person.client.cookies.clear()
        person.client.cookies.set("language", "en")
        person.client.cookies.set("adit-outside", cookie)
        assert_refused(person, come_back(person, house.authorize(query), query["state"]), "state")


@pytest.mark.parametrize("minutes", [10, 11])
def test_whoever_comes_back_after_ten_minutes_begins_again(at: There, minutes: int):
    with at() as (office, house, person):
        query = sent_away(person)
        house.clock.pass_(minutes=minutes)
        assert_refused(person, come_back(person, house.authorize(query), query["state"]), "state")
        sent_away(person)
        with office.reading() as connection:
            assert connection.execute("SELECT count(*) FROM desk.oidc_pending").fetchone() == (
                1,
            )  # the old one is gone


def test_a_code_that_was_intercepted_is_of_no_use_without_the_verifier(at: There):
    with at() as (office, house, person):
        query, thief = sent_away(person), Person(office)
        stolen, own = house.authorize(query), sent_away(thief)
        assert_refused(thief, come_back(thief, stolen, own["state"]), "token_endpoint 400")


def test_whoever_declines_over_there_is_told_so(at: There):
    with at() as (_, _house, person):
        query = sent_away(person)
        assert_refused(person, come_back(person, "", query["state"], error="access_denied"), "access_denied")
        query = sent_away(person)
        assert_refused(person, come_back(person, "", query["state"], error="Call <b>+7 900</b>!"), "code")


def test_an_answer_that_names_another_provider_is_refused(at: There):
    with at() as (_, house, person):
        query = sent_away(person)
        answer = come_back(person, house.authorize(query), query["state"], iss="https://other.example")
        assert_refused(person, answer, "iss of the answer")
        query = sent_away(person)
        assert come_back(person, house.authorize(query), query["state"], iss=house.issuer).status_code == 303


# The token --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"iss": "https://other.example"}, "iss"), ({"iss": None}, "iss"),
        ({"aud": "another client"}, "aud"), ({"aud": ["another", "third"]}, "aud"), ({"aud": None}, "aud"), ({"aud": {CLIENT: 1}}, "aud"), ({"aud": f"{CLIENT} 2"}, "aud"),
        ({"aud": [CLIENT, "another"]}, "azp"), ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"), ({"azp": "another"}, "azp"),
        ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"), ({"nonce": ""}, "nonce"), ({"nonce": ["x"]}, "nonce"), ({"nonce": "\ud800"}, "nonce"),
        ({"exp": None}, "exp"), ({"exp": "soon"}, "exp"), ({"exp": True}, "exp"), ({"exp": float("nan")}, "exp"), ({"exp": float("inf")}, "exp"),
        ({"iat": None}, "iat"), ({"iat": "now"}, "iat"),
        ({"sub": None}, "sub"), ({"sub": ""}, "sub"), ({"sub": 7}, "sub"), ({"sub": "x" * 256}, "sub"), ({"sub": "a\x00b"}, "sub"), ({"sub": "Иван"}, "sub"), ({"sub": "\ud800"}, "sub"),
    ],
)  # fmt: skip
def test_a_token_that_says_something_wrong_is_refused(at: There, claims: dict[str, Any], check: str):
    with at() as (_, house, person):
        house.claims = claims
        assert_refused(person, sign_in(person, house), check)


@pytest.mark.parametrize(
    ("claim", "seconds", "check"),
    [
        ("exp", -60, "exp"), ("exp", -3600, "exp"), ("iat", 61, "iat"), ("iat", -700, "iat"), ("nbf", 61, "nbf"),
        ("exp", -59, ""), ("iat", 59, ""), ("iat", -600, ""), ("nbf", 59, ""),
    ],
)  # fmt: skip
def test_the_moments_of_a_token_are_checked_with_a_minute_between_two_clocks(
    at: There, claim: str, seconds: int, check: str
):
    with at() as (_, house, person):
        house.claims = {claim: int(house.clock.now.timestamp()) + seconds}
        answer = sign_in(person, house)
        if check:
            assert_refused(person, answer, check)
        else:
            assert answer.status_code == 303


@pytest.mark.parametrize(
    "answered", [{"id_token": token} for token in ("", "a", "a.b", "a.b.c", "a.b.c.d.e", "e30.e30.e30", "é.é.é", "." * 200_000)]
)  # fmt: skip
def test_what_is_no_token_is_refused(at: There, answered: dict[str, Any]):
    with at() as (_, house, person):
        house.answered = answered
        assert_refused(person, sign_in(person, house), "token")


def test_an_answer_without_a_token_is_refused(at: There):
    for answered in ({}, {"id_token": None}, {"id_token": ["a"]}, {"access_token": "x"}):
        with at() as (_, house, person):
            house.answered = answered
            assert_refused(person, sign_in(person, house), "id_token")


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"7", b"null", b"\xff"])
def test_a_token_that_is_signed_and_says_nothing_is_refused(at: There, payload: bytes):
    with at() as (_, house, person):
        house.payload = payload
        assert_refused(person, sign_in(person, house), "token")


def test_a_header_that_is_no_object_is_refused(at: There):
    for header in (["alg"], "alg"):
        with at() as (_, house, person):
            house.header = header
            assert_refused(person, sign_in(person, house), "token")


def test_a_token_for_several_that_says_it_is_ours_is_ours(at: There):
    with at() as (_, house, person):
        house.claims = {"aud": ["another", CLIENT], "azp": CLIENT}
        assert sign_in(person, house).status_code == 303


# Its signature ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("algorithm", "key", "sign"), [("RS256", RSA, by_rsa(RSA)), ("ES256", EC, by_ec(EC)), ("EdDSA", ED, ED.sign)]
)
def test_three_algorithms_are_known(at: There, algorithm: str, key: Any, sign: Callable[[bytes], bytes]):
    with at() as (_, house, person):
        house.keys = [jwk(OTHER_RSA, "zero"), jwk(key, "two", use="sig", alg=algorithm)]
        house.header, house.sign = {"alg": algorithm, "kid": "two"}, sign
        assert sign_in(person, house).status_code == 303


def test_no_algorithm_is_no_signature(at: There):
    with at() as (_, house, person):
        for name in ("none", "None", "nOnE", ""):
            house.header, house.sign = {"alg": name, "kid": "one"}, lambda _: b""
            assert_refused(person, sign_in(person, house), "alg")
        house.header = {"kid": "one"}
        assert_refused(person, sign_in(person, house), "token")


def test_the_public_key_is_no_shared_secret(at: There):
    public = RSA.public_key()
    forms = [
        public.public_bytes(encoding, form)
        for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
        for form in (serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1)
    ] + [json.dumps(jwk(RSA)).encode()]
    with at() as (_, house, person):
        house.header = {"alg": "HS256", "kid": "one"}
        for known_to_all in forms:
            house.sign = lambda text, key=known_to_all: hmac.digest(key, text, "sha256")  # type: ignore[misc]
            assert_refused(person, sign_in(person, house), "alg")


def test_a_secret_among_the_keys_is_not_used(at: There):
    with at() as (_, house, person):
        house.keys = [{"kty": "oct", "kid": "one", "k": b64(b"0" * 32)}]
        for algorithm, check in (("HS256", "alg"), ("RS256", "kid")):
            house.header = {"alg": algorithm, "kid": "one"}
            house.sign = lambda text: hmac.digest(b"0" * 32, text, "sha256")
            assert_refused(person, sign_in(person, house), check)


def test_other_algorithms_are_refused_even_where_the_signature_holds(at: There):
    with at() as (_, house, person):
        house.header = {"alg": "RS384", "kid": "one"}
        house.sign = lambda text: RSA.sign(text, padding.PKCS1v15(), hashes.SHA384())
        assert_refused(person, sign_in(person, house), "alg")
        house.header = {"alg": "PS256", "kid": "one"}
        house.sign = lambda text: RSA.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        assert_refused(person, sign_in(person, house), "alg")


def test_a_token_that_another_key_signed_is_refused(at: There):
    with at() as (_, house, person):
        house.sign = by_rsa(OTHER_RSA)
        assert_refused(person, sign_in(person, house), "signature")
        house.sign = lambda _: b""
        assert_refused(person, sign_in(person, house), "signature")


def test_a_token_brings_no_key_of_its_own(at: There):
    with at() as (_, house, person):
        house.header = {"alg": "RS256", "kid": "mine", "jwk": jwk(OTHER_RSA, "mine"), "jku": f"{house.issuer}/other"}
        house.sign = by_rsa(OTHER_RSA)
        assert_refused(person, sign_in(person, house), "kid")
        assert "/other" not in house.asked


def test_a_key_that_is_not_among_those_of_the_provider_is_unknown(at: There):
    with at() as (_, house, person):
        house.header = {"alg": "RS256", "kid": "another"}
        assert_refused(person, sign_in(person, house), "kid")


def test_without_a_name_the_only_key_is_meant_and_of_two_none(at: There):
    with at() as (_, house, person):
        house.header = {"alg": "RS256"}
        house.keys = [jwk(EC, "two"), jwk(RSA)]
        assert sign_in(person, house).status_code == 303
    with at() as (_, house, person):
        house.header = {"alg": "RS256"}
        house.keys = [jwk(OTHER_RSA, "two"), jwk(RSA)]
        assert_refused(person, sign_in(person, house), "kid")


@pytest.mark.parametrize(
    "key", [jwk(RSA, use="enc"), jwk(RSA, alg="RS512"), jwk(EC), {"kty": "RSA", "kid": "one"}, {"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"}]
)  # fmt: skip
def test_a_key_that_is_not_for_this_is_not_used(at: There, key: dict[str, str]):
    with at() as (_, house, person):
        house.keys = [key]
        assert_refused(person, sign_in(person, house), "kid")


def test_a_short_key_is_not_used(at: There):
    with at() as (_, house, person):
        house.keys, house.sign = [jwk(SHORT_RSA)], by_rsa(SHORT_RSA)
        assert_refused(person, sign_in(person, house), "kid")


def test_a_token_that_wants_something_we_do_not_know_is_refused(at: There):
    with at() as (_, house, person):
        house.header = {"alg": "RS256", "kid": "one", "crit": ["exp"], "exp": 1}
        assert_refused(person, sign_in(person, house), "crit")


# The provider -----------------------------------------------------------------------------------------------------
def test_what_the_provider_says_of_itself_is_kept_for_ten_minutes(at: There):
    with at() as (_, house, person):
        for _ in range(3):
            sign_in(person, house)
            person.client.cookies.clear()
            house.clock.pass_(minutes=3)
        assert [house.asked.count(p) for p in ("/.well-known/openid-configuration", "/keys", "/token")] == [1, 1, 3]
        house.clock.pass_(minutes=1)
        sign_in(person, house)
        assert [house.asked.count(p) for p in ("/.well-known/openid-configuration", "/keys", "/token")] == [2, 2, 4]


def test_a_key_that_is_new_is_found_and_asked_for_once_a_minute_at_most(at: There):
    with at() as (_, house, person):
        assert sign_in(person, house).status_code == 303
        person.client.cookies.clear()
        house.clock.pass_(minutes=2)
        house.keys, house.sign = [jwk(OTHER_RSA, "new")], by_rsa(OTHER_RSA)
        house.header = {"alg": "RS256", "kid": "new"}
        assert sign_in(person, house).status_code == 303
        house.header = {"alg": "RS256", "kid": "made up"}
        for _ in range(3):
            person.client.cookies.clear()
            assert sign_in(person, house).status_code == 422
        assert house.asked.count("/keys") == 2


def test_a_document_that_names_another_issuer_is_refused(at: There):
    with at() as (_, house, person):
        house.document = {"issuer": "https://other.example"}
        assert_refused(person, person.client.get("/sign-in/outside"), "issuer", 503)


@pytest.mark.parametrize("place", [None, 7, "javascript:alert(1)", "ftp://other.example", ""])
def test_a_provider_that_does_not_say_where_is_refused(at: There, place: object):
    with at() as (_, house, person):
        house.document = {"authorization_endpoint": place}
        assert_refused(person, person.client.get("/sign-in/outside"), "authorization_endpoint", 503)


def test_a_provider_that_does_not_answer_is_not_asked_again_at_once(at: There):
    with at() as (office, house, person), serving(saying(b"down", 500)) as down:
        office.settings = replace(office.settings, oidc_issuer=f"http://127.0.0.1:{down.port}")
        for _ in range(3):
            assert person.client.get("/sign-in/outside").status_code == 503
        assert len(down.asked) == 1
        house.clock.pass_(seconds=15)
        assert person.client.get("/sign-in/outside").status_code == 503
        assert len(down.asked) == 2


def test_a_provider_that_breaks_down_in_between_is_unavailable(at: There, tmp_path: Path):
    with at() as (_, house, person), serving(saying(b"[" * 100_000)) as nonsense, serving(saying(b"", 502)) as down:
        house.document = {"token_endpoint": f"http://127.0.0.1:{down.port}/"}
        assert_refused(person, sign_in(person, house), "token_endpoint 502", 503)
        house.clock.pass_(minutes=10)
        house.document = {"jwks_uri": f"http://127.0.0.1:{nonsense.port}/"}
        answer = sign_in(person, house)
        assert answer.status_code == 503
        assert "cannot be read" in words(answer)
    with at() as (_, house, person):
        (tmp_path / "secret").unlink()
        answer = sign_in(person, house)
        assert answer.status_code == 503
        assert "its secret" in words(answer)


def test_a_provider_on_a_private_address_is_not_called(at: There):
    with at(outgoing_private=False) as (_, house, person):
        assert person.client.get("/sign-in/outside").status_code == 422
        assert house.asked == []


# Who it is --------------------------------------------------------------------------------------------------------
def test_somebody_who_is_not_linked_gets_no_account_and_is_told_their_name_over_there(at: There):
    with at() as (office, house, person):
        house.sub = "stranger <8>"
        answer = sign_in(person, house)
        assert answer.status_code == 403
        assert "stranger <8>" in words(answer)
        assert not known(person)
        with office.reading() as connection:
            assert connection.execute("SELECT count(*) FROM desk.account").fetchone() == (2,)
            assert connection.execute("SELECT count(*) FROM desk.session").fetchone() == (0,)


def test_the_same_subject_at_another_provider_is_somebody_else(at: There):
    with at() as (office, house, person):
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET issuer = 'https://before.example' WHERE issuer IS NOT NULL")
        assert sign_in(person, house).status_code == 403


def test_an_account_that_is_closed_stays_closed(at: There):
    with at() as (office, house, person):
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET closed_at = %s", [office.now()])
        assert sign_in(person, house).status_code == 403


@pytest.mark.parametrize(
    ("claims", "to"),
    [
        ({}, "/second"), ({"amr": ["pwd"]}, "/second"), ({"amr": "mfa"}, "/second"), ({"acr": "bronze"}, "/second"), ({"acr": ["gold"]}, "/second"), ({"acr": ""}, "/second"),
        ({"amr": ["pwd", "otp", "mfa"]}, "/queue"), ({"acr": "gold"}, "/queue"),
    ],
)  # fmt: skip
def test_an_officer_gives_the_second_factor_here_unless_it_was_given_there(at: There, claims: dict[str, Any], to: str):
    with at("officer", oidc_acr="gold silver") as (_, house, person):
        house.claims = claims
        assert sign_in(person, house).headers["location"] == to
        assert known(person) is (to == "/queue")


def test_the_second_factor_of_an_account_that_has_one_is_asked_for_too(at: There):
    with at() as (office, house, person):
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET totp_secret = 'JBSWY3DPEHPK3PXP'")
        assert sign_in(person, house).headers["location"] == "/second"
        assert not known(person)


# Linking ----------------------------------------------------------------------------------------------------------
def hand_of(office: Office, login: str) -> str:
    with office.reading() as connection:
        row = connection.execute("SELECT hand FROM desk.account WHERE login = %s", [login]).fetchone()
    assert row is not None
    return str(row[0])


def test_an_administrator_links_an_account_and_the_journal_says_so_without_the_name(tmp_path):
    with office_at_work() as office, a_house(office, tmp_path) as house:
        hand, before = hand_of(office, "officer"), Person(office, "officer")
        admin = Person(office, "admin")
        admin.post(f"/admin/accounts/{hand}/outside", subject="subject-7")
        assert not known(before)  # and signs in again
        officer = Person(office)
        house.claims = {"amr": ["mfa"]}
        assert sign_in(officer, house).headers["location"] == "/queue"
        with office.reading() as connection:
            [entry] = [
                e for e in journal.entries_about(connection, [hand]) if e.body and e.body.get("act") == "linked outside"
            ]
            assert "subject-7" not in json.dumps(entry.body)
            assert entry.hand == hand_of(office, "admin")
        admin.post(f"/admin/accounts/{hand}/outside", subject="")
        assert not known(officer)
        assert sign_in(officer, house).status_code == 403


def test_nobody_else_links_an_account(tmp_path):
    with office_at_work() as office, a_house(office, tmp_path):
        hand = hand_of(office, "officer")
        for login in ("officer", "miner", "analyst"):
            Person(office, login).post(f"/admin/accounts/{hand}/outside", status=403, subject="mine")
        nobody = Person(office).client.post(
            f"/admin/accounts/{hand}/outside", data={"subject": "mine"}, follow_redirects=False
        )
        assert nobody.headers["location"] == "/sign-in"
        admin = Person(office, "admin")
        text = admin.get("/account")
        answer = admin.client.post(
            f"/admin/accounts/{hand}/outside", data={"subject": "mine", "key": field_of(text, "key"), "csrf": "guessed"}
        )
        assert answer.status_code == 403
        with office.reading() as connection:
            assert connection.execute("SELECT count(*) FROM desk.account WHERE issuer IS NOT NULL").fetchone() == (0,)


def test_a_subject_is_linked_to_one_open_account(tmp_path):
    with office_at_work() as office, a_house(office, tmp_path):
        admin = Person(office, "admin")
        admin.post(f"/admin/accounts/{hand_of(office, 'officer')}/outside", subject="subject-7")
        admin.post(f"/admin/accounts/{hand_of(office, 'second')}/outside", subject="subject-7", status=409)
        admin.post("/admin/accounts/officer-000000/outside", subject="subject-8", status=404)
        admin.post(f"/admin/accounts/{hand_of(office, 'second')}/outside", subject="x" * 256, status=422)
        admin.post(f"/admin/accounts/{hand_of(office, 'second')}/outside", subject="a\x00b", status=422)
        with office.reading() as connection:
            connection.execute("UPDATE desk.account SET closed_at = %s WHERE login = 'analyst'", [office.now()])
        admin.post(f"/admin/accounts/{hand_of(office, 'analyst')}/outside", subject="subject-9", status=404)


# Settings ---------------------------------------------------------------------------------------------------------
def test_the_provider_is_named_in_the_environment(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("x")
    named = {
        "OIDC_ISSUER": "https://id.example/realm", "OIDC_CLIENT": "adit", "OIDC_SECRET_FILE": str(secret), "OIDC_NAME": "State ID", "OIDC_ACR": "high",
    }  # fmt: skip
    for name, value in named.items():
        monkeypatch.setenv(f"ADIT_{name}", value)
    settings = read_settings(tmp_path)
    assert {n: getattr(settings, n.lower()) for n in named} == named
    for name, wrong in (("OIDC_ISSUER", "http://id.example"), ("OIDC_SECRET_FILE", str(tmp_path / "none"))):
        monkeypatch.setenv(f"ADIT_{name}", wrong)
        with pytest.raises(BadInput) as caught:
            read_settings(tmp_path)
        assert caught.value.where == f"ADIT_{name}"
        monkeypatch.setenv(f"ADIT_{name}", named[name])
    monkeypatch.delenv("ADIT_OIDC_CLIENT")
    with pytest.raises(BadInput, match="what it calls this office"):
        read_settings(tmp_path)
