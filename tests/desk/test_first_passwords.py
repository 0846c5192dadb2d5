"""First passwords: made by chance, shown once, good for days, changed before anything else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, office_at_work

from adit.desk.office import Office
from adit.desk.web.accounts import check_password
from adit.desk.web.first_passwords import by_chance, invite, replace_first
from adit.terms.errors import BadInput, NotFound, Refused

OWN = "rain over the old ferry"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _invited(office: Office, login: str, role: str = "miner") -> tuple[str, str]:
    return invite(office, login=login, name=f"A {login}", roles=[role], by="administrator-000001")


def _first(office: Office, login: str, password: str) -> tuple[Person, str]:
    """Whoever signs in with a first password, and the page that comes."""
    person = Person(office)
    return person, person.client.post("/sign-in", data={"login": login, "password": password}).text


def _change(person: Person, page: str, new: str) -> str:
    return person.client.post("/first-password", data={"proof": field(page, "proof"), "new": new}).text


def test_a_first_password_is_chance_and_can_be_read_out():
    made = {by_chance() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch("([2-9a-hjkmnp-z]{4}-){4}[2-9a-hjkmnp-z]{4}", p) for p in made)
    assert len(set("".join(made))) > 28, "every sign comes"


pages = pytest.mark.slow


@pages
def test_an_administrator_is_shown_it_once_and_thinks_of_none(office: Office):
    admin = Person(office, "admin")
    form = admin.get("/admin")
    assert 'name="password"' not in form
    shown = admin.post(
        "/admin/accounts", page="/admin", login="Shown", name="S", role="miner", password="thought up by me"
    )
    [password] = re.findall(r'class="code">((?:[2-9a-z]{4}-){4}[2-9a-z]{4})<', shown)
    assert "The first password of shown, shown this once" in shown
    assert password not in admin.get("/admin")
    _, page = _first(office, "shown", password)
    assert "A password of your own" in page
    with pytest.raises(BadInput, match="is wrong"):
        check_password(office, "shown", "thought up by me")


@pages
def test_nothing_else_can_be_done_before_it_is_changed(office: Office):
    hand, password = _invited(office, "narrow")
    person, page = _first(office, "narrow", password)
    for path in ("/account", "/mine", "/start", "/second"):
        assert person.client.get(path, follow_redirects=False).status_code == 303, path
    assert "Think of one" in page
    told = _change(person, page, OWN)
    assert "A password of your own" not in told
    person.get("/account")
    with pytest.raises(BadInput, match="is wrong"):
        check_password(office, "narrow", password)
    found = check_password(office, "narrow", OWN)
    assert (found.hand, found.password_until) == (hand, None)


@pages
@pytest.mark.parametrize(("new", "told"), [
    ("short", "fewer than 12"), ("", "fewer than 12"), ("passwordpassword", "too easy"), ("x" * 300, "more than 200"), ("FIRST", "that the office made"),
])  # fmt: skip
def test_a_weak_one_and_the_first_one_again_are_not_taken(office: Office, new: str, told: str):
    login = f"weak{len(new)}{new[:1].lower()}"
    _, password = _invited(office, login)
    person, page = _first(office, login, password)
    answer = _change(person, page, password if new == "FIRST" else new)
    assert told in answer
    assert "A password of your own" in answer
    assert person.client.get("/account", follow_redirects=False).status_code == 303


@pages
def test_it_runs_out_and_only_then_and_only_who_has_it_is_told(office: Office):
    hand, password = _invited(office, "late")
    clock = office.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(days=office.settings.first_password_days, seconds=-1)
    _, page = _first(office, "late", password)
    assert "A password of your own" in page
    clock.pass_(seconds=1)
    person, page = _first(office, "late", password)
    assert "This first password has run out." in page
    assert person.client.get("/account", follow_redirects=False).status_code == 303
    _, wrong = _first(office, "late", "a guess at random")
    assert "run out" not in wrong
    again = replace_first(office, hand, by="administrator-000001")
    with pytest.raises(BadInput, match="is wrong"):
        check_password(office, "late", password)
    person, page = _first(office, "late", again)
    _change(person, page, OWN)
    person.get("/account")


@pages
def test_whoever_has_a_password_of_his_own_gets_no_first_one(office: Office):
    hand, password = _invited(office, "grown")
    admin = Person(office, "admin")
    assert f"/admin/accounts/{hand}/first-password" in admin.get("/admin")
    person, page = _first(office, "grown", password)
    _change(person, page, OWN)
    assert f"/admin/accounts/{hand}/first-password" not in admin.get("/admin")
    assert "has a password of its owner" in admin.post(
        f"/admin/accounts/{hand}/first-password", page="/admin", status=409
    )
    with pytest.raises(Refused):
        replace_first(office, hand, by="administrator-000001")
    with pytest.raises(NotFound):
        replace_first(office, "miner-00000000", by="administrator-000001")


@pages
def test_an_officer_changes_it_then_sets_up_a_second_factor(office: Office):
    _, password = _invited(office, "fresh", "officer")
    person, page = _first(office, "fresh", password)
    told = _change(person, page, OWN)
    assert "Scan the picture" in told
    assert person.client.get("/queue", follow_redirects=False).status_code == 303


@pages
def test_the_mark_of_the_form_is_asked_for(office: Office):
    _, password = _invited(office, "marked")
    person, page = _first(office, "marked", password)
    told = person.client.post("/first-password", data={"proof": "guessed", "new": OWN}).text
    assert "A password of your own" in told
    with pytest.raises(BadInput):
        check_password(office, "marked", OWN)
    stranger = Person(office).client.post(
        "/first-password", data={"proof": field(page, "proof"), "new": OWN}, follow_redirects=False
    )
    assert stranger.headers["location"].startswith("/sign-in")


@pages
def test_the_journal_says_that_it_was_made_and_never_what(office: Office):
    hand, password = _invited(office, "entered")
    again = replace_first(office, hand, by="administrator-000001")
    with office.reading() as connection:
        bodies = [
            b
            for (b,) in connection.execute(
                "SELECT body FROM journal.entry JOIN journal.payload USING (seq) WHERE subject = %s", [hand]
            )
        ]
        [(kept,)] = connection.execute("SELECT password FROM desk.account WHERE hand = %s", [hand]).fetchall()
    assert any("first password made anew" in b for b in bodies)
    assert not any(p in b for b in [*bodies, kept] for p in (password, again))
    assert kept.startswith("$argon2id$")
