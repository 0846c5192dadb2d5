"""Which addresses miners say are theirs, and on which days that is proven by a signature, as columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adit.evidence.sources.columnar import (
    NOT_KNOWN,
    Coded,
    Report,
    TextTable,
    coded,
    day_from,
    name_from,
    scripts_of,
    sound,
    table_of_file,
    table_of_rows,
)

__all__ = ["CLAIMS", "Claims", "claims_of", "read_claims"]

CLAIMS = ("address", "miner_id", "site_id", "proven_from")


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """One miner's claim to one address, a row each; an address may have several, of several miners.

    Control is proven for the days `[proven_from, proven_to)`; -1 in the first: never, in the second: until now.
    """

    script: Coded
    miner: Coded
    site: Coded  # -1: of the miner as a whole
    proven_from: NDArray[np.int64]
    proven_to: NDArray[np.int64]
    report: Report

    def __len__(self) -> int:
        return len(self.proven_from)


def read_claims(path: Path, *, network: str = "mainnet", skip_bad_rows: bool = False) -> Claims:
    """The addresses of a CSV or Parquet file; what has none may be in a column `script_hex`. Raises BadInput, and BadRows unless bad rows are to be skipped."""
    return _claims(table_of_file(path, CLAIMS, ("proven_to", "script_hex")), network, skip_bad_rows)


def claims_of(rows: Iterable[Mapping[str, str]], *, network: str = "mainnet", skip_bad_rows: bool = False) -> Claims:
    """The same of rows in memory, each cell as text. Raises BadRows unless bad rows are to be skipped."""
    return _claims(table_of_rows(rows), network, skip_bad_rows)


def _claims(table: TextTable, network: str, skip_bad_rows: bool) -> Claims:
    script = coded(scripts_of(table, network))
    miner = table.words("miner_id", name_from, needed=True)
    site = table.words("site_id", name_from)
    start, end = table.numbers("proven_from", day_from), table.numbers("proven_to", day_from)
    for row in np.flatnonzero((end != NOT_KNOWN) & (start == NOT_KNOWN)):
        table.reject(int(row), "proven_to", "a proof ends that never began")
    for row in np.flatnonzero((end != NOT_KNOWN) & (start != NOT_KNOWN) & (end <= start)):
        table.reject(int(row), "proven_to", "the proof ends before it begins")
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    return Claims(sound(script, good), sound(miner, good), sound(site, good), start[good], end[good], report)
