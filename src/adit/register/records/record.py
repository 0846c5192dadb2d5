"""What every record is."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Record"]


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record. `RECORD` names its table; the ids of its records begin with it."""

    RECORD: ClassVar[str]
