"""The European Union's consolidated list: csvFullSanctionsList_1_1, one row for each name, address, birth or paper of an entry.

The day on which the file was made stands in the first column of each row.
"""

from collections.abc import Iterator

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.reading import (
    Read,
    born_of_parts,
    day_of_text,
    decoded,
    identifier,
    iso_day,
    listed_names,
    squashed,
)
from adit.evidence.watchlists.rows import Row, rows_of

__all__ = ["read_eu"]

_REQUIRED = (
    "fileGenerationDate",
    "Entity_LogicalId",
    "Entity_EU_ReferenceNumber",
    "Entity_SubjectType",
    "Entity_Regulation_Programme",
    "NameAlias_WholeName",
    "BirthDate_BirthDate",
    "BirthDate_Year",
    "Identification_Number",
    "Identification_TypeDescription",
    "Citizenship_CountryIso2Code",
)
_KINDS = {"P": "person", "person": "person", "E": "organisation", "enterprise": "organisation"}
_NOBODY = ("", "00")  # how the file writes a country that is not known


def read_eu(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    table = rows_of(decoded(content), _REQUIRED, delimiter=";")
    of: dict[str, list[Row]] = {}
    for _, row in table.rows:
        of.setdefault(row["Entity_LogicalId"], []).append(row)
    days = {day_of_text(row["fileGenerationDate"], "%d/%m/%Y", "%Y-%m-%d") for _, row in table.rows}
    entries = tuple(_entry(list_id, rows) for rows in of.values())
    return Read(days.pop() if len(days) == 1 else None, len(entries), entries, table.columns)


def _entry(list_id: str, rows: list[Row]) -> Entry:
    first = rows[0]
    names = [row["NameAlias_WholeName"] or _joined(row) for row in rows]
    kind = _KINDS.get(first["Entity_SubjectType"]) or _KINDS.get(
        first.get("Entity_SubjectType_ClassificationCode", ""), "unknown"
    )
    named = [n for n in names if n]
    listed = [d for row in rows if (d := iso_day(row.get("Entity_DesignationDate")))]
    return Entry(
        list_id,
        first["Entity_EU_ReferenceNumber"] or first["Entity_LogicalId"],
        kind,
        listed_names((name, "alias" if place else "primary") for place, name in enumerate(named)),
        born=tuple(dict.fromkeys(day for row in rows for day in _born(row))),
        countries=tuple(
            dict.fromkeys(country(code) for row in rows if (code := row["Citizenship_CountryIso2Code"]) not in _NOBODY)
        ),
        identifiers=tuple(dict.fromkeys(_paper(row) for row in rows if row["Identification_Number"])),
        programmes=tuple(dict.fromkeys(p for row in rows if (p := row["Entity_Regulation_Programme"]))),
        listed_on=min(listed) if listed else None,
        raw="; ".join(dict.fromkeys(squashed(cell) for row in rows for cell in row.values() if cell)),
        unread="" if named and kind != "unknown" else "its name or its kind could not be read",
    )


def _joined(row: Row) -> str:
    return squashed(" ".join(row.get(f"NameAlias_{part}Name", "") for part in ("First", "Middle", "Last")))


def _born(row: Row) -> Iterator[str]:
    first, last = row.get("BirthDate_YearRangeFrom", ""), row.get("BirthDate_YearRangeTo", "")
    if day := iso_day(row["BirthDate_BirthDate"]):
        yield day.isoformat()
    elif told := born_of_parts(row["BirthDate_Year"], row.get("BirthDate_Month"), row.get("BirthDate_Day")):
        yield told
    elif first.isdecimal() and last.isdecimal() and int(first) <= int(last) <= int(first) + 20:
        yield from (str(year) for year in range(int(first), int(last) + 1))


def _paper(row: Row) -> tuple[str, str]:
    code = row.get("Identification_CountryIso2Code", "")
    number = row["Identification_Number"]
    said = f"{row['Identification_TypeDescription']} {row.get('Identification_TypeCode', '')} {row.get('Identification_Remark', '')}"
    return identifier(said, number, code)
