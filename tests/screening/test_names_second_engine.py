"""The second engine: either finds, a failure is missing and never clear, and an id says nothing."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

import pytest

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.screening.matching import hits, index_entries
from adit.screening.second_engine import CANDIDATES, candidates, either, nomenklatura, seconded
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

LISTED = Entry("made_up", "1", "person", (ListedName("Frank Kakolele Bwambale"),), ("1970",), ("CD",))
OTHER = Entry("made_up", "2", "person", (ListedName("Frank Bwambole"),))
INDEX = index_entries((LISTED, OTHER))
ASKED = Subject("person", ("Frank Bwambale",))


@dataclass
class Fake:
    """An engine that says what it is told to, remembers by id what it was asked, and may fail."""

    says: Any = 1.0
    name: str = "fake/1"
    least: int = 700
    asked: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)

    def compare(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
        self.asked.append((ours, theirs))
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def test_an_entry_that_only_the_second_engine_finds_is_found():
    said = seconded(ASKED, (LISTED,), Fake())
    assert said.missing == ()
    (hit,) = either((), said)
    assert (hit.entry_id, hit.score, hit.engine) == ("1", 1000, "fake/1")
    assert hit.words == (
        "fake/1 gives 1000 of 1000 for Frank Bwambale and Frank Kakolele Bwambale; it does not say which words met.",
    )


def test_an_entry_that_only_ours_finds_is_found():
    ours = hits(ASKED, INDEX)
    assert ours
    assert either(ours, seconded(ASKED, (LISTED, OTHER), Fake(0.0))) == ours


def test_where_both_find_it_one_hit_names_both():
    ours = tuple(h for h in hits(ASKED, INDEX) if h.entry_id == "1")
    (hit,) = either(ours, seconded(ASKED, (LISTED,), Fake(0.75)))
    assert hit.engine == "adit-names/2 fake/1"
    assert hit.words[:-1] == ours[0].words
    assert hit.words[-1] == "fake/1 finds it too (750 of 1000)."


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (RuntimeError("out of memory"), "RuntimeError: out of memory"),
        (KeyError("schema"), "KeyError: 'schema'"),
        (math.nan, "ValueError: its score is nan, which is not between 0 and 1"),
        (1.5, "ValueError: its score is 1.5"),
        (-0.1, "ValueError: its score is -0.1"),
        (None, "TypeError"),
    ],
)
def test_an_engine_that_fails_leaves_the_check_missing(says: Any, why: str):
    said = seconded(ASKED, (LISTED, OTHER), Fake(says))
    assert said.hits == ()
    assert len(said.missing) == 2
    assert said.missing[0].startswith("fake/1 failed on entry 1 of made_up (")
    assert why in said.missing[0]


def test_entries_beyond_those_that_were_asked_about_are_missing():
    many = tuple(replace(LISTED, entry_id=str(n)) for n in range(CANDIDATES + 1))
    said = seconded(ASKED, many, Fake())
    assert len(said.hits) == CANDIDATES
    assert said.missing == (f"{CANDIDATES + 1} entries are near; fake/1 was asked about the nearest {CANDIDATES}.",)


def test_the_id_is_the_hash_of_the_content_on_both_sides():
    engine = Fake()
    renamed = replace(LISTED, names=(ListedName("Frank Bwambole"),))  # the publisher uses the number again
    seconded(ASKED, (LISTED, renamed), engine)
    seconded(Subject("person", ("Quite Another",)), (replace(LISTED, entry_id="99"),), engine)
    ours, theirs = ([pair[side]["id"] for pair in engine.asked] for side in (0, 1))
    assert ours[0] == ours[1] != ours[2]
    assert theirs[0] == theirs[2] != theirs[1]
    assert all(len(i) == 64 for i in ours + theirs)


def test_the_second_engine_is_asked_about_names_that_ours_does_not_find():
    asked = Subject("person", ("Kakorele Bwambel",))
    assert hits(asked, INDEX) == ()
    assert {e.entry_id for e in candidates(asked, INDEX)} == {"1"}
    assert next(iter(candidates(Subject("person", ("Frank Bwambole",)), INDEX))).entry_id == "2"


@pytest.mark.skipif(find_spec("nomenklatura") is not None, reason="the extra is installed")
def test_without_the_extra_it_says_what_to_install():
    with pytest.raises(BadInput) as error:
        nomenklatura()
    assert "The second engine is not installed" in error.value.what
    assert "adit[screening]" in error.value.todo


@pytest.mark.skipif(
    find_spec("nomenklatura") is None,
    reason="the extra `screening` is not installed; make bench-screening asks the same",
)
@pytest.mark.parametrize("algorithm", ["logic-v2", "ofac"])
def test_the_library_finds_a_listed_person_under_an_id_that_was_used_before(algorithm: str):
    engine = nomenklatura(algorithm)
    assert seconded(Subject("person", ("Quite Somebody Else",)), (LISTED,), engine).hits == ()
    assert len(seconded(Subject("person", ("Frank Kakolele Bwambale",)), (LISTED,), engine).hits) == 1
