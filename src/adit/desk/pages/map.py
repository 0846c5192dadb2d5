"""The map of regions: where mining is banned on a day, and what is entered there; beside it the table that says the same."""

from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk.map_view import circles, region_views
from adit.desk.territories import extent_in, through_in
from adit.desk.web.hands import Reader
from adit.desk.web.pages import office_of, page, words_of
from adit.evidence.sources.geometry import HEIGHT, WIDTH
from adit.terms.days import parse_day

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/map")
def the_map(request: Request, who: Reader, on: str = "") -> Response:
    """The map of a day, by the law and the register as they are known today."""
    office, said = office_of(request), words_of(request)
    day = parse_day(on) if on else office.today()
    with office.reading() as connection:
        views = region_views(connection, office.regime, day)
        drawn = circles(connection, day)
    names = {v.region.iso: v.region.name_ru if said.language == "ru" else v.region.name_en for v in views}
    told = sorted((v for v in views if v.sites or v.rows), key=lambda v: (-v.kw, -v.sites, names[v.region.iso]))

    def mw(kw: int) -> str:
        return f"{said.number(Decimal(kw).scaleb(-3))}\N{NO-BREAK SPACE}{said.gettext('MW')}"

    return page(
        request, "map.html", on=day, views=views, circles=drawn, names=names, told=told, width=WIDTH, height=HEIGHT,
        others=len(views) - len(told), extent=lambda ban: extent_in(ban, said.language), through=lambda row: through_in(row, said.language),
        mw=mw, sites_shown=who.may("visit sites"), named=who.may("see who a party is"),
    )  # fmt: skip
