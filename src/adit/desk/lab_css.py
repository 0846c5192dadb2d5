"""The style of the lab's pages, with the places of ticks as classes: their policy allows no style of an element."""

from functools import cache
from pathlib import Path

from adit.desk.comparison_page import squeezed

__all__ = ["lab_css"]


@cache
def lab_css() -> str:
    """The whole style."""
    static = Path(__file__).parent / "static"
    own = "".join((static / name).read_text(encoding="utf-8") for name in ("decision.css", "lab.css"))
    return squeezed(own + "".join(f".y{k}{{top:{k}%}}.x{k}{{left:{k}%}}" for k in range(101)))
