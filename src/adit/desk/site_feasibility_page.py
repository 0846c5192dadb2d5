"""The feasibility of a site as one page of HTML that needs nothing else: no network, no font, no script.

The text is a pure function of the answer; the caller writes it.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path

from markupsafe import Markup

from adit import __version__
from adit.desk.comparison_page import environment, policy, squeezed
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
    css = _css()

    def say(key: str, **parts: object) -> str:
        return phrase(key, language, **parts)

    def fig(value: float | Decimal, places: int = 0, *, sign: bool = False) -> str:
        return figure(value, language, places, sign=sign)

    text: str = (
        environment()
        .get_template("site_feasibility.html")
        .render(
            f=f,
            language=language,
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
            version=__version__,
            css=Markup(css),  # our own file
            policy=policy(css),
        )
    )
    return squeezed(text)


@cache
def _css() -> str:
    static = Path(__file__).parent / "static"
    return squeezed("".join((static / name).read_text(encoding="utf-8") for name in ("decision.css", "site.css")))
