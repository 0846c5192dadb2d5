"""What an attacker tries at the doors: guessing, many at once, oversized requests, forms of others, cookies and headers that are missing."""

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import StringIO
from itertools import product
from typing import Any, LiteralString
from urllib.parse import urlsplit

import pytest
import structlog
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response, get
from starlette.requests import Request
from tests.databases import Clock
from tests.desk.at_work import Person, field, links, office_at_work, served
from tests.desk.test_doors import _routes

from adit.desk.app import create_app, set_up_logs
from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office
from adit.desk.web import accounts, sessions
from adit.desk.web.accounts import STEP_S, add_account, change_password, check_password, check_strength, code_at
from adit.desk.web.headers import BODY_MAX, BODY_MAX_UNKNOWN, place_of
from adit.desk.web.limits import Limits
from adit.engines.database import errors
from adit.terms.errors import BadInput

HTTPS = "https://office.example"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _clock(office: Office) -> Clock:
    assert isinstance(office.clock, Clock)
    return office.clock


def _made(office: Office, login: str, role: str = "analyst", password: str = "rain over the old ferry") -> str:
    return add_account(
        office, login=login, name=login, roles=[role], password=password, by="office-000001", language="en"
    )


def _code(office: Office, secret: str) -> str:
    """The code of the next half minute, so that each is another."""
    _clock(office).pass_(seconds=STEP_S)
    return code_at(secret, int(office.now().timestamp()) // STEP_S)


def _refused(attempt: Callable[[], object]) -> str:
    """What the office said where it refused; empty where it did not."""
    try:
        attempt()
    except BadInput as error:
        return error.what
    return ""


@contextmanager
def written() -> Iterator[StringIO]:
    """What is written into the log meanwhile."""
    before, out = structlog.get_config(), StringIO()
    with redirect_stderr(out):
        set_up_logs()
    try:
        yield out
    finally:
        structlog.configure(**before)


@contextmanager
def on_https(office: Office) -> Iterator[TestClient]:
    """A browser at the same office under an address with https."""
    settings = office.settings
    office.settings = replace(settings, url=HTTPS)
    try:
        yield TestClient(create_app(office), base_url=HTTPS, follow_redirects=False)
    finally:
        office.settings = settings


# Passwords --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("weak", [
    "12 characters"[:11], "aaaaaaaaaaaaaaaa", "1qaz2wsx3edc4rfv", "йцукенйцукен", "QwertyQwerty", "needforspeed", "gfhjkmgfhjkm",
    "administrator 2025", "adit-office-12", "petrova-petrova", "Реестр майнинга 24", "Mining register 1", "x" * 201,
])  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused(office: Office, weak: str):
    assert _refused(lambda: check_strength(weak, "petrova", office))


@pytest.mark.parametrize("strong", ["rain over the old ferry", "дождь над старым паромом", "0" + "x7" * 31 + "!?", "four words of a sentence", "    blanks count, too    "])  # fmt: skip
def test_a_password_of_any_signs_is_taken(office: Office, strong: str):
    check_strength(strong, "petrova", office)


def test_the_list_of_common_passwords_is_whole():
    assert len(accounts._common()) >= 3000
    assert all(re.fullmatch("[0-9a-f]{12}", h) for h in accounts._common())


def test_a_password_is_what_it_is_with_its_blanks_and_capitals(office: Office):
    _made(office, "blanks", password="  Rain over the old ferry ")
    stranger = Person(office)
    for wrong in ("Rain over the old ferry", "  rain over the old ferry "):
        assert stranger.client.post("/sign-in", data={"login": "blanks", "password": wrong}).status_code == 422
    assert stranger.client.post("/sign-in", data={"login": " blanks", "password": "  Rain over the old ferry "}).status_code == 200  # fmt: skip


def test_a_changed_password_needs_the_old_one_and_ends_every_session(office: Office):
    hand = _made(office, "changes")
    here, there = Person(office), Person(office)
    for person in (here, there):
        person.sign_in("changes", "rain over the old ferry")
    assert "not your password" in here.post(
        "/account/password", old="wrong", new="wind under the new bridge", status=422
    )
    assert "too easy" in here.post("/account/password", old="rain over the old ferry", new="qwertyqwerty", status=422)
    here.client.follow_redirects = False
    response = here.client.post("/account/password", data={
        "csrf": field(here.get("/account"), "csrf"), "old": "rain over the old ferry", "new": "wind under the new bridge",
    })  # fmt: skip
    assert response.headers["location"] == "/sign-in"
    assert '"storage"' in response.headers["clear-site-data"]
    for person in (here, there):
        assert person.client.get("/account", follow_redirects=False).status_code == 303
    assert check_password(office, "changes", "wind under the new bridge").hand == hand


def test_the_old_password_cannot_be_guessed_by_whoever_found_a_session(office: Office):
    hand = _made(office, "found")
    for _ in range(3):
        assert _refused(lambda: change_password(office, hand, "guess", "wind under the new bridge"))
    assert "wait until" in _refused(
        lambda: change_password(office, hand, "rain over the old ferry", "wind under the new bridge")
    )


def test_passwords_are_kept_by_argon2_and_anew_once_its_parameters_grow(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    hand = _made(office, "grows")

    def kept() -> str:
        with office.reading() as connection:
            [(text,)] = connection.execute("SELECT password FROM desk.account WHERE hand = %s", [hand]).fetchall()
        return str(text)

    before = kept()
    assert before.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    check_password(office, "grows", "rain over the old ferry")
    assert kept() == before
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=4))
    check_password(office, "grows", "rain over the old ferry")
    assert "t=4" in kept()


# Guessing ---------------------------------------------------------------------------------------------------------
def test_a_hundred_guesses_at_once_count_as_a_hundred(office: Office):
    _made(office, "many")
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda n: _refused(lambda: check_password(office, "many", f"guess {n}")), range(40)))
    assert sum("login or the password" in t for t in told) == 3
    assert sum("wait until" in t for t in told) == 37


def test_whoever_waits_is_let_in_afterwards(office: Office):
    _made(office, "later")
    for _ in range(3):
        _refused(lambda: check_password(office, "later", "guess"))
    assert _refused(lambda: check_password(office, "later", "rain over the old ferry"))
    _clock(office).pass_(seconds=2)
    check_password(office, "later", "rain over the old ferry")
    for _ in range(2):
        assert "login or the password" in _refused(lambda: check_password(office, "later", "guess"))


def test_nobody_waits_longer_than_a_quarter_of_an_hour(office: Office):
    hand = _made(office, "longest")
    for _ in range(40):
        _refused(lambda: check_password(office, "longest", "guess"))
        _clock(office).pass_(seconds=901)
    with office.reading() as connection:
        [(until,)] = connection.execute("SELECT wait_until FROM desk.account WHERE hand = %s", [hand]).fetchall()
    assert until <= office.now()
    check_password(office, "longest", "rain over the old ferry")


def test_a_flood_of_sign_ins_leaves_connections_for_others(office: Office, monkeypatch: pytest.MonkeyPatch):
    _made(office, "flood")
    held: list[bool] = []

    def worked_out(*_: object) -> bool:
        with office._pool.connection(timeout=5):  # the ninth at once would find none, were one held for each
            held.append(True)
        return False

    monkeypatch.setattr(accounts, "verified", worked_out)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _refused(lambda: check_password(office, f"nobody {n}", "guess")), range(8)))
    assert held == [True] * 8


def test_the_code_of_the_second_factor_cannot_be_tried_through(office: Office):
    person = Person(office)
    page = person.client.post("/sign-in", data={"login": "third", "password": PASSWORD}).text
    proof = field(page, "proof")
    told = [person.client.post("/second", data={"proof": proof, "code": f"{n:06}"}) for n in range(5)]
    assert [t.status_code for t in told] == [422] * 5
    assert ["wait until" in t.text for t in told] == [False, False, False, True, True]
    # nor by signing in anew before each try: the password alone does not forget what was wrong
    assert "wait until" in Person(office).client.post("/sign-in", data={"login": "third", "password": PASSWORD}).text
    _clock(office).pass_(seconds=5)
    for n in range(5, 8):
        page = Person(office).client.post("/sign-in", data={"login": "third", "password": PASSWORD}).text
        _refused(partial(accounts.check_second, office, _hand(office, "third"), f"{n:06}"))
    assert "wait until" in Person(office).client.post("/sign-in", data={"login": "third", "password": PASSWORD}).text
    _clock(office).pass_(minutes=16)
    Person(office, "third")


def test_nobody_is_shut_out_by_the_guesses_of_others(office: Office):
    _made(office, "victim")
    own, new = Person(office), Person(office)
    own.sign_in("victim", "rain over the old ferry")
    own.post("/sign-out", page="/account")
    for _ in range(5):
        _refused(lambda: check_password(office, "victim", "guess"))
    right = {"login": "victim", "password": "rain over the old ferry"}
    assert "wait until" in new.client.post("/sign-in", data=right).text, "a browser that is new waits with the guesser"
    assert own.client.post("/sign-in", data=right).status_code == 200


def test_a_browser_that_is_known_has_a_few_tries_of_its_own_and_only_for_its_account(office: Office):
    hand, other = _made(office, "theirs"), _made(office, "another")
    mark = accounts.mark_of(office, hand)
    told = [_refused(lambda: check_password(office, "theirs", "guess", mark=mark)) for _ in range(7)]
    assert ["wait until" in t for t in told] == [False] * 5 + [True] * 2
    for marked in (accounts.mark_of(office, other), mark[:-1] + "x", "x", ".", "", f"{mark}.{mark}"):
        for _ in range(3):
            _refused(partial(check_password, office, "theirs", "guess", mark=marked))
        right = partial(check_password, office, "theirs", "rain over the old ferry", mark=marked)
        assert "wait until" in _refused(right)
        _clock(office).pass_(minutes=16)
    fresh = accounts.mark_of(office, hand)
    change_password(office, hand, "rain over the old ferry", "wind under the new bridge")
    for _ in range(3):
        _refused(lambda: check_password(office, "theirs", "guess", mark=fresh))
    assert "wait until" in _refused(lambda: check_password(office, "theirs", "wind under the new bridge", mark=fresh))


def _hand(office: Office, login: str) -> str:
    with office.reading() as connection:
        [(hand,)] = connection.execute("SELECT hand FROM desk.account WHERE login = %s", [login]).fetchall()
    return str(hand)


def test_a_place_may_try_a_few_times_a_minute():
    limits = Limits(20, 10)
    assert [limits.take("here")[0] for _ in range(12)] == [True] * 10 + [False] * 2
    assert limits.take("there")[0]


def test_sign_ins_from_one_place_are_limited(office: Office):
    client = Person(office).client
    for path, data in (("/sign-in", {"login": "x", "password": "y"}), ("/second", {"code": "1"})):
        told = [client.post(path, data=data, follow_redirects=False).status_code for _ in range(12)]
        assert told[-1] == 429, path
        assert 429 not in told[:10], path


@pytest.mark.parametrize(("host", "place"), [
    ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2::7", "2001:db8:1:2::"), ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
    ("::ffff:192.0.2.7", "192.0.2.7"), ("testclient", "testclient"),
])  # fmt: skip
def test_a_place_is_an_address_or_the_part_of_ipv6_that_one_household_has(host: str, place: str):
    assert place_of(Request({"type": "http", "client": (host, 1), "headers": []})) == place


# The second factor ------------------------------------------------------------------------------------------------
def test_the_secret_is_the_offices_to_choose(office: Office):
    _made(office, "chooses", "inspector")
    person = Person(office)
    page = _half(person, "chooses")
    own = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    refused = person.client.post(
        "/second", data={"proof": field(page, "proof"), "secret": own, "code": _code(office, own)}
    )
    assert refused.status_code == 422
    shown = re.search(r'class="code">([A-Z2-7]{32})<', page)
    assert shown is not None
    assert shown[1] in refused.text, "the same picture still holds"
    taken = person.client.post("/second", data={"proof": field(page, "proof"), "code": _code(office, shown[1])})
    assert taken.status_code == 200
    assert "Recovery codes" in taken.text
    other = Person(office)
    assert shown[1] not in _half(other, "chooses")


def _half(person: Person, login: str) -> str:
    """Sign in with the password alone; the page that asks for more."""
    return person.client.post("/sign-in", data={"login": login, "password": "rain over the old ferry"}).text


def _enrol(office: Office, person: Person, page: str, **more: str) -> tuple[str, list[str], Response]:
    """Set up the app that a page offers: its secret, the recovery codes, the answer."""
    [secret] = re.findall(r'class="code">([A-Z2-7]{32})<', page)
    response = person.client.post("/account/second", data={"csrf": field(page, "csrf"), "code": _code(office, secret), **more})  # fmt: skip
    return secret, re.findall(r"<code>([a-z2-7-]+)</code>", response.text), response


def test_whoever_needs_no_second_factor_may_have_one(office: Office):
    _made(office, "careful")
    person = Person(office)
    person.sign_in("careful", "rain over the old ferry")
    secret, codes, _ = _enrol(office, person, person.get("/account/second"))
    assert len(codes) == 8
    assert all(re.fullmatch("([a-z2-7]{4}-){5}[a-z2-7]{4}", c) for c in codes), "120 bits each"
    again = Person(office)
    page = _half(again, "careful")
    assert again.client.get("/search", follow_redirects=False).status_code == 303, "half signed in is not signed in"
    again.client.post("/second", data={"proof": field(page, "proof"), "code": _code(office, secret)})
    again.get("/account")


def test_a_new_app_needs_the_present_one_and_ends_other_sessions(office: Office):
    _made(office, "phone")
    person, thief = Person(office), Person(office)
    person.sign_in("phone", "rain over the old ferry")
    _secret, codes, _ = _enrol(office, person, person.get("/account/second"))
    page = _half(thief, "phone")
    thief.client.post("/second", data={"proof": field(page, "proof"), "code": codes[0]})
    page = thief.get("/account/second")
    for wrong in ("", "000000", codes[0]):
        assert _enrol(office, thief, page, present=wrong)[2].status_code == 422
    _clock(office).pass_(minutes=1)
    _, new, told = _enrol(
        office, person, person.get("/account/second"), present=f" {codes[1].upper().replace('-', ' ')} "
    )
    assert told.status_code == 200
    assert len(new) == 8
    assert set(new).isdisjoint(codes)
    assert thief.client.get("/account", follow_redirects=False).status_code == 303
    person.get("/account")


def test_a_recovery_code_counts_once_even_at_the_same_moment(office: Office):
    hand = _made(office, "once")
    person = Person(office)
    person.sign_in("once", "rain over the old ferry")
    _, codes, _ = _enrol(office, person, person.get("/account/second"))
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: _refused(lambda: accounts.check_second(office, hand, codes[0])), range(8)))
    assert told.count("") == 1


def test_what_is_sensitive_asks_for_the_password_once_the_sign_in_is_old(office: Office):
    _made(office, "leaves")
    person = Person(office)
    person.sign_in("leaves", "rain over the old ferry")
    assert 'name="password"' not in person.get("/account")
    _clock(office).pass_(minutes=16)
    page = person.get("/account")
    assert 'name="password"' in page
    token: dict[str, Any] = {"name": "t", "scope": "read", "days": "1"}
    for given in ({}, {"password": "guess"}):
        assert "adit_" not in person.post("/account/tokens", page="/account", status=422, **token, **given)
    assert _enrol(office, person, person.get("/account/second"))[2].status_code == 422
    _clock(office).pass_(minutes=1)
    assert "adit_" in person.post("/account/tokens", page="/account", password="rain over the old ferry", **token)


# Sessions ---------------------------------------------------------------------------------------------------------
def test_a_session_ends_when_it_idles_and_after_half_a_day(office: Office):
    for login, idle in (("miner", sessions.IDLE_MINER), ("admin", sessions.IDLE)):
        person = Person(office, login)
        person.get("/account")
        _clock(office).now += idle - timedelta(minutes=1)
        person.get("/account")
        _clock(office).now += idle
        assert person.client.get("/account", follow_redirects=False).status_code == 303
    person = Person(office, "admin")
    begun = office.now()
    while office.now() - begun < sessions.LONGEST - timedelta(minutes=20):
        _clock(office).pass_(minutes=20)
        person.get("/account")
    _clock(office).pass_(minutes=20)
    assert person.client.get("/account", follow_redirects=False).status_code == 303


def test_a_password_alone_opens_ten_minutes_and_nothing_else(office: Office):
    person = Person(office)
    page = person.client.post("/sign-in", data={"login": "fourth", "password": PASSWORD}).text
    assert person.client.get("/queue", follow_redirects=False).headers["location"].startswith("/sign-in")
    _clock(office).pass_(minutes=10)
    late = person.client.post("/second", data={"proof": field(page, "proof"), "code": _code(office, SECRET)})
    assert late.url.path == "/sign-in"


def test_signing_in_gives_a_new_session_and_ends_the_one_before(office: Office):
    person = Person(office, "miner")
    before = person.client.cookies["adit"]
    csrf = field(person.get("/account"), "csrf")
    person.client.post("/sign-in", data={"login": "miner", "password": PASSWORD, "csrf": csrf})
    after = person.client.cookies["adit"]
    assert before != after
    assert len(after) == 43, "256 bits"
    thief = Person(office)
    thief.client.cookies.set("adit", before)
    assert thief.client.get("/account", follow_redirects=False).status_code == 303
    half = Person(office)
    page = half.client.post("/sign-in", data={"login": "fourth", "password": PASSWORD}).text
    first = half.client.cookies["adit"]
    half.client.post("/second", data={"proof": field(page, "proof"), "code": _code(office, SECRET)})
    assert half.client.cookies["adit"] != first


def test_signing_out_ends_the_session_and_empties_the_browser(office: Office):
    person = Person(office, "miner")
    cookie = person.client.cookies["adit"]
    response = person.client.post(
        "/sign-out", data={"csrf": field(person.get("/account"), "csrf")}, follow_redirects=False
    )
    assert response.headers["clear-site-data"] == '"cache", "storage"'
    person.client.cookies.set("adit", cookie)
    assert person.client.get("/account", follow_redirects=False).status_code == 303


def test_a_hand_has_twenty_sessions_at_most(office: Office):
    _made(office, "often")
    people = []
    for _ in range(22):
        _clock(office).pass_(seconds=1)
        people.append(Person(office))
        people[-1].sign_in("often", "rain over the old ferry")
    open_ = [p.client.get("/account", follow_redirects=False).status_code == 200 for p in people]
    assert open_ == [False] * 2 + [True] * 20


def test_one_session_is_ended_by_its_owner_and_by_nobody_else(office: Office):
    _made(office, "ends")
    here, there, other = Person(office), Person(office), Person(office, "miner")
    for person in (here, there):
        _clock(office).pass_(minutes=2)
        person.sign_in("ends", "rain over the old ferry")
    _clock(office).pass_(minutes=2)  # whoever looks now was seen last
    listed = re.findall(r"/account/sessions/([0-9a-f]{64})/end", here.get("/account"))
    assert len(listed) == 2
    other.post(f"/account/sessions/{listed[1]}/end", page="/account")
    there.get("/account")
    here.post(f"/account/sessions/{listed[1]}/end", page="/account")
    assert there.client.get("/account", follow_redirects=False).status_code == 303
    here.get("/account")


def test_an_administrator_ends_the_sessions_of_somebody(office: Office):
    hand = _made(office, "gone")
    person, admin = Person(office), Person(office, "admin")
    person.sign_in("gone", "rain over the old ferry")
    assert f"/admin/accounts/{hand}/sign-out" in admin.get("/admin")
    admin.post(f"/admin/accounts/{hand}/sign-out", page="/admin")
    assert person.client.get("/account", follow_redirects=False).status_code == 303


def test_an_account_that_is_closed_is_closed_at_once(office: Office):
    hand = _made(office, "closed")
    person, admin = Person(office), Person(office, "admin")
    person.sign_in("closed", "rain over the old ferry")
    page = person.post("/account/tokens", page="/account", name="t", scope="read", days="1")
    [token] = re.findall(r"adit_[\w-]{40,}", page)
    admin.post(f"/admin/accounts/{hand}/close", page="/admin")
    assert person.client.get("/account", follow_redirects=False).status_code == 303
    told = Person(office).client.get("/api/v1/regime", headers={"authorization": f"Bearer {token}"})
    assert told.status_code == 401
    assert _refused(lambda: check_password(office, "closed", "rain over the old ferry"))


def test_a_token_opens_no_page(office: Office):
    page = Person(office, "officer").post("/account/tokens", page="/account", name="p", scope="declare", days="1")
    [token] = re.findall(r"adit_[\w-]{40,}", page)
    program = Person(office).client
    for path in ("/account", "/queue", "/search", "/entries/1"):
        assert program.get(path, headers={"authorization": f"Bearer {token}"}).status_code == 403, path


def test_a_session_writes_nothing_through_the_api(office: Office):
    """The API is guarded by its tokens, which no browser sends by itself: a session, which browsers do send, only reads there."""
    person = Person(office, "miner")
    assert person.client.get("/api/v1/regime").status_code == 200
    told = person.client.post(
        "/api/v1/declarations",
        headers={"Idempotency-Key": "key-00000009"},
        json={"party": "party-00000000", "month": "2025-03", "coins_btc": "1", "energy_kwh": "1"},
    )
    assert told.status_code == 403
    assert "token" in told.json()["detail"]


def test_an_empty_office_has_no_accounts():
    with office_at_work(demo=False) as empty, empty.reading() as connection:
        assert connection.execute("SELECT count(*) FROM desk.account").fetchall() == [(0,)]


# What belongs to others -------------------------------------------------------------------------------------------
def test_no_page_shows_or_changes_what_belongs_to_others(office: Office):
    """Every address with an id in it, asked by a citizen for every record of a company: sites, letters, decisions, its party."""
    person = Person(office, "household")
    [(company,), *_] = _asked(office, "SELECT party FROM desk.account_party WHERE hand = %s", _hand(office, "miner"))
    ids = [company]
    for kind, column in (
        ("site", "owner"),
        ("machine", "owner"),
        ("letter", "party"),
        ("decision", "party"),
        ("address", "party"),
        ("declaration", "party"),
    ):
        rows = _asked(office, f"SELECT DISTINCT id FROM register.{kind} WHERE {column} = %s LIMIT 2", company)
        assert rows or kind in ("address", "declaration"), kind
        ids += [id_ for (id_,) in rows]
    csrf, passed, asked = field(person.get("/account"), "csrf"), [], 0
    for route in _routes():
        acts = [getattr(d.call, "act", "") for d in route.dependant.dependencies]
        if "{" not in route.path or not any(
            a in ("act for a party", "have an account", "read", "bring tables") for a in acts
        ):
            continue
        for id_, method in product(ids, route.methods or ()):
            form = {"csrf": csrf, "key": "k" * 20, "statement": "x", "answer": "x", "why": "x", "since": "2025-04-01", "month": "2025-03", "energy_kwh": "1"}  # fmt: skip
            path = re.sub(r"\{\w+\}", id_, route.path)
            told = person.client.request(method, path, data=form if method == "POST" else None, follow_redirects=False)
            asked += 1
            ours = route.path.startswith("/account/")  # of another's token or session nothing happens
            if not (told.status_code in (403, 404, 405, 422) or (ours and told.headers.get("location") == "/account")):
                passed.append((method, path, told.status_code))
    assert passed == []
    assert asked > 50


def _asked(office: Office, query: LiteralString, *values: str) -> list[tuple[str, ...]]:
    with office.reading() as connection:
        return connection.execute(query, values).fetchall()


# Cookies and headers ----------------------------------------------------------------------------------------------
def test_every_cookie_of_an_office_on_https_is_bound_to_it(office: Office):
    with on_https(office) as browser:
        told = [browser.post("/preferences", data={"language": "en", "theme": "dark", "back": "/verify"})]
        page = browser.get("/verify").text
        assert '<html lang="en" data-theme="dark">' in page, "and they are read again"
        told.append(browser.post("/sign-in", data={"login": "household", "password": PASSWORD}))
        told.append(browser.post("/sign-out", data={"csrf": field(browser.get("/account").text, "csrf")}))
        assert "Signed out." in browser.get("/verify").text
    cookies = [c.lower() for t in told for c in t.headers.get_list("set-cookie")]
    assert len(cookies) >= 5
    for cookie in cookies:
        assert cookie.startswith("__host-"), cookie
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= {p.strip() for p in cookie.split(";")}, cookie


def _answers(office: Office, browser: TestClient) -> dict[str, Response]:
    """An answer of every kind: pages, a redirect, JSON, text, a file, errors of four layers."""
    return {
        "page": browser.get("/"),
        "redirect": browser.get("/queue"),
        "json": browser.get("/health"),
        "description": browser.get("/api/v1/openapi.json"),
        "static": browser.get("/static/office/office.js"),
        "not found": browser.get("/nothing"),
        "problem": browser.get("/api/v1/regime"),
        "no method": browser.request("TRACE", "/"),
        "too large": browser.post("/sign-in", content=b"x" * (BODY_MAX_UNKNOWN + 1)),
        "limited": [browser.post("/second", data={"code": "1"}) for _ in range(11)][-1],
    }


def test_every_answer_has_the_headers_that_shut_doors(office: Office):
    with on_https(office) as browser:
        answers = _answers(office, browser)
    assert answers["no method"].status_code == 405
    assert answers["too large"].status_code == 413
    assert answers["limited"].status_code == 429
    for name, answer in answers.items():
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains", name
        assert answer.headers["referrer-policy"] == "no-referrer", name
        assert "default-src 'none'" in answer.headers["content-security-policy"], name
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], name
        assert "access-control-allow-origin" not in answer.headers, name
        assert "server" not in answer.headers, name
        assert "no-store" in answer.headers["cache-control"] or name == "static", name
    assert {n: a.headers["content-type"] for n, a in answers.items() if n in ("page", "json", "problem", "static")} == {
        "page": "text/html; charset=utf-8", "json": "application/json", "problem": "application/problem+json",
        "static": "text/javascript; charset=utf-8",
    }  # fmt: skip
    policy = answers["page"].headers["content-security-policy"]
    for directive in (
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "script-src 'self' 'nonce-",
        "require-trusted-types-for 'script'",
    ):
        assert directive in policy
    assert "unsafe" not in policy


def test_a_paper_is_shown_and_not_framed(office: Office):
    person = Person(office, "miner")
    [letter, *_] = re.findall(r"/mine/letters/letter-\w+\.pdf", person.get("/mine/letters"))
    response = person.client.get(letter)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert response.headers["cache-control"] == "no-store"


def test_text_of_others_is_shown_as_text(office: Office):
    officer = Person(office, "officer")
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    party = re.search(r"/parties/(party-\w+)", officer.get("/search?q=Ангара"))
    assert party is not None
    officer.post(f"/parties/{party[1]}/note", page=f"/parties/{party[1]}", text=evil)
    for page in (f"/search?q={evil}", f"/verify?code={evil}", f"/sign-in?then={evil}"):
        assert evil not in officer.get(page)
    with office.reading() as connection:
        [(seq,)] = connection.execute("SELECT max(seq) FROM journal.entry WHERE kind = 'note'").fetchall()
    shown = officer.get(f"/entries/{seq}")
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_preferences_lead_to_our_own_pages_only(office: Office, back: str):
    response = Person(office).client.post("/preferences", data={"theme": "dark", "back": back}, follow_redirects=False)
    assert response.headers["location"] == "/"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_from_beside_or_elsewhere_is_turned_away_before_signing_in_too(office: Office, site: str):
    for path in ("/sign-in", "/preferences", "/sign-out"):
        told = Person(office).client.post(
            path, data={"login": "miner", "password": PASSWORD}, headers={"sec-fetch-site": site}
        )
        assert told.status_code == 403, path
        assert "set-cookie" not in told.headers


def test_what_changes_something_is_sent_by_post_alone():
    """The names of pages that are asked for say what is shown. What is done has an address that only POST reaches."""
    doing = re.compile(
        r"/(propose|decide|new|gone|revoke|end|close|sign-out|withdraw|cancel|file|password|checkpoint|note|notice|take-up|ask|answer)$"
    )
    assert [
        r.path for r in _routes() if "GET" in (r.methods or ()) and doing.search(r.path) and not r.path.endswith("/new")
    ] == []
    assert {m for r in _routes() for m in r.methods or ()} == {"GET", "POST"}


# Requests that are too large, cannot be read, or meet a mistake ---------------------------------------------------
def _pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // 10_000 + 1):
        yield b"x" * 10_000


def test_a_body_that_is_too_large_is_turned_away_before_it_is_kept(office: Office):
    known, stranger = Person(office, "miner").client, Person(office).client
    urlencoded, multipart, jsoned = (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/json",
    )
    for client, most, path, kind in (
        (stranger, BODY_MAX_UNKNOWN, "/sign-in", urlencoded), (stranger, BODY_MAX_UNKNOWN, "/sign-in", multipart),
        (stranger, BODY_MAX_UNKNOWN, "/api/v1/decisions", jsoned), (known, BODY_MAX, "/account/password", urlencoded),
    ):  # fmt: skip
        for content in (_pieces(most), b"x" * (most + 1)):
            assert client.post(path, content=content, headers={"content-type": kind}).status_code == 413, (path, kind)


def test_a_request_of_two_lengths_is_refused_and_nothing_but_our_files_is_served(office: Office):
    settings = office.settings
    chunked = b"Transfer-Encoding: chunked\r\n"
    try:
        with served(office) as url:
            for raw, status in (
                (b"POST /sign-in HTTP/1.1\r\n%bContent-Length: 5\r\n" + chunked + b"\r\n0\r\n\r\n", 400),
                (b"POST /sign-in HTTP/1.1\r\n%bContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
                (b"POST /sign-in HTTP/1.1\r\n%bTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
                (b"GET /static/ HTTP/1.1\r\n%b\r\n", 404), (b"GET /static/../app.py HTTP/1.1\r\n%b\r\n", 404),
                (b"GET /static/%%2e%%2e/app.py HTTP/1.1\r\n%b\r\n", 404), (b"GET /.git/config HTTP/1.1\r\n%b\r\n", 404),
                (b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n%b\r\n", 403),
            ):  # fmt: skip
                assert _raw(url, raw).startswith(f"HTTP/1.1 {status}".encode()), raw
    finally:
        office.settings = settings


def _raw(url: str, request: bytes) -> bytes:
    """What comes back for the bytes of a request, with the host and the wish to close in place of %b."""
    place = urlsplit(url)
    between = b"Connection: Upgrade" if b"Upgrade:" in request else b"Connection: close"
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as line:
        line.sendall(request % (f"Host: {place.netloc}\r\n".encode() + between + b"\r\n"))
        return line.recv(65536)


@pytest.mark.parametrize(
    "path",
    [
        "/parties/%00",
        "/entries/99999999999999999999999",
        "/search?q=%00",
        "/members?q=%00",
        "/visits?before=9999999999999999999999",
    ],
)
def test_what_no_record_can_hold_is_told_as_such(office: Office, path: str):
    response = Person(office, "officer").client.get(path)
    assert response.status_code in (200, 404, 422), response.text


def test_a_sign_that_no_text_can_hold_is_told_as_such(office: Office):
    response = Person(office).client.post("/sign-in", data={"login": "a\0b", "password": "x"})
    assert response.status_code == 422


def _breaking(office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception) -> TestClient:
    """A browser at an office one of whose pages fails."""

    def broken(*_: object, **__: object) -> object:
        raise error

    client = Person(office).client
    monkeypatch.setattr("adit.desk.pages.public.journal.latest_checkpoint", broken)
    return client


def test_a_mistake_of_ours_is_told_under_a_number_and_nothing_more(office: Office, monkeypatch: pytest.MonkeyPatch):
    with written() as log:
        response = _breaking(office, monkeypatch, RuntimeError("the name of Anna Petrova")).get("/log")
    assert response.status_code == 500
    assert "Petrova" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    number = re.search(r"under the number ([0-9a-f]{12})", response.text)
    assert number is not None
    mistake, _request = (json.loads(line) for line in log.getvalue().splitlines())
    assert mistake["number"] == number[1]
    assert any(step.startswith("/") or "pages/public.py" in step for step in mistake["steps"])
    assert "Petrova" not in log.getvalue()


def test_a_database_that_is_away_is_told_as_such(office: Office, monkeypatch: pytest.MonkeyPatch):
    response = _breaking(office, monkeypatch, errors.OperationalError("host=db user=adit")).get("/log")
    assert response.status_code == 503
    assert "host=db" not in response.text


def test_a_server_writes_no_words_of_an_error_into_its_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    settings = office.settings
    try:
        with written() as log, served(office) as url:
            _breaking(office, monkeypatch, RuntimeError("the name of Anna Petrova"))
            assert get(f"{url}/log").status_code == 500
            logging.getLogger("uvicorn.error").error("Exception", exc_info=RuntimeError("Anna Petrova"))
            logging.getLogger("a.library").warning("something is slow")
    finally:
        office.settings = settings
    assert "Petrova" not in log.getvalue() + capfd.readouterr().err
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert ("error in a library", "uvicorn.error RuntimeError") in [(t["event"], t.get("kind")) for t in told]
    assert ("something is slow", "a.library") in [(t["event"], t.get("kind")) for t in told]


# What the log says ------------------------------------------------------------------------------------------------
def test_signing_in_and_being_refused_are_logged_by_hand_and_never_by_name(office: Office):
    with written() as log:
        hand = _made(office, "logged")
        person = Person(office)
        person.client.post("/sign-in", data={"login": "logged", "password": "guess"})
        person.sign_in("logged", "rain over the old ferry")
        person.get("/queue", status=403)
        person.post("/sign-out", page="/account")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = [(line["event"], line.get("kind"), line.get("hand")) for line in lines if line["event"] != "request"]
    for expected in (
        ("sign-in refused", "password", hand), ("session begins", "whole", hand), ("refused", "forbidden", hand), ("session ends", "signed out", None),
    ):  # fmt: skip
        assert expected in told
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"]) for line in lines)
    assert not any("logged" in json.dumps(line) or "ferry" in json.dumps(line) for line in lines)


def test_what_is_sent_cannot_forge_a_line_of_the_log(office: Office):
    client = Person(office).client
    with written() as log:
        client.get("/nothing%0a%7B%22event%22:%22forged%22%7D")
        client.post("/sign-in", data={"login": 'x\n{"event": "forged"}', "password": "y"})
    assert "forged" not in log.getvalue()
    assert len(log.getvalue().splitlines()) == 3


# What was found by reading the standard -----------------------------------------------------------------------------
def test_the_search_names_nobody_to_analysts(office: Office):
    for login, named in (("officer", True), ("analyst", False)):
        page = Person(office, login).get("/search?q=SN100")
        assert "SN100" in page
        assert ("ООО «" in page.partition("</form>")[2]) is named


def test_another_site_cannot_start_a_sign_in_at_the_provider(office: Office):
    stranger = Person(office)
    assert stranger.client.get("/sign-in/outside", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_letter_that_a_browser_fetches_ahead_is_not_marked_as_read(office: Office):
    miner = Person(office, "miner")
    letter = links(miner.get("/mine/letters"), "/mine/letters/")[-1]
    id_ = letter.rpartition("/")[2].removesuffix(".pdf")
    query = "SELECT count(*) FROM register.letter WHERE id = %s AND upper_inf(known) AND read_on IS NOT NULL"
    for headers, read in (({"sec-purpose": "prefetch"}, 0), ({}, 1)):
        assert miner.client.get(letter, headers=headers).status_code == 200
        with office.reading() as connection:
            assert connection.execute(query, [id_]).fetchall() == [(read,)]
