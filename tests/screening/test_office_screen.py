"""One subject after another: clear only where every list was fresh, every check ended and nothing is open. Each way in which one of these fails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName, ListVersion
from adit.screening import ownership
from adit.screening import screen as module
from adit.screening.addresses import ENGINE as ADDRESSES
from adit.screening.clearings import Clearing, Settled, Waiver
from adit.screening.loading import Loaded
from adit.screening.matching import ENGINE as NAMES
from adit.screening.ownership import Holding
from adit.screening.receipts import Outcome, Receipt
from adit.screening.screen import Owners, Ready, prepare, screen, screen_all
from adit.screening.states import ListState, State
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

ON = date(2025, 4, 1)
AT = datetime(2025, 4, 1, 9, tzinfo=UTC)
NOBODY = Owners({}, ())
NOTHING = Settled()
LISTED = Entry(
    "un_sc", "QDi.1", "person", (ListedName("Ruslan Qadirov"),), identifiers=(("passport", "4509123456"),),
    addresses=(ListedAddress("XBT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),), listed_on=date(2020, 1, 1),
)  # fmt: skip
COMPANY = Entry("national", "7", "organisation", (ListedName("Severny Veter Trading"),))
UNREAD = Entry(
    "national", "8", "unknown", (), raw="broken row about Timur Yakhontov of Tashkent", unread="a column is missing"
)
STRANGER = Subject("person", ("Maria Lindqvist",))
HIT = Subject("person", ("Ruslan Kadyrov",))


def loaded(state: State = State.FRESH, mandatory: bool = True, list_id: str = "un_sc", entries: Sequence[Entry] = (LISTED,)) -> Loaded:  # fmt: skip
    of = ListState(list_id, "Title", "Publisher", state, mandatory, ON, 0, 7, len(entries), "a" * 64, AT, "test/1", ("Why so.",), "Fetch it.")  # fmt: skip
    version = ListVersion(list_id, "Publisher", ON, AT, "a" * 64, "test/1", tuple(entries))
    return Loaded(of, version if state is not State.MISSING else None)


def ready(*more: Loaded, **how: Any) -> Ready:
    return prepare((loaded(), loaded(list_id="national", entries=(COMPANY, UNREAD)), *more), **how)


def receipt(subject: Subject, of: Ready | None = None, settled: Settled = NOTHING, owners: Owners = NOBODY) -> Receipt:
    return screen(subject, of or ready(), settled, owners, at=AT, on=ON)


def cleared(found: Receipt, outcome: str = "cleared", until: date | None = ON + timedelta(30)) -> Settled:
    return Settled(
        {found.subject: tuple(Clearing(f"clearing-{n}", h.subject, h.entry, h.engine, outcome, until if outcome == "cleared" else None) for n, h in enumerate(found.hits))}
    )  # fmt: skip


def test_a_stranger_is_clear_and_the_receipt_names_lists_and_engines():
    found = receipt(STRANGER)
    assert (found.outcome, found.reasons, found.hits) == (Outcome.CLEAR, (), ())
    assert [s.list_id for s in found.lists] == ["un_sc", "national"]
    assert found.engine == f"{NAMES} {ADDRESSES} {ownership.ENGINE}"


@pytest.mark.parametrize(("subject", "by"), [
    (HIT, "name"), (Subject("person", ("Кадыров Руслан",)), "name"), (Subject("person", ("Someone Else",), identifiers=(("passport", "4509 123456"),)), "identifier"),
    (Subject("address", address="1BoatSLRHtKNngkdXEeobR76b53LETtpyT"), "address"), (Subject("person", ("Timur Yakhontov",)), "text"),
    (Subject("organisation", ("ООО Северный Ветер Трейдинг",)), "name"),
])  # fmt: skip
def test_hits_by_every_way_are_looked_at(subject: Subject, by: str):
    found = receipt(subject)
    assert found.outcome is Outcome.REVIEW
    assert {h.by for h in found.hits} == {by}
    assert "entry" in found.reasons[0]


@pytest.mark.parametrize("state", [s for s in State if s is not State.FRESH])
@pytest.mark.parametrize("subject", [STRANGER, HIT])
def test_a_mandatory_list_that_is_not_fresh_holds_everybody(state: State, subject: Subject):
    found = receipt(subject, ready(loaded(state, list_id="third", entries=())))
    assert found.outcome is Outcome.HOLD
    assert found.reasons[0] == f"The list third is {state.value}. Why so."


def test_a_list_that_is_not_mandatory_holds_nobody_and_hits_in_it_count():
    optional = loaded(
        State.STALE, False, "us", (replace(COMPANY, list_id="us", names=(ListedName("Maria Lindqvist"),)),)
    )
    assert receipt(STRANGER, ready(optional)).outcome is Outcome.REVIEW
    assert receipt(Subject("person", ("Olga Petersen",)), ready(optional)).outcome is Outcome.CLEAR


def test_without_any_mandatory_list_nobody_is_clear():
    found = receipt(STRANGER, prepare([loaded(mandatory=False)]))
    assert (found.outcome, found.reasons) == (Outcome.HOLD, ("The office has no mandatory list.",))
    assert receipt(STRANGER, prepare([])).outcome is Outcome.HOLD


class Second:
    """A second engine that says what it is told to."""

    name, least = "second/1", 700

    def __init__(self, answer: Callable[[], float]) -> None:
        self._answer = answer

    def compare(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
        return self._answer()


def _broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("out of order")


@pytest.mark.parametrize(("check", "subject"), [
    ("hits", STRANGER), ("address_hits", Subject("address", address="1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")), ("candidates", STRANGER), ("seconded", STRANGER),
])  # fmt: skip
def test_a_check_that_ends_with_an_error_holds(monkeypatch: pytest.MonkeyPatch, check: str, subject: Subject):
    of = ready(second=[Second(lambda: 0.0)])
    assert receipt(subject, of).outcome is Outcome.CLEAR
    monkeypatch.setattr(module, check, _broken)
    found = receipt(subject, of)
    assert found.outcome is Outcome.HOLD
    assert "did not end (RuntimeError: out of order)." in found.reasons[0]


@pytest.mark.parametrize("index", ["index_entries", "index_of"])
def test_an_index_that_cannot_be_made_holds_everybody(monkeypatch: pytest.MonkeyPatch, index: str):
    monkeypatch.setattr(module, index, _broken)
    assert receipt(STRANGER).outcome is Outcome.HOLD


def test_a_second_engine_that_is_lacking_or_fails_holds_and_one_that_finds_is_enough():
    near = Subject("person", ("Ruslan Qadiri Omar",))
    assert receipt(near).outcome is Outcome.CLEAR
    assert receipt(near, ready(second=[Second(lambda: 0.95)])).outcome is Outcome.REVIEW
    assert receipt(near, ready(second=[Second(lambda: float("nan"))])).outcome is Outcome.HOLD
    assert receipt(near, ready(missing=["The second engine is not installed."])).outcome is Outcome.HOLD


def test_what_two_people_cleared_is_named_and_everything_else_stays_open():
    found = receipt(HIT)
    settled = cleared(found)
    clear = receipt(HIT, settled=settled)
    assert clear.outcome is Outcome.CLEAR
    assert clear.cleared_hits == ((LISTED.digest, "clearing-0"),)
    assert "Two people found it to be somebody else (clearing-0)." in clear.reasons[0]
    assert receipt(replace(HIT, born="1980"), settled=settled).outcome is Outcome.REVIEW, "the subject changed"
    changed = prepare((loaded(entries=(replace(LISTED, born=("1980",)),)),))
    assert receipt(HIT, changed, settled).outcome is Outcome.REVIEW, "the entry changed"
    newer = {HIT.digest: tuple(replace(c, engine="adit-names/0") for c in settled.clearings[HIT.digest])}
    assert receipt(HIT, settled=Settled(newer)).outcome is Outcome.REVIEW, "another engine"
    assert screen(HIT, ready(), settled, NOBODY, at=AT, on=ON + timedelta(30)).outcome is Outcome.CLEAR
    assert screen(HIT, ready(), settled, NOBODY, at=AT, on=ON + timedelta(31)).outcome is Outcome.REVIEW, "it expired"
    assert receipt(HIT, ready(loaded(State.STALE, list_id="third")), settled).outcome is Outcome.HOLD


def test_what_two_people_confirmed_is_listed_whatever_the_lists_are():
    found = receipt(HIT)
    for of in (ready(), ready(loaded(State.MISSING, list_id="third"))):
        listed = receipt(HIT, of, cleared(found, "confirmed"))
        assert listed.outcome is Outcome.LISTED
        assert "Two people confirmed it" in listed.reasons[0]


def test_a_waiver_leads_to_looking_and_never_to_clear():
    of = ready(loaded(State.STALE, list_id="third", entries=()))
    waiver = Waiver("waiver-1", "third", "a" * 64, "STALE", "the publisher is down", ON)
    waived = Settled(waivers=(waiver,))
    assert receipt(STRANGER, of, waived).outcome is Outcome.REVIEW
    assert "until 2025-04-01 (waiver-1): the publisher is down" in receipt(STRANGER, of, waived).reasons[-1]
    for other in (replace(waiver, expires_on=ON - timedelta(1)), replace(waiver, sha256="b" * 64), replace(waiver, state="SUSPECT"), replace(waiver, list_id="un_sc")):  # fmt: skip
        assert receipt(STRANGER, of, Settled(waivers=(other,))).outcome is Outcome.HOLD
    two = ready(loaded(State.STALE, list_id="third", entries=()), loaded(State.MISSING, list_id="fourth"))
    assert receipt(STRANGER, two, waived).outcome is Outcome.HOLD, "the other list is held still"


# Owners -----------------------------------------------------------------------------------------------------------
SELLER, HOLDING = Subject("organisation", ("Altai Steel",)), Subject("organisation", ("Altai Holding",))


def owned(first: int = 510_000, second: int = 510_000, person: Subject = HIT) -> Owners:
    holdings = (Holding(person.digest, HOLDING.digest, first), Holding(HOLDING.digest, SELLER.digest, second))
    return Owners({s.digest: s for s in (person, HOLDING)}, holdings)


def test_a_listed_owner_of_51_percent_through_two_layers_is_found_with_the_chain_in_words():
    found = receipt(SELLER, owners=owned())
    assert found.outcome is Outcome.REVIEW
    assert [h.by for h in found.hits] == ["ownership"]
    told = found.reasons[0]
    assert "Ruslan Kadyrov may be Ruslan Qadirov" in told
    assert "Ruslan Kadyrov owns 51 % of Altai Holding. Altai Holding owns 51 % of Altai Steel." in told
    assert "hold 51 % of Altai Steel. Multiplied along the paths their share is 26.01 %." in told
    assert "Of 49 % of Altai Steel no owner is declared." in told


def test_owners_that_are_nobody_leave_the_owned_clear():
    assert receipt(SELLER, owners=owned(person=STRANGER)).outcome is Outcome.CLEAR


def test_a_confirmed_owner_is_a_listed_one_and_a_cleared_owner_is_none():
    owner = receipt(HIT)
    assert receipt(SELLER, settled=cleared(owner), owners=owned()).outcome is Outcome.CLEAR
    assert receipt(SELLER, settled=cleared(owner, "confirmed"), owners=owned()).outcome is Outcome.REVIEW


def test_a_decision_on_an_owned_one_holds_for_its_chain_alone():
    found = receipt(SELLER, owners=owned())
    settled = cleared(found)
    assert receipt(SELLER, settled=settled, owners=owned()).outcome is Outcome.CLEAR
    assert receipt(SELLER, settled=settled, owners=owned(520_000)).outcome is Outcome.REVIEW


def test_what_is_not_known_of_owners_holds(monkeypatch: pytest.MonkeyPatch):
    of = owned(person=STRANGER)
    unknown = replace(of, subjects={HOLDING.digest: HOLDING})
    assert receipt(SELLER, owners=unknown).reasons == (
        "An owner of Altai Steel is declared, and nothing is stated of it.",
    )
    between = Owners({HIT.digest: HIT}, owned().holdings)
    held = receipt(SELLER, owners=between)
    assert held.outcome is Outcome.HOLD, "the one between them is not known"
    wrong = Owners(of.subjects, (Holding(HOLDING.digest, SELLER.digest, 2_000_000),))
    assert "The check of owners did not end (BadInput" in receipt(SELLER, owners=wrong).reasons[0]
    real: Any = vars(module)["hits"]
    monkeypatch.setattr(module, "hits", lambda s, index, on: _broken() if s == STRANGER else real(s, index, on=on))
    held = receipt(SELLER, owners=of)
    assert held.outcome is Outcome.HOLD
    assert "Its owner Maria Lindqvist: The check of names did not end" in held.reasons[0]


@pytest.mark.parametrize("name", ["reached_by_listed"])
def test_a_check_of_owners_that_ends_with_an_error_holds(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(ownership, name, _broken)
    assert receipt(SELLER, owners=owned()).outcome is Outcome.HOLD
    assert receipt(STRANGER).outcome is Outcome.CLEAR, "it has no owners"


def test_several_are_screened_as_each_alone():
    subjects = [STRANGER, HIT, SELLER, HOLDING]
    of = owned()
    assert screen_all(subjects, ready(), Settled(), of, at=AT, on=ON) == [receipt(s, owners=of) for s in subjects]


def test_the_screener_has_no_argument_that_leaves_a_check_out():
    import inspect

    assert set(inspect.signature(screen).parameters) == {"subject", "ready", "settled", "owners", "at", "on"}
    assert all(p.default is p.empty for f in (screen, screen_all) for p in inspect.signature(f).parameters.values())
    with pytest.raises(BadInput):
        Subject("person")
