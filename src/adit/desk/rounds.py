"""What the office does by itself: it signs a checkpoint, reminds, tells other servers, sums figures anew, sweeps up. One process at a time does it.

Each of it may be done again at any moment without harm: a checkpoint over what is signed already is not made, a letter has a key, a message its id.
"""

from datetime import date, timedelta
from threading import Event, Thread

import structlog

from adit.desk import newcomers, retention, scanning, screening_runs
from adit.desk.cases import first_months
from adit.desk.office import Office
from adit.desk.reminding import remind
from adit.desk.summed import refresh
from adit.desk.webhooks import deliver, enqueue
from adit.engines.database import LOST, PoolTimeout
from adit.journal import store as journal
from adit.terms.errors import AditError

__all__ = ["HAND", "Rounds", "round_once"]

log = structlog.get_logger()
HAND = "office-000001"  # nobody's: the office itself
PAUSE_S = 5.0
LOCK = 0x726F756E  # among the advisory locks of the database
SIGNED_EVERY = timedelta(hours=1)
REMINDED_FROM = 8  # o'clock where the office sits


class Rounds:
    """The thread that goes round until it is stopped."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopping = Event()
        self._thread = Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _go(self) -> None:
        reminded: date | None = None
        while not self._stopping.wait(PAUSE_S):
            try:
                reminded = round_once(self._office, reminded)
            except (AditError, PoolTimeout, *LOST) as error:
                log.warning("a round was broken off", kind=type(error).__name__)


def round_once(office: Office, reminded: date | None = None) -> date | None:
    """Go round once, unless another process is on its way; the day on which letters were last looked at."""
    with office.reading() as connection:
        if not connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchall()[0][0]:
            return reminded
        try:
            _sign(office)
            while enqueue(office, office.now()):
                pass
            deliver(office, office.now())
            refresh(office)
            scanning.look_again(office)
            screening_runs.begin_if_due(office)
            today = office.today()
            if reminded != today and office.local_now().hour >= REMINDED_FROM:
                [month] = first_months(today, 1)
                made = remind(office, month, HAND)
                connection.execute("DELETE FROM desk.session WHERE expires_at < %s", [office.now()])
                log.info("reminders", size=made)
                log.info("requests taken away", size=newcomers.sweep(office, HAND))
                log.info("tables removed", size=retention.clean(office, HAND))
                reminded = today
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return reminded


def _sign(office: Office) -> None:
    """A checkpoint, where entries came since the last one and it is older than an hour."""
    with office.reading() as connection:
        size, newest = journal.size(connection), journal.latest_checkpoint(connection)
        if size and (newest is None or (newest[0] < size and newest[1] + SIGNED_EVERY <= office.now())):
            journal.make_checkpoint(connection, office.key, office.now())
            log.info("checkpoint", size=size)
