"""Every route has a door: who may pass is written in its type, and nobody else does. A route that is new is swept too."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from fastapi.routing import APIRoute
from tests.desk.at_work import URL, Person, office_at_work

from adit.desk.app import routers
from adit.desk.office import Office
from adit.desk.web.hands import ACTS, ASKING, ROLES, anyone

LOGINS = {
    "miner": "miner",
    "operator": "operator",
    "participant": "trader",
    "officer": "officer",
    "inspector": "inspector",
    "analyst": "analyst",
    "aml": "watcher",
    "administrator": "admin",
    ASKING: "newcomer",
}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def people(office: Office) -> dict[str, Person]:
    return {role: Person(office, login) for role, login in LOGINS.items()}


def _routes() -> list[APIRoute]:
    return [r for router in routers() for r in router.routes if isinstance(r, APIRoute)]


def _acts(route: APIRoute) -> list[str]:
    """The acts that a route asks for; "open" where it says that it is for anybody."""
    found = [getattr(d.call, "act", "open" if d.call is anyone else "") for d in route.dependant.dependencies]
    return [a for a in found if a]


def _address(route: APIRoute) -> str:
    """The route's path with ids that exist nowhere: who may not pass is to be told so before anything is looked up."""
    return re.sub(r"\{\w+\}", "1", route.path).replace("/parties/1", "/parties/party-00000000")


def _is_api(route: APIRoute) -> bool:
    return route.path.startswith("/api/")


def test_every_route_says_who_it_is_for():
    assert [r.path for r in _routes() if not _acts(r)] == []


def test_there_are_routes_to_sweep():
    assert len(_routes()) > 60


def test_nobody_passes_without_signing_in(office: Office):
    stranger = Person(office)
    stranger.client.follow_redirects = False
    passed = []
    for route in _routes():
        if "open" in _acts(route):
            continue
        for method in route.methods or ():
            response = stranger.client.request(method, _address(route))
            kept_out = response.status_code == 401 or (
                response.status_code == 303 and response.headers["location"].startswith("/sign-in")
            )
            if not kept_out:
                passed.append((method, route.path, response.status_code))
    assert passed == []


def test_no_role_passes_where_another_is_asked_for(people: dict[str, Person]):
    passed = []
    for route, role in product(_routes(), (*ROLES, ASKING)):
        acts = [a for a in _acts(route) if a in ACTS]
        if not acts or _is_api(route) or all(role in ACTS[a] for a in acts):
            continue
        for method in route.methods or ():
            response = people[role].client.request(method, _address(route))
            if response.status_code != 403:
                passed.append((role, method, route.path, response.status_code))
    assert passed == []


def test_what_writes_asks_for_the_mark_of_our_own_pages(people: dict[str, Person]):
    passed = []
    for route in _routes():
        acts = _acts(route)
        if "POST" not in (route.methods or ()) or _is_api(route) or "open" in acts:
            continue
        role = next(r for r in ROLES if all(r in ACTS[a] for a in acts if a in ACTS))
        response = people[role].client.post(_address(route), data={"csrf": "guessed"})
        if response.status_code != 403:
            passed.append((role, route.path, response.status_code))
    assert passed == []


@pytest.mark.parametrize("headers", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_from_another_site_is_turned_away(people: dict[str, Person], headers: dict[str, str]):
    person = people["miner"]
    from tests.desk.at_work import field

    csrf = field(person.get("/account"), "csrf")
    assert (
        person.client.post(
            "/preferences", data={"csrf": csrf, "theme": "dark", "back": "/"}, headers=headers
        ).status_code
        == 403
    )


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_signing_in_leads_to_our_own_pages_only(office: Office, back: str):
    stranger = Person(office)
    stranger.client.follow_redirects = False
    response = stranger.client.post(
        "/sign-in", data={"login": "miner", "password": "demonstration office", "then": back}
    )
    assert response.headers["location"].startswith("/mine")


def test_a_token_does_what_its_scopes_say_and_nothing_else(office: Office, people: dict[str, Person]):
    page = people["miner"].post("/account/tokens", page="/account", name="reader", scope="read", days="1")
    token = re.search(r"adit_[\w-]{40,}", page)
    assert token is not None
    program = Person(office).client
    headers = {"authorization": f"Bearer {token[0]}"}
    assert program.get("/api/v1/regime", headers=headers).status_code == 200
    refused = program.post(
        "/api/v1/declarations",
        headers=headers | {"Idempotency-Key": "key-00000001"},
        json={"party": "party-00000000", "month": "2025-03", "coins_btc": "1", "energy_kwh": "1"},
    )
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "declare" in refused.json()["detail"]


def test_a_token_that_was_revoked_opens_nothing(office: Office, people: dict[str, Person]):
    person = people["operator"]
    page = person.post("/account/tokens", page="/account", name="gone", scope="read", days="1")
    token = re.search(r"adit_[\w-]{40,}", page)
    revoke = re.search(r"/account/tokens/token-\w+/revoke", page)
    assert token is not None
    assert revoke is not None
    person.post(revoke[0])
    assert (
        Person(office).client.get("/api/v1/regime", headers={"authorization": f"Bearer {token[0]}"}).status_code == 401
    )


def test_a_party_of_somebody_else_is_not_shown(office: Office, people: dict[str, Person]):
    others = Person(office, "household")
    mine = re.search(r"party-\w+", people["miner"].get("/mine/declare"))
    assert mine is not None
    others.get(f"/mine?party={mine[0]}", status=403)
    others.get(f"/mine/declare?party={mine[0]}", status=403)


def test_wrong_passwords_have_to_wait_longer_each_time_and_say_the_same(office: Office):
    stranger = Person(office)
    told = {
        stranger.client.post("/sign-in", data={"login": login, "password": "wrong"}).text.count(
            "login or the password is wrong"
        )
        for login in ("analyst", "nobody")
    }
    assert told == {1}
    for _ in range(2):
        stranger.client.post("/sign-in", data={"login": "analyst", "password": "wrong"})
    waiting = stranger.client.post("/sign-in", data={"login": "analyst", "password": "demonstration office"})
    assert waiting.status_code == 422
    assert "wait until" in waiting.text


def test_a_code_of_the_second_factor_counts_once(office: Office):
    from tests.desk.at_work import field

    from adit.desk.demo import SECRET
    from adit.desk.web.accounts import STEP_S, code_at

    code = code_at(SECRET, int(office.clock().timestamp()) // STEP_S + 1)
    for expected in (200, 422):
        person = Person(office)
        page = person.client.post("/sign-in", data={"login": "second", "password": "demonstration office"}).text
        answer = person.client.post("/second", data={"proof": field(page, "proof"), "code": code})
        assert answer.status_code == expected


def test_the_headers_shut_every_door(people: dict[str, Person]):
    response = people["miner"].client.get("/mine")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "server" not in response.headers


def test_cookies_of_an_office_on_https_are_bound_to_it(office: Office):
    from dataclasses import replace

    settings = office.settings
    try:
        office.settings = replace(settings, url="https://office.example")
        stranger = Person(office)
        stranger.client.follow_redirects = False
        response = stranger.client.post(
            f"{URL}/sign-in", data={"login": "household", "password": "demonstration office"}
        )
    finally:
        office.settings = settings
    cookie = next(c for c in response.headers.get_list("set-cookie") if c.startswith("__Host-adit="))
    assert all(word in cookie.lower() for word in ("secure", "httponly", "samesite=lax", "path=/"))


def test_metrics_name_nobody_and_are_for_administrators(office: Office, people: dict[str, Person]):
    answers = {}
    for role in ("miner", "administrator"):
        page = people[role].post("/account/tokens", page="/account", name="monitor", scope="read", days="1")
        token = re.search(r"adit_[\w-]{40,}", page)
        assert token is not None
        answers[role] = Person(office).client.get("/api/v1/metrics", headers={"authorization": f"Bearer {token[0]}"})
    assert answers["miner"].status_code == 403
    told = answers["administrator"].text
    assert re.search(r'adit_requests_total\{method="GET",route="/mine",status="200"\} \d', told)
    assert re.search(r"adit_entries \d{3}", told)
    assert not re.search(r"party-|Ангара|miner-", told)
