"""Who may start to mine and where: the notice of 2020, the licence of 2023, and what each kind of licence gives."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, period_start, rule, when


@rule(cites="Order 384/НҚ of 2020-10-13, as amended by Order 146/НҚ of 2022-04-29")
def may_start_from(request_filed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """The first day of mining after a notice: the day of the notice, from May 2022 thirty days later."""
    filed = request_filed_on.or_else(period_start())
    return first_match(
        when(p.licence.in_force, SILENT, "since April 2023 a notice does not open mining"),
        when(~given(request_filed_on), SILENT, "no notice is stated"),
        when(
            p.at(filed).notice_days.in_force,
            filed + p.at(filed).notice_days,
            "the notice is given so many days before the start",
            cites="Order 146/НҚ of 2022-04-29",
        ),
        otherwise=filed,
        because="a notice is enough, and no days of waiting are set",
    )


@rule(cites="Order 384/НҚ of 2020-10-13; repealed by Order 117/НҚ of 2023-03-30")
def must_give_notice(p: ValuesOfTheAct) -> Expr:
    """The digital ministry is told before the start; no permit is needed."""
    return first_match(
        when(p.notice.in_force, True, "mining starts with a notice"),
        otherwise=False,
        because="the order on notices is repealed",
    )


@rule(cites="Order 384/НҚ of 2020-10-13; Law 193-VII of 2023-02-06")
def must_register(must_give_notice: Expr, p: ValuesOfTheAct) -> Expr:
    """Nobody mines unannounced: the ministry is told, or since April 2023 gives a licence."""
    return first_match(
        when(p.licence.in_force, True, "mining is licensed", cites="Law 193-VII of 2023-02-06"),
        otherwise=must_give_notice,
        because="by notice",
    )


@rule(cites="Law 193-VII of 2023-02-06", note="Medium: one source.")
def must_register_machines(p: ValuesOfTheAct) -> Expr:
    """The machines are entered in a register of their own, beside the licence of their owner."""
    return first_match(
        when(p.machine_register.in_force, True, "machines have a register of their own"),
        otherwise=SILENT,
        because="before the Law on Digital Assets no register of machines was found",
    )


@rule(cites="Law 193-VII of 2023-02-06; amending law of 2023-02-06")
def why_barred(
    actor: Expr,
    size_class: Expr,
    licence: Expr,
    special_economic_zone: Expr,
    residential_building: Expr,
    accredited_pool: Expr,
    may_start_from: Expr,
    why_no_power: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first thing that stands in the way of mining: the person, the paper, the place, the pool, the power."""
    return first_match(
        when(
            p.miners.in_force & ~actor.one_of(p.miners),
            "legal form",
            "only sole traders and legal entities of Kazakhstan may mine",
            cites="Amending law of 2023-02-06",
        ),
        when(
            p.size_classes.in_force & given(size_class) & ~size_class.or_else("small").one_of(p.size_classes),
            "size class",
            "a small business may not mine",
            cites="Amending law of 2023-02-06",
        ),
        when(
            p.no_mining_in_economic_zones.in_force & special_economic_zone,
            "banned territory",
            "mining is not allowed in a special economic zone",
            cites="Law on special economic zones",
        ),
        when(
            p.outside_residential_zones.in_force & residential_building,
            "wrong place",
            "a mining data centre stands outside residential zones",
        ),
        when(
            p.licence.in_force & ~p.licence_years.covers(licence),
            "no licence",
            "mining needs a licence as holder of a data centre or as owner of machines",
        ),
        when(
            ~p.licence.in_force & (~given(may_start_from) | (may_start_from.or_else(period_start()) > period_start())),
            "registration first",
            "the ministry has to be told, and the days of waiting to pass",
            cites="Order 384/НҚ of 2020-10-13, as amended by Order 146/НҚ of 2022-04-29",
        ),
        when(p.accredited_pools_only.in_force & ~accredited_pool, "outside the pool", "only through accredited pools"),
        when(why_no_power != "not barred", why_no_power, "the electricity may not be used for mining"),
        when(
            p.size_classes.in_force & ~given(size_class),
            "size class",
            "whether the business is small is not stated, and a small one may not mine",
            cites="Amending law of 2023-02-06",
        ),
        otherwise="not barred",
        because="nothing in the law stands in the way",
    )


@rule(cites="Law 193-VII of 2023-02-06; Order 384/НҚ of 2020-10-13")
def may_mine(why_barred: Expr, size_class: Expr, grid_cut_days: Expr) -> Expr:
    """Whether this actor may mine in the period."""
    return first_match(
        when(why_barred == "not barred", "yes", "nothing in the law stands in the way"),
        when(
            why_barred.one_of(("registration first", "no licence")),
            "after registration",
            "the notice, or since April 2023 the licence, comes first",
        ),
        when(
            (why_barred == "emergency") & (grid_cut_days < period_days()),
            "part of the period",
            "grid supply is cut on some days",
        ),
        when(why_barred == "surplus not known", "undecided", "whether surplus power is left is not stated"),
        when((why_barred == "size class") & ~given(size_class), "undecided", "the size of the business is not stated"),
        otherwise="no",
        because="something in the law stands in the way",
    )


@rule(cites="Law 193-VII of 2023-02-06; Order 169/НҚ of 2023-04-28")
def may_host(actor: Expr, licence: Expr, p: ValuesOfTheAct) -> Expr:
    """Machines of others stand in the data centre of a holder of the first kind of licence."""
    return first_match(
        when(~p.licence.in_force, SILENT, "before the Law on Digital Assets hosting was not found in the sources"),
        when(~actor.one_of(p.miners), "no", "only sole traders and legal entities of Kazakhstan hold a licence"),
        when(licence == "data centre licence", "yes", "a licensed data centre, in which owners of machines mine"),
        otherwise="after registration",
        because="the licence for a data centre comes first",
    )


@rule(cites="Law 193-VII of 2023-02-06; Order 169/НҚ of 2023-04-28")
def has_energy_quota(licence: Expr, p: ValuesOfTheAct) -> Expr:
    """A holder of a data centre has an energy quota of its own; an owner of machines in it has none."""
    return first_match(
        when(~p.licences_with_quota.in_force, SILENT, "there were no licences"),
        otherwise=licence.one_of(p.licences_with_quota),
        because="by the kind of licence",
    )


@rule(cites="Law 193-VII of 2023-02-06; Order 169/НҚ of 2023-04-28")
def licence_holds_years(licence: Expr, p: ValuesOfTheAct) -> Expr:
    """For how many years a licence of this kind is given."""
    return first_match(
        when(~p.licence_years.in_force, SILENT, "there were no licences"),
        when(p.licence_years.covers(licence), p.licence_years[licence], "by the kind of licence"),
        otherwise=SILENT,
        because="not a licence to mine",
    )


@rule(cites="Licensing rules, Order 169/НҚ of 2023-04-28", note="Medium: one source.")
def licence_fee_mci(licence: Expr, p: ValuesOfTheAct) -> Expr:
    """The state fee for a licence of this kind, in monthly calculation indices."""
    return first_match(
        when(~p.licence_fee.in_force, SILENT, "there were no licensing rules"),
        when(p.licence_fee.covers(licence), p.licence_fee[licence], "by the kind of licence"),
        otherwise=SILENT,
        because="not a licence to mine",
    )


@rule(
    cites="Licensing rules, Order 169/НҚ of 2023-04-28; law on the republican budget of the year",
    note="Medium: one source for the number of indices.",
)
def licence_fee(licence_fee_mci: Expr, p: ValuesOfTheAct) -> Expr:
    """The state fee for a licence of this kind in tenge, at the index of the day."""
    return first_match(
        when(~given(licence_fee_mci), SILENT, "no fee is known for a licence of this kind"),
        otherwise=licence_fee_mci.or_else(0) * p.monthly_calculation_index,
        because="the indices of the fee, each at its value of the year",
    )


@rule(cites="Licensing rules, Order 169/НҚ of 2023-04-28", note="Medium: one source.")
def licence_decided_within_working_days(p: ValuesOfTheAct) -> Expr:
    """Working days within which an application for a licence is decided."""
    return first_match(
        when(p.licence_decision_working_days.in_force, p.licence_decision_working_days, "set by the licensing rules"),
        otherwise=SILENT,
        because="there were no licensing rules",
    )
