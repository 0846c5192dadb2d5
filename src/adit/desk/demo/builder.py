"""How anything of the demonstration is entered: by a hand, with ids and numbers that no real person has."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from random import Random
from typing import Any

from adit.desk.demo.clock import Moving
from adit.desk.office import Office, new_id
from adit.desk.web.accounts import add_account
from adit.register.records import Identity, Party
from adit.register.store import Books

__all__ = ["OFFICE", "PASSWORD", "SECRET", "Builder"]

PASSWORD = "demonstration office"
SECRET = (
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the second factor; everybody may know it, it opens invented offices only
)
OFFICE = "office-000001"  # the hand of the office itself


class Builder:
    """Enters what invented people did."""

    def __init__(self, office: Office, clock: Moving) -> None:
        self.office, self.clock, self.chance = office, clock, Random(42)
        self._keys = count()
        self._serials = count(100_000)

    def enter(self, hand: str, work: Callable[[Books], Any]) -> None:
        """Have the work done as this hand, in one transaction."""

        def done(transaction: Any) -> dict[str, str]:
            work(Books(transaction, hand))
            return {}

        self.office.write(done, key=f"demonstration {next(self._keys)}")

    def serial(self) -> int:
        """The next number on a plate."""
        return next(self._serials)

    def inn(self, digits: int) -> str:
        """An INN of 10 or 12 digits that nobody has."""
        body = f"00{self.chance.randrange(10 ** (digits - 3 if digits == 10 else digits - 4)):0{digits - 3 if digits == 10 else digits - 4}}"
        w10, w11, w12 = (
            (2, 4, 10, 3, 5, 9, 4, 6, 8),
            (7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
            (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
        )
        for weights in (w10,) if digits == 10 else (w11, w12):
            body += str(sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11 % 10)
        return body

    def ogrn(self) -> str:
        """An OGRN of a company."""
        body = f"12500{self.chance.randrange(10**7):07}"
        return f"{body}{int(body) % 11 % 10}"

    def party(self, name: str, kind: str, since: date, address: str = "", *, state_tied: bool = False) -> str:
        """A party and its identity, entered; its id."""
        id_ = new_id("party")
        identity = Identity(
            id_, name, self.inn(10 if kind == "company" else 12), address=address, email="nobody@example.org"
        )
        self.enter(
            OFFICE,
            lambda b: (
                b.state(id_, Party(kind, state_tied=state_tied), since=since, new=True),
                b.state(new_id("identity"), identity, since=since, new=True),
            ),
        )
        return id_

    def account(self, login: str, name: str, role: str, parties: Sequence[str] = ()) -> str:
        """An account with the password of the demonstration; its hand."""
        return add_account(
            self.office, login=login, name=name, roles=[role], password=PASSWORD, by=OFFICE, parties=parties
        )
