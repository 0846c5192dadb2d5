"""What large loads owe the grid when firm load is shed."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="SB 6 of 2025, section on load shed", note="Medium confidence: the section was not read.")
def can_be_cut_remotely(site_power_kw: Expr, service_started_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Sites of 75 MW or more that were connected after 31 December 2025 have to let the grid cut them."""
    connected = service_started_on.or_else(p.remote_cut_if_connected_after)
    return first_match(
        when(~p.remote_cut_kw.in_force, SILENT, "before SB 6 of 20 June 2025"),
        when(~given(site_power_kw), SILENT, "the total load of the site is not stated"),
        when(site_power_kw.or_else(0) < p.remote_cut_kw, False, "the total load is below 75 MW"),
        when(~given(service_started_on), SILENT, "the day of connection is not stated"),
        when(connected > p.remote_cut_if_connected_after, True, "75 MW or more, connected after the day of the act"),
        otherwise=False,
        because="connected by the day of the act",
    )


@rule(cites="SB 6 of 2025, section on load shed", note="Medium confidence: the section was not read.")
def must_cut_or_move_to_backup(can_be_cut_remotely: Expr, emergency: Expr) -> Expr:
    """When firm load is shed, those sites are cut or move to generators of their own."""
    return first_match(
        when(~given(can_be_cut_remotely), SILENT, "whether the site can be cut is not known"),
        when(~can_be_cut_remotely.or_else(False), False, "too small, or connected before the day of the act"),
        when(emergency, True, "firm load is being shed"),
        otherwise=False,
        because="no firm load is being shed",
    )
