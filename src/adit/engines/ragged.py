"""A CSV file some of whose lines cannot be read: a copy in which each line is whole, and what is wrong with those that are not.

One pass, a few lines in memory. A cell may hold line breaks between its quotes; a quote that is never closed spoils its own line alone.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["LINE", "UNREADABLE", "mend"]

LINE, UNREADABLE = "adit__line", "adit__unreadable"  # columns of the copy, after those of the file
LONGEST = 50  # lines that one quoted cell may have before its quote is taken for one that is never closed


def mend(file: Path, delimiter: str, names: list[str], out: Path) -> None:
    """Copy the rows, each with its line in the file and an empty text, or the reason for which it cannot be read."""
    at_subject = names.index("subject") if "subject" in names else -1
    with file.open("rb") as source, out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([*names, LINE, UNREADABLE])
        for line, cells, problem in _rows(source, delimiter, len(names)):
            if problem:
                subject = cells[at_subject] if 0 <= at_subject < len(cells) else ""
                cells = [subject if i == at_subject else "" for i in range(len(names))]
            writer.writerow([*cells, line, problem])


def _rows(source: Iterable[bytes], delimiter: str, width: int) -> Iterator[tuple[int, list[str], str]]:
    """The rows after the header: line, cells, and what is wrong."""
    lines = enumerate(source, start=1)
    next(lines, None)
    waiting: deque[tuple[int, bytes]] = deque()

    def following() -> tuple[int, bytes] | None:
        return waiting.popleft() if waiting else next(lines, None)

    while (found := following()) is not None:
        number, raw = found
        more = list[tuple[int, bytes]]()
        cells, problem = _read(raw, delimiter, width)
        while problem == OPEN and len(more) < LONGEST and (another := following()) is not None:
            more.append(another)
            cells, joined = _read(raw + b"".join(line for _, line in more), delimiter, width)
            problem = "" if not joined else OPEN  # only a row that is whole closes the quote
            if joined not in ("", OPEN):
                break
        if problem == OPEN:
            waiting.extendleft(reversed(more))  # the quote spoils its own line alone
            cells = raw.decode("utf-8", "replace").replace('"', "").split(delimiter)
        if cells or problem:
            yield number, cells, problem


OPEN = "a quote is not closed"


def _read(raw: bytes, delimiter: str, width: int) -> tuple[list[str], str]:
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace").split(delimiter), "the line is not text in UTF-8"
    if not text:
        return [], ""
    try:
        [cells] = (
            csv.reader([text], delimiter=delimiter, strict=True) if "\n" not in text else [_joined(text, delimiter)]
        )
    except (csv.Error, ValueError) as error:
        return text.split(delimiter), OPEN if "unexpected end" in str(
            error
        ) else "the quotes of the line cannot be read"
    if len(cells) == width:
        return cells, ""
    return cells, f"the line has {len(cells)} cells instead of {width}"


def _joined(text: str, delimiter: str) -> list[str]:
    [cells] = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    return cells
