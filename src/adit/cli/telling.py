"""How a decision is told in the terminal, in either language: the answers with their reasons, then what they rest on."""

import click

from adit.cli.output import as_bold, as_dim, as_warning, say
from adit.decision.stored.telling import FactTold, RuleTold, Telling

__all__ = ["print_telling"]

NARROW = 16  # the least width of the first column
WIDE = 34  # and the greatest; a longer name pushes its answer to the right
DEEP = 3  # how many rules down a reason is followed unless --full


def print_telling(t: Telling, *, full: bool) -> None:
    """The decision; with `full` every rule that was looked at, and what would have decided otherwise in each."""
    say(f"{as_bold(t.regime)} · {t.title} · {t.period}")
    if t.simulated:
        say(as_warning(t.phrase("simulated", status=t.status)))
    say()
    width = min(WIDE, max([NARROW, *(len(a.name) + 2 for a in t.answers)]))
    for a in t.answers:
        if a.answered and a.rule:
            say(f"{a.name:<{width - 2}}  {as_bold(a.answer)}")
            _reasons(t, a.rule, width, full=full, told=set())
        elif t.by_name:
            say(f"{a.name:<{width - 2}}  {as_bold(t.phrase('does not say'))}")
            _line(t.phrase("because"), str(a.silence), str(a.rule.cites) if a.rule else "", width)
    _rests_on(t, width)
    if not t.by_name:
        _open_questions(t)
    receipt = f"adit {t.receipt['adit']} · {t.phrase('regime')} {t.receipt['regime_digest']} · {t.status}"
    say(as_dim(f"\n{receipt}"))
    if t.untranslated:
        say(as_dim(t.phrase("untranslated")))


def _line(name: str, text: str, cites: str, width: int) -> None:
    gap = " " * max(1, width - 2 - len(name))
    say(f"  {as_dim(name)}{gap}{text}" + (f"   {click.style(cites, fg='cyan')}" if cites else ""))


def _reasons(t: Telling, r: RuleTold, width: int, *, full: bool, told: set[str], depth: int = 0) -> None:
    """The deciding branch, then the rules on which it turned, each told once."""
    told.add(r.key)
    name = "" if depth == 0 else f"{r.name}: {r.answer}{', ' if t.language == 'en' else ' — '}"
    _line(t.phrase("because" if depth == 0 else "and"), f"{name}{r.because}", str(r.cites), width)
    for compared in r.compared if full or depth < DEEP else ():
        _line("", compared, "", width)
    if r.next and (full or (t.by_name and not r.decisive)):  # where the answer turned, and not where it was handed on
        outcome = (
            f"{r.next.answer}: {r.next.because}" if r.next.answer else f"{t.phrase('not worked out')}: {r.next.because}"
        )
        _line(t.phrase("otherwise"), outcome, str(r.next.cites) if full else "", width)
    for rule in r.rules if full else r.decisive:
        if rule.key not in told:
            _reasons(t, rule, width, full=full, told=told, depth=depth + 1)


def _rests_on(t: Telling, width: int) -> None:
    def stated(f: FactTold) -> str:
        return f"{f.name} {f.value}" if t.language == "en" else f"{f.name}: {f.value}"

    def seen(facts: tuple[FactTold, ...]) -> str:
        known = [f for f in facts if f.known and not f.presumed]
        return " · ".join(stated(f) + ("" if f.given else f" ({f.origin})") for f in known)

    told = seen(t.facts)
    presumed = [stated(f) for f in t.facts if f.known and f.presumed]
    say()
    if told:
        _line(t.phrase("rests on"), told, "", width)
    for period, facts in t.earlier:
        _line(t.phrase("earlier"), f"{period}: {seen(facts)}", "", width)
    if presumed:
        _line(t.phrase("presumed"), " · ".join(presumed), "", width)
    for v in t.values:
        if v.in_force and not v.flag:  # a flag is told by the reasons
            days = f"{t.phrase('since')} {v.since}" + (f" {t.phrase('through')} {v.through}" if v.through else "")
            text = f"{v.name} = {v.value} {days}, {v.status}, {v.read}, {t.phrase('confidence')} {v.confidence}"
            _line(t.phrase("value"), text, str(v.cite), width)


def _open_questions(t: Telling) -> None:
    silent = [a.name for a in t.answers if a.silent]
    if silent:
        why = as_dim(f"({t.phrase('why silent', regime=t.regime)})")
        say(f"\n{as_dim(t.phrase('does not say'))}  {', '.join(silent)}  {why}")
    missing: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for a in t.answers:
        if a.missing:
            missing.setdefault(a.missing, []).append(a.name)
    for needed, names in missing.items():
        keys = ", ".join(key if t.language == "en" else f"{name} ({key})" for key, name in needed)
        say(f"{as_dim(t.phrase('needs'))}  {keys}  {as_dim(t.phrase('for') + ' ' + ', '.join(names))}")
