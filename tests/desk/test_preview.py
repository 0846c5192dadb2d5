"""The preview of an act that somebody is writing: what was just saved is what is shown, also while it is wrong."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.desk.at_work import Person, office_at_work

from adit.desk.office import Office
from adit.regime.scaffold import new_act

TITLE = "A levy on mining"


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture
def act(office: Office) -> Path:
    """An act that was just begun, in the office's folder."""
    folder = office.settings.folder / "acts" / "levy"
    for name, text in new_act(TITLE, "ru", "bill", date(2026, 1, 1), "mining").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _seen(page: str) -> str:
    found = re.search(r"seen=(\w+)", page)
    assert found is not None
    return found[1]


def _again(admin: Person, page: str) -> str:
    """What the page asks for every two seconds: the part that follows the files; empty while they stand as they stood."""
    response = admin.client.get("/admin/preview", params={"act": "levy", "seen": _seen(page)})
    assert response.status_code in (200, 204)
    return response.text


def test_without_an_act_it_says_how_to_begin_one(office: Office):
    assert "adit law new" in Person(office, "admin").get("/admin/preview")


def test_what_was_just_saved_is_shown(office: Office, act: Path):
    admin = Person(office, "admin")
    page = admin.get("/admin/preview?act=levy")
    assert TITLE in page
    assert _again(admin, page) == ""
    head = act / "regime.toml"
    head.write_text(head.read_text(encoding="utf-8").replace(TITLE, "A levy on heat"), encoding="utf-8")
    changed = _again(admin, page)
    assert "A levy on heat" in changed
    assert "<html" not in changed
    assert _again(admin, changed) == ""


def test_what_is_written_wrongly_is_told_until_it_is_right_again(office: Office, act: Path):
    admin, head = Person(office, "admin"), act / "regime.toml"
    page, right = admin.get("/admin/preview?act=levy"), head.read_text(encoding="utf-8")
    head.write_text(right.replace('"bill"', '"bil"'), encoding="utf-8")
    wrong = _again(admin, page)
    assert "It cannot be read" in wrong
    assert "regime.toml" in wrong
    assert "Did you mean bill?" in wrong
    head.write_text(right, encoding="utf-8")
    assert TITLE in _again(admin, wrong)


def test_a_rule_of_its_own_is_read_anew(office: Office, act: Path):
    admin = Person(office, "admin")
    page = admin.get("/admin/preview?act=levy")
    [rules] = (act / "rules").glob("*.py")
    text = rules.read_text(encoding="utf-8")
    sentence = re.search(r'"""(.+?)\.?"""', text[text.index("def ") :])
    assert sentence is not None
    assert sentence[1] in page
    rules.write_text(text.replace(sentence[1], "Whether the heat is used again"), encoding="utf-8")
    assert "Whether the heat is used again" in _again(admin, page)


@pytest.mark.parametrize("name", ["../../..", "/etc", "nothing", "levy/rules", "..%2f..", "levy\x00"])
def test_folders_elsewhere_are_not_read(office: Office, act: Path, name: str):
    assert act.is_dir()
    response = Person(office, "admin").client.get("/admin/preview", params={"act": name})
    assert response.status_code == 422
    assert "no act" in response.text
