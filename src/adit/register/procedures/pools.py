"""In which pools a party mines, how it is paid there and to which of its addresses: entered by itself, changed from a day on, ended."""

from dataclasses import replace
from datetime import date

from adit.engines.database import Connection
from adit.register.records import Address, Participation, Pool
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Refused

__all__ = ["SCHEMES", "change", "correct_pool", "end", "participate", "participations_of", "pools"]

SCHEMES = ("PPS", "FPPS", "PPS+", "PPLNS", "solo", "other")
_LONGEST = {"account": 200, "name": 200, "url": 300}


def pools(connection: Connection, on: date) -> list[Stated[Pool]]:
    """The pools that are entered, by name."""
    return listed(connection, Pool, on=on, order="upper(name), id", limit=1000)


def participations_of(
    connection: Connection, party: str, on: date | None = None, *, known: int | None = None
) -> list[Stated[Participation]]:
    """Where a party mines on a day, or ever did; the newest first."""
    return listed(connection, Participation, "party = %s", [party], on=on, known=known, order="lower(valid) DESC, id")


def participate(
    books: Books,
    id_: str,
    participation: Participation,
    *,
    since: date,
    until: date | None,
    pool: Pool | None = None,
    on: date,
) -> None:
    """Mine in a pool from a day on; with `pool`, one that is not entered yet and that the participation names by its new id."""
    if pool is not None:
        _unnamed_yet(books, pool.name)
        books.state(participation.pool, _pool(replace(pool, accredited=False)), since=min(since, on), new=True)
    books.transaction.flush()
    _check(books.transaction.connection, participation, since, until)
    books.state(id_, participation, since=since, until=until, new=True)


def change(books: Books, id_: str, participation: Participation, *, since: date, why: str, seen: int) -> None:
    """Have it be otherwise from a day on. Raises Refused where somebody changed it meanwhile."""
    stands = books.current(Participation, id_, seen=seen)
    made = replace(participation, party=stands.record.party, pool=stands.record.pool)
    _check(books.transaction.connection, made, since, stands.valid_to)
    if made == stands.record:
        raise BadInput("Nothing is different from what is entered.", todo="Change what is wrong, then send it.")
    books.state(id_, made, since=since, until=stands.valid_to, why=why, detail={"corrects": stands.entry})


def end(books: Books, id_: str, *, since: date, why: str) -> None:
    """Mine there no more from a day on."""
    stands = books.current(Participation, id_)
    if stands.valid_to is not None and stands.valid_to <= since:
        raise Refused(f"It has ended on {stands.valid_to} already.", name="ended already")
    books.withdraw(id_, since=since, why=why)


def correct_pool(books: Books, id_: str, pool: Pool, *, since: date, why: str, seen: int) -> None:
    """Correct what is entered of a pool."""
    stands = books.current(Pool, id_, seen=seen)
    made = _pool(pool)
    if made == stands.record:
        raise BadInput("Nothing is different from what is entered.", todo="Change what is wrong, then send it.")
    _unnamed_yet(books, made.name, but=id_)
    books.state(id_, made, since=since, why=why, detail={"corrects": stands.entry})


def _unnamed_yet(books: Books, name: str, but: str = "") -> None:
    """Raise Refused where a pool of this name is there: miners who name it find it in the list."""
    books.transaction.flush()
    if listed(books.transaction.connection, Pool, "upper(name) = upper(%s) AND id <> %s", [name.strip(), but], limit=1):
        raise Refused("A pool of this name is entered already.", name="pool named", todo="Choose it from the list.")


def _pool(pool: Pool) -> Pool:
    if not pool.name.strip():
        raise BadInput("The name of the pool is missing.", where="name")
    for field in ("name", "url"):
        if len(getattr(pool, field)) > _LONGEST[field]:
            raise BadInput(f"This is longer than {_LONGEST[field]} signs.", where=field, todo="Shorten it.")
    if pool.url and not pool.url.startswith(("https://", "http://", "stratum+tcp://", "stratum+ssl://")):
        raise BadInput("This is no address of a pool.", where="url", todo="Write it as https://pool.example.org.")
    return pool


def _check(connection: Connection, participation: Participation, since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise BadInput("It ends before it begins.", where="until", todo="Give the day after the last one, or none.")
    if participation.scheme not in SCHEMES:
        raise BadInput("Choose how the pool pays.", where="scheme")
    if participation.fee_ppm is not None and participation.fee_ppm > 1_000_000:
        raise BadInput("A fee is at most 100 %.", where="fee")
    if len(participation.account) > _LONGEST["account"]:
        raise BadInput(f"This is longer than {_LONGEST['account']} signs.", where="account", todo="Shorten it.")
    own = {a.id for a in listed(connection, Address, "party = %s", [participation.party])}
    if not own.issuperset(participation.addresses):
        raise BadInput(
            "An address is none of this party.", where="addresses", todo="Enter it among the addresses first."
        )
