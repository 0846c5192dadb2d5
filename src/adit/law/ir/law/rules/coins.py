"""What becomes of the coins, and what may be said about mining in public."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Central bank and cabinet, 2019 and 2020")
def coins_for_the_state_btc(coins_btc: Expr, p: ValuesOfTheAct) -> Expr:
    """The coins that are to be sold to the central bank or spent on imports: all that were mined."""
    return first_match(
        when(p.coins_for_the_state.in_force, coins_btc, "all coins mined go to the central bank or pay for imports"),
        otherwise=SILENT,
        because="the duty was not found before 2020",
    )


@rule(cites="Central bank and cabinet, 2019 and 2020")
def may_settle_abroad(contract_kind: Expr, p: ValuesOfTheAct) -> Expr:
    """Imports may be paid with coins mined at home; of exports the reports do not speak."""
    return first_match(
        when(
            p.coins_for_the_state.in_force & (contract_kind.or_else("export") == "import"),
            "yes",
            "coins mined at home may pay for imports",
        ),
        otherwise=SILENT,
        because="not an import, or before 2020",
    )


@rule(cites="Resolution of 14 April 2016, applied to mining at the end of 2024")
def may_advertise_machines(p: ValuesOfTheAct) -> Expr:
    """Machines may not be advertised, nor mining taught."""
    return first_match(
        when(p.advertising_ban.in_force, False, "advertising machines and teaching mining are banned"),
        otherwise=SILENT,
        because="no rule was found before the end of 2024",
    )
