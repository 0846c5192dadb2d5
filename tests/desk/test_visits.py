"""What an inspector works with: the site, the visit that is planned, the protocol with its photos, the letter, and the map."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import UploadFile
from httpx2 import Response
from pypdf import PdfReader
from tests.desk.at_work import Person, field, links, office_at_work

from adit import law
from adit.desk import uploads
from adit.desk.demo import PASSWORD, SECRET
from adit.desk.map_view import circles
from adit.desk.office import Office, new_id
from adit.desk.protocols import Found, file_protocol
from adit.desk.territories import extent_in, here, standing
from adit.desk.web.accounts import add_account
from adit.desk.web.languages import words
from adit.evidence.sources.geometry import project
from adit.journal import store as journal
from adit.register.records import Inspection, Letter, Machine, Meter, Site
from adit.register.store import Books, listed, one, rebuild
from adit.terms.errors import BadInput, NotFound, Refused

JPEG, PNG, WEBP = b"\xff\xd8\xff\xe0 one", b"\x89PNG\r\n\x1a\n two", b"RIFF\x00\x00\x00\x00WEBP three"
File = tuple[str, bytes, str]


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def _planned(office: Office) -> str:
    return _visit(office, "planned")


def _visit(office: Office, state: str) -> str:
    with office.reading() as connection:
        [found] = listed(connection, Inspection, "state = %s AND upper_inf(valid)", [state])
    return found.id


def _record(office: Office, visit: str) -> Inspection:
    with office.reading() as connection:
        return one(connection, Inspection, visit).record


def _site(office: Office, name: str = "Ангара Вычисления") -> str:
    with office.reading() as connection:
        [found] = listed(connection, Site, "name LIKE %s", [f"%{name}%"])
    return found.id


def _letters(office: Office, visit: str) -> list[Letter]:
    with office.reading() as connection:
        return [found.record for found in listed(connection, Letter, "about = %s", [visit])]


def _file(
    person: Person, visit: str, photos: Sequence[File] = (), *, key: str = "", accept: str = "text/html", **fields: Any
) -> Response:
    """Send the protocol as a phone does; `key` is that of the page where none is given."""
    page = person.client.get(f"/visits/{visit}").text
    csrf = field(page, "csrf") or field(person.get("/account"), "csrf")
    with person.office.reading() as connection:
        meters = listed(
            connection, Meter, "site = %s", [one(connection, Inspection, visit).record.site], order="serial"
        )
    sent = {"csrf": csrf, "key": key or field(page, "key") or "k" * 20, "meter": meters[0].id}
    return person.client.post(
        f"/visits/{visit}/file",
        data=sent | {k: v for k, v in fields.items() if v is not None},
        files=[("photos", photo) for photo in photos] or [("photos", ("", b"", "application/octet-stream"))],
        headers={"accept": accept},
        follow_redirects=False,
    )


def _kept(office: Office) -> list[str]:
    folder = office.settings.folder / "uploads"
    return sorted(f.name for f in folder.iterdir()) if folder.is_dir() else []


def _second_inspector(office: Office) -> Person:
    hand = add_account(
        office, login="another", name="Another", roles=["inspector"], password=PASSWORD, by="office-000001"
    )
    with office.reading() as connection:
        connection.execute("UPDATE desk.account SET totp_secret = %s WHERE hand = %s", (SECRET, hand))
    return Person(office, "another")


# Lists and sites --------------------------------------------------------------------------------------------------
def test_an_inspector_begins_with_the_own_visits_and_an_officer_sees_all(office: Office):
    person = Person(office)
    assert person.sign_in("inspector").url.path == "/visits"
    inspector, officer, other = Person(office, "inspector"), Person(office, "officer"), _second_inspector(office)
    mine = inspector.get("/visits")
    assert mine.index("Ангара Вычисления") < mine.index("Братская Нить")  # what is planned comes first
    assert "Инна Выездная" not in re.sub(r"<header.*?</header>", "", mine, flags=re.DOTALL)
    assert "Инна Выездная" in officer.get("/visits")
    assert "No visit here" in other.get("/visits")
    assert "Братская Нить" not in inspector.get("/visits?state=planned")
    assert "Братская Нить" in inspector.get("/visits?state=filed")
    inspector.get("/visits?state=forgotten", status=422)


def test_a_long_list_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adit.desk.pages.visits.SHOWN", 1)
    officer, visit = Person(office, "officer"), _planned(office)
    officer.post(f"/visits/{visit}/cancel", page=f"/visits/{visit}", why="Not needed.")
    first = officer.get("/visits")
    assert links(first, "/visits/") == [f"/visits/{visit}"]
    [more] = [a for a in links(first, "/visits?") if "before=" in a]
    assert links(officer.get(more.replace("&amp;", "&")), "/visits/") == [f"/visits/{_visit(office, 'filed')}"]


def test_a_site_tells_what_its_machines_could_use_beside_what_was_metered_and_declared(office: Office):
    site = _site(office)
    with office.reading() as connection:
        machines = [m.record for m in listed(connection, Machine, "site = %s", [site])]
        [meter] = listed(connection, Meter, "site = %s", [site])
    nameplate = round(sum(m.power_w for m in machines) * 24 * 28 / 1000)
    page = Person(office, "inspector").get(f"/sites/{site}")
    assert f"In 2025-02 the machines entered here could use {nameplate:,}\N{NO-BREAK SPACE}kWh" in page
    assert meter.record.serial in page
    assert "no verdict" in page
    assert f"/parties/{one_site(office, site).owner}" in page
    for model in {m.model for m in machines}:
        assert f"{model}" in page
    assert "geo:52.5448,103.8885" in page


def one_site(office: Office, site: str) -> Site:
    with office.reading() as connection:
        return one(connection, Site, site).record


def test_machines_that_came_in_the_middle_of_a_month_count_for_their_days(office: Office):
    site = _site(office, "Даргин Хэш")
    with office.reading() as connection:
        there = sum(m.record.power_w for m in listed(connection, Machine, "site = %s", [site]))
    machine = Machine(one_site(office, site).owner, site, "Bitmain", "S99", "SN-NEW", 1_000, 1_000_000)
    _enter(office, lambda books: books.state(new_id("machine"), machine, since=date(2025, 3, 22), new=True))
    march = (there * 31 + 1_000_000 * 10) * 24 // 1000
    page = Person(office, "inspector").get(f"/sites/{site}")
    assert f"{march:,}\N{NO-BREAK SPACE}kWh" in page


def _enter(office: Office, work: Any) -> None:
    def done(transaction: Any) -> dict[str, str]:
        work(Books(transaction, "office-000001"))
        return {}

    office.write(done, key=new_id("test"))


def test_a_site_tells_of_the_ban_of_next_monday_and_of_the_one_that_holds(office: Office):
    inspector = Person(office, "inspector")
    ahead = inspector.get(f"/sites/{_site(office)}")
    assert "Mining is not banned here today" in ahead
    assert "Banned from 2025-04-07 on." in ahead
    banned = inspector.get(f"/sites/{_site(office, 'Даргин Хэш')}")
    assert "Mining is banned here today" in banned
    assert "Banned since 2025-01-01." in banned
    assert "Government Decree 1869" in banned


def test_a_site_that_does_not_exist_is_not_found(office: Office):
    inspector = Person(office, "inspector")
    inspector.get("/sites/site-0000000000", status=404)
    inspector.post("/sites/site-0000000000/visits", day="2025-04-02", why="To see it.", status=404)
    inspector.get("/visits/inspection-0000000000", status=404)


# Planning ---------------------------------------------------------------------------------------------------------
def test_an_inspector_plans_for_itself_and_an_officer_for_whoever_visits(office: Office):
    inspector, officer, site = Person(office, "inspector"), Person(office, "officer"), _site(office, "Карелия")
    page = f"/sites/{site}"
    inspector.post(f"{page}/visits", page=page, day="05.04.2025", why="To count the machines.")
    with office.reading() as connection:
        [visit] = listed(connection, Inspection, "site = %s", [site])
    assert visit.valid_from == date(2025, 4, 5)
    assert "To count the machines." in inspector.get(f"/visits/{visit.id}")
    assert 'name="inspector"' not in inspector.get(page)

    [hand] = re.findall(r'<option value="(inspector-\w+)"', officer.get(page))
    officer.post(f"{page}/visits", page=page, day="2025-04-06", why="Again.", inspector=hand)
    with office.reading() as connection:
        assert {v.record.inspector for v in listed(connection, Inspection, "site = %s", [site])} == {hand}
    assert inspector.get(page).count("planned</span>") == 2


def test_what_cannot_be_planned_is_told_at_its_field_and_nothing_is_lost(office: Office):
    inspector, officer, site = Person(office, "inspector"), Person(office, "officer"), _site(office, "Карелия")
    page = f"/sites/{site}"
    past = inspector.post(f"{page}/visits", page=page, day="2025-03-31", why="Kept.", status=422)
    assert 'href="#day"' in past
    assert "Kept." in past
    assert 'href="#why"' in inspector.post(f"{page}/visits", page=page, day="2025-04-02", why="", status=422)
    assert 'href="#day"' in inspector.post(f"{page}/visits", page=page, day="soon", why="Why", status=422)
    nobody = officer.post(
        f"{page}/visits", page=page, day="2025-04-02", why="Why", inspector="miner-0000000000", status=422
    )
    assert 'href="#inspector"' in nobody
    other = re.findall(r'<option value="(officer-\w+)"', officer.get(page))[0]
    told = inspector.post(f"{page}/visits", page=page, day="2025-04-02", why="Why", inspector=other, status=403)
    assert "for yourself alone" in told
    with office.reading() as connection:
        assert listed(connection, Inspection, "site = %s", [site]) == []


def test_a_visit_is_called_off_with_a_reason_by_its_inspector_or_an_officer(office: Office):
    inspector, officer, other = Person(office, "inspector"), Person(office, "officer"), _second_inspector(office)
    visit = _planned(office)
    inspector.post(f"/visits/{visit}/cancel", page=f"/visits/{visit}", why="", status=422)
    other.post(f"/visits/{visit}/cancel", why="Mine now.", status=403)
    officer.post(f"/visits/{visit}/cancel", page=f"/visits/{visit}", why="The road is closed.")
    assert _record(office, visit).state == "cancelled"
    page = inspector.get(f"/visits/{visit}")
    assert "The road is closed." in page
    assert f'data-done="{visit}"' in page
    officer.post(f"/visits/{visit}/cancel", why="Again.", status=409)
    officer.post(f"/visits/{_visit(office, 'filed')}/cancel", why="It was wrong.", status=409)
    assert _file(inspector, visit, machines="1").status_code == 409


# Filing -----------------------------------------------------------------------------------------------------------
def test_what_was_found_is_filed_with_photos_and_the_party_has_it_by_letter(office: Office):
    inspector, officer, miner = Person(office, "inspector"), Person(office, "officer"), Person(office, "miner")
    visit = _planned(office)
    photos = [("a.jpg", JPEG, "image/jpeg"), ("..\\b.png", PNG, "image/png"), ("c.webp", WEBP, "text/html")]
    sent = _file(inspector, visit, photos, machines="58", reading_kwh="1 234 567,5", protocol="Two racks are empty.")
    assert sent.status_code == 303

    held = _record(office, visit)
    assert (held.state, held.machines_found, held.reading_wh) == ("filed", 58, 1_234_567_500)
    assert [p["sha256"] for p in held.photos] == [sha256(p[1]).hexdigest() for p in photos]
    assert [p["name"] for p in held.photos] == ["a.jpg", "b.png", "c.webp"]
    assert _kept(office) == sorted(p["sha256"] for p in held.photos)

    page = inspector.get(f"/visits/{visit}")
    assert "58 machines found" in page
    assert "In the register on that day: 60 machines. Found: 2 fewer than in the register." in page
    assert "1,234,567.5" in page
    assert "Two racks are empty." in page
    assert page.count("<img ") == 3
    assert f'data-done="{visit}"' in page
    assert "Begin an exclusion" not in page
    assert "Begin an exclusion" in officer.get(f"/visits/{visit}")
    assert "58 machines found" in officer.get(f"/sites/{_site(office)}")

    # the letter: entered with it, read by the party, and the journal is whole
    [letter] = _letters(office, visit)
    party = one_site(office, _site(office)).owner
    assert (letter.party, letter.paper) == (party, "protocol")
    newest = links(miner.get(f"/mine/letters?party={party}"), "/mine/letters/")[0]
    paper = "\n".join(p.extract_text() for p in PdfReader(BytesIO(miner.client.get(newest).content)).pages)
    assert "Акт осмотра площадки" in paper
    assert "Two racks are empty." in paper
    assert "58" in paper
    assert sha256(JPEG).hexdigest()[:8] in paper
    with office.reading() as connection:
        _, _, faults = journal.verify(connection)
    assert faults == []
    assert {table for table, (before, after) in rebuild(office.database).items() if before != after} == set()


def test_the_difference_to_the_register_stays_as_it_was_on_that_day(office: Office):
    visit = _visit(office, "filed")
    site, inspector = _record(office, visit).site, Person(office, "inspector")
    before = inspector.get(f"/visits/{visit}")
    assert "Found: 16 fewer than in the register." in before
    machine = Machine(one_site(office, site).owner, site, "Bitmain", "S99", "SN-LATE", 1_000, 1_000)
    _enter(office, lambda books: books.state(new_id("machine"), machine, since=date(2024, 11, 1), new=True))
    assert "In the register on that day: 80 machines." in inspector.get(f"/visits/{visit}")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("60", "as many as in the register"),
        ("61", "1 more than in the register"),
        ("0", "60 fewer than in the register"),
    ],
)
def test_the_difference_is_told_in_words(office: Office, found: str, said: str):
    inspector, visit = Person(office, "inspector"), _planned(office)
    assert _file(inspector, visit, machines=found).status_code == 303
    assert f"Found: {said}." in inspector.get(f"/visits/{visit}")


def test_a_protocol_sent_twice_counts_once(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    photo = [("a.jpg", JPEG, "image/jpeg")]
    key = "protocol-key-of-one-page"
    answers = {_file(inspector, visit, photo, key=key, machines="60").status_code for _ in range(5)}
    assert answers == {303}
    assert len(_letters(office, visit)) == 1
    with office.reading() as connection:
        assert len(journal.entries_about(connection, [visit])) == 2  # planned, filed
    # the same key with another photo, or another number, is another request and is told so
    other = _file(
        inspector, visit, [("a.jpg", JPEG + b"!", "image/jpeg")], key=key, machines="60", accept="application/json"
    )
    assert other.status_code == 422
    assert "used for another request" in other.json()["detail"]
    assert _file(inspector, visit, photo, key=key, machines="59", accept="application/json").status_code == 422
    again = _file(inspector, visit, photo, key="another-key-of-a-page", machines="60")
    assert again.status_code == 409
    assert "filed already" in again.text


def test_who_could_not_enter_counts_nothing_and_says_why(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    silent = _file(inspector, visit, no_entry="yes", machines="12")
    assert silent.status_code == 422
    assert 'href="#protocol"' in silent.text
    assert "checked" in silent.text
    sent = _file(
        inspector,
        visit,
        [("door.jpg", JPEG, "image/jpeg")],
        no_entry="yes",
        machines="12",
        protocol="The gate was locked.",
    )
    assert sent.status_code == 303
    held = _record(office, visit)
    assert (held.machines_found, held.reading_wh, held.protocol) == (None, None, "The gate was locked.")
    page = inspector.get(f"/visits/{visit}")
    assert "could not enter" in page
    assert "The gate was locked." in page
    assert page.count("<img ") == 1
    assert "could not enter 1" in inspector.get("/visits?state=not entered")
    assert visit in inspector.get("/visits?state=not entered")
    assert visit not in inspector.get("/visits?state=cancelled")
    [letter] = _letters(office, visit)
    said = words("ru", office.settings.zone, office.regime)
    opening = said.gettext("An inspector of the office came to your site and could not enter it.")
    assert letter.content["blocks"][0]["text"] == opening
    assert _file(inspector, visit, machines="60", key="a-second-key-of-a-page").status_code == 409
    assert {table for table, (before, after) in rebuild(office.database).items() if before != after} == set()


def test_a_visit_of_another_inspector_is_not_filed(office: Office):
    other, officer, visit = _second_inspector(office), Person(office, "officer"), _planned(office)
    for person in (other, officer):
        assert "who alone can file it" in person.get(f"/visits/{visit}")
        sent = _file(person, visit, [("a.jpg", JPEG, "image/jpeg")], machines="60")
        assert sent.status_code == 403
        assert "planned for another inspector" in sent.text
        assert _file(person, visit, no_entry="yes", protocol="Locked.", accept="application/json").status_code == 403
    assert _kept(office) == []  # nobody fills the disk with what is not filed
    assert _record(office, visit).state == "planned"


def test_the_hand_that_writes_looks_once_more_whose_visit_it_is(office: Office):
    visit, said = _planned(office), words("ru", "Europe/Moscow", office.regime)
    for found in (Found(1, None, "", ""), Found(None, None, "", "Locked.")):
        with pytest.raises(Exception, match="another inspector"):
            _enter(
                office,
                lambda b, f=found: file_protocol(b, visit, f, letter=new_id("letter"), said=said, on=date(2025, 4, 1)),
            )
    assert _record(office, visit).state == "planned"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"machines": "-1"}, "machines"),
        ({"machines": ""}, "machines"),
        ({"machines": "1.5"}, "machines"),
        ({"machines": "many"}, "machines"),
        ({"machines": "1000001"}, "machines"),
        ({"machines": "1e300"}, "machines"),
        ({"machines": "1", "reading_kwh": "-3"}, "reading_kwh"),
        ({"machines": "1", "reading_kwh": "12,3456"}, "reading_kwh"),
        ({"machines": "1", "reading_kwh": "NaN"}, "reading_kwh"),
        ({"machines": "1", "reading_kwh": "99999999999999"}, "reading_kwh"),
        ({"machines": "1", "reading_kwh": "5", "meter": "meter-0000000000"}, "meter"),
        ({"machines": "1", "protocol": "x" * 20_001}, "protocol"),
    ],
)
def test_what_cannot_be_filed_is_told_at_its_field_and_nothing_is_lost(
    office: Office, fields: dict[str, Any], where: str
):
    inspector, visit = Person(office, "inspector"), _planned(office)
    given: dict[str, Any] = {"protocol": "Kept & safe."} | fields
    told = _file(inspector, visit, **given)
    assert told.status_code == 422
    assert f'href="#{where}"' in told.text
    assert "Kept &amp; safe." in told.text or len(fields.get("protocol", "")) > 100
    as_json = _file(inspector, visit, accept="application/json", **given).json()
    assert (as_json["status"], as_json["where"]) == (422, where)
    assert _record(office, visit).state == "planned"
    assert _letters(office, visit) == []


def test_at_a_site_with_two_meters_the_protocol_says_which_was_read(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    second = new_id("meter")
    _enter(
        office,
        lambda books: books.state(second, Meter(_site(office), "M-SECOND", "site"), since=date(2025, 1, 1), new=True),
    )
    assert "M-SECOND" in inspector.get(f"/visits/{visit}")
    _file(inspector, visit, machines="60", reading_kwh="77,25", meter=second, protocol="All is well.")
    held = _record(office, visit)
    assert held.reading_wh == 77_250
    assert held.protocol == "All is well.\nMeter M-SECOND: 77.25\N{NO-BREAK SPACE}kWh"


def test_a_phone_is_told_in_json_and_the_message_goes_along(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    sent = _file(inspector, visit, machines="60", accept="application/json")
    assert (sent.status_code, sent.json()) == (200, {"to": f"/visits/{visit}"})
    assert "Filed." in inspector.get(f"/visits/{visit}")


# Photos -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("photos", "said"),
    [
        (
            [("drawing.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/jpeg")],
            "no photo",
        ),
        ([("page.jpg", b"<!doctype html><script>alert(1)</script>", "image/jpeg")], "no photo"),
        ([("old.gif", b"GIF89a", "image/gif")], "no photo"),
        ([("sound.webp", b"RIFF\x00\x00\x00\x00WAVEfmt ", "image/webp")], "no photo"),
        ([("empty.jpg", b"", "image/jpeg")], "no photo"),
        ([("good.jpg", JPEG, "image/jpeg"), ("bad.jpg", b"MZ", "image/jpeg")], "no photo"),
        ([("large.jpg", JPEG + bytes(16_000_000), "image/jpeg")], "larger than 15 MB"),
        ([(f"{n}.jpg", JPEG + bytes([n]), "image/jpeg") for n in range(13)], "more than twelve"),
    ],
    ids=["svg", "html", "gif", "wav", "empty", "one of two", "16 MB", "13 photos"],
)
def test_what_is_no_photo_or_too_much_is_not_kept(office: Office, photos: list[File], said: str):
    inspector, visit = Person(office, "inspector"), _planned(office)
    told = _file(inspector, visit, photos, machines="60", protocol="Kept.")
    assert told.status_code == 422
    assert said in told.text
    assert 'href="#photos"' in told.text
    assert "Kept." in told.text
    assert _record(office, visit).state == "planned"
    assert _kept(office) == []


def test_twelve_photos_are_not_too_many_and_the_same_one_counts_once(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    photos = [(f"{n}.jpg", JPEG + bytes([n // 2]), "image/jpeg") for n in range(12)]
    assert _file(inspector, visit, photos, machines="60").status_code == 303
    assert len(_record(office, visit).photos) == 6


def test_a_photo_is_served_as_it_came_and_to_visitors_only(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    _file(inspector, visit, [("a.jpg", JPEG, "image/jpeg"), ("c.webp", WEBP, "text/html")], machines="60")
    for content, kind in ((JPEG, "image/jpeg"), (WEBP, "image/webp")):
        address = f"/visits/{visit}/photos/{sha256(content).hexdigest()}"
        served = inspector.client.get(address)
        assert served.content == content
        assert served.headers["content-type"] == kind
        assert served.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.headers["cache-control"] == "no-store"
        assert re.fullmatch(r'attachment; filename="[0-9a-f]{16}\.(jpeg|webp)"', served.headers["content-disposition"])
        assert Person(office, "officer").client.get(address).status_code == 200
        for login in ("analyst", "miner", "admin"):
            assert Person(office, login).client.get(address).status_code == 403
    stranger = Person(office)
    stranger.client.follow_redirects = False
    assert stranger.client.get(address).status_code == 303
    filed = _visit_of_demo(office, visit)
    inspector.get(f"/visits/{filed}/photos/{sha256(JPEG).hexdigest()}", status=404)  # of another visit
    inspector.get(f"/visits/{visit}/photos/..%2Fcheckpoint.key", status=404)


def _visit_of_demo(office: Office, but_not: str) -> str:
    with office.reading() as connection:
        found = listed(connection, Inspection, "state = 'filed' AND id <> %s", [but_not])
    return found[0].id


def test_a_photo_that_was_changed_on_disk_is_found_out(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    _file(inspector, visit, [("a.jpg", JPEG, "image/jpeg")], machines="60")
    digest = sha256(JPEG).hexdigest()
    file = office.settings.folder / "uploads" / digest
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(JPEG.replace(b"one", b"two"))
    told = inspector.client.get(f"/visits/{visit}/photos/{digest}")
    assert told.status_code == 409
    assert "was changed after it had been filed" in told.text
    file.unlink()
    assert inspector.client.get(f"/visits/{visit}/photos/{digest}").status_code == 404


def test_more_than_all_photos_together_is_turned_away_before_it_is_read(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    headers = {"content-type": "multipart/form-data; boundary=x"}
    large = inspector.client.post(
        f"/visits/{visit}/file", content=b"--x", headers=headers | {"content-length": "900000000"}
    )
    assert large.status_code == 413


def test_what_is_kept_is_whole_or_not_there(tmp_path: Path):
    content = bytes(range(256)) * 5000
    digest, size = uploads.store(tmp_path / "uploads", UploadFile(BytesIO(content)), 2_000_000)
    assert (digest, size) == (sha256(content).hexdigest(), len(content))
    assert uploads.read(tmp_path / "uploads", digest) == content
    assert uploads.store(tmp_path / "uploads", UploadFile(BytesIO(content)), 2_000_000) == (digest, size)
    with pytest.raises(BadInput, match="larger than 1 MB"):
        uploads.store(tmp_path / "uploads", UploadFile(BytesIO(content)), 1_000_000)
    assert [f.name for f in (tmp_path / "uploads").iterdir()] == [digest]
    (tmp_path / "uploads" / digest).write_bytes(b"other")
    with pytest.raises(Refused, match="changed"):
        uploads.read(tmp_path / "uploads", digest)
    uploads.store(
        tmp_path / "uploads", UploadFile(BytesIO(content)), 2_000_000
    )  # the same content comes again: whole again
    assert uploads.read(tmp_path / "uploads", digest) == content
    with pytest.raises(NotFound):
        uploads.read(tmp_path / "uploads", "0" * 64)


# Territories and the map ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("region", "municipality", "on", "now", "since", "turns_on"),
    [
        ("RU-IRK", "angarsk", "2025-04-01", "free", None, "2025-04-07"),
        ("RU-IRK", "angarsk", "2025-05-01", "banned", "2025-04-07", None),
        ("RU-IRK", "bratsk", "2025-04-01", "free", None, None),
        ("RU-BU", "ulan-ude", "2025-12-01", "banned", "2025-11-15", "2026-03-16"),
        ("RU-BU", "ulan-ude", "2026-02-01", "banned", "2025-11-15", "2026-03-16"),
        (
            "RU-BU",
            "ulan-ude",
            "2025-02-01",
            "banned",
            "2025-01-01",
            "2025-03-16",
        ),  # the decree came in the middle of its season
        ("RU-BU", "", "2025-12-01", "not certain", None, "2026-03-16"),
        ("RU-DA", "", "2025-04-01", "banned", "2025-01-01", None),
        ("RU-TVE", "", "2025-04-01", "free", None, None),
    ],
)
def test_how_it_stands_at_a_place_and_when_it_turns(
    region: str, municipality: str, on: str, now: str, since: str | None, turns_on: str | None
):
    found = here(law.load("ru/law"), Site("party-1", None, "Site", region, municipality), date.fromisoformat(on))
    assert found is not None
    assert found.now.value == now
    assert found.since == (date.fromisoformat(since) if since else None)
    assert found.turns_on == (date.fromisoformat(turns_on) if turns_on else None)


def test_an_act_without_territories_says_nothing_of_places():
    act = law.load("ru/finance_ministry_2022")
    assert here(act, Site("party-1", None, "Site", "RU-DA"), date(2025, 4, 1)) is None
    assert standing(act, "RU-DA", date(2025, 4, 1)).state == "free"


@pytest.mark.parametrize(
    ("region", "on", "state", "extent"),
    [
        ("RU-DA", "2025-04-01", "all", "the whole region"),
        ("RU-IRK", "2025-04-01", "free", ""),
        ("RU-IRK", "2025-04-07", "part", "29 municipalities"),
        (
            "RU-BU",
            "2025-04-01",
            "season",
            "a part of the region, not listed, including Ulan-Ude, each year from 11-15 through 03-15",
        ),
        (
            "RU-BU",
            "2025-11-15",
            "part",
            "a part of the region, not listed, including Ulan-Ude, each year from 11-15 through 03-15",
        ),
        ("RU-BU", "2031-03-16", "free", ""),
    ],
)
def test_how_it_stands_in_a_region(region: str, on: str, state: str, extent: str):
    found = standing(law.load("ru/law"), region, date.fromisoformat(on))
    assert found.state == state
    assert [extent_in(row.value, "en") for row in found.rows] == ([extent] if extent else [])


def test_the_map_tells_the_same_by_picture_and_by_table(office: Office):
    inspector = Person(office, "inspector")
    today, winter = inspector.get("/map"), inspector.get("/map?on=2025-11-15")
    assert _of_kind(today, "all") == 6  # of those that have an outline
    assert (_of_kind(today, "part"), _of_kind(winter, "part")) == (2, 3)
    with office.reading() as connection:
        there = [s.record.connection_kw for s in listed(connection, Site, "region = 'RU-IRK'", on=office.today())]
    assert f"<title>Irkutsk Oblast: not banned, {len(there)} sites</title>" in today
    assert f"<title>Irkutsk Oblast: banned in part, {len(there)} sites</title>" in winter
    assert "<title>Buryatia: banned in a season, not on this day</title>" in today
    row = _row(winter, "Irkutsk Oblast")
    assert "29 municipalities" in row
    assert "Government decree amending Decree 1869" in row
    assert f'data-label="Sites">{len(there)}<' in row
    assert f"{sum(there) / 1000:.3f}".rstrip("0") in row
    assert "Donetsk Oblast" in today  # has no outline, and is named by the decree
    assert "internationally recognised as part of Ukraine" in today
    assert re.search(r"\d\d other regions have neither a site nor a ban", today)


def _of_kind(page: str, kind: str) -> int:
    return len(re.findall(rf'<path class="{kind}"', page))


def _row(page: str, region: str) -> str:
    return next(r for r in re.findall(r"<tr data-row.*?</tr>", page, re.DOTALL) if region in r)


def test_circles_stand_where_the_sites_are(office: Office):
    with office.reading() as connection:
        drawn = circles(connection, office.today())
    at = {c.name: c for c in drawn if c.name}
    angarsk, krasnoyarsk = at["Площадка «Ангара Вычисления»"], at["Площадка «Госэнергомайн»"]
    assert (angarsk.x, angarsk.y) == tuple(round(v, 1) for v in project(103.8885, 52.5448))
    assert angarsk.r > krasnoyarsk.r > at["Площадка «Кубань Блок»"].r
    homes = next(
        c for c in drawn if c.region == "RU-IRK" and c.sites == 3
    )  # without coordinates: in the middle of the region
    assert 1150 < homes.x < 1250
    tver = next(c for c in drawn if c.region == "RU-TVE")
    assert (tver.sites, tver.kw, tver.site) == (2, 660, "")  # close together: one circle


def test_a_circle_leads_where_its_reader_may_go(office: Office):
    site = _site(office)
    for login, own in (("inspector", True), ("officer", True), ("analyst", False)):
        page = Person(office, login).get("/map")
        assert (f'href="/sites/{site}"' in page) is own
        assert 'href="/members?region=RU-IRK"' in page
        assert ("Ангара Вычисления" in page) is own
    Person(office, "miner").get("/map", status=403)


def test_sites_of_a_day_are_those_that_stood_there_then(office: Office):
    inspector = Person(office, "inspector")
    assert "<circle cx" in inspector.get("/map?on=2024-11-01")
    before = inspector.get("/map?on=2024-10-31")
    assert re.search(r'<g class="sites">\s*</g>', before)
    for wrong in ("2025-13-01", "soon", "0001-01-01", "2025"):
        inspector.get(f"/map?on={wrong}", status=422)


@pytest.mark.parametrize("path", ["/visits", "/map", "/sites/{site}", "/visits/{planned}", "/visits/{filed}"])
def test_every_page_is_there_in_russian_too(office: Office, path: str):
    page = path.format(site=_site(office), planned=_planned(office), filed=_visit(office, "filed"))
    assert 'lang="ru"' in Person(office, "inspector", language="ru").get(page)
