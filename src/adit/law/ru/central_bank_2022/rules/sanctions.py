"""Payment at home, and the fines floated."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_be_paid_in_coin(p: ValuesOfTheAct) -> Expr:
    """Residents, persons and entities, may not take cryptocurrency as payment, and become liable for it."""
    return first_match(otherwise=~p.payment_liability, because="the existing ban of payment gets a sanction")


@rule(
    cites="Bank of Russia, fines floated with the report of 2022-01-20 (press accounts)",
    note="Two accounts conflict and are graded alike. Answered with the one that says who pays; both have 1,000,000 as the top.",
)
def fine_max(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine by kind of person; to which of the banned acts it belongs is not said."""
    return first_match(
        when(p.fine_max.covers(actor), p.fine_max[actor], "by kind of person"),
        otherwise=SILENT,
        because="the account speaks of persons and of entities; entrepreneurs and foreigners are not named",
    )


@rule(
    cites="Bank of Russia, fines floated with the report of 2022-01-20 (press accounts)",
    note="The account not answered with.",
)
def fine_rub_min_by_the_other_account(p: ValuesOfTheAct) -> Expr:
    """The lowest fine, as the other account has it."""
    return first_match(otherwise=p.other_account_fine_min, because="without kinds of person")


@rule(
    cites="Bank of Russia, fines floated with the report of 2022-01-20 (press accounts)",
    note="The account not answered with.",
)
def fine_rub_max_by_the_other_account(p: ValuesOfTheAct) -> Expr:
    """The highest fine, as the other account has it."""
    return first_match(otherwise=p.other_account_fine_max, because="without kinds of person")
