"""The kinds of record and what each holds: facts as they were stated, plain data.

A field is named as its column in the database; `tests/register/test_records.py` holds the two together. Amounts are whole counts of the
unit that ends their name. A record says what was stated, and not whether it is true: that is for the audit.
"""

from dataclasses import fields
from functools import cache

from adit.register.records.parties import Address, Identity, Membership, Participation, Party, Pool, Share
from adit.register.records.personal import ERASABLE, SECRET, SPOKEN, silenced, tells_of_somebody
from adit.register.records.procedures import (
    Appeal,
    Application,
    DecisionMade,
    Exclusion,
    Inspection,
    Joining,
    Letter,
    Mandate,
    Note,
    Proposal,
)
from adit.register.records.record import Record
from adit.register.records.screening import Clearing, HitReview, Rescreening, Screening, SecondLook, Waiver
from adit.register.records.sites import Client, ClientReport, Declaration, Machine, Meter, Reading, Site
from adit.register.records.suspicion import Alert, Suspicion
from adit.register.records.trade import Participant, Settlement, SettlementStep, Stake, TradeContract

__all__ = [
    "ERASABLE", "RECORDS", "SECRET", "SPOKEN",
    "Address", "Alert", "Appeal", "Application", "Clearing", "Client", "ClientReport", "DecisionMade", "Declaration", "Exclusion", "HitReview", "Identity",
    "Inspection", "Joining", "Letter", "Machine", "Mandate", "Membership", "Meter", "Note", "Participant", "Participation", "Party", "Pool", "Proposal",
    "Reading", "Record", "Rescreening", "Screening", "SecondLook", "Settlement", "SettlementStep", "Share", "Site", "Stake", "Suspicion",
    "TradeContract", "Waiver",
    "columns", "record_of_id", "silenced", "tells_of_somebody",
]  # fmt: skip

RECORDS: dict[str, type[Record]] = {
    cls.RECORD: cls
    for cls in (
        Party, Identity, Share, Membership, Pool, Participation, Site, Client, ClientReport, Machine, Meter, Reading, Address, Declaration, Application,
        Exclusion, Appeal, Inspection, DecisionMade, Proposal, Letter, Note, Joining, Mandate, Participant, Stake, TradeContract, Settlement,
        SettlementStep, Screening, HitReview, Clearing, SecondLook, Waiver, Rescreening, Alert, Suspicion,
    )
}  # fmt: skip


@cache
def columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind, in the order of its fields."""
    return tuple(f.name for f in fields(RECORDS[kind]))


def record_of_id(id_: str) -> str:
    """The kind that an id names; empty for what is none of ours."""
    kind = id_.rpartition("-")[0]
    return kind if kind in RECORDS else ""
