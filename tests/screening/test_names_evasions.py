"""How a listed person's lawyer would write the name: each way is found, says why, and ordinary names find nobody by it."""

import pytest

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.screening.matching import hits, index_entries
from adit.screening.names.letters import clean
from adit.screening.names.lookalikes import as_letters
from adit.screening.names.several import ways
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput


def entry(number: str, kind: str, name: str, **more) -> Entry:
    return Entry("test", number, kind, (ListedName(name),), **more)


LISTED = (
    entry("ivanov", "person", "Иванов Сергей Петрович", identifiers=(("inn", "500100732259"),)),
    entry("kuznetsova", "person", "Kuznetsova Elena Viktorovna"),
    entry("pavlov", "person", "Pavlov Roman"),
    entry("popov", "person", "POPOV KOCTA"),
    entry("romashka", "organisation", "ООО «Ромашка Трейд»"),
    entry("garantex", "organisation", "Garantex Europe OU"),
    entry("kimsuky", "organisation", "Kimsuky"),
)
INDEX = index_entries(LISTED)


def found(text: str, kind: str = "person") -> set[str]:
    return {h.entry_id for h in hits(Subject(kind, (text,)), INDEX)}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        # digits for letters, in either alphabet and in a mixture
        ("ivanov", "Иван0в Сергей"),
        ("ivanov", "Ivan0v Sergey"),
        ("ivanov", "1vanov 5ergey"),
        ("ivanov", "Ivаn0v 5еrgеy"),
        ("pavlov", "Pav1ov R0man"),
        # marks and signs that nobody sees
        ("ivanov", "И\u0336в\u0336а\u0336н\u0336о\u0336в\u0336 С\u0336е\u0336р\u0336г\u0336е\u0336й\u0336"),
        ("ivanov", "Ива\u0301нов Серге\u0301й"),
        ("ivanov", "Ива\x00нов Сер\x07гей"),
        ("ivanov", "Iva\u3164nov Ser\u115fgey"),
        ("ivanov", "\u202eИва\u200dнов Сергей\u202c"),
        # a blank or a dot after each letter
        ("ivanov", "И в а н о в С е р г е й"),
        ("ivanov", "И.в.а.н.о.в Сергей"),
        # letters of a third alphabet
        ("ivanov", "Ιvanov Sergeγ"),
        ("ivanov", "Ивαнοв Сергей"),
        ("ivanov", "Ꭵvanov Sergey"),
        ("popov", "ΡΟΡΟV ΚΟϹΤΑ"),
        # what is written beside the name
        ("ivanov", "Иванов Сергей (он же Сидоров Константин)"),
        ("ivanov", "Сидоров Константин Львович (бывш. Иванов Сергей Петрович)"),
        ("ivanov", "Sidorov Konstantin a.k.a. Ivanov Sergey"),
        ("ivanov", "Сидоров Константин / Иванов Сергей Петрович"),
        ("ivanov", "Иванов Сергей Петрович, паспорт 4509 123456, выдан ОВД района города"),
        ("ivanov", "Ivanov Sergey Petrovich Junior the Second of Saint Petersburg Russian Federation Trading House"),
        ("ivanov", "Г-н Иванов Сергей"),
        ("ivanov", "Mr Sergey Ivanov"),
        # a family name of marriage
        ("kuznetsova", "Смирнова Елена Викторовна (урожд. Кузнецова)"),
        ("kuznetsova", "Elena Viktorovna Smirnova (née Kuznetsova)"),
        ("kuznetsova", "Кузнецова-Смирнова Елена"),
        # Belarusian
        ("ivanov", "Сяргей Іваноў"),
        ("ivanov", "Ivanou Sergey"),
    ],
)
def test_a_way_around_that_is_none(number: str, text: str) -> None:
    assert number in found(text), text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("romashka", "Р0машка Трейд"),
        ("romashka", "Прежнее название: Торговый дом (ранее ООО Ромашка Трейд)"),
        ("garantex", "G4rantex Europe"),
        ("kimsuky", "K1msuky"),
    ],
)
def test_the_same_of_an_organisation(number: str, text: str) -> None:
    assert number in found(text, "organisation"), text


def test_the_number_of_a_party_given_in_place_of_its_name() -> None:
    [hit] = hits(Subject("person", ("500100732259",)), INDEX)
    assert (hit.entry_id, hit.by) == ("ivanov", "identifier")
    assert hit.words[0] == "The stated number 500100732259 stands in the entry as INN."


def test_it_is_said_what_was_read() -> None:
    [hit] = hits(Subject("person", ("Ivan0v Sergey",)), INDEX)
    assert "Ivan0v (ours) mixes digits and letters that look alike; it was read as Ivanov." in hit.words
    [hit] = hits(Subject("person", ("Sidorov Konstantin / Ivanov Sergey",)), INDEX)
    assert "It is a part of what was stated: Sidorov Konstantin / Ivanov Sergey." in hit.words


@pytest.mark.parametrize(
    "text",
    [
        "Петров Алексей Николаевич",
        "Smith-Jones Mary",
        "Anna-Maria Schmidt",
        "Сидоров (Ваня) Пётр",
        "Su27 Alpha",
        "Орлова Мария (урожд. Белова)",
    ],
)
def test_other_names_find_nobody(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a " * 50_000, "Ivanov Sergey " * 7_000, "\u202e" * 5_000 + "a", "слово " * 41]
)
def test_a_text_that_is_too_long_for_a_name_is_refused_and_not_cleared(text: str) -> None:
    with pytest.raises(BadInput, match="no name has so many"):
        found(text)


def test_a_text_that_names_too_many_is_refused() -> None:
    with pytest.raises(BadInput, match="in more than 32 ways"):
        found(" / ".join(f"Aaaa{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(34)))


@pytest.mark.parametrize("text", ["", " ", "🙂", "\u202e\u200d", "...", "\u0301"])
def test_nothing_to_compare_is_never_clear(text: str) -> None:
    with pytest.raises(BadInput):
        found(text)


def test_an_ordinary_name_is_read_in_one_way() -> None:
    for text in ("Иванов Сергей Петрович", "Ivanov, Sergey", "ООО «Ромашка Трейд»", "Abu-Bakr al-Rahman", "MV Star 7"):
        assert ways(text, windows=True) == (text,)


def test_letters_that_a_script_needs_stay() -> None:
    assert clean("й ё Ё Й") == "й ё Ё Й"
    assert clean("Hồ Chí Minh") == "Hồ Chí Minh"
    assert clean("राम") == "राम"  # vowel signs of India are letters, not ornaments


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        ("Ivan0v", "Ivanov"),
        ("Иван0в", "Иванов"),
        ("A1exey", "Alexey"),
        ("3М", ""),
        ("Su27", ""),
        ("2024", ""),
        ("Alpha", ""),
        ("B2B", ""),
        ("ab1", ""),
        ("Unit9x", ""),
    ],
)
def test_digits_that_are_letters(token: str, meant: str) -> None:
    assert as_letters(token) == meant
