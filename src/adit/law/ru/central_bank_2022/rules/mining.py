"""Mining: banned for everybody."""

from adit.regime import Expr, ValuesOfTheAct, first_match, rule


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def why_barred(p: ValuesOfTheAct) -> Expr:
    """Nobody may mine: the report calls a ban the best option."""
    return first_match(otherwise=p.bar_to_mining, because="the report proposes to ban mining")


@rule(cites="Bank of Russia, report for public consultation of 2022-01-20")
def may_mine() -> Expr:
    """Whether this actor may mine: the ban knows no exception."""
    return first_match(otherwise="no", because="the report proposes to ban mining")
