"""Tables that are brought: every row entered once or told why not, whatever happens to the worker; rehearsed, and taken back."""

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from fastapi import UploadFile
from fastapi.testclient import TestClient
from tests.databases import Clock
from tests.desk.at_work import URL, Person, field, links, office_at_work
from tests.desk.test_import_tables import book

from adit.desk import importing, jobs, uploads
from adit.desk.app import create_app
from adit.desk.import_kinds import KINDS, Cells, Surroundings
from adit.desk.jobs import Job, run_pending
from adit.desk.office import Office, new_id
from adit.desk.tables import Row, rows
from adit.desk.web.languages import Words
from adit.evidence.sources.workbook import sheet
from adit.journal import store as journal
from adit.journal.writer import Transaction, rehearse
from adit.register.records import Machine, Reading
from adit.register.store import Books, listed, rebuild
from adit.terms.errors import BadInput, NotFound, Refused

MACHINES = ("Site", "Maker", "Model", "Serial number", "Hash rate, TH/s", "Power, W", "Since")
SITE = "Площадка «Ангара Вычисления»"
DAY = date(2025, 2, 1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def ask(office: Office, query: str, *parameters: object) -> Any:
    with office.reading() as connection:
        return connection.execute(query, parameters).fetchall()


def party_of(office: Office, site: str = SITE) -> str:
    return str(ask(office, "SELECT owner FROM register.site WHERE name = %s", site)[0][0])


def hand_of(office: Office, login: str) -> str:
    return str(ask(office, "SELECT hand FROM desk.account WHERE login = %s", login)[0][0])


def machine(number: object, **other: object) -> tuple[object, ...]:
    held = {
        "site": SITE,
        "maker": "Bitmain",
        "model": "S21",
        "serial": number,
        "rate": 200.5,
        "power": 3500,
        "since": DAY,
    } | other
    return tuple(held.values())


def send(
    person: Person,
    content: bytes,
    *,
    table: str = "machines",
    party: str = "",
    dry: bool = False,
    name: str = "t.xlsx",
    status: int = 200,
) -> str:
    """Send a table with the form of the page, and have it worked on; the address of the job, or the page that refuses it."""
    page = person.get("/imports")
    data = {
        "csrf": field(page, "csrf"),
        "key": field(page, "key"),
        "table": table,
        "party": party,
        **({"dry": "yes"} if dry else {}),
    }
    answer = person.client.post("/imports", data=data, files={"file": (name, content)})
    assert answer.status_code == status, answer.text
    if status != 200:
        return re.sub(r"\s+", " ", answer.text)
    run_pending(person.office)
    return answer.url.path


def job_of(address: str) -> str:
    return address.rpartition("/")[2]


def told(office: Office, address: str) -> dict[int, str]:
    """What was said of the rows that were refused or left."""
    return {b["row"]: b["said"] for b in importing.became(office, job_of(address)) if b["said"]}


def bring(office: Office, content: bytes, *, table: str = "machines", dry: bool = False, key: str = "k") -> str:
    """A job over a table of the first party of the miner, waiting."""
    ask(office, "UPDATE desk.account SET language = 'en' WHERE login = 'miner' RETURNING hand")
    digest, _ = uploads.store(importing.uploads(office), UploadFile(BytesIO(content)), 10**9)
    return importing.start(
        office, hand_of(office, "miner"), table, party_of(office), digest, "t.xlsx", dry=dry, key=key
    )


def entered_once(office: Office, job: str, count: int) -> None:
    """Every row has one report, one record and one entry, and the journal and its tables hold together."""
    assert importing.counts(office, job) == {"entered": count}
    [(rows_, ids, entries)] = ask(
        office, "SELECT count(*), count(DISTINCT id), count(DISTINCT entry) FROM desk.import_row WHERE job = %s", job
    )
    assert rows_ == ids == entries == count
    [(there,)] = ask(
        office, "SELECT count(*) FROM register.machine m JOIN desk.import_row r ON r.id = m.id AND r.entry = m.entry WHERE r.job = %s AND upper_inf(m.known)", job
    )  # fmt: skip
    assert there == count
    assert ask(office, "SELECT count(*) FROM register.machine WHERE serial LIKE 'NEW%%'") == [(count,)]
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []


# From the template to the register --------------------------------------------------------------------------------
def test_a_table_goes_from_the_template_to_the_register_and_back(office: Office):
    miner, party = Person(office, "miner"), party_of(office)
    page = miner.get("/imports")
    assert "Machines" in page
    assert "/imports/templates/parties.xlsx" not in page
    before = ask(office, "SELECT count(*) FROM journal.entry")

    # rehearsed: told row by row, nothing entered
    content = book(MACHINES, machine("NEW1"), machine("NEW2"), machine("NEW1"), machine("NEW3", power="much"))
    rehearsal = send(miner, content, party=party, dry=True, name="Наши машины.xlsx")
    shown = miner.get(rehearsal)
    assert "Наши машины.xlsx" in shown
    assert "Row 2 says this already." in shown
    assert "«Power, W»: &#39;much&#39; is not a number." in shown
    assert shown.index("is not a number") < shown.index("would be entered</span></span>")  # what is wrong comes first
    assert ask(office, "SELECT count(*) FROM journal.entry") == before

    # for real, over the same file
    miner.post(f"{rehearsal}/for-real", page=rehearsal)
    assert run_pending(office) == 1
    [real] = [a for a in links(miner.get("/imports"), "/imports/job-") if a != rehearsal]
    assert importing.counts(office, job_of(real)) == {"entered": 2, "refused": 2}
    with office.reading() as connection:
        new = listed(connection, Machine, "serial LIKE 'NEW%%'", order="serial")
    assert [(m.record.serial, m.record.hashrate_ghs, m.record.power_w, m.valid_from) for m in new] == [
        ("NEW1", 200_500, 3500, date(2025, 2, 1)), ("NEW2", 200_500, 3500, date(2025, 2, 1)),
    ]  # fmt: skip

    # one of them is changed by hand, the import is taken back: the other goes
    with office.reading() as connection:
        site = listed(connection, Machine, "id = %s", [new[0].id])[0].record.site
    miner.post(f"/mine/machines/{new[0].id}/gone", page=f"/mine/sites/{site}", since="2025-03-01", why="Sold.")
    miner.post(f"{real}/take-back", page=real)
    run_pending(office)
    [back] = [a for a in links(miner.get("/imports"), "/imports/job-") if a not in (rehearsal, real)]
    assert importing.counts(office, job_of(back)) == {"left": 1, "withdrawn": 1}
    assert told(office, back) == {2: "It was changed since, or ended."}
    assert "It was taken back" in miner.get(real)
    assert ask(office, "SELECT serial FROM register.machine WHERE serial LIKE 'NEW%%' AND upper_inf(known)") == [
        ("NEW1",)
    ]

    # and can be brought again, but for the days of the one that was left
    again = send(miner, content, party=party)
    assert told(office, again)[2].startswith("This machine is entered already, since 2025-02-01.")
    assert importing.counts(office, job_of(again)) == {"entered": 1, "refused": 3}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("table", sorted(KINDS))
def test_a_template_has_the_header_that_is_read(shared: Office, table: str, form: str, language: str):
    officer = Person(shared, "officer", language)
    answer = officer.client.get(f"/imports/templates/{table}.{form}")
    assert answer.status_code == 200
    with pytest.raises(BadInput, match="a header and no rows"):
        list(rows(BytesIO(answer.content), KINDS[table].columns, Words("en")))


def test_the_examples_of_every_kind_can_be_read():
    for kind in KINDS.values():
        around = Surroundings(
            "party-00000001", date(2025, 4, 1), Words("en"), {"цех 1": {"site-1"}}, ["Цех 1"], {"M-100042": {"meter-1"}}
        )
        cells = Cells(Row(2, {c.name: c.example for c in kind.columns}), kind.columns, Words("en"))
        kind.read(cells, around)
        assert cells.wrong == [], kind.name


def test_readings_and_declarations_of_several_months_are_entered(office: Office):
    miner, party = Person(office, "miner"), party_of(office)
    [(meter,)] = ask(
        office, "SELECT m.serial FROM register.meter m JOIN register.site s ON s.id = m.site WHERE s.name = %s", SITE
    )
    readings = book(
        ("Meter", "Month", "Energy, kWh"), (meter, "2024-09", 12000.5), (meter.lower(), date(2024, 10, 1), "1 300,25"), (meter, "02.2025", 1),
        (meter, "September 2024", 1), (meter, "2025-05", 1), ("M-0", "2024-09", 1),
    )  # fmt: skip
    address = send(miner, readings, table="readings", party=party)
    assert importing.counts(office, job_of(address)) == {"entered": 2, "refused": 4}
    said = told(office, address)
    assert said[4].startswith("A reading of this meter for this month is entered already:")
    assert said[5] == "Row 2 says this already."
    assert said[6] == "«Month»: 2025-05 has not begun."
    assert said[7] == "«Meter»: the party has no meter 'M-0'."
    with office.reading() as connection:
        found = listed(connection, Reading, "lower(valid) < '2024-11-01'", order="lower(valid)")
    assert [(r.valid_from, r.valid_to, r.record.energy_wh) for r in found] == [
        (date(2024, 9, 1), date(2024, 10, 1), 12_000_500), (date(2024, 10, 1), date(2024, 11, 1), 1_300_250),
    ]  # fmt: skip

    declared = "Месяц;Монеты, BTC;Энергия, кВт·ч;Расходы, руб.;Примечание\n2024-09;0,00000001;1;;\nоктябрь 2024;1;2;3,50;=1+1\n2024-12;1;1;1;\n"
    address = send(miner, declared.encode("cp1251"), table="declarations", party=party, name="d.csv")
    assert importing.counts(office, job_of(address)) == {"entered": 2, "refused": 1}
    assert told(office, address)[4].startswith(
        "This month is declared already."
    )  # by the database, and the others stand
    assert ask(
        office, "SELECT amount_sat, energy_wh, costs_kopecks FROM register.declaration WHERE party = %s AND lower(valid) < '2024-11-01' ORDER BY 1", party
    ) == [(1, 1000, 0), (100_000_000, 2000, 350)]  # fmt: skip


def test_an_officer_brings_parties_and_tables_of_any_party(office: Office):
    officer = Person(office, "officer")
    parties = book(
        ("Наименование", "Вид лица", "ИНН", "ОГРН", "Адрес", "С какого дня"),
        ("ООО «Новое»", "Организация", "7707083893", "1027700132195", "Москва", DAY),
        ("ИП Пример", "ИП", "500100732259", "", "", "01.02.2025"),
        ("ООО «Второе»", "company", "7707083893", "", "", DAY),
        ("ООО «Третье»", "company", "7707083894", "1027700132196", "", DAY),
        ("Гражданин", "citizen", "7707083893", "1027700132195", "", DAY),
        ("Клуб", "club", "770708389", "", "", "31.02.2025"),
    )
    address = send(officer, parties, table="parties")
    assert importing.counts(office, job_of(address)) == {"entered": 2, "refused": 4}
    said = told(office, address)
    assert said[4] == "Row 2 says this already."
    assert "7707083894 has a wrong control digit" in said[5]
    assert "1027700132196 has a wrong control digit" in said[5]
    assert "«INN»: '7707083893' is not the number of such a party." in said[6]
    assert "«OGRN»: '1027700132195' is not the number of such a party." in said[6]
    assert "'club' is no kind of party" in said[7]
    assert "'31.02.2025' is not a day" in said[7]
    assert "A party with this INN is entered already" in told(office, send(officer, parties, table="parties"))[2]

    # machines for one of them, who has no site; then what was brought is taken back, but for the party that others rest on
    assert "has no site" in told(office, send(officer, book(MACHINES, machine("NEW1")), party="7707083893"))[2]
    assert "no party with this id or INN" in send(officer, book(MACHINES, machine("NEW1")), party="1", status=422)
    assert "Party" in send(officer, book(MACHINES, machine("NEW1")), status=422)
    [(company,)] = ask(office, "SELECT party FROM register.identity WHERE inn = '7707083893'")
    ask(office, "INSERT INTO desk.account_party VALUES (%s, %s) RETURNING party", hand_of(office, "miner"), company)
    officer.post(f"{address}/take-back", page=address)
    run_pending(office)
    assert ask(
        office, "SELECT inn FROM register.identity WHERE inn IN ('7707083893', '500100732259') AND upper_inf(known)"
    ) == [("7707083893",)]


# Values that cannot be ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "said", "todo"),
    [
        ({"site": "Цех 9"}, "«Site»: the party has no site 'Цех 9'.", f"Its sites are: {SITE}."),
        ({"maker": None}, "«Maker»: nothing is filled in.", "Fill in the cell, or leave out the row."),
        ({"model": "S" * 201}, "«Model»: the text has more than 200 characters.", "Shorten it."),
        ({"serial": "A\u200b1"}, "«Serial number»: there are signs in it that cannot be seen.", "Type the text anew."),
        ({"rate": "200 TH"}, "«Hash rate, TH/s»: '200 TH' is not a number.", "Write digits alone, without a unit: 3500 or 200.5."),
        ({"rate": 0.0001}, "«Hash rate, TH/s»: 0.0001 has more than 3 decimals.", "Round it, where you can say how."),
        ({"rate": "1.0000000000000000000000000000000001"}, "«Hash rate, TH/s»: 1.0000000000000000000000000000000001 has more than 3 decimals.", "Round it, where you can say how."),
        ({"rate": -1}, "«Hash rate, TH/s»: -1 is below zero.", "Write what is true."),
        ({"power": 10**7}, "«Power, W»: 10000000 is more than can be.", "The most is 1,000,000; look at the unit in the header."),
        ({"power": "1,234.5"}, "«Power, W»: '1,234.5' is not a number.", "Write digits alone, without a unit: 3500 or 200.5."),
        ({"power": 3500.5}, "«Power, W»: 3500.5 has more than 0 decimals.", "Round it, where you can say how."),
        ({"since": "2/1/25"}, "«Since»: '2/1/25' is not a day.", "Write it as 01.02.2025 or 2025-02-01."),
        ({"since": "30.02.2025"}, "«Since»: '30.02.2025' is not a day.", "Write it as 01.02.2025 or 2025-02-01."),
        ({"rate": "NaN"}, "«Hash rate, TH/s»: 'NaN' is not a number.", "Write digits alone, without a unit: 3500 or 200.5."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_row_and_column(shared: Office, values: dict[str, object], said: str, todo: str):
    address = send(
        Person(shared, "miner"), book(MACHINES, (), machine("ODD", **values)), party=party_of(shared), dry=True
    )
    [row] = importing.became(shared, job_of(address))
    assert (row["row"], row["state"], row["said"], row["todo"]) == (3, "refused", said, todo)


def test_all_that_is_wrong_in_a_row_is_told_at_once_in_the_language_of_its_hand(shared: Office):
    miner = Person(shared, "miner", "ru")
    address = send(
        miner, book(MACHINES, machine("ODD", maker=None, power="x", since="y")), party=party_of(shared), dry=True
    )
    [row] = importing.became(shared, job_of(address))
    assert [name for name in ("«Производитель»", "«Мощность, Вт»", "«С какого дня»") if name in row["said"]] != []
    Person(shared, "miner", "en")


# Whatever happens to the worker -----------------------------------------------------------------------------------
def many(count: int) -> bytes:
    return book(MACHINES, *(machine(f"NEW{i:05}") for i in range(count)))


def wait_for(met: Any, seconds: float = 60.0) -> None:
    end = monotonic() + seconds
    while not met():
        assert monotonic() < end, "it did not come to that"
        sleep(0.005)


def test_an_import_that_is_stopped_between_chunks_goes_on_where_it_was(office: Office):
    job, stopping = bring(office, many(1600)), Event()
    worker = Thread(target=run_pending, args=(office, stopping))
    worker.start()
    wait_for(lambda: jobs.find(office, job)["done"] >= importing.CHUNK)
    stopping.set()
    worker.join()
    stopped = jobs.find(office, job)
    assert (stopped["state"], stopped["fence"]) == ("waiting", 1)
    assert 0 < stopped["done"] < 1600
    assert importing.counts(office, job) == {"entered": stopped["done"]}
    assert run_pending(office) == 1
    entered_once(office, job, 1600)
    assert jobs.find(office, job)["result"] == {"entered": 1600}


WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from adit.desk import importing, jobs, uploads
from adit.desk.office import Settings, open_office
folder, address, now = sys.argv[1:]
office = open_office(Settings(Path(folder), address, demo=True), clock=lambda: datetime.fromisoformat(now))
print("open", flush=True)
jobs.run_pending(office)
"""


@pytest.mark.slow
@pytest.mark.parametrize("dry", [False, True])
def test_a_worker_that_is_killed_in_the_middle_leaves_every_row_once(office: Office, dry: bool):
    clock = office.clock
    assert isinstance(clock, Clock)
    job = bring(office, many(3000), dry=dry)
    arguments = [
        sys.executable,
        "-c",
        WORKER,
        str(office.settings.folder),
        office.database.address,
        clock.now.isoformat(),
    ]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        wait_for(lambda: jobs.find(office, job)["done"] >= importing.CHUNK)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    left = jobs.find(office, job)
    assert left["state"] == "running"
    assert 0 < left["done"] < 3000
    assert sum(importing.counts(office, job).values()) == left["done"]
    assert run_pending(office) == 0  # whoever held it may still be at it
    clock.pass_(seconds=31)
    assert run_pending(office) == 1
    if dry:
        assert importing.counts(office, job) == {"would be entered": 3000}
        assert ask(office, "SELECT count(*) FROM register.machine WHERE serial LIKE 'NEW%%'") == [(0,)]
    else:
        entered_once(office, job, 3000)


def test_a_worker_that_lost_its_lease_reports_nothing_any_more(office: Office):
    clock, calls = office.clock, list[int]()
    assert isinstance(clock, Clock)

    def work(job: Job, office: Office) -> dict[str, int]:
        calls.append(job.fence)
        if len(calls) == 1:
            clock.pass_(seconds=31)  # it stands still for longer than its lease, and another does the job
            assert run_pending(office) == 1
        with office.reading() as connection:
            jobs.progress(lambda q, p: connection.execute(q, p).fetchall(), job, office, job.fence * 10)
        return {"by": job.fence}

    jobs.KINDS["standing still"] = work
    try:
        id_ = jobs.add(office, hand_of(office, "officer"), "standing still", {}, key="k")
        assert jobs.add(office, hand_of(office, "officer"), "standing still", {}, key="k") == id_
        assert run_pending(office) == 1
    finally:
        del jobs.KINDS["standing still"]
    found = jobs.find(office, id_)
    assert calls == [1, 2]
    assert (found["state"], found["result"], found["done"], found["fence"]) == ("done", {"by": 2}, 20, 2)


def test_a_job_that_goes_wrong_says_so_and_the_next_one_is_done(office: Office):
    def work(job: Job, _: Office) -> dict[str, int]:
        return {"x": 1 // job.arguments["by"]}

    jobs.KINDS["dividing"] = work
    try:
        wrong, good = (
            jobs.add(office, hand_of(office, "officer"), "dividing", {"by": by}, key=str(by)) for by in (0, 1)
        )
        assert run_pending(office) == 2
    finally:
        del jobs.KINDS["dividing"]
    assert jobs.find(office, good)["result"] == {"x": 1}
    assert jobs.find(office, wrong)["state"] == "failed"
    assert re.fullmatch(r"mistake [0-9a-f]{12}", jobs.find(office, wrong)["error"])


def test_a_job_that_ends_every_worker_is_given_up(office: Office):
    job = bring(office, many(1))
    ask(office, "UPDATE desk.job SET fence = %s WHERE id = %s RETURNING id", jobs.TRIES, job)
    run_pending(office)
    assert jobs.find(office, job)["state"] == "failed"
    assert importing.counts(office, job) == {}


def test_a_cancelled_import_stops_and_what_it_entered_can_be_taken_back(office: Office):
    miner = Person(office, "miner")
    job = bring(office, many(2000))
    worker = Thread(target=run_pending, args=(office,))
    worker.start()
    wait_for(lambda: jobs.find(office, job)["done"] >= importing.CHUNK)
    miner.post(f"/imports/{job}/cancel", page=f"/imports/{job}")
    worker.join()
    cancelled = jobs.find(office, job)
    entered = importing.counts(office, job)["entered"]
    assert cancelled["state"] == "cancelled"
    assert 0 < entered < 2000
    miner.post(f"/imports/{job}/take-back", page=f"/imports/{job}")
    run_pending(office)
    assert ask(office, "SELECT count(*) FROM register.machine WHERE serial LIKE 'NEW%%' AND upper_inf(known)") == [(0,)]


def test_the_application_has_a_worker_where_it_is_asked_for(office: Office):
    job = bring(office, many(3))
    with TestClient(create_app(office, work=True), base_url=URL):
        wait_for(lambda: jobs.find(office, job)["state"] == "done")
    entered_once(office, job, 3)


# Rows that the database refuses -----------------------------------------------------------------------------------
def test_a_chunk_is_halved_until_the_rows_that_are_refused_are_found(office: Office):
    party = party_of(office)
    months = [
        f"{2015 + n // 12}-{n % 12 + 1:02}" for n in range(120)
    ]  # 2015 to 2024; the last two are declared already
    lines = "\n".join(f"{m};1;1" for m in months)
    address = send(
        Person(office, "miner"), f"Month;BTC;kWh\n{lines}\n".encode(), table="declarations", party=party, name="d.csv"
    )
    assert importing.counts(office, job_of(address)) == {"entered": 118, "refused": 2}
    assert sorted(told(office, address)) == [120, 121]
    [(first, last, count)] = ask(
        office,
        "SELECT min(entry), max(entry), count(*) FROM desk.import_row WHERE job = %s AND entry IS NOT NULL",
        job_of(address),
    )
    assert last - first + 1 == count  # no place of the log is lost
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []
    before, after = zip(*rebuild(office.database).values(), strict=True)
    assert before == after


def test_a_table_that_comes_twice_is_told_row_by_row(office: Office):
    content = many(600)
    first = bring(office, content, key="one")
    run_pending(office)
    second = bring(office, content, key="two")
    run_pending(office)
    entered_once(office, first, 600)
    assert importing.counts(office, second) == {"refused": 600}
    assert {b["said"] for b in importing.became(office, second)} == {
        "This machine is entered already, since 2025-02-01."
    }


def test_a_machine_of_somebody_else_is_not_told_whose_it_is(office: Office):
    [(serial, maker)] = ask(
        office, "SELECT serial, maker FROM register.machine WHERE owner <> %s LIMIT 1", party_of(office)
    )
    address = send(
        Person(office, "miner"), book(MACHINES, machine(serial.lower(), maker=maker)), party=party_of(office)
    )
    assert told(office, address) == {
        2: "A machine of this maker with this serial number is entered already, by another party."
    }


def test_two_sites_of_one_name_are_to_be_told_apart_by_their_ids(office: Office):
    miner, party = Person(office, "miner"), party_of(office)
    [(site, region)] = ask(office, "SELECT id, region FROM register.site WHERE name = %s", SITE)
    miner.post(
        "/mine/sites/new",
        page="/mine/sites/new",
        party=party,
        name=SITE,
        region=region,
        connection_kw="10",
        since="2025-01-01",
    )
    content = book(
        MACHINES, machine("NEW1"), machine("NEW2", site=site), machine("NEW3", site="площадка  Ангара вычисления")
    )
    assert told(office, send(miner, content, party=party)) == {
        2: f"«Site»: there are several sites '{SITE}'.", 4: "«Site»: there are several sites 'площадка Ангара вычисления'.",
    }  # fmt: skip


# Rehearsing -------------------------------------------------------------------------------------------------------
def test_a_rehearsal_keeps_nothing_and_raises_what_writing_would(office: Office):
    with office.reading() as connection:
        [known] = listed(connection, Machine, limit=1)
        size = journal.size(connection)

    def enter(serial: str) -> Any:
        new = Machine(known.record.owner, known.record.site, known.record.maker, "S21", serial, 1, 1)

        def work(transaction: Transaction) -> dict[str, Any]:
            entry = Books(transaction, "office-000001").state(new_id("machine"), new, since=known.valid_from, new=True)
            [(there,)] = transaction.query("SELECT count(*) FROM register.machine WHERE serial = %s", [serial])
            return {"there": there, "entry": entry.seq}

        return lambda: rehearse(office.database, work, now=office.now(), salt=lambda: bytes(16))

    assert enter("NEW1")() == {"there": 1, "entry": 2**61}
    with pytest.raises(Refused) as refused:
        enter(known.record.serial)()
    assert refused.value.name == "machine_one_owner_a_serial"
    with office.reading() as connection:
        assert journal.size(connection) == size
    assert ask(office, "SELECT count(*) FROM register.machine WHERE serial = 'NEW1'") == [(0,)]


def test_a_part_that_is_refused_leaves_the_rest_of_a_transaction(office: Office):
    with office.reading() as connection:
        [known] = listed(connection, Machine, limit=1)

    def work(transaction: Transaction) -> dict[str, Any]:
        books, entries = Books(transaction, "office-000001"), list[int]()
        for serial in ("NEW1", known.record.serial, "NEW2"):
            new = Machine(known.record.owner, known.record.site, known.record.maker, "S21", serial, 1, 1)
            try:
                with transaction.part():
                    entries.append(books.state(new_id("machine"), new, since=known.valid_from, new=True).seq)
            except Refused:
                entries.pop()
        return {"entries": entries}

    written = office.write(work, key="parts of a whole")
    assert written.count == 2
    assert written.answer["entries"] == [written.first_seq, (written.first_seq or 0) + 1]
    with office.reading() as connection:
        assert journal.verify(connection)[2] == []


# Doors ------------------------------------------------------------------------------------------------------------
def test_a_job_of_somebody_else_is_not_shown_but_to_officers(shared: Office):
    miner, other, officer = (Person(shared, login) for login in ("miner", "household", "officer"))
    address = send(miner, book(MACHINES, machine("NEW1", site="?")), party=party_of(shared))
    for path in (address, f"{address}/report.csv", f"{address}/report.xlsx"):
        other.get(path, status=404)
        assert officer.client.get(path).status_code == 200
    assert address not in other.get("/imports")
    assert address not in officer.get("/imports")
    assert address in officer.get("/imports?everybody=yes")
    assert address not in other.get("/imports?everybody=yes")
    officer.post(f"{address}/take-back", page="/imports", status=404)
    other.get("/imports/job-000000000000", status=404)


def test_nobody_brings_what_is_not_theirs(shared: Office):
    miner, other = Person(shared, "miner"), Person(shared, "household")
    send(other, book(MACHINES, machine("NEW1")), party=party_of(shared), status=403)
    send(miner, book(MACHINES, machine("NEW1")), table="parties", party=party_of(shared), status=403)
    miner.get("/imports/templates/parties.xlsx", status=403)
    miner.get("/imports/templates/machines.exe", status=404)
    miner.get("/imports/templates/nothing.csv", status=404)


def test_a_job_of_a_hand_that_acts_for_the_party_no_more_is_not_done(office: Office):
    job, hand = bring(office, many(3)), hand_of(office, "miner")
    ask(office, "DELETE FROM desk.account_party WHERE hand = %s RETURNING party", hand)
    run_pending(office)
    found = jobs.find(office, job)
    assert found["state"] == "failed"
    assert "You do not act for this party." in found["error"]
    assert importing.counts(office, job) == {}
    with pytest.raises(Refused):
        importing.take_back(office, hand, bring(office, many(3), dry=True, key="dry"), key="k")


def test_a_form_that_comes_twice_is_one_job(office: Office):
    miner, party, content = Person(office, "miner"), party_of(office), book(MACHINES, machine("NEW1"))
    page = miner.get("/imports")
    data = {"csrf": field(page, "csrf"), "key": field(page, "key"), "table": "machines", "party": party}
    first, second = (miner.client.post("/imports", data=data, files={"file": ("t.xlsx", content)}) for _ in range(2))
    assert first.url == second.url
    assert run_pending(office) == 1
    entered_once(office, job_of(first.url.path), 1)


# Files ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.7\n", "table.xlsx", "This is a PDF and no table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table.xls", "This is an old Excel file"),
        (b"", "table.xlsx", "The file is empty."),
        (book(MACHINES), "table.xlsx", "a header and no rows"),
        (book(MACHINES[:5], ("a", "b")), "table.xlsx", "These columns are missing: «Power, W», «Since»."),
    ],
)
def test_a_file_that_is_no_table_leaves_nothing(shared: Office, content: bytes, name: str, said: str):
    before = held(shared)
    page = send(Person(shared, "miner"), content, party=party_of(shared), name=name, status=422)
    assert said in page
    assert held(shared) == before


def held(office: Office) -> set[str]:
    folder = importing.uploads(office)
    return {p.name for p in folder.iterdir()} if folder.is_dir() else set()


def test_a_file_that_is_too_large_is_turned_away_before_it_is_read(office: Office):
    miner, before = Person(office, "miner"), held(office)
    page = miner.get("/imports")
    data = {"csrf": field(page, "csrf"), "key": field(page, "key"), "table": "machines", "party": party_of(office)}
    answer = miner.client.post(
        "/imports", data=data, files={"file": ("t.csv", b"x" * (office.settings.upload_bytes_max + 200_000))}
    )
    assert answer.status_code == 413
    assert "A file may have 50 MB." in answer.text
    assert held(office) == before
    endless = miner.client.post(
        "/imports", content=iter([b"x"]), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert endless.status_code == 400
    assert "No file was chosen" in miner.client.post("/imports", data=data).text


def test_a_file_is_kept_under_its_hash_and_what_was_changed_is_not_read(office: Office):
    job = bring(office, many(3))
    [digest] = held(office)
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    (importing.uploads(office) / digest).write_bytes(many(4))
    run_pending(office)
    assert "The file is no longer there, or was changed." in jobs.find(office, job)["error"]
    (importing.uploads(office) / digest).unlink()
    with pytest.raises(NotFound), importing.stored(office, jobs.find(office, job)["arguments"], Words("en")):
        pass
    assert "It was not done" in Person(office, "miner").get(f"/imports/{job}")


def test_a_table_that_breaks_off_in_its_middle_enters_nothing(office: Office):
    lines = "".join(f"{SITE};Bitmain;S21;NEW{i};1;1;01.02.2025 0:00:00\n" for i in range(700))
    job = bring(office, f'Site;Maker;Model;Serial number;Hash rate;Power;Since\n{lines}"'.encode())
    run_pending(office)
    assert "Row 702 cannot be read" in jobs.find(office, job)["error"]
    assert importing.counts(office, job) == {}


# Reports ----------------------------------------------------------------------------------------------------------
def test_a_report_holds_every_row_with_what_stood_in_it_and_no_formula(shared: Office):
    miner = Person(shared, "miner")
    evil = '=HYPERLINK("http://x")'
    content = f"Site;Maker;Model;Serial number;Hash rate;Power;Since\n{SITE};Bitmain;@SUM(1);-1+1;1;1;2025-01-01\n\n?;+1;{'x'};\t;1;1;2025-01-01\n"
    address = send(
        miner,
        content.replace("x", '"=HYPERLINK(""http://x"")"').encode(),
        party=party_of(shared),
        dry=True,
        name="=1+1.csv",
    )
    text = miner.client.get(f"{address}/report.csv").content.decode("utf-8-sig")
    header, good, bad = csv.reader(StringIO(text))
    assert header[:6] == ["Row", "What became of it", "Entry", "Id", "What is wrong", "What to do"]
    assert header[6:] == list(MACHINES)
    assert good == [
        "2",
        "would be entered",
        "",
        "",
        "",
        "",
        SITE,
        "Bitmain",
        "'@SUM(1)",
        "'-1+1",
        "1",
        "1",
        "2025-01-01",
    ]
    assert bad[:2] == ["4", "refused"]
    assert bad[7:9] == ["'+1", f"'{evil}"]
    workbook = miner.client.get(f"{address}/report.xlsx").content
    rows_of_sheet = list(sheet(BytesIO(workbook)))
    assert [cells[1] for _, cells, _ in rows_of_sheet] == ["What became of it", "would be entered", "refused"]
    assert rows_of_sheet[2][1][8] == f"'{evil}"


def test_a_long_report_is_paged_with_what_is_wrong_first(shared: Office):
    miner = Person(shared, "miner")
    lines = [machine(f"PAGED{i}") for i in range(150)]
    address = send(
        miner, book(MACHINES, *lines, machine("PAGED3"), machine("PAGED4")), party=party_of(shared), dry=True
    )
    first = miner.get(address)
    assert (
        first.index("Row 5 says this already")
        < first.index("Row 6 says this already")
        < first.index("would be entered</span></span>")
    )
    assert first.count("<tr data-row>") == 100
    assert miner.get(links(first, f"{address}?after=")[0]).count("<tr data-row>") == 52


def test_a_page_asks_for_how_far_it_is_while_it_is_running(office: Office):
    miner, job = Person(office, "miner"), bring(office, many(2), dry=True)
    page = miner.get(f"/imports/{job}")
    assert f'hx-get="/imports/{job}?part=yes"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "HX-Refresh" not in miner.client.get(f"/imports/{job}?part=yes").headers
    run_pending(office)
    part = miner.client.get(f"/imports/{job}?part=yes")
    assert part.headers["HX-Refresh"] == "true"
    assert "<html" not in part.text
    assert "hx-get" not in miner.get(f"/imports/{job}")


def test_the_worker_renews_its_lease_with_each_step(office: Office):
    clock, seen = office.clock, list[timedelta]()
    assert isinstance(clock, Clock)

    def work(job: Job, office: Office) -> dict[str, int]:
        for step in range(3):
            clock.pass_(seconds=20)
            with office.reading() as connection:
                jobs.progress(lambda q, p: connection.execute(q, p).fetchall(), job, office, step, 3)
            seen.append(jobs.find(office, job.id)["lease_until"] - clock.now)
            assert run_pending(office) == 0
        return {}

    jobs.KINDS["slow"] = work
    try:
        id_ = jobs.add(office, hand_of(office, "officer"), "slow", {}, key="k")
        run_pending(office)
    finally:
        del jobs.KINDS["slow"]
    assert seen == [jobs.LEASE] * 3
    assert (jobs.find(office, id_)["state"], jobs.find(office, id_)["total"]) == ("done", 3)
