"""The live sources by name: what each is, whose it is, and one way to refresh any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from adit.evidence.sources import live_epochs, live_fees, live_pools, live_prices, live_rates
from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.fees import read_fee_shares
from adit.evidence.sources.fetching import Door, Opener, get
from adit.evidence.sources.live_draft import Draft
from adit.evidence.sources.live_files import Refreshed, current, keep
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.prices import read_official_rates, read_quotations
from adit.terms.errors import UnknownName

__all__ = ["CONNECTORS", "Connector", "Outcome", "connector", "refresh"]


@dataclass(frozen=True, slots=True)
class Connector:
    """One live source: `draft` makes the new table of the held one, `check` reads it as the shipped one is read."""

    name: str
    file: str
    publisher: str
    terms: str
    door: Door
    draft: Callable[[Path, date, Callable[[str], bytes]], Draft]
    check: Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh found. `kept` is None where nothing was new; there may be something to tell all the same."""

    connector: Connector
    changes: tuple[str, ...]
    kept: Refreshed | None


CONNECTORS = (
    Connector(
        "rates",
        live_rates.FILE,
        "Bank of Russia",
        "official facts; reuse with a link to the source",
        live_rates.DOOR,
        live_rates.draft_rates,
        read_official_rates,
    ),
    Connector(
        "prices",
        live_prices.FILE,
        "fawazahmed0/exchange-api",
        "CC0-1.0",
        live_prices.DOOR,
        live_prices.draft_prices,
        read_quotations,
    ),
    Connector(
        "epochs",
        live_epochs.FILE,
        "mempool.space",
        "facts of the chain, checked against its rule; limits on how often may be asked",
        live_epochs.DOOR,
        live_epochs.draft_epochs,
        read_epochs,
    ),
    Connector(
        "pools",
        live_pools.FILE,
        "mempool/mining-pools",
        "MIT",
        live_pools.DOOR,
        live_pools.draft_pools,
        read_pools,
    ),
    Connector(
        "fees",
        live_fees.FILE,
        "Blockchain.com",
        "no licence stated: for your own use; only monthly shares are kept",
        live_fees.DOOR,
        live_fees.draft_fees,
        read_fee_shares,
    ),
)


def connector(name: str) -> Connector:
    """The live source of this name. Raises UnknownName."""
    for each in CONNECTORS:
        if each.name == name:
            return each
    raise UnknownName("live source", name, [each.name for each in CONNECTORS])


def refresh(name: str, *, now_utc: datetime, into: Path | None = None, opener: Opener | None = None) -> Outcome:
    """Asks the source, checks what came as strictly as what is shipped, and keeps it where something is new.

    Raises Unavailable where the source does not answer and BadInput where its answer cannot be used; then nothing has changed.
    """
    source = connector(name)
    held = current(source.file, into)
    draft = source.draft(held.path, now_utc.date(), lambda url: get(url, source.door, opener=opener))
    if not draft.changes or draft.content == held.path.read_bytes():
        return Outcome(source, draft.changes, None)
    kept = keep(
        draft.content,
        source.check,
        file=source.file,
        publisher=source.publisher,
        origin=draft.origin,
        fetched_at_utc=now_utc,
        period=draft.period,
        known_to=draft.known_to,
        into=into,
    )
    return Outcome(source, draft.changes, kept)
