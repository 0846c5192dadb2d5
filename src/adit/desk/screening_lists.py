"""The office's lists as people keep them at the desk: files that are sent, files that are fetched in the background, files that two people take."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.datastructures import UploadFile

from adit.desk import jobs, scanning, screening_runs, uploads
from adit.desk.jobs import Job
from adit.desk.office import Office
from adit.desk.screening_service import folder, standing_of
from adit.engines.database import Connection
from adit.register.records import Waiver
from adit.screening import store
from adit.screening.arrivals import Arrival
from adit.screening.configured import registry_of
from adit.screening.loading import Loaded
from adit.screening.states import ListState
from adit.terms.errors import BadInput, NotFound

__all__ = ["FETCH", "accept", "add_file", "check_acceptable", "fetch", "list_of", "names_of_hands", "waiver_of"]

FETCH = "fetch list"  # kind of job


def list_of(office: Office, list_id: str) -> Loaded:
    """A list as it stands. Raises NotFound."""
    found = next((x for x in standing_of(office).loaded if x.state.list_id == list_id), None)
    if found is None:
        raise NotFound("There is no such list.", todo="Look at the lists that the office knows.")
    return found


def add_file(office: Office, list_id: str, upload: UploadFile) -> Arrival:
    """Keep a file that was sent as the newest of its list, good or not. Raises BadInput for malware, and for what holds a private key."""
    root, most = folder(office), office.settings.upload_bytes_max
    registry = registry_of(root)
    spec = registry.spec(list_id)
    taken = office.settings.folder / "uploads"
    digest, _ = uploads.store(taken, upload, most)
    if scanning.take_in(office, digest) == "found":
        (taken / digest).unlink(missing_ok=True)
        raise BadInput(
            "The scanner found malware in this file: it was not taken.", where="file",
            todo="Have the machine looked at from which it comes.",
        )  # fmt: skip
    content = uploads.read(taken, digest)
    (taken / digest).unlink(missing_ok=True)  # the folder of lists keeps it
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2][-100:]
    return store.add(
        root, spec, content, origin=f"sent: {name}", fetched_at_utc=office.now().replace(microsecond=0), strangers=registry.strangers
    )  # fmt: skip


def fetch(office: Office, hand: str, list_id: str, *, key: str) -> str:
    """Have a list fetched from its publisher: the job."""
    if not registry_of(folder(office)).spec(list_id).addresses:
        raise BadInput("This list has no address to fetch it from.", todo="Send its file.")
    return jobs.add(office, hand, FETCH, {"list": list_id}, key=key)


def _fetch(job: Job, office: Office) -> Mapping[str, Any]:
    """Fetch, then have everybody screened, if that changed anything."""
    root = folder(office)
    registry = registry_of(root)
    spec = registry.spec(job.arguments["list"])
    arrival = store.refresh(root, spec, office.now().replace(microsecond=0), strangers=registry.strangers)
    if screening_runs.is_due(office):
        screening_runs.start(office, job.hand, key=f"{job.id} {standing_of(office).stamp}")
    return {"sha256": arrival.sha256, "rows": arrival.rows}


jobs.KINDS[FETCH] = _fetch


# What is not fresh ------------------------------------------------------------------------------------------------
def waiver_of(state: ListState, act: str, reason: str, expires_on: date) -> Waiver:
    """What would be waived of a list as it stands. Raises BadInput for an act that there is none of."""
    if act not in ("look", "accept"):
        raise BadInput("Say what is to be waived.", where="act")
    if act == "accept" and (state.state.value != "SUSPECT" or not state.sha256):
        raise BadInput("Only a file that is suspect can be accepted.", where="act", todo="Send or fetch a newer one.")
    return Waiver(act, state.list_id, state.sha256, state.state.value, reason, expires_on)


def accept(office: Office, connection: Connection, waiver: Waiver) -> None:
    """Take the file that two people accepted. Raises Refused where it does more than differ from the one before it."""
    root = folder(office)
    names = names_of_hands(connection, [waiver.proposed_by, waiver.decided_by])
    by = [f"{names[h]} ({h})" for h in (waiver.proposed_by, waiver.decided_by)]
    store.accept(root, registry_of(root).spec(waiver.list_id), waiver.sha256, by, waiver.reason, office.now().replace(microsecond=0))  # fmt: skip


def check_acceptable(office: Office, waiver: Waiver) -> None:
    """Raise BadInput for a file that nobody may accept."""
    root = folder(office)
    history = store.history_of(root, registry_of(root).spec(waiver.list_id))
    found = next((a for a in reversed(history.arrivals) if a.sha256 == waiver.sha256), None)
    if found is None or not found.acceptable:
        raise BadInput(
            "This file does more than differ from the one before it, and nobody may accept it.", where="act", todo="Fetch it again."
        )  # fmt: skip


def names_of_hands(connection: Connection, hands: list[str]) -> dict[str, str]:
    """What people are called; a hand without an account is called by itself."""
    rows = connection.execute("SELECT hand, name FROM desk.account WHERE hand = ANY(%s)", [hands]).fetchall()
    return {h: h for h in hands} | {str(h): str(n) for h, n in rows}
