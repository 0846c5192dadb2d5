"""Ban, legal on conditions, ban again."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, period_start, rule, when

BANS = "Measures of December 2018; decree of December 2020, as prolonged"
RESOLUTION = "Resolution of the cabinet of 21 September 2020"


@rule(cites=BANS)
def banned(p: ValuesOfTheAct) -> Expr:
    """How far a ban covers the period."""
    days = p.ban.days()
    return first_match(
        when(days == period_days(), "whole period", "a ban covers every day of the period"),
        when(days > 0, "part of the period", "a ban covers some days of the period"),
        otherwise="none",
        because="no ban covers the period",
    )


@rule(cites=RESOLUTION)
def must_register(p: ValuesOfTheAct) -> Expr:
    """While mining was legal, who mined was registered, with the tax office too, and listed the machines."""
    return first_match(
        when(p.register_by.in_force, True, "registration, tax registration and a list of the machines"),
        otherwise=SILENT,
        because="mining was banned",
    )


@rule(cites=RESOLUTION)
def registered_in_time(registered_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the miner was registered by 7 November 2020; until that day is over nobody is late."""
    return first_match(
        when(~p.register_by.in_force, SILENT, "mining was banned"),
        when(period_start() <= p.register_by, True, "the term still runs"),
        when(given(registered_on), registered_on.or_else(period_start()) <= p.register_by, "the day of registration"),
        otherwise=False,
        because="the term is over, and no day of registration is stated",
    )


@rule(cites=RESOLUTION)
def applied_in_time(request_filed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the miner applied for electricity by 21 November 2020; until that day is over nobody is late."""
    return first_match(
        when(~p.apply_by.in_force, SILENT, "mining was banned"),
        when(period_start() <= p.apply_by, True, "the term still runs"),
        when(given(request_filed_on), request_filed_on.or_else(period_start()) <= p.apply_by, "the day of application"),
        otherwise=False,
        because="the term is over, and no day of application is stated",
    )


@rule(cites=f"{BANS}; {RESOLUTION}")
def why_barred(
    actor: Expr,
    isolated_generation: Expr,
    control_meter: Expr,
    banned: Expr,
    registered_in_time: Expr,
    applied_in_time: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first thing that stands in the way of mining."""
    return first_match(
        when(
            (banned != "none") & p.plant_exception.in_force & isolated_generation,
            "place not certain",
            "one private hydroelectric plant outside the grid is excepted, and the facts do not say which this is",
            cites="Decree of the cabinet, December 2020",
        ),
        when(banned != "none", "nobody may mine", "mining is banned", cites=BANS),
        when(
            ~actor.one_of(("entrepreneur", "company")),
            "legal form",
            "only legal entities and traders were let in",
            cites=RESOLUTION,
        ),
        when(
            ~registered_in_time.or_else(True),
            "registration first",
            "not registered by the day that was set",
            cites=RESOLUTION,
        ),
        when(
            ~control_meter | ~applied_in_time.or_else(True),
            "power not confirmed",
            "no meter, or no application for electricity by the day that was set",
            cites=RESOLUTION,
        ),
        otherwise="not barred",
        because="legal, and the conditions are met",
    )


@rule(cites=f"{BANS}; {RESOLUTION}")
def may_mine(why_barred: Expr, banned: Expr) -> Expr:
    """Whether this actor may mine in the period."""
    return first_match(
        when(why_barred == "place not certain", "undecided", "it may be the one plant that is excepted"),
        when(banned == "part of the period", "part of the period", "a ban covers some days of the period", cites=BANS),
        when(why_barred == "registration first", "after registration", "registration comes first", cites=RESOLUTION),
        when(why_barred == "not barred", "yes", "legal, and the conditions are met", cites=RESOLUTION),
        when(why_barred == "nobody may mine", "no", "mining is banned", cites=BANS),
        otherwise="no",
        because="a condition of mining is not met",
    )
