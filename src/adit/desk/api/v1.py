"""The HTTP API: decide a case, declare a month, read what the register knows, prove an entry. Errors are problems of one shape.

A token is sent as `Authorization: Bearer adit_...`. What writes takes an `Idempotency-Key`: the same key with the same request counts once.
"""

import asyncio
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from adit.decision.decide import decide
from adit.decision.entering import answers_of, enter_decision
from adit.decision.stored.record import Record, record_of
from adit.desk.office import Office, new_id
from adit.desk.web.fields import month_of
from adit.desk.web.hands import Hand, hand
from adit.desk.web.pages import office_of
from adit.journal import store as journal
from adit.journal.writer import Work, Written
from adit.register.procedures import declarations
from adit.register.records import Declaration, Machine, Membership, Party, Site
from adit.register.store import Books, listed, one, plain
from adit.terms.days import parse_period
from adit.terms.errors import Forbidden
from adit.terms.fields import read_fact

__all__ = ["router"]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {"application/problem+json": {}}}
    for code, text in (
        (400, "Not readable"), (401, "Sign in first"), (403, "Not allowed"), (404, "No such thing"),
        (409, "Something else came first"), (422, "Bad input"), (503, "Try again"),
    )
}  # fmt: skip
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
PartyId = Annotated[str, Path(pattern=r"^party-[0-9a-z]{8,16}$")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="Names the request; sent twice, it counts once.",
    ),
]
MOST = 200


def scoped(name: str) -> Any:
    """A hand that came with a token of this scope, or with a session that only reads."""

    # async though it waits for nothing: it would be given a thread otherwise
    async def dependency(request: Request) -> Hand:
        who = hand(request)
        if who.via == "token" and name not in who.scopes:
            raise Forbidden(f"This token may not {name}.", todo="Make one with this scope on the page of your account.")
        if who.via == "session" and name != "read":
            raise Forbidden("Programs write with a token.", todo="Make one on the page of your account.")
        return who

    dependency.act = name  # type: ignore[attr-defined]
    return Depends(dependency)


Reading = Annotated[Hand, scoped("read")]
Declaring = Annotated[Hand, scoped("declare")]
Deciding = Annotated[Hand, scoped("decide")]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaseIn(_Exact):
    """A case to be decided. Either `party`, whose facts the register has, or `facts` alone, which decides nothing real."""

    party: str | None = Field(None, pattern=r"^party-[0-9a-z]{8,16}$")
    period: str = Field(examples=["2025-02"], max_length=10)
    facts: dict[str, bool | int | str] = Field(default_factory=dict, max_length=100)
    questions: list[str] = Field(default_factory=list, max_length=40)
    explain: bool = True


class CaseOut(BaseModel):
    """The answers, each a word, a number as text, a day, or {"open": why}; with `explain`, the whole record."""

    decision: str | None
    entry: int | None
    answers: dict[str, Any]
    regime: str
    regime_digest: str
    record: dict[str, Any] | None = None


class DeclarationIn(_Exact):
    """What is declared of a month. Numbers are exact: coins with 8 decimals, kWh with 3, roubles with 2, as text."""

    party: str = Field(pattern=r"^party-[0-9a-z]{8,16}$")
    month: str = Field(examples=["2025-02"], max_length=7)
    coins_btc: str = Field(examples=["0.12345678"], max_length=20)
    energy_kwh: str = Field(examples=["12000.5"], max_length=20)
    costs_rub: str = Field("0", max_length=20)
    note: str = Field("", max_length=2000)


class DeclarationOut(BaseModel):
    """Which declaration it became, and its entry. `again`: the key had come before."""

    declaration: str
    entry: int
    again: bool


async def _written(office: Office, work: Work, key: str, who: Hand, body: BaseModel) -> Written:
    """Wait for the hand that writes, without holding a thread."""
    digest = sha256(body.model_dump_json().encode()).digest()
    return await asyncio.wrap_future(office.writer.submit(work, key=f"api {who.code} {key}", digest=digest))


@router.post("/decisions", status_code=201, response_model=CaseOut, summary="Decide a case, with its reasons")
async def decide_case(request: Request, who: Deciding, case: Annotated[CaseIn, Body()], key: Key) -> Response:
    """Decide a party's month and enter the decision, or, without a party, try a hypothetical case, of which nothing is kept."""
    office = office_of(request)
    if case.party is None:
        tried = decide(office.regime, dict(case.facts), parse_period(case.period), questions=case.questions)
        return _told(case, answers_of(tried), tried.regime, tried.receipt.regime_digest, record_of(tried))
    _sees(who, case.party)
    if not who.may("handle cases"):
        raise Forbidden("Only the office decides real cases.", todo="Leave out the party to try a case.")
    id_, today, party = new_id("decision"), office.today(), case.party
    made = await asyncio.wrap_future(office.decider.submit(party, month_of(case.period), case.questions, case.facts))
    decided = made.decision

    def work(transaction: Any) -> dict[str, Any]:
        entry = enter_decision(
            Books(transaction, who.code), id_, decided, party=party, known=made.known, on=today, stored=made.record
        )
        return {"decision": id_, "entry": entry.seq}

    written = await _written(office, work, key, who, case)
    if written.again:
        return await run_in_threadpool(_told_again, office, case, written.answer["entry"])
    digest, seq = decided.receipt.regime_digest, written.answer["entry"]
    return _told(case, answers_of(decided), decided.regime, digest, made.record, id_, seq)


def _told_again(office: Office, case: CaseIn, seq: int) -> Response:
    """What was answered when the request first came: the register may say something else by now."""
    with office.reading() as connection:
        entry = journal.entry(connection, seq)
    assert entry.body is not None  # decisions are never erased
    held, record = entry.body["record"], entry.body["detail"]
    return _told(case, held["answers"], held["regime"], held["regime_digest"], record, entry.subject, seq)


def _told(
    case: CaseIn, answers: dict[str, Any], regime: str, digest: str, record: Record, id_: str | None = None, entry: int | None = None
) -> Response:  # fmt: skip
    """The answer as JSON. Its parts are plain data already: they are written out as they are, and not looked through once more."""
    out = CaseOut.model_construct(
        decision=id_, entry=entry, answers=answers, regime=regime, regime_digest=digest, record=record if case.explain else None,
    )  # fmt: skip
    return Response(out.model_dump_json(), 201, media_type="application/json")


@router.post("/declarations", status_code=201, summary="Declare a month")
async def declare(
    request: Request, who: Declaring, given: Annotated[DeclarationIn, Body()], key: Key
) -> DeclarationOut:
    """Declare what a party received, used and spent in a month."""
    office = office_of(request)
    who.acts_for(given.party)
    id_, today, month = new_id("declaration"), office.today(), month_of(given.month)
    declaration = Declaration(
        given.party, "BTC", int(read_fact("coins_btc", given.coins_btc)), int(read_fact("mining_energy_kwh_per_month", given.energy_kwh)),
        int(read_fact("mining_costs_rub", given.costs_rub)), (), given.note,
    )  # fmt: skip

    def work(transaction: Any) -> dict[str, Any]:
        entry = declarations.declare(Books(transaction, who.code), id_, declaration, month, on=today)
        return {"declaration": id_, "entry": entry}

    written = await _written(office, work, key, who, given)
    return DeclarationOut(declaration=written.answer["declaration"], entry=written.answer["entry"], again=written.again)


def _sees(who: Hand, party: str) -> None:
    if not who.may("see the register"):
        who.acts_for(party)


class RecordOut(BaseModel):
    """A version of a record: from which day to which it holds, and the entry that states it."""

    id: str
    kind: str
    valid_from: date
    valid_to: date | None
    entry: int
    record: dict[str, Any]


@router.get("/parties/{party}", summary="What the register knows of a party")
def party(
    request: Request,
    who: Reading,
    party: PartyId,
    on: date | None = None,
    known: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> list[RecordOut]:
    """The party, its memberships, sites and machines that hold on a day (today), as they are known or were at a length of the log."""
    office = office_of(request)
    _sees(who, party)
    day = on or office.today()
    with office.reading() as connection:
        found: list[Any] = [one(connection, Party, party, on=day, known=known)]
        found += listed(connection, Membership, "party = %s", [party], on=day, known=known)
        found += listed(connection, Site, "owner = %s", [party], on=day, known=known)
        found += listed(connection, Machine, "owner = %s", [party], on=day, known=known, limit=5000)
    return [
        RecordOut(id=s.id, kind=s.record.RECORD, valid_from=s.valid_from, valid_to=s.valid_to, entry=s.entry, record=plain(s.record)) for s in found
    ]  # fmt: skip


class Page(BaseModel):
    """Part of a list; `next` is the `after` of the following part, if there is one."""

    items: list[RecordOut]
    next: int | None


@router.get("/parties/{party}/declarations", summary="What a party declared")
def declared(
    request: Request,
    who: Reading,
    party: PartyId,
    after: Annotated[int, Query(ge=-1, le=2**62)] = -1,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Page:
    """Declarations as they stand, in the order of their entries."""
    _sees(who, party)
    with office_of(request).reading() as connection:
        found = listed(
            connection, Declaration, "party = %s AND entry > %s", [party, after], order="entry", limit=limit + 1
        )
    items = [
        RecordOut(id=s.id, kind="declaration", valid_from=s.valid_from, valid_to=s.valid_to, entry=s.entry, record=plain(s.record))
        for s in found[:limit]
    ]  # fmt: skip
    return Page(items=items, next=items[-1].entry if len(found) > limit else None)


class ProofOut(BaseModel):
    """That an entry is in the log: its leaf, the hashes beside its path, the root, and the checkpoint if one covers it."""

    seq: int
    size: int
    leaf: str
    hashes: list[str]
    root: str
    checkpoint: str
    verifier_key: str


@router.get("/entries/{seq}/proof", summary="Prove that an entry is in the journal")
def proof(request: Request, who: Reading, seq: Annotated[int, Path(ge=0, le=2**62)]) -> ProofOut:
    """An inclusion proof (RFC 6962) against the newest checkpoint, or against the log as it is."""
    office = office_of(request)
    assert who is not None
    with office.reading() as connection:
        newest = journal.latest_checkpoint(connection)
        covered = newest is not None and newest[0] > seq
        of = newest[0] if newest is not None and covered else journal.size(connection)
        found = journal.inclusion(connection, seq, of)
    return ProofOut(
        seq=seq, size=of, leaf=found.leaf, hashes=[h.hex() for h in found.hashes], root=found.root.hex(),
        checkpoint=newest[2] if newest is not None and covered else "", verifier_key=office.key.verifier,
    )  # fmt: skip


class RegimeOut(BaseModel):
    """The regime under which this office decides."""

    id: str
    title: str
    status: str
    digest: str
    questions: list[str]
    today: date
    now: datetime


@router.get("/regime", summary="The regime in force here")
def regime(request: Request, who: Reading) -> RegimeOut:
    """Which act decides, and which questions it answers."""
    office = office_of(request)
    assert who is not None
    act = office.regime
    return RegimeOut(
        id=act.id,
        title=act.title,
        status=act.status,
        digest=act.digest,
        questions=[*act.rules],
        today=office.today(),
        now=office.now(),
    )
