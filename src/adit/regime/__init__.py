"""How an act is written as code: dated values, rules over facts, and the readers of one tree.

Not for: any country (`law/`), any fact about a miner (`register/`, `evidence/`), or bringing the two together (`decision/`).

Writers of rules need only what is listed here; `docs/how-to/write-a-rule.md` shows each word once.
"""

from adit.regime.tree import Expr
from adit.regime.values_in_rules import ValuesOfTheAct
from adit.regime.words import (
    SILENT,
    at_least,
    at_most,
    before_this_period,
    exception,
    first_match,
    given,
    in_month,
    nth_of_next_month,
    over_last,
    period_days,
    period_start,
    round_down,
    round_half_up,
    round_up,
    rule,
    share,
    unless,
    when,
    year_to_date,
)

__all__ = [
    "SILENT",
    "Expr",
    "ValuesOfTheAct",
    "at_least",
    "at_most",
    "before_this_period",
    "exception",
    "first_match",
    "given",
    "in_month",
    "nth_of_next_month",
    "over_last",
    "period_days",
    "period_start",
    "round_down",
    "round_half_up",
    "round_up",
    "rule",
    "share",
    "unless",
    "when",
    "year_to_date",
]
