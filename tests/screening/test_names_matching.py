"""A subject against entries: by name, number and text; what agrees and what contradicts; what an evader would try; what is refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adit.evidence.watchlists.entries import Entry, ListedName
from adit.screening.hits import Hit
from adit.screening.identifiers import plain_number
from adit.screening.matching import ENGINE, THRESHOLD, hits, index_entries, matcher
from adit.screening.names.sources.parts import KINDS, parts, read
from adit.screening.names.tokens import name
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

IVANOV = Entry(
    "made_up", "17", "person", (ListedName("Iurii Petrovich IVANOV"), ListedName("Юра Деловой", "weak")), ("1970-05-01",), ("RU",),
    (("inn", "770312345612"), ("passport", "45 09 123456")), listed_on=date(2024, 2, 1),
)  # fmt: skip
ROMASHKA = Entry(
    "made_up",
    "18",
    "organisation",
    (ListedName("LLC Romashka"),),
    countries=("RU", "Cyprus"),
    identifiers=(("ogrn", "1027700132195"),),
)
STAR = Entry(
    "made_up",
    "19",
    "vessel",
    (ListedName("INVENTED STAR"),),
    identifiers=(("imo", "9187629"),),
    delisted_on=date(2025, 3, 1),
)
UNREAD = Entry(
    "made_up",
    "20",
    "unknown",
    (),
    raw="row 4; Semyonov Pyotr (Пётр), b. 1961; inn 500100732259",
    unread="its columns were not understood",
)
ENTRIES = (IVANOV, ROMASHKA, STAR, UNREAD)
INDEX = index_entries(ENTRIES)


def person(*names: str, **more: object) -> Subject:
    return Subject("person", names, **more)  # type: ignore[arg-type]


def found(subject: Subject, **more: object) -> tuple[Hit, ...]:
    return hits(subject, INDEX, **more)  # type: ignore[arg-type]


def test_a_hit_says_who_by_what_name_and_in_words():
    (hit,) = found(person("Иванов Юрий", born="1970", countries=("RU",)))
    assert (hit.list_id, hit.entry_id, hit.entry, hit.engine, hit.by) == (
        "made_up",
        "17",
        IVANOV.digest,
        ENGINE,
        "name",
    )
    assert hit.listed_on == date(2024, 2, 1)
    assert (hit.subject_name, hit.entry_name) == ("Иванов Юрий", "Iurii Petrovich IVANOV")
    assert hit.words == (
        f"Иванов Юрий and Iurii Petrovich IVANOV are all but the same ({hit.score} of 1000).",
        "Иванов ~ IVANOV: the same sound; Юрий ~ Iurii: the same sound.",
        "Petrovich stands on the list's side only.",
        "Birth agrees: 1970 and 1970-05-01.",
        "Country agrees: RU.",
    )


@pytest.mark.parametrize(
    ("born", "countries", "sentences"),
    [
        ("", (), ["Birth: the list says 1970-05-01, we say nothing.", "Country: the list says RU, we say nothing."]),
        ("1970-05", ("RU", "KZ"), ["Birth agrees: 1970-05 and 1970-05-01.", "Country agrees: RU."]),
        (
            "1971",
            ("KZ",),
            ["Birth contradicts: 1971 and 1970-05-01, a year apart or less.", "Country contradicts: KZ and RU."],
        ),
        (
            "1970-06",
            (),
            [
                "Birth contradicts: 1970-06 and 1970-05-01, a year apart or less.",
                "Country: the list says RU, we say nothing.",
            ],
        ),
        (
            "1949",
            (),
            ["Birth contradicts: 1949 and 1970-05-01, 21 years apart.", "Country: the list says RU, we say nothing."],
        ),
        (
            "about 1970",
            (),
            ["Birth cannot be compared: about 1970 and 1970-05-01.", "Country: the list says RU, we say nothing."],
        ),
    ],
)
def test_birth_and_country_are_told_and_never_hide_a_name(born: str, countries: tuple[str, ...], sentences: list[str]):
    (hit,) = found(person("Iurii Ivanov", born=born, countries=countries))
    assert list(hit.words[-2:]) == sentences
    assert hit.score == found(person("Iurii Ivanov"))[0].score


def test_another_kind_is_told_as_well():
    (hit,) = found(Subject("vessel", ("Romashka",), countries=("CY",)))
    assert hit.words[-2:] == (
        "Country cannot be compared: CY and Cyprus, RU.",
        "The subject is stated to be a vessel, the entry is an organisation.",
    )


def test_a_bank_is_an_organisation():
    assert not any("is stated to be" in w for w in found(Subject("bank", ("Romashka",)))[0].words)


@pytest.mark.parametrize(
    "typed",
    [
        "Iurii Ivanov", "Юрий Иванов", "Yuriy Ivanov", "Jurij Iwanow", "Yuri Ivanoff", "Youri Ivanov",  # transliteration
        "IuriiIvanov", "Iu rii Iva nov", "I u r i i Ivanov", "Iurii  \t Ivanov", "Iurii-Ivanov", "Iurii_Ivanov", "I.u.r.i.i Ivanov",  # spacing
        "Iurii Iva nov", "Iur ii Ivanov", "Ивано в Юрий",  # a split name
        "Iurii Ivаnov", "Іurii Ivanоv", "Юpий Ивaнoв", "ІUR\u0406I IVАNОV",  # look-alike letters
        "Iu\u200brii Iva\u00adnov", "Ｉｕｒｉｉ Ｉｖａｎｏｖ", "Iurii Ivanov\u0301", "\u202eIurii Ivanov",  # what nobody sees
        "Mr. Iurii P. Ivanov", "Ivanov, Iurii", "IVANOV I. P.", "г-н Иванов Ю. П.", "Ivanov Yu.P.",  # titles, order, initials
        "Iuri Ivanv", "Iruii Ivanov", "Iurii Ivamov",  # slips
    ],
)  # fmt: skip
def test_what_an_evader_would_type(typed: str):
    assert "17" in {h.entry_id for h in found(person(typed))}, typed


@pytest.mark.parametrize("typed", ["Ivanov", "Pyotr Ivanov", "Iurii Sidorov", "Petrovich", "Юра", "Romanov Iurii"])
def test_who_is_somebody_else(typed: str):
    assert "17" not in {h.entry_id for h in found(person(typed))}


def test_the_best_of_several_names_counts_and_a_weak_alias_is_told():
    (hit,) = found(person("Nobody Whatever", "Yura Delovoy"))
    assert (hit.subject_name, hit.entry_name, hit.score) == ("Yura Delovoy", "Юра Деловой", 1000)
    assert "The publisher calls this alias weak." in hit.words


@pytest.mark.parametrize(
    ("kind", "number", "entry_id", "score", "sentence"),
    [
        ("inn", "7703-1234-5612", "17", 1000, "The INN is the same: 7703-1234-5612."),
        ("passport", "4509 № 123456".replace("№", ""), "17", 1000, "The passport number is the same: 4509  123456."),
        ("tax", "770312345612", "17", 900, "The tax number 770312345612 stands in the entry as INN."),
        ("imo", "IMO 9187629", "19", 1000, "The IMO is the same: IMO 9187629."),
        ("inn", "500100732259", "20", 1000, "The number 500100732259 stands in the text of the entry."),
    ],
)
def test_a_number_is_enough(kind: str, number: str, entry_id: str, score: int, sentence: str):
    (hit,) = found(
        Subject("organisation", ("Something Quite Else",), identifiers=((kind, number),)), on=date(2025, 1, 1)
    )
    assert (hit.entry_id, hit.score, hit.words[0]) == (entry_id, score, sentence)
    assert hit.by == ("text" if entry_id == "20" else "identifier")


def test_a_number_meets_whole_or_not_at_all():
    for number in ("77031234561", "7703123456120", "45 09 123457"):
        assert found(Subject("person", ("Somebody",), identifiers=(("inn", number), ("passport", number)))) == ()


def test_a_short_number_of_another_kind_is_another_number():
    assert found(Subject("vessel", ("Nothing",), identifiers=(("registration", "9187629"),)), on=date(2025, 1, 1)) == ()


def test_a_bic_stands_for_its_branches_and_a_series_may_be_typed_in_cyrillic():
    assert plain_number("bic", "SABR RU MM XXX") == plain_number("bic", "SABRRUMM") == "SABRRUMM"
    assert plain_number("passport", "АВ 123") == "AB123"


@pytest.mark.parametrize("typed", ["Семёнов Пётр", "Pyotr Semyonov", "Semenov Petr"])
def test_an_entry_that_could_not_be_read_is_matched_as_text(typed: str):
    hit = next(h for h in found(person(typed), least=700) if h.entry_id == "20")
    assert hit.by == "text"
    assert (
        hit.words[1]
        == "The entry could not be read in full (its columns were not understood), so its text was searched."
    )
    assert hit.entry_name.startswith("row 4; Semyonov")


def test_one_word_of_a_text_is_not_a_person():
    assert "20" not in {h.entry_id for h in found(person("Pyotr Vasilyev"))}


def test_an_entry_stands_from_its_listing_to_its_delisting():
    star = Subject("vessel", ("Invented Star",))
    assert found(star) == ()
    assert [h.entry_id for h in found(star, on=date(2025, 2, 28))] == ["19"]
    assert found(star, on=date(2025, 3, 1)) == ()
    assert found(person("Iurii Ivanov"), on=date(2024, 1, 31)) == ()


def test_the_canaries_ask_this_engine_too():
    find = matcher(ENTRIES)
    assert find(person("Юрий Иванов")) == {"17"}
    assert find(person("Nobody Whatever")) == set()


_WORDS = st.sampled_from(["Iurii", "Ivanov", "Petrov", "Ali", "Hassan", "bin", "Romashka", "Юра", "Khan", "Yun"])
_NAMES = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)


@given(_NAMES, st.lists(_NAMES, min_size=1, max_size=3), _NAMES)
@settings(deadline=None, max_examples=50)
def test_an_alias_more_never_lowers_the_best_score(asked: str, listed: list[str], alias: str):
    def best(names: list[str]) -> int:
        entry = Entry("x", "1", "person", tuple(ListedName(n) for n in names))
        return max((h.score for h in hits(person(asked), index_entries([entry]), least=1)), default=0)

    assert best([*listed, alias]) >= best(listed)


@given(st.lists(_NAMES, min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_whoever_is_listed_is_found_by_the_listed_name(listed: list[str]):
    index = index_entries([Entry("x", str(i), "person", (ListedName(n),)) for i, n in enumerate(listed)])
    for i, text in enumerate(listed):
        assert {h.score for h in hits(person(text), index) if h.entry_id == str(i)} == {1000}


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("...",), "The name '...' has no letter or digit that could be compared."),
        (("Iurii Ivanov", "—"), "The name '—' has no letter or digit that could be compared."),
        (("\u200b\u200b",), "has no letter or digit"),
        (("",), "This person has neither a name nor an identifier, so nothing could be compared."),
        ((), "This person has neither a name nor an identifier"),
    ],
)
def test_a_name_that_says_nothing_is_refused_and_not_clear(names: tuple[str, ...], problem: str):
    with pytest.raises(BadInput) as error:
        found(person(*names))
    assert problem in error.value.what


def test_an_unknown_kind_of_subject_is_refused():
    with pytest.raises(BadInput, match="'ship' is no kind of subject"):
        Subject("ship", ("Star",))


def test_the_table_of_words_is_whole():
    table = parts()
    assert table.forms["ооо",] == table.forms["llc",] == "limited liability company"
    assert table.longest_form >= 4
    assert min(len(table.particles), len(table.titles), len(table.common)) > 20
    assert {t.kind for t in name("Dr. Ali bin Petrovich Smith-Jones J. 17").tokens} == {
        "title", "common", "particle", "patronymic", "name", "initial", "number",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ооо,firm,,law", "'firm' is no kind of word."),
        (",form,x,law", "The row of '' is not whole."),
        ("OOO,form,x,law", "The row of 'OOO' is not whole."),
        ("ooo,form,x,", "The row of 'ooo' is not whole."),
        ("al,particle,,book\nal,particle,,book", "'al' stands there twice."),
        ("ooo,form,x,law\nooo,form,y,law", "'ooo' stands there twice."),
    ],
)
def test_a_table_of_words_that_is_not(row: str, problem: str, tmp_path):
    file = tmp_path / "parts.csv"
    file.write_text(f"word,kind,means,source\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read(file)
    assert error.value.what == problem
    assert "parts.csv line" in error.value.where


def test_every_kind_of_word_is_used():
    assert len(KINDS) == 4
    assert THRESHOLD == 870
