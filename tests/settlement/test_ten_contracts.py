"""Ten invented contracts against real modules: lists read from files, names matched, coins traced in blocks, the law asked, an office with its database."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_bytes
from time import sleep
from typing import Any

import pytest
from tests.databases import Clock, fresh
from tests.screening.list_files import un
from tests.settlement.made_chain import EXAMPLES, PAYMENTS, blocks, txids, write
from tests.settlement.made_screener import ListScreener
from tests.settlement.made_settlements import new_id

from adit import law
from adit.evidence.sources import blk_files
from adit.journal.writer import Writer
from adit.regime.act import Regime
from adit.register.refusals import REFUSALS
from adit.screening.configured import registry_of
from adit.screening.loading import Loaded, load_all
from adit.screening.matching import matcher
from adit.screening.store import add
from adit.settlement.coins import exposures_of, labels_of
from adit.settlement.dossier import Dossier, everybody
from adit.settlement.evidence import Acknowledgement, Evidence, Papers
from adit.settlement.papers import read_papers
from adit.settlement.running import Desk, advance
from adit.settlement.seen import observed
from adit.settlement.states import LINE, State
from adit.settlement.store import dossier, enter, receipts_of, steps_of
from adit.terms.errors import Refused
from adit.tracing.chain import Chain
from adit.tracing.reading import chain_of

pytestmark = pytest.mark.slow
CONTRACTS = EXAMPLES / "ten_contracts"
NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CONTRACTS / "expected.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, ...]:
    root = tmp_path_factory.mktemp("lists")
    registry = registry_of(root)
    for list_id, content in (
        ("un_sc", un(date(2025, 4, 1))),
        ("national", (EXAMPLES / "national_list.csv").read_bytes()),
    ):
        add(root, registry.spec(list_id), content, origin="a test", fetched_at_utc=NOW)
    return load_all(root, NOW.date(), matcher=matcher)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("blocks")
    write(folder)
    return chain_of(blk_files.read(folder, network="regtest"), "regtest")


REFORM = EXAMPLES / "private_businesses"


def acts(name: str) -> Regime:
    """The acts that come with Adit, and the reform of the examples."""
    return law.load(str(REFORM) if name == REFORM.name else name)


class Office:
    """An office with lists and blocks, which walks contracts as far as they go."""

    def __init__(self, loaded: tuple[Loaded, ...], chain: Chain, writer: Writer, database: Any, clock: Clock) -> None:
        self.loaded, self.chain, self.database = loaded, chain, database
        self.desk = Desk(
            database.opened,
            lambda work, key: writer.write(work, key=key),
            new_id,
            ListScreener(loaded),
            acts,
            clock,
            lambda: clock().date(),
        )

    def enter(self, name: str, regime: str = "") -> str:
        data = tomllib.loads((CONTRACTS / f"{name}.toml").read_text(encoding="utf-8"))
        papers = read_papers(
            data, act=law.load(regime or data["regime"]), hand="officer-1", new_id=new_id, uetr=_uetr(name), network="regtest"
        )  # fmt: skip
        return str(
            self.desk.write(
                lambda t: enter(t, papers, hand="officer-1", on=self.desk.legal_day()), new_id("key")
            ).answer["id"]
        )

    def evidence(self, name: str, of: Dossier) -> Evidence:
        s, on = of.settlement, self.desk.legal_day()
        labels = labels_of([x.version for x in self.loaded if x.version], on)
        return Evidence(
            exposures=exposures_of(self.chain, [a["address"] for a in s.from_addresses], labels, (), on)
            if "above" not in name
            else (),
            acknowledgement=Acknowledgement("TR-77", "the bank of the payee", on),
            observation=observed(self.chain, txids()[name], s.to_address, "blocks of a test")
            if name in PAYMENTS
            else None,
            papers=Papers(s.invoice, "" if "small" in name else "10702070/010425/0001234", on, s.value_minor),
        )

    def walk(self, name: str, id_: str) -> Dossier:
        """As far as it goes by itself, each time by the officer whose turn it is."""
        for turn in range(20):
            with self.desk.reading() as connection:
                of = dossier(connection, id_)
            if of.state not in LINE or of.state is State.CLOSED:
                return of
            evidence = (
                self.evidence(name, of) if "06" not in name and "07" not in name and "08" not in name else Evidence()
            )
            advance(
                self.desk,
                id_,
                hand="officer-3" if of.settlement.first_hand else "officer-2",
                key=new_id(f"k{turn}"),
                evidence=evidence,
            )
        raise AssertionError("it never ends")


def _uetr(name: str) -> str:
    return f"{int(new_id('n').rpartition('-')[2]):08x}-0000-4000-8000-{len(name):012x}"


@pytest.fixture(scope="module")
def office(loaded: tuple[Loaded, ...], chain: Chain) -> Iterator[Office]:
    database, clock = fresh(), Clock(NOW)
    writer = Writer(database, clock=clock, salt=lambda: token_bytes(16), wait=sleep, patience_s=5, refusals=REFUSALS)
    yield Office(loaded, chain, writer, database, clock)
    writer.close()


def test_there_are_ten_and_each_has_its_end():
    assert sorted(EXPECTED) == sorted(p.stem for p in CONTRACTS.glob("[0-9]*.toml"))
    assert len(EXPECTED) == 10


def test_the_lists_are_fresh(loaded: tuple[Loaded, ...]):
    assert {x.state.list_id: x.state.state for x in loaded if x.state.mandatory} == {
        "un_sc": "FRESH",
        "national": "FRESH",
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_ends_in_the_right_state_with_its_reason(office: Office, name: str):
    expected = EXPECTED[name]
    of = office.walk(name, office.enter(name))
    with office.desk.reading() as connection:
        steps = steps_of(connection, of.id)
        receipts = [receipts_of(connection, s.id) for s, _ in steps]
    last = steps[-1][0].record
    assert (of.settlement.state, expected["reason"] in last.reason) == (expected["state"], True), last.reason
    assert last.cites == expected.get("cites", "")
    assert of.settlement.trial == expected.get("trial", False)
    assert all({r.record.subject for r in each} == {n.subject.digest for n in everybody(of)} for each in receipts)


def test_who_is_in_review_stays_there_until_somebody_decides(office: Office):
    of = _in_review(office)
    with pytest.raises(Refused, match="It stays in REVIEW"):
        advance(office.desk, of.id, hand="officer-2", key=new_id("k"), evidence=Evidence())
    refused = advance(
        office.desk, of.id, hand="officer-2", key=new_id("k"), to=State.REFUSED, reason="It is the listed one."
    )
    assert refused["state"] == "REFUSED"


def _in_review(office: Office) -> Dossier:
    from adit.settlement.store import lines

    with office.desk.reading() as connection:
        found = next(x for x in lines(connection, state="REVIEW") if x.payer == "Qara Dagh Trading")
        return dossier(connection, found.stated.id)


def test_a_list_that_grew_stale_holds_all_ten(loaded: tuple[Loaded, ...], tmp_path: Path):
    root = tmp_path / "lists"
    registry = registry_of(root)
    add(root, registry.spec("un_sc"), un(date(2025, 3, 1)), origin="a test", fetched_at_utc=NOW)
    stale = ListScreener(load_all(root, NOW.date(), matcher=matcher))
    for name in EXPECTED:
        data = tomllib.loads((CONTRACTS / f"{name}.toml").read_text(encoding="utf-8"))
        papers = read_papers(data, act=law.load("ru/law"), hand="o", new_id=new_id, uetr=_uetr(name), network="regtest")
        of = Dossier(
            papers.settlement[0],
            papers.settlement[1],
            papers.contract[1],
            papers.participants,
            tuple(papers.stakes.values()),
        )
        assert "clear" not in {r.outcome for r in stale.screen([n.subject for n in everybody(of)], NOW)}


def test_the_blocks_that_are_shipped_are_these(tmp_path: Path):
    write(tmp_path)
    assert (EXAMPLES / "blocks" / "blk00000.dat").read_bytes() == (tmp_path / "blk00000.dat").read_bytes()
    assert len(blocks()) == 21


# The reform in one line -------------------------------------------------------------------------------------------
def test_private_businesses_are_a_reform_in_one_line(office: Office):
    assert sum(len(p.read_text(encoding="utf-8").split("[[")) - 1 for p in (REFORM / "values").glob("*.toml")) == 1
    id_ = office.enter("07_private_in_the_pilot", str(REFORM))
    assert office_step(office, id_, 2) == State.CONTRACT_LINKED
    with office.desk.reading() as connection:
        assert dossier(connection, id_).settlement.trial


def office_step(office: Office, id_: str, count: int) -> str:
    state = ""
    for _ in range(count):
        state = str(advance(office.desk, id_, hand="officer-2", key=new_id("k"))["state"])
    return state
