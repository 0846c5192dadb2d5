"""Who may not help: hosts, the power market, officials."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when

NOTICE = "National Development and Reform Commission and others, notice 1283 of September 2021"


@rule(cites=f"{NOTICE}; Inner Mongolia, measures against mining, draft of 25 May 2021")
def may_host(region: Expr, municipality: Expr, p: ValuesOfTheAct) -> Expr:
    """Nobody hosts mines under the name of a data centre; in Inner Mongolia who helps miners loses licences."""
    return first_match(
        when(p.data_centre_bar.in_force, "no", "no mining under the name of a data centre", cites=NOTICE),
        when(
            p.helpers_sanctioned.days(region, municipality) > 0,
            "no",
            "parks, telecom firms and net cafes that help miners lose licences and the power market",
            cites="Inner Mongolia, measures against mining, draft of 25 May 2021",
        ),
        otherwise=SILENT,
        because="no measure on helpers was found for this province and time",
    )


@rule(cites=NOTICE)
def may_buy_on_power_market(p: ValuesOfTheAct) -> Expr:
    """Miners take no part in the power market."""
    return first_match(
        when(p.data_centre_bar.in_force, False, "miners are kept out of the power market"),
        otherwise=SILENT,
        because="no rule was found before the national notice",
    )


@rule(cites="Central Commission for Discipline Inspection, 2021")
def disciplined(public_servant: Expr, p: ValuesOfTheAct) -> Expr:
    """Officials and staff of state bodies who mine or shelter mining are disciplined."""
    return first_match(otherwise=public_servant & p.officials_disciplined, because="who serves the state may not mine")
