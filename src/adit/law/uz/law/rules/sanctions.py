"""The sanctions of 2024: fines by harm, arrest and confiscation; for a second time within a year, a crime."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when

A155 = "Code on Administrative Liability arts 155.4 and 155.5"
C278 = "Criminal Code art. 278.9"


@rule(cites=A155)
def fine_min(repeat_offence: Expr, anonymous_coin: Expr, harm: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine for mining against the rules, in soum."""
    return first_match(
        when(~p.fine_min.in_force, SILENT, "before 2024 no fine for mining was found"),
        when(repeat_offence, SILENT, "for the crime of a second time the code names the highest fine only", cites=C278),
        when(anonymous_coin, p.anonymous_fine_min * p.bca, "anonymous coins"),
        otherwise=p.fine_min[harm] * p.bca,
        because="by the harm done",
    )


@rule(cites=A155)
def fine_max(repeat_offence: Expr, anonymous_coin: Expr, harm: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine for mining against the rules, in soum."""
    return first_match(
        when(~p.fine_max.in_force, SILENT, "before 2024 no fine for mining was found"),
        when(repeat_offence, p.repeat_fine_max * p.bca, "a second time within a year", cites=C278),
        when(anonymous_coin, p.anonymous_fine_max * p.bca, "anonymous coins"),
        otherwise=p.fine_max[harm] * p.bca,
        because="by the harm done",
    )


@rule(cites=A155)
def arrest_days_max(repeat_offence: Expr, anonymous_coin: Expr, harm: Expr, p: ValuesOfTheAct) -> Expr:
    """The longest arrest that may stand in the place of the fine."""
    return first_match(
        when(~p.arrest_max.in_force, SILENT, "before 2024 no arrest for mining was found"),
        when(repeat_offence, SILENT, "a crime: see crime_years_max", cites=C278),
        when(anonymous_coin, SILENT, "for anonymous coins the report names a fine only"),
        otherwise=p.arrest_max[harm],
        because="by the harm done",
    )


@rule(cites=A155)
def machines_are_confiscated(p: ValuesOfTheAct) -> Expr:
    """Whether the machines are confiscated from who mines against the rules."""
    return first_match(
        when(p.machines_confiscated.in_force, True, "the instruments of the offence are taken"),
        otherwise=SILENT,
        because="before 2024 no confiscation was found",
    )


@rule(cites=C278)
def crime(repeat_offence: Expr, p: ValuesOfTheAct) -> Expr:
    """Mining against the rules is a crime where the person was fined for it within the year."""
    return first_match(
        when(~p.repeat_fine_max.in_force, SILENT, "before 2024 no crime of mining was found"),
        when(repeat_offence, "crime", "a second time within a year"),
        otherwise="none",
        because="the first time is no crime",
    )


@rule(cites=C278, note="Correctional labour, restriction or loss of freedom.")
def crime_years_min(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The shortest sentence for the crime where it is not a fine."""
    return first_match(
        when(crime.or_else("none") == "crime", p.repeat_years_min, "a second time within a year"),
        otherwise=SILENT,
        because="not a crime",
    )


@rule(cites=C278, note="Correctional labour, restriction or loss of freedom.")
def crime_years_max(crime: Expr, p: ValuesOfTheAct) -> Expr:
    """The longest sentence for the crime where it is not a fine."""
    return first_match(
        when(crime.or_else("none") == "crime", p.repeat_years_max, "a second time within a year"),
        otherwise=SILENT,
        because="not a crime",
    )
