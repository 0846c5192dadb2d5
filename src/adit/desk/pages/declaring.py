"""The monthly declaration in one screen: what is declared, what it will mean and why, before it is sent."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.decision.decide import Decision
from adit.decision.monthly import decide_month, month_known
from adit.desk.cases import first_months, person
from adit.desk.letters import write_letter
from adit.desk.office import Office, new_id
from adit.desk.papers import Block, Facts, Text
from adit.desk.web.fields import month_of, number_of, whole_of
from adit.desk.web.forms import Form, Sent
from adit.desk.web.hands import Hand, Mine
from adit.desk.web.languages import Words
from adit.desk.web.pages import office_of, page, redirect, told, words_of
from adit.engines.database import Connection
from adit.journal import store as journal
from adit.register.procedures import declarations
from adit.register.records import (
    Address,
    Declaration,
)
from adit.register.store import Books, listed
from adit.terms.days import Period
from adit.terms.errors import AditError, BadInput

__all__ = ["router"]

router = APIRouter(prefix="/mine", include_in_schema=False)
OWED = (
    "must_register",
    "may_mine",
    "mining_income_rub",
    "profit_tax_rub",
    "income_tax_rub",
    "tax_this_period_rub",
    "levy_due",
)


@router.get("/declare")
def declare_page(request: Request, hand: Mine, party: str = "", month: str = "") -> Response:
    office = office_of(request)
    chosen = month_of(month) if month else first_months(office.today(), 1)[0]
    return _declare(request, hand.party(party), chosen, None, None)


def _declare(request: Request, party: str, month: Period, sent: Form | None, error: AditError | None) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        who = person(connection, party, office.today())
        known = month_known(connection, party, month, known=journal.size(connection))
        standing = known.declaration
        draft = _draft(sent) if sent is not None else standing.record if standing else None
        metered = known.metered_wh
        hosted = any(party not in (s.record.owner, s.record.operator) for s in known.sites)
        addresses = listed(connection, Address, "party = %s", [party], on=office.today(), order="entry")
        preview = _preview(connection, office, party, month, draft) if draft is not None else None
    return page(
        request, "mine/declare.html", status=422 if error else 200, who=who, month=month, months=first_months(office.today(), 12), standing=standing,
        filled=_filled(sent, standing.record if standing else None, metered), metered=metered, hosted=hosted, addresses=addresses, preview=preview, owed=OWED,
        error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def _filled(sent: Form | None, standing: Declaration | None, metered: int | None) -> dict[str, str]:
    if sent is not None:
        return {n: sent[n] for n in ("coins", "energy", "costs", "note", "why")}
    if standing is not None:
        return {
            "coins": f"{standing.amount_sat / 10**8:.8f}", "energy": f"{standing.energy_wh // 1000}.{standing.energy_wh % 1000:03}",
            "costs": f"{standing.costs_kopecks // 100}.{standing.costs_kopecks % 100:02}", "note": standing.note, "why": "",
        }  # fmt: skip
    return {
        "coins": "",
        "energy": f"{metered // 1000}.{metered % 1000:03}" if metered is not None else "",
        "costs": "",
        "note": "",
        "why": "",
    }


def _draft(sent: Form) -> Declaration | None:
    """What is filled in so far, if all its numbers can be read."""
    try:
        return _declared(sent, sent["party"])
    except BadInput:
        return None


def _declared(sent: Form, party: str) -> Declaration:
    return Declaration(
        party, "BTC", number_of(sent, "coins", "Coins received", 8), number_of(sent, "energy", "Electricity used for mining", 3),
        number_of(sent, "costs", "Costs of mining", 2, empty=0), (), sent["note"],
    )  # fmt: skip


def _preview(connection: Connection, office: Office, party: str, month: Period, draft: Declaration) -> Decision:
    """What would be decided of the month if this were declared."""
    known = month_known(connection, party, month, known=journal.size(connection))
    return decide_month(office.regime, known, more=_facts(draft))


def _facts(draft: Declaration) -> dict[str, object]:
    from decimal import Decimal

    return {
        "mining_energy_kwh_per_month": f"{Decimal(draft.energy_wh).scaleb(-3):f}",
        "coins_btc": f"{Decimal(draft.amount_sat).scaleb(-8):f}",
        "mining_costs_rub": f"{Decimal(draft.costs_kopecks).scaleb(-2):f}",
    }


@router.get("/declare/preview")
def preview(request: Request, hand: Mine, party: str, month: str) -> Response:
    """What would be owed by what is filled in: a part of a page, asked for while somebody types."""
    office, mine = office_of(request), hand.party(party)
    fields = dict(request.query_params)
    sent = Form({k: v.strip() for k, v in fields.items()}, {k: [v] for k, v in fields.items()})
    draft = _draft(sent)
    with office.reading() as connection:
        decision = _preview(connection, office, mine, month_of(month), draft) if draft is not None else None
    return page(request, "mine/preview.html", preview=decision, owed=OWED)


@router.post("/declare")
def declare(request: Request, hand: Mine, sent: Sent) -> Response:
    """Declare or correct; a receipt is written in the same entry of the journal's order."""
    office, party, month = office_of(request), hand.party(sent["party"]), month_of(sent["month"])
    try:
        declaration = _declared(sent, party)
        _enter_declaration(office, hand, sent, party, month, declaration, words_of(request))
    except AditError as error:
        return _declare(request, party, month, sent, error)
    return redirect("/mine", "Declared. The receipt is among your letters.", party=party)


def _enter_declaration(
    office: Office, hand: Hand, sent: Form, party: str, month: Period, declaration: Declaration, words: Words
) -> None:
    id_, letter, today = new_id("declaration"), new_id("letter"), office.today()
    correcting = bool(sent["seen"])
    seen = whole_of(sent, "seen", "Entry", empty=0)

    def work(transaction: Any) -> dict[str, Any]:
        books = Books(transaction, hand.code)
        if correcting:
            entry = declarations.correct(books, declaration, month, on=today, why=sent["why"], seen=seen)
            about = str(
                transaction.query("SELECT id FROM register.declaration WHERE entry = %s AND upper_inf(known)", [entry])[
                    0
                ][0]
            )
        else:
            entry, about = declarations.declare(books, id_, declaration, month, on=today), id_
        write_letter(
            books, letter, party=party, about=about, paper="receipt", blocks=_receipt(words, declaration, month, entry), on=today,
            language=words.language,
        )  # fmt: skip
        return {"declaration": about, "entry": entry, "letter": letter}

    office.write(work, key=sent.key, digest=sent.digest)


def _receipt(words: Words, declaration: Declaration, month: Period, entry: int) -> tuple[Block, ...]:
    _ = words.gettext
    return (
        Text(_("The office has received what is declared below. A correction is a new declaration of the same month; this one stays.")),
        Facts((
            (_("Month"), words.period(month)), (_("Coins received"), words.coins(declaration.amount_sat)),
            (_("Electricity used for mining"), words.energy(declaration.energy_wh)), (_("Costs of mining"), words.money(declaration.costs_kopecks)),
            (_("Entry"), str(entry)),
        )),
    )  # fmt: skip
