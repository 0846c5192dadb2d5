"""The excise: what the cost of electricity is, by kind of supply, and the share of it that is owed."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, round_half_up, rule, when, year_to_date


@rule(cites="General Explanations of the Administration's Fiscal Year 2024 and 2025 Revenue Proposals")
def taxed_cost(
    power_source: Expr,
    isolated_generation: Expr,
    leased_capacity: Expr,
    electricity_cost: Expr,
    electricity_cost_estimated: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The cost that is taxed: as billed, for leased capacity as billed to the lessor, off the grid as estimated."""
    return first_match(
        when(~p.rate.in_force, SILENT, "before the first taxable year of the proposal"),
        when(
            isolated_generation | power_source.one_of(p.estimated_where),
            electricity_cost_estimated,
            "produced or acquired off the grid: the estimated cost",
        ),
        when(leased_capacity, electricity_cost, "leased capacity: the electricity that the lessor uses for it"),
        otherwise=electricity_cost,
        because="electricity that is bought: what it costs",
    )


@rule(
    cites="General Explanations of the Administration's Fiscal Year 2024 and 2025 Revenue Proposals",
    note="The proposal does not say how to round; here to the cent.",
)
def levy_due(taxed_cost: Expr, p: ValuesOfTheAct) -> Expr:
    """The excise of the period: the year's share of the cost of electricity."""
    return first_match(
        when(~p.rate.in_force, SILENT, "before the first taxable year of the proposal"),
        when(~given(taxed_cost), SILENT, "the cost of electricity is not stated for this kind of supply"),
        otherwise=round_half_up(taxed_cost.or_else(0) * p.rate, 2),
        because="a share of the cost, rising over three years",
    )


@rule(
    cites="General Explanations of the Administration's Fiscal Year 2024 and 2025 Revenue Proposals",
    note="An earlier month whose cost is not stated adds nothing.",
)
def levy_of_year(levy_due: Expr) -> Expr:
    """The excise of the year so far."""
    return first_match(
        when(given(levy_due), year_to_date(levy_due.or_else(0)), "the sum of the year's periods"),
        otherwise=SILENT,
        because="nothing is owed yet, or the cost is not stated",
    )


@rule(
    cites="General Explanations of the Administration's Fiscal Year 2024 and 2025 Revenue Proposals",
    note="The proposal has no rate per kilowatt-hour; this is the share of the price, to the hundredth of a cent.",
)
def levy_per_kwh(electricity_price_per_kwh: Expr, p: ValuesOfTheAct) -> Expr:
    """What the excise comes to on a kilowatt-hour that is bought."""
    return first_match(
        when(~p.rate.in_force, SILENT, "before the first taxable year of the proposal"),
        when(
            given(electricity_price_per_kwh),
            round_half_up(electricity_price_per_kwh.or_else(0) * p.rate, 4),
            "the year's share of the price",
        ),
        otherwise=SILENT,
        because="the price of a kilowatt-hour is not stated",
    )


@rule(cites="General Explanations of the Administration's Fiscal Year 2024 and 2025 Revenue Proposals")
def must_report_electricity(p: ValuesOfTheAct) -> Expr:
    """Miners report the amount and kind of electricity, and its value where it is bought."""
    return first_match(
        when(p.usage_report.in_force, True, "amount, kind and value of the electricity"),
        otherwise=SILENT,
        because="before the first taxable year of the proposal",
    )
