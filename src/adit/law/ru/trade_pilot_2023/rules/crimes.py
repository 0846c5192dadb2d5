"""The crimes that the Finance Ministry drafted in February 2023."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="Finance Ministry, draft amendments of the Criminal Code, February 2023 (leak)",
    note="Whether the second part, too, needs coins hidden twice is not said: once and above its sum is left open.",
)
def crime(
    registered_income_declared: Expr,
    income_in_question_rub: Expr,
    undeclared_times_within_three_years: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Hiding coins above a sum at least twice within three years is a crime; a larger sum makes the second part."""
    income = income_in_question_rub.or_else(0)
    often = undeclared_times_within_three_years.or_else(0) >= p.times_hidden
    return first_match(
        when(registered_income_declared, "none", "the coins were declared"),
        when(
            ~(given(income_in_question_rub) & given(undeclared_times_within_three_years)),
            SILENT,
            "how much and how often is not stated",
        ),
        when((income > p.hidden_income_large) & often, "part 2", "coins above the larger sum were hidden"),
        when(income > p.hidden_income_large, SILENT, "whether hiding once is enough for the second part is not said"),
        when(
            (income > p.hidden_income) & often,
            "part 1",
            "coins above the sum were hidden at least twice in three years",
        ),
        otherwise="none",
        because="not above the sum, or not often enough",
    )


@rule(cites="Finance Ministry, draft amendments of the Criminal Code, February 2023 (leak)")
def criminal_fine_rub_max(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine for hiding coins, by part of the article."""
    part = crime.or_else("none")
    return first_match(
        when(~given(crime), SILENT, "whether it is a crime is open"),
        when(p.criminal_fine.covers(part), p.criminal_fine[part], "by part of the article"),
        otherwise=0,
        because="no crime",
    )


@rule(cites="Finance Ministry, draft amendments of the Criminal Code, February 2023 (leak)")
def prison_years_max(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The longest term of prison for hiding coins, by part of the article."""
    part = crime.or_else("none")
    return first_match(
        when(~given(crime), SILENT, "whether it is a crime is open"),
        when(p.prison_years.covers(part), p.prison_years[part], "by part of the article"),
        otherwise=0,
        because="no crime",
    )


@rule(cites="Finance Ministry, draft amendments of the Criminal Code, February 2023 (leak)")
def illegal_circulation_prison_years_max(p: ValuesOfTheAct) -> Expr:
    """The longest term of prison for illegal circulation of digital currency."""
    return first_match(otherwise=p.illegal_circulation_prison_years, because="illegal circulation")


@rule(cites="Finance Ministry, draft amendments of the Criminal Code, February 2023 (leak)")
def illegal_circulation_fine_rub_max(p: ValuesOfTheAct) -> Expr:
    """The highest fine for illegal circulation of digital currency."""
    return first_match(otherwise=p.illegal_circulation_fine, because="illegal circulation")
