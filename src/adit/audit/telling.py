"""What the audit found, in words: English and Russian. Careful words: the figures say what cannot be, never who is guilty of what."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import exp, isfinite, isnan, log, log10
from pathlib import Path

from adit.audit.explanation import Clear, Corner, Explained
from adit.terms.language import number, percent, period_in, unit_in

__all__ = ["Told", "amount", "btc", "phrase", "probability", "tell"]


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


_TINY, _HUGE = 1e-9, 1_000_000_000  # beyond these a figure is no longer told: the bounds are not known so exactly


@dataclass(frozen=True, slots=True)
class Told:
    """One site and month in words of one language."""

    headline: str
    sentences: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    corners: tuple[tuple[str, str, str], ...]  # what, its value, who set it
    clears: tuple[str, ...]
    notes: tuple[str, ...]


def phrase(key: str, language: str, **parts: object) -> str:
    """The words under this key."""
    text = _words()[key][language]
    return text.format(**parts) if parts else text


def tell(e: Explained, language: str, *, alpha: float = 0.01) -> Told:
    """What was found of a site in a month, why, and what would clear it."""
    codes = e.findings or (("consistent",) if e.testable_under else ("not_testable",))
    sentences = [_sentence(e, code, language, alpha) for code in codes]
    sentences += [_sentence(e, code, language, alpha) for code in _since_before(e)]
    return Told(
        headline=phrase(codes[0], language),
        sentences=tuple(sentences),
        steps=tuple(
            (phrase(f"step {s.code}", language), _interval(s.least, s.most, s.unit, language)) for s in e.steps
        ),
        corners=tuple(_corner(e, c, language) for c in e.corners),
        clears=tuple(_clear(c, language) for c in e.clears),
        notes=tuple(_notes(e, language)),
    )


def btc(sat: float, language: str) -> str:
    """An amount of satoshi as 0.4213 BTC; all its decimals where there are few."""
    if not isfinite(sat):
        return phrase("unlimited", language)
    coins = Decimal(round(sat)) / 100_000_000
    places = 8 if abs(coins) < Decimal("0.01") and coins else 4
    return f"{number(coins, language, places=places)} BTC"


def amount(value: float, unit: str, language: str) -> str:
    """A figure to four digits, with its unit; a share as per cent."""
    if not isfinite(value):
        return phrase("unlimited", language)
    if unit == "1":
        return percent(_rounded(value * 100) / 100, language)
    if unit == "BTC":
        return btc(value * 1e8, language)
    if unit == "blocks":
        unit = phrase(unit, language)
    elif unit not in ("EH", "J/TH", "TH/s", "TH/kWh", "W"):
        unit = unit_in(unit, language)
    return f"{number(_rounded(value), language)} {unit}"


def probability(p: float, language: str) -> str:
    """A probability as people read it: 0.4 %, and 1 in a million where it is small."""
    if p >= 1e-4:
        return percent(_rounded(p * 100, 2) / 100, language)
    if p < _TINY:
        billion = number(Decimal(10) ** 9, language)
        return f"{phrase('less than', language)} {phrase('one in', language, n=billion)}"
    return phrase("one in", language, n=number(Decimal(10) ** round(-log10(p)), language))


def _sentence(e: Explained, code: str, language: str, alpha: float) -> str:
    over = code in ("coins_beyond_energy", "months_beyond")
    return phrase(
        f"says {code}",
        language,
        site=e.name or e.site_id,
        month=period_in(str(e.month), language),
        declared=btc(e.declared_sat, language),
        least=btc(e.honest_least_sat, language),
        most=btc(e.honest_most_sat, language),
        enough=btc(e.enough_sat, language),
        allowed=btc(e.allowed_sat, language),
        p=_bound(e.p_over if over else e.p_under, language),
        drawn=amount(e.drawn_kwh, "kWh", language),
        capacity=amount(e.capacity_kwh, "kWh", language),
        odds=number(Decimal(round(2 / alpha)), language),
        e=_wager(e.log_e_over if over else e.log_e_under, language),
        why=" ".join(phrase(f"why {w}", language) for w in e.why_not),
        sat=btc(e.chain.get(code, 0), language),
    )


def _since_before(e: Explained) -> list[str]:
    """Alarms of the months taken together that were reached earlier and stand."""
    found = ["months_short"] if e.alarm_under and "months_short" not in e.findings else []
    return found + (["months_beyond"] if e.alarm_over and "months_beyond" not in e.findings else [])


def _bound(p: float, language: str) -> str:
    """The probability as the bound that it is."""
    said = probability(p, language)
    return said if p < _TINY else f"{phrase('at most', language)} {said}"


def _wager(log_e: float, language: str) -> str:
    if log_e > log(_HUGE):
        return f"{phrase('over', language)} {number(Decimal(_HUGE), language)}"
    return number(_rounded(exp(log_e), 2), language)


def _notes(e: Explained, language: str) -> list[str]:
    found = []
    if apart := _apart_sat(e):
        found += _worth(e, apart, language)
    if e.by_calibration:
        months = number(Decimal(e.months_of_calibration), language)
        found.append(
            phrase("note calibrated", language, months=months, residual=percent(_rounded(e.residual, 2), language))
        )
    if e.gap_hours >= 0.5:
        found.append(phrase("note gap", language, hours=number(Decimal(round(e.gap_hours)), language)))
    if e.monthly:
        found.append(phrase("note monthly", language))
    if e.split_kwh >= 1:
        found.append(phrase("note split", language, kwh=amount(e.split_kwh, "kWh", language)))
    if e.slack_sat >= 1:
        found.append(phrase("note slack", language, sat=btc(e.slack_sat, language)))
    if e.testable_under and not isnan(e.visible_share):
        found.append(phrase("note visible", language, share=percent(_rounded(max(e.visible_share, 0), 2), language)))
    return found


def _apart_sat(e: Explained) -> float:
    """By how much the declaration lies outside what is no finding."""
    if {"coins_missing", "nothing_declared"} & {*e.findings}:
        return e.enough_sat - e.declared_sat
    return e.declared_sat - e.allowed_sat if "coins_beyond_energy" in e.findings and isfinite(e.allowed_sat) else 0.0


def _worth(e: Explained, sat: float, language: str) -> list[str]:
    if e.quotation is None:
        return []
    roubles = Decimal(round(sat)) * e.quotation.rub_per_btc_kopecks / Decimal(10**10)
    told = number(roubles.quantize(Decimal(1)), language)
    days = number(Decimal(e.quotation.days), language)
    return [phrase("note worth", language, sat=btc(sat, language), roubles=told, days=days, source=e.quotation.source)]


def _corner(e: Explained, c: Corner, language: str) -> tuple[str, str, str]:
    who, _, name = c.set_by.partition(":")
    why = e.reasons[name][language] if name else ""
    said = f"{c.what}: {phrase(f'set {who}', language, why=why)}" if c.what else phrase(f"set {who}", language, why=why)
    return phrase(f"corner {c.code}", language), amount(c.value, c.unit, language), said


def _clear(c: Clear, language: str) -> str:
    return phrase(
        f"clear {c.code}", language, now=amount(c.now, c.unit, language), needed=amount(c.needed, c.unit, language)
    )


def _interval(least: float, most: float, unit: str, language: str) -> str:
    if most - least <= 1e-9 * abs(most):
        return amount(most, unit, language)
    return phrase("span", language, least=amount(least, unit, language), most=amount(most, unit, language))


def _rounded(value: float, digits: int = 4) -> Decimal:
    """The figure to so many digits, never with an exponent."""
    return Decimal(f"{value:.{digits}g}")
