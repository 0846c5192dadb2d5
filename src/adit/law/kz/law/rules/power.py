"""Which electricity may be used, and which bids for surplus power are let in."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, round_up, rule, when


@rule(cites="Order of the grid operator KEGOC, January 2022", note="Medium: one source.")
def grid_cut_days(p: ValuesOfTheAct) -> Expr:
    """The days of the period on which miners get nothing from the grid, round the clock."""
    days: Expr = p.grid_cut.days()
    return days


@rule(cites="Law of 2023-02-06 amending the law on electricity")
def needs_surplus(power_source: Expr, isolated_generation: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether this electricity may be used only out of the declared surplus, bought through the market operator."""
    return first_match(
        when(~p.surplus_only.in_force, False, "before April 2023 no surplus was asked for"),
        when(power_source.one_of(p.exempt_sources), False, "imported power and renewables are free"),
        when(isolated_generation, False, "own generation that is not tied to the grid is free"),
        otherwise=p.surplus_only,
        because="grid power comes only out of the surplus",
    )


@rule(cites="Law of 2023-02-06 amending the law on electricity")
def why_no_power(power_source: Expr, needs_surplus: Expr, grid_cut_days: Expr, quota_left_kwh: Expr) -> Expr:
    """Why this electricity may not be used for mining, if it may not."""
    return first_match(
        when(
            (power_source == "grid") & (grid_cut_days > 0),
            "emergency",
            "grid supply to miners is fully cut",
            cites="Order of the grid operator KEGOC, January 2022",
        ),
        when(~needs_surplus, "not barred", "no surplus is needed"),
        when(~given(quota_left_kwh), "surplus not known", "what is left of the quota is not stated"),
        when(quota_left_kwh.or_else(0) == 0, "no surplus", "nothing is left of the quota"),
        otherwise="not barred",
        because="surplus power is left",
    )


@rule(cites="Energy Ministry rules of centralised trading, July 2023")
def why_bid_refused(
    has_energy_quota: Expr,
    local_time_min: Expr,
    prepaid_time_min: Expr,
    prepaid: Expr,
    bid_price_per_kwh: Expr,
    bid_energy_kwh: Expr,
    zone_price_floor_per_kwh: Expr,
    quota_left_kwh: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first reason for which a bid for the surplus power of the next day is not let in."""
    energy, price = bid_energy_kwh.or_else(0), bid_price_per_kwh.or_else(0)
    # Rounded up to the tiyn in which a prepayment is counted, so that the comparison stays exact.
    cost = round_up(energy * price, 2)
    return first_match(
        when(~p.session.in_force, SILENT, "before July 2023 there was no session for miners"),
        when(
            ~(
                given(local_time_min)
                & given(prepaid_time_min)
                & given(prepaid)
                & given(bid_price_per_kwh)
                & given(bid_energy_kwh)
                & given(zone_price_floor_per_kwh)
                & given(quota_left_kwh)
            ),
            SILENT,
            "the bid, its prepayment, the floor of the zone or the quota is not stated",
        ),
        when(
            ~has_energy_quota.or_else(False),
            "no quota of its own",
            "only a holder of a data centre has an energy quota",
            cites="Law 193-VII of 2023-02-06; Order 169/НҚ of 2023-04-28",
        ),
        when(~p.session.cover(local_time_min.or_else(0)), "outside the session", "bids are taken in the session only"),
        when(prepaid_time_min.or_else(0) > p.prepaid_by, "prepaid too late", "the prepayment came after its hour"),
        when(cost > prepaid.or_else(0), "above the prepayment", "the bid costs more than was paid before"),
        when(
            p.bids_above_floor & (price < zone_price_floor_per_kwh.or_else(0)),
            "below the floor",
            "the price is below the highest capped tariff of the producers of the zone",
        ),
        when(
            p.bids_above_floor & (energy > quota_left_kwh.or_else(0)),
            "outside the quota",
            "more than the operator's quota leaves when the bids before this one are served",
        ),
        otherwise="not refused",
        because="in time, paid for, above the floor and within the quota",
    )


@rule(cites="Energy Ministry rules of centralised trading, July 2023")
def bid_admitted(why_bid_refused: Expr) -> Expr:
    """Whether a bid for the surplus power of the next day is let in; `why_bid_refused` has the reason."""
    return first_match(
        when(~given(why_bid_refused), SILENT, "no whole bid is stated, or there was no session"),
        otherwise=why_bid_refused.or_else("not refused") == "not refused",
        because="unless there is a reason to refuse it",
    )
