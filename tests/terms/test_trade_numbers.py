"""Numbers of banks, ships, contracts and states: what fits their form, and which mistake is named."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.terms.errors import BadInput
from adit.terms.identifiers import COUNTRIES, bic, country, imo, ogrn, unk, unk_month

Reader = Callable[[str], str]


@pytest.mark.parametrize(
    ("reader", "text", "read"),
    [
        (imo, "9074729", "9074729"),  # the worked example of the IMO scheme that most libraries share
        (imo, "IMO 9176187", "9176187"),
        (bic, "deutdeff", "DEUTDEFF"),
        (bic, "DEUT DE FF 500", "DEUTDEFF500"),
        (unk, " 25020001/1481/0000/1/1 ", "25020001/1481/0000/1/1"),
        (country, "kz", "KZ"),
        (ogrn, "1027700132195", "1027700132195"),
        (ogrn, "304500116000157", "304500116000157"),
    ],
)
def test_a_number_is_read(reader: Reader, text: str, read: str) -> None:
    assert reader(text) == read


@pytest.mark.parametrize(
    ("reader", "text", "said"),
    [
        (imo, "9074728", "IMO number 9074728 has a wrong control digit"),
        (imo, "907472", "'907472' is no IMO number"),
        (imo, "0000000", "wrong control digit"),
        (imo, "٩٠٧٤٧٢٩", "is no IMO number"),
        (bic, "DEUTXXFF", "'DEUTXXFF' is no BIC"),
        (bic, "DEUTDEF", "is no BIC"),
        (bic, "DEUTDEFF50", "is no BIC"),
        (bic, "DEÜTDEFF", "is no BIC"),
        (country, "XX", "'XX' is no state of ISO 3166"),
        (country, "RUS", "is no state"),
        (unk, "25020001/1481/0000/1", "is no unique number of a contract"),
        (unk, "2502001/1481/0000/1/1", "is no unique number"),
        (unk, "25130001/1481/0000/1/1", "has no month, no number or no bank"),
        (unk, "25000001/1481/0000/1/1", "has no month"),
        (unk, "25020000/1481/0000/1/1", "no number"),
        (unk, "25020001/0000/0000/1/1", "no bank"),
        (unk, "25020001/1481/0000/0/1", "is no unique number"),
        (unk, "25020001/1481/0000/А/1", "is no unique number"),
        (ogrn, "2027700132194", "OGRN 2027700132194 begins with 2, and no number of a party does"),
        (ogrn, "104500116000150", "begins with 1, and no number of a party does"),
        (ogrn, "304500116000158", "wrong control digit"),
    ],
)
def test_each_kind_of_slip_is_named(reader: Reader, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        reader(text)


def test_the_month_of_a_contract_number() -> None:
    assert unk_month("25020001/1481/0000/1/1") == date(2025, 2, 1)


def test_there_are_as_many_states_as_iso_has() -> None:
    assert len(COUNTRIES) == 249 + 1


@given(st.text("0123456789", min_size=6, max_size=6).filter(lambda t: t[0] != "0"))
def test_exactly_one_control_digit_fits_a_ship(body: str) -> None:
    fitting = 0
    for digit in "0123456789":
        with suppress(BadInput):
            imo(body + digit)
            fitting += 1
    assert fitting == 1


@given(st.text(max_size=25))
def test_whatever_is_typed_is_a_number_or_a_bad_input_here_too(text: str) -> None:
    for reader in (imo, bic, unk, country):
        with suppress(BadInput):
            assert reader(text).isascii()


def test_python_stdnum_agrees_where_it_is_at_hand() -> None:
    imo_of_others = pytest.importorskip("stdnum.imo")
    for number in range(9_000_000, 9_000_400):
        try:
            ours = bool(imo(str(number)))
        except BadInput:
            ours = False
        assert ours == imo_of_others.is_valid(str(number))
