"""Doing something anew whenever a file of an act changes, for those who write it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from adit.cli.output import as_dim, as_warning, say
from adit.regime.store import stamp
from adit.terms.errors import AditError, BadInput

__all__ = ["again_and_again"]

SECONDS = 0.3


def again_and_again(folder: Path, do: Callable[[], object]) -> NoReturn:
    """Do it now and after each change of the folder's files; an error is shown and waits for the next change."""
    if not folder.is_dir():
        raise BadInput(f"'{folder}' is no folder that could be watched.", todo="Name the folder of an act: ./my_bill")
    while True:
        seen = stamp(folder)
        try:
            do()
        except AditError as error:
            say(f"{as_warning('cannot be read')}  {error}")
        say(as_dim(f"waiting for a change in {folder}; Ctrl-C ends"))
        _wait_for_change(folder, seen)
        say()


def _wait_for_change(folder: Path, seen: tuple[tuple[str, int, int], ...]) -> None:
    """Until something changed, and then stayed as it is for a moment: a file may be read while it is being written."""
    before, now = seen, stamp(folder)
    while now == seen or now != before:
        time.sleep(SECONDS)
        before, now = now, stamp(folder)
