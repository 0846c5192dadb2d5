"""The style of the lab's pages, with the places of ticks as classes: their policy allows no style of an element."""

from functools import cache

from adit.desk.offline import style

__all__ = ["lab_css"]


@cache
def lab_css() -> str:
    """The whole style."""
    return style("decision", "lab") + "".join(f".y{k}{{top:{k}%}}.x{k}{{left:{k}%}}" for k in range(101))
