"""OFAC's short format: sdn.csv with its alt.csv and sdn_comments.csv, alone or as a ZIP of them. No header, `-0-` for blank.

The files do not say of which day they are. So a list that came this way can be searched, and is never FRESH: sdn_advanced.xml says its day.
Source of the format: OFAC's files as moov-io/watchman carries them for its tests, test/testdata at d299005fe25f511fe8abdb6425c745e16cb5ca2c.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from adit.evidence.watchlists.countries import country
from adit.evidence.watchlists.entries import Entry
from adit.evidence.watchlists.ofac_remarks import parse_remarks
from adit.evidence.watchlists.reading import BYTES_MAX, Read, decoded, listed_names
from adit.terms.errors import BadInput

__all__ = ["KINDS", "read_ofac_csv"]

_COLUMNS = (
    "ent_num",
    "name",
    "type",
    "program",
    "title",
    "call_sign",
    "vessel_type",
    "tonnage",
    "grt",
    "flag",
    "owner",
    "remarks",
)
_PARTS = {
    "prim": ("sdn.csv", "cons_prim.csv"),
    "alt": ("alt.csv", "cons_alt.csv"),
    "comments": ("sdn_comments.csv", "cons_comments.csv"),
}
KINDS = {
    "individual": "person",
    "vessel": "vessel",
    "aircraft": "aircraft",
    "entity": "organisation",
    "": "organisation",
}
_ALIASES = {"aka": "alias", "fka": "former", "nka": "alias"}
_END_OF_FILE = "\x1a"  # a control character that the publisher leaves at the end


def read_ofac_csv(content: bytes, list_id: str) -> Read:
    """The entries, in the order of the file. Raises BadInput."""
    files = _unpacked(content) if content[:2] == b"PK" else {"prim": content}
    aliases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for cells in _lines(files.get("alt", b""), 4):
        aliases[cells[0]].append((cells[3], _ALIASES.get(cells[2].lower(), "alias")))
    more: dict[str, str] = defaultdict(str)
    for cells in _lines(files.get("comments", b""), 2):
        more[cells[0]] += cells[1]  # remarks that did not fit; they may go on in the middle of a word
    entries = tuple(_entry(list_id, cells, aliases, more) for cells in _lines(files["prim"], len(_COLUMNS)))
    return Read(None, len(entries), entries, _COLUMNS)


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(i.file_size for i in archive.infolist()) > BYTES_MAX:
                raise BadInput(
                    f"The archive holds more than {BYTES_MAX:,} bytes.", todo="Give the files of the list alone."
                )
            held = {i.filename.rpartition("/")[2].lower(): i for i in archive.infolist()}
            found = {part: archive.read(held[name]) for part, names in _PARTS.items() for name in names if name in held}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"The archive cannot be unpacked ({error}).", todo="Fetch it again.") from error
    if missing := {"prim", "alt"} - found.keys():
        names = ", ".join(_PARTS[part][0] for part in sorted(missing))
        raise BadInput(f"The archive lacks {names}.", todo="The names in alt.csv belong to the list: give both.")
    return found


def _lines(content: bytes, width: int) -> Iterator[list[str]]:
    text = decoded(content).replace(_END_OF_FILE, "")
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if not any(c.strip() for c in cells):
                continue
            if len(cells) < width or not cells[0].strip().isdecimal():
                raise BadInput(
                    f"Line {number} is none of this format: {len(cells)} cells, {width} are due.",
                    todo="The file broke off or its format changed. Fetch it again, or take sdn_advanced.xml.",
                )
            yield ["" if c.strip() == "-0-" else c.strip() for c in cells]
    except csv.Error as error:
        raise BadInput(f"The file breaks off or is not CSV ({error}).", todo="Fetch it again.") from error


def _entry(
    list_id: str, cells: Sequence[str], aliases: Mapping[str, list[tuple[str, str]]], more: Mapping[str, str]
) -> Entry:
    row = dict(zip(_COLUMNS, cells, strict=False))
    number = row["ent_num"]
    remarks = row["remarks"] + more.get(number, "")
    told = parse_remarks(remarks)
    kind = KINDS.get(row["type"].lower(), "unknown")
    also = aliases.get(number, [])
    person = kind == "person"
    names = [(row["name"], "primary"), *also, *told.names]
    return Entry(
        list_id,
        number,
        kind,
        listed_names((_turned(text) if person else text, how) for text, how in names),
        born=tuple(dict.fromkeys(told.born)),
        countries=tuple(dict.fromkeys([*told.countries, *([country(row["flag"])] if row["flag"] else [])])),
        identifiers=tuple(
            dict.fromkeys([*told.identifiers, *([("call_sign", row["call_sign"])] if row["call_sign"] else [])])
        ),
        addresses=tuple(dict.fromkeys(told.addresses)),
        programmes=tuple(row["program"].split("] [")) if row["program"] else (),
        raw="; ".join([*(c for c in cells[:11] if c), *(text for text, _ in also), *([remarks] if remarks else [])]),
        unread="" if kind != "unknown" else f"the kind '{row['type']}' is not known",
    )


def _turned(name: str) -> str:
    """`YAN, Xiaobing` as Xiaobing YAN; anything with another number of commas as it stands."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name
