"""The register and the monthly reports as lists: filtered, paged, exported, reminded of; and the filters that somebody saves."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import count
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.desk.at_work import Person, links, office_at_work

from adit.desk import exports
from adit.desk.exports import csv_of, safe, taken, xlsx_of
from adit.desk.finding import find
from adit.desk.listing import KINDS, Wanted, every_member, members, one_moment
from adit.desk.office import Office, new_id
from adit.desk.reminding import remind
from adit.journal import store as journal
from adit.register.records import Identity, Letter, Machine, Membership, Party, Site
from adit.register.store import Books, get, listed, rebuild
from adit.register.store import count as counted
from adit.terms.days import months_between

TODAY = date(2025, 4, 1)
[FEBRUARY] = months_between("2025-02")
_keys = count()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def officer(office: Office) -> Person:
    return Person(office, "officer")


@pytest.fixture(scope="module")
def analyst(office: Office) -> Person:
    return Person(office, "analyst")


@pytest.fixture(scope="module")
def crowded() -> Iterator[Office]:
    """An office with 250 miners more, of several kinds, in three regions."""
    with office_at_work() as opened:
        _crowd(opened, 250)
        yield opened


def _enter(office: Office, work: Any) -> None:
    def done(transaction: Any) -> dict[str, str]:
        work(Books(transaction, "office-000001"))
        return {}

    office.write(done, key=f"test {next(_keys)}")


def _crowd(office: Office, many: int) -> None:
    def work(books: Books) -> None:
        for n in range(many):
            party, site, since = new_id("party"), new_id("site"), date(2025, 1, 1 + n % 28)
            books.state(party, Party(KINDS[n % 5]), since=since, new=True)
            books.state(
                new_id("identity"), Identity(party, f"Майнер {many - n:04} «100%_»", f"00{n:08}"), since=since, new=True
            )
            books.state(
                new_id("membership"),
                Membership(party, "operators" if n % 10 == 9 else "miners", f"X-{n:05}"),
                since=since,
                new=True,
            )
            region = ("RU-IRK", "RU-KYA", "RU-TVE")[n % 3]
            books.state(
                site, Site(party, None, f"Площадка {n}", region, "bratsk" if n % 6 == 0 else ""), since=since, new=True
            )
            books.state(
                new_id("machine"),
                Machine(party, site, "Bitmain", "S21", f"X{n}", 200_000, 3_500),
                since=since,
                new=True,
            )

    _enter(office, work)


def _rows(text: str) -> list[str]:
    return re.findall(r"<tr data-row>.*?</tr>", text, re.DOTALL)


def _shown(text: str) -> list[str]:
    """The parties of a page, in their order."""
    return [re.findall(r"/parties/(party-\w+)", row)[0] for row in _rows(text)]


def _all_pages(person: Person, path: str) -> list[str]:
    """The parties of all pages of a list, as somebody finds them who goes on to its end."""
    found: list[str] = []
    while path:
        text = person.get(path)
        found += _shown(text)
        further = (
            re.search(r'class="button" href="([^"]+)"', text[text.rfind('class="more"') :])
            if 'class="more"' in text
            else None
        )
        path = further[1].replace("&amp;", "&") if further else ""
    return found


def _members(office: Office, *, on: date = TODAY, known: int | None = None) -> list[Membership]:
    with office.reading() as connection:
        return [m.record for m in listed(connection, Membership, on=on, known=known, order="number")]


def _csv(person: Person, path: str) -> list[list[str]]:
    response = person.client.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith('attachment; filename="')
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def _table(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of an export, below its head."""
    at = rows.index([])
    return rows[at + 1], rows[at + 2 :]


# The register -----------------------------------------------------------------------------------------------------
def test_the_list_is_who_stands_in_the_register(office: Office, officer: Person):
    assert _shown(officer.get("/members")) == [m.party for m in _members(office)]
    assert _shown(officer.get("/members?on=2024-11-15")) == [m.party for m in _members(office, on=date(2024, 11, 15))]


def test_it_can_be_asked_what_was_known_when_the_log_was_shorter(office: Office, officer: Person):
    with office.reading() as connection:
        size = journal.size(connection)
        entries = [m.entry for m in listed(connection, Membership, order="entry")]
    for known in (1, entries[0], entries[0] + 1, entries[3], size):
        assert _shown(officer.get(f"/members?known={known}")) == [m.party for m in _members(office, known=known)], known


def test_every_miner_is_on_one_page_and_one_only(crowded: Office):
    person = Person(crowded, "officer")
    everybody = [m.party for m in _members(crowded)]
    assert len(everybody) > 200
    for sort in ("number", "name", "entered"):
        for down in ("", "&down=yes"):
            found = _all_pages(person, f"/members?sort={sort}{down}")
            assert len(found) == len(everybody), sort
            assert sorted(found) == sorted(everybody), sort
    assert _all_pages(person, "/members?sort=number") == everybody
    with crowded.reading() as connection:
        named = {i.record.party: i.record.name for i in listed(connection, Identity)}
    assert [named[p] for p in _all_pages(person, "/members?sort=name")] == sorted(named[p] for p in everybody)


def test_each_filter_leaves_those_that_python_leaves(crowded: Office):
    person = Person(crowded, "officer")
    with crowded.reading() as connection:
        stand = listed(connection, Membership, on=TODAY)
        kind = {p.id: p.record.kind for p in listed(connection, Party, on=TODAY)}
        where: dict[str, set[str]] = {}
        town: dict[str, set[tuple[str, str]]] = {}
        site = {s.id: s.record for s in listed(connection, Site, on=TODAY)}
        for s in site.values():
            for party in filter(None, (s.owner, s.operator)):
                where.setdefault(party, set()).add(s.region)
                town.setdefault(party, set()).add((s.region, s.municipality))
        for m in listed(connection, Machine, on=TODAY, limit=10_000):
            where.setdefault(m.record.owner, set()).add(site[m.record.site].region)
            town.setdefault(m.record.owner, set()).add((site[m.record.site].region, site[m.record.site].municipality))
    for asked, test in (
        ("register=operators", lambda m: m.record.register == "operators"),
        ("kind=citizen", lambda m: kind[m.record.party] == "citizen"),
        ("region=RU-IRK", lambda m: "RU-IRK" in where.get(m.record.party, ())),
        ("region=Tver Oblast", lambda m: "RU-TVE" in where.get(m.record.party, ())),
        ("region=RU-IRK&municipality=bratsk", lambda m: ("RU-IRK", "bratsk") in town.get(m.record.party, ())),
        ("from=2025-01-10&to=2025-01-12", lambda m: date(2025, 1, 10) <= m.valid_from <= date(2025, 1, 12)),
        ("to=2024-11-20", lambda m: m.valid_from <= date(2024, 11, 20)),
        ("kind=company&region=RU-KYA&register=miners", lambda m: kind[m.record.party] == "company" and "RU-KYA" in where.get(m.record.party, ())
            and m.record.register == "miners"),
    ):  # fmt: skip
        expected = {m.record.party for m in stand if test(m)}
        assert expected, asked
        assert set(_all_pages(person, f"/members?{asked}")) == expected, asked
        text = person.get(f"/members?{asked}")
        assert sum(int(n.replace(",", "")) for n in re.findall(r"<strong>([\d,]+)</strong>", text)) == len(expected), (
            asked
        )


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("Ангара", {"ООО «Ангара Вычисления»", "ООО «Ангара Хостинг»"}),
        ("angara vych", {"ООО «Ангара Вычисления»"}),
        ("M-2024-000003", {"АО «Карелия ЦОД»"}),
        ("%", set()),
        ("_", set()),
        ("'", set()),
        ("' OR '1'='1", set()),
        ("\\", set()),
        ("100%_", set()),
    ],
)
def test_words_find_by_their_beginnings_and_signs_are_no_words(officer: Person, q: str, found: set[str]):
    text = officer.get(f"/members?q={quote_plus(q)}")
    assert {re.findall(r">([^<]+)</a>", row)[0] for row in _rows(text)} == found


def test_an_analyst_sees_numbers_and_finds_nobody_by_name(office: Office, analyst: Person):
    text = analyst.get("/members")
    with office.reading() as connection:
        names = [i.record.name for i in listed(connection, Identity)]
        inns = [i.record.inn for i in listed(connection, Identity)]
    assert len(_rows(text)) == len(_members(office))
    exported = _csv(analyst, "/members?format=csv")
    for secret in (*names, *inns):
        assert secret not in text.replace("&#34;", '"')
        assert all(secret not in cell for row in exported for cell in row)
    assert _shown(analyst.get("/members?q=Карелия ЦОД&sort=name")) == _shown(analyst.get("/members?q=Карелия"))
    identity = analyst.get(f"/members?q={inns[0]}")
    assert _rows(identity) == []
    assert _shown(analyst.get("/members?sort=name")) == _shown(analyst.get("/members?sort=number"))


@pytest.mark.parametrize(
    "asked",
    [
        "from=2025-05-01&to=2025-01-01", "from=2025-02-30", "on=yesterday", "region=Atlantis", "municipality=bratsk", "region=RU-IRK&municipality=Paris",
        "register=pools", "kind=robot", "sort=inn", "known=0", "known=-1", "known=99999999", "known=1e3", "known=١", "after=membership-00000000",
        "after=1' OR 1=1", "after=party-00000000", "format=pdf", f"q={'x' * 300}", "q=%00", "region=%27",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_of_the_register_is_told(officer: Person, asked: str):
    assert "What to do" in officer.get(f"/members?{asked}", status=422)


def test_a_page_that_was_there_before_somebody_left_the_list_is_told_to_be_gone(crowded: Office):
    person = Person(crowded, "officer")
    [first, *_] = [m for m in _members(crowded) if m.register == "operators"]
    with crowded.reading() as connection:
        [membership] = listed(connection, Membership, "party = %s", [first.party])
    assert person.get(f"/members?register=operators&after={membership.id}")
    assert "Begin the list anew" in person.get(f"/members?register=miners&after={membership.id}", status=422)


# Exports ----------------------------------------------------------------------------------------------------------
def test_an_export_holds_what_is_filtered_and_says_what_that_is(crowded: Office):
    person = Person(crowded, "officer")
    with crowded.reading() as connection:
        size = journal.size(connection)
    rows = _csv(person, "/members?format=csv&region=RU-IRK&sort=number")
    head = {r[0]: r[1] for r in rows[1 : rows.index([])]}
    assert rows[0][0] == "Mining register office"
    assert head["State on the day"] == "2025-04-01"
    assert head["As known at entry"] == str(size)
    assert "RU-IRK" in head["Filter"]
    assert head["Regime"] == f"{crowded.regime.id} {crowded.regime.digest}"
    header, body = _table(rows)
    at = header.index("Party")
    assert [r[at] for r in body] == _all_pages(person, "/members?region=RU-IRK&sort=number")
    assert sum(int(r[header.index("Machines")]) for r in body) > 0


def test_an_export_for_excel_holds_the_same(crowded: Office):
    person = Person(crowded, "officer")
    response = person.client.get("/members?format=xlsx&kind=citizen")
    assert response.headers["content-disposition"] == 'attachment; filename="members-2025-04-01.xlsx"'
    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    _, body = _table(_csv(person, "/members?format=csv&kind=citizen"))
    assert [r[0] for r in sheet[-len(body) :]] == [r[0] for r in body]
    assert sheet[2][:2] == ["State on the day", TODAY]
    assert [Decimal(str(r[-2])) for r in sheet[-len(body) :]] == [Decimal(r[-2]) for r in body]


def test_an_export_is_written_and_read_without_a_connection(crowded: Office):
    with one_moment(crowded) as (connection, _):
        rows = taken([(m.number, m.machines) for m in every_member(connection, Wanted(on=TODAY))])
    free = crowded._pool.get_stats()
    assert free["pool_available"] == free["pool_size"]
    assert len(list(rows)) == len(_members(crowded))
    assert list(rows) == [], "they are given back once"


def test_names_that_begin_a_formula_are_cells_of_text(office: Office, officer: Person):
    wild = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]  # fmt: skip

    def work(books: Books) -> None:
        for n, name in enumerate(wild):
            party = new_id("party")
            books.state(party, Party("company"), since=TODAY, new=True)
            books.state(new_id("identity"), Identity(party, name), since=TODAY, new=True)
            books.state(new_id("membership"), Membership(party, "miners", f"=W{n}"), since=TODAY, new=True)

    _enter(office, work)
    header, body = _table(_csv(officer, "/members?format=csv&from=2025-04-01"))
    assert sorted(r[header.index("Name")] for r in body) == sorted(f"'{w}" for w in wild)
    assert {r[0] for r in body} == {f"'=W{n}" for n in range(len(wild))}
    response = officer.client.get("/members?format=xlsx&from=2025-04-01")
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    assert sorted(str(r[3]) for r in book.get_sheet_by_index(0).to_python()[-len(wild) :]) == sorted(
        f"'{w}" for w in wild
    )
    assert b"<f>" not in b"".join(xlsx_of([wild]))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3), max_size=5))
def test_no_cell_of_any_text_is_a_formula_and_none_is_lost(rows: list[list[str]]):
    text = b"".join(csv_of(rows)).decode("utf-8-sig")
    read = list(csv.reader(StringIO(text, newline="")))
    assert [[safe(cell) for cell in row] for row in rows] == [r or [""] for r in read]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)


def test_numbers_are_exact_in_both_forms():
    rows: list[list[exports.Cell]] = [["n", -5, Decimal("0.10000000"), 2**70, date(2025, 1, 2), None], []]
    assert b"".join(csv_of(rows)).decode("utf-8-sig") == f"n,-5,0.10000000,{2**70},2025-01-02,\r\n\r\n"
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(xlsx_of(rows)))).get_sheet_by_index(0).to_python()
    assert sheet[0][:5] == ["n", -5.0, 0.1, str(2**70), date(2025, 1, 2)]


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "SHEET_ROWS", 3)
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(xlsx_of([[n] for n in range(8)]))))
    found = [row[0] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert found == list(range(8))
    assert CalamineWorkbook.from_filelike(BytesIO(b"".join(xlsx_of([])))).get_sheet_by_index(0).to_python() == []


# Saved filters ----------------------------------------------------------------------------------------------------
def test_a_filter_is_saved_leads_back_and_is_deleted(office: Office):
    person = Person(office, "second")
    person.post("/filters", page="/members", list="/members", name="Иркутск & Ко", query="region=RU-IRK&evil=1&after=x")
    text = person.get("/members?region=RU-IRK")
    [chip] = re.findall(r'<a href="([^"]*)"[^>]*aria-current="page">Иркутск', text)
    assert chip == "/members?region=RU-IRK"
    person.post("/filters", page="/members", list="/members", name="Иркутск & Ко", query="region=RU-KYA")
    assert links(person.get("/members"), "/members?region=") == ["/members?region=RU-KYA"]
    other = Person(office, "third")
    assert "Иркутск" not in other.get("/members")
    other.post("/filters/delete", page="/members", list="/members", name="Иркутск & Ко")
    assert "Иркутск" in person.get("/members")
    person.post("/filters/delete", page="/members", list="/members", name="Иркутск & Ко")
    assert "Иркутск" not in person.get("/members")


@pytest.mark.parametrize("path", ["/members", "/reports", "/figures", "/decisions"])
def test_each_list_keeps_filters_of_its_own(officer: Person, path: str):
    officer.post("/filters", page=path, list=path, name=f"of {path}", query="")
    for other in ("/members", "/reports", "/figures", "/decisions"):
        assert (f"of {path}" in officer.get(other)) == (other == path)


@pytest.mark.parametrize(
    ("where", "name"), [("/members", "x" * 10_000), ("/members", ""), ("/members", "a\nb"), ("/admin", "x"), ("https://elsewhere.example", "x"), ("", "x")]
)  # fmt: skip
def test_what_is_no_filter_is_not_saved(officer: Person, where: str, name: str):
    officer.post("/filters", page="/members", list=where, name=name, query="region=RU-IRK", status=422)


def test_nobody_saves_filters_without_end(office: Office):
    person = Person(office, "fourth")
    for n in range(50):
        person.post("/filters", page="/members", list="/members", name=f"n{n}", query="kind=company")
    told = person.post("/filters", page="/members", list="/members", name="one more", query="", status=422)
    assert "Delete one" in told
    person.post("/filters", page="/members", list="/members", name="n7", query="kind=citizen")


# Reports ----------------------------------------------------------------------------------------------------------
def _states(text: str) -> list[str]:
    return [re.findall(r'<span class="badge \w+">([^<]+)</span>', row)[0] for row in _rows(text)]


def test_the_reports_of_a_month_are_counted_and_listed_by_their_state(officer: Person):
    text = officer.get("/reports?month=2025-02")
    counts = {state: int(n) for n, state in re.findall(r"<strong>(\d+)</strong><span>([^<]+)</span>", text)}
    assert counts == Counter(_states(text))
    assert {"missing", "late", "on time"} <= counts.keys()
    for state, n in counts.items():
        assert _states(officer.get(f"/reports?month=2025-02&state={state}")) == [state] * n
    for asked in ("region=RU-IRK", "kind=entrepreneur"):
        some = officer.get(f"/reports?month=2025-02&{asked}")
        assert set(_shown(some)) < set(_shown(text))
        assert {
            s: int(n) for n, s in re.findall(r"<strong>(\d+)</strong><span>([^<]+)</span>", some) if n != "0"
        } == Counter(_states(some))


def test_all_pages_of_the_reports_hold_everybody_once(crowded: Office):
    person = Person(crowded, "officer")
    found = _all_pages(person, "/reports?month=2025-02")
    header, body = _table(_csv(person, "/reports?month=2025-02&format=csv"))
    assert [r[header.index("Party")] for r in body] == found
    assert len(set(found)) == len(found) > 250
    states = [r[header.index("State")] for r in body]
    assert states == sorted(states, key=["missing", "late", "on time", "law silent"].index)
    with crowded.reading() as connection:
        for row in body:
            declared = connection.execute(
                "SELECT amount_sat, energy_wh FROM register.declaration WHERE party = %s AND lower(valid) = '2025-02-01' AND upper_inf(known)",
                [row[header.index("Party")]],
            ).fetchall()
            coins, energy = row[header.index("Coins, BTC")], row[header.index("Electricity, kWh")]
            assert [(int(Decimal(coins) * 10**8), int(Decimal(energy) * 1000))] == declared if coins else declared == []


@pytest.mark.parametrize(
    "asked",
    ["month=2025-13", "month=2025", "month=2025-05", "month=never", "state=sleeping", "region=XX", "kind=x", "after=1", "after=9.party-00000000",
     "after=x.party-1", "after=0.x", "after=%00", "format=exe"],
)  # fmt: skip
def test_what_cannot_be_asked_of_the_reports_is_told(officer: Person, asked: str):
    assert "What to do" in officer.get(f"/reports?{asked}", status=422)


def test_a_reminder_goes_to_each_once_however_often_it_is_sent(office: Office, officer: Person):
    missing = _shown(officer.get("/reports?month=2025-02&state=missing"))
    assert f"Send {len(missing)} reminders" in officer.get("/reports?month=2025-02")
    before = _letters(office)
    officer.post("/reports/remind", page="/reports?month=2025-02", month="2025-02")
    officer.post("/reports/remind", page="/reports?month=2025-02", month="2025-02")
    assert remind(office, FEBRUARY, "office-000001") == 0
    text = officer.get("/reports?month=2025-02")
    assert "Send" not in text[text.index("<main") :]
    made = [x for x in _letters(office) if x not in before]
    assert sorted(x.party for x in made) == sorted(missing)
    assert len(re.findall(r'<a href="/entries/\d+">2025-04-01</a>', text)) == len(missing)
    assert remind(office, months_between("2025-03")[0], "office-000001") == 0, "nothing of March is due soon yet"


def _letters(office: Office) -> list[Letter]:
    with office.reading() as connection:
        return [x.record for x in listed(connection, Letter, "paper = 'reminder'")]


def test_a_reminder_is_a_paper_that_can_be_read(office: Office, officer: Person):
    remind(office, FEBRUARY, "office-000001")
    with office.reading() as connection:
        letters = listed(connection, Letter, "paper = 'reminder'")
    for letter in letters:
        assert officer.client.get(f"/letters/{letter.id}.pdf").content.startswith(b"%PDF")
    said = [str(x.record.content) for x in letters]
    assert all("20.03.2025" in s and "февраль 2025" in s for s in said)


def test_many_reminders_go_in_chunks_and_what_was_cut_off_goes_on(crowded: Office):
    assert remind(crowded, FEBRUARY, "office-000001", most=30) == 30
    with crowded.reading() as connection:
        missing = {r.party for r in (x.record for x in listed(connection, Letter, "paper = 'reminder'", limit=10_000))}
    assert len(missing) == 30
    rest = remind(crowded, FEBRUARY, "office-000001")
    assert remind(crowded, FEBRUARY, "office-000001") == 0
    with crowded.reading() as connection:
        letters = [x.record.party for x in listed(connection, Letter, "paper = 'reminder'", limit=10_000)]
        assert counted(connection, Letter, "paper = 'reminder'") == 30 + rest
    person = Person(crowded, "officer")
    assert sorted(letters) == sorted(_all_pages(person, "/reports?month=2025-02&state=missing"))


def test_an_erased_letter_is_not_written_anew(office: Office):
    remind(office, FEBRUARY, "office-000001")
    with office.reading() as connection:
        [letter, *_] = listed(connection, Letter, "paper = 'reminder'")
    _enter(office, lambda b: b.erase([letter.entry], why="Asked for by law."))
    with office.reading() as connection:
        assert get(connection, Letter, letter.id) is None
    assert remind(office, FEBRUARY, "office-000001") == 0


# Finding, and the whole -------------------------------------------------------------------------------------------
def test_what_is_looked_for_is_found_through_slips_of_the_pen(crowded: Office):
    with crowded.reading() as connection:
        for q, wanted in (
            ("Ангара Вычисления", "Ангара Вычисления"), ("ангора вычесления", "Ангара Вычисления"), ("angara vychisleniya", "Ангара Вычисления"),
            ("Карлия ЦОД", "Карелия ЦОД"), ("M-2024-000003", "M-2024-000003"), ("Майнер 0123", "Майнер 0123"), ("мaйнeр 0123", "Майнер 0123"),
        ):  # fmt: skip
            found = find(connection, q, names=True)
            assert found, q
            assert wanted in found[0][3], q
        assert find(connection, "Млечный путь", names=True) == []
        assert find(connection, "% _ '", names=True) == []
        hidden = find(connection, "Карелия ЦОД", names=False)
        assert {f[1].partition("-")[0] for f in hidden} == {"site"}


def test_a_register_filled_for_measuring_is_one_whose_journal_verifies():
    from benchmarks.full_register import fill

    with office_at_work(demo=False) as office:
        entries = fill(office.database, 40, progress=lambda _: None)
        with office.reading() as connection:
            size, _, faults = journal.verify(connection)
        assert (size, faults) == (entries, [])
        assert {table for table, (held, made) in rebuild(office.database).items() if held != made} == set()
        with one_moment(office) as (connection, _):
            everybody = list(every_member(connection, Wanted(on=date(2025, 4, 1), names=True)))
            assert len(everybody) == 40
            assert everybody == members(connection, Wanted(on=date(2025, 4, 1), names=True))
            assert {m.machines for m in everybody} == {3}
