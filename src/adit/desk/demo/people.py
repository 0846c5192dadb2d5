"""Who is in the demonstration: the office, the companies and citizens it regulates, and who acts for them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from adit.desk.demo.builder import SECRET, Builder
from adit.desk.office import new_id
from adit.desk.sealing import about_second
from adit.register.records import Share

__all__ = ["COMPANIES", "People", "enter_people"]


class Company(NamedTuple):
    """A company and its only site; latitude and longitude are those of the town."""

    name: str
    region: str
    municipality: str
    machines: int
    kw: int
    address: str
    latitude_e6: int
    longitude_e6: int


COMPANIES = (
    Company("ООО «Северный Хэш»", "RU-KYA", "", 40, 5_000, "Норильск, Талнахская ул., 7", 69_349_800, 88_201_000),
    Company("ООО «Ангара Вычисления»", "RU-IRK", "angarsk", 60, 9_000, "Ангарск, промзона, 3", 52_544_800, 103_888_500),
    Company("АО «Карелия ЦОД»", "RU-KR", "", 25, 2_500, "Сегежа, Заводская ул., 1", 63_744_400, 34_312_600),
    Company("ООО «Братская Нить»", "RU-IRK", "bratsk", 80, 12_000, "Братск, ул. Энергетиков, 12", 56_151_400, 101_634_200),
    Company("ООО «Хакас Майнинг»", "RU-KK", "", 18, 1_800, "Саяногорск, Индустриальный проезд, 4", 53_100_600, 91_412_300),
    Company("ООО «Печора Терм»", "RU-KO", "", 22, 3_000, "Печора, ул. Гагарина, 30", 65_148_600, 57_223_900),
    Company("ООО «Тверские Фермы»", "RU-TVE", "", 6, 600, "Торжок, Ленинградское шоссе, 9", 57_033_300, 34_966_700),
    Company("ООО «Кубань Блок»", "RU-KDA", "", 9, 800, "Тихорецк, Октябрьская ул., 5", 45_854_700, 40_125_300),
    Company("ООО «Даргин Хэш»", "RU-DA", "", 5, 400, "Махачкала, просп. Акушинского, 1", 42_984_900, 47_504_600),
    Company("АО «Госэнергомайн»", "RU-KYA", "", 50, 8_000, "Красноярск, ул. Маерчака, 16", 56_010_500, 92_852_600),
)  # fmt: skip
_HOMES = ("Иванов Иван Вымышленный", "Петрова Анна Примерная", "Сидоров Пётр Образцовый")


@dataclass(frozen=True, slots=True)
class People:
    """Ids of parties, and the hands of accounts by their logins."""

    staff: dict[str, str]
    hands: dict[str, str]
    companies: list[str]  # in the order of COMPANIES
    homes: list[str]
    sole: str  # an entrepreneur
    host: str  # hosts the machines of others


def enter_people(b: Builder, opened: date) -> People:
    """Enter them, the office first."""
    staff = {
        login: b.account(login, name, role)
        for login, name, role in (
            ("officer", "Ольга Служащая", "officer"), ("second", "Сергей Второй", "officer"), ("third", "Тамара Третья", "officer"),
            ("fourth", "Виктор Четвёртый", "officer"), ("inspector", "Инна Выездная", "inspector"), ("analyst", "Антон Сводный", "analyst"),
            ("watcher", "Вера Внимательная", "aml"), ("watcher2", "Борис Второй", "aml"), ("admin", "Алла Администратор", "administrator"),
        )
    }  # fmt: skip
    with b.office.reading() as connection:
        for hand in staff.values():
            connection.execute(
                "UPDATE desk.account SET totp_secret = %s WHERE hand = %s",
                (b.office.keys.seal(SECRET, about_second(hand)), hand),
            )
    companies = [
        b.party(c.name, "company", opened, c.address, state_tied=c.name.startswith("АО «Гос")) for c in COMPANIES
    ]
    homes = [b.party(n, "citizen", opened) for n in _HOMES]
    sole = b.party("ИП Кузнецов Олег Вымышленный", "entrepreneur", opened)
    host = b.party("ООО «Ангара Хостинг»", "company", opened, "Братск, промплощадка БрАЗ")
    owner = b.party("Фонд «Вымышленный собственник»", "company", opened)
    b.enter(
        staff["officer"],
        lambda books: books.state(new_id("share"), Share(owner, companies[1], 620_000, True), since=opened, new=True),
    )
    hands = {
        "miner": b.account("miner", "Марина Майнер", "miner", [companies[1], companies[3]]),
        "household": b.account("household", _HOMES[0], "miner", [homes[0]]),
        "operator": b.account("operator", "Оператор Ангара", "operator", [host]),
    }
    return People(staff, hands, companies, homes, sole, host)
