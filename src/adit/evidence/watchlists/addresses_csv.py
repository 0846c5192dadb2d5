"""Lists of coin addresses alone: 0xB10C's extract of OFAC's list (currency_ofac, address), or our own with any of the further columns.

    # list: NAME; date: 2024-09-27; rows: 654
    asset,address,label,programme,listed_on,delisted_on

The extract has no first line and no date. A file without a date can be searched and is never FRESH.
"""

import re

from adit.evidence.watchlists.entries import Entry, ListedAddress
from adit.evidence.watchlists.reading import Read, decoded, iso_day, listed_names, squashed
from adit.evidence.watchlists.rows import Row, rows_of

__all__ = ["read_addresses"]

_HEAD = re.compile(r"#\s*list:[^;]*;\s*date:\s*(?P<date>[^;]*);\s*rows:\s*(?P<rows>\d+)\s*")


def read_addresses(content: bytes, list_id: str) -> Read:
    """One entry an address and label, under the address itself. Raises BadInput."""
    text = decoded(content)
    first, _, rest = text.partition("\n")
    match = _HEAD.fullmatch(first.strip())
    table = rows_of(rest if match else text, ("address",), first_line=2 if match else 1)
    entries = tuple(_entry(list_id, row) for _, row in table.rows)
    day = iso_day(match["date"]) if match else None
    return Read(day, len(entries), entries, table.columns, int(match["rows"]) if match else None)


def _entry(list_id: str, row: Row) -> Entry:
    asset = row.get("asset") or row.get("currency_ofac") or row.get("currency") or ""
    address = row["address"]
    days = {column: iso_day(row.get(column)) for column in ("listed_on", "delisted_on")}
    wrong = [f"'{row[column]}' in {column} is not a day" for column, day in days.items() if row.get(column) and not day]
    return Entry(
        list_id,
        f"{asset}:{address}",
        "address",
        listed_names([(row.get("label", ""), "primary")]),
        addresses=(ListedAddress(asset, address),) if address else (),
        programmes=(row["programme"],) if row.get("programme") else (),
        listed_on=days["listed_on"],
        delisted_on=days["delisted_on"],
        raw="; ".join(squashed(cell) for cell in row.values() if cell),
        unread="; ".join([*wrong, *([] if address else ["it has no address"])]),
    )
