"""What the TOML files of an act may hold: each key once, for the checks of the loader and for the schemas of editors.

Not here: the checks themselves (`written`, `store`), the schemas (`schema`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adit.regime.values import CONFIDENCES, ENDS, READ, SELECTS, STATUSES

__all__ = [
    "BAND_KEYS",
    "BRACKET_KEYS",
    "CASE_KEYS",
    "CASE_KINDS",
    "CASE_NEEDS_COVERED",
    "CASE_NEEDS_UNCOVERED",
    "COUNTED_KINDS",
    "EARLIER_KEYS",
    "REGIME_KEYS",
    "ROW_KEYS",
    "SOURCE_KEYS",
    "SOURCE_KINDS",
    "TEXT_KEYS",
    "UNWRITTEN",
    "VALUE_KEYS",
    "VALUE_KINDS",
    "Key",
    "is_unwritten",
    "names",
    "required",
]

VALUE_KINDS = ("number", "yes or no", "word", "day", "clock", "hours", "list", "table", "brackets", "bands", "bans")
COUNTED_KINDS = ("number", "table", "brackets", "bands")  # these need a unit
CASE_KINDS = ("stated", "constructed")
SOURCE_KINDS = ("official", "practice", "news", "blog")

UNWRITTEN = "TODO"


def is_unwritten(text: str) -> bool:
    """Whether this stands where something is still to be written, as `adit law new` leaves it."""
    return text.lstrip().startswith(UNWRITTEN)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may stand in a table: what it holds, what it means, and the words it is chosen from, if from a list."""

    name: str
    shape: (
        str  # text, texts, day, period, yes or no, season, unit, word, words, and the shapes with a schema of their own
    )
    about: str
    required: bool = False
    words: tuple[str, ...] = ()


def names(keys: Sequence[Key]) -> frozenset[str]:
    return frozenset(k.name for k in keys)


def required(keys: Sequence[Key]) -> tuple[str, ...]:
    """The keys that have to be there, in the order in which they are asked for."""
    return tuple(k.name for k in keys if k.required)


REGIME_KEYS = (
    Key("title", "text", "The name of the act, as it is listed.", True),
    Key("jurisdiction", "text", "The state whose law it is: RU.", True),
    Key("status", "word", "What the act is; only one in force decides real cases.", True, STATUSES),
    Key("about", "text", "What it is and what was read, in a few sentences.", True),
    Key("first_day", "day", "The first day on which it may be asked; earlier days are refused.", True),
    Key("counts", "words", "The statuses whose dated values take effect here.", True, STATUSES),
    Key("currency", "unit", "The money in which it counts: KZT. Absent: that of its state, where Adit knows it."),
    Key("authority", "text", "Who made it, where several claim to rule the place, or several ranks make rules."),
    Key("reform_of", "text", "The act over which this one is laid: ru/law, or a folder, its path seen from this one."),
    Key("silent", "silences", "The questions that it does not answer, each with the reason; `rest` for all others."),
)

VALUE_KEYS = (
    Key("about", "text", "What the value is, in one sentence.", True),
    Key("values", "rows", "What the act says of it, one table a dated row.", True),
    Key("unit", "unit", "RUB, kWh/month, or 1 for a share or a count. Numbers, tables and brackets need one."),
    Key("rate_unit", "unit", "Of brackets: the unit of the rates, USD/kWh. Absent: shares of the amount."),
    Key("by", "unit", "Of bands: the unit of the number by which the value is found, KZT/kWh."),
    Key(
        "selects",
        "word",
        "more lenient: of a value that punishes, the milder of the law of the period and of the decision.",
        words=SELECTS,
    ),
    Key("delegated_to", "text", "Who may set it, within at_least and at_most."),
    Key("at_least", "number", "The least that may be set."),
    Key("at_most", "number", "The most that may be set."),
    Key("kind", "word", "What its rows hold; needed only where the first row does not show it.", words=VALUE_KINDS),
    Key("record", "yes or no", "true: kept for the record, and no rule reads it."),
)

ROW_KEYS = (
    Key("from", "day", "The true first day; or days_after_publication, or awaits."),
    Key("days_after_publication", "number", "It begins so many days after `published`."),
    Key("awaits", "text", "What has to happen before it begins, such as a proclamation; until then it has no first day."),
    Key("cite", "text", "The act and article that set it.", True),
    Key("status", "word", "What this row is; whether it takes effect is said by `counts` of regime.toml.", True, STATUSES),
    Key("read", "word", "What was read: a report is `reported`, even where it quotes.", True, READ),
    Key("confidence", "word", "How sure we are that the act says so.", True, CONFIDENCES),
    Key("through", "day", "The last day, inclusive; absent while it holds."),
    Key("ended", "word", "How it came to its last day.", words=ENDS),
    Key("value", "value", "A number, true or false, a word, a day, a clock time, a list of words, or a table of numbers by word."),
    Key("brackets", "brackets", "A marginal scale, from 0 upwards."),
    Key("bands", "bands", "A table by number: each band from where it begins."),
    Key("hours", "hours", '"22:00 to 06:00" of the local clock; the first minute included, the last not.'),
    Key("region", "region", "The region that a ban covers, or `everywhere`."),
    Key("municipalities", "municipalities", "The municipalities of the region that it covers; absent: the whole region."),
    Key("listed", "yes or no", "false: it covers a part of the region whose list was not found."),
    Key("but_not", "municipalities", "Municipalities known to lie outside an unlisted part."),
    Key("season", "season", '"11-15 to 03-15": month and day, both ends included, each year.'),
    Key("sources", "texts", "Keys of sources.toml: where it was read."),
    Key("published", "day", "The day on which it could be known; absent: the first day."),
    Key("retroactive", "yes or no", "true: it begins before it was published."),
    Key("note", "text", "What a reader has to know: the other reading, why a day was chosen."),
)  # fmt: skip

BRACKET_KEYS = (
    Key("above", "number", "Where the slice begins.", True),
    Key("rate", "number", "The share of the slice that is due.", True),
)

BAND_KEYS = (
    Key("from", "number", "Where the band begins; this number lies in it."),
    Key("above", "number", "Where the band begins; this number does not lie in it."),
    Key("value", "number", "What holds in the band.", True),
)

CASE_KEYS = (
    Key("name", "text", "The case in words that a lawyer can check.", True),
    Key("source", "text", "Where its answer stands.", True),
    Key("id", "text", "A short name, once in the act."),
    Key("period", "period", "2027-01 or 2027-01-15."),
    Key("given", "facts", "The facts."),
    Key("expect", "answers", 'The answers, by question or rule; "does not say" where the act is silent.'),
    Key("known", "day", "Decided with what was published by this day; absent: with all that is known."),
    Key("earlier", "earlier", "Earlier periods of the same subject, for sums over the year."),
    Key("kind", "word", "stated: the source has the case; constructed: it follows from the source.", words=CASE_KINDS),
    Key("covered", "yes or no", "false: no rule can answer it; `why_not` says why."),
    Key("why_not", "text", "Why no rule covers the case."),
)
CASE_NEEDS_COVERED = ("period", "given", "expect")
CASE_NEEDS_UNCOVERED = ("why_not",)

EARLIER_KEYS = (
    Key("period", "period", "An earlier month or day.", True),
    Key("given", "facts", "The facts of that period.", True),
)

TEXT_KEYS = (
    Key("names", "names", "What rules and values are called, by their name; columns are named in terms/fields_ru.csv."),
    Key("words", "names by name", "What the words are called that a rule answers with or a list holds, by its name."),
    Key("texts", "names", "Each text of the act as it stands there, and the same in the language of the file."),
)

SOURCE_KEYS = (
    Key("address", "text", "Where it can be read.", True),
    Key("kind", "word", "What kind of publication it is.", True, SOURCE_KINDS),
)
