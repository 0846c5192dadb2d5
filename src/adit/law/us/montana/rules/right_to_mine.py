"""Rules about rules: which local rules stand beside the right to mine, and what becomes of the county's zoning."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="SB 178 of 2023",
    note="The condition on electricity falls with the zoning: one report says that a county may ask of miners only what it asks of data centers.",
)
def why_barred(why_barred: Expr, industrial_zone: Expr, residential_building: Expr, p: ValuesOfTheAct) -> Expr:
    """What the county answers stands, except where the state protects mining: in industrial zones and at home."""
    return first_match(
        when(
            ~p.right_to_mine.in_force,
            why_barred,
            "before the state act the county's answer stands",
            cites="Missoula County, zoning of cryptocurrency mining, April 2019",
        ),
        when(industrial_zone, "not barred", "a county may not zone mining out of an industrial zone"),
        when(residential_building, "not barred", "mining at home is protected"),
        otherwise=why_barred,
        because="neither an industrial zone nor a home: the county's answer stands",
    )


@rule(cites="SB 178 of 2023; Missoula County, zoning of cryptocurrency mining, April 2019")
def may_mine(why_barred: Expr) -> Expr:
    """Whether mining is allowed by what the state leaves of the county's answer."""
    barred = why_barred.or_else("not barred")
    return first_match(
        when(~given(why_barred), SILENT, "there was no rule on mining yet"),
        when(barred == "not barred", "yes", "neither the county nor the state stands in the way"),
        otherwise="no",
        because="the county stands in the way, and the state lets it",
    )


@rule(
    cites="SB 178 of 2023", note="For local rules of other counties and of utilities, whose kind is stated as a fact."
)
def local_rule_stands(
    local_rule: Expr,
    local_rule_singles_out: Expr,
    industrial_zone: Expr,
    residential_building: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Whether a local rule of this kind stands: the state act strikes some zoning and some rates, and names no other kind."""
    return first_match(
        when(local_rule == "none", SILENT, "no local rule is stated"),
        when(~p.right_to_mine.in_force, True, "no state act spoke of local rules yet"),
        when((local_rule == "zoning") & industrial_zone, False, "it zones mining out of an industrial zone"),
        when((local_rule == "zoning") & residential_building, False, "mining at home is protected"),
        when(
            (local_rule == "rates") & local_rule_singles_out & p.fair_rates.in_force,
            False,
            "it makes electricity dearer for miners than for others",
        ),
        otherwise=True,
        because="of no kind that the state act strikes",
    )


@rule(cites="SB 178 of 2023")
def payment_in_coin_taxed_extra(p: ValuesOfTheAct) -> Expr:
    """A payment in digital assets is not taxed for being one; whether it may be made is not said."""
    return first_match(
        when(p.no_extra_tax_on_payment.in_force, False, "no tax on a payment for being one in digital assets"),
        otherwise=SILENT,
        because="before the state act nothing was found",
    )
