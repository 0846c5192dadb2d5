"""The visits of the inspector of the demonstration."""

from datetime import date

from adit.desk.demo.builder import Builder
from adit.desk.office import new_id
from adit.desk.protocols import Found, file_protocol
from adit.desk.web.languages import words
from adit.register.procedures import inspections
from adit.register.records import Meter, Site
from adit.register.store import Books, Stated, listed

__all__ = ["enter_visits"]


def enter_visits(b: Builder, inspector: str, *, angarsk: str, bratsk: str) -> None:
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
