"""Buying and selling: licensed platforms, bank accounts, yearly limits by the investor's test."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Finance Ministry bill On digital currency, 2022-02-18, revised 2022-04-08")
def buyer_is_uncapped(actor: Expr, qualified_investor: Expr, p: ValuesOfTheAct) -> Expr:
    """Qualified investors and entities, the professional purchasers of the April text, have no yearly limit."""
    return first_match(
        when(~p.uncapped.in_force, SILENT, "the bill was planned to begin on 1 January 2023"),
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign buyers"),
        when(actor == "company", True, "an entity"),
        otherwise=qualified_investor,
        because="a natural person is uncapped when a qualified investor",
    )


@rule(cites="Finance Ministry bill On digital currency, 2022-02-18, revised 2022-04-08")
def may_trade(buyer_is_uncapped: Expr, p: ValuesOfTheAct) -> Expr:
    """Everybody buys through licensed platforms; who is not a qualified investor or an entity, up to a yearly limit."""
    return first_match(
        when(~p.platform_licence.in_force, SILENT, "the bill was planned to begin on 1 January 2023"),
        when(~given(buyer_is_uncapped), SILENT, "the reports do not speak of foreign buyers"),
        when(buyer_is_uncapped.or_else(False), "through licensed platforms only", "no yearly limit"),
        otherwise="up to the limit",
        because="a yearly limit, through licensed platforms too",
    )


@rule(
    cites="Finance Ministry bill On digital currency, 2022-02-18, revised 2022-04-08",
    note="Silence for qualified investors and entities means that the bill sets no limit for them.",
)
def trade_limit_rub_per_year(buyer_is_uncapped: Expr, investor_test_passed: Expr, p: ValuesOfTheAct) -> Expr:
    """The most that may be bought in a year: more for those who passed the investor's test."""
    return first_match(
        when(~p.limit_test_passed.in_force, SILENT, "the bill was planned to begin on 1 January 2023"),
        when(~given(buyer_is_uncapped), SILENT, "the reports do not speak of foreign buyers"),
        when(buyer_is_uncapped.or_else(False), SILENT, "no limit is set for qualified investors and entities"),
        when(investor_test_passed, p.limit_test_passed, "the investor's test was passed"),
        otherwise=p.limit_without_test,
        because="the investor's test was failed or not taken",
    )


@rule(cites="Finance Ministry bill On digital currency, 2022-02-18")
def money_moves_through_banks_only(p: ValuesOfTheAct) -> Expr:
    """Money for digital currency flows only through bank accounts, with the customer identified twice."""
    return first_match(
        when(p.bank_accounts_only.in_force, True, "bank accounts only"),
        otherwise=SILENT,
        because="the bill was planned to begin on 1 January 2023",
    )


@rule(cites="Finance Ministry bill On digital currency, 2022-02-18", note="Low confidence: one source.")
def mining_is_defined(p: ValuesOfTheAct) -> Expr:
    """Mining is defined as an activity; who may do it was not found."""
    return first_match(
        when(p.mining_is_an_activity.in_force, True, "mining is defined as an activity"),
        otherwise=SILENT,
        because="the bill was planned to begin on 1 January 2023",
    )
