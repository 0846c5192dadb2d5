"""What becomes of each mandatory list when its file is removed, emptied, aged, cut, or replaced by a web page: never FRESH, and always with its reason."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.screening.list_files import file_of, national, un

from adit.screening import configured, store
from adit.screening.loading import Loaded, load, load_all
from adit.screening.registry import ALWAYS, ListSpec
from adit.screening.states import State, seen
from adit.terms.errors import BadInput, NotFound, Refused

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
PAGE = b"<!DOCTYPE html><html><head><title>503</title></head><body>Service unavailable</body></html>"
MANDATORY = sorted(ALWAYS)


def spec_of(root: Path, list_id: str) -> ListSpec:
    return configured.registry_of(root).spec(list_id)


def put(root: Path, list_id: str, content: bytes, at: datetime = NOW) -> None:
    registry = configured.registry_of(root)
    store.add(root, registry.spec(list_id), content, origin="test", fetched_at_utc=at, strangers=registry.strangers)


def loaded(root: Path, list_id: str, on: date = TODAY) -> Loaded:
    return load(root, spec_of(root, list_id), on, strangers=configured.registry_of(root).strangers)


def fill(root: Path, day: date = TODAY) -> None:
    for list_id in MANDATORY:
        put(root, list_id, file_of(spec_of(root, list_id), day))


def test_without_any_list_everything_is_missing_and_holds(tmp_path: Path) -> None:
    states = [each.state for each in load_all(tmp_path / "nothing", TODAY)]
    assert len(states) >= 8
    assert {s.state for s in states} == {State.MISSING, State.RETIRED}
    assert {s.list_id for s in states if s.holds} == set(ALWAYS)
    assert all(s.why and s.todo for s in states)
    assert not (tmp_path / "nothing").exists()  # to look changes nothing


def test_with_good_files_nothing_holds(tmp_path: Path) -> None:
    fill(tmp_path)
    states = {s.list_id: s for s in (each.state for each in load_all(tmp_path, TODAY))}
    assert {i for i, s in states.items() if s.state is State.FRESH} == set(ALWAYS)
    assert not any(s.holds for s in states.values())
    assert states["un_sc"].rows == 900
    assert states["un_sc"].why == ("The file is of 2026-11-29, 0 days old.",)
    of_receipt = seen(states["un_sc"])
    assert (of_receipt.state, of_receipt.mandatory, of_receipt.content_date) == ("FRESH", True, TODAY)
    assert len(of_receipt.sha256) == 64


def _removed(root: Path, list_id: str) -> None:
    for file in (root / list_id / "raw").iterdir():
        file.unlink()


def _emptied_on_disk(root: Path, list_id: str) -> None:
    for file in (root / list_id / "raw").iterdir():
        file.write_bytes(b"")


def _page_on_disk(root: Path, list_id: str) -> None:
    for file in (root / list_id / "raw").iterdir():
        file.write_bytes(gzip.compress(PAGE))


def _emptied(root: Path, list_id: str) -> None:
    put(root, list_id, b"", NOW + timedelta(hours=1))


def _page(root: Path, list_id: str) -> None:
    put(root, list_id, PAGE, NOW + timedelta(hours=1))


def _cut(root: Path, list_id: str) -> None:
    content = file_of(spec_of(root, list_id), TODAY)
    put(root, list_id, content[: len(content) * 2 // 3], NOW + timedelta(hours=1))


def _aged(root: Path, list_id: str) -> None:
    (root / list_id / "history.json").unlink()
    put(root, list_id, file_of(spec_of(root, list_id), TODAY - timedelta(days=40)))


def _record_spoilt(root: Path, list_id: str) -> None:
    (root / list_id / "history.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize("list_id", MANDATORY)
@pytest.mark.parametrize(
    ("harm", "state", "said"),
    [
        (_removed, State.MISSING, "The file of 2026-11-29 is gone from the folder."),
        (_emptied_on_disk, State.SUSPECT, "The file in the folder is not the one that was fetched: its hash differs."),
        (_page_on_disk, State.SUSPECT, "The file in the folder is not the one that was fetched: its hash differs."),
        (_emptied, State.SUSPECT, "The file is empty. The version of 2026-11-29 is still searched."),
        (_page, State.SUSPECT, "The file is a web page in place of a list. The version of 2026-11-29 is still searched."),
        (_cut, State.SUSPECT, ""),
        (_aged, State.STALE, "The file is of 2026-10-20, 40 days old; more than"),
        (_record_spoilt, State.SUSPECT, "The record of this list cannot be read."),
    ],
)  # fmt: skip
def test_each_harm_to_each_mandatory_list(
    tmp_path: Path, list_id: str, harm: Callable[[Path, str], None], state: State, said: str
) -> None:
    fill(tmp_path)
    assert loaded(tmp_path, list_id).state.state is State.FRESH
    harm(tmp_path, list_id)
    found = loaded(tmp_path, list_id).state
    assert found.state is state
    assert found.holds
    assert said in " ".join(found.why)
    assert found.why
    assert found.todo
    assert seen(found).state == state.value


@pytest.mark.parametrize("list_id", MANDATORY)
def test_a_good_file_after_a_page_makes_the_list_fresh_again(tmp_path: Path, list_id: str) -> None:
    fill(tmp_path)
    _page(tmp_path, list_id)
    put(tmp_path, list_id, file_of(spec_of(tmp_path, list_id), TODAY), NOW + timedelta(hours=2))
    assert loaded(tmp_path, list_id).state.state is State.FRESH
    history = store.history_of(tmp_path, spec_of(tmp_path, list_id))
    assert [a.good for a in history.arrivals] == [True, False, True]  # nothing is forgotten


def test_a_page_never_replaces_what_is_searched(tmp_path: Path) -> None:
    fill(tmp_path)
    _page(tmp_path, "un_sc")
    found = loaded(tmp_path, "un_sc")
    assert found.version is not None
    assert len(found.version.entries) == 900
    assert found.state.searched == TODAY


@pytest.mark.parametrize(
    ("content", "said", "acceptable"),
    [
        (un(TODAY, 820), "The file has 820 entries, 8.9 % fewer than the 900 before.", True),
        (un(TODAY, 699), "The file has 699 entries; 700 to 3,000 are expected.", True),
        (un(TODAY, 3001), "The file has 3,001 entries; 700 to 3,000 are expected.", True),
        (un(TODAY + timedelta(days=3)), "The file says that it is of 2026-12-02, which was still to come when it was fetched on 2026-11-29.", False),
        (un(TODAY - timedelta(days=2)), "The file is of 2026-11-27, and the version before it of 2026-11-29: an older one came back.", False),
        (un(TODAY).replace(b"dateGenerated", b"generated"), "The file does not say of which day it is, so its age is not known.", False),
        (un(TODAY, known=False), "AL-QAIDA (entry QDe.004) is not in the file, and it must be.", True),
        (un(TODAY).replace(b"<FIRST_NAME>AL-QAIDA", b"<FIRST_NAME>AL-QUAIDA"), "AL-QAIDA (entry QDe.004) is in the file and was not found by its name.", False),
        (un(TODAY).replace(b"<DATAID>", b"<NUMBER/><DATAID>"), "The form of the file changed: NUMBER is new.", True),
        (un(TODAY).replace(b"<FIRST_NAME>", b"<NAME>").replace(b"</FIRST_NAME>", b"</NAME>"), "900 of 900 entries could not be read in full.", False),
        (un(TODAY).replace(b"<INDIVIDUALS>", b"<INDIVIDUALS><INDIVIDUAL><FIRST_NAME>Quillon</FIRST_NAME><SECOND_NAME>Marblethwaite Vantongeren</SECOND_NAME></INDIVIDUAL>"),
         "Quillon Marblethwaite Vantongeren, who is on no list, was found", False),
    ],
)  # fmt: skip
def test_a_file_that_could_be_read_and_is_not_trusted(
    tmp_path: Path, content: bytes, said: str, acceptable: bool
) -> None:
    fill(tmp_path)
    put(tmp_path, "un_sc", content, NOW + timedelta(hours=1))
    found = loaded(tmp_path, "un_sc").state
    assert found.state is State.SUSPECT
    assert found.holds
    assert said in " ".join(found.why)
    newest = store.history_of(tmp_path, spec_of(tmp_path, "un_sc")).arrivals[-1]
    assert not newest.good
    assert newest.acceptable == acceptable


def test_a_national_list_that_lost_its_end_is_found_by_its_own_count(tmp_path: Path) -> None:
    content = national(TODAY).replace(b"99,person", b"98,person", 1)
    cut = content[: content.rindex(b"\n", 0, -1) + 1]
    put(tmp_path, "national", cut)
    found = loaded(tmp_path, "national").state
    assert found.state is State.SUSPECT
    assert found.why == ("The file has 99 entries and says itself that it has 100.",)


def test_the_first_day_that_is_too_old(tmp_path: Path) -> None:
    fill(tmp_path)
    assert loaded(tmp_path, "un_sc", TODAY + timedelta(days=7)).state.state is State.FRESH
    assert loaded(tmp_path, "un_sc", TODAY + timedelta(days=8)).state.state is State.STALE


@pytest.mark.parametrize("days", [2, 365, 20000])
def test_a_clock_that_was_set_back_makes_nothing_fresh(tmp_path: Path, days: int) -> None:
    fill(tmp_path)
    found = loaded(tmp_path, "un_sc", TODAY - timedelta(days=days)).state
    assert found.state is State.SUSPECT
    assert found.holds
    assert "the clock of this machine may be wrong" in found.why[0]


def test_when_it_was_fetched_says_nothing_about_its_age(tmp_path: Path) -> None:
    put(tmp_path, "un_sc", un(TODAY - timedelta(days=30)))
    for hour in range(1, 4):  # the same old file again and again
        put(tmp_path, "un_sc", un(TODAY - timedelta(days=30)), NOW + timedelta(hours=hour))
    found = loaded(tmp_path, "un_sc").state
    assert (found.state, found.age_days) == (State.STALE, 30)
    assert len(store.history_of(tmp_path, spec_of(tmp_path, "un_sc")).arrivals) == 1


def test_a_retired_list_names_its_successor(tmp_path: Path) -> None:
    found = loaded(tmp_path, "uk_ofsi").state
    assert (found.state, found.successor) == (State.RETIRED, "uk_sanctions")
    assert found.why == ("The publisher ended this list on 2026-01-28.",)
    assert found.todo == "Use uk_sanctions in its place."
    assert loaded(tmp_path, "uk_ofsi", date(2026, 1, 27)).state.state is State.MISSING


# Two people -----------------------------------------------------------------------------------------------------------
def test_two_people_take_a_list_that_merely_differs(tmp_path: Path) -> None:
    fill(tmp_path)
    spec = spec_of(tmp_path, "un_sc")
    put(tmp_path, "un_sc", un(TODAY, 820), NOW + timedelta(hours=1))
    hash_ = loaded(tmp_path, "un_sc").state.sha256
    for by, why, said in (
        (("Anna",), "it is so", "A list that differs is accepted by two people."),
        (("Anna", " anna "), "it is so", "A list that differs is accepted by two people."),
        (("Anna", "Boris"), " ", "A list that differs is accepted with a reason."),
    ):
        with pytest.raises(Refused, match=said):
            store.accept(tmp_path, spec, hash_, by, why, NOW)
    with pytest.raises(NotFound, match="No file of un_sc has the hash 00"):
        store.accept(tmp_path, spec, "00", ("Anna", "Boris"), "it is so", NOW)
    assert loaded(tmp_path, "un_sc").state.state is State.SUSPECT
    store.accept(tmp_path, spec, hash_, ("Anna", "Boris"), "80 were taken off by resolution 9999", NOW)
    found = loaded(tmp_path, "un_sc")
    assert found.state.state is State.FRESH
    assert found.version is not None
    assert len(found.version.entries) == 820
    put(tmp_path, "un_sc", un(TODAY + timedelta(days=1), 815), NOW + timedelta(days=1))
    assert loaded(tmp_path, "un_sc").state.state is State.FRESH  # held against the one that was accepted


@pytest.mark.parametrize(
    "content", [PAGE, b"", un(TODAY)[:9000], un(TODAY - timedelta(days=3)), un(TODAY + timedelta(days=9))]
)
def test_nobody_can_accept_what_is_broken(tmp_path: Path, content: bytes) -> None:
    fill(tmp_path)
    spec = spec_of(tmp_path, "un_sc")
    put(tmp_path, "un_sc", content, NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="This file cannot be accepted"):
        store.accept(tmp_path, spec, loaded(tmp_path, "un_sc").state.sha256, ("Anna", "Boris"), "because", NOW)
    assert loaded(tmp_path, "un_sc").state.state is State.SUSPECT


# On disk --------------------------------------------------------------------------------------------------------------
def test_every_file_is_kept_as_it_came(tmp_path: Path) -> None:
    fill(tmp_path)
    put(tmp_path, "un_sc", PAGE, NOW + timedelta(hours=1))
    kept = [gzip.decompress(p.read_bytes()) for p in (tmp_path / "un_sc" / "raw").iterdir()]
    assert sorted(kept) == sorted([PAGE, un(TODAY)])


def test_what_was_parsed_can_be_deleted_or_spoilt(tmp_path: Path) -> None:
    fill(tmp_path)
    before = loaded(tmp_path, "un_sc").version
    parsed = next((tmp_path / "un_sc" / "parsed").iterdir())
    text = parsed.read_text(encoding="utf-8")
    parsed.write_text(text.replace("AL-QAIDA", "NOBODY"), encoding="utf-8")
    assert loaded(tmp_path, "un_sc").version == before
    assert parsed.read_text(encoding="utf-8") == text  # made anew from the file
    parsed.unlink()
    assert loaded(tmp_path, "un_sc").version == before
    assert parsed.is_file()


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    real = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if target.name == "history.json":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="No space left"):
        put(tmp_path, "un_sc", un(TODAY, 901), NOW + timedelta(hours=1))
    monkeypatch.undo()
    assert {p: p.read_bytes() for p in before} == before
    assert not [p for p in tmp_path.rglob(".*") if p.name != ".lock"]
    assert loaded(tmp_path, "un_sc").state.state is State.FRESH
    assert loaded(tmp_path, "un_sc").state.rows == 900


def test_a_private_key_never_reaches_the_disk(tmp_path: Path) -> None:
    (tmp_path / "added.toml").write_text('[[list]]\nid = "other"\ntitle = "Other"\nreader = "ftm"\n', encoding="utf-8")
    secret = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"  # of the key 1
    line = json.dumps({"id": "w", "schema": "CryptoWallet", "properties": {"privateKey": [secret]}})
    with pytest.raises(BadInput, match="holds a private key"):
        put(tmp_path, "other", line.encode())
    assert loaded(tmp_path, "other").state.state is State.MISSING
    assert not any(secret.encode() in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert not (tmp_path / "other").exists()
