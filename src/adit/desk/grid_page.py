"""What the grid can host as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the answer; the caller writes it.
"""

from adit.desk.grid_map import drawn_map
from adit.desk.grid_subject_view import subject_rows
from adit.desk.grid_together_view import together_rows
from adit.desk.grid_view import HIGH, WIDE, figure_rows, pictures
from adit.desk.offline import made, style
from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.geometry import HEIGHT, WIDTH
from adit.evidence.sources.hourly_power import HOURLY
from adit.evidence.sources.kazakhstan import CONSUMPTION, KAZAKH_PLANTS
from adit.evidence.sources.plants import PLANTS, ROSSTAT
from adit.grid.answer import Answer
from adit.grid.balance import balances_of
from adit.grid.telling import head_notes, method_notes, subject_notes
from adit.grid.telling_together import price_basis, price_told, together_basis, together_told
from adit.grid.wording import figure, phrase, system_name

__all__ = ["page"]

_GEOMETRY = "geometry/russia_regions.geojson"


def page(found: Answer, language: str, *, command: str, hours: str = "") -> str:
    """The whole page. `command` makes it again; `hours` names a file of hours that stood in for the shipped one."""
    used = [PLANTS, ROSSTAT, CONSUMPTION, KAZAKH_PLANTS, _GEOMETRY]
    used = used if hours else [HOURLY, *used]

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    record = found.systems[0].record if found.systems else (found.year,)
    return made(
        "grid.html",
        style("decision", "grid"),
        language,
        found=found,
        say=say,
        rows=figure_rows(found, language),
        pictures=pictures(found, language),
        subjects=subject_rows(found, language),
        regions=drawn_map(found, language),
        balances=[] if hours else balances_of(found.year),
        system_name=lambda system: system_name(system, language),
        lead=list(head_notes(found, language)),
        beside=list(subject_notes(found, language)),
        together=together_rows(found, language),
        in_words=[
            *together_told(found.together, found.year, language),
            *(price_told(found.price, language) if found.price else ()),
        ],
        basis=[
            *together_basis(found.together, language),
            *(price_basis(found.price, language) if found.price else ()),
        ],
        fig=lambda value: figure(value, language),
        method=list(method_notes(found, language)),
        record=record,
        sources=[dataset(name) for name in used],
        hours=hours,
        command=command,
        wide=WIDE,
        high=HIGH,
        map_size=(WIDTH, HEIGHT),
    )
