"""One sound, one key: spellings of Russian and Ukrainian names in the usual systems, look-alike letters, other scripts."""

import pytest

from adit.screening.names.letters import clean, read
from adit.screening.names.skeletons import MOST, keys_of


def keys(word: str) -> set[str]:
    return set(keys_of(read(clean(word))))


@pytest.mark.parametrize(
    "spellings",
    [
        # Cyrillic, then ICAO, BGN, GOST 7.79, ISO 9, scientific, German, French, as far as they differ
        ["Юрий", "Yuriy", "Yurii", "Iurii", "Jurij", "Yury", "Yuri", "Youri", "Ûrij"],
        ["Хрущёв", "Khrushchev", "Hruščev", "Chruščev", "Chruschtschew", "Khrouchtchev"],
        ["Хрущёв", "Khrushchov", "Chruschtschow"],
        ["Жуков", "Zhukov", "Žukov", "Joukov", "Jukov"],
        ["Цой", "Tsoy", "Tsoi", "Coj", "Tzoi"],
        ["Сергей", "Sergey", "Sergei", "Sergej"],
        ["Александр", "Aleksandr", "Alexandr"],
        ["Михаил", "Mikhail", "Mihail", "Mixail", "Michail"],
        ["Васильев", "Vasilyev", "Vasiliev", "Vasil'ev", "Vassilieff", "Vasilʹev"],
        ["Щербаков", "Shcherbakov", "Ščerbakov", "Scherbakov", "Schtscherbakow", "Ŝerbakov"],
        ["Юлия", "Yulia", "Yuliya", "Julija", "Iuliia"],
        ["Фёдор", "Fedor", "Fyodor", "Fiodor"],
        ["Ельцин", "Yeltsin", "El'cin"],
        ["Зеленський", "Zelenskyy", "Zelenskyi", "Zelensky", "Zelenskij", "Зеленский"],
        ["Джамал", "Jamal", "Djamal", "Dzhamal"],
        ["Достоевский", "Dostoyevsky", "Dostoevskii", "Dostojevskij", "Dostoievski"],
        ["Яковлев", "Yakovlev", "Iakovlev", "Jakovlev", "Âkovlev"],
    ],
    ids=lambda s: s[0],
)
def test_all_spellings_of_a_name_share_a_key(spellings: list[str]):
    first = keys(spellings[0])
    for other in spellings[1:]:
        assert first & keys(other), f"{other}: {keys(other)} shares nothing with {first}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иванов", "Петров"), ("Сергей", "Андрей"), ("Жуков", "Зыков"), ("Ким", "Цой"), ("Wang", "Zhang")],
)
def test_other_names_have_other_keys(one: str, other: str):
    assert not keys(one) & keys(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ivаnov", "Ivanov"),  # a is Cyrillic
        ("Ивaнов", "Иванов"),  # a is Latin
        ("РЕТRОV", "PETROV"),  # Р, Е, Т, О are Cyrillic
        ("Αlexandros", "Alexandros"),  # the first letter is Greek
    ],
)
def test_look_alike_letters_are_read_in_one_alphabet_and_told(typed: str, meant: str):
    reading = read(typed)
    assert reading.folded == meant
    assert keys(typed) == keys(meant)


def test_a_word_of_nothing_but_look_alikes_is_read_both_ways():
    assert {"maha", "maksa"} <= keys("Маха")


def test_letters_of_two_alphabets_that_do_not_look_alike_are_read_each_as_it_is():
    assert read("Иvan").folded == ""
    assert keys("Иvan") & keys("Ivan")


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Ｉｖａｎ", "Ivan"), ("Iva\u200bnov", "Ivanov"), ("Iva\u00adnov", "Ivanov"), ("I\u0301van", "Ívan")],
)
def test_forms_of_unicode_do_not_hide_a_name(written: str, plain: str):
    assert clean(written) == plain


@pytest.mark.parametrize(
    ("word", "key"), [("محمد", "mhmd"), ("Παύλος", "pailos"), ("习近平", "hizinping"), ("김", "gim")]
)
def test_other_scripts_are_read_in_latin_letters(word: str, key: str):
    assert key in keys(word)


def test_keys_are_few_and_of_letters_and_digits_alone():
    for word in ("Chruschtschow", "Xexojuchcxj", "jcxchjcxch", "Пётр", "R2D2", "a'b"):
        found = keys_of(read(word))
        assert 0 < len(found) <= MOST
        assert all(k.isascii() and k.isalnum() and k == k.lower() for k in found)
