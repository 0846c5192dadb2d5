"""Files that people send: looked at by a scanner where there is one, given to nobody before it said yes, limited in pixels, removed when their days are over."""

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from tests.databases import Clock
from tests.desk.at_work import Person, field, office_at_work

from adit.desk import images, importing, jobs, retention, scanning
from adit.desk.office import Office
from adit.desk.pages.visits import PHOTO_BYTES
from adit.desk.rounds import HAND
from adit.desk.uploads import store
from adit.terms.errors import Refused, Unavailable

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
pages = pytest.mark.slow


class Scanner:
    """A server that speaks INSTREAM as ClamAV does: finds the harmless test file of EICAR, and says what it is told to."""

    def __init__(self, place: Path) -> None:
        self.place, self.seen, self.says = str(place), list[bytes](), ""
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.line.bind(self.place)
        self.line.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                asked, _ = self.line.accept()
            except OSError:
                return
            with asked:
                self._answer(asked)

    def _answer(self, asked: socket.socket) -> None:
        with asked.makefile("rb") as file:
            if file.read(10) != b"zINSTREAM\0":
                asked.sendall(b"UNKNOWN COMMAND\0")
                return
            content = b""
            while size := int.from_bytes(file.read(4)):
                assert size <= 1 << 16, "in pieces"
                content += file.read(size)
        self.seen.append(content)
        if self.says == "silence":
            return
        verdict = self.says or ("stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK")
        asked.sendall(verdict.encode() + b"\0")


@contextmanager
def scanning_at(place: Path) -> Iterator[Scanner]:
    scanner = Scanner(place)
    try:
        yield scanner
    finally:
        scanner.line.close()


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    with scanning_at(tmp_path / "clamd.sock") as found:
        yield found


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture
def guarded(office: Office, scanner: Scanner) -> Office:
    office.settings = replace(office.settings, scanner=scanner.place)
    return office


# The protocol -----------------------------------------------------------------------------------------------------
def _in_pieces(content: bytes, size: int = 1 << 16) -> Iterator[bytes]:
    return iter([content[i : i + size] for i in range(0, len(content), size)])


@pytest.mark.parametrize(("content", "found"), [
    (b"", ""), (b"a photo", ""), (bytes(200_000), ""), (EICAR, "Eicar-Test-Signature"), (bytes(70_000) + EICAR, "Eicar-Test-Signature"),
])  # fmt: skip
def test_what_the_scanner_says_is_understood(scanner: Scanner, content: bytes, found: str):
    assert scanning.ask(scanner.place, _in_pieces(content)) == found
    assert scanner.seen == [content]


@pytest.mark.parametrize(("says", "told"), [
    ("INSTREAM size limit exceeded. ERROR", "could not look"), ("silence", "could not look"), ("stream: ", "could not look"),
    ("OK, perhaps", "could not look"), ("stream: Can't allocate memory ERROR", "could not look"),
])  # fmt: skip
def test_what_is_no_yes_is_none(scanner: Scanner, says: str, told: str):
    scanner.says = says
    with pytest.raises(Unavailable, match=told):
        scanning.ask(scanner.place, iter([b"x"]))


def test_a_scanner_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(Unavailable, match="does not answer"):
        scanning.ask(str(tmp_path / "nowhere"), iter([b"x"]))


# Photos -----------------------------------------------------------------------------------------------------------
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10)


def _planned(office: Office) -> str:
    with office.reading() as connection:
        [(visit,)] = connection.execute(
            "SELECT id FROM register.inspection WHERE state = 'planned' AND upper_inf(known) LIMIT 1"
        ).fetchall()
    return str(visit)


def _file(inspector: Person, visit: str, content: bytes) -> str:
    page = inspector.get(f"/visits/{visit}")
    told = inspector.client.post(
        f"/visits/{visit}/file", data={"csrf": field(page, "csrf"), "key": field(page, "key"), "machines": "6", "protocol": "Seen."},
        files=[("photos", ("a.jpg", content, "image/jpeg"))],
    )  # fmt: skip
    return told.text


def _photo(person: Person, visit: str, content: bytes) -> int:
    return person.client.get(f"/visits/{visit}/photos/{sha256(content).hexdigest()}").status_code


@pages
def test_a_photo_is_given_once_the_scanner_said_yes(guarded: Office, scanner: Scanner):
    inspector, visit = Person(guarded, "inspector"), _planned(guarded)
    assert "scanned" in _file(inspector, visit, JPEG)
    assert scanner.seen == [JPEG]
    assert _photo(inspector, visit, JPEG) == 200


@pages
def test_a_photo_with_malware_is_kept_as_evidence_and_given_to_nobody(guarded: Office):
    inspector, visit, content = Person(guarded, "inspector"), _planned(guarded), JPEG + EICAR
    assert "malware was found" in _file(inspector, visit, content)
    assert _photo(inspector, visit, content) == 409
    assert (guarded.settings.folder / "uploads" / sha256(content).hexdigest()).read_bytes() == content


@pages
def test_while_the_scanner_is_away_files_wait_and_a_round_asks_again(guarded: Office, scanner: Scanner):
    scanner.says = "silence"
    inspector, visit = Person(guarded, "inspector"), _planned(guarded)
    assert "waits for the scanner" in _file(inspector, visit, JPEG)
    assert _photo(inspector, visit, JPEG) == 503
    assert scanning.look_again(guarded) == 0
    scanner.says = ""
    assert scanning.look_again(guarded) == 1
    assert _photo(inspector, visit, JPEG) == 200
    assert scanning.look_again(guarded) == 0


@pages
def test_what_came_before_there_was_a_scanner_is_looked_at_when_it_is_asked_for(office: Office, scanner: Scanner):
    inspector, visit, content = Person(office, "inspector"), _planned(office), JPEG + EICAR
    assert "not scanned" in _file(inspector, visit, content)
    assert _photo(inspector, visit, content) == 200
    office.settings = replace(office.settings, scanner=scanner.place)
    assert _photo(inspector, visit, content) == 409
    office.settings = replace(office.settings, scanner="")
    assert _photo(inspector, visit, content) == 409, "what was found is not forgotten"


# Pixels -----------------------------------------------------------------------------------------------------------
def _png(width: int, height: int) -> bytes:
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + head + zlib.crc32(b"IHDR" + head).to_bytes(4)


def _jpeg(width: int, height: int, *, marker: int = 0xC0, before: bytes = b"") -> bytes:
    return (
        b"\xff\xd8"
        + before
        + bytes([0xFF, marker])
        + b"\x00\x11\x08"
        + height.to_bytes(2)
        + width.to_bytes(2)
        + bytes(10)
    )


def _webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\x00\x00\x00\x00WEBP" + kind + b"\x00\x00\x00\x00" + rest


EXIF = b"\xff\xe1\x00\x08Exif\x00\x00"


@pytest.mark.parametrize(("content", "pixels"), [
    (_png(4000, 3000), 12_000_000), (_png(2**31, 2**31), 2**62), (_jpeg(4000, 3000), 12_000_000), (_jpeg(640, 480, marker=0xC2), 307_200),
    (_jpeg(10, 20, before=EXIF * 3), 200), (_jpeg(10, 20, before=b"\xff\xff\xff\xe0\x00\x02"), 200),
    (_webp(b"VP8X", bytes(4) + (799).to_bytes(3, "little") + (599).to_bytes(3, "little")), 480_000),
    (_webp(b"VP8L", b"\x2f" + (799 | 599 << 14).to_bytes(4, "little") + bytes(5)), 480_000),
    (_webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + (800).to_bytes(2, "little") + (600).to_bytes(2, "little")), 480_000),
    (b"", 0), (b"\xff\xd8", 0), (b"\xff\xd8\xff\xda", 0), (b"\xff\xd8" + EXIF * 2000, 0), (b"\xff\xd8\xff\xe0\x00\x00", 0), (b"GIF89a", 0),
    (_png(1, 1)[:20], 0), (_webp(b"VP8X", b""), 0), (_jpeg(10, 20)[:8], 0),
])  # fmt: skip
def test_how_large_a_picture_is_stands_in_its_head(content: bytes, pixels: int):
    assert images.pixels(BytesIO(content)) == pixels


@pages
@pytest.mark.parametrize("content", [_png(20_000, 20_000), _jpeg(65_000, 65_000)])
def test_a_picture_that_would_fill_a_memory_is_turned_away(office: Office, content: bytes):
    told = _file(Person(office, "inspector"), _planned(office), content)
    assert len(content) < PHOTO_BYTES
    assert "more than a hundred million pixels" in told


# Tables -----------------------------------------------------------------------------------------------------------
TABLE = "Maker,Model,Serial number,Hash rate (TH/s),Power (W)\nBitmain,S21,SN-900001,200,3500\n"


def _bring(person: Person, content: bytes) -> str:
    page = person.get("/imports")
    told = person.client.post(
        "/imports", data={"csrf": field(page, "csrf"), "key": field(page, "key"), "table": "machines", "party": _party(person), "dry": "yes"},
        files={"file": ("table.csv", content, "text/csv")},
    )  # fmt: skip
    return told.text


def _party(person: Person) -> str:
    with person.office.reading() as connection:
        [(party,)] = connection.execute(
            "SELECT min(party) FROM desk.account_party JOIN desk.account USING (hand) WHERE login = 'miner'"
        ).fetchall()
    return str(party)


def _stored(office: Office, content: bytes, *, ended: bool = True, days: int = 0) -> tuple[str, Path]:
    """A table that was imported so many days ago; its job, and its file."""
    from starlette.datastructures import UploadFile

    folder = importing.uploads(office)
    digest, _ = store(folder, UploadFile(BytesIO(content)), 1_000_000)
    with office.reading() as connection:
        [(hand,)] = connection.execute("SELECT hand FROM desk.account WHERE login = 'officer'").fetchall()
    job = importing.start(office, hand, "machines", "", digest, "table.csv", dry=True, key=f"{digest}{days}")
    if ended:
        with office.reading() as connection:
            connection.execute(
                "UPDATE desk.job SET state = 'done', ended_at = %s WHERE id = %s",
                (office.now() - timedelta(days=days), job),
            )
    return job, folder / digest


@pages
def test_a_table_waits_for_the_scanner_and_one_with_malware_enters_nothing(guarded: Office, scanner: Scanner):
    job, file = _stored(guarded, TABLE.encode(), ended=False)
    scanner.says = "silence"
    jobs.run_pending(guarded)
    assert jobs.find(guarded, job)["state"] == "running", "broken off, to be taken again"
    scanner.says = "stream: Something FOUND"
    assert isinstance(guarded.clock, Clock)
    guarded.clock.now += jobs.LEASE + timedelta(seconds=1)
    jobs.run_pending(guarded)
    found = jobs.find(guarded, job)
    assert found["state"] == "failed"
    assert "malware" in found["error"]
    with pytest.raises(Refused):
        scanning.given(guarded, file.name)


@pages
def test_a_table_with_malware_is_turned_away_at_the_door(guarded: Office):
    miner = Person(guarded, "miner")
    content = miner.client.get("/imports/templates/machines.csv").content + EICAR + b"\r\n"
    told = _bring(miner, content)
    assert "The scanner found malware in this file" in told
    assert not (importing.uploads(guarded) / sha256(content).hexdigest()).exists()


# How long they are kept -------------------------------------------------------------------------------------------
@pages
def test_a_table_goes_when_its_days_are_over_and_the_journal_says_so(office: Office):
    days = office.settings.import_days
    old, gone = _stored(office, b"old", days=days)
    _, recent = _stored(office, b"recent", days=days - 1)
    _, running = _stored(office, b"running", ended=False)
    _, shared = _stored(office, b"shared", days=days + 5)
    _stored(office, b"shared", days=1)
    with office.reading() as connection:
        [(before,)] = connection.execute("SELECT count(*) FROM journal.entry").fetchall()
    assert retention.clean(office, HAND) == 1
    assert [f.exists() for f in (gone, recent, running, shared)] == [False, True, True, True]
    with office.reading() as connection:
        rows = connection.execute(
            "SELECT kind, subject, hand, body FROM journal.entry JOIN journal.payload USING (seq) WHERE seq >= %s",
            [before],
        ).fetchall()
    assert rows == [("upload", old, HAND, f'{{"act":"removed","days":{days}}}')]
    assert retention.clean(office, HAND) == 0
    Person(office, "officer").get(f"/imports/{old}")


@pages
def test_a_photo_under_the_same_hash_stays(office: Office):
    inspector, visit = Person(office, "inspector"), _planned(office)
    _file(inspector, visit, JPEG)
    _, file = _stored(office, JPEG, days=office.settings.import_days)
    retention.clean(office, HAND)
    assert file.exists()
    assert _photo(inspector, visit, JPEG) == 200
