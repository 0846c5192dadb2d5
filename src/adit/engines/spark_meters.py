"""The scan of meters on Spark: the readings are brought together by meter, and each worker runs the same work on its own.

Readings need not be sorted. Adit has to be installed where the workers run.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql.udf import UserDefinedFunction
from pyspark.util import PythonEvalType

from adit.engines.dense import Block, arrow_block, check_readings, columns_of_file
from adit.engines.engine import LOCAL
from adit.engines.spark import Spark
from adit.terms.errors import BadInput

__all__ = ["map_meters"]

Work = Callable[[Iterator[Block]], tuple[Sequence[str], Any]]


def map_meters(
    files: Sequence[Path], work: Work, *, master: str = "", spark: Spark | None = None
) -> list[tuple[str, list[float]]]:
    """What `work` makes of whole meters: a name and a row of numbers for each, on a session of its own or the one given."""
    check_readings(files)
    if spark is None:
        with Spark(master or LOCAL, shared=files[0].resolve().parent if master else None) as own:
            return map_meters(files, work, spark=own)

    def of_part(batches: Iterator[Any]) -> Iterator[Any]:
        names, rows = work(arrow_block(batch, "a partition") for batch in batches)
        if len(names):
            width = rows.shape[1]
            offsets = pa.array(range(0, (len(names) + 1) * width, width), pa.int32())
            lists = pa.ListArray.from_arrays(offsets, pa.array(rows.ravel(), pa.float64()))
            yield pa.RecordBatch.from_arrays([pa.array(list(names), pa.string()), lists], ["meter_id", "row"])

    frames = [_frame(spark, file) for file in files]
    together = reduce(lambda a, b: a.unionByName(b), frames)
    sorted_ = together.repartition("meter_id").sortWithinPartitions("meter_id", "start_utc")
    answers = _map_in_arrow(sorted_, of_part, "meter_id string, row array<double>")
    try:
        return sorted((row[0], list(row[1])) for row in answers.collect())
    except PySparkException as error:
        said = re.search(r"BadInput: (?:a partition: )?(.+)", str(error))  # what a worker refused comes as text
        if said is None:
            raise
        raise BadInput(said[1], todo="Look at the readings: `adit meters check` says in which row.") from error


def _frame(spark: Spark, file: Path) -> Any:
    meter, start, energy = columns_of_file(file)
    begin = "timestamp_seconds(start_s)" if start == "start_s" else f"CAST({start} AS TIMESTAMP)"
    frame = spark.session.read.parquet(f"file://{file.resolve()}")
    return frame.selectExpr(
        f"CAST({meter} AS STRING) AS meter_id", f"{begin} AS start_utc", f"CAST({energy} AS INT) AS energy_wh"
    )


def _map_in_arrow(frame: DataFrame, work: Callable[[Iterator[Any]], Iterator[Any]], schema: str) -> DataFrame:
    """`frame.mapInArrow(work, schema)`, which asks for pandas and then makes no use of it: so what it does is done here."""
    context = frame.sparkSession.sparkContext
    if str(context.master).startswith("local"):
        context.pythonExec = (
            sys.executable
        )  # on this machine the workers are this very Python, and no other that the path names
    function = UserDefinedFunction(work, schema, evalType=PythonEvalType.SQL_MAP_ARROW_ITER_UDF)
    column = function(*(frame[name] for name in frame.columns))
    return DataFrame(frame._jdf.mapInArrow(column._jc, False, None), frame.sparkSession)
