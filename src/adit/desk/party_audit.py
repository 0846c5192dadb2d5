"""The audit of a party by what the register holds: its machines, its metered energy, its pool, its declarations.

The same audit as `adit audit run`, over tables made of records in place of files. A party counts as one site, since its declaration does.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import numpy as np

from adit.audit.answer import Answer, answered
from adit.audit.files import Asked
from adit.audit.run import Settings, audit
from adit.audit.spans import Spans, spans_of
from adit.audit.store import assembled, read_assumptions
from adit.decision.monthly import MonthKnown, months_known
from adit.engines.database import Connection
from adit.evidence.sources.columnar import Report
from adit.evidence.sources.declared import declared_of
from adit.evidence.sources.fees import fee_share
from adit.evidence.sources.mining_sites import FIGURES, SCHEMES, EnergyRows, MachineRows, SiteRows
from adit.register.procedures.pools import participations_of
from adit.register.records import Machine, Meter, Participation
from adit.register.store import Stated, listed
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["party_audit"]

_AS_PAID = {"PPS": "pps", "FPPS": "fpps", "PPS+": "fpps", "PPLNS": "pplns", "solo": "solo"}
_COINS = {"sha256": "BTC"}  # algorithm -> coin; machines of another draw their part of the energy
_NO_REPORT = Report("the register", "", 0, ())


def party_audit(connection: Connection, party: str, name: str, months: Sequence[Period]) -> Answer:
    """What its records come to, month by month. Raises BadInput where they are not enough to ask anything, with what is missing."""
    paid = _paid(participations_of(connection, party), months[-1])
    machines = listed(connection, Machine, "owner = %s", [party], limit=100_000)
    if not machines:
        raise BadInput("No machine of the party is in the register.", todo="Enter its machines, then look again.")
    known = months_known(connection, [(party, month) for month in months])
    assumptions = read_assumptions()
    fees = assumptions.interval("network_fees")
    loaded = assembled(
        _site(party, name, paid),
        _machines(machines),
        _spans(months, (fees.least, fees.most)),
        declared_of(_lines(party, known.values(), solo=_AS_PAID[paid.scheme] == "solo")),
        assumptions,
        monthly=_energy(known.values(), _meter_bound(connection, machines)),
    )
    settings = Settings()
    asked = Asked(loaded, None, (), None, {})
    return answered(asked, audit(loaded.case, loaded.spans, settings), settings)


def _spans(months: Sequence[Period], fees: tuple[float, float]) -> Spans:
    try:
        return spans_of(months, fee_share, fees)
    except BadInput as error:
        raise BadInput(
            "The difficulty of this month is not known.", todo="Bring the table up to date: adit data refresh epochs."
        ) from error


def _paid(participations: Sequence[Stated[Participation]], month: Period) -> Participation:
    """How the party is paid in the last of the months, by the newest participation in it. Raises BadInput where others pay in another way."""
    there = [p for p in participations if p.valid_from < month.end and (p.valid_to is None or p.valid_to > month.start)]
    if not there:
        raise BadInput(
            "It is not entered in which pool the party mines, nor that it mines alone.",
            todo="The miner enters it under Pools, then look again.",
        )
    if there[0].record.scheme not in _AS_PAID:
        raise BadInput(
            "It is not entered how the pool pays, so that nobody knows what luck may do.",
            todo="Ask for the scheme: PPS, FPPS, PPLNS or solo.",
        )
    if len({_AS_PAID.get(p.record.scheme) for p in there}) > 1:
        raise BadInput(
            "The party mines in pools that pay in different ways, and nobody knows how much in which.",
            todo="Audit it by its files, a site for each pool: adit audit run.",
        )
    return there[0].record


def _site(party: str, name: str, paid: Participation) -> SiteRows:
    figures = {column: np.array([np.nan]) for column in FIGURES}
    if paid.fee_ppm is not None:
        figures["pool_fee_min"] = figures["pool_fee_max"] = np.array([paid.fee_ppm / 1e6])
    scheme = np.array([SCHEMES.index(_AS_PAID[paid.scheme])])
    return SiteRows((party,), (party,), (name,), ("",), (paid.pool,), scheme, figures, _NO_REPORT)


def _machines(stated: Sequence[Stated[Machine]]) -> MachineRows:
    """Machines that are alike and stand there for the same days, as one row."""
    alike: dict[tuple[str, str, int, int, date, date | None], int] = {}
    for s in stated:
        m = s.record
        key = (
            f"{m.maker} {m.model}",
            _COINS.get(m.algorithm, m.algorithm),
            m.hashrate_ghs,
            m.power_w,
            s.valid_from,
            s.valid_to,
        )
        alike[key] = alike.get(key, 0) + 1
    rows = list(alike.items())
    blank = np.full(len(rows), np.nan)
    return MachineRows(
        site=np.zeros(len(rows), dtype=np.int64),
        model=tuple(key[0] for key, _ in rows),
        coin=tuple(key[1] for key, _ in rows),
        count=np.array([count for _, count in rows], dtype=np.int64),
        hashrate_ths=np.array([key[2] / 1000 for key, _ in rows]),
        power_w=np.array([float(key[3]) for key, _ in rows]),
        efficiency_least=blank,
        efficiency_most=blank,
        tuning=np.zeros(len(rows), dtype=np.int64),
        start_s=np.array([_second(key[4]) for key, _ in rows], dtype=np.int64),
        end_s=np.array([_second(key[5] or date(2200, 1, 1)) for key, _ in rows], dtype=np.int64),
        report=_NO_REPORT,
    )


def _energy(known: Iterable[MonthKnown], bound: float) -> EnergyRows:
    metered = [(k.period, k.metered_wh) for k in known if k.metered_wh is not None]
    return EnergyRows(
        site=np.zeros(len(metered), dtype=np.int64),
        month=np.array([p.start.year * 12 + p.start.month - 1 for p, _ in metered], dtype=np.int64),
        energy_wh=np.array([wh for _, wh in metered], dtype=np.int64),
        bound=np.full(len(metered), bound),
        report=_NO_REPORT,
    )


def _meter_bound(connection: Connection, machines: Sequence[Stated[Machine]]) -> float:
    """The widest class among the meters of the sites where the machines stand."""
    sites = sorted({m.record.site for m in machines})
    meters = listed(connection, Meter, "site = ANY(%s)", [sites], limit=10_000)
    return max((m.record.class_ppm for m in meters), default=0) / 1e6


def _lines(party: str, known: Iterable[MonthKnown], *, solo: bool) -> list[dict[str, str]]:
    """A line for each declaration of bitcoin; for a solo miner one for each receipt, which is a block."""
    lines = []
    for month in known:
        declaration = month.declaration
        if declaration is None or declaration.record.coin != "BTC":
            continue
        receipts = [r["amount_sat"] for r in declaration.record.receipts] if solo else []
        rest = declaration.record.amount_sat - sum(receipts)
        amounts = [("own_block", a) for a in receipts] + ([("pool", rest)] if rest or not receipts else [])
        for k, (kind, amount) in enumerate(amounts):
            lines.append(
                {
                    "line_id": f"{month.period}-{k}",
                    "site_id": party,
                    "miner_id": party,
                    "month": str(month.period),
                    "amount_sat": str(amount),
                    "kind": kind,
                }
            )
    return lines


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
