"""What the office does by itself: a checkpoint each hour, reminders each morning, each once however often it goes round."""

from collections.abc import Iterator

import pytest
from tests.databases import Clock
from tests.desk.at_work import office_at_work

from adit.desk.office import Office
from adit.desk.rounds import LOCK, round_once
from adit.journal import store as journal
from adit.register.records import Letter
from adit.register.store import count


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _signed(office: Office) -> int:
    with office.reading() as connection:
        newest = journal.latest_checkpoint(connection)
    return newest[0] if newest else 0


def _reminders(office: Office) -> int:
    with office.reading() as connection:
        return count(connection, Letter, "paper = 'reminder'")


def _clock(office: Office) -> Clock:
    assert isinstance(office.clock, Clock)
    return office.clock


def test_a_checkpoint_is_signed_when_something_was_entered_and_an_hour_has_passed(office: Office):
    first = _signed(office)
    round_once(office, office.today())
    assert _signed(office) == first
    office.write(lambda transaction: {"seq": transaction.seq}, key="nothing")
    from adit.register.records import Note
    from adit.register.store import Books

    with office.reading() as connection:
        [(party,)] = connection.execute("SELECT id FROM register.party LIMIT 1").fetchall()

    def note(transaction: object) -> dict[str, str]:
        Books(transaction, "office-000001").state("note-0000000001", Note(party, "x"), since=office.today(), new=True)  # type: ignore[arg-type]
        return {}

    office.write(note, key="note")
    round_once(office, office.today())
    assert _signed(office) > first
    again = _signed(office)
    _clock(office).pass_(minutes=59)
    round_once(office, office.today())
    assert _signed(office) == again


def test_reminders_go_out_in_the_morning_and_once(office: Office):
    _clock(office).pass_(days=15)  # 16 April: the report on March is due on the 20th
    day = round_once(office)
    assert day == office.today()
    sent = _reminders(office)
    assert sent > 0
    round_once(office)
    assert _reminders(office) == sent
    _clock(office).pass_(days=1)
    round_once(office, day)
    assert _reminders(office) == sent


def test_nobody_is_reminded_at_night(office: Office):
    _clock(office).pass_(days=15, hours=-5)
    assert round_once(office) is None
    assert _reminders(office) == 0


def test_one_process_at_a_time_goes_round(office: Office):
    _clock(office).pass_(days=15)
    with office.database.connect(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert round_once(office) is None
        assert _reminders(office) == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert round_once(office) == office.today()
