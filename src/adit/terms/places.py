"""Regions and municipalities by the names that people write, so that one place has one key.

A municipality matters where an act bans mining in part of a region: there the gazetteer `municipalities.csv` is
complete at the first level, and a name that it does not know is an error, never a place outside the ban. Districts that
were renamed municipal okrugs keep their key. Territories internationally recognised as Ukraine's stand under their ISO
codes, with `recognition_note`.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adit.terms.errors import BadInput, UnknownName

__all__ = [
    "Municipality",
    "Region",
    "municipalities",
    "municipality",
    "municipality_keys",
    "region",
    "region_codes",
    "regions",
]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level territory. Blank fields are not established, not empty."""

    iso: str  # ISO 3166-2
    name_en: str
    name_ru: str  # of a region abroad: its name in its own language
    also: tuple[str, ...]  # other names in use
    federal_district: str
    energy_system: str  # "Siberia", "East", "isolated", ... as the System Operator divides the country
    price_zone_until_2024: str
    price_zone_from_2025: str
    time_zone: str  # IANA
    recognition_note: str
    note: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A first-level municipality (`urban`, `district`, `closed`), or a `settlement` that lies `within` one."""

    region: str
    key: str
    name_en: str
    name_ru: str
    also: tuple[str, ...]
    kind: str
    within: str


@cache
def regions() -> dict[str, Region]:
    """All regions by ISO code: the 83 with RU codes, and six with UA codes that Russian acts name."""
    return {
        r["iso"]: Region(
            iso=r["iso"],
            name_en=r["name_en"],
            name_ru=r["name_ru"],
            also=_split(r["also"]),
            federal_district=r["federal_district"],
            energy_system=r["energy_system"],
            price_zone_until_2024=r["price_zone_until_2024"],
            price_zone_from_2025=r["price_zone_from_2025"],
            time_zone=r["time_zone"],
            recognition_note=r["recognition_note"],
            note=r["note"],
        )
        for r in _rows("regions.csv")
    }


@cache
def _abroad() -> dict[str, Region]:
    """Regions of other states whose acts divide them, by ISO code: names alone."""
    return {
        r["iso"]: Region(r["iso"], r["name_en"], r["name_own"], (), "", "", "", "", "", "", "")
        for r in _rows("regions_abroad.csv")
    }


def region_codes() -> tuple[str, ...]:
    """The ISO codes of all regions, those of other states last."""
    return (*regions(), *_abroad())


@cache
def municipality_keys() -> tuple[str, ...]:
    """The keys of all first-level municipalities in the gazetteer."""
    return tuple(sorted({m["key"] for m in _rows("municipalities.csv") if m["kind"] != "settlement"}))


def region(text: str) -> Region:
    """The region with this ISO code or name, English or its own, in any case. Raises UnknownName."""
    iso = _region_names().get(_plain(text))
    if iso is None:
        known = [n for r in regions().values() for n in (r.iso, r.name_en, r.name_ru, *r.also)]
        raise UnknownName("region", text, known)
    return regions().get(iso) or _abroad()[iso]


@cache
def municipalities(region_iso: str) -> tuple[Municipality, ...]:
    """The gazetteer of a region; empty where no act in Adit divides the region."""
    return tuple(
        Municipality(m["region"], m["key"], m["name_en"], m["name_ru"], _split(m["also"]), m["kind"], m["within"])
        for m in _rows("municipalities.csv")
        if m["region"] == region_iso
    )


def municipality(region_iso: str, text: str) -> str:
    """The key of the municipality that the text names, itself or by a settlement in it; '' where there is none to name.

    "Kazachye, Bokhansky district" is read by the parts that are known; an unknown village is taken only with its
    district. Raises UnknownName in a region whose gazetteer is complete, and BadInput when the parts name two places.
    """
    gazetteer = municipalities(region_iso)
    if not text.strip() or not gazetteer:
        return ""
    names, where = _municipality_names(region_iso), regions()[region_iso].name_en
    found = {names[part] for part in map(_plain, [text, *text.split(",")]) if part in names}
    if len(found) > 1:
        raise BadInput(
            f"'{text}' names {len(found)} municipalities of {where}: {', '.join(sorted(found))}.",
            todo="Name the one in which the site lies.",
        )
    if not found:
        known = [n for m in gazetteer for n in (m.name_en, m.name_ru)]
        raise UnknownName(f"municipality of {where}", text, known)
    return found.pop()


@cache
def _region_names() -> dict[str, str]:
    every = (*regions().values(), *_abroad().values())
    return _index((r.iso, n) for r in every for n in (r.iso, r.name_en, r.name_ru, *r.also))


@cache
def _municipality_names(region_iso: str) -> dict[str, str]:
    gazetteer = municipalities(region_iso)
    names = _index((m.within or m.key, n) for m in gazetteer for n in (m.key, m.name_en, m.name_ru, *m.also))
    for key, variant in ((m.key, v) for m in gazetteer for v in _variants(m)):
        names.setdefault(_plain(variant), key)  # "Petrovsk-Zabaykalsky" stays the town, though it is an adjective too
    return names


def _index(keyed_names: Iterable[tuple[str, str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, name in keyed_names:
        taken = names.setdefault(_plain(name), key)
        assert taken == key, f"'{name}' means both {taken} and {key}"
    return names


def _variants(m: Municipality) -> Iterator[str]:
    """Other ways to write the name. 'Irkutsk district' is none of them: it could be the city or the land around it."""
    if m.kind == "district":
        english, russian = m.name_en.removesuffix(" District"), m.name_ru.removesuffix(" район")
        yield from (english, russian)
        yield from (f"{english} {kind}" for kind in ("municipal district", "municipal okrug", "rayon", "raion"))
        yield from (f"{russian} {kind}" for kind in ("муниципальный район", "муниципальный округ", "р-н"))
    elif m.kind in ("urban", "closed"):
        yield from (f"{m.name_en} {kind}" for kind in ("city", "urban district", "urban okrug"))
        yield from (f"{kind} {m.name_en}" for kind in ("city of", "town of", "closed town", "ZATO"))
        yield from (f"{kind} {m.name_ru}" for kind in ("город", "г.", "г", "городской округ", "ЗАТО", "посёлок"))


def _plain(name: str) -> str:
    """A name as it is compared: case, ё, dashes and doubled spaces do not count."""
    return " ".join(name.casefold().replace("ё", "е").replace("–", "-").replace("—", "-").split())


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
