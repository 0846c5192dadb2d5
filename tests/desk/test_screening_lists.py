"""Lists at the desk: whatever is wrong with a mandatory one, everybody is held and the page says why; files that are sent, fetched, waived, accepted."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, office_at_work
from tests.desk.screened_office import give, national, opened
from tests.screening.list_files import un

from adit.desk import screening_service
from adit.desk.jobs import run_pending
from adit.desk.office import Office, Settings
from adit.desk.screening_service import OfficeScreener, folder, standing_of
from adit.register.records import Waiver
from adit.register.store import listed
from adit.screening.receipts import Outcome
from adit.screening.subjects import Subject

pytestmark = pytest.mark.slow
STRANGER = Subject("person", ("Maria Lindqvist",))
HTML = b"<!DOCTYPE html><html><body>Service temporarily unavailable</body></html>"


@pytest.fixture
def office() -> Iterator[Office]:
    with opened() as found:
        yield found


def outcome(office: Office, subject: Subject = STRANGER) -> tuple[Outcome, str]:
    [receipt] = OfficeScreener(office).screen([subject], office.now())
    return receipt.outcome, " ".join(receipt.reasons)


def file_of(office: Office, list_id: str) -> bytes:
    return un(office.today()) if list_id == "un_sc" else national(office.today())


def _raw(office: Office, list_id: str) -> list[Path]:
    return sorted((folder(office) / list_id / "raw").glob("*"))


def removed(office: Office, list_id: str) -> None:
    for path in _raw(office, list_id):
        path.unlink()


def aged(office: Office, list_id: str) -> None:
    assert isinstance(office.clock, Clock)
    office.clock.pass_(days=15)
    other = "national" if list_id == "un_sc" else "un_sc"
    give(office, other, file_of(office, other))


def tampered(office: Office, list_id: str) -> None:
    [path] = _raw(office, list_id)
    path.write_bytes(gzip.compress(file_of(office, list_id)[:-400]))


WRONG: dict[str, tuple[Callable[[Office, str], None], str, str]] = {
    "removed": (removed, "MISSING", "is gone from the folder."),
    "emptied": (lambda o, i: give(o, i, b""), "SUSPECT", ""),
    "aged": (aged, "STALE", "15 days old; more than"),
    "truncated": (lambda o, i: give(o, i, file_of(o, i)[: len(file_of(o, i)) // 2]), "SUSPECT", ""),
    "an HTML page": (lambda o, i: give(o, i, HTML), "SUSPECT", ""),
    "tampered with": (tampered, "SUSPECT", "its hash differs"),
}


@pytest.mark.parametrize("list_id", ["un_sc", "national"])
@pytest.mark.parametrize("how", sorted(WRONG))
def test_whatever_is_wrong_with_a_mandatory_list_holds_everybody_and_the_desk_says_why(office: Office, list_id: str, how: str):  # fmt: skip
    assert outcome(office) == (Outcome.CLEAR, "")
    spoil, state, why = WRONG[how]
    spoil(office, list_id)
    found, told = outcome(office)
    assert found is Outcome.HOLD
    assert told.startswith(f"The list {list_id} is {state}.")
    assert why in told
    page = Person(office, "watcher").get("/screening")
    assert "Nobody is cleared now" in page
    assert f'id="list-{list_id}"' in page
    seen = next(x.state for x in standing_of(office).loaded if x.state.list_id == list_id)
    assert all(escape(w, quote=False) in page.replace("&#39;", "'").replace("&#34;", '"') for w in seen.why)
    give(office, list_id, file_of(office, list_id))
    if how not in ("removed", "tampered with"):
        assert outcome(office) == (Outcome.CLEAR, ""), "a good file heals it"


def test_an_office_without_lists_holds_everybody():
    with office_at_work() as empty:
        assert outcome(empty)[0] is Outcome.HOLD
        assert "never fetched" in Person(empty, "officer").get("/screening")


def test_a_configuration_that_cannot_be_read_holds_everybody_and_is_told(office: Office):
    (folder(office) / "added.toml").write_text("mandatory = [")
    found, told = outcome(office)
    assert (found, "added.toml: The text is not TOML" in told) == (Outcome.HOLD, True)
    assert "The configuration of the lists is wrong." in Person(office, "watcher").get("/screening")


def test_lists_that_cannot_be_loaded_hold_everybody(office: Office, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk does not answer")

    monkeypatch.setattr(screening_service, "load_all", broken)
    assert outcome(office) == (
        Outcome.HOLD,
        "The lists cannot be read: OSError: the disk does not answer The office has no mandatory list.",
    )


def test_a_further_engine_that_is_lacking_holds_everybody_also_once_the_configuration_is_gone(office: Office):
    path = folder(office) / "added.toml"
    path.write_text('engines = ["logic-v2"]')
    assert "The second engine is not installed" in outcome(office)[1]
    path.unlink()
    assert outcome(office)[0] is Outcome.HOLD
    assert json.loads((folder(office) / "engines.json").read_text()) == {"logic-v2": office.today().isoformat()}


def test_no_setting_or_variable_of_the_office_reaches_it(office: Office, monkeypatch: pytest.MonkeyPatch):
    assert not [f.name for f in fields(Settings) if "screen" in f.name or "list" in f.name]
    for name in ("ADIT_SCREENING", "ADIT_SKIP_SCREENING", "ADIT_LISTS"):
        monkeypatch.setenv(name, "off")
    removed(office, "un_sc")
    assert outcome(office)[0] is Outcome.HOLD


# Files ------------------------------------------------------------------------------------------------------------
def send(person: Person, list_id: str, content: bytes, status: int = 200) -> str:
    text = person.get("/screening")
    hidden = {"csrf": field(text, "csrf"), "key": field(text, "key") + "fs"}
    there = person.client.post(f"/screening/lists/{list_id}/file", data=hidden, files={"file": ("list.csv", content)})
    assert there.status_code == status, there.text[:2000]
    return there.text


def test_a_file_is_sent_and_everybody_is_screened(office: Office):
    watcher = Person(office, "watcher")
    send(watcher, "national", national(office.today(), [("organisation", "ООО «Ангара Вычисления»")]))
    run_pending(office)
    assert "1 hit to look at" in watcher.get("/screening")
    assert "Ангара" in watcher.get("/screening/hits")
    assert not list((office.settings.folder / "uploads").glob("*")), "the folder of lists keeps it"


def test_a_file_that_is_wrong_is_kept_and_told(office: Office):
    watcher = Person(office, "watcher")
    assert "Nobody is cleared now" in send(watcher, "un_sc", HTML)
    assert "is still searched" in watcher.get("/screening")


def test_what_cannot_be_taken_is_told_in_its_place(office: Office):
    watcher = Person(office, "watcher")
    hidden = {"csrf": field(watcher.get("/screening"), "csrf"), "key": "k" * 20}
    there = watcher.client.post("/screening/lists/un_sc/file", data=hidden)
    assert (there.status_code, "No file was chosen." in there.text) == (422, True)
    there = watcher.client.post(
        "/screening/lists/none/file", data=hidden | {"key": "l" * 20}, files={"file": ("x", b"x")}
    )
    assert there.status_code == 404
    watcher.post("/screening/lists/national/fetch", page="/screening", status=422)


def test_officers_see_and_do_not_touch(office: Office):
    officer = Person(office, "officer")
    page = officer.get("/screening")
    assert "A newer file" not in page
    officer.get("/screening/runs")
    officer.get("/screening/hits", status=403)
    for path in ("/screening/lists/un_sc/file", "/screening/lists/un_sc/waive", "/screening/runs"):
        assert officer.client.post(path).status_code == 403


# What two people waive --------------------------------------------------------------------------------------------
def waive(person: Person, list_id: str, act: str = "look", status: int = 200, reason: str = "The publisher is down.", days: int = 3) -> str:  # fmt: skip
    until = (person.office.today() + timedelta(days)).isoformat()
    return person.post(f"/screening/lists/{list_id}/waive", page="/screening", status=status, act=act, reason=reason, expires_on=until)  # fmt: skip


def waiver(office: Office) -> str:
    with office.reading() as connection:
        return listed(connection, Waiver, "state = 'proposed'")[0].id


def seen(office: Office, id_: str) -> int:
    with office.reading() as connection:
        return listed(connection, Waiver, "id = %s", [id_])[0].entry


def test_two_people_let_hits_be_looked_at_and_nobody_is_cleared(office: Office):
    removed(office, "un_sc")
    first, second = Person(office, "watcher"), Person(office, "watcher2")
    waive(first, "un_sc")
    assert outcome(office)[0] is Outcome.HOLD, "one hand waives nothing"
    id_ = waiver(office)
    first.post(f"/screening/waivers/{id_}/decide", page="/screening", agreed="yes", answer="", seen=seen(office, id_), status=403)  # fmt: skip
    second.post(f"/screening/waivers/{id_}/decide", page="/screening", agreed="yes", answer="", seen=seen(office, id_))
    found, told = outcome(office)
    assert found is Outcome.REVIEW
    assert "Two people let hits be looked at until" in told
    assert "The publisher is down." in second.get("/screening")
    assert isinstance(office.clock, Clock)
    office.clock.pass_(days=4)
    assert outcome(office)[0] is Outcome.HOLD, "it has run out"


def test_a_waiver_holds_for_the_file_that_it_was_given_for(office: Office):
    give(office, "un_sc", HTML)
    first, second = Person(office, "watcher"), Person(office, "watcher2")
    waive(first, "un_sc")
    id_ = waiver(office)
    second.post(f"/screening/waivers/{id_}/decide", page="/screening", agreed="yes", answer="", seen=seen(office, id_))
    assert outcome(office)[0] is Outcome.REVIEW
    give(office, "un_sc", HTML + b" ")
    assert outcome(office)[0] is Outcome.HOLD


def test_a_waiver_is_refused_without_reason_or_for_too_long(office: Office):
    removed(office, "un_sc")
    watcher = Person(office, "watcher")
    assert "Say why." in waive(watcher, "un_sc", reason=" ", status=422)
    assert "within seven days" in waive(watcher, "un_sc", days=8, status=422)
    assert "Only a file that is suspect" in waive(watcher, "un_sc", act="accept", status=422)
    assert "there is nothing to waive" in waive(watcher, "national", status=422)
    assert "what is to be waived" in waive(watcher, "un_sc", act="all", status=422)


def test_two_people_accept_a_file_that_merely_differs(office: Office):
    assert isinstance(office.clock, Clock)
    office.clock.pass_(days=1)
    give(office, "un_sc", un(office.today(), 800))  # of 900
    assert outcome(office)[0] is Outcome.HOLD
    first, second = Person(office, "watcher"), Person(office, "watcher2")
    waive(first, "un_sc", act="accept", reason="A hundred were taken off, says the Committee.")
    id_ = waiver(office)
    second.post(f"/screening/waivers/{id_}/decide", page="/screening", agreed="yes", answer="", seen=seen(office, id_))
    assert outcome(office) == (Outcome.CLEAR, "")
    history = json.loads((folder(office) / "un_sc" / "history.json").read_text())
    assert len(history["accepted"][0]["by"]) == 2
    office.clock.pass_(seconds=5)
    give(office, "un_sc", HTML)
    assert "nobody may accept it" in waive(first, "un_sc", act="accept", status=422)
