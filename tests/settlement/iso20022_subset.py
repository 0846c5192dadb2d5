"""The part of pacs.008.001.08 that we write, as a schema by hand: of each element its children in order, how often, and what its text may be.

From the message definition report of ISO 20022, Payments Clearing and Settlement. Not a whole validator: what it does not know it refuses.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

__all__ = ["faults"]


@dataclass(frozen=True, slots=True)
class Text:
    """An element with text of this form."""

    form: str


@dataclass(frozen=True, slots=True)
class Of:
    """An element with children in this order: name, least, most, what it is."""

    children: tuple[tuple[str, int, int, "Text | Of"], ...]
    choice: bool = False  # exactly one of them


MAX35, MAX140 = Text(r".{1,35}"), Text(r".{1,140}")
OTHER = Of((("Id", 1, 1, MAX35), ("SchmeNm", 0, 1, Of((("Cd", 1, 1, Text(r"[A-Z]{4}")),)))))
PARTY = Of(
    (
        ("Nm", 0, 1, MAX140),
        ("PstlAdr", 0, 1, Of((("Ctry", 0, 1, Text(r"[A-Z]{2}")), ("AdrLine", 0, 7, Text(r".{1,70}"))))),
        ("Id", 0, 1, Of((("OrgId", 0, 1, Of((("LEI", 0, 1, Text(r"[A-Z0-9]{18}[0-9]{2}")), ("Othr", 0, 9, OTHER)))), ("PrvtId", 0, 1, Of((("Othr", 0, 9, OTHER),)))), choice=True)),
    )
)  # fmt: skip
ACCOUNT = Of(
    (
        ("Id", 1, 1, Of((("Othr", 1, 1, Of((("Id", 1, 1, Text(r".{1,34}")),))),))),
        ("Prxy", 0, 1, Of((("Tp", 0, 1, Of((("Prtry", 1, 1, MAX35),))), ("Id", 1, 1, Text(r".{1,2048}"))))),
    )
)
AGENT = Of(
    (
        (
            "FinInstnId",
            1,
            1,
            Of(
                (
                    ("BICFI", 0, 1, Text(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")),
                    ("Nm", 0, 1, MAX140),
                    ("Othr", 0, 1, OTHER),
                )
            ),
        ),
    )
)
TRANSFER = Of(
    (
        ("PmtId", 1, 1, Of((("InstrId", 0, 1, MAX35), ("EndToEndId", 1, 1, MAX35), ("TxId", 0, 1, MAX35),
                            ("UETR", 0, 1, Text(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"))))),
        ("IntrBkSttlmAmt", 1, 1, Text(r"[0-9]{1,18}(\.[0-9]{1,5})?")),
        ("ChrgBr", 1, 1, Text(r"DEBT|CRED|SHAR|SLEV")),
        ("Dbtr", 1, 1, PARTY), ("DbtrAcct", 0, 1, ACCOUNT), ("DbtrAgt", 1, 1, AGENT), ("CdtrAgt", 1, 1, AGENT), ("Cdtr", 1, 1, PARTY), ("CdtrAcct", 0, 1, ACCOUNT),
        ("Purp", 0, 1, Of((("Cd", 1, 1, Text(r"[A-Z]{4}")),))),
        ("RgltryRptg", 0, 10, Of((("Dtls", 0, 9, Of((("Inf", 0, 9, MAX35),))),))),
        ("RmtInf", 0, 1, Of((
            ("Ustrd", 0, 9, MAX140),
            ("Strd", 0, 9, Of((("RfrdDocInf", 0, 9, Of((
                ("Tp", 0, 1, Of((("CdOrPrtry", 1, 1, Of((("Cd", 1, 1, Text(r"CINV")),))),))), ("Nb", 0, 1, MAX35),
                ("RltdDt", 0, 1, Text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"))))),))),
        ))),
        ("SplmtryData", 0, 9, Of((("Envlp", 1, 1, Of((("Settlement", 1, 1, Of((
            ("Trial", 1, 1, Text("true|false")), ("Regime", 1, 1, MAX140), ("State", 1, 1, MAX35), ("Asset", 1, 1, Text("BTC")),
            ("SmallestUnits", 1, 1, Text("[0-9]+")), ("From", 1, 99, Text(".+")), ("To", 1, 1, Text(".+")), ("TransactionId", 0, 1, Text("[0-9a-f]{64}")),
        ))),))),))),
    )
)  # fmt: skip
DOCUMENT = Of(
    (
        ("FIToFICstmrCdtTrf", 1, 1, Of((
            ("GrpHdr", 1, 1, Of((("MsgId", 1, 1, MAX35), ("CreDtTm", 1, 1, Text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")), ("NbOfTxs", 1, 1, Text("[0-9]{1,15}")),
                                 ("SttlmInf", 1, 1, Of((("SttlmMtd", 1, 1, Text("INDA|INGA|COVE|CLRG")),)))))),
            ("CdtTrfTxInf", 1, 9, TRANSFER),
        ))),
    )
)  # fmt: skip


def faults(root: Element) -> list[str]:
    """What does not fit the subset, with the path of each."""
    return _faults(root, DOCUMENT, root.tag)


def _faults(element: Element, of: Text | Of, path: str) -> list[str]:
    if isinstance(of, Text):
        text = element.text or ""
        wrong = [] if re.fullmatch(of.form, text, re.DOTALL) else [f"{path}: {text!r} is not {of.form}"]
        return [*wrong, *(f"{path}: {child.tag} does not belong here" for child in element)]
    found: list[str] = []
    names = [name for name, *_ in of.children]
    tags = [_bare(child.tag) for child in element]
    found += [f"{path}: {tag} does not belong here" for tag in tags if tag not in names]
    if [names.index(t) for t in tags if t in names] != sorted(names.index(t) for t in tags if t in names):
        found.append(f"{path}: its elements are not in order")
    if of.choice and len(tags) != 1:
        found.append(f"{path}: it has {len(tags)} elements, and one is chosen")
    for name, least, most, what in of.children:
        of_name = [child for child in element if _bare(child.tag) == name]
        if not least <= len(of_name) <= most:
            found.append(f"{path}: {name} is there {len(of_name)} times")
        for child in of_name:
            found += _faults(child, what, f"{path}/{name}")
    return found


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
