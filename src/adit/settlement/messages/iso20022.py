"""A settlement as a credit transfer of ISO 20022 (pacs.008.001.08): the subset of elements that it needs, in their order. It is read, and pays nothing.

The value in the contract's currency stands where a transfer has its amount; bitcoin has no code of ISO 4217, so the coins stand in the supplement,
as text in the smallest unit.
"""

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from anyascii import anyascii

from adit.register.records import Participant
from adit.settlement.dossier import Dossier
from adit.settlement.money import in_units

__all__ = ["NAMESPACE", "as_xml", "document"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
SUPPLEMENT = "urn:adit:settlement:1"
LONGEST_NAME, LONGEST_ID, LONGEST_ACCOUNT = 140, 35, 34


def as_xml(dossier: Dossier, made_at: datetime) -> str:
    """The message as text."""
    root = document(dossier, made_at)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def document(dossier: Dossier, made_at: datetime) -> Element:
    """The message. A trial says so in its id, in what is remitted, and in the supplement."""
    s, c = dossier.settlement, dossier.contract
    trial = "TRIAL-" if s.trial else ""
    root = Element("Document", xmlns=NAMESPACE)
    transfer = SubElement(root, "FIToFICstmrCdtTrf")
    header = SubElement(transfer, "GrpHdr")
    _text(header, "MsgId", f"{trial}{dossier.id}"[:LONGEST_ID])
    _text(header, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(header, "NbOfTxs", "1")
    _text(SubElement(header, "SttlmInf"), "SttlmMtd", "CLRG")
    one = SubElement(transfer, "CdtTrfTxInf")
    ids = SubElement(one, "PmtId")
    _text(ids, "InstrId", f"{trial}{dossier.id}"[:LONGEST_ID])
    _text(ids, "EndToEndId", s.invoice[:LONGEST_ID])
    _text(ids, "UETR", s.uetr)
    _text(one, "IntrBkSttlmAmt", in_units(s.value_minor, c.currency)).set("Ccy", c.currency)
    _text(one, "ChrgBr", "SHAR")
    _party(one, "Dbtr", dossier.participant(s.payer))
    _account(one, "DbtrAcct", s.from_addresses[0]["address"])
    _agent(one, "DbtrAgt", dossier.participant(s.payer_bank) if s.payer_bank else None)
    _agent(one, "CdtrAgt", dossier.participant(s.payee_bank) if s.payee_bank else None)
    _party(one, "Cdtr", dossier.participant(s.payee))
    _account(one, "CdtrAcct", s.to_address)
    _text(SubElement(one, "Purp"), "Cd", "GDDS")
    if c.unk:
        details = SubElement(SubElement(one, "RgltryRptg"), "Dtls")
        _text(details, "Inf", f"UNK {c.unk}")
    remitted = SubElement(one, "RmtInf")
    if s.trial:
        _text(remitted, "Ustrd", "Trial under a regime that is not in force: nothing is paid.")
    structured = SubElement(SubElement(remitted, "Strd"), "RfrdDocInf")
    _text(SubElement(SubElement(structured, "Tp"), "CdOrPrtry"), "Cd", "CINV")
    _text(structured, "Nb", s.invoice[:LONGEST_ID])
    _text(structured, "RltdDt", s.invoiced_on.isoformat())
    _supplement(one, dossier)
    return root


def _supplement(parent: Element, dossier: Dossier) -> None:
    s = dossier.settlement
    envelope = SubElement(SubElement(parent, "SplmtryData"), "Envlp")
    held = SubElement(envelope, "Settlement", xmlns=SUPPLEMENT)
    _text(held, "Trial", "true" if s.trial else "false")
    _text(held, "Regime", s.regime)
    _text(held, "State", s.state)
    _text(held, "Asset", s.asset)
    _text(held, "SmallestUnits", str(s.amount_sat))
    for address in s.from_addresses:
        _text(held, "From", address["address"])
    _text(held, "To", s.to_address)
    if s.txid:
        _text(held, "TransactionId", s.txid)


def _party(parent: Element, name: str, p: Participant) -> None:
    party = SubElement(parent, name)
    _text(party, "Nm", _latin(p)[:LONGEST_NAME])
    if p.country:
        address = SubElement(party, "PstlAdr")
        _text(address, "Ctry", p.country)
        if p.place:
            _text(address, "AdrLine", anyascii(p.place)[:70])
    number = p.inn or p.ogrn
    if not (p.lei or number):
        return
    if p.kind == "person":
        _other(SubElement(SubElement(party, "Id"), "PrvtId"), number)
        return
    organisation = SubElement(SubElement(party, "Id"), "OrgId")
    if p.lei:
        _text(organisation, "LEI", p.lei)
    if number:
        _other(organisation, number)


def _other(parent: Element, number: str) -> None:
    other = SubElement(parent, "Othr")
    _text(other, "Id", number)
    _text(SubElement(other, "SchmeNm"), "Cd", "TXID")


def _latin(p: Participant) -> str:
    return next((n for n in (p.name, *p.other_names) if n.isascii()), anyascii(p.name))


def _account(parent: Element, name: str, address: str) -> None:
    """An address as an account: its id holds 34 signs, and what is longer stands whole in the proxy."""
    account = SubElement(parent, name)
    other = SubElement(SubElement(account, "Id"), "Othr")
    short = len(address) <= LONGEST_ACCOUNT
    _text(other, "Id", address if short else "NOTPROVIDED")
    if not short:
        proxy = SubElement(account, "Prxy")
        _text(SubElement(proxy, "Tp"), "Prtry", "DIGITAL-ASSET-ADDRESS")
        _text(proxy, "Id", address)


def _agent(parent: Element, name: str, bank: Participant | None) -> None:
    institution = SubElement(SubElement(parent, name), "FinInstnId")
    if bank is None:
        _text(SubElement(institution, "Othr"), "Id", "NOTPROVIDED")
    elif bank.bic:
        _text(institution, "BICFI", bank.bic)
    else:
        _text(institution, "Nm", _latin(bank)[:LONGEST_NAME])


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child
