"""The addresses to look for: a CSV file with a column `address`, or `script_hex` for what has no address, such as a bare key."""

from dataclasses import dataclass
from pathlib import Path

from adit.evidence.sources.tables import CellError, Cells, read_table
from adit.terms.addresses import NETWORKS, decode
from adit.terms.errors import BadInput, RowProblem

__all__ = ["Declared", "read"]


@dataclass(frozen=True, slots=True)
class Declared:
    """The scripts, each once in the order of the file, and the rows that cannot be used."""

    scripts: tuple[bytes, ...]
    problems: tuple[RowProblem, ...]


def read(path: Path, *, network: str = "mainnet") -> Declared:
    """The scripts that the file names. Raises BadInput for a file that is no such table, or without a usable row."""
    table = read_table(path, ())
    if not {"address", "script_hex"} & set(table.columns):
        raise BadInput(
            "There is neither a column address nor a column script_hex.",
            where=str(path),
            todo=f"The header has: {', '.join(table.columns) or 'nothing'}.",
        )
    first_line: dict[bytes, int] = {}
    problems = list(table.problems)
    for line, cells in table.rows:
        try:
            script = _script(cells, network)
            if script in first_line:
                raise CellError(_column(cells), f"the same as on line {first_line[script]}; it is looked for once")
            first_line[script] = line
        except CellError as bad:
            problems.append(RowProblem(line, bad.column, str(bad)))
    if not first_line:
        listed = "".join(f"\n  {p}" for p in problems[:5])
        raise BadInput(
            f"No row has an address that can be looked for.{listed}", where=str(path), todo="Correct the rows."
        )
    return Declared(tuple(first_line), tuple(sorted(problems, key=lambda p: p.line)))


def _column(cells: Cells) -> str:
    return "address" if cells.get("address") else "script_hex"


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
    try:
        script = bytes.fromhex(text)
    except ValueError as error:
        raise CellError("script_hex", f"'{text}' is not hexadecimal") from error
    if not script:
        raise CellError(_column(cells), "the value is missing")
    return script
