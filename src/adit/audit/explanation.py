"""One site and month, told: from energy to hashes to coins, each step with its interval and on whose word; what decided; what would clear it.

Worked out anew in plain Python from the terms and machines of the one site, so that it is a second opinion on the columns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp, inf, isfinite, sqrt
from typing import Any

import numpy as np
from scipy import special

from adit.audit.hashing import worth_of
from adit.audit.run import Audited, Settings
from adit.audit.store import Loaded
from adit.audit.tails import at_least, few_enough
from adit.audit.terms import Machines, Terms
from adit.evidence.sources.prices import MeanQuotation, mean_quotation
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["CODES", "LUCKY", "Clear", "Corner", "Explained", "Step", "codes_of", "explain"]

CODES = ("nothing_declared", "coins_missing", "coins_beyond_energy", "energy_beyond_machines")
LUCKY = ("solo", "pplns")  # schemes in which blocks found decide, so that the interval is one of means
_TIMES = 80  # halvings of an interval: as fine as the numbers are


@dataclass(frozen=True, slots=True)
class Step:
    """One step from energy to coins: what can be at least and at most, in `unit`."""

    code: str  # metered, machines, hashes, blocks, coins, paid; own in place of the middle ones for a calibrated site
    unit: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Corner:
    """One bound that stood in the miner's favour when the probability was taken, and who set it."""

    code: str
    value: float
    unit: str
    set_by: str  # as in Interval
    what: str = ""  # which machine


@dataclass(frozen=True, slots=True)
class Clear:
    """One thing that would make the finding go away if it were shown: what is taken now, and what it would have to be."""

    code: str
    now: float
    needed: float
    unit: str


@dataclass(frozen=True, slots=True)
class Explained:
    """All that can be said of one site and month. Amounts in satoshi; not a number where they are not known."""

    site_id: str
    miner_id: str
    name: str
    region: str
    month: Period
    terms: Terms
    machines: tuple[Machines, ...]
    findings: tuple[str, ...]
    discovered: bool
    declared_sat: int
    declared_lines: int
    declared_blocks: int
    steps: tuple[Step, ...]
    honest_least_sat: float
    honest_most_sat: float
    machines_most_sat: float
    drawn_kwh: float  # what reached machines at least
    capacity_kwh: float  # what the registered machines can draw
    slack_sat: float
    enough_sat: float  # the least declaration that is no finding
    allowed_sat: float  # the greatest
    gap_hours: float
    split_kwh: float
    monthly: bool  # whether the hour of the energy is not known
    by_calibration: bool
    residual: float  # of a calibrated site
    months_of_calibration: int
    p_under: float
    p_over: float
    testable_under: bool
    testable_over: bool
    why_not: tuple[str, ...]  # codes of what is missing for a test
    visible_share: float  # the smallest part that, hidden by a miner in the middle of the interval, would be found in this month alone
    log_e_under: float
    log_e_over: float
    alarm_under: bool  # by the months taken together, up to this one
    alarm_over: bool
    corners: tuple[Corner, ...]
    clears: tuple[Clear, ...]
    quotation: MeanQuotation | None = None  # of a bitcoin in roubles, where the month has any
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of what was assumed, by language
    chain: Mapping[str, int] = field(default_factory=dict)  # what the reconciliation found, in satoshi by code
    chain_seen: bool = False  # whether receipts were given at all


def codes_of(audited: Audited, site: int, month: int) -> tuple[str, ...]:
    """The findings of one site and month; that of the months taken together stands in the month in which they first were too much."""
    found = [code for code in CODES if getattr(audited, code)[site, month]]
    if audited.p_under.shape[1] > 1:
        found += ["months_short"] if audited.alarm_under[site] == month else []
        found += ["months_beyond"] if audited.alarm_over[site] == month else []
    return tuple(found)


def explain(loaded: Loaded, audited: Audited, settings: Settings, site: int, month: int) -> Explained:
    """What the audit found of this site in this month, and why."""
    terms, machines = loaded.terms_of(site), loaded.machines_of(site)
    found, case, spans = audited.plausible, loaded.case, loaded.spans
    at = (site, month)
    span = range(int(spans.first[month]), int(spans.first[month + 1]))
    energy = [tuple(float(c[site, s]) for c in case.energy[:3]) for s in span]
    own = exp(float(case.calibrated.log_th_per_wh[site])) if audited.by_calibration[at] else None
    once = _Once(terms, machines, energy, loaded, span, own, monthly=bool(case.energy.monthly[site]))
    half = settings.alpha / 2
    declared, slack = float(case.declared.sat[at]), float(found.slack_sat[at])
    least, most = float(found.coins_least_sat[at]), float(found.coins_most_sat[at])
    measure = int(case.calibrated.months[site]) if audited.by_calibration[at] else 0
    residual = sqrt(float(case.calibrated.sum_squares[site]) / (measure - 1)) if measure > 1 else 0.0
    if measure and isfinite(audited.expected_least_sat[at]):
        least, most = float(audited.expected_least_sat[at]), float(audited.expected_most_sat[at])
        beyond = exp(float(special.stdtrit(measure - 1, 1 - half)) * residual * sqrt(1 + 1 / measure))
        enough, allowed = least / beyond - slack, most * beyond + slack
    else:
        enough = _enough(float(found.count_least[at]), least, slack, half)
        allowed = _allowed(float(found.count_most[at]), most, slack, half)
    codes = codes_of(audited, site, month)
    return Explained(
        site_id=loaded.sites.site_id[site],
        miner_id=loaded.sites.miner_id[site],
        name=loaded.sites.name[site],
        region=loaded.sites.region[site],
        month=spans.months[month],
        terms=terms,
        machines=tuple(m for m in machines if m.start_s < spans.end_s[span[-1]] and m.end_s > spans.start_s[span[0]]),
        findings=codes,
        discovered=bool(audited.discovered[at]),
        declared_sat=int(declared),
        declared_lines=int(case.declared.lines[at]),
        declared_blocks=int(case.declared.blocks[at]),
        steps=once.steps((least, most)),
        honest_least_sat=least,
        honest_most_sat=most,
        machines_most_sat=float(found.machines_most_sat[at]),
        drawn_kwh=float(found.drawn_wh[at]) / 1000,
        capacity_kwh=float(found.capacity_wh[at]) / 1000,
        slack_sat=slack,
        enough_sat=enough,
        allowed_sat=allowed,
        gap_hours=sum(e[2] for e in energy) / 3600,
        split_kwh=float(loaded.split_wh[at]) / 1000 if loaded.split_wh is not None else 0.0,
        monthly=once.monthly,
        by_calibration=bool(measure),
        residual=residual,
        months_of_calibration=measure,
        p_under=float(audited.p_under[at]),
        p_over=float(audited.p_over[at]),
        testable_under=bool(audited.testable_under[at]),
        testable_over=bool(audited.testable_over[at]),
        why_not=_why_not(audited, terms, machines, energy, at, half),
        visible_share=_visible(enough, slack, least, most),
        log_e_under=float(audited.log_e_under[at]),
        log_e_over=float(audited.log_e_over[at]),
        alarm_under=bool(0 <= audited.alarm_under[site] <= month and len(spans.months) > 1),
        alarm_over=bool(0 <= audited.alarm_over[site] <= month and len(spans.months) > 1),
        corners=once.corners(under=not {"coins_beyond_energy", "months_beyond"} & {*codes}),
        quotation=_quotation(spans.months[month]),
        reasons=loaded.assumptions.reasons,
        clears=_clears(once, codes, declared, slack, enough, allowed, calibrated=bool(measure)),
    )


def _quotation(month: Period) -> MeanQuotation | None:
    try:
        return mean_quotation(month)
    except BadInput:  # no price of that month is at hand: amounts are then told in coins alone
        return None


class _Once:
    """The arithmetic of one site and month, to be done again with other bounds."""

    def __init__(
        self,
        terms: Terms,
        machines: list[Machines],
        energy: list[Any],
        loaded: Loaded,
        span: range,
        own: float | None,
        *,
        monthly: bool,
    ) -> None:
        self.own = own  # terahashes for each watt-hour, of a calibrated site
        self.terms, self.machines, self.energy, self.monthly = terms, machines, energy, monthly
        s = loaded.spans
        self.spans = s
        self.span = span
        self.share = terms.share_to_machines
        self.paid_fees = terms.scheme != "pps"
        known = s.fees_known[int(s.month[span[0]])]
        self.who_says_fees = "published" if known else "assumed:network_fees"

    def worth(self, price: Callable[[int], tuple[float, float]], share: tuple[float, float]) -> tuple[float, float]:
        rows = [(int(self.spans.start_s[k]), int(self.spans.end_s[k]), *price(k)) for k in self.span]
        least, most, _, _ = worth_of(self.machines, self.energy, share, rows, monthly=self.monthly)
        return least, most

    def coins(self, k: int) -> tuple[float, float]:
        """Satoshi for a terahash in a span, at least and at most."""
        bare = float(self.spans.blocks_per_th[k] * self.spans.subsidy_sat[k])
        if not self.paid_fees:
            return bare, bare
        return bare * (1 + float(self.spans.fee_least[k])), bare * (1 + float(self.spans.fee_most[k]))

    def paid(self, share: tuple[float, float]) -> tuple[float, float]:
        """Coins after the pool's fee and stale work."""
        least, most = self.worth(self.coins, share)
        fee = self.terms.pool_fee
        if self.terms.scheme == "solo":
            return least * (1 - self.terms.stale_most), most
        return least * (1 - fee.most) * (1 - self.terms.stale_most), most * (1 - fee.least)

    def steps(self, paid_sat: tuple[float, float]) -> tuple[Step, ...]:
        low, high = (sum(e[k] for e in self.energy) for k in range(2))
        if self.own is not None:
            hashed = (low + high) / 2 * self.own
            return (
                Step("metered", "kWh", low / 1000, high / 1000),
                Step("own", "EH", hashed / 1e6, hashed / 1e6),
                Step("paid", "BTC", paid_sat[0] / 1e8, paid_sat[1] / 1e8),
            )
        share = (self.share.least, self.share.most)
        hashes = self.worth(lambda _k: (1.0, 1.0), share)
        blocks = self.worth(lambda k: (float(self.spans.blocks_per_th[k]),) * 2, share)
        coins, paid = self.worth(self.coins, share), self.paid(share)
        return (
            Step("metered", "kWh", low / 1000, high / 1000),
            Step("machines", "kWh", low / 1000 * share[0], high / 1000 * share[1]),
            Step("hashes", "EH", hashes[0] / 1e6, hashes[1] / 1e6),
            Step("blocks", "blocks", *blocks),
            Step("coins", "BTC", coins[0] / 1e8, coins[1] / 1e8),
            Step("paid", "BTC", paid[0] / 1e8, paid[1] / 1e8),
        )

    def corners(self, *, under: bool) -> tuple[Corner, ...]:
        """The bounds that favour the miner: against "too little" those that yield least, against "too much" those that yield most."""
        terms, fee = self.terms, self.terms.pool_fee
        mined = [m for m in self.machines if m.coin == "BTC"]
        worst = max(mined, key=lambda m: m.efficiency.most, default=None)
        best = min(mined, key=lambda m: m.efficiency.least, default=None)
        machine = worst if under else best
        found = []
        if self.own is not None:
            found.append(Corner("own", self.own * 1000, "TH/kWh", "pool"))
        else:
            found.append(Corner("share", self.share.least if under else self.share.most, "1", self.share.set_by))
        if machine and self.own is None:
            value = machine.efficiency.most if under else machine.efficiency.least
            found.append(Corner("efficiency", value, "J/TH", machine.efficiency.set_by, machine.model))
        if terms.scheme != "solo":
            found.append(Corner("fee", fee.most if under else fee.least, "1", fee.set_by))
        if under:
            found.append(Corner("stale", terms.stale_most, "1", terms.stale_set_by))
        if self.paid_fees and terms.scheme != "solo":
            column = self.spans.fee_least if under else self.spans.fee_most
            found.append(Corner("network_fees", float(column[self.span[0]]), "1", self.who_says_fees))
        return tuple(found)


def _enough(count: float, least: float, slack: float, half: float) -> float:
    """The least declaration that is no finding; 0 where none is too small."""
    if not isfinite(count) or count <= 0:
        return 0.0
    return max(float(few_enough(count, half)) / count * least - slack, 0.0)


def _allowed(count: float, most: float, slack: float, half: float) -> float:
    """The greatest declaration that is no finding."""
    if not isfinite(count) or not isfinite(most):
        return inf
    low, high = 1.0, 2.0
    while float(at_least(count * high, count)) > half and high < 1e12:
        high *= 2
    for _ in range(_TIMES):
        middle = (low + high) / 2
        low, high = (middle, high) if float(at_least(count * middle, count)) > half else (low, middle)
    return most * low + slack


def _visible(enough: float, slack: float, least: float, most: float) -> float:
    """Share of the coins in the middle of the interval that lies above what would be a finding; not a number where nothing would be."""
    middle = (least + most) / 2 if isfinite(most) else least
    return 1 - enough / middle if enough > 0 and middle > 0 else float("nan")


def _why_not(
    audited: Audited, terms: Terms, machines: list[Machines], energy: list[Any], at: Any, half: float
) -> tuple[str, ...]:
    why = []
    if not audited.testable_under[at]:
        if not machines:
            why.append("no_machines")
        elif sum(e[0] for e in energy) == 0:
            why.append("no_energy")
        elif terms.scheme == "pplns" and terms.pool_share_of_network is None:
            why.append("pool_share_unknown")
        elif exp(-float(np.nan_to_num(audited.plausible.count_least[at]))) > half:
            why.append("too_small")
    return tuple(why)


def _clears(
    once: _Once,
    codes: tuple[str, ...],
    declared: float,
    slack: float,
    enough: float,
    allowed: float,
    *,
    calibrated: bool,
) -> tuple[Clear, ...]:
    if {"coins_missing", "nothing_declared"} & {*codes}:
        factor = (declared + slack) / (enough + slack)
        found = [Clear("more_coins", declared / 1e8, enough / 1e8, "BTC")]
        if calibrated or once.terms.scheme == "solo":
            return tuple(found)
        share = _share_for(once, factor)
        metered = sum(e[0] for e in once.energy) / 1000
        worst = max((m.efficiency.most for m in once.machines if m.coin == "BTC"), default=0.0)
        found.append(Clear("less_energy", metered, metered * share / max(once.share.least, 1e-9), "kWh"))
        if factor > 0:
            found.append(Clear("worse_machines", worst, worst / factor, "J/TH"))
        kept = (1 - once.terms.pool_fee.most) * factor
        found.append(Clear("higher_fee", once.terms.pool_fee.most, 1 - kept, "1"))
        return tuple(found)
    if "coins_beyond_energy" in codes:
        factor = max(declared - slack, 0) / max(allowed - slack, 1e-9)
        found = [Clear("fewer_coins", declared / 1e8, allowed / 1e8, "BTC")]
        if calibrated or once.terms.scheme == "solo":
            return tuple(found)
        best = min((m.efficiency.least for m in once.machines if m.coin == "BTC"), default=0.0)
        metered = sum(e[1] for e in once.energy) / 1000
        found.append(Clear("more_energy", metered, metered * factor, "kWh"))
        found.append(Clear("better_machines", best, best / factor, "J/TH"))
        return tuple(found)
    return ()


def _share_for(once: _Once, factor: float) -> float:
    """The share of the energy reaching the machines at which the least that is honest shrinks by this factor."""
    target = once.paid((once.share.least, once.share.least))[0] * factor
    low, high = 0.0, once.share.least
    for _ in range(_TIMES):
        middle = (low + high) / 2
        low, high = (low, middle) if once.paid((middle, middle))[0] > target else (middle, high)
    return low
