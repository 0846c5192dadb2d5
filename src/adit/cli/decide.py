"""`adit decide`: one case, its answers, and why."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    format_option,
    language_option,
    out_option,
    require_proofs,
    say,
    write_csv,
    write_json,
    write_out,
)
from adit.terms.fields import facts, naming, spoken, written

if TYPE_CHECKING:
    from adit.decision.decide import Answer
    from adit.decision.what_if import Difference

__all__ = ["decide"]

MOST_WORDS = 3  # of one fact that are listed, where many would do


@click.command()
@click.argument("case", type=click.Path(path_type=Path), required=False)
@click.option("--regime", default="", help="The regime, as `adit law list` names it, or a folder.  [default: ru/law]")
@click.option(
    "--on", default="", help="The period: a day 2025-02-01, a month 2025-02 or a year 2025.  [default: today]"
)
@click.option(
    "--fact", multiple=True, metavar="NAME=VALUE", help="A fact; may be given many times, and wins over the file."
)
@click.option("--ask", multiple=True, metavar="QUESTION", help="Only this question or rule; may be given many times.")
@click.option(
    "--what-if",
    "wanted",
    default="",
    metavar="ANSWER",
    help="Also which single fact would have to be different for this answer to the one question asked; needs z3.",
)
@click.option("--known", default="", metavar="DAY", help="Use only what was published by this day.")
@click.option(
    "--decided",
    default="",
    metavar="DAY",
    help="The day of decision: what punishes follows the more lenient of its law and that of the period.",
)
@click.option("--full", is_flag=True, help="Show every rule, fact and dated value that was looked at.")
@out_option
@language_option
@format_option
def decide(
    case: Path | None,
    regime: str,
    on: str,
    fact: tuple[str, ...],
    ask: tuple[str, ...],
    wanted: str,
    known: str,
    decided: str,
    full: bool,
    out: tuple[Path, ...],
    language: str,
    format_: str,
) -> None:
    """Decide one case: what the regime of the day answers, and why.

    CASE is a TOML file with [facts] and, for sums over the year, [[earlier]] periods. Facts and questions: adit law fields.

    \b
    Examples:
      adit decide --on 2025-02-01 --fact actor=citizen --fact region=Moscow --fact mining_energy_kwh_per_month=6001
      adit decide examples/company_year.toml --ask profit_tax_rub
      adit decide --on 2025-02-01 --fact actor=citizen --fact mining_energy_kwh_per_month=6001 --ask must_register --what-if no
      adit decide examples/company_year.toml --lang ru --out decision.html --out decision.json
    """
    from adit import law
    from adit.decision.decide import decide as decide_case
    from adit.decision.stored.record import record_of
    from adit.terms.days import parse_day, parse_period

    given, earlier, file_regime, file_period = _read(case)
    given |= _pairs(fact)
    act = law.load(regime or file_regime or "ru/law")
    period = parse_period(on or file_period or date.today().isoformat())  # noqa: DTZ011 - the day where the person sits
    questions = [written(name, [*act.rules, *act.silent]) for name in ask]
    past = [(parse_period(p), f) for p, f in earlier]
    known_by = parse_day(known) if known else None
    decided_on = parse_day(decided) if decided else None
    decision = decide_case(act, given, period, questions=questions, earlier=past, known=known_by, decided=decided_on)
    changes: list[Difference] | None = []
    if wanted:
        _may_ask_what_if(questions, format_)
        from adit.decision.what_if import what_if

        changes = what_if(act, given, period, questions[0], wanted, earlier=past, known=known_by)
    record: dict[str, Any] = {}
    if out or format_ != "csv":
        record = record_of(decision)
    match format_:
        case "json":
            told = {"wanted": wanted, "already": changes is None, "changes": [asdict(c) for c in changes or []]}
            more = {"what_if": told} if wanted else {}
            write_json(record | more)
        case "csv":
            write_csv(
                ("question", "state", "answer", "unit", "because", "cites"), [_line_of(a) for a in decision.answers]
            )
        case _:
            from adit.cli.telling import print_telling
            from adit.decision.stored.telling import tell

            print_telling(tell(record, language), full=full)
            if wanted:
                _print_changes(questions[0], wanted, changes, language)
    write_out(out, record, language)


# Reading ----------------------------------------------------------------------------------------------------------
def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    from adit.terms.errors import BadInput

    pairs: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator:
            raise BadInput(f"'{text}' is not name=value.", todo="Write --fact region=Moscow.")
        pairs[written(name.strip(), facts())] = value.strip()
    return pairs


def _read(file: Path | None) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]], str, str]:
    """Facts, earlier periods, regime and period of a case file."""
    if file is None:
        return {}, [], "", ""
    from adit.regime.store import read_toml
    from adit.terms.errors import BadInput

    if not file.is_file():
        raise BadInput("There is no such case file.", where=str(file), todo="See examples/ for case files.")
    table = read_toml(file)
    for key in table:
        if key not in ("regime", "period", "facts", "earlier"):
            raise BadInput(
                f"A case file has no '{key}'.", where=str(file), todo="It has regime, period, [facts] and [[earlier]]."
            )
    facts, earlier = table.get("facts", {}), table.get("earlier", [])
    if not isinstance(facts, dict) or not isinstance(earlier, list) or not all(isinstance(e, dict) for e in earlier):
        raise BadInput(
            "facts and earlier are not tables.",
            where=str(file),
            todo="Write [facts], and [[earlier]] for each earlier period.",
        )
    if not all("period" in e for e in earlier):
        raise BadInput("An [[earlier]] has no period.", where=str(file), todo='Write period = "2025-01".')
    past = [(str(e["period"]), {k: v for k, v in e.items() if k != "period"}) for e in earlier]
    return dict(facts), past, str(table.get("regime", "")), str(table.get("period", ""))


def _may_ask_what_if(questions: list[str], format_: str) -> None:
    from adit.terms.errors import BadInput

    if len(questions) != 1:
        raise BadInput("--what-if is about one question.", todo="Write --ask may_mine --what-if yes.")
    if format_ == "csv":
        raise BadInput("--what-if answers as a table or as JSON.", todo="Write --format json.")
    require_proofs()


# Printing ---------------------------------------------------------------------------------------------------------
def _line_of(a: "Answer") -> tuple[Any, ...]:
    e = a.explanation
    because = a.silence if e is None or a.value is None else e.because or e.sentence
    return a.question, a.state, a.value, e.unit if e else "", because, e.cites if e else ""


def _print_changes(question: str, wanted: str, changes: "list[Difference] | None", language: str) -> None:
    """The single changes; of a fact for which many words would do, the first few and how many more."""
    from adit.terms.language import phrase

    known = naming(language)

    def named(name: str) -> str:
        return known.names.get(name) or spoken(name)

    asked = {"question": named(question), "wanted": known.words.get(question, {}).get(wanted, wanted)}
    if changes is None:
        say("\n" + phrase("already", language, **asked))
        return
    if not changes:
        say("\n" + phrase("no change", language, **asked))
        return
    say(f"\n{as_bold(phrase('would be', language, **asked))}{phrase('any one', language)}")
    told: dict[str, int] = {}
    for c in changes:
        told[c.fact] = told.get(c.fact, 0) + 1
        if told[c.fact] <= MOST_WORDS:
            then, now = (_value_of(c.fact, v, unit, language) for v, unit in ((c.then, c.unit), (c.now, "")))
            say(f"  {named(c.fact)} {then} {phrase('instead of', language)} {now}")
    for fact, n in told.items():
        if n > MOST_WORDS:
            say(as_dim("  " + phrase("more values", language, n=n - MOST_WORDS, fact=named(fact))))


def _value_of(fact: str, value: Any, unit: str, language: str) -> str:
    from adit.terms.language import number, phrase, unit_in

    if value is None or value == "":
        return phrase("not given" if value is None else "empty", language)
    if isinstance(value, bool):
        return phrase("yes" if value else "no", language)
    if isinstance(value, Decimal | int) and language != "en":
        return f"{number(Decimal(value), language)} {unit_in(unit, language)}".strip()
    return naming(language).words.get(fact, {}).get(str(value)) or amount(value, unit)
