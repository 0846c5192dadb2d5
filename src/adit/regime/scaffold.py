"""The first files of a new act: they load, run and pass, and each sentence that is still to be written says so.

What is still to be written begins with TODO, and `adit law check` finds it; so the example never passes for law, nor an
unwritten reason for an answer. Not here: writing the files (`cli`).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date

from adit.regime.act import Regime
from adit.regime.form import UNWRITTEN
from adit.regime.values import STATUSES
from adit.terms.errors import BadInput, UnknownName
from adit.terms.fields import questions

__all__ = ["new_act"]


def new_act(
    title: str,
    jurisdiction: str,
    status: str,
    first_day: date,
    subject: str,
    base: Regime | None = None,
    over: str = "",
) -> dict[str, str]:
    """The files of the act by their path in its folder; `base` is the act that it is laid `over`, if any.

    Raises BadInput for what no act can be made of.
    """
    if status not in STATUSES:
        raise UnknownName("status", status, STATUSES)
    for name, text in (("title", title), ("jurisdiction", jurisdiction)):
        if not text.strip():
            raise BadInput(f"The {name} is empty.", todo=f"Write --{name} and what it is.")
    if not (subject.isascii() and subject.isidentifier() and subject == subject.lower()):
        raise BadInput(
            f"'{subject}' cannot name a file of rules.", todo="Write one small word, as --subject levy or mining_tax."
        )
    if base and first_day < base.first_day:
        raise BadInput(
            f"{base.id}, over which this act is laid, begins on {base.first_day}; {first_day} is before the law.",
            todo=f"Write --first-day {base.first_day} or later.",
        )
    taken = sorted({f"{subject}_limit", f"{subject}_above_limit"} & ({*base.rules, *base.values} if base else set()))
    if base and taken:
        raise BadInput(
            f"{base.id} has a {taken[0]}, and the example would take its place.", todo="Write another --subject."
        )
    day = first_day.isoformat()
    return {
        "regime.toml": _regime(title, jurisdiction, status, day, base, over),
        "sources.toml": _SOURCES,
        f"values/{subject}.toml": _fill(_VALUES, subject, status, day),
        f"rules/{subject}.py": _fill(_RULES, subject, status, day),
        f"cases/{subject}.toml": _fill(_CASES, subject, status, day),
    }


def _fill(text: str, subject: str, status: str, day: str) -> str:
    words = {
        "SUBJECT": subject,
        "STATUS": status,
        "FIRST_DAY": day,
        "PERIOD": day[:7] if day.endswith("-01") else day,
        UNWRITTEN: UNWRITTEN,
    }
    for word, meant in words.items():
        text = text.replace(f"<{word}>", meant)
    return text


# regime.toml ----------------------------------------------------------------------------------------------------
def _regime(title: str, jurisdiction: str, status: str, day: str, base: Regime | None, over: str) -> str:
    own = {status, "expired"} if status == "in force" else {status}
    counts = [s for s in STATUSES if s in (own | base.counts if base else own)]
    head = {
        "title": _toml(title),
        "jurisdiction": _toml(jurisdiction),
        "status": _toml(status),
        "about": _toml(f"{UNWRITTEN}: what this is, in two or three sentences, and what of it was read."),
        "first_day": day,
        "counts": _toml(counts),
    }
    if base:
        head["reform_of"] = _toml(over)
    lines = [f"{key:12} = {value}" for key, value in head.items()]
    return "\n".join([*lines, "", *(_silent_over(base) if base else _silent()), ""])


def _silent() -> Iterator[str]:
    yield "# What the act does not say, and why we think so. Take a question off this list when a rule of its name answers it."
    yield "# `adit law check` finds each reason that is still to be written, and each question that is on neither side."
    yield "[silent]"
    yield from _reasons({name: f.description for name, f in questions().items()})


def _silent_over(base: Regime) -> Iterator[str]:
    answered = [q for q in questions() if q in base.rules]
    yield f"# The rules of {base.id} answer these, unless a rule of the same name here takes their place:"
    yield from (f"#   {q}" for q in answered)
    yield f"# What neither {base.id} nor this act says, and why. Take a line out where the reason given there still holds,"
    yield "# and where a rule here answers. `adit law check` finds each reason that is still to be written."
    yield "[silent]"
    yield from _reasons({q: questions()[q].description for q in base.silent if q in questions()})


def _reasons(asked: Mapping[str, str]) -> Iterator[str]:
    width = max(map(len, asked), default=0)
    for name, description in asked.items():
        yield f"{name:{width}} = {_toml(f'{UNWRITTEN}: where was it looked for? The question: {description}')}"


def _toml(value: str | list[str]) -> str:
    """Text or a list of texts as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# The example ----------------------------------------------------------------------------------------------------
_SOURCES = """\
# Where it was read. Rows of values name these keys under `sources`. `kind`: official, practice, news or blog.

R1 = { address = "<TODO>: the address of what was read", kind = "news" }
""".replace("<TODO>", UNWRITTEN)

_VALUES = """\
# An invented example that loads and runs. Write the act's own values over it; one file a subject.

[<SUBJECT>_limit]
about = "<TODO>: what this value is. The example: electricity for mining in a month up to which nothing changes."
unit  = "kWh/month"  # RUB, RUB/kWh, kWh/month, day; 1 for a share or a count (adit law fields has those of the facts)

[[<SUBJECT>_limit.values]]
from       = <FIRST_DAY>  # the true first day; `through` is the last, where there is one
value      = 6000
status     = "<STATUS>"  # of this row; it takes effect if `counts` of regime.toml has it
cite       = "<TODO>: the act and the article"
read       = "reported"  # or "official text", "official letter"
confidence = "low"  # or "medium", "high"
sources    = ["R1"]
# published = <FIRST_DAY>  # the day on which it could be known, where that is not the first day
# note      = "The other reading, where reports differ."
"""

_RULES = '''\
"""<TODO>: what these rules are about."""

from adit.regime import Expr, ValuesOfTheAct, first_match, rule, when


# An invented example. Arguments are facts (adit law fields), other rules, or p: the values of the act.
# A rule named after a question answers it; take that question off the list under [silent].
@rule(cites="<TODO>: the article that says so")
def <SUBJECT>_above_limit(mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """<TODO>: the rule in one sentence. The example: a miner who uses more than the limit in a month is above it."""
    return first_match(
        when(mining_energy_kwh_per_month <= p.<SUBJECT>_limit, False, "up to the limit"),
        otherwise=True,
        because="above the limit",
    )
'''

_CASES = """\
# Golden cases: on each side of each threshold, in words that a lawyer can check. `kind`: "stated" if the source has the
# case, "constructed" if it follows from the source. `expect` names questions or rules.

[[case]]
id     = "C1"
name   = "exactly at the limit is not above it"
period = "<PERIOD>"
given  = { mining_energy_kwh_per_month = 6000 }
expect = { <SUBJECT>_above_limit = false }
source = "<TODO>: where the answer stands, as R1"
kind   = "constructed"

[[case]]
id     = "C2"
name   = "a thousandth of a kilowatt-hour more is above it"
period = "<PERIOD>"
given  = { mining_energy_kwh_per_month = 6000.001 }
expect = { <SUBJECT>_above_limit = true }
source = "<TODO>: where the answer stands, as R1"
kind   = "constructed"
"""
