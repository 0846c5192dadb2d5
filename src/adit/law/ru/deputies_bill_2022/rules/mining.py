"""Who may mine: those in the register; the citizens' limit was left to the Government."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Bill On mining in the Russian Federation, introduced 2022-04-29")
def must_register(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """Only those in the register mine; for citizens it depends on a limit that was never set."""
    return first_match(
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign miners"),
        when(
            (actor == "citizen") & p.citizens_above_a_limit,
            SILENT,
            "citizens above a limit of power which the Government was to set",
        ),
        otherwise=p.register,
        because="only those in the register may mine",
    )


@rule(cites="Bill On mining in the Russian Federation, introduced 2022-04-29")
def why_barred(actor: Expr, must_register: Expr, in_miners_register: Expr) -> Expr:
    """Registration stands first; where the bill leaves the limit open, it does not say."""
    return first_match(
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign miners"),
        when(in_miners_register, "not barred", "entered in the register"),
        when(must_register.or_else(False), "registration first", "only those in the register may mine"),
        otherwise=SILENT,
        because="a citizen, whose limit the Government was to set",
    )


@rule(cites="Bill On mining in the Russian Federation, introduced 2022-04-29")
def may_mine(actor: Expr, why_barred: Expr) -> Expr:
    """Whether this actor may mine: in the register, yes; a citizen outside it cannot be told without the limit."""
    barred = why_barred.or_else("not barred")
    return first_match(
        when(given(why_barred) & (barred == "not barred"), "yes", "entered in the register"),
        when(given(why_barred), "after registration", "the register comes first"),
        when(actor == "citizen", "undecided", "the Government never set the citizens' limit"),
        otherwise=SILENT,
        because="the reports do not speak of foreign miners",
    )
