"""Drafted crimes: mining outside the register, circulation without a licence."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(
    cites="Justice Ministry draft of 2025-12-30: Criminal Code art. 171.6",
    note="An organised group is read as doing what the first part describes. At exactly 3.5m RUB the sources differ.",
)
def crime(
    actor: Expr,
    must_register: Expr,
    in_miners_register: Expr,
    income_in_question_rub: Expr,
    large_damage: Expr,
    especially_large_damage: Expr,
    organised_group: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Mining outside the register is a crime by damage or income; a group, more damage or more income makes the second part."""
    income = income_in_question_rub.or_else(0)
    unregistered = must_register.or_else(False) & ~in_miners_register
    serious = large_damage | (income > p.unregistered_income)
    return first_match(
        when(~p.unregistered_income.in_force, SILENT, "the draft of crimes was not yet published"),
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign miners"),
        when(~unregistered, "none", "not mining outside the register"),
        when(especially_large_damage, "part 2", "especially large damage"),
        when(income > p.unregistered_income_large, "part 2", "income above the larger sum"),
        when(serious & organised_group, "part 2", "an organised group"),
        when(serious, "part 1", "large damage, or income above the sum"),
        when(~given(income_in_question_rub), SILENT, "income is not stated"),
        when(income == p.unregistered_income, SILENT, "sources differ on whether exactly the sum is in"),
        otherwise="none",
        because="neither large damage nor so much income",
    )


@rule(cites="Justice Ministry draft of 2025-12-30: Criminal Code art. 171.6")
def criminal_fine_rub_max(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine by part of the article."""
    part = crime.or_else("none")
    return first_match(
        when(~given(crime), SILENT, "whether it is a crime is open"),
        when(p.criminal_fine_max.covers(part), p.criminal_fine_max[part], "by part of the article"),
        otherwise=0,
        because="no crime",
    )


@rule(cites="Justice Ministry draft of 2025-12-30: Criminal Code art. 171.6")
def criminal_fine_rub_min(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine by part of the article; the first part names none."""
    part = crime.or_else("none")
    return first_match(
        when(~given(crime), SILENT, "whether it is a crime is open"),
        when(p.criminal_fine_min.covers(part), p.criminal_fine_min[part], "the second part names a lowest fine"),
        when(part == "none", 0, "no crime"),
        otherwise=SILENT,
        because="the first part names no lowest fine",
    )


@rule(cites="Justice Ministry draft of 2025-12-30: Criminal Code art. 171.6")
def prison_years_max(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The longest term of prison by part of the article; the first part has none."""
    part = crime.or_else("none")
    return first_match(
        when(~given(crime), SILENT, "whether it is a crime is open"),
        when(p.prison_years.covers(part), p.prison_years[part], "the second part has prison"),
        otherwise=0,
        because="no prison",
    )


@rule(cites="Bill of April 2026: Criminal Code art. 171.7 (draft)")
def unlicensed_circulation_prison_years_max(organised_group: Expr, p: ValuesOfTheAct) -> Expr:
    """The longest term of prison for organising circulation without a licence."""
    return first_match(
        when(~p.unlicensed_circulation_prison_years.in_force, SILENT, "intended from 1 July 2027"),
        when(organised_group, p.unlicensed_circulation_group_prison_years, "by a group"),
        otherwise=p.unlicensed_circulation_prison_years,
        because="alone and not on a large scale",
    )
