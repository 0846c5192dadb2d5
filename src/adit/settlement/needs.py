"""What each state of the line needs beside a clearance: whose hand, which evidence, what changes by it. What is missing raises, and the settlement waits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from adit.settlement.bounds import CONFIRMATIONS, PAY_WITHIN_WORKING_DAYS
from adit.settlement.dossier import Dossier
from adit.settlement.evidence import Evidence, Observation
from adit.settlement.messages.ivms101 import payload
from adit.settlement.messages.ivms101_rules import breaches
from adit.settlement.states import State
from adit.terms.errors import BadInput, Forbidden, Refused
from adit.terms.working_days import after_working_days

__all__ = ["NEEDS", "back"]

Changes = tuple[dict[str, Any], str]


def back(dossier: Dossier, to: State) -> dict[str, Any]:
    """What changes when a pause ends: it stands again where it stood."""
    assert to.value == dossier.settlement.before, "a pause ends where it began"
    return {"before": ""}


def _identified(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    return {}, "everybody who takes part is named, with owners of more than half"


def _contract_linked(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    ruling = evidence.ruling
    assert ruling is not None, "bar() asks for it"
    return {}, f"{ruling.regime} allows it, and the contract has room for it"


def _screened(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    return {}, "parties, owners, banks, ships and addresses are clear, and the coins were traced"


def _acknowledged(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    if dossier.state is State.TRAVEL_RULE_ACKED:
        return _first_hand(dossier, hand)
    ack = evidence.acknowledgement
    if ack is None or not ack.reference.strip():
        raise Refused(
            "Nobody has acknowledged the data that travel with the payment.", name="evidence missing",
            todo="Export them with --format ivms101, send them, and enter the acknowledgement.",
        )  # fmt: skip
    faults = breaches(payload(dossier), on)
    if faults:
        raise Refused(
            f"The data that travel with it are not whole: {faults[0]}", name="ivms101",
            todo="Recall the settlement, and enter it with whole papers.",
        )  # fmt: skip
    if ack.on > on:
        raise BadInput("The acknowledgement is of a day to come.", where="acknowledgement")
    return {
        "acknowledgement": f"{ack.reference}, {ack.by}, {ack.on}"
    }, f"{ack.by} acknowledged the data that travel with it"


def _first_hand(dossier: Dossier, hand: str) -> Changes:
    s = dossier.settlement
    if s.first_hand:
        raise Refused(
            "It was authorised by a first hand already.", name="first hand", todo="Another officer authorises it."
        )
    if hand == s.prepared_by:
        raise Forbidden("Who prepared a settlement does not authorise it.", todo="Another officer has to.")
    return {"first_hand": hand}, "authorised by the first hand"


def _authorised(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    s = dossier.settlement
    if not s.first_hand:
        raise Refused(
            "No first hand has authorised it.",
            name="first hand",
            todo="Two officers authorise it, one after the other.",
        )
    if hand in (s.first_hand, s.prepared_by):
        raise Forbidden(
            "The second hand is neither the first nor the one that prepared it.", todo="Another officer has to."
        )
    until = after_working_days(on, PAY_WITHIN_WORKING_DAYS)
    return {"second_hand": hand, "pay_by": until}, f"authorised by the second hand, to be paid by {until}"


def _observed(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    if dossier.state is State.DISPUTED:
        return {}, "the dispute is over"
    s, seen = dossier.settlement, _seen(evidence)
    if s.pay_by is not None and on > s.pay_by:
        raise Refused(f"It was to be paid by {s.pay_by}.", name="expired", todo="Let it expire, and enter another one.")
    if seen.paid_sat != s.amount_sat:
        raise Refused(
            f"The transaction pays {seen.paid_sat} satoshi to the declared address, and {s.amount_sat} are owed.", name="amount",
            todo="Name the transaction that pays this settlement, or recall it and enter what was paid.",
        )  # fmt: skip
    strange = [p for p in seen.payers if p not in {a["address"] for a in s.from_addresses}]
    if strange or not seen.payers:
        raise Refused(
            f"It is paid from {strange[0] if strange else 'addresses that the blocks at hand do not show'}, which was not declared and screened.",
            name="payer", todo="Coins come from declared addresses; recall the settlement, and enter it with all of them.",
        )  # fmt: skip
    return {"txid": seen.txid, "height": seen.height}, f"block {seen.height} shows the payment"


def _confirmed(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    s, seen = dossier.settlement, _seen(evidence)
    if seen.txid != s.txid:
        raise Refused(
            "This is another transaction than the one that was observed.", name="txid", todo=f"Look at {s.txid}."
        )
    if not seen.proven:
        raise Refused(
            "The blocks were not verified but read as told.", name="not proven",
            todo="Give the blocks of a node: hashes, proof of work and links are worked out from them.",
        )  # fmt: skip
    if seen.confirmations < CONFIRMATIONS:
        raise Refused(
            f"It has {seen.confirmations} confirmations; {CONFIRMATIONS} are waited for.",
            name="depth",
            todo="Look again in an hour.",
        )
    return {"height": seen.height}, f"{seen.confirmations} blocks confirm it"


def _reconciled(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    s, papers = dossier.settlement, evidence.papers
    if papers is None:
        raise Refused(
            "The papers of the goods are missing.",
            name="evidence missing",
            todo="Give the invoice and the declaration.",
        )
    if papers.invoice != s.invoice:
        raise Refused(f"The papers are of invoice {papers.invoice}, and {s.invoice} is paid.", name="invoice")
    if papers.value_minor != s.value_minor:
        raise Refused(
            f"The papers are for {papers.value_minor}, and {s.value_minor} are paid ({dossier.contract.currency}, smallest unit).", name="papers",
            todo="Dispute the settlement, or give the papers that belong to it.",
        )  # fmt: skip
    if evidence.ruling is not None and evidence.ruling.needs_papers and not papers.document.strip():
        raise Refused(
            "The number of the customs declaration, or of the act of services, is missing.", name="evidence missing"
        )
    return {"papers": f"{papers.document}, {papers.on}"}, "payment and papers fit together"


def _closed(dossier: Dossier, evidence: Evidence, on: date, hand: str) -> Changes:
    return {}, "paid, confirmed and reconciled"


def _seen(evidence: Evidence) -> Observation:
    if evidence.observation is None:
        raise Refused(
            "No block at hand shows the payment.",
            name="evidence missing",
            todo="Give the transaction id and the blocks of a node.",
        )
    return evidence.observation


NEEDS: dict[State, Callable[[Dossier, Evidence, date, str], Changes]] = {
    State.IDENTIFIED: _identified,
    State.CONTRACT_LINKED: _contract_linked,
    State.SCREENED: _screened,
    State.TRAVEL_RULE_ACKED: _acknowledged,
    State.AUTHORISED: _authorised,
    State.OBSERVED: _observed,
    State.CONFIRMED: _confirmed,
    State.RECONCILED: _reconciled,
    State.CLOSED: _closed,
}
