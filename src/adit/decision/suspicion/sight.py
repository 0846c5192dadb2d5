"""What is known of a party in a month when signs are looked for: facts of register, audit, chain and decision, each with its evidence.

A part that nobody looked at is None, and a rule that needs it says so: nothing is passed because nothing was seen.
"""

from dataclasses import dataclass
from datetime import date

__all__ = [
    "AddressKnown",
    "AuditSeen",
    "Barred",
    "Declared",
    "Exposure",
    "Meeting",
    "Paid",
    "Return",
    "Shared",
    "Sight",
]


@dataclass(frozen=True, slots=True)
class Declared:
    """Coins that the party declared for the month. `entry`: of the journal."""

    coin: str
    algorithm: str  # with which the coin is mined; empty where that is not known
    amount_sat: int
    entry: int


@dataclass(frozen=True, slots=True)
class AddressKnown:
    """An address of the party, from a day until it was replaced."""

    address: str
    since: date
    until: date | None
    entry: int


@dataclass(frozen=True, slots=True)
class Shared:
    """An address that several parties declare. `parties` counts this one too."""

    address: str
    parties: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """What the audit says: how much more was declared than the energy could make, at the most favourable bounds. 0 where it is within."""

    beyond_sat: int
    chance: float
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """A receipt on the chain that the declaration calls mined. `kind`: coinbase, pool, rent, other, none for one that the chain does not show."""

    kind: str
    payer: str  # a name or an address
    amount_sat: int
    txid: str
    list_date: date | None  # of the list of pools that it was held against


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much on an address of the party flowed from a listed one, by exact shares."""

    address: str
    label: str
    amount_sat: int
    share_ppm: int
    hops: int
    txids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """An address that nobody declared, to which coins of several registered miners went."""

    address: str
    parties: int
    amount_sat: int
    txids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """Coins that left an address of the party and came back through somebody."""

    through: str
    amount_sat: int
    days: int
    txids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Barred:
    """Whether the decision of the month bars mining, why, in English and Russian, and where that stands."""

    barred: bool
    why: str
    in_russian: str
    entry: int


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that the signs ask about a party in a month."""

    party: str
    month: str  # 2025-02
    energy_wh: int | None  # for mining; None: not known whole
    energy_entries: tuple[int, ...]
    declared: tuple[Declared, ...]
    algorithms: frozenset[str]  # of its machines in the month
    registered_on: date | None
    addresses: tuple[AddressKnown, ...]
    shared: tuple[Shared, ...]
    audit: AuditSeen | None = None
    decision: Barred | None = None
    paid: tuple[Paid, ...] | None = None
    exposures: tuple[Exposure, ...] | None = None
    meetings: tuple[Meeting, ...] | None = None
    returns: tuple[Return, ...] | None = None
