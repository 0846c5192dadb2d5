"""`adit law diff`: two laws side by side, in their text, in every case, and for a population."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    as_warning,
    counted,
    format_option,
    log,
    progress,
    require_proofs,
    say,
    write_csv,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    from adit.decision.effects import Effects
    from adit.regime.diff import Change, Side
    from adit.regime.equivalence import Said, Verdict

__all__ = ["diff"]

WRITTEN = ("changed", "undecided")
SCOPE = "Each proof is of one day on each side, and of the first period of a subject's year where a rule sums over it."


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--on", default="", metavar="DAY", help="The day of A.  [default: the first of --months, else today]")
@click.option("--then", default="", metavar="DAY", help="The day of B, if another.")
@click.option("--known", default="", metavar="DAY", help="Of A, use only what was published by this day.")
@click.option("--then-known", default="", metavar="DAY", help="The same of B.  [default: all that was published]")
@click.option(
    "--rule", multiple=True, metavar="NAME", help="Prove only this rule or question; may be given many times."
)
@click.option(
    "--proofs/--no-proofs",
    default=None,
    help="Of each rule a proof that no case changes, or the smallest that does; needs z3, pip install 'adit[proof]'.  [default: if z3 is there]",
)
@click.option(
    "--population", default="", help="Also what changes for these miners: a file or a table, as adit assess takes it."
)
@click.option("--months", default="", help="The months of the population: 2025-01..2025-12, or one month.")
@click.option("--then-months", default="", metavar="MONTHS", help="The same months of another year, whose law is B's.")
@click.option(
    "--ask", multiple=True, metavar="QUESTION", help="Of the population only this question; may be given many times."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for changed/ and undecided/, Parquet.")
@format_option
@click.pass_context
def diff(
    context: click.Context,
    a: str,
    b: str,
    on: str,
    then: str,
    known: str,
    then_known: str,
    rule: tuple[str, ...],
    proofs: bool | None,
    population: str,
    months: str,
    then_months: str,
    ask: tuple[str, ...],
    out: Path | None,
    format_: str,
) -> None:
    """Lay two regimes side by side, or one on two days: values, rules, questions, golden cases; then every case, and a population.

    With z3 each rule that both have is proved to answer alike in every case, or the smallest case in which it does not is
    shown. With --population both decide the same miners: who wins, who loses, how much, by which article. CSV is then of the
    articles.

    \b
    Examples:
      adit law diff ru/law ru/bills_2026 --on 2026-05-01
      adit law diff ru/law ru/law --on 2024-12-31 --then 2025-01-01
      adit law diff ru/law ru/law --then-known 2025-01-01 --population examples/population.csv --months 2025-01..2025-12
      adit law diff ru/law ru/law --known 2025-03-01 --population examples/population.csv --months 2025-01..2025-12
    """
    from adit.law import load
    from adit.regime.check import can_prove
    from adit.regime.diff import Side
    from adit.regime.diff import diff as diff_acts
    from adit.terms.days import months_between, parse_day
    from adit.terms.fields import written

    _may_ask(population, months=months, then_months=then_months, out=out, ask=ask)
    if (rule and proofs is None) or proofs:
        require_proofs()
    asked_for = months_between(months) if months else []
    moved = months_between(then_months) if then_months else []
    day = parse_day(on) if on else asked_for[0].start if asked_for else date.today()  # noqa: DTZ011 - the day where the person sits
    other_day = parse_day(then) if then else moved[0].start if moved else day
    left = Side(load(a), day, parse_day(known) if known else None)
    right = Side(load(b), other_day, parse_day(then_known) if then_known else None)
    proved: list[Verdict] | None = None
    found_effects: Effects | None = None
    with progress(f"comparing {a} and {b}") as step:
        found = diff_acts(left, right)
        if can_prove() if proofs is None else proofs:
            from adit.regime.equivalence import compare

            names = [written(name, left.regime.rules) for name in rule]
            proved = list(compare(left, right, names, step=step))
        if population:
            from adit.decision.differing import Law
            from adit.decision.effects import effects
            from adit.engines.engine import open_engine
            from adit.engines.sources import fetch

            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".adit-", dir=out) as scratch, open_engine("duckdb") as engine:
                source, work = fetch(population, Path(scratch)), Path(scratch) / "work"
                found_effects = effects(
                    Law(left.regime, left.known), Law(right.regime, right.known), source.file, asked_for, engine, work,
                    then=moved, asked=ask, name=source.name, progress=step,
                )  # fmt: skip
                if out is not None:
                    for name in WRITTEN:
                        rmtree(out / name, ignore_errors=True)  # of an earlier run
                        (work / name).rename(out / name)
    if out is not None:
        log(f"written to {out}: {', '.join(f'{name}/' for name in WRITTEN)}")
    match format_:
        case "json":
            sides = {n: {"regime": r, "on": s.day, "known": s.known} for n, r, s in (("a", a, left), ("b", b, right))}
            layers: dict[str, Any] = {"differences": [asdict(d) for d in found]}
            layers |= {} if proved is None else {"proofs": [asdict(v) for v in proved], "scope": SCOPE}
            layers |= {} if found_effects is None else {"population": asdict(found_effects)}
            write_json({"adit": __version__, **sides, **layers})
        case "csv" if found_effects is not None:
            write_csv(ARTICLES, [_article_line(x) for x in found_effects.articles])
        case "csv":
            lines = [(d.layer, d.name, d.left, d.right, d.articles, "") for d in found]
            write_csv(("layer", "name", "a", "b", "articles", "case"), lines + [_case_line(v) for v in proved or []])
        case _:
            _print_text(found, left, right)
            if proved is not None:
                _print_proofs(proved, left, right)
            elif proofs is None:
                say(as_dim("Read, not proved: pip install 'adit[proof]' proves of each rule what changes."))
            if found_effects is not None:
                _print_effects(found_effects)
    cases = any(v.verdict == "differs" for v in proved or [])
    rows = found_effects is not None and bool(found_effects.changed + found_effects.rejected + found_effects.undecided)
    context.exit(1 if found or cases or rows else 0)


def _may_ask(population: str, *, months: str, **only_with: Any) -> None:
    from adit.terms.errors import BadInput

    if population and not months:
        raise BadInput("--population needs the months to decide.", todo="Add --months 2025-01..2025-12.")
    given = [name for name, value in {"months": months, **only_with}.items() if value]
    if not population and given:
        raise BadInput(f"--{given[0].replace('_', '-')} is about a population.", todo="Add --population FILE.")


def _side(side: "Side") -> str:
    return f"{side.regime.id} on {side.day}" + (f", known {side.known}" if side.known else "")


# The text of the law ----------------------------------------------------------------------------------------------
def _print_text(found: "Sequence[Change]", left: "Side", right: "Side") -> None:
    if found:
        lines = [(d.layer, d.name, d.left, d.right, d.articles) for d in found]
        write_table("", ("layer", "name", _side(left), _side(right), "articles"), lines)
    say(counted(len(found), "difference") if found else f"no difference between {_side(left)} and {_side(right)}")


# Every case -------------------------------------------------------------------------------------------------------
def _case_line(v: "Verdict") -> tuple[Any, ...]:
    if v.left is None or v.right is None:
        return "proof", v.rule, v.verdict, v.verdict, v.note, ""
    cites = dict.fromkeys(c for c in (v.left.cites, v.right.cites, *(m.cites for m in v.parted)) if c)
    return "proof", v.rule, _answer(v.left), _answer(v.right), "; ".join(cites), _case(v)


def _case(v: "Verdict") -> str:
    def value(x: Any) -> str:
        return amount(x, "").replace(",", "") if isinstance(x, Decimal) else amount(x, "")

    return ", ".join(f"{s.fact} = {value(s.value)}" for s in v.case) or "any"


def _answer(said: "Said") -> str:
    return amount(said.answer, said.unit) if said.decided else "not decided"


def _print_proofs(proved: "Sequence[Verdict]", left: "Side", right: "Side") -> None:
    """Each rule that answers differently with its smallest case; the others in a line for each verdict."""
    sides = (_side(left), _side(right))
    width = 4 + max(len(s) for s in sides)
    differing = [v for v in proved if v.verdict == "differs"]
    if differing:
        say(f"\n{as_bold('Rules that answer differently, each with its smallest case')}")
    for v in differing:
        assert v.left is not None
        assert v.right is not None
        label = as_dim("case".ljust(width - 2))
        say(f"\n{as_bold(v.rule)}\n  {label}{_case(v)}")
        for side, said in zip(sides, (v.left, v.right), strict=True):
            article = f"   {click.style(said.cites, fg='cyan')}" if said.cites else ""
            say(f"  {side:<{width - 2}}{as_bold(_answer(said))}   {said.because}{article}")
        for cause in v.parted:
            article = f"   {click.style(cause.cites, fg='cyan')}" if cause.cites else ""
            say(f"  {as_dim('they part at'.ljust(width - 2))}{cause.what}{article}")
    say()
    for verdict, words in (
        ("proved equal", "proved to answer alike in every case"),
        ("same law", "the same text and the same values"),
    ):
        names = [v.rule + (f" ({v.note})" if v.note else "") for v in proved if v.verdict == verdict]
        if names:
            say(f"{counted(len(names), 'rule')}: {words}: {as_dim(', '.join(names))}")
    for v in proved:
        if v.verdict == "not proved":
            say(f"{as_warning('not proved')}  {v.rule}: {v.note}")
    say(as_dim(SCOPE))


# A population -----------------------------------------------------------------------------------------------------
ARTICLES = ("question", "change", "rows", "sum", "rule", "because", "parted", "article")


def _article_line(x: Any) -> tuple[Any, ...]:
    return x.question, x.change, x.rows, x.sum, x.rule, x.because, x.parted, x.cites


def _roubles(value: Decimal | None, *, signed: bool = False) -> str:
    """To the kopeck, without the unit, which has a column of its own."""
    if value is None:
        return ""
    return ("+" if signed and value > 0 else "") + amount(value, "RUB").removesuffix(" RUB")


def _print_effects(e: "Effects") -> None:
    a, b = (name + (f", known {known}" if known else "") for name, known in ((e.a, e.a_known), (e.b, e.b_known)))
    later = f" by the law of {e.then}" if e.then else ""
    say(f"\n{as_bold('A')} {a} · {as_bold('B')} {b}{later} · {e.months}")
    say(
        f"{e.rows:,} rows, {e.compared:,} decided on both sides, {e.undecided:,} undecided on a side, {e.rejected:,} rejected"
        + (f", {e.other_months:,} of other months" if e.other_months else "")
    )
    if e.sums_from:
        say(as_warning(f"sums over the year begin in {e.sums_from}: one of the two does not speak before"))
    for regime, status in dict.fromkeys([(e.a, e.a_status), (e.b, e.b_status)]):
        if status != "in force":
            say(as_warning(f"simulated: the status of {regime} is '{status}', so it decides no real case"))
    say(
        f"{as_bold(counted(e.changed, 'row'))} of {counted(e.changed_subjects, 'subject')} with some answer that changes"
    )
    _print_amounts(e)
    _print_answers(e)
    if e.articles:
        write_table(
            "By article",
            ("rows", "question", "change", "sum", "where A and B part, or why B says so", "article"),
            [
                (f"{x.rows:,}", x.question, x.change, _roubles(x.sum, signed=True), x.parted or x.because, x.cites)
                for x in e.articles
            ],
            right=("rows", "sum"),
        )
    if e.first:
        more = (
            ""
            if e.changed_answers <= len(e.first)
            else f", the first {len(e.first)} of {e.changed_answers:,}; all with --out"
        )
        write_table(
            ("Decisions to make anew" if e.a == e.b and not e.then else "What changes") + more,
            ("subject", "period", "question", "A", "B", "article"),
            [(r.subject, r.period, r.question, r.a, r.b, r.cites) for r in e.first],
        )
    if e.presumed:
        say(as_dim("presumed, for want of a column: ") + ", ".join(f"{n} = {p}" for n, p in e.presumed.items()))
    if e.looked_up:
        say(as_dim("looked up: ") + ", ".join(f"{n} ({p})" for n, p in e.looked_up.items()))
    if e.reasons:
        write_table(
            "Not compared", ("side", "reason", "rows"), [(s, r, f"{n:,}") for s, r, n in e.reasons], right=("rows",)
        )
    say(as_dim(f"adit {e.adit} · {e.a} {e.a_digest} · {e.b} {e.b_digest} · engine {e.engine}"))


def _print_amounts(e: "Effects") -> None:
    """Who wins and who loses, where both sides name an amount; then the amounts that only one side names."""
    header = ("question", "unit", "of each", "winners", "losers", "unchanged", "change", "largest change", "of")
    both = [
        (x.question, x.unit, x.each, f"{x.winners:,}", f"{x.losers:,}", f"{x.unchanged:,}", _roubles(x.change, signed=True),
         _roubles(x.largest, signed=True), x.largest_of)
        for x in e.amounts if x.winners or x.losers or x.unchanged
    ]  # fmt: skip
    if both:
        write_table("Amounts: who has less under B wins", header, both, right=header[3:8])
    only = [
        (x.question, x.unit, x.each, side, f"{n:,}", _roubles(total))
        for x in e.amounts
        for side, n, total in (("A", x.only_a, x.only_a_sum), ("B", x.only_b, x.only_b_sum))
        if n
    ]
    if only:
        named = ("question", "unit", "of each", "only side", "named", "sum")
        write_table("Amounts that one side alone names", named, only, right=named[4:])


def _print_answers(e: "Effects") -> None:
    changed = {x.question for x in e.answers if x.changed}
    lines = [(x.question, x.a, x.b, f"{x.rows:,}") for x in e.answers if x.question in changed]
    if lines:
        write_table("Answers", ("question", "A", "B", "rows"), lines, right=("rows",))
    same = [x.question for x in e.answers if x.question not in changed]
    if same:
        say(f"{as_dim('the same answer in every row:')} {', '.join(dict.fromkeys(same))}")
