"""A surplus in words, English and Russian: what is known, how, and what would settle the rest."""

from collections.abc import Iterator
from decimal import Decimal

from adit.grid.answer import Answer, Subject
from adit.grid.balance import NetImports
from adit.grid.hosting import Hosting
from adit.grid.models import ModelError
from adit.grid.store import assumptions
from adit.grid.telling_together import price_basis, price_told, together_basis, together_told
from adit.grid.wording import megawatts, phrase, recognition_notes, system_name
from adit.terms.language import number, percent

__all__ = [
    "IRKUTSK",
    "error_told",
    "head_notes",
    "imports_told",
    "label_told",
    "method_notes",
    "notes",
    "spanned",
    "subject_notes",
]

IRKUTSK = {"RU-IRK", "RU-KYA"}  # whoever asks of these is told what happened there


def spanned(low: float | None, high: float | None, language: str) -> str:
    """Two ends as one figure; what is below zero can host nothing."""
    if low is None or high is None:
        return phrase("not known", language)
    least, most = (megawatts(max(0.0, mw), language) for mw in (low, high))
    return least if least == most else phrase("span", language, least=least, most=most)


def imports_told(run: NetImports, language: str) -> str:
    """The years in which a system imported."""
    least, most = (number(Decimal(mwh) / 1_000_000, language, places=1) for mwh in (run.least_mwh, run.most_mwh))
    name = system_name(run.system, language)
    if run.first_year == run.last_year:
        return phrase("imports one", language, name=name, most=most, last=run.last_year)
    return phrase("imports", language, name=name, least=least, most=most, first=run.first_year, last=run.last_year)


def error_told(error: ModelError, language: str) -> str:
    """How far the regional model was off where the truth is known."""
    share = [percent(Decimal(f"{s:.2f}"), language) for s in (error.misplaced_share, error.mean_error_share)]
    ratios = [number(Decimal(f"{r:.2f}"), language) for r in (error.ratio_least, error.ratio_most)]
    return phrase(
        "model error", language, n=error.regions, misplaced=share[0], mean=share[1], least=ratios[0], most=ratios[1]
    )


def notes(found: Answer, language: str) -> Iterator[str]:
    """What must be read beside the figures, most important first."""
    yield from head_notes(found, language)
    yield from subject_notes(found, language)
    if len(found.systems) > 1:
        yield from together_told(found.together, found.year, language)
        yield from together_basis(found.together, language)
    if found.price is not None:
        yield from price_told(found.price, language)
        yield from price_basis(found.price, language)


def head_notes(found: Answer, language: str) -> Iterator[str]:
    """Of whole systems and territories: net imports, Irkutsk, what is recognised as part of another state."""
    for run in found.imports.values():
        yield imports_told(run, language)
    if IRKUTSK & {s.region.iso for s in found.subjects}:
        yield phrase("irkutsk", language)
    yield from recognition_notes((s.region.iso for s in found.subjects), language)


def subject_notes(found: Answer, language: str) -> Iterator[str]:
    """Of the subjects: what is not known and what would settle it, and the error of the model."""
    reasons: dict[str, list[str]] = {}
    for subject in found.subjects:
        if subject.not_known:
            name = subject.region.name_ru if language == "ru" else subject.region.name_en
            reasons.setdefault(subject.not_known, []).append(name)
    for reason, names in reasons.items():
        yield f"{', '.join(names)}: {phrase(reason, language)}"
    if any(s.low for s in found.subjects):
        yield error_told(found.error, language)
        yield phrase("model scope", language)


def method_notes(found: Answer, language: str) -> Iterator[str]:
    """Of each system: its missing hours, its reserve, its lines."""
    for hosting in found.systems:
        yield from _system_notes(hosting, language)
    if not any(hosting.lines.sources for hosting in found.systems):
        yield phrase("no limits", language)


def label_told(subject: Subject, language: str) -> str:
    """How the figures of a subject are known, with the error of the model beside them."""
    if subject.low is None:
        return phrase("not known", language)
    if subject.consumption_given:
        return phrase("given", language)
    least, most = (number(Decimal(f"{r:.2f}"), language) for r in (subject.error.ratio_least, subject.error.ratio_most))
    return phrase("model label", language, label=phrase("modelled", language), least=least, most=most)


def _system_notes(hosting: Hosting, language: str) -> Iterator[str]:
    name = system_name(hosting.system, language)
    if hosting.hours_missing or hosting.record_hours_missing:
        yield phrase(
            "missing",
            language,
            name=name,
            hours=hosting.hours_missing,
            year=hosting.year,
            record=hosting.record_hours_missing,
        )
    if hosting.low.surplus_mw_interruptible is None:
        told = phrase("too many missing", language, hours=hosting.hours_missing, accepted=hosting.accept_hours)
        yield f"{phrase('system', language, name=name)}: {told}"
    share = percent(Decimal(str(assumptions().reserve_share)), language)
    reserve = phrase(
        "reserve", language, mw=number(Decimal(hosting.unit.mw), language), unit=hosting.unit.unit, share=share
    )
    yield f"{phrase('system', language, name=name)}. {reserve}"
    if hosting.lines.sources:
        yield phrase("limits", language, name=name, sources="; ".join(hosting.lines.sources))
