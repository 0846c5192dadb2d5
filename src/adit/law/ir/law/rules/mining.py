"""Who may mine and when: licence, the ban of summer 2021, cuts of supply, peak hours."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, period_days, rule, when

OWN_POWER = ("own_fossil", "own_renewable", "own_solar")
BAN = "Order of the President, May 2021"
CUTS = "Order of Tavanir, December 2021; Energy Ministry, June 2022"


@rule(cites="Cabinet rules on mining, 2019")
def must_declare_machines(p: ValuesOfTheAct) -> Expr:
    """Whoever asks for a licence declares identity and machines."""
    return first_match(otherwise=p.declaration, because="identity and machines are declared to the industry ministry")


@rule(cites=f"{BAN}; {CUTS}")
def stop(power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether mining rests in the period: for everybody in summer 2021, later for mines on the grid."""
    banned, cut = p.ban.days(), p.supply_cuts.days()
    on_the_grid = ~power_source.one_of(OWN_POWER)
    return first_match(
        when(banned == period_days(), "banned", "all mining was banned, licensed mining included", cites=BAN),
        when(banned > 0, "part of the period", "all mining was banned on some days of the period", cites=BAN),
        when(on_the_grid & (cut == period_days()), "cut off", "mines on the grid were cut off", cites=CUTS),
        when(on_the_grid & (cut > 0), "part of the period", "mines on the grid were cut off on some days", cites=CUTS),
        otherwise="none",
        because="neither a ban nor a cut of supply touches the period",
    )


@rule(cites="Cabinet rules on mining, 2019")
def why_barred(licence: Expr, stop: Expr, power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """The first thing that stands in the way of mining."""
    return first_match(
        when(
            stop == "banned",
            "nobody may mine",
            "all mining was banned, licensed mining included",
            cites=BAN,
        ),
        when(p.licence_duty & (licence != "licence"), "no licence", "mining needs a licence of the industry ministry"),
        when(
            stop != "none",
            "season",
            "a ban or a cut of supply touches the period",
            cites=f"{BAN}; {CUTS}",
        ),
        when(
            p.peak_hours_bar.in_force & ~power_source.one_of(OWN_POWER),
            "hours",
            "no mining in peak hours, except with own generation or renewables",
            cites="Cabinet by-law on mining, 2022",
        ),
        otherwise="not barred",
        because="licensed, and nothing stops mining in the period",
    )


@rule(cites="Cabinet rules on mining, 2019")
def may_mine(why_barred: Expr, stop: Expr) -> Expr:
    """Whether this actor may mine in the period."""
    return first_match(
        when(why_barred == "not barred", "yes", "licensed, and nothing stops mining in the period"),
        when(why_barred == "no licence", "no", "mining needs a licence of the industry ministry"),
        when(
            stop.one_of(("banned", "cut off")), "no", "mining rests on every day of the period", cites=f"{BAN}; {CUTS}"
        ),
        otherwise="part of the period",
        because="mining rests on some days, or in peak hours",
    )


@rule(cites="Energy Ministry, November 2019; rules of April 2021")
def curtailable_hours_per_year(p: ValuesOfTheAct) -> Expr:
    """Hours of the highest demand in which miners are cut off, at most so many in a year."""
    return first_match(
        when(p.cut_hours.in_force, p.cut_hours, "cut off in the hours of the highest demand"),
        otherwise=SILENT,
        because="no number of hours was found before November 2019",
    )
