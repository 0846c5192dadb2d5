"""The kinds of record and what each holds: facts as they were stated, plain data.

A field is named as its column in the database; `tests/register/test_records.py` holds the two together. Amounts are whole counts of the
unit that ends their name. A record says what was stated, and not whether it is true: that is for the audit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, ClassVar

__all__ = [
    "ERASABLE", "RECORDS", "SECRET", "SPOKEN",
    "Address", "Alert", "Appeal", "Application", "Clearing", "Client", "ClientReport", "DecisionMade", "Declaration", "Exclusion", "HitReview", "Identity",
    "Inspection", "Joining", "Letter", "Machine", "Mandate", "Membership", "Meter", "Note", "Participant", "Participation", "Party", "Pool", "Proposal",
    "Reading", "Record", "Rescreening", "Screening", "SecondLook", "Settlement", "SettlementStep", "Share", "Site", "Stake", "Suspicion",
    "TradeContract", "Waiver",
    "columns", "record_of_id", "silenced", "tells_of_somebody",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record. `RECORD` names its table; the ids of its records begin with it."""

    RECORD: ClassVar[str]


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
class Site(Record):
    """A place with a connection to electricity, and whose it is."""

    RECORD = "site"
    owner: str
    operator: str | None  # the party that runs it for others
    name: str
    region: str  # ISO 3166-2
    municipality: str = ""  # its key in terms/municipalities.csv
    address: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    connection_kw: int = 0
    supplier: str = ""
    power_source: str = "grid"
    isolated_generation: bool = False
    residential: bool = False


@dataclass(frozen=True, slots=True)
class Client(Record):
    """That an operator hosts a miner at a site, and what the miner says to it."""

    RECORD = "client"
    operator: str
    miner: str
    site: str
    contract: str = ""
    tariff_rub_e4_per_kwh: int = 0  # ten-thousandths of a rouble
    consent: str = "asked"  # confirmed, objected; stands: it objected, and the office decided otherwise


@dataclass(frozen=True, slots=True)
class ClientReport(Record):
    """With how much electricity an operator hosted a client in the month for which it is valid."""

    RECORD = "clientreport"
    operator: str
    client: str
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Machine(Record):
    """A machine, whose it is, and where it stands."""

    RECORD = "machine"
    owner: str
    site: str
    maker: str
    model: str
    serial: str
    hashrate_ghs: int
    power_w: int
    algorithm: str = "sha256"


@dataclass(frozen=True, slots=True)
class Meter(Record):
    """A meter of a site."""

    RECORD = "meter"
    site: str
    serial: str
    counts: str = "mining"  # or the whole site
    class_ppm: int = 10_000  # the bound of its error, of a million


@dataclass(frozen=True, slots=True)
class Reading(Record):
    """What a meter counted in the days for which it is valid. A reading that never came is absent, not zero."""

    RECORD = "reading"
    meter: str
    energy_wh: int


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


@dataclass(frozen=True, slots=True)
class Declaration(Record):
    """What a miner declares for the month for which it is valid. `receipts`: address id, amount_sat, on (a day), txid."""

    RECORD = "declaration"
    party: str
    coin: str
    amount_sat: int
    energy_wh: int
    costs_kopecks: int
    receipts: tuple[dict[str, Any], ...] = ()
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class Alert(Record):
    """A sign of laundering that was met by a party in the month for which it is valid: under which rule, with which figures, resting on what."""

    RECORD = "alert"
    party: str
    month: str  # 2025-02
    sign: str  # its name in the table of signs
    rule: str  # digest of the rule as it held
    regime: str
    value: int
    unit: str
    threshold: int
    points: int
    figures: dict[str, Any]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspicion(Record):
    """A case of suspected laundering about a party: its alerts, what people made of them, and the report. The party is not told that it exists."""

    RECORD = "suspicion"
    party: str
    state: str  # open, in work, proposed, reported, closed
    reference: str  # under which it is reported
    alerts: tuple[str, ...]
    points: int
    opened_on: date
    due_on: date  # the last day for the report, in working days from the day it was opened
    holder: str = ""  # the hand that works on it
    outcome: str = ""  # report, no report; what is proposed, then what was decided
    reason: str = ""
    action: str = ""
    prepared_by: str = ""
    decided_by: str = ""
    report: dict[str, Any] | None = None  # neutral data, as reported


RECORDS: dict[str, type[Record]] = {
    cls.RECORD: cls
    for cls in (
        Party, Identity, Share, Membership, Pool, Participation, Site, Client, ClientReport, Machine, Meter, Reading, Address, Declaration, Application,
        Exclusion, Appeal, Inspection, DecisionMade, Proposal, Letter, Note, Joining, Mandate, Participant, Stake, TradeContract, Settlement,
        SettlementStep, Screening, HitReview, Clearing, SecondLook, Waiver, Rescreening, Alert, Suspicion,
    )
}  # fmt: skip
ERASABLE = frozenset(
    {
        "identity",
        "note",
        "letter",
        "appeal",
        "inspection",
        "application",
        "address",
        "proposal",
        "joining",
        "mandate",
        "participant",
    }
)  # may hold personal data; a proposal repeats what others of these say
# of which only those know who handle suspicions: no page of a party, search, message or table for others has them
SECRET = frozenset({"hitreview", "clearing", "secondlook", "alert", "suspicion"})
# kind -> the fields that may tell of a person in a record whose facts the office has to keep: erased, these are empty and the rest stands
SPOKEN: dict[str, tuple[str, ...]] = {
    "party": ("state_tied_ground",),
    "participation": ("account",),
    "site": ("name", "address", "latitude_e6", "longitude_e6"),
    "client": ("contract",),
    "declaration": ("note",),
    "exclusion": ("evidence", "answer"),
    "hitreview": ("name", "words", "reason"),
    "secondlook": ("reason",),
}
_COUNTED = frozenset({"latitude_e6", "longitude_e6"})  # numbers among them, which are absent and not empty


@cache
def columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind, in the order of its fields."""
    return tuple(f.name for f in fields(RECORDS[kind]))


def record_of_id(id_: str) -> str:
    """The kind that an id names; empty for what is none of ours."""
    kind = id_.rpartition("-")[0]
    return kind if kind in RECORDS else ""


def silenced(kind: str, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a record states without the fields that may tell of a person; a site, which has to be called something, is called by its id."""
    empty = {name: None if name in _COUNTED else "" for name in SPOKEN[kind] if name in values}
    return {**values, **empty, **({"name": id_} if kind == "site" else {})}


def tells_of_somebody(kind: str, id_: str, body: Mapping[str, Any]) -> bool:
    """Whether what an entry says of a record has any words in it that may tell of a person. `kind` is that of a record which says nothing else."""
    said = (body.get("record", {}).get(name) for name in SPOKEN[kind])
    return bool(body.get("why") or body.get("detail")) or any(s not in ("", None, id_) for s in said)
