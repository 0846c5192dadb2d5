"""One line that changes the law: `ru.household_limit = 3000 from 2026-01-01`. It makes a small reform of the act and types nothing twice.

What stands on the left is a value of the act by its own name; or a question of the common vocabulary, which is then answered by the scenario
from that day on; or one of the `ADDITIONS`, rules that no act has. Before that day, and where the line does not reach, the act answers as before.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from adit.lab.scenario_additions import ADDITIONS
from adit.regime.act import Regime
from adit.regime.reform import reformed
from adit.regime.tree import Expr
from adit.regime.values import STATUSES, Value
from adit.regime.words import RuleText, first_match, round_half_up, when
from adit.regime.words import in_month as within_month
from adit.regime.written import read_value
from adit.terms.days import parse_day
from adit.terms.errors import AditError, BadInput, UnknownName
from adit.terms.fields import Field
from adit.terms.fields import questions as all_questions
from adit.terms.places import region_codes

__all__ = ["Change", "changed", "names_to_set", "parse_change"]

_LINE = re.compile(
    r"(?P<place>[A-Za-z]{2}(?:-[A-Za-z]{2,3})?)\.(?P<name>[A-Za-z][A-Za-z0-9_]*)\s*=\s*(?P<value>.+?)"
    r"\s+from\s+(?P<first>\S+)(?:\s+through\s+(?P<last>\S+))?"
)
_FORM = 'Write set = ["ru.levy_per_kwh = 1 from 2026-01-01"], and "through 2027-12-31" where it ends.'
_KINDS = ("number", "yes or no", "word", "bans", "list")
_MONEY = re.compile(r"_(rub|usd|kzt|cny|cad|irr|kgs|eur)_per_")


@dataclass(frozen=True, slots=True)
class Change:
    """One line, read: whose act, what in it, to what, and on which days."""

    place: str  # as scenarios name acts: RU, US-TX
    name: str
    value: str
    first: date
    last: date | None
    line: str


def parse_change(line: str, where: str = "") -> Change:
    """The line as data. Raises BadInput for a line that cannot be read."""
    found = _LINE.fullmatch(line.strip())
    if not found:
        raise BadInput(f"'{line}' does not say what is set to what from when.", where=where, todo=_FORM)
    try:
        first = parse_day(found["first"])
        last = parse_day(found["last"]) if found["last"] else None
    except AditError as error:
        raise BadInput(f"'{line}': {error.what}", where=where, todo=error.todo) from error
    if last is not None and last < first:
        raise BadInput(f"'{line}' ends before it begins.", where=where, todo=_FORM)
    return Change(found["place"].upper(), found["name"], found["value"].strip(), first, last, " ".join(line.split()))


def names_to_set(regime: Regime) -> list[str]:
    """What can be set in an act: its own values, questions of the vocabulary, additions."""
    own = [n for n, v in regime.values.items() if v.kind in _KINDS and not v.record]
    asked = [n for n, f in all_questions().items() if f.kind in ("number", "yes or no", "word")]
    return [*own, *asked, *ADDITIONS]


def changed(regime: Regime, changes: list[Change], where: Callable[[str], str] = str) -> Regime:
    """The act with the changes laid over it, one after another. `where` gives the place of a line in its file.

    Raises UnknownName with the nearest names, or BadInput.
    """
    for change in changes:
        regime = _changed(regime, change, where(change.line))
    return regime


def _changed(regime: Regime, change: Change, at: str) -> Regime:
    name = _plain_name(change.name, regime, at)
    texts: dict[str, RuleText] = {}
    if name in regime.values:
        values = {name: _value_of(name, regime.values[name], change, regime, at)}
    elif name in ADDITIONS:
        value, texts = _addition(name, change, regime, at)
        values = {value.name: value}
    elif name in all_questions():
        value, texts = _answer(name, change, regime, at)
        values = {value.name: value}
    else:
        raise UnknownName(f"value or question of {regime.id}", change.name, names_to_set(regime), where=at)
    try:
        made = reformed(regime, f"{regime.id} with {change.line}", regime.title, values, texts)
    except AditError as error:
        raise BadInput(
            f"The change cannot be laid over {regime.id}: {error.what}", where=at, todo=error.todo
        ) from error
    return replace(made, silent={q: why for q, why in regime.silent.items() if q not in made.rules})


def _plain_name(name: str, regime: Regime, at: str) -> str:
    """`levy_rub_per_kwh` is levy_per_kwh where the act counts in roubles."""
    money = _MONEY.search(name)
    if name in regime.values or name in all_questions() or money is None:
        return name
    if money[1].upper() != str(regime.currency):
        raise BadInput(f"{regime.id} counts in {regime.currency}, not in {money[1].upper()}.", where=at, todo=_FORM)
    return _MONEY.sub("_per_", name)


# A value of the act ---------------------------------------------------------------------------------------------
def _value_of(name: str, old: Value, change: Change, regime: Regime, at: str) -> Value:
    if old.kind not in _KINDS:
        raise BadInput(
            f"{name} holds {old.kind}, which one line cannot write.",
            where=at,
            todo="Write a reform: adit law new ./my_reform --over " + regime.id,
        )
    table: dict[str, Any] = {"about": old.about, "kind": old.kind}
    if old.kind == "number":
        table["unit"] = str(old.unit)
    if old.kind == "bans":
        table["values"] = [
            _row(change, regime) | {"region": _region(part.strip(), at)} for part in change.value.split(",")
        ]
    elif old.kind == "list":
        table["values"] = [_row(change, regime) | {"value": [part.strip() for part in change.value.split(",")]}]
    else:
        table["values"] = [_row(change, regime) | {"value": _single(old.kind, change.value, name, at)}]
    return _read(name, table, at)


def _region(text: str, at: str) -> str:
    if text not in region_codes():
        raise UnknownName("region", text, region_codes(), where=at)
    return text


def _row(change: Change, regime: Regime) -> dict[str, Any]:
    counting = next(s for s in STATUSES if s in regime.counts)
    row: dict[str, Any] = {
        "from": change.first,
        "status": counting,
        "cite": f"set by the scenario: {change.line}",
        "read": "reported",
        "confidence": "high",
    }
    return row | ({"through": change.last} if change.last else {})


def _single(kind: str, text: str, name: str, at: str) -> Any:
    if kind == "yes or no":
        if text.lower() not in ("yes", "no", "true", "false"):
            raise BadInput(f"{name} is yes or no, and not '{text}'.", where=at, todo="Write yes or no.")
        return text.lower() in ("yes", "true")
    if kind == "number":
        try:
            number = Decimal(text.replace("_", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise BadInput(f"{name} is a number, and not '{text}'.", where=at, todo="Write digits with a point: 0.25")
        return number
    return text.strip("\"'")


def _read(name: str, table: Mapping[str, Any], at: str) -> Value:
    try:
        return read_value(name, table, at, [at] * len(table["values"]), ())
    except AditError as error:
        raise BadInput(error.what, where=at, todo=error.todo) from error


# A question that the scenario answers ---------------------------------------------------------------------------
def _answer(name: str, change: Change, regime: Regime, at: str) -> tuple[Value, dict[str, RuleText]]:
    """The question answered by a value of its own from the day on; before it, and where the act has no rule, as the act has it."""
    asked = all_questions()[name]
    held = f"set_{name}" if f"set_{name}" not in regime.values else next(
        f"set_{name}_{n}" for n in range(2, 100) if f"set_{name}_{n}" not in regime.values
    )  # fmt: skip
    single = _single(asked.kind, change.value, name, at)
    if asked.kind == "word" and single not in asked.words:
        raise UnknownName(f"answer to {name}", single, asked.words, where=at)
    if asked.kind == "number":
        _check_range(asked, single, regime, at)
    table: dict[str, Any] = {
        "about": f"{asked.description} Set by the scenario.",
        "values": [_row(change, regime) | {"value": single}],
    }
    if asked.kind == "number":
        table["unit"] = _unit_of(asked, regime)
    unsaid = regime.silent.get(name, "it has no rule for it")
    texts = {name: _text(name, held, change, unsaid, below=name in regime.rules)}
    if name == "levy_per_kwh" and "levy_due" not in regime.rules:
        texts["levy_due"] = _levy_due(change)
    return _read(held, table, at), texts


def _check_range(asked: Field, number: Decimal, regime: Regime, at: str) -> None:
    low, high = (Decimal(bound) / 10**asked.decimals for bound in (asked.low, asked.high))
    if not low <= number <= high:
        unit = _unit_of(asked, regime)
        raise BadInput(
            f"{asked.name} = {number:,f} {unit} is out of range.",
            where=at,
            todo=f"Write a number from {low:,f} to {high:,f} {unit}.",
        )


def _unit_of(asked: Field, regime: Regime) -> str:
    return asked.unit.replace("money", str(regime.currency))


def _text(name: str, held: str, change: Change, unsaid: str, *, below: bool) -> RuleText:
    """A rule that reads the value while it stands, and else asks the act below, or is silent for its reason where that has none."""
    from adit.regime.words import SILENT

    def answered(**given: Any) -> Expr:
        value = getattr(given["p"], held)
        return first_match(
            when(value.in_force, value, "set by the scenario"),
            otherwise=given[name] if below else SILENT,
            because="as the act has it" if below else unsaid,
        )

    return _as_rule(
        answered, name, [*([name] if below else []), "p"], f"As the scenario sets it: {change.line}.", change
    )


def _levy_due(change: Change) -> RuleText:
    from adit.regime.words import SILENT, given

    def levy_due(mining_energy_kwh_per_month: Expr, levy_per_kwh: Expr) -> Expr:
        return first_match(
            when(~given(levy_per_kwh), SILENT, "there is no levy"),
            otherwise=round_half_up(within_month(mining_energy_kwh_per_month) * levy_per_kwh.or_else(0), 2),
            because="electricity used for mining, at the rate of the levy",
        )

    arguments = ["mining_energy_kwh_per_month", "levy_per_kwh"]
    return _as_rule(levy_due, "levy_due", arguments, "The electricity of the month at the rate of the levy.", change)


def _as_rule(
    function: Callable[..., object], name: str, arguments: list[str], sentence: str, change: Change
) -> RuleText:
    """The function with the name, the arguments and the sentence of a rule, as `@rule` would have it."""
    parameters = [inspect.Parameter(a, inspect.Parameter.POSITIONAL_OR_KEYWORD) for a in arguments]
    function.__name__ = name
    function.__doc__ = sentence
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return RuleText(function, f"set by the scenario: {change.line}", "", "the scenario")


# Rules that no act has ------------------------------------------------------------------------------------------
def _addition(name: str, change: Change, regime: Regime, at: str) -> tuple[Value, dict[str, RuleText]]:
    addition = ADDITIONS[name]
    _single("yes or no", change.value, name, at)
    lacking = [needed for needed in addition.needs if needed not in regime.rules]
    if lacking:
        raise BadInput(
            f"{name} changes {', '.join(lacking)}, of which {regime.id} says nothing.",
            where=at,
            todo="Choose another act.",
        )
    table = {
        "about": addition.about,
        "values": [_row(change, regime) | {"value": _single("yes or no", change.value, name, at)}],
    }
    return _read(name, table, at), {
        t.function.__name__: replace(t, file="the scenario") for t in addition.rules(regime)
    }
