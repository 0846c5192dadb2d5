"""The excise of the bill: kilowatt-hours that are taxed, the tax of the year so far, and what the month adds."""

from adit.regime import (
    SILENT,
    Expr,
    ValuesOfTheAct,
    before_this_period,
    first_match,
    given,
    in_month,
    round_half_up,
    rule,
    share,
    when,
    year_to_date,
)


@rule(cites="S8518, Tax Law § 186-h(2) (draft)")
def taxed_electricity_kwh(
    mining_energy_kwh_per_month: Expr,
    proof_of_work: Expr,
    power_source: Expr,
    isolated_generation: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Kilowatt-hours of the month that are taxed: all for proof-of-work mining, but none from a renewable plant off the grid."""
    return first_match(
        when(~p.tiers.in_force, 0, "before the first taxable year"),
        when(~proof_of_work, 0, "the excise is on proof-of-work mining"),
        when(
            isolated_generation & power_source.one_of(p.spared_sources),
            0,
            "a renewable plant that is not connected to the grid",
        ),
        otherwise=in_month(mining_energy_kwh_per_month),
        because="electricity for proof-of-work mining",
    )


@rule(cites="S8518, Tax Law § 186-h(2) (draft)", note="The bill does not say how to round; here to the cent.")
def levy_of_year(taxed_electricity_kwh: Expr, p: ValuesOfTheAct) -> Expr:
    """The excise of the year so far: each slice of the year's kilowatt-hours at its own rate."""
    return first_match(
        when(~p.tiers.in_force, SILENT, "the bill is for taxable years from 1 January 2027"),
        otherwise=round_half_up(p.tiers.of(year_to_date(taxed_electricity_kwh)), 2),
        because="each slice of the year's kilowatt-hours at its own rate",
    )


@rule(cites="S8518, Tax Law § 186-h(2) (draft)")
def levy_due(levy_of_year: Expr) -> Expr:
    """What this period adds to the excise of the year."""
    so_far = levy_of_year.or_else(0)
    return first_match(
        when(~given(levy_of_year), SILENT, "the bill is for taxable years from 1 January 2027"),
        otherwise=so_far - before_this_period(so_far),
        because="the year so far less the year before this period",
    )


@rule(
    cites="S8518, Tax Law § 186-h(2) (draft)",
    note="The bill has five rates; this is what they come to on the kilowatt-hours of this period, to the hundredth of a cent.",
)
def levy_per_kwh(levy_due: Expr, mining_energy_kwh_per_month: Expr) -> Expr:
    """What the excise comes to on each kilowatt-hour of the period."""
    return first_match(
        when(~given(levy_due), SILENT, "the bill is for taxable years from 1 January 2027"),
        otherwise=share(levy_due.or_else(0), in_month(mining_energy_kwh_per_month), places=4, when_zero=0),
        because="the excise of the period over its kilowatt-hours",
    )
