"""The sentences of screening in Russian: none that its modules make is missing, and values come through."""

import ast
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import adit.screening
from adit.desk.screening_words import SENTENCES, in_sentences, said
from adit.desk.web.languages import Words

HERE = Path(adit.screening.__file__).parent
MODULES = ("states.py", "loading.py", "canaries.py", "agreement.py", "owner_hits.py", "texts.py", "names/words.py", "identifiers.py")  # fmt: skip
WORDS = Words("ru")
# made of parts in their module -> a whole one of that kind
COMPOSED = {
    "Two people may accept it with a reason.": "Look at the file and fetch it again. Two people may accept it with a reason.",
    "It cannot be accepted as it is.": "Look at the file and fetch it again. It cannot be accepted as it is.",
    "Birth contradicts: {0} and {1}{2}.": "Birth contradicts: 1970 and 1980, 10 years apart.",
    "Of {0}, {1} {2} in the text of the entry.": "Of Ivan Petrov, Petrov stands in the text of the entry.",
    "Left aside on {0} side: {1}{2}.": "Left aside on the list's side: OOO (limited liability company).",
}


def sentences(file: Path) -> Iterator[str]:
    """Every text with a capital and a full stop, or with values, that is no docstring and no error."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    left_out = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in ast.walk(n) if v is not n}
    for node in ast.walk(tree):
        if id(node) in left_out or id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            number = count()
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else f"{{{next(number)}}}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.fullmatch(r"[A-Z{].* .*[.]", text) and "FILE" not in text and len(re.sub(r"\{\d\}", "", text)) > 8:
            yield text


def test_no_sentence_of_screening_is_missing():
    known = [re.compile(re.sub(r"\\{\d\\}", "(.*?)", re.escape(s)), re.DOTALL) for s in SENTENCES]
    found = [(m, s) for m in MODULES for s in sentences(HERE / m)]
    assert len(found) > 40
    assert [
        (m, s) for m, s in found if not any(k.fullmatch(re.sub(r"\{\d\}", "7", COMPOSED.get(s, s))) for k in known)
    ] == []


def test_every_sentence_has_its_values_in_russian():
    for sentence in SENTENCES:
        values = re.findall(r"\{\d\}", sentence)
        assert sorted(re.findall(r"\{\d\}", WORDS.gettext(sentence))) == sorted(values), sentence
        assert WORDS.gettext(sentence) != sentence


@pytest.mark.parametrize(("text", "russian"), [
    ("Ruslan = Ruslan; Kadyrov ~ Qadirov: the same sound.", "Ruslan = Ruslan; Kadyrov ~ Qadirov: то же звучание."),
    ("Ruslan Kadyrov and Ruslan Qadirov are the same in sound (1000 of 1000).", "Ruslan Kadyrov и Ruslan Qadirov: одинаково по звучанию (1000 из 1000)."),
    ("The file is of 2025-04-01, 15 days old; more than 7 are not allowed.", "Файл от 01.04.2025, ему 15 дн.; допускается не больше 7."),
    ("A owns 51 % of B.", "A владеет 51 % в B."), ("What nobody knows.", "What nobody knows."),
])  # fmt: skip
def test_what_is_said_is_said_in_russian(text: str, russian: str):
    assert said(WORDS, text) == russian
    assert said(Words("en"), text) == text


@pytest.mark.parametrize(("text", "russian"), [
    ("A owns 51 % of B. Multiplied along the paths their share is 26.01 %.", "A владеет 51 % в B. Произведение долей по цепочкам: 26.01 %."),
    ("A owns 51 % of B. What nobody knows.", "A владеет 51 % в B. What nobody knows."),
    ("Viktor = Viktor; Orlov = Orlov. List national, entry 2.", "Viktor = Viktor; Orlov = Orlov. Список national, запись 2."),
    ("The list un_sc is MISSING. This list was never fetched.", "Список un_sc: отсутствует. Этот список ни разу не загружали."),
    ("paid, confirmed and reconciled", "оплачено, подтверждено и сверено"),
    ("What nobody knows.", "What nobody knows."),
])  # fmt: skip
def test_several_sentences_are_told_one_by_one(text: str, russian: str):
    assert in_sentences(WORDS, text) == russian
    assert in_sentences(Words("en"), text) == text
