"""A table of PostgreSQL as a CSV file, streamed by COPY: nothing is held in memory and no number becomes a float."""

from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

from adit.terms.errors import BadInput

__all__ = ["copy_table"]

FLOATS = ("float4", "float8")


def copy_table(address: str, table: str, file: Path, where: str) -> str:
    """Write the rows of the table (`name` or `schema.name`) as CSV, in an order of their own; a digest of what was written.

    Raises BadInput, naming `where`, for a server or a table that cannot be read, and for a column of floats.
    """
    try:
        with psycopg.connect(address, client_encoding="utf8", options="-c TimeZone=UTC") as connection:
            connection.read_only = True
            name = sql.Identifier(*table.split("."))
            described = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(name)).description or []
            kinds = {column.name: column.type_display for column in described}
            for column, kind in kinds.items():
                if kind in FLOATS:
                    raise BadInput(
                        f"The column {column} holds {kind}, which cannot hold money or law exactly.",
                        where=where,
                        todo="Make it numeric, or name a view in which it is cast to numeric.",
                    )
            query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT csv, HEADER)").format(
                sql.SQL(", ").join(_text(column, kind) for column, kind in kinds.items()),
                name,
                # the edges first, then the rest for the sake of rows that have them alike: one content, one digest
                sql.SQL(", ").join(
                    map(sql.Identifier, sorted(kinds, key=lambda c: (c != "subject", c != "period", c)))
                ),
            )
            digest = sha256()
            with file.open("wb") as out, connection.cursor().copy(query) as rows:
                for block in rows:
                    digest.update(block)
                    out.write(block)
    except psycopg.Error as error:
        raise BadInput(
            str(error).splitlines()[0],
            where=where,
            todo="Write the address as postgresql://user@host/db?table=NAME. A password is best left to ~/.pgpass or PGPASSWORD.",
        ) from error
    return digest.hexdigest()[:16]


def _text(column: str, kind: str) -> sql.Composable:
    as_day = "::date" if column == "period" and kind.startswith("timestamp") else ""
    return sql.SQL("{name}" + as_day + "::text AS {name}").format(name=sql.Identifier(column))
