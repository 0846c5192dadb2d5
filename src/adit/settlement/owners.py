"""Who owns the participants, as far as it is declared: whether enough is known, and who would be taken for listed because listed ones own it.

The 50 % rule as a sum over the declared graph: an organisation is taken for listed where listed ones together own half of it or more, and one that
is so taken counts as listed for those that it owns. So layers hide nothing, and neither do many small shares.
"""

from collections.abc import Iterable, Mapping, Sequence

from adit.register.records import Participant, Stake
from adit.screening.ownership import WHOLE_PPM, Holding, cascade, percent
from adit.settlement.bounds import UNKNOWN_OWNERS_PPM

__all__ = ["owned_by_listed", "unknown_owners"]


def unknown_owners(
    ids: Iterable[str], participants: Mapping[str, Participant], stakes: Sequence[Stake]
) -> tuple[str, ...]:
    """The organisations among these and above them of which half or more belongs to nobody that was declared, each with a sentence.

    Persons own themselves. Banks are supervised elsewhere and screened by name; a state body or a listed company says on which ground it declares none.
    """
    found: list[str] = []
    seen: set[str] = set()
    waiting = list(ids)
    while waiting:
        id_ = waiting.pop(0)
        if id_ in seen or id_ not in participants:
            continue
        seen.add(id_)
        of = [s for s in stakes if s.owned == id_]
        waiting += [s.owner for s in of]
        p = participants[id_]
        if p.kind != "organisation" or p.no_owners:
            continue
        if of and not _up_to_somebody(id_, participants, stakes):
            found.append(f"{p.name}: its owners own one another, and nobody else stands above them.")
        declared = sum(s.share_ppm for s in of)
        if WHOLE_PPM - declared >= UNKNOWN_OWNERS_PPM:
            found.append(
                f"{p.name}: owners of {percent(declared)} are declared; with half or more unknown, listed owners could not be told."
            )
    return tuple(found)


def _up_to_somebody(id_: str, participants: Mapping[str, Participant], stakes: Sequence[Stake]) -> bool:
    """Whether above an organisation there is one that nobody has to be declared for: a ring of owners can hold the whole of itself, and hides who that is."""
    seen, waiting = {id_}, [id_]
    while waiting:
        of = [s.owner for s in stakes if s.owned == waiting[0] and s.owner in participants]
        waiting.pop(0)
        for owner in of:
            p = participants[owner]
            if p.kind in ("person", "bank") or p.no_owners or not any(s.owned == owner for s in stakes):
                return True  # of the last, that nobody is declared is told on its own
            if owner not in seen:
                seen.add(owner)
                waiting.append(owner)
    return False


def owned_by_listed(listed: Iterable[str], stakes: Sequence[Stake]) -> dict[str, int]:
    """The participants that are taken for listed since listed ones own half of them or more, with the sum in millionths.

    Control without a share counts as the whole. The rule itself is that of `screening.ownership`.
    """
    return cascade(listed, [Holding(s.owner, s.owned, s.share_ppm, s.control) for s in stakes])
