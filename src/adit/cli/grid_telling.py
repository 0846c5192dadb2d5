"""How `adit grid hosting` answers: rows for programs, a table and notes for people, facts for rules."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adit.cli.output import as_dim, say, write_table, write_whole

if TYPE_CHECKING:
    from adit.grid.answer import Answer

__all__ = ["print_hosting", "rows_of", "write_facts"]

_COLUMNS = ("region", "period", "surplus_mw_firm", "surplus_mw_interruptible", "surplus_curtailed_hours", "hours_missing", "basis")  # fmt: skip


def rows_of(found: "Answer") -> list[dict[str, Any]]:
    """One row for each place and end, with unit, label and source of the figures."""
    from adit.evidence.sources.hourly_power import HOURLY
    from adit.evidence.sources.plants import PLANTS, ROSSTAT

    rows = []
    at_once, moved = _parts(found), _moved(found)
    for h in found.systems:
        for end in (h.low, h.high):
            row = _row(h.system, "power system", end, found, "computed from measured hours", h.hours_missing)
            row["source"] = HOURLY if end is h.low else f"{HOURLY}; {PLANTS}"
            row["not_known"] = "too many hours missing" if end.surplus_mw_interruptible is None else ""
            firm, carried = at_once.get((h.system, end.name), (None, None))
            row["hosting_mw_simultaneous"], row["hosting_mw_simultaneous_interruptible"] = firm, carried
            row["price_change_rub_per_mwh"] = moved.get((h.system, end.name))
            rows.append(row)
    error = f"true load {found.error.ratio_least:.2f} to {found.error.ratio_most:.2f} times the modelled (Kazakhstan)"
    for s in found.subjects:
        label = "modelled, consumption as given" if s.consumption_given else "modelled"
        missing = s.hosting.hours_missing if s.hosting else None
        for name, modelled in (("demonstrated", s.low), ("installed", s.high)):
            row = _row(s.region.iso, "subject", modelled, found, label if modelled else "not known", missing)
            row["end"] = name
            row["source"] = f"{HOURLY}; {ROSSTAT}; {PLANTS}" if modelled else ""
            row["error"] = error if modelled and not s.consumption_given else ""
            row["not_known"] = s.not_known
            rows.append(row)
    return rows


def _parts(found: "Answer") -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """By system and end its part of what all can host at once, firm and with the accepted hours, a scenario's; None is not known."""
    if found.together is None:
        return {}
    parts: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for end in found.together.ends:
        for k, system in enumerate(found.together.systems):
            firm = None if end.sum_mw is None else int((end.part_mw[k] + 1e-6) // 1)
            carried = None if end.carried is None else int((end.carried.part_mw[k] + 1e-6) // 1)
            parts[system, end.name] = firm, carried
    return parts


def _moved(found: "Answer") -> dict[tuple[str, str], float]:
    """By system and end how far hosting that much moves the mean price; nothing where it was not asked for or is not known."""
    return {
        (system, end.end): round(end.with_load[system] - end.without[system], 2) + 0.0
        for end in (found.price.ends if found.price else ())
        for system in end.added_mw
    }


def _row(place: str, kind: str, end: Any, found: "Answer", label: str, missing: int | None) -> dict[str, Any]:
    def mw(value: float | None) -> int | None:
        return None if value is None else int(value // 1)

    firm, carried = (getattr(end, n, None) for n in ("surplus_mw_firm", "surplus_mw_interruptible"))
    return {
        "place": place,
        "kind": kind,
        "year": found.year,
        "end": getattr(end, "name", ""),
        "surplus_mw_firm": mw(firm),
        "hosting_mw_firm": mw(firm if firm is None else max(0.0, firm)),
        "worst_hour_msk": end.worst_hour.isoformat(timespec="minutes") if end else None,
        "surplus_mw_interruptible": mw(carried),
        "hosting_mw_interruptible": mw(carried if carried is None else max(0.0, carried)),
        "hosting_mw_simultaneous": None,
        "hosting_mw_simultaneous_interruptible": None,
        "accepted_hours": found.accept_hours,
        "curtailed_hours": getattr(end, "curtailed_hours", None),
        "hours_missing": missing,
        "label": label,
        "price_change_rub_per_mwh": None,
        "unit": "MW",
        "source": "",
        "error": "",
        "not_known": "",
    }


def print_hosting(found: "Answer", language: str) -> None:
    from adit.grid.telling import label_told, method_notes, notes
    from adit.grid.wording import megawatts, phrase, system_name
    from adit.terms.language import unit_in

    columns = ("place", "firm head", "interruptible head", "curtailed head", "worst head", "label head")
    header = [phrase(c, language) for c in columns]
    rows = []
    for h in found.systems:
        ends = (h.low, h.high)
        rows.append(
            _cells(
                phrase("system", language, name=system_name(h.system, language)),
                ends,
                phrase("computed", language),
                language,
            )
        )
    for s in found.subjects:
        name = f"{s.region.iso} {s.region.name_ru if language == 'ru' else s.region.name_en}"
        if s.low is None or s.high is None:
            rows.append((name, *[phrase("not known", language)] * 2, "", "", phrase("not known", language)))
        else:
            rows.append(_cells(name, (s.low, s.high), label_told(s, language), language))
    write_table("", header, rows, right=header[1:4])
    for h in found.systems:
        if h.low.surplus_mw_firm < 0:
            name = phrase("system", language, name=system_name(h.system, language))
            short = phrase(
                "short", language, mw=f"{megawatts(-(h.low.surplus_mw_firm // 1), language)} {unit_in('MW', language)}"
            )
            say(as_dim(f"{name}, {phrase('demonstrated', language)}: {short}, {h.low.worst_hour:%Y-%m-%d %H:%M}"))
    for text in notes(found, language):
        say(text)
    say(as_dim(phrase("two ends", language)))
    say(as_dim(phrase("method", language)))
    record = found.systems[0].record if found.systems else (found.year,)
    say(as_dim(phrase("firm", language, first=record[0], last=record[-1])))
    say(as_dim(phrase("interruptible", language, hours=found.accept_hours, year=found.year)))
    for text in method_notes(found, language):
        say(as_dim(text))


def _cells(name: str, ends: Any, label: str, language: str) -> tuple[str, ...]:
    from adit.grid.telling import spanned

    low, high = ends
    hours = sorted({e.curtailed_hours for e in ends if e.curtailed_hours is not None})
    return (
        name,
        spanned(low.surplus_mw_firm, high.surplus_mw_firm, language),
        spanned(low.surplus_mw_interruptible, high.surplus_mw_interruptible, language),
        " / ".join(str(e.curtailed_hours) for e in ends) if hours else "",
        f"{low.worst_hour:%Y-%m-%d %H:%M}",
        label,
    )


def write_facts(file: Path, rows: list[dict[str, Any]]) -> None:
    """The facts as a file: whole numbers, blank where they are not known."""
    if file.suffix == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
        write_whole(file, text.getvalue())
        return
    from adit.engines.arrow import OutColumn, ParquetOut

    columns = []
    for name in _COLUMNS:
        values = [row[name] for row in rows]
        words = sorted(set(values)) if name in ("region", "period", "basis") else ()
        columns.append(
            OutColumn(
                name, [words.index(v) for v in values] if words else values, "word" if words else "number", words=words
            )
        )
    with ParquetOut(file) as out:
        out.write(columns)
