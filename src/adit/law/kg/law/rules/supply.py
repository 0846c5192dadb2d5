"""When and from what farms in Kyrgyzstan may draw power."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, rule, when


@rule(cites="Policy of the President, August 2023; energy-saving regime")
def may_mine(p: ValuesOfTheAct) -> Expr:
    """Farms stand still in winter; whether a miner needs leave in the other nine months was not found."""
    days = p.winter_stop.days()
    return first_match(
        when(days == period_days(), "no", "winter: farms stand still"),
        when(days > 0, "part of the period", "winter covers a part of the period"),
        otherwise=SILENT,
        because="outside winter farms work, and what else a miner needs was not found",
    )


@rule(cites="Policy of the President, August 2023; energy-saving regime")
def why_barred(may_mine: Expr) -> Expr:
    """What stands in the way: the season."""
    return first_match(
        when(given(may_mine), "season", "winter"),
        otherwise=SILENT,
        because="outside winter nothing was found that bars mining",
    )


@rule(
    cites="Government decree of 2002 on the use of electricity",
    note="Grid power for a purpose not declared is taken for a breach of the rules of supply.",
)
def is_disconnected(power_source: Expr, power_rules_breached: Expr, p: ValuesOfTheAct) -> Expr:
    """Grid power that is used for a purpose not declared is disconnected."""
    return first_match(
        when(
            (power_source == "grid") & power_rules_breached,
            p.undeclared_use_disconnected,
            "grid power for another purpose than declared",
        ),
        otherwise=False,
        because="no grid power, or no other purpose than declared",
    )


@rule(cites="Presidential decree on the energy emergency")
def in_energy_emergency(p: ValuesOfTheAct) -> Expr:
    """Whether the period begins in the energy emergency of the decree."""
    return first_match(
        when(p.energy_emergency.in_force, p.energy_emergency, "the emergency stands"),
        otherwise=False,
        because="before or after the emergency of the decree",
    )
