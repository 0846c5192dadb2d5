"""Lost passwords and phones: two hands, a code in two halves that runs out, every session ended, its owner told, and no word on who has an account."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, office_at_work

from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office
from adit.desk.web import resets
from adit.desk.web.accounts import STEP_S, account, add_account, check_password, code_at
from adit.desk.web.hands import Hand
from adit.desk.web.second_factor import due, required
from adit.terms.errors import AditError, BadInput, Forbidden, NotFound, Refused

pytestmark = pytest.mark.slow
OLD, NEW = "rain over the old ferry", "wind under the new bridge"
SEEN = resets.SEEN[0]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture
def login(office: Office) -> str:
    """A miner with a password, and nothing more."""
    name = f"lost{token_hex(4)}"
    add_account(office, login=name, name=name, roles=["miner"], password=OLD, by="office-000001", language="en")
    return name


def hand_of(office: Office, login: str) -> Hand:
    with office.reading() as connection:
        [(code, roles)] = connection.execute(
            "SELECT hand, roles FROM desk.account WHERE login = %s", [login]
        ).fetchall()
    return Hand(code, login, frozenset(roles), (), "en", "auto", "session")


def both(office: Office, login: str, what: str = "password", *, first: str = "officer", second: str = "admin") -> str:
    """The whole code of a reset that two hands carried out."""
    half = resets.propose(office, login, what, SEEN, by=hand_of(office, first))
    return half + " " + resets.approve(office, id_of(office, login), by=hand_of(office, second))


def id_of(office: Office, login: str) -> str:
    with office.reading() as connection:
        [found] = [r.id for r in resets.opened(connection) if r.login == login]
    return found


def refused(error: type[AditError], work: object, *arguments: object, **more: object) -> str:
    assert callable(work)
    with pytest.raises(error) as told:
        work(*arguments, **more)
    return told.value.what


# A password -------------------------------------------------------------------------------------------------------
def test_from_the_sign_in_page_to_a_new_password_with_two_of_the_office(office: Office, login: str):
    """All of it on pages: asked for, seen, proposed, approved, used, told."""
    owner, thief = Person(office), Person(office)
    thief.sign_in(login, OLD)
    assert 'href="/forgotten"' in owner.get("/sign-in")
    assert "two people of the office now see that you asked" in owner.post(
        "/forgotten", login=login.upper(), what="password"
    )
    officer, admin = Person(office, "officer"), Person(office, "admin")
    assert login in officer.get("/resets")
    shown = officer.post("/resets", page="/resets", login=login, what="password", seen=SEEN)
    [first] = re.findall(r'class="code">([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5})<', shown)
    assert first not in officer.get("/resets"), "shown once"
    id_ = id_of(office, login)
    assert f"/resets/{id_}/approve" not in officer.get("/resets")
    assert f"/resets/{id_}/approve" in admin.get("/resets")
    shown = admin.post(f"/resets/{id_}/approve", page="/resets")
    [second] = re.findall(r'class="code">([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5})<', shown)
    used = owner.client.post(
        "/forgotten/code", data={"login": login, "what": "password", "code": f"{first} {second}", "password": NEW}
    )
    assert used.url.path == "/sign-in"
    assert thief.client.get("/account", follow_redirects=False).status_code == 303, "every session ends"
    with pytest.raises(BadInput, match="is wrong"):
        check_password(office, login, OLD)
    landed = owner.client.post("/sign-in", data={"login": login, "password": NEW})
    assert landed.url.path == "/account/notices"
    assert "A new password" in landed.text
    owner.post("/account/notices", page="/account/notices")
    assert "Nothing happened" in owner.get("/account/notices")


def test_neither_half_opens_anything_alone(office: Office, login: str):
    first, second = both(office, login).split()
    for code in (first, second, first + first, second + second, second + first, "", "-", first + second[:-1], "o" * 30):
        assert "is wrong" in refused(BadInput, resets.use, office, login, "password", code, NEW)
    resets.use(office, login, "password", f"  {first.upper()}{second.replace('-', ' ')} ", NEW)
    check_password(office, login, NEW)


def test_a_code_runs_out_and_counts_once(office: Office, login: str):
    clock, code = office.clock, both(office, login)
    assert isinstance(clock, Clock)
    clock.now += resets.GOOD - timedelta(seconds=1)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: _tried(office, login, code, f"{NEW} {n}"), range(4)))
    assert told.count("") == 1
    late = both(office, login)
    clock.now += resets.GOOD
    assert "has run out" in refused(BadInput, resets.use, office, login, "password", late, NEW)
    both(office, login)  # what has run out is in nobody's way


def _tried(office: Office, login: str, code: str, password: str) -> str:
    try:
        resets.use(office, login, "password", code, password)
    except BadInput as error:
        return error.what
    return ""


def test_who_may_and_who_may_not(office: Office, login: str):
    officer, second, admin = (hand_of(office, n) for n in ("officer", "second", "admin"))
    resets.propose(office, login, "password", SEEN, by=officer)
    id_ = id_of(office, login)
    assert "may not approve" in refused(Forbidden, resets.approve, office, id_, by=officer)
    assert "has to be an administrator" in refused(Forbidden, resets.approve, office, id_, by=second)
    assert "under way already" in refused(Refused, resets.propose, office, login, "password", SEEN, by=second)
    resets.approve(office, id_, by=admin)
    assert "not proposed any more" in refused(Refused, resets.approve, office, id_, by=admin)
    assert "of his own" in refused(Forbidden, resets.propose, office, "officer", "password", SEEN, by=officer)
    resets.propose(office, "admin", "password", SEEN, by=officer)
    assert "of his own" in refused(Forbidden, resets.approve, office, id_of(office, "admin"), by=admin)
    resets.decline(office, id_of(office, "admin"), by=admin.code)
    assert "no open account" in refused(BadInput, resets.propose, office, "nobody", "password", SEEN, by=officer)
    assert "is not said" in refused(BadInput, resets.propose, office, login, "key", SEEN, by=officer)
    assert "is not said" in refused(BadInput, resets.propose, office, login, "password", "he said so", by=officer)
    assert "no such reset" in refused(NotFound, resets.approve, office, "reset-00000000", by=admin)


def test_the_database_keeps_the_hands_apart(office: Office, login: str):
    from adit.engines.database import errors

    officer, owner = hand_of(office, "officer").code, hand_of(office, login).code
    resets.propose(office, login, "password", SEEN, by=hand_of(office, "officer"))
    for hand in (officer, owner):
        with office.reading() as connection, pytest.raises(errors.CheckViolation):
            connection.execute(
                "UPDATE desk.reset SET state = 'approved', approved_by = %s, good_until = now() WHERE id = %s",
                (hand, id_of(office, login)),
            )


def test_nobody_learns_whether_there_is_an_account(office: Office, login: str):
    def words(page: str) -> str:
        return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page)

    asked = [
        Person(office).post("/forgotten", login=name, what="password")
        for name in (login, "nobody-at-all", login, "admin", "")
    ]
    assert {words(a) for a in asked} == {words(asked[0])}
    wrong = [
        Person(office).post("/forgotten/code", status=422, login=name, what=what, code="x" * 30, password=NEW)
        for name in (login, "nobody-at-all") for what in ("password", "second factor")
    ]  # fmt: skip
    assert all("is wrong, or the code has run out" in w for w in wrong)


def test_asking_again_and_again_makes_one_request_and_one_place_asks_a_few_times(office: Office, login: str):
    client = Person(office).client
    told = [client.post("/forgotten", data={"login": login, "what": "password"}).status_code for _ in range(12)]
    assert told[0] == 200
    assert told[-1] == 429
    assert id_of(office, login)


def test_a_weak_password_is_not_set_and_the_code_stays_good(office: Office, login: str):
    code = both(office, login)
    assert "fewer than 12" in refused(BadInput, resets.use, office, login, "password", code, "short")
    resets.use(office, login, "password", code, NEW)


def test_its_owner_stops_what_somebody_else_asked_for(office: Office, login: str):
    code = both(office, login)
    owner, other = Person(office), Person(office, "household")
    assert owner.client.post("/sign-in", data={"login": login, "password": OLD}).url.path == "/account/notices"
    id_ = id_of(office, login)
    other.post(f"/account/notices/{id_}/stop", page="/account/notices", status=404)
    owner.post(f"/account/notices/{id_}/stop", page="/account/notices")
    assert "is wrong" in refused(BadInput, resets.use, office, login, "password", code, NEW)


def test_a_closed_account_is_reset_by_nobody(office: Office, login: str):
    from adit.desk.web.accounts import close_account

    code = both(office, login)
    close_account(office, hand_of(office, login).code, by="administrator-000001")
    assert "is wrong" in refused(BadInput, resets.use, office, login, "password", code, NEW)
    assert "no open account" in refused(
        BadInput, resets.propose, office, login, "password", SEEN, by=hand_of(office, "second")
    )


def test_the_journal_has_each_step_and_no_code(office: Office, login: str):
    code = both(office, login)
    resets.use(office, login, "password", code, NEW)
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT hand, body FROM journal.entry JOIN journal.payload USING (seq) WHERE subject = %s ORDER BY seq",
            [hand_of(office, login).code],
        ).fetchall()
        kept = str(connection.execute("SELECT * FROM desk.reset").fetchall())
    assert [h.partition("-")[0] for h, _ in rows] == ["office", "officer", "administrator", "miner"]
    assert [re.findall(r'"act":"([^"]+)"', b)[0] for _, b in rows] == [
        "made",
        "reset proposed",
        "reset approved",
        "reset used",
    ]
    for half in code.split():
        assert half not in str(rows) + kept
        assert half.replace("-", "") not in str(rows) + kept


# A second factor --------------------------------------------------------------------------------------------------
def test_a_lost_phone_is_replaced_by_two_hands_and_the_password(office: Office):
    name = f"phone{token_hex(4)}"
    hand = add_account(
        office, login=name, name=name, roles=["officer"], password=OLD, by="office-000001", language="en"
    )
    with office.reading() as connection:
        connection.execute("UPDATE desk.account SET totp_secret = %s, recovery = '{x}' WHERE hand = %s", (SECRET, hand))
    code = both(office, name, "second factor", first="second")
    for password in (NEW, ""):
        assert "is wrong" in refused(BadInput, resets.use, office, name, "second factor", code, password)
    assert "is wrong" in refused(BadInput, resets.use, office, name, "password", code, NEW), (
        "for what it was made alone"
    )
    resets.use(office, name, "second factor", code, OLD)
    with office.reading() as connection:
        found = account(connection, hand)
        assert connection.execute("SELECT recovery FROM desk.account WHERE hand = %s", [hand]).fetchall() == [([],)]
    assert found is not None
    assert not found.second_factor
    person = Person(office)
    page = person.client.post("/sign-in", data={"login": name, "password": OLD}).text
    [secret] = re.findall(r'class="code">([A-Z2-7]{32})<', page)
    told = person.client.post("/second", data={"proof": field(page, "proof"), "code": _code(office, secret)}).text
    assert len(re.findall(r"<code>([a-z2-7-]{29})</code>", told)) == 8


def _code(office: Office, secret: str) -> str:
    return code_at(secret, int(office.now().timestamp()) // STEP_S)


# Who has to have one ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("setting", "who"), [
    ("inspector analyst", {"administrator", "officer", "aml", "inspector", "analyst"}), ("", {"administrator", "officer", "aml"}),
    ("miner operator", {"administrator", "officer", "aml", "miner", "operator"}),
])  # fmt: skip
def test_who_has_to_have_a_second_factor_is_set_by_the_office(office: Office, setting: str, who: set[str]):
    settings = replace(office.settings, second_factor=setting)
    roles = ("miner", "operator", "officer", "inspector", "analyst", "aml", "administrator")
    assert {r for r in roles if required(settings, [r])} == who
    now = office.now()
    assert {r for r in roles if due(settings, [r], None, now)} == who & {"administrator", "officer", "aml", "inspector"}
    assert {r for r in roles if due(settings, [r], now, now)} == who


def test_an_analyst_has_days_to_set_one_up_and_then_has_to(office: Office):
    name, clock = f"analyst{token_hex(4)}", office.clock
    assert isinstance(clock, Clock)
    add_account(office, login=name, name=name, roles=["analyst"], password=OLD, by="office-000001", language="en")
    person = Person(office)
    landed = person.client.post("/sign-in", data={"login": name, "password": OLD})
    assert landed.url.path == "/account/second"
    assert "Your role has to have a second factor" in landed.text
    assert 'href="/figures"' in landed.text
    person.get("/figures")
    clock.now += timedelta(days=office.settings.second_factor_days, seconds=-1)
    assert Person(office).client.post("/sign-in", data={"login": name, "password": OLD}).url.path == "/account/second"
    clock.pass_(seconds=2)
    late = Person(office)
    page = late.client.post("/sign-in", data={"login": name, "password": OLD})
    assert page.url.path == "/second"
    assert late.client.get("/figures", follow_redirects=False).status_code == 303
    [secret] = re.findall(r'class="code">([A-Z2-7]{32})<', page.text)
    late.client.post("/second", data={"proof": field(page.text, "proof"), "code": _code(office, secret)})
    late.get("/figures")


def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: object):
    from pathlib import Path

    from adit.desk.office import read_settings

    monkeypatch.setenv("ADIT_SECOND_FACTOR", "analyst minister")
    assert "no role 'minister'" in refused(BadInput, read_settings, Path("office"))
    monkeypatch.setenv("ADIT_SECOND_FACTOR", "analyst miner")
    monkeypatch.setenv("ADIT_SECOND_FACTOR_DAYS", "30")
    settings = read_settings(Path("office"))
    assert (settings.second_factor, settings.second_factor_days) == ("analyst miner", 30)
    for days in ("0", "-1", "a week", "99999999"):
        monkeypatch.setenv("ADIT_SECOND_FACTOR_DAYS", days)
        assert "no number of days" in refused(BadInput, read_settings, Path("office"))


def test_the_people_of_the_demonstration_sign_in_as_ever(office: Office):
    for login, path in (
        ("miner", "/mine"),
        ("household", "/mine"),
        ("operator", "/mine"),
        ("analyst", "/figures"),
        ("inspector", "/visits"),
    ):
        assert Person(office).sign_in(login, PASSWORD).url.path == path
