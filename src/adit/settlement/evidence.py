"""What is put before the office for a step: the law's answer, traced coins, an acknowledgement, a payment that a block shows, papers. Plain data."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

__all__ = [
    "Acknowledgement",
    "Answered",
    "Bar",
    "Evidence",
    "Exposure",
    "Mined",
    "Observation",
    "Origin",
    "Papers",
    "Ruling",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was put to the regime, and its answer."""

    question: str
    about: str  # of which participant
    answer: str
    because: str
    cites: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the regime of the day says of a payment."""

    allowed: bool
    reason: str
    cites: str
    needs_unk: bool  # the contract has to be registered with a bank
    needs_papers: bool  # more than the code of the operation
    regime: str
    regime_status: str
    regime_digest: str
    day: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the coins at a declared address stand to listed ones: three numbers side by side, and never one that says tainted."""

    address: str
    held_sat: int
    poison_sat: int  # that touched listed coins at all
    haircut_sat: int  # by the share of listed coins in each transaction
    fifo_sat: int | None  # first in, first out; None where it was not followed
    unresolved_sat: int  # of which nothing is known
    hops: int | None  # transactions to the nearest listed address; None: none was met
    listed: str = ""  # whose it is
    entry: str = ""  # of which list
    grade: str = ""  # in the words of tracing, by the rule of the day
    clears: tuple[str, ...] = ()  # what would settle it
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mined:
    """A part of coins that come from one miner, or from nobody that is known."""

    grade: str
    party: str  # of the miner
    amount_sat: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Whether the unspent coins at a declared address were mined, and by whom, in the words of tracing. The grade is that of the worst satoshi."""

    address: str
    coins: int
    held_sat: int
    grade: str
    parts: tuple[Mined, ...] = ()
    not_followed_sat: int = 0  # in more coins than are followed


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """That whoever serves the payee has got the data which travel with the payment."""

    reference: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Observation:
    """A transaction that the participants named, as a block shows it."""

    txid: str
    height: int
    paid_sat: int  # to the declared address
    payers: tuple[str, ...]  # whose outputs it spends
    confirmations: int
    proven: bool  # hashes, Merkle root, proof of work and links were worked out anew
    source: str


@dataclass(frozen=True, slots=True)
class Papers:
    """By which a payment and what it pays for were brought together."""

    invoice: str
    document: str  # number of the customs declaration or of the act of services
    on: date
    value_minor: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is at hand for a step. What a step needs and is absent makes it wait."""

    ruling: Ruling | None = None
    exposures: tuple[Exposure, ...] = ()
    acknowledgement: Acknowledgement | None = None
    observation: Observation | None = None
    papers: Papers | None = None
    origins: tuple[Origin, ...] = ()  # of coins that are said to be mined


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a settlement does not go on, and to which state that leads: a finding, and no error."""

    to: str
    reason: str
    cites: str = ""


def plain(value: Any) -> Any:
    """Evidence as it stands in an entry: days as text, absent parts left out. Amounts are whole counts and stay numbers there."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(v) for f in fields(value) if (v := getattr(value, f.name)) is not None and v != ()}
    if isinstance(value, date):
        return value.isoformat()
    return [plain(v) for v in value] if isinstance(value, tuple) else value
