"""A stored decision in one language: every number, day and word as it is printed, for text and for the page alike.

Made from the record alone, so that it can be told when the regime, or the program that decided, is long gone. Not here: how the
words are laid out (`cli`, `desk`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from adit.decision.decide import DOES_NOT_SAY, MISSING
from adit.decision.stored.record import Record, rules_in
from adit.terms.language import PHRASES, day, number, percent, period_in, phrase

__all__ = ["AnswerTold", "FactTold", "NextTold", "RuleTold", "Said", "SourceTold", "Telling", "ValueTold", "tell"]

_NBSP = "\N{NO-BREAK SPACE}"
EVERYWHERE = "everywhere"  # of a ban: all of the state


@dataclass(frozen=True, slots=True)
class Said:
    """A text and its language: that of the telling, or English where nobody translated it."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FactTold:
    """A fact that was looked at."""

    key: str
    name: str
    value: str
    origin: Said
    presumed: bool
    given: bool  # stated by whoever asks
    known: bool  # false: nobody stated it


@dataclass(frozen=True, slots=True)
class SourceTold:
    """Where a dated value was read."""

    key: str
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class ValueTold:
    """A dated value that was looked at; `flag` where it only says that something is so."""

    key: str
    name: str
    value: str
    about: Said
    in_force: bool
    flag: bool
    since: str
    through: str
    status: str
    read: str
    confidence: str
    cite: Said
    note: Said
    where: str
    places: tuple[str, ...]  # the municipalities of a ban
    sources: tuple[SourceTold, ...]

    @property
    def anchor(self) -> str:
        """Tells it apart on a page: of bans several may stand at once."""
        return f"v-{self.key}-{self.where.rpartition(':')[2]}"


@dataclass(frozen=True, slots=True)
class NextTold:
    """The branch that would have decided, had the deciding one not held; an empty answer: that cannot be worked out."""

    answer: str
    because: Said
    cites: Said


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule with its answer and what it rests on."""

    key: str
    name: str
    answer: str
    sentence: Said
    because: Said  # of the deciding branch, or the sentence of a rule that does not choose
    cites: Said
    compared: tuple[str, ...]
    next: NextTold | None
    facts: tuple[FactTold, ...]
    values: tuple[ValueTold, ...]
    rules: tuple["RuleTold", ...]
    decisive: tuple["RuleTold", ...]
    branch: int | None
    where: str


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """The answer to a question: with the rule that gave it, or with the reason why there is none."""

    key: str
    name: str
    state: str  # answered, does not say, fact missing
    answer: str
    silence: Said
    missing: tuple[tuple[str, str], ...]  # key and name
    rule: RuleTold | None

    @property
    def answered(self) -> bool:
        return self.state not in (DOES_NOT_SAY, MISSING)

    @property
    def silent(self) -> bool:
        return self.state == DOES_NOT_SAY


@dataclass(frozen=True, slots=True)
class Telling:
    """The whole decision in one language. `facts` and `values` are those that the answers rest on."""

    language: str
    regime: str
    title: Said
    status: str
    simulated: bool
    period: str
    by_name: bool  # the questions were asked by name
    answers: tuple[AnswerTold, ...]
    facts: tuple[FactTold, ...]
    earlier: tuple[tuple[str, tuple[FactTold, ...]], ...]  # earlier periods, with the facts that are summed
    values: tuple[ValueTold, ...]
    receipt: Mapping[str, str]
    format: int
    untranslated: bool  # something of the law stands in English, for want of a translation

    def phrase(self, key: str, **parts: object) -> str:
        """Words of the interface in the language of the telling."""
        return phrase(key, self.language, **parts)


def tell(record: Record, language: str) -> Telling:
    """The record in this language. Raises UnknownName for a language that is not there."""
    phrase("yes", language)
    teller = _Teller(record, language)
    answers = tuple(teller.answer(a) for a in record["answers"])
    told = [a.rule for a in answers if a.answered and a.rule]
    return Telling(
        language=language,
        regime=record["regime"]["id"],
        title=teller.said(record["regime"]["title"]),
        status=teller.word("status", record["regime"]["status"]),
        simulated=record["simulated"],
        period=period_in(record["period"], language),
        by_name=bool(record["asked"]),
        answers=answers,
        facts=tuple(_all(told, "facts").values()),
        earlier=tuple(
            (period_in(e["period"], language), tuple(teller.fact(f) for f in e["facts"])) for e in record["earlier"]
        ),
        values=tuple(_all(told, "values").values()),
        receipt=record["receipt"],
        format=record["format"],
        untranslated=teller.untranslated,
    )


def _all(rules: "list[RuleTold] | tuple[RuleTold, ...]", what: str) -> dict[str, Any]:
    """The facts or values of rules and of all below them, each once."""
    found: dict[str, Any] = {}
    for rule in rules:
        found |= {getattr(thing, "anchor", thing.key): thing for thing in getattr(rule, what)}
        found |= _all(rule.rules, what)
    return found


class _Teller:
    """Holds the record, and notes whether a text had no words in the language."""

    def __init__(self, record: Record, language: str) -> None:
        self.record = record
        self.language = language
        self.untranslated = False
        nothing: dict[str, Any] = {"names": {}, "words": {}, "texts": {}, "units": {}}
        self._own: dict[str, Any] = record["languages"].get(language, nothing)
        self._region = next((f["value"] for r in rules_in(record) for f in r["facts"] if f["name"] == "region"), "")

    # Words ------------------------------------------------------------------------------------------------------
    def said(self, text: str) -> Said:
        own = self._own["texts"].get(text)
        if own is None and self.language != "en" and text:
            self.untranslated = True
            return Said(text, "en")
        return Said(own or text, self.language)

    def name(self, name: str) -> str:
        if name in self._own["names"]:
            return str(self._own["names"][name])
        if name in PHRASES:
            return phrase(name, self.language)
        self.untranslated |= self.language != "en"
        return name.replace("_", " ")

    def word(self, name: str, word: str) -> str:
        own = self._own["words"].get(name, {}).get(word)
        self.untranslated |= own is None and self.language != "en" and bool(word)
        return word if own is None else str(own)

    def place(self, iso: str, key: str = "") -> str:
        """A region with its code, or a municipality of it."""
        if key:
            return self.word("municipality", f"{iso} {key}").removeprefix(f"{iso} ")
        name = self.word("region", iso)
        return name if name == iso else f"{name} ({iso})"

    # Values -----------------------------------------------------------------------------------------------------
    def amount(self, value: str, unit: str) -> str:
        exact = Decimal(value)
        kopecks = unit == "RUB" and exact != exact.to_integral_value()
        text = number(exact, self.language, places=2 if kopecks else None)
        gap = _NBSP if self.language == "ru" else " "
        return f"{text}{gap}{self._own['units'].get(unit, unit)}" if unit else text

    def content(self, kind: str, name: str, value: Any, unit: str = "", by: str = "") -> str:
        match kind:
            case "number":
                return self.amount(value, unit)
            case "yes or no":
                return phrase("yes" if value else "no", self.language)
            case "day":
                return day(date.fromisoformat(value), self.language)
            case "word" if name == "region":
                return self.place(value)
            case "word" if name == "municipality":
                return self.place(self._region, value) if value else phrase("empty", self.language)
            case "word":
                return self.word(name, value)
            case "list":
                return ", ".join(self.word(name, word) for word in value)
            case "table":
                return "; ".join(f"{self.word(name, word)} {self.amount(count, unit)}" for word, count in value)
            case "brackets":
                above = phrase("above", self.language)
                rates = [
                    self.amount(s["rate"], by) if by else percent(Decimal(s["rate"]), self.language) for s in value
                ]
                steps = zip(value, rates, strict=True)
                return "; ".join(f"{above} {self.amount(s['above'], unit)}: {rate}" for s, rate in steps)
            case "bands":
                return "; ".join(
                    f"{phrase('from' if s['inclusive'] else 'above', self.language)} {self.amount(s['start'], by)}: "
                    f"{self.amount(s['value'], unit)}"
                    for s in value
                )
            case "hours":
                return str(value).replace(" to ", "–")
            case "bans":
                return self._ban(value)
        return str(value)

    def _ban(self, ban: dict[str, Any]) -> str:
        listed = ban["municipalities"]
        part = phrase("whole region", self.language)
        if listed:
            several = phrase("municipalities", self.language, n=len(listed))
            part = several if len(listed) > 1 else self.place(ban["region"], listed[0])
        if not ban["listed"]:
            part = phrase("unlisted part", self.language)
            for key, known in (("including", ban["municipalities"]), ("but not", ban["but_not"])):
                names = ", ".join(self.place(ban["region"], m) for m in known)
                part += f", {phrase(key, self.language)} {names}" if names else ""
        season = f", {self._season(ban['season'])}" if ban["season"] else ""
        where = (
            phrase(EVERYWHERE, self.language) if ban["region"] == EVERYWHERE else f"{self.place(ban['region'])}, {part}"
        )
        return f"{where}{season}"

    def _season(self, season: str) -> str:
        first, _, last = season.partition(" to ")
        if self.language == "ru":
            first, last = (".".join(reversed(d.split("-"))) for d in (first, last))
        return phrase("season", self.language, first=first, last=last)

    # Answers, rules, facts --------------------------------------------------------------------------------------
    def answer(self, answer: dict[str, Any]) -> AnswerTold:
        rule = self.rule(answer["explanation"]) if answer["explanation"] else None
        state = answer["state"]
        unsaid = phrase("does not say" if state == DOES_NOT_SAY else "not given", self.language)
        return AnswerTold(
            key=answer["question"],
            name=self.name(answer["question"]),
            state=state,
            answer=rule.answer if rule else unsaid,
            silence=self.said(answer["silence"]),
            missing=tuple((m, self.name(m)) for m in answer["missing"]),
            rule=rule,
        )

    def rule(self, rule: dict[str, Any]) -> RuleTold:
        below = tuple(self.rule(r) for r in rule["rules"])
        sentence = self.said(rule["sentence"])
        return RuleTold(
            key=rule["rule"],
            name=self.name(rule["rule"]),
            answer=self._answer(rule, rule["answer"]),
            sentence=sentence,
            because=self.said(rule["because"]) if rule["because"] else sentence,
            cites=self.said(rule["cites"]),
            compared=tuple(self._compared(c) for c in rule["compared"]),
            next=self._next(rule, rule["next"]) if rule["next"] else None,
            facts=tuple(self.fact(f) for f in rule["facts"]),
            values=tuple(self.value(v) for v in rule["values"]),
            rules=below,
            decisive=tuple(r for r in below if r.key in rule["turned_on"]),
            branch=rule["branch"],
            where=rule["where"],
        )

    def _answer(self, rule: dict[str, Any], value: Any) -> str:
        if value is None:
            return phrase("does not say", self.language)
        return self.content(rule["kind"], rule["rule"], value, rule["unit"])

    def _next(self, rule: dict[str, Any], following: dict[str, Any]) -> NextTold:
        answer = self._answer(rule, following["answer"]) if following["worked_out"] else ""
        return NextTold(answer, self.said(following["because"]), self.said(following["cites"]))

    def _compared(self, compared: dict[str, Any]) -> str:
        sign = _SIGNS[compared["sign"]] if compared["held"] else _UNHELD[compared["sign"]]
        left, right = (self._side(compared[side]) for side in ("left", "right"))
        return f"{left} {sign} {right}"

    def _side(self, side: dict[str, str]) -> str:
        amount = self.amount(side["value"], side["unit"])
        return f"{self.name(side['name'])} {amount}" if side["name"] else amount

    def fact(self, fact: dict[str, Any]) -> FactTold:
        known = fact["value"] is not None
        value = self.content(fact["kind"], fact["name"], fact["value"], fact["unit"]) if known else ""
        origin = Said(phrase("not given", self.language), self.language) if not known else self.said(fact["origin"])
        return FactTold(
            key=fact["name"],
            name=self.name(fact["name"]),
            value=value or phrase("not given", self.language),
            origin=origin,
            presumed=fact["origin"] == "presumed",
            given=fact["origin"] == "given",
            known=fact["value"] not in (None, ""),
        )

    def value(self, value: dict[str, Any]) -> ValueTold:
        in_force = value["value"] is not None
        held = value["value"]
        places = held["municipalities"] if in_force and value["kind"] == "bans" else ()
        sources = self.record["sources"]
        return ValueTold(
            key=value["name"],
            name=self.name(value["name"]),
            value=self.content(value["kind"], value["name"], held, value["unit"], value["by"])
            if in_force
            else phrase("not in force", self.language),
            about=self.said(value["about"]),
            in_force=in_force,
            flag=value["kind"] == "yes or no",
            since=self._day(value["first"]),
            through=self._day(value["through"]),
            status=self.word("status", value["status"]),
            read=self.word("read", value["read"]),
            confidence=self.word("confidence", value["confidence"]),
            cite=self.said(value["cite"]),
            note=self.said(value["note"]),
            where=value["where"],
            places=tuple(self.place(held["region"], m) for m in places),
            sources=tuple(SourceTold(s, sources[s]["address"], sources[s]["kind"]) for s in value["sources"]),
        )

    def _day(self, text: str | None) -> str:
        return day(date.fromisoformat(text), self.language) if text else ""


_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_UNHELD = {"==": "≠", "!=": "=", "<=": ">", ">=": "<", "<": "≥", ">": "≤"}  # what holds where the comparison does not
