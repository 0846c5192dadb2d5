"""What is done with the coins: sold at home, valued and taxed, reported by the pool."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="Law 193-VII of 2023-02-06, art. 8(4)",
    note="Over which time the share is reckoned was not found; here it is the period asked about. Not verified after November 2025.",
)
def coins_to_sell_at_home_btc(coins_btc: Expr, p: ValuesOfTheAct) -> Expr:
    """How many of the coins mined have to be sold on the exchanges of the Astana International Financial Centre."""
    return first_match(
        when(~p.sale_share.in_force, SILENT, "before 2024 no share had to be sold"),
        otherwise=coins_btc * p.sale_share,
        because="a share of the coins mined",
    )


@rule(cites="Law 193-VII of 2023-02-06, art. 8(4)", note="Not verified after November 2025.")
def sold_enough_at_home(coins_sold_at_home_btc: Expr, coins_to_sell_at_home_btc: Expr) -> Expr:
    """Whether at least the share that the law asks for was sold at home."""
    return first_match(
        when(~given(coins_to_sell_at_home_btc), SILENT, "before 2024 no share had to be sold"),
        when(~given(coins_sold_at_home_btc), SILENT, "what was sold at home is not stated"),
        otherwise=coins_sold_at_home_btc.or_else(0) >= coins_to_sell_at_home_btc.or_else(0),
        because="what was sold, beside what had to be",
    )


@rule(
    cites="Tax Code, corporate income tax on digital miners", note="The rate stands in weak sources and is not encoded."
)
def profit_tax_applies(p: ValuesOfTheAct) -> Expr:
    """Whether miners owe the corporate income tax."""
    return first_match(
        when(p.profit_tax_applies.in_force, True, "miners owe the tax on profit"),
        otherwise=SILENT,
        because="before 2023 the sources do not say",
    )


@rule(cites="Order 531 of 2025-09-25")
def coin_is_valued_on_receipt(p: ValuesOfTheAct) -> Expr:
    """Whether a coin counts for tax at its published value on the day of receipt."""
    return first_match(
        when(p.coin_valued_on_receipt.in_force, True, "published rules of value apply"),
        otherwise=SILENT,
        because="before 2026 no rules of value were found",
    )


@rule(cites="Order of the Finance Minister of 2026-02-20", note="Medium: one source.")
def must_report(firm_kind: Expr, p: ValuesOfTheAct) -> Expr:
    """A pool reports to the tax body the coins that each miner received; of miners themselves the source does not speak."""
    return first_match(
        when(~p.pool_reports.in_force, SILENT, "before February 2026 no report of coins was found"),
        when(firm_kind == "pool", True, "a pool files the coins of each miner, machine to machine"),
        otherwise=SILENT,
        because="the order speaks of pools",
    )
