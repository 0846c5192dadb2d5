"""Reads the table of words that stand in names without naming anybody: legal forms, particles, titles, and the commonest names."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adit.terms.errors import BadInput

__all__ = ["KINDS", "Parts", "parts", "read"]

KINDS = ("form", "particle", "title", "common")


@dataclass(frozen=True, slots=True)
class Parts:
    """Each kind of word with its words in lower case. A legal form of several words is kept under the words as a tuple."""

    forms: Mapping[tuple[str, ...], str]  # ("ооо",) -> limited liability
    particles: frozenset[str]
    titles: frozenset[str]
    common: frozenset[str]
    longest_form: int  # in words


@cache
def parts() -> Parts:
    """The table that is shipped."""
    return read(Path(__file__).with_name("name_parts.csv"))


def read(path: Path) -> Parts:
    """A table of words. Raises BadInput for a kind that does not exist, a word without source, or one that stands twice."""
    forms: dict[tuple[str, ...], str] = {}
    others: dict[str, set[str]] = {kind: set() for kind in KINDS}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            where = f"{path.name} line {line}"
            kind, word = row.get("kind") or "", (row.get("word") or "").strip()
            if kind not in KINDS:
                raise BadInput(
                    f"{kind!r} is no kind of word.", where=where, todo=f"Write one of {', '.join(KINDS)} there."
                )
            if not word or word != word.casefold() or not (row.get("source") or "").strip():
                raise BadInput(
                    f"The row of {word!r} is not whole.",
                    where=where,
                    todo="Give the word in lower case, and its source.",
                )
            key = tuple(word.split())
            if key in forms or word in others[kind]:
                raise BadInput(f"{word!r} stands there twice.", where=where, todo="Keep one of the two rows.")
            if kind == "form":
                forms[key] = row["means"]
            else:
                others[kind].add(word)
    longest = max((len(k) for k in forms), default=0)
    particles, titles, common = (frozenset(others[k]) for k in ("particle", "title", "common"))
    return Parts(forms, particles, titles, common, longest)
