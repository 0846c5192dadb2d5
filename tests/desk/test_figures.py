"""The figures: each is what comes out when it is added up in Python, small groups stay unseen, and nothing pretends to be whole."""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.desk.at_work import Person, office_at_work

from adit.decision.entering import enter_decision
from adit.decision.monthly import decide_month, month_known
from adit.desk.office import Office, new_id
from adit.desk.totals import LEAST, TAXES, kept_back
from adit.journal import store as journal
from adit.register.procedures import declarations
from adit.register.records import DecisionMade, Declaration, Machine, Membership, Meter, Party, Reading, Site
from adit.register.store import Books, listed
from adit.terms.days import months_between
from adit.terms.places import regions

TODAY = date(2025, 4, 1)
MONTHS = months_between("2024-11..2025-03")
SPAN = "from=2024-11&to=2025-03"
ON = date(2025, 3, 31)
_keys = count()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        _more(opened)
        yield opened


@pytest.fixture(scope="module")
def officer(office: Office) -> Person:
    return Person(office, "officer")


@pytest.fixture(scope="module")
def analyst(office: Office) -> Person:
    return Person(office, "analyst")


def _enter(office: Office, work: Any) -> None:
    def done(transaction: Any) -> dict[str, str]:
        work(Books(transaction, "office-000001"))
        return {}

    office.write(done, key=f"test {next(_keys)}")


def _more(office: Office) -> None:
    """What the demonstration has none of: a party in two regions, machines at a site of another, a correction after a decision, decisions anew."""
    with office.reading() as connection:
        [a, b, *_] = [
            m.record.party for m in listed(connection, Membership, "register = 'miners'", on=TODAY, order="number")
        ]
        [theirs, *_] = listed(connection, Site, "owner = %s", [a], on=TODAY)
        known = journal.size(connection)
        [february] = months_between("2025-02")
        decided = {
            (p, m): decide_month(office.regime, month_known(connection, p, m, known=known), real=False)
            for p in (a, b) for m in months_between("2025-01..2025-03")
        }  # fmt: skip
    here = new_id("site")
    _enter(office, lambda x: x.state(here, Site(a, None, "Второй", "RU-KR"), since=date(2025, 1, 10), new=True))
    _enter(
        office,
        lambda x: x.state(
            new_id("machine"),
            Machine(b, theirs.id, "Bitmain", "L7", "SN-L7", 9, 3_425, "scrypt"),
            since=TODAY - timedelta(days=40),
            new=True,
        ),
    )
    for (party, month), decision in decided.items():
        del month
        _enter(
            office,
            lambda x, p=party, d=decision: enter_decision(x, new_id("decision"), d, party=p, known=known, on=TODAY),
        )
    made = Declaration(b, "BTC", 77_000_000, 200_000_000, 100_000)
    _enter(office, lambda x: declarations.correct(x, made, february, on=TODAY, why="A meter was left out."))
    meter = new_id("meter")
    _enter(office, lambda x: x.state(meter, Meter(here, "M-whole", "site"), since=date(2025, 1, 10), new=True))
    _enter(
        office,
        lambda x: x.state(new_id("reading"), Reading(meter, 10**9), since=february.start, until=february.end, new=True),
    )


def _table(person: Person, key: str, more: str = "") -> list[dict[str, str]]:
    """A table of the figures, row by row, with the values as its file has them."""
    response = person.client.get(f"/figures?{SPAN}&table={key}&format=csv{more}")
    assert response.status_code == 200, response.text
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    at = rows.index([])
    end = rows.index([], at + 1)
    return [dict(zip(rows[at + 1], r, strict=True)) for r in rows[at + 2 : end]]


def _places(office: Office, on: date) -> dict[str, set[str]]:
    """The regions of each party: of its sites, of those it runs, of those where its machines stand."""
    found: dict[str, set[str]] = defaultdict(set)
    with office.reading() as connection:
        sites = {s.id: s.record for s in listed(connection, Site, on=on)}
        for s in sites.values():
            for party in filter(None, (s.owner, s.operator)):
                found[party].add(s.region)
        for m in listed(connection, Machine, on=on, limit=10_000):
            found[m.record.owner].add(sites[m.record.site].region)
    return found


NAMES = {r.name_en: iso for iso, r in regions().items()} | {
    "several regions": "several", "no place known": "nowhere", "All": "", "All, each once": "", "All months": "",
}  # fmt: skip


def test_miners_and_machines_are_those_that_are_counted_one_by_one(office: Office, officer: Person):
    where = _places(office, ON)
    with office.reading() as connection:
        stand = [m.record.party for m in listed(connection, Membership, "register = 'miners'", on=ON)]
        kind = {p.id: p.record.kind for p in listed(connection, Party, on=ON)}
        machines = [m.record for m in listed(connection, Machine, on=ON, limit=10_000)]
        region = {s.id: s.record.region for s in listed(connection, Site, on=ON)}
    table = {NAMES[r["Region"]]: r for r in _table(officer, "members")}
    assert set(table) == {r for p in stand for r in where[p]} | {region[m.site] for m in machines} | {""}
    for place, row in table.items():
        here = [p for p in stand if not place or place in where[p]]
        run = [m for m in machines if not place or region[m.site] == place]
        assert int(row["Miners"]) == len(here) == len(set(here)), place
        assert {k: int(row[k]) for k in ("company", "entrepreneur", "citizen")} == {
            k: sum(kind[p] == k for p in here) for k in ("company", "entrepreneur", "citizen")
        }
        assert int(row["Machines"]) == len(run)
        assert Decimal(row["PH/s"]) == Decimal(sum(m.hashrate_ghs for m in run if m.algorithm == "sha256")) / 10**6
        assert Decimal(row["MW"]) == Decimal(sum(m.power_w for m in run)) / 10**6
    assert sum(int(r["Miners"]) for p, r in table.items() if p) > int(table[""]["Miners"]), (
        "one has places in two regions"
    )
    [one] = [r for r in _table(officer, "members", "&region=RU-KR") if r["Region"] == "Karelia"]
    assert one == table["RU-KR"]


def _metered(office: Office) -> dict[tuple[str, str], dict[str, int]]:
    """(month, region) -> owner -> what its mining meters counted."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with office.reading() as connection:
        for month in MONTHS:
            last = month.end - timedelta(days=1)
            meters = {m.id: m.record for m in listed(connection, Meter, "counts = 'mining'", on=last)}
            sites = {s.id: s.record for s in listed(connection, Site, on=last)}
            for r in listed(
                connection, Reading, "lower(valid) >= %s AND upper(valid) <= %s", [month.start, month.end], limit=10_000
            ):
                if r.record.meter in meters:
                    site = sites[meters[r.record.meter].site]
                    found[str(month), site.region][site.owner] += r.record.energy_wh
    return found


def _home(where: dict[str, set[str]], party: str) -> str:
    regions = where.get(party, set())
    return "several" if len(regions) > 1 else next(iter(regions), "nowhere")


def _declared(office: Office) -> list[tuple[str, str, Declaration]]:
    """Month, place and declaration of each that stands."""
    where = _places(office, ON)
    with office.reading() as connection:
        return [
            (f"{d.valid_from:%Y-%m}", _home(where, d.record.party), d.record)
            for d in listed(connection, Declaration, limit=10_000) if MONTHS[0].start <= d.valid_from < MONTHS[-1].end
        ]  # fmt: skip


@pytest.mark.parametrize("region", ["", "RU-IRK", "RU-KO", "RU-ALT"])
def test_amounts_by_month_are_the_sums_of_what_was_declared_and_read(office: Office, officer: Person, region: str):
    declared, metered = _declared(office), _metered(office)
    table = _table(officer, "amounts", f"&region={region}")
    assert [r["Month"] for r in table] == [*(str(m) for m in MONTHS), "All months"]
    for row in table:
        month = "" if row["Month"] == "All months" else row["Month"]
        mine = [d for m, place, d in declared if m == (month or m) and place == (region or place)]
        read = [owners for (m, place), owners in metered.items() if m == (month or m) and place == (region or place)]
        assert int(row["Parties that declared"]) == len({d.party for d in mine})
        assert int(row["Parties with readings"]) == len({o for owners in read for o in owners})
        assert Decimal(row["kWh declared"] or 0) == Decimal(sum(d.energy_wh for d in mine)) / 1000
        assert Decimal(row["BTC declared"] or 0) == Decimal(sum(d.amount_sat for d in mine)) / 10**8
        assert Decimal(row["kWh metered"] or 0) == Decimal(sum(wh for owners in read for wh in owners.values())) / 1000
        assert (row["BTC declared"] == "") == (not mine), "what nobody stated is absent, not zero"


def test_amounts_by_region_add_up_to_the_whole(office: Office, officer: Person):
    declared, metered = _declared(office), _metered(office)
    table = {NAMES[r["Region"]]: r for r in _table(officer, "amounts", "&by=region")}
    assert set(table) == {place for _, place, _ in declared} | {place for _, place in metered} | {""}
    assert "several" in table
    for place, row in table.items():
        mine = [d for _, p, d in declared if p == (place or p)]
        read = [owners for (_, p), owners in metered.items() if p == (place or p)]
        assert int(row["Parties that declared"]) == len({d.party for d in mine})
        assert Decimal(row["BTC declared"] or 0) == Decimal(sum(d.amount_sat for d in mine)) / 10**8
        assert Decimal(row["kWh metered"] or 0) == Decimal(sum(wh for owners in read for wh in owners.values())) / 1000
    for column in ("kWh declared", "BTC declared", "kWh metered"):
        assert sum(Decimal(r[column] or 0) for p, r in table.items() if p) == Decimal(table[""][column])


def test_compliance_is_what_the_lists_of_the_reports_show(officer: Person):
    for more in ("", "&region=RU-IRK"):
        for row in _table(officer, "compliance", more):
            text = officer.get(f"/reports?month={row['Month']}{more}")
            n = Counter(
                {
                    state: int(k.replace(",", ""))
                    for k, state in re.findall(r"<strong>([\d,]+)</strong><span>([^<]+)</span>", text)
                }
            )
            sent, decided = n["on time"] + n["corrected"], n["on time"] + n["corrected"] + n["late"] + n["missing"]
            assert (int(row["On time"]), int(row["Late"]), int(row["Missing"])) == (sent, n["late"], n["missing"])
            assert int(row["Not due yet"]) == n["due"] + n["due soon"]
            assert int(row["The law is silent"]) == n["law silent"]
            assert int(row["Owed"]) == decided + n["due"] + n["due soon"]
            assert row["Late, %"] == ("" if not decided else str(round(Decimal(100 * n["late"]) / decided, 1)))


def _decisions(office: Office) -> dict[tuple[str, str], DecisionMade]:
    """The decision that stands of each party and month."""
    with office.reading() as connection:
        made = listed(connection, DecisionMade, order="entry", limit=10_000)
    return {(d.record.party, d.record.period): d.record for d in made}


@pytest.mark.parametrize("by", ["month", "region"])
def test_dues_are_the_sums_of_the_answers_and_say_how_much_is_decided(office: Office, officer: Person, by: str):
    where, standing, declared = _places(office, ON), _decisions(office), _declared(office)
    with office.reading() as connection:
        entry = {
            (d.record.party, f"{d.valid_from:%Y-%m}"): d.entry for d in listed(connection, Declaration, limit=10_000)
        }
    titles = {"tax_this_period_rub": "Tax on income or profit that the month adds, RUB", "vat_rub": "VAT, RUB"}
    table = _table(officer, "dues", f"&by={by}")
    seen = 0
    for row in table:
        label = row["Month" if by == "month" else "Region"]
        whole = label in ("All", "All months")

        def here(party: str, month: str, label: str = label, whole: bool = whole) -> bool:
            return whole or (month == label if by == "month" else _home(where, party) == NAMES[label])

        mine = {k: d for k, d in standing.items() if here(*k)}
        assert int(row["Months declared"]) == sum(here(d.party, m) for m, _, d in declared)
        assert int(row["Of these decided"]) == sum(k in entry for k in mine)
        assert int(row["Decided without a declaration"]) == sum(k not in entry for k in mine)
        assert int(row["Decided before the newest declaration"]) == sum(
            entry.get(k, -1) >= d.facts_known for k, d in mine.items()
        )
        for question, title in titles.items():
            answers = [d.answers[question] for d in mine.values() if not isinstance(d.answers[question], dict)]
            assert row[title] == ("" if not answers else str(sum(Decimal(a) for a in answers))), (label, question)
            seen += len(answers)
    assert seen > 0
    assert set(titles) == {q for q in TAXES if q in office.regime.rules}
    [all_] = [r for r in table if r.get("Month", r.get("Region")) in ("All", "All months")]
    assert int(all_["Decided before the newest declaration"]) >= 1
    assert int(all_["Of these decided"]) < int(all_["Months declared"])
    assert "Only what the office has decided is summed" in officer.get(f"/figures?{SPAN}")


# Small groups -----------------------------------------------------------------------------------------------------
def test_an_analyst_sees_no_amount_of_fewer_than_three(office: Office, officer: Person, analyst: Person):
    parties = {
        "kWh declared": "Parties that declared",
        "BTC declared": "Parties that declared",
        "kWh metered": "Parties with readings",
    }
    kept = 0
    for more in ("&by=region", "&by=month&region=RU-IRK", "&by=month&region=RU-KR", "&by=month"):
        theirs, ours = _table(analyst, "amounts", more), _table(officer, "amounts", more)
        for mine, whole in zip(theirs, ours, strict=False):
            for amount, n in parties.items():
                assert mine[n] == whole[n]
                if 0 < int(mine[n]) < LEAST:
                    assert mine[amount] == f"< {LEAST}"
                    kept += 1
                else:
                    assert mine[amount] in (whole[amount], "×")
    assert kept > 10
    assert "fewer than three parties" in analyst.get(f"/figures?{SPAN}&by=region")
    assert "fewer than three parties" not in officer.get(f"/figures?{SPAN}&by=region")


def test_what_an_analyst_sees_gives_away_no_group_of_fewer_than_three(office: Office, analyst: Person):
    """Whatever is left out between a total and the lines above it holds three parties at least."""
    where = _places(office, ON)
    for month in MONTHS[:4]:
        address = f"/figures?from={month}&to={month}&table=amounts&format=csv"
        rows = list(csv.reader(StringIO(analyst.client.get(f"{address}&by=region").content.decode("utf-8-sig"))))
        at = rows.index([])
        table = [dict(zip(rows[at + 1], r, strict=True)) for r in rows[at + 2 : rows.index([], at + 1)]]
        shown = {NAMES[r["Region"]] for r in table if r["BTC declared"] not in ("×", f"< {LEAST}", "")}
        on = month.end - timedelta(days=1)
        left = {
            d.party
            for m, _, d in _declared(office)
            if m == str(month) and _home(_places(office, on), d.party) not in shown
        }
        assert "" in shown
        assert len(left) == 0 or len(left) >= LEAST
        for region in {r for there in where.values() for r in there} - shown:
            alone = analyst.client.get(f"{address}&region={region}").content.decode("utf-8-sig").splitlines()
            [line] = [x for x in alone if x.startswith(f"{month},")]
            assert line.split(",")[3] in ("×", f"< {LEAST}", ""), (
                "a page of one region shows no more than the table of all"
            )


@given(st.lists(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 6)), max_size=4))
def test_what_is_kept_back_is_never_fewer_than_three_where_others_could_hide_it(groups: list[dict[str, int]]):
    hidden = kept_back(groups)
    for group in groups:
        assert all(p in hidden for p, n in group.items() if 0 < n < LEAST)
        left_out = sum(n for p, n in group.items() if p in hidden)
        shown = [n for p, n in group.items() if p not in hidden and n]
        assert left_out == 0 or left_out >= LEAST or not shown


# The page ---------------------------------------------------------------------------------------------------------
def test_what_is_drawn_is_what_the_table_holds(officer: Person):
    text = officer.get(f"/figures?{SPAN}")
    drawn = [json.loads(t) for t in re.findall(r'<script type="application/json" id="amounts-\d">(.*?)</script>', text)]
    table = _table(officer, "amounts")[:-1]
    for chart in drawn:
        assert chart["labels"] == [str(m) for m in MONTHS]
        assert chart["x"] == list(range(len(MONTHS)))
        for series in chart["series"]:
            assert series["values"] == [float(r[series["label"]]) if r[series["label"]] else None for r in table]
    assert {s["label"] for c in drawn for s in c["series"]} == {"kWh declared", "kWh metered", "BTC declared"}


def test_the_page_says_as_known_when_and_for_which_day(office: Office, officer: Person):
    with office.reading() as connection:
        size = journal.size(connection)
    assert f"As known at entry {size}, for 2025-03-31." in officer.get(f"/figures?{SPAN}")
    assert f"As known at entry {size}, for 2025-04-01." in officer.get("/figures?from=2025-04&to=2025-04")


def test_a_table_for_excel_holds_the_same(officer: Person):
    for key in ("members", "amounts", "compliance", "dues"):
        response = officer.client.get(f"/figures?{SPAN}&table={key}&format=xlsx")
        sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
        first = [str(r[0]) for r in sheet]
        assert [next(iter(r.values())) for r in _table(officer, key)] == first[8 : 8 + len(_table(officer, key))]


@pytest.mark.parametrize(
    "asked",
    ["from=2025-03&to=2025-01", "from=2025-13", "to=2025-02-01", "from=2025-06&to=2025-07", "from=2000-01&to=2025-01", "region=Narnia", "by=party",
     "table=secrets&format=csv", "table=dues&format=doc", "format=csv", "from=%27"],
)  # fmt: skip
def test_what_cannot_be_asked_of_the_figures_is_told(officer: Person, asked: str):
    assert "What to do" in officer.get(f"/figures?{asked}", status=422)


def test_an_empty_register_has_figures_of_nothing():
    with office_at_work(demo=False) as office:
        from adit.desk.demo import PASSWORD
        from adit.desk.web.accounts import add_account

        add_account(office, login="analyst", name="A", roles=["analyst"], password=PASSWORD, by="office-000001")
        person = Person(office, "analyst")
        for path in (
            "/figures",
            "/figures?by=region",
            "/figures?from=2024-12&to=2025-03&region=RU-IRK",
            "/members",
            "/decisions",
            "/decisions?month=2025-02",
        ):
            assert person.get(path)


def test_an_analyst_begins_with_the_figures(office: Office):
    assert "Figures" in Person(office).sign_in("analyst").text
    stranger = Person(office)
    assert stranger.sign_in("analyst").url.path == "/figures"


# Decisions --------------------------------------------------------------------------------------------------------
def test_decisions_are_listed_by_month_and_answer(office: Office, officer: Person, analyst: Person):
    with office.reading() as connection:
        made = listed(connection, DecisionMade, "period = '2025-02'", order="entry DESC")
    text = officer.get("/decisions?month=2025-02")
    assert re.findall(r'href="/decisions/(decision-\w+)"', text) == [d.id for d in made]
    counts = {
        a.replace("+", " "): int(n) for a, n in re.findall(r"answer=([^\"&]*)\"[^>]*>[^<]*<small>(\d+)</small>", text)
    }
    assert counts == Counter(str(d.record.answers["may_mine"]) for d in made)
    for answer in counts:
        shown = re.findall(
            r'href="/decisions/(decision-\w+)"', officer.get(f"/decisions?month=2025-02&answer={answer}")
        )
        assert shown == [d.id for d in made if d.record.answers["may_mine"] == answer]
    asked = officer.get("/decisions?month=2025-02&question=must_register")
    assert ">yes</span>" in asked
    assert "decided anew since" in text
    assert "Братская" in text
    assert "Братская" not in analyst.get("/decisions?month=2025-02")


@pytest.mark.parametrize(
    "asked",
    ["month=2025-13", "question=profit_tax_rub", "question=x", "after=0", "after=-1", "after=x", "after=999999"],
)
def test_what_cannot_be_asked_of_the_decisions_is_told(officer: Person, asked: str):
    assert "What to do" in officer.get(f"/decisions?{asked}", status=422)


def test_decisions_are_paged_to_their_end():
    with office_at_work() as office:
        with office.reading() as connection:
            [made, *_] = listed(connection, DecisionMade)
        record = made.record

        def work(books: Books) -> None:
            for _ in range(230):
                books.state(new_id("decision"), record, since=TODAY, new=True)

        _enter(office, work)
        person, found, path = Person(office, "officer"), list[str](), "/decisions"
        while path:
            text = person.get(path)
            found += re.findall(r'href="/decisions/(decision-\w+)"', text)
            further = re.search(r'href="(/decisions\?[^"]*after=\d+)"', text)
            path = further[1].replace("&amp;", "&") if further else ""
        assert len(found) == len(set(found)) == 235
