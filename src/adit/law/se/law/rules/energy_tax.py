"""The Swedish energy tax on electricity for mining: a relief with a size test, and its end."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, in_month, round_half_up, rule, when


@rule(
    cites="Energy Tax Act, relief for data halls; judgment of the Supreme Administrative Court, reported February 2022"
)
def has_relief(mining_power_kw: Expr, p: ValuesOfTheAct) -> Expr:
    """A miner has the relief of data halls from 0.1 MW of installed machines, until the relief is withdrawn."""
    return first_match(
        when(p.full_rate.in_force, False, "the relief is withdrawn", cites="Budget of November 2022"),
        when(
            ~p.relief_rate.in_force | ~p.mining_is_a_data_hall.in_force,
            SILENT,
            "no relief for mining is known on this day",
        ),
        when(~given(mining_power_kw), SILENT, "the installed power is not stated"),
        when(mining_power_kw.or_else(0) >= p.relief_power, p.mining_is_a_data_hall, "installed power large enough"),
        otherwise=False,
        because="too small for the relief",
    )


@rule(cites="Energy Tax Act")
def levy_per_kwh(has_relief: Expr, p: ValuesOfTheAct) -> Expr:
    """The reduced rate with the relief, the full rate since it was withdrawn; the full rate before was not found."""
    return first_match(
        when(p.full_rate.in_force, p.full_rate, "the relief is withdrawn", cites="Budget of November 2022"),
        when(has_relief.or_else(False), p.relief_rate, "the reduced rate of data halls"),
        otherwise=SILENT,
        because="no relief that is known, and the full rate of this day was not found",
    )


@rule(cites="Energy Tax Act", note="Rounding was not found: to the öre, halves up.")
def levy_due(levy_per_kwh: Expr, mining_energy_kwh_per_month: Expr) -> Expr:
    """The energy tax on the kilowatt-hours of the month."""
    return first_match(
        when(
            given(levy_per_kwh),
            round_half_up(in_month(mining_energy_kwh_per_month) * levy_per_kwh.or_else(0), 2),
            "each kilowatt-hour at the rate",
        ),
        otherwise=SILENT,
        because="the rate of this day is not known",
    )
