"""Payment at home, and the fines drafted in February 2022."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, rule, when


@rule(cites="Finance Ministry bill On digital currency, 2022-02-18, revised 2022-04-08")
def may_be_paid_in_coin(p: ValuesOfTheAct) -> Expr:
    """Digital currency is no legal tender and may not be taken as payment."""
    return first_match(
        when(p.payment_ban.in_force, False, "payment is banned"),
        otherwise=SILENT,
        because="the bill was planned to begin on 1 January 2023",
    )


@rule(cites="Finance Ministry, draft amendments of the Code of Administrative Offences, 2022-02-08")
def payment_fine_rub_max(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine for accepting payment, by kind of person."""
    return first_match(
        when(p.payment_fine_max.covers(actor), p.payment_fine_max[actor], "by kind of person"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )


@rule(cites="Finance Ministry, draft amendments of the Code of Administrative Offences, 2022-02-08")
def payment_fine_rub_min(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine for accepting payment, by kind of person."""
    return first_match(
        when(p.payment_fine_min.covers(actor), p.payment_fine_min[actor], "by kind of person"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )


@rule(cites="Finance Ministry, draft amendments of the Code of Administrative Offences, 2022-02-08")
def circulation_fine_rub_max(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine for illegal issue or breach of the rules of circulation, by kind of person."""
    return first_match(
        when(p.circulation_fine_max.covers(actor), p.circulation_fine_max[actor], "by kind of person"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )


@rule(cites="Finance Ministry, draft amendments of the Code of Administrative Offences, 2022-02-08")
def circulation_fine_rub_min(actor: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine for illegal issue or breach of the rules of circulation, by kind of person."""
    return first_match(
        when(p.circulation_fine_min.covers(actor), p.circulation_fine_min[actor], "by kind of person"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )
