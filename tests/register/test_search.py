"""Search: what people mean is found however they spell it, in either alphabet, and what only looks a little like it is not."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.register.search import folded, score, trigrams

FOUND = 55  # what the page of the office shows (desk/pages/cases.py)
NAMES = ["Ромашка", "Сибирская вычислительная", "Ангарский дата-центр", "Щербаков Дмитрий", "Хабаровск", "Bratsk Mining", "Whatsminer Hosting"]  # fmt: skip


def found(query: str, label: str) -> bool:
    """What the database and the page do together: some three in common, and alike enough."""
    return bool({*trigrams(query)} & {*trigrams(label)}) and score(query, label) >= FOUND


@pytest.mark.parametrize(
    "spellings",
    [
        ("Щербаков", "Shcherbakov", "Scherbakov", "ЩЕРБАКОВ", "  щербаков "),
        ("Соловьёв", "Соловьев", "Solovyov", "Solovyev"),
        ("Дмитрий", "Dmitry", "Dmitriy", "Dmitrii", "Dmitrij"),
        ("Юрий", "Yuri", "Yury", "Yuriy", "Jurij"),
        ("Наталья", "Natalya", "Natalia", "Nataliya", "Natalja"),
        ("Цой", "Tsoy", "Tsoi", "Tzoi"),
        ("Хабаровск", "Khabarovsk", "Habarovsk"),
        ("Иркутск", "Irkutsk"),
        ("Братск", "Bratsk"),
        ("Липецк", "Lipetsk"),
        ("Чита", "Chita", "Tchita"),
        ("Жуковский", "Zhukovsky", "Zhukovskiy", "Zhukovskij"),
        ("Эксперт", "Expert", "Ekspert"),
        ("Россия", "Rossiya", "Rossia", "Росия"),
        ("Выборг", "Vyborg"),
        ("Хакетт", "Hackett", "Khackett"),
    ],
    ids=lambda s: s[0],
)
def test_the_ways_to_spell_one_word_are_one_word(spellings: tuple[str, ...]) -> None:
    assert len({folded(s) for s in spellings}) == 1
    for one, other in combinations(spellings, 2):
        assert score(one, other) == 100.0
        assert trigrams(one) == trigrams(other)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ООО «Ромашка»", "romashka"),
        ("Общество «Ромашка», ООО", "obshestvo romashka"),
        ("ПАО Сбербанк", "sberbank"),
        ("АО Энергия", "energia"),
        ("ИП Иванов И.И.", "ivanov i i"),
        ("Bitriver LLC", "bitriver"),
        ("Bitriver, L.t.d / Ltd.", "bitriver l t d"),
        ("JSC Vector", "vector"),
        ("PJSC Gazprom", "gazprom"),
        ("Canaan Inc. & Co", "canan"),
    ],
)
def test_a_legal_form_is_not_part_of_a_name(written: str, read: str) -> None:
    assert folded(written) == read


def test_a_name_that_is_nothing_but_a_legal_form_stays() -> None:
    assert folded("ИП") == "ip"
    assert trigrams("ООО")


def test_two_companies_are_not_alike_because_both_are_companies() -> None:
    assert not found("ООО Ромашка", "ООО Вектор")
    assert not found("Romashka LLC", "Vector LLC")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Müller", "muler"),
        ("Doğan", "dogan"),
        ("Brăila", "braila"),
        ("Élysée", "elise"),
        ("Йод", "iod"),
        ("Ёлка", "elka"),
        ("ｆｕｌｌ", "ful"),
        ("№ 5", "no 5"),
        ("Antminer S19 XP", "antminer s19 ksp"),
        ("2025-0000117", "2025 0000117"),
        ("ru-000042", "ru 000042"),
        ("1000", "1000"),
        ("S1100", "s1100"),
    ],
)
def test_accents_go_and_digits_stay(written: str, read: str) -> None:
    assert folded(written) == read


@pytest.mark.parametrize(
    ("mixed", "meant"),
    [
        ("P\u043e\u043cashka", "Pomashka"),  # о and м of the other alphabet
        ("\u0421ибиpь", "Сибирь"),  # a Latin p
        ("Bitri\u0432er", "Bitriber"),  # в looks like a B
        ("М\u0430йнинг-\u0446ентp", "Майнинг-центр"),
    ],
)
def test_a_letter_of_the_other_alphabet_is_read_as_what_it_looks_like(mixed: str, meant: str) -> None:
    assert mixed != meant
    assert folded(mixed) == folded(meant)


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("ромшка", "ООО «Ромашка»"),
        ("рамашка", "ООО «Ромашка»"),
        ("ромашак", "ООО «Ромашка»"),
        ("romashka", "ООО «Ромашка»"),
        ("ромаш", "ООО «Ромашка»"),
        ("сибирская", "АО «Сибирская вычислительная компания»"),
        ("вычислительная сибирская", "АО «Сибирская вычислительная компания»"),
        ("sibirskaia vychislitelnaia", "АО «Сибирская вычислительная компания»"),
        ("solovjev", "Соловьёв"),
        ("александр", "Alexander Petrov"),
        ("alexandr", "Александр Петров"),
        ("whatsminer", "Whatsminer M50S"),
        ("вотсмайнер", "Votsmayner"),
        ("иркутск ленина", "г. Иркутск, ул. Ленина, 1"),
        ("7707083893", "Сбербанк 7707083893"),
    ],
)
def test_what_was_meant_is_found(query: str, label: str) -> None:
    assert found(query, label)


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("Иванов", "Петров"),
        ("Ромашка", "Вектор"),
        ("Ромашка", "ООО «Энергия»"),
        ("Сибирь", "Кавказ"),
        ("Иркутск", "Красноярск"),
        ("Antminer", "Ромашка"),
        ("7707083893", "1027700132195"),
        ("Дмитрий", "Наталья"),
        ("", "Ромашка"),
        ("Ромашка", ""),
        ("«»", "Ромашка"),
        ("—", "—"),
    ],
)
def test_what_is_not_alike_is_not_found(query: str, label: str) -> None:
    assert not found(query, label)


def test_a_town_is_not_another_word_that_sounds_a_little_like_it() -> None:
    assert score("Братск", "Брак") < 100
    assert score("Брак", "Братск") < score("Братск", "Bratsk")


@pytest.mark.parametrize("label", NAMES)
def test_the_label_itself_comes_first(label: str) -> None:
    ranked = sorted(NAMES, key=lambda other: score(label, other), reverse=True)
    assert ranked[0] == label
    assert score(label, label) == 100.0
    assert all(score(label, other) < 100 for other in ranked[1:])


@given(st.sampled_from(NAMES), st.data())
def test_one_slip_of_the_finger_hides_nothing(label: str, data: st.DataObject) -> None:
    """Left out, doubled, swapped or another letter, somewhere in a word of six letters or more."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\w{6,}", label)]
    start, end = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(start, end - 2))
    query = {
        "left out": label[:at] + label[at + 1 :],
        "doubled": label[:at] + label[at] + label[at:],
        "swapped": label[:at] + label[at + 1] + label[at] + label[at + 2 :],
        "another": label[:at] + "о" + label[at + 1 :],
    }[data.draw(st.sampled_from(["left out", "doubled", "swapped", "another"]))]
    assert found(query, label)
    assert score(query, label) > max(score(query, other) for other in NAMES if other != label)


def test_the_threes_of_a_word_begin_before_it_and_end_after_it() -> None:
    assert trigrams("kit") == ["  k", " ki", "kit", "it "]
    assert trigrams("кит кит") == ["  k", " ki", "kit", "it "]
    assert trigrams("") == trigrams("— «»") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_folded_and_compared(one: str, other: str) -> None:
    assert re.fullmatch(r"(?:[0-9a-z]+(?: [0-9a-z]+)*)?", folded(one))
    assert all(len(t) == 3 for t in trigrams(one))
    assert len(trigrams(one)) == len({*trigrams(one)})
    assert 0 <= score(one, other) <= 100
    assert (score(one, other) == 100) == (folded(one) == folded(other) != "")


@given(st.text("абвгдежзиклмнопрстуфхцчшщъыьэюяёй", min_size=1, max_size=20))
def test_capitals_make_no_difference(word: str) -> None:
    assert folded(word.upper()) == folded(word)
