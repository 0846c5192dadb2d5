"""The languages in which a decision is told: the words of the interface, numbers, days, units.

Not here: what a law says (the texts beside each act) or what columns are called (`fields`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adit.terms.days import Period, parse_period
from adit.terms.errors import UnknownName

__all__ = [
    "LANGUAGES",
    "PHRASES",
    "Wording",
    "day",
    "number",
    "percent",
    "period_in",
    "phrase",
    "titled",
    "unit_in",
]

LANGUAGES = ("en", "ru")
_NBSP = "\N{NO-BREAK SPACE}"

# In the order of LANGUAGES.
PHRASES: dict[str, tuple[str, str]] = {
    # Answers
    "yes": ("yes", "да"),
    "no": ("no", "нет"),
    "does not say": ("does not say", "не урегулировано"),
    "not given": ("not given", "не указано"),
    "not in force": ("not in force", "не действует"),
    "empty": ("empty", "не указано"),
    # Labels of reasons
    "because": ("because", "основание"),
    "and": ("and", "поскольку"),
    "otherwise": ("otherwise", "иначе"),
    "rests on": ("rests on", "учтено"),
    "presumed": ("presumed", "презюмируется"),
    "value": ("value", "норма"),
    "earlier": ("earlier", "ранее"),
    "earlier heading": ("Earlier periods", "Предыдущие периоды"),
    "needs": ("needs", "требуется"),
    "for": ("for", "для ответа:"),
    "why silent": ("why: --ask, or adit law show {regime}", "причины: --ask или adit law show {regime}"),
    "not worked out": (
        "that branch cannot be worked out for this case",
        "применимость этого положения к данному случаю установить нельзя",
    ),
    # Where facts come from
    "given": ("given", "указано"),
    # Dated values
    "since": ("since", "с"),
    "through": ("through", "по"),
    "confidence": ("confidence", "достоверность"),
    "in force": ("in force", "действует"),
    "adopted": ("adopted", "принято"),
    "bill": ("bill", "законопроект"),
    "proposal": ("proposal", "предложение"),
    "concept": ("concept", "концепция"),
    "expired": ("expired", "утратило силу"),
    "rejected": ("rejected", "отклонено"),
    "enjoined": ("enjoined", "приостановлено"),
    "official text": ("official text", "по официальному тексту"),
    "official letter": ("official letter", "по официальному письму"),
    "reported": ("reported", "по опубликованным сообщениям"),
    "high": ("high", "высокая"),
    "medium": ("medium", "средняя"),
    "low": ("low", "низкая"),
    "above": ("above", "свыше"),
    "from": ("from", "от"),
    "everywhere": ("everywhere", "на всей территории государства"),
    "whole region": ("the whole region", "вся территория"),
    "unlisted part": ("a part of the region, not listed", "часть территории, перечень не найден"),
    "municipalities": ("{n} municipalities", "муниципальных образований: {n}"),
    "including": ("including", "в том числе"),
    "but not": ("but not", "кроме"),
    "season": ("each year from {first} through {last}", "ежегодно с {first} по {last}"),
    # Names in comparisons
    "days_surely_banned": ("days surely banned", "дни установленного запрета"),
    "days_perhaps_banned": ("days perhaps banned", "дни возможного запрета"),
    "days_of_the_period": ("days of the period", "дни периода"),
    "last months": ("last {n} months", "за последние {n} мес."),
    "year_to_date": ("year to date", "итог с начала года"),
    # The decision as a whole
    "decision": ("Decision", "Решение"),
    "simulated": (
        "simulated: its status is '{status}', so it decides no real case",
        "моделирование: документ не является действующим правом (статус: {status}), реальные дела по нему не решаются",
    ),
    "untranslated": (
        "",
        "Положения, для которых нет русского текста, приведены на английском языке.",
    ),
    "regime": ("regime", "редакция"),
    # Headings of the page
    "questions": ("Answers", "Ответы"),
    "why": ("Why", "Почему"),
    "open": ("Questions left open", "Вопросы без ответа"),
    "silent heading": ("The act does not say", "Не урегулировано актом"),
    "needs heading": ("A fact is missing", "Недостаточно сведений"),
    "facts heading": ("Facts", "Обстоятельства"),
    "presumed heading": ("Presumed, since nobody stated otherwise", "Презюмируется, поскольку иное не указано"),
    "values heading": ("Provisions with their dates", "Нормы с датами действия"),
    "record heading": ("How this decision was made", "Сведения о подготовке решения"),
    "sources": ("read in", "прочитано в"),
    "note": ("note", "примечание"),
    "rule": ("rule", "правило"),
    "branch": ("reason code", "код основания"),
    "written in": ("written in", "место записи"),
    "known": ("known by", "по данным на"),
    "period": ("period", "период"),
    "program": ("program", "программа"),
    "digest": ("hash of the law", "контрольная сумма норм"),
    "format": ("format of the record", "формат записи"),
    "compared": ("compared", "сопоставлено"),
    "next heading": ("had this not held", "если бы это условие не выполнялось"),
    "grounds": ("what it rests on", "на чём основан ответ"),
    "rests on rules": ("other rules", "другие правила"),
    "decided here": ("decisive", "решающее"),
    "skip": ("To the answers", "К ответам"),
    "made": (
        "Made by adit {version}. The page asks nothing of any network. It describes rules and does not advise.",
        "Подготовлено программой adit {version}. Страница не обращается к сети. Она излагает нормы и не является консультацией.",
    ),
    # What would have to be different
    "already": ("{question} is {wanted} already.", "Ответ уже таков. {question}: {wanted}."),
    "no change": (
        "No single fact alone would make {question} {wanted}.",
        "Ни одно отдельное обстоятельство не дало бы ответа «{question}: {wanted}».",
    ),
    "would be": ("{question} would be {wanted}", "Ответ был бы «{question}: {wanted}»"),
    "any one": (" with any one of these alone:", " при изменении любого одного из обстоятельств:"),
    "instead of": ("instead of", "вместо"),
    "more values": ("and {n} more values of {fact}: --format json", "и ещё значений ({fact}): {n}; см. --format json"),
}  # fmt: skip

_UNITS_RU = {
    "RUB": "руб.",
    "USD": "долл. США",
    "KZT": "тенге",
    "UZS": "сум",
    "KGS": "сом",
    "CNY": "юаней",
    "IRR": "иранских риалов",
    "CAD": "канадских долл.",
    "EUR": "евро",
    "SEK": "шведских крон",
    "MYR": "ринггитов",
    "money": "ед. валюты",
    "MCI": "МРП",
    "BCA": "БРВ",
    "BTC": "BTC",
    "kWh": "кВт·ч",
    "kW": "кВт",
    "min": "мин",
    "ft": "футов",
    "hour": "ч",
    "TWh": "ТВт·ч",
    "MW": "МВт",
    "TH": "Тх/с",
    "day": "сут.",
    "month": "мес.",
    "quarter": "квартал",
    "year": "год",
    "breach": "наруш.",
}
_MONTHS_RU = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """What things are called in one language, and what the texts of an act say in it."""

    names: Mapping[str, str] = field(default_factory=dict)  # column, rule or value -> what it is called
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # the same -> word that it holds -> that word
    texts: Mapping[str, str] = field(default_factory=dict)  # text as the act has it -> the same in this language

    def over(self, other: "Wording") -> "Wording":
        """Both, this one where they differ."""
        words = {
            name: {**other.words.get(name, {}), **self.words.get(name, {})} for name in {**other.words, **self.words}
        }
        return Wording({**other.names, **self.names}, words, {**other.texts, **self.texts})


def phrase(key: str, language: str, **parts: object) -> str:
    """The words of the interface under this key. Raises UnknownName for a language that is not there."""
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    text = PHRASES[key][LANGUAGES.index(language)]
    return text.format(**parts) if parts else text


def number(value: Decimal, language: str, *, places: int | None = None) -> str:
    """1,234.56 in English, 1 234,56 in Russian; without trailing zeros unless `places` says how many."""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    if places is not None:
        short = value.quantize(Decimal(1).scaleb(-places))
    elif isinstance(exponent, int) and exponent > 0:
        short = short.quantize(Decimal(1))
    text = f"{short:,f}"
    return text.replace(",", _NBSP).replace(".", ",").replace("-", "−") if language == "ru" else text


def percent(share: Decimal, language: str) -> str:
    """A share as 13 %."""
    return f"{number(share * 100, language)}{_NBSP}%"


def unit_in(unit: str, language: str) -> str:
    """A unit as it is written in a language; a symbol that has no other form there stays."""
    if language != "ru":
        return unit
    return re.sub(r"[^\W\d_]+", lambda symbol: _UNITS_RU.get(symbol[0], symbol[0]), unit)


def day(on: date, language: str) -> str:
    """2025-02-01 in English, 01.02.2025 in Russian."""
    return f"{on:%d.%m.%Y}" if language == "ru" else on.isoformat()


def period_in(text: str, language: str) -> str:
    """A period as it is stored, in words where the language has them: февраль 2025 года."""
    if language != "ru":
        return text
    first, separator, last = text.partition(" to ")
    if separator:
        return f"{day(date.fromisoformat(first), language)} – {day(date.fromisoformat(last), language)}"
    span: Period = parse_period(text)
    if len(text) == 4:
        return f"{text} год"
    return f"{_MONTHS_RU[span.start.month - 1]} {text[:4]} года" if len(text) == 7 else day(span.start, language)


def titled(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]
