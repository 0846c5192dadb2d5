"""Amounts of a contract's currency: whole counts of its smallest unit inside, text with its decimals outside. Never a float."""

import re

from adit.terms.errors import BadInput
from adit.terms.fields import scaled_decimal

__all__ = ["CURRENCIES", "decimals", "in_units", "minor"]

# ISO 4217: the money of states and unions that is in use. Metals, test codes and units of account are none that a contract is paid in.
_TWO = """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS = {code: places for places, codes in ((2, _TWO), (0, _NONE), (3, _THREE)) for code in codes.split()}
CURRENCIES = frozenset(_DECIMALS)
_WRITTEN = re.compile(r"[0-9](?:[0-9 \u00a0]*[0-9])?(?:\.[0-9]+)?")
LARGEST = 10**15


def decimals(currency: str) -> int:
    """How many decimals a currency has. One that is no longer in use has two, as far as records have it."""
    return _DECIMALS.get(currency, 2)


def minor(value: object, currency: str, name: str) -> int:
    """An amount as it is written, "1250000.00", as a whole count. Raises BadInput for a float, and for what is not above zero."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput(f"{name} is no exact amount.", where=name, todo='Write it as text: "1250000.00".')
    if not _WRITTEN.fullmatch(str(value).strip()):
        raise BadInput(
            f"{name} is no exact amount: it has signs beside digits and a point, or is not above zero.", where=name,
            todo='Write it as text: "1250000.00".',
        )  # fmt: skip
    count = scaled_decimal(str(value).replace("\u00a0", " "), decimals(currency), name)
    if not 0 < count <= LARGEST:
        raise BadInput(f"{name} is {value}.", where=name, todo="It is above zero, and below what any contract is for.")
    return count


def in_units(count: int, currency: str) -> str:
    """A whole count as it is written."""
    places = decimals(currency)
    if not places:
        return str(count)
    return f"{count // 10**places}.{count % 10**places:0{places}}"
