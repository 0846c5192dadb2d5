"""The readers by name, each with its version: what a list was read with is part of what is known of it."""

from collections.abc import Callable
from dataclasses import dataclass

from adit.evidence.watchlists.addresses_csv import read_addresses
from adit.evidence.watchlists.eu import read_eu
from adit.evidence.watchlists.ftm import read_ftm, refuse_keys
from adit.evidence.watchlists.national import read_national
from adit.evidence.watchlists.ofac_advanced import read_ofac_advanced
from adit.evidence.watchlists.ofac_csv import read_ofac_csv
from adit.evidence.watchlists.ofac_xml import read_ofac_xml
from adit.evidence.watchlists.reading import Read, refuse_page
from adit.evidence.watchlists.uk import read_uk
from adit.evidence.watchlists.un import read_un
from adit.evidence.watchlists.xml_records import head
from adit.terms.errors import BadInput, UnknownName

__all__ = ["Reader", "reader"]


@dataclass(frozen=True, slots=True)
class Reader:
    """How a list is read. `version` changes whenever the same bytes would give other entries."""

    name: str
    version: int
    _read: Callable[[bytes, str], Read]
    refuse: Callable[[bytes], None] | None = None  # what may not even be kept

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"

    def read(self, content: bytes, list_id: str) -> Read:
        """The list in these bytes. Raises BadInput."""
        refuse_page(content)
        return self._read(content, list_id)


def _read_ofac(content: bytes, list_id: str) -> Read:
    """Any of the three formats in which OFAC publishes its lists."""
    if not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return read_ofac_csv(content, list_id)
    name = head(content).name
    formats = {"Sanctions": read_ofac_advanced, "sdnList": read_ofac_xml}
    if name not in formats:
        raise BadInput(
            f"The file is no list of OFAC: it begins with {name[:40]}.", todo="Take sdn_advanced.xml or sdn.xml."
        )
    return formats[name](content, list_id)


_READERS = (
    Reader("ofac", 1, _read_ofac),
    Reader("un", 1, read_un),
    Reader("eu", 1, read_eu),
    Reader("uk", 1, read_uk),
    Reader("national", 1, read_national),
    Reader("addresses", 1, read_addresses),
    Reader("ftm", 1, read_ftm, refuse_keys),
)


def reader(name: str) -> Reader:
    """The reader of this name. Raises UnknownName."""
    for each in _READERS:
        if each.name == name:
            return each
    raise UnknownName("reader of lists", name, [r.name for r in _READERS])
