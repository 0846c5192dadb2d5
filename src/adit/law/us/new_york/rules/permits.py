"""The air permit of the plant that feeds the miner, and what the moratorium does to it."""

from adit.regime import Expr, ValuesOfTheAct, first_match, period_start, rule, when


@rule(
    cites="Environmental Conservation Law § 19-0331(1) and (2)",
    note="Where no filing is stated, one of the first day of the period is asked about.",
)
def air_permit(
    proof_of_work: Expr,
    power_source: Expr,
    request_filed_on: Expr,
    licence: Expr,
    capacity_will_grow: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """What the moratorium leaves of the request for an air permit: a new one, or a renewal with growth, is barred."""
    filed = request_filed_on.or_else(period_start())
    return first_match(
        when(~p.moratorium.in_force, "free", "no moratorium stands: it ended by itself after two years"),
        when(~proof_of_work, "free", "the moratorium is on proof-of-work mining"),
        when(
            power_source != "own_fossil", "free", "the moratorium is on plants that burn carbon fuel behind the meter"
        ),
        when(
            ~p.at(filed).moratorium.in_force,
            "free",
            "filed before the moratorium began",
            cites="Environmental Conservation Law § 19-0331, as reported of Greenidge",
        ),
        when(licence != "permit", "no new permit", "a new permit for a carbon-fuel plant that feeds mining"),
        when(capacity_will_grow, "no renewal", "a renewal that lets mining use more electricity"),
        otherwise="free",
        because="a renewal that does not let mining use more electricity",
    )


@rule(cites="Environmental Conservation Law § 19-0331")
def why_barred(air_permit: Expr) -> Expr:
    """The moratorium stands in the way of what was asked for, or nothing that was read does."""
    return first_match(
        when(air_permit == "free", "not barred", "the moratorium does not reach the plant"),
        otherwise="moratorium",
        because="the air permit that was asked for may not be given",
    )


@rule(
    cites="Environmental Conservation Law § 19-0331",
    note="The answer is on what is asked for: a permit that still runs is not touched until it has to be renewed.",
)
def may_mine(why_barred: Expr) -> Expr:
    """Whether mining may go on as it is asked for."""
    return first_match(
        when(why_barred == "moratorium", "no", "not on a permit that the moratorium bars"),
        otherwise="yes",
        because="the moratorium does not stand in the way, and no other rule was read",
    )
