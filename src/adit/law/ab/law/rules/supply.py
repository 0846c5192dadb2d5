"""Imports of machines, the price of electricity, and the nights without internet."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_start, rule, when


@rule(cites="Resolution of the cabinet of 21 September 2020; decree of December 2020, as prolonged")
def may_import_machines(p: ValuesOfTheAct) -> Expr:
    """Free under the first ban, barred for 60 days when mining became legal, banned with mining since December 2020."""
    return first_match(
        when(p.import_ban.in_force, False, "imports are banned with mining"),
        when(
            p.import_bar_days.in_force & (period_start() < p.legalised_on + p.import_bar_days),
            False,
            "barred for so many days from the day on which mining became legal",
        ),
        when(p.import_bar_days.in_force, SILENT, "the bar is over, and what followed it was not found"),
        otherwise=True,
        because="the ban of 2018 left imports free",
    )


@rule(cites="Resolution of the cabinet of 21 September 2020")
def mining_tariff_per_kwh(p: ValuesOfTheAct) -> Expr:
    """The price of electricity for miners, while they were legal."""
    return first_match(
        when(p.tariff.in_force, p.tariff, "set for miners"),
        otherwise=SILENT,
        because="no price for miners stood on this day",
    )


@rule(cites="Order of the energy security headquarters, December 2024")
def internet_is_cut(local_time_min: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the internet is cut at this time of the night, for everybody, so that nobody mines."""
    return first_match(
        when(~p.internet_cut.in_force, SILENT, "no cut was ordered for this day"),
        when(~given(local_time_min), SILENT, "the time of day is not stated"),
        otherwise=p.internet_cut.cover(local_time_min.or_else(0)),
        because="by the hours of the order",
    )
