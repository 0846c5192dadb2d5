"""The feasibility of a site as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the answer; the caller writes it.
"""

from decimal import Decimal

from adit.desk.offline import made, style
from adit.desk.site_feasibility_view import HIGH, WIDE, view_of
from adit.site.cooling import STULL_ERROR_K
from adit.site.feasibility import Feasibility
from adit.site.record import vintages
from adit.site.telling import (
    exchange_told,
    figure,
    how_paths,
    million,
    month_in,
    phrase,
    place_in,
    recognition_told,
    share_in,
    untranslated,
)
from adit.terms.language import day, number

__all__ = ["page"]


def page(f: Feasibility, language: str = "en") -> str:
    """The whole page."""

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def fig(value: float | Decimal, places: int = 0, *, sign: bool = False) -> str:
        return figure(value, language, places, sign=sign)

    return made(
        "site_feasibility.html",
        style("decision", "site"),
        language,
        f=f,
        say=say,
        fig=fig,
        plain=lambda value: number(Decimal(str(value)), language),
        share=lambda value, places=0: share_in(value, language, places),
        growth=share_in(f.market.growth_per_month, language, 2, sign=True),
        million=lambda roubles: million(roubles, language),
        climate=place_in(f.site.climate, language),
        first=month_in(f.site.months[0], language),
        last=month_in(f.site.months[-1], language),
        on=day(f.market.on, language),
        priced_on=day(f.market.priced_on, language),
        how=how_paths(f.paths, language),
        exchange=[told for o in f.outcomes for told in exchange_told(f, o, language)],
        open_texts=untranslated(f.outcomes, language),
        note=recognition_told(f, language),
        view=view_of(f, language),
        wide=WIDE,
        high=HIGH,
        stull=number(Decimal(str(STULL_ERROR_K)), language),
        vintages=vintages(),
    )
