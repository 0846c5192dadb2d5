"""The answer of an audit: a row for each site and month, with what the chain showed beside what the energy allows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from adit.audit.explanation import CODES, Explained, codes_of, explain
from adit.audit.files import Asked
from adit.audit.reconciliation.reconcile import Reconciliation
from adit.audit.reconciliation.statuses import Status
from adit.audit.reconciliation.sums import site_months
from adit.audit.reconciliation.telling import contradictions, line_row, receipt_row
from adit.audit.run import Audited, Settings
from adit.evidence.sources.declared import month_number
from adit.evidence.sources.mining_sites import SCHEMES

__all__ = [
    "CHAIN_CODES",
    "Answer",
    "ChainSums",
    "Leftover",
    "answered",
    "as_data",
    "explained",
    "leftovers",
    "places",
    "row_of",
]

CHAIN_CODES = ("receipts_not_declared", "declared_without_receipt", "called_otherwise", "addresses_not_proven")
_NO_SUMS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class ChainSums:
    """By (site, month as text): satoshi by code, and what was matched and received. `apart`: of sites and miners that are in no table."""

    by_site: Mapping[tuple[str, str], Mapping[str, int]]
    apart_sat: int  # received at addresses of miners as a whole, or of nobody: no site's month has it


@dataclass(frozen=True, slots=True)
class Leftover:
    """One declared line or one receipt that did not simply match, and why."""

    what: str
    amount_sat: int
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what came out, and the chain's sums where it was looked at."""

    asked: Asked
    audited: Audited
    settings: Settings
    chain: ChainSums | None

    @property
    def sites(self) -> tuple[str, ...]:
        return self.asked.loaded.sites.site_id

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(str(m) for m in self.asked.loaded.spans.months)

    def sums(self, site: int, month: int) -> Mapping[str, int]:
        return self.chain.by_site.get((self.sites[site], self.months[month]), _NO_SUMS) if self.chain else _NO_SUMS

    def findings(self, site: int, month: int) -> tuple[str, ...]:
        """Codes of what was found, the chain's included."""
        sums = self.sums(site, month)
        return (*codes_of(self.audited, site, month), *(c for c in CHAIN_CODES if sums.get(c)))


def answered(asked: Asked, audited: Audited, settings: Settings) -> Answer:
    """Put together what the columns say and what the chain says."""
    return Answer(asked, audited, settings, _sums(asked.chain, asked) if asked.chain else None)


def places(answer: Answer, *, every: bool) -> list[tuple[int, int]]:
    """The site-months with a finding, or all of them; discoveries first, then by how unlikely they are."""
    audited = answer.audited
    shape = audited.p_under.shape
    chosen = np.ones(shape, dtype=np.bool_) if every else _found(answer)
    p = np.minimum(
        np.where(audited.testable_under, audited.p_under, 1), np.where(audited.testable_over, audited.p_over, 1)
    )
    site, month = np.nonzero(chosen)
    order = (
        np.lexsort((month, site, p[site, month], ~audited.discovered[site, month])) if not every else range(len(site))
    )
    return [(int(site[k]), int(month[k])) for k in order]


def row_of(answer: Answer, site: int, month: int) -> dict[str, Any]:
    """One site and month as data. Amounts in satoshi; None where it is not known."""
    audited, found, at = answer.audited, answer.audited.plausible, (site, month)
    sums = answer.sums(site, month)
    row: dict[str, Any] = {
        "site_id": answer.sites[site],
        "miner_id": answer.asked.loaded.sites.miner_id[site],
        "month": answer.months[month],
        "findings": list(answer.findings(site, month)),
        "discovered": bool(audited.discovered[at]),
        "scheme": SCHEMES[int(answer.asked.loaded.sites.scheme[site])],
        "declared_sat": int(answer.asked.loaded.case.declared.sat[at]),
        "honest_least_sat": _whole(found.coins_least_sat[at]),
        "honest_most_sat": _whole(found.coins_most_sat[at]),
        "machines_most_sat": _whole(found.machines_most_sat[at]),
        "p_under": float(audited.p_under[at]) if audited.testable_under[at] else None,
        "p_over": float(audited.p_over[at]) if audited.testable_over[at] else None,
        "log_e_under": round(float(audited.log_e_under[at]), 6),
        "log_e_over": round(float(audited.log_e_over[at]), 6),
        "calibrated": bool(audited.by_calibration[at]),
    }
    if answer.chain:
        row |= {f"{c}_sat": sums.get(c, 0) for c in (*CHAIN_CODES, "matched", "late", "offchain", "received")}
    return row


def explained(answer: Answer, site: int, month: int) -> Explained:
    """One site and month told, with the chain's sums."""
    told = explain(answer.asked.loaded, answer.audited, answer.settings, site, month)
    return replace(
        told, findings=answer.findings(site, month), chain=answer.sums(site, month), chain_seen=answer.chain is not None
    )


def _found(answer: Answer) -> Any:
    audited = answer.audited
    found = np.zeros(audited.p_under.shape, dtype=np.bool_)
    for code in CODES:
        found |= getattr(audited, code)
    month = np.arange(found.shape[1])
    for alarm in (audited.alarm_under, audited.alarm_over) if len(month) > 1 else ():
        found |= (alarm[:, None] >= 0) & (month == alarm[:, None])  # the month in which it was first reached
    if answer.chain:
        site_of, month_of = ({name: k for k, name in enumerate(names)} for names in (answer.sites, answer.months))
        for (site, name), sums in answer.chain.by_site.items():
            if name in month_of and site in site_of and any(sums.get(c) for c in CHAIN_CODES):
                found[site_of[site], month_of[name]] = True
    return found


def _sums(chain: Reconciliation, asked: Asked) -> ChainSums:
    known = asked.loaded.sites.places
    by_site: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    apart = 0
    for row in site_months(chain):
        if row.site_id not in known:
            apart += row.received_sat
            continue
        sums = by_site[row.site_id, row.month]
        for name, sat in (
            ("receipts_not_declared", row.receipts_not_declared_sat),
            ("declared_without_receipt", row.declared_without_receipt_sat + row.declared_twice_sat),
            ("addresses_not_proven", max(row.not_proven_sat, row.receipts_not_proven_sat) + row.of_another_miner_sat),
            ("matched", row.matched_sat),
            ("late", row.late_sat),
            ("offchain", row.offchain_sat),
            ("received", row.received_sat),
        ):
            sums[name] += sat
    for line in contradictions(chain):
        by_site[line.site_id, line.month]["called_otherwise"] += line.amount_sat
    return ChainSums({key: dict(sums) for key, sums in by_site.items()}, apart)


def _whole(sat: float) -> int | None:
    return round(float(sat)) if np.isfinite(sat) else None


def leftovers(answer: Answer, site: int, month: int, language: str = "en") -> list[Leftover]:
    """Where declaration and chain part, of one site and month, in the words of a language."""
    chain = answer.asked.chain
    if chain is None:
        return []
    if answer.sites[site] not in chain.table.sites:
        return []
    code, period = chain.table.sites.index(answer.sites[site]), month_number(answer.months[month])
    of_lines = (chain.table.line_site == code) & (chain.declared.month == period)
    parted = of_lines & ((chain.line_status != Status.MATCHED) | chain.contradicts)
    of_receipts = (chain.receipt_site == code) & (chain.table.receipt_month == period)
    unsaid = of_receipts & (chain.receipt_status == Status.RECEIPT_NOT_DECLARED)
    lines = (line_row(chain, int(i), language) for i in np.flatnonzero(parted))
    receipts = (receipt_row(chain, int(r), language) for r in np.flatnonzero(unsaid))
    return [
        *(Leftover(row.line_id, row.amount_sat, row.status.told(language), row.why) for row in lines),
        *(Leftover(row.outpoint, row.amount_sat, row.status.told(language), row.why) for row in receipts),
    ]


def as_data(found: Explained) -> dict[str, Any]:
    """An explanation as data, with None for what is not known and for what has no bound."""
    return {key: _plain(value) for key, value in asdict(found).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        if {*value} == {"start", "end"}:  # a month
            return f"{value['start']:%Y-%m}"
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
