"""A finding of tracing as its page shows it: three numbers on one scale, each with what is not resolved; paths as rows.

Only geometry and words; colours are those of `static/trace.css`.
"""

from dataclasses import dataclass

from adit.tracing.finding import Finding, Step
from adit.tracing.telling import Told, btc, path_said, phrase, tell

__all__ = ["WIDTH", "Bar", "FindingView", "PathView", "view_of"]

WIDTH = 1000  # of a drawing, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """One number: what is known up to `known`, and from there on, for `open`, what is not resolved and could be it too."""

    label: str
    said: str
    known: float
    open: float


@dataclass(frozen=True, slots=True)
class PathView:
    """One path: its heading, its label if it begins at one, its rows."""

    heading: str
    steps: tuple[Step, ...]
    begins: str  # what stands in place of the payer of the first row


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding."""

    f: Finding
    told: Told
    bars: tuple[Bar, ...]
    alt: str
    paths: tuple[PathView, ...]
    anchor: str
    found: bool


def view_of(found: Finding, place: int, language: str) -> FindingView:
    """All that the page shows of a finding; `place` is its number on the page."""
    told, n = tell(found, language), found.numbers
    rows = [
        ("poison", n.poison_sat, 0),
        ("haircut", n.haircut_sat, n.haircut_unseen_sat),
        ("fifo", n.fifo_sat, n.fifo_unresolved_sat),
    ]
    bars = tuple(_bar(code, known, beyond, n.amount_sat, language) for code, known, beyond in rows)
    return FindingView(
        f=found,
        told=told,
        bars=bars,
        alt=". ".join(f"{b.label}: {b.said}" for b in bars) + ".",
        paths=tuple(
            PathView(path_said(p, language), p.steps, _begins(found, p.steps[0], language)) for p in found.paths
        ),
        anchor=f"finding-{place}",
        found=found.grade in ("direct", "indirect", "not from mining"),
    )


def _bar(code: str, known: int, beyond: int, of: int, language: str) -> Bar:
    def wide(sat: int) -> float:
        return round(sat / of * WIDTH, 1) if of else 0.0

    said = btc(known, language)
    if beyond:
        said = phrase("with unresolved", language, known=said, beyond=btc(beyond, language))
    first = wide(min(known, of))
    return Bar(phrase(f"measure {code}", language), said, first, min(wide(beyond), WIDTH - first))


def _begins(found: Finding, step: Step, language: str) -> str:
    """New coins, a label, or what was not seen."""
    if not step.payee:
        return phrase("not seen", language)
    mined = any(e.code == "coinbase" and e.where.startswith(step.txid) for e in found.ends)
    return phrase("new coins", language) if mined else ""
