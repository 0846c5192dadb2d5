"""Dealing through banks and licensed intermediaries; declaring a turnover; paying."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Government concept on circulation of digital currencies, 2022-02-08")
def may_trade(p: ValuesOfTheAct) -> Expr:
    """Digital currency is dealt in through banks or licensed intermediaries, with full identification."""
    return first_match(otherwise=p.dealing, because="banks or licensed intermediaries")


@rule(cites="Government concept on circulation of digital currencies, 2022-02-08")
def must_declare_turnover(turnover_rub_per_year: Expr, p: ValuesOfTheAct) -> Expr:
    """A turnover of more than the threshold is declared."""
    return first_match(
        when(~given(turnover_rub_per_year), SILENT, "no turnover is stated"),
        when(turnover_rub_per_year.or_else(0) > p.declaration_threshold, True, "a turnover above the threshold"),
        otherwise=False,
        because="a turnover up to the threshold",
    )


@rule(cites="Government concept on circulation of digital currencies, 2022-02-08")
def crime(must_declare_turnover: Expr, turnover_declared: Expr, p: ValuesOfTheAct) -> Expr:
    """Hiding a turnover that has to be declared is a crime."""
    return first_match(
        when(~given(must_declare_turnover), SILENT, "no turnover is stated"),
        when(
            must_declare_turnover.or_else(False) & ~turnover_declared & p.hiding_is_a_crime,
            "crime",
            "a turnover above the threshold was hidden",
        ),
        otherwise="none",
        because="nothing that had to be declared was hidden",
    )


@rule(cites="Government concept on circulation of digital currencies, 2022-02-08; 259-FZ of 2020-07-31")
def may_be_paid_in_coin(p: ValuesOfTheAct) -> Expr:
    """Taking digital currency as payment is illegal and would be fined."""
    return first_match(otherwise=~p.illegal_acceptance_is_fined, because="the existing ban gets a fine")
