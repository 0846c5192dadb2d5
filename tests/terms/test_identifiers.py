"""Numbers that name parties: real ones that anybody can look up, and control digits of which exactly one fits."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.terms.errors import BadInput
from adit.terms.identifiers import inn, lei, ogrn

DIGITS = "0123456789"
REAL_INN = [
    "7707083893",  # Sberbank
    "7736050003",  # Gazprom
    "7710140679",  # T-Bank
    "7706107510",  # Rosneft
    "7830002293",  # the example that most libraries share
    "1234567894",  # python-stdnum
    "500100732259",  # a person, the example that most libraries share
    "123456789047",  # python-stdnum
]
REAL_OGRN = [
    "1027700132195",  # Sberbank
    "1027700070518",  # Gazprom
    "1027739642281",  # T-Bank
    "1037739010891",  # the example of kontragent.info
    "1022200525819",  # python-stdnum
    "1117746358608",  # worked through by hand on elmin.ru: 111774635860 leaves 8 by 11
    "304500116000157",  # an entrepreneur, the example that most libraries share
    "385768585948949",  # python-stdnum
]
REAL_LEI = [
    "5493001KJTIIGC8Y1R12",  # Bloomberg Finance
    "54930084UKLVMY22DS16",  # G.E. Financing GmbH
    "213800WSGIIZCXF1P572",  # Jaguar Land Rover
    "7ZW8QJWVPR4P1J1KQY45",  # Google
    "HWUPKR0MPOU8FGXBT394",  # Apple
]


def passes(reader: Callable[[str], str], text: str) -> bool:
    try:
        reader(text)
    except BadInput:
        return False
    return True


@pytest.mark.parametrize("number", REAL_INN)
def test_a_real_inn_is_read(number: str) -> None:
    assert inn(number) == number


@pytest.mark.parametrize("number", REAL_OGRN)
def test_a_real_ogrn_is_read(number: str) -> None:
    assert ogrn(number) == number


@pytest.mark.parametrize("code", REAL_LEI)
def test_a_real_lei_is_read(code: str) -> None:
    assert lei(code) == code


@pytest.mark.parametrize(
    ("reader", "text", "read"),
    [
        (inn, " 7707 083 893\n", "7707083893"),
        (inn, "7707\N{NO-BREAK SPACE}083893", "7707083893"),
        (inn, "5001-0073-2259", "500100732259"),
        (ogrn, "1 02 77 0013219 5", "1027700132195"),
        (ogrn, "3-04-50-011600015-7", "304500116000157"),
        (ogrn, "10277\N{EN DASH}00132195", "1027700132195"),
        (lei, "5493 001k jtii gc8y 1r12", "5493001KJTIIGC8Y1R12"),
    ],
)
def test_blanks_and_dashes_between_are_left_out(reader: Callable[[str], str], text: str, read: str) -> None:
    assert reader(text) == read


@pytest.mark.parametrize(
    ("reader", "text", "said"),
    [
        (inn, "", r"INN '' is not made of digits\."),
        (inn, "77O7083893", r"INN '77O7083893' is not made of digits\."),
        (inn, "٧٧٠٧٠٨٣٨٩٣", "is not made of digits"),  # digits, but not ours
        (inn, "770708389²", "is not made of digits"),
        (inn, "+7707083893", "is not made of digits"),
        (inn, "770708389", r"INN has 9 digits\.\nIt has 10 or 12; a zero at the beginning counts"),
        (inn, "77070838930", r"INN has 11 digits\."),
        (inn, "1027700132195", r"INN has 13 digits\."),
        (inn, "7707083894", "INN 7707083894 has a wrong control digit"),
        (inn, "500100732258", "INN 500100732258 has a wrong control digit"),  # the second digit
        (inn, "500100732249", "INN 500100732249 has a wrong control digit"),  # the first
        (inn, "123456789037", "wrong control digit"),  # python-stdnum
        (inn, "0000000000", "wrong control digit"),
        (inn, "000000000000", "wrong control digit"),
        (ogrn, "сто", "OGRN 'сто' is not made of digits"),
        (ogrn, "102770013219", r"OGRN has 12 digits\.\nIt has 13 or 15"),
        (ogrn, "10277395526422", r"OGRN has 14 digits\."),
        (ogrn, "1027700132196", "OGRN 1027700132196 has a wrong control digit"),
        (ogrn, "1022500001328", "wrong control digit"),  # python-stdnum
        (ogrn, "304500116000150", "OGRN 304500116000150 has a wrong control digit"),
        (ogrn, "0000000000000", "wrong control digit"),
        (ogrn, "000000000000000", "wrong control digit"),
        (lei, "", "An LEI has 18 letters and digits and two control digits"),
        (lei, "5493001KJTIIGC8Y1R1", "An LEI has 18 letters"),
        (lei, "5493001KJTIIGC8Y1R123", "An LEI has 18 letters"),
        (lei, "5493001KJTIIGC8Y1RA2", "An LEI has 18 letters"),
        (lei, "5493001KJTIIGC8Y_R12", "An LEI has 18 letters"),
        (lei, "5493001\u041aJTIIGC8Y1R12", "An LEI has 18 letters"),  # К of the Cyrillic alphabet
        (lei, "5493001KJTIIGC8Y1R13", "LEI 5493001KJTIIGC8Y1R13 has wrong control digits"),
        (lei, "4593001KJTIIGC8Y1R12", "wrong control digits"),
    ],
)
def test_each_kind_of_mistake_is_named(reader: Callable[[str], str], text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        reader(text)


@given(st.text(DIGITS, min_size=9, max_size=9).filter(lambda t: t != "0" * 9))
def test_exactly_one_control_digit_fits_an_organisation(body: str) -> None:
    assert sum(passes(inn, body + d) for d in DIGITS) == 1


@given(st.text(DIGITS, min_size=10, max_size=10).filter(lambda t: t != "0" * 10))
def test_exactly_one_pair_of_control_digits_fits_a_person(body: str) -> None:
    assert sum(passes(inn, f"{body}{pair:02}") for pair in range(100)) == 1


@given(st.sampled_from([12, 14]).flatmap(lambda n: st.text("123456789", min_size=n, max_size=n)))
def test_exactly_one_control_digit_fits_a_registration(body: str) -> None:
    """And none does where the first digit is that of a later record, and of no party."""
    assert sum(passes(ogrn, body + d) for d in DIGITS) == (body[0] in ("15" if len(body) == 12 else "3"))


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_exactly_one_pair_of_control_digits_fits_an_entity(body: str) -> None:
    """ISO 7064, MOD 97-10: from 02 to 98. Were 00, 01 and 99 read as well, some entities would have two codes."""
    fitting = [pair for pair in range(100) if passes(lei, f"{body}{pair:02}")]
    assert len(fitting) == 1
    assert 2 <= fitting[0] <= 98


@pytest.mark.parametrize("number", REAL_INN)
def test_neighbours_that_changed_places_are_caught(number: str) -> None:
    swaps = [number[:i] + b + a + number[i + 2 :] for i, (a, b) in enumerate(pairwise(number)) if a != b]
    assert len(swaps) > 4
    assert [swap for swap in swaps if passes(inn, swap)] == []


@given(st.text(max_size=25))
def test_whatever_is_typed_is_a_number_or_a_bad_input(text: str) -> None:
    for reader, lengths in ((inn, {10, 12}), (ogrn, {13, 15}), (lei, {20})):
        if passes(reader, text):
            assert len(reader(text)) in lengths
