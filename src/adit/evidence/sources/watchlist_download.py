"""Fetches a list from its publisher: whatever comes with status 200 is handed on as it is, for whoever judges it; anything else is told."""

from adit.evidence.sources.fetching import Door, Opener, ask
from adit.evidence.watchlists.reading import BYTES_MAX
from adit.terms.errors import NotFound, Unavailable

__all__ = ["download"]

_SECONDS = 900.0  # 120 MB over a slow line
_AGAIN = "Try again later, or give the file by hand: adit screen lists --add FILE --list NAME."


def download(address: str, hosts: tuple[str, ...], *, opener: Opener | None = None) -> bytes:
    """The bytes at this address. Raises BadInput for an address that may not be asked, NotFound or Unavailable for another status.

    A web page in place of a list is not refused here: the store keeps it, and the list is SUSPECT with that as its reason.
    """
    answer = ask(address, Door(hosts, BYTES_MAX, _SECONDS), opener=opener)
    where = address.partition("?")[0]  # what follows may be a token
    if answer.status == 404:
        raise NotFound(
            "The publisher has nothing at this address.", where=where, todo=f"The list may have moved. {_AGAIN}"
        )
    if answer.status != 200:
        raise Unavailable(f"The publisher answered with status {answer.status}.", where=where, todo=_AGAIN)
    return answer.body
