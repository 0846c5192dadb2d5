"""Connecting a large load: who is studied, what is paid and disclosed, who may ask to be curtailed."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when

BEFORE_SB_6 = "before SB 6 of 20 June 2025"


@rule(cites="ERCOT market notice of 2022-03-25", note="The load asked for is that of the next two years.")
def must_be_studied(requested_power_kw: Expr, colocated_with_generation: Expr, p: ValuesOfTheAct) -> Expr:
    """Loads of 75 MW or more, or increases by as much, are studied before they are connected; beside a power plant, of 20 MW."""
    asked = requested_power_kw.or_else(0)
    return first_match(
        when(~given(requested_power_kw), SILENT, "no load is asked for"),
        when(
            colocated_with_generation & (asked >= p.interim_study_colocated_kw),
            True,
            "20 MW or more are asked for behind the connection of a power plant",
        ),
        when(asked >= p.interim_study_kw, True, "75 MW or more are asked for"),
        otherwise=False,
        because="less is asked for",
    )


@rule(cites="ERCOT market notice M-A120622-01 of 2022-12-06")
def may_join_voluntary_curtailment(p: ValuesOfTheAct) -> Expr:
    """Large flexible loads may join a programme that asks them to draw less before emergency reserves are called."""
    return first_match(
        when(p.voluntary_curtailment.in_force, True, "open to large flexible loads"),
        otherwise=SILENT,
        because="before the programme of January 2023",
    )


@rule(cites="Utilities Code 37.0561(a), (c)")
def large_load_customer(requested_power_kw: Expr, site_power_kw: Expr, p: ValuesOfTheAct) -> Expr:
    """Who asks for a new or expanded connection that brings the total load of the site above 75 MW."""
    return first_match(
        when(~p.large_load_kw.in_force, SILENT, BEFORE_SB_6),
        when(~given(requested_power_kw), False, "no new or expanded connection is asked for"),
        when(~given(site_power_kw), SILENT, "the total load of the site is not stated"),
        when(site_power_kw.or_else(0) > p.large_load_kw, True, "the total load of the site is above 75 MW"),
        otherwise=False,
        because="the total load of the site is not above 75 MW",
    )


@rule(cites="Utilities Code 37.0561")
def connection_study_fee_min(large_load_customer: Expr, p: ValuesOfTheAct) -> Expr:
    """A large load pays a flat fee of at least 100,000 dollars for the first study."""
    return first_match(
        when(~given(large_load_customer), SILENT, "whether this is a large load is not known"),
        when(large_load_customer.or_else(False), p.study_fee_min, "the floor of the flat fee"),
        otherwise=0,
        because="not a large load under SB 6",
    )


@rule(cites="Utilities Code 37.0561")
def must_disclose_site_and_requests(large_load_customer: Expr, p: ValuesOfTheAct) -> Expr:
    """A large load shows control of the site and tells of similar requests elsewhere in Texas."""
    return first_match(
        when(~given(large_load_customer), SILENT, "whether this is a large load is not known"),
        otherwise=large_load_customer.or_else(False) & p.site_and_requests_disclosed,
        because="large loads disclose both",
    )


@rule(cites="Utilities Code 37.0561(e)")
def must_disclose_backup(
    large_load_customer: Expr, backup_power_kw: Expr, site_power_kw: Expr, p: ValuesOfTheAct
) -> Expr:
    """A large load discloses generators on its site that can carry half of its demand or more."""
    return first_match(
        when(~given(large_load_customer), SILENT, "whether this is a large load is not known"),
        when(~large_load_customer.or_else(False), False, "not a large load under SB 6"),
        when(~given(backup_power_kw), SILENT, "the power of the generators is not stated"),
        when(
            backup_power_kw.or_else(0) >= site_power_kw.or_else(0) * p.backup_disclosed_share,
            True,
            "the generators can carry half of the demand or more",
        ),
        otherwise=False,
        because="the generators carry less than half of the demand",
    )
