"""The desk in Russian and in English: messages are English in the source and Russian in locale/ru.po, read when the desk opens.

    python -m adit.desk.web.languages      prints the messages that ru.po lacks, ready to be filled in

Numbers, days and units of law are told by `terms.language`; here are the words of the interface.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages import Catalog, extract
from babel.messages.pofile import read_po, write_po

from adit.regime.act import Regime
from adit.regime.explanation import Explanation
from adit.terms.fields import naming
from adit.terms.language import Wording, day, number, period_in

__all__ = ["CATALOG", "Words", "catalog", "messages", "words"]

DESK = Path(__file__).parents[1]
CATALOG = DESK / "locale" / "ru.po"
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


@cache
def catalog() -> Catalog:
    """The Russian messages."""
    with CATALOG.open("rb") as file:
        return read_po(file, locale="ru")


class Words:
    """The words of one language: of the interface and, where a regime is given, of its law; moments in one time zone."""

    def __init__(self, language: str, zone: str = "Europe/Moscow", regime: Regime | None = None) -> None:
        self.language = language
        self._zone = ZoneInfo(zone)
        self._law = regime.wording(language) if regime is not None else Wording()

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, with its values in place of {names}."""
        said = message
        if self.language == "ru":
            found = catalog().get(message)
            said = str(found.string) if found is not None and found.string else message
        return said.format(**values) if values else said

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The form of the message for so many."""
        said = one if n == 1 else many
        if self.language == "ru":
            found = catalog().get(one)
            if found is not None and isinstance(found.string, list | tuple) and all(found.string):
                said = found.string[("one", "few", "many").index(Locale("ru").plural_form(n))]
        return said.format(n=self.number(n), **values)

    def number(self, value: int | Decimal) -> str:
        return number(Decimal(value), self.language)

    def money(self, kopecks: int) -> str:
        """Roubles and kopecks: 1 234,50 ₽."""
        text = number(Decimal(kopecks) / 100, self.language)
        point = "," if self.language == "ru" else "."
        whole, _, part = text.partition(point)
        return (
            f"{whole}{point}{part:0<2}\N{NO-BREAK SPACE}₽" if part or kopecks % 100 else f"{whole}\N{NO-BREAK SPACE}₽"
        )

    def coins(self, amount_sat: int) -> str:
        return f"{number(Decimal(amount_sat).scaleb(-8), self.language)}\N{NO-BREAK SPACE}BTC"

    def energy(self, energy_wh: int) -> str:
        unit = "кВт·ч" if self.language == "ru" else "kWh"
        return f"{number(Decimal(energy_wh).scaleb(-3), self.language)}\N{NO-BREAK SPACE}{unit}"

    def day(self, value: date | None) -> str:
        return day(value, self.language) if value is not None else ""

    def period(self, value: object) -> str:
        return period_in(str(value), self.language)

    def moment(self, value: datetime) -> str:
        """A moment in the office's time zone."""
        local = value.astimezone(self._zone)
        return f"{day(local.date(), self.language)}, {local:%H:%M}"

    def law(self, text: str) -> str:
        """What the act says, where somebody translated it."""
        return self._law.texts.get(text, text)

    def why(self, explanation: Explanation | None) -> list[tuple[str, str]]:
        """The branch that decided and those that it turned on, down to the ground: (what, article)."""
        found: list[tuple[str, str]] = []
        while explanation is not None:
            said = (self.law(explanation.because or explanation.sentence), self.law(explanation.cites))
            if said not in found:
                found.append(said)
            below = [e for e in explanation.decisive if e.because]
            explanation = below[0] if len(below) == 1 else None
        return found

    def fact(self, name: str) -> str:
        """What a fact, a question or a rule is called."""
        return self._law.names.get(name) or naming(self.language).names.get(name) or name.replace("_", " ")

    def word(self, name: str, value: object) -> str:
        """What an answer or a word of a fact is called."""
        if isinstance(value, bool):
            return self.gettext("yes") if value else self.gettext("no")
        if isinstance(value, Decimal):
            return self.number(value)
        if isinstance(value, date):
            return self.day(value)
        if value is None:
            return self.gettext("does not say")
        return naming(self.language).words.get(name, {}).get(str(value)) or str(value)


_kept: dict[tuple[str, str, str], Words] = {}


def words(language: str, zone: str, regime: Regime) -> Words:
    """The words of a language in an office, made once."""
    key = (language, zone, regime.digest)
    if key not in _kept:
        _kept[key] = Words(language, zone, regime)
    return _kept[key]


# Extracting -------------------------------------------------------------------------------------------------------
_IN_TEMPLATES = re.compile(
    r"""(?:\b_|\bngettext)\(\s*(?P<q>["'])(?P<one>(?:\\.|(?!(?P=q)).)*)(?P=q)(?:\s*,\s*(?P<r>["'])(?P<many>(?:\\.|(?!(?P=r)).)*)(?P=r))?"""
)


def messages() -> Iterator[tuple[str, str]]:
    """Every message of the desk: its one form, and its form for many if it has one."""
    seen: set[str] = set()

    def new(one: str, many: str) -> Iterator[tuple[str, str]]:
        if one not in seen:
            seen.add(one)
            yield one, many

    for file in sorted((DESK / "templates" / "office").rglob("*.html")):
        for found in _IN_TEMPLATES.finditer(file.read_text(encoding="utf-8")):
            many = found["many"] if found[0].startswith("ngettext") else ""
            yield from new(found["one"].replace("\\'", "'").replace('\\"', '"'), many or "")
    for file in sorted(DESK.rglob("*.py")):
        for _, said, _, _ in extract.extract("python", BytesIO(file.read_bytes()), keywords=_KEYWORDS):
            one, many = (said[0], said[1]) if isinstance(said, tuple) else (said, "")
            if one:
                yield from new(one, many or "")


def missing() -> Catalog:
    """The messages without a Russian text, as a catalogue to be filled in."""
    found = Catalog(locale="ru")
    for one, many in messages():
        known = catalog().get(one)
        if known is None or not known.string:
            found.add((one, many) if many else one)
    return found


if __name__ == "__main__":
    out = BytesIO()
    write_po(out, missing(), omit_header=True, width=140)
    print(out.getvalue().decode())  # noqa: T201 - this is what it is for
