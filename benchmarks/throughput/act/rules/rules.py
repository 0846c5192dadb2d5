"""Eight rules: registration, banned days, permission, income, base, tax of the year, tax of the month, fine."""

from adit.regime import (
    Expr,
    ValuesOfTheAct,
    at_least,
    before_this_period,
    first_match,
    period_days,
    round_half_up,
    rule,
    when,
    year_to_date,
)


@rule(cites="221-FZ of 2024-08-08; Government Decree of 2024-11-01, reported as No. 1469")
def must_register(actor: Expr, mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """Everybody but a citizen; a citizen above the limit; nobody before the register."""
    return first_match(
        when(~p.register.in_force, False, "the register did not exist"),
        otherwise=(actor != "citizen") | (mining_energy_kwh_per_month > p.household_limit),
        because="miners are registered, citizens above the limit",
    )


@rule(cites="Government Decree 1869 of 2024-12-23, as amended")
def banned_days(region: Expr, municipality: Expr, p: ValuesOfTheAct) -> Expr:
    """The days of the month on which mining is banned in the region."""
    days: Expr = p.territories.days(region, municipality)
    return days


@rule(cites="221-FZ of 2024-08-08; Government Decree 1869 of 2024-12-23, as amended")
def permission(
    terror_listed: Expr, banned_days: Expr, must_register: Expr, in_miners_register: Expr, p: ValuesOfTheAct
) -> Expr:
    """The first thing that stands in the way of mining in the month."""
    return first_match(
        when(terror_listed & p.register.in_force, "excluded", "listed persons may not mine"),
        when(banned_days == period_days(), "banned region", "a ban covers the whole month"),
        when(must_register & ~in_miners_register, "register first", "mining comes after entry in the register"),
        when(banned_days > 0, "part of the month", "a ban covers some days of the month"),
        otherwise="allowed",
        because="nothing stands in the way",
    )


@rule(cites="Tax Code arts 271(4)(20), 282.3(2)")
def income_rub(coins_btc: Expr, quotation_rub_per_btc: Expr) -> Expr:
    """Coins at the quotation of the month, in kopecks."""
    return round_half_up(coins_btc * quotation_rub_per_btc, 2)


@rule(cites="Tax Code arts 282.3(5), 318(2); 418-FZ of 2024-11-29")
def base_ytd(actor: Expr, income_rub: Expr, mining_costs_rub: Expr) -> Expr:
    """Income of the year so far less costs, which citizens do not deduct; never below zero."""
    costs = first_match(
        when(actor == "citizen", 0, "a citizen deducts nothing"),
        otherwise=mining_costs_rub,
        because="costs of mining are deducted",
    )
    return at_least(year_to_date(income_rub - costs), 0)


@rule(cites="Tax Code arts 224, 284, 52(6)")
def tax_ytd(actor: Expr, base_ytd: Expr, p: ValuesOfTheAct) -> Expr:
    """Tax of the year so far, in whole roubles: the profit tax of organisations, the scale of everybody else."""
    return first_match(
        when(
            actor.one_of(("company", "foreign_company")),
            round_half_up(base_ytd * p.profit_tax_rate, 0),
            "an organisation: profit at the rate of the year",
        ),
        otherwise=round_half_up(p.income_tax.of(base_ytd), 0),
        because="a person: each slice of the year's income at its own rate",
    )


@rule(cites="Tax Code arts 224, 284")
def tax_month(tax_ytd: Expr) -> Expr:
    """What the month adds to the tax of the year; below zero after a loss."""
    return tax_ytd - before_this_period(tax_ytd)


@rule(cites="Tax Code as amended by 418-FZ of 2024-11-29 (article not found)")
def fine(registered_income_declared: Expr, income_rub: Expr, tax_month: Expr, p: ValuesOfTheAct) -> Expr:
    """For income that was not declared: a fixed sum and a share of the tax of the month, in whole roubles."""
    return first_match(
        when(
            p.fixed_fine.in_force & (income_rub > 0) & ~registered_income_declared,
            p.fixed_fine + round_half_up(at_least(tax_month, 0) * p.fine_share, 0),
            "there was income and no declaration",
        ),
        otherwise=0,
        because="declared, or no income, or no fine yet",
    )
