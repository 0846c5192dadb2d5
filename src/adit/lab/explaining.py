"""What moved a result: the columns of a place and month with the rule and the dated value behind each, and how much each of them did.

The model is run again with some columns taken from the baseline. Of few columns each share is the one that does not depend on the order in which
they are put in (Shapley 1953); of many, each is taken back alone, and what that leaves unexplained is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from math import comb, isinf, isnan
from typing import Any

import numpy as np

from adit.lab.columns import COLUMNS, SECTORS, LawColumns, Origin
from adit.lab.model.inputs import Inputs
from adit.lab.model.outcome import Outcome
from adit.terms.errors import BadInput, UnknownName

__all__ = ["GROUPS", "Explained", "Moved", "Number", "explained", "numbers"]

# Columns that one rule moves together
GROUPS: Mapping[str, tuple[str, ...]] = {
    "permission": ("permit_operate", "permit_new", "season", "exit_share"),
    "hours": ("hours_left",),
    "levy": ("levy_usd_per_kwh",),
    "profit tax": ("profit_tax",),
    "tax on revenue": ("revenue_tax",),
    "licence": ("licence_usd_per_mw_month",),
    "search and sanctions": ("detection_per_month", "fine_usd_per_case", "confiscation"),
    "limits of connection": ("slot_cap_mw", "connection_months"),
    "household limit": ("household_kwh_per_month",),
    "import of machines": ("import_share", "import_duty"),
}
SHAPLEY_MOST = 4  # groups: sixteen runs


@dataclass(frozen=True, slots=True)
class Number:
    """One column of the place, month and sector, beside the baseline's."""

    column: str
    about: str
    sector: str
    value: float
    baseline: float
    origin: Origin
    baseline_origin: Origin

    @property
    def differs(self) -> bool:
        return not _same(self.value, self.baseline)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a group of columns did to the load and the taxes of the place in the month; means over the draws."""

    group: str
    columns: tuple[str, ...]
    mw: float
    tax_usd: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that is told of one place and month."""

    place: str
    month: date
    numbers: tuple[Number, ...]
    mw: Mapping[str, float]  # by sector
    baseline_mw: Mapping[str, float]
    tax_usd: float
    baseline_tax_usd: float
    moved: tuple[Moved, ...]
    method: str  # Shapley, one at a time, or nothing differs
    other_mw: float  # what the law did not do: prices, grid, parameters, state
    other_tax_usd: float
    unexplained_mw: float
    unexplained_tax_usd: float
    draws: int
    runs: int


def numbers(law: LawColumns, baseline: LawColumns, place: str, month: date) -> tuple[Number, ...]:
    """The columns of a place and month, with their reasons. Raises UnknownName, BadInput."""
    t, p = _at(law, place, month)
    u, q = _at(baseline, place, month)
    found = []
    for column, about in COLUMNS.items():
        for s, sector in enumerate(SECTORS):
            value, before = float(law.column[column][t, p, s]), float(baseline.column[column][u, q, s])
            if (
                s
                and _same(value, float(law.column[column][t, p, 0]))
                and _same(before, float(baseline.column[column][u, q, 0]))
            ):
                continue  # told once, for all sectors alike
            found.append(
                Number(
                    column,
                    about,
                    sector,
                    value,
                    before,
                    law.origins[column, t, p, s],
                    baseline.origins[column, u, q, s],
                )
            )
    return tuple(found)


def explained(
    inputs: Inputs,
    baseline: Inputs,
    run: Callable[[Inputs], Outcome],
    run_baseline: Callable[[Inputs], Outcome],
    place: str,
    month: date,
    tell: Callable[[str], None] = lambda step: None,
) -> Explained:
    """The numbers, and how much each group of columns moved. `run` runs inputs as the scenario is run, `run_baseline` as the baseline is."""
    t, p = _at(inputs.law, place, month)
    groups = [
        name for name, columns in GROUPS.items() if any(_columns_differ(inputs.law, baseline.law, c) for c in columns)
    ]
    kept: dict[frozenset[str], tuple[Any, float]] = {}

    def result(back: frozenset[str]) -> tuple[Any, float]:
        """Load by sector and tax of the place and month, with these groups taken from the baseline."""
        if back not in kept:
            tell(f"run {len(kept) + 1}")
            kept[back] = _result(run(replace(inputs, law=_with(inputs.law, baseline.law, back))), t, p)
        return kept[back]

    whole, none = result(frozenset()), result(frozenset(groups))
    tell("the baseline")
    as_before = run_baseline(baseline)
    at_baseline = _result(as_before, *_at(baseline.law, place, month))
    moved: tuple[Moved, ...] = ()
    if not groups:
        method = "nothing in the law differs"
    elif len(groups) <= SHAPLEY_MOST:
        method = "Shapley: the mean over all orders in which the columns can be put in"
        moved = tuple(_shapley(name, groups, result) for name in groups)
    else:
        method = "one at a time: each taken back to the baseline alone"
        moved = tuple(_alone(name, whole, result) for name in groups)
    return Explained(
        place=place,
        month=month,
        numbers=numbers(inputs.law, baseline.law, place, month),
        mw=dict(zip(SECTORS, map(float, whole[0]), strict=True)),
        baseline_mw=dict(zip(SECTORS, map(float, at_baseline[0]), strict=True)),
        tax_usd=whole[1],
        baseline_tax_usd=at_baseline[1],
        moved=moved,
        method=method,
        other_mw=float(none[0].sum() - at_baseline[0].sum()),
        other_tax_usd=none[1] - at_baseline[1],
        unexplained_mw=float(whole[0].sum() - none[0].sum()) - sum(m.mw for m in moved),
        unexplained_tax_usd=whole[1] - none[1] - sum(m.tax_usd for m in moved),
        draws=as_before.draws,
        runs=len(kept) + 1,
    )


# Working --------------------------------------------------------------------------------------------------------
def _at(law: LawColumns, place: str, month: date) -> tuple[int, int]:
    if place not in law.places:
        raise UnknownName("place of this run", place, law.places)
    if month not in law.months:
        raise BadInput(
            f"{month:%Y-%m} is no month of this run.",
            where="lab",
            todo=f"Ask for {law.months[0]:%Y-%m} to {law.months[-1]:%Y-%m}.",
        )
    return law.months.index(month), law.places.index(place)


def _same(a: float, b: float) -> bool:
    return (
        a == b
        or (isnan(a) and isnan(b))
        or (not isinf(a) and not isinf(b) and abs(a - b) <= 1e-12 * max(abs(a), abs(b)))
    )


def _columns_differ(a: LawColumns, b: LawColumns, column: str) -> bool:
    return not np.array_equal(a.column[column], b.column[column], equal_nan=True)


def _with(law: LawColumns, baseline: LawColumns, back: frozenset[str]) -> LawColumns:
    taken = {c for name in back for c in GROUPS[name]}
    return replace(law, column={name: (baseline if name in taken else law).column[name] for name in law.column})


def _result(outcome: Outcome, t: int, p: int) -> tuple[Any, float]:
    return outcome.power_mw[:, t, p].mean(axis=0, dtype=np.float64), float(
        outcome.tax_usd[:, t, p].sum(axis=1, dtype=np.float64).mean()
    )


def _shapley(name: str, groups: list[str], result: Callable[[frozenset[str]], tuple[Any, float]]) -> Moved:
    """The mean, over all orders, of what the group changes when it is put in after those before it."""
    others = [g for g in groups if g != name]
    mw = tax = 0.0
    for size in range(len(others) + 1):
        weight = 1 / (len(groups) * comb(len(others), size))
        for still_back in combinations(others, size):
            with_it, without = result(frozenset(still_back)), result(frozenset((*still_back, name)))
            mw += weight * float(with_it[0].sum() - without[0].sum())
            tax += weight * (with_it[1] - without[1])
    return Moved(name, GROUPS[name], mw, tax)


def _alone(name: str, whole: tuple[Any, float], result: Callable[[frozenset[str]], tuple[Any, float]]) -> Moved:
    without = result(frozenset((name,)))
    return Moved(name, GROUPS[name], float(whole[0].sum() - without[0].sum()), whole[1] - without[1])
