"""What several systems can host at once, and what that would do to the price, in words."""

from collections.abc import Iterable, Iterator

from adit.grid.hosted_price import HostedPrice
from adit.grid.simultaneous import Shared, Together
from adit.grid.wording import figure, megawatts, per_mwh, phrase, system_name
from adit.terms.language import day

__all__ = ["price_basis", "price_told", "together_basis", "together_told"]


def together_told(found: Together | None, year: int, language: str) -> Iterator[str]:
    """Each end, firm and with the accepted hours."""
    if found is None:
        yield phrase("simultaneous", language)
        return
    if found.lacking:
        yield phrase("together lacking", language, file=found.scenario, names=_named(found.lacking, language))
        return
    for end in found.ends:
        yield _firm(found, end, language)
        yield _carried(found, end, year, language)


def together_basis(found: Together | None, language: str) -> Iterator[str]:
    """On what the simultaneous figures rest; nothing where there are none."""
    if found is None or found.lacking:
        return
    yield phrase(
        "together basis",
        language,
        hours=figure(found.hours, language),
        missing=figure(found.hours_missing, language),
        file=found.scenario,
    )
    if found.cited:
        yield phrase("together cited", language, names=_named(found.cited, language))


def price_told(found: HostedPrice, language: str) -> Iterator[str]:
    """By end how far the mean price moves in each system that hosts something."""
    if not found.hours:
        yield phrase("price not known", language)
    elif not found.ends:
        yield phrase("price of nothing", language)
    for end in found.ends:
        moved = "; ".join(
            phrase(
                "price moved",
                language,
                name=system_name(system, language),
                mw=figure(mw, language),
                change=figure(end.with_load[system] - end.without[system], language, sign=True),
                was=figure(end.without[system], language),
                now=figure(end.with_load[system], language),
                share=figure(100 * end.mining_share[system], language),
                unit=per_mwh(found.currency, language),
            )
            for system, mw in end.added_mw.items()
        )
        yield phrase("price", language, end=phrase(end.end, language), moved=moved)


def price_basis(found: HostedPrice, language: str) -> Iterator[str]:
    """What the price is, and of which hours; nothing where none is told."""
    if not found.ends:
        return
    yield phrase("price basis", language, hours=figure(found.hours, language))
    if found.days_left_out:
        days = ", ".join(day(d, language) for d in found.days_left_out)
        yield phrase("days left out", language, days=days)


def _firm(found: Together, end: Shared, language: str) -> str:
    name = phrase(end.name, language)
    if end.short is not None:
        hour, mw = f"{end.short.worst_hour:%Y-%m-%d %H:%M}", megawatts(-(end.short.spare_mw // 1), language)
        zones = _named(end.short.zones, language)
        return phrase("together short", language, end=name, names=zones, mw=mw, hour=hour)
    told = phrase(
        "together held",
        language,
        end=name,
        mw=megawatts(end.sum_mw, language),
        names=_named(found.systems, language),
        parts=_parts(end.part_mw, language),
        alone=_parts(end.alone_mw, language),
    )
    if end.binding is not None:
        hour, zones = f"{end.binding.worst_hour:%Y-%m-%d %H:%M}", _named(end.binding.zones, language)
        told += f" {phrase('together binds', language, names=zones, hour=hour)}"
    return told


def _carried(found: Together, end: Shared, year: int, language: str) -> str:
    parts: dict[str, object] = {
        "end": phrase(end.name, language),
        "year": year,
        "accepted": found.accept_hours,
        "short": end.short_hours,
        "missing": found.year_hours_missing,
    }
    if end.carried is None:
        return phrase("together not carried", language, **parts)
    return phrase(
        "together carried",
        language,
        **parts,
        mw=megawatts(end.carried.sum_mw, language),
        names=_named(found.systems, language),
        parts=_parts(end.carried.part_mw, language),
        cut=" + ".join(str(h + end.short_hours + found.year_hours_missing) for h in end.carried.cut_hours),
        bound=megawatts(end.carried.bound_mw, language),
    )


def _parts(mw: Iterable[float], language: str) -> str:
    return " + ".join(megawatts(part + 1e-6, language) for part in mw)


def _named(systems: Iterable[str], language: str) -> str:
    return ", ".join(system_name(s, language) for s in systems)
