"""A party's month as the register knows it: the facts that the rules ask for, each with the entry that states it.

Facts are taken as they were known at a position of the log, so that a decision can be made again. What was never stated is missing and
not zero. Not for what the facts are worth (`audit`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adit.decision.decide import Decision, decide
from adit.decision.hosting import Excess, Used, used_in
from adit.decision.known import Known, read_months
from adit.engines.database import Connection
from adit.regime.act import Regime
from adit.register.records import Declaration, Party, Site
from adit.register.store import Stated
from adit.terms.days import Period, parse_period
from adit.terms.errors import NotFound
from adit.terms.language import period_in

__all__ = ["MonthKnown", "decide_month", "month_known", "months_known", "not_there"]


@dataclass(frozen=True, slots=True)
class MonthKnown:
    """What is known of a party in a month. `facts` are those of the party; a site adds its own."""

    party: Stated[Party]
    period: Period
    facts: Mapping[str, object]
    stated_in: Mapping[str, tuple[str, str]]  # fact -> where it is stated, in English and in Russian
    earlier: tuple[tuple[Period, Mapping[str, object]], ...]
    sites: tuple[Stated[Site], ...]  # its own, then those it runs for others, then those at which it is hosted
    declaration: Stated[Declaration] | None
    known: int  # the position of the log below which all of this stands
    metered_wh: (
        int | None
    )  # what it used for mining by meters and by its operators' reports; None where that is not known whole
    excesses: tuple[Excess, ...]  # sites it runs at which clients are reported with more than the meters counted

    def at(self, site: Stated[Site] | None) -> tuple[dict[str, object], dict[str, tuple[str, str]]]:
        """The facts with those of a site, and where they are stated."""
        facts, stated_in = dict(self.facts), dict(self.stated_in)
        if site is not None:
            place: dict[str, object] = {
                "region": site.record.region,
                "municipality": site.record.municipality,
                "isolated_generation": site.record.isolated_generation,
                "power_source": site.record.power_source,
                "residential_building": site.record.residential,
            }
            facts |= place
            stated_in |= dict.fromkeys(place, _entry("site", "площадка", site.entry))
        return facts, stated_in


def month_known(connection: Connection, party: str, period: Period, *, known: int | None = None) -> MonthKnown:
    """What the log's first `known` entries say of a party in a month; without it, all that there are. Raises NotFound for a party that is not there.

    A fact of the party is taken as of the first day of the month, or, for whoever came later, as of its first day.
    """
    found = months_known(connection, [(party, period)], known=known).get((party, period))
    if found is None:
        raise not_there(party)
    return found


def not_there(party: str) -> NotFound:
    """That there is no such party."""
    return NotFound(f"There is no party {party}.", todo="Look for it by name in the search.")


def months_known(
    connection: Connection, asked: Sequence[tuple[str, Period]], *, known: int | None = None
) -> dict[tuple[str, Period], MonthKnown]:
    """The same of several parties and months, read together; left out is a party that is not there."""
    if not asked:
        return {}
    read = read_months(connection, asked, known=known)
    return {(p, m): _month(read, p, m) for p, m in asked if read.parties.get(p)}


def _month(read: Known, party: str, period: Period) -> MonthKnown:
    versions = read.parties[party]
    who = next((v for v in versions if _holds(v, period.start)), versions[0])
    facts: dict[str, object] = {
        "actor": who.record.kind,
        "state_tied": who.record.state_tied,
        "energy_company": who.record.energy_company,
        "conviction_unspent": who.record.conviction_unspent,
        "terror_listed": who.record.terror_listed,
        "tax_resident": who.record.tax_resident,
        "tax_regime": who.record.tax_regime,
        "only_mining": who.record.only_mining,
    }
    stated_in = dict.fromkeys(facts, _entry("party", "сведения о лице", who.entry))
    members = [m for m in read.members.get(party, ()) if _holds(m, period.start)]
    for register, fact in (("miners", "in_miners_register"), ("operators", "in_operators_register")):
        entered = next((m for m in members if m.record.register == register), None)
        facts[fact] = entered is not None
        if entered is not None:
            stated_in[fact] = _entry(f"number {entered.record.number}", f"номер {entered.record.number}", entered.entry)
    sites = _sites(read, party, period)
    used = used_in(read, party, period, sites)
    declared = {d.valid_from: d for d in read.declarations.get(party, ()) if _in_year(d.valid_from, period)}
    mine = declared.pop(period.start, None)
    if mine is not None:
        facts |= _declared_facts(mine.record)
        stated_in |= dict.fromkeys(
            _declared_facts(mine.record),
            _entry(f"declaration of {period}", f"декларация, {period_in(str(period), 'ru')}", mine.entry),
        )
    elif used.energy_wh is not None:
        facts["mining_energy_kwh_per_month"] = _kwh(used.energy_wh)
        stated_in["mining_energy_kwh_per_month"] = _used_in(used)
    earlier = tuple((parse_period(f"{day:%Y-%m}"), _declared_facts(d.record)) for day, d in sorted(declared.items()))
    return MonthKnown(who, period, facts, stated_in, earlier, sites, mine, read.known, used.energy_wh, used.excesses)


def _sites(read: Known, party: str, period: Period) -> tuple[Stated[Site], ...]:
    """The places of a party on the last day of a month, in the order in which they answer for it."""
    last = period.end - timedelta(days=1)
    there = [s for s in read.sites if _holds(s, last)]
    hosts = {h.site for h in read.hosted.get((party, period.start), ()) if not h.objected}
    own = [s for s in there if s.record.owner == party]
    run = [s for s in there if s.record.operator == party and s.record.owner != party]
    return (*own, *run, *(s for s in there if s.id in hosts and s not in own and s not in run))


def _holds(version: Stated[Any], on: date) -> bool:
    return version.valid_from <= on and (version.valid_to is None or version.valid_to > on)


def _in_year(day: date, period: Period) -> bool:
    """Whether a month that begins on a day is one of the year of a period, up to it."""
    return day.year == period.start.year and day <= period.start


_BY_METER = ("readings of meters", "показания приборов учёта")
_LESS_CLIENTS = (
    "readings of meters less what clients used",
    "показания приборов учёта за вычетом электроэнергии клиентов",
)
_BY_OPERATOR = ("report of the operator", "отчёт оператора")


def _used_in(used: Used) -> tuple[str, str]:
    """Where it stands how much electricity was used for mining."""
    said = [_LESS_CLIENTS if used.less_clients else _BY_METER] if used.metered else []
    said += [_BY_OPERATOR] if used.hosted else []
    return _entry(", ".join(s[0] for s in said), ", ".join(s[1] for s in said), used.entry)


def decide_month(
    regime: Regime,
    month: MonthKnown,
    questions: Sequence[str] = (),
    *,
    site: Stated[Site] | None = None,
    more: Mapping[str, object] | None = None,
    real: bool = True,
) -> Decision:
    """Decide a party's month, at a site or, without one, at the first that it has. `more` are facts stated for this decision alone."""
    facts, stated_in = month.at(site if site is not None else month.sites[0] if month.sites else None)
    return decide(
        regime, {**facts, **(more or {})}, month.period, questions=questions, earlier=month.earlier, real=real,
        stated_in={k: v for k, v in stated_in.items() if k not in (more or {})},
    )  # fmt: skip


def _declared_facts(declaration: Declaration) -> dict[str, object]:
    return {
        "mining_energy_kwh_per_month": _kwh(declaration.energy_wh),
        "coins_btc": str(Decimal(declaration.amount_sat).scaleb(-8)),
        "mining_costs_rub": str(Decimal(declaration.costs_kopecks).scaleb(-2)),
    }


def _kwh(energy_wh: int) -> str:
    return f"{Decimal(energy_wh).scaleb(-3):f}"


def _entry(english: str, russian: str, seq: int) -> tuple[str, str]:
    return f"{english}, entry {seq}", f"{russian}, запись {seq}"
