"""Holding, buying, selling: exchange at home is banned, holding and buying abroad stay open to citizens."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_hold(p: ValuesOfTheAct) -> Expr:
    """Citizens may go on holding cryptocurrency."""
    return first_match(otherwise=p.holding_stays, because="holding is not to be banned for citizens")


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20", note="At home; abroad is may_buy_abroad.")
def may_trade(p: ValuesOfTheAct) -> Expr:
    """Nobody may exchange cryptocurrency at home: exchanges, exchangers and platforms between persons are banned."""
    return first_match(otherwise=p.exchange_at_home, because="exchange in Russia is to be banned in every form")


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_buy_abroad(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """Citizens may buy cryptocurrency abroad."""
    return first_match(
        when(actor != "citizen", SILENT, "the accounts speak of citizens"),
        otherwise=p.buying_abroad_stays,
        because="buying abroad is not to be banned for citizens",
    )


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_issue(p: ValuesOfTheAct) -> Expr:
    """Nobody may issue private cryptocurrency."""
    return first_match(otherwise=~p.issue_ban, because="issue is to be banned, with liability")


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_organise_circulation(p: ValuesOfTheAct) -> Expr:
    """Nobody may organise the circulation of cryptocurrency."""
    return first_match(otherwise=~p.circulation_ban, because="organising circulation is to be banned, with liability")


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_use_russian_intermediaries(p: ValuesOfTheAct) -> Expr:
    """Russian intermediaries and infrastructure may not serve deals, nor may financial institutions invest."""
    return first_match(
        otherwise=~p.intermediary_ban, because="Russian intermediaries are to be closed to cryptocurrency"
    )
