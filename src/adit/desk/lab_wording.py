"""The words of the lab's report in English and Russian, and its bands as people read them."""

import re
import tomllib
from functools import cache
from pathlib import Path

from adit.desk.charts import figure
from adit.lab.columns import COLUMNS
from adit.lab.comparing import Band
from adit.lab.model.parameters import Parameter
from adit.lab.run import Ran
from adit.lab.scenario import Scenario
from adit.terms.language import unit_in

__all__ = [
    "about_of",
    "banded",
    "column_meaning",
    "flows_told",
    "held_together",
    "measure_name",
    "parameter_meaning",
    "phrase",
    "prices_told",
    "sectors_told",
    "state_name",
    "title_of",
    "unit_name",
]

_FIGURE = re.compile(r"(?<=\d) (?=%|п\.п\.|MW|МВт|EH/s|pp\b|млн\b|USD|RUB)")


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("lab_words.toml").read_text(encoding="utf-8"))


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key."""
    text = _words()[key][language]
    return held_together(text.format(**parts) if parts else text)


def held_together(text: str) -> str:
    """The text with its figures kept on one line with their units."""
    return _FIGURE.sub("\N{NO-BREAK SPACE}", text)


def title_of(scenario: Scenario, language: str) -> str:
    """What a scenario is called; in the words of its file where it has none of this language."""
    return scenario.title_ru if language == "ru" and scenario.title_ru else scenario.title


def about_of(scenario: Scenario, language: str) -> str:
    """What a scenario is about."""
    return scenario.about_ru if language == "ru" and scenario.about_ru else scenario.about


def state_name(code: str, language: str) -> str:
    """What a state is called; the code of one that has no name here."""
    return phrase(f"state {code}", language) if f"state {code}" in _words() else code


def sectors_told(sectors: str, language: str) -> str:
    """Sectors of the model, parted by commas."""
    return ", ".join(phrase(f"sector {s}", language) for s in sectors.split(", "))


def column_meaning(column: str, language: str) -> str:
    """What a column of law means."""
    return COLUMNS[column] if language == "en" else phrase(f"column {column}", language)


def parameter_meaning(parameter: Parameter, language: str) -> str:
    """What a parameter of the model means."""
    return parameter.meaning if language == "en" else phrase(f"parameter {parameter.name}", language)


def prices_told(ran: Ran, language: str) -> str:
    """How the price of the coin goes on where it is not known."""
    price, known = ran.setting.scenario.price, ran.setting.prices.known
    if price.kind != "given" and known == len(ran.outcome.months):
        return phrase("prices known", language)
    return phrase(
        f"prices {price.kind}", language, n=known, drift=figure(100 * price.drift_per_year, language, sign=True),
        volatility=figure(100 * price.volatility_per_year, language), months=price.block_months,
    )  # fmt: skip


def flows_told(ran: Ran, language: str) -> str:
    """Of which months the flows of a year are."""
    months = len(ran.outcome.months)
    return phrase("flows year", language) if months >= 12 else phrase("flows short", language, n=months)


def measure_name(measure: str, language: str) -> str:
    """What an outcome is called."""
    return phrase(f"measure {measure}", language)


def unit_name(unit: str, money: str, language: str) -> str:
    """The unit of an outcome: `money` is the state's own."""
    if language != "ru":
        return unit.replace("money", money)
    told = {
        "money m": f"млн {money}",
        "money a household": f"{money} на домохозяйство",
        "USD m": "млн USD",
        "USD/PH/day": "USD/PH/сут",
    }
    return told.get(unit) or unit_in(unit, language).replace("Mt CO2", "млн т CO₂")


def banded(band: Band, language: str, *, sign: bool = False) -> str:
    """A band as: 120 to 340."""
    low, high = (figure(v, language, sign=sign) for v in (band.low, band.high))
    return f"от {low} до {high}" if language == "ru" else f"{low} to {high}"
