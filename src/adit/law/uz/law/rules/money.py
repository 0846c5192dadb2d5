"""What mining pays: a multiple of the tariff, a fee each month, no tax on income."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="NAPP rules of registration of miners, text of 2022-06-24",
    note="Medium: one source, not clear on the multiples.",
)
def in_peak_hours(local_time_min: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the hour is one of those with surcharges."""
    return first_match(
        when(~p.peak_hours.in_force, SILENT, "before July 2022 no hours were singled out"),
        when(~given(local_time_min), SILENT, "the hour is not stated"),
        otherwise=p.peak_hours.cover(local_time_min.or_else(0)),
        because="by the clock at the site",
    )


@rule(
    cites="NAPP rules of registration of miners, text of 2022-06-24",
    note="Medium: one source, not clear on the multiples.",
)
def in_night_hours(local_time_min: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the hour is one of those named for the doubled tariff."""
    return first_match(
        when(~p.night_hours.in_force, SILENT, "before July 2022 no hours were singled out"),
        when(~given(local_time_min), SILENT, "the hour is not stated"),
        otherwise=p.night_hours.cover(local_time_min.or_else(0)),
        because="by the clock at the site",
    )


@rule(cites="Cabinet resolution under PP-4422; presidential decree of spring 2022")
def mining_tariff_per_kwh(
    group_tariff_per_kwh: Expr, power_source: Expr, in_peak_hours: Expr, p: ValuesOfTheAct
) -> Expr:
    """Grid power for mining costs a multiple of the tariff of the consumer's own group, whatever its capacity."""
    return first_match(
        when(~p.tariff_multiple.in_force, SILENT, "before September 2019 no multiple was found"),
        when(power_source != "grid", SILENT, "the tariff is for power from the grid"),
        when(~given(group_tariff_per_kwh), SILENT, "the tariff of the group is not stated"),
        when(in_peak_hours.or_else(False), SILENT, "surcharges that the Cabinet sets come on top, and were not found"),
        otherwise=group_tariff_per_kwh.or_else(0) * p.tariff_multiple,
        because="a multiple of the group's tariff; if no hour is stated, outside the peak",
    )


@rule(cites="Presidential decree of spring 2022 on crypto assets")
def mining_income_is_taxed(p: ValuesOfTheAct) -> Expr:
    """Whether income from mining bears tax."""
    return first_match(
        when(p.income_untaxed.in_force, False, "income from mining is exempt"),
        otherwise=SILENT,
        because="before 2022 the sources do not say",
    )


@rule(
    cites="Order of NAPP, the Finance Ministry and the Tax Committee of 2022-09-28",
    note="In dollars, about, as the reports have it.",
)
def monthly_fee_usd(firm_kind: Expr, p: ValuesOfTheAct) -> Expr:
    """The fee of a crypto firm for a month, by what it does."""
    return first_match(
        when(~p.monthly_fee.in_force, SILENT, "there were no monthly fees"),
        otherwise=p.monthly_fee[firm_kind],
        because="by kind of firm",
    )


@rule(cites="Order of NAPP, the Finance Ministry and the Tax Committee of 2022-09-28")
def monthly_fee_uzs(firm_kind: Expr, p: ValuesOfTheAct) -> Expr:
    """The same fee in soum, which was reported for exchanges alone."""
    return first_match(
        when(~p.monthly_fee_uzs.in_force, SILENT, "there were no monthly fees"),
        when(p.monthly_fee_uzs.covers(firm_kind), p.monthly_fee_uzs[firm_kind], "as reported in soum"),
        otherwise=SILENT,
        because="reported in dollars only",
    )


@rule(cites="Order of NAPP, the Finance Ministry and the Tax Committee of 2022-09-28")
def monthly_fee_to_budget_usd(monthly_fee_usd: Expr, p: ValuesOfTheAct) -> Expr:
    """The part of the monthly fee that goes to the state budget."""
    return first_match(
        when(~given(monthly_fee_usd), SILENT, "there were no monthly fees"),
        otherwise=monthly_fee_usd.or_else(0) * p.fee_share_budget,
        because="the share of the budget",
    )


@rule(cites="Order of NAPP, the Finance Ministry and the Tax Committee of 2022-09-28")
def monthly_fee_to_regulator_usd(monthly_fee_usd: Expr, p: ValuesOfTheAct) -> Expr:
    """The part of the monthly fee that goes to the agency."""
    return first_match(
        when(~given(monthly_fee_usd), SILENT, "there were no monthly fees"),
        otherwise=monthly_fee_usd.or_else(0) * p.fee_share_regulator,
        because="the share of the agency",
    )


@rule(cites="Order of NAPP, the Finance Ministry and the Tax Committee of 2022-09-28")
def arrears_sanction(months_unpaid_within_year: Expr, p: ValuesOfTheAct) -> Expr:
    """What unpaid months of the fee bring; whether it is revoked in the end is for the agency to say."""
    return first_match(
        when(~p.months_to_suspension.in_force, SILENT, "there were no monthly fees"),
        when(
            months_unpaid_within_year >= p.months_to_revocation,
            "may be revoked",
            "so many months within a year are unpaid that the licence may be revoked",
        ),
        when(months_unpaid_within_year >= p.months_to_suspension, "suspended", "a month is unpaid"),
        otherwise="none",
        because="nothing is unpaid",
    )
