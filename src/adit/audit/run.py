"""The audit of a register: every site and month, each side tested, months taken together, findings of a month put in order.

Columns in, columns out. What a single site-month means, and why, is told by `explanation`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from adit.audit import sequential
from adit.audit.discoveries import discoveries
from adit.audit.hashing import Energy, Fleet
from adit.audit.plausibility import Declared, Pay, Plausible, plausible
from adit.audit.spans import Spans
from adit.audit.tails import student_below

__all__ = ["Audited", "Calibrated", "Case", "Settings", "audit"]

_MOST_DRAWN = 1 + 1e-9  # rounding of a sum of machines is no finding
CHUNK = 8192  # sites worked out at once: their columns stay in the cache of the processor


@dataclass(frozen=True, slots=True)
class Settings:
    """`alpha`: how often an honest miner may be accused in a month, and by the months taken together; `rate`: the share of honest ones among those listed."""

    alpha: float = 0.01
    rate: float = 0.10


class Calibrated(NamedTuple):
    """The calibration of each site as columns; `months` is 0 where there is none."""

    log_th_per_wh: Any
    sum_squares: Any
    months: Any


_Columns = TypeVar("_Columns", Energy, Pay, Declared, Calibrated)


@dataclass(frozen=True, slots=True)
class Case:
    """All that the audit is asked about: sites in one order throughout."""

    fleet: Fleet
    energy: Energy
    pay: Pay
    declared: Declared
    calibrated: Calibrated


@dataclass(frozen=True, slots=True)
class Audited:
    """What came out, by site and month. Probabilities are those of the test that counts: the calibrated one where there is a calibration."""

    plausible: Plausible
    p_under: Any
    p_over: Any
    testable_under: Any
    testable_over: Any
    log_e_under: Any
    log_e_over: Any
    alarm_under: Any  # by site: place of the month, -1 for none
    alarm_over: Any
    nothing_declared: Any  # bool, as all that follow
    coins_missing: Any
    coins_beyond_energy: Any
    energy_beyond_machines: Any
    discovered: Any
    by_calibration: Any
    expected_least_sat: Any  # of a calibrated site: what its own measure expects, fees and terms of the pay apart; not a number elsewhere
    expected_most_sat: Any


def audit(
    case: Case, spans: Spans, settings: Settings, *, step: Callable[[int], None] = lambda _sites: None
) -> Audited:
    """Every site and month. `step` is told how many sites are done."""
    parts: list[tuple[Any, ...]] = []
    for piece, done in _pieces(case):
        parts.append(_tested(piece, spans, settings))
        step(done)
    plausibles = [p[0] for p in parts]
    whole = Plausible(*(np.concatenate([getattr(p, name) for p in plausibles]) for name in Plausible._fields))
    p_under, p_over, testable_under, testable_over, log_under, log_over, by_calibration, expected, expected_most = (
        np.concatenate([p[k] for p in parts]) for k in range(1, 10)
    )
    half = settings.alpha / 2
    nothing = case.declared.lines == 0
    too_few = testable_under & (p_under <= half)
    discovered = np.zeros(p_under.shape, dtype=np.bool_)
    for m in range(p_under.shape[1]):
        either = np.minimum(1.0, 2 * np.minimum(p_under[:, m], p_over[:, m]))
        discovered[:, m] = discoveries(either, testable_under[:, m] | testable_over[:, m], settings.rate)
    return Audited(
        plausible=whole,
        p_under=p_under,
        p_over=p_over,
        testable_under=testable_under,
        testable_over=testable_over,
        log_e_under=log_under,
        log_e_over=log_over,
        alarm_under=sequential.first_alarm(log_under, half),
        alarm_over=sequential.first_alarm(log_over, half),
        nothing_declared=too_few & nothing,
        coins_missing=too_few & ~nothing,
        coins_beyond_energy=testable_over & (p_over <= half),
        energy_beyond_machines=whole.drawn_wh > whole.capacity_wh * _MOST_DRAWN,
        discovered=discovered,
        by_calibration=by_calibration,
        expected_least_sat=expected,
        expected_most_sat=expected_most,
    )


def _tested(case: Case, spans: Spans, settings: Settings) -> tuple[Any, ...]:
    found = plausible(case.fleet, case.energy, case.pay, case.declared, spans, settings.alpha)
    has = (case.calibrated.months > 0)[:, None] & (case.pay.scheme != 0)[:, None]
    p_under, p_over = found.p_under, found.p_over
    testable_under, testable_over = found.testable_under, found.testable_over
    with np.errstate(divide="ignore", invalid="ignore"):
        scale_under = found.count_least / found.coins_least_sat  # counts for each satoshi
        scale_over = found.count_most / found.coins_most_sat
    solo = (case.pay.scheme == 0)[:, None]
    log_under = sequential.under(
        np.where(solo, case.declared.blocks, case.declared.sat * scale_under),
        found.count_least,
        np.where(solo, 0.0, found.slack_sat * scale_under),
        np.isfinite(found.count_least) & (found.coins_least_sat > 0) & ~has,
    )
    log_over = sequential.over(
        np.where(solo, found.counted_over, case.declared.sat * scale_over),
        found.count_most,
        np.where(solo, 0.0, found.slack_sat * scale_over),
        testable_over & (found.count_most > 0) & ~has,
    )
    expected = expected_most = np.full(found.p_under.shape, np.nan)
    if has.any():
        least, most = _by_own_measure(case, spans, found)
        covered = np.add.reduceat(case.energy.gap_s, spans.first[:-1], axis=1) == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            short = np.log(np.maximum(case.declared.sat + found.slack_sat, 1e-9) / least)
            long = np.log(np.maximum(case.declared.sat - found.slack_sat, 1e-9) / most)
        own_under = has & (least > 0)
        own_over = has & covered & np.isfinite(most) & (most > 0)
        months = np.maximum(case.calibrated.months, 2).astype(np.float64)
        residual = np.sqrt(np.maximum(case.calibrated.sum_squares, 1e-12) / (months - 1) * (1 + 1 / months))[:, None]
        freedom = (months - 1)[:, None]
        p_under = np.where(own_under, student_below(np.nan_to_num(short) / residual, freedom), p_under)
        p_over = np.where(own_over, student_below(-np.nan_to_num(long) / residual, freedom), p_over)
        testable_under, testable_over = (
            np.where(has, own_under, testable_under),
            np.where(own_over, True, testable_over),
        )
        squares = np.maximum(case.calibrated.sum_squares, 1e-12)
        log_under = np.where(has, sequential.calibrated(short, own_under, squares, months), log_under)
        log_over = np.where(has, sequential.calibrated(-long, own_over, squares, months), log_over)
        expected, expected_most = np.where(own_under, least, np.nan), np.where(own_under, most, np.nan)
    return (
        found,
        p_under,
        p_over,
        testable_under,
        testable_over,
        log_under,
        log_over,
        has & np.ones_like(p_under, dtype=bool),
        expected,
        expected_most,
    )


def _by_own_measure(case: Case, spans: Spans, found: Plausible) -> tuple[Any, Any]:
    """Coins at least and at most by the site's own yield of hashes, fees and difficulty being what is left of the interval.

    Both corners of the interval scale with the hashes, so that least / hashes_least is what a terahash was worth there at least.
    """
    middle = (case.energy.low_wh + case.energy.high_wh) / 2
    energy = np.add.reduceat(middle, spans.first[:-1], axis=1)
    hashes = energy * np.exp(case.calibrated.log_th_per_wh)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            hashes * found.coins_least_sat / found.hashes_least_th,
            hashes * found.coins_most_sat / found.hashes_most_th,
        )


def _pieces(case: Case) -> Iterator[tuple[Case, int]]:
    """The case in pieces of some thousand sites, with how many sites there are up to the end of each."""
    sites = len(case.fleet.first) - 1
    for begin in range(0, max(sites, 1), CHUNK):
        end = min(begin + CHUNK, sites)
        rows = slice(begin, end)
        machines = slice(case.fleet.first[begin], case.fleet.first[end])
        fleet = Fleet(
            case.fleet.first[begin : end + 1] - case.fleet.first[begin],
            *(getattr(case.fleet, name)[machines] for name in Fleet._fields[1:]),
        )
        yield (
            Case(
                fleet=fleet,
                energy=_rows(case.energy, rows),
                pay=_rows(case.pay, rows),
                declared=_rows(case.declared, rows),
                calibrated=_rows(case.calibrated, rows),
            ),
            end,
        )


def _rows(columns: _Columns, rows: slice) -> _Columns:
    return type(columns)(*(column[rows] for column in columns))
