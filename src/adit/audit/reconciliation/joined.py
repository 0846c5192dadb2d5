"""Lines, receipts and claims made comparable: one numbering of scripts, transactions, miners and sites; legal days; a fixed order.

Order of input counts for nothing: lines are ranked by their names, receipts by block, output and transaction.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adit.audit.reconciliation.statuses import Allowance
from adit.evidence.sources.claims import Claims
from adit.evidence.sources.columnar import NOT_KNOWN, Coded
from adit.evidence.sources.declared import Declared
from adit.evidence.sources.receipts import Receipts

__all__ = ["Ints", "Joined", "joined", "month_of"]

Ints = NDArray[np.int64]
_DAY_S = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The three tables as whole numbers. Places are in `scripts`, `miners` and `sites`; -1 is blank."""

    scripts: tuple[bytes, ...]
    miners: tuple[str, ...]  # in the order of the alphabet, as the sites are
    sites: tuple[str, ...]
    # lines
    line_script: Ints
    line_miner: Ints
    line_site: Ints
    line_tx: Ints
    line_vout: Ints
    line_amount: Ints
    line_start: Ints  # first and last day that the line names: one day, or those of its month
    line_end: Ints
    month_start: Ints  # first and last day of its month
    month_end: Ints
    line_rank: Ints
    # receipts
    receipt_script: Ints
    receipt_tx: Ints
    receipt_vout: Ints
    receipt_amount: Ints
    receipt_day: Ints
    receipt_month: Ints
    receipt_rank: Ints
    ranked: Ints  # the receipts in the order of their ranks
    # claims, sorted by script, miner and first day
    claim_first: Ints  # of each script; one more at the end
    claim_miner: Ints
    claim_site: Ints
    claim_from: Ints  # [from, to); an empty interval where nothing is proven
    claim_to: Ints


def joined(declared: Declared, receipts: Receipts, claims: Claims, allowance: Allowance) -> Joined:
    """The tables in one numbering, their days legal days of the place."""
    scripts, (line_script, receipt_script, claim_script) = _together(declared.script, receipts.script, claims.script)
    _, (line_tx, receipt_tx) = _together(declared.txid, receipts.txid)
    miners, (line_miner, claim_miner) = _together(declared.miner, claims.miner, ordered=True)
    sites, (line_site, claim_site) = _together(declared.site, claims.site, ordered=True)
    month_start, month_end = _days_of(declared.month)
    names_day = declared.day != NOT_KNOWN
    day = (receipts.time_s + 60 * allowance.utc_offset_minutes) // _DAY_S
    ranked = np.lexsort((_as_bytes(receipts.txid), receipts.vout, receipts.height, day))
    proven = claims.proven_from != NOT_KNOWN
    claim_from = np.where(proven, claims.proven_from, 0)
    claim_to = np.where(proven, np.where(claims.proven_to == NOT_KNOWN, np.iinfo(np.int64).max, claims.proven_to), 0)
    order = np.lexsort((claim_to, claim_site, claim_from, claim_miner, claim_script))
    return Joined(
        scripts=scripts,
        miners=miners,
        sites=sites,
        line_script=line_script,
        line_miner=line_miner,
        line_site=line_site,
        line_tx=line_tx,
        line_vout=declared.vout.astype(np.int64),
        line_amount=declared.amount_sat.astype(np.int64),
        line_start=np.where(names_day, declared.day, month_start),
        line_end=np.where(names_day, declared.day, month_end),
        month_start=month_start,
        month_end=month_end,
        line_rank=_ranks(np.argsort(np.array([i.encode() for i in declared.line_id], dtype="S"), kind="stable")),
        receipt_script=receipt_script,
        receipt_tx=receipt_tx,
        receipt_vout=receipts.vout,
        receipt_amount=receipts.amount_sat,
        receipt_day=day,
        receipt_month=month_of(day),
        receipt_rank=_ranks(ranked),
        ranked=ranked,
        claim_first=np.searchsorted(claim_script[order], np.arange(len(scripts) + 1)),
        claim_miner=claim_miner[order],
        claim_site=claim_site[order],
        claim_from=claim_from[order],
        claim_to=claim_to[order],
    )


def month_of(day: Ints) -> Ints:
    """The months of days since 1970, counted from the year 0."""
    months: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months


def _days_of(month: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """The first and the last day of months."""
    months = (month.astype(np.int64) - 1970 * 12).astype("datetime64[M]")
    first, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    return first.astype(np.int64), after.astype(np.int64) - 1


def _together(*columns: Coded, ordered: bool = False) -> tuple[tuple[Any, ...], list[Ints]]:
    """The different words of all columns, and each column by its places in them."""
    places: dict[Any, int] = {}
    if ordered:
        places = {word: place for place, word in enumerate(sorted({w for c in columns for w in c.words}))}
    # One place more at the end, so that -1 finds itself.
    found = [[*(places.setdefault(w, len(places)) for w in c.words), NOT_KNOWN] for c in columns]
    return tuple(places), [np.array(f, dtype=np.int64)[c.codes] for f, c in zip(found, columns, strict=True)]


def _as_bytes(txid: Coded) -> Any:
    """Hashes as texts of one width, for sorting."""
    return np.array([*txid.words, b""], dtype="S32")[txid.codes]


def _ranks(order: Any) -> Ints:
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
