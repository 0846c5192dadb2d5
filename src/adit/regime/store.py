"""Reads an act from its folder: `regime.toml`, `values/*.toml`, `rules/*.py`, `cases/*.toml`, and the sources beside it.

Everything wrong with an act is found here, named by file and line, before any case is asked. Numbers are read as
decimals and never pass through a float.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from adit.regime.act import GoldenCase, Regime, Source
from adit.regime.binding import advice_on, bind_rules, line_in, said_of
from adit.regime.form import (
    CASE_KEYS,
    CASE_KINDS,
    CASE_NEEDS_COVERED,
    CASE_NEEDS_UNCOVERED,
    EARLIER_KEYS,
    REGIME_KEYS,
    SOURCE_KEYS,
    SOURCE_KINDS,
    TEXT_KEYS,
    VALUE_KEYS,
    required,
)
from adit.regime.reform import laid_over, merged
from adit.regime.values import STATUSES, Value
from adit.regime.words import RuleText
from adit.regime.written import only, read_value, unknown
from adit.terms.errors import AditError, BadLaw
from adit.terms.fields import questions
from adit.terms.language import LANGUAGES, Wording
from adit.terms.units import CURRENCIES, CURRENCY_OF, Unit, unit

__all__ = ["load_regime", "read_toml", "stamp"]

_HEADER = re.compile(r"\[\[?([\w.-]+)\]")


def load_regime(folder: Path, id_: str, base: Callable[[str], Regime]) -> Regime:
    """The regime that stands in `folder`. `base` gives the regime that a reform starts from.

    Raises BadLaw, naming file and line, for anything that is written wrongly.
    """
    head_file = folder / "regime.toml"
    if not head_file.is_file():
        raise BadLaw(
            "There is no regime.toml.",
            where=str(folder),
            todo="Every act's folder has one: title, jurisdiction, status, first_day, counts.",
        )
    head = read_toml(head_file)
    only(REGIME_KEYS, head, str(head_file))
    for key in required(REGIME_KEYS):
        if key not in head:
            raise BadLaw(f"'{key}' is missing.", where=str(head_file), todo=f"Add {key} = ...")
    for status in [head["status"], *head["counts"]]:
        if status not in STATUSES:
            raise unknown("status", status, STATUSES, str(head_file))
    currency = _currency(head, head_file)
    silent = dict(head.get("silent", {}))
    rest = silent.pop("rest", "")
    for question in silent:
        if question not in questions():
            raise unknown("question", question, questions(), f"{head_file} [silent]")
    origin = head.get("reform_of", "")
    old = base(origin) if origin else None
    sources = {**(old.sources if old else {}), **_read_sources(folder)}
    values = _read_values(folder, sources)
    texts = _read_rules(folder, id_)
    own = frozenset(texts) | frozenset(values)
    if old:
        values = merged(old.values, values)
        currency = currency if "currency" in head else old.currency
        texts = laid_over(old.texts, texts, old.id)
        of_its_own = {q: why for q, why in old.silent.items() if q not in texts and why != old.rest}
        silent, rest = of_its_own | silent, rest or old.rest
    rules = bind_rules(texts, values, currency)
    for question in silent:
        if question in rules:
            raise BadLaw(
                f"'{question}' is listed as silent, and a rule answers it ({rules[question].where}).",
                where=str(head_file),
                todo="Take one of the two out.",
            )
    if rest:
        silent |= {q: rest for q in questions() if q not in silent and q not in rules}
    return Regime(
        id=id_, title=head["title"], jurisdiction=head["jurisdiction"], authority=head.get("authority", ""),
        currency=currency, status=head["status"],
        about=" ".join(head["about"].split()), first_day=head["first_day"], counts=frozenset(head["counts"]),
        values=values, rules=rules, silent=silent, rest=rest, sources=sources,
        texts=texts, own=own, read_cases=lambda regime: _read_cases(folder, regime),
        read_wordings=lambda: _read_wordings(folder), reform_of=origin, base=old,
    )  # fmt: skip


def _currency(head: Mapping[str, Any], file: Path) -> Unit:
    """The money in which the act counts: stated, or that of its state; `money` where neither is known."""
    stated = head.get("currency") or CURRENCY_OF.get(head["jurisdiction"], "money")
    if stated not in CURRENCIES:
        raise unknown("currency", stated, sorted(CURRENCIES), f"{file} currency")
    return unit(stated)


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the act does: name, size and time of each. For whoever shows an act while it is written."""
    found = []
    for file in sorted((*folder.rglob("*.toml"), *folder.rglob("*.py"))):
        seen = file.stat()
        found.append((str(file), seen.st_size, seen.st_mtime_ns))
    return tuple(found)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadLaw("This is not text in UTF-8.", where=str(file), todo="Save it as UTF-8.") from error


# TOML -----------------------------------------------------------------------------------------------------------
def read_toml(file: Path) -> dict[str, Any]:
    """A TOML file with its numbers as decimals. Raises BadLaw, with the line for text that is not TOML."""
    try:
        return tomllib.loads(_text_of(file), parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, and numbers of thousands of digits
        raise BadLaw(f"This is not TOML: {error}.", where=str(file)) from error


def _header_lines(text: str) -> dict[str, list[int]]:
    """For each `[name]` and `[[name]]` of a TOML text, the lines on which it stands."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and (found := _HEADER.match(line)):
            lines.setdefault(found[1], []).append(number)
    return lines


def _read_sources(folder: Path) -> dict[str, Source]:
    """The sources of the act, and those shared by the acts of its jurisdiction one folder up."""
    sources: dict[str, Source] = {}
    for file in (folder.parent / "sources.toml", folder / "sources.toml"):
        if file.is_file():
            for key, entry in read_toml(file).items():
                only(SOURCE_KEYS, entry, f"{file} {key}")
                for name in required(SOURCE_KEYS):
                    if name not in entry:
                        raise BadLaw(f"The source {key} has no {name}.", where=str(file))
                if entry["kind"] not in SOURCE_KINDS:
                    raise unknown("kind of source", entry["kind"], SOURCE_KINDS, f"{file} {key}")
                sources[key] = Source(key, entry["address"], entry["kind"])
    return sources


def _read_wordings(folder: Path) -> dict[str, Wording]:
    """What stands in `texts/`, a file a language."""
    found: dict[str, Wording] = {}
    for file in sorted((folder / "texts").glob("*.toml")):
        if file.stem not in LANGUAGES:
            raise unknown("language", file.stem, LANGUAGES, str(file))
        document = read_toml(file)
        only(TEXT_KEYS, document, str(file))
        found[file.stem] = Wording(**document)
    return found


_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Columns of the tables that hold answers, and words that a database keeps for itself.
TAKEN = frozenset({
    "subject", "period", "period_start", "line", "reason", "problem", "outcome", "p", "all", "and", "any", "as",
    "asc", "between", "both", "by", "case", "cast", "check", "column", "create", "cross", "default", "desc",
    "distinct", "do", "drop", "else", "end", "except", "exists", "false", "for", "foreign", "from", "full", "grant",
    "group", "having", "in", "inner", "insert", "intersect", "interval", "into", "is", "join", "lateral", "left",
    "like", "limit", "natural", "not", "null", "offset", "on", "or", "order", "outer", "primary",
    "references", "right", "select", "set", "some", "table", "then", "to", "true", "union", "unique", "update",
    "user", "using", "values", "when", "where", "window", "with",
})  # fmt: skip


def _check_name(name: str, where: str, taken: frozenset[str]) -> None:
    """Refuse a name that would not be one and the same in every reader."""
    if not _NAME.fullmatch(name):
        raise BadLaw(
            f"'{name}' cannot be a name.",
            where=where,
            todo="Write small letters, digits and single underscores: free_limit.",
        )
    if name in taken:
        raise BadLaw(f"'{name}' is a word that tables keep for themselves.", where=where, todo="Take a longer name.")


# Values ---------------------------------------------------------------------------------------------------------
def _read_values(folder: Path, sources: Mapping[str, Source]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for file in sorted((folder / "values").glob("*.toml")):
        header = _header_lines(_text_of(file))
        for name, table in read_toml(file).items():
            where = f"{file}:{header.get(name, [1])[0]}"
            _check_name(name, where, frozenset({"at"}))
            if name in values:
                raise BadLaw(
                    f"'{name}' is written twice.", where=where, todo=f"The other one is in {values[name].where}."
                )
            only(VALUE_KEYS, table, f"{where} {name}")
            at = header.get(f"{name}.values", [])
            lines = [f"{file}:{at[i]}" if i < len(at) else where for i in range(len(table.get("values", [])))]
            values[name] = read_value(name, table, where, lines, sources)
    return values


# Rules ----------------------------------------------------------------------------------------------------------
def _read_rules(folder: Path, id_: str) -> dict[str, RuleText]:
    texts: dict[str, RuleText] = {}
    for file in sorted((folder / "rules").glob("*.py")):
        module = _module(file, id_)
        for name, function in vars(module).items():
            text = getattr(function, "__rule__", None)
            if isinstance(text, RuleText):
                if name in texts:
                    raise BadLaw(f"The rule '{name}' is written twice.", where=str(file))
                _check_name(name, f"{file} rule {name}", TAKEN)
                texts[name] = replace(text, file=str(file))
    return texts


def _module(file: Path, id_: str) -> ModuleType:
    """The module of rules, compiled from its text: a kept bytecode file could be older than an edit of the same second."""
    module = ModuleType(f"adit_rules.{id_.replace('/', '.')}.{file.stem}")
    module.__file__ = str(file)
    text = _text_of(file)
    try:
        exec(compile(text, str(file), "exec"), vars(module))
    except AditError as error:
        raise BadLaw(error.what, where=error.where or str(file), todo=error.todo) from error
    except (Exception, SystemExit) as error:  # whatever Python says of a rule is a mistake of the rule
        line = error.lineno if isinstance(error, SyntaxError) else line_in(error.__traceback__, str(file))
        raise BadLaw(
            f"The rules cannot be read: {said_of(error)}",
            where=f"{file}:{line}" if line else str(file),
            todo=advice_on(error),
        ) from error
    return module


# Golden cases -----------------------------------------------------------------------------------------------------
def _read_cases(folder: Path, regime: Regime) -> tuple[GoldenCase, ...]:
    cases: list[GoldenCase] = []
    for file in sorted((folder / "cases").glob("*.toml")):
        lines = _header_lines(_text_of(file)).get("case", [])
        document = read_toml(file)
        if set(document) - {"case"} or not isinstance(document.get("case", []), list):
            raise BadLaw("A file of golden cases holds [[case]] tables and nothing else.", where=str(file))
        for i, raw in enumerate(document.get("case", [])):
            where = f"{file}:{lines[i] if i < len(lines) else 1}"
            only(CASE_KEYS, raw, where)
            covered = raw.get("covered", True)
            if raw.get("kind", CASE_KINDS[0]) not in CASE_KINDS:
                raise unknown("kind of case", raw["kind"], CASE_KINDS, where)
            if raw.get("id") and any(raw["id"] == c.id for c in cases):
                raise BadLaw(f"Two cases have the id '{raw['id']}'.", where=where, todo="Number them: KZ-05, KZ-05-2.")
            needed = CASE_NEEDS_COVERED if covered else CASE_NEEDS_UNCOVERED
            for key in (*required(CASE_KEYS), *needed):
                if key not in raw:
                    raise BadLaw(f"The case has no {key}.", where=where)
            for past in raw.get("earlier", []):
                only(EARLIER_KEYS, past, f"{where} earlier")
                for key in required(EARLIER_KEYS):
                    if key not in past:
                        raise BadLaw(f"An earlier period of the case has no {key}.", where=where)
            for name in raw.get("expect", {}):
                if name not in regime.rules and name not in regime.silent:
                    raise unknown(f"rule or question of {regime.id}", name, [*regime.rules, *regime.silent], where)
            cases.append(
                GoldenCase(
                    raw.get("id", ""),
                    raw["name"],
                    str(raw.get("period", "")),
                    raw.get("given", {}),
                    tuple((str(e["period"]), e["given"]) for e in raw.get("earlier", [])),
                    raw.get("known"),
                    raw.get("expect", {}),
                    raw["source"],
                    raw.get("kind", "constructed"),
                    covered,
                    raw.get("why_not", ""),
                    where,
                )
            )
    return tuple(cases)
