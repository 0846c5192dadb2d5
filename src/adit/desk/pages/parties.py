"""A party as the office knows it: what is open, how it reports, what was decided, and every entry."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.decision.entering import enter_decision
from adit.decision.monthly import decide_month, month_known
from adit.decision.stored.telling import tell
from adit.desk.cases import (
    GROUNDS,
    TERM_DAYS,
    acting_for,
    excesses_of,
    first_months,
    names_of,
    person,
    place_of,
    reports_of,
    warnings_of,
)
from adit.desk.decision_page import content_policy as decision_policy
from adit.desk.decision_page import page as decision_page
from adit.desk.letters import letter_of, letter_pdf, pdf_answer
from adit.desk.office import new_id
from adit.desk.web.fields import month_of
from adit.desk.web.forms import Sent, enter
from adit.desk.web.hands import Anybody, Officer, Reader
from adit.desk.web.pages import office_of, page, redirect, words_of
from adit.journal import store as journal
from adit.register.procedures.erasures import erased_of
from adit.register.procedures.pools import participations_of
from adit.register.records import (
    ERASABLE,
    SECRET,
    SPOKEN,
    Appeal,
    Application,
    Client,
    ClientReport,
    DecisionMade,
    Exclusion,
    Letter,
    Membership,
    Note,
    Pool,
    Share,
    Site,
)
from adit.register.store import WITHDRAWN, Books, Stated, listed, one
from adit.terms.errors import NotFound

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/parties/{id_}")
def party_page(request: Request, who: Reader, id_: str) -> Response:
    """A party as the register knows it, what is open, how it reports, what will bite, and everything that was entered."""
    office = office_of(request)
    today = office.today()
    with office.reading() as connection:
        whom = person(connection, id_, today)
        shown = who.may("see who a party is")
        sites = listed(connection, Site, "owner = %s", [id_], on=today, order="name")
        machines = connection.execute(
            "SELECT site, count(*), sum(power_w), sum(hashrate_ghs) FROM register.machine"
            " WHERE owner = %s AND upper_inf(known) AND valid @> %s::date GROUP BY site",
            (id_, today),
        ).fetchall()
        owners = listed(connection, Share, "owned = %s", [id_], on=today)
        acting = acting_for(connection, id_, today)
        mines = participations_of(connection, id_, today)
        pools = {
            p.id: p.record.name
            for p in listed(connection, Pool, "id = ANY(%s)", [[m.record.pool for m in mines]], on=today)
        }
        hosts = listed(connection, Client, "operator = %s", [id_], on=today, order="entry", limit=200)
        hosted_by = listed(connection, Client, "miner = %s", [id_], on=today, order="entry", limit=50)
        reported = {
            r.record.client: r
            for r in listed(
                connection,
                ClientReport,
                "client = ANY(%s)",
                [[c.id for c in (*hosts, *hosted_by)]],
                order="lower(valid)",
                limit=10_000,
            )
        }  # the newest month stays
        hosting = {
            s.id: s
            for s in listed(connection, Site, "id = ANY(%s)", [[c.record.site for c in (*hosts, *hosted_by)]], on=today)
        }
        names = names_of(
            connection, [*(s.record.owner for s in owners), *(c.record.miner for c in hosts), *(c.record.operator for c in hosted_by)]
        )  # fmt: skip
        reports = reports_of(connection, office, id_, first_months(today, 6))
        warnings = warnings_of(connection, office, id_)
        excesses = excesses_of(connection, id_, first_months(today, 6)) if hosts else []
        cases: list[tuple[str, str, Stated[Any]]] = [
            *(
                (f"/applications/{a.id}", "application", a)
                for a in listed(connection, Application, "party = %s", [id_], on=today, limit=20)
            ),
            *(
                (f"/exclusions/{x.id}", "exclusion", x)
                for m in listed(connection, Membership, "party = %s", [id_])
                for x in listed(connection, Exclusion, "membership = %s", [m.id], on=today)
            ),
            *(
                (f"/appeals/{a.id}", "appeal", a)
                for a in listed(connection, Appeal, "party = %s", [id_], on=today, limit=20)
            ),
        ]
        decisions = listed(connection, DecisionMade, "party = %s", [id_], limit=12)
        letters = listed(connection, Letter, "party = %s", [id_], limit=12)
        subjects = [
            id_,
            *(m.id for m in whom.members),
            *(s.id for s in sites),
            *(c[2].id for c in cases),
            *(d.id for d in decisions),
        ]
        entries = journal.entries_about(connection, subjects, limit=30)
        erased = [e for e in erased_of(connection, id_) if "identity" in e.kinds] if whom.name == id_ else []
    return page(
        request, "cases/party.html", whom=whom, shown=shown, sites=sites, machines={s: (n, p, h) for s, n, p, h in machines}, owners=owners, names=names,
        places={s.id: place_of(words_of(request), s.record) for s in sites}, reports=reports, warnings=warnings, cases=cases, decisions=decisions,
        letters=letters, entries=entries, grounds=GROUNDS, months=first_months(today, 12), term=TERM_DAYS,
        erased=erased, acting=acting, mines=mines, pools=pools, hosts=hosts, hosted_by=hosted_by, reported=reported, hosting=hosting, excesses=excesses,
    )  # fmt: skip


@router.post("/parties/{id_}/decide")
def decide_party(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    """Decide a month of the party, and enter the decision with its reasons."""
    office, month, decision_id = office_of(request), month_of(sent["month"]), new_id("decision")
    with office.reading() as connection:
        known = journal.size(connection)
        decision = decide_month(
            office.regime, month_known(connection, id_, month, known=known), real=not office.settings.demo
        )

    def work(books: Books, on: date) -> str:
        enter_decision(books, decision_id, decision, party=id_, known=known, on=on)
        return decision_id

    return redirect(f"/decisions/{enter(request, who, sent, work)}")


@router.post("/parties/{id_}/note")
def add_note(request: Request, who: Officer, id_: str, sent: Sent) -> Response:
    text, note = sent.needed("text", "Note"), new_id("note")
    enter(request, who, sent, lambda books, on: books.state(note, Note(id_, text), since=on, new=True))
    return redirect(f"/parties/{id_}", "Saved.")


@router.get("/decisions/{id_}")
def decision(request: Request, who: Anybody, id_: str) -> Response:
    """A decision with all its reasons, told from what was stored."""
    with office_of(request).reading() as connection:
        found = one(connection, DecisionMade, id_)
        if not who.may("see the register"):
            who.acts_for(found.record.party)
        entry = journal.entry(connection, found.entry)
    if entry.body is None or "detail" not in entry.body:
        raise NotFound("The reasons of this decision were erased by law.")
    text = decision_page(tell(entry.body["detail"], words_of(request).language))
    return Response(
        text,
        media_type="text/html",
        headers={"Content-Security-Policy": f"{decision_policy()}; frame-ancestors 'none'"},
    )


@router.get("/entries/{seq}")
def entry_page(request: Request, who: Reader, seq: int) -> Response:
    """One entry, with the proof that it is in the log."""
    with office_of(request).reading() as connection:
        found = journal.entry(connection, seq)
        if found.kind.removesuffix(WITHDRAWN) in SECRET and not who.may("handle suspicions"):
            raise NotFound(f"There is no entry {seq}.")
        newest = journal.latest_checkpoint(connection)
        of = newest[0] if newest is not None and newest[0] > seq else journal.size(connection)
        proof = journal.inclusion(connection, seq, of)
        before = journal.entries_about(connection, [found.subject], limit=50)
    kind = found.kind.removesuffix(WITHDRAWN)
    return page(
        request, "cases/entry.html", entry=found, proof=proof, others=before, erasable=kind in {*ERASABLE, *SPOKEN} and found.body is not None,
        shown=who.may("see who a party is") or kind not in ERASABLE,
    )  # fmt: skip


@router.get("/letters/{id_}.pdf")
def letter(request: Request, who: Officer, id_: str) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        found = letter_of(connection, id_)
        return pdf_answer(found, letter_pdf(connection, office, found))
