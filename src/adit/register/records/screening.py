"""Screening against lists: its receipts, the hits, and what people made of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.register.records.record import Record

__all__ = ["Clearing", "HitReview", "Rescreening", "Screening", "SecondLook", "Waiver"]


@dataclass(frozen=True, slots=True)
class Screening(Record):
    """The receipt of screening one subject for one step. `said` has hits, clearings and reasons as JSON."""

    RECORD = "screening"
    settlementstep: str
    about: str  # id of the participant, or the address
    subject: str
    outcome: str  # clear, review, listed, hold
    engine: str
    screened_at_utc: str
    lists: tuple[dict[str, Any], ...]
    receipt: str  # the hash of everything in it
    said: str


@dataclass(frozen=True, slots=True)
class HitReview(Record):
    """A subject and an entry of a list that may be the same, as they were found, and what two people make of it."""

    RECORD = "hitreview"
    about: str  # id of the participant, the party or the address; of a payment's address the address itself
    subject: str  # digest of what was screened
    kind: str
    name: str  # what was compared on our side
    list_id: str
    entry_id: str
    listed: str  # digest of the entry
    entry_name: str
    engine: str
    score: int  # in thousandths
    found_by: str  # name, identifier, address, text, ownership
    words: str  # sentences, a line each
    list_day: date | None  # the day inside the list's file
    listed_on: date | None
    state: str = "open"  # proposed, decided; gone: subject or entry is no longer what it was
    outcome: str = ""  # clear, confirm; what is proposed, then what was decided
    reason: str = ""
    proposed_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Clearing(Record):
    """What two people decided of a hit: it holds for this subject, this entry and this engine, and ends."""

    RECORD = "clearing"
    hitreview: str
    subject: str
    listed: str
    engine: str
    outcome: str  # cleared, confirmed
    proposed_by: str
    decided_by: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class SecondLook(Record):
    """What a third person made of a hit without knowing what two had decided of it."""

    RECORD = "secondlook"
    clearing: str
    hand: str
    outcome: str  # clear, confirm
    agrees: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Waiver(Record):
    """That hits may be looked at although a list is not fresh (`look`), or that a file which differs is taken (`accept`); nobody is cleared by it."""

    RECORD = "waiver"
    act: str  # look, accept
    list_id: str
    sha256: str  # of the newest file; empty where there is none
    list_state: str
    reason: str
    expires_on: date
    state: str = "proposed"  # given, declined
    proposed_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Rescreening(Record):
    """That everybody was screened again: by which lists and engines, and what came of it."""

    RECORD = "rescreening"
    stamp: str  # of engines and entries
    engine: str
    lists: tuple[dict[str, Any], ...]
    subjects: int
    whole: int  # of them, screened against all entries and not only against new ones
    hits: int
    reviews: int  # hits that are new
    unchecked: int  # of whom a check did not end
