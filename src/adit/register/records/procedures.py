"""What people ask of the office and what the office does: from the request for an account to the letter that tells of a decision."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.register.records.record import Record

__all__ = [
    "Appeal",
    "Application",
    "DecisionMade",
    "Exclusion",
    "Inspection",
    "Joining",
    "Letter",
    "Mandate",
    "Note",
    "Proposal",
]


@dataclass(frozen=True, slots=True)
class Joining(Record):
    """Somebody asks to act for a party at the desk: who that party is said to be, in which role, on what ground. Nobody has checked it yet."""

    RECORD = "joining"
    hand: str  # of the account: made with it, or one that asks for a further party
    state: str  # sent, more asked, confirmed, refused, withdrawn, expired, cleared
    kind: str  # of the party
    country: str = "RU"
    name: str = ""  # of the party
    inn: str = ""
    ogrn: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    person: str = ""  # who acts for it
    role: str = "self"  # director, attorney
    document: str = ""  # the number of the power of attorney
    document_on: date | None = None
    document_until: date | None = None  # its last day
    hosts: bool = False  # hosts the machines of others
    statement: str = ""
    answer: str = ""
    party: str | None = None  # for which it was confirmed


@dataclass(frozen=True, slots=True)
class Mandate(Record):
    """That a hand acts for a party, from a day to a day: in which role, on what ground, and what an officer saw of it."""

    RECORD = "mandate"
    hand: str
    party: str
    role: str  # self, director, attorney
    seen: str  # passport in person, power of attorney, code by letter, state sign-in
    remark: str  # what exactly was seen
    document: str = ""
    document_on: date | None = None
    joining: str | None = None


@dataclass(frozen=True, slots=True)
class Application(Record):
    """A party asks to be entered in a register."""

    RECORD = "application"
    party: str
    register: str
    state: str  # sent, in review, more asked, approved, refused, withdrawn
    statement: str = ""
    answer: str = ""
    cites: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion(Record):
    """A procedure to strike a member off: noticed, heard, decided."""

    RECORD = "exclusion"
    membership: str
    ground: str
    state: str  # noticed, excluded, dropped, restored
    evidence: str
    cites: str
    noticed_on: date
    answer_by: date
    answer: str = ""  # of the member, within the term


@dataclass(frozen=True, slots=True)
class Appeal(Record):
    """A party objects to a decision, a refusal or an exclusion."""

    RECORD = "appeal"
    party: str
    about: str
    state: str  # sent, upheld, rejected, withdrawn
    statement: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Inspection(Record):
    """A visit to a site: planned, then filed with what was found. `photos`: sha256 and name of each file."""

    RECORD = "inspection"
    site: str
    inspector: str  # the hand of the account
    state: str  # planned, filed, cancelled
    machines_found: int | None = None
    reading_wh: int | None = None
    protocol: str = ""
    photos: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionMade(Record):
    """What was decided of a party in a period: the answers here, the whole record with its reasons in the entry."""

    RECORD = "decision"
    party: str
    regime: str
    regime_digest: str
    period: str
    answers: dict[str, Any]
    replaces: str | None
    facts_known: int  # the position of the log up to which facts were taken in


@dataclass(frozen=True, slots=True)
class Proposal(Record):
    """What an officer proposes to enter, until another officer approves it or declines."""

    RECORD = "proposal"
    about: str
    act: str  # approve application, refuse application, exclude, drop exclusion, restore, decide appeal, ...
    writes: tuple[dict[str, Any], ...]
    reason: str
    proposed_by: str
    decided_by: str | None = None
    state: str = "pending"  # approved, declined
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Letter(Record):
    """A paper that was sent to a party: its content, from which the PDF is made, and the code that verifies it."""

    RECORD = "letter"
    party: str
    about: str
    paper: str
    number: str
    code: str
    content: dict[str, Any]
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class Note(Record):
    """What somebody of the office wrote beside a record."""

    RECORD = "note"
    about: str
    text: str
