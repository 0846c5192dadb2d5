"""Mining only where electricity is in surplus."""

from adit.regime import Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Plan backed by the Kremlin, reported in January 2022; Government concept of 2022-02-08")
def why_barred(surplus_twh_per_year: Expr, p: ValuesOfTheAct) -> Expr:
    """A region without a surplus of electricity is barred; where the surplus is not known nobody can say."""
    surplus = surplus_twh_per_year.or_else(0)
    return first_match(
        when(
            p.surplus_only & ~given(surplus_twh_per_year),
            "surplus not known",
            "the surplus of the region's power system is not stated",
        ),
        when(p.surplus_only & (surplus <= 0), "no surplus", "generation was not more than consumption"),
        otherwise="not barred",
        because="generation was more than consumption",
    )


@rule(cites="Plan backed by the Kremlin, reported in January 2022; Government concept of 2022-02-08")
def may_mine(why_barred: Expr) -> Expr:
    """Whether mining is allowed here: only in regions with a surplus of electricity."""
    return first_match(
        when(why_barred == "not barred", "yes", "a region with a surplus"),
        when(why_barred == "surplus not known", "undecided", "the surplus is not known"),
        otherwise="no",
        because="a region without a surplus",
    )


@rule(
    cites="Plan backed by the Kremlin, reported in January 2022",
    note="The press named three regions; the surplus of one region is not measured by the balance of its power system.",
)
def named_by_the_plan(region: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the press named the region with the plan: Irkutsk Oblast, Krasnoyarsk Krai, Karelia."""
    return first_match(otherwise=region.one_of(p.regions_named), because="the regions named in the press")
