"""Every word of the language, at least once."""

from adit.regime import (
    SILENT,
    Expr,
    ValuesOfTheAct,
    at_least,
    at_most,
    before_this_period,
    exception,
    first_match,
    given,
    nth_of_next_month,
    over_last,
    period_days,
    period_start,
    round_down,
    round_half_up,
    round_up,
    rule,
    share,
    unless,
    when,
    year_to_date,
)


@rule(cites="art. 1")
def over(mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether the limit is exceeded; the limit is used without asking whether it stands."""
    return first_match(
        when(mining_energy_kwh_per_month > p.limit, True, "over"),
        otherwise=False,
        because="not over",
    )


@rule(cites="art. 1")
def guarded(mining_energy_kwh_per_month: Expr, in_miners_register: Expr, p: ValuesOfTheAct) -> Expr:
    """The same, asking first, on the left of 'and' and of 'or'."""
    return first_match(
        when(p.limit.in_force & (mining_energy_kwh_per_month >= p.limit), "over", "over"),
        when(in_miners_register | ~p.limit.in_force | (mining_energy_kwh_per_month == p.limit), "open", "open"),
        otherwise=SILENT,
        because="nothing is said",
    )


@rule(cites="art. 2")
def income(coins_btc: Expr, quotation_rub_per_btc: Expr) -> Expr:
    """A product of 128 bits, rounded at once."""
    return round_half_up(coins_btc * quotation_rub_per_btc, 2)


@rule(cites="art. 2")
def profit(income: Expr, mining_costs_rub: Expr) -> Expr:
    """May be below zero."""
    return income - mining_costs_rub


@rule(cites="art. 2")
def roundings(profit: Expr, p: ValuesOfTheAct) -> Expr:
    """All three ways of rounding an amount that may be below zero."""
    part = profit * p.rate
    return round_half_up(part, 0) + round_down(part, 0) + round_up(part, 0)


@rule(cites="art. 3")
def tax(profit: Expr, p: ValuesOfTheAct) -> Expr:
    """Brackets over the year so far, to the rouble."""
    return round_half_up(p.scale.of(at_least(year_to_date(profit), 0)), 0)


@rule(cites="art. 3")
def tax_of_period(tax: Expr) -> Expr:
    """The year so far less the year before."""
    return tax - before_this_period(tax)


@rule(cites="art. 4")
def fine(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """A table that has no line for foreign persons."""
    return -p.fine[actor]


@rule(cites="art. 4")
def fine_asked_first(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The same table, asked first."""
    return first_match(
        when(p.fine.covers(actor), p.fine[actor], "there is a line"), otherwise=SILENT, because="no line"
    )


@rule(cites="art. 5")
def barred(tax_regime: Expr, actor: Expr, p: ValuesOfTheAct) -> Expr:
    """A dated list and a written one."""
    return tax_regime.one_of(p.barred) & ~actor.one_of(("foreign_person", "foreign_company"))


@rule(cites="art. 6")
def due(p: ValuesOfTheAct) -> Expr:
    """A day of the next month."""
    return nth_of_next_month(p.due_day)


@rule(cites="art. 7")
def late(due: Expr, p: ValuesOfTheAct) -> Expr:
    """Days compared, and a flag of the act."""
    return (due > p.cut_off) | (period_start() >= p.cut_off) | p.strict


@rule(cites="art. 9")
def favoured(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """A word of the act."""
    return actor == p.favoured


@rule(cites="art. 10")
def place(region: Expr, municipality: Expr, p: ValuesOfTheAct) -> Expr:
    """Bans by place and day."""
    surely = p.bans.days(region, municipality)
    return first_match(
        when(~p.bans.in_force, "free", "no bans"),
        when(surely == period_days(), "banned", "wholly"),
        when(surely > 0, "in part", "in part"),
        when(p.bans.doubtful_days(region, municipality) > 0, "not certain", "nobody can say"),
        otherwise="free",
        because="free",
    )


@rule(cites="art. 11")
def parts(profit: Expr, months_late: Expr) -> Expr:
    """A quotient, with an answer for zero."""
    return share(profit, months_late.or_else(0), places=1, when_zero=0)


@rule(cites="art. 11")
def capped(mining_costs_rub: Expr, trading_gain_rub: Expr) -> Expr:
    """An optional fact, with a cap."""
    return at_most(trading_gain_rub.or_else(mining_costs_rub), mining_costs_rub)


@rule(cites="art. 12")
def optional(trading_gain_rub: Expr, capped: Expr) -> Expr:
    """Given or not."""
    return first_match(when(given(trading_gain_rub), capped, "given"), otherwise=0, because="not given")


@rule(cites="art. 13")
def clash(energy_company: Expr, bankrupt: Expr, guarded: Expr) -> Expr:
    """Two exceptions that may both hold, and nobody ranks them."""
    return unless(
        "yes",
        exception("electricity", energy_company, "no", "sells power", cites="art. 13a"),
        exception("ruin", bankrupt, "undecided", "bankrupt", cites="art. 13b"),
        exception("open", guarded.or_else("over") == "open", SILENT, "open", cites="art. 13c"),
        because="the general rule",
    )


@rule(cites="art. 14")
def ranked(energy_company: Expr, bankrupt: Expr, over: Expr) -> Expr:
    """The same exceptions, ranked by law; behind a rule that may not be decided."""
    return unless(
        over,
        exception("electricity", energy_company, True, "sells power", cites="art. 14a"),
        exception("ruin", bankrupt, False, "bankrupt", cites="art. 14b"),
        because="the general rule",
        ordered_by="art. 14c",
    )


@rule(cites="art. 15")
def untaken(state_tied: Expr, mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """A value that is not in force, in a branch that is not always taken."""
    return first_match(
        when(state_tied, mining_energy_kwh_per_month - p.limit, "state-tied"),
        otherwise=mining_energy_kwh_per_month,
        because="others",
    )


@rule(cites="art. 15")
def sum_with_gap(untaken: Expr, state_tied: Expr, p: ValuesOfTheAct) -> Expr:
    """A running sum of something that cannot always be decided."""
    return year_to_date(first_match(when(state_tied, p.limit, "state-tied"), otherwise=untaken, because="others"))


@rule(cites="art. 16")
def levy(electricity_price_per_kwh: Expr, p: ValuesOfTheAct) -> Expr:
    """A table by number that may be silent, or not in force."""
    return first_match(
        when(given(electricity_price_per_kwh), p.levy_by_price.at(electricity_price_per_kwh.or_else(0)), "by price"),
        otherwise=SILENT,
        because="no price",
    )


@rule(cites="art. 16")
def fee(site_power_kw: Expr, p: ValuesOfTheAct) -> Expr:
    """A table by number that always speaks."""
    return p.fee_by_power.at(site_power_kw.or_else(0))


@rule(cites="art. 17")
def at_night(local_time_min: Expr, p: ValuesOfTheAct) -> Expr:
    """Hours that cross midnight."""
    return given(local_time_min) & p.night.cover(local_time_min.or_else(0))


@rule(cites="art. 18")
def in_time(local_time_min: Expr, p: ValuesOfTheAct) -> Expr:
    """A clock time compared."""
    return given(local_time_min) & p.session_closes.in_force & ~(local_time_min.or_else(0) > p.session_closes)


@rule(cites="art. 1")
def old_limit(contract_signed_on: Expr, mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """The limit, the flag and the word that stood on the day of the contract."""
    signed = contract_signed_on.or_else(p.cut_off)
    then = p.at(signed)
    return first_match(
        when(~then.limit.in_force, "no limit", "no limit then"),
        when(then.strict & (mining_energy_kwh_per_month > then.limit), "strict", "strict then"),
        when(then.favoured == "company", "favoured", "companies were favoured"),
        otherwise="open",
        because="open then",
    )


@rule(cites="art. 1")
def old_rate(contract_signed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """A value that may not have stood on that day."""
    return first_match(
        when(given(contract_signed_on), p.at(contract_signed_on.or_else(p.cut_off)).limit, "the limit then"),
        otherwise=SILENT,
        because="no contract",
    )


@rule(cites="art. 19")
def spell_days(region: Expr, municipality: Expr, p: ValuesOfTheAct) -> Expr:
    """Bans everywhere and in a region, counted together."""
    return p.spell.days(region, municipality)


@rule(cites="art. 20")
def summer_days(p: ValuesOfTheAct) -> Expr:
    """Days of a season that holds everywhere."""
    return p.summer.days()


@rule(cites="art. 21")
def recent(mining_costs_rub: Expr, income: Expr) -> Expr:
    """A sum over the last three months, and over the last fourteen, across New Year."""
    return over_last(mining_costs_rub, months=3) - over_last(income, months=14)


@rule(cites="art. 21")
def recent_with_gap(untaken: Expr, state_tied: Expr, p: ValuesOfTheAct) -> Expr:
    """A sum over a window of something that cannot always be decided."""
    return over_last(first_match(when(state_tied, p.limit, "tied"), otherwise=untaken, because="others"), months=4)


@rule(cites="art. 21")
def recent_before(mining_costs_rub: Expr) -> Expr:
    """What the window was before this period added to it."""
    return before_this_period(over_last(mining_costs_rub, months=12))
