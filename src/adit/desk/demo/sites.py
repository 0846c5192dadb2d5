"""Where the people of the demonstration mine: their sites, meters and machines, the clients of a host, and their pools."""

from collections.abc import Sequence
from datetime import date

from adit.desk.demo.builder import Builder
from adit.desk.demo.people import COMPANIES, People
from adit.desk.office import new_id
from adit.register.procedures import clients, pools
from adit.register.records import Client, Machine, Meter, Participation, Pool, Reading, Site
from adit.register.store import Books
from adit.terms.days import Period, months_between

__all__ = ["enter_hosting", "enter_pools", "enter_sites"]

_SUPPLIER = "Региональная сбытовая компания"


def enter_sites(b: Builder, people: People, since: date) -> dict[str, str]:
    """A site with its machines for each; the meter of each party."""
    meters: dict[str, str] = {}
    for party, c in zip(people.companies, COMPANIES, strict=True):
        name = f"Площадка «{c.name.split('«')[1].rstrip('»')}»"
        site = Site(
            party, None, name, c.region, c.municipality, c.address, c.latitude_e6, c.longitude_e6, connection_kw=c.kw, supplier=_SUPPLIER
        )  # fmt: skip
        meters[party] = _site(b, people.hands["miner"], site, c.machines, since)
    for party in people.homes:
        home = Site(party, None, "Дом", "RU-IRK", "bratsk", connection_kw=15, supplier=_SUPPLIER)
        meters[party] = _site(b, people.hands["household"], home, 2, since)
    garage = Site(people.sole, None, "Гараж", "RU-TVE", connection_kw=60, supplier=_SUPPLIER)
    meters[people.sole] = _site(b, people.hands["miner"], garage, 4, since)
    return meters


def _site(b: Builder, hand: str, site: Site, machines: int, since: date) -> str:
    """A site with its meter and its machines, entered; the meter."""
    id_, meter = new_id("site"), new_id("meter")

    def work(books: Books) -> None:
        books.state(id_, site, since=since, new=True)
        books.state(meter, Meter(id_, f"M-{b.serial()}"), since=since, new=True)
        for _ in range(machines):
            model, ghs, watts = b.chance.choice(
                (("S21", 200_000, 3_500), ("S21 XP", 270_000, 3_645), ("M60S", 186_000, 3_441))
            )
            maker = "MicroBT" if model.startswith("M") else "Bitmain"
            machine_id = new_id("machine")
            machine = Machine(site.owner, id_, maker, model, f"SN{b.serial()}", ghs, watts)
            books.state(machine_id, machine, since=since, new=True)

    b.enter(hand, work)
    return meter


def enter_hosting(b: Builder, hand: str, host: str, *hosted: tuple[str, int]) -> None:
    """An operator with a site in Bratsk, and miners who have machines there; it has reported three months of them."""
    opened, site, meter = date(2024, 12, 2), new_id("site"), new_id("meter")
    months = months_between("2024-12..2025-02")
    place = Site(
        host, host, "Хостинг «Братск»", "RU-IRK", "bratsk", "Братск, промплощадка БрАЗ", 56_132_000, 101_610_000, connection_kw=6_000,
        supplier=_SUPPLIER,
    )  # fmt: skip

    def enter(books: Books) -> None:
        books.state(site, place, since=opened, new=True)
        books.state(meter, Meter(site, f"M-{b.serial()}"), since=opened, new=True)
        for n, (miner, machines) in enumerate(hosted, start=1):
            contract = f"Договор № {n} от 02.12.2024"
            clients.host(books, new_id("client"), Client(host, miner, site, contract, 52_000 + 1_500 * n), since=opened)
            for _ in range(machines):
                machine = Machine(miner, site, "Bitmain", "S21", f"SN{b.serial()}", 200_000, 3_500)
                books.state(new_id("machine"), machine, since=opened, new=True)
        for month in months:
            used = sum(_hosted_wh(machines, month) for _, machines in hosted)
            books.state(
                new_id("reading"), Reading(meter, used * 103 // 100), since=month.start, until=month.end, new=True
            )

    b.enter(hand, enter)
    machines_of = dict(hosted)

    def report(books: Books) -> None:
        for month in months:
            books.transaction.flush()
            found = [h.client for h in clients.hosted_in(books.transaction.connection, host, month)]
            used = {c.id: _hosted_wh(machines_of[c.record.miner], month) for c in found}
            ids = {c.id: new_id("clientreport") for c in found}
            clients.report(books, host, month, used, ids, on=date(2025, 3, 31))

    b.enter(hand, report)


def _hosted_wh(machines: int, month: Period) -> int:
    days = month.days - (1 if month.start == date(2024, 12, 1) else 0)  # they came on the second
    return machines * 3_500 * 24 * days * 95 // 100


def enter_pools(b: Builder, hand: str, *miners: str, others: Sequence[str]) -> None:
    """Two pools, and who mines in them; the others all in the first."""
    on = date(2025, 3, 31)
    ours, abroad = new_id("pool"), new_id("pool")

    def work(books: Books) -> None:
        books.state(ours, Pool("Пул «Ромашка»", "RU", url="https://pool.example.ru"), since=date(2024, 11, 1), new=True)
        books.state(
            abroad, Pool("Example Pool", "KZ", url="https://pool.example.kz"), since=date(2024, 11, 1), new=True
        )
        for n, (miner, pool) in enumerate(zip(miners, (ours, abroad), strict=True)):
            mines = Participation(miner, pool, f"account{n + 1}", ("FPPS", "PPLNS")[n], (15_000, 20_000)[n])
            pools.participate(books, new_id("participation"), mines, since=date(2024, 11, 1), until=None, on=on)
        for n, miner in enumerate(others):
            mines = Participation(miner, ours, f"account{n + 11}", "FPPS", 15_000)
            pools.participate(books, new_id("participation"), mines, since=date(2024, 11, 1), until=None, on=on)

    b.enter(hand, work)
