"""The cases that are open on the morning of the demonstration: applications, procedures of exclusion, an appeal, a proposal that waits."""

from datetime import date

from adit.desk.demo.builder import Builder
from adit.desk.demo.members import CITES, NO_GROUND
from adit.desk.demo.people import People
from adit.desk.office import new_id
from adit.register.procedures import appeals, applications, exclusions, proposals
from adit.register.records import Application, Exclusion, Note
from adit.register.store import Books, one

__all__ = ["enter_cases"]

_DECREE = "Government Decree of 2024-11-01 on the registers"


def enter_cases(b: Builder, people: People, members: dict[str, str]) -> date:
    """Enter them; the day on which the last was."""
    companies, miner = people.companies, people.hands["miner"]
    officer = people.staff["officer"]
    today = b.clock.at(date(2025, 3, 24))
    for party, statement in (
        (companies[8], "Просим включить в реестр майнеров. Площадка в Махачкале."),
        (companies[9], "Просим включить в реестр майнеров."),
        (people.sole, "Индивидуальный предприниматель, четыре устройства."),
    ):
        _apply(b, miner, party, statement, today)
    evidence = "Сведения за февраль 2025 года не представлены, площадка обесточена за долги."
    _notice(b, officer, members[companies[6]], "power rules", evidence, today, 10)
    evidence = "Заявлено вдвое меньше устройств, чем найдено."
    struck = _notice(b, officer, members[companies[7]], "false data", evidence, today, 3)
    later = b.clock.at(date(2025, 3, 28))
    _strike_off(b, people, struck, companies[7], later)
    _propose_entry(b, officer, companies[9], later)
    b.enter(
        officer,
        lambda books: books.state(
            new_id("note"), Note(companies[8], "Площадка в регионе с круглогодичным запретом."), since=later, new=True
        ),
    )
    return later


def _strike_off(b: Builder, people: People, struck: str, party: str, later: date) -> None:
    """A procedure that has ended: the member answered, two officers struck it off, and it appeals."""
    miner, officer, second = people.hands["miner"], people.staff["officer"], people.staff["second"]
    proposal = new_id("proposal")
    b.enter(
        miner,
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
        miner,
        lambda books: appeals.appeal(
            books,
            new_id("appeal"),
            party=party,
            about=struck,
            statement="Просим восстановить: сведения исправлены.",
            on=later,
        ),
    )


def _propose_entry(b: Builder, officer: str, party: str, on: date) -> None:
    """An application that one officer proposes to approve; it waits for another."""
    waiting = new_id("proposal")

    def propose(books: Books) -> None:
        found = one(books.transaction.connection, Application, _application_of(books, party))
        writes = applications.approval(
            found, membership=new_id("membership"), number="M-2025-000009", on=on, cites=CITES, reason=NO_GROUND
        )
        proposals.propose(
            books,
            waiting,
            about=found.id,
            act="approve application",
            statements=writes,
            reason=NO_GROUND,
            since=on,
        )

    b.enter(officer, propose)


def _apply(b: Builder, hand: str, party: str, statement: str, on: date) -> None:
    id_ = new_id("application")
    b.enter(
        hand, lambda books: applications.apply(books, id_, party=party, register="miners", statement=statement, on=on)
    )


def _notice(b: Builder, hand: str, membership: str, ground: str, evidence: str, on: date, term_days: int) -> str:
    """A procedure of exclusion, begun; its id."""
    id_ = new_id("exclusion")
    b.enter(
        hand,
        lambda books: exclusions.notice(
            books,
            id_,
            membership=membership,
            ground=ground,
            evidence=evidence,
            cites=_DECREE,
            on=on,
            term_days=term_days,
        ),
    )
    return id_


def _application_of(books: Books, party: str) -> str:
    [(id_,)] = books.transaction.query(
        "SELECT id FROM register.application WHERE party = %s AND upper_inf(known) AND upper_inf(valid)", [party]
    )
    return str(id_)
