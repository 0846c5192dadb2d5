"""The experimental regime for investors, proposed in March 2025."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Bank of Russia, proposal of an experimental regime for investors, 2025-03-12")
def specially_qualified(
    actor: Expr,
    qualified_investor: Expr,
    securities_and_deposits_rub: Expr,
    income_last_year_rub: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """A person by assets or by income, an entity when qualified under the law as it stands."""
    rich = given(securities_and_deposits_rub) & (securities_and_deposits_rub.or_else(0) > p.specially_qualified_assets)
    earns = given(income_last_year_rub) & (income_last_year_rub.or_else(0) > p.specially_qualified_income)
    return first_match(
        when(~p.specially_qualified_assets.in_force, SILENT, "not yet proposed"),
        when(
            actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign investors"
        ),
        when(actor == "company", qualified_investor, "an entity qualified under the law as it stands"),
        when(rich | earns, True, "securities and deposits, or income of the past year, above the sum"),
        when(given(securities_and_deposits_rub) & given(income_last_year_rub), False, "neither above the sum"),
        otherwise=SILENT,
        because="assets or income are not stated",
    )


@rule(cites="Bank of Russia, proposal of an experimental regime for investors, 2025-03-12")
def investor_regime_lasts_years(p: ValuesOfTheAct) -> Expr:
    """How long the experimental regime for investors lasts."""
    return first_match(
        when(p.investor_regime_years.in_force, p.investor_regime_years, "as proposed"),
        otherwise=SILENT,
        because="not yet proposed",
    )
