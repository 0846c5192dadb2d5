"""Russian and English: every message has both, values stand where they stood, and errors are told with their values."""

import re
from collections.abc import Sequence

import pytest

from adit import law
from adit.desk.web.languages import catalog, messages, missing, words

RUSSIAN = words("ru", "Europe/Moscow", law.load("ru/law"))
ENGLISH = words("en", "Europe/Moscow", law.load("ru/law"))


def _texts(said: str | Sequence[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else list(said)


def test_every_message_has_a_russian_text():
    assert [str(m.id) for m in missing() if m.id] == []


def test_no_text_is_left_of_a_message_that_is_gone():
    needed = {one for one, _ in messages()}
    assert [m.id for m in catalog() if m.id and _texts(m.id)[0] not in needed] == []


def test_values_stand_in_both():
    wrong = []
    for message in catalog():
        for said in _texts(message.string or "") if message.id else ():
            wanted = set(re.findall(r"\{\w*\}", _texts(message.id)[-1]))
            if set(re.findall(r"\{\w*\}", said)) | {"{n}"} != wanted | {"{n}"}:
                wrong.append(message.id)
    assert wrong == []


def test_what_is_counted_has_three_forms():
    assert [RUSSIAN.ngettext("{n} machine", "{n} machines", n) for n in (1, 3, 5, 11, 21)] == [
        "1 устройство", "3 устройства", "5 устройств", "11 устройств", "21 устройство",
    ]  # fmt: skip
    assert ENGLISH.ngettext("{n} machine", "{n} machines", 1) == "1 machine"


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("The login or the password is wrong.", "Неверный логин или пароль."),
        ("There is no entry 12.", "12"),
        ("Somebody changed this meanwhile: it stands at entry 7, and you saw entry 3.", "7"),
    ],
)
def test_an_error_is_told_with_its_values(raised: str, told: str):
    said = RUSSIAN.told(raised)
    assert told in said
    assert said != raised
    assert not re.search(r"[A-Za-z]{3}", said)
    assert ENGLISH.told(raised) == raised


def test_what_the_catalogue_does_not_have_is_told_as_it_is():
    assert RUSSIAN.told("A sentence of nobody's.") == "A sentence of nobody's."


def test_the_law_speaks_russian():
    assert RUSSIAN.law("nothing in the law stands in the way") != "nothing in the law stands in the way"
    assert RUSSIAN.fact("may_mine") == "право на майнинг"
