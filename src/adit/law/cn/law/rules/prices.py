"""What provinces charge for electricity used for mining."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Hainan, December 2021; Shanxi, May 2022; Guizhou, June 2022")
def mining_tariff_per_kwh(
    region: Expr, found_by_inspection: Expr, group_tariff_per_kwh: Expr, p: ValuesOfTheAct
) -> Expr:
    """A price of its own in Hainan, a surcharge on the ordinary price in Shanxi, a price for mines that are found in Guizhou."""
    return first_match(
        when(
            p.own_price.in_force & region.one_of(p.own_price_provinces),
            p.own_price,
            "the province has a price of its own for mining",
            cites="Hainan, Development and Reform Commission, December 2021",
        ),
        when(
            p.surcharge.in_force & region.one_of(p.surcharge_provinces) & given(group_tariff_per_kwh),
            group_tariff_per_kwh.or_else(0) + p.surcharge,
            "the province adds a surcharge to the ordinary price",
            cites="Shanxi, measure of May 2022",
        ),
        when(
            p.found_mine_price.in_force & region.one_of(p.found_mine_price_provinces) & found_by_inspection,
            p.found_mine_price,
            "the province charges a mine that is found, for all the time that it ran",
            cites="Guizhou, Development and Reform Commission, June 2022",
        ),
        otherwise=SILENT,
        because="no price of electricity for this mine was found",
    )
