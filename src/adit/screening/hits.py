"""What screening found: a hit says in words which name met which, and why it counts."""

from dataclasses import dataclass
from datetime import date

__all__ = ["Hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject and an entry that may be the same. `score` is in thousandths, so that it is equal on every machine."""

    subject: str  # digest of the subject
    list_id: str
    entry_id: str
    entry: str  # digest of the entry
    engine: str  # name and version of what found it
    score: int  # 0 to 1000
    subject_name: str  # what was compared on our side
    entry_name: str  # and on theirs
    words: tuple[str, ...]  # sentences: which tokens met and how, what agrees, what speaks against it
    listed_on: date | None = None
    by: str = "name"  # name, identifier, address, text, ownership
