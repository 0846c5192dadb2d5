"""Reads the table of signs that is shipped beside it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["table_of_signs"]


@cache
def table_of_signs() -> dict[str, Any]:
    """The table as it is written."""
    return tomllib.loads(Path(__file__).with_name("typologies.toml").read_text(encoding="utf-8"))
