"""The score of two names: known answers, its properties over random names, and every kind of distortion that the benchmark names."""

import pytest
from benchmarks.names_distorted import KINDS, chance
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.screening.matching import THRESHOLD
from adit.screening.names.distance import apart, near
from adit.screening.names.scoring import align, score
from adit.screening.names.tokens import name
from adit.screening.names.words import tell

_SYLLABLES = ("ba", "go", "mi", "ler", "zan", "tov", "shi", "kha", "yu", "dra", "el", "ni")
_WORDS = st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=4).map("".join)
_NAMES = st.lists(_WORDS, min_size=1, max_size=5).map(" ".join)
_TEXTS = st.text(
    st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd", "Zs", "Pd", "Po", "Mn", "Cf")), max_size=40
)


def of(a: str, b: str) -> int:
    return score(name(a), name(b))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Иванов Юрий Петрович", "Iurii IVANOV"),  # the patronymic stands on our side only
        ("IVANOV, Yuriy", "Юрий Иванов"),
        ("Usama binladen", "Osama Bin Laden"),
        ("USAMABINLADEN", "Usama bin Laden"),
        ("Abdulrahman al-Zawahiri", "Abd al-Rahman Al Zawahiri"),
        ("J. Smithson", "John Smithson"),
        ("Иванов А. О.", "Ivanov Alexander Olegovich"),
        ("Yu. V. Ivanov", "Юрий Васильевич Иванов"),
        ("ООО «Рога и Копыта»", "LLC Roga i Kopyta"),
        ("ОАО «Северсталь»", "PJSC Severstal"),
        ("Khrushchev Nikita", "Chruschtschow Nikita Sergejewitsch"),
        ("Dmitry Medvedev", "Дмитрий Анатольевич Медведев"),
        ("Frank Bwambale", "FRANK KAKOLELE BWAMBALE"),
    ],
)
def test_the_same_name_written_otherwise_is_found(ours: str, theirs: str):
    assert of(ours, theirs) >= THRESHOLD


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Ivan Petrov", "Ivan Sidorov"),
        ("Ivan Petrov", "Ivan Pavlov"),
        ("Ivanov", "Ivan Ivanov"),  # a family name alone is not a person
        ("Ivan", "Ivan Ivanov"),
        ("Mohammed Ali", "Mohammed Hassan"),
        ("ООО Ромашка", "ООО Василёк"),
        ("Unit 61398", "Unit 61399"),
        ("Al-Shaykh, Muhammad", "Muhammad"),
        ("Гарсия Лопес Хуан", "Juan Martinez Perez"),
    ],
)
def test_another_name_is_not(ours: str, theirs: str):
    assert of(ours, theirs) < THRESHOLD


@pytest.mark.parametrize(
    ("ours", "theirs", "thousandths"),
    [
        ("Ivan Petrov", "PETROV, Ivan", 1000),
        ("Иван Петров", "Ivan Petrov", 1000),
        ("Ivan Petrov", "Ivan Petrow", 1000),
        ("Ivan Petrov", "Ivan Petrof", 1000),
        ("ivanpetrov", "Ivan Petrov", 980),
        ("Ivan", "Petrov", 0),
        ("", "Petrov", 0),
    ],
)
def test_known_scores(ours: str, theirs: str, thousandths: int):
    assert of(ours, theirs) == thousandths


def test_the_words_say_which_tokens_met_and_how():
    ours, theirs = name("Иванов Юpий Петрович"), name("Iurii IVANOV")
    assert tell(align(ours, theirs), ours, theirs) == (
        "Иванов ~ IVANOV: the same sound; Юpий ~ Iurii: the same sound.",
        "Петрович stands on our side only.",
        "Юpий (ours) mixes letters of two alphabets that look alike; it was read as Юрий.",
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        ("Frank Kakorele", "FRANK KAKOLELE", "Frank = FRANK; Kakorele ~ KAKOLELE: almost the same sound, 875 of 1000."),
        ("bin Laden", "Binladen", "bin Laden ~ Binladen: the same when written together."),
        ("J. Smith", "John Smith", "J ~ John: an initial and a name that begins with it; Smith = Smith."),
        (
            "Mixail Petrov",
            "Mikhail Petrov",
            "Mixail ~ Mikhail: the same sound in another way of transliteration; Petrov = Petrov.",
        ),
        ("OOO Romashka", "Romashka", "Left aside on our side: OOO (limited liability company)."),
        ("Iv anpet rovskiy", "Ivan Petrovskiy", "Written without their spaces the two names are almost the same."),
    ],
)
def test_a_sentence_for_each_way_of_meeting(ours: str, theirs: str, sentence: str):
    a, b = name(ours), name(theirs)
    assert sentence in tell(align(a, b), a, b)


@given(_NAMES, _NAMES)
def test_the_score_does_not_ask_who_was_first(a: str, b: str):
    assert of(a, b) == of(b, a)


@given(_TEXTS, _TEXTS)
@settings(max_examples=60)
def test_neither_does_it_for_any_text(a: str, b: str):
    assert of(a, b) == of(b, a)
    assert 0 <= of(a, b) <= 1000


@given(_TEXTS)
def test_a_name_is_itself(text: str):
    assert of(text, text) == (1000 if name(text).tokens else 0)


@given(st.permutations(["Ivan", "Petrov", "Sergeevich", "Kuznetsov"]))
def test_the_order_of_the_words_says_nothing(words: list[str]):
    assert of(" ".join(words), "Ivan Petrov Sergeevich Kuznetsov") == 1000


@given(_NAMES, _NAMES)
def test_a_score_of_a_thousand_is_for_names_that_sound_the_same(a: str, b: str):
    if of(a, b) == 1000:
        assert sorted(t.keys[0] for t in name(a).tokens) == sorted(t.keys[0] for t in name(b).tokens) or any(
            len(t.keys) > 1 for t in (*name(a).tokens, *name(b).tokens)
        )


@given(st.text("abehdtvx", max_size=8), st.text("abehdtvx", max_size=8), st.text("abehdtvx", max_size=8))
def test_the_distance_is_one(a: str, b: str, c: str):
    assert apart(a, b) == apart(b, a)
    assert (apart(a, b) == 0) == (a == b)
    assert apart(a, "") == sum(1 if x in "aeh" else 2 for x in a)
    assert near(a, b) == near(b, a)


@pytest.mark.parametrize(
    ("a", "b", "cost"),
    [("ivan", "ivn", 1), ("ivan", "van", 1), ("ivan", "iva", 2), ("ivan", "ivam", 2), ("ivan", "ifan", 1), ("ivan", "vian", 2), ("petrov", "pertov", 2)],
)  # fmt: skip
def test_what_a_change_costs(a: str, b: str, cost: int):
    assert apart(a, b) == cost


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "listed",
    [
        "Abubakar Mohammed Shekauvich",
        "KHALFAN KHAMIS GHAILANI",
        "Viktor Anatolevich Bukharin",
        "Konstantin Romanovsky Malofeyev",
    ],
)
def test_a_long_name_is_found_after_every_kind_of_distortion(kind: str, listed: str):
    for pick in (chance(kind, listed, n) for n in range(20)):
        distorted = KINDS[kind](listed, pick)
        assert of(distorted, listed) >= THRESHOLD, distorted


def test_a_very_long_name_is_compared_by_its_ten_heaviest_words():
    words = [f"{a}{b}ovsk{c}" for a in ("bor", "gal", "mir") for b in ("an", "et") for c in ("ij", "aja")]
    whole = name(" ".join(words))
    assert len(words) == 12
    assert len(whole.tokens) == 10
    assert len(whole.aside) == 2
    assert of(" ".join(words), " ".join(words[::-1])) == 1000
