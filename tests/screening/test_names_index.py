"""The index finds exactly what holding every name against every name would find, with the same scores."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.screening.names import near_keys as compiled
from adit.screening.names.distance import near
from adit.screening.names.index import NameIndex, build, search
from adit.screening.names.scoring import FLOOR, SHORT, SHORT_FLOOR, score
from adit.screening.names.tokens import name

LISTED = (
    "Iurii IVANOV", "YAN, Xiaobing", "Abd al-Rahman bin Laden", "Usama Binladen", "ООО «Ромашка»", "J. R. Smith", "KIM Jong-un", "Юлия Цой",
    "Аль-Каида", "AL-QAIDA", "Banco Nacional de Cuba, S.A.", "Унит 61398", "MV Wolverine", "Ghailani", "Khalfan Khamis Ghailani", "A. B.", "محمد علي",
)  # fmt: skip
ASKED = (
    *LISTED, "Иванов Юрий Петрович", "binladen usama", "Xiaobin Yan", "Smith John Robert", "kim jongun", "romashka llc", "Khalfan Ghailani",
    "abdulrahman laden", "Unit 61398", "K. Ghailani", "Iv anoviurii", "P. Q.", "", "...", "a", "Алькаида", "banco cuba", "wolverin",
)  # fmt: skip


_SOME = (
    "ali",
    "omar",
    "hassan",
    "al",
    "bin",
    "kim",
    "il",
    "yun",
    "petrov",
    "petrova",
    "iv",
    "anov",
    "x",
    "j.",
    "oleg",
    "17",
    "17a",
    "petrovich",
    "sheikh",
)


@cache
def small() -> NameIndex:
    return build(LISTED)


def plain(index: NameIndex, asked: str, least: int) -> dict[int, int]:
    """Every name held against every name, in plain Python."""
    scores = {place: score(name(asked), listed) for place, listed in enumerate(index.names)}
    return {place: s for place, s in scores.items() if s >= least}


@pytest.mark.parametrize("least", [1, 500, 870])
@pytest.mark.parametrize("asked", ASKED)
def test_the_index_misses_nothing_and_scores_the_same(asked: str, least: int):
    assert {n.place: n.score for n in search(small(), asked, least)} == plain(small(), asked, least)


@given(
    st.lists(
        st.sampled_from(_SOME),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_nor_for_any_words(words: list[str]):
    index = _made()
    asked = " ".join(words)
    assert {n.place: n.score for n in search(index, asked, 600)} == plain(index, asked, 600)


@cache
def _made() -> NameIndex:
    return build(
        [
            "Ali Hassan",
            "Hassan bin Ali al Omar",
            "Kim Il",
            "Kim Yun Il",
            "Petrov Ivanov",
            "Oleg Petrova",
            "al",
            "J. Petrov",
            "17a",
            "X 17",
            "omarali",
            "Oleg Petrovich Petrov",
            "Sheikh Ali Kim",
        ]
    )


@given(
    st.text("aeihbdtvkx", min_size=1, max_size=9),
    st.lists(st.text("aeihbdtvkx", min_size=1, max_size=9), min_size=1, max_size=8),
)
@settings(deadline=None)
def test_the_compiled_distance_is_the_plain_one(key: str, others: list[str]):
    offsets = np.cumsum([0, *map(len, others)])
    codes = np.frombuffer("".join(others).encode(), np.uint8)
    masks = np.array([compiled.letters_of(o) for o in others])
    kins = np.array([compiled.kin_of(int(m)) for m in masks])
    found = np.zeros(len(others), np.int64)
    mask = compiled.letters_of(key)
    compiled.near_keys(
        np.frombuffer(key.encode(), np.uint8), mask, compiled.kin_of(mask), 0, codes, offsets, np.zeros(len(others), np.int64), masks, kins, found
    )  # fmt: skip
    floors = [SHORT_FLOOR if len(key) + len(o) <= SHORT else FLOOR for o in others]
    assert found.tolist() == [n if (n := near(key, o)) >= f else 0 for o, f in zip(others, floors, strict=True)]


def test_the_nearest_comes_first_and_equals_in_the_order_of_the_list():
    index = build(["Ivan Petrow", "Sergei Ivanov", "Ivan Petrov", "Ivan Petrovich Petrov"])
    assert [(n.place, n.score == 1000) for n in search(index, "Иван Петров", 800)] == [(0, True), (2, True), (3, False)]


def test_an_empty_index_and_a_name_without_letters_find_nothing():
    assert search(build([]), "Ivan Petrov", 500) == []
    assert search(small(), "—", 500) == []
