"""Who asks the office of the demonstration for an account."""

from dataclasses import replace
from datetime import date

from adit.desk import newcomers
from adit.desk.demo.builder import PASSWORD, Builder
from adit.desk.office import new_id
from adit.register.records import Identity, Joining
from adit.register.store import Books, listed

__all__ = ["enter_asking"]


def enter_asking(b: Builder, company: str) -> None:
    """Two who ask for an account: an entrepreneur whom nobody knows yet, and an accountant for a company that others act for already."""
    on = b.clock.at(date(2025, 3, 31))
    with b.office.reading() as connection:
        [known] = listed(connection, Identity, "party = %s", [company])
    digits, ogrn, ogrnip = b.inn(12), b.ogrn(), f"32500{b.chance.randrange(10**9):09}"
    requests = (
        ("newcomer", "nina", Joining(
            "", "sent", "entrepreneur", "RU", "ИП Новикова Нина Вымышленная", digits, f"{ogrnip}{int(ogrnip) % 13 % 10}", "Тверь, Примерная ул., 5",
            "nina@example.org", "", "Новикова Нина Вымышленная", statement="Десять устройств, площадка в аренде с апреля.",
        )),
        ("", "bella", Joining(
            "", "sent", "company", "RU", known.record.name, known.record.inn, ogrn, known.record.address, "accounts@example.org", "",
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
