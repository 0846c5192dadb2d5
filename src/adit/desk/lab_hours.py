"""The hours of a lab report: load of mining by class of hours, and what the power systems lack in each, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adit.desk.charts import figure, table_link
from adit.desk.lab_wording import banded, phrase
from adit.grid.hour_classes.classes import HOUR_CLASSES
from adit.grid.wording import system_name
from adit.lab.columns import SECTORS
from adit.lab.comparing import Band, band_of
from adit.lab.results.deficit import InClass, in_classes
from adit.lab.results.folder import DEFICIT, deficit_rows
from adit.lab.results.measures import focus_of
from adit.lab.run import Ran

__all__ = ["EDGES", "Lack", "LackOfClass", "LackOfSystem", "LoadInClass", "deficit_table", "lacks", "loads", "notes"]

EDGES = (1.0, 500.0, 1500.0)  # MW that lack, between the tones of the table
_YEAR, _YEAR_HOURS = 12, 8760  # months, hours


@dataclass(frozen=True, slots=True)
class LoadInClass:
    """Load of mining in one class of hours, mean of the last twelve months: a middle and a band by sector, and of all of them."""

    name: str
    hours: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """What lacks in the worst hour of a class in a month."""

    middle: str
    said: str
    tone: str


@dataclass(frozen=True, slots=True)
class LackOfClass:
    name: str
    months: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class LackOfSystem:
    name: str
    classes: tuple[LackOfClass, ...]


def loads(ran: Ran, language: str) -> list[LoadInClass]:
    """A row for each class of hours."""
    outcome = ran.outcome
    here, months = focus_of(ran.setting.scenario.focus, ran.setting.places), _last(ran)
    power = outcome.power_mw[:, months][:, :, here].astype(np.float64)
    weight = outcome.hours[months] / outcome.hours[months].sum()
    found = []
    for k, each in enumerate(HOUR_CLASSES):
        of_sector = np.einsum("ntps,tps,t->ns", power, ran.load_factors[months][:, here][..., k], weight)
        bands = [band_of(values) for values in (*of_sector.T, of_sector.sum(axis=1))]
        hours = _YEAR_HOURS * each.share
        found.append(
            LoadInClass(
                phrase(f"hours {each.name}", language),
                figure(hours, language),
                tuple(_cell(b, language) for b in bands),
            )
        )
    assert all(len(row.cells) == len(SECTORS) + 1 for row in found)
    return found


def notes(ran: Ran, language: str) -> list[str]:
    """What is to be known below the loads: that they are flat, that a part is assumed, that nothing is known of the system."""
    places = ran.setting.places
    here = focus_of(ran.setting.scenario.focus, places)
    rests = max(ran.setting.behaviour.of("rests_at_peak", places[p].code, places[p].country) for p in here)
    found = []
    if np.all(ran.load_factors[_last(ran)][:, here] == 1):
        found.append(phrase("hours flat", language))
    elif rests > 0:
        found.append(phrase("hours assumed", language, share=figure(100 * rests, language)))
    if next(in_classes(ran.outcome, places, here, ran.load_factors), None) is None:
        found.append(phrase("hours not open", language))
    return found


def lacks(ran: Ran, language: str) -> tuple[list[str], list[LackOfSystem]]:
    """The last twelve months, and what each measured power system lacks in them; nothing where no hours of the focus are open."""
    places = ran.setting.places
    recent = ran.outcome.months[_last(ran)]
    cells: dict[str, dict[str, list[Lack]]] = {}
    for each in in_classes(ran.outcome, places, focus_of(ran.setting.scenario.focus, places), ran.load_factors):
        if each.month in recent:
            cells.setdefault(each.system, {}).setdefault(each.hour_class, []).append(_lack(each, language))
    systems = [
        LackOfSystem(
            phrase("hours system", language, name=system_name(system, language)),
            tuple(LackOfClass(phrase(f"hours {name}", language), tuple(row)) for name, row in of_class.items()),
        )
        for system, of_class in cells.items()
    ]
    return [f"{month:%Y-%m}" for month in recent], systems


def deficit_table(ran: Ran) -> str:
    """All months of `lacks` as a link that holds CSV."""
    return table_link(DEFICIT, deficit_rows(ran))


def _last(ran: Ran) -> slice:
    return slice(max(0, len(ran.outcome.months) - _YEAR), len(ran.outcome.months))


def _cell(band: Band, language: str) -> tuple[str, str]:
    return figure(band.middle, language), banded(band, language)


def _lack(each: InClass, language: str) -> Lack:
    band = band_of(each.deficit_mw)
    said = phrase(
        "hours lack", language, before=figure(float(each.surplus_mw), language, sign=True),
        added=figure(band_of(each.added_mw).middle, language, sign=True), band=banded(band, language),
    )  # fmt: skip
    return Lack(figure(band.middle, language), said, f"t{_tone(band.middle, EDGES)}")


def _tone(mw: float, edges: Sequence[float]) -> int:
    return sum(mw >= edge for edge in edges)
