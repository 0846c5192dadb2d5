"""Who mines and settles in the pilot, and in what order organisations are admitted."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="Bank of Russia, plan of an experimental legal regime, April 2023",
    note="Organisations partly owned by the state come first; private ones are not excluded later, so of them nobody can say.",
)
def may_mine(actor: Expr, state_tied: Expr, pilot_participant: Expr, p: ValuesOfTheAct) -> Expr:
    """Special organisations mine for foreign trade: first those tied to the state that are admitted to the pilot."""
    return first_match(
        when(actor != "company", SILENT, "the plan speaks of special organisations"),
        when(~state_tied & p.state_tied_first, "undecided", "private organisations are not excluded later"),
        when(
            p.special_organisations & pilot_participant,
            "yes",
            "a special organisation tied to the state and admitted to the pilot",
        ),
        otherwise="no",
        because="not admitted to the pilot",
    )


@rule(cites="Bank of Russia, plan of an experimental legal regime, April 2023")
def why_barred(may_mine: Expr) -> Expr:
    """What stands in the way of an organisation tied to the state: that it is not admitted."""
    answer = may_mine.or_else("undecided")
    return first_match(
        when(~given(may_mine), SILENT, "the plan speaks of special organisations"),
        when(
            answer == "undecided", SILENT, "of private organisations it is only said that they are not excluded later"
        ),
        when(answer == "yes", "not barred", "admitted to the pilot"),
        otherwise="not admitted to the pilot",
        because="only special organisations admitted to the pilot mine",
    )


@rule(cites="Bank of Russia, plan of an experimental legal regime, April 2023")
def may_settle_abroad(
    actor: Expr,
    state_tied: Expr,
    pilot_participant: Expr,
    foreign_trade_contract: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Export and import are settled in digital currency by participants of the pilot; everything else stays banned."""
    return first_match(
        when(p.foreign_trade_only & ~foreign_trade_contract, "no", "operations are those of foreign trade only"),
        when(
            (actor == "company") & (state_tied | ~p.state_tied_first) & pilot_participant,
            "yes",
            "a participant of those that the pilot takes in",
        ),
        otherwise="in the pilot only",
        because="settlement stays inside the pilot, where private organisations are not excluded later",
    )


@rule(cites="Bank of Russia, plan of an experimental legal regime, April 2023")
def may_be_paid_in_coin(p: ValuesOfTheAct) -> Expr:
    """Payment at home stays banned."""
    return first_match(otherwise=~p.payment_ban, because="payment at home stays banned")


@rule(cites="Bank of Russia, plan of an experimental legal regime, April 2023")
def may_trade(p: ValuesOfTheAct) -> Expr:
    """Trading at home stays banned."""
    return first_match(otherwise=p.trading_at_home, because="trading at home stays banned")


@rule(cites="Bill 237585-8, introduced 2022-11-17")
def may_advertise(p: ValuesOfTheAct) -> Expr:
    """Digital currency may not be advertised."""
    return first_match(otherwise=~p.advertising_ban, because="advertising is banned")


@rule(cites="Bill 237585-8, introduced 2022-11-17")
def mined_coins_are_sold(p: ValuesOfTheAct) -> Expr:
    """Where mined coins may be sold: abroad without Russian infrastructure, or at home in an experimental regime."""
    return first_match(otherwise=p.sale_of_mined_coins, because="the two channels of the bill")
