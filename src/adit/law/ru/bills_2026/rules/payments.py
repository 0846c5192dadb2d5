"""Payment at home and foreign trade under the bills."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(
    cites="Bill 1194918-8; 223-FZ of 2024-08-08",
    note="The branches below the first are those of ru/law, which the bill leaves as they are.",
)
def may_settle_abroad(pilot_participant: Expr, foreign_trade_contract: Expr, p: ValuesOfTheAct) -> Expr:
    """Under the bill every foreign-trade contract may be settled in digital currency; until then the pilot stays."""
    return first_match(
        when(p.foreign_trade_use.in_force & foreign_trade_contract, "yes", "foreign-trade use is allowed"),
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


@rule(cites="Bill of May 2025: Code of Administrative Offences art. 15.49 (draft)")
def payment_fine_rub_max(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine for paying with digital currency, by kind of person."""
    return first_match(
        when(p.payment_fine_max.covers(actor), p.payment_fine_max[actor], "by kind of person"),
        otherwise=SILENT,
        because="the bill is reported for persons and for entities; entrepreneurs and foreigners are not named",
    )


@rule(cites="Bill of May 2025: Code of Administrative Offences art. 15.49 (draft)")
def payment_fine_rub_min(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine for paying with digital currency, by kind of person."""
    return first_match(
        when(p.payment_fine_min.covers(actor), p.payment_fine_min[actor], "by kind of person"),
        otherwise=SILENT,
        because="the bill is reported for persons and for entities; entrepreneurs and foreigners are not named",
    )
