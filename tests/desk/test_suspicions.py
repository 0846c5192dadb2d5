"""A case of suspected laundering at the desk: looked for, taken up, proposed, decided by another, reported; and nobody else learns of it."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import fromstring

import psycopg
import pytest
from tests.desk.at_work import Person, office_at_work

from adit.decision.suspicion.goaml_shape import faults
from adit.desk.jobs import run_pending
from adit.desk.office import Office, new_id
from adit.desk.suspecting import looked_at
from adit.desk.suspecting_chain import LABELS, traced
from adit.desk.webhooks import kinds_for
from adit.evidence.sources import blk_files
from adit.journal.writer import Transaction
from adit.register.procedures.suspicions import OPEN
from adit.register.records import SECRET, Address, Declaration, Machine, Membership, Suspicion
from adit.register.store import Books, listed
from adit.terms.days import parse_period
from adit.terms.errors import BadInput
from adit.tracing.chain import output_at, script_at
from adit.tracing.reading import chain_of

pytestmark = pytest.mark.slow
MONTH = date(2025, 1, 1)
REPORTER = (
    'entity_id = "417"\nbranch = "Head office"\nfirst_name = "Anna"\nlast_name = "Watcher"\noccupation = "AML officer"\n'
    'email = "aml@example.org"\naddress = "Ilyinka 9"\ncity = "Moscow"\ncountry = "RU"\n'
)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def case(office: Office) -> str:
    """The machines of a member that declared coins turn out to be none; then the month is looked at."""
    with office.reading() as connection:
        party = next(
            d.record.party for d in listed(connection, Declaration, on=MONTH, order="entry") if d.record.amount_sat
        )
        machines = listed(connection, Machine, "owner = %s", [party])

    def withdraw(transaction: Transaction) -> dict[str, str]:
        books = Books(transaction, "officer-1")
        for m in machines:
            books.withdraw(m.id, since=m.valid_from, why="entered by mistake")
        return {}

    office.write(withdraw, key="machines that are none")
    watcher = Person(office, "watcher")
    watcher.post("/suspicions/look", page="/suspicions", month="2025-01")
    run_pending(office)
    with office.reading() as connection:
        [found] = listed(connection, Suspicion, "party = %s AND upper_inf(valid)", [party])
    return found.id


def state(office: Office, id_: str) -> str:
    with office.reading() as connection:
        [found] = listed(connection, Suspicion, "id = %s AND upper_inf(valid)", [id_])
    return found.record.state


def test_a_month_is_looked_at_and_a_case_is_opened_with_its_term(office: Office, case: str):
    with office.reading() as connection:
        [found] = listed(connection, Suspicion, "id = %s", [case])
    assert found.record.state == "open"
    assert found.record.due_on > office.today()
    text = Person(office, "watcher").get(f"/suspicions/{case}")
    assert "BTC was declared as mined for 2025-01, and no machine of the party works with sha256." in text


def test_looking_again_enters_nothing_twice(office: Office, case: str):
    with office.reading() as connection:
        before = connection.execute("SELECT count(*) FROM register.alert").fetchall()
    Person(office, "watcher2").post("/suspicions/look", page="/suspicions", month="2025-01")
    run_pending(office)
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM register.alert").fetchall() == before
        assert len(listed(connection, Suspicion, "id = %s AND upper_inf(valid)", [case])) == 1


@pytest.mark.parametrize("login", ["miner", "operator", "officer", "inspector", "analyst", "admin"])
def test_nobody_else_learns_that_the_case_exists(office: Office, case: str, login: str):
    person = Person(office, login)
    for path in (
        "/suspicions",
        f"/suspicions/{case}",
        f"/suspicions/{case}/report.json",
        f"/suspicions/{case}/report.xml",
    ):
        person.get(path, status=403)
    with office.reading() as connection:
        [found] = listed(connection, Suspicion, "id = %s AND upper_inf(valid)", [case])
        entries = [
            int(e)
            for (e,) in connection.execute(
                "SELECT entry FROM register.alert UNION SELECT entry FROM register.suspicion"
            )
        ]
    if person.client.get(f"/parties/{found.record.party}").status_code == 200:
        for page in ("", "/history", "/audit"):
            text = person.client.get(f"/parties/{found.record.party}{page}").text
            assert "suspicion" not in text.lower()
            assert found.record.reference not in text
    for entry in entries:
        assert person.client.get(f"/entries/{entry}").status_code in (403, 404)
    assert SECRET.isdisjoint(kinds_for({login}))


def test_one_proposes_and_another_decides(office: Office, case: str):
    first, second = Person(office, "watcher"), Person(office, "watcher2")
    page = f"/suspicions/{case}"
    first.post(f"{page}/take", page=page, seen=seen(office, case))
    assert state(office, case) == "in work"
    second.post(f"{page}/take", page=page, seen=seen(office, case), status=409)
    assert "Say why." in first.post(
        f"{page}/propose", page=page, seen=seen(office, case), outcome="report", reason=" ", action="", status=422
    )
    first.post(
        f"{page}/propose",
        page=page,
        seen=seen(office, case),
        outcome="report",
        reason="No machine makes it.",
        action="",
    )
    first.post(f"{page}/decide", page=page, seen=seen(office, case), agreed="yes", answer="", status=403)
    assert "Say what is still to be done." in second.post(
        f"{page}/decide", page=page, seen=seen(office, case), agreed="no", answer="", status=422
    )
    second.post(
        f"{page}/decide", page=page, seen=seen(office, case), agreed="no", answer="Look at the machines once more."
    )
    assert state(office, case) == "in work"
    first.post(
        f"{page}/propose",
        page=page,
        seen=seen(office, case),
        outcome="report",
        reason="Looked: no machine makes it.",
        action="",
    )
    second.post(f"{page}/decide", page=page, seen=seen(office, case), agreed="yes", answer="")
    assert state(office, case) == "reported"


def test_the_report_is_had_as_data_and_as_goaml(office: Office, case: str):
    watcher = Person(office, "watcher")
    report = json.loads(watcher.get(f"/suspicions/{case}/report.json"))
    assert report["reason"] == "Looked: no machine makes it."
    assert [s["sign"] for s in report["signs"]] == ["coin-the-machines-cannot-make"]
    assert "reporter.toml" in watcher.get(f"/suspicions/{case}/report.xml", status=422)
    (office.settings.folder / "reporter.toml").write_text(REPORTER)
    assert faults(fromstring(watcher.get(f"/suspicions/{case}/report.xml"))) == []


def test_the_database_wants_two_hands_and_evidence(office: Office, case: str):
    with office.reading() as connection:
        for statement in (
            "UPDATE register.suspicion SET decided_by = prepared_by",
            "UPDATE register.alert SET evidence = '[]'",
            "DELETE FROM register.alert WHERE false; UPDATE register.suspicion SET state = 'reported', report = NULL",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
            connection.rollback()


def seen(office: Office, id_: str) -> int:
    with office.reading() as connection:
        [found] = listed(connection, Suspicion, "id = %s AND upper_inf(valid)", [id_])
    return found.entry


def test_open_states_are_those_that_the_database_holds_to_one(office: Office):
    with office.reading() as connection:
        [(text,)] = connection.execute("SELECT pg_get_indexdef('register.suspicion_one_open'::regclass)").fetchall()
    assert all(f"'{s}'" in text for s in OPEN)


def test_a_reporter_that_is_not_complete_is_named(office: Office):
    from adit.desk.reporter import read_reporter

    file = office.settings.folder / "reporter.toml"
    for text, message in (
        (REPORTER.replace('city = "Moscow"\n', ""), "missing: city"),
        (REPORTER + 'phone = "1"\n', "phone"),
        ("entity_id = ", "no TOML"),
    ):
        file.write_text(text)
        with pytest.raises(BadInput, match=message):
            read_reporter(office.settings.folder)


# By the chain -----------------------------------------------------------------------------------------------------
SIXTY_ONE = "a3b0e9e7cddbbe78270fa4182a7675ff00b92872d8df7d14265a2b1e379a9d33:0"  # block 496: 50 new coins, and 11 out of block 9
EXAMPLES = Path(__file__).parents[2] / "examples"


def test_real_blocks_show_what_a_declared_address_is_exposed_to(office: Office):
    blocks = office.settings.folder / "evidence" / "blocks"
    blocks.mkdir(parents=True)
    shutil.copy(EXAMPLES / "chain" / "blk00000_first1MB.dat", blocks / "blk00000.dat")
    early = chain_of(blk_files.read(blocks, incomplete=True), "mainnet")
    script = script_at(early, output_at(early, SIXTY_ONE))
    assert script is not None
    with office.reading() as connection:
        party = next(m.record.party for m in listed(connection, Membership, "register = 'miners'", order="entry"))

    def declare(transaction: Transaction) -> dict[str, str]:
        Books(transaction, "officer-1").state(
            new_id("address"), Address(party, "BTC", "mainnet", "a bare key", script), since=MONTH, new=True
        )
        return {}

    office.write(declare, key="an address of block 496")
    month = parse_period("2025-01")
    with office.reading() as connection:
        without = traced(connection, office.settings.folder)
        head, row = (EXAMPLES / "tracing" / "listed.csv").read_text().splitlines()[:2]
        (office.settings.folder / LABELS).write_text(f"kind,{head}\nlisted,{row}\n")
        labelled = traced(connection, office.settings.folder)
        found = looked_at(connection, office, party, month, None, labelled)
    assert without is not None
    assert labelled is not None
    assert (without.exposures, without.returns) == (None, None)
    assert labelled.exposures is not None
    [exposure] = labelled.exposures[party]
    assert (exposure.hops, exposure.amount_sat) == (2, 11 * 100_000_000)
    [alert] = [a for a in found.alerts if a.rule.id == "near-a-listed-address"]
    assert alert.evidence[-1].startswith("transaction ")
    assert {t.needs for t in found.not_looked} >= {"chain", "exchanges"}
