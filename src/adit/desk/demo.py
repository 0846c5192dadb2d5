"""A demonstration: an office with invented people, as it stands on the morning of 1 April 2025, when a ban is six days away.

The law is the real one; the people, their numbers (their INN begins with 00, which no region has) and what they did are invented. Time goes on
from that morning. What happens here is entered like anything else, so that every page has something to show.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from adit.decision.decide import Decision
from adit.decision.entering import enter_decision
from adit.decision.monthly import decide_month, month_known
from adit.desk import newcomers, suspecting
from adit.desk.demo_settlements import enter_settlements
from adit.desk.letters import write_letter
from adit.desk.office import Office, Settings, new_id, open_office
from adit.desk.papers import Facts, Reason, Text
from adit.desk.protocols import Found, file_protocol
from adit.desk.sealing import about_second
from adit.desk.web.accounts import add_account
from adit.desk.web.languages import words
from adit.journal import store as journal
from adit.register.procedures import (
    appeals,
    applications,
    clients,
    declarations,
    exclusions,
    inspections,
    pools,
    proposals,
)
from adit.register.records import (
    Application,
    Client,
    Declaration,
    Exclusion,
    Identity,
    Joining,
    Machine,
    Meter,
    Note,
    Participation,
    Party,
    Pool,
    Reading,
    Share,
    Site,
)
from adit.register.store import Books, Stated, listed, one
from adit.terms.days import Period, months_between
from adit.terms.errors import BadInput

__all__ = ["MORNING", "PASSWORD", "SECRET", "Moving", "build", "demo_settings", "open_demo"]

MORNING = datetime(2025, 4, 1, 6, 0, tzinfo=UTC)  # nine o'clock in Moscow
PASSWORD = "demonstration office"
SECRET = (
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the second factor; everybody may know it, it opens invented offices only
)
CITES = "221-FZ of 2024-08-08"
_DECREE = "Government Decree of 2024-11-01 on the registers"

_COMPANIES = (  # name, region, municipality, machines, kW, address, latitude and longitude of the town
    ("ООО «Северный Хэш»", "RU-KYA", "", 40, 5_000, "Норильск, Талнахская ул., 7", 69_349_800, 88_201_000),
    ("ООО «Ангара Вычисления»", "RU-IRK", "angarsk", 60, 9_000, "Ангарск, промзона, 3", 52_544_800, 103_888_500),
    ("АО «Карелия ЦОД»", "RU-KR", "", 25, 2_500, "Сегежа, Заводская ул., 1", 63_744_400, 34_312_600),
    ("ООО «Братская Нить»", "RU-IRK", "bratsk", 80, 12_000, "Братск, ул. Энергетиков, 12", 56_151_400, 101_634_200),
    ("ООО «Хакас Майнинг»", "RU-KK", "", 18, 1_800, "Саяногорск, Индустриальный проезд, 4", 53_100_600, 91_412_300),
    ("ООО «Печора Терм»", "RU-KO", "", 22, 3_000, "Печора, ул. Гагарина, 30", 65_148_600, 57_223_900),
    ("ООО «Тверские Фермы»", "RU-TVE", "", 6, 600, "Торжок, Ленинградское шоссе, 9", 57_033_300, 34_966_700),
    ("ООО «Кубань Блок»", "RU-KDA", "", 9, 800, "Тихорецк, Октябрьская ул., 5", 45_854_700, 40_125_300),
    ("ООО «Даргин Хэш»", "RU-DA", "", 5, 400, "Махачкала, просп. Акушинского, 1", 42_984_900, 47_504_600),
    ("АО «Госэнергомайн»", "RU-KYA", "", 50, 8_000, "Красноярск, ул. Маерчака, 16", 56_010_500, 92_852_600),
)  # fmt: skip
_HOMES = ("Иванов Иван Вымышленный", "Петрова Анна Примерная", "Сидоров Пётр Образцовый")


@dataclass(slots=True)
class Moving:
    """The clock of the building: goes through the months before the morning, then with the world."""

    now: datetime = field(default=datetime(2024, 11, 1, 6, 0, tzinfo=UTC))
    real: Callable[[], datetime] | None = None

    def __call__(self) -> datetime:
        return self.real() if self.real is not None else self.now

    def at(self, day: date) -> date:
        self.now = max(self.now, datetime.combine(day, time(7, 0), UTC))
        return day


def demo_settings(folder: Path, url: str) -> Settings:
    return Settings(
        folder,
        os.environ.get("ADIT_DATABASE", ""),
        url=url,
        address="Москва, Примерная ул., 1",
        log_name="adit-demonstration",
        demo=True,
    )


def open_demo(folder: Path, url: str, *, progress: Callable[[str], None] = lambda _: None) -> Office:
    """Open the demonstration in the folder, building it where it is not there yet."""
    marker = folder / "demo.json"
    clock = Moving()
    if marker.is_file():
        built = datetime.fromisoformat(json.loads(marker.read_text(encoding="utf-8"))["built"])
        clock.real = _going_on(built)
        return open_office(demo_settings(folder, url), clock=clock)
    progress("starting a database")
    office = open_office(demo_settings(folder, url), clock=clock)
    with office.reading() as connection:
        begun = journal.size(connection) > 0
    if begun:
        office.close()
        raise BadInput(
            "Building the demonstration was cut off half-way.",
            where=str(folder),
            todo="Remove the folder and begin anew.",
        )
    build(office, clock, progress)
    built = datetime.now(UTC)
    clock.real = _going_on(built)
    marker.write_text(json.dumps({"built": built.isoformat()}), encoding="utf-8")
    return office


def _going_on(built: datetime) -> Callable[[], datetime]:
    return lambda: MORNING + (datetime.now(UTC) - built)


class _Builder:
    """Enters what invented people did."""

    def __init__(self, office: Office, clock: Moving) -> None:
        self.office, self.clock, self.chance = office, clock, Random(42)
        self._keys = count()
        self._serials = count(100_000)

    def enter(self, hand: str, work: Callable[[Books], Any]) -> None:
        def done(transaction: Any) -> dict[str, str]:
            work(Books(transaction, hand))
            return {}

        self.office.write(done, key=f"demonstration {next(self._keys)}")

    def inn(self, digits: int) -> str:
        body = f"00{self.chance.randrange(10 ** (digits - 3 if digits == 10 else digits - 4)):0{digits - 3 if digits == 10 else digits - 4}}"
        w10, w11, w12 = (
            (2, 4, 10, 3, 5, 9, 4, 6, 8),
            (7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
            (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
        )
        for weights in (w10,) if digits == 10 else (w11, w12):
            body += str(sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11 % 10)
        return body

    def party(self, name: str, kind: str, since: date, address: str = "", *, state_tied: bool = False) -> str:
        id_ = new_id("party")
        identity = Identity(
            id_, name, self.inn(10 if kind == "company" else 12), address=address, email="nobody@example.org"
        )
        self.enter(
            "office-000001",
            lambda b: (
                b.state(id_, Party(kind, state_tied=state_tied), since=since, new=True),
                b.state(new_id("identity"), identity, since=since, new=True),
            ),
        )
        return id_

    def site(
        self,
        party: str,
        hand: str,
        name: str,
        region: str,
        municipality: str,
        machines: int,
        kw: int,
        address: str,
        since: date,
        latitude_e6: int | None = None,
        longitude_e6: int | None = None,
    ) -> str:
        id_, meter = new_id("site"), new_id("meter")
        site = Site(
            party,
            None,
            name,
            region,
            municipality,
            address,
            latitude_e6,
            longitude_e6,
            connection_kw=kw,
            supplier="Региональная сбытовая компания",
        )

        def work(books: Books) -> None:
            books.state(id_, site, since=since, new=True)
            books.state(meter, Meter(id_, f"M-{next(self._serials)}"), since=since, new=True)
            for _ in range(machines):
                model, ghs, watts = self.chance.choice(
                    (("S21", 200_000, 3_500), ("S21 XP", 270_000, 3_645), ("M60S", 186_000, 3_441))
                )
                maker = "MicroBT" if model.startswith("M") else "Bitmain"
                books.state(
                    new_id("machine"),
                    Machine(party, id_, maker, model, f"SN{next(self._serials)}", ghs, watts),
                    since=since,
                    new=True,
                )

        self.enter(hand, work)
        return meter

    def declare(self, party: str, hand: str, month: Period, meter: str, kwh: int, on: date, *, part: float = 1) -> None:
        self.clock.at(on)
        # Machines of 17 J/TH made some 130 satoshi of a kilowatt-hour at the difficulty of that winter, fees included.
        coins = int(kwh * self.chance.uniform(126, 134) * part)
        made = Declaration(party, "BTC", coins, kwh * 1000, kwh * 520)
        id_ = new_id("declaration")

        def work(books: Books) -> None:
            books.state(new_id("reading"), Reading(meter, kwh * 1000), since=month.start, until=month.end, new=True)
            entry = declarations.declare(books, id_, made, month, on=on)
            blocks = (
                Text("Управление приняло указанные сведения."),
                Facts((("Месяц", f"{month}"), ("Запись", str(entry)))),
            )
            write_letter(
                books, new_id("letter"), party=party, about=id_, paper="receipt", blocks=blocks, on=on, language="ru"
            )

        self.enter(hand, work)

    def decided(self, officer: str, party: str, decision: Decision, known: int, on: date) -> None:
        self.enter(officer, lambda b: enter_decision(b, new_id("decision"), decision, party=party, known=known, on=on))

    def approve(self, party: str, register: str, officer: str, second: str, sent: date, on: date, number: int) -> str:
        id_, membership, proposal = new_id("application"), new_id("membership"), new_id("proposal")
        self.clock.at(sent)
        self.enter(
            party,
            lambda b: applications.apply(
                b, id_, party=party, register=register, statement="Просим включить в реестр.", on=sent
            ),
        )
        self.clock.at(on)
        self.enter(officer, lambda b: applications.take_up(b, id_, on=on))

        def propose(books: Books) -> None:
            found = books.current(Application, id_)
            said = "Организация вправе осуществлять майнинг после включения в реестр; оснований для отказа нет."
            writes = applications.approval(
                found,
                membership=membership,
                number=f"{register[0].upper()}-{on:%Y}-{number:06}",
                on=on,
                cites=CITES,
                reason=said,
            )
            proposals.propose(
                books, proposal, about=id_, act="approve application", statements=writes, reason=said, since=on
            )

        self.enter(officer, propose)

        def approve(books: Books) -> None:
            proposals.approve(books, proposal, on=on)
            blocks = (
                Text("Указанное лицо включено в реестр."),
                Facts((("Реестр", "майнеры" if register == "miners" else "операторы"), ("Номер", f"{register[0].upper()}-{on:%Y}-{number:06}"))),
                Reason("Оснований для отказа нет.", CITES),
            )  # fmt: skip
            write_letter(
                books, new_id("letter"), party=party, about=id_, paper="certificate of entry", blocks=blocks, on=on, language="ru",
                number=f"{register[0].upper()}-{on:%Y}-{number:06}",
            )  # fmt: skip

        self.enter(second, approve)
        return membership


def build(office: Office, clock: Moving, progress: Callable[[str], None] = lambda _: None) -> None:
    """Enter what invented people did until the morning of the demonstration."""
    b = _Builder(office, clock)
    opened = clock.at(date(2024, 11, 1))
    progress("entering people")
    staff = {
        login: add_account(office, login=login, name=name, roles=[role], password=PASSWORD, by="office-000001")
        for login, name, role in (
            ("officer", "Ольга Служащая", "officer"), ("second", "Сергей Второй", "officer"), ("third", "Тамара Третья", "officer"),
            ("fourth", "Виктор Четвёртый", "officer"), ("inspector", "Инна Выездная", "inspector"), ("analyst", "Антон Сводный", "analyst"),
            ("watcher", "Вера Внимательная", "aml"), ("watcher2", "Борис Второй", "aml"), ("admin", "Алла Администратор", "administrator"),
        )
    }  # fmt: skip
    with office.reading() as connection:
        for hand in staff.values():
            connection.execute(
                "UPDATE desk.account SET totp_secret = %s WHERE hand = %s",
                (office.keys.seal(SECRET, about_second(hand)), hand),
            )
    officer, second = staff["officer"], staff["second"]
    companies = [b.party(c[0], "company", opened, c[5], state_tied=c[0].startswith("АО «Гос")) for c in _COMPANIES]
    homes = [b.party(n, "citizen", opened) for n in _HOMES]
    sole = b.party("ИП Кузнецов Олег Вымышленный", "entrepreneur", opened)
    host = b.party("ООО «Ангара Хостинг»", "company", opened, "Братск, промплощадка БрАЗ")
    owner = b.party("Фонд «Вымышленный собственник»", "company", opened)
    b.enter(
        officer,
        lambda books: books.state(new_id("share"), Share(owner, companies[1], 620_000, True), since=opened, new=True),
    )
    hands = {
        login: add_account(office, login=login, name=name, roles=[role], password=PASSWORD, by="office-000001", parties=acts_for)
        for login, name, role, acts_for in (
            ("miner", "Марина Майнер", "miner", [companies[1], companies[3]]), ("household", _HOMES[0], "miner", [homes[0]]),
            ("operator", "Оператор Ангара", "operator", [host]),
        )
    }  # fmt: skip
    progress("entering sites and machines")
    meters: dict[str, str] = {}
    for party, (name, region, place, machines, kw, address, *at) in zip(companies, _COMPANIES, strict=True):
        meters[party] = b.site(
            party,
            hands["miner"],
            f"Площадка «{name.split('«')[1].rstrip('»')}»",
            region,
            place,
            machines,
            kw,
            address,
            opened,
            *at,
        )
    for party in homes:
        meters[party] = b.site(party, hands["household"], "Дом", "RU-IRK", "bratsk", 2, 15, "", opened)
    meters[sole] = b.site(sole, hands["miner"], "Гараж", "RU-TVE", "", 4, 60, "", opened)
    members: dict[str, str] = {}
    progress("two hands decide")
    for n, party in enumerate(companies[:8]):
        members[party] = b.approve(
            party,
            "miners",
            officer,
            second,
            date(2024, 11, 5) + timedelta(days=2 * n),
            date(2024, 11, 12) + timedelta(days=2 * n),
            n + 1,
        )
    b.approve(host, "operators", second, officer, date(2024, 11, 25), date(2024, 12, 2), 1)
    progress("declaring five months")
    for month in months_between("2024-11..2025-02"):
        for n, party in enumerate(companies[:8]):
            if n == 6 and month.start.month == 2:
                continue  # one is missing
            used = int(_COMPANIES[n][3] * 3.5 * 24 * month.days * b.chance.uniform(0.9, 0.98))
            late = 12 if n == 7 else 0
            part = (
                0.55 if n == 5 else 2.8 if n == 4 and month.start.month == 2 else 1
            )  # less than its energy makes, or more
            b.declare(
                party, hands["miner"], month, meters[party], used, month.end + timedelta(days=8 + n + late), part=part
            )
    for month, kwh in zip(months_between("2024-12..2025-02"), (4_100, 4_900, 5_700), strict=True):  # runs into 6,000
        b.declare(homes[0], hands["household"], month, meters[homes[0]], kwh, month.end + timedelta(days=10))
        b.declare(homes[1], hands["household"], month, meters[homes[1]], kwh // 3, month.end + timedelta(days=11))
    progress("cases that are open")
    today = clock.at(date(2025, 3, 24))
    b.enter(
        hands["miner"],
        lambda books: applications.apply(
            books,
            new_id("application"),
            party=companies[8],
            register="miners",
            statement="Просим включить в реестр майнеров. Площадка в Махачкале.",
            on=today,
        ),
    )
    b.enter(
        hands["miner"],
        lambda books: applications.apply(
            books,
            new_id("application"),
            party=companies[9],
            register="miners",
            statement="Просим включить в реестр майнеров.",
            on=today,
        ),
    )
    b.enter(
        hands["miner"],
        lambda books: applications.apply(
            books,
            new_id("application"),
            party=sole,
            register="miners",
            statement="Индивидуальный предприниматель, четыре устройства.",
            on=today,
        ),
    )
    exclusion = new_id("exclusion")
    evidence = "Сведения за февраль 2025 года не представлены, площадка обесточена за долги."
    b.enter(
        officer,
        lambda books: exclusions.notice(
            books,
            exclusion,
            membership=members[companies[6]],
            ground="power rules",
            evidence=evidence,
            cites=_DECREE,
            on=today,
            term_days=10,
        ),
    )
    struck, proposal = new_id("exclusion"), new_id("proposal")
    b.enter(
        officer,
        lambda books: exclusions.notice(
            books,
            struck,
            membership=members[companies[7]],
            ground="false data",
            evidence="Заявлено вдвое меньше устройств, чем найдено.",
            cites=_DECREE,
            on=today,
            term_days=3,
        ),
    )
    later = clock.at(date(2025, 3, 28))
    b.enter(
        hands["miner"],
        lambda books: exclusions.answer(
            books, struck, text="Устройства прибыли после подачи сведений.", on=date(2025, 3, 26)
        ),
    )
    b.enter(
        officer,
        lambda books: proposals.propose(
            books,
            proposal,
            about=struck,
            act="exclude",
            statements=exclusions.exclude(books, books.current(Exclusion, struck), on=later),
            reason="Недостоверные сведения подтверждены.",
            since=later,
        ),
    )
    b.enter(second, lambda books: proposals.approve(books, proposal, on=later))
    b.enter(
        hands["miner"],
        lambda books: appeals.appeal(
            books,
            new_id("appeal"),
            party=companies[7],
            about=struck,
            statement="Просим восстановить: сведения исправлены.",
            on=later,
        ),
    )
    waiting = new_id("proposal")

    def propose(books: Books) -> None:
        found = one(books.transaction.connection, Application, _application_of(books, companies[9]))
        writes = applications.approval(
            found,
            membership=new_id("membership"),
            number="M-2025-000009",
            on=later,
            cites=CITES,
            reason="Оснований для отказа нет.",
        )
        proposals.propose(
            books,
            waiting,
            about=found.id,
            act="approve application",
            statements=writes,
            reason="Оснований для отказа нет.",
            since=later,
        )

    b.enter(officer, propose)
    b.enter(
        officer,
        lambda books: books.state(
            new_id("note"), Note(companies[8], "Площадка в регионе с круглогодичным запретом."), since=later, new=True
        ),
    )
    progress("deciding")
    with office.reading() as connection:
        known = journal.size(connection)
        [month] = months_between("2025-02")
        made = [
            (p, decide_month(office.regime, month_known(connection, p, month, known=known), real=False))
            for p in (*companies[:4], homes[0])
        ]
    for party, decision in made:
        b.decided(officer, party, decision, known, later)
    progress("visiting sites")
    _visits(b, staff["inspector"], angarsk=companies[1], bratsk=companies[3])
    progress("hosting clients")
    _hosting(b, hands["operator"], host, (companies[3], 20), (companies[5], 12))
    _pools(b, hands["miner"], companies[1], companies[3], others=[companies[n] for n in (0, 2, 4, 5, 7)])
    progress("looking for signs of laundering")
    with office.reading() as connection:
        looked = [suspecting.looked_at(connection, office, party, month, None) for party in members]
    suspecting.enter(office, staff["watcher"], looked, on=clock.at(date(2025, 3, 31)), key="signs of the demonstration")
    progress("asking for accounts")
    _asking(b, companies[1])
    progress("entering settlements")
    _settlements(b, officer)
    with office.reading() as connection:
        journal.make_checkpoint(connection, office.key, clock.now)


def _visits(b: _Builder, inspector: str, *, angarsk: str, bratsk: str) -> None:
    """A visit to Bratsk that found fewer machines than are entered, and one to Angarsk that is planned for tomorrow."""
    on = b.clock.at(date(2025, 3, 31))
    done, ahead, letter = new_id("inspection"), new_id("inspection"), new_id("letter")
    said = words("ru", b.office.settings.zone, b.office.regime)

    def at(books: Books, party: str) -> Stated[Site]:
        [site] = listed(books.transaction.connection, Site, "owner = %s", [party])
        return site

    def visit(books: Books) -> None:
        site = at(books, bratsk)
        [meter] = listed(books.transaction.connection, Meter, "site = %s", [site.id])
        inspections.plan(
            books, done, site=site.id, inspector=inspector, on=on, why="Потребление ниже, чем у заявленных устройств."
        )
        text = "Две стойки из восьми пусты. По словам управляющего, устройства вывезены в ремонт; документов нет."
        found = Found(64, 1_184_320_500, meter.record.serial, text)
        file_protocol(books, done, found, letter=letter, said=said, on=on)

    b.enter(inspector, visit)
    tomorrow, why = date(2025, 4, 2), "С 7 апреля здесь запрет: убедиться, что майнинг прекращается."
    b.enter(
        inspector,
        lambda books: inspections.plan(
            books, ahead, site=at(books, angarsk).id, inspector=inspector, on=tomorrow, why=why
        ),
    )


def _pools(b: _Builder, hand: str, *miners: str, others: Sequence[str]) -> None:
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


def _asking(b: _Builder, company: str) -> None:
    """Two who ask for an account: an entrepreneur whom nobody knows yet, and an accountant for a company that others act for already."""
    on = b.clock.at(date(2025, 3, 31))
    with b.office.reading() as connection:
        [known] = listed(connection, Identity, "party = %s", [company])
    digits, ogrn, ogrnip = b.inn(12), f"12500{b.chance.randrange(10**7):07}", f"32500{b.chance.randrange(10**9):09}"
    requests = (
        ("newcomer", "nina", Joining(
            "", "sent", "entrepreneur", "RU", "ИП Новикова Нина Вымышленная", digits, f"{ogrnip}{int(ogrnip) % 13 % 10}", "Тверь, Примерная ул., 5",
            "nina@example.org", "", "Новикова Нина Вымышленная", statement="Десять устройств, площадка в аренде с апреля.",
        )),
        ("", "bella", Joining(
            "", "sent", "company", "RU", known.record.name, known.record.inn, f"{ogrn}{int(ogrn) % 11 % 10}", known.record.address, "accounts@example.org", "",
            "Бухгалтерова Белла Вымышленная", "attorney", "12/2025", date(2025, 3, 17), date(2025, 12, 31),
        )),
    )  # fmt: skip
    for number, wanted, asked in requests:
        id_ = new_id("joining")
        made = newcomers.newcomer(b.office, wanted, PASSWORD, request=id_, hosts=False, language="ru")
        new = replace(made, number=number or made.number)  # that of one is told where people sign in

        def work(books: Books, id_: str = id_, asked: Joining = asked, new: newcomers.Newcomer = new) -> None:
            newcomers.ask(books, id_, asked, on, new)

        b.enter(new.hand, work)


def _settlements(b: _Builder, officer: str) -> None:
    """An exporter that is tied to the state, with what it wants to have paid in coins."""
    on, party = b.clock.at(date(2025, 3, 31)), new_id("party")
    ogrn = f"12500{b.chance.randrange(10**7):07}"
    who = Identity(
        party, "АО «Алтай Экспорт»", b.inn(10), f"{ogrn}{int(ogrn) % 11 % 10}", "Барнаул, Примерная ул., 8", "nobody@example.org"
    )  # fmt: skip
    b.enter(
        "office-000001",
        lambda books: (
            books.state(party, Party("company", state_tied=True), since=on, new=True),
            books.state(new_id("identity"), who, since=on, new=True),
        ),
    )
    trader = add_account(
        b.office, login="trader", name="Тимур Торговый", roles=["participant"], password=PASSWORD, by="office-000001", parties=[party]
    )  # fmt: skip
    enter_settlements(b.office, party, who, trader, officer, on)


def _hosting(b: _Builder, hand: str, host: str, *hosted: tuple[str, int]) -> None:
    """An operator with a site in Bratsk, and miners who have machines there; it has reported three months of them."""
    opened, site, meter = date(2024, 12, 2), new_id("site"), new_id("meter")
    months = months_between("2024-12..2025-02")
    place = Site(
        host, host, "Хостинг «Братск»", "RU-IRK", "bratsk", "Братск, промплощадка БрАЗ", 56_132_000, 101_610_000, connection_kw=6_000,
        supplier="Региональная сбытовая компания",
    )  # fmt: skip

    def enter(books: Books) -> None:
        books.state(site, place, since=opened, new=True)
        books.state(meter, Meter(site, f"M-{next(b._serials)}"), since=opened, new=True)
        for n, (miner, machines) in enumerate(hosted, start=1):
            contract = f"Договор № {n} от 02.12.2024"
            clients.host(books, new_id("client"), Client(host, miner, site, contract, 52_000 + 1_500 * n), since=opened)
            for _ in range(machines):
                machine = Machine(miner, site, "Bitmain", "S21", f"SN{next(b._serials)}", 200_000, 3_500)
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


def _application_of(books: Books, party: str) -> str:
    [(id_,)] = books.transaction.query(
        "SELECT id FROM register.application WHERE party = %s AND upper_inf(known) AND upper_inf(valid)", [party]
    )
    return str(id_)
