"""What every reader of a list gives, and what all of them share: text, dates, names that are told once."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.terms.errors import BadInput

__all__ = [
    "BYTES_MAX",
    "MONTHS",
    "Read",
    "born_of_parts",
    "day_of_text",
    "decoded",
    "identifier",
    "identifier_kind",
    "iso_day",
    "listed_names",
    "refuse_page",
    "squashed",
]

BYTES_MAX = 400_000_000  # of one list, unpacked; the longest that is known has 120 MB
MONTHS = {
    m: n
    for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)
}
_ADVICE = "Fetch it again from the publisher. What was held before is kept."


@dataclass(frozen=True, slots=True)
class Read:
    """A list as its file says it. `rows` counts the records of the file, `shape` the names of its columns or elements."""

    content_date: date | None
    rows: int
    entries: tuple[Entry, ...] = field(repr=False)
    shape: tuple[str, ...] = ()
    stated_rows: int | None = None  # where the file says itself how many it has


def refuse_page(content: bytes) -> None:
    """Raise BadInput for what is no list at all: nothing, or a web page that came with status 200."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip():
        raise BadInput("The file is empty.", todo=_ADVICE)
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head[:512]:
        raise BadInput("The file is a web page in place of a list.", todo=_ADVICE)


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8. Raises BadInput: guessing another encoding would change names."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The file is not UTF-8 (byte {error.start}).", todo="Save it as UTF-8, or fetch it again."
        ) from error


def squashed(text: str | None) -> str:
    """The text in composed form (NFC), without blanks around it and with one between words; no letter is changed."""
    return " ".join(unicodedata.normalize("NFC", text).split()) if text else ""


def listed_names(pairs: Iterable[tuple[str, str]]) -> tuple[ListedName, ...]:
    """Names with their kinds, each text once; the first kind that it came with holds, blanks are left out."""
    found: dict[str, str] = {}
    for text, kind in pairs:
        name = squashed(text)
        if name:
            found.setdefault(name, kind)
    return tuple(ListedName(text, kind) for text, kind in found.items())


def iso_day(text: str | None) -> date | None:
    """The day that a text begins with, as 2025-05-01; None for anything else."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def day_of_text(text: str, *forms: str) -> date | None:
    """The day in one of these forms of strptime; None where it is written in none of them."""
    for form in forms:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def born_of_parts(year: str | None, month: str | None = None, day: str | None = None) -> str:
    """1970, 1970-05 or 1970-05-01, as far as the parts go; nothing for a year that is none."""
    y, m, d = (((p or "").strip().lstrip("0")) for p in (year, month, day))
    if not (y.isdecimal() and len(y) == 4):
        return ""
    if not (m.isdecimal() and 1 <= int(m) <= 12):
        return y
    return f"{y}-{int(m):02}-{int(d):02}" if d.isdecimal() and 1 <= int(d) <= 31 else f"{y}-{int(m):02}"


_KINDS = (  # how publishers call a number, in the order in which it is looked for
    ("imo", r"\bimo\b|vessel registration"),
    ("mmsi", r"\bmmsi\b"),
    ("lei", r"legal entity (number|identifier)|\ble number\b|\blei\b"),
    ("bic", r"\bswift\b|\bbic\b"),
    ("ogrn", r"\bogrn|main state registration"),
    ("inn", r"\binn\b|taxpayer (identification|number)"),
    ("passport", r"passport"),
    ("tax", r"\btax\b|fiscal|\bvat\b|v\.a\.t\.|\bnit\b|\bruc\b|\brif\b|r\.f\.c|\brfc\b"),
    (
        "registration",
        r"registr|company number|enterprise number|commercial|chamber of commerce|incorporation|business number",
    ),
    ("national_id", r"national|identi|identity|cedula|card|c\.u\.r\.p|d\.n\.i|\bssn\b"),
)
_KINDS_FOUND = tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in _KINDS)
_IMO = re.compile(r"IMO\s*\d{7}", re.IGNORECASE)
_LEI = re.compile(r"[0-9A-Z]{18}\d\d")


def identifier(said: str, number: str, country: str = "") -> tuple[str, str]:
    """The number with its sort, as an entry has it: an IMO number without the letters before it."""
    kind, printed = identifier_kind(said, number, country), squashed(number)
    return kind, re.sub(r"(?i)^IMO\s*", "", printed) if kind == "imo" else printed


def identifier_kind(said: str, number: str, country: str = "") -> str:
    """What sort of number this is, in the words of `Subject.identifiers`; `other` where the publisher's word is not known.

    A Russian tax number of 10 or 12 digits is an INN and a registration number of 13 or 15 an OGRN: publishers say so only at times.
    """
    digits = re.sub(r"\D", "", number)
    kind = next((k for k, form in _KINDS_FOUND if form.search(said)), "other")
    if _IMO.fullmatch(number.strip()) or (kind == "imo" and len(digits) == 7):
        return "imo"
    if kind in ("tax", "registration", "national_id") and country == "RU" and digits == number.strip():
        return {10: "inn", 12: "inn", 13: "ogrn", 15: "ogrn"}.get(len(digits), kind)
    if kind == "lei" and not _LEI.fullmatch(number.strip()):
        return "registration"
    return "registration" if kind == "imo" and not digits else kind
