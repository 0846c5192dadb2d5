"""Erasure by law: what entries say of a person is proposed to be taken away, with the article, and a second hand approves it.

An account of the person goes with it: its name and login give way to its code, and it is closed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from adit.desk import importing
from adit.desk.cases import person
from adit.desk.office import Office, new_id
from adit.desk.web.forms import Form, Sent, enter
from adit.desk.web.hands import Eraser, Hand
from adit.desk.web.pages import N_, office_of, page, redirect, told
from adit.engines.database import Connection, errors, named
from adit.journal import store as journal
from adit.journal.entries import ERASURE, Draft
from adit.register.procedures import erasures
from adit.register.procedures.erasures import Held
from adit.register.records import Proposal, record_of_id
from adit.register.store import Books, clear_away, listed
from adit.terms.errors import AditError, BadInput, Refused

__all__ = ["carry_out", "clear", "router", "said"]

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
WORDS = (N_("the case is open"), N_("a proposal waits"), N_("an appeal is open"))  # what is in the way
# kind of record -> the field that says most of what it says
_SAYS = {"identity": "name", "note": "text", "letter": "paper", "application": "statement", "appeal": "statement", "inspection": "protocol",
         "address": "address", "proposal": "reason", "site": "name", "participation": "account", "client": "contract", "declaration": "note",
         "exclusion": "evidence", "party": "state_tied_ground", "joining": "name", "mandate": "remark"}  # fmt: skip
WORD_SIGNS = 4  # of a word of a name, or a number, that is looked for in filters which somebody saved


# Pages ------------------------------------------------------------------------------------------------------------
@router.get("/erasures")
def erasures_page(request: Request, who: Eraser, of: str = "") -> Response:
    """What was erased by law, by which article; and the way to propose it by the number of an entry or the id of a party."""
    asked = of.strip()
    if asked.isdecimal():
        return redirect(f"/entries/{int(asked)}/erase")
    if record_of_id(asked) == "party":
        return redirect(f"/parties/{asked}/erase")
    with office_of(request).reading() as connection:
        rows = connection.execute(
            "SELECT seq FROM journal.entry WHERE kind = %s ORDER BY seq DESC LIMIT 50", [ERASURE]
        ).fetchall()
        done = [journal.entry(connection, seq) for (seq,) in rows]
        waiting = listed(connection, Proposal, "act = %s AND state = 'pending'", [erasures.ACT], limit=50)
    return page(request, "cases/erasures.html", done=done, waiting=waiting, asked=asked)


@router.get("/entries/{seq}/erase")
def erase_entry(request: Request, who: Eraser, seq: int) -> Response:
    """What one entry says, with the entries that repeat it, to be proposed for erasure."""
    with office_of(request).reading() as connection:
        party = erasures.party_of_entry(connection, seq)
        held = erasures.of_entry(erasures.held_of_party(connection, party), seq)
    return _page(request, who, party, held, [], seq=seq)


@router.get("/parties/{id_}/erase")
def erase_person(request: Request, who: Eraser, id_: str) -> Response:
    """All that can be erased of a person, to be ticked."""
    with office_of(request).reading() as connection:
        person(connection, id_, office_of(request).today())
        held, accounts = erasures.held_of_party(connection, id_), _accounts(connection, id_)
    return _page(request, who, id_, held, accounts)


def _page(
    request: Request,
    who: Hand,
    party: str,
    held: Sequence[Held],
    accounts: Sequence[dict[str, object]],
    *,
    seq: int | None = None,
    sent: Form | None = None,
    error: AditError | None = None,
) -> Response:
    office = office_of(request)
    with office.reading() as connection:
        whom = person(connection, party, office.today())
        pending = listed(connection, Proposal, "about = %s AND state = 'pending'", [party])
        before = erasures.erased_of(connection, party)
    ticked = {int(e) for e in sent.all("entry") if e.isdecimal()} if sent is not None else {h.seq for h in held}
    return page(
        request, "cases/erase.html", status=422 if error else 200, whom=whom, shown=who.may("see who a party is"), held=held, said=said,
        ticked=ticked, accounts=accounts, closing=sent.all("account") if sent is not None else [a["hand"] for a in accounts], seq=seq,
        pending=pending, before=before, cites=sent["cites"] if sent is not None else "", reason=sent["reason"] if sent is not None else "",
        error=told(request, error), where=error.where if error else "",
    )  # fmt: skip


def said(held: Held) -> str:
    """What an entry says, in a line."""
    record = held.body.get("record", {})
    return str(record.get(_SAYS[held.kind]) or held.body.get("why", ""))[:160]


@router.post("/parties/{id_}/erase")
def propose_erasure(request: Request, who: Eraser, id_: str, sent: Sent) -> Response:
    """Propose to erase what was ticked; of one entry, or of all that is said of a person."""
    proposal, seq = new_id("proposal"), int(sent["of"]) if sent["of"].isdecimal() else None
    try:
        cites, reason = sent.needed("cites", "Article"), sent.needed("reason", "Reason")
        entries = [_number(e) for e in sent.all("entry")]

        def work(books: Books, on: date) -> None:
            accounts = {str(a["hand"]) for a in _accounts(books.transaction.connection, id_)}
            if not accounts.issuperset(sent.all("account")):
                raise Refused("This account is not that of the person alone.", name="not erasable")
            erasures.propose(
                books, proposal, party=id_, entries=entries, accounts=sent.all("account"), cites=cites, reason=reason, on=on
            )  # fmt: skip

        enter(request, who, sent, work)
    except AditError as error:
        with office_of(request).reading() as connection:
            held = erasures.held_of_party(connection, id_)
            accounts = _accounts(connection, id_) if seq is None else []
        kept = held if seq is None else erasures.of_entry(held, seq)
        return _page(request, who, id_, kept, accounts, seq=seq, sent=sent, error=error)
    there = f"/parties/{id_}" if who.may("see the register") else "/erasures"
    return redirect(there, "Proposed: a second officer has to approve it.")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise BadInput(f"'{text}' is no entry.")
    return int(text)


# Carrying it out --------------------------------------------------------------------------------------------------
def carry_out(books: Books, id_: str, *, on: date, answer: str, seen: int) -> set[str]:
    """Approve a proposal to erase: what its entries say is gone, and its accounts are nobody's any more; the files that it named."""
    party = books.current(Proposal, id_).record.about
    held = {h.seq: h for h in erasures.held_of_party(books.transaction.connection, party)}
    erasure = erasures.approve(books, id_, on=on, answer=answer, seen=seen)
    records = [held[seq].body.get("record", {}) for seq in erasure.entries]
    alone = {a["hand"] for a in _accounts(books.transaction.connection, party)}
    for account in erasure.accounts:
        if account not in alone:
            raise Refused(
                "An account that was to be erased acts for others meanwhile.", name="changed meanwhile",
                todo="Decline the proposal and make it anew from what stands now.",
            )  # fmt: skip
        _forget(books, account)
    chosen = [held[seq] for seq in erasure.entries]
    files = _tables(books, party, chosen)
    _filters(books, [h.body.get("record", {}) for h in chosen if h.kind in ("identity", "joining")])
    return {str(photo["sha256"]) for record in records for photo in record.get("photos", ())} | files


def _tables(books: Books, party: str, chosen: Sequence[Held]) -> set[str]:
    """Have nothing kept of the tables by which the chosen entries came, or all those of a party whose name goes; the files that have to go."""
    whole = party if any(h.kind == "identity" for h in chosen) else ""
    jobs = books.transaction.query(
        "SELECT id, arguments->>'sha256' FROM desk.job j WHERE kind = ANY(%(kinds)s) AND (arguments->>'party' = %(party)s OR EXISTS"
        " (SELECT FROM desk.import_row r WHERE r.job = j.id AND (r.id = ANY(%(ids)s) OR r.entry = ANY(%(entries)s))))",
        {
            "kinds": [importing.IMPORT, importing.TAKE_BACK], "party": whole or None, "ids": [h.subject for h in chosen],
            "entries": [h.seq for h in chosen],
        },
    )  # fmt: skip
    files = {str(digest) for _, digest in jobs}
    write = books.transaction
    same = "arguments->>'sha256' = ANY(%s)"
    write.later(
        "UPDATE desk.import_row SET said = CASE WHEN said = '' THEN '' ELSE %s END, todo = '' WHERE job IN"
        f" (SELECT id FROM desk.job WHERE {same})",
        (GONE, [*files]),
    )
    write.later(
        "UPDATE desk.job SET arguments = arguments || jsonb_build_object('name', ''), error = CASE WHEN error IS NULL THEN NULL ELSE %s END,"
        " state = CASE WHEN state IN ('waiting', 'running') THEN 'cancelled' ELSE state END, lease_until = NULL,"
        f" ended_at = coalesce(ended_at, %s) WHERE {same}",
        (GONE, write.now, [*files]),
    )
    return files


GONE = N_("What stood here was erased by law.")


def _filters(books: Books, records: Sequence[Mapping[str, Any]]) -> None:
    """Delete filters that look for somebody: by a word of the name, or by a number."""
    looked_for = {
        w
        for r in records
        for w in _words(*(str(r.get(n, "")) for n in ("name", "person", "inn", "ogrn", "email", "phone")))
    }
    if not looked_for:
        return
    for hand, path, name, query in books.transaction.query("SELECT hand, page, name, query FROM desk.saved_filter"):
        if looked_for & _words(name, *(value for _, value in parse_qsl(query))):
            books.transaction.later(
                "DELETE FROM desk.saved_filter WHERE hand = %s AND page = %s AND name = %s", (hand, path, name)
            )


def _words(*texts: str) -> set[str]:
    folded = " ".join(texts).casefold().replace("ё", "е")
    return {w for w in re.findall(r"\w+", folded) if len(w) >= WORD_SIGNS}


def _accounts(connection: Connection, party: str) -> list[dict[str, object]]:
    """The accounts that act for this party and for nobody else, and still bear a name."""
    return named(
        connection,
        "SELECT a.hand, a.login, a.name FROM desk.account a JOIN desk.account_party p USING (hand) WHERE p.party = %s AND a.login <> a.hand"
        " AND NOT EXISTS (SELECT FROM desk.account_party o WHERE o.hand = a.hand AND o.party <> %s) ORDER BY a.login",
        (party, party),
    )


def _forget(books: Books, account: str) -> None:
    """Close an account and have nothing in it that names its owner; the journal knows it by its code as before."""
    write = books.transaction
    write.append(Draft("account", account, books.hand, {"act": "erased"}))
    write.later(
        "UPDATE desk.account SET name = hand, login = hand, password = '', totp_secret = NULL, recovery = '{}', issuer = NULL,"
        " external_subject = NULL, closed_at = coalesce(closed_at, %s) WHERE hand = %s",
        (write.now, account),
    )
    write.later("DELETE FROM desk.session WHERE hand = %s", (account,))
    write.later("DELETE FROM desk.saved_filter WHERE hand = %s", (account,))
    write.later(
        "UPDATE desk.token SET name = id, revoked_at = coalesce(revoked_at, %s) WHERE hand = %s", (write.now, account)
    )


def clear(office: Office, files: Collection[str] = ()) -> None:
    """Take files that no visit names any more out of the folder, photos and tables, and have the database clear away now what was just erased.

    Where it cannot do that now, it does so later by itself.
    """
    with office.reading() as connection:
        for digest in files:
            named_still = "SELECT FROM register.inspection WHERE photos @> jsonb_build_array(jsonb_build_object('sha256', %s::text)) LIMIT 1"
            if not connection.execute(named_still, [digest]).fetchall():
                (office.settings.folder / "uploads" / digest).unlink(missing_ok=True)
                connection.execute("DELETE FROM desk.upload WHERE sha256 = %s", [digest])
    try:
        clear_away(office.database, ["desk.account", "desk.token", "desk.saved_filter", "desk.job", "desk.import_row"])
    except errors.Error as error:
        log.warning("not cleared away yet", kind=type(error).__name__)
