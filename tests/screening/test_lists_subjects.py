"""Subjects as entities of followthemoney and back: the same content gives the same id, and a private key is refused."""

import pytest

from adit.screening.ftm_subjects import entity_of, subject_lines, subjects_of
from adit.screening.subjects import Subject
from adit.terms.errors import BadInput

PERSON = Subject("person", ("Invented Person", "Выдуман"), "1970", ("RU",), (("inn", "500100732259"),))


def test_the_id_is_the_content() -> None:
    assert entity_of(PERSON)["id"] == PERSON.digest
    assert entity_of(Subject("person", ("Invented Person",)))["id"] != PERSON.digest


def test_subjects_come_back_in_their_order() -> None:
    several = (
        PERSON,
        Subject("bank", ("Bank",), identifiers=(("bic", "SABRRUMM"),)),
        Subject("address", address="1A"),
        Subject("vessel", ("Star",), identifiers=(("imo", "9187629"),)),
    )
    assert subjects_of(subject_lines(several)) == several


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The text names nobody who could be screened."),
        ('{"id":"a","schema":"Address","properties":{"full":["x"]}}', "The text names nobody who could be screened."),
        ('{"id":"a"', "The line is not JSON"),
        ('{"id":"a","schema":"Person"}', "The line is no entity."),
        ('{"id":"a","schema":"Person","properties":{}}', "This person has neither a name nor an identifier"),
        (
            '{"id":"a","schema":"CryptoWallet","properties":{"privateKey":["5Jsecret"]}}',
            "An entity holds a private key.",
        ),
    ],
)
def test_what_is_no_subject(text: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        subjects_of(text)
    assert said in error.value.what
    assert "5Jsecret" not in str(error.value)
