"""Foreign trade paid in digital currency: who takes part, the contract, the payment and the steps that it went."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.register.records.record import Record

__all__ = ["Participant", "Settlement", "SettlementStep", "Stake", "TradeContract"]


@dataclass(frozen=True, slots=True)
class Participant(Record):
    """Whoever or whatever a settlement of foreign trade names, so that it is screened: an organisation, a person, a bank, a ship."""

    RECORD = "participant"
    kind: str  # person, organisation, bank, vessel
    name: str
    subject: str  # digest of what is screened: another one as soon as anything of it is stated anew
    country: str = ""
    other_names: tuple[str, ...] = ()
    born: str = ""
    inn: str = ""
    ogrn: str = ""
    lei: str = ""
    bic: str = ""
    imo: str = ""
    authority: str = ""  # that registered it, by its code in GLEIF's list
    place: str = ""  # its address in words
    state_tied: bool = False
    in_pilot: bool = False  # admitted to the experimental legal regime
    no_owners: str = ""  # by which ground it declares none: a state body, a listed company
    party: str | None = None  # the same in the register


@dataclass(frozen=True, slots=True)
class Stake(Record):
    """What a participant owns of another, as declared."""

    RECORD = "stake"
    owner: str
    owned: str
    share_ppm: int  # of a million
    control: bool = False


@dataclass(frozen=True, slots=True)
class TradeContract(Record):
    """A contract of foreign trade: who sells what to whom, for how much."""

    RECORD = "tradecontract"
    kind: str  # export, import
    number: str
    signed_on: date
    exporter: str
    importer: str
    currency: str
    value_minor: int  # of the currency's smallest unit
    value_rub_kopecks: int  # as the bank converts it, for the thresholds of its registration
    unk: str = ""  # its unique number, where a bank registered it
    goods: str = ""


@dataclass(frozen=True, slots=True)
class Settlement(Record):
    """One payment under a contract, and where it stands. Only what is said from `step` on ever changes."""

    RECORD = "settlement"
    state: str  # settlement/states.py
    trial: bool  # under a regime that is not in force: it is none that anybody pays
    contract: str
    regime: str
    regime_status: str
    regime_digest: str
    prepared_by: str
    payer: str
    payee: str
    payer_bank: str | None
    payee_bank: str | None
    miner: str | None  # the organisation that mined the coins
    vessels: tuple[str, ...]
    asset: str
    amount_sat: int
    value_minor: int  # of the contract's currency, that it pays
    from_addresses: tuple[dict[str, Any], ...]  # address, subject (its digest)
    to_address: str
    to_subject: str
    invoice: str
    invoiced_on: date
    uetr: str
    step: str | None = None  # by which it came where it stands
    before: str = ""  # where it stood when it was stopped
    first_hand: str = ""
    second_hand: str = ""
    pay_by: date | None = None
    acknowledgement: str = ""  # of who gets the data that travel with it
    txid: str = ""
    height: int | None = None  # of the block
    papers: str = ""  # by which goods and payment were brought together


@dataclass(frozen=True, slots=True)
class SettlementStep(Record):
    """One arrow that a settlement went, by whose hand, why, on what evidence. It stands on the screenings that name it."""

    RECORD = "settlementstep"
    settlement: str
    number: int
    from_state: str
    to_state: str
    hand: str
    reason: str
    cites: str
    evidence: dict[str, Any]
