"""What is shipped and whose it is.

`data/catalogue.toml` is the one text; the SOURCES.md files and NOTICE are made from it:

    python -m adit.evidence.sources.catalogue            rewrites them
    python -m adit.evidence.sources.catalogue --accept   first takes the files as they are and notes their hashes
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from adit.evidence.sources.tables import DATA, digest
from adit.terms.errors import UnknownName

__all__ = [
    "Dataset",
    "accept_hashes",
    "dataset",
    "datasets",
    "notice_text",
    "sha256_of",
    "sources_text",
    "write_derived",
]

_CATALOGUE = DATA / "catalogue.toml"
_REPOSITORY = Path(__file__).parents[4]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One shipped file and its papers."""

    file: str  # under data/
    title: str
    publisher: str
    licence: str
    attribution: str  # the line that the licence or courtesy asks for
    origin: tuple[str, ...]
    retrieved: date
    period: str
    units: str
    notes: str
    sha256: str

    @property
    def topic(self) -> str:
        return self.file.partition("/")[0]

    @property
    def vintage(self) -> str:
        """What a report prints beside a figure."""
        return f"{self.period}; retrieved {self.retrieved}"


@cache
def datasets() -> tuple[Dataset, ...]:
    """Every shipped file, in the order of the catalogue."""
    entries = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))["dataset"]
    return tuple(Dataset(**{**entry, "origin": tuple(entry["origin"])}) for entry in entries)


def dataset(file: str) -> Dataset:
    """The entry of this file. Raises UnknownName."""
    for entry in datasets():
        if entry.file == file:
            return entry
    raise UnknownName("data set", file, [d.file for d in datasets()])


def sha256_of(file: str) -> str:
    """The hash of the file as it lies on this disk."""
    return digest(DATA / file)


def sources_text(topic: str) -> str:
    """SOURCES.md of a topic."""
    head = f"# Sources: {topic}\n\nMade from `catalogue.toml` by `python -m adit.evidence.sources.catalogue`.\n"
    return head + "".join(_entry_text(d) for d in datasets() if d.topic == topic)


def _entry_text(d: Dataset) -> str:
    lines = [
        ("publisher", d.publisher),
        ("licence", d.licence),
        ("attribution", d.attribution),
        *(("origin", origin) for origin in d.origin),
        ("retrieved", d.retrieved),
        ("period", d.period),
        ("units", d.units),
        ("notes", d.notes),
        ("sha256", f"`{d.sha256}`"),
    ]
    return f"\n## {d.file.partition('/')[2]}: {d.title}\n\n" + "".join(f"- {name}: {value}\n" for name, value in lines)


_PROGRAMS = """The desk carries these programs of others, under src/adit/desk/static/vendor, with their versions in VENDORED.md there:

  htmx (Copyright Big Sky Software, Zero-Clause BSD), with its extension hx-csp
  uPlot (Copyright Leon Sorokin, MIT)

The desk refuses the commonest passwords, of which it carries truncated hashes (src/adit/desk/web/common_passwords.txt):

  SecLists (Copyright Daniel Miessler, MIT)

The points of the scan of meters (src/adit/audit/undeclared/points.toml) were fitted on the load of a household, of which the tests and examples carry a month:

  Low Carbon London, household MAC000002 (UK Power Networks, London Datastore, CC BY 4.0)

The tests carry axe-core (Copyright Deque Systems, MPL-2.0), under tests/vendor; it is not part of the package.

"""


def notice_text() -> str:
    """NOTICE: who made what Adit carries."""
    lines = [f"  {', '.join(files)}\n      {line}\n" for line, files in _attributions().items()]
    return (
        "Adit\nCopyright 2026 the Adit authors\n\n"
        "Licensed under the Apache License, Version 2.0 (see LICENSE).\n\n"
        + _PROGRAMS
        + "This product carries data of others, under src/adit/data (adit/data in the package). The licence, origin and\n"
        "hash of each file stand in the SOURCES.md beside it.\n\n" + "\n".join(lines)
    )


def _attributions() -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for d in datasets():
        files.setdefault(d.attribution, []).append(d.file)
    return files


def write_derived(repository: Path = _REPOSITORY) -> list[Path]:
    """Rewrites SOURCES.md of each topic and NOTICE, and gives the paths of those that changed."""
    texts = {DATA / topic / "SOURCES.md": sources_text(topic) for topic in {d.topic for d in datasets()}}
    texts[repository / "NOTICE"] = notice_text()
    changed = [p for p, text in sorted(texts.items()) if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in changed:
        path.write_text(texts[path], encoding="utf-8")
    return changed


def accept_hashes() -> None:
    """Notes in the catalogue the hash of each file as it lies on this disk."""
    text = _CATALOGUE.read_text(encoding="utf-8")
    for d in datasets():
        entry = re.compile(rf'(file = "{re.escape(d.file)}"\n(?:(?!\[\[).*\n)*?sha256 = ")[^"]*"')
        text = entry.sub(rf'\g<1>{sha256_of(d.file)}"', text)
    _CATALOGUE.write_text(text, encoding="utf-8")
    datasets.cache_clear()


if __name__ == "__main__":
    if "--accept" in sys.argv[1:]:
        accept_hashes()
    for changed_path in write_derived():
        sys.stdout.write(f"{changed_path}\n")
