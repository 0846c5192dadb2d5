"""What happens in the demonstration until its morning, in the order in which it is entered."""

from collections.abc import Callable, Sequence
from datetime import date

from adit.decision.decide import Decision
from adit.decision.entering import enter_decision
from adit.decision.monthly import decide_month, month_known
from adit.desk import suspecting
from adit.desk.demo.asking import enter_asking
from adit.desk.demo.builder import Builder
from adit.desk.demo.cases import enter_cases
from adit.desk.demo.clock import Moving
from adit.desk.demo.members import enter_members
from adit.desk.demo.months import enter_months
from adit.desk.demo.people import enter_people
from adit.desk.demo.settlements import enter_settlements
from adit.desk.demo.sites import enter_hosting, enter_pools, enter_sites
from adit.desk.demo.visits import enter_visits
from adit.desk.office import Office, new_id
from adit.journal import store as journal
from adit.register.store import Books
from adit.terms.days import Period, months_between

__all__ = ["build"]


def build(office: Office, clock: Moving, progress: Callable[[str], None] = lambda _: None) -> None:
    """Enter what invented people did until the morning of the demonstration."""
    b = Builder(office, clock)
    opened = clock.at(date(2024, 11, 1))
    progress("entering people")
    people = enter_people(b, opened)
    companies, officer = people.companies, people.staff["officer"]
    progress("entering sites and machines")
    meters = enter_sites(b, people, opened)
    progress("two hands decide")
    members = enter_members(b, people)
    progress("declaring five months")
    enter_months(b, people, meters)
    progress("cases that are open")
    later = enter_cases(b, people, members)
    progress("deciding")
    [month] = months_between("2025-02")
    _decide(b, officer, [*companies[:4], people.homes[0]], month, later)
    progress("visiting sites")
    enter_visits(b, people.staff["inspector"], angarsk=companies[1], bratsk=companies[3])
    progress("hosting clients")
    enter_hosting(b, people.hands["operator"], people.host, (companies[3], 20), (companies[5], 12))
    enter_pools(b, people.hands["miner"], companies[1], companies[3], others=[companies[n] for n in (0, 2, 4, 5, 7)])
    progress("looking for signs of laundering")
    with office.reading() as connection:
        looked = [suspecting.looked_at(connection, office, party, month, None) for party in members]
    watcher = people.staff["watcher"]
    suspecting.enter(office, watcher, looked, on=clock.at(date(2025, 3, 31)), key="signs of the demonstration")
    progress("asking for accounts")
    enter_asking(b, companies[1])
    progress("entering settlements")
    enter_settlements(b, officer)
    with office.reading() as connection:
        journal.make_checkpoint(connection, office.key, clock.now)


def _decide(b: Builder, officer: str, parties: Sequence[str], month: Period, on: date) -> None:
    """Decide a month of these parties, all by what was known before the first was decided."""
    with b.office.reading() as connection:
        known = journal.size(connection)
        made = [
            (p, decide_month(b.office.regime, month_known(connection, p, month, known=known), real=False))
            for p in parties
        ]
    for party, decision in made:

        def work(books: Books, party: str = party, decision: Decision = decision) -> None:
            enter_decision(books, new_id("decision"), decision, party=party, known=known, on=on)

        b.enter(officer, work)
