"""Labels of scripts and addresses of registered miners, out of CSV files. A row that cannot be used is told, and the others are taken."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adit.evidence.sources.tables import CellError, Cells, Table, day_in, given, read_table, text_of
from adit.terms.addresses import NETWORKS, decode
from adit.terms.errors import BadInput, RowProblem
from adit.tracing.labels import Label
from adit.tracing.siblings import siblings

__all__ = ["Labels", "Miners", "read_labels", "read_miners"]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of each script, and the rows that cannot be used."""

    of_script: dict[bytes, Label]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class Miners:
    """The registered miner of each address or script in hexadecimal, and the rows that cannot be used."""

    of_address: dict[str, str]
    problems: tuple[RowProblem, ...]


def read_labels(path: Path, *, network: str, kind: str = "") -> Labels:
    """The labels of a file with columns address or script_hex, name, kind, basis, entry, content_date.

    `kind` is that of rows which name none; the basis of such a row is a list entry. A label holds for every script of the same key, unless
    another row names that script. Raises BadInput where no row can be used.
    """
    table = read_table(path, ("name",))
    _has_script(table, path)
    found: dict[bytes, Label] = {}
    problems = list(table.problems)
    for line, cells in table.rows:
        try:
            script, label = _script(cells, network), _label(cells, kind)
            before = found.setdefault(script, label)
            if before != label:
                stands = "the first label stands"
                # Or whoever writes the file could hide a listed address behind an exchange.
                if _is_listed(label) and not _is_listed(before):
                    found[script], stands = label, "the listed one stands"
                raise CellError("name", f"the same script is labelled '{before.name}' above; {stands}")
        except CellError as bad:
            problems.append(RowProblem(line, bad.column, str(bad)))
    for script, label in tuple(found.items()):
        for other in siblings(script):
            found.setdefault(other, label)
    return Labels(_some(found, problems, path), tuple(sorted(problems, key=lambda p: p.line)))


def _is_listed(label: Label) -> bool:
    return label.kind == "listed" and label.basis != "heuristic"


def read_miners(path: Path, *, network: str) -> Miners:
    """The miners of a file with columns miner_id and address, or script_hex for a bare key. Raises BadInput where no row can be used."""
    table = read_table(path, ("miner_id",))
    _has_script(table, path)
    found: dict[str, str] = {}
    problems = list(table.problems)
    for line, cells in table.rows:
        try:
            _script(cells, network)
            held, miner = cells.get("address") or cells["script_hex"], given(cells, "miner_id", text_of)
            if found.setdefault(held, miner) != miner:
                raise CellError("miner_id", f"{held} is registered of {found[held]} above; the first stands")
        except CellError as bad:
            problems.append(RowProblem(line, bad.column, str(bad)))
    return Miners(_some(found, problems, path), tuple(sorted(problems, key=lambda p: p.line)))


def _has_script(table: Table, path: Path) -> None:
    if not {"address", "script_hex"} & set(table.columns):
        raise BadInput(
            "There is neither a column address nor a column script_hex.",
            where=str(path),
            todo=f"The header has: {', '.join(table.columns) or 'nothing'}.",
        )


def _some(found: dict[_Key, _Value], problems: list[RowProblem], path: Path) -> dict[_Key, _Value]:
    if not found:
        listed = "".join(f"\n  {p}" for p in problems[:5])
        raise BadInput(f"No row of the file can be used.{listed}", where=str(path), todo="Correct the rows.")
    return found


def _label(cells: Cells, kind: str) -> Label:
    try:
        return Label(
            name=given(cells, "name", text_of),
            kind=cells.get("kind", "") or kind,
            basis=cells.get("basis", "") or "list entry",
            entry=cells.get("entry", ""),
            content_date=day_in(cells, "content_date"),
        )
    except BadInput as bad:
        raise CellError("kind", f"{bad.what} {bad.todo}") from bad


def _script(cells: Cells, network: str) -> bytes:
    if text := cells.get("address"):
        try:
            address = decode(text)
        except BadInput as bad:
            raise CellError("address", f"{text}: {bad.what}") from bad
        if NETWORKS[address.network][:2] != NETWORKS[network][:2] and address.network != network:
            raise CellError("address", f"{text}: This is an address of {address.network}; the blocks are of {network}.")
        return address.script
    text = cells.get("script_hex", "")
    if not text:
        raise CellError("address", "the value is missing")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise CellError("script_hex", f"'{text}' is not hexadecimal") from error
