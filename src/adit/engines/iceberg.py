"""A table of Iceberg as a Parquet file, batch by batch, with the types that it has."""

from pathlib import Path

import pyarrow.parquet as pq
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError

from adit.engines.duckdb import DuckDB
from adit.terms.errors import BadInput

__all__ = ["copy_table"]


def copy_table(catalog: str, table: str, folder: Path, where: str) -> tuple[Path, str]:
    """The rows of the table's present snapshot as a Parquet file in the folder, sorted; and what names the snapshot.

    The catalog is one that pyiceberg knows, from ~/.pyiceberg.yaml or the environment. Raises BadInput, naming `where`.
    """
    try:
        found = load_catalog(catalog).load_table(table)
    except (NoSuchTableError, NoSuchNamespaceError) as error:
        raise BadInput(
            str(error).splitlines()[0], where=where, todo="Write the address as iceberg://CATALOG/namespace.table."
        ) from error
    except (ValueError, KeyError) as error:
        raise BadInput(
            f"There is no catalog '{catalog}' that pyiceberg knows.",
            where=where,
            todo=f"Describe it in ~/.pyiceberg.yaml, or by PYICEBERG_CATALOG__{catalog.upper()}__URI and the like.",
        ) from error
    batches = found.scan().to_arrow_batch_reader()
    raw = folder / "table.parquet"
    with pq.ParquetWriter(raw, batches.schema) as out:
        for batch in batches:
            out.write_batch(batch)
    with DuckDB() as sorter:  # the files of a snapshot come in no order: the same rows are to have the same lines
        sorter.write(f"SELECT * EXCLUDE (line) FROM {sorter.relation(raw).sql} ORDER BY ALL", folder / "population")
    raw.unlink()
    return folder / "population" / "part-0.parquet", f"{found.metadata.table_uuid} {found.metadata.current_snapshot_id}"
