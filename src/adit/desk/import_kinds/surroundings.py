"""What the rows of a table may refer to: the sites and meters of the party that it is about."""

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from adit.desk.import_kinds.cells import Cells
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.engines.database import Connection
from adit.register.records import Meter, Site
from adit.register.store import listed

__all__ = ["Surroundings", "folded", "meter_of", "site_of", "surroundings"]

_SITES_COMPARED = 200  # names with which one that is not known is compared


@dataclass(slots=True)
class Surroundings:
    """What rows may refer to, as it stands when the import begins: the party's sites and meters."""

    party: str
    today: date
    words: Words
    sites: dict[str, set[str]] = field(default_factory=dict)  # folded name or id -> ids
    site_names: list[str] = field(default_factory=list)
    meters: dict[str, set[str]] = field(default_factory=dict)


def surroundings(connection: Connection, party: str, today: date, words: Words) -> Surroundings:
    """The sites of a party, its own, those it runs and those where it is hosted, and its meters."""
    found = Surroundings(party, today, words)
    sites = listed(
        connection, Site,
        "owner = %s OR operator = %s OR id IN (SELECT site FROM register.client WHERE miner = %s AND upper_inf(known) AND valid @> %s::date)",
        [party, party, party, today], on=today, limit=100_000,
    )  # fmt: skip
    for site in sites:
        for name in (site.id, site.record.name):
            found.sites.setdefault(folded(name), set()).add(site.id)
    found.site_names = sorted({s.record.name for s in sites})
    own = [s.id for s in sites if party in (s.record.owner, s.record.operator)]
    for meter in listed(connection, Meter, "site = ANY(%s)", [own], on=today, limit=100_000):
        found.meters.setdefault(meter.record.serial.upper(), set()).add(meter.id)
    return found


def folded(text: str) -> str:
    """A name without case, quotation marks and superfluous blanks."""
    return " ".join(re.sub(r'[«»"“”„\'’]', " ", text.casefold()).split())


def site_of(cells: Cells, around: Surroundings) -> str:
    """The id of the site that a row names; empty where it names none of the party's, or several."""
    text = cells.text("site")
    found = around.sites.get(folded(text), set())
    if len(found) == 1 or not text:
        return next(iter(found), "")
    if found:
        todo = N_("Write the id of the site, as site-….")
        cells.refuse("site", N_("{column}: there are several sites '{text}'."), todo, text=text[:60])
    else:
        near = _nearest(text, tuple(around.site_names[:_SITES_COMPARED])) or around.site_names[:5]
        todo = N_("Its sites are: {names}.") if near else N_("Enter the site first.")
        said = N_("{column}: the party has no site '{text}'.")
        cells.refuse("site", said, todo, text=text[:60], names=", ".join(near))
    return ""


def meter_of(cells: Cells, around: Surroundings) -> str:
    """The id of the meter that a row names, in the same way."""
    text = cells.text("meter")
    found = around.meters.get(text.upper(), set())
    if len(found) == 1 or not text:
        return next(iter(found), "")
    if found:
        todo = N_("Enter the reading on the page of the site.")
        cells.refuse("meter", N_("{column}: there are several meters '{text}'."), todo, text=text[:60])
    else:
        todo = N_("Write its serial number as on the page of its site, or enter the meter first.")
        cells.refuse("meter", N_("{column}: the party has no meter '{text}'."), todo, text=text[:60])
    return ""


@lru_cache(1024)
def _nearest(text: str, names: tuple[str, ...]) -> list[str]:
    return get_close_matches(text, names, n=3, cutoff=0.5)
