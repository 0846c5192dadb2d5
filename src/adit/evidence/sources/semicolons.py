"""Tables of a user whose cells are separated by semicolons, as Russian and European spreadsheets write them."""

import csv
import io
from pathlib import Path

from adit.evidence.sources.tables import Table
from adit.terms.errors import BadInput, RowProblem

__all__ = ["read_semicolons"]


def read_semicolons(path: Path, columns: tuple[str, ...]) -> Table:
    """The table in the file, with commas or semicolons; a comma within a number becomes a point. Raises BadInput."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"The file cannot be read ({error.strerror}).", where=str(path), todo="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8.", where=str(path), todo="Save it as UTF-8 and try again.") from error
    mark = ";" if ";" in text.partition("\n")[0] else ","
    lines = [(n, cells) for n, cells in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1) if cells]
    header = tuple(c.strip() for c in lines[0][1]) if lines else ()
    if missing := [c for c in columns if c not in header]:
        raise BadInput(
            f"The table lacks {', '.join(missing)}.",
            where=str(path),
            todo=f"Its first line is: {mark.join(columns)}",
        )
    rows, problems = [], []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            problems.append(RowProblem(line, header[-1], f"{len(cells)} cells, the header has {len(header)}"))
        else:
            rows.append((line, {name: _plain(cell, mark) for name, cell in zip(header, cells, strict=True)}))
    return Table(str(path), header, tuple(rows), tuple(problems))


def _plain(cell: str, mark: str) -> str:
    """A cell without spaces around it; 52 800,5 as 52800.5 where commas do not separate cells."""
    text = cell.strip()
    figure = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    return figure if mark == ";" and figure.replace(".", "", 1).replace("-", "", 1).isdigit() else text
