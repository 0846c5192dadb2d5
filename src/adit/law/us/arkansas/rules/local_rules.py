"""Rules about local rules: which of them stand beside the right to mine."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Act 851 of 2023 (Arkansas Data Centers Act)")
def local_rule_stands(local_rule: Expr, local_rule_singles_out: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether a local rule stands: none that singles out mining, but from May 2024 noise rules again."""
    return first_match(
        when(local_rule == "none", SILENT, "no local rule is stated"),
        when(~p.right_to_mine.in_force, True, "no state act spoke of local rules yet"),
        when(~local_rule_singles_out, True, "it burdens mining like any other business"),
        when(
            (local_rule == "noise") & p.local_noise_rules.in_force,
            True,
            "noise rules for mining are allowed again",
            cites="Act 174 of 2024",
        ),
        otherwise=False,
        because="it singles out mining",
    )
