"""Who may mine, with which paper and which power, and by when a request is answered."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_start, rule, when


@rule(cites="Presidential decree of 2018-07-03 on the digital economy and crypto assets", note="Medium: one source.")
def mining_is_recognised(p: ValuesOfTheAct) -> Expr:
    """Mining is one of the activities with crypto assets; who may do it was said in 2022."""
    recognised: Expr = p.mining_recognised
    return recognised


@rule(cites="Presidential decree of spring 2022; Order of the director of NAPP of 2023-09-29")
def must_register(p: ValuesOfTheAct) -> Expr:
    """A miner is registered with the agency; since September 2023 it has a permit."""
    return first_match(
        when(p.papers.in_force, True, "a miner is registered, or has a permit"),
        otherwise=SILENT,
        because="before 2022 no register of miners was found",
    )


@rule(cites="NAPP rules of registration of miners, text of 2022-06-24; Order of the director of NAPP of 2023-09-29")
def why_barred(
    actor: Expr,
    licence: Expr,
    power_source: Expr,
    anonymous_coin: Expr,
    hidden_mining: Expr,
    at_registered_address: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """The first thing that stands in the way of mining: the person, the coin, the machines, the place, the power, the paper."""
    return first_match(
        when(~p.papers.in_force, SILENT, "mining was recognised; who may do it was not said before 2022"),
        when(p.miners.in_force & ~actor.one_of(p.miners), "legal form", "only a legal entity may mine"),
        when(p.anonymous_coins_banned.in_force & anonymous_coin, "anonymous coin", "anonymous coins may not be mined"),
        when(
            p.hidden_mining_banned.in_force & hidden_mining,
            "machines of others",
            "mining on machines of others without their consent is banned",
        ),
        when(
            p.bound_to_address.in_force & ~at_registered_address,
            "wrong place",
            "mining is allowed only at the address of the permit",
        ),
        when(
            ~power_source.one_of(p.power_sources),
            "power source",
            "the electricity comes neither from the miner's own solar station nor from the grid",
        ),
        when(
            ~licence.one_of(p.papers), "no licence", "the registration, or since September 2023 the permit, is missing"
        ),
        otherwise="not barred",
        because="nothing in the law stands in the way",
    )


@rule(cites="NAPP rules of registration of miners, text of 2022-06-24; Order of the director of NAPP of 2023-09-29")
def may_mine(why_barred: Expr) -> Expr:
    """Whether this actor may mine in the period."""
    barred = why_barred.or_else("not barred")
    return first_match(
        when(~given(why_barred), SILENT, "mining was recognised; who may do it was not said before 2022"),
        when(barred == "not barred", "yes", "nothing in the law stands in the way"),
        when(barred == "no licence", "after registration", "the registration or the permit comes first"),
        otherwise="no",
        because="something in the law stands in the way",
    )


@rule(cites="Order of the director of NAPP of 2023-09-29")
def must_meter_separately(power_source: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether mining needs a meter of its own: where power comes from the grid."""
    return first_match(
        when(~p.separate_meter.in_force, SILENT, "before the permits the sources do not say"),
        otherwise=power_source == "grid",
        because="for power from the grid",
    )


@rule(cites="NAPP rules of registration of miners, text of 2022-06-24; Order of the director of NAPP of 2023-09-29")
def paper_holds_years(p: ValuesOfTheAct) -> Expr:
    """For how many years the certificate, since September 2023 the permit, is given."""
    return first_match(
        when(p.paper_years.in_force, p.paper_years, "set by the rules of the agency"),
        otherwise=SILENT,
        because="before July 2022 no term was found",
    )


@rule(
    cites="NAPP rules of registration of miners, text of 2022-06-24; Order of the director of NAPP of 2023-09-29",
    note="In dollars, about, as the reports have it.",
)
def paper_fee_usd(p: ValuesOfTheAct) -> Expr:
    """The fee for the certificate; the permit is free."""
    return first_match(
        when(p.paper_fee.in_force, p.paper_fee, "set by the rules of the agency"),
        otherwise=SILENT,
        because="before July 2022 no fee was found",
    )


@rule(cites="NAPP rules of registration of miners, text of 2022-06-24")
def certificate_decided_by(request_filed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """The last day for the decision on a certificate."""
    filed = request_filed_on.or_else(period_start())
    return first_match(
        when(~given(request_filed_on), SILENT, "no request is stated"),
        when(
            p.at(filed).certificate_days.in_force,
            filed + p.at(filed).certificate_days,
            "counted from the day of the request",
        ),
        otherwise=SILENT,
        because="certificates were given from July 2022 to September 2023",
    )


@rule(
    cites="Order of the director of NAPP of 2023-09-29",
    note="One report ties this clock to the leave for each sale of coins, another to the permit to mine.",
)
def leave_issued_by(request_filed_on: Expr, p: ValuesOfTheAct) -> Expr:
    """The last day for leave from the agency: the commission's opinion, the decision, the issue, one after another."""
    filed = request_filed_on.or_else(period_start())
    then = p.at(filed)
    return first_match(
        when(~given(request_filed_on), SILENT, "no request is stated"),
        when(
            then.commission_days.in_force,
            filed + then.commission_days + then.decision_days + then.issue_days,
            "each step takes its days from the end of the one before",
        ),
        otherwise=SILENT,
        because="before 29 September 2023 no such leave was found",
    )


@rule(cites="NAPP rules of registration of miners, text of 2022-06-24; Order of the director of NAPP of 2023-09-29")
def may_trade(p: ValuesOfTheAct) -> Expr:
    """A miner sells its coins only on exchanges registered in Uzbekistan."""
    return first_match(
        when(p.sale_at_home_only.in_force, "through licensed platforms only", "exchanges registered in Uzbekistan"),
        otherwise=SILENT,
        because="before July 2022 the sources do not say",
    )
