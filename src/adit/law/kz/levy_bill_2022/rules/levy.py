"""The levy as the first reading had it: bands by the average price, and one rate for renewables."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Bill amending the Tax Code, Mazhilis, first reading of 2022-05-25")
def levy_per_kwh(levy_per_kwh: Expr, power_source: Expr, electricity_price_per_kwh: Expr, p: ValuesOfTheAct) -> Expr:
    """The cheaper the electricity, the higher the levy; renewables pay one rate at any price. In 2022 the law stands."""
    return first_match(
        when(p.levy_flat.in_force, levy_per_kwh, "the bands would have followed on the flat levy of 2022"),
        when(power_source.one_of(("own_renewable", "own_solar")), p.levy_own_renewable, "renewables, at any price"),
        when(~given(electricity_price_per_kwh), SILENT, "no price is stated"),
        otherwise=p.levy_by_price.at(electricity_price_per_kwh.or_else(0)),
        because="by the average price of the period",
    )
