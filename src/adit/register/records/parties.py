"""Who acts: parties, who they are, who owns whom, in which register and in which pool they stand, and their addresses on a chain."""

from dataclasses import dataclass

from adit.register.records.record import Record

__all__ = ["Address", "Identity", "Membership", "Participation", "Party", "Pool", "Share"]


@dataclass(frozen=True, slots=True)
class Party(Record):
    """Whoever acts: a citizen, an entrepreneur, an organisation. Who that is stands apart, in the identity."""

    RECORD = "party"
    kind: str  # citizen, entrepreneur, company, foreign_person, foreign_company
    country: str = "RU"  # ISO 3166
    state_tied: bool = False
    energy_company: bool = False
    conviction_unspent: bool = False
    terror_listed: bool = False
    tax_resident: bool = True
    only_mining: bool = True
    tax_regime: str = "general"
    state_tied_ground: str = ""  # by what it is tied to the state, in words


@dataclass(frozen=True, slots=True)
class Identity(Record):
    """Who a party is. Personal data: it can be erased by law, and the party stays as a number."""

    RECORD = "identity"
    party: str
    name: str
    inn: str = ""
    ogrn: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Share(Record):
    """What a party owns of another."""

    RECORD = "share"
    owner: str
    owned: str
    share_ppm: int  # of a million
    control: bool = False  # holds it in another way than by the share


@dataclass(frozen=True, slots=True)
class Membership(Record):
    """That a party stands in a register, from a day to a day."""

    RECORD = "membership"
    party: str
    register: str  # miners, operators
    number: str


@dataclass(frozen=True, slots=True)
class Pool(Record):
    """A mining pool."""

    RECORD = "pool"
    name: str
    country: str = ""
    accredited: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Participation(Record):
    """That a party mines in a pool: how it is paid there, under which name, and to which of its addresses."""

    RECORD = "participation"
    party: str
    pool: str
    account: str = ""
    scheme: str = ""  # PPS, FPPS, PPS+, PPLNS, solo, other; empty: not stated
    fee_ppm: int | None = None  # of a million; None: not stated
    addresses: tuple[str, ...] = ()  # ids of addresses of the party


@dataclass(frozen=True, slots=True)
class Address(Record):
    """An address-identifier, with the proof that the party controls it, if one was given."""

    RECORD = "address"
    party: str
    coin: str
    network: str
    address: str
    script: bytes
    message: str = ""
    signature: str = ""
    proof: str = "none"  # message, bip322
