"""Settlements at the desk: the office's clock, journal, lists and blocks, put into the hands of `settlement.running`.

Nothing here screens, decides or pays. What a step is taken with has no part that turns a check off, and every step screens.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from fastapi import Request

from adit import law
from adit.desk.office import Office, new_id
from adit.desk.screening_service import OfficeScreener, standing_of
from adit.evidence.sources import blk_files
from adit.journal.writer import Transaction
from adit.regime.act import Regime
from adit.register.records import Settlement
from adit.register.store import one
from adit.settlement.coins import exposures_of, labels_of, origins_of, spent_exposures
from adit.settlement.dossier import Dossier
from adit.settlement.evidence import Evidence, Observation, Origin
from adit.settlement.running import Desk, advance
from adit.settlement.secrets_refused import Secret, refuse_secrets, secrets_in
from adit.settlement.seen import observed
from adit.settlement.states import State, where_it_was
from adit.settlement.store import declared_addresses, dossier, exposure_rules
from adit.terms.addresses import decode
from adit.terms.errors import AditError, BadInput, Refused
from adit.tracing.chain import Chain
from adit.tracing.exposure import Exposures, exposures
from adit.tracing.reading import chain_of

__all__ = [
    "Wanted", "act_of", "blocks_folder", "chain_for", "desk_of", "gathered", "labelled", "network_of", "no_secrets", "refuse", "secret_fields", "take",
]  # fmt: skip

log = structlog.get_logger()


# What must never be handed in -------------------------------------------------------------------------------------
def refuse(request: Request, values: Mapping[str, str]) -> None:
    """Raise BadInput where anything that was sent holds a key, a seed or a transaction to be signed. The log has its kind alone."""
    refuse_secrets(dict(values), "", lambda found: _logged(request, found))


def secret_fields(request: Request, values: Mapping[str, str]) -> frozenset[str]:
    """The fields that hold such a thing, so that a form can be shown again without them."""
    found = [(name, secret) for name, value in values.items() for secret in secrets_in({name: value})]
    for _, secret in found:
        _logged(request, secret)
    return frozenset(name for name, _ in found)


def _logged(request: Request, found: Secret) -> None:
    log.warning("secret refused", kind=found.kind, route=str(getattr(request.scope.get("route"), "path", "")))


def no_secrets(request: Request) -> None:
    """The same for what stands in an address: pages repeat theirs, and the page that tells of the refusal has to have another."""
    try:
        refuse(request, {**request.path_params, **request.query_params})
    except BadInput:
        request.scope.update(path="/settlements", raw_path=b"/settlements", query_string=b"")
        raise


# What a step is taken with ----------------------------------------------------------------------------------------
def act_of(office: Office) -> Callable[[str], Regime]:
    """The acts by name; that of the office as it was when it opened."""
    return lambda name: office.regime if name == office.regime.id else law.load(name)


def desk_of(office: Office, digest: bytes | None = None) -> Desk:
    """The office as a step takes it. `digest` is that of the form, so that one key is one request."""
    return Desk(
        office.reading,
        lambda work, key: office.write(work, key=key, digest=digest),
        new_id,
        OfficeScreener(office),
        act_of(office),
        office.now,
        office.today,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step as somebody asked for it: where to, on the version that they saw."""

    to: State | None
    seen: int
    reason: str = ""
    cites: str = ""


def take(
    office: Office,
    id_: str,
    wanted: Wanted,
    *,
    hand: str,
    key: str,
    digest: bytes,
    evidence: Callable[[Dossier], Evidence] = lambda _: Evidence(),
) -> dict[str, Any]:
    """Take a step; what was entered. Everybody is screened first, also where evidence cannot be had: a hit or a stale list is entered before that is told.

    Raises Refused where somebody took a step since it was looked at. What is sent twice with one key is taken once.
    """
    desk = desk_of(office, digest)
    with office.reading() as connection:
        of = dossier(connection, id_)
    if of.entry != wanted.seen:
        return dict(office.write(_meanwhile, key=key, digest=digest).answer)
    lacking: AditError | None = None
    found = Evidence()
    try:
        found = evidence(of)
    except AditError as error:
        lacking = error
    try:
        return advance(
            desk, id_, hand=hand, key=key, to=wanted.to, evidence=found, reason=wanted.reason, cites=wanted.cites
        )
    except Refused as error:
        if _entry(office, id_) != wanted.seen:  # of two that come at once, the later found it elsewhere
            raise _gone_on() from error
        if lacking is not None and error.name == "evidence missing":
            raise lacking from error
        raise


def _meanwhile(_: Transaction) -> dict[str, Any]:
    """In place of a step on a version that is gone: a request that was taken already has its answer, and any other is refused."""
    raise _gone_on()


def _gone_on() -> Refused:
    return Refused("Somebody took a step meanwhile.", name="changed meanwhile", todo="Look at it again.")


def _entry(office: Office, id_: str) -> int:
    with office.reading() as connection:
        return one(connection, Settlement, id_).entry


# What the blocks show ---------------------------------------------------------------------------------------------
def blocks_folder(office: Office) -> Path:
    """Where the blocks lie that the office looks into: blk files of a node."""
    return office.settings.folder / "blocks"


def network_of(address: str) -> str:
    """The network whose blocks pay an address; of the test networks that makes blocks at will where their addresses look alike."""
    found = decode(address).network
    return "regtest" if found == "testnet" and not address.startswith("tb1") else found


_kept: "WeakKeyDictionary[Office, dict[str, tuple[object, Chain]]]" = WeakKeyDictionary()
_lock = RLock()


def chain_for(office: Office, network: str) -> Chain:
    """The office's blocks of a network as a chain; read anew as soon as a file is another. Raises Refused where there are none."""
    folder = blocks_folder(office)
    files = tuple((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in sorted(folder.glob("*.dat")))
    if not files:
        raise Refused(
            "The office has no blocks in which payments could be seen.", name="no blocks",
            todo="Put blk files of a node into the folder blocks of the office.",
        )  # fmt: skip
    with _lock:
        held = _kept.setdefault(office, {})
        if network not in held or held[network][0] != files:
            held[network] = (files, chain_of(blk_files.read(folder, network=network), network))
        return held[network][1]


def labelled(office: Office, chain: Chain) -> Exposures:
    """The chain with the listed addresses of today in it."""
    return exposures(chain, labels_of(_versions(office), office.today()), exposure_rules())


def _versions(office: Office) -> list[Any]:
    return [x.version for x in standing_of(office).loaded if x.version is not None]


@contextmanager
def _told_where(field: str) -> Iterator[None]:
    """Errors of evidence with the field of the form as their place."""
    try:
        yield
    except BadInput as error:
        raise BadInput(error.what, where=field, todo=error.todo) from error


def gathered(office: Office, of: Dossier, txid: str = "", stated: Evidence = Evidence()) -> Evidence:  # noqa: B008 - frozen
    """The evidence for the next step: what was stated, and what the office's own blocks show as far as the step asks for it."""
    s, at, on = of.settlement, where_it_was(of.state, of.settlement.before), office.today()
    if at is State.CONTRACT_LINKED or of.stopped_for_coins:
        chain = chain_for(office, network_of(s.to_address))
        labels, addresses = labels_of(_versions(office), on), [a["address"] for a in s.from_addresses]
        origins: tuple[Origin, ...] = ()
        if s.miner is not None:
            with office.reading() as connection:
                origins = origins_of(chain, addresses, declared_addresses(connection, chain.network), labels)
        return replace(stated, exposures=exposures_of(chain, addresses, labels, exposure_rules(), on), origins=origins)
    if of.state is State.AUTHORISED and txid:  # the very coins that were paid, and not those that were shown
        seen = _seen(office, of, txid)
        chain = chain_for(office, network_of(s.to_address))
        spent = spent_exposures(chain, seen.txid, labels_of(_versions(office), on), exposure_rules(), on)
        return replace(stated, observation=seen, exposures=spent)
    if at is State.OBSERVED and s.txid:
        return replace(stated, observation=_seen(office, of, s.txid))
    return stated


def _seen(office: Office, of: Dossier, txid: str) -> Observation:
    address = of.settlement.to_address
    with _told_where("txid"):
        chain = chain_for(office, network_of(address))
        return observed(chain, txid, address, f"{len(chain.block_hash)} blocks of the office")
