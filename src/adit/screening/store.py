"""The lists on disk: every file that ever came, packed and under its hash, and the record that says which is the newest.

Writing the record is the one step that changes anything, so nothing is ever half there. What was parsed is kept under the hash of the file
and the version of the reader, and can be deleted at any time.

    FOLDER/un_sc/history.json    what came when
    FOLDER/un_sc/raw/*.gz        the files
    FOLDER/un_sc/parsed/*.json   what was read from them
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from adit.evidence.sources import live_files
from adit.evidence.sources.fetching import Opener
from adit.evidence.sources.watchlist_download import download
from adit.evidence.sources.watchlist_files import (
    is_whole,
    keep_packed,
    keep_sealed,
    locked,
    sealed,
    text_at,
    unpacked,
    write,
)
from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.reading import Read
from adit.screening.arrivals import (
    Acceptance,
    Arrival,
    Failure,
    History,
    history_text,
    parse_history,
    parse_read,
    read_text,
)
from adit.screening.canaries import check, exact
from adit.screening.registry import ListSpec
from adit.screening.states import Before, Fault, judged
from adit.screening.subjects import Subject
from adit.terms.errors import AditError, BadInput, NotFound, Refused

__all__ = ["accept", "add", "before", "folder", "held", "history_of", "is_there", "refresh"]

_FAILURES_KEPT = 20
_OTHER_FILE = Fault("The file in the folder is not the one that was fetched: its hash differs.")


def folder() -> Path:
    """Where the lists lie unless a folder is named."""
    return live_files.folder() / "watchlists"


# What comes in ----------------------------------------------------------------------------------------------------
def add(
    root: Path,
    spec: ListSpec,
    content: bytes,
    *,
    origin: str,
    fetched_at_utc: datetime,
    strangers: Sequence[Subject] = (),
) -> Arrival:
    """Keeps a file, good or not, as the newest of its list. Raises BadInput only for what may not be kept: a private key."""
    of = reader(spec.reader)
    if of.refuse:
        of.refuse(content)
    hash_ = sha256(content).hexdigest()
    with locked(root):
        history = history_of(root, spec)
        newest = history.arrivals[-1] if history.arrivals else None
        if (
            newest
            and newest.sha256 == hash_
            and newest.reader == of.label
            and is_whole(_raw(root, spec, hash_), newest.packed_sha256)
        ):
            same = replace(newest, checked_at_utc=fetched_at_utc)
            _keep_history(root, spec, replace(history, arrivals=(*history.arrivals[:-1], same)))
            return same
        read, faults = _read(spec, content)
        if read is not None:
            faults = judged(spec, read, before(history.last_good()), fetched_at_utc.date())
            faults += check(spec, read.entries, strangers, exact)
        parsed = read_text(read) if read is not None else ""
        if parsed:
            keep_sealed(_parsed(root, spec, hash_), parsed)
        arrival = Arrival(
            hash_,
            keep_packed(_raw(root, spec, hash_), content),
            origin,
            fetched_at_utc,
            fetched_at_utc,
            len(content),
            of.label,
            read.content_date if read else None,
            read.rows if read else None,
            read.shape if read else (),
            tuple(f.sentence for f in faults),
            read is not None and all(f.acceptable for f in faults),
            sha256(parsed.encode()).hexdigest() if parsed else "",
        )
        _keep_history(root, spec, replace(history, arrivals=(*history.arrivals, arrival)))
    return arrival


def refresh(
    root: Path, spec: ListSpec, now_utc: datetime, *, strangers: Sequence[Subject] = (), opener: Opener | None = None
) -> Arrival:
    """Fetches a list and keeps what came. Where nothing came the attempt is recorded, and its error raised; what is held stays."""
    try:
        address = _address(root, spec)
        content = download(address.replace("{token}", spec.token), spec.hosts, opener=opener)
    except AditError as error:
        with locked(root):
            history = history_of(root, spec)
            failures = (*history.failures, Failure(now_utc, error.what))[-_FAILURES_KEPT:]
            _keep_history(root, spec, replace(history, failures=failures))
        raise
    return add(root, spec, content, origin=address, fetched_at_utc=now_utc, strangers=strangers)


def _address(root: Path, spec: ListSpec) -> str:
    by_hand = f"adit screen lists --add FILE --list {spec.id}"
    if not spec.addresses:
        raise NotFound(f"{spec.title} has no address to fetch it from.", todo=by_hand)
    if "{token}" in spec.addresses[0] and not spec.token:
        raise BadInput(
            f"{spec.publisher} gives {spec.id} to those who have a token.",
            where=str(root / "added.toml"),
            todo=f'Write it there under [tokens]: {spec.id} = "...". Or give the file by hand: {by_hand}',
        )
    return spec.addresses[0]


def accept(root: Path, spec: ListSpec, hash_: str, by: Sequence[str], why: str, at_utc: datetime) -> Acceptance:
    """Two people take a file that differs from the one before it. Who they are is for the caller to make sure of.

    Raises Refused for fewer than two people, for no reason, and for a file that cannot be read, has no day, or does more than differ;
    NotFound for a file that never came.
    """
    names = tuple({" ".join(name.split()).casefold(): " ".join(name.split()) for name in by if name.strip()}.values())
    if len(names) < 2:
        raise Refused(
            "A list that differs is accepted by two people.", todo="A second one looks at the file and gives a name."
        )
    if not why.strip():
        raise Refused("A list that differs is accepted with a reason.", todo="Say why it differs, and how you know.")
    with locked(root):
        history = history_of(root, spec)
        found = next((a for a in reversed(history.arrivals) if a.sha256 == hash_), None)
        if found is None:
            raise NotFound(
                f"No file of {spec.id} has the hash {hash_}.",
                todo="adit screen lists --format csv shows the newest one.",
            )
        if not found.acceptable:
            raise Refused(f"This file cannot be accepted: {' '.join(found.faults)}", todo="Fetch it again.")
        taken = Acceptance(hash_, names, why.strip(), at_utc)
        _keep_history(root, spec, replace(history, accepted=(*history.accepted, taken)))
    return taken


# What is there ----------------------------------------------------------------------------------------------------
def history_of(root: Path, spec: ListSpec) -> History:
    """What came when. Raises BadInput for a record that cannot be read."""
    path = root / spec.id / "history.json"
    try:
        text = text_at(path)
        return parse_history(text) if text is not None else History()
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(
            "The record of this list cannot be read.", where=str(path), todo="Restore it from a backup."
        ) from error


def is_there(root: Path, spec: ListSpec, arrival: Arrival) -> bool:
    """Whether the file of an arrival still lies in the folder."""
    return _raw(root, spec, arrival.sha256).is_file()


def held(root: Path, spec: ListSpec, arrival: Arrival) -> tuple[Read | None, tuple[Fault, ...]]:
    """What a file on disk says, once its hash was verified. What was parsed before is taken only if it is what the record says was parsed."""
    raw = _raw(root, spec, arrival.sha256)
    if not is_whole(raw, arrival.packed_sha256):
        return None, (_OTHER_FILE,)
    parsed = _parsed(root, spec, arrival.sha256)
    if arrival.reader == reader(spec.reader).label:
        text = sealed(parsed)
        if text is not None and sha256(text.encode()).hexdigest() == arrival.parsed_sha256:
            return parse_read(text, spec.id), ()
    content = unpacked(raw, arrival.sha256)
    if content is None:
        return None, (_OTHER_FILE,)
    read, faults = _read(spec, content)
    if read is not None:
        keep_sealed(parsed, read_text(read))
    return read, faults


def before(arrival: Arrival | None) -> Before | None:
    """What a new file is held against."""
    if arrival is None or arrival.content_date is None or arrival.rows is None:
        return None
    return Before(arrival.content_date, arrival.rows, arrival.shape)


def _read(spec: ListSpec, content: bytes) -> tuple[Read | None, tuple[Fault, ...]]:
    try:
        return reader(spec.reader).read(content, spec.id), ()
    except BadInput as error:
        return None, (Fault(f"{error.where}: {error.what}" if error.where else error.what),)


def _raw(root: Path, spec: ListSpec, hash_: str) -> Path:
    return root / spec.id / "raw" / f"{hash_}.gz"


def _parsed(root: Path, spec: ListSpec, hash_: str) -> Path:
    return root / spec.id / "parsed" / f"{hash_}.{reader(spec.reader).label.replace('/', '-')}.json"


def _keep_history(root: Path, spec: ListSpec, history: History) -> None:
    write(root / spec.id / "history.json", history_text(history).encode())
