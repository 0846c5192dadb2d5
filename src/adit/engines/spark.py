"""SQL on Spark: on this machine by default, or on a cluster whose workers see the same folders.

Spark reads Parquet itself. CSV is handed to DuckDB first, so that both engines see the same cells in the same lines.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from adit.engines.duckdb import DuckDB
from adit.engines.engine import LOCAL, Relation, check_file
from adit.terms.errors import BadInput

__all__ = ["Spark"]

ALWAYS = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, not a NULL
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # 2025-01 in the name of a folder is text
    # the columns of an act make one loop so long that Java interprets it; compiled one by one they are thrice as fast
    "spark.sql.codegen.wholeStage": "false",
}
QUIET = {
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={Path(__file__).with_name('spark_log.properties').as_uri()}",
    "spark.ui.showConsoleProgress": "false",
}
ON_THIS_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
}
SPELT = {"STRING": "VARCHAR", "INT": "INTEGER", "TIMESTAMP_NTZ": "TIMESTAMP"}


class Spark:
    """A run on Spark: a session of its own on `master`, or a part of a session that is already there.

    `shared` is a folder that every worker sees; on this machine it is not needed. Raises BadInput where Java is missing,
    the master does not answer, or a cluster has no shared folder.
    """

    name = "spark"

    def __init__(self, master: str = LOCAL, *, session: SparkSession | None = None, shared: Path | None = None) -> None:
        if session is None and shared is None and not _is_local(master):
            raise BadInput(
                f"The workers of {master} cannot see this machine's temporary files.",
                todo="Pass --out with a folder that this machine and every worker see.",
            )
        self._own = _open(master) if session is None else None
        self.session = self._own or session.newSession()  # type: ignore[union-attr]
        for setting, value in ALWAYS.items():
            self.session.conf.set(setting, value)
        self._scratch = Path(mkdtemp(prefix=".adit-spark-", dir=shared))
        self._views = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.stop()
        shutil.rmtree(self._scratch)

    def relation(self, file: Path) -> Relation:
        """The file as a relation: Parquet by its types, CSV as text. Raises BadInput."""
        if check_file(file) == "csv":
            with DuckDB() as reader:
                text = reader.relation(file)
                folder = self._scratch / f"csv-{self._views}"
                reader.write(f"SELECT * FROM {text.sql}", folder)
                apart = self._scratch / f"unreadable-{self._views}"
                if text.unreadable:
                    reader.write(f"SELECT * FROM {text.unreadable}", apart)
            readable = self._view(self.session.read.parquet(_here(folder)))
            unreadable = self._view(self.session.read.parquet(_here(apart))) if text.unreadable else ""
            return Relation(readable, text.columns, unreadable)
        try:
            frame = self.session.read.parquet(_here(file))
            columns = {field.name: _spelt(field.dataType.simpleString()) for field in frame.schema.fields}
            view = self._view(frame.selectExpr("*", "_metadata.row_index + 2 AS line"))
        except (PySparkException, Py4JError) as error:  # what Java threw comes as the one or as the other
            raise BadInput("Spark cannot read it as Parquet.", where=str(file), todo="Check the file.") from error
        return Relation(view, columns)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, in memory."""
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def write(self, sql: str, folder: Path, *, by: Sequence[str] = ()) -> None:
        """Write the rows as Parquet into a new folder, with a folder `<column>=<text>` for each value of `by`."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.session.sql(sql).write.partitionBy(*by).parquet(_here(folder))
        for leftover in [*folder.rglob("_SUCCESS"), *folder.rglob(".*.crc")]:  # Hadoop's, of no use beside the parts
            leftover.unlink()

    def stored(self, folder: Path) -> str:
        """What stands after FROM to read a folder that was written; the columns of its folders are text."""
        return self._view(self.session.read.parquet(_here(folder)))

    def _view(self, frame: DataFrame) -> str:
        self._views += 1
        frame.createOrReplaceTempView(f"adit_{self._views}")
        return f"adit_{self._views}"


def _open(master: str) -> SparkSession:
    """A session on the master. Raises BadInput where Java is missing or the master does not answer."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise BadInput("Spark needs Java, which is not installed.", todo="Install Java 17 or later, or set JAVA_HOME.")
    there = SparkSession.getActiveSession()
    if there is not None:
        raise BadInput(f"A session on {there.sparkContext.master} is already open here.", todo="Stop it, or run on it.")
    builder = SparkSession.builder.master(master).appName("adit assess")
    for setting, value in {**ALWAYS, **QUIET, **(ON_THIS_MACHINE if _is_local(master) else {})}.items():
        builder = builder.config(setting, value)
    try:
        return builder.getOrCreate()
    except Exception as error:  # py4j hands on whatever Java threw
        said = re.sub(r"^.*?Exception: ", "", str(error), flags=re.DOTALL).splitlines()[0]
        raise BadInput(f"No session on {master}: {said}", todo="Check --master; without it Spark runs here.") from error


def _is_local(master: str) -> bool:
    """Whether the master stands for this machine alone."""
    return re.fullmatch(r"local(\[[^\]]*\])?", master) is not None


def _here(path: Path) -> str:
    """The path in the file system that this machine sees, whichever is the cluster's own."""
    return f"file://{path.resolve()}"


def _spelt(kind: str) -> str:
    """A type of Spark as DuckDB spells it."""
    upper = kind.upper()
    return SPELT.get(upper, upper)
