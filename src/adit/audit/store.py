"""What the audit reads, put together: tables of sites, machines, energy, declarations and calibration become columns in one order of sites.

What a site's file leaves blank is taken from `assumptions.toml`, and remembered as assumed.
"""

import tomllib
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from adit.audit.calibration import calibrate
from adit.audit.hashing import Energy, Fleet
from adit.audit.plausibility import Declared, Pay
from adit.audit.run import Calibrated, Case
from adit.audit.spans import Spans
from adit.audit.terms import Interval, Machines, Terms
from adit.evidence.meters.layout import Readings
from adit.evidence.meters.meter import Meter
from adit.evidence.meters.spans import energy_by_span
from adit.evidence.sources import declared as lines
from adit.evidence.sources.mining_sites import (
    SCHEMES,
    TUNINGS,
    CalibrationRows,
    EnergyRows,
    MachineRows,
    SiteRows,
)
from adit.terms.errors import BadInput

__all__ = ["SHIPPED_ASSUMPTIONS", "Assumptions", "Loaded", "assembled", "read_assumptions"]

SHIPPED_ASSUMPTIONS = Path(__file__).with_name("assumptions.toml")
_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "share_to_machines": ("least", "most"),
    "efficiency.stock": ("least", "most"),
    "efficiency.tuned": ("least", "most"),
    "power.stock": ("most",),
    "power.tuned": ("most",),
    "stale_share": ("most",),
    "pool_fee": ("least", "most"),
    "share_interval_s": ("most",),
    "cutoff_days": ("most",),
    "network_fees": ("least", "most"),
}
_DEFAULTS = {  # column of a site's file -> where the assumption for it stands
    "pool_fee_min": ("pool_fee", "least"),
    "pool_fee_max": ("pool_fee", "most"),
    "stale_share_max": ("stale_share", "most"),
    "cutoff_days": ("cutoff_days", "most"),
    "share_interval_s": ("share_interval_s", "most"),
    "share_to_machines_min": ("share_to_machines", "least"),
    "share_to_machines_max": ("share_to_machines", "most"),
}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The bounds that stand where a file says nothing, each with its reason."""

    source: str
    bounds: Mapping[str, Mapping[str, float]]
    reasons: Mapping[str, Mapping[str, str]]  # in each language that the file has

    def interval(self, name: str) -> Interval:
        bounds = self.bounds[name]
        return Interval(bounds.get("least", 0.0), bounds["most"], f"assumed:{name}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The case with the names of its sites, and what is needed to tell of a single one."""

    case: Case
    spans: Spans
    sites: SiteRows
    machines: MachineRows
    assumptions: Assumptions
    meters: Mapping[str, Sequence[Meter]] = field(default_factory=dict)  # by site
    split_wh: Any = None  # by site and month: energy of readings that lay across a boundary

    def terms_of(self, site: int) -> Terms:
        """How a site is paid, each figure with who set it."""
        sites, pay = self.sites, self.case.pay

        def interval(low: str, high: str, least: float, most: float) -> Interval:
            blank = np.isnan([sites.figures[low][site], sites.figures[high][site]])
            name = _DEFAULTS[low][0]
            if blank.all():
                return Interval(least, most, f"assumed:{name}")
            return Interval(least, most, "given" if not blank.any() else "part")

        pool_share = float(pay.pool_share[site])
        return Terms(
            scheme=SCHEMES[int(pay.scheme[site])],
            pool=sites.pool[site],
            pool_fee=interval("pool_fee_min", "pool_fee_max", float(pay.fee_least[site]), float(pay.fee_most[site])),
            stale_most=float(pay.stale_most[site]),
            stale_set_by="assumed:stale_share" if np.isnan(sites.figures["stale_share_max"][site]) else "given",
            share_to_machines=interval(
                "share_to_machines_min",
                "share_to_machines_max",
                float(pay.share_least[site]),
                float(pay.share_most[site]),
            ),
            payout_threshold_sat=int(pay.threshold_sat[site]),
            cutoff_days=float(pay.cutoff_days[site]),
            pool_share_of_network=None if np.isnan(pool_share) else pool_share,
            share_interval_s=float(pay.share_interval_s[site]),
        )

    def machines_of(self, site: int) -> list[Machines]:
        """The machines of a site."""
        fleet, rows = self.case.fleet, self.machines
        found = []
        for k in range(int(fleet.first[site]), int(fleet.first[site + 1])):
            tuning = f"efficiency.{TUNINGS[int(rows.tuning[k])]}"
            assumed = bool(np.isnan(rows.efficiency_least[k]))
            who = f"sheet:{tuning}" if assumed else "machines"
            count = int(rows.count[k])
            found.append(
                Machines(
                    model=rows.model[k],
                    count=count,
                    hashrate_ths=float(rows.hashrate_ths[k]),
                    power_w=float(rows.power_w[k]),
                    power_w_most=float(fleet.watts_most[k]) / max(count, 1),
                    efficiency=Interval(float(fleet.efficiency_least[k]), float(fleet.efficiency_most[k]), who),
                    coin=rows.coin[k],
                    start_s=int(rows.start_s[k]),
                    end_s=int(rows.end_s[k]),
                )
            )
        return found


def read_assumptions(path: Path = SHIPPED_ASSUMPTIONS) -> Assumptions:
    """The assumptions of a TOML file. Raises BadInput for one that is not whole, or whose bounds are out of order."""
    source = "the shipped assumptions" if path == SHIPPED_ASSUMPTIONS else str(path)
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The file cannot be read ({error.strerror}).", where=source, todo="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"This is not TOML: {error}", where=source) from error
    bounds: dict[str, dict[str, float]] = {}
    reasons: dict[str, dict[str, str]] = {}
    for name, expected in _BOUNDS.items():
        found: Any = text
        for part in name.split("."):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        todo = f"Begin with a copy of {SHIPPED_ASSUMPTIONS.name}: each entry has {', '.join(expected)} and why."
        wrong = [b for b in expected if not isinstance(found.get(b), int | float) or isinstance(found.get(b), bool)]
        if wrong or not isinstance(found.get("why"), str) or not found["why"].strip():
            raise BadInput(f"[{name}] lacks {', '.join(wrong) or 'its reason, why'}.", where=source, todo=todo)
        if not 0 <= found.get("least", 0) <= found["most"]:
            raise BadInput(f"[{name}] has bounds that are out of order.", where=source, todo=todo)
        bounds[name] = {b: float(found[b]) for b in expected}
        reasons[name] = {"en": found["why"], "ru": str(found.get("why_ru", found["why"]))}
    return Assumptions(source, bounds, reasons)


def assembled(
    sites: SiteRows,
    machines: MachineRows,
    spans: Spans,
    declared: lines.Declared,
    assumptions: Assumptions,
    *,
    monthly: EnergyRows | None = None,
    readings: Readings | None = None,
    meters: Sequence[Meter] = (),
    calibration: CalibrationRows | None = None,
    coin: str = "BTC",
) -> Loaded:
    """The case of these tables for these months. Energy comes by month, or from readings of meters, which are told apart by site."""
    energy, split = _energy(sites, spans, monthly, readings, meters)
    fleet = _fleet(len(sites.site_id), machines, assumptions, coin)
    by_site: dict[str, list[Meter]] = {}
    for meter in meters:
        by_site.setdefault(meter.site_id, []).append(meter)
    case = Case(
        fleet=fleet,
        energy=energy,
        pay=_pay(sites, assumptions),
        declared=_declared(sites, spans, declared),
        calibrated=_calibrated(len(sites.site_id), spans, calibration, monthly, energy),
    )
    return Loaded(case, spans, sites, machines, assumptions, by_site, split)


def _pay(sites: SiteRows, assumptions: Assumptions) -> Pay:
    figures = dict(sites.figures)
    for column, (name, bound) in _DEFAULTS.items():
        figures[column] = np.where(np.isnan(figures[column]), assumptions.bounds[name][bound], figures[column])
    for low, high in (("pool_fee_min", "pool_fee_max"), ("share_to_machines_min", "share_to_machines_max")):
        figures[low] = np.minimum(figures[low], figures[high])  # one bound was given, beyond the other's assumption
    threshold = figures["payout_threshold_sat"]
    return Pay(
        scheme=sites.scheme,
        fee_least=figures["pool_fee_min"],
        fee_most=figures["pool_fee_max"],
        stale_most=figures["stale_share_max"],
        share_least=figures["share_to_machines_min"],
        share_most=figures["share_to_machines_max"],
        threshold_sat=np.where(np.isnan(threshold), 0.0, threshold),
        cutoff_days=figures["cutoff_days"],
        pool_share=figures["pool_share_of_network"],
        share_interval_s=np.maximum(figures["share_interval_s"], 1e-3),
    )


def _fleet(sites: int, machines: MachineRows, assumptions: Assumptions, coin: str) -> Fleet:
    nameplate = machines.power_w / machines.hashrate_ths
    bounds = [assumptions.bounds[f"efficiency.{t}"] for t in TUNINGS]
    least = np.array([b["least"] for b in bounds])[machines.tuning] * nameplate
    most = np.array([b["most"] for b in bounds])[machines.tuning] * nameplate
    power = np.array([assumptions.bounds[f"power.{t}"]["most"] for t in TUNINGS])[machines.tuning]
    given = ~np.isnan(machines.efficiency_least)
    return Fleet(
        first=np.searchsorted(machines.site, np.arange(sites + 1)).astype(np.int64),
        watts=machines.power_w * machines.count,
        watts_most=machines.power_w * machines.count * power,
        efficiency_least=np.where(given, machines.efficiency_least, least),
        efficiency_most=np.where(given, machines.efficiency_most, most),
        hashrate_th=machines.hashrate_ths * machines.count,
        count=machines.count.astype(np.float64),
        start_s=machines.start_s,
        end_s=machines.end_s,
        counted=np.array([c == coin for c in machines.coin], dtype=np.bool_),
    )


def _energy(
    sites: SiteRows, spans: Spans, monthly: EnergyRows | None, readings: Readings | None, meters: Sequence[Meter]
) -> tuple[Energy, Any]:
    shape = (len(sites.site_id), len(spans))
    low, high, gap = np.zeros(shape), np.zeros(shape), np.tile(spans.seconds, (shape[0], 1))
    split = np.zeros((shape[0], len(spans.months)))
    by_month = np.zeros(shape[0], dtype=np.bool_)
    if monthly is not None:
        first = _first_month(spans)
        month = monthly.month - first
        inside = (month >= 0) & (month < len(spans.months))
        place, month = monthly.site[inside], month[inside]
        low[place, spans.first[month]] = monthly.energy_wh[inside] * (1 - monthly.bound[inside])
        high[place, spans.first[month]] = monthly.energy_wh[inside] * (1 + monthly.bound[inside])
        known = np.zeros((shape[0], len(spans.months)), dtype=np.bool_)
        known[place, month] = True
        gap = np.where(known[:, spans.month], 0.0, gap)
        by_month[place] = True
    if readings is not None:
        _add_readings(sites, spans, readings, meters, low, high, gap, split)
    return Energy(low, high, gap, by_month), split


def _add_readings(
    sites: SiteRows,
    spans: Spans,
    readings: Readings,
    meters: Sequence[Meter],
    low: Any,
    high: Any,
    gap: Any,
    split: Any,
) -> None:
    """Energy of the readings, each meter's to the site where it counted at that time, as wide as its class."""
    number = {name: place for place, name in enumerate(readings.meters)}
    places = sites.places
    counted = np.zeros((len(sites.site_id), len(spans)))  # seconds for which some meter of the site is on record
    unread = np.zeros_like(counted)
    found = energy_by_span(readings, spans.start_s, spans.end_s)
    times = Counter(meter.meter_id for meter in meters)
    for meter in meters:
        if meter.site_id not in places:
            continue
        site, row = places[meter.site_id], number.get(meter.meter_id)
        ends = spans.end_s if meter.to_s is None else np.minimum(spans.end_s, meter.to_s)
        current = np.maximum(0, ends - np.maximum(spans.start_s, meter.from_s)).astype(np.float64)
        counted[site] += current
        if row is None:
            unread[site] += current
            continue
        energy, covered, divided = found.energy_wh[row], found.covered_s[row], found.energy_split_wh[row]
        if ((current > 0) & (current < spans.seconds)).any() or times[meter.meter_id] > 1:
            energy, covered, divided = _while_current(readings, row, meter, spans)
        bound = float(meter.class_percent) / 100
        low[site] += energy * (1 - bound)
        high[site] += energy * (1 + bound)
        unread[site] += np.maximum(0, current - covered)
        np.add.at(split[site], spans.month, divided)
    seconds = spans.seconds
    gap[:] = np.where(counted > 0, np.minimum(seconds, np.maximum(0, seconds - counted) + unread), gap)


def _while_current(readings: Readings, row: int, meter: Meter, spans: Spans) -> tuple[Any, Any, Any]:
    """Energy, seconds covered and energy divided, by span, of one meter for the time that it counted at this site."""
    begin, end = np.searchsorted(readings.meter, [row, row + 1])
    own = Readings(
        readings.meters[row : row + 1],
        np.zeros(end - begin, dtype=readings.meter.dtype),
        *(column[begin:end] for column in (readings.start_s, readings.end_s, readings.energy_wh)),
    )
    start = np.maximum(spans.start_s, meter.from_s)
    stop = spans.end_s if meter.to_s is None else np.minimum(spans.end_s, meter.to_s)
    here = np.flatnonzero(stop > start)
    found = energy_by_span(own, start[here], stop[here])
    columns = []
    for part in (found.energy_wh, found.covered_s, found.energy_split_wh):
        column = np.zeros(len(spans))
        column[here] = part[0]
        columns.append(column)
    return columns[0], columns[1], columns[2]


def _declared(sites: SiteRows, spans: Spans, declared: lines.Declared) -> Declared:
    places = sites.places
    site_of = np.array([places.get(s, -1) for s in declared.site.words] or [-1], dtype=np.int64)
    site = np.where(declared.site.codes >= 0, site_of[declared.site.codes], -1)
    month = declared.month - _first_month(spans)
    inside = (site >= 0) & (month >= 0) & (month < len(spans.months))
    at = (site[inside], month[inside])
    shape = (len(sites.site_id), len(spans.months))
    sat, blocks, other, count = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    own = declared.kind[inside] == lines.KINDS.index("own_block")
    amounts = declared.amount_sat[inside].astype(np.float64)
    np.add.at(sat, at, amounts)
    np.add.at(blocks, at, own.astype(np.float64))
    np.add.at(other, at, np.where(own, 0.0, amounts))
    np.add.at(count, at, 1)
    return Declared(sat, blocks, other, count)


def _calibrated(
    sites: int, spans: Spans, rows: CalibrationRows | None, monthly: EnergyRows | None, energy: Energy
) -> Calibrated:
    found = Calibrated(np.zeros(sites), np.zeros(sites), np.zeros(sites, dtype=np.int64))
    if rows is None:
        return found
    metered: dict[tuple[int, int], float] = {}
    if monthly is not None:
        keys = zip(monthly.site.tolist(), monthly.month.tolist(), strict=True)
        metered = dict(zip(keys, monthly.energy_wh.astype(float).tolist(), strict=True))
    pairs: dict[int, list[tuple[float, float]]] = {}
    columns = (rows.site, rows.month, rows.hashrate_ths, rows.energy_wh)
    for site, month, hashrate, given in zip(*(c.tolist() for c in columns), strict=True):
        seconds = _seconds_of(month)
        wh = given if given >= 0 else metered.get((site, month)) or _metered(spans, energy, site, month)
        pairs.setdefault(site, []).append((wh, hashrate * seconds))
    for site, months in pairs.items():
        measure = calibrate(months)
        if measure:
            found.log_th_per_wh[site] = measure.log_th_per_wh
            found.sum_squares[site] = measure.sum_squares
            found.months[site] = measure.months
    return found


def _metered(spans: Spans, energy: Energy, site: int, month: int) -> float:
    """The energy of a month of calibration that lies within the months read and has no gap; 0 elsewhere."""
    place = month - _first_month(spans)
    if not 0 <= place < len(spans.months):
        return 0.0
    part = slice(int(spans.first[place]), int(spans.first[place + 1]))
    if energy.gap_s[site, part].any():
        return 0.0
    return float((energy.low_wh[site, part] + energy.high_wh[site, part]).sum() / 2)


def _first_month(spans: Spans) -> int:
    start = spans.months[0].start
    return start.year * 12 + start.month - 1


def _seconds_of(month: int) -> int:
    return monthrange(month // 12, month % 12 + 1)[1] * 86_400
