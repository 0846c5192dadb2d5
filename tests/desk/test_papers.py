"""Papers: the same content is the same bytes, what comes from outside is printed and never obeyed, and a mistyped code is caught."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from adit.desk.papers import (
    PAPERS,
    Block,
    Facts,
    Heading,
    Paper,
    Reason,
    Table,
    Text,
    blocks_of,
    code_for,
    parse_code,
    pdf,
    plain_blocks,
    title_of,
)
from adit.terms.errors import BadInput

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS = CROCKFORD + "*~$=U"
PAPER = Paper(
    kind="certificate of entry",
    language="en",
    number="RU-000042",
    code="7K3D-9FQX-21MV-J",
    office="Office of Trials",
    office_address="1 Lenin Street, Irkutsk",
    party="Romashka LLC",
    party_address="2 Mira Street, Bratsk",
    inn="7707083893",
    ogrn="1027700132195",
    on=date(2025, 2, 1),
    blocks=(
        Heading("What was entered"),
        Text("The operator is entered in the register."),
        Facts((("Site", "Hangar 7"), ("Machines", "54"))),
        Table(("Month", "Energy"), (("2025-01", "4,800 kWh"), ("2025-02", "5,100 kWh"))),
        Reason("Its energy is above the limit.", "Decree 1469, item 2"),
    ),
    entry=117,
    checkpoint=0,
    verify_url="https://register.example/verify?code=7K3D-9FQX-21MV-J",
    signature="A. Clerk",
)
RUSSIAN = replace(
    PAPER,
    language="ru",
    office="Ведомство испытаний",
    party="ООО «Ромашка»",
    party_address="г. Братск, ул. Мира, 2",
    blocks=(Heading("Что внесено"), Text("Оператор включён в реестр."), Reason("Объём выше предела.", "Постановление № 1469")),
    signature="И. о. начальника",
)  # fmt: skip


def pages(paper: Paper) -> list[str]:
    """What a reader takes from each page: words whole, blanks single."""
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf(paper))).pages]
    return [" ".join(re.sub("\N{SOFT HYPHEN}\\s*", "", text).split()) for text in texts]


# PDF --------------------------------------------------------------------------------------------------------------
def test_a_paper_says_all_that_it_was_given():
    [text] = pages(PAPER)
    for part in (
        "Certificate of entry in the register",
        "Office of Trials",
        "1 Lenin Street, Irkutsk",
        "No. RU-000042 2025-02-01",
        "Romashka LLC",
        "INN 7707083893, OGRN 1027700132195",
        "2 Mira Street, Bratsk",
        "What was entered",
        "The operator is entered in the register.",
        "Site Hangar 7",
        "Machines 54",
        "Month Energy 2025-01 4,800 kWh 2025-02 5,100 kWh",
        "Its energy is above the limit. Decree 1469, item 2",
        "A. Clerk",
        "page 1 of 1",
        "Code 7K3D-9FQX-21MV-J",
        "Verify at https://register.example/verify?code=7K3D-9FQX-21MV-J",
        "Entry of the journal 117",
    ):
        assert part in text


def test_in_russian_it_says_so_in_russian():
    [text] = pages(RUSSIAN)
    for part in (
        "Свидетельство о включении в реестр",
        "Ведомство испытаний",
        "№ RU-000042 01.02.2025",
        "ООО «Ромашка»",
        "ИНН 7707083893, ОГРН 1027700132195",
        "г. Братск, ул. Мира, 2",
        "Что внесено",
        "Оператор включён в реестр.",
        "Объём выше предела. Постановление № 1469",
        "И. о. начальника",
        "стр. 1 из 1",
        "Код 7K3D-9FQX-21MV-J",
        "Проверка: https://register.example/verify",
        "Запись журнала 117",
    ):
        assert part in text
    assert not re.search("Verify|Entry of|page|INN", text)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", PAPERS)
def test_every_kind_has_its_title_in_both_languages(kind: str, language: str):
    [text] = pages(replace(PAPER, kind=kind, language=language, blocks=()))
    assert title_of(kind, language) in text
    assert bool(re.search("[А-я]", title_of(kind, language))) == (language == "ru")


@pytest.mark.parametrize(("paper", "said"), [(PAPER, "Demonstration: invented, decides nothing."), (RUSSIAN, "Демонстрация: вымышленные данные")])  # fmt: skip
def test_only_a_demonstration_calls_itself_one(paper: Paper, said: str):
    assert said not in pages(paper)[0]
    assert said in pages(replace(paper, demo=True))[0]


@pytest.mark.parametrize(("paper", "said"), [(PAPER, "checkpoint over 200 entries"), (RUSSIAN, "контрольная точка на 200 записей")])  # fmt: skip
def test_a_checkpoint_is_named_once_there_is_one(paper: Paper, said: str):
    assert said.split()[0] not in pages(paper)[0]
    assert said in pages(replace(paper, checkpoint=200))[0]


def test_what_is_not_known_of_a_party_leaves_no_label():
    [text] = pages(replace(PAPER, inn="", ogrn="", party_address="", signature=""))
    assert not re.search("INN|OGRN|Mira|Clerk", text)
    [text] = pages(replace(PAPER, inn=""))
    assert "OGRN 1027700132195" in text
    assert "INN" not in text


def test_it_is_a_tagged_pdf_with_its_title_its_language_and_its_day():
    for paper in (PAPER, RUSSIAN):
        made = pdf(paper)
        assert made.startswith(b"%PDF-")
        reader = PdfReader(BytesIO(made))
        root = dict(reader.root_object)
        assert str(root["/MarkInfo"]) == "{'/Marked': True, '/Suspects': False}"
        assert str(root["/Lang"]) == paper.language
        assert reader.metadata is not None
        assert reader.metadata.title == title_of(paper.kind, paper.language)
        assert reader.metadata.author == paper.office
        assert reader.metadata.creation_date is not None
        assert reader.metadata.creation_date.date() == paper.on
        assert b"pdfuaid:part" in made


def test_the_same_content_is_the_same_bytes():
    first = pdf(PAPER)
    pdf(RUSSIAN)  # nothing of another paper stays behind
    assert pdf(replace(PAPER)) == first


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Asia/Irkutsk", "America/New_York"])
def test_another_process_in_another_zone_makes_the_same_bytes(zone: str):
    """A paper is made anew whenever somebody asks for it, wherever the server then stands."""
    program = "import sys; from tests.desk.test_papers import PAPER, sha256, pdf; print(sha256(pdf(PAPER)).hexdigest())"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ, "TZ": zone})  # fmt: skip
    assert ran.stdout.strip() == sha256(pdf(PAPER)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"number": "RU-000043"}, {"code": "7K3D-9FQX-21MV-W"}, {"party": "Romashka Ltd"}, {"on": date(2025, 2, 2)}, {"entry": 118},
        {"checkpoint": 200}, {"language": "ru"}, {"verify_url": "https://register.example/verify?code=other"}, {"demo": True}, {"blocks": ()},
    ],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_other_content_is_other_bytes(change: dict[str, object]):
    assert pdf(replace(PAPER, **change)) != pdf(PAPER)  # type: ignore[arg-type]


MARKUP = [
    "*bold* _slanted_ `code`",
    "= Heading",
    "#panic(1) #p.inn",
    "#include p.typ",
    "$x^2$ <label> @label",
    r"\#escaped \u{41}",
    "[content] {code}",
    "// comment /* comment */",
    "- one + two / three: four",
    'don\'t -- "quote" ...',
    "</svg><script>alert(1)</script>",
    "%PDF {0} {n} %s",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_what_comes_from_outside_is_printed_and_not_obeyed(text: str):
    blocks = (Text(text), Heading(text), Facts(((text, text),)), Table((text,), ((text,),)), Reason(text, text))
    printed = pages(replace(PAPER, office=text, office_address=text, party=text, party_address=text, number=text, inn=text, signature=text, blocks=blocks))  # fmt: skip
    # eight in the blocks, seven around them, and the number once more at the foot of each page
    assert " ".join(printed).count(text) == 8 + 7 + len(printed)


def test_a_long_table_repeats_its_header_on_every_page():
    rows = tuple((f"2025-{i:04}", f"{i} kWh") for i in range(120))
    printed = pages(replace(PAPER, blocks=(Table(("Column of months", "Column of energy"), rows),)))
    assert len(printed) > 2
    for i, text in enumerate(printed, start=1):
        assert f"page {i} of {len(printed)}" in text
        assert "Code 7K3D-9FQX-21MV-J" in text
    assert all("Column of months Column of energy" in text for text in printed if " kWh" in text)
    assert all(f"2025-{i:04} {i} kWh" in " ".join(printed) for i in range(120))


@pytest.mark.parametrize("text", ["Қазақстан: әңөұүһі", "Ґанок, Київ", "₿ ₽ ₸ ≤ ≥ −", "Müller", "№ 5", "Հայաստան", "აფხაზეთი"])  # fmt: skip
def test_the_letters_of_the_neighbours_are_printed(text: str):
    assert text in pages(replace(PAPER, blocks=(Text(text),)))[0]


@pytest.mark.parametrize(
    ("text", "printed"), [("before 漢😀 after", "before □□ after"), ("before\x00\x07 after", "before after")]
)
@pytest.mark.parametrize("place", ["party", "text"])
def test_a_sign_that_cannot_be_printed_stands_as_a_box(text: str, printed: str, place: str):
    made = replace(PAPER, party=text) if place == "party" else replace(PAPER, blocks=(Text(text),))
    assert printed in pages(made)[0]


def test_a_mistake_of_ours_is_not_told_as_one_of_the_reader():
    with pytest.raises(typst.TypstError, match="heading title is empty"):
        pdf(replace(PAPER, blocks=(Heading(""),)))


# Blocks -----------------------------------------------------------------------------------------------------------
texts = st.text(max_size=20)
blocks = st.lists(
    st.one_of(
        st.builds(Text, texts),
        st.builds(Heading, texts),
        st.builds(Facts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
        st.builds(Table, st.lists(texts, max_size=3).map(tuple), st.lists(st.lists(texts, max_size=3).map(tuple), max_size=3).map(tuple)),
        st.builds(Reason, texts, texts),
    ),
    max_size=5,
)  # fmt: skip


@given(blocks)
def test_blocks_come_back_from_the_journal_as_they_were(made: list[Block]):
    assert blocks_of(plain_blocks(made)) == tuple(made)
    assert blocks_of(json.loads(json.dumps(plain_blocks(made)))) == tuple(made)


def test_blocks_are_kept_in_this_form():
    """Letters of earlier years are kept so; a name that is published stays."""
    assert plain_blocks(PAPER.blocks) == [
        {"kind": "heading", "text": "What was entered"},
        {"kind": "text", "text": "The operator is entered in the register."},
        {"kind": "facts", "rows": [["Site", "Hangar 7"], ["Machines", "54"]]},
        {"kind": "table", "header": ["Month", "Energy"], "rows": [["2025-01", "4,800 kWh"], ["2025-02", "5,100 kWh"]]},
        {"kind": "reason", "text": "Its energy is above the limit.", "cites": "Decree 1469, item 2"},
    ]


# Codes ------------------------------------------------------------------------------------------------------------
codes = st.text(min_size=1, max_size=20).map(code_for)


def checked(body: str) -> str:
    """A code with the check symbol that Crockford's definition gives: the number modulo 37."""
    return f"{body[:4]}-{body[4:8]}-{body[8:]}-{CHECKS[sum(CROCKFORD.index(c) * 32**i for i, c in enumerate(reversed(body))) % 37]}"


def refused(code: str) -> bool:
    try:
        parse_code(code)
    except BadInput:
        return True
    return False


def test_the_code_of_a_letter_is_what_it_was():
    assert [code_for(f"letter-0000000{i}") for i in (1, 2, 3)] == [
        "KDA9-NN7X-3823-M",
        "JJ8R-A5WD-ADKA-W",
        "19MQ-AHJG-PGP4-W",
    ]


@given(codes)
def test_a_code_has_its_shape_and_its_check_symbol(code: str):
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z*~$=U]", code)
    assert code == checked(code[:-2].replace("-", "")) == parse_code(code)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_two_letters_have_two_codes(one: str, other: str):
    assert (code_for(one) == code_for(other)) == (one == other)


@given(st.text(CROCKFORD, min_size=12, max_size=12))
def test_of_all_check_symbols_exactly_one_fits(body: str):
    assert [c for c in CHECKS if not refused(body + c)] == [checked(body)[-1]]


@given(codes)
def test_small_letters_blanks_and_missing_dashes_do_not_matter(code: str):
    for written in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"  {code}\n",
        "-".join(code.replace("-", "")),
    ):
        assert parse_code(written) == code


def test_letters_that_look_like_digits_are_read_as_digits():
    code = checked("0110ABCD1010")
    for look in ("O11OABCD1O1O", "oiioabcdlolo", "0IL0ABCDL0I0", "0lI0ABCDi0l0"):
        assert parse_code(look + code[-1]) == code


@pytest.mark.parametrize(("symbol", "looks"), [("0", "Oo"), ("1", "IiLl")])
def test_a_check_symbol_that_looks_like_a_digit_is_read_as_it_too(symbol: str, looks: str):
    code = next(c for c in (checked(f"ABCDEFGH{i:04}") for i in range(1000)) if c[-1] == symbol)
    for look in looks:
        assert parse_code(code[:-1] + look) == code


@given(codes)
def test_every_single_mistyped_sign_is_caught(code: str):
    for i, right in enumerate(code):
        if right == "-":
            continue
        for wrong in CHECKS.replace(right, ""):
            assert refused(code[:i] + wrong + code[i + 1 :]), (code, i, wrong)


@given(codes)
def test_every_swap_of_neighbours_is_caught_or_is_the_same_code(code: str):
    for i in range(len(code) - 1):
        swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        same = swapped.replace("-", "") == code.replace("-", "")
        assert refused(swapped) == (not same), (code, swapped)


@given(codes)
def test_a_sign_left_out_or_typed_twice_is_caught(code: str):
    signs = code.replace("-", "")
    for i in range(len(signs)):
        assert refused(signs[:i] + signs[i + 1 :])
        assert refused(signs[:i] + signs[i] + signs[i:])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This is no code of a paper"),
        ("7K3D-9FQX-21MV", "This is no code of a paper"),
        ("7K3D-9FQX-21MV-JJ", "This is no code of a paper"),
        ("UK3D-9FQX-21MV-J", "This is no code of a paper"),
        ("7\u041a3D-9FQX-21MV-J", "This is no code of a paper"),  # К of the Cyrillic alphabet
        ("7K3D-9FQX-21M*-J", "This is no code of a paper"),
        ("7K3D-9FQX-21MV-W", "A sign of the code is wrong"),
        ("7K3D-9FQX-21MV-!", "A sign of the code is wrong"),
    ],
)
def test_each_kind_of_mistake_is_named(text: str, said: str):
    with pytest.raises(BadInput, match=said) as error:
        parse_code(text)
    assert error.value.todo


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_a_bad_input(text: str):
    if not refused(text):
        assert parse_code(parse_code(text)) == parse_code(text)
