"""Drafted administrative fines for mining against the rules."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, rule, when


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def breach(
    actor: Expr,
    territory: Expr,
    must_register: Expr,
    in_miners_register: Expr,
    repeat_offence: Expr,
    p: ValuesOfTheAct,
) -> Expr:
    """Which breach of the drafted article the mining would be: in a banned area, or above the limit or outside the register."""
    unregistered = must_register.or_else(False) & ~in_miners_register
    return first_match(
        when(~p.citizen_fine_max.in_force, SILENT, "the bill was not yet introduced"),
        when(actor.one_of(("foreign_person", "foreign_company")), SILENT, "the reports do not speak of foreign miners"),
        when(
            (territory == "banned") & repeat_offence, "banned area, again", "in a banned area, and fined for it before"
        ),
        when(territory == "banned", "banned area", "in a banned area"),
        when(territory != "free", SILENT, "whether there was mining in a banned area is not certain"),
        when(
            unregistered & repeat_offence,
            "unregistered, again",
            "above the limit or outside the register, and fined for it before",
        ),
        when(unregistered, "unregistered", "above the limit or outside the register"),
        otherwise="none",
        because="neither in a banned area nor outside the register",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def fine_min(actor: Expr, breach: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine of the miner for the breach."""
    kind = breach.or_else("none")
    return first_match(
        when(~given(breach), SILENT, "whether the rules were broken is open"),
        when(kind == "none", 0, "no breach of the drafted article"),
        when(actor == "citizen", p.citizen_fine_min[kind], "a citizen"),
        when(actor == "company", p.company_fine_min[kind], "an entity"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def fine_max(actor: Expr, breach: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine of the miner for the breach."""
    kind = breach.or_else("none")
    return first_match(
        when(~given(breach), SILENT, "whether the rules were broken is open"),
        when(kind == "none", 0, "no breach of the drafted article"),
        when(actor == "citizen", p.citizen_fine_max[kind], "a citizen"),
        when(actor == "company", p.company_fine_max[kind], "an entity"),
        otherwise=SILENT,
        because="the draft names citizens, officials and entities",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def official_fine_rub_min(actor: Expr, breach: Expr, p: ValuesOfTheAct) -> Expr:
    """The lowest fine of the entity's official for the breach."""
    kind = breach.or_else("none")
    return first_match(
        when(~given(breach), SILENT, "whether the rules were broken is open"),
        when(actor != "company", SILENT, "only an entity has officials here"),
        when(kind == "none", 0, "no breach of the drafted article"),
        otherwise=p.official_fine_min[kind],
        because="the entity's official",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def official_fine_rub_max(actor: Expr, breach: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine of the entity's official for the breach."""
    kind = breach.or_else("none")
    return first_match(
        when(~given(breach), SILENT, "whether the rules were broken is open"),
        when(actor != "company", SILENT, "only an entity has officials here"),
        when(kind == "none", 0, "no breach of the drafted article"),
        otherwise=p.official_fine_max[kind],
        because="the entity's official",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def equipment_is_confiscated(breach: Expr, p: ValuesOfTheAct) -> Expr:
    """Equipment used in a banned area is confiscated."""
    kind = breach.or_else("none")
    return first_match(
        when(~given(breach), SILENT, "whether the rules were broken is open"),
        when(
            kind.one_of(("banned area", "banned area, again")),
            p.equipment_confiscated,
            "used in a banned area",
        ),
        otherwise=False,
        because="confiscation is reported for banned areas",
    )


@rule(cites="Bill 1124554-8, introduced 2026-01-19: Code of Administrative Offences art. 15.50 (draft)")
def serving_unregistered_fine_rub_max(repeat_offence: Expr, p: ValuesOfTheAct) -> Expr:
    """The highest fine of an operator that serves miners outside the register."""
    return first_match(
        when(~p.serving_unregistered_fine.in_force, SILENT, "the bill was not yet introduced"),
        when(repeat_offence, p.serving_unregistered_again_fine, "fined for the same before"),
        otherwise=p.serving_unregistered_fine,
        because="for the first time",
    )
