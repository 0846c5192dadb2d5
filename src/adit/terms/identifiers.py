"""Numbers that name parties: INN, OGRN, LEI, each with its control digits. Pure functions."""

from adit.terms.errors import BadInput

__all__ = ["inn", "lei", "ogrn"]

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
