"""Rows of a Parquet file as batches of columns in memory, in the order of the file, read by several threads ahead of need;
and rows written as they come.

pyarrow reads only the columns asked for. Decimals, floats and times of day are refused: numbers come as whole counts.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from adit.terms.errors import BadInput

__all__ = ["ColumnBatch", "OutColumn", "ParquetOut", "columns_of", "parquet_batches"]


@dataclass(frozen=True, slots=True)
class ColumnBatch:
    """Some rows: whole numbers by column, 0 and 1 for flags, days since 1970 for dates, places in `words` for text.

    `missing` holds, for the columns with empty cells, where they are; the numbers there mean nothing.
    """

    rows: int
    columns: Mapping[str, Any]
    words: Mapping[str, Sequence[str]]
    missing: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column to be written: whole numbers, and what they stand for.

    With `words` they are places in that list, with `places` counts of so many decimals; else `kind` says.
    """

    name: str
    values: Any
    kind: str = "number"  # number, yes or no, word, day
    missing: Any = None  # true where there is no cell
    places: int = 0
    words: Sequence[str] = ()

    def array(self) -> pa.Array:
        if self.kind == "word":
            return pa.DictionaryArray.from_arrays(
                pa.array(self.values, pa.int32(), mask=self.missing), pa.array(self.words, pa.string())
            )
        if self.kind == "yes or no":
            return pa.array(self.values, pa.int64(), mask=self.missing).cast(pa.bool_())
        if self.kind == "day":
            return pa.array(self.values, pa.int64(), mask=self.missing).cast(pa.int32()).view(pa.date32())
        counts = pa.array(self.values, mask=self.missing)
        if not self.places:
            return counts
        whole = counts.cast(pa.decimal128(38, 0))  # the same digits, with the point moved
        return pa.Array.from_buffers(pa.decimal128(38, self.places), len(whole), whole.buffers())


class ParquetOut:
    """A Parquet file that is written batch by batch, whole or not at all. Makes the folder if need be."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._partial = file.with_name(f".{file.name}.partial")
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
            if kind is None:
                self._partial.replace(self.file)
            else:
                self._partial.unlink()

    def write(self, columns: Sequence[OutColumn]) -> None:
        """Add rows: the same columns each time. A file of no rows has them too."""
        table = pa.table({column.name: column.array() for column in columns})
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._partial, table.schema)
        if len(table):
            self._writer.write_table(table)


def columns_of(file: Path) -> tuple[str, ...]:
    """The names of the columns of a Parquet file. Raises BadInput."""
    return tuple(_open(file).schema_arrow.names)


def parquet_batches(file: Path, columns: Sequence[str], *, threads: int = 2) -> Iterator[ColumnBatch]:
    """The row groups of the file, in order, with these columns. At most `threads` are held beside the one in use.

    Raises BadInput for a column that is not there, or holds what no rule can take exactly.
    """
    source = _open(file)
    schema = source.schema_arrow
    for name in columns:
        if name not in schema.names:
            raise BadInput(
                f"There is no column '{name}'.", where=str(file), todo=f"The file has {', '.join(schema.names)}."
            )
    texts = [
        n for n in columns if pa.types.is_string(schema.field(n).type) or pa.types.is_dictionary(schema.field(n).type)
    ]

    def read(group: int) -> ColumnBatch:
        # A reader of its own: one reader may not be used by two threads.
        own = pq.ParquetFile(file, metadata=source.metadata, read_dictionary=texts)
        return _batch(own.read_row_group(group, columns=list(columns), use_threads=False), str(file))

    groups = iter(range(source.num_row_groups))
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[ColumnBatch]] = deque(pool.submit(read, g) for g in islice(groups, threads))
        while ahead:
            batch = ahead.popleft().result()
            ahead.extend(pool.submit(read, g) for g in islice(groups, 1))
            yield batch


def _open(file: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except FileNotFoundError as error:
        raise BadInput("There is no such file.", where=str(file), todo="Give the path of a Parquet file.") from error
    except pa.ArrowInvalid as error:
        raise BadInput(f"This is not Parquet: {str(error).splitlines()[0]}", where=str(file)) from error


def _batch(table: pa.Table, where: str) -> ColumnBatch:
    columns: dict[str, Any] = {}
    words: dict[str, Sequence[str]] = {}
    missing: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(array, pa.ChunkedArray):  # an empty column combines into no chunk
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        if array.null_count:
            missing[name] = array.is_null().to_numpy(zero_copy_only=False)
        kind = array.type
        if pa.types.is_string(kind):
            array = array.dictionary_encode()
            kind = array.type
        if pa.types.is_dictionary(kind):
            words[name] = array.dictionary.to_pylist()
            array = array.indices
        elif pa.types.is_date32(kind):
            array = array.view(pa.int32())
        elif pa.types.is_boolean(kind):
            array = array.cast(pa.int8())
        elif name == "period":
            raise BadInput(
                f"The column period holds {kind}.", where=where, todo="Write a day of the month, or 2025-01 as text."
            )
        elif not pa.types.is_integer(kind):
            raise BadInput(
                f"The column {name} holds {kind}; whole counts are expected.",
                where=where,
                todo="Write numbers as whole counts of their smallest place, as `adit law fields` gives it.",
            )
        columns[name] = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
    return ColumnBatch(table.num_rows, columns, words, missing)
