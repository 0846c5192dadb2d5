"""Sites as an inspector has them: who mines there, for which pay, with which machines, on how much energy. Tables of the user's own.

A blank cell is not known. What stands in its place, and on whose word, is for the audit to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from adit.evidence.sources.columnar import NOT_KNOWN, Report, TextTable, name_from, table_of_file
from adit.evidence.sources.declared import month_number
from adit.evidence.sources.machines import read_machines
from adit.evidence.sources.tables import CellError, decimal_of
from adit.terms.days import parse_day
from adit.terms.errors import BadInput, UnknownName

__all__ = [
    "FIGURES",
    "SCHEMES",
    "TUNINGS",
    "CalibrationRows",
    "EnergyRows",
    "MachineRows",
    "SiteRows",
    "read_calibration",
    "read_monthly_energy",
    "read_site_machines",
    "read_site_rows",
]

SCHEMES = ("solo", "pps", "fpps", "pplns")
TUNINGS = ("stock", "tuned")
# What may be said of a site's pay and energy, with the greatest value that makes sense.
FIGURES: Mapping[str, float] = {
    "pool_fee_min": 1,
    "pool_fee_max": 1,
    "stale_share_max": 1,
    "payout_threshold_sat": 1e15,
    "cutoff_days": 31,
    "pool_share_of_network": 1,
    "share_interval_s": 86_400,
    "share_to_machines_min": 1,
    "share_to_machines_max": 1,
}
_PAIRS = (("pool_fee_min", "pool_fee_max"), ("share_to_machines_min", "share_to_machines_max"))
_ALWAYS_S = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
_TH_MOST, _W_MOST, _J_MOST = 1e5, 1e6, 1e9


@dataclass(frozen=True, slots=True, eq=False)
class SiteRows:
    """Sites in the order of the file. `figures` are float64, not a number where the cell is blank."""

    site_id: tuple[str, ...]
    miner_id: tuple[str, ...]
    name: tuple[str, ...]
    region: tuple[str, ...]
    pool: tuple[str, ...]
    scheme: Any  # int64: place in SCHEMES
    figures: Mapping[str, Any]
    report: Report

    @property
    def places(self) -> dict[str, int]:
        return {site: place for place, site in enumerate(self.site_id)}


@dataclass(frozen=True, slots=True, eq=False)
class MachineRows:
    """Machines by site, those of one site together. Efficiencies are not a number where the file does not give them."""

    site: Any  # int64: place of the site
    model: tuple[str, ...]
    coin: tuple[str, ...]
    count: Any
    hashrate_ths: Any  # of one
    power_w: Any
    efficiency_least: Any
    efficiency_most: Any
    tuning: Any  # int64: place in TUNINGS
    start_s: Any
    end_s: Any
    report: Report


@dataclass(frozen=True, slots=True, eq=False)
class EnergyRows:
    """Energy metered by month: `month` counts from the year 0."""

    site: Any
    month: Any
    energy_wh: Any
    bound: Any  # by which share the meter may be off; 0 where the file does not say
    report: Report


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationRows:
    """The mean hash rate that the pool saw of a site in a month."""

    site: Any
    month: Any
    hashrate_ths: Any
    energy_wh: Any  # metered in that month; -1 where the file does not say, and the meter's own readings do
    report: Report


def read_site_rows(path: Path, *, skip_bad_rows: bool = False) -> SiteRows:
    """The sites of a CSV or Parquet file. Raises BadInput, and BadRows unless bad rows are to be skipped."""
    table = table_of_file(path, ("site_id", "miner_id", "scheme"), ("name", "region", "pool", *FIGURES))
    site_id = table.names("site_id", needed=True)
    texts = {c: table.take(c, name_from, blank="") for c in ("miner_id", "name", "region", "pool")}
    scheme = np.array(table.take("scheme", _one_of(SCHEMES), blank=NOT_KNOWN, needed=True), dtype=np.int64)
    figures = {c: _numbers(table, c, most) for c, most in FIGURES.items()}
    for low, high in _PAIRS:
        for row in np.flatnonzero(figures[low] > figures[high]):
            table.reject(int(row), low, f"{figures[low][row]:g} is above {high}, {figures[high][row]:g}")
    _once(table, "site_id", site_id)
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    return SiteRows(
        site_id=_kept(site_id, good),
        **{c: _kept(t, good) for c, t in texts.items()},
        scheme=scheme[good],
        figures={c: f[good] for c, f in figures.items()},
        report=report,
    )


def read_site_machines(path: Path, places: Mapping[str, int], *, skip_bad_rows: bool = False) -> MachineRows:
    """The machines of a CSV or Parquet file, at the sites of `places`. A model of the shipped list needs no figures."""
    optional = (
        "hashrate_ths",
        "power_w",
        "efficiency_j_per_th_min",
        "efficiency_j_per_th_max",
        "tuning",
        "coin",
        "from",
        "to",
    )
    table = table_of_file(path, ("site_id", "model", "count"), optional)
    site = table.numbers("site_id", _place(places), needed=True)
    model = table.take("model", name_from, blank="", needed=True)
    count = table.whole("count", most=10_000_000, needed=True)
    coin = table.take("coin", name_from, blank="BTC")
    hashrate, power = _numbers(table, "hashrate_ths", _TH_MOST), _numbers(table, "power_w", _W_MOST)
    least = _numbers(table, "efficiency_j_per_th_min", _J_MOST)
    most = _numbers(table, "efficiency_j_per_th_max", _J_MOST)
    tuning = np.array(table.take("tuning", _one_of(TUNINGS), blank=0), dtype=np.int64)
    start = np.array(table.take("from", _second_of_day, blank=0), dtype=np.int64)
    end = np.array(table.take("to", _second_of_day, blank=_ALWAYS_S), dtype=np.int64)
    known = {m.model.casefold(): m for m in read_machines()}
    for row in np.flatnonzero(np.isnan(hashrate) | np.isnan(power)):
        found = known.get(model[row].casefold().removeprefix("antminer ").removeprefix("whatsminer "))
        if found:
            hashrate[row], power[row] = float(found.hashrate_ths), float(found.power_w)
        else:
            column = "hashrate_ths" if np.isnan(hashrate[row]) else "power_w"
            table.reject(
                int(row),
                column,
                f"the model '{model[row]}' is not in the list of machines: give its hash rate and power",
            )
    for row in np.flatnonzero((hashrate <= 0) | (power <= 0)):
        table.reject(int(row), "hashrate_ths", "a machine hashes and draws power: neither figure is zero")
    for row in np.flatnonzero((least > most) | (np.isnan(least) != np.isnan(most))):
        table.reject(
            int(row), "efficiency_j_per_th_min", "both bounds of the efficiency are given, the smaller first, or none"
        )
    for row in np.flatnonzero(end <= start):
        table.reject(int(row), "to", "the machines leave before they come")
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    order = np.argsort(site[good], kind="stable")

    def chosen(column: Any) -> Any:
        return column[good][order]

    rows = np.flatnonzero(good)[order]
    return MachineRows(
        site=chosen(site),
        model=tuple(model[r] for r in rows),
        coin=tuple(coin[r] for r in rows),
        count=chosen(count),
        hashrate_ths=chosen(hashrate),
        power_w=chosen(power),
        efficiency_least=chosen(least),
        efficiency_most=chosen(most),
        tuning=chosen(tuning),
        start_s=chosen(start),
        end_s=chosen(end),
        report=report,
    )


def read_monthly_energy(path: Path, places: Mapping[str, int], *, skip_bad_rows: bool = False) -> EnergyRows:
    """Energy by site and month, of a file with the columns site_id, month and energy_wh; class_percent, if the meter's class is known."""
    table = table_of_file(path, ("site_id", "month", "energy_wh"), ("class_percent",))
    site = table.numbers("site_id", _place(places), needed=True)
    month = table.numbers("month", month_number, needed=True)
    energy = table.whole("energy_wh", "watt-hours", most=10**17, needed=True)
    bound = np.nan_to_num(_numbers(table, "class_percent", 10)) / 100
    _once_a_month(table, site, month)
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    return EnergyRows(site[good], month[good], energy[good], bound[good], report)


def read_calibration(path: Path, places: Mapping[str, int], *, skip_bad_rows: bool = False) -> CalibrationRows:
    """The hash rates that pools reported, of a file with the columns site_id, month and mean_hashrate_ths; energy_wh if they are of months not audited."""
    table = table_of_file(path, ("site_id", "month", "mean_hashrate_ths"), ("energy_wh",))
    site = table.numbers("site_id", _place(places), needed=True)
    month = table.numbers("month", month_number, needed=True)
    hashrate = _numbers(table, "mean_hashrate_ths", 1e9)
    energy = table.whole("energy_wh", "watt-hours", most=10**17)
    for row in np.flatnonzero(~(hashrate > 0)):
        table.reject(int(row), "mean_hashrate_ths", "a pool that saw hashes saw more than none")
    _once_a_month(table, site, month)
    report = table.report(skip_bad_rows=skip_bad_rows)
    good = table.sound()
    return CalibrationRows(site[good], month[good], hashrate[good], energy[good], report)


# Cells ------------------------------------------------------------------------------------------------------------
def _numbers(table: TextTable, column: str, most: float) -> Any:
    """A column of numbers from zero to `most`; not a number where the cell is blank."""

    def read(text: str) -> float:
        number = decimal_of({column: text}, column)
        if number is None or not 0 <= number <= most:
            raise CellError(column, f"{text} is not between 0 and {most:g}")
        return float(number)

    return np.array(table.take(column, read, blank=np.nan), dtype=np.float64)


def _one_of(words: tuple[str, ...]) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.lower() not in words:
            raise ValueError(f"'{text}' is none of {', '.join(words)}")
        return words.index(text.lower())

    return read


def _place(places: Mapping[str, int]) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text not in places:
            raise ValueError(
                UnknownName("site", text, places).what if len(places) < 1000 else f"there is no site '{text}'"
            )
        return places[text]

    return read


def _second_of_day(text: str) -> int:
    try:
        day: date = parse_day(text)
    except BadInput as error:
        raise ValueError(f"{error.what} {error.todo}") from error
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _once(table: TextTable, column: str, names: list[str]) -> None:
    seen: dict[str, int] = {}
    for row, name in enumerate(names):
        if name and seen.setdefault(name, row) != row:
            table.reject(row, column, f"'{name}' stands in line {int(table.lines[seen[name]])} already")


def _once_a_month(table: TextTable, site: Any, month: Any) -> None:
    key = site * 100_000 + month
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    for row in np.flatnonzero(first[back] != np.arange(len(key))):
        if site[row] != NOT_KNOWN and month[row] != NOT_KNOWN:
            table.reject(int(row), "month", f"the month stands in line {int(table.lines[first[back[row]]])} already")


def _kept(texts: list[str], good: Any) -> tuple[str, ...]:
    return tuple(t for t, kept in zip(texts, good, strict=True) if kept)
