"""Numbers that name parties, banks, ships and contracts: INN, OGRN, LEI, BIC, IMO, UNK, each checked as far as its form allows. Pure functions."""

import re
from datetime import date

from adit.terms.errors import BadInput

__all__ = ["COUNTRIES", "bic", "country", "imo", "inn", "lei", "ogrn", "unk", "unk_month"]

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def _digits(text: str, name: str, lengths: tuple[int, ...]) -> str:
    compact = "".join(c for c in text if not c.isspace() and c not in "-\N{EN DASH}\N{NO-BREAK SPACE}")
    if not (compact.isascii() and compact.isdecimal()):
        raise BadInput(f"{name} '{text.strip()}' is not made of digits.", todo="Write the digits alone.")
    if len(compact) not in lengths:
        raise BadInput(
            f"{name} has {len(compact)} digits.",
            todo=f"It has {' or '.join(map(str, lengths))}; a zero at the beginning counts, and Excel may drop it.",
        )
    return compact


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11 % 10


def inn(text: str) -> str:
    """A taxpayer's number: 10 digits of an organisation, 12 of a person. Raises BadInput."""
    digits = _digits(text, "INN", (10, 12))
    holds = (
        _weighed(digits, _INN_10) == int(digits[9])
        if len(digits) == 10
        else (_weighed(digits, _INN_11), _weighed(digits, _INN_12)) == (int(digits[10]), int(digits[11]))
    )
    if not holds or set(digits) == {"0"}:
        raise BadInput(
            f"INN {digits} has a wrong control digit: a digit was mistyped.", todo="Compare it with the certificate."
        )
    return digits


def ogrn(text: str) -> str:
    """A state registration number: 13 digits of an organisation, 15 of an entrepreneur. Raises BadInput."""
    digits = _digits(text, "OGRN", (13, 15))
    holds = int(digits[:-1]) % (11 if len(digits) == 13 else 13) % 10 == int(digits[-1])
    if not holds or set(digits) == {"0"}:
        raise BadInput(
            f"OGRN {digits} has a wrong control digit: a digit was mistyped.", todo="Compare it with the certificate."
        )
    if digits[0] not in ("15" if len(digits) == 13 else "3"):  # others number later records, and no party
        raise BadInput(
            f"OGRN {digits} begins with {digits[0]}, and no number of a party does.",
            todo="That of an organisation begins with 1 or 5, that of an entrepreneur with 3; others number later records.",
        )
    return digits


def lei(text: str) -> str:
    """A legal entity identifier (ISO 17442): 20 letters and digits with two control digits. Raises BadInput."""
    compact = "".join(text.split()).upper()
    if len(compact) != 20 or not compact.isascii() or not compact.isalnum() or not compact[18:].isdecimal():
        raise BadInput("An LEI has 18 letters and digits and two control digits.")
    held = int("".join(str(int(c, 36)) for c in compact)) % 97 == 1
    if not held or not "02" <= compact[18:] <= "98":  # 00, 01 and 99 leave the same remainder and are never given
        raise BadInput(f"LEI {compact} has wrong control digits.", todo="Compare it with the register of LEIs.")
    return compact


def bic(text: str) -> str:
    """A bank's identifier (ISO 9362): 8 or 11 letters and digits, its country in the middle. It has no control digit. Raises BadInput."""
    compact = "".join(text.split()).upper()
    if not _BIC.fullmatch(compact) or compact[4:6] not in COUNTRIES:
        raise BadInput(
            f"'{text.strip()}' is no BIC.",
            todo="It has 8 or 11 signs: four of the bank, two of its country, two or five more.",
        )
    return compact


def imo(text: str) -> str:
    """The number of a ship: seven digits, the last of which controls the others. Raises BadInput."""
    digits = "".join(text.upper().removeprefix("IMO").split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 7):
        raise BadInput(f"'{text.strip()}' is no IMO number.", todo="It has seven digits.")
    if (
        sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=False)) % 10 != int(digits[6])
        or digits[0] == "0"
    ):
        raise BadInput(
            f"IMO number {digits} has a wrong control digit: a digit was mistyped.",
            todo="Compare it with the ship's papers.",
        )
    return digits


def country(text: str) -> str:
    """A state by its two letters of ISO 3166-1. Raises BadInput."""
    code = text.strip().upper()
    if code not in COUNTRIES:
        raise BadInput(f"'{text.strip()}' is no state of ISO 3166.", todo="Write its two letters, such as RU or KZ.")
    return code


def unk(text: str) -> str:
    """The unique number of a contract that a bank has registered, YYMMNNNN/bank/branch/kind/resident. Raises BadInput.

    It has no control digit: the form, the month and the last two codes are all that can be checked.
    """
    compact = "".join(text.split())
    found = _UNK.fullmatch(compact)
    if found is None:
        raise BadInput(
            f"'{text.strip()}' is no unique number of a contract.",
            todo="It is written 25010001/1481/0000/1/1: month and number, bank, branch, kind of contract, kind of resident.",
        )
    month, number, bank = found["month"], found["number"], found["bank"]
    if not 1 <= int(month) <= 12 or int(number) == 0 or int(bank) == 0:
        raise BadInput(
            f"The unique number {compact} has no month, no number or no bank.",
            todo="Compare it with the bank's register.",
        )
    return compact


def unk_month(number: str) -> date:
    """The first day of the month in which a contract got its unique number. The form is of this century."""
    return date(2000 + int(number[:2]), int(number[2:4]), 1)


_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_UNK = re.compile(r"[0-9]{2}(?P<month>[0-9]{2})(?P<number>[0-9]{4})/(?P<bank>[0-9]{4})/[0-9]{4}/[1-9]/[1-9]", re.ASCII)
# ISO 3166-1, and XK, which banks use
_STATES = """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL
    CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU
    GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC
    MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA
    UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"""
COUNTRIES = frozenset(_STATES.split())
