"""Levy and taxes as rates: what the rules' own answers at several amounts come to. Where they are no rate, this says so and stops."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adit.decision.decide import decide
from adit.regime.act import Regime
from adit.terms.days import Period
from adit.terms.errors import BadInput

__all__ = ["ask", "levy_of", "profit_of", "rounded", "value_of", "vat_of"]

_COIN_RUB = "5000000"
_POINTS = (Decimal("1000.37"), Decimal("123456.79"), Decimal("98765432.11"), Decimal("1000000000.00"))
_LOSS = Decimal("-123456.79")
_KOPECK = Decimal("0.01")


def rounded(amount: Decimal, quantum: Decimal) -> Decimal:
    """To whole roubles or kopecks, half up."""
    return (amount / quantum).quantize(Decimal(1), ROUND_HALF_UP) * quantum


def profit_of(regime: Regime, facts: Mapping[str, object], month: Period) -> tuple[Decimal | None, Decimal, str]:
    """The rate of the tax on profit of the year so far and to what it is rounded; it is nothing on a loss."""
    answers = [_tax_on(regime, facts, month, base) for base in (*_POINTS, _LOSS)]
    if answers[0] is None:
        return None, _KOPECK, ""
    (_, cites), taxes = answers[0], [a[0] for a in answers if a is not None]
    rate = rounded(taxes[3] / _POINTS[3], Decimal("0.000001"))
    for quantum in (Decimal(1), _KOPECK):
        if [rounded(max(b, Decimal(0)) * rate, quantum) for b in (*_POINTS, _LOSS)] == taxes:
            return rate, quantum, cites
    raise BadInput(
        f"{regime.id}: the tax on profit in {month} is no rate on the profit of the year; a site cannot be computed.",
        todo="Ask adit decide for a case.",
    )


def _tax_on(regime: Regime, facts: Mapping[str, object], month: Period, base: Decimal) -> tuple[Decimal, str] | None:
    """The tax of a month whose profit is the base, the first of its year."""
    coins = 1 + int(abs(base)) // int(_COIN_RUB)
    income = Decimal(coins) * Decimal(_COIN_RUB)
    case = {
        **facts,
        "coins_btc": str(coins),
        "quotation_rub_per_btc": _COIN_RUB,
        "mining_costs_rub": str(income - base),
    }
    told = ask(regime, case, month, ("profit_tax_rub",))
    tax = value_of(told, "profit_tax_rub")
    return None if tax is None else (tax, told["profit_tax_rub"].explanation.cites)


def vat_of(regime: Regime, facts: Mapping[str, object], month: Period) -> tuple[Decimal | None, str]:
    """VAT on the coins, as a rate on their value."""
    taxes = []
    for coins in (1, 7):
        case = {**facts, "coins_btc": str(coins), "quotation_rub_per_btc": _COIN_RUB, "mining_costs_rub": "0"}
        told = ask(regime, case, month, ("vat_rub",))
        tax = value_of(told, "vat_rub")
        if tax is None:
            return None, ""
        taxes.append(tax)
    rate = taxes[0] / Decimal(_COIN_RUB)
    if taxes[1] != rounded(rate * 7 * Decimal(_COIN_RUB), _KOPECK):
        raise BadInput(f"{regime.id}: VAT in {month} is no rate on the coins.", todo="Ask adit decide for a case.")
    return rate, told["vat_rub"].explanation.cites


def levy_of(
    regime: Regime, facts: Mapping[str, object], month: Period, energy_kwh: Decimal
) -> tuple[Decimal | None, str]:
    """The levy on a kilowatt-hour: what is due for the month over its electricity."""
    case = {**facts, "coins_btc": "1", "quotation_rub_per_btc": _COIN_RUB, "mining_costs_rub": "0"}
    told = ask(regime, case, month, ("levy_due", "levy_per_kwh"))
    due, rate = value_of(told, "levy_due"), value_of(told, "levy_per_kwh")
    if due is None:
        return None, ""
    if rate is None or abs(rate * energy_kwh - due) > Decimal("0.01"):
        raise BadInput(
            f"{regime.id}: the levy in {month} is no rate on electricity.", todo="Ask adit decide for a case."
        )
    return rate, told["levy_due"].explanation.cites


def ask(regime: Regime, facts: Mapping[str, object], period: Period, questions: Sequence[str]) -> dict[str, Any]:
    """The answers to those of the questions that the act has rules for."""
    names = [q for q in questions if q in regime.rules]
    if not names:
        return {}
    decision = decide(regime, facts, period, questions=names)
    return {q: decision[q] for q in names}


def value_of(told: Mapping[str, Any], question: str) -> Any:
    """The value of an answer; None where there is none."""
    return told[question].value if question in told else None
