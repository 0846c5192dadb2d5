"""The words of the page of back-tests: its own in two languages, and what the back-tests say of themselves, in Russian where there is a translation."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from adit.desk.charts import figure
from adit.desk.lab_wording import held_together, state_name
from adit.lab.backtests.results import Score
from adit.terms.errors import UnknownName
from adit.terms.language import unit_in
from adit.terms.places import region

__all__ = ["place_told", "score_told", "target_told", "text", "unit_told", "words"]

_ORIGINS = re.compile(r"(\d+) origins, median ([\d.]+) %")
_MOST_DIGITS = 6


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("backtest_words.toml").read_text(encoding="utf-8"))


def words(key: str, language: str, **parts: object) -> str:
    """The page's own words."""
    told: str = _file()["words"][key][language]
    return held_together(told.format(**parts) if parts else told)


def text(told: str, language: str) -> str:
    """What a back-test says of itself; as it is where there is no translation."""
    if language != "ru":
        return told
    if found := _ORIGINS.fullmatch(told):
        return f"исходных месяцев: {found[1]}, медиана {found[2].replace('.', ',')} %"
    return str(_file()["texts"].get(told, told))


def unit_told(unit: str, language: str) -> str:
    """A unit."""
    translated = text(unit, language)
    return translated if translated != unit else unit_in(unit, language)


def place_told(code: str, language: str) -> str:
    """A place of a forecast: a state, a region, the world."""
    if code == "world":
        return text(code, language)
    if code == "ZZ":
        return "остальное" if language == "ru" else "the rest"
    try:
        found = region(code)
    except UnknownName:
        return state_name(code, language)
    return found.name_ru if language == "ru" else found.name_en


def score_told(score: Score, language: str) -> str:
    """The figure of a score with its unit; with more digits where rounding would hide that a target is missed."""
    shown = figure(score.value, language)
    if score.met is False:
        for digits in range(_MOST_DIGITS):
            rounded = round(score.value, digits)
            if (score.least is not None and rounded < score.least) or (score.most is not None and rounded > score.most):
                shown = f"{rounded:.{digits}f}".replace(".", "," if language == "ru" else ".")
                break
    return held_together(f"{shown} {unit_told(score.unit, language)}")


def target_told(score: Score, language: str) -> str:
    """The target of a score in words."""
    if score.least is not None and score.most is not None:
        return words("between", language, low=figure(score.least, language), high=figure(score.most, language))
    if score.most is not None:
        return words("at most", language, n=figure(score.most, language))
    if score.least is not None:
        return words("at least", language, n=figure(score.least, language))
    return words("no target", language)
