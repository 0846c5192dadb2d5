"""What the members of the demonstration declared month by month: one too little, one too much, one late, one not at all."""

from datetime import date, timedelta

from adit.desk.demo.builder import Builder
from adit.desk.demo.people import COMPANIES, People
from adit.desk.letters import write_letter
from adit.desk.office import new_id
from adit.desk.papers import Facts, Text
from adit.register.procedures import declarations
from adit.register.records import Declaration, Reading
from adit.register.store import Books
from adit.terms.days import Period, months_between

__all__ = ["enter_months"]


def enter_months(b: Builder, people: People, meters: dict[str, str]) -> None:
    """Enter the months from November to February, and those of two households."""
    for month in months_between("2024-11..2025-02"):
        for n, party in enumerate(people.companies[:8]):
            if n == 6 and month.start.month == 2:
                continue  # one is missing
            used = int(COMPANIES[n].machines * 3.5 * 24 * month.days * b.chance.uniform(0.9, 0.98))
            late = 12 if n == 7 else 0
            part = (
                0.55 if n == 5 else 2.8 if n == 4 and month.start.month == 2 else 1
            )  # less than its energy makes, or more
            on = month.end + timedelta(days=8 + n + late)
            _declare(b, party, people.hands["miner"], month, meters[party], used, on, part=part)
    household = people.hands["household"]
    for month, kwh in zip(months_between("2024-12..2025-02"), (4_100, 4_900, 5_700), strict=True):  # runs into 6,000
        for home, used, days in zip(people.homes[:2], (kwh, kwh // 3), (10, 11), strict=True):
            _declare(b, home, household, month, meters[home], used, month.end + timedelta(days=days))


def _declare(
    b: Builder, party: str, hand: str, month: Period, meter: str, kwh: int, on: date, *, part: float = 1
) -> None:
    b.clock.at(on)
    # Machines of 17 J/TH made some 130 satoshi of a kilowatt-hour at the difficulty of that winter, fees included.
    coins = int(kwh * b.chance.uniform(126, 134) * part)
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

    b.enter(hand, work)
