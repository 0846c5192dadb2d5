"""The register of large flexible loads: who is in it, by when, what it asks, what is paid for staying out."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_start, rule, when

NO_RULE_YET = "before the commission's rule of 21 November 2024 there was no register"


@rule(cites="16 TAC 25.114(a), (b)(3)")
def interruptible(interruptible_share: Expr, p: ValuesOfTheAct) -> Expr:
    """A load is interruptible where the operator can choose to drop a tenth of the yearly peak or more."""
    return first_match(
        when(~p.interruptible_share_min.in_force, SILENT, NO_RULE_YET),
        when(~given(interruptible_share), SILENT, "the share that can be dropped is not stated"),
        when(
            interruptible_share.or_else(0) >= p.interruptible_share_min,
            True,
            "a tenth of the yearly peak or more can be dropped by choice",
        ),
        otherwise=False,
        because="less than a tenth of the yearly peak can be dropped by choice",
    )


@rule(cites="16 TAC 25.114(a); Utilities Code 39.361(b)")
def must_register(site_power_kw: Expr, interruptible: Expr, p: ValuesOfTheAct) -> Expr:
    """A mining facility above 75 MW whose load is interruptible is registered as a large flexible load."""
    return first_match(
        when(~p.large_flexible_load_kw.in_force, SILENT, NO_RULE_YET),
        when(~given(site_power_kw), SILENT, "the total load of the site is not stated"),
        when(site_power_kw.or_else(0) <= p.large_flexible_load_kw, False, "the total load is not above 75 MW"),
        when(~given(interruptible), SILENT, "the share that can be dropped is not stated"),
        when(~interruptible.or_else(False), False, "above 75 MW, but the load is not interruptible"),
        otherwise=True,
        because="above 75 MW, and interruptible",
    )


@rule(
    cites="16 TAC 25.114(a)", note="The statute counts the working day from the agreement, the rule from the service."
)
def register_by(must_register: Expr, service_started_on: Expr, next_working_day_on: Expr, p: ValuesOfTheAct) -> Expr:
    """The last day to register: one working day after service began, and 1 February 2025 for sites older than the rule."""
    service = service_started_on.or_else(p.old_sites_register_by)
    return first_match(
        when(~must_register.or_else(False), SILENT, "no duty to register is known"),
        when(~given(service_started_on), SILENT, "the day on which service began is not stated"),
        when(
            ~p.at(service).large_flexible_load_kw.in_force,
            p.old_sites_register_by,
            "service began before the rule took effect",
        ),
        when(
            given(next_working_day_on),
            next_working_day_on.or_else(p.old_sites_register_by),
            "one working day after service began",
        ),
        otherwise=SILENT,
        because="the next working day is not stated",
    )


@rule(cites="16 TAC 25.114(a)")
def registration_is_late(register_by: Expr, registered_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Registered after the last day; or not at all, with the last day past."""
    last = register_by.or_else(p.old_sites_register_by)
    return first_match(
        when(~given(register_by), SILENT, "no last day is known"),
        when(given(registered_on) & (registered_on.or_else(last) > last), True, "entered after the last day"),
        when(given(registered_on), False, "entered by the last day"),
        when(period_start() > last, True, "no entry is stated, and the last day is past"),
        otherwise=False,
        because="no entry is stated, and there is still time",
    )


@rule(cites="16 TAC 25.114")
def must_renew_yearly(must_register: Expr, p: ValuesOfTheAct) -> Expr:
    """Who is registered renews it each year."""
    return first_match(
        when(~given(must_register), SILENT, "whether the site has to be registered is not known"),
        otherwise=must_register.or_else(False) & p.renewed_yearly,
        because="a registration is renewed each year",
    )


@rule(cites="16 TAC 25.114(c); Utilities Code 39.361(c)(2)(B)")
def forecast_asked(must_register: Expr, p: ValuesOfTheAct) -> Expr:
    """The years for which a registrant forecasts its peak load."""
    return first_match(
        when(must_register.or_else(False), p.forecast_years, "a registrant forecasts its peak"),
        otherwise=SILENT,
        because="no duty to register is known",
    )


@rule(cites="Utilities Code 39.361(e)")
def grid_operator_may_see(p: ValuesOfTheAct) -> Expr:
    """The commission may share what was registered with ERCOT."""
    return first_match(
        when(p.shared_with_grid_operator.in_force, True, "the statute lets the commission share it"),
        otherwise=SILENT,
        because=NO_RULE_YET,
    )


@rule(
    cites="16 TAC 25.8, class A violation",
    note="Counts one violation, such as one site that is not registered; the amount below the maximum is discretion.",
)
def fine_max(must_register: Expr, days_of_breach: Expr, p: ValuesOfTheAct) -> Expr:
    """Staying out of the register costs up to 25,000 dollars for each day."""
    return first_match(
        when(~given(must_register), SILENT, "whether the site has to be registered is not known"),
        when(
            must_register.or_else(False),
            p.registration_fine_max_per_day * days_of_breach,
            "the maximum of a day for each day of the breach",
        ),
        otherwise=0,
        because="there is no duty to register",
    )
