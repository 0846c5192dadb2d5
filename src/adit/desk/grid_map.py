"""The regions on the map of a hosting page, by what the power system in which each lies can host."""

from dataclasses import dataclass

from adit.evidence.sources.geometry import russia_map
from adit.grid.answer import Answer
from adit.grid.wording import megawatts, phrase, system_name
from adit.terms.language import unit_in
from adit.terms.places import regions

__all__ = ["Drawn", "drawn_map"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A region of the map."""

    path: str
    tone: str
    asked: bool
    said: str


def drawn_map(found: Answer, language: str) -> list[Drawn]:
    """Every region with an outline, by what the system in which it lies can host when it may be cut."""
    hosting = {h.system: h for h in found.systems}
    asked = {s.region.iso for s in found.subjects}
    drawn = []
    for iso, path in russia_map().paths.items():
        place = regions()[iso]
        here = hosting.get(place.energy_system)
        mw = here.low.surplus_mw_interruptible if here else None
        tone = "unknown" if mw is None else "above" if mw > 0 else "none"
        name = place.name_ru if language == "ru" else place.name_en
        told = (
            phrase("not known", language)
            if mw is None
            else f"{megawatts(max(0.0, mw), language)} {unit_in('MW', language)}"
        )
        note = (
            f"; {phrase('recognition', language, name=name, iso=iso, note=place.recognition_note)}"
            if place.recognition_note
            else ""
        )
        system = f", {phrase('system', language, name=system_name(here.system, language))}" if here else ""
        drawn.append(Drawn(path, tone, iso in asked, f"{name}{system}: {told}{note}"))
    return sorted(drawn, key=lambda d: d.asked)  # outlined ones last, so that neighbours do not cover the outline
