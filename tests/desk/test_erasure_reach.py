"""Erasure reaches where names may stand beside the identity: sites, grounds, notes, accounts at pools, tables, filters; facts of the law stay."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from tests.desk.at_work import Person, links, office_at_work
from tests.desk.test_erasing import approved, dumped, intact, party_called, propose, rows

from adit.desk import importing, jobs
from adit.desk.office import Office, new_id
from adit.desk.pages.erasing import clear
from adit.journal import store as journal
from adit.journal.writer import Transaction
from adit.register.records import SPOKEN, Declaration, Exclusion, Participation, Pool, Record, Site, silenced
from adit.register.store import Books, get, history, listed

pytestmark = pytest.mark.slow
NAME = "Иванов"


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def enter(office: Office, *said: tuple[str, Record, date], hand: str = "officer-1") -> list[int]:
    """State one after another, a declaration for its month; the entries."""

    def until(record: Record, since: date) -> date | None:
        return since.replace(month=since.month + 1) if isinstance(record, Declaration) else None

    def work(transaction: Transaction) -> dict[str, list[int]]:
        books = Books(transaction, hand)
        return {"seqs": [books.state(i, r, since=since, until=until(r, since)).seq for i, r, since in said]}

    return list(office.write(work, key=new_id("test")).answer["seqs"])


def named_everywhere(office: Office) -> tuple[str, dict[str, str]]:
    """A citizen whose name stands in every kind of record that keeps its facts; the party, and the id of each record."""
    party, today = party_called(office, NAME), office.today()
    with office.reading() as connection:
        site = listed(connection, Site, "owner = %s", [party])[0]
    [(member,)] = rows(office, "SELECT id FROM register.membership LIMIT 1")
    ids = {k: new_id(k) for k in ("pool", "participation", "declaration", "exclusion")}
    enter(office, (ids["pool"], Pool(f"A pool of {office.now():%H%M}"), today))
    enter(
        office,
        (ids["participation"], Participation(party, ids["pool"], account=f"{NAME}.worker1"), today),
        (site.id, Site(party, None, f"Дом {NAME}а", "RU-IRK", "bratsk", f"Братск, у {NAME}а", 56_000_000, 101_000_000, 15, "Сеть"), today),
        (ids["declaration"], Declaration(party, "BTC", 5_000, 7_000_000, 0, (), f"{NAME}: the meter was read late."), date(2024, 2, 1)),
    )  # fmt: skip
    return party, {**ids, "site": site.id, "member": str(member)}


def erase_all(office: Office, party: str) -> None:
    officer, second = Person(office, "officer"), Person(office, "second")
    propose(officer, f"/parties/{party}/erase")
    approved(second)
    clear(office)


def test_names_beside_the_identity_go_and_the_facts_stay(office: Office, tmp_path: Path):
    party, ids = named_everywhere(office)
    before = {}
    with office.reading() as connection:
        for kind, record in (("site", Site), ("declaration", Declaration), ("participation", Participation)):
            found = get(connection, record, ids[kind])
            assert found is not None
            before[kind] = found
    erase_all(office, party)
    assert [line for line in dumped(office).splitlines() if NAME in line] == []
    with office.reading() as connection:
        site, declared = get(connection, Site, ids["site"]), get(connection, Declaration, ids["declaration"])
        joined = get(connection, Participation, ids["participation"])
    assert site is not None
    assert declared is not None
    assert joined is not None
    assert (site.record.name, site.record.address, site.record.latitude_e6) == (ids["site"], "", None)
    assert (site.record.region, site.record.municipality, site.record.connection_kw) == ("RU-IRK", "bratsk", 15)
    assert (declared.record.amount_sat, declared.record.energy_wh, declared.record.note) == (5_000, 7_000_000, "")
    assert (joined.record.pool, joined.record.account) == (ids["pool"], "")
    assert declared.entry == before["declaration"].entry, "it was stated then, and is known since then"
    intact(office, tmp_path)


def test_what_was_known_before_an_erasure_can_still_be_asked(office: Office, tmp_path: Path):
    """A site that was stated twice: each version keeps its days and the positions of the log between which it was believed."""
    party, ids = named_everywhere(office)
    with office.reading() as connection:
        before = [(s.valid_from, s.valid_to, s.entry, s.known_to) for s in history(connection, Site, ids["site"])]
    erase_all(office, party)
    with office.reading() as connection:
        after = history(connection, Site, ids["site"])
        first = get(connection, Site, ids["site"], known=after[-1].entry)
    assert [(s.valid_from, s.valid_to, s.entry, s.known_to) for s in after] == before
    assert first is not None
    assert first.entry < after[-1].entry
    assert {s.record.name for s in after} == {ids["site"]}
    intact(office, tmp_path)


def test_the_ground_of_an_exclusion_is_erased_once_the_procedure_has_ended(office: Office):
    party, today = party_called(office, "Петрова"), office.today()
    member, case = new_id("membership"), new_id("exclusion")
    from adit.register.records import Membership

    notice = Exclusion(member, "false data", "noticed", "Петрова wrote so.", "221-FZ", today, date(2025, 5, 1))
    enter(office, (member, Membership(party, "miners", "M-2025-900001"), today))
    [noticed] = enter(office, (case, notice, today))
    officer, second = Person(office, "officer"), Person(office, "second")
    assert "not yet: the case is open" in officer.get(f"/entries/{noticed}/erase")
    ended = Exclusion(
        member, "false data", "dropped", "Петрова wrote so.", "221-FZ", today, date(2025, 5, 1), "Петрова objects."
    )
    enter(office, (case, ended, today))
    propose(officer, f"/entries/{noticed}/erase")
    approved(second)
    with office.reading() as connection:
        kept = get(connection, Exclusion, case)
    assert kept is not None
    assert (kept.record.state, kept.record.ground, kept.record.evidence, kept.record.answer) == (
        "dropped",
        "false data",
        "",
        "",
    )


def test_a_record_without_words_is_not_offered(office: Office):
    party = party_called(office, NAME)
    [silent] = enter(office, (new_id("declaration"), Declaration(party, "BTC", 1, 1, 0), date(2024, 3, 1)))
    page = Person(office, "officer").get(f"/parties/{party}/erase")
    assert f'value="{silent}"' not in page
    assert "says nothing that can be erased" in Person(office, "officer").get(f"/entries/{silent}/erase", status=409)


def table(office: Office, party: str, text: str) -> tuple[str, Path]:
    """A table of a party that waits under its hash, with the job that was to bring it; the job, and the file."""
    folder = importing.uploads(office)
    folder.mkdir(exist_ok=True)
    digest = sha256(text.encode()).hexdigest()
    (folder / digest).write_text(text, encoding="utf-8")
    [(hand,)] = rows(office, "SELECT hand FROM desk.account WHERE login = 'officer'")
    job = jobs.add(
        office, str(hand), importing.IMPORT,
        {"table": "machines", "party": party, "sha256": digest, "name": f"{NAME}.csv", "dry": False}, key=new_id("key"),
    )  # fmt: skip
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.job SET state = 'failed', error = %s, ended_at = now() WHERE id = %s", (f"{NAME}?", job)
        )
        connection.execute(
            "INSERT INTO desk.import_row (job, row, state, said, todo) VALUES (%s, 2, 'refused', %s, 'Look.')",
            (job, f"'{NAME}' is no number."),
        )
    return job, folder / digest


def test_the_table_that_somebody_sent_goes_with_the_name(office: Office):
    party = party_called(office, NAME)
    job, file = table(office, party, f"serial,owner\nA1,{NAME}\n")
    _, of_others = table(office, party_called(office, "Петрова"), "serial\nB1\n")
    erase_all(office, party)
    assert not file.exists()
    assert of_others.exists()
    [(name, error)] = rows(office, "SELECT arguments->>'name', error FROM desk.job WHERE id = %s", job)
    assert (name, error) == ("", "What stood here was erased by law.")
    told = Person(office, "officer").get(f"/imports/{job}")
    assert "What stood here was erased by law." in told
    assert NAME not in told


def test_filters_that_look_for_somebody_go_and_others_stay(office: Office):
    party = party_called(office, NAME)
    with office.reading() as connection:
        [(hand,)] = connection.execute("SELECT hand FROM desk.account WHERE login = 'officer'").fetchall()
        for name, query in (
            ("one", "q=%D0%B8%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2"),
            (f"{NAME} alone", "register=miners"),
            ("two", "q=Bratsk"),
        ):
            connection.execute(
                "INSERT INTO desk.saved_filter (hand, page, name, query) VALUES (%s, '/members', %s, %s)",
                (hand, name, query),
            )
    erase_all(office, party)
    assert rows(office, "SELECT name FROM desk.saved_filter WHERE page = '/members'") == [("two",)]


def test_the_code_of_an_erased_letter_says_so_and_another_is_unknown(office: Office):
    officer, second = Person(office, "officer"), Person(office, "second")
    party = party_called(office, NAME)
    letter = links(officer.get(f"/parties/{party}"), "/letters/")[0][len("/letters/") : -len(".pdf")]
    [(seq, code)] = rows(office, "SELECT entry, code FROM register.letter WHERE id = %s AND upper_inf(known)", letter)
    with office.reading() as connection:
        [(written,)] = connection.execute("SELECT min(seq) FROM journal.entry WHERE subject = %s", [letter]).fetchall()
    propose(officer, f"/entries/{seq}/erase")
    approved(second)
    with office.reading() as connection:
        journal.make_checkpoint(connection, office.key, office.now())
        [(erasure,)] = connection.execute("SELECT max(seq) FROM journal.entry WHERE kind = 'erasure'").fetchall()
    told = Person(office).get(f"/verify?code={code}")
    assert "This paper was written here, and its personal data was erased by law" in told
    assert f"<dd>{written}</dd>" in told
    assert f"<dd>{erasure}</dd>" in told
    assert "Proof" in told
    assert "No paper with this code" not in told
    assert NAME not in told
    unknown = Person(office).get("/verify?code=0000-0000-0000-0")
    assert "No paper with this code was written here" in unknown


@pytest.mark.parametrize("kind", sorted(SPOKEN))
def test_what_is_silenced_keeps_every_other_field(kind: str):
    values = {"name": "a", "state_tied_ground": "b", "account": "c", "address": "d", "latitude_e6": 1, "longitude_e6": 2, "contract": "e", "note": "f",
              "evidence": "g", "answer": "h", "words": "i", "reason": "j", "amount_sat": 5}  # fmt: skip
    left = silenced(kind, f"{kind}-00000000", values)
    assert left["amount_sat"] == 5
    changed = {n for n in values if left[n] != values[n]}
    assert changed == set(SPOKEN[kind])
