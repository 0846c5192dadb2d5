"""Whole files of lists for tests: as many invented entries as a list must have, of any day, in the publisher's format."""

from datetime import date

from adit.screening.registry import ListSpec

__all__ = ["file_of", "national", "un"]

_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu")


def _name(number: int) -> str:
    parts = [_SYLLABLES[number // 15**place % 15] for place in range(4)]
    return f"{''.join(parts[:2]).title()} {''.join(parts[2:]).title()}ov"


def un(day: date, count: int = 900, *, known: bool = True) -> bytes:
    """The UN's consolidated list with `count` entries."""
    canaries = [("QDe.004", "AL-QAIDA"), ("KPe.001", "KOREA MINING DEVELOPMENT TRADING CORPORATION")] if known else []
    persons = "".join(
        f"<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{_name(n)}</FIRST_NAME><REFERENCE_NUMBER>XXi.{n}</REFERENCE_NUMBER></INDIVIDUAL>"
        for n in range(count - len(canaries))
    )
    bodies = "".join(
        f"<ENTITY><DATAID>9{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME><REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER></ENTITY>"
        for n, (ref, name) in enumerate(canaries)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<CONSOLIDATED_LIST dateGenerated="{day}T00:00:09.554Z">'
        f"<INDIVIDUALS>{persons}</INDIVIDUALS><ENTITIES>{bodies}</ENTITIES></CONSOLIDATED_LIST>\n"
    ).encode()


def national(day: date, count: int = 100) -> bytes:
    """A state's own list with `count` entries."""
    rows = "".join(f"{n},person,{_name(n)}\n" for n in range(count))
    return f"# list: Invented; date: {day}; rows: {count}\nid,kind,name\n{rows}".encode()


def file_of(spec: ListSpec, day: date) -> bytes:
    """A good file of a mandatory list."""
    return un(day) if spec.reader == "un" else national(day)
