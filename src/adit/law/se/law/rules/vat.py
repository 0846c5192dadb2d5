"""Value-added tax and mining in Sweden."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Position of the Swedish Tax Agency in its audits of 2020 to 2023")
def may_deduct_input_vat(p: ValuesOfTheAct) -> Expr:
    """Mining gives no right to deduct input value-added tax."""
    return first_match(
        when(p.input_vat_deductible.in_force, p.input_vat_deductible, "mining gives no right to it"),
        otherwise=SILENT,
        because="before the first audited year",
    )
