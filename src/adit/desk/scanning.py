"""Whether what people send is malware: asked of a ClamAV over its socket, where the office names one. Until it said yes, nobody is given the file.

Without a scanner everything is given as it came, and pages say that it was not scanned. A file is never changed: it may be evidence.
"""

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import structlog

from adit.desk.office import Office
from adit.desk.web.pages import N_
from adit.engines.database import Connection
from adit.terms.errors import Refused, Unavailable

__all__ = ["STATES", "ask", "given", "look_again", "states", "take_in"]

log = structlog.get_logger()
STATES = {
    "": N_("not scanned"),
    "waiting": N_("waits for the scanner"),
    "clean": N_("scanned"),
    "found": N_("malware was found"),
}
PATIENCE_S = 30.0
AT_ONCE = 20  # files that one round looks at
_BLOCK = 1 << 16
_REPLY = 4096  # bytes of an answer; it is a line


def ask(place: str, blocks: Iterator[bytes]) -> str:
    """What the scanner at a socket finds in what is sent to it (INSTREAM): the name of it, empty for nothing. Raises Unavailable."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(place)
            line.sendall(b"zINSTREAM\0")
            for block in blocks:
                line.sendall(len(block).to_bytes(4) + block)
            line.sendall(bytes(4))
            said = _line(line)
    except OSError as error:
        raise Unavailable("The scanner does not answer.", where=place, todo="Try again in a minute.") from error
    verdict = said.removeprefix("stream:").strip()
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND").strip() or "unnamed"
    raise Unavailable("The scanner could not look at this file.", where=said[:200], todo="Tell an administrator.")


def _line(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _REPLY and (more := line.recv(_REPLY)):
        said += more
    return said.partition(b"\0")[0].decode(errors="replace").strip()


def take_in(office: Office, digest: str) -> str:
    """Have a file that was just kept looked at: its state. Where the scanner does not answer it waits, and a round asks again."""
    if not office.settings.scanner:
        return ""
    with office.reading() as connection:
        connection.execute(
            "INSERT INTO desk.upload (sha256, state, kept_at) VALUES (%s, 'waiting', %s) ON CONFLICT DO NOTHING",
            (digest, office.now()),
        )
        [(state,)] = connection.execute("SELECT state FROM desk.upload WHERE sha256 = %s", [digest]).fetchall()
    return _scan(office, digest) if state == "waiting" else str(state)


def _scan(office: Office, digest: str) -> str:
    try:
        with (office.settings.folder / "uploads" / digest).open("rb") as file:
            found = ask(office.settings.scanner, _blocks(file))
    except (Unavailable, FileNotFoundError) as error:
        log.warning("not scanned yet", kind=type(error).__name__)
        return "waiting"
    state = "found" if found else "clean"
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.upload SET state = %s, found = %s, scanned_at = %s WHERE sha256 = %s AND state = 'waiting'",
            (state, found, office.now(), digest),
        )
    log.info("scanned", kind=state)
    return state


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def states(office: Office, connection: Connection, digests: Sequence[str]) -> dict[str, str]:
    """The state of each file: what the scanner said; without a word of it, that it waits where there is a scanner, and else nothing."""
    rows = connection.execute("SELECT sha256, state FROM desk.upload WHERE sha256 = ANY(%s)", [[*digests]]).fetchall()
    scanner = bool(office.settings.scanner)
    said = {str(d): str(s) for d, s in rows if scanner or s != "waiting"}
    return {d: said.get(d, "waiting" if scanner else "") for d in digests}


def given(office: Office, digest: str) -> None:
    """Raise Unavailable for a file that the scanner has not looked at yet, Refused for one in which it found something."""
    with office.reading() as connection:
        state = states(office, connection, [digest])[digest]
    if state == "waiting":
        state = take_in(office, digest)
    if state == "waiting":
        raise Unavailable("This file waits for the scanner.", todo="Try again in a minute.")
    if state == "found":
        raise Refused(
            "The scanner found malware in this file: it is kept and given to nobody.", name="malware",
            todo="Ask an administrator; whoever sent it should look at the machine it came from.",
        )  # fmt: skip


def look_again(office: Office) -> int:
    """Have files looked at that still wait, the oldest first; how many were. One that is gone waits no more."""
    if not office.settings.scanner:
        return 0
    with office.reading() as connection:
        waiting = connection.execute(
            "SELECT sha256 FROM desk.upload WHERE state = 'waiting' ORDER BY kept_at LIMIT %s", [AT_ONCE]
        ).fetchall()
    looked = 0
    for (digest,) in waiting:
        if not Path(office.settings.folder / "uploads" / digest).exists():
            with office.reading() as connection:
                connection.execute("DELETE FROM desk.upload WHERE sha256 = %s", [digest])
            continue
        if _scan(office, digest) == "waiting":
            break  # it does not answer: the others wait for the next round
        looked += 1
    return looked
