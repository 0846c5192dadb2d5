"""What stands on a list: an entry with everything its publisher says of it, and the list as one version with its date and its hash.

An entry that could not be read in full is kept with its text, so that it is matched as text: nothing that was listed is lost by a parser.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

__all__ = ["Entry", "ListVersion", "ListedAddress", "ListedName"]


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of an entry. `kind`: primary, alias, weak (the publisher says that the alias is weak) or former."""

    text: str
    kind: str = "primary"


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """An address of a coin as it was printed: `asset` is the publisher's own word, which may be wrong about the chain."""

    asset: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list. `kind`: person, organisation, vessel, aircraft, address, or unknown."""

    list_id: str
    entry_id: str  # the publisher's own number
    kind: str
    names: tuple[ListedName, ...]
    born: tuple[str, ...] = ()  # 1970, 1970-05 or 1970-05-01, as far as the publisher says
    countries: tuple[str, ...] = ()  # ISO 3166 alpha-2 where it could be read, else the publisher's word
    identifiers: tuple[tuple[str, str], ...] = ()  # (inn, 7703…), (imo, 9187629), (passport, …)
    addresses: tuple[ListedAddress, ...] = ()
    programmes: tuple[str, ...] = ()
    listed_on: date | None = None
    delisted_on: date | None = None  # for a list that tells its history
    raw: str = ""  # the whole text of the entry
    unread: str = ""  # why it could not be read in full; it is then matched as text

    @property
    def digest(self) -> str:
        """Of everything that the entry says, so that a clearing ends when one word of it changes."""
        return sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A list as it was fetched once. `content_date` stands inside the file; when it was fetched says nothing about its age."""

    list_id: str
    publisher: str
    content_date: date | None
    fetched_at_utc: datetime
    sha256: str  # of the bytes as fetched
    reader: str  # which reader, in which version
    entries: tuple[Entry, ...] = field(repr=False)
