"""How the members of the demonstration came into the register: an application, a proposal, a second hand, a certificate."""

from datetime import date, timedelta

from adit.desk.demo.builder import Builder
from adit.desk.demo.people import People
from adit.desk.letters import write_letter
from adit.desk.office import new_id
from adit.desk.papers import Facts, Reason, Text
from adit.register.procedures import applications, proposals
from adit.register.records import Application
from adit.register.store import Books

__all__ = ["CITES", "NO_GROUND", "enter_members"]

CITES = "221-FZ of 2024-08-08"
NO_GROUND = "Оснований для отказа нет."


def enter_members(b: Builder, people: People) -> dict[str, str]:
    """Admit eight companies as miners, one every other day, and the host as an operator; the membership of each miner."""
    officer, second = people.staff["officer"], people.staff["second"]
    sent, decided = date(2024, 11, 5), date(2024, 11, 12)
    members: dict[str, str] = {}
    for n, party in enumerate(people.companies[:8]):
        later = timedelta(days=2 * n)
        members[party] = _admit(b, party, "miners", officer, second, sent + later, decided + later, n + 1)
    _admit(b, people.host, "operators", second, officer, date(2024, 11, 25), date(2024, 12, 2), 1)
    return members


def _admit(b: Builder, party: str, register: str, officer: str, second: str, sent: date, on: date, n: int) -> str:
    """A party admitted to a register under its number `n` of that day's year; its membership."""
    number = f"{register[0].upper()}-{on:%Y}-{n:06}"
    id_, membership, proposal = new_id("application"), new_id("membership"), new_id("proposal")
    b.clock.at(sent)
    b.enter(
        party,
        lambda books: applications.apply(
            books, id_, party=party, register=register, statement="Просим включить в реестр.", on=sent
        ),
    )
    b.clock.at(on)
    b.enter(officer, lambda books: applications.take_up(books, id_, on=on))

    def propose(books: Books) -> None:
        found = books.current(Application, id_)
        said = "Организация вправе осуществлять майнинг после включения в реестр; оснований для отказа нет."
        writes = applications.approval(found, membership=membership, number=number, on=on, cites=CITES, reason=said)
        proposals.propose(
            books, proposal, about=id_, act="approve application", statements=writes, reason=said, since=on
        )

    b.enter(officer, propose)

    def approve(books: Books) -> None:
        proposals.approve(books, proposal, on=on)
        blocks = (
            Text("Указанное лицо включено в реестр."),
            Facts((("Реестр", "майнеры" if register == "miners" else "операторы"), ("Номер", number))),
            Reason(NO_GROUND, CITES),
        )  # fmt: skip
        write_letter(
            books, new_id("letter"), party=party, about=id_, paper="certificate of entry", blocks=blocks, on=on, language="ru",
            number=number,
        )  # fmt: skip

    b.enter(second, approve)
    return membership
