"""How the kernel is compiled.

Sums may be taken in any order, so that they run in the lanes of the processor, and a division by one number may multiply by its inverse; nothing else is
relaxed. Parts are called from compiled code alone: without doors to Python they compile in half the time, and what is kept on disk is the whole.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

__all__ = ["FASTMATH", "is_kept", "kept", "part"]

_njit: Any = njit  # its types leave out the options of a part
F = TypeVar("F", bound=Callable[..., Any])
FASTMATH = {"reassoc", "nsz", "contract", "arcp"}
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": FASTMATH, "no_cfunc_wrapper": True}


def part(function: F) -> F:
    """Compiled into whatever calls it. It makes no arrays, and so counts no references to those that it is lent: the caller holds them."""
    compiled: F = _njit(**_OPTIONS, no_cpython_wrapper=True, _nrt=False)(function)
    return compiled


def kept(function: F) -> F:
    """Compiled once a machine: numba keeps it beside the module, or in the user's cache."""
    compiled: F = _njit(**_OPTIONS, cache=True)(function)
    return compiled


def is_kept(function: Callable[..., Any]) -> bool:
    """Whether a function of `kept` is on this machine's disk, compiled from the text that it has now; if not, its first call takes some ten seconds."""
    cache: Any = vars(function).get("_cache")
    file = getattr(cache, "_cache_file", None)
    return file is None or bool(file._load_index())
