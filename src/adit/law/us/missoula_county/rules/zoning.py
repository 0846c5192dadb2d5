"""The county's zoning: an industrial zone, and renewable electricity."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Missoula County, zoning of cryptocurrency mining, April 2019")
def why_barred(industrial_zone: Expr, power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """The county wants mining in an industrial zone and on renewable electricity."""
    return first_match(
        when(~p.industrial_zone_only.in_force, SILENT, "the county had no rule on mining yet"),
        when(~industrial_zone, "wrong place", "not in an industrial zone"),
        when(~power_source.one_of(p.renewable_sources), "power source", "not on renewable electricity"),
        otherwise="not barred",
        because="in an industrial zone and on renewable electricity",
    )


@rule(cites="Missoula County, zoning of cryptocurrency mining, April 2019")
def may_mine(why_barred: Expr) -> Expr:
    """Whether mining is allowed at this place with this electricity."""
    barred = why_barred.or_else("not barred")
    return first_match(
        when(~given(why_barred), SILENT, "there was no rule on mining yet"),
        when(barred == "not barred", "yes", "nothing in the rules stands in the way"),
        otherwise="no",
        because="a rule stands in the way",
    )
