"""The threshold of the proposed standards."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="proposed 16 TAC 25.194 of 2026-03-12", note="The statute has loads above 75 MW.")
def large_load_customer(
    large_load_customer: Expr, requested_power_kw: Expr, site_power_kw: Expr, p: ValuesOfTheAct
) -> Expr:
    """As in the statute, and also who asks for a connection that brings the total load of the site to exactly 75 MW."""
    return first_match(
        when(~given(large_load_customer), SILENT, "the statute cannot place it either"),
        when(large_load_customer.or_else(False), True, "a large load under the statute already"),
        when(
            given(requested_power_kw) & (site_power_kw.or_else(0) >= p.large_load_from_kw),
            True,
            "the threshold itself counts: 75 MW or greater",
        ),
        otherwise=False,
        because="below 75 MW, or nothing is asked for",
    )
