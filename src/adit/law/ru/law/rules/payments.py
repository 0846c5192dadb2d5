"""Payment at home, foreign trade, advertising."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="259-FZ of 2020-07-31")
def may_be_paid_in_coin(p: ValuesOfTheAct) -> Expr:
    """Residents may not take digital currency for goods, works or services."""
    return first_match(otherwise=~p.payment_ban, because="payment in digital currency is banned at home")


@rule(cites="331-FZ of 2022-07-14")
def may_pay_with_digital_assets(p: ValuesOfTheAct) -> Expr:
    """Digital financial assets and utilitarian digital rights may not be used as payment."""
    return first_match(
        when(p.asset_payment_ban.in_force, False, "digital financial assets may not act as money"),
        otherwise=SILENT,
        because="no rule on this day",
    )


@rule(cites="223-FZ of 2024-08-08")
def may_settle_abroad(pilot_participant: Expr, foreign_trade_contract: Expr, p: ValuesOfTheAct) -> Expr:
    """Foreign-trade contracts may be settled in digital currency, but only inside an experimental regime of the Bank of Russia."""
    return first_match(
        when(
            p.experimental_regime.in_force & pilot_participant & foreign_trade_contract,
            "yes",
            "a foreign-trade contract of a participant in the experimental regime",
        ),
        when(
            p.experimental_regime.in_force & foreign_trade_contract,
            "in the pilot only",
            "settlement stays inside the experimental regime",
        ),
        otherwise="no",
        because="residents may not take digital currency as payment (259-FZ of 2020-07-31)",
    )


@rule(cites="221-FZ of 2024-08-08")
def may_advertise(p: ValuesOfTheAct) -> Expr:
    """Digital currency may not be advertised or offered to an unlimited circle."""
    return first_match(
        when(p.advertising_ban.in_force, False, "advertising to an unlimited circle is banned"),
        otherwise=SILENT,
        because="no rule on this day",
    )


@rule(cites="Bank of Russia, currency control")
def contract_is_registered(contract_kind: Expr, contract_value_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether a foreign-trade contract is registered with a bank, by its value."""
    value = contract_value_rub.or_else(0)
    kind = contract_kind.or_else("export")
    return first_match(
        when(~(given(contract_kind) & given(contract_value_rub)), SILENT, "no contract is stated"),
        when(
            (kind == "import") & ~p.import_registration_threshold.in_force,
            SILENT,
            "no threshold was found for this day",
        ),
        when((kind == "import") & (value > p.import_registration_threshold), True, "an import above the threshold"),
        when(kind == "import", False, "an import up to the threshold"),
        when(~p.export_registration_threshold.in_force, SILENT, "no threshold was found for this day"),
        when(value > p.export_registration_threshold, True, "an export above the threshold"),
        when(
            value == p.export_registration_threshold,
            SILENT,
            "the sources do not say whether exactly the threshold is in or out",
        ),
        otherwise=False,
        because="an export below the threshold",
    )


@rule(cites="Bank of Russia, currency control")
def contract_needs_papers(contract_value_rub: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether a payment under a foreign-trade contract needs papers, or the code of its operation alone."""
    return first_match(
        when(~given(contract_value_rub), SILENT, "no contract is stated"),
        when(~p.small_contract.in_force, SILENT, "no threshold was found for this day"),
        when(contract_value_rub.or_else(0) > p.small_contract, True, "above the sum of a small contract"),
        otherwise=False,
        because="a small contract, of which only the code of the operation is given",
    )
