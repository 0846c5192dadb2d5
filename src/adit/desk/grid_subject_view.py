"""What the model of each subject rests on, as the page's table shows it."""

from dataclasses import dataclass

from adit.grid.answer import Answer, Subject
from adit.grid.telling import label_told, spanned
from adit.grid.wording import megawatts, phrase

__all__ = ["SubjectRow", "subject_name", "subject_rows"]


@dataclass(frozen=True, slots=True)
class SubjectRow:
    name: str
    iso: str
    consumption: str
    generation: str
    capacity: str
    firm: str
    interruptible: str
    label: str


def subject_rows(found: Answer, language: str) -> list[SubjectRow]:
    """What the model of each subject rests on."""
    unknown = phrase("not known", language)

    def figure(value: float | None) -> str:
        return unknown if value is None else megawatts(value, language)

    return [
        SubjectRow(
            name=subject_name(s, language),
            iso=s.region.iso,
            consumption=figure(s.consumption_mln_kwh),
            generation=figure(s.generated_2015_mln_kwh),
            capacity=figure(s.installed_mw or None),
            firm=spanned(s.low.surplus_mw_firm, s.high.surplus_mw_firm, language) if s.low and s.high else unknown,
            interruptible=spanned(s.low.surplus_mw_interruptible, s.high.surplus_mw_interruptible, language)
            if s.low and s.high
            else unknown,
            label=label_told(s, language),
        )
        for s in found.subjects
    ]


def subject_name(s: Subject, language: str) -> str:
    """What the subject is called."""
    return s.region.name_ru if language == "ru" else s.region.name_en
