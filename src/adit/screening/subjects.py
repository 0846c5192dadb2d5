"""Who or what is screened. A subject is known by the hash of its content, never by an id that somebody could use again."""

from dataclasses import dataclass
from hashlib import sha256

from adit.terms.errors import BadInput

__all__ = ["KINDS", "Subject"]

KINDS = ("person", "organisation", "bank", "vessel", "address")


@dataclass(frozen=True, slots=True)
class Subject:
    """One party, owner, bank, vessel or address, with all that is known of it. Raises BadInput for one that says nothing."""

    kind: str
    names: tuple[str, ...] = ()
    born: str = ""  # 1970, 1970-05 or 1970-05-01
    countries: tuple[str, ...] = ()  # ISO 3166 alpha-2
    identifiers: tuple[tuple[str, str], ...] = ()  # (inn, …), (ogrn, …), (lei, …), (imo, …), (bic, …)
    address: str = ""  # of a coin, as text

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"{self.kind!r} is no kind of subject.", todo=f"Give one of {', '.join(KINDS)}.")
        if self.kind == "address" and not self.address.strip():
            raise BadInput("An address to screen is empty.", todo="Give it whole, as the participant stated it.")
        if self.kind != "address" and not any(n.strip() for n in self.names) and not self.identifiers:
            raise BadInput(
                f"This {self.kind} has neither a name nor an identifier, so nothing could be compared.",
                todo="Add the name as it stands in the papers.",
            )

    @property
    def digest(self) -> str:
        """Of all that is known of it: whoever changes one letter is another subject."""
        return sha256(repr(self).encode()).hexdigest()
