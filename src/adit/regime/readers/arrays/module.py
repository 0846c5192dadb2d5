"""The text of a module around a loop, and the loop as a function: compiled, or as plain Python, its twin."""

from collections.abc import Callable
from inspect import getsource
from typing import Any

from adit.engines.compiled import kept
from adit.regime.readers.arrays.body import Body
from adit.regime.readers.arrays.integers import HELPERS

__all__ = ["loop_of", "write_module"]

_COMPILED = "@njit(nogil=True, cache=True)\n"
_HEAD = "from typing import Any\n\nimport numpy as np\n\nABSENT = -(2**63)\n"


def write_module(body: Body, loop: str) -> str:
    """The text of a module with this loop and the helpers that its statements call."""
    helpers = [*(getsource(function) for function in HELPERS), *body.helpers.values()]
    return "\n".join([_HEAD, *(_COMPILED + text for text in (*helpers, loop))])


def loop_of(module: str, *, compiled: bool) -> Callable[..., int]:
    """The loop of such a text: compiled and kept for the next process, or as plain Python: its twin."""
    if compiled:
        made: Callable[..., int] = kept("from numba import njit\n" + module).loop
        return made
    space: dict[str, Any] = {}
    exec(compile(module.replace(_COMPILED, ""), "<loop>", "exec"), space)
    twin: Callable[..., int] = space["loop"]
    return twin
