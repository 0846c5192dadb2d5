"""The licensed market of bill 1194918-8: who buys, how much, and where."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Bill 1194918-8; Bank of Russia concept of 2025-12-23")
def may_trade(actor: Expr, qualified_investor: Expr, investor_test_passed: Expr, p: ValuesOfTheAct) -> Expr:
    """After a test, through licensed intermediaries: up to a limit, or without one when qualified."""
    return first_match(
        when(~p.licensed_market.in_force, SILENT, "planned from 1 July 2026; the law in force does not say"),
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign buyers"),
        when(
            (actor == "company") & ~qualified_investor, SILENT, "of entities that are not qualified nothing was found"
        ),
        when(~investor_test_passed, "no", "the test comes first, for qualified investors too"),
        when(qualified_investor, "through licensed platforms only", "qualified: no limit"),
        otherwise="up to the limit",
        because="not qualified: a yearly limit, through one intermediary",
    )


@rule(
    cites="Bill 1194918-8; Bank of Russia concept of 2025-12-23",
    note="Silence for a qualified investor means that the bill sets no limit.",
)
def trade_limit_rub_per_year(may_trade: Expr, p: ValuesOfTheAct) -> Expr:
    """The most that a person who is not a qualified investor may buy in a year."""
    answer = may_trade.or_else("through licensed platforms only")
    return first_match(
        when(answer == "up to the limit", p.nonqualified_cap, "not qualified, test passed"),
        when(answer == "no", 0, "the test comes first"),
        otherwise=SILENT,
        because="no limit is set for qualified investors, and none is in force before the bill",
    )


@rule(cites="Bill 1194918-8; Bank of Russia concept of 2025-12-23")
def may_buy_abroad(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """Residents may buy abroad from foreign accounts, and the tax service is notified."""
    return first_match(
        when(~p.buying_abroad.in_force, SILENT, "planned from 1 July 2026; the law in force does not say"),
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the bill speaks of residents"),
        otherwise=True,
        because="from foreign accounts, with notice to the tax service",
    )
