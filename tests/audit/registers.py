"""Registers of invented sites for the tests of the audit, honest unless told otherwise."""

from datetime import UTC, datetime

import numpy as np

from adit.audit.hashing import Energy, fleet_of
from adit.audit.plausibility import Declared, pay_of
from adit.audit.run import Calibrated, Case
from adit.audit.spans import Spans, spans_of
from adit.audit.terms import Interval, Machines, Terms
from adit.evidence.sources.fees import FeeShare
from adit.terms.days import Period, months_between

ALWAYS_S = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


def fees(month: Period) -> FeeShare:
    return FeeShare(month, 0.02, 0.04, 0.08, month.days, "invented")


def months(first: str, last: str) -> Spans:
    return spans_of(months_between(f"{first[:7]}..{last[:7]}"), fees, (0.0, 1.0))


def machines(
    count: int = 100,
    *,
    ths: float = 200.0,
    watts: float = 3500.0,
    spread: float = 0.1,
    coin: str = "BTC",
    start_s: int = 0,
    end_s: int = ALWAYS_S,
) -> Machines:
    nameplate = watts / ths
    return Machines(
        model="S21",
        count=count,
        hashrate_ths=ths,
        power_w=watts,
        power_w_most=watts * (1 + spread),
        efficiency=Interval(nameplate * (1 - spread), nameplate * (1 + spread), "test"),
        coin=coin,
        start_s=start_s,
        end_s=end_s,
    )


def terms(scheme: str = "fpps", **changes: object) -> Terms:
    figures: dict[str, object] = {
        "scheme": scheme,
        "pool": "" if scheme == "solo" else "a pool",
        "pool_fee": Interval(0.02, 0.02, "contract"),
        "stale_most": 0.01,
        "stale_set_by": "given",
        "share_to_machines": Interval(0.90, 0.97, "test"),
        "payout_threshold_sat": 0,
        "cutoff_days": 0.0,
        "pool_share_of_network": 0.25 if scheme == "pplns" else None,
        "share_interval_s": 30.0,
        **changes,
    }
    return Terms(**figures)  # type: ignore[arg-type]


def energy_of(kw: np.ndarray, spans: Spans, *, klass: float = 0.01, monthly: bool = False) -> Energy:
    """Energy of sites that draw so many kilowatts without pause; `kw` by site, or by site and month."""
    by_month = kw if kw.ndim == 2 else np.repeat(kw[:, None], len(spans.months), axis=1)
    wh = by_month[:, spans.month] * 1000 * spans.seconds / 3600
    if monthly:
        whole = np.zeros_like(wh)
        whole[:, spans.first[:-1]] = np.add.reduceat(wh, spans.first[:-1], axis=1)
        wh = whole
    return Energy(wh * (1 - klass), wh * (1 + klass), np.zeros_like(wh), np.full(len(kw), monthly))


def declared_of(sat: np.ndarray, blocks: np.ndarray | None = None, other_sat: np.ndarray | None = None) -> Declared:
    sat = np.asarray(sat, dtype=np.float64)
    blocks = np.zeros_like(sat) if blocks is None else blocks.astype(np.float64)
    other = sat if other_sat is None else other_sat.astype(np.float64)
    return Declared(sat, blocks, other, np.ones(sat.shape, dtype=np.int64))


def uncalibrated(sites: int) -> Calibrated:
    return Calibrated(np.zeros(sites), np.zeros(sites), np.zeros(sites, dtype=np.int64))


def case_of(fleets: list[list[Machines]], pay: list[Terms], energy: Energy, declared: Declared) -> Case:
    return Case(fleet_of(fleets), energy, pay_of(pay), declared, uncalibrated(len(fleets)))
