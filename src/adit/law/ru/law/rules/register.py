"""The registers of miners and of infrastructure operators: who enters, who reports, who is struck off."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, nth_of_next_month, rule, when


@rule(cites="221-FZ of 2024-08-08; Government Decree of 2024-11-01, reported as No. 1469")
def must_register(actor: Expr, mining_energy_kwh_per_month: Expr, p: ValuesOfTheAct) -> Expr:
    """Organisations and entrepreneurs always; a citizen who uses more for mining in the month than the limit."""
    return first_match(
        when(~p.register.in_force, SILENT, "the register did not exist"),
        when(actor.one_of(("foreign_person", "foreign_company")), False, "foreign persons may not enter the register"),
        when(actor != "citizen", True, "organisations and entrepreneurs mine only when entered in the register"),
        when(
            mining_energy_kwh_per_month > p.household_limit,
            True,
            "more electricity used for mining in the month than a citizen may without becoming an entrepreneur",
        ),
        otherwise=False,
        because="a citizen within the limit mines without registration",
    )


@rule(cites="Government Decree of 2024-11-01, reported as No. 1469")
def household_limit_kwh_per_month(p: ValuesOfTheAct) -> Expr:
    """Electricity a citizen may use for mining in a month without registration."""
    return first_match(
        when(p.household_limit.in_force, p.household_limit, "the Government has set the limit"),
        otherwise=SILENT,
        because="no limit is set on this day",
    )


@rule(cites="221-FZ of 2024-08-08")
def may_host(actor: Expr, in_operators_register: Expr, p: ValuesOfTheAct) -> Expr:
    """Infrastructure for other miners is run by organisations and entrepreneurs in the register of operators."""
    return first_match(
        when(~p.register.in_force, SILENT, "the register did not exist"),
        when(actor == "citizen", "no", "a plain citizen may not be an operator"),
        when(
            actor.one_of(("foreign_person", "foreign_company")), SILENT, "the sources do not speak of foreign operators"
        ),
        when(~in_operators_register, "after registration", "the register of operators comes first"),
        otherwise="yes",
        because="entered in the register of operators",
    )


@rule(cites="221-FZ of 2024-08-08; Federal Tax Service on the monthly report of miners")
def must_report(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """Coins received, their kind and the address-identifier are reported: by citizens within the limit too."""
    return first_match(
        when(~p.register.in_force, SILENT, "mining was not regulated before the mining law"),
        when(
            actor.one_of(("foreign_person", "foreign_company")),
            SILENT,
            "foreign persons may not mine, so no duty is set",
        ),
        otherwise=True,
        because="every miner reports, citizens within the limit too",
    )


@rule(cites="Federal Tax Service on the monthly report of miners")
def report_due(p: ValuesOfTheAct) -> Expr:
    """The report is due by the 20th of the month after the one in which the coins were received."""
    return first_match(
        when(p.report_day.in_force, nth_of_next_month(p.report_day), "the 20th of the next month"),
        otherwise=SILENT,
        because="no day was found for this time",
    )


@rule(cites="Government Decree of 2024-11-01 on the registers")
def excluded_from_register(
    false_data: Expr,
    aml_breaches_within_year: Expr,
    power_rules_breached: Expr,
    bankrupt: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Grounds on which a miner is struck off: false data, a repeated laundering breach, power rules or a banned area, bankruptcy."""
    return first_match(
        when(~p.register.in_force, SILENT, "the register did not exist"),
        when(false_data, True, "false data were given"),
        when(
            aml_breaches_within_year >= p.aml_breaches_for_exclusion,
            True,
            "anti-money-laundering duties were breached again within a year",
        ),
        when(power_rules_breached, True, "rules of electricity supply were breached, or a banned area was used"),
        when(bankrupt, True, "bankruptcy"),
        otherwise=False,
        because="no ground for exclusion",
    )


@rule(cites="115-FZ art. 7.1", note="One post only.")
def aml_report_due_working_days(aml_role: Expr, p: ValuesOfTheAct) -> Expr:
    """Pool operators, pool participants and miners for clients tell Rosfinmonitoring of a suspicion within so many working days."""
    return first_match(
        when(~p.aml_report_working_days.in_force, SILENT, "miners were not under the law on laundering"),
        when(aml_role == "none", SILENT, "the duty is set for pools, their participants and miners for clients"),
        otherwise=p.aml_report_working_days,
        because="a reporting subject under the law on laundering",
    )


@rule(cites="Tax Code as amended by 418-FZ of 2024-11-29")
def must_report_clients(in_operators_register: Expr, p: ValuesOfTheAct) -> Expr:
    """An operator tells its tax office who mines with its services; since an order of that service, with what, on what and how much."""
    return first_match(
        when(~p.operator_report.in_force, SILENT, "the duty did not exist"),
        when(~in_operators_register, False, "the duty is that of those in the register of operators"),
        when(p.operator_report_content.in_force, True, "each client is told, with what the order lists of it"),
        otherwise=True,
        because="each client is told",
    )


@rule(cites="Tax Code as amended by 418-FZ of 2024-11-29")
def operator_fine_rub(in_operators_register: Expr, client_reported: Expr, p: ValuesOfTheAct) -> Expr:
    """An operator that does not tell its tax office in time who mines with its services pays a flat fine."""
    return first_match(
        when(~p.operator_fine.in_force, SILENT, "the duty did not exist"),
        when(in_operators_register & ~client_reported, p.operator_fine, "a client was not reported in time"),
        otherwise=0,
        because="no report is missing",
    )
