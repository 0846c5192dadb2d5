"""Two lists of addresses that are shipped with Adit, each of a day long past: to try with, to test with, and no list that screening may rest on.

The register of lists does not know them, so that nobody takes them for the publisher's own. What others have tagged is a claim of theirs.
"""

import re
from datetime import UTC, date, datetime
from functools import cache

from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.tables import shipped
from adit.evidence.watchlists.addresses_csv import read_addresses
from adit.evidence.watchlists.entries import Entry, ListedAddress, ListVersion
from adit.evidence.watchlists.reading import listed_names

__all__ = ["OFAC_FILE", "TAGS_FILE", "ofac_addresses_sample", "tagged_addresses_sample"]

OFAC_FILE = "watchlists/ofac_digital_currency_addresses.csv"
TAGS_FILE = "watchlists/graphsense_risk_addresses.parquet"
_TAGS = "sample_graphsense_tags"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def ofac_addresses_sample() -> ListVersion:
    """The coin addresses of OFAC's SDN list as of 2024-09-27: an entry each, without the names."""
    content = shipped(OFAC_FILE).read_bytes()
    read = read_addresses(content, "sample_ofac_addresses")
    return _version("sample_ofac_addresses", OFAC_FILE, read.entries)


@cache
def tagged_addresses_sample() -> ListVersion:
    """Addresses that public tag packs connect with ransom, theft, mixers and sanctions: an entry an address, under its labels."""
    from adit.engines.duckdb import query  # an engine is loaded only when it is asked to run

    rows = query(
        "SELECT address, list(DISTINCT label ORDER BY label) AS labels, min(currency) AS currency, list(DISTINCT pack ORDER BY pack) AS packs,"
        " list(DISTINCT coalesce(abuse, category) ORDER BY coalesce(abuse, category)) FILTER (coalesce(abuse, category) IS NOT NULL) AS kinds,"
        " list(DISTINCT source ORDER BY source) AS sources FROM read_parquet($file) GROUP BY address ORDER BY address",
        {"file": str(shipped(TAGS_FILE))},
    )
    entries = tuple(
        Entry(
            _TAGS,
            row["address"],
            "address",
            listed_names((label, "alias" if place else "primary") for place, label in enumerate(row["labels"])),
            addresses=(ListedAddress(row["currency"] or "", row["address"]),),
            programmes=tuple(dict.fromkeys([*row["packs"], *(row["kinds"] or ())])),
            raw="; ".join([row["address"], *row["labels"], *row["packs"], *row["sources"]]),
        )
        for row in rows
    )
    return _version(_TAGS, TAGS_FILE, entries)


def _version(list_id: str, file: str, entries: tuple[Entry, ...]) -> ListVersion:
    papers = dataset(file)
    day = _DAY.search(papers.period)
    assert day, "the catalogue says of which day a list is"
    fetched = datetime.combine(papers.retrieved, datetime.min.time(), UTC)
    return ListVersion(
        list_id, papers.publisher, date.fromisoformat(day[0]), fetched, papers.sha256, "samples/1", entries
    )
