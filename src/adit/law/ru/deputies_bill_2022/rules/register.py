"""The amnesty for those who register, and the records of operators."""

from adit.regime import Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Bill On mining in the Russian Federation, introduced 2022-04-29")
def amnesty(p: ValuesOfTheAct) -> Expr:
    """For one year registration frees of the past: customs clearance of hardware, taxes, currency rules."""
    return first_match(
        when(p.amnesty.in_force, True, "within the first year"),
        otherwise=False,
        because="the year is over",
    )


@rule(cites="Bill On mining in the Russian Federation, introduced 2022-04-29")
def operator_keeps_records(p: ValuesOfTheAct) -> Expr:
    """Operators keep records of coins, kinds, contracts, buyers, exchange operators, payment systems and banks."""
    return first_match(otherwise=p.operator_records.in_force, because="operators keep records")
