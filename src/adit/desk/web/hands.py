"""Whose hand it is, and what it may do. One table of roles and acts; what is not in it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from adit.desk.office import ROLES
from adit.terms.errors import Forbidden, NotFound

__all__ = [
    "ACTS",
    "ASKING",
    "ROLES",
    "SECOND_FACTOR",
    "Admin",
    "Anybody",
    "Asker",
    "Bringer",
    "Eraser",
    "Guardian",
    "Hand",
    "Host",
    "LawTrier",
    "Mine",
    "Officer",
    "Open",
    "Preparer",
    "Reader",
    "Screener",
    "ScreeningReader",
    "SettlementReader",
    "Settler",
    "SignInFirst",
    "Told",
    "Visitor",
    "Watcher",
    "anyone",
    "hand",
    "needs",
]

ASKING = "asking"  # in place of a role: of somebody whose request for an account is not confirmed, and who may do nothing else
SECOND_FACTOR = frozenset({"officer", "inspector", "aml", "administrator"})

# act -> the roles that may
ACTS: dict[str, frozenset[str]] = {
    "act for a party": frozenset({"miner", "operator"}),
    "host miners": frozenset({"operator"}),
    "see the register": frozenset({"officer", "inspector", "analyst", "aml"}),
    "see who a party is": frozenset({"officer", "inspector", "aml"}),
    "handle suspicions": frozenset({"aml"}),
    "screen": frozenset({"aml"}),
    "see the screening": frozenset({"officer", "aml"}),
    "try laws": frozenset({"analyst", "officer"}),
    "visit sites": frozenset({"officer", "inspector"}),
    "handle cases": frozenset({"officer"}),
    "prepare settlements": frozenset({"participant"}),  # exporters, importers, banks, organisations that mine for them
    "see settlements": frozenset({"officer", "aml"}),
    "decide settlements": frozenset({"officer"}),
    "bring tables": frozenset({"miner", "operator", "officer"}),
    "erase": frozenset({"officer", "administrator"}),
    "run the office": frozenset({"administrator"}),
    "guard accounts": frozenset({"administrator", "officer"}),
    "be told of entries": frozenset({"miner", "operator", "officer", "inspector", "analyst"}),
    "have an account": frozenset(ROLES),
    "ask for an account": frozenset({ASKING, "miner", "operator"}),
}


class SignInFirst(Exception):
    """Nobody is signed in, or the second factor is still to come."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who is signed in. `code` is what the journal knows them by; `parties` are those they act for."""

    code: str
    name: str
    roles: frozenset[str]
    parties: tuple[str, ...]
    language: str
    theme: str
    via: str  # session, token
    csrf: str = ""
    scopes: frozenset[str] = frozenset()

    def may(self, act: str) -> bool:
        return bool(self.roles & ACTS[act])

    def acts_for(self, party: str) -> str:
        """The party, if the hand acts for it. Raises Forbidden otherwise."""
        if party not in self.parties:
            raise Forbidden("You do not act for this party.", todo="Ask the office to be entered as acting for it.")
        return party

    def party(self, chosen: str = "") -> str:
        """The party that is acted for: the chosen one, else the first. Raises Forbidden, or NotFound for a hand without one."""
        if not chosen and not self.parties:
            raise NotFound(
                "You act for no party yet.", todo="Ask the office to be entered as acting for your company or yourself."
            )
        return self.acts_for(chosen or self.parties[0])


def anyone(request: Request) -> Hand | None:
    """Whoever is signed in, if anybody. Marks a route that is open to all."""
    found: Hand | None = getattr(request.state, "hand", None)
    return found


def hand(request: Request) -> Hand:
    """Whoever is signed in."""
    found = anyone(request)
    if found is None:
        raise SignInFirst
    return found


def needs(act: str) -> Callable[[Request], Hand]:
    """Whoever is signed in and may do this. An act that is in no table is a mistake of ours, found when the route is made."""
    assert act in ACTS, act

    def dependency(request: Request) -> Hand:
        found = hand(request)
        if found.via == "token" and not request.url.path.startswith("/api/"):
            raise Forbidden("A token is for the API, not for pages.", todo="Sign in to see the page.")
        if not found.may(act):
            raise Forbidden(
                f"Your role does not allow this: {act}.", todo="Ask an administrator, or a colleague whose task it is."
            )
        return found

    dependency.act = act  # type: ignore[attr-defined]  # what the sweep over all routes reads
    return dependency


# Who a route is for: written in the type of its first argument, and nowhere else
Open = Annotated[Hand | None, Depends(anyone)]
Anybody = Annotated[Hand, Depends(needs("have an account"))]
Asker = Annotated[Hand, Depends(needs("ask for an account"))]
Mine = Annotated[Hand, Depends(needs("act for a party"))]
Reader = Annotated[Hand, Depends(needs("see the register"))]
Host = Annotated[Hand, Depends(needs("host miners"))]
LawTrier = Annotated[Hand, Depends(needs("try laws"))]
Visitor = Annotated[Hand, Depends(needs("visit sites"))]
Bringer = Annotated[Hand, Depends(needs("bring tables"))]
Watcher = Annotated[Hand, Depends(needs("handle suspicions"))]
Screener = Annotated[Hand, Depends(needs("screen"))]
ScreeningReader = Annotated[Hand, Depends(needs("see the screening"))]
Officer = Annotated[Hand, Depends(needs("handle cases"))]
Preparer = Annotated[Hand, Depends(needs("prepare settlements"))]
SettlementReader = Annotated[Hand, Depends(needs("see settlements"))]
Settler = Annotated[Hand, Depends(needs("decide settlements"))]
Eraser = Annotated[Hand, Depends(needs("erase"))]
Guardian = Annotated[Hand, Depends(needs("guard accounts"))]
Told = Annotated[Hand, Depends(needs("be told of entries"))]
Admin = Annotated[Hand, Depends(needs("run the office"))]
