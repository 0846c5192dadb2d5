"""Screens subjects against loaded lists: names, numbers, texts and addresses. Clear is only who was found nowhere while all mandatory lists were fresh.

A check that fails with an error has said nothing, and nothing is not clear: it holds. Hits that two people cleared are for the office's service of
screening, which knows them.
"""

from collections.abc import Sequence
from datetime import datetime

from adit.screening.addresses import ENGINE as ADDRESSES
from adit.screening.addresses import address_hits, index_of
from adit.screening.hits import Hit
from adit.screening.loading import Loaded
from adit.screening.matching import ENGINE as NAMES
from adit.screening.matching import hits, index_entries
from adit.screening.receipts import ListSeen, Outcome, Receipt
from adit.screening.states import seen
from adit.screening.subjects import Subject

__all__ = ["ListScreener"]


class ListScreener:
    """Lists that were loaded on a day, ready to be asked. Without any of them it holds everybody."""

    ENGINE = f"{NAMES} {ADDRESSES}"

    def __init__(self, loaded: Sequence[Loaded]) -> None:
        entries = [e for each in loaded if each.version is not None for e in each.version.entries]
        self._names, self._addresses = index_entries(entries), index_of(entries)
        self._lists = tuple(seen(each.state) for each in loaded if each.state.mandatory or each.version is not None)
        self._why_held = tuple(
            f"The list {each.state.list_id} is {each.state.state.value}: {' '.join(each.state.why)}".rstrip(": ")
            for each in loaded
            if each.state.holds
        )
        if not any(each.state.mandatory for each in loaded):
            self._why_held = ("The office has loaded no mandatory list.",)

    def lists(self, at: datetime) -> Sequence[ListSeen]:
        return self._lists

    def screen(self, subjects: Sequence[Subject], at: datetime) -> Sequence[Receipt]:
        return [self._screened(s, at) for s in subjects]

    def _screened(self, subject: Subject, at: datetime) -> Receipt:
        try:
            found = self._hits(subject, at)
        except Exception as error:  # whatever it is: what did not end has cleared nobody
            why = f"The check did not end ({type(error).__name__})."
            return Receipt(subject.digest, at, self.ENGINE, self._lists, (), (), Outcome.HOLD, (why,))
        if found:
            outcome, reasons = Outcome.REVIEW, tuple(_told(h) for h in found)
        elif self._why_held:
            outcome, reasons = Outcome.HOLD, self._why_held
        else:
            outcome, reasons = Outcome.CLEAR, ()
        return Receipt(subject.digest, at, self.ENGINE, self._lists, found, (), outcome, reasons)

    def _hits(self, subject: Subject, at: datetime) -> tuple[Hit, ...]:
        if subject.kind == "address":
            return address_hits(subject, self._addresses, at.date())
        return hits(subject, self._names, on=at.date())


def _told(hit: Hit) -> str:
    return f"{' '.join(hit.words)} List {hit.list_id}, entry {hit.entry_id}."
