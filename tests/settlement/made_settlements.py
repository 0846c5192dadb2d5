"""Invented settlements for the tests: participants, contract, payment; and a screener that clears whoever it was not told to stop."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.databases import Clock, fresh

from adit import law
from adit.engines.database import Database
from adit.journal.writer import Writer
from adit.register.records import Participant, Settlement, Stake, TradeContract
from adit.register.refusals import REFUSALS
from adit.screening.hits import Hit
from adit.screening.receipts import ListSeen, Outcome, Receipt
from adit.screening.subjects import Subject
from adit.settlement.dossier import Dossier, address_subject, everybody, subject_of
from adit.settlement.evidence import Acknowledgement, Evidence, Exposure, Observation, Papers
from adit.settlement.running import Desk, advance
from adit.settlement.states import State
from adit.settlement.store import Papers as NewPapers
from adit.settlement.store import enter

NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)
DAY = date(2025, 4, 1)
LISTS = tuple(ListSeen(i, h * 64, date(2025, 3, 31), "FRESH", True) for i, h in (("un", "a"), ("national", "b")))
PAYER_ADDRESS, PAYEE_ADDRESS = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
TXID = "4a" * 32
_numbers = count(1)


def new_id(kind: str) -> str:
    return f"{kind}-{next(_numbers):08}"


def participant(kind: str, name: str, country: str = "RU", **more: Any) -> Participant:
    bare = Participant(kind, name, "", country, **more)
    return replace(bare, subject=subject_of(bare).digest)


def receipt(
    subject: Subject,
    at: datetime,
    outcome: Outcome = Outcome.CLEAR,
    reason: str = "",
    lists: Sequence[ListSeen] = LISTS,
) -> Receipt:
    name = subject.address or subject.names[0]
    hits = () if outcome in (Outcome.CLEAR, Outcome.HOLD) else (
        Hit(subject.digest, "un", "QDi.1", "e" * 64, "test 1", 990, name, name, (f"{name} is {name}",)),
    )  # fmt: skip
    return Receipt(subject.digest, at, "test 1", tuple(lists), hits, (), outcome, (reason,) if reason else ())


@dataclass
class TestScreener:
    """Clears everybody but those whose name or address is in `stopped`. Its lists may be set."""

    __test__ = False
    stopped: dict[str, tuple[Outcome, str]] = field(default_factory=dict)
    seen: tuple[ListSeen, ...] = LISTS
    asked: int = 0

    def screen(self, subjects: Sequence[Subject], at: datetime) -> Sequence[Receipt]:
        self.asked += 1
        return [self._one(s, at) for s in subjects]

    def _one(self, subject: Subject, at: datetime) -> Receipt:
        stale = [s for s in self.seen if s.mandatory and s.state != "FRESH"]
        if stale:
            return receipt(subject, at, Outcome.HOLD, f"The list {stale[0].list_id} is {stale[0].state}.", self.seen)
        for name in (subject.address, *subject.names):
            if name in self.stopped:
                outcome, reason = self.stopped[name]
                return receipt(subject, at, outcome, reason, self.seen)
        return receipt(subject, at, lists=self.seen)

    def lists(self, at: datetime) -> Sequence[ListSeen]:
        return self.seen


def made(
    *,
    regime: str = "ru/law",
    buyer_country: str = "KZ",
    in_pilot: bool = True,
    state_tied: bool = True,
    value: int = 5_000_000_00,
    pays: int = 2_000_000_00,
    contract: TradeContract | None = None,
) -> Dossier:
    """A Russian exporter that is paid from abroad by a buyer, with banks, owners two layers up, and a ship."""
    ids = {k: new_id("participant") for k in ("seller", "buyer", "bank", "foreign bank", "holding", "person", "ship")}
    people = {
        ids["seller"]: participant(
            "organisation",
            "АО «Сталь Алтая»",
            inn="7707083893",
            ogrn="1027700132195",
            state_tied=state_tied,
            in_pilot=in_pilot,
        ),
        ids["buyer"]: participant("organisation", "Steppe Metals LLP", buyer_country, lei="5493001KJTIIGC8Y1R12"),
        ids["bank"]: participant("bank", "Bank of the Altai", bic="SABRRUMM"),
        ids["foreign bank"]: participant("bank", "Steppe Bank", "KZ", bic="KZKOKZKX"),
        ids["holding"]: participant("organisation", "Altai Holding", "CY"),
        ids["person"]: participant("person", "Ivan Petrov", born="1970-05-01"),
        ids["ship"]: participant("vessel", "MV Katun", "PA", imo="9074729"),
    }
    stakes = (
        Stake(ids["holding"], ids["seller"], 600_000),
        Stake(ids["person"], ids["holding"], 510_000),
        Stake(ids["person"], ids["buyer"], 1_000_000),
    )
    deal = contract or TradeContract(
        "export",
        "17/2025",
        date(2025, 2, 3),
        ids["seller"],
        ids["buyer"],
        "RUB",
        value,
        value,
        f"2502{next(_numbers):04}/1481/0000/1/1",
        "steel",
    )
    act = law.load(regime)
    settlement = Settlement(
        "DRAFT", act.status != "in force", new_id("tradecontract"), act.id, act.status, act.digest, "officer-1", ids["buyer"], ids["seller"],
        ids["foreign bank"], ids["bank"], None, (ids["ship"],), "BTC", 30_000_000, pays,
        ({"address": PAYER_ADDRESS, "subject": address_subject(PAYER_ADDRESS).digest},), PAYEE_ADDRESS, address_subject(PAYEE_ADDRESS).digest,
        "INV-7", date(2025, 3, 20), f"{next(_numbers):08x}-0000-4000-8000-000000000000",
    )  # fmt: skip
    return Dossier(new_id("settlement"), settlement, deal, people, stakes)


def exposure(**changes: Any) -> Exposure:
    return replace(Exposure(PAYER_ADDRESS, 40_000_000, 0, 0, 0, 0, None), **changes)


def observation(**changes: Any) -> Observation:
    return replace(
        Observation(TXID, 890_000, 30_000_000, (PAYER_ADDRESS,), 7, proven=True, source="blocks of a test"), **changes
    )


def evidence(**changes: Any) -> Evidence:
    """Everything that any step asks for; the law is asked when the step is taken."""
    whole = Evidence(
        exposures=(exposure(),),
        acknowledgement=Acknowledgement("TR-1", "Steppe Bank", DAY),
        observation=observation(),
        papers=Papers("INV-7", "10702070/010425/0001234", DAY, 2_000_000_00),
    )
    return replace(whole, **changes)


@dataclass
class TestOffice:
    """An office with a database of its own."""

    __test__ = False
    database: Database
    writer: Writer
    clock: Clock
    screener: TestScreener

    @property
    def desk(self) -> Desk:
        return Desk(
            self.database.opened,
            lambda work, key: self.writer.write(work, key=key),
            new_id,
            self.screener,
            law.load,
            self.clock,
            lambda: self.clock().date(),
        )

    def enter(self, of: Dossier, *, hand: str = "officer-1", known: frozenset[str] = frozenset()) -> str:
        papers = NewPapers(
            (of.id, of.settlement),
            (of.settlement.contract, of.contract),
            of.participants,
            {new_id("stake"): s for s in of.stakes},
            known,
        )
        self.writer.write(lambda t: enter(t, papers, hand=hand, on=self.clock().date()), key=new_id("key"))
        return of.id

    def advance(self, id_: str, to: State | None = None, hand: str = "officer-2", key: str = "", **more: Any) -> str:
        more.setdefault("evidence", evidence())
        return str(advance(self.desk, id_, to=to, hand=hand, key=key or new_id("key"), **more)["state"])

    def walk(self, id_: str, until: State, **more: Any) -> str:
        """Step by step until a state, or until it stops elsewhere."""
        state = ""
        hands = iter(["officer-2"] * 5 + ["officer-3"] * 20)
        for _ in range(20):
            state = self.advance(id_, hand=next(hands), **more)
            if state == until or state not in [s.value for s in State][:10]:
                return state
        return state


@contextmanager
def office() -> Iterator[TestOffice]:
    from secrets import token_bytes
    from time import sleep

    database, clock = fresh(), Clock(NOW)
    writer = Writer(database, clock=clock, salt=lambda: token_bytes(16), wait=sleep, patience_s=5, refusals=REFUSALS)
    try:
        yield TestOffice(database, writer, clock, TestScreener())
    finally:
        writer.close()


def receipts_for(of: Dossier, at: datetime = NOW, change: Callable[[Receipt], Receipt] = lambda r: r) -> list[Receipt]:
    return [change(receipt(n.subject, at)) for n in everybody(of)]
