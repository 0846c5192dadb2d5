"""The UK Sanctions List of the FCDO: UK-Sanctions-List.csv, `Report Date` in the first line, one row for each name and address of a designation.

It replaced OFSI's consolidated list, which is no longer published since 2026-01-28.
"""

import re
from collections.abc import Iterator

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.reading import (
    Read,
    born_of_parts,
    day_of_text,
    decoded,
    identifier,
    listed_names,
    squashed,
)
from adit.evidence.watchlists.rows import Row, rows_of
from adit.terms.errors import BadInput

__all__ = ["read_uk"]

_HEAD = re.compile(r"\s*\"?Report Date:?\s*,?\s*(?P<day>[^\",]+?)\"?,*\s*")
_PARTS = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # the last is the family's or the organisation's
_REQUIRED = (
    "Unique ID",
    *_PARTS,
    "Name type",
    "Designation Type",
    "Regime Name",
    "Date Designated",
    "D.O.B",
    "IMO number",
)
_KINDS = {"individual": "person", "entity": "organisation", "ship": "vessel"}
_NUMBERED = re.compile(r"\(\d+\)")  # how several values are told apart in a cell
_PAPERS = (
    ("Passport number", "passport"),
    ("National Identifier number", "national identifier"),
    ("Business registration number (s)", "registration"),
    ("IMO number", "imo"),
    ("Hull identification number (HIN)", "hull"),
)
_WORD = re.compile(r"^(?P<word>INN|OGRN|KPP|TIN|SWIFT(?:/BIC)?|BIC|LEI|Tax ID)\b[:\s]*(?P<number>\S+)$", re.IGNORECASE)


def read_uk(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    first, _, rest = decoded(content).partition("\n")
    match = _HEAD.fullmatch(first)
    if not match:
        raise BadInput(
            "The first line does not give the Report Date.",
            todo="Take UK-Sanctions-List.csv of the FCDO; OFSI's ConList.csv has ended.",
        )
    table = rows_of(rest, _REQUIRED, first_line=2)
    of: dict[str, list[Row]] = {}
    for _, row in table.rows:
        of.setdefault(row["Unique ID"], []).append(row)
    entries = tuple(_entry(list_id, rows) for rows in of.values())
    day = day_of_text(match["day"], "%d-%b-%Y", "%d/%m/%Y", "%d %B %Y")
    return Read(day, len(entries), entries, table.columns)


def _entry(list_id: str, rows: list[Row]) -> Entry:
    first = rows[0]
    kind = _KINDS.get(first["Designation Type"].lower(), "unknown")
    names = sorted((n for row in rows for n in _names(row)), key=lambda n: n[1] != "primary")
    countries = [
        c
        for row in rows
        for c in _several(row.get("Nationality(/ies)", "") or row.get("Current believed flag of ship", ""))
    ]
    days = [d for row in rows if (d := day_of_text(row["Date Designated"], "%d/%m/%Y"))]
    return Entry(
        list_id,
        first["Unique ID"],
        kind,
        listed_names(names),
        born=tuple(dict.fromkeys(b for row in rows for text in _several(row["D.O.B"]) if (b := _born(text)))),
        countries=tuple(dict.fromkeys(country(c) for c in countries)),
        identifiers=tuple(dict.fromkeys(p for row in rows for p in _papers(row))),
        programmes=tuple(dict.fromkeys(row["Regime Name"] for row in rows if row["Regime Name"])),
        listed_on=min(days) if days else None,
        raw="; ".join(dict.fromkeys(squashed(cell) for row in rows for cell in row.values() if cell)),
        unread="" if names and kind != "unknown" else "its name or its kind could not be read",
    )


def _names(row: Row) -> Iterator[tuple[str, str]]:
    said, strength = row["Name type"].lower(), row.get("Alias strength", "").lower()
    weak = "low" in strength or "weak" in strength
    kind = "weak" if weak else "primary" if said == "primary name" else "former" if "former" in said else "alias"
    if name := squashed(" ".join(row[part] for part in _PARTS)):
        yield name, kind
    if name := row.get("Name non-latin script", ""):
        yield name, "weak" if weak else "alias"


def _several(cell: str) -> list[str]:
    return [text for piece in _NUMBERED.split(cell) for text in (piece.strip(" .,;"),) if text]


def _born(text: str) -> str:
    """dd/mm/yyyy, with 00 or letters for what is not known."""
    parts = text.split("/")
    return born_of_parts(parts[2], parts[1], parts[0]) if len(parts) == 3 else born_of_parts(text[-4:])


def _papers(row: Row) -> Iterator[tuple[str, str]]:
    for column, said in _PAPERS:
        for text in _several(row.get(column, "")):
            match = _WORD.match(text)
            word, number = (match["word"], match["number"]) if match else (said, text)
            country_of = "RU" if word.upper() in ("INN", "OGRN") else ""
            yield identifier(word, number, country_of)
