"""Makes the reference from the code and the law, so that the two cannot part: `python docs/make_reference.py [FOLDER]`.

The same code and the same law give the same text on every machine and on every day.
"""

import importlib
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from adit import law
from adit import regime as language
from adit.cli.main import adit
from adit.evidence.sources.catalogue import datasets
from adit.regime.act import GoldenCase, Regime, Rule
from adit.regime.tree import DatedValue, Expr, ListedWords
from adit.regime.values import Row, Value
from adit.regime.values_in_rules import Bans, Scale, Table
from adit.terms import errors, units
from adit.terms.fields import Field, facts, questions, spoken

__all__ = ["commands", "make", "page_of"]

GENERATED = Path(__file__).parent / "reference" / "generated"
WIDTH = 100  # of help texts
LAW = Path(law.__file__).parent
MADE = "% Made by docs/make_reference.py. Do not edit.\n\n"


def make(folder: Path = GENERATED) -> list[Path]:
    """Write every page into the folder, in place of those that were there. Returns what was written, in order."""
    pages = {
        "fields.md": _fields(),
        "commands.md": _commands(),
        "language.md": _language(),
        "units.md": _units(),
        "errors.md": _errors(),
        "data.md": _data(),
        "regimes.md": _regimes(),
        **{page_of(name): _regime(law.load(name)) for name in law.names()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(MADE + text.rstrip() + "\n", encoding="utf-8")
    return [folder / name for name in pages]


def page_of(regime: str) -> str:
    """The name of a regime's page: `ru/law` stands on `regime-ru-law.md`."""
    return f"regime-{regime.replace('/', '-')}.md"


# Markdown ---------------------------------------------------------------------------------------------------------
def _text(words: object) -> str:
    """Plain words: every mark that Markdown would read is escaped, except in `code`."""
    parts = re.split(r"(`[^`]+`)", " ".join(str(words).split()))
    parts[::2] = [re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def _code(name: object) -> str:
    return f"`{name}`" if str(name) else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines) + "\n\n"


def _list(entries: Iterable[str]) -> str:
    return "".join(f"- {entry}\n" for entry in entries) + "\n"


def _fence(kind: str, text: str) -> str:
    return f"```{kind}\n{text.rstrip()}\n```\n\n"


# Fields and units -------------------------------------------------------------------------------------------------
def _fields() -> str:
    head = (
        "# Facts and questions\n\n"
        "The one dictionary of columns, `terms/fields.csv`. A case file, a population and a rule name things as they stand"
        " here. In a terminal: `adit law fields`.\n\n"
        "*Required* facts must be stated, unless something is *presumed* when nobody says. *Optional* facts may be left out;"
        " a rule that reads one says what follows when it is not given.\n\n"
    )
    stated = _table(
        ("fact", "what it is", "holds", "when nobody says"),
        (
            (_code(f.name), f"{_text(f.description)}. {_spoken(f)}".strip(), _holds(f), _presumption(f))
            for f in facts().values()
        ),
    )
    asked = _table(
        ("question", "what is asked", "answered with", "over many rows"),
        (
            (_code(f.name), f"{_text(f.description)} {_spoken(f)}".strip(), _holds(f), _total(f))
            for f in questions().values()
        ),
    )
    return (
        f"{head}## Facts\n\n{stated}## Questions\n\nEvery regime is asked all of them; silence is an answer.\n\n{asked}"
    )


def _holds(f: Field) -> str:
    """What may stand in the field: its kind, unit and places, its range or its words."""
    if f.kind == "number":
        step = 10**f.decimals
        places = f"{f.decimals} decimals" if f.decimals else "whole"
        unit = "" if f.unit == "1" else f" in {f.unit}"
        return f"a number{unit}, {places}, {f.low // step:,} to {f.high // step:,}"
    if f.name in ("region", "municipality"):
        return (
            "a code of `terms/regions.csv`" if f.name == "region" else "a key of `terms/municipalities.csv`, or empty"
        )
    return ", ".join(_code(w) for w in f.words) or f.kind


def _presumption(f: Field) -> str:
    if f.name == "municipality":
        return "presumed: not stated"
    if f.presumed:
        return f"presumed: {_code(f.presumed)}"
    return "required" if f.required else "optional"


def _total(f: Field) -> str:
    return {"sum": "summed", "year": "the last month of each year, summed", "": "counted"}[f.total]


def _spoken(f: Field) -> str:
    """How an answer prints the name, where that is not plain from it."""
    said = spoken(f.name)
    return f'Printed as "{_text(said)}".' if said != f.name.replace("_", " ") else ""


def _units() -> str:
    return (
        "# Units\n\n"
        "A unit is a product of these symbols, such as `RUB/kWh` or `kWh/month`; a share or a count is `1`. There is one"
        " symbol for one thing. Conversion is arithmetic that the writer of a rule should see, so `MWh` does not exist"
        " beside `kWh`.\n\n"
        + _table(("symbol", "unit"), ((_code(symbol), _text(name)) for symbol, name in units.BASES.items()))
    )


# Regimes ----------------------------------------------------------------------------------------------------------
def _regimes() -> str:
    acts = [law.load(name) for name in law.names()]
    rows = (
        (
            f"[{_text(a.id)}]({page_of(a.id)})",
            a.status,
            str(a.first_day),
            str(len(a.values)),
            str(len(a.rules)),
            str(len(a.silent)),
            str(sum(c.covered for c in a.cases)),
            _text(a.title),
        )
        for a in acts
    )
    pages = "\n".join(page_of(a.id).removesuffix(".md") for a in acts)
    header = ("regime", "status", "first day", "values", "rules", "silent on", "cases", "title")
    return (
        "# The regimes\n\nAs `adit law list` names them. Only a regime in force decides real cases; the others are simulated.\n\n"
        + _table(header, rows)
        + _fence("{toctree}", f":hidden:\n\n{pages}")
    )


def _regime(act: Regime) -> str:
    folder = LAW / act.id
    own_values = [v for v in act.values.values() if any(_is_in(row, folder) for row in v.rows)]
    own_rules = [r for r in act.rules.values() if r.name in act.own]
    parts = [
        f"# {_code(act.id)}\n\n{_text(act.title)}.\n\n{_text(act.about)}\n\n",
        _list(
            [
                f"status: {act.status}",
                f"first day: {act.first_day}",
                f"statuses whose values count: {', '.join(sorted(act.counts))}",
                *([f"laid over: [{_text(act.reform_of)}]({page_of(act.reform_of)})"] if act.reform_of else []),
                f"digest: {_code(act.digest)}",
            ]
        ),
        "## Dated values\n\n",
        *(_value(v, folder) for v in own_values),
        _taken("values", act.reform_of, [v.name for v in act.values.values() if v not in own_values]),
        "## Rules\n\n",
        *(_rule(r, act) for r in own_rules),
        _taken("rules", act.reform_of, [r.name for r in act.rules.values() if r not in own_rules]),
        "## Does not say\n\n",
        _table(("question", "why"), ((_code(q), _text(why)) for q, why in act.silent.items())),
        "## Golden cases\n\n",
        *(_case(c) for c in act.cases),
        "## Sources\n\nAddresses are given as text: many are press reports, and not all will last.\n\n",
        _table(("key", "kind", "address"), _sources(act, own_values)),
    ]
    return "".join(parts)


def _is_in(row: Row, folder: Path) -> bool:
    return Path(row.where.rpartition(":")[0]).is_relative_to(folder)


def _at(where: str) -> str:
    """File and line, from the folder of the acts: the same on every machine."""
    file, _, line = where.rpartition(":")
    return _code(f"law/{Path(file).relative_to(LAW).as_posix()}:{line}")


def _taken(what: str, origin: str, names: list[str]) -> str:
    if not names:
        return ""
    return f"Taken over from [{_text(origin)}]({page_of(origin)}), {what}: {', '.join(_code(n) for n in names)}.\n\n"


def _value(value: Value, folder: Path) -> str:
    rows = []
    for row in value.rows:
        if not _is_in(row, folder):
            rows.append(
                (str(row.first), _through(row), _is(value, row), row.status, "", "", _text(row.cite), "taken over", "")
            )
            continue
        known = "" if row.published == row.first else f"Published {row.published}. "
        rows.append(
            (
                str(row.first),
                _through(row),
                _is(value, row),
                row.status,
                row.read,
                row.confidence,
                _text(row.cite),
                " ".join(row.sources),
                (known + _text(row.note)).strip(),
            )
        )
    unit = "" if str(value.unit) == "1" else f", in {_code(value.unit)}"
    record = " Kept for the record: no rule reads it." if value.record else ""
    header = ("from", "through", "is", "status", "read", "confidence", "citation", "sources", "note")
    return (
        f"### {_code(value.name)}\n\n{_text(value.about)} Kind: {value.kind}{unit}.{record} {_at(value.where)}\n\n"
        + _table(header, rows)
    )


def _through(row: Row) -> str:
    return str(row.through) if row.through else ""


def _is(value: Value, row: Row) -> str:
    if value.kind == "bans":
        ban = row.value
        listed = f": {', '.join(sorted(ban.municipalities))}" if ban.municipalities else ""
        outside = f"; not in: {', '.join(sorted(ban.but_not))}" if ban.but_not else ""
        return _text(ban.extent() + listed + outside)
    return _text(value.content(row))


def _rule(rule: Rule, act: Regime) -> str:
    reads = [
        ("facts", sorted(rule.facts)),
        ("values", sorted(rule.values)),
        ("rules", sorted(rule.rules)),
    ]
    question = f"Answers the question {_code(rule.name)}. " if rule.name in questions() else ""
    note = f"{_text(rule.note)} " if rule.note else ""
    file, _, line = rule.where.rpartition(":")
    assert Path(file).is_relative_to(LAW / act.id)
    return (
        f"### {_code(rule.name)}\n\n{_text(rule.sentence)}\n\n"
        + _list(
            [
                f"article: {_text(rule.cites)}",
                *(f"reads {kind}: {', '.join(_code(n) for n in names)}" for kind, names in reads if names),
                f"answers with: {_text(rule.type)}{', or does not say' if rule.type.absent else ''}",
            ]
        )
        + f"{question}{note}{_at(f'{file}:{line}')}\n\n"
    )


def _case(case: GoldenCase) -> str:
    name = f"**{_text(case.id)}** {_text(case.name)}." if case.id else f"{_text(case.name)}."
    if not case.covered:
        return f"{name} Not covered by any rule: {_text(case.why_not)} Source: {_text(case.source)}.\n\n"
    stated = ", ".join(f"{n} = {_plain(v)}" for n, v in case.given.items())
    earlier = "; ".join(f"{p}: " + ", ".join(f"{n} = {_plain(v)}" for n, v in f.items()) for p, f in case.earlier)
    expected = ", ".join(f"{n} = {_plain(v)}" for n, v in case.expect.items())
    past = f"\n- earlier: {_text(earlier)}" if earlier else ""
    return (
        f"{name}\n\n- {_text(case.period)}: {_text(stated)}{past}\n- expected: {_text(expected)}\n"
        f"- {_text(case.kind)}: {_text(case.source)}\n\n"
    )


def _plain(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _sources(act: Regime, own: list[Value]) -> Iterator[tuple[str, str, str]]:
    named = {key for v in own for row in v.rows for key in row.sources}
    named |= {key for c in act.cases for key in re.findall(r"\bS\d+[a-z]?\b", c.source)}
    for key, source in act.sources.items():
        if key in named:
            yield key, source.kind, _code(source.address)


# The language -----------------------------------------------------------------------------------------------------
_WRITTEN = (
    ("`p.name`", "A dated value of the act, as it stands on the first day of the period."),
    ("`p.name.in_force`", inspect.getdoc(DatedValue.in_force) or ""),
    ("`p.table[word]`", inspect.getdoc(Table) or ""),
    ("`p.table.covers(word)`", inspect.getdoc(Table.covers) or ""),
    ("`p.scale.of(amount)`", inspect.getdoc(Scale) or ""),
    ("`p.bans.days(region, municipality)`", inspect.getdoc(Bans.days) or ""),
    ("`p.bans.doubtful_days(region, municipality)`", inspect.getdoc(Bans.doubtful_days) or ""),
    ("`word.one_of(p.list)`", inspect.getdoc(ListedWords) or ""),
    ('`word.one_of(("a", "b"))`', inspect.getdoc(Expr.one_of) or ""),
    ("`x.or_else(default)`", inspect.getdoc(Expr.or_else) or ""),
    (
        "`+ - *`",
        "Arithmetic. Units must agree; a product has the product of the units; `/` does not exist, see `share`.",
    ),
    ("`< <= > >= == !=`", "Comparison of two numbers of one unit, two days, or (only `==` and `!=`) two words."),
    ("`& | ~`", "And, or, not. Python's own `and`, `or`, `not`, `if` cannot look inside a rule and are refused."),
)


def _language() -> str:
    parts = [
        "# The words of the language\n\n",
        "Everything that a rule may be written with. How to use them is shown in [](../../how-to/write-a-rule.md).\n\n",
        "## Words\n\nAll are imported from `adit.regime`.\n\n",
    ]
    for name in language.__all__:
        word = getattr(language, name)
        sentence = inspect.getdoc(word) if callable(word) else "The act does not say."
        signature = f"{name}{_signature(word)}" if callable(word) and not inspect.isclass(word) else name
        parts.append(f"### {_code(name)}\n\n{_fence('python', signature)}{_text(sentence)}\n\n")
    parts.append("## What values and expressions can do\n\n")
    parts.append(_table(("written", "means"), ((how.replace("|", r"\|"), _text(what)) for how, what in _WRITTEN)))
    return "".join(parts)


def _signature(word: object) -> str:
    assert callable(word)
    text = str(inspect.signature(word))
    return re.sub(r"adit\.regime\.\w+\.|collections\.abc\.|~", "", text)


# Errors -----------------------------------------------------------------------------------------------------------
def _errors() -> str:
    module = importlib.import_module("adit.terms.errors")
    first, _, rest = (inspect.getdoc(module) or "").partition("\n\n")
    tree, _, last = rest.partition("\n\n")
    parts = [
        "# Errors\n\n",
        f"{_text(first)}\n\n",
        _fence("text", inspect.cleandoc(tree)),
        f"{_text(last)}\n\n" if not last.startswith("A *finding*") else f"{' '.join(last.split())}\n\n",
        (
            "On the command line an error is written to standard error, in two lines (what and where, then what to do"
            " next), and the command ends with exit code 2.\n\n"
        ),
    ]
    for name in errors.__all__:
        parts.append(f"## {_code(name)}\n\n{_text(inspect.getdoc(getattr(errors, name)))}\n\n")
    return "".join(parts)


# The command line -------------------------------------------------------------------------------------------------
def commands(
    group: click.Command = adit, parent: click.Context | None = None
) -> Iterator[tuple[str, click.Command, str]]:
    """Every command with its full name and its help, groups before what they hold."""
    settings = {**group.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(group, parent=parent, info_name=group.name, **settings)
    yield context.command_path, group, group.get_help(context)
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from commands(command, context)


def _commands() -> str:
    parts = [
        "# The command line\n\n",
        (
            "Data go to standard output, messages to standard error. Exit codes: 0 done, 1 done with findings (a failed"
            " golden case, a difference, a rejected row), 2 could not.\n\n"
        ),
    ]
    for path, _, text in commands():
        parts.append(f"## {_code(path)}\n\n{_fence('text', text)}")
    return "".join(parts)


# Data -------------------------------------------------------------------------------------------------------------
def _data() -> str:
    parts = [
        "# The data that come with Adit\n\n",
        "As `adit data list` names them. How to read them: [](../../how-to/read-the-data.md).\n\n",
    ]
    for d in datasets():
        origins = ", ".join(_code(o) for o in d.origin)
        parts.append(f"## {_code(d.file)}\n\n{_text(d.title)}.\n\n")
        parts.append(
            _list(
                [
                    f"publisher: {_text(d.publisher)}",
                    f"licence: {_text(d.licence)}",
                    f"attribution: {_text(d.attribution)}",
                    f"origin: {origins}",
                    f"period: {_text(d.period)}",
                    f"retrieved: {d.retrieved}",
                    f"units: {_text(d.units)}",
                    f"notes: {_text(d.notes)}",
                    f"sha256: {_code(d.sha256)}",
                ]
            )
        )
    return "".join(parts)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else GENERATED)
