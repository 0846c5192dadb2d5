"""Electricity: who is cut off first, and what a household pays."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, round_half_up, rule, when


@rule(cites="Government Decree 141 of 2026-02-14")
def curtailed_first(p: ValuesOfTheAct) -> Expr:
    """In an emergency miners are the first whose consumption is limited."""
    return first_match(
        when(p.miners_cut_first.in_force, True, "first in the order of emergency limitation"),
        otherwise=SILENT,
        because="no order was found for this time",
    )


@rule(cites="Regional tariffs")
def household_bill_rub(
    household_energy_kwh_per_month: Expr,
    electricity_price_per_kwh: Expr,
    region: Expr,
    rural: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """What a household pays for the month: at the price it states, or in rural Irkutsk Oblast at the first-band price."""
    energy = household_energy_kwh_per_month.or_else(0)
    return first_match(
        when(~given(household_energy_kwh_per_month), SILENT, "no household consumption is stated"),
        when(
            given(electricity_price_per_kwh),
            round_half_up(energy * electricity_price_per_kwh.or_else(0), 2),
            "at the price stated",
        ),
        when(
            (region == "RU-IRK")
            & rural
            & p.irkutsk_rural_price.in_force
            & p.household_first_band.in_force
            & (energy <= p.household_first_band),
            round_half_up(energy * p.irkutsk_rural_price, 2),
            "rural Irkutsk Oblast, first band",
        ),
        otherwise=SILENT,
        because="tariffs of this region and band were not found",
    )
