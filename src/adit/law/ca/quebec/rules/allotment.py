"""Who is supplied, and how much power there is for mining."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="Régie de l'énergie, D-2018-084, D-2019-052, decision of 2023-01-10",
    note="Since 2023 a new project is supplied, but nothing is authorised for it: see mining_tariff_per_kwh.",
)
def why_barred(in_class: Expr, older_contract: Expr, p: ValuesOfTheAct) -> Expr:
    """What stands in the way of supply: from June 2018 to April 2019 the freeze on requests of new projects."""
    return first_match(
        when(~given(in_class), SILENT, "the power of the machines is not stated"),
        when(~in_class.or_else(False), "not barred", "machines below 50 kW are outside the class"),
        when(older_contract, "not barred", "the contract is older than the class"),
        when(p.requests_frozen, "moratorium", "requests of new projects are not treated"),
        otherwise="not barred",
        because="requests are treated; what is not authorised costs the dissuasive price",
    )


@rule(cites="Régie de l'énergie, D-2018-084, D-2019-052")
def may_mine(why_barred: Expr) -> Expr:
    """Whether a site of this size is supplied for mining."""
    return first_match(
        when(~given(why_barred), SILENT, "the power of the machines is not stated"),
        when(why_barred.or_else("moratorium") == "not barred", "yes", "nothing stands in the way of supply"),
        otherwise="no",
        because="requests of new projects are not treated",
    )


@rule(cites="D-2019-052; D-2021-007")
def all_blocks_mw(p: ValuesOfTheAct) -> Expr:
    """Power kept for cryptographic use: the new block, and the contracts of Hydro-Québec and of municipal networks."""
    return first_match(
        when(
            p.new_block_mw.in_force,
            p.new_block_mw + p.older_block_mw + p.municipal_block_mw,
            "the new block and the two of older contracts",
        ),
        otherwise=SILENT,
        because="before the decision of 29 April 2019",
    )


@rule(cites="D-2019-052; Régie de l'énergie, decision of 2023-01-10")
def power_is_allotted(p: ValuesOfTheAct) -> Expr:
    """Whether power of the new block is allotted to new projects."""
    return first_match(
        when(p.allotment_suspended.in_force, False, "the allotment is suspended"),
        when(p.requests_frozen, False, "requests are frozen"),
        otherwise=True,
        because="by tender",
    )


@rule(cites="D-2019-052")
def small_project_power_mw(site_power_kw: Expr, power_is_allotted: Expr, p: ValuesOfTheAct) -> Expr:
    """What is kept for projects of 5 MW or less while power is allotted."""
    return first_match(
        when(~power_is_allotted, SILENT, "no power is allotted"),
        when(~given(site_power_kw), SILENT, "the load of the project is not stated"),
        when(site_power_kw.or_else(0) <= p.small_project_kw, p.small_project_reserve_mw, "a project of 5 MW or less"),
        otherwise=0,
        because="a project above 5 MW",
    )


@rule(cites="Order in council of November 2022; Régie de l'énergie, decision of 2023-01-10")
def withheld_power_mw(p: ValuesOfTheAct) -> Expr:
    """The part of the new block that was not allotted and is withheld."""
    return first_match(
        when(p.withheld_mw.in_force, p.withheld_mw, "the allotment is suspended"),
        otherwise=SILENT,
        because="nothing was withheld before January 2023",
    )
