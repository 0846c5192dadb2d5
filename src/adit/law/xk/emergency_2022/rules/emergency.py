"""How long an emergency lasts, and the ban of mining while it does."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, at_most, first_match, given, period_days, period_start, rule, when


@rule(cites="Government decisions of 24 December 2021 and of August 2022 on emergency measures")
def emergency_over_on(
    emergency_declared_on: Expr, emergency_prolonged_days: Expr, emergency_ended_on: Expr, p: ValuesOfTheAct
) -> Expr:
    """The first day without the emergency: its days and those of its prolongation, up to the cap, unless it is ended before."""
    declared = emergency_declared_on.or_else(period_start())
    then = p.at(declared)
    lapses_on = declared + at_most(then.emergency_days + emergency_prolonged_days, then.emergency_days_most)
    ended_on = emergency_ended_on.or_else(lapses_on)
    return first_match(
        when(~given(emergency_declared_on), SILENT, "no emergency is stated"),
        when(~then.emergency_days.in_force, SILENT, "declared before the first of these emergencies"),
        when(ended_on < lapses_on, ended_on, "ended early"),
        otherwise=lapses_on,
        because="its days are over, with those of its prolongation, or its cap is reached",
    )


@rule(cites="Emergency measure of January 2022; renewed in August 2022")
def banned(emergency_declared_on: Expr, emergency_over_on: Expr, p: ValuesOfTheAct) -> Expr:
    """How far the ban covers the period: it lasts as long as the emergency, and in the first one it came eleven days later."""
    first, end = period_start(), period_start() + period_days()
    declared, over = emergency_declared_on.or_else(end), emergency_over_on.or_else(first)
    return first_match(
        when((end <= declared) | (over <= first), "none", "no emergency lasts on any day of the period"),
        when(
            (end <= p.banned_from) | (over <= p.banned_from), "none", "an emergency lasted, mining was not banned yet"
        ),
        when((declared <= first) & (p.banned_from <= first) & (end <= over), "whole period", "banned on every day"),
        otherwise="part of the period",
        because="banned on some days of the period",
    )


@rule(cites="Emergency measure of January 2022; renewed in August 2022")
def why_barred(banned: Expr) -> Expr:
    """What stands in the way of mining: the ban, while the emergency lasts. No law of Kosovo covers mining otherwise."""
    return first_match(
        when(banned != "none", "emergency", "all mining is banned while the emergency lasts"),
        otherwise=SILENT,
        because="no ban holds, and no law covers mining",
    )


@rule(cites="Emergency measure of January 2022; renewed in August 2022")
def may_mine(banned: Expr) -> Expr:
    """Nobody may mine while the emergency lasts; of other days the act does not speak."""
    return first_match(
        when(banned == "whole period", "no", "all mining is banned while the emergency lasts"),
        when(banned == "part of the period", "part of the period", "the ban covers some days of the period"),
        otherwise=SILENT,
        because="no ban holds, and no law covers mining",
    )
