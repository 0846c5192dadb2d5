"""Erasure by law: two hands, then not a byte of the name is left in the database, and the log verifies as before.

The write-ahead log of the server is left aside: it holds what was written until it is written over, as the page says.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import sleep

import pytest
from pypdf import PdfReader
from tests.desk.at_work import Person, links, office_at_work

from adit.desk.office import Office, new_id
from adit.desk.pages.erasing import clear
from adit.engines.backup import program, server_version
from adit.engines.database import OWNER
from adit.journal import store as journal
from adit.journal.writer import Transaction
from adit.register.procedures import erasures
from adit.register.records import Inspection
from adit.register.store import Books, digests, rebuild

pytestmark = pytest.mark.slow
ARTICLE = "152-FZ of 2006-07-27, art. 21"
NAME = "Иванов"


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


# Helpers ----------------------------------------------------------------------------------------------------------
def rows(office: Office, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return list(connection.execute(query, parameters))


def party_called(office: Office, name: str) -> str:
    [(party,)] = rows(
        office, "SELECT party FROM register.identity WHERE name LIKE %s AND upper_inf(known)", f"%{name}%"
    )
    return str(party)


def entry_of(office: Office, kind: str, party: str) -> int:
    """The newest entry of a kind of this party."""
    [(seq,)] = rows(office, f"SELECT max(entry) FROM register.{kind} WHERE party = %s", party)
    assert isinstance(seq, int)
    return seq


def dumped(office: Office) -> str:
    """Every row of every table, as pg_dump writes them out, and what the server keeps of columns for its planner."""
    address = office.database.address
    command = [program("pg_dump", server_version(office.database)), "--data-only", f"--dbname={address}"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert text.count("COPY ") > 25
    with office.database.connect("") as connection:
        kept = connection.execute("SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats").fetchall()
    return text + str(kept)


def ticks(page: str, name: str = "entry") -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)" checked', page)


def seen(person: Person, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', person.get(path))
    assert found is not None
    return found[1]


def propose(person: Person, page: str, *, entries: list[str] | None = None, status: int = 200, **fields: object) -> str:
    """Propose what a page to erase has ticked, or only these entries."""
    text = person.get(page)
    [action] = set(re.findall(r'action="(/parties/party-\w+/erase)"', text))
    found = {
        "of": re.findall(r'name="of" value="(\d*)"', text)[0],
        "entry": ticks(text) if entries is None else entries,
        "account": ticks(text, "account"),
        "cites": ARTICLE,
        "reason": "Asked for by the person.",
    }
    return person.post(action, page=page, status=status, **{**found, **fields})


def approved(person: Person) -> None:
    [proposal] = [
        p for p in links(person.get("/queue?what=proposals"), "/proposals/") if "would be erased" in person.get(p)
    ]
    person.post(f"{proposal}/decide", page=proposal, seen=seen(person, proposal), outcome="approve")


def intact(office: Office, folder: Path) -> None:
    """The log verifies, an export of it does for others, and the tables follow from it."""
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []
        journal.make_checkpoint(connection, office.key, office.now())
        journal.export(connection, folder)
        before = digests(connection)
    told = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), office.key.verifier], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
    assert {table for table, (held, made) in rebuild(office.database).items() if held != made} == set()
    with office.reading() as connection:
        assert digests(connection) == before


# One entry --------------------------------------------------------------------------------------------------------
def test_what_one_entry_says_is_erased_by_two_hands(office: Office, tmp_path: Path):
    officer, second = Person(office, "officer"), Person(office, "second")
    party = party_called(office, "Петрова")
    seq = entry_of(office, "identity", party)
    with office.reading() as connection:
        before = journal.root(connection, seq + 1)
    assert "Петрова" in officer.get("/search?q=Петрова")
    letter = links(officer.get(f"/parties/{party}"), "/letters/")[0]
    [erase] = links(officer.get(f"/entries/{seq}"), f"/entries/{seq}/erase")

    propose(officer, erase)
    assert "Петрова" in officer.get(f"/parties/{party}"), "nothing is gone before a second hand has approved it"
    [proposal] = [
        p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "would be erased" in officer.get(p)
    ]
    shown = second.get(proposal)
    assert ARTICLE in shown
    assert f"/entries/{seq}" in shown
    own = officer.post(f"{proposal}/decide", page=proposal, seen=seen(officer, proposal), outcome="approve", status=403)
    assert "Another officer has to" in own
    approved(second)

    assert "What it said was erased by law." in officer.get(f"/entries/{seq}")
    page = officer.get(f"/parties/{party}")
    assert "Петрова" not in page
    assert "Who this is was erased by law" in page
    assert f"/parties/{party}" not in officer.get("/search?q=Петрова")
    told = officer.client.get(letter)
    assert told.headers["content-type"] == "application/pdf"
    text = " ".join(p.extract_text() for p in PdfReader(BytesIO(told.content)).pages)
    assert "Петрова" not in text
    assert party in text
    [(erasure,)] = rows(office, "SELECT max(seq) FROM journal.entry WHERE kind = 'erasure' AND subject = %s", party)
    assert str(erasure) in text
    assert ARTICLE in officer.get(f"/entries/{erasure}")
    with office.reading() as connection:
        assert journal.root(connection, seq + 1) == before
    intact(office, tmp_path)
    assert "Петрова" not in dumped(office)
    assert "Петрова" not in (tmp_path / "entries.jsonl").read_text(encoding="utf-8")


def test_a_letter_that_was_erased_says_so(office: Office):
    officer, second, household = (Person(office, login) for login in ("officer", "second", "household"))
    party = party_called(office, NAME)
    letter = links(officer.get(f"/parties/{party}"), "/letters/")[0]
    [(seq,)] = rows(office, "SELECT entry FROM register.letter WHERE id = %s", letter[len("/letters/") : -len(".pdf")])
    propose(officer, f"/entries/{seq}/erase")
    approved(second)
    for person, path in ((officer, letter), (household, f"/mine{letter}")):
        assert "was erased by law, by entry" in person.get(path, status=404)
    assert letter not in officer.get(f"/parties/{party}")


def test_what_no_name_is_in_and_what_is_gone_are_refused(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    party = party_called(office, "Петрова")
    assert "holds no personal data" in officer.get("/entries/0/erase", status=409)  # an account that was made
    assert "There is no entry" in officer.get("/entries/99999999/erase", status=404)
    seq = entry_of(office, "identity", party)
    unsaid = propose(officer, f"/entries/{seq}/erase", cites="", status=422)
    assert "nothing is filled in" in unsaid
    assert f'value="{seq}" checked' in unsaid, "what was ticked stays ticked"
    assert "Nothing is chosen" in propose(officer, f"/entries/{seq}/erase", entries=[], status=422)
    other = entry_of(office, "identity", party_called(office, NAME))
    assert "says nothing of" in propose(officer, f"/entries/{seq}/erase", entries=[str(other)], status=422)
    propose(officer, f"/entries/{seq}/erase")
    approved(second)
    assert "is erased already" in officer.get(f"/entries/{seq}/erase", status=409)


def test_a_case_that_is_open_is_ended_first(office: Office):
    officer, household = Person(office, "officer"), Person(office, "household")
    party = party_called(office, NAME)
    household.post("/mine/apply", page="/mine/apply", register="miners", statement=f"I am {NAME}.", party=party)
    seq = entry_of(office, "application", party)
    page = officer.get(f"/entries/{seq}/erase")
    assert "not yet: the case is open" in page
    assert ticks(page) == []
    told = propose(officer, f"/entries/{seq}/erase", entries=[str(seq)], status=422)
    assert "cannot be erased yet: the case is open" in told


def test_what_was_said_since_it_was_proposed_is_not_left_behind(office: Office):
    """An application was ended; while its erasure waits, nothing of it can be erased unseen that was not proposed."""
    officer, second, household = (Person(office, login) for login in ("officer", "second", "household"))
    party = party_called(office, NAME)
    household.post("/mine/apply", page="/mine/apply", register="miners", statement=f"I am {NAME}.", party=party)
    [(case,)] = rows(office, "SELECT id FROM register.application WHERE party = %s", party)
    household.post(f"/mine/applications/{case}/withdraw")
    first = [e for (e,) in rows(office, "SELECT entry FROM register.application WHERE id = %s ORDER BY entry", case)]
    propose(officer, f"/entries/{first[0]}/erase")
    household.post("/mine/appeal", page=f"/mine/appeal?about={case}", about=case, statement="No.")
    [proposal] = [
        p for p in links(second.get("/queue?what=proposals"), "/proposals/") if "would be erased" in second.get(p)
    ]
    told = second.post(f"{proposal}/decide", page=proposal, seen=seen(second, proposal), outcome="approve", status=409)
    assert "an appeal is open" in told
    with office.reading() as connection:
        assert journal.entry(connection, int(str(first[0]))).body is not None


# A person ---------------------------------------------------------------------------------------------------------
def test_not_a_byte_of_the_name_is_left_of_a_person(office: Office, tmp_path: Path):
    """Wherever the desk lets a name be written of a party: identity, application, appeal, the proposals about them, note, account."""
    officer, second, third, fourth, household = (
        Person(office, login) for login in ("officer", "second", "third", "fourth", "household")
    )
    party = party_called(office, NAME)
    household.post("/mine/apply", page="/mine/apply", register="miners", statement=f"I am {NAME}.", party=party)
    [(case,)] = rows(office, "SELECT id FROM register.application WHERE party = %s", party)
    case = f"/applications/{case}"
    officer.post(f"{case}/take-up", page=case, seen=seen(officer, case))
    officer.post(
        f"{case}/propose", page=case, seen=seen(officer, case), outcome="refuse", reason=f"{NAME} is barred.", cites="x"
    )
    [proposal] = [
        p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "is barred" in officer.get(p)
    ]
    second.post(f"{proposal}/decide", page=proposal, seen=seen(second, proposal), outcome="approve")
    about = case.rpartition("/")[2]
    household.post("/mine/appeal", page=f"/mine/appeal?about={about}", about=about, statement=f"{NAME} objects.")
    [appeal] = [a for a in links(third.get("/queue?what=appeals"), "/appeals/") if "objects" in third.get(a)]
    third.post(f"{appeal}/propose", page=appeal, seen=seen(third, appeal), outcome="reject", reason=f"No, {NAME}.")
    [answer] = [p for p in links(third.get("/queue?what=proposals"), "/proposals/") if f"No, {NAME}" in third.get(p)]
    fourth.post(f"{answer}/decide", page=answer, seen=seen(fourth, answer), outcome="approve")
    officer.post(f"/parties/{party}/note", page=f"/parties/{party}", text=f"{NAME} came by.")
    with office.database.connect(OWNER) as connection:
        connection.execute("ANALYZE")  # so that the server keeps samples of its columns, as it does after a while
    assert dumped(office).count(NAME) > 15
    inn = str(rows(office, "SELECT inn FROM register.identity WHERE party = %s", party)[0][0])

    [erase] = links(officer.get(f"/parties/{party}"), f"/parties/{party}/erase")
    page = officer.get(erase)
    assert "Backups that were made before hold it still" in page
    assert "write-ahead log" in page
    assert ticks(page, "account") == [household_hand(office)]
    propose(officer, erase)
    approved(second)

    for _ in range(20):  # another may be clearing a table away at this moment, and it is passed over
        clear(office)
        if NAME not in dumped(office):
            break
        sleep(0.5)
    text = dumped(office)
    assert [line for line in text.splitlines() if NAME in line] == []
    assert inn not in text
    assert f"/parties/{party}" not in officer.get(f"/search?q={NAME}")
    assert NAME not in officer.get(f"/parties/{party}")
    household.client.follow_redirects = False
    assert household.client.get("/mine").headers["location"].startswith("/sign-in")
    intact(office, tmp_path)
    assert "Nothing is left here" in officer.get(erase)
    assert officer.get("/queue")
    for path in ("/erasures", f"/erasures?of={party}"):
        assert NAME not in officer.get(path)


def household_hand(office: Office) -> str:
    return str(rows(office, "SELECT hand FROM desk.account WHERE login = 'household'")[0][0])


def test_a_photo_goes_when_no_visit_names_it_any_more(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    party = party_called(office, NAME)
    [(site,)] = rows(office, "SELECT id FROM register.site WHERE owner = %s", party)
    folder, digest = office.settings.folder / "uploads", "ab" * 32
    photo = {"sha256": digest, "name": "a.jpg", "size": 18}
    folder.mkdir(exist_ok=True)
    (folder / digest).write_bytes(b"a face at a window")
    visits = [new_id("inspection"), new_id("inspection")]

    def work(transaction: Transaction) -> dict[str, str]:
        for id_ in visits:
            visit = Inspection(str(site), "inspector-1", "filed", 2, None, f"{NAME} opened.", (photo,))
            Books(transaction, "inspector-1").state(id_, visit, since=office.today(), new=True)
        return {}

    office.write(work, key="two visits")
    for id_, kept in zip(visits, (True, False), strict=True):
        [(seq,)] = rows(office, "SELECT entry FROM register.inspection WHERE id = %s", id_)
        propose(officer, f"/entries/{seq}/erase")
        approved(second)
        assert (folder / digest).exists() == kept


def test_what_is_left_unticked_stays(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    party = party_called(office, NAME)
    seq = entry_of(office, "identity", party)
    propose(officer, f"/parties/{party}/erase", entries=[str(seq)], account=[])
    approved(second)
    page = officer.get(f"/parties/{party}/erase")
    assert str(seq) not in ticks(page)
    assert len(ticks(page)) > 2
    assert ticks(page, "account") == [household_hand(office)]
    assert rows(office, "SELECT count(*) FROM register.letter WHERE party = %s", party) != [(0,)]


def test_an_administrator_proposes_without_seeing_who_it_is(office: Office, tmp_path: Path):
    admin, officer = Person(office, "admin"), Person(office, "officer")
    party = party_called(office, NAME)
    assert "neither the number" in admin.get("/erasures?of=nobody")
    page = admin.get(f"/erasures?of={party}")
    assert NAME not in page
    propose(admin, f"/parties/{party}/erase")
    assert party in admin.get("/erasures")
    [proposal] = [
        p for p in links(officer.get("/queue?what=proposals"), "/proposals/") if "would be erased" in officer.get(p)
    ]
    admin.post(f"{proposal}/decide", page="/erasures", seen="0", outcome="approve", status=403)
    approved(officer)
    assert NAME not in dumped(office)
    intact(office, tmp_path)
    seq = rows(office, "SELECT max(seq) FROM journal.entry WHERE kind = 'erasure'")[0][0]
    assert ARTICLE in admin.get("/erasures")
    assert ARTICLE in officer.get(f"/entries/{seq}")


@pytest.mark.parametrize("login", ["miner", "operator", "inspector", "analyst"])
def test_nobody_else_proposes_it(office: Office, login: str):
    person, party = Person(office, login), party_called(office, NAME)
    seq = entry_of(office, "identity", party)
    for path in ("/erasures", f"/entries/{seq}/erase", f"/parties/{party}/erase"):
        person.get(path, status=403)
    person.post(f"/parties/{party}/erase", entry=str(seq), cites=ARTICLE, reason="Mine.", status=403)


def test_an_analyst_does_not_read_in_entries_what_may_name_somebody(office: Office):
    analyst = Person(office, "analyst")
    for kind in ("identity", "application", "proposal", "appeal"):
        [(seq,)] = rows(office, f"SELECT max(entry) FROM register.{kind}")
        assert "does not see who a party is" in analyst.get(f"/entries/{seq}"), kind


def test_a_company_erased_with_the_account_of_others_keeps_that_account(office: Office):
    officer = Person(office, "officer")
    party = party_called(office, "Ангара Вычисления")  # its account acts for another company as well
    page = officer.get(f"/parties/{party}/erase")
    assert 'name="account"' not in page
    miner = rows(office, "SELECT hand FROM desk.account WHERE login = 'miner'")[0][0]
    told = propose(officer, f"/parties/{party}/erase", account=[miner], status=422)
    assert "not that of the person alone" in told


def test_every_word_for_what_is_in_the_way_has_a_text():
    from adit.desk.pages.erasing import WORDS

    assert set(erasures.HINDRANCES) <= set(WORDS)
