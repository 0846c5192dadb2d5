"""Mining without a licence: the fine, prison on repeat, and the reward of informers."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Tavanir, January 2021; rules of 2022")
def fine_min(licence: Expr, grid_loss: Expr, p: ValuesOfTheAct) -> Expr:
    """Who mines without a licence pays the loss that it caused to the grid."""
    return first_match(
        when(~p.fine_times_loss.in_force, SILENT, "no fine was found before 2021"),
        when(licence == "licence", SILENT, "fines of licensed miners were not found"),
        when(~given(grid_loss), SILENT, "the loss of the grid is not stated"),
        otherwise=grid_loss.or_else(0) * p.fine_times_loss,
        because="the fine equals the loss of the grid",
    )


@rule(cites="Tavanir, January 2021; rules of 2022")
def fine_max(fine_min: Expr, repeat_offence: Expr, p: ValuesOfTheAct) -> Expr:
    """The same loss; on repeat more, how much was not found."""
    return first_match(
        when(~given(fine_min), SILENT, "no fine is known for this case"),
        when(repeat_offence & p.prison_on_repeat.in_force, SILENT, "heavier on repeat, how much was not found"),
        otherwise=fine_min.or_else(0),
        because="the fine equals the loss of the grid",
    )


@rule(cites="Rules of April 2022 on illegal mining")
def crime(licence: Expr, repeat_offence: Expr, p: ValuesOfTheAct) -> Expr:
    """Mining without a licence is a crime when it is repeated."""
    return first_match(
        when(
            p.prison_on_repeat.in_force & repeat_offence & (licence != "licence"),
            "crime",
            "prison for who mines without a licence again",
        ),
        otherwise=SILENT,
        because="prosecution is reported, for which crime is not",
    )


@rule(cites="Tavanir, 2020 and 2021")
def informer_reward(p: ValuesOfTheAct) -> Expr:
    """What an informer gets for reporting a mine without a licence."""
    return first_match(
        when(p.reward.in_force, p.reward, "announced by the utility"),
        otherwise=SILENT,
        because="no amount in rials was found",
    )
