"""`adit law`: read, check and compare the acts."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli import authoring, diff
from adit.cli.output import (
    as_bold,
    as_dim,
    as_warning,
    counted,
    format_option,
    progress,
    require_proofs,
    say,
    write_csv,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adit.regime.act import Regime
    from adit.regime.values import Row, Value

__all__ = ["law"]

MOST_WORDS = 60  # of a field that are listed; regions and municipalities have a command of their own


@click.group()
def law() -> None:
    """The acts as code: list, show, compare, check, and run their golden cases."""


def _rows_as_data(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(header, row, strict=True)) for row in rows]


@law.command("list")
@format_option
def list_(format_: str) -> None:
    """List the regimes.

    \b
    Example:
      adit law list
    """
    from adit.law import load, names

    regimes = [load(name) for name in names()]
    header = ("regime", "status", "first_day", "values", "rules", "silent_on", "cases", "title", "digest")
    rows = [
        (
            r.id,
            r.status,
            r.first_day.isoformat(),
            len(r.values),
            len(r.rules),
            len(r.silent),
            sum(c.covered for c in r.cases),
            r.title,
            r.digest,
        )
        for r in regimes
    ]
    match format_:
        case "json":
            write_json({"adit": __version__, "regimes": _rows_as_data(header, rows)})
        case "csv":
            write_csv(header, rows)
        case _:
            short = ("regime", "status", "first day", "values", "rules", "silent on", "cases", "title")
            write_table("", short, [row[:8] for row in rows], right=short[3:7])


@law.command()
@click.argument("regime")
@click.option("--on", default="", metavar="DAY", help="Only the values in force on this day.")
@click.option("--all", "whole", is_flag=True, help="Of a reform, also what it takes over from the act below.")
@format_option
def show(regime: str, on: str, whole: bool, format_: str) -> None:
    """Show what a regime says: its dated values with citation, its rules, and what it leaves unsaid.

    \b
    Example:
      adit law show ru/law --on 2025-05-01
    """
    from adit.law import load
    from adit.terms.days import parse_day

    act = load(regime)
    day = parse_day(on) if on else None
    if day:
        act.spoken_on(day)
    rows = [
        _value_line(v, row)
        for v in act.values.values()
        for row in v.rows
        if (day is None or (row.status in act.counts and row.stands_on(day))) and (whole or v.name in act.own)
    ]
    header = ("value", "from", "through", "is", "unit", "status", "read", "confidence", "cite", "at", "note")
    match format_:
        case "json":
            write_json(_as_data(act, header, rows))
        case "csv":
            write_csv(header, rows)
        case _:
            say(f"{as_bold(act.id)} · {act.title} · {act.status} · first day {act.first_day}\n{act.about}\n")
            write_table("Dated values" + (f" in force on {day}" if day else ""), header[:9], [r[:9] for r in rows])
            write_table(
                "Rules",
                ("rule", "sentence", "article"),
                [(r.name, r.sentence, r.cites) for r in act.rules.values() if whole or r.name in act.own],
            )
            write_table("Does not say", ("question", "why"), list(act.silent.items()))
            if act.reform_of and not whole:
                say(f"This is a reform of {act.reform_of}; what it takes over from there is shown with --all.\n")
            say(as_dim(f"adit {__version__} · regime {act.digest} · {len(act.sources)} sources: --format json"))


def _value_line(value: "Value", row: "Row") -> tuple[Any, ...]:
    unit = "" if str(value.unit) == "1" else str(value.unit)
    through = row.through.isoformat() if row.through else ""
    return (
        value.name,
        row.first.isoformat(),
        through,
        value.content(row),
        unit,
        row.status,
        row.read,
        row.confidence,
        row.cite,
        row.where,
        row.note,
    )


def _as_data(act: "Regime", header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "adit": __version__,
        "regime": {"id": act.id, "title": act.title, "status": act.status, "first_day": act.first_day, "digest": act.digest, "about": act.about},
        "values": _rows_as_data(header, rows),
        "rules": [
            {"rule": r.name, "sentence": r.sentence, "cites": r.cites, "note": r.note, "at": r.where,
             "facts": sorted(r.facts), "values": sorted(r.values), "rules": sorted(r.rules)}
            for r in act.rules.values()
        ],
        "silent": dict(act.silent),
        "sources": {k: asdict(s) for k, s in act.sources.items()},
    }  # fmt: skip


@law.command()
@format_option
def fields(format_: str) -> None:
    """List the facts that a case may state and the questions that every regime is asked.

    \b
    Example:
      adit law fields
    """
    from adit.terms.fields import facts, questions

    header = ("name", "role", "kind", "unit", "decimals", "needed", "presumed", "words", "description")
    rows = [
        (
            f.name,
            f.role,
            f.kind,
            "" if f.unit == "1" else f.unit,
            str(f.decimals) if f.kind == "number" else "",
            "" if f.role == "question" else "always" if f.required else "optional",
            f.presumed,
            "|".join(f.words) if len(f.words) <= MOST_WORDS else "adit law places",
            f.description,
        )
        for f in [*facts().values(), *questions().values()]
    ]
    match format_:
        case "json":
            write_json({"adit": __version__, "fields": _rows_as_data(header, rows)})
        case "csv":
            write_csv(header, rows)
        case _:
            write_table("", ("name", "kind", "unit", "needed", "presumed", "words", "description"), [
                (r[0], r[2], r[3], r[5], r[6], r[7].replace("|", ", "), r[8]) for r in rows
            ])  # fmt: skip


@law.command()
@click.argument("region", required=False)
@format_option
def places(region: str | None, format_: str) -> None:
    """List the regions, or the municipalities of REGION by the keys that populations use.

    \b
    Examples:
      adit law places
      adit law places RU-IRK
    """
    from adit.terms.places import municipalities, regions
    from adit.terms.places import region as region_named

    if region is None:
        header: tuple[str, ...] = ("region", "name", "name_ru", "power_system", "note")
        rows: list[tuple[Any, ...]] = [
            (r.iso, r.name_en, r.name_ru, r.energy_system, r.recognition_note or r.note) for r in regions().values()
        ]
    else:
        header = ("key", "name", "name_ru", "kind", "within")
        rows = [(m.key, m.name_en, m.name_ru, m.kind, m.within) for m in municipalities(region_named(region).iso)]
    match format_:
        case "json":
            write_json({"adit": __version__, "places": _rows_as_data(header, rows)})
        case "csv":
            write_csv(header, rows)
        case _:
            write_table("", header, rows)
            if region is not None and not rows:
                say("No act divides this region, so its municipalities are not listed.")


@law.command()
@click.argument("regimes", nargs=-1)
@format_option
@click.pass_context
def cases(context: click.Context, regimes: tuple[str, ...], format_: str) -> None:
    """Run the golden cases; say which ones no rule covers, and why. All REGIMES if none is named.

    \b
    Example:
      adit law cases ru/law
    """
    from adit.law import load, names
    from adit.regime.golden import run_cases

    header = ("regime", "case", "result", "name", "source", "detail")
    rows: list[tuple[Any, ...]] = []
    reached: list[str] = []
    for name in regimes or names():
        act = load(name)
        for result in run_cases(act):
            verdict = "passed" if result.passed else "FAILED"
            rows.append(
                (
                    act.id,
                    result.case.id,
                    verdict,
                    result.case.name,
                    result.case.source,
                    "; ".join(result.differences) or result.error,
                )
            )
        rows += [(act.id, c.id, "not covered", c.name, c.source, c.why_not) for c in act.cases if not c.covered]
        reached.append(_reached(act))
    failed = sum(row[2] == "FAILED" for row in rows)
    match format_:
        case "json":
            write_json({"adit": __version__, "cases": _rows_as_data(header, rows), "reached": reached})
        case "csv":
            write_csv(header, rows)
        case _:
            write_table(
                "", ("regime", "case", "result", "name", "why not, or what differs"), [(*r[:4], r[5]) for r in rows]
            )
            passed = sum(row[2] == "passed" for row in rows)
            say(f"{passed} passed, {failed} failed, {len(rows) - passed - failed} not covered by any rule")
            for line in reached:
                say(as_dim(line))
    context.exit(1 if failed else 0)


def _reached(act: "Regime") -> str:
    """How much of the act its golden cases reach, and which answers they do not."""
    from adit.regime.golden import reached_answers, reached_branches, reached_slices

    def of(pairs: "Iterable[tuple[int, int]]") -> str:
        counted = list(pairs)
        return f"{sum(seen for seen, _ in counted)} of {sum(total for _, total in counted)}"

    answers = reached_answers(act)
    never = [
        f"{name} = {'does not say' if a is None else {True: 'yes', False: 'no'}.get(a, a)}"
        for name, (seen, possible) in answers.items()
        for a in sorted(possible - seen, key=str)
    ]
    slices = reached_slices(act)
    text = f"{act.id}: the cases reach {of(reached_branches(act).values())} branches"
    text += f", {of((len(seen), len(possible)) for seen, possible in answers.values())} answers"
    text += f", {of(slices.values())} brackets" if slices else ""
    return text + (f"; never {'; '.join(never)}" if never else "")


@law.command()
@click.argument("regime")
@click.option(
    "--proofs/--no-proofs",
    default=None,
    help="Prove what can be proved instead of trying cases; needs z3, pip install 'adit[proof]'.  [default: if z3 is there]",
)
@click.option(
    "--watch", is_flag=True, help="Check again whenever a file of the act's folder changes; ends with Ctrl-C."
)
@format_option
@click.pass_context
def check(context: click.Context, regime: str, proofs: bool | None, watch: bool, format_: str) -> None:
    """Look for what is unsound in an act: gaps between dated values, exceptions that clash, branches that nothing reaches.

    With z3 installed, clashes, values used out of force, branches out of reach and taxes that fall as income rises are proved.

    \b
    Example:
      adit law check ru/law
    """
    if watch:
        from adit.cli.watch import again_and_again

        again_and_again(Path(regime), lambda: _check(regime, proofs, format_))
    context.exit(1 if _check(regime, proofs, format_) else 0)


def _check(regime: str, proofs: bool | None, format_: str) -> int:
    """Print what is unsound; the number of findings."""
    from random import Random

    from adit.law import load
    from adit.regime.check import can_prove, tried_only
    from adit.regime.check import check as check_act

    act = load(regime)
    prover = None
    if can_prove() if proofs is None else proofs:
        require_proofs()
        from adit.regime.proofs import Proofs

        prover = Proofs(act)
    with progress(f"checking {regime}") as step:
        found = check_act(act, Random(0), step, prover)
    how = prover.said() if prover else tried_only(act)
    cliffs = prover.cliffs if prover else []
    header = ("kind", "at", "what", "todo")
    rows: list[tuple[Any, ...]] = [(f.kind, f.where, f.what, f.todo) for f in found]
    match format_:
        case "json":
            told = {"findings": _rows_as_data(header, rows), "cliffs": cliffs, "how": how}
            write_json({"adit": __version__, "regime": regime, **told})
        case "csv":
            write_csv(header, rows)
        case _:
            for f in found:
                say(f"{as_warning(f.kind)}  {f.what}\n  {as_dim(f.where)}" + (f"\n  {f.todo}" if f.todo else ""))
            for cliff in cliffs:
                say(f"{as_bold('cliff')}  {cliff}")
            say(f"{counted(len(found), 'finding')} in {regime}")
            say(as_dim(how))
    return len(found)


for command in (diff.diff, authoring.new, authoring.schema, authoring.import_, authoring.export):
    law.add_command(command)
