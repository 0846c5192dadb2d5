"""Under which words a record is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adit.register.search import trigrams

__all__ = ["Label", "label_of"]

# kind -> the field that names its party, and the fields whose words it is found by
_FOUND_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "identity": ("party", ("name", "inn", "ogrn")),
    "membership": ("party", ("number",)),
    "site": ("owner", ("name", "address")),
    "machine": ("owner", ("maker", "model", "serial")),
    "meter": ("", ("serial",)),
    "address": ("party", ("address",)),
    "letter": ("party", ("number", "code")),
    "pool": ("", ("name",)),
}


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a record, whole and cut for the search, and the party it belongs to."""

    text: str
    trigrams: tuple[str, ...]
    party: str | None


def label_of(kind: str, id_: str, values: Mapping[str, Any]) -> Label | None:
    """The label of a record; None for kinds that nobody looks for by words."""
    if kind not in _FOUND_BY:
        return None
    party, names = _FOUND_BY[kind]
    text = " ".join(str(values[n]) for n in names if values[n])
    return Label(text, tuple(trigrams(text)), values[party] if party else None)
