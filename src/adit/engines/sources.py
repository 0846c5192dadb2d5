"""Where a population comes from: a file as it is."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from adit.engines.engine import check_file

__all__ = ["Source", "fetch"]


@dataclass(frozen=True, slots=True)
class Source:
    """A Parquet or CSV file, and a digest that changes with what it holds."""

    file: Path
    digest: str


def fetch(population: str) -> Source:
    """The file. Raises BadInput where it is neither Parquet nor CSV, or is not there."""
    file = Path(population)
    check_file(file)
    with file.open("rb") as content:
        return Source(file, file_digest(content, "sha256").hexdigest()[:16])
