"""The proposed price, and who would come to it by steps."""

from adit.regime import (
    SILENT,
    Expr,
    ValuesOfTheAct,
    first_match,
    given,
    in_month,
    period_start,
    round_half_up,
    rule,
    when,
)


@rule(cites="Hydro-Québec, filing of 2026-02-19")
def mining_tariff_per_kwh(
    mining_tariff_per_kwh: Expr, in_class: Expr, service_started_on: Expr, p: ValuesOfTheAct
) -> Expr:
    """19.5 cents for each kilowatt-hour; present customers would come to it within three years."""
    service = service_started_on.or_else(period_start())
    return first_match(
        when(~p.proposed_price.in_force, mining_tariff_per_kwh, "until the second half of 2026 the price in force"),
        when(~in_class.or_else(False), SILENT, "not a use of the class, or its power is not stated"),
        when(~p.transition.in_force, p.proposed_price, "the transition is over: the proposed price for everybody"),
        when(~given(service_started_on), SILENT, "whether this is a present customer is not stated"),
        when(
            ~p.at(service).proposed_price.in_force,
            SILENT,
            "a present customer in the three years of transition, whose steps were not found",
        ),
        otherwise=p.proposed_price,
        because="the proposed price, for new customers at once",
    )


@rule(cites="Hydro-Québec, filing of 2026-02-19", note="The proposed price is an average with power demand in it.")
def energy_due(
    energy_due: Expr, mining_tariff_per_kwh: Expr, mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct
) -> Expr:
    """What the energy of the month would cost at the proposed price."""
    return first_match(
        when(~p.proposed_price.in_force, energy_due, "until the second half of 2026 the prices in force"),
        when(
            given(mining_tariff_per_kwh),
            round_half_up(in_month(mining_energy_kwh_per_month) * mining_tariff_per_kwh.or_else(0), 2),
            "all energy at the proposed price",
        ),
        otherwise=SILENT,
        because="no price is known",
    )
