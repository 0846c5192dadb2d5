"""Rate CB: who is in the class, what use is authorised, and what energy costs."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, at_least, first_match, given, in_month, round_half_up, rule, when


@rule(cites="Electricity Rates, chapter 7, Rate CB")
def in_class(mining_power_kw: Expr, p: ValuesOfTheAct) -> Expr:
    """Machines of at least 50 kW make a contract one for cryptographic use."""
    return first_match(
        when(~given(mining_power_kw), SILENT, "the power of the machines is not stated"),
        when(mining_power_kw.or_else(0) >= p.class_from_kw, True, "machines of 50 kW or more"),
        otherwise=False,
        because="machines below 50 kW",
    )


@rule(cites="D-2021-007", note="A contract that is not stated is none.")
def older_contract(contract_signed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the contract was made before 7 June 2018."""
    return first_match(
        when(~given(contract_signed_on), False, "no contract is stated"),
        when(contract_signed_on.or_else(p.existing_before) < p.existing_before, True, "made before the class"),
        otherwise=False,
        because="made later",
    )


@rule(cites="Electricity Rates, chapter 7, Rate CB, authorized demand")
def confirmed_in_time(
    confirmed_power_kw: Expr, older_contract: Expr, request_filed_on: Expr, p: ValuesOfTheAct
) -> Expr:
    """Power confirmed in writing and agreed before 7 June 2018, with a request to connect it by 3 March 2022."""
    return first_match(
        when(~p.connection_request_by.in_force, SILENT, "how power was authorised before was not read"),
        when(~given(confirmed_power_kw), False, "no power confirmed in writing is stated"),
        when(~older_contract, False, "no agreement of before 7 June 2018 is stated"),
        when(~given(request_filed_on), False, "no request to connect it is stated"),
        when(request_filed_on.or_else(p.connection_request_by) <= p.connection_request_by, True, "asked for in time"),
        otherwise=False,
        because="asked for too late",
    )


@rule(
    cites="Electricity Rates, chapter 7, Rate CB, authorized demand",
    note="The page says 'either' and ranks neither; where both hold the larger is taken.",
)
def authorised_demand_kw(
    legacy_peak_kw: Expr,
    confirmed_power_kw: Expr,
    confirmed_in_time: Expr,
    contract_signed_on: Expr,
    service_started_on: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The highest draw recorded from 1 January to 7 June 2018, or the power that was confirmed in time."""
    peak, power = legacy_peak_kw.or_else(0), confirmed_power_kw.or_else(0)
    started = service_started_on.or_else(p.existing_before)
    signed = contract_signed_on.or_else(p.existing_before)
    return first_match(
        when(~given(confirmed_in_time), SILENT, "how power was authorised before was not read"),
        when(
            confirmed_in_time.or_else(False), at_least(power, peak), "power confirmed in writing and asked for in time"
        ),
        when(given(legacy_peak_kw), peak, "the highest draw recorded from 1 January to 7 June 2018"),
        when(
            given(confirmed_power_kw) & p.at(signed).new_block_mw.in_force,
            SILENT,
            "confirmed since the block of 2019: how power given by tender is authorised was not read",
        ),
        when(
            given(service_started_on) & (started > p.existing_before),
            0,
            "connected later, without power confirmed in time: nothing is authorised",
        ),
        otherwise=SILENT,
        because="neither a recorded draw nor a later day of connection is stated",
    )


@rule(cites="Régie de l'énergie, D-2018-084, D-2019-052; Electricity Rates, chapter 7, Rate CB")
def use_is_authorised(
    in_class: Expr,
    authorised_demand_kw: Expr,
    mining_power_kw: Expr,
    older_contract: Expr,
    confirmed_power_kw: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Whether all the machines run within what is authorised."""
    return first_match(
        when(~in_class.or_else(False), SILENT, "not a use of the class, or its power is not stated"),
        when(
            given(authorised_demand_kw) & (mining_power_kw.or_else(0) <= authorised_demand_kw.or_else(0)),
            True,
            "the machines run within the authorised demand",
        ),
        when(given(authorised_demand_kw), False, "the machines pass the authorised demand"),
        when(p.connection_request_by.in_force, SILENT, "the authorised demand is not known"),
        when(older_contract, True, "a contract older than the class"),
        when(given(confirmed_power_kw), True, "a newer contract for which the utility confirmed power"),
        otherwise=False,
        because="no older contract, and no confirmed power, is stated",
    )


@rule(
    cites="Electricity Rates, chapter 7, Rate CB; D-2019-052",
    note="Above the authorised demand it is the price of what lies above; where nothing is authorised, of all energy.",
)
def mining_tariff_per_kwh(use_is_authorised: Expr, site_power_kw: Expr, p: ValuesOfTheAct) -> Expr:
    """Use that is not authorised costs the dissuasive price; authorised use of large power that of its rate."""
    return first_match(
        when(~given(use_is_authorised), SILENT, "not a use of the class, or whether it is authorised is not known"),
        when(~p.price_not_authorised.in_force, SILENT, "prices of April 2020 to March 2024 were not found"),
        when(~use_is_authorised.or_else(False), p.price_not_authorised, "above or other than the authorised use"),
        when(~given(site_power_kw), SILENT, "authorised; the power of the contract is not stated"),
        when(
            (site_power_kw.or_else(0) >= p.large_power_from_kw) & p.price_large_power.in_force,
            p.price_large_power,
            "authorised, and a contract of large power",
        ),
        otherwise=SILENT,
        because="authorised: medium power is priced in two steps (energy_due), and large power of 2018 was not found",
    )


@rule(
    cites="Electricity Rates, chapter 7, Rate CB",
    note="Energy alone. Of a site partly above its authorised demand the two parts are asked apart.",
)
def energy_due(
    use_is_authorised: Expr,
    authorised_demand_kw: Expr,
    mining_tariff_per_kwh: Expr,
    site_power_kw: Expr,
    mining_energy_kwh_per_month: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """What the energy of the month costs: in two steps for authorised use of medium power, else at one price."""
    return first_match(
        when(
            ~use_is_authorised.or_else(True) & (authorised_demand_kw.or_else(0) > 0),
            SILENT,
            "a part of the use is authorised: its energy has to be asked apart from the rest",
        ),
        when(
            given(mining_tariff_per_kwh),
            round_half_up(in_month(mining_energy_kwh_per_month) * mining_tariff_per_kwh.or_else(0), 2),
            "all energy at one price",
        ),
        when(
            use_is_authorised.or_else(False) & given(site_power_kw) & p.price_medium_power.in_force,
            round_half_up(p.price_medium_power.of(in_month(mining_energy_kwh_per_month)), 2),
            "authorised, and a contract of medium power: the first 210,000 kWh at one price, the rest at another",
        ),
        otherwise=SILENT,
        because="no price is known",
    )
