"""Regimes side by side on one day: who may do what, which sites may run, what is owed, what differs.

Everything here is asked of the same rules that decide a case; nothing about law is typed a second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from adit.decision.actors import ACTIVITIES, ACTORS, Activity, Actor
from adit.decision.decide import Answer, decide
from adit.decision.dues import POWER_PRICE, Due, PowerPrice, dues_of
from adit.decision.subjects import energy_of_actor, facts_of_site
from adit.evidence.sources.balances import SystemYear, latest_complete, read_balances
from adit.evidence.sources.catalogue import datasets
from adit.evidence.sources.sites import Site, Sites
from adit.regime.act import Regime
from adit.terms.days import Period, parse_period
from adit.terms.places import regions

__all__ = ["ActorRow", "Cell", "Comparison", "Difference", "Load", "RegimeHead", "SiteOutcome", "compare", "tone_of"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer of one regime with its reason. `tone`: yes, no, partly, undecided, silent, before the law."""

    regime: str
    answer: str
    tone: str
    because: str
    cites: str


@dataclass(frozen=True, slots=True)
class ActorRow:
    """One actor and activity, with the answer of each regime."""

    actor: Actor
    activity: Activity
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SiteOutcome:
    """One real site, with the answer of each regime and the electricity it would use in the month."""

    site: Site
    cells: tuple[Cell, ...]
    energy_kwh: int | None  # of the month at full load; None: capacity is not reported


@dataclass(frozen=True, slots=True)
class Load:
    """Capacities of the counted sites by what a regime says of the place, and how many sites each answer has.

    Permitted with a condition counts as undecided: nothing is known of the condition. `not_reported` sites are among the
    sites, and their capacity is in no sum.
    """

    regime: str
    permitted_kw: int
    stopped_kw: int
    undecided_kw: int
    silent_kw: int
    sites_permitted: int
    sites_stopped: int
    sites_undecided: int
    sites_silent: int
    not_reported: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How two regimes differ: sites and actor rows with other answers, and the articles on both sides."""

    a: str
    b: str
    sites: tuple[str, ...]
    actors: tuple[str, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegimeHead:
    """What is printed about a regime that takes part."""

    id: str
    title: str
    status: str
    about: str
    first_day: date
    digest: str
    silent: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole comparison, as data."""

    on: date
    region: str
    regimes: tuple[RegimeHead, ...]
    left_out: tuple[str, ...]  # regimes that begin after the day, with their first day
    actors: tuple[ActorRow, ...]
    sites: tuple[SiteOutcome, ...]
    loads: tuple[Load, ...]
    dues: tuple[Due, ...]
    differences: tuple[Difference, ...]
    balances: tuple[SystemYear, ...]
    surplus_notes: tuple[str, ...]
    assumptions: tuple[str, ...]
    vintages: tuple[tuple[str, str, str], ...]  # title, publisher, vintage
    site_problems: tuple[str, ...]
    sites_source: tuple[str, str] = ("", "")  # the file of the sites, and of when it is


def tone_of(answer: Answer) -> tuple[str, str]:
    """The answer in a word, and its tone for colour and counting."""
    if answer.missing:
        return f"not known: {', '.join(answer.missing)}", "undecided"
    value = answer.value
    if value is None:
        return "does not say", "silent"
    if isinstance(value, bool):
        return ("yes", "yes") if value else ("no", "no")
    return str(value), {"yes": "yes", "no": "no", "undecided": "undecided"}.get(str(value), "partly")


def compare(
    regimes: Sequence[Regime],
    sites: Sites,
    on: date,
    *,
    region: str = "RU-MOW",
    power_price: PowerPrice = POWER_PRICE,
) -> Comparison:
    """Lay the regimes side by side on the day. `region` is where the actors live; sites stand where they stand.

    A regime that begins after the day is left out and named. Raises NotInForce if none is left.
    """
    standing = [r for r in regimes if r.first_day <= on]
    if not standing:
        regimes[0].spoken_on(on)
    day, month = parse_period(on.isoformat()), parse_period(f"{on:%Y-%m}")
    rows = tuple(
        _actor_row(standing, actor, activity, day, month, region) for actor in ACTORS for activity in ACTIVITIES
    )
    outcomes = tuple(_outcome(standing, site, day, month) for site in sites.rows)
    dues, assumptions = dues_of(standing, sites, month, region, power_price)
    return Comparison(
        on=on,
        region=region,
        regimes=tuple(RegimeHead(r.id, r.title, r.status, r.about, r.first_day, r.digest, r.silent) for r in standing),
        left_out=tuple(f"{r.id} (begins on {r.first_day})" for r in regimes if r.first_day > on),
        actors=rows,
        sites=outcomes,
        loads=tuple(_load(r.id, outcomes) for r in standing),
        dues=dues,
        differences=tuple(_difference(a.id, b.id, rows, outcomes) for a, b in combinations(standing, 2)),
        balances=read_balances(),
        surplus_notes=_surplus_notes(on),
        assumptions=assumptions,
        vintages=tuple((d.title, d.publisher, d.vintage) for d in datasets()),
        site_problems=tuple(str(p) for p in sites.problems),
        sites_source=(sites.source, sites.vintage),
    )


# Cells ------------------------------------------------------------------------------------------------------------
def _cell(regime: Regime, question: str, facts: Mapping[str, object], period: Period) -> Cell:
    if question in regime.silent:
        return Cell(regime.id, "does not say", "silent", regime.silent[question], "")
    if question not in regime.rules:
        return Cell(regime.id, "does not say", "silent", "the question is not treated", "")
    used = {n: v for n, v in facts.items() if n in ("region", "municipality") or n in regime.facts_for(question)}
    answer = decide(regime, used, period, questions=(question,))[question]
    word, tone = tone_of(answer)
    explanation = answer.explanation
    if explanation is None:
        return Cell(regime.id, word, tone, answer.silence, "")
    deepest = explanation
    while deepest.decisive:
        deepest = deepest.decisive[0]
    reasons = dict.fromkeys(e.because or e.sentence for e in (explanation, deepest))
    return Cell(regime.id, word, tone, ": ".join(reasons), deepest.cites)


def _actor_row(
    regimes: Sequence[Regime], actor: Actor, activity: Activity, day: Period, month: Period, region: str
) -> ActorRow:
    facts = {
        **actor.facts,
        **activity.facts,
        "region": region,
        "mining_energy_kwh_per_month": str(energy_of_actor(actor, month)),
    }
    cells = tuple(_cell(r, activity.question, facts, day) for r in regimes)
    if activity.key == "mine-unregistered":  # whoever has to register first may not mine without
        cells = tuple(
            Cell(c.regime, "no", "no", c.because, c.cites) if c.answer == "after registration" else c for c in cells
        )
    return ActorRow(actor, activity, cells)


def _outcome(regimes: Sequence[Regime], site: Site, day: Period, month: Period) -> SiteOutcome:
    facts = facts_of_site(site, month)
    kwh = int(Decimal(str(facts["mining_energy_kwh_per_month"]))) if site.capacity_kw is not None else None
    return SiteOutcome(site, tuple(_cell(r, "may_mine", facts, day) for r in regimes), kwh)


def _load(regime: str, outcomes: Sequence[SiteOutcome]) -> Load:
    kw = dict.fromkeys(("yes", "no", "undecided", "silent"), 0)
    count = dict.fromkeys(kw, 0)
    for outcome in outcomes:
        tone = next(c.tone for c in outcome.cells if c.regime == regime)
        group = tone if tone in kw else "undecided"
        count[group] += 1
        kw[group] += (outcome.site.capacity_kw or 0) if outcome.site.counted else 0
    not_reported = sum(o.site.capacity_kw is None for o in outcomes)
    return Load(
        regime=regime,
        permitted_kw=kw["yes"],
        stopped_kw=kw["no"],
        undecided_kw=kw["undecided"],
        silent_kw=kw["silent"],
        sites_permitted=count["yes"],
        sites_stopped=count["no"],
        sites_undecided=count["undecided"],
        sites_silent=count["silent"],
        not_reported=not_reported,
    )


# Differences and surplus ------------------------------------------------------------------------------------------
def _difference(a: str, b: str, rows: Sequence[ActorRow], outcomes: Sequence[SiteOutcome]) -> Difference:
    articles: dict[str, None] = {}

    def differs(cells: Sequence[Cell]) -> bool:
        x, y = (next(c for c in cells if c.regime == r) for r in (a, b))
        if x.answer == y.answer:
            return False
        articles.update(dict.fromkeys(f"{c.regime}: {c.cites}" for c in (x, y) if c.cites))
        return True

    sites = tuple(o.site.site_id for o in outcomes if differs(o.cells))
    actors = tuple(f"{r.actor.name}: {r.activity.name}" for r in rows if differs(r.cells))
    return Difference(a, b, sites, actors, tuple(articles))


def _surplus_notes(on: date) -> tuple[str, ...]:
    years = [b for b in read_balances() if b.system == "Siberia" and 2015 <= b.year <= 2020]
    worst, best = min(b.balance_mwh for b in years), max(b.balance_mwh for b in years)
    deficits = f"{-best / 1e6:.1f} to {-worst / 1e6:.1f} TWh"
    named = {iso: regions()[iso].energy_system for iso in ("RU-IRK", "RU-KYA", "RU-KR")}
    assert all(b.balance_mwh < 0 for b in years)
    latest, why = latest_complete("Siberia", on)
    if latest is None:
        return (f"The balance of Siberia is not known on {on}: {why}.",)
    north_west = [b for b in read_balances() if b.system == "North-West" and 2015 <= b.year <= 2020]
    north_west_twh = [b.balance_mwh / 1e6 for b in north_west]
    return (
        (
            "The unified power system of Siberia consumed more than it generated in every year from 2015 to 2020: it imported "
            f"{deficits} a year."
        ),
        (
            "The plan of 2022 named Irkutsk, Krasnoyarsk and Karelia as regions with a surplus. Irkutsk and Krasnoyarsk lie in "
            f"{named['RU-IRK']}, which had none; only Karelia lies in a system that had one ({named['RU-KR']}: "
            f"{min(north_west_twh):.0f} to {max(north_west_twh):.0f} TWh a year)."
        ),
        (
            "A power system is not a region: this table cannot say whether a single region had electricity to spare, in which "
            "hours, or behind which lines. Consumption by region was not found in any open source."
        ),
        (
            f"The rule reads the last complete year known on {on}: {latest.year}. The hourly data end in November 2021; 2016 "
            "lacks two days and counts as incomplete."
        ),
    )
