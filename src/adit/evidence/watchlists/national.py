"""A national list, in the format that we document: a CSV file that a state office can make of its own list of any form.

    # list: Перечень; date: 2026-10-01; rows: 2
    id,kind,name,aliases,weak_aliases,former_names,born,countries,inn,ogrn,passport,addresses,programmes,listed_on,delisted_on,note
    17,person,Иванов Иван Иванович,Ivanov Ivan|Иванов И. И.,,,1970-01-31,RU,,,,XBT:1BoatSLRHtKNngkdXEeobR76b53LETtpyT,115-ФЗ,2024-02-01,,
    18,organisation,ООО «Пример»,,,,,RU,7707083893,,,,115-ФЗ,2024-02-01,,

The first line gives the day of the content and the number of rows, so that a file that broke off is found. Several values of a cell
stand between bars. Only id and name are needed; any further column is kept with the text of the entry.
"""

import re
from collections.abc import Iterator

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.evidence.watchlists.reading import Read, decoded, iso_day, listed_names, squashed
from adit.evidence.watchlists.rows import Row, rows_of
from adit.terms.errors import BadInput

__all__ = ["COLUMNS", "read_national"]

COLUMNS = (
    *("id", "kind", "name", "aliases", "weak_aliases", "former_names", "born", "countries", "inn", "ogrn", "passport"),
    *("addresses", "programmes", "listed_on", "delisted_on", "note"),
)
_HEAD = re.compile(r"#\s*list:\s*(?P<title>[^;]*);\s*date:\s*(?P<date>[^;]*);\s*rows:\s*(?P<rows>\d+)\s*")
_KINDS = ("person", "organisation", "vessel", "aircraft", "address")
_NAMES = (("name", "primary"), ("aliases", "alias"), ("weak_aliases", "weak"), ("former_names", "former"))
_NUMBERS = ("inn", "ogrn", "lei", "bic", "imo", "passport", "national_id", "registration", "tax")
_BORN = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_FIRST = "Write it as `# list: NAME; date: 2026-10-01; rows: 123`."


def read_national(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    first, _, rest = decoded(content).partition("\n")
    match = _HEAD.fullmatch(first.strip())
    if not match:
        raise BadInput("The first line does not give list, date and rows.", todo=_FIRST)
    day = iso_day(match["date"])
    if day is None:
        raise BadInput(f"'{match['date'].strip()[:40]}' in the first line is not a day.", todo=_FIRST)
    table = rows_of(rest, ("id", "name"), first_line=2)
    entries = tuple(_entry(list_id, row) for _, row in table.rows)
    return Read(day, len(entries), entries, table.columns, int(match["rows"]))


def _several(row: Row, column: str) -> list[str]:
    return [text for piece in row.get(column, "").split("|") if (text := piece.strip())]


def _entry(list_id: str, row: Row) -> Entry:
    kind = row.get("kind", "")
    days = {column: iso_day(row.get(column)) for column in ("listed_on", "delisted_on")}
    faults = [f"the kind '{kind}' is not known"] if kind and kind not in _KINDS else []
    faults += [
        f"'{row[column]}' in {column} is not a day" for column, day in days.items() if row.get(column) and not day
    ]
    faults += [f"'{text}' in born is not a day" for text in _several(row, "born") if not _BORN.fullmatch(text)]
    addresses = tuple(_address(text) for text in _several(row, "addresses"))
    names = listed_names((text, how) for column, how in _NAMES for text in _several(row, column))
    if not names and not addresses:
        faults.append("it has no name")
    return Entry(
        list_id,
        row["id"],
        kind if kind in _KINDS else "unknown",
        names,
        born=tuple(text for text in _several(row, "born") if _BORN.fullmatch(text)),
        countries=tuple(dict.fromkeys(country(text) for text in _several(row, "countries"))),
        identifiers=tuple(dict.fromkeys(_numbers(row))),
        addresses=addresses,
        programmes=tuple(_several(row, "programmes")),
        listed_on=days["listed_on"],
        delisted_on=days["delisted_on"],
        raw="; ".join(squashed(cell) for cell in row.values() if cell),
        unread="; ".join(faults),
    )


def _numbers(row: Row) -> Iterator[tuple[str, str]]:
    for column in _NUMBERS:
        yield from ((column, text) for text in _several(row, column))


def _address(text: str) -> ListedAddress:
    """`XBT:1Boat…`; without a coin the address alone, and `bitcoincash:q…` is one, whose prefix is no coin of a list."""
    asset, colon, rest = text.partition(":")
    return ListedAddress(asset, rest) if colon and asset.isupper() else ListedAddress("", text)
