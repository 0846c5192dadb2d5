"""How the kernel is compiled.

Sums may be taken in any order, so that they run in the lanes of the processor; nothing else is relaxed. Parts are called from compiled code alone: without
doors to Python they compile in half the time, and what is kept on disk is the whole.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

__all__ = ["FASTMATH", "kept", "part"]

_njit: Any = njit  # its types leave out the options of a part
F = TypeVar("F", bound=Callable[..., Any])
FASTMATH = {"reassoc", "nsz", "contract"}
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": FASTMATH}


def part(function: F) -> F:
    """Compiled into whatever calls it."""
    compiled: F = _njit(**_OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return compiled


def kept(function: F) -> F:
    """Compiled once a machine: numba keeps it beside the module, or in the user's cache."""
    compiled: F = _njit(**_OPTIONS, cache=True)(function)
    return compiled
