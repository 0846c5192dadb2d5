"""Two regimes side by side: what changes in the same way, and for whom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adit.decision.comparison import Cell, Comparison
from adit.desk.notes import CellView, Notes
from adit.desk.regime_view import RegimeView, cell_of
from adit.terms.places import regions

__all__ = ["PairView", "Transition", "most_telling", "pair_views"]

_NAMED = 40  # more sites than that are listed by region


@dataclass(frozen=True, slots=True)
class Transition:
    """What changes from one regime to another in the same way, and for whom."""

    what: str
    before: CellView
    after: CellView
    names: list[str]
    places: list[str]

    @property
    def listed(self) -> str:
        """By name; a long list of sites by region, since each stands in the table with its answers."""
        if len(self.names) <= _NAMED or not all(self.places):
            return " · ".join(self.names)
        return " · ".join(
            f"{place} {n:,}" for place, n in sorted(Counter(self.places).items(), key=lambda x: (-x[1], x[0]))
        )


@dataclass(frozen=True, slots=True)
class PairView:
    """Two regimes: what differs."""

    a: RegimeView
    b: RegimeView
    sites: list[Transition]
    actors: list[Transition]
    site_count: int
    actor_count: int
    articles: list[tuple[str, list[str]]]
    heat_sites: int
    heat_actors: int


def pair_views(c: Comparison, heads: dict[str, RegimeView], notes: Notes) -> list[PairView]:
    """Every two regimes, in the order of the comparison."""
    found = []
    for d in c.differences:
        differing_sites, differing_rows = set(d.sites), set(d.actors)
        sites = [
            ("", o.site.name, regions()[o.site.region].name_en, o.cells)
            for o in c.sites
            if o.site.site_id in differing_sites
        ]
        rows = [
            (r.activity.name, r.actor.name, "", r.cells)
            for r in c.actors
            if f"{r.actor.name}: {r.activity.name}" in differing_rows
        ]
        articles: dict[str, list[str]] = {}
        for article in d.articles:
            regime, _, cites = article.partition(": ")
            articles.setdefault(heads[regime].short, []).append(cites)
        found.append(
            PairView(
                a=heads[d.a],
                b=heads[d.b],
                sites=_transitions(sites, d.a, d.b, notes),
                actors=_transitions(rows, d.a, d.b, notes),
                site_count=len(sites),
                actor_count=len(rows),
                articles=list(articles.items()),
                heat_sites=_heat(len(sites), len(c.sites)),
                heat_actors=_heat(len(rows), len(c.actors)),
            )
        )
    return found


def _transitions(
    items: Iterable[tuple[str, str, str, Sequence[Cell]]], a: str, b: str, notes: Notes
) -> list[Transition]:
    groups: dict[tuple[str, str, str], Transition] = {}
    for what, name, place, cells in items:
        before, after = notes.view(cell_of(cells, a)), notes.view(cell_of(cells, b))
        group = groups.setdefault((what, before.answer, after.answer), Transition(what, before, after, [], []))
        group.names.append(name)
        group.places.append(place)
    return list(groups.values())


def _heat(part: int, whole: int) -> int:
    return 0 if not part else 1 + min(3, 4 * part // max(1, whole))


def most_telling(pairs: Sequence[PairView]) -> PairView | None:
    """The pair shown first: one with the law in force in which sites change in the most ways."""
    with_law = [p for p in pairs if not (p.a.simulated and p.b.simulated)]
    return max(with_law or pairs, key=lambda p: (len(p.sites), -p.site_count), default=None)
