"""The desk in Russian and in English: messages are English in the source and Russian in locale/ru.po, read when the desk opens.

    python -m adit.desk.web.languages      prints the messages that ru.po lacks, ready to be filled in

Numbers, days and units of law are told by `terms.language`; here are the words of the interface.
"""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages import Catalog, extract
from babel.messages.pofile import read_po, write_po

from adit.decision.reporting import STATES
from adit.decision.suspicion.typologies import NEEDS
from adit.desk.web.hands import ACTS, ROLES
from adit.regime.act import Regime
from adit.regime.explanation import Explanation
from adit.regime.values import STATUSES
from adit.register.records import RECORDS
from adit.register.refusals import REFUSALS
from adit.terms.fields import naming
from adit.terms.language import Wording, day, number, period_in
from adit.terms.places import regions

__all__ = ["CATALOG", "Words", "catalog", "messages", "words"]

DESK = Path(__file__).parents[1]
CATALOG = DESK / "locale" / "ru.po"
_ERRORS = ("BadInput", "Refused", "KeyReused", "Forbidden", "NotFound", "Unavailable")
_ADIT = DESK.parent
_RAISING = [*DESK.rglob("*.py"), *(_ADIT / "register").rglob("*.py"), _ADIT / "journal" / "writer.py", _ADIT / "journal" / "store.py",
            _ADIT / "evidence" / "sources" / "workbook.py", _ADIT / "lab" / "scenario_changes.py",
            *(_ADIT / "terms" / f"{n}.py" for n in ("addresses", "days", "identifiers", "fields", "places"))]  # fmt: skip
# Words of records that pages show as they stand: kinds, states, grounds, roles
_WORDS = (
    *RECORDS, *(f"{kind} withdrawn" for kind in RECORDS), "account", "erasure", "upload", "import",
    *ROLES, *ACTS, *STATES, *STATUSES, "official text", "official letter", "reported",
    "miners", "operators", "sent", "in review", "more asked", "approved", "refused", "withdrawn", "noticed", "excluded", "dropped", "restored",
    "asked", "objected", "stands", "upheld", "rejected", "planned", "filed", "cancelled", "pending", "declined", "waiting", "running", "done",
    "failed", "entered",
    "would be entered",
    "false data", "laundering breaches", "power rules", "banned territory", "bankruptcy", "read", "declare", "decide",
    "approve application", "refuse application", "exclude", "drop exclusion", "restore", "answer appeal", "erase",
    "certificate of entry", "refusal of entry", "receipt", "reminder", "notice of exclusion", "decision on exclusion", "exclusion dropped",
    "restoration", "decision on an appeal", "protocol",
    "confirmed", "expired", "cleared", "self", "director", "attorney", "passport in person", "power of attorney", "code by letter", "state sign-in",
    "open", "in work", "proposed", "reported", "closed", "report", "no report", "late", *NEEDS, "sat", "kWh", "parties", "days",
    "confirm account", "end mandate", "correct party", "notice of a request", "notice of who acts", "notice of a correction",
)  # fmt: skip
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_KINDS_EN = {
    "clientreport": "report of a client", "tradecontract": "trade contract", "settlementstep": "step of a settlement",
    "hitreview": "hit", "secondlook": "second look",
}  # fmt: skip
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


@cache
def catalog() -> Catalog:
    """The Russian messages."""
    with CATALOG.open("rb") as file:
        return read_po(file, locale="ru")


@cache
def _raised() -> list[tuple[re.Pattern[str], str]]:
    """The messages with values in them, as what finds the values again; those that say most come first."""
    messages = [(str(m.id), str(m.string)) for m in catalog() if m.string and isinstance(m.id, str) and "{0}" in m.id]
    messages.sort(key=lambda m: -len(re.sub(r"\{\d\}", "", m[0])))
    return [(re.compile(re.sub(r"\\{\d\\}", "(.+?)", re.escape(i)), re.DOTALL), said) for i, said in messages]


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

    def told(self, text: str) -> str:
        """What went wrong, which is raised in English with its values in it, in this language, where the catalogue has it."""
        if self.language == "en" or not text:
            return text
        found = catalog().get(text)
        if found is not None and found.string:
            return str(found.string)
        for pattern, said in _raised():
            values = pattern.fullmatch(text)
            if values is not None:
                return said.format(*(self.days(self.gettext(v)) for v in values.groups()))
        return text

    def days(self, text: str) -> str:
        """A text that holds days as they are stored, with each as this language writes it."""
        return _ISO_DAY.sub(self._day_in, text)

    def _day_in(self, found: re.Match[str]) -> str:
        try:
            return self.day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The form of the message for so many."""
        said = one if n == 1 else many
        if self.language == "ru":
            found = catalog().get(one)
            if found is not None and isinstance(found.string, list | tuple) and all(found.string):
                forms: tuple[str, ...] = tuple(found.string)
                said = forms[("one", "few", "many").index(Locale("ru").plural_form(n))]
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

    def percent(self, ppm: int | None) -> str:
        """A share of a million as one of a hundred: 33,3333 %. Empty where it is not stated."""
        return "" if ppm is None else f"{number(Decimal(ppm).scaleb(-4), self.language)}\N{NO-BREAK SPACE}%"

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

    def kind(self, name: str) -> str:
        """What a kind of entry is called: where its name is two words written as one, as two."""
        plain, withdrawn, _ = name.partition(" withdrawn")
        return f"{_KINDS_EN.get(plain, plain)}{withdrawn}" if self.language == "en" else self.gettext(name)

    def law(self, text: str) -> str:
        """What the act says, where somebody translated it."""
        return self._law.texts.get(text, text)

    def why(self, explanation: Explanation | None) -> list[tuple[str, str]]:
        """The branch that decided and those that it turned on, down to the ground: (what, article)."""
        found: list[tuple[str, str]] = []
        while explanation is not None:
            said = (self.law(explanation.because or explanation.sentence), self.law(explanation.cites))
            if found and found[-1][0] == said[0]:
                found[-1] = said  # the same ground, told with its articles
            else:
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
        text = str(value)
        own = self._law.words.get(name, {}) or naming(self.language).words.get(name, {})
        return own.get(text, text)


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
    for file in _RAISING:
        for said in _said_when_raised(file):
            yield from new(said, "")
    for word in (*_WORDS, *(r.recognition_note for r in regions().values() if r.recognition_note)):
        yield from new(word, "")
    for what, todo in REFUSALS.values():
        yield from (*new(what, ""), *new(todo, ""))
    for file in sorted(DESK.rglob("*.py")):
        for _, held, _, _ in extract.extract("python", BytesIO(file.read_bytes()), keywords=_KEYWORDS):
            one, many = (held[0], held[1]) if isinstance(held, tuple) else (held, "")
            if one:
                yield from new(one, many or "")


def _said_when_raised(file: Path) -> Iterator[str]:
    """What the errors of a file say, and what they say is to be done; values stand as {0}, {1}."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS:
            for said in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "todo")):
                yield from _text_of(said)


def _text_of(said: ast.expr) -> Iterator[str]:
    match said:
        case ast.Constant(str(text)) if text:
            yield text
        case ast.IfExp(_, one, other):
            yield from (*_text_of(one), *_text_of(other))
        case ast.JoinedStr(parts):
            number = count()
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else f"{{{next(number)}}}" for p in parts)


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
