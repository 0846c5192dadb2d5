"""A hit at the desk: two people clear or confirm it, a third looks at what the hash has drawn without being shown it, and the database holds them to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, links
from tests.desk.screened_office import enter, give, hand_of, national, opened, reviews, run

from adit.desk.office import Office, new_id
from adit.desk.screening_service import OfficeScreener
from adit.desk.webhooks import kinds_for
from adit.journal import store as journal
from adit.journal.writer import Transaction
from adit.register.procedures import screenings
from adit.register.records import SECRET, Clearing, HitReview, Identity, Participant, SecondLook, Stake, Waiver
from adit.register.store import Books, digests, listed, rebuild
from adit.screening.receipts import Outcome
from adit.screening.review_sample import ONE_IN, is_sampled
from adit.settlement.dossier import subject_of
from adit.terms.errors import Forbidden, Refused

pytestmark = pytest.mark.slow
NAMED = [("organisation", "ООО «Ангара Вычисления»"), ("person", "Ruslan Qadirov")]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with opened(NAMED) as found:
        enter(found, (new_id("participant"), participant("Ruslan Kadyrov")))
        run(found)
        yield found


@pytest.fixture
def fresh() -> Iterator[Office]:
    with opened(NAMED) as found:
        enter(found, ("participant-00000001", participant("Ruslan Kadyrov")))
        run(found)
        yield found


def participant(name: str, kind: str = "person") -> Participant:
    bare = Participant(kind, name, "", "RU")
    return replace(bare, subject=subject_of(bare).digest)


def outcome(office: Office, name: str = "Ruslan Kadyrov") -> Outcome:
    [receipt] = OfficeScreener(office).screen([subject_of(participant(name))], office.now())
    return receipt.outcome


def the_person(office: Office) -> str:
    [found] = reviews(office, "kind = 'person' AND state <> 'gone'")
    return found.id


def entry(office: Office, id_: str) -> int:
    return next(r.entry for r in reviews(office) if r.id == id_)


def say(person: Person, id_: str, what: str, status: int = 200, reason: str = "Born in another year, says the passport.") -> str:  # fmt: skip
    page = f"/screening/hits/{id_}"
    return person.post(f"{page}/look", page=page, status=status, outcome=what, reason=reason, seen=entry(person.office, id_))  # fmt: skip


def answer(person: Person, id_: str, agreed: str = "yes", status: int = 200, said: str = "") -> str:
    page = f"/screening/hits/{id_}"
    return person.post(f"{page}/decide", page=page, status=status, agreed=agreed, answer=said, seen=entry(person.office, id_))  # fmt: skip


def test_the_queue_tells_whom_and_why(office: Office):
    watcher = Person(office, "watcher")
    page = watcher.get("/screening/hits")
    assert "Ангара Вычисления" in page
    assert "Ruslan Kadyrov" in page
    assert len(links(page, "/screening/hits/hitreview-")) == len(reviews(office, "state = 'open'"))
    one = watcher.get(f"/screening/hits/{the_person(office)}")
    for text in (
        "Side by side",
        "Ruslan Qadirov",
        "of 1000",
        "found from 870 on",
        "by the name",
        "national",
        "Ruslan = Ruslan; Kadyrov ~ Qadirov",
    ):
        assert text in one, text
    russian = Person(office, "watcher", "ru").get(f"/screening/hits/{the_person(office)}")
    assert "то же звучание" in russian
    assert "почему это может быть одно лицо" in russian.lower()


def test_one_proposes_and_another_decides(fresh: Office):
    first, second, id_ = Person(fresh, "watcher"), Person(fresh, "watcher2"), the_person(fresh)
    assert outcome(fresh) is Outcome.REVIEW
    assert "Say by what you know it." in say(first, id_, "clear", 422, " ")
    assert "Say whether it is the listed one." in say(first, id_, "", 422)
    say(first, id_, "clear")
    assert outcome(fresh) is Outcome.REVIEW, "one hand clears nobody"
    assert "another of you has to decide it" in first.get(f"/screening/hits/{id_}")
    answer(first, id_, status=403)
    assert "Say why you do not agree." in answer(second, id_, "no", 422)
    answer(second, id_, "no", said="The passport is not in the file.")
    assert reviews(fresh, f"id = '{id_}'")[0].record.state == "open"
    say(second, id_, "clear")
    answer(first, id_)
    assert outcome(fresh) is Outcome.CLEAR
    [receipt] = OfficeScreener(fresh).screen([subject_of(participant("Ruslan Kadyrov"))], fresh.now())
    with fresh.reading() as connection:
        [made] = listed(connection, Clearing)
    assert receipt.cleared_hits == ((made.record.listed, made.id),)
    assert (made.record.expires_on, made.valid_to) == (date(2025, 9, 28), date(2025, 9, 29))
    assert "What was decided" in first.get(f"/screening/hits/{id_}")


def test_a_proposal_is_taken_back_by_its_own_hand(fresh: Office):
    first, second, id_ = Person(fresh, "watcher"), Person(fresh, "watcher2"), the_person(fresh)
    say(first, id_, "confirm")
    second.post(f"/screening/hits/{id_}/take-back", page=f"/screening/hits/{id_}", seen=entry(fresh, id_), status=403)
    first.post(f"/screening/hits/{id_}/take-back", page=f"/screening/hits/{id_}", seen=entry(fresh, id_))
    assert reviews(fresh, f"id = '{id_}'")[0].record.state == "open"


def test_what_two_people_confirmed_is_listed(fresh: Office):
    id_ = the_person(fresh)
    say(Person(fresh, "watcher"), id_, "confirm")
    answer(Person(fresh, "watcher2"), id_)
    assert outcome(fresh) is Outcome.LISTED
    assert "the listed one" in Person(fresh, "watcher").get("/screening/hits?what=decided")


def test_a_clearing_ends_with_its_day_and_the_hit_is_open_again(fresh: Office):
    id_ = the_person(fresh)
    say(Person(fresh, "watcher"), id_, "clear")
    answer(Person(fresh, "watcher2"), id_)
    assert isinstance(fresh.clock, Clock)
    fresh.clock.pass_(days=181)
    from tests.screening.list_files import un

    give(fresh, "un_sc", un(fresh.today()))
    give(fresh, "national", national(fresh.today(), NAMED))
    assert outcome(fresh) is Outcome.REVIEW
    assert reviews(fresh, f"id = '{id_}'")[0].record.state == "open"


def test_a_clearing_is_void_when_the_entry_changes(fresh: Office):
    id_ = the_person(fresh)
    say(Person(fresh, "watcher"), id_, "clear")
    answer(Person(fresh, "watcher2"), id_)
    give(
        fresh,
        "national",
        national(fresh.today(), [NAMED[0], ("person", "Ruslan Qadirov Omarovich"), ("person", "Ruslan Qadyrov")]),
    )
    assert outcome(fresh) is Outcome.REVIEW
    run(fresh)
    assert {r.record.state for r in reviews(fresh, "kind = 'person'")} == {"decided", "open"}


# A third person ---------------------------------------------------------------------------------------------------
def drawn(office: Office, what: str) -> str:
    """A decision that the hash has drawn: decided, and undone, until it is. The salt of each entry is another, so that nobody can choose."""
    id_ = the_person(office)
    first, second = hand_of(office, "watcher"), hand_of(office, "watcher2")
    for n in range(400):
        made: list[str] = []

        def propose(t: Transaction) -> dict[str, str]:
            screenings.look(
                Books(t, first), id_, second="secondlook-00000000", outcome=what, reason="r", on=office.today()
            )
            return {}

        def decide(t: Transaction, made: list[str] = made, n: int = n) -> dict[str, str]:
            made.append(f"clearing-{n:08}")
            screenings.decide(Books(t, second), id_, clearing=made[-1], agreed=True, answer="", on=office.today())
            return {}

        office.write(propose, key=new_id("propose"))
        office.write(decide, key=new_id("decide"))
        with office.reading() as connection:
            if screenings.due_again(connection, office.today()):
                return id_

        def undo(t: Transaction, made: list[str] = made) -> dict[str, str]:
            books = Books(t, first)
            books.withdraw(made[-1], since=office.today(), why="a test")
            review = books.current(HitReview, id_).record
            books.state(
                id_,
                replace(review, state="open", outcome="", reason="", proposed_by="", decided_by=""),
                since=office.today(),
            )
            return {}

        office.write(undo, key=new_id("undo"))
    raise AssertionError("the hash draws one in twenty")


def test_a_third_person_looks_again_without_being_shown_the_outcome(fresh: Office):
    id_ = drawn(fresh, "clear")
    first, third = Person(fresh, "watcher"), Person(fresh, "watcher3")
    assert "1 waits for a third person" in first.get("/screening")
    first.post(f"/screening/hits/{id_}/look", page=f"/screening/hits/{id_}", outcome="confirm", reason="r", seen=entry(fresh, id_), status=403)  # fmt: skip
    assert id_ in third.get("/screening/hits")
    assert id_ not in third.get("/screening/hits?what=decided")
    page = third.get(f"/screening/hits/{id_}")
    for hidden in ("Proposed by", "Decided by", "What was decided", "Борис", "Вера", "What was entered"):
        assert hidden not in page, hidden
    assert "It is somebody else" in page
    say(third, id_, "clear", reason="Another year of birth.")
    assert outcome(fresh) is Outcome.CLEAR
    with fresh.reading() as connection:
        [looked] = listed(connection, SecondLook)
        assert (looked.record.agrees, screenings.due_again(connection, fresh.today())) == (True, [])
    assert id_ in third.get("/screening/hits?what=decided")


@pytest.mark.parametrize("was", ["clear", "confirm"])
def test_a_third_person_who_disagrees_opens_it_again(fresh: Office, was: str):
    id_ = drawn(fresh, was)
    say(Person(fresh, "watcher3"), id_, "confirm" if was == "clear" else "clear")
    assert reviews(fresh, f"id = '{id_}'")[0].record.state == "open"
    assert outcome(fresh) is Outcome.REVIEW
    with fresh.reading() as connection:
        assert not listed(connection, Clearing)


def test_the_sample_is_one_in_twenty_by_the_hash_and_the_database_draws_the_same(office: Office):
    from hashlib import sha256

    hashes = [sha256(str(n).encode()).digest() for n in range(20_000)]
    assert 900 < sum(map(is_sampled, hashes)) < 1100
    assert ONE_IN == 20
    with office.reading() as connection:
        rows = connection.execute("SELECT register.is_sampled(h) FROM unnest(%s::bytea[]) h", [hashes[:500]]).fetchall()
    assert [r for (r,) in rows] == [is_sampled(h) for h in hashes[:500]]


# Owners -----------------------------------------------------------------------------------------------------------
def test_whoever_a_hit_owns_half_of_is_a_hit_by_its_owners(fresh: Office):
    ids = [f"participant-1000000{n}" for n in range(2)]
    enter(
        fresh,
        (ids[0], participant("Altai Holding", "organisation")),
        (ids[1], participant("Altai Steel", "organisation")),
    )
    enter(
        fresh,
        (new_id("stake"), Stake("participant-00000001", ids[0], 510_000)),
        (new_id("stake"), Stake(ids[0], ids[1], 510_000)),
    )
    run(fresh)
    found = {r.record.name: r for r in reviews(fresh, "found_by = 'ownership'")}
    assert set(found) == {"Altai Holding", "Altai Steel"}
    page = Person(fresh, "watcher").get(f"/screening/hits/{found['Altai Steel'].id}")
    assert "Ruslan Kadyrov owns 51 % of Altai Holding." in page
    assert "Altai Holding owns 51 % of Altai Steel." in page
    [receipt] = OfficeScreener(fresh).screen([subject_of(participant("Altai Steel", "organisation"))], fresh.now())
    assert receipt.outcome is Outcome.REVIEW
    say(Person(fresh, "watcher"), the_person(fresh), "clear")
    answer(Person(fresh, "watcher2"), the_person(fresh))
    run(fresh)
    assert {r.record.state for r in reviews(fresh, "found_by = 'ownership'")} == {"gone"}


# Nobody else, and the database --------------------------------------------------------------------------------------
@pytest.mark.parametrize("login", ["miner", "officer", "inspector", "analyst", "admin"])
def test_nobody_else_sees_a_hit(office: Office, login: str):
    person = Person(office, login)
    person.get("/screening/hits", status=403)
    person.get(f"/screening/hits/{the_person(office)}", status=403)
    for r in reviews(office):
        assert person.client.get(f"/entries/{r.entry}").status_code in (403, 404)
    assert SECRET.isdisjoint(kinds_for({login}))
    Person(office, "watcher").get(f"/entries/{reviews(office)[0].entry}")


def review(office: Office, **how: object) -> HitReview:
    return replace(reviews(office, "kind = 'person'")[0].record, subject="d" * 64, **how)  # type: ignore[arg-type]


def refused(office: Office, hand: str, id_: str, record: object, name: str, new: bool = True) -> None:
    def work(t: Transaction) -> dict[str, str]:
        Books(t, hand).state(id_, record, since=office.today(), new=new)  # type: ignore[arg-type]
        return {}

    with pytest.raises(Refused) as error:
        office.write(work, key=new_id("refused"))
    assert error.value.name == name


def test_the_database_wants_two_hands_whatever_a_record_says(office: Office):
    r, today = review(office), office.today()
    refused(
        office,
        "aml-1",
        new_id("hitreview"),
        replace(r, state="proposed", outcome="clear", proposed_by="aml-2"),
        "hitreview_own_hand",
    )
    refused(
        office,
        "aml-1",
        new_id("hitreview"),
        replace(r, state="decided", outcome="clear", proposed_by="aml-2", decided_by="aml-1"),
        "hitreview_was_proposed",
    )
    refused(
        office,
        "aml-1",
        new_id("hitreview"),
        replace(r, state="decided", outcome="clear", proposed_by="aml-1", decided_by="aml-1"),
        "hitreview_two_hands",
    )
    refused(
        office,
        "aml-1",
        new_id("hitreview"),
        replace(r, subject=reviews(office, "kind = 'person'")[0].record.subject),
        "hitreview_once",
    )
    c = Clearing(the_person(office), r.subject, r.listed, r.engine, "cleared", "aml-2", "aml-1", today)
    refused(office, "aml-1", new_id("clearing"), c, "clearing_rests_on_a_review")
    refused(office, "aml-1", new_id("clearing"), replace(c, proposed_by="aml-1"), "clearing_two_hands")
    refused(office, "aml-1", new_id("clearing"), replace(c, expires_on=date(2026, 4, 1)), "clearing_expires")
    refused(office, "aml-1", new_id("clearing"), replace(c, expires_on=None), "clearing_expires")
    w = Waiver("look", "un_sc", "", "MISSING", "r", today, "proposed", "aml-1")
    refused(office, "aml-2", new_id("waiver"), w, "waiver_own_hand")
    refused(office, "aml-2", new_id("waiver"), replace(w, state="given", decided_by="aml-2"), "waiver_was_proposed")
    refused(office, "aml-1", new_id("waiver"), replace(w, state="given", decided_by="aml-1"), "waiver_two_hands")
    refused(office, "aml-1", new_id("waiver"), replace(w, expires_on=date(2025, 4, 30)), "waiver_expires")


def test_a_look_again_is_of_a_third_hand_and_of_what_was_drawn(fresh: Office):
    id_ = drawn(fresh, "clear")
    with fresh.reading() as connection:
        [made] = screenings.due_again(connection, fresh.today())
    first = made.record.proposed_by
    refused(
        fresh, first, new_id("secondlook"), SecondLook(made.id, first, "clear", True, "r"), "secondlook_of_a_third_hand"
    )
    refused(
        fresh,
        "aml-9",
        new_id("secondlook"),
        SecondLook(made.id, "aml-9", "confirm", True, "r"),
        "secondlook_of_a_third_hand",
    )
    refused(
        fresh,
        "aml-9",
        new_id("secondlook"),
        SecondLook(made.id, "aml-8", "clear", True, "r"),
        "secondlook_of_a_third_hand",
    )
    with pytest.raises(Forbidden, match="You had your say"):
        fresh.write(lambda t: _look(t, first, id_, fresh), key=new_id("look"))


def _look(t: Transaction, hand: str, id_: str, office: Office) -> dict[str, str]:
    screenings.look(Books(t, hand), id_, second=new_id("secondlook"), outcome="clear", reason="r", on=office.today())
    return {}


def test_a_record_cannot_be_written_over_in_the_database(office: Office):
    for statement in (
        "UPDATE register.clearing SET outcome = 'cleared'",
        "DELETE FROM register.clearing",
        "UPDATE register.waiver SET state = 'given'",
    ):
        with office.reading() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_all_of_it_follows_from_the_journal(fresh: Office):
    drawn(fresh, "clear")
    say(Person(fresh, "watcher3"), the_person(fresh), "confirm")
    with fresh.reading() as connection:
        before = digests(connection)
    assert all(held == made for held, made in rebuild(fresh.database).values())
    with fresh.reading() as connection:
        assert digests(connection) == before


def test_erasing_who_somebody_is_reaches_what_was_found_of_it(fresh: Office):
    with fresh.reading() as connection:
        [who] = [i.record for i in listed(connection, Identity, "name = %s", ["ООО «Ангара Вычисления»"])]
    [found] = reviews(fresh, f"about = '{who.party}'")
    say(Person(fresh, "watcher"), found.id, "clear")
    answer(Person(fresh, "watcher2"), found.id)
    from adit.register.procedures.erasures import held_of_party

    with fresh.reading() as connection:
        held = [h for h in held_of_party(connection, who.party) if h.kind == "hitreview"]
        assert [h.hindrance for h in held] == ["", "", ""]

    def erase(t: Transaction) -> dict[str, str]:
        Books(t, "officer-1").erase([h.seq for h in held], why="a law", cites="article", about=who.party)
        return {}

    fresh.write(erase, key="erased")
    [after] = reviews(fresh, f"id = '{found.id}'")
    assert (after.record.name, after.record.words, after.record.reason) == ("", "", "")
    assert after.record.subject == found.record.subject
    assert all(held == made for held, made in rebuild(fresh.database).values())
    with fresh.reading() as connection:
        assert journal.entries_about(connection, [found.id])[-1].body is None
