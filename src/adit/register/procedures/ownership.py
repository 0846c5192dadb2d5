"""Who owns a party: its direct owners as of a day, with their shares. That they add up, and that nobody owns itself through others, the database holds too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.engines.database import Connection
from adit.register.records import Share
from adit.register.store import Books, Stated, listed
from adit.terms.errors import BadInput, Refused

__all__ = ["MOST", "WHOLE_PPM", "Owner", "enter_owners", "owners_of"]

WHOLE_PPM = 1_000_000
MOST = 100  # owners of a party


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as it is to stand from a day on."""

    party: str
    share_ppm: int
    control: bool  # holds it in another way than by the share, too


def owners_of(connection: Connection, party: str, on: date, *, known: int | None = None) -> list[Stated[Share]]:
    """The direct owners of a party on a day, who owns most first."""
    return listed(connection, Share, "owned = %s", [party], on=on, known=known, order="share_ppm DESC, id")


def enter_owners(
    books: Books, party: str, owners: Sequence[Owner], *, ids: Sequence[str], since: date, why: str, seen: int
) -> int:
    """Have these be the owners of a party from a day on; how many entries that made.

    What stays as it is is not entered again; each entry names the one that it takes the place of. `ids` are for those who are new, `seen` is the
    newest entry that was shown. Raises BadInput for owners that cannot be, Refused where somebody changed them meanwhile; so does the database.
    """
    books.transaction.flush()
    connection = books.transaction.connection
    _possible(party, owners)
    _in_no_circle(connection, party, owners, since)
    now = {s.record.owner: s for s in owners_of(connection, party, since)}
    if max((s.entry for s in now.values()), default=-1) != seen:
        raise Refused(
            "Somebody changed the owners meanwhile, or others held on this day.", name="changed meanwhile",
            todo="Look at them as of the day, then enter them.",
        )  # fmt: skip
    wanted = {o.party: Share(o.party, party, o.share_ppm, o.control) for o in owners}
    fresh, made = iter(ids), 0
    for owner, stated in now.items():
        if owner not in wanted:
            books.withdraw(stated.id, since=since, why=why)
            made += 1
    for owner, share in wanted.items():
        stands = now.get(owner)
        if stands is None:
            books.state(next(fresh), share, since=since, new=True, why=why)
        elif stands.record != share:
            books.state(stands.id, share, since=since, why=why, detail={"corrects": stands.entry})
        else:
            continue
        made += 1
    if not made:
        raise BadInput("Nothing is different from what is entered.", todo="Change what is wrong, then send it.")
    return made


def _possible(party: str, owners: Sequence[Owner]) -> None:
    if len(owners) > MOST:
        raise BadInput(f"{MOST} owners are entered at most.")
    if len({o.party for o in owners}) < len(owners):
        raise BadInput("An owner is written twice.", todo="Write each owner once, with all that it owns.")
    for o in owners:
        if o.party == party:
            raise BadInput("Nobody is its own owner.", todo="Write who owns it.")
        if not 1 <= o.share_ppm <= WHOLE_PPM:
            raise BadInput("A share is more than 0 and at most 100 %.", todo="Leave out who owns nothing.")
    total = sum(o.share_ppm for o in owners)
    if total > WHOLE_PPM:
        raise BadInput(
            f"The shares add up to {_percent(total)} %, and 100 % is the whole.",
            todo="Correct them; what nobody knows is left out.",
        )


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04}".rstrip("0").rstrip(".")


def _in_no_circle(connection: Connection, party: str, owners: Sequence[Owner], since: date) -> None:
    """Raise BadInput for an owner that is owned by the party, directly or through others."""
    rows = connection.execute(
        "WITH RECURSIVE below AS (SELECT %(party)s::text AS party UNION SELECT s.owned FROM register.share s JOIN below b ON s.owner = b.party"
        " WHERE upper_inf(s.known) AND s.valid && daterange(%(since)s, NULL)) SELECT party FROM below WHERE party = ANY(%(owners)s)",
        {"party": party, "since": since, "owners": [o.party for o in owners]},
    ).fetchall()
    if rows:
        raise BadInput(
            f"{rows[0][0]} is owned by this party, directly or through others.",
            todo="Only direct owners are entered: look for the one that was taken for another.",
        )
