"""Who may mine, where, and what stands in the way."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, rule, when


@rule(cites="Government Decree 1869 of 2024-12-23, as amended")
def territory(region: Expr, municipality: Expr, isolated_generation: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the place lies where mining is banned in the period: for everybody, pools included."""
    surely = p.territories.days(region, municipality)
    perhaps = p.territories.doubtful_days(region, municipality)
    return first_match(
        when(
            isolated_generation & p.isolated_generation_exception.in_force,
            "free",
            "own generation that is isolated from the grid is allowed in banned territories too",
            cites="Amendment of the rules on bans, March 2025",
        ),
        when(surely == period_days(), "banned", "a ban covers the place on every day of the period"),
        when(surely > 0, "banned for part of the period", "a ban covers the place on some days of the period"),
        when(
            perhaps > 0,
            "not certain",
            "a ban covers a part of the region, and whether this place is in it is not known",
        ),
        otherwise="free",
        because="no ban covers the place in the period",
    )


@rule(cites="221-FZ of 2024-08-08; Government Decree of 2024-11-01, reported as No. 1469")
def why_barred(
    actor: Expr,
    energy_company: Expr,
    conviction_unspent: Expr,
    terror_listed: Expr,
    territory: Expr,
    must_register: Expr,
    in_miners_register: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first thing that stands in the way of mining, in the order in which an officer would look."""
    return first_match(
        when(~p.register.in_force, SILENT, "mining was not regulated before the mining law"),
        when(
            actor.one_of(("foreign_person", "foreign_company")),
            "foreign",
            "only Russian organisations, entrepreneurs and citizens may mine",
        ),
        when(
            energy_company & p.combination_ban.in_force,
            "combined with electricity business",
            "mining may not be combined with transmission, dispatch, production or sale of electricity",
        ),
        when(
            conviction_unspent & ~(actor == "citizen") & p.conviction_bar.in_force,
            "conviction",
            "an unspent conviction of the entrepreneur, or of the entity's founder, beneficiary or head",
        ),
        when(
            terror_listed & p.terror_list_bar.in_force,
            "listed as terrorist or extremist",
            "listed persons may not mine",
        ),
        when(
            territory == "banned",
            "banned territory",
            "the place is in a territory where mining is banned in the period",
            cites="Government Decree 1869 of 2024-12-23, as amended",
        ),
        when(
            must_register.or_else(False) & ~in_miners_register,
            "registration first",
            "whoever must be in the register of miners may mine only after entry",
        ),
        when(
            territory == "banned for part of the period",
            "territory banned for part of the period",
            "the place is banned on some days of the period",
            cites="Government Decree 1869 of 2024-12-23, as amended",
        ),
        when(
            territory == "not certain",
            "place not certain",
            "a part of the region is banned, and the list or the municipality is not known",
            cites="Government Decree 1869 of 2024-12-23, as amended",
        ),
        otherwise="not barred",
        because="nothing in the law stands in the way",
    )


@rule(cites="221-FZ of 2024-08-08")
def may_mine(why_barred: Expr) -> Expr:
    """Whether this actor may mine at this place in the period."""
    barred = why_barred.or_else("not barred")
    return first_match(
        when(~given(why_barred), SILENT, "mining was not regulated before the mining law"),
        when(barred == "not barred", "yes", "nothing in the law stands in the way"),
        when(barred == "registration first", "after registration", "the register of miners comes first"),
        when(barred == "territory banned for part of the period", "part of the period", "a ban covers some days"),
        when(barred == "place not certain", "undecided", "the source does not let anyone say"),
        otherwise="no",
        because="something in the law stands in the way",
    )
