"""Where a population comes from: a file as it is, or a table of PostgreSQL or Iceberg that is copied to a file first."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from adit.engines.engine import check_file
from adit.terms.errors import BadInput

__all__ = ["Source", "fetch"]


@dataclass(frozen=True, slots=True)
class Source:
    """A Parquet or CSV file, a digest that changes with what it holds, and what people call it."""

    file: Path
    digest: str
    name: str


def fetch(population: str, scratch: Path) -> Source:
    """The file, or the table that an address names, copied into `scratch`.

    An address is `postgresql://user@host/db?table=NAME` or `iceberg://CATALOG/namespace.table`. Raises BadInput where there
    is no such thing, or what reading it needs is not installed.
    """
    scheme = population.partition("://")[0]
    if scheme == population:
        file = Path(population)
        check_file(file)
        with file.open("rb") as content:
            return Source(file, file_digest(content, "sha256").hexdigest()[:16], str(file))
    try:
        if scheme in ("postgresql", "postgres"):
            return _from_postgres(population, scratch)
        if scheme == "iceberg":
            return _from_iceberg(population, scratch)
    except ModuleNotFoundError as error:
        extra = "iceberg" if scheme == "iceberg" else "postgres"
        raise BadInput(
            f"{error.name} is not installed.", where=f"{scheme}://", todo=f"pip install 'adit[{extra}]'"
        ) from error
    raise BadInput(
        f"'{scheme}://' is no address that can be read.",
        todo="Give a file, postgresql://user@host/db?table=NAME or iceberg://CATALOG/namespace.table.",
    )


def _from_postgres(address: str, scratch: Path) -> Source:
    from adit.engines.postgres import copy_table

    parts = urlsplit(address)
    options = parse_qs(parts.query, keep_blank_values=True)
    [table] = options.pop("table", [""])[:1]
    name = f"postgresql://{parts.hostname or ''}{parts.path}?table={table}"  # without user and password
    if not table:
        raise BadInput("The address names no table.", where=name, todo="Add ?table=NAME or ?table=schema.NAME.")
    server = urlunsplit(parts._replace(query=urlencode(options, doseq=True)))
    file = scratch / "table.csv"
    return Source(file, copy_table(server, table, file, name), name)


def _from_iceberg(address: str, scratch: Path) -> Source:
    from adit.engines.iceberg import copy_table

    catalog, _, table = address.removeprefix("iceberg://").partition("/")
    if not table:
        raise BadInput("The address names no table.", where=address, todo="Write iceberg://CATALOG/namespace.table.")
    file, snapshot = copy_table(catalog, table, scratch, address)
    return Source(file, snapshot, address)
