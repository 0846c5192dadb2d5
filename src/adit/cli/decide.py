"""`adit decide`: one case, its answers, and why."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    as_warning,
    format_option,
    require_proofs,
    say,
    write_csv,
    write_json,
)
from adit.terms.fields import facts, spoken, written

if TYPE_CHECKING:
    from adit.decision.decide import Answer, Decision
    from adit.decision.what_if import Difference
    from adit.regime.explain import Explanation

__all__ = ["decide"]

NARROW = 16  # the least width of the first column
DEEP = 3  # how many rules down a reason is followed unless --full
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
@click.option("--full", is_flag=True, help="Show every rule, fact and dated value that was looked at.")
@format_option
def decide(
    case: Path | None,
    regime: str,
    on: str,
    fact: tuple[str, ...],
    ask: tuple[str, ...],
    wanted: str,
    known: str,
    full: bool,
    format_: str,
) -> None:
    """Decide one case: what the regime of the day answers, and why.

    CASE is a TOML file with [facts] and, for sums over the year, [[earlier]] periods. Facts and questions: adit law fields.

    \b
    Examples:
      adit decide --on 2025-02-01 --fact actor=citizen --fact region=Moscow --fact mining_energy_kwh_per_month=6001
      adit decide examples/company_year.toml --ask profit_tax_rub
      adit decide --on 2025-02-01 --fact actor=citizen --fact mining_energy_kwh_per_month=6001 --ask must_register --what-if no
    """
    from adit import law
    from adit.decision.decide import decide as decide_case
    from adit.decision.decide import evidence_of
    from adit.terms.days import parse_day, parse_period

    given, earlier, file_regime, file_period = _read(case)
    given |= _pairs(fact)
    act = law.load(regime or file_regime or "ru/law")
    period = parse_period(on or file_period or date.today().isoformat())  # noqa: DTZ011 - the day where the person sits
    questions = [written(name, [*act.rules, *act.silent]) for name in ask]
    past = [(parse_period(p), f) for p, f in earlier]
    known_by = parse_day(known) if known else None
    decision = decide_case(act, given, period, questions=questions, earlier=past, known=known_by)
    changes: list[Difference] | None = []
    if wanted:
        _may_ask_what_if(questions, format_)
        from adit.decision.what_if import what_if

        changes = what_if(act, given, period, questions[0], wanted, earlier=past, known=known_by)
    match format_:
        case "json":
            told = {"wanted": wanted, "already": changes is None, "changes": [asdict(c) for c in changes or []]}
            more = {"what_if": told} if wanted else {}
            write_json(evidence_of(decision) | more)
        case "csv":
            write_csv(
                ("question", "state", "answer", "unit", "because", "cites"), [_line_of(a) for a in decision.answers]
            )
        case _:
            _print(decision, by_name=bool(ask), full=full)
            if wanted:
                _print_changes(questions[0], wanted, changes)


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


def _print(decision: "Decision", *, by_name: bool, full: bool) -> None:
    say(f"{as_bold(decision.regime)} · {decision.title} · {decision.period}")
    if decision.simulated:
        say(as_warning(f"simulated: this is a {decision.status} and decides no real case"))
    say()
    width = max([NARROW, *(len(spoken(a.question)) + 2 for a in decision.answers)])
    for a in decision.answers:
        if a.state == "answered":
            assert a.explanation is not None
            _entry(spoken(a.question), amount(a.value, a.explanation.unit), width)
            _reasons(a.explanation, width, full=full)
        elif by_name:
            _entry(spoken(a.question), "does not say", width)
            _line("because", a.silence, a.explanation.cites if a.explanation else "", width)
    _rests_on(decision, width)
    if not by_name:
        _open_questions(decision)
    say(
        as_dim(
            f"\nadit {decision.receipt.adit} · regime {decision.receipt.regime_digest} · {decision.receipt.regime_status}"
        )
    )


def _entry(name: str, answer: str, width: int) -> None:
    say(f"{name:<{width}}{as_bold(answer)}")


def _line(name: str, text: str, cites: str, width: int) -> None:
    gap = " " * max(1, width - 2 - len(name))
    say(f"  {as_dim(name)}{gap}{text}" + (f"   {click.style(cites, fg='cyan')}" if cites else ""))


def _reasons(e: "Explanation", width: int, *, full: bool, depth: int = 0, told: set[str] | None = None) -> None:
    """The deciding branch, then the rules on which it turned, each told once."""
    told = told if told is not None else set()
    told.add(e.rule)
    name = "" if depth == 0 else f"{spoken(e.rule)}: {amount(e.answer, e.unit)}, "
    _line("because" if depth == 0 else "and", name + (e.because or e.sentence), e.cites, width)
    for compared in e.compared if full or depth < DEEP else ():
        _line("", compared, "", width)
    for rule in e.rules if full else e.decisive:
        if rule.rule not in told:
            _reasons(rule, width, full=full, depth=depth + 1, told=told)


def _print_changes(question: str, wanted: str, changes: "list[Difference] | None") -> None:
    """The single changes; of a fact for which many words would do, the first few and how many more."""
    if changes is None:
        say(f"\n{spoken(question)} is {wanted} already.")
        return
    if not changes:
        say(f"\nNo single fact alone would make {spoken(question)} {wanted}.")
        return
    say(f"\n{as_bold(f'{spoken(question)} would be {wanted}')} with any one of these alone:")
    told: dict[str, int] = {}
    for c in changes:
        told[c.fact] = told.get(c.fact, 0) + 1
        if told[c.fact] <= MOST_WORDS:
            say(f"  {spoken(c.fact)} {_change(c)}")
    for fact, n in told.items():
        if n > MOST_WORDS:
            say(as_dim(f"  and {n - MOST_WORDS} more values of {spoken(fact)}: --format json"))


def _change(c: "Difference") -> str:
    now, then = (
        "not given" if v is None else "empty" if v == "" else amount(v, unit)
        for v, unit in ((c.now, ""), (c.then, c.unit))
    )
    return f"{then} instead of {now}"


def _rests_on(decision: "Decision", width: int) -> None:
    used: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for a in decision.answers:
        if a.state == "answered" and a.explanation:
            used |= a.explanation.all_facts()
            values |= a.explanation.all_values()
    seen = [f for f in used.values() if f.value not in (None, "")]
    stated = [
        f"{spoken(f.name)} {amount(f.value, f.unit)}" + (f" ({f.origin})" if f.origin != "given" else "")
        for f in seen
        if f.origin != "presumed"
    ]
    presumed = [f"{spoken(f.name)} {amount(f.value, f.unit)}" for f in seen if f.origin == "presumed"]
    say()
    if stated:
        _line("rests on", " · ".join(stated), "", width)
    if presumed:
        _line("presumed", " · ".join(presumed), "", width)
    for v in values.values():
        if v.first is not None and v.value not in ("yes", "no"):  # a flag is told by the reasons
            until = f" through {v.through}" if v.through else ""
            text = f"{v.name} = {amount(v.value, v.unit)} since {v.first}{until}, {v.status}, {v.read}, confidence {v.confidence}"
            _line("value", text, v.cite, width)


def _open_questions(decision: "Decision") -> None:
    silent = [spoken(a.question) for a in decision.answers if a.state == "does not say"]
    if silent:
        say(
            f"\n{as_dim('does not say')}  {', '.join(silent)}  "
            + as_dim(f"(why: --ask, or adit law show {decision.regime})")
        )
    missing: dict[tuple[str, ...], list[str]] = {}
    for a in decision.answers:
        if a.missing:
            missing.setdefault(a.missing, []).append(spoken(a.question))
    for needed, names in missing.items():
        say(f"{as_dim('needs')}  {', '.join(needed)}  {as_dim('for ' + ', '.join(names))}")
