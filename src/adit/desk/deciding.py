"""The thread that decides cases: what was asked for at one moment is read together, decided by the rules, and made into a record.

Like the hand that writes (`journal/writer`) it takes all that came in the meantime, so that under load the database is asked once for many
cases, and one thread waits for it and not one for each. Not for entering what was decided.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread

from adit.decision.decide import Decision
from adit.decision.monthly import MonthKnown, decide_month, months_known, not_there
from adit.decision.stored.record import Record, record_of
from adit.engines.database import Connection
from adit.regime.act import Regime
from adit.terms.days import Period
from adit.terms.errors import Unavailable

__all__ = ["Decided", "Decider"]

LARGEST_BATCH = 64


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a party's month, its record, and how long the log was when the facts were read."""

    decision: Decision
    record: Record
    known: int


@dataclass(slots=True)
class _Case:
    party: str
    period: Period
    questions: Sequence[str]
    more: Mapping[str, object]
    done: "Future[Decided]" = field(default_factory=Future)


class Decider:
    """The queue and the thread behind it. `reading` gives a connection; `real` refuses a regime that is not in force."""

    def __init__(
        self, reading: Callable[[], AbstractContextManager[Connection]], regime: Regime, *, real: bool
    ) -> None:
        self._reading, self._regime, self._real = reading, regime, real
        self._queue: SimpleQueue[_Case | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._run, name="decider", daemon=True)
        self._thread.start()

    def submit(
        self, party: str, period: Period, questions: Sequence[str] = (), more: Mapping[str, object] | None = None
    ) -> "Future[Decided]":
        """Have a party's month decided; `more` are facts stated for this decision alone.

        The future raises NotFound for a party that is not there, and whatever `decide_month` and the database raise.
        """
        if self._closed:
            raise Unavailable("The office is closing.", todo="Try again in a minute.")
        case = _Case(party, period, questions, more or {})
        case.done.set_running_or_notify_cancel()  # who goes away cannot take it back: the thread would stumble over that
        self._queue.put(case)
        return case.done

    def close(self) -> None:
        """Decide what waits, then stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    # The thread ---------------------------------------------------------------------------------------------------
    def _run(self) -> None:
        while (case := self._queue.get()) is not None:
            batch = [case]
            while len(batch) < LARGEST_BATCH:
                try:
                    following = self._queue.get_nowait()
                except Empty:
                    break
                if following is None:
                    self._queue.put(None)  # the end comes again, after this batch
                    break
                batch.append(following)
            self._decide(batch)

    def _decide(self, batch: Sequence[_Case]) -> None:
        try:
            with self._reading() as connection:
                months = months_known(connection, [(c.party, c.period) for c in batch])
        except Exception as error:
            for case in batch:
                case.done.set_exception(error)
            return
        for case in batch:
            try:
                case.done.set_result(self._decided(case, months.get((case.party, case.period))))
            except Exception as error:
                case.done.set_exception(error)

    def _decided(self, case: _Case, month: MonthKnown | None) -> Decided:
        if month is None:
            raise not_there(case.party)
        decision = decide_month(self._regime, month, case.questions, more=case.more, real=self._real)
        return Decided(decision, record_of(decision), month.known)
