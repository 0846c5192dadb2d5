"""What is owed, subject by subject: regimes that say the same share a line, those that do not say are named."""

from dataclasses import dataclass
from decimal import Decimal

from adit.decision.comparison import Comparison, RegimeHead
from adit.decision.dues import Due
from adit.desk.notes import CellView, Notes
from adit.desk.pictures import LogScale
from adit.desk.regime_view import RegimeView

__all__ = ["DueGroup", "DueLine", "DuesView", "dues_view"]


@dataclass(frozen=True, slots=True)
class DueLine:
    """What regimes that say the same would take from one subject, each with whether it lets it mine at all."""

    due: Due
    regimes: list[tuple[RegimeView, CellView | None]]
    tax_at: tuple[float, float]
    income_at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class DueGroup:
    """One subject with a line for each regime that says what is owed."""

    due: Due  # for what all regimes share: name, electricity, coins
    lines: list[DueLine]


@dataclass(frozen=True, slots=True)
class DuesView:
    """The tables of what is owed, on one logarithmic scale."""

    actors: list[DueGroup]
    sites: list[DueGroup]
    silent: list[tuple[RegimeView, str]]  # regimes that do not say, and why
    cites: list[str]
    scale: LogScale


def dues_view(c: Comparison, heads: dict[str, RegimeView], notes: Notes) -> DuesView:
    """The dues by subject; sites by size."""
    amounts = [a for d in c.dues for a in (d.tax_low, d.tax_high, d.income_low, d.income_high) if a is not None]
    scale = LogScale.over(amounts)
    mining = {r.actor.name: r.cells for r in c.actors if r.activity.key == "mine"}
    counted = iter([o for o in c.sites if o.site.capacity_kw is not None and o.site.counted])
    actors: list[DueGroup] = []
    sites: list[DueGroup] = []
    for i in range(0, len(c.dues), len(heads)):  # the dues come subject by subject, each under every regime
        block = c.dues[i : i + len(heads)]
        first = block[0]
        if first.kind == "actor":
            cells = mining.get(first.who, ())
        else:
            outcome = next(counted)
            assert outcome.site.name == first.who, "the dues of sites come in the order of the sites"
            cells = outcome.cells
        may = {cell.regime: notes.view(cell) for cell in cells}
        lines: dict[tuple[Decimal | None, ...], DueLine] = {}
        for d in block:
            if d.tax_low is None or d.tax_high is None:
                continue
            income = None
            if d.income_low is not None and d.income_high is not None:
                income = (scale.at(d.income_low), scale.at(d.income_high))
            tax = (scale.at(d.tax_low), scale.at(d.tax_high))
            key = (d.income_low, d.income_high, d.tax_low, d.tax_high)
            lines.setdefault(key, DueLine(d, [], tax, income)).regimes.append((heads[d.regime], may.get(d.regime)))
        (actors if first.kind == "actor" else sites).append(DueGroup(first, list(lines.values())))
    sites.sort(key=lambda g: -g.due.energy_kwh)
    speaking = {regime.head.id for g in (*actors, *sites) for line in g.lines for regime, _ in line.regimes}
    silent = [(r, _why_no_tax(r.head)) for r in heads.values() if c.dues and r.head.id not in speaking]
    cites = list(dict.fromkeys(f"{heads[d.regime].short}: {d.cites}" for d in c.dues if d.cites))
    return DuesView(actors, sites, silent, cites, scale)


def _why_no_tax(head: RegimeHead) -> str:
    return head.silent.get("profit_tax_rub") or head.silent.get("income_tax_rub") or "the question is not treated"
