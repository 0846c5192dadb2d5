"""A party's month as the register knows it: the facts that the rules ask for, each with the entry that states it.

Facts are taken as they were known at a position of the log, so that a decision can be made again. What was never stated is missing and
not zero. Not for what the facts are worth (`audit`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from adit.decision.decide import Decision, decide
from adit.engines.database import Connection
from adit.regime.act import Regime
from adit.register.records import Declaration, Membership, Meter, Party, Reading, Site
from adit.register.store import Stated, listed, one
from adit.terms.days import Period, parse_period
from adit.terms.language import period_in

__all__ = ["MonthKnown", "decide_month", "month_known"]

PLACE = (
    "region",
    "municipality",
    "isolated_generation",
    "site_power_kw",
)  # facts of a site and not of whoever mines there


@dataclass(frozen=True, slots=True)
class MonthKnown:
    """What is known of a party in a month. `facts` are those of the party; a site adds its own."""

    party: Stated[Party]
    period: Period
    facts: Mapping[str, object]
    stated_in: Mapping[str, tuple[str, str]]  # fact -> where it is stated, in English and in Russian
    earlier: tuple[tuple[Period, Mapping[str, object]], ...]
    sites: tuple[Stated[Site], ...]
    declaration: Stated[Declaration] | None
    known: int  # the position of the log below which all of this stands
    metered_wh: int | None = field(default=None)  # of the mining meters at the party's sites, where one was read

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


def month_known(connection: Connection, party: str, period: Period, *, known: int) -> MonthKnown:
    """What the log's first `known` entries say of a party in a month. Raises NotFound for a party that is not there.

    A fact of the party is taken as of the first day of the month, or, for whoever came later, as of its first day.
    """
    who = one(connection, Party, party, known=known)
    as_of_first = listed(connection, Party, "id = %s", [party], on=period.start, known=known, limit=1)
    who = as_of_first[0] if as_of_first else who
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
    members = listed(connection, Membership, "party = %s", [party], on=period.start, known=known)
    for register, fact in (("miners", "in_miners_register"), ("operators", "in_operators_register")):
        entered = next((m for m in members if m.record.register == register), None)
        facts[fact] = entered is not None
        if entered is not None:
            stated_in[fact] = _entry(f"number {entered.record.number}", f"номер {entered.record.number}", entered.entry)
    declared = {d.valid_from: d for d in _declared(connection, party, period, known)}
    sites = tuple(listed(connection, Site, "owner = %s", [party], on=_last(period), known=known, order="id"))
    metered = _metered(connection, sites, period, known)
    mine = declared.get(period.start)
    if mine is not None:
        facts |= _declared_facts(mine.record)
        stated_in |= dict.fromkeys(
            _declared_facts(mine.record),
            _entry(f"declaration of {period}", f"декларация, {period_in(str(period), 'ru')}", mine.entry),
        )
    elif metered is not None:
        facts["mining_energy_kwh_per_month"] = _kwh(metered[0])
        stated_in["mining_energy_kwh_per_month"] = _entry("readings of meters", "показания приборов учёта", metered[1])
    earlier = tuple(
        (parse_period(f"{day:%Y-%m}"), _declared_facts(d.record))
        for day, d in sorted(declared.items())
        if day < period.start
    )
    return MonthKnown(who, period, facts, stated_in, earlier, sites, mine, known, metered[0] if metered else None)


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


def _declared(connection: Connection, party: str, period: Period, known: int) -> list[Stated[Declaration]]:
    """The declarations of the year up to the month."""
    new_year = date(period.start.year, 1, 1)
    return listed(
        connection, Declaration, "party = %s AND coin = 'BTC' AND lower(valid) >= %s AND lower(valid) <= %s",
        [party, new_year, period.start], known=known,
    )  # fmt: skip


def _metered(
    connection: Connection, sites: Sequence[Stated[Site]], period: Period, known: int
) -> tuple[int, int] | None:
    """What the mining meters of the sites counted in the month, and the newest entry that says so; None where none was read."""
    if not sites:
        return None
    meters = listed(
        connection,
        Meter,
        "site = ANY(%s) AND counts = 'mining'",
        [[s.id for s in sites]],
        on=_last(period),
        known=known,
    )
    readings = listed(
        connection, Reading, "meter = ANY(%s) AND lower(valid) >= %s AND upper(valid) <= %s",
        [[m.id for m in meters], period.start, period.end], known=known,
    )  # fmt: skip
    if not readings:
        return None
    return sum(r.record.energy_wh for r in readings), max(r.entry for r in readings)


def _last(period: Period) -> date:
    return period.end - timedelta(days=1)


def _entry(english: str, russian: str, seq: int) -> tuple[str, str]:
    return f"{english}, entry {seq}", f"{russian}, запись {seq}"
