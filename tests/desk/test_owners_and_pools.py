"""Owners add up and own themselves in no circle, in the program and in the database; pools, and how they pay whom, as of a day."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from secrets import token_bytes
from time import sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.databases import Clock, fresh
from tests.desk.at_work import Person, field, links, office_at_work

from adit.desk.office import Office, new_id
from adit.journal.writer import Transaction, Writer
from adit.register.procedures.ownership import WHOLE_PPM, Owner, enter_owners, owners_of
from adit.register.records import Address, Identity, Participation, Party, Pool, Share
from adit.register.refusals import REFUSALS
from adit.register.store import Books, listed, rebuild
from adit.terms.errors import BadInput, Refused

DAY, LATER = date(2025, 1, 1), date(2025, 6, 1)
_keys = count()


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


# The rules --------------------------------------------------------------------------------------------------------
def _parties(writer: Writer, n: int) -> list[str]:
    ids = [new_id("party") for _ in range(n)]

    def work(transaction: Transaction) -> dict[str, str]:
        for id_ in ids:
            Books(transaction, "officer-1").state(id_, Party("company"), since=DAY, new=True)
        return {}

    writer.write(work, key=f"parties {next(_keys)}")
    return ids


def _enter(writer: Writer, party: str, owners: list[Owner], since: date = DAY) -> int:
    ids, answers = [new_id("share") for _ in range(100)], []

    def work(transaction: Transaction) -> dict[str, int]:
        books = Books(transaction, "officer-1")
        seen = max((s.entry for s in owners_of(transaction.connection, party, since)), default=-1)
        return {"made": enter_owners(books, party, owners, ids=ids, since=since, why="x", seen=seen)}

    answers.append(writer.write(work, key=f"owners {next(_keys)}").answer["made"])
    return int(answers[0])


def _state(writer: Writer, *shares: tuple[Share, date, date | None]) -> None:
    """Past the procedure, as somebody would who writes to the tables in another way."""

    def work(transaction: Transaction) -> dict[str, str]:
        for share, since, until in shares:
            Books(transaction, "officer-1").state(ids[share], share, since=since, until=until, new=True)
        return {}

    ids = {share: new_id("share") for share, _, _ in shares}
    writer.write(work, key=f"shares {next(_keys)}")


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    made = Writer(fresh(), clock=Clock(), salt=lambda: token_bytes(16), wait=sleep, refusals=REFUSALS)
    yield made
    made.close()


def test_owners_change_places_in_one_entry_of_the_form(writer: Writer):
    company, a, b, c = _parties(writer, 4)
    assert _enter(writer, company, [Owner(a, 600_000, False), Owner(b, 400_000, False)]) == 2
    assert _enter(writer, company, [Owner(a, 400_000, False), Owner(b, 600_000, True)], LATER) == 2
    assert _enter(writer, company, [Owner(c, WHOLE_PPM, False)], date(2025, 9, 1)) == 3
    with pytest.raises(BadInput, match="Nothing is different"):
        _enter(writer, company, [Owner(c, WHOLE_PPM, False)], date(2025, 10, 1))


@pytest.mark.parametrize(
    ("owners", "told"),
    [
        ([("a", 600_000), ("b", 400_001)], "add up to 100.0001 %"),
        ([("a", 500_000), ("a", 100_000)], "An owner is written twice."),
        ([("self", 10)], "Nobody is its own owner."),
        ([("a", 0)], "A share is more than 0"),
        ([("a", 1_000_001)], "at most 100 %"),
        ([("below", 10)], "is owned by this party"),
        ([("far", 10)], "is owned by this party"),
    ],
)  # fmt: skip
def test_owners_that_cannot_be_are_told(writer: Writer, owners: list[tuple[str, int]], told: str):
    company, a, b, below, far = _parties(writer, 5)
    _enter(writer, below, [Owner(company, 510_000, True)])
    _enter(writer, far, [Owner(below, 100_000, False)])
    names = {"self": company, "a": a, "b": b, "below": below, "far": far}
    with pytest.raises(BadInput, match=told):
        _enter(writer, company, [Owner(names[n], ppm, False) for n, ppm in owners])


def test_the_database_holds_it_too(writer: Writer):
    """Whoever gets past the program is refused by the tables, in our words."""
    company, a, b, c = _parties(writer, 4)
    with pytest.raises(Refused, match="On some day the shares add up to more than 100 %"):
        _state(writer, (Share(a, company, 600_000), DAY, None), (Share(b, company, 400_001), LATER, date(2025, 7, 1)))
    _state(writer, (Share(a, company, 600_000), DAY, LATER), (Share(b, company, 600_000), LATER, None))
    with pytest.raises(Refused, match="would own itself through others"):
        _state(writer, (Share(b, c, 10), LATER, None), (Share(company, b, 10), DAY, None))
    with pytest.raises(Refused, match="is entered for these days already"):
        _state(writer, (Share(b, company, 1), LATER, None))
    _state(writer, (Share(company, a, 10), LATER, None))  # a owned it before, and no more


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 6), st.integers(0, 5), st.integers(1, 6)),
        max_size=8,
    )
)
def test_the_database_refuses_what_an_oracle_refuses(writer: Writer, said: list[tuple[int, int, int, int, int]]):
    """Shares in sixths over days of a month, against a count day by day and a walk over the owners."""
    parties = _parties(writer, 4)
    held: list[tuple[int, int, int, int, int]] = []
    for owner, owned, sixths, start, length in said:
        if owner == owned:
            continue
        wanted = [*held, (owner, owned, sixths, start, start + length)]
        try:
            _state(
                writer,
                (
                    Share(parties[owner], parties[owned], sixths * WHOLE_PPM // 6),
                    date(2025, 1, 1 + start),
                    date(2025, 1, 1 + start + length),
                ),
            )
            entered = True
        except Refused:
            entered = False
        assert entered == _possible(wanted), wanted
        if entered:
            held = wanted


def _possible(held: list[tuple[int, int, int, int, int]]) -> bool:
    for day in range(14):
        now = [(owner, owned, sixths) for owner, owned, sixths, start, end in held if start <= day < end]
        if len({(a, b) for a, b, _ in now}) < len(now) or any(
            sum(s * WHOLE_PPM // 6 for _, o, s in now if o == p) > WHOLE_PPM for p in range(4)
        ):
            return False
        reached = {p: {p} for p in range(4)}
        for _ in range(4):
            for owner, owned, _s in now:
                reached[owner] |= reached[owned]
        if any(owner in reached[owned] for owner, owned, _ in now):
            return False
    return True


# The page of owners -----------------------------------------------------------------------------------------------
def _companies(office: Office) -> dict[str, str]:
    with office.reading() as connection:
        return {i.record.name: i.record.party for i in listed(connection, Identity)}


def test_owners_are_entered_as_of_a_day(office: Office):
    officer, companies = Person(office, "officer"), _companies(office)
    company = companies["ООО «Ангара Вычисления»"]
    path = f"/parties/{company}/owners"
    page = officer.get(path)
    assert "Entered for 2025-04-01: 62\N{NO-BREAK SPACE}% in all." in page
    with office.reading() as connection:
        fund = owners_of(connection, company, date(2025, 4, 1))[0]
        [host] = [i.record.inn for i in listed(connection, Identity) if "Ангара Хостинг" in i.record.name]
    sent: dict[str, Any] = {
        "seen": field(page, "seen"), "owner-1": fund.record.owner, "share-1": "51", "control-1": "yes", "owner-2": host, "share-2": "49,0",
        "since": "2025-04-01", "why": "Extract of 31 March",
    }  # fmt: skip
    told = officer.post(path, page=path, status=422, **(sent | {"share-2": "49.5"}))
    assert "add up to 100.5 %" in told
    assert 'value="49.5"' in told
    assert "No party of this number is entered." in officer.post(
        path, page=path, status=422, **(sent | {"owner-2": "7707083893"})
    )
    officer.post(path, page=path, **sent)
    shown = officer.get(f"/parties/{company}")
    assert "51\N{NO-BREAK SPACE}%" in shown
    assert "49\N{NO-BREAK SPACE}%" in shown
    assert "62\N{NO-BREAK SPACE}%" in officer.get(f"/parties/{company}/history?on=2025-03-31")
    assert "Extract of 31 March" in officer.get(f"/parties/{company}/history")
    # what was shown is not what stands any more
    assert "Somebody changed the owners meanwhile" in officer.post(
        path, page=path, status=409, **(sent | {"share-1": "40"})
    )
    # who is owned does not own
    host_page = f"/parties/{companies['ООО «Ангара Хостинг»']}/owners"
    circle = officer.post(
        host_page,
        page=host_page,
        status=422,
        **{"seen": "-1", "owner-1": company, "share-1": "10", "since": "2025-04-01", "why": "x"},
    )
    assert "is owned by this party" in circle
    assert all(a == b for a, b in rebuild(office.database).values())


# Pools ------------------------------------------------------------------------------------------------------------
def _participations(office: Office, account: str) -> list[tuple[str, Participation, date | None]]:
    with office.reading() as connection:
        return [(p.id, p.record, p.valid_to) for p in listed(connection, Participation, "account = %s", [account])]


def _mine(office: Office, miner: Person) -> tuple[str, str]:
    party = field(miner.get("/mine/pools"), "party")
    id_ = new_id("address")

    def work(transaction: Transaction) -> dict[str, str]:
        Books(transaction, "miner-1").state(
            id_, Address(party, "BTC", "mainnet", "bc1qexample", b"\x00\x01"), since=DAY, new=True
        )
        return {}

    office.write(work, key=f"address {next(_keys)}")
    return party, id_


def test_a_miner_enters_pools_and_the_office_sees_them(office: Office):
    miner, officer = Person(office, "miner"), Person(office, "officer")
    party, address = _mine(office, miner)
    sent: dict[str, Any] = {"party": party, "pool": "new", "name": "Third Pool", "country": "de", "url": "https://third.example", "scheme": "PPS+", "fee": "2,5",
            "account": "angara", "address": address, "since": "2025-03-01", "until": ""}  # fmt: skip
    miner.post("/mine/pools/new", page="/mine/pools", **sent)
    [(id_, mines, _)] = _participations(office, "angara")
    assert (mines.scheme, mines.fee_ppm, mines.addresses) == ("PPS+", 25_000, (address,))
    page = miner.get("/mine/pools")
    assert "bc1qexample" in page
    assert "2.5\N{NO-BREAK SPACE}%" in page
    [pool] = [p for p in links(officer.get("/pools"), "/pools/") if "Third Pool" in officer.get(p)]
    shown = officer.get(pool)
    assert all(w in shown for w in ("angara", "bc1qexample", "PPS+", "2.5\N{NO-BREAK SPACE}%"))
    assert pool in officer.get(f"/parties/{party}")
    hidden = Person(office, "analyst").get(pool)
    assert "angara" not in hidden
    assert "PPS+" in hidden

    # another fee from April on; March stays as it was
    seen = field(page[page.index(f"/mine/pools/{id_}/change") :], "seen")
    miner.post(
        f"/mine/pools/{id_}/change",
        page="/mine/pools",
        seen=seen,
        scheme="PPS+",
        fee="1",
        account="angara",
        since="2025-04-01",
        why="New terms",
    )
    assert sorted((r.fee_ppm, until) for _, r, until in _participations(office, "angara")) == [
        (10_000, None),
        (25_000, date(2025, 4, 1)),
    ]
    miner.post(
        f"/mine/pools/{id_}/change",
        page="/mine/pools",
        seen=seen,
        scheme="PPS",
        account="angara",
        since="2025-05-01",
        why="x",
        status=409,
    )
    assert "New terms" in officer.get(f"/parties/{party}/history")
    miner.post(f"/mine/pools/{id_}/end", page="/mine/pools", since="2025-06-01", why="Left")
    assert max(until or date.max for _, _, until in _participations(office, "angara")) == date(2025, 6, 1)

    # an officer keeps what a pool is right; the old stays readable
    seen = field(officer.get(pool), "seen")
    officer.post(
        f"{pool}/correct",
        page=pool,
        seen=seen,
        name="Third Pool GmbH",
        country="de",
        accredited="yes",
        url="",
        since="2025-03-01",
        why="Its page",
    )
    assert "Third Pool GmbH" in officer.get(pool)
    with office.reading() as connection:
        [now] = [p for p in listed(connection, Pool) if "Third" in p.record.name]
    assert (now.record.accredited, now.record.country) == (True, "DE")
    assert all(a == b for a, b in rebuild(office.database).values())


def test_a_pool_is_entered_once(office: Office):
    miner = Person(office, "miner")
    party, _ = _mine(office, miner)
    sent: dict[str, Any] = {
        "party": party,
        "pool": "new",
        "name": "example POOL",
        "scheme": "PPS",
        "account": "a",
        "since": "2025-03-01",
    }
    assert "A pool of this name is entered already." in miner.post(
        "/mine/pools/new", page="/mine/pools", status=409, **sent
    )
    known: dict[str, Any] = {
        "party": party,
        "pool": field(miner.get("/mine/pools"), "pool") or _pool(office),
        "scheme": "PPS",
        "account": "a",
        "since": "2025-03-01",
    }
    miner.post("/mine/pools/new", page="/mine/pools", **known)
    told = miner.post("/mine/pools/new", page="/mine/pools", status=409, **known)
    assert "This account in the pool is entered for these days already." in told


def _pool(office: Office) -> str:
    with office.reading() as connection:
        return listed(connection, Pool, order="name")[0].id


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"scheme": "guess"}, "Choose how the pool pays."),
        ({"fee": "101"}, "A fee is at most 100 %."),
        ({"fee": "much"}, "Fee"),
        ({"since": ""}, "From: nothing is filled in."),
        ({"until": "2025-02-01"}, "It ends before it begins."),
        ({"account": "x" * 201}, "This is longer than 200 signs."),
        ({"pool": "new", "name": ""}, "The name of the pool is missing."),
        ({"pool": "new", "name": "X", "url": "javascript:alert(1)"}, "This is no address of a pool."),
        ({"address": "address-00000000"}, "An address is none of this party."),
    ],
)  # fmt: skip
def test_what_cannot_be_of_a_pool_is_told(shared: Office, other: dict[str, str], told: str):
    miner = Person(shared, "miner")
    party = field(miner.get("/mine/pools"), "party")
    sent: dict[str, Any] = {
        "party": party,
        "pool": _pool(shared),
        "scheme": "PPS",
        "account": "b",
        "since": "2025-03-01",
    } | other
    assert told in miner.post("/mine/pools/new", page="/mine/pools", status=422, **sent)


def test_nobody_touches_the_pools_of_another(office: Office):
    [(id_, _, _)] = _participations(office, "account1")
    household = Person(office, "household")
    household.post(f"/mine/pools/{id_}/end", since="2025-04-01", why="x", status=403)
    household.post(f"/mine/pools/{id_}/change", since="2025-04-01", why="x", status=403)
