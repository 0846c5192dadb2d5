"""A decision as it is stored: plain data that holds every word, number, day and article needed to print it again.

`FORMAT` grows when a key goes or changes its meaning; a key that is only added keeps the number. Each format has its schema in
`schemas/`. Not here: reading a stored file (`store`), or how it is told (`telling`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from adit.decision.decide import Decision
from adit.regime.act import Regime
from adit.terms.fields import naming, spoken
from adit.terms.language import LANGUAGES, PHRASES, Wording, phrase, unit_in
from adit.terms.places import municipalities, region, region_codes, regions

__all__ = ["FORMAT", "Record", "record_of", "rules_in"]

FORMAT = 1
Record = dict[str, Any]
_WINDOW = re.compile(r"last_(\d+)_months")  # what a comparison calls a sum over so many months
_MARKS = ("status", "read", "confidence")


def record_of(decision: Decision) -> Record:
    """The decision as plain data for JSON: exact numbers and days as text, answers with their explanations, receipt.

    `languages` says what everything in it is called and what each text of the law says, in each language.
    """
    act = decision.act
    answers = [
        {
            "question": a.question,
            "state": a.state,
            "answer": a.value,
            "unit": a.explanation.unit if a.explanation else "",
            "silence": a.silence,
            "missing": list(a.missing),
            "explanation": a.explanation,
        }
        for a in decision.answers
    ]
    record: Record = _plain(
        {
            "format": FORMAT,
            "adit": decision.receipt.adit,
            "regime": {
                "id": decision.regime,
                "title": decision.title,
                "status": decision.status,
                "digest": decision.receipt.regime_digest,
            },
            "period": str(decision.period),
            "simulated": decision.simulated,
            "asked": decision.asked,
            "answers": answers,
            "origins": dict(decision.origins),
            "earlier": [{"period": str(e.period), "facts": e.facts} for e in decision.earlier],
            "receipt": decision.receipt,
        }
    )
    for rule in rules_in(record):
        for place in (rule, *rule["values"]):
            place["where"] = _short(place["where"])
    used = dict.fromkeys(s for rule in rules_in(record) for v in rule["values"] for s in v["sources"])
    record["sources"] = {s: {"address": act.sources[s].address, "kind": act.sources[s].kind} for s in used}
    found, terms = {"ru": decision.origins_in_russian}, _terms(record)
    record["languages"] = {
        language: _wording_of(terms, language, _spoken(act, language), found.get(language, {}))
        for language in LANGUAGES
    }
    return record


def rules_in(record: Record) -> Iterator[dict[str, Any]]:
    """Every rule that is explained in a record, as often as it stands there."""

    def below(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield rule
        for other in rule["rules"]:
            yield from below(other)

    for answer in record["answers"]:
        if answer["explanation"]:
            yield from below(answer["explanation"])


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if is_dataclass(kind):
        return {name: _plain(getattr(value, name)) for name in _fields(kind)}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _short(where: str) -> str:
    """File and line from the act's folder on: no record names the machine that made it."""
    return "/".join(where.partition(" ")[0].replace("\\", "/").split("/")[-2:])


# Words ------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def _spoken(act: Regime, language: str) -> Wording:
    """What an act and the dictionary of fields call things in a language. An act that changes is another one, and so is what it says."""
    return act.wording(language).over(naming(language))


@dataclass(frozen=True, slots=True)
class _Terms:
    """What has a name, a word, a text or a unit in a record: the same in every language."""

    names: list[str]
    words: list[tuple[str, str]]  # with the name of what holds each
    marks: list[tuple[str, str]]
    texts: list[str]
    origins: set[str]
    units: list[str]


def _terms(record: Record) -> _Terms:
    rules = list(rules_in(record))
    marks = {(mark, v[mark]) for rule in rules for v in rule["values"] for mark in _MARKS if v[mark]}
    return _Terms(
        sorted(set(_names(record, rules))),
        sorted(set(_words(record, rules))),
        sorted({*marks, ("status", record["regime"]["status"])}),
        sorted(set(_texts(record, rules))),
        _origins(record),
        sorted(set(_units(record, rules))),
    )


def _wording_of(terms: _Terms, language: str, known: Wording, found: Mapping[str, str]) -> dict[str, Any]:
    """What everything in the record is called in a language; of what nobody has words for in it, nothing.

    `found` has the words of origins, which come before those of the act.
    """
    names = {name: _name(name, language, known) for name in terms.names}
    words: dict[str, dict[str, str]] = {}
    for name, word in terms.words:
        said = _place(name, word, language) or known.words.get(name, {}).get(word)
        if said:
            words.setdefault(name, {})[word] = said
    for mark, word in terms.marks:
        words.setdefault(mark, {})[word] = phrase(word, language)
    translated = {t: found.get(t) or known.texts.get(t) for t in terms.texts}
    texts = {t: own for t, own in translated.items() if own is not None}
    for origin in terms.origins:
        if origin in PHRASES:
            texts[origin] = phrase(origin, language)
    units = {unit: unit_in(unit, language) for unit in terms.units}
    return {"names": {n: t for n, t in names.items() if t}, "words": words, "texts": texts, "units": units}


def _name(name: str, language: str, known: Wording) -> str:
    if name in PHRASES:
        return phrase(name, language)
    if window := _WINDOW.fullmatch(name):
        return phrase("last months", language, n=window[1])
    return known.names.get(name) or (spoken(name) if language == "en" else "")


def _place(name: str, word: str, language: str) -> str:
    """A region or municipality by its name; a municipality is written `region municipality`."""
    if name == "region" and word in region_codes():
        place = region(word)
        return place.name_ru if language == "ru" and word in regions() else place.name_en
    if name == "municipality":
        iso, _, key = word.partition(" ")
        found = next((m for m in municipalities(iso) if m.key == key), None)
        return (found.name_ru if language == "ru" else found.name_en) if found else ""
    return ""


def _names(record: Record, rules: Sequence[dict[str, Any]]) -> Iterator[str]:
    for answer in record["answers"]:
        yield answer["question"]
        yield from answer["missing"]
    yield from record["origins"]
    yield from (fact["name"] for fact in _facts_before(record))
    for rule in rules:
        yield rule["rule"]
        yield from (thing["name"] for thing in (*rule["facts"], *rule["values"]))
        yield from (side["name"] for c in rule["compared"] for side in (c["left"], c["right"]) if side["name"])


def _words(record: Record, rules: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each word with the name of what holds it."""
    for fact in _facts_before(record):
        if fact["kind"] == "word" and fact["value"]:
            yield fact["name"], fact["value"]
    for rule in rules:
        if rule["kind"] == "word":
            answers = (rule["answer"], (rule["next"] or {}).get("answer"))
            yield from ((rule["rule"], a) for a in answers if a is not None)
        iso = next((f["value"] for f in rule["facts"] if f["name"] == "region"), "")
        for fact in rule["facts"]:
            if fact["kind"] == "word" and fact["value"]:
                place = fact["name"] == "municipality"
                yield fact["name"], f"{iso} {fact['value']}" if place else fact["value"]
        for value in rule["values"]:
            yield from _words_of(value)


def _words_of(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    held = value["value"]
    if held is None:
        return
    match value["kind"]:
        case "word":
            yield value["name"], held
        case "list":
            yield from ((value["name"], word) for word in held)
        case "table":
            yield from ((value["name"], word) for word, _ in held)
        case "bans":
            yield "region", held["region"]
            yield from (("municipality", f"{held['region']} {m}") for m in (*held["municipalities"], *held["but_not"]))


def _facts_before(record: Record) -> Iterator[dict[str, Any]]:
    """The facts of earlier periods."""
    yield from (fact for earlier in record["earlier"] for fact in earlier["facts"])


def _origins(record: Record) -> set[str]:
    return {*record["origins"].values(), *(f["origin"] for f in _facts_before(record))}


def _texts(record: Record, rules: Sequence[dict[str, Any]]) -> Iterable[str]:
    yield record["regime"]["title"]
    yield from (a["silence"] for a in record["answers"] if a["silence"])
    yield from _origins(record)
    for rule in rules:
        yield from (rule["sentence"], rule["because"], rule["cites"])
        if rule["next"]:
            yield from (rule["next"]["because"], rule["next"]["cites"])
        yield from (text for v in rule["values"] for text in (v["about"], v["cite"], v["note"]) if text)


def _units(record: Record, rules: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from (fact["unit"] for fact in _facts_before(record) if fact["unit"])
    for rule in rules:
        yield from (v["by"] for v in rule["values"] if v["by"])
        sides = (side for c in rule["compared"] for side in (c["left"], c["right"]))
        yield from (thing["unit"] for thing in (rule, *rule["facts"], *rule["values"], *sides) if thing["unit"])
