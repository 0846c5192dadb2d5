"""The levy on each kilowatt-hour used for mining: which rates apply, and the highest of them."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, at_least, first_match, given, in_month, round_half_up, rule, when

OWN_RENEWABLE = ("own_renewable", "own_solar")
BOUGHT = ("grid", "imported")


@rule(
    cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11",
    note="Of the scale only its ends were read: 25 for the cheapest power, 1 from 24 tenge upwards.",
)
def levy_of_the_price(electricity_price_per_kwh: Expr, power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """The rate that goes by the average price of the electricity in the tax period."""
    return first_match(
        when(~p.levy_by_price.in_force, SILENT, "before 2023 the levy did not go by the price"),
        when(
            power_source.one_of(OWN_RENEWABLE),
            SILENT,
            "power of the miner's own renewable plant: the price is no matter",
        ),
        when(~given(electricity_price_per_kwh), SILENT, "no price is stated"),
        otherwise=p.levy_by_price.at(electricity_price_per_kwh.or_else(0)),
        because="by the average price of the period, as far as the steps of the scale were read",
    )


@rule(cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11")
def levy_of_the_source(power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """The rate for electricity that the miner generates itself."""
    return first_match(
        when(~p.levy_own_generation.in_force, SILENT, "before 2023 the source played no part"),
        when(power_source.one_of(OWN_RENEWABLE), p.levy_own_renewable, "the miner's own renewable plant, at any price"),
        when(power_source == "own_fossil", p.levy_own_generation, "the miner's own generation"),
        otherwise=SILENT,
        because="bought electricity",
    )


@rule(cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11")
def levy_of_the_meter(control_meter: Expr, p: ValuesOfTheAct) -> Expr:
    """The rate where no working control meter counts the electricity."""
    return first_match(
        when(~p.levy_without_meter.in_force, SILENT, "before 2023 the meter played no part"),
        when(~control_meter, p.levy_without_meter, "the control meter is absent or faulty"),
        otherwise=SILENT,
        because="a control meter works",
    )


@rule(
    cites="State Revenue Committee, August 2022",
    note="That the highest of several rates applies stands in one report. Whether the Tax Code of 2026 keeps the levy was not seen.",
)
def levy_per_kwh(
    power_source: Expr,
    electricity_price_per_kwh: Expr,
    levy_of_the_price: Expr,
    levy_of_the_source: Expr,
    levy_of_the_meter: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The levy on a kilowatt-hour: one tenge in 2022; since 2023 the highest of the rates that apply at once."""
    goes_by_price = power_source.one_of(BOUGHT) | (given(electricity_price_per_kwh) & (power_source == "own_fossil"))
    return first_match(
        when(p.levy_flat.in_force, p.levy_flat, "one rate, whatever it costs", cites="Law 53-VII of 2021-06-24"),
        when(~p.levy_by_price.in_force, SILENT, "there was no levy before 2022", cites="Law 53-VII of 2021-06-24"),
        when(
            goes_by_price & ~given(levy_of_the_price) & ~given(levy_of_the_meter),
            SILENT,
            "no price is stated, or the step of the scale for this price was not read",
            cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11",
        ),
        otherwise=at_least(
            at_least(levy_of_the_price.or_else(0), levy_of_the_source.or_else(0)), levy_of_the_meter.or_else(0)
        ),
        because="the highest of the rates that apply",
    )


@rule(cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11")
def levy_per_kwh_min(levy_per_kwh: Expr, levy_of_the_source: Expr, p: ValuesOfTheAct) -> Expr:
    """The least that the levy can be where its step was not read."""
    return first_match(
        when(given(levy_per_kwh), levy_per_kwh, "the levy itself"),
        when(~p.levy_bottom.in_force, SILENT, "there was no levy before 2022"),
        otherwise=at_least(levy_of_the_source.or_else(0), p.levy_bottom),
        because="the bottom of the scale, or the rate of the miner's own generation",
    )


@rule(cites="Tax Code art. 606-3, as amended by Law 135-VII of 2022-07-11")
def levy_per_kwh_max(levy_per_kwh: Expr, p: ValuesOfTheAct) -> Expr:
    """The most that the levy can be where its step was not read."""
    return first_match(
        when(given(levy_per_kwh), levy_per_kwh, "the levy itself"),
        when(~p.levy_top.in_force, SILENT, "there was no levy before 2022"),
        otherwise=p.levy_top,
        because="the top of the scale",
    )


@rule(cites="Tax Code art. 606-5")
def levy_due(mining_energy_kwh_per_month: Expr, levy_per_kwh: Expr) -> Expr:
    """What a month adds to the levy of its quarter, in tiyn: the electricity consumed in mining at the rate of the levy."""
    return first_match(
        when(~given(levy_per_kwh), SILENT, "the rate is not known"),
        otherwise=round_half_up(in_month(mining_energy_kwh_per_month) * levy_per_kwh.or_else(0), 2),
        because="electricity consumed, at the rate of the levy",
    )


@rule(cites="Tax Code art. 606-5", note="Medium: one source for each year.")
def levy_payment_day(p: ValuesOfTheAct) -> Expr:
    """The day of the month by which the levy of a quarter is paid, at the place of the machines."""
    return first_match(
        when(p.levy_payment_day.in_force, p.levy_payment_day, "set by the code"),
        otherwise=SILENT,
        because="there was no levy before 2022",
    )


@rule(cites="Tax Code art. 606-5", note="Medium: one source for each year.")
def levy_payment_month(p: ValuesOfTheAct) -> Expr:
    """Which month after the quarter the levy is paid in: 1 for the first, 2 for the second."""
    return first_match(
        when(p.levy_payment_month.in_force, p.levy_payment_month, "set by the code"),
        otherwise=SILENT,
        because="there was no levy before 2022",
    )


@rule(cites="Tax Code art. 606-4", note="Medium: one source for each year.")
def must_file_levy_return(p: ValuesOfTheAct) -> Expr:
    """Whether a return on the levy is filed each quarter: not in 2022."""
    return first_match(
        when(p.levy_return.in_force, p.levy_return, "set by the code"),
        otherwise=SILENT,
        because="there was no levy before 2022",
    )
