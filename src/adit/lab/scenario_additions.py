"""Rules that are proposed in the debate and stand in no act: mining only where electricity is in surplus; households spared below the limit.

They are written in the language of the law and laid over an act by one line of a scenario: `ru.surplus_only = yes from 2026-01-01`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when
from adit.regime.act import Regime
from adit.regime.words import RuleText

__all__ = ["ADDITIONS", "Addition"]

_CITE = "set by the scenario"


@dataclass(frozen=True, slots=True)
class Addition:
    """A switch, what it means, the rules of the act that it changes, and the rules that it lays over them."""

    about: str
    needs: tuple[str, ...]
    rules: Callable[[Regime], tuple[RuleText, ...]]


@rule(cites=_CITE)
def why_barred(why_barred: Expr, surplus_twh_per_year: Expr, p: ValuesOfTheAct) -> Expr:
    """Beside what the act has: a region whose power system generated no more than it used is barred."""
    return first_match(
        when(~p.surplus_only.in_force, why_barred, "as the act has it"),
        when(~p.surplus_only, why_barred, "as the act has it"),
        when(given(why_barred) & (why_barred.or_else("not barred") != "not barred"), why_barred, "as the act has it"),
        when(~given(surplus_twh_per_year), "surplus not known", "the surplus of the power system is not known"),
        when(surplus_twh_per_year.or_else(0) <= 0, "no surplus", "generation was not more than consumption"),
        otherwise=why_barred,
        because="as the act has it",
    )


@rule(cites=_CITE)
def may_mine(may_mine: Expr, why_barred: Expr) -> Expr:
    """Beside what the act has: not where there is no surplus."""
    why = why_barred.or_else("not barred")
    return first_match(
        when(why == "no surplus", "no", "a region without a surplus of electricity"),
        when(why == "surplus not known", "undecided", "the surplus is not known"),
        otherwise=may_mine,
        because="as the act has it",
    )


@rule(cites=_CITE)
def income_tax_rub(income_tax_rub: Expr, actor: Expr, must_register: Expr, p: ValuesOfTheAct) -> Expr:
    """A citizen who need not register owes no tax on the coins."""
    spared = (actor == "citizen") & ~must_register.or_else(False)
    return first_match(
        when(~p.household_exempt.in_force, income_tax_rub, "as the act has it"),
        when(p.household_exempt & spared, 0, "a household within the limit is spared"),
        otherwise=income_tax_rub,
        because="as the act has it",
    )


@rule(cites=_CITE)
def levy_per_kwh(levy_per_kwh: Expr, actor: Expr, must_register: Expr, p: ValuesOfTheAct) -> Expr:
    """A citizen who need not register owes no levy."""
    spared = (actor == "citizen") & ~must_register.or_else(False)
    return first_match(
        when(~p.household_exempt.in_force, levy_per_kwh, "as the act has it"),
        when(p.household_exempt & spared, SILENT, "a household within the limit is spared"),
        otherwise=levy_per_kwh,
        because="as the act has it",
    )


def _texts(*functions: Callable[..., object]) -> tuple[RuleText, ...]:
    return tuple(f.__rule__ for f in functions)  # type: ignore[attr-defined]


def _household(regime: Regime) -> tuple[RuleText, ...]:
    return _texts(income_tax_rub, levy_per_kwh) if "levy_per_kwh" in regime.rules else _texts(income_tax_rub)


ADDITIONS: Mapping[str, Addition] = {
    "surplus_only": Addition(
        "Mining only in regions whose unified power system generated more than it used in its last complete year.",
        ("why_barred", "may_mine"),
        lambda regime: _texts(why_barred, may_mine),
    ),
    "household_exempt": Addition(
        "Households within the limit pay neither tax on coins nor a levy.",
        ("income_tax_rub", "must_register"),
        _household,
    ),
}
