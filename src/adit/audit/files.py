"""The files of an audit: which tables belong together, read as one question.

They lie beside the table of sites under the names of `NAMES`, as CSV or Parquet, unless another path is given for one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adit.audit.reconciliation.reconcile import Reconciliation, reconcile
from adit.audit.spans import spans_of
from adit.audit.store import SHIPPED_ASSUMPTIONS, Loaded, assembled, read_assumptions
from adit.evidence.meters.columns import How
from adit.evidence.meters.findings import Report as ReadingReport
from adit.evidence.sources.claims import read_claims
from adit.evidence.sources.columnar import Report
from adit.evidence.sources.declared import read_declared
from adit.evidence.sources.fees import fee_share
from adit.evidence.sources.meter_list import read_meters
from adit.evidence.sources.mining_sites import (
    read_calibration,
    read_monthly_energy,
    read_site_machines,
    read_site_rows,
)
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.readings import read_readings
from adit.evidence.sources.receipts import read_receipts
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["NAMES", "Asked", "beside", "read"]

NAMES = {
    "sites": "who mines where, and for which pay",
    "machines": "the machines of each site",
    "declarations": "what was declared, line by line",
    "energy": "energy by site and month",
    "readings": "readings of meters",
    "meters": "the meters of each site, with their class",
    "addresses": "addresses, whose they are, and since when control is proven",
    "receipts": "what addresses received: adit chain receipts --format csv",
    "calibration": "hash rates that the pool reported",
}
_NEEDED = ("sites", "machines", "declarations")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the audit: all tables read, and what was wrong with their rows."""

    loaded: Loaded
    chain: Reconciliation | None  # None where no receipts were given: the chain was not looked at
    reports: tuple[Report, ...]
    readings: ReadingReport | None
    files: Mapping[str, Path]


def beside(sites: Path, given: Mapping[str, Path | None]) -> dict[str, Path]:
    """The files of an audit by name: those given, and what lies beside the table of sites. Raises BadInput for one that is missing."""
    found: dict[str, Path] = {"sites": sites}
    for name in NAMES:
        path = given.get(name)
        if path is not None:
            found[name] = path
        elif name != "sites":
            near = [sites.with_name(f"{name}{suffix}") for suffix in (".parquet", ".csv")]
            there = [p for p in near if p.is_file()]
            if len(there) > 1:
                raise BadInput(
                    f"{there[0].name} and {there[1].name} lie side by side.", todo=f"Say which with --{name}."
                )
            if there:
                found[name] = there[0]
    for name in _NEEDED:
        if name not in found:
            raise BadInput(
                f"There is no table of {name}: {NAMES[name]}.",
                where=str(sites.parent),
                todo=f"Put {name}.csv beside {sites.name}, or give --{name} FILE.",
            )
    if "energy" in found and "readings" in found:
        raise BadInput(
            "Energy is given twice, by month and by readings.", where=str(sites.parent), todo="Leave out one of them."
        )
    if "energy" not in found and "readings" not in found:
        raise BadInput(
            "There is no energy: neither a table by month nor readings of meters.",
            where=str(sites.parent),
            todo="Put energy.csv (site_id, month, energy_wh) beside it, or readings.csv and meters.csv.",
        )
    if "readings" in found and "meters" not in found:
        raise BadInput(
            "Readings are given and no list of meters, so that nobody knows whose they are.",
            where=str(sites.parent),
            todo="Put meters.csv (meter_id, site_id, class_percent, from, to) beside it.",
        )
    if "receipts" in found and "addresses" not in found:
        raise BadInput(
            "Receipts are given and no list of addresses, so that nobody knows whose they are.",
            where=str(sites.parent),
            todo="Put addresses.csv (address, miner_id, site_id, proven_from) beside it.",
        )
    return found


def read(
    files: Mapping[str, Path],
    months: Sequence[Period],
    *,
    now_s: int,
    zone: str = "UTC",
    unit: str = "",
    network: str = "mainnet",
    assumptions: Path = SHIPPED_ASSUMPTIONS,
    skip_bad_rows: bool = False,
    progress: Callable[[str], None] = lambda _step: None,
) -> Asked:
    """Read all of it. Raises BadInput for a file that cannot be read, BadRows for rows that cannot unless they are to be skipped."""
    bounds = read_assumptions(assumptions)
    fees = bounds.interval("network_fees")
    spans = spans_of(months, fee_share, (fees.least, fees.most))
    progress("reading sites and machines")
    sites = read_site_rows(files["sites"], skip_bad_rows=skip_bad_rows)
    places = sites.places
    machines = read_site_machines(files["machines"], places, skip_bad_rows=skip_bad_rows)
    progress("reading declarations")
    declared = read_declared(files["declarations"], network=network, skip_bad_rows=skip_bad_rows)
    reports = [sites.report, machines.report, declared.report]
    monthly = readings = said = calibration = chain = None
    meters = read_meters(files["meters"], zone=zone) if "readings" in files else ()
    if "readings" in files:
        progress("reading meters")
        how = How(zone=zone, unit=unit)
        readings, checked = read_readings([files["readings"]], how, now_s=now_s, meters=meters)
        said = checked.report
    else:
        progress("reading energy")
        monthly = read_monthly_energy(files["energy"], places, skip_bad_rows=skip_bad_rows)
        reports.append(monthly.report)
    if "calibration" in files:
        calibration = read_calibration(files["calibration"], places, skip_bad_rows=skip_bad_rows)
        reports.append(calibration.report)
    loaded = assembled(
        sites,
        machines,
        spans,
        declared,
        bounds,
        monthly=monthly,
        readings=readings,
        meters=meters,
        calibration=calibration,
    )
    if "receipts" in files:
        progress("reading receipts")
        receipts = read_receipts(files["receipts"], network=network, skip_bad_rows=skip_bad_rows)
        claims = read_claims(files["addresses"], network=network, skip_bad_rows=skip_bad_rows)
        reports += [receipts.report, claims.report]
        progress("holding declarations against the chain")
        chain = reconcile(declared, receipts, claims, read_pools())
    return Asked(loaded, chain, tuple(reports), said, dict(files))
