"""Official papers as PDF: certificates, notices, decisions. The same content makes the same bytes, tagged for screen readers.

What a paper says is data: escaped by construction, since no text from outside is ever markup. Terms and articles come from whoever writes it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from adit.terms.errors import BadInput
from adit.terms.language import day

__all__ = [
    "PAPERS",
    "Facts",
    "Heading",
    "Paper",
    "Reason",
    "Table",
    "Text",
    "code_for",
    "compiled",
    "parse_code",
    "pdf",
    "title_of",
]

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_UNKNOWN = "□"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CHECK = _SYMBOLS + "*~$=U"
_READ_AS = str.maketrans("OILoil", "011011")

# paper -> its title, in English and in Russian
PAPERS: dict[str, tuple[str, str]] = {
    "certificate of entry": ("Certificate of entry in the register", "Свидетельство о включении в реестр"),
    "refusal of entry": ("Refusal to enter in the register", "Отказ во включении в реестр"),
    "receipt": ("Receipt of a declaration", "Квитанция о приёме сведений"),
    "reminder": ("Reminder of a report that is due", "Напоминание о сроке представления сведений"),
    "notice of exclusion": ("Notice of intended exclusion", "Уведомление о предстоящем исключении из реестра"),
    "decision on exclusion": ("Decision on exclusion from the register", "Решение об исключении из реестра"),
    "exclusion dropped": ("Decision to end the procedure of exclusion", "Решение о прекращении процедуры исключения"),
    "restoration": ("Decision to restore in the register", "Решение о восстановлении в реестре"),
    "decision on an appeal": ("Decision on an appeal", "Решение по жалобе"),
    "protocol": ("Protocol of a visit", "Акт осмотра площадки"),
    "notice of a request": ("Notice that somebody asks to act for you", "Уведомление о запросе на представительство"),
    "notice of who acts": ("Notice of who acts for you", "Уведомление о представителе"),
    "notice of a correction": ("Notice of a correction", "Уведомление об исправлении сведений"),
}
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "page": "page", "of": "of", "code": "Code", "verify": "Verify at", "entry": "Entry of the journal", "qr": "Address at which this paper is verified",
        "number": "No.", "demo": "Demonstration: invented, decides nothing.", "inn": "INN", "ogrn": "OGRN", "checkpoint": "checkpoint over {n} entries",
    },
    "ru": {
        "page": "стр.", "of": "из", "code": "Код", "verify": "Проверка:", "entry": "Запись журнала", "qr": "Адрес, по которому проверяется документ",
        "number": "№", "demo": "Демонстрация: вымышленные данные, юридической силы не имеет.", "inn": "ИНН", "ogrn": "ОГРН",
        "checkpoint": "контрольная точка на {n} записей",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with what they stand for."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, which is repeated on each page."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and by which article."""

    text: str
    cites: str


Block = Text | Heading | Facts | Table | Reason


@dataclass(frozen=True, slots=True)
class Paper:
    """What one paper holds. `checkpoint`: the size of a log whose checkpoint covers its entry, 0 if none does yet."""

    kind: str
    language: str
    number: str
    code: str
    office: str
    office_address: str
    party: str
    party_address: str
    inn: str
    ogrn: str
    on: date
    blocks: tuple[Block, ...]
    entry: int
    checkpoint: int
    verify_url: str
    signature: str = ""
    demo: bool = False


def title_of(kind: str, language: str) -> str:
    """What a kind of paper is called."""
    return PAPERS[kind][1 if language == "ru" else 0]


def pdf(paper: Paper) -> bytes:
    """The paper as PDF (UA-1). A sign that its letters do not have, such as 漢, is printed as □: what was once written can always be read."""
    words = _WORDS[paper.language]
    numbers = [f"{words[k]} {v}" for k, v in (("inn", paper.inn), ("ogrn", paper.ogrn)) if v]
    qr = BytesIO()
    segno.make(paper.verify_url, error="m").save(qr, kind="svg", border=1, xmldecl=False, svgns=True, nl=False)
    data = {
        "title": title_of(paper.kind, paper.language), "language": paper.language, "number": paper.number, "code": paper.code, "office": paper.office,
        "office_address": paper.office_address, "party": paper.party, "party_address": paper.party_address, "party_numbers": ", ".join(numbers),
        "date": day(paper.on, paper.language), "year": paper.on.year, "month": paper.on.month, "dayofmonth": paper.on.day,
        "blocks": [_plain(b) for b in paper.blocks], "entry": str(paper.entry),
        "checkpoint": words["checkpoint"].format(n=paper.checkpoint) if paper.checkpoint else "", "verify_url": paper.verify_url,
        "signature": paper.signature, "demo": paper.demo, "words": words, "qr": qr.getvalue().decode(),
    }  # fmt: skip
    at = int(datetime(paper.on.year, paper.on.month, paper.on.day).timestamp())  # noqa: DTZ001 - a day of the office
    return compiled("paper.typ", data, at)


def compiled(layout: str, data: Mapping[str, Any], at: int) -> bytes:
    """A PDF (UA-1) of data in one of our layouts, with the second of its making; a sign that its letters do not have is printed as □."""
    text = json.dumps(_without_controls(data), ensure_ascii=False)
    while True:
        try:
            made: bytes = _compiler(layout).compile(
                format="pdf", sys_inputs={"paper": text}, pdf_standards=["ua-1"], timestamp=at
            )
        except typst.TypstError as error:
            sign = re.search(r'error: the text [^`]*`"(.+?)"`', str(error))
            if sign is None or sign[1] not in text or sign[1] == _UNKNOWN:
                raise
            text = text.replace(sign[1], _UNKNOWN)
        else:
            return made


def _without_controls(value: Any) -> Any:
    """The data without signs that nobody can print or see."""
    match value:
        case str():
            return _CONTROLS.sub("", value)
        case list():
            return [_without_controls(v) for v in value]
        case Mapping():
            return {k: _without_controls(v) for k, v in value.items()}
    return value


@cache
def _compiler(layout: str) -> Any:
    return typst.Compiler(str(Path(__file__).parent / "typst" / layout), ignore_system_fonts=True)


def _plain(block: Block) -> Mapping[str, Any]:
    match block:
        case Text(text):
            return {"kind": "text", "text": text}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Facts(rows):
            return {"kind": "facts", "rows": [list(r) for r in rows]}
        case Table(header, rows):
            return {"kind": "table", "header": list(header), "rows": [list(r) for r in rows]}
        case Reason(text, cites):
            return {"kind": "reason", "text": text, "cites": cites}


def blocks_of(plain: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """The blocks of a paper that was kept as plain data."""
    made: list[Block] = []
    for b in plain:
        match b["kind"]:
            case "text":
                made.append(Text(b["text"]))
            case "heading":
                made.append(Heading(b["text"]))
            case "facts":
                made.append(Facts(tuple((r[0], r[1]) for r in b["rows"])))
            case "table":
                made.append(Table(tuple(b["header"]), tuple(tuple(r) for r in b["rows"])))
            case _:
                made.append(Reason(b["text"], b["cites"]))
    return tuple(made)


def plain_blocks(blocks: Sequence[Block]) -> list[Mapping[str, Any]]:
    """Blocks as plain data, to be kept."""
    return [_plain(b) for b in blocks]


# Codes ------------------------------------------------------------------------------------------------------------
def code_for(letter: str) -> str:
    """The code of a letter by its id, which is chance: sixty bits and a check symbol, as 7K3D-9FQX-21MV-J."""
    number = int.from_bytes(sha256(f"adit letter {letter}".encode()).digest()[:8], "big") >> 4
    text = "".join(_SYMBOLS[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}-{_CHECK[number % 37]}"


def parse_code(text: str) -> str:
    """A code as it stands in the register. Raises BadInput where it cannot be one, or was mistyped."""
    compact = "".join(text.split()).replace("-", "").upper()
    body, check = compact[:-1].translate(_READ_AS), compact[-1:]
    if len(compact) != 13 or any(c not in _SYMBOLS for c in body):
        raise BadInput(
            "This is no code of a paper.",
            todo="It has three groups of four signs and one more, such as 7K3D-9FQX-21MV-J.",
        )
    number = 0
    for c in body:
        number = number * 32 + _SYMBOLS.index(c)
    if _CHECK[number % 37] not in (check, check.translate(_READ_AS)):
        raise BadInput("A sign of the code is wrong.", todo="Compare it with the paper once more.")
    return f"{body[:4]}-{body[4:8]}-{body[8:]}-{_CHECK[number % 37]}"
