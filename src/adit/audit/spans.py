"""The months of an audit, cut wherever a hash begins to be worth something else: at each new difficulty and at a halving."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from adit.audit.expectation import HASHES_AT_DIFFICULTY_1
from adit.evidence.sources.epochs import epochs_within
from adit.evidence.sources.fees import FeeShare
from adit.terms.days import Period

__all__ = ["HEADER_ERROR_S", "Spans", "spans_of"]

HEADER_ERROR_S = 7200  # a block's header may state a time up to two hours from the true one
_TH = 1e12


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of time in order, each within one month and one epoch. Columns are arrays over the spans.

    `fee_least` and `fee_most` are shares of the subsidy; `fees_known` says by month whether they were published or had to be assumed.
    `blur_s` is how far the beginning of a span may be off, 0 where it is the first second of a month.
    """

    months: tuple[Period, ...]
    month: Any  # int64: place in `months`
    start_s: Any  # int64: seconds since 1970, UTC
    end_s: Any
    blocks_per_th: Any  # float64: blocks that a terahash finds on average
    subsidy_sat: Any  # float64
    fee_least: Any
    fee_most: Any
    fees_known: tuple[bool, ...]
    blur_s: Any
    first: Any  # int64, one more than there are months: where the spans of a month begin

    @property
    def seconds(self) -> Any:
        return (self.end_s - self.start_s).astype(np.float64)

    def __len__(self) -> int:
        return len(self.month)


def spans_of(
    months: Sequence[Period], fees: Callable[[Period], FeeShare | None], assumed: tuple[float, float]
) -> Spans:
    """The spans of these months; `assumed` fees, least and most, where none are known. Raises BadInput for a month whose difficulty is not."""
    rows: list[tuple[float, ...]] = []
    first, known = [0], []
    for number, month in enumerate(months):
        share = fees(month)
        known.append(share is not None)
        share_least, share_most = (share.least, share.most) if share else assumed
        begin = start = int(datetime(month.start.year, month.start.month, month.start.day, tzinfo=UTC).timestamp())
        passed = 0.0
        for stretch in epochs_within(month):
            passed += stretch.seconds
            end = begin + round(passed)
            blur = 0.0 if start == begin else max(HEADER_ERROR_S, stretch.epoch.start_error_s)
            found = _TH / (stretch.epoch.difficulty * HASHES_AT_DIFFICULTY_1)
            rows.append((number, start, end, found, stretch.subsidy_sat, share_least, share_most, blur))
            start = end
        first.append(len(rows))
    number_of, start_s, end_s, blocks, subsidy, fee_least, fee_most, blur_s = (
        np.array(rows, dtype=np.float64).reshape(-1, 8).T.copy()
    )
    return Spans(
        months=tuple(months),
        month=number_of.astype(np.int64),
        start_s=start_s.astype(np.int64),
        end_s=end_s.astype(np.int64),
        blocks_per_th=blocks,
        subsidy_sat=subsidy,
        fee_least=fee_least,
        fee_most=fee_most,
        fees_known=tuple(known),
        blur_s=blur_s,
        first=np.array(first, dtype=np.int64),
    )
