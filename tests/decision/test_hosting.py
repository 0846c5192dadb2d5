"""Whose electricity it was at a site where others are hosted, where a hosted miner is, and what is not known while a report is missing."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desk.at_work import office_at_work

from adit.decision.hosting import used_in
from adit.decision.known import Counted, Hosted, Hosting, Known
from adit.decision.monthly import decide_month, month_known, months_known
from adit.decision.reporting import month_reports
from adit.desk.office import Office, new_id
from adit.journal import store as journal
from adit.register.procedures import clients
from adit.register.records import Client, ClientReport, Meter, Party, Reading, Site
from adit.register.store import Books, Stated, listed
from adit.terms.days import months_between
from adit.terms.errors import NotFound

[FEBRUARY, MARCH] = months_between("2025-02..2025-03")
OPENED = date(2024, 12, 2)
_keys = count()


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work(demo=False) as opened:
        yield opened


def enter(office: Office, work: Callable[[Books], object]) -> None:
    def done(transaction: object) -> dict[str, str]:
        work(Books(transaction, "office-000001"))  # type: ignore[arg-type]
        return {}

    office.write(done, key=f"test {next(_keys)}")


class Place:
    """An operator with a site in Bratsk and a meter; miners that are hosted there, each a citizen with nothing else."""

    def __init__(self, office: Office, *, owner: bool = True) -> None:
        self.office = office
        self.host, self.landlord = new_id("party"), new_id("party")
        self.site, self.meter = new_id("site"), new_id("meter")
        for party, kind in ((self.host, "company"), (self.landlord, "company")):
            self.enter(lambda b, p=party, k=kind: b.state(p, Party(k), since=OPENED, new=True))
        place = Site(self.host if owner else self.landlord, self.host, "Bratsk", "RU-IRK", "bratsk")
        self.enter(lambda b: b.state(self.site, place, since=OPENED, new=True))
        self.enter(lambda b: b.state(self.meter, Meter(self.site, self.meter), since=OPENED, new=True))

    def enter(self, work: Callable[..., object]) -> None:
        enter(self.office, work)

    def client(self) -> tuple[str, str]:
        miner, id_ = new_id("party"), new_id("client")
        self.enter(lambda b: b.state(miner, Party("citizen"), since=OPENED, new=True))
        self.enter(lambda b: clients.host(b, id_, Client(self.host, miner, self.site), since=OPENED))
        return miner, id_

    def read(self, energy_wh: int) -> None:
        reading = Reading(self.meter, energy_wh)
        self.enter(lambda b: b.state(new_id("reading"), reading, since=FEBRUARY.start, until=FEBRUARY.end, new=True))

    def report(self, **energy_wh: int) -> None:
        used = {k.replace("_", "-"): v for k, v in energy_wh.items()}
        ids = {k: new_id("clientreport") for k in used}
        self.enter(lambda b: clients.report(b, self.host, FEBRUARY, used, ids, on=date(2025, 3, 5)))

    def energy(self, party: str) -> object:
        with self.office.reading() as connection:
            return month_known(connection, party, FEBRUARY).facts.get("mining_energy_kwh_per_month")


def test_a_hosted_miner_is_where_its_operator_hosts_it_and_used_what_the_operator_reports(office: Office):
    place = Place(office)
    (one, a), (other, b) = place.client(), place.client()
    place.read(10_000_000)
    place.report(**{a.replace("-", "_"): 6_000_001, b.replace("-", "_"): 3_000_000})
    with office.reading() as connection:
        month = month_known(connection, one, FEBRUARY)
        facts, stated_in = month.at(month.sites[0])
        decision = decide_month(office.regime, month, ["must_register", "may_mine"])
    assert (facts["region"], facts["municipality"]) == ("RU-IRK", "bratsk")
    assert facts["mining_energy_kwh_per_month"] == "6000.001"
    assert decision["must_register"].value is True, "more than a citizen may without the register"
    assert stated_in["mining_energy_kwh_per_month"][0].startswith("report of the operator, entry ")
    assert stated_in["region"][1].startswith("площадка, запись ")
    assert place.energy(other) == "3000.000"
    assert place.energy(place.host) == "999.999", "what is left is the operator's own"
    with office.reading() as connection:
        host = month_known(connection, place.host, FEBRUARY)
    assert host.stated_in["mining_energy_kwh_per_month"][0].startswith(
        "readings of meters less what clients used, entry "
    )
    assert host.excesses == ()


def test_while_a_client_is_not_reported_neither_it_nor_the_operator_has_a_known_use(office: Office):
    place = Place(office)
    (one, a), (other, _) = place.client(), place.client()
    place.read(10_000_000)
    report = ClientReport(place.host, a, 4_000_000)
    place.enter(lambda b: b.state(new_id("clientreport"), report, since=FEBRUARY.start, until=FEBRUARY.end, new=True))
    assert place.energy(one) == "4000.000"
    assert place.energy(other) is None, "what was never reported is missing and not zero"
    assert place.energy(place.host) is None


def test_a_site_that_is_run_for_its_owner_is_its_operators(office: Office):
    place = Place(office, owner=False)
    place.read(5_000_000)
    assert place.energy(place.host) == "5000.000"
    assert place.energy(place.landlord) is None
    with office.reading() as connection:
        assert [s.id for s in month_known(connection, place.host, FEBRUARY).sites] == [place.site]
        assert [s.id for s in month_known(connection, place.landlord, FEBRUARY).sites] == [place.site]


def test_more_than_the_meters_counted_is_a_finding_with_the_entry_it_rests_on(office: Office):
    place = Place(office)
    (_, a), (_, b) = place.client(), place.client()
    place.read(10_000_000)
    place.report(**{a.replace("-", "_"): 6_000_000, b.replace("-", "_"): 4_000_000})
    with office.reading() as connection:
        assert month_known(connection, place.host, FEBRUARY).excesses == ()
        [reading] = listed(connection, Reading, "meter = %s", [place.meter])
        before = journal.size(connection)
    place.enter(
        lambda b: b.state(
            reading.id, Reading(place.meter, 9_999_999), since=FEBRUARY.start, until=FEBRUARY.end, why="Misread."
        )
    )
    with office.reading() as connection:
        [excess] = month_known(connection, place.host, FEBRUARY).excesses
        assert month_known(connection, place.host, FEBRUARY, known=before).excesses == (), "nobody knew it then"
    assert (excess.site.id, excess.period, excess.metered_wh, excess.clients_wh) == (
        place.site,
        FEBRUARY,
        9_999_999,
        10_000_000,
    )
    assert excess.entry == before, "the correction of the reading"
    assert place.energy(place.host) is None


def test_what_a_client_objects_to_is_the_operators_until_it_is_decided(office: Office):
    place = Place(office)
    miner, id_ = place.client()
    place.read(10_000_000)
    place.report(**{id_.replace("-", "_"): 7_000_000})
    appeal = new_id("appeal")
    place.enter(lambda b: clients.object_to(b, id_, appeal, statement="Not mine.", on=date(2025, 4, 1)))
    with office.reading() as connection:
        month = month_known(connection, miner, FEBRUARY)
        assert month.sites == ()
        assert "mining_energy_kwh_per_month" not in month.facts
        reports = month_reports(
            connection, office.regime, FEBRUARY, date(2025, 4, 1), zone="Europe/Moscow", everybody=True
        )
        assert connection.execute(f"SELECT count(*) FROM ({reports.query}) AS r", reports.parameters).fetchall() == [
            (3,)
        ]
    assert place.energy(place.host) == "10000.000"
    place.enter(lambda b: clients.take_back(b, appeal, on=date(2025, 4, 1)))
    assert place.energy(miner) == "7000.000"
    assert place.energy(place.host) == "3000.000"


@pytest.mark.slow
def test_many_months_read_together_are_what_each_is_alone_as_known_then_too():
    with office_at_work() as office, office.reading() as connection:
        parties = [str(p) for (p,) in connection.execute("SELECT DISTINCT id FROM register.party ORDER BY id LIMIT 20")]
        months = months_between("2024-11..2025-04")
        size = journal.size(connection)
        for known in (None, size, size - 40, size // 2):
            asked = [(p, m) for p in parties for m in months]
            together = months_known(connection, asked, known=known)
            for party, month in asked:
                if (party, month) in together:
                    assert together[party, month] == month_known(connection, party, month, known=known)
                else:
                    with pytest.raises(NotFound, match=f"no party {party}"):
                        month_known(connection, party, month, known=known)
        assert months_known(connection, []) == {}
        assert len(months_known(connection, [(p, MARCH) for p in parties])) == len(parties)


@pytest.mark.slow
def test_the_hosted_of_the_demonstration_stand_in_bratsk():
    with office_at_work() as office, office.reading() as connection:
        hosted = listed(connection, Client)
        assert hosted
        for client in hosted:
            places = [s.record.municipality for s in month_known(connection, client.record.miner, FEBRUARY).sites]
            assert places[-1] == "bratsk"


# A property: nobody's electricity is lost or counted twice ---------------------------------------------------------
@settings(max_examples=200)
@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(0, 10**8) | st.none(), st.booleans()), max_size=6),
)
def test_what_a_meter_counted_is_shared_out_whole(metered: int, reports: list[tuple[int | None, bool]]):
    site = Stated("site-0", Site("party-h", None, "S", "RU-IRK"), OPENED, None, 0, None)
    counting = [(f"party-{n}", energy, n + 2) for n, (energy, objected) in enumerate(reports) if not objected]
    hosting = Hosting(
        "party-h",
        "site-0",
        FEBRUARY.start,
        sum(e or 0 for _, e, _ in counting),
        sum(e is None for _, e, _ in counting),
        99,
    )
    read = Known(
        1, {}, {}, {}, [site],
        {("site-0", FEBRUARY.start): Counted("site-0", FEBRUARY.start, metered, 1)},
        {
            (f"party-{n}", FEBRUARY.start): [Hosted(f"party-{n}", "site-0", FEBRUARY.start, energy, n + 2, objected)]
            for n, (energy, objected) in enumerate(reports)
        },
        {("party-h", "site-0", FEBRUARY.start): hosting} if counting else {},
    )  # fmt: skip
    own = used_in(read, "party-h", FEBRUARY, [site])
    theirs = [used_in(read, f"party-{n}", FEBRUARY, [site]) for n in range(len(reports))]
    for (energy, objected), used in zip(reports, theirs, strict=True):
        assert used.energy_wh == (None if objected else energy)
    whole = all(e is not None for _, e, _ in counting)
    clients_wh = sum(e or 0 for _, e, _ in counting)
    assert bool(own.excesses) == (clients_wh > metered)
    if whole and clients_wh <= metered:
        assert own.energy_wh is not None
        assert own.energy_wh + sum(u.energy_wh or 0 for u in theirs) == metered
    else:
        assert own.energy_wh is None
