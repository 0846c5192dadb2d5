"""The audit as its pages show it: four witnesses on one scale of coins, the months of a site as a band, a register as a grid.

Only geometry and words; colours and strokes are those of `static/audit.css`.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import floor, isfinite, log10

from adit.audit.answer import Answer, Leftover, explained, leftovers, places, row_of
from adit.audit.explanation import LUCKY, Explained
from adit.audit.telling import Told, btc, phrase, tell
from adit.terms.language import number

__all__ = ["Band", "GridRow", "SiteView", "Witness", "Witnesses", "grid", "site_view", "witnesses"]

WIDTH = 1000  # of a drawing, in its own units
_STEPS = 4  # of a scale
_SHOWN_LINES = 60


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness: a bar from `x` for `width`, or a point where `width` is 0; `none` where it was not heard."""

    code: str
    label: str
    said: str
    x: float
    width: float
    none: bool = False


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The four on one scale, with the stretch in which a declaration is no finding, and the marks of the scale."""

    rows: tuple[Witness, ...]
    free_x: float
    free_width: float
    ticks: tuple[str, ...]  # evenly spaced, from nothing to the end of the scale
    alt: str


@dataclass(frozen=True, slots=True)
class Band:
    """One month of a site: what honest miners make, what was declared, as places on a scale that grows upwards."""

    month: str
    x: float
    width: float
    top: float
    bottom: float
    point: float
    found: bool
    said: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site and month."""

    e: Explained
    told: Told
    witnesses: Witnesses
    months: tuple[Band, ...]
    lines: tuple[Leftover, ...]
    lines_more: int
    anchor: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A site with a finding: for each month the tone of its cell and its title; `anchor` is where the site is told."""

    site: str
    name: str
    anchor: str
    cells: tuple[tuple[str, str], ...]


def site_view(answer: Answer, site: int, month: int, language: str) -> SiteView:
    """All that the inspector's page shows."""
    e = explained(answer, site, month)
    told = tell(e, language, alpha=answer.settings.alpha)
    lines = leftovers(answer, site, month, language)
    return SiteView(
        e=e,
        told=told,
        witnesses=witnesses(e, language),
        months=_bands(answer, site, language),
        lines=tuple(lines[:_SHOWN_LINES]),
        lines_more=max(len(lines) - _SHOWN_LINES, 0),
        anchor=_anchor(site),
    )


def witnesses(e: Explained, language: str) -> Witnesses:
    """Energy, machines, declaration and chain, as coins."""
    received = e.chain.get("received", 0)
    figures = [e.honest_most_sat, e.machines_most_sat, float(e.declared_sat), float(received), e.enough_sat]
    step = _round_step(max([f for f in figures if isfinite(f)] or [1.0]) * 1.02 / _STEPS or 1.0)
    greatest = step * _STEPS

    def at(sat: float) -> float:
        return round(min(max(sat, 0), greatest) / greatest * WIDTH, 1)

    low, high = e.honest_least_sat, min(e.honest_most_sat, greatest)
    machines = min(e.machines_most_sat, greatest)
    meter = Witness(
        "meter",
        phrase("witness meter luck" if e.terms.scheme in LUCKY else "witness meter", language),
        _span(e.honest_least_sat, e.honest_most_sat, language),
        at(low),
        at(high) - at(low),
    )
    rows = [
        meter,
        Witness(
            "machines",
            phrase("witness machines", language),
            f"{phrase('at most', language)} {btc(e.machines_most_sat, language)}",
            0,
            at(machines),
        ),
        Witness("declared", phrase("witness declared", language), btc(e.declared_sat, language), at(e.declared_sat), 0),
        Witness(
            "chain",
            phrase("witness chain", language),
            btc(received, language) if e.chain_seen else phrase("not heard", language),
            at(received),
            0,
            none=not e.chain_seen,
        ),
    ]
    free = (at(e.enough_sat), at(min(e.allowed_sat, greatest)))
    return Witnesses(
        tuple(rows),
        free[0],
        free[1] - free[0],
        tuple(number(Decimal(f"{step * k / 1e8:.8f}"), language) for k in range(_STEPS + 1)),
        ". ".join(f"{w.label}: {w.said}" for w in rows) + ".",
    )


def grid(answer: Answer, language: str, most: int = 300) -> list[GridRow]:
    """The sites with a finding, in the order of how unlikely the worst of it is; each month of each."""
    order: dict[int, None] = dict.fromkeys(site for site, _ in places(answer, every=False))
    rows = []
    sites = answer.asked.loaded.sites
    for site in list(order)[:most]:
        cells = []
        for month, name in enumerate(answer.months):
            codes = answer.findings(site, month)
            untested = not answer.audited.testable_under[site, month]
            tone = "found" if codes else "untested" if untested else "plain"
            if codes and answer.audited.discovered[site, month]:
                tone = "first"
            words = [phrase(c, language) for c in codes] or [
                phrase("not_testable" if untested else "consistent", language)
            ]
            cells.append((tone, f"{name}: {'; '.join(words)}"))
        rows.append(GridRow(answer.sites[site], sites.name[site], _anchor(site), tuple(cells)))
    return rows


def _bands(answer: Answer, site: int, language: str) -> tuple[Band, ...]:
    rows = [row_of(answer, site, m) for m in range(len(answer.months))]
    greatest = max([max(r["honest_most_sat"] or 0, r["declared_sat"]) for r in rows] + [1]) * 1.05
    step = WIDTH / len(rows)

    def up(sat: float) -> float:
        return float(round(100 - min(sat, greatest) / greatest * 100, 2))

    found = []
    for k, row in enumerate(rows):
        least, most = row["honest_least_sat"] or 0, row["honest_most_sat"] or 0
        said = f"{row['month']}: {btc(row['declared_sat'], language)}; {_span(least, most, language)}"
        found.append(
            Band(
                month=row["month"],
                x=round(k * step + step * 0.15, 1),
                width=round(step * 0.7, 1),
                top=up(most),
                bottom=up(least),
                point=up(row["declared_sat"]),
                found=bool(row["findings"]),
                said=said,
            )
        )
    return tuple(found)


def _anchor(site: int) -> str:
    return f"site-{site}"


def _span(least: float, most: float, language: str) -> str:
    return phrase("span", language, least=btc(least, language), most=btc(most, language))


def _round_step(rough: float) -> float:
    """The round figure from here on: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return float(next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * (1 - 1e-12)))
