"""What electricity for mining costs in Kyrgyzstan: the tariff of the state, and the tax on the bill."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, round_half_up, rule, when


@rule(
    cites="Tax Code of Kyrgyzstan, tax on mining",
    note="The bill is taken as it was billed, with value-added tax and sales tax in it. Rounding was not found: to the hundredth of a som, halves up.",
)
def levy_due(electricity_cost: Expr, p: ValuesOfTheAct) -> Expr:
    """A tenth of the electricity bill, the taxes in the bill included."""
    return first_match(
        when(~p.mining_tax_rate.in_force, SILENT, "the tax began in 2020, on a day that was not reported"),
        when(~given(electricity_cost), SILENT, "no bill is stated"),
        otherwise=round_half_up(electricity_cost.or_else(0) * p.mining_tax_rate, 2),
        because="a share of the bill with its taxes",
    )


@rule(cites="Medium-Term Tariff Policy 2021-2025")
def mining_tariff_per_kwh(p: ValuesOfTheAct) -> Expr:
    """Miners are a tariff group of their own."""
    return first_match(
        when(p.mining_tariff.in_force, p.mining_tariff, "the tariff of the group of miners"),
        otherwise=SILENT,
        because="no tariff of this day was found",
    )


@rule(cites="Medium-Term Tariff Policy 2021-2025")
def times_the_base_tariff(p: ValuesOfTheAct) -> Expr:
    """How many times the base tariff miners pay."""
    return first_match(
        when(p.tariff_coefficient.in_force, p.tariff_coefficient, "the coefficient of the group of miners"),
        otherwise=SILENT,
        because="no coefficient of this day was found",
    )
