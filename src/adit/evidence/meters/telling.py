"""Findings about rows in columns: which file, row and column they point at, and what stands there."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from adit.evidence.meters.findings import Finding, Report
from adit.evidence.meters.rows import FileFacts, Rows, reading_text

__all__ = ["Telling"]


class Telling:
    """Findings about rows, by their place in columns."""

    def __init__(self, meters: Sequence[str], files: Sequence[FileFacts], report: Report) -> None:
        self._meters, self._files, self._report = meters, files, report

    def rows(
        self, kind: str, rows: Rows, which: NDArray[np.intp], more: Callable[[int], str] | None = None, *, time: bool = False
    ) -> None:  # fmt: skip
        """A finding of this kind on each of these rows, on its time or on its value."""

        def made(i: int) -> Finding:
            at = int(which[i])
            file, meter = self._files[rows.file[at]], self._meters[rows.meter[at]]
            column = file.time_column if time else file.value_column or meter
            return Report.made(
                kind, file.name, int(rows.row[at]), column, meter, reading_text(rows, at), more(at) if more else ""
            )

        if len(which):
            self._report.add_many(kind, len(which), made)

    def meter(self, kind: str, meter: int, more: str) -> None:
        self._report.add(kind, meter=self._meters[meter], more=more)

    def where(self, rows: Rows, at: int) -> str:
        return f"{self._files[rows.file[at]].name}, row {rows.row[at]}"
