"""The audit of a party at the desk: what its records come to, who may see it, and what is missing where nothing can be asked."""

from collections.abc import Iterator
from datetime import date

import pytest
from tests.desk.at_work import Person, office_at_work

from adit.desk.office import Office
from adit.desk.party_audit import _paid
from adit.register.records import Machine, Participation
from adit.register.store import Stated, listed
from adit.terms.days import months_between
from adit.terms.errors import BadInput


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def paid_as(office: Office, scheme: str) -> str:
    with office.reading() as connection:
        return next(p.record.party for p in listed(connection, Participation) if p.record.scheme == scheme)


def test_energy_machines_and_declaration_are_told_together(office: Office) -> None:
    page = Person(office, "officer").get(f"/parties/{paid_as(office, 'FPPS')}/audit?month=2025-02")
    for said in (
        "Meter: the energy makes",
        "Machines: they could make",
        "Declared",
        "From energy to coins",
        "Bounds that decided",
    ):
        assert said in page
    assert "not looked at: no receipts were given" in page
    assert "2024-11" in page  # the first month of its machines
    assert "2024-10" not in page


def test_it_is_told_in_russian(office: Office) -> None:
    page = Person(office, "officer", "ru").get(f"/parties/{paid_as(office, 'FPPS')}/audit?month=2025-02")
    assert "Счётчик: энергии" in page
    assert "От энергии к монетам" in page


def test_a_pplns_pool_of_unknown_size_is_not_testable(office: Office) -> None:
    page = Person(office, "officer").get(f"/parties/{paid_as(office, 'PPLNS')}/audit?month=2025-02")
    assert "Not testable" in page
    assert "how many blocks its pool finds is not known" in page


def test_who_is_paid_in_an_unknown_way_is_asked_and_not_judged(office: Office) -> None:
    with office.reading() as connection:
        known = {p.record.party for p in listed(connection, Participation)}
        other = next(m.record.owner for m in listed(connection, Machine, limit=10_000) if m.record.owner not in known)
    page = Person(office, "officer").get(f"/parties/{other}/audit")
    assert "This cannot be audited" in page
    assert "It is not entered in which pool the party mines" in page


def test_an_analyst_sees_no_name(office: Office) -> None:
    page = Person(office, "analyst").get(f"/parties/{paid_as(office, 'FPPS')}/audit?month=2025-02")
    assert "Ангара" not in page
    assert paid_as(office, "FPPS") in page


def test_a_miner_does_not_see_it(office: Office) -> None:
    Person(office, "miner").get(f"/parties/{paid_as(office, 'FPPS')}/audit", status=403)


@pytest.mark.parametrize("month", ["2025", "soon", "2025-02-30"])
def test_a_month_that_is_none_is_refused(office: Office, month: str) -> None:
    Person(office, "officer").get(f"/parties/{paid_as(office, 'FPPS')}/audit?month={month}", status=422)


def test_a_month_beyond_the_table_of_difficulty_is_told(office: Office) -> None:
    page = Person(office, "officer").get(f"/parties/{paid_as(office, 'FPPS')}/audit?month=2031-01")
    assert "The difficulty of this month is not known" in page


def test_who_declares_half_of_what_its_energy_makes_is_asked(office: Office) -> None:
    with office.reading() as connection:
        paid = [p.record.party for p in listed(connection, Participation) if p.record.scheme == "FPPS"]
    officer = Person(office, "officer")
    pages = {party: officer.get(f"/parties/{party}/audit?month=2025-02") for party in paid}
    found = [party for party, page in pages.items() if "Fewer coins declared than the energy makes" in page]
    assert len(found) == 1
    assert "Печора" in pages[found[0]]
    assert "Further coins of this month" in pages[found[0]]
    beyond = [page for page in pages.values() if "More coins declared than the energy can make" in page]
    assert ["Хакас" in page for page in beyond] == [True]
    assert sum("Nothing contradicts" in page for page in pages.values()) == len(paid) - 2


def test_pools_that_pay_in_different_ways_are_not_taken_for_one() -> None:
    month = months_between("2025-02")[0]

    def mines(scheme: str) -> Stated[Participation]:
        return Stated(
            f"participation-{scheme}", Participation("party", "pool", scheme=scheme), date(2024, 11, 1), None, 1, None
        )

    assert _paid([mines("FPPS"), mines("PPS+")], month).scheme == "FPPS"
    with pytest.raises(BadInput, match="pay in different ways"):
        _paid([mines("FPPS"), mines("PPLNS")], month)
