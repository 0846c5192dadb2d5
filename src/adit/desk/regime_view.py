"""A regime as the page shows it: its sites and megawatts by kind of answer, its picture, its notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adit.decision.comparison import Cell, Comparison, Load, RegimeHead, SiteOutcome
from adit.desk.notes import Note, Notes
from adit.desk.pictures import Mark, Segment, dots, segments
from adit.desk.words import joined, mw, tone

__all__ = ["Part", "RegimeView", "cell_of", "regime_view"]


@dataclass(frozen=True, slots=True)
class Part:
    """The sites that get the same kind of answer: how many, and the megawatts that are counted of them."""

    tone: str
    word: str
    kw: int
    sites: int


@dataclass(frozen=True, slots=True)
class RegimeView:
    """A regime on the page. `key` is its number in the order of columns."""

    key: int
    head: RegimeHead
    short: str
    load: Load
    bar: list[Segment]
    bar_text: str
    parts: list[Part]
    dots: list[tuple[str, str]]
    site_text: str
    notes: list[Note]

    @property
    def simulated(self) -> bool:
        return self.head.status != "in force"


_SAID = {
    "yes": "permitted",
    "partly": "permitted with a condition",
    "no": "stopped",
    "undecided": "undecided",
    "silent": "not said",
}


def regime_view(
    key: int, head: RegimeHead, short: str, c: Comparison, notes: Notes, placed: Sequence[Mark]
) -> RegimeView:
    """The regime as column `key`. The cells of sites and actors must have been put into the notes before."""
    load = next(x for x in c.loads if x.regime == head.id)
    parts = _parts(c.sites, head.id)
    power = joined([f"{mw(p.kw)} {p.word}" for p in parts if p.kw]) or "no capacity that can be counted is reported"
    count = joined([f"{p.sites:,} {p.word}" for p in parts if p.sites]) or "none"
    return RegimeView(
        key=key,
        head=head,
        short=short,
        load=load,
        bar=segments(c.sites, head.id),
        bar_text=power,
        parts=parts,
        dots=dots(placed, c.sites, head.id),
        site_text=count,
        notes=notes.of(head.id),
    )


def _parts(outcomes: Sequence[SiteOutcome], regime: str) -> list[Part]:
    """By kind of answer; "with a condition" only where there is one."""
    found = []
    for name, word in _SAID.items():
        with_it = [o.site for o in outcomes if tone(cell_of(o.cells, regime).tone) == name]
        if with_it or name != "partly":
            found.append(Part(name, word, sum(s.capacity_kw or 0 for s in with_it if s.counted), len(with_it)))
    return found


def cell_of(cells: Iterable[Cell], regime: str) -> Cell:
    """The answer of this regime."""
    return next(c for c in cells if c.regime == regime)
