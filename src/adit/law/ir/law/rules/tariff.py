"""The tariff: half the price of exported electricity while it is plentiful, twice that price while it is short."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, round_half_up, rule, when


@rule(cites="Energy Ministry, November 2019; rules of April 2021")
def export_price_multiple(grid_strained: Expr, p: ValuesOfTheAct) -> Expr:
    """What the export price is multiplied by: by season, since April 2021 by the strain of the grid where it is stated."""
    summer = p.summer.days()
    told = p.strain_decides.in_force & given(grid_strained)
    return first_match(
        when(~p.low_multiple.in_force, SILENT, "no multiple was found before November 2019"),
        when(told & grid_strained.or_else(False), p.high_multiple, "the grid is strained: twice the export price"),
        when(told, p.low_multiple, "the grid is not strained: half the export price"),
        when(summer == period_days(), p.high_multiple, "June to September: twice the export price"),
        when(summer > 0, SILENT, "a part of the period lies in summer: ask by the month"),
        otherwise=p.low_multiple,
        because="outside June to September: half the export price",
    )


@rule(cites="Energy Ministry, November 2019; rules of April 2021")
def mining_tariff_per_kwh(export_price_per_kwh: Expr, export_price_multiple: Expr, p: ValuesOfTheAct) -> Expr:
    """The tariff follows the price of exported electricity: that of the case, or else the base that the ministry announced."""
    multiple = export_price_multiple.or_else(0)
    return first_match(
        when(~given(export_price_multiple), SILENT, "what the base is multiplied by is not known"),
        when(
            given(export_price_per_kwh),
            round_half_up(export_price_per_kwh.or_else(0) * multiple, 4),
            "a multiple of the export price stated",
        ),
        otherwise=p.base_tariff * multiple,
        because="a multiple of the base that the ministry announced",
    )
