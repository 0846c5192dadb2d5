"""A page of the documents as a script: the files it has the reader write, the commands it has him run, what he sees.

    ```{code-block} toml          a file is written: the caption is its path, or "at the end of <path>"
    :caption: my_act/regime.toml

    ```console                    commands and what they print; `...` stands for what is left out
    $ adit law check ./my_act
    0 findings in ./my_act
    $ echo $?
    0

A shown line has to appear in what the command prints, in order, blanks aside. Commands other than `adit` and `echo $?`
are for the reader alone and are not run.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from adit.cli import main

__all__ = ["ROOT", "Command", "File", "adit", "mismatch", "pages", "play", "steps"]

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(?P<kind>\S+)?[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r"\A:caption: (?P<append>at the end of )?(?P<path>\S+)\n\n", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file that the reader writes, or adds to."""

    path: str
    text: str
    append: bool


@dataclass(frozen=True)
class Command:
    """A line that the reader types, and the lines that the page shows below it."""

    line: str
    shown: tuple[str, ...]


def pages() -> list[Path]:
    """Every page that a person wrote."""
    made = (ROOT / "docs" / "_build", ROOT / "docs" / "reference" / "generated")
    written = [p for p in sorted((ROOT / "docs").rglob("*.md")) if not any(p.is_relative_to(m) for m in made)]
    return [p for p in [ROOT / "README.md", *written] if p.is_file()]


def steps(page: Path) -> Iterator[File | Command]:
    """The files and commands of a page, in the order in which they stand there."""
    for fence in _FENCE.finditer(page.read_text(encoding="utf-8")):
        kind, body = fence["kind"] or "", fence["body"]
        if kind == "{code-block}" and (caption := _CAPTION.match(body)):
            yield File(caption["path"], body[caption.end() :], bool(caption["append"]))
        elif kind == "console":
            yield from _commands(body)


def _commands(body: str) -> Iterator[Command]:
    line, shown = "", list[str]()
    for text in body.replace("\\\n", " ").splitlines():
        if text.startswith("$ "):
            if line:
                yield Command(line, tuple(shown))
            line, shown = text[2:].strip(), []
        elif text.strip():
            shown.append(text)
    if line:
        yield Command(line, tuple(shown))


def adit(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit code of `adit`, and all that it prints."""
    monkeypatch.setattr(sys, "argv", ["adit", *arguments])
    monkeypatch.setenv("COLUMNS", "160")
    printed = StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            main.run()
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


def mismatch(shown: tuple[str, ...], printed: str) -> str:
    """The first shown line that is not printed after those before it; empty if all are."""
    lines = [_without_blanks(text) for text in printed.splitlines()]
    at = 0
    for wanted in shown:
        pieces = [_without_blanks(piece) for piece in wanted.split("...")]
        if not any(pieces):
            continue
        pattern = re.compile(".*".join(re.escape(piece) for piece in pieces))
        found = next((n for n in range(at, len(lines)) if pattern.search(lines[n])), None)
        if found is None:
            return wanted
        at = found + 1
    return ""


def _without_blanks(text: str) -> str:
    return " ".join(text.split())


def play(page: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Do what the page says, in the current folder. Fails where the page and the product differ; counts the commands."""
    ran, code = 0, 0
    for step in steps(page):
        if isinstance(step, File):
            path = Path(step.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((path.read_text(encoding="utf-8") if step.append else "") + step.text, encoding="utf-8")
            continue
        command = step.line.split("  #")[0].strip()
        if command == "echo $?":
            assert step.shown == (str(code),), f"{page.name}: exit code {code}, the page shows {step.shown}"
        elif command.startswith("adit "):
            code, printed = adit(shlex.split(command)[1:], monkeypatch)
            ran += 1
            missing = mismatch(step.shown, printed)
            assert not missing, f"{page.name}: `{command}` does not print\n  {missing}\nbut\n{printed}"
            assert code != 2 or any("error " in s for s in step.shown), f"{page.name}: `{command}` fails:\n{printed}"
    return ran
