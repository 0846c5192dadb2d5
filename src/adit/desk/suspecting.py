"""Looks for signs of laundering in the register, month by month: what the office knows of a party, held against the dated signs.

Receipts on the chain are those of `evidence/receipts.csv` in the office's folder, as `adit chain receipts` writes them, and paths those of its blocks
(`suspecting_chain`); without them the signs that need the chain are said not to have been looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from adit.audit.answer import explained
from adit.decision.monthly import months_known
from adit.decision.suspicion.raising import Result, look, plain_figures
from adit.decision.suspicion.sight import AddressKnown, AuditSeen, Barred, Declared, Paid, Shared, Sight
from adit.decision.suspicion.signs import Figure
from adit.decision.suspicion.telling import told
from adit.decision.suspicion.typologies import typologies
from adit.desk import jobs
from adit.desk.jobs import Job
from adit.desk.office import Office, new_id
from adit.desk.party_audit import party_audit
from adit.desk.screening_service import standing_of
from adit.desk.suspecting_chain import Traced, traced
from adit.engines.database import Connection
from adit.evidence.sources.pools import PoolList, read_pools
from adit.evidence.sources.receipts import Receipts, read_receipts
from adit.register.procedures.suspicions import add_alerts
from adit.register.records import Address, Alert, DecisionMade, Declaration, Machine, Membership, Suspicion
from adit.register.store import Books, Stated, listed
from adit.settlement.coins import labels_of
from adit.terms.addresses import decode, encode
from adit.terms.days import Period
from adit.terms.errors import BadInput
from adit.tracing.labels import Label

__all__ = ["JOB", "RECEIPTS", "enter", "looked_at", "open_of", "said", "term_of"]

JOB = "suspicions"  # kind of job: look at a month of the whole register
STEP = 50  # parties that are looked at in one transaction
RECEIPTS = "evidence/receipts.csv"
_ALGORITHMS = {
    "BTC": "sha256",
    "BCH": "sha256",
    "LTC": "scrypt",
    "DOGE": "scrypt",
    "ETC": "etchash",
    "KAS": "kheavyhash",
}
_RENTS = ("NiceHash", "MiningRigRentals")  # markets of rented hash rate in the list of pools
_TERM = "aml_report_working_days"


@dataclass(frozen=True, slots=True)
class Chain:
    """Receipts by transaction and script, and the list of pools that their payers are held against."""

    receipts: Receipts
    rows: Mapping[tuple[bytes, bytes], int]  # (txid as written, script) -> row
    pools: PoolList


def looked_at(
    connection: Connection, office: Office, party: str, month: Period, chain: Chain | None, paths: Traced | None = None
) -> Result:
    """What the signs come to for a party and month, by what the register, the audit and the chain show now."""
    return look(_sight(connection, party, month, chain, paths), office.settings.regime, month.start)


def term_of(office: Office, on: date) -> int:
    """The working days within which the act wants a report. Raises BadInput where it does not say."""
    value = office.regime.values.get(_TERM)
    row = value.on(on, office.regime.counts) if value is not None else None
    if row is None:
        raise BadInput(
            f"{office.settings.regime} sets no term for reports of suspicion on {on}.",
            todo=f"Add {_TERM} with its article to the act.",
        )
    return int(row.value)


def said(alert: Alert, language: str) -> str:
    """An alert in a sentence: by the rule as it held in the month that it is about."""
    rule = next(
        (t for t in typologies(alert.regime, date.fromisoformat(f"{alert.month}-01")) if t.id == alert.sign), None
    )
    if rule is None:  # the rule was taken out of the table since
        return f"{alert.sign}: {alert.value} {alert.unit}"
    return told(rule.says[language], {n: Figure(*f) for n, f in alert.figures.items()}, language)


def enter(office: Office, hand: str, results: Sequence[Result], *, on: date, key: str) -> list[str]:
    """Enter the alerts of several parties, once for a key; the cases that they were put to."""
    term = term_of(office, on)
    ids = [
        ({new_id("alert"): _record(a, r, office.settings.regime) for a in r.alerts}, new_id("suspicion"))
        for r in results
    ]

    def work(transaction: Any) -> dict[str, Any]:
        books = Books(transaction, hand)
        found = [
            add_alerts(
                books, r.party, alerts, new_case=case, points=r.points, opens=r.opens, term_days=term,
                state=office.regime.jurisdiction.partition("-")[0], on=on,
            )
            for r, (alerts, case) in zip(results, ids, strict=True)
            if r.alerts
        ]  # fmt: skip
        return {"cases": [c for c in found if c]}

    return list(office.write(work, key=key).answer["cases"])


def _record(alert: Any, result: Result, regime: str) -> Alert:
    rule, sign = alert.rule, alert.sign
    return Alert(
        result.party, result.month, rule.id, rule.digest, regime, sign.value, rule.unit, rule.threshold, rule.points,
        plain_figures(sign.figures), sign.evidence,
    )  # fmt: skip


# A month of the whole register ------------------------------------------------------------------------------------
def _look_at_month(job: Job, office: Office) -> Mapping[str, Any]:
    """Look at every member, some at a time: broken off, it goes on after the last that was entered."""
    month = Period(date.fromisoformat(job.arguments["first"]), date.fromisoformat(job.arguments["end"]))
    with office.reading() as connection:
        parties = sorted(
            {m.record.party for m in listed(connection, Membership, "lower(valid) < %s", [month.end], limit=10_000_000)}
        )
        begun = connection.execute("SELECT done FROM desk.job WHERE id = %s", [job.id]).fetchone()
        paths = traced(connection, office.settings.folder, _listed(office))
    chain, cases, alerts = _chain(office), 0, 0
    start = int(begun[0]) if begun else 0
    for first in range(start, len(parties), STEP):
        with office.reading() as connection:
            results = [looked_at(connection, office, p, month, chain, paths) for p in parties[first : first + STEP]]
        alerts += sum(len(r.alerts) for r in results)
        cases += len(enter(office, job.hand, results, on=office.today(), key=f"{job.id} {first}"))
        _told(job, office, first + STEP, len(parties))
    return {
        "alerts": alerts,
        "cases": cases,
        "parties": len(parties),
        "chain": chain is not None,
        "tracing": paths is not None,
    }


def _listed(office: Office) -> dict[bytes, Label]:
    """The addresses on the lists that the office screens against, as they stand."""
    versions = [x.version for x in standing_of(office).loaded if x.version is not None]
    return labels_of(versions, office.today())


def _told(job: Job, office: Office, done: int, total: int) -> None:
    with office.reading() as connection:
        jobs.progress(lambda query, row: connection.execute(query, row).fetchall(), job, office, done, total)


jobs.KINDS[JOB] = _look_at_month


# What is known of a month -----------------------------------------------------------------------------------------
def _sight(connection: Connection, party: str, month: Period, chain: Chain | None, paths: Traced | None) -> Sight:
    [known] = months_known(connection, [(party, month)]).values()
    declarations = listed(connection, Declaration, "party = %s", [party], on=month.start)
    addresses = listed(connection, Address, "party = %s", [party], limit=10_000)
    machines = listed(connection, Machine, "owner = %s AND lower(valid) < %s", [party, month.end], limit=100_000)
    members = listed(connection, Membership, "party = %s AND register = 'miners'", [party])
    return Sight(
        party=party,
        month=str(month),
        energy_wh=known.metered_wh,
        energy_entries=_energy_entries(connection, party, month),
        declared=tuple(
            Declared(d.record.coin, _ALGORITHMS.get(d.record.coin, ""), d.record.amount_sat, d.entry)
            for d in declarations
        ),
        algorithms=frozenset(m.record.algorithm for m in machines),
        registered_on=min((m.valid_from for m in members), default=None),
        addresses=tuple(
            AddressKnown(a.record.address, a.valid_from, a.valid_to, a.entry)
            for a in sorted(addresses, key=lambda a: a.valid_from)
        ),
        shared=_shared(connection, addresses, month),
        audit=_audit(connection, party, month, declarations),
        decision=_decision(connection, party, month),
        paid=None if chain is None else _paid(chain, declarations, {a.id: a for a in addresses}),
        exposures=None if paths is None or paths.exposures is None else paths.exposures.get(party, ()),
        meetings=None if paths is None else paths.meetings.get(party, ()),
        returns=None if paths is None or paths.returns is None else paths.returns.get(party, ()),
    )


def _energy_entries(connection: Connection, party: str, month: Period) -> tuple[int, ...]:
    """The entries that say how much it used: readings of its meters, and what operators report of it."""
    rows = connection.execute(
        "SELECT r.entry FROM register.reading r JOIN register.meter m ON m.id = r.meter AND upper_inf(m.known)"
        " JOIN register.site s ON s.id = m.site AND upper_inf(s.known) WHERE upper_inf(r.known) AND r.valid && daterange(%(start)s, %(end)s)"
        " AND m.counts = 'mining' AND (s.owner = %(party)s OR s.operator = %(party)s)"
        " UNION SELECT r.entry FROM register.clientreport r JOIN register.client c ON c.id = r.client AND upper_inf(c.known)"
        " WHERE upper_inf(r.known) AND r.valid && daterange(%(start)s, %(end)s) AND c.miner = %(party)s ORDER BY 1 LIMIT 50",
        {"start": month.start, "end": month.end, "party": party},
    )
    return tuple(int(e) for (e,) in rows)


def _shared(connection: Connection, addresses: Sequence[Stated[Address]], month: Period) -> tuple[Shared, ...]:
    """Addresses of the party's that others had too: the register takes an address once a day, but it may go from one to the next."""
    found = []
    for a in addresses:
        others = listed(
            connection,
            Address,
            "script = %s AND network = %s AND lower(valid) < %s",
            [a.record.script, a.record.network, month.end],
        )
        parties = {o.record.party for o in others}
        if len(parties) > 1:
            found.append(Shared(a.record.address, len(parties), tuple(o.entry for o in others)))
    return tuple(found)


def _audit(
    connection: Connection, party: str, month: Period, declarations: Sequence[Stated[Declaration]]
) -> AuditSeen | None:
    """What the audit says of the month; None where the records are not enough to ask."""
    try:
        answer = party_audit(connection, party, party, [month])
    except BadInput:
        return None
    seen = explained(answer, 0, 0)
    if not seen.testable_over:
        return None
    beyond = round(seen.declared_sat - seen.allowed_sat) if "coins_beyond_energy" in seen.findings else 0
    return AuditSeen(max(0, beyond), seen.p_over, tuple(d.entry for d in declarations))


def _decision(connection: Connection, party: str, month: Period) -> Barred | None:
    found = listed(connection, DecisionMade, "party = %s AND period = %s", [party, str(month)], limit=1)
    if not found:
        return None
    answers = found[0].record.answers
    if answers.get("may_mine") is not False:
        return Barred(False, "", "", found[0].entry)
    why = str(answers.get("why_barred", ""))
    return Barred(True, why, why, found[0].entry)


# The chain --------------------------------------------------------------------------------------------------------
def _chain(office: Office) -> Chain | None:
    file = office.settings.folder / RECEIPTS
    return _read_chain(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=1)
def _read_chain(file: Path, _changed: int) -> Chain:
    receipts = read_receipts(file)
    txids, scripts = receipts.txid, receipts.script
    rows = {(txids.words[int(txids.codes[i])], scripts.words[int(scripts.codes[i])]): i for i in range(len(receipts))}
    return Chain(receipts, rows, read_pools())


def _paid(
    chain: Chain, declarations: Sequence[Stated[Declaration]], addresses: Mapping[str, Stated[Address]]
) -> tuple[Paid, ...]:
    """Each receipt that a declaration names, with who paid it on the chain."""
    found: list[Paid] = []
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for d in declarations:
        for r in d.record.receipts if d.record.coin == "BTC" else ():
            amounts[str(r.get("txid", "")), str(r.get("address", ""))] += int(r["amount_sat"])
    listed_on = date.fromisoformat(chain.pools.vintage[:10]) if chain.pools.vintage[:4].isdigit() else None
    for (txid, address), amount in amounts.items():
        known = addresses.get(address)
        if not txid or known is None:
            continue
        row = chain.rows.get((bytes.fromhex(txid), decode(known.record.address).script))
        if row is None:
            found.append(Paid("none", "", amount, txid, listed_on))
            continue
        kind, payer = _payer(chain, row)
        found.append(Paid(kind, payer, amount, txid, listed_on))
    return tuple(found)


def _payer(chain: Chain, row: int) -> tuple[str, str]:
    r = chain.receipts
    if bool(r.coinbase[row]):
        return "coinbase", "a coinbase"
    scripts = [r.payer_scripts[int(p)] for p in r.payers[int(r.payer_first[row]) : int(r.payer_first[row + 1])]]
    pools = [chain.pools.by_script[s][0] for s in scripts if s in chain.pools.by_script]
    if pools:
        return ("rent" if pools[0] in _RENTS else "pool"), pools[0]
    if not scripts:
        return "unknown", ""  # the source does not show who paid: neither met nor held against anybody
    try:
        return "other", encode(scripts[0])
    except BadInput:
        return "other", scripts[0].hex()


def open_of(connection: Connection) -> list[Stated[Suspicion]]:
    """The cases that are not ended, what is due first at the head."""
    return listed(
        connection,
        Suspicion,
        "upper_inf(valid) AND state IN ('open', 'in work', 'proposed')",
        order="due_on, entry",
        limit=500,
    )
