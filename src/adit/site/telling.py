"""The feasibility of a site in words, English and Russian: figures, paths, what an act says and does not say."""

from collections.abc import Iterable
from decimal import Decimal

from adit.regime.act import Regime
from adit.site.answers import Answered
from adit.site.feasibility import Feasibility, Outcome
from adit.site.paths import Paths
from adit.site.record import what_stops
from adit.site.store import words
from adit.terms.days import Period
from adit.terms.fields import naming
from adit.terms.language import PHRASES, Wording, day, number, percent
from adit.terms.language import phrase as common
from adit.terms.places import region, regions

__all__ = [
    "act_status",
    "act_title",
    "exchange_told",
    "figure",
    "how_paths",
    "million",
    "month_in",
    "phrase",
    "place_in",
    "rate_in",
    "recognition_told",
    "share_in",
    "silent_told",
    "stops_told",
    "untranslated",
    "word_in",
]


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key."""
    text = words()[key][language]
    return text.format(**parts) if parts else text


def figure(value: float | Decimal, language: str, places: int = 0, *, sign: bool = False) -> str:
    """A figure with so many places; nothing has no sign."""
    rounded = Decimal(f"{value:.{places}f}") + 0
    text = number(rounded, language, places=places)
    return f"+{text}" if sign and rounded > 0 else text


def million(roubles: float | Decimal, language: str) -> str:
    """In millions, to three digits; nothing is 0."""
    amount = float(roubles) / 1e6
    places = 0 if abs(amount) >= 100 or abs(amount) < 0.05 else 1
    return phrase("million", language, amount=figure(amount, language, places))


def share_in(share: float, language: str, places: int = 0, *, sign: bool = False) -> str:
    """A share in per cent with so many places."""
    rounded = Decimal(f"{share:.{places + 2}f}") + 0
    text = percent(rounded, language).replace("-", "\N{MINUS SIGN}" if language == "ru" else "-")
    return f"+{text}" if sign and rounded > 0 else text


def rate_in(rate: float | None, language: str, places: int = 1) -> str:
    """A rate a year, or none."""
    return phrase("none", language) if rate is None else share_in(rate, language, places)


def place_in(iso: str, language: str) -> str:
    """The name of a region; of one abroad the English name, where the language has none."""
    place = region(iso)
    return place.name_ru if language == "ru" and iso in regions() else place.name_en


def recognition_told(f: Feasibility, language: str) -> str:
    """The note on a territory that Russian acts treat as a subject and that is recognised as part of another state; blank for others."""
    place = region(f.site.region)
    if not place.recognition_note:
        return ""
    return phrase(
        "recognition", language, name=place_in(place.iso, language), iso=place.iso, note=place.recognition_note
    )


def month_in(period: Period, language: str) -> str:
    """A month between others: 2025-02, in Russian 02.2025."""
    return f"{period.start:%m.%Y}" if language == "ru" else str(period)


def how_paths(paths: Paths, language: str) -> str:
    """How the paths were made, in words."""
    parts: dict[str, object] = dict(paths.how_parts)
    if "sigma" in parts:
        parts["sigma"] = share_in(float(str(parts["sigma"])), language)
    if "on" in parts:
        parts["on"] = day(paths.on, language)
    return phrase(f"paths {paths.how}", language, **parts)


def silent_told(answers: Answered, language: str) -> list[str]:
    """What the act does not say of any month."""
    return [phrase(f"silent {question}", language) for question in answers.silent()]


def stops_told(outcome: Outcome, language: str) -> list[tuple[str, str]]:
    """Why the site may not run, or only after something, with the number of months; and the article."""
    said = _said(outcome.answers.regime, language)
    found = []
    for may, why, n, cites in what_stops(outcome):
        told = phrase(
            "stop",
            language,
            may=word_in(may, language),
            n=n,
            of=len(outcome.months),
            why=said.texts.get(why, why),
        )
        done = phrase("counted as done", language) if may == "after registration" else ""
        found.append((told + done, said.texts.get(cites, cites)))
    return found


def untranslated(outcomes: Iterable[Outcome], language: str) -> str:
    """A line on texts of the acts that have no words in this language; blank where all have, or none is shown."""
    if language == "en":
        return ""
    shown = [(o, m) for o in outcomes for m in o.answers.stopped]
    open_ = any(m.because not in _said(o.answers.regime, language).texts for o, m in shown)
    return common("untranslated", language) if open_ else ""


def word_in(may: str, language: str) -> str:
    """An answer to whether one may mine."""
    if may in PHRASES:
        return common(may, language)
    return naming(language).words.get("may_mine", {}).get(may, may)


def act_title(regime: Regime, language: str) -> str:
    """What the act is called."""
    return _said(regime, language).texts.get(regime.title, regime.title)


def act_status(regime: Regime, language: str) -> str:
    """Whether it is in force, a bill, a proposal."""
    return common(regime.status, language)


def exchange_told(f: Feasibility, outcome: Outcome, language: str) -> list[str]:
    """At what rate an act that counts in other money was read, and what is assumed for Russia alone."""
    found = []
    rate = outcome.answers.rate
    if rate.on is not None:
        told = number(rate.rub, language)
        found.append(
            phrase(
                "exchange",
                language,
                regime=outcome.answers.regime.id,
                money=rate.currency,
                rub=told,
                on=day(rate.on, language),
            )
        )
    if f.site.region not in regions():
        found.append(phrase("assumed for Russia", language, place=place_in(f.site.region, language)))
    return found


def _said(regime: Regime, language: str) -> Wording:
    return regime.wording(language)
