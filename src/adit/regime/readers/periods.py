"""Dated values as a table of periods: how law reaches an engine as columns, resolved before any row is seen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from adit.regime.act import Regime
from adit.regime.values import EVERYWHERE
from adit.terms.days import Period, day_number

__all__ = ["ELSEWHERE", "PeriodTable", "full_slices", "literal", "quoted"]

ELSEWHERE = "*"  # a municipality that no ban names


def quoted(text: str) -> str:
    """Text as a literal of SQL."""
    literal = "'" + text.replace("'", "''") + "'"
    # some engines take a backslash for the beginning of an escape: none is ever written inside a literal
    return "(" + literal.replace("\\", "' || chr(92) || '") + ")" if "\\" in text else literal


def literal(value: Any) -> str:
    """A whole number, a flag, a word or nothing as a literal of SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else quoted(str(value))


def full_slices(scale: Sequence[Any], k: int, step: int) -> int:
    """What the full slices below bracket k come to, at the places of amount and rate together."""
    return int(sum((scale[j + 1].above - scale[j].above) * step * scale[j].rate for j in range(k)))


class PeriodTable:
    """The periods of a run, with a column for each dated value that the rules ask for; and the bans by place."""

    def __init__(self, regime: Regime, periods: Sequence[Period], known: date | None) -> None:
        self.regime = regime
        self.periods = sorted(set(periods))
        self.known = known
        self.columns: dict[str, tuple[str, list[Any]]] = {}  # name -> SQL type and a value for each period

    def names(self) -> list[str]:
        """The columns, in the order of the rows."""
        return ["p__date", "p__days", "p__year", "p__month", "p__start", "p__next_month", *self.columns]

    def rows(self) -> str:
        """The periods as rows of VALUES: first day, days, year, month, first day as a number, next month, then the dated values."""
        rows = []
        for i, p in enumerate(self.periods):
            fixed = [
                f"DATE '{p.start}'",
                str(p.days),
                str(p.start.year),
                str(p.month),
                str(day_number(p.start)),
                str(day_number(p.next_month)),
            ]
            dated = [f"CAST({literal(values[i])} AS {kind})" for kind, values in self.columns.values()]
            rows.append(f"    ({', '.join(fixed + dated)})")
        return ",\n".join(rows)

    def bans(self, name: str) -> str:
        """The bans of a value as a table: certain and doubtful days by period, region and municipality."""
        value = self.regime.values[name]
        rows: list[str] = []
        for p in self.periods:
            named_here = {row.value.region for row in value.bans_within(p, self.regime.counts, self.known)}
            for region in sorted(named_here - {EVERYWHERE}):
                named = {
                    m
                    for row in value.rows
                    for m in (row.value.municipalities | row.value.but_not)
                    if row.value.region == region
                }
                for m in ["", *sorted(named), ELSEWHERE]:
                    certain, doubtful = value.banned_days(p, region, m, self.regime.counts, self.known)
                    rows.append(f"(DATE '{p.start}', {quoted(region)}, {quoted(m)}, {certain}, {doubtful})")
        if not rows:
            rows = ["(DATE '1900-01-01', '', '', 0, 0)"]
        return (
            f"bans_{name} AS (\n  SELECT * FROM (VALUES\n    "
            + ",\n    ".join(rows)
            + "\n  ) AS t(d, region, municipality, certain, doubtful)\n)"
        )

    def banned_everywhere(self, name: str, kind: str) -> str:
        """The column of the days that bans cover where no ban names the region; `kind` is certain or doubtful."""
        value, pick = self.regime.values[name], 0 if kind == "certain" else 1
        days = [value.banned_days(p, EVERYWHERE, "", self.regime.counts, self.known)[pick] for p in self.periods]
        return self.column(f"all_{name}_{kind}", "BIGINT", days)

    def divides_regions(self, name: str) -> bool:
        """Whether one of the bans names municipalities, so that places of a region may fare differently."""
        return any(row.value.municipalities or row.value.but_not for row in self.regime.values[name].rows)

    def resolved(self, name: str) -> list[Any]:
        """The value's content on the first day of each period; None where it is not in force."""
        value = self.regime.values[name]
        rows = [value.on(p.start, self.regime.counts, self.known) for p in self.periods]
        return [row.value if row else None for row in rows]

    def column(self, column: str, kind: str, values: list[Any]) -> str:
        """Make the column if it is not there yet; its name."""
        self.columns.setdefault(column, (kind, values))
        return column

    def gap(self, name: str) -> bool:
        """Whether the value is not in force in one of the periods."""
        return any(v is None for v in self.resolved(name))

    def missing(self, name: str) -> str | None:
        """SQL of the problem that the value is not in force in the row's period; None where it always is."""
        if not self.gap(name):
            return None
        stands = self.stands(name)
        return f"CASE WHEN NOT {stands} THEN {quoted(f'no value of {self.regime.id}:{name} is in force')} END"

    def stands(self, name: str) -> str:
        """The column that says whether the value is in force, or a ban touches the period."""
        value = self.regime.values[name]
        if value.kind == "bans":
            found: list[Any] = [
                any(True for _ in value.bans_within(p, self.regime.counts, self.known)) for p in self.periods
            ]
        else:
            found = [v is not None for v in self.resolved(name)]
        return self.column(f"in_{name}", "BOOLEAN", found)
