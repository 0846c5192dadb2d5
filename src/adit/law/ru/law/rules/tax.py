"""Taxes on mining: income at the quotation of the day of receipt; profit tax or the five-step personal scale."""

from adit.regime import (
    SILENT,
    Expr,
    ValuesOfTheAct,
    at_least,
    at_most,
    before_this_period,
    first_match,
    given,
    round_half_up,
    rule,
    when,
    year_to_date,
)


@rule(cites="Tax Code arts 271(4)(20), 282.3(2)")
def mining_income_rub(coins_btc: Expr, quotation_rub_per_btc: Expr, p: ValuesOfTheAct) -> Expr:
    """Coins count as income at the market quotation of the day on which the miner may dispose of them."""
    return first_match(
        when(
            p.mining_income_counts.in_force,
            round_half_up(coins_btc * quotation_rub_per_btc, 2),
            "coins at the quotation of the days of receipt, in kopecks",
        ),
        otherwise=SILENT,
        because="before 2025 the Tax Code did not say how mined coins are counted",
    )


@rule(cites="Tax Code arts 282.3(5), 318(2); Finance Ministry letter 03-03-06/1/44520 of 2025-05-05")
def profit_base_rub(mining_income_rub: Expr, mining_costs_rub: Expr) -> Expr:
    """A company's base: income of the year so far less the costs of mining, which are deducted in the period incurred."""
    return at_least(year_to_date(mining_income_rub.or_else(0) - mining_costs_rub), 0)


@rule(cites="Tax Code art. 284, as amended by 176-FZ of 2024-07-12; art. 52(6)")
def profit_tax_rub(actor: Expr, profit_base_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """Tax on the profit of an organisation for the year so far, in whole roubles."""
    return first_match(
        when(
            ~p.mining_income_counts.in_force, SILENT, "before 2025 the Tax Code did not say how mined coins are counted"
        ),
        when(
            actor == "company",
            round_half_up(profit_base_rub * p.profit_tax_rate, 0),
            "an organisation: profit at the rate of the year",
        ),
        when(actor == "foreign_company", SILENT, "the sources do not treat foreign organisations, which may not mine"),
        otherwise=0,
        because="not an organisation: the tax on personal income applies",
    )


@rule(cites="Tax Code, deduction of documented costs; professional deduction of entrepreneurs")
def deduction_rub(
    actor: Expr,
    tax_resident: Expr,
    costs_documented: Expr,
    mining_costs_rub: Expr,
    mining_income_rub: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """What a person deducts from mining income: documented costs; an entrepreneur without papers a share of income."""
    return first_match(
        when(~tax_resident, 0, "only residents deduct costs"),
        when(costs_documented, mining_costs_rub, "actual documented costs"),
        when(
            (actor == "entrepreneur") & p.entrepreneur_deduction.in_force,
            round_half_up(mining_income_rub.or_else(0) * p.entrepreneur_deduction, 2),
            "an entrepreneur without papers deducts a share of income",
        ),
        otherwise=0,
        because="costs without papers are not deducted",
    )


@rule(cites="418-FZ of 2024-11-29")
def income_base_rub(mining_income_rub: Expr, deduction_rub: Expr) -> Expr:
    """A person's base: mining income of the year so far less deductions."""
    return at_least(year_to_date(mining_income_rub.or_else(0) - deduction_rub), 0)


@rule(cites="Tax Code arts 224, 52(6), as amended by 176-FZ of 2024-07-12")
def income_tax_rub(actor: Expr, tax_resident: Expr, income_base_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """Tax on personal income for the year so far, in whole roubles: five steps for residents, one rate for others."""
    return first_match(
        when(
            ~p.mining_income_counts.in_force, SILENT, "before 2025 the Tax Code did not say how mined coins are counted"
        ),
        when(actor.one_of(("company", "foreign_company")), 0, "an organisation: the tax on profit applies"),
        when(
            ~tax_resident,
            round_half_up(income_base_rub * p.nonresident_income_tax_rate, 0),
            "not a tax resident: one rate, no deduction",
        ),
        otherwise=round_half_up(p.income_tax.of(income_base_rub), 0),
        because="a tax resident: each slice of the year's income at its own rate",
    )


@rule(cites="Tax Code arts 224, 284")
def tax_this_period_rub(profit_tax_rub: Expr, income_tax_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """What this period adds to the tax of the year: the tax of the year so far less the same before this period."""
    due = profit_tax_rub.or_else(0) + income_tax_rub.or_else(0)
    return first_match(
        when(
            ~p.mining_income_counts.in_force, SILENT, "before 2025 the Tax Code did not say how mined coins are counted"
        ),
        otherwise=due - before_this_period(due),
        because="the year so far less the year before this period",
    )


@rule(cites="Tax Code art. 146(2)")
def vat_rub(p: ValuesOfTheAct) -> Expr:
    """Mining and sale of digital currency are outside value-added tax."""
    return first_match(
        when(p.vat_on_coins.in_force, p.vat_on_coins, "not subject to value-added tax"),
        otherwise=SILENT,
        because="before 2025 the sources do not say",
    )


@rule(cites="Tax Code, as amended by 418-FZ of 2024-11-29")
def special_tax_regime_allowed(tax_regime: Expr, p: ValuesOfTheAct) -> Expr:
    """Miners are on the general regime; the simplified and other special regimes are barred."""
    return first_match(
        when(~p.barred_tax_regimes.in_force, SILENT, "before 2025 the sources do not say"),
        when(tax_regime.one_of(p.barred_tax_regimes), False, "a special regime that a miner may not use"),
        otherwise=True,
        because="the general regime",
    )


@rule(cites="Tax Code art. 282.3(1); Finance Ministry letters 03-03-06/1/44520 and 03-03-06/1/52949")
def must_keep_separate_accounts(actor: Expr, only_mining: Expr, p: ValuesOfTheAct) -> Expr:
    """A company keeps mining apart from other activity, unless all its activity is mining."""
    return first_match(
        when(~p.separate_base.in_force, SILENT, "before 2025 the sources do not say"),
        when(actor != "company", SILENT, "the letters speak of organisations"),
        when(only_mining, False, "all activity is mining"),
        otherwise=True,
        because="mining is not the only activity",
    )


@rule(cites="Tax Code art. 282.3(3)")
def sale_proceeds_counted_rub(sale_contract_rub: Expr, sale_quotation_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """Proceeds of a sale count at the contract price, but at no less than the quotation less a fifth."""
    floor = round_half_up(sale_quotation_rub.or_else(0) * p.sale_price_floor, 2)
    return first_match(
        when(~p.sale_price_floor.in_force, SILENT, "before 2025 the sources do not say"),
        when(~(given(sale_contract_rub) & given(sale_quotation_rub)), SILENT, "no sale is stated"),
        otherwise=at_least(sale_contract_rub.or_else(0), floor),
        because="the higher of the contract price and the floor",
    )


@rule(cites="418-FZ of 2024-11-29")
def trading_tax_rub(trading_gain_rub: Expr, tax_resident: Expr, p: ValuesOfTheAct) -> Expr:
    """Tax of a resident on gains from trading of the year so far, in whole roubles."""
    return first_match(
        when(~p.trading_income_tax.in_force, SILENT, "before 2025 the sources do not say"),
        when(~given(trading_gain_rub), SILENT, "no trading is stated"),
        when(~tax_resident, SILENT, "the scale is for residents"),
        otherwise=round_half_up(p.trading_income_tax.of(year_to_date(trading_gain_rub.or_else(0))), 0),
        because="two steps, in one base with securities and deposits",
    )


@rule(cites="Tax Code, late return")
def late_return_penalty_rub(unpaid_tax_rub: Expr, months_late: Expr, p: ValuesOfTheAct) -> Expr:
    """A late return costs a share of the unpaid tax for each month, capped, and at least a fixed sum."""
    tax = unpaid_tax_rub.or_else(0)
    grown = round_half_up(tax * (p.late_return_rate * months_late.or_else(0)), 2)
    capped = at_most(grown, round_half_up(tax * p.late_return_cap, 2))
    return first_match(
        when(~(given(unpaid_tax_rub) & given(months_late)), SILENT, "no late return is stated"),
        when(months_late.or_else(0) == 0, 0, "the return is not late"),
        otherwise=at_least(capped, p.late_return_floor),
        because="a share for each month, between the floor and the cap",
    )
