"""Who may mine where: owners, permit, distance, and the local rules that are left."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Act 173 of 2024, Arkansas Code § 14-1-606")
def divest_by(foreign_owned: Expr, p: ValuesOfTheAct) -> Expr:
    """The last day on which a barred foreign party may still own a part of a business that ran before the act."""
    return first_match(
        when(
            foreign_owned & p.days_to_divest.in_force,
            p.foreign_bar + p.days_to_divest,
            "so many days from the act's first",
        ),
        otherwise=SILENT,
        because="no barred foreign owner, or no days to sell",
    )


@rule(
    cites="Act 173 of 2024, Arkansas Code § 14-1-606",
    note="Where the day on which service began is not stated, the business is taken as running before the act.",
)
def foreign_owner_barred(foreign_owned: Expr, service_started_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether a foreign owner bars the business: a new one at once, one that ran before the act after the days to sell."""
    return first_match(
        when(~foreign_owned | ~p.foreign_bar.in_force, False, "no such owner, or before the act"),
        when(~p.days_to_divest.in_force, True, "the days to sell are over"),
        when(
            given(service_started_on) & (service_started_on.or_else(p.foreign_bar) >= p.foreign_bar),
            True,
            "begun under the bar",
        ),
        otherwise=False,
        because="a running business, within the days to sell",
    )


@rule(
    cites="Acts 173 and 174 of 2024",
    note="The acts are reported to speak of businesses: a citizen who mines for himself is read as outside permit and distance.",
)
def why_barred(
    actor: Expr,
    foreign_owner_barred: Expr,
    licence: Expr,
    distance_to_homes_ft: Expr,
    industrial_zone: Expr,
    special_permit: Expr,
    local_rule_stands: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first thing that stands in the way: owner, state permit, distance, or a local rule that the state lets stand."""
    business = actor != "citizen"
    near = business & p.distance.in_force & ~industrial_zone & ~special_permit
    return first_match(
        when(foreign_owner_barred, "foreign", "a barred foreign party owns a part", cites="Act 173 of 2024"),
        when(
            business & p.state_permit.in_force & (licence != "permit"),
            "no licence",
            "a mining business needs a permit of the Oil and Gas Commission",
            cites="Act 174 of 2024",
        ),
        when(near & ~given(distance_to_homes_ft), "place not certain", "the distance to homes and shops is not stated"),
        when(
            near & (distance_to_homes_ft.or_else(0) < p.distance),
            "wrong place",
            "too near to homes or shops, outside an industrial zone and without a special permit",
        ),
        when(
            local_rule_stands.or_else(False),
            "local rule",
            "a local rule bars the miner, and the state lets it stand",
            cites="Act 851 of 2023 (Arkansas Data Centers Act)",
        ),
        otherwise="not barred",
        because="nothing that was read stands in the way",
    )


@rule(cites="Act 851 of 2023 (Arkansas Data Centers Act); Acts 173 and 174 of 2024")
def may_mine(why_barred: Expr) -> Expr:
    """Whether this miner may mine here."""
    return first_match(
        when(why_barred == "not barred", "yes", "nothing that was read stands in the way"),
        when(why_barred == "place not certain", "undecided", "the distance to homes and shops is not stated"),
        otherwise="no",
        because="something stands in the way",
    )
