"""The receipt of one screening, and what can only be made of receipts: `Cleared`.

A settlement goes on with a `Cleared` in its hand or not at all. There is no parameter, setting or variable that makes one otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from adit.screening.hits import Hit
from adit.screening.subjects import Subject
from adit.terms.errors import Refused

__all__ = ["Cleared", "ListSeen", "Outcome", "Receipt", "cleared"]


class Outcome(StrEnum):
    """What a screening ended in. Only CLEAR lets anything go on."""

    CLEAR = "clear"
    REVIEW = "review"  # a hit that people have to look at
    LISTED = "listed"  # a hit that two people confirmed
    HOLD = "hold"  # a mandatory list was not fresh, or a check did not end: nothing is known


@dataclass(frozen=True, slots=True)
class ListSeen:
    """One list as it stood when it was asked: its state is FRESH, STALE, MISSING, SUSPECT or RETIRED."""

    list_id: str
    sha256: str
    content_date: date | None
    state: str
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One subject, screened once: against which lists, by which engine, with what result."""

    subject: str  # digest
    screened_at_utc: datetime
    engine: str
    lists: tuple[ListSeen, ...]
    hits: tuple[Hit, ...]
    cleared_hits: tuple[tuple[str, str], ...]  # (digest of the entry, id of the clearing by two people)
    outcome: Outcome
    reasons: tuple[str, ...]  # sentences

    @property
    def id(self) -> str:
        """The hash of everything in it."""
        return sha256(repr(self).encode()).hexdigest()


_MINT = object()  # known to this module alone


class Cleared:
    """That every subject of a settlement was screened and found clear. Made by `cleared` and by nothing else."""

    __slots__ = ("receipts",)
    receipts: tuple[Receipt, ...]

    def __init__(self, receipts: tuple[Receipt, ...], mint: object) -> None:
        assert mint is _MINT, "a Cleared is made of receipts, by cleared()"
        self.receipts = receipts


def cleared(subjects: Iterable[Subject], receipts: Sequence[Receipt]) -> Cleared:
    """A `Cleared` for all these subjects. Raises Refused that names the first subject without a clear receipt."""
    of = {r.subject: r for r in receipts}
    wanted = list(subjects)
    if not wanted:
        raise Refused(
            "Nobody was named who could be screened.", todo="Name the parties, their owners, banks and addresses."
        )
    found: list[Receipt] = []
    for subject in wanted:
        receipt = of.get(subject.digest)
        said = subject.address or ", ".join(subject.names)
        if receipt is None:
            raise Refused(f"{said} has not been screened as it is stated now.", todo="Screen it; the settlement waits.")
        if receipt.outcome is not Outcome.CLEAR:
            raise Refused(
                f"{said}: {' '.join(receipt.reasons)}", todo="The settlement stays on hold until this is settled."
            )
        found.append(receipt)
    return Cleared(tuple(found), _MINT)
