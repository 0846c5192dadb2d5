"""Unpaid curtailment: how many hours a year, how many are left, and down to which draw."""

from adit.regime import (
    SILENT,
    Expr,
    ValuesOfTheAct,
    at_least,
    first_match,
    given,
    rule,
    when,
    year_to_date,
)


@rule(cites="D-2019-052; D-2021-007")
def curtailable_hours_per_year(in_class: Expr, older_contract: Expr, p: ValuesOfTheAct) -> Expr:
    """Up to 300 hours a year without pay; contracts older than the class were brought in over three years."""
    return first_match(
        when(~in_class.or_else(False), SILENT, "not a use of the class, or its power is not stated"),
        when(~p.unpaid_hours.in_force, SILENT, "before the decision of 29 April 2019"),
        when(~older_contract, p.unpaid_hours, "a contract of the class"),
        when(~p.older_contracts_cut.in_force, SILENT, "older contracts were still in dispute"),
        when(
            p.older_contracts_cut == "in full", p.unpaid_hours, "an older contract, after the three years of transition"
        ),
        otherwise=SILENT,
        because="an older contract in the three years of transition, whose steps were not found",
    )


@rule(cites="D-2019-052", note="Counted over the calendar year.")
def curtailed_hours(curtailed_hours_per_month: Expr) -> Expr:
    """Hours of the year so far in which the utility asked for a cut."""
    return year_to_date(curtailed_hours_per_month)


@rule(cites="D-2019-052", note="Counted over the calendar year.")
def unpaid_hours_left(curtailable_hours_per_year: Expr, curtailed_hours: Expr) -> Expr:
    """Hours of the year in which the utility may still ask for a cut without paying."""
    return first_match(
        when(~given(curtailable_hours_per_year), SILENT, "the hours of the year are not known"),
        otherwise=at_least(curtailable_hours_per_year.or_else(0) - curtailed_hours, 0),
        because="the hours of the year less those asked for so far, never below zero",
    )


@rule(cites="D-2019-052", note="Counted over the calendar year.")
def cut_beyond_the_year(curtailable_hours_per_year: Expr, curtailed_hours: Expr) -> Expr:
    """Whether the utility asked for more hours than it may without paying."""
    return first_match(
        when(~given(curtailable_hours_per_year), SILENT, "the hours of the year are not known"),
        when(curtailed_hours > curtailable_hours_per_year.or_else(0), True, "more was asked for than the year has"),
        otherwise=False,
        because="within the hours of the year",
    )


@rule(cites="Electricity Rates, chapter 7, Rate CB, curtailment period")
def curtailed_draw_limit_kw(in_class: Expr, peak_kw_12_months: Expr, p: ValuesOfTheAct) -> Expr:
    """In a curtailment period a site draws at most a twentieth of its highest draw of the twelve months."""
    return first_match(
        when(~in_class.or_else(False), SILENT, "not a use of the class, or its power is not stated"),
        when(~p.curtailed_draw_max.in_force, SILENT, "the limit was read in Rate CB of 1 April 2024"),
        when(~given(peak_kw_12_months), SILENT, "the highest draw of the twelve months is not stated"),
        otherwise=peak_kw_12_months.or_else(0) * p.curtailed_draw_max,
        because="a twentieth of the highest draw of the twelve months",
    )


@rule(cites="Electricity Rates, chapter 7, Rate CB, curtailment period")
def drew_too_much(curtailed_draw_limit_kw: Expr, draw_in_curtailment_kw: Expr) -> Expr:
    """Whether the draw in a curtailment period passed the limit."""
    return first_match(
        when(~given(curtailed_draw_limit_kw), SILENT, "the limit is not known"),
        when(~given(draw_in_curtailment_kw), SILENT, "the draw in the curtailment period is not stated"),
        when(
            draw_in_curtailment_kw.or_else(0) > curtailed_draw_limit_kw.or_else(0),
            True,
            "more was drawn than the limit",
        ),
        otherwise=False,
        because="within the limit",
    )


@rule(cites="Electricity Rates, Rate CB, prices of 2024-04-01")
def price_above_limit_per_kwh(drew_too_much: Expr, p: ValuesOfTheAct) -> Expr:
    """Energy above the limit in a curtailment period has a price of its own."""
    return first_match(
        when(drew_too_much.or_else(False), p.price_above_limit, "the draw passed the limit"),
        otherwise=SILENT,
        because="no draw above the limit is known",
    )
