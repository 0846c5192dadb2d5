"""Reads the tables that lie beside the code: priors of the parameters, and the delivery mixes of machines."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from adit.lab.model.parameters import Parameter, Parameters, Prior
from adit.terms.errors import BadInput

__all__ = ["read_parameters", "read_vintages"]

_HERE = "adit.lab.model"
_SHAPES: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "fixed": ("value",),
}


def read_parameters(text: str | None = None) -> Parameters:
    """The shipped priors, or those of another file of the same form."""
    table = tomllib.loads(_shipped("parameters.toml") if text is None else text)
    return Parameters(tuple(_parameter(row) for row in table["parameter"]))


def read_vintages() -> dict[str, Any]:
    """The shipped vintages and what was delivered in each year, as written."""
    return tomllib.loads(_shipped("vintages.toml"))


def _shipped(name: str) -> str:
    return resources.files(_HERE).joinpath(name).read_text(encoding="utf-8")


def _parameter(row: Mapping[str, Any]) -> Parameter:
    where, kind = str(row.get("name")), row["prior"].get("kind")
    if kind not in _SHAPES:
        raise BadInput(f"The prior is of the kind {kind!r}.", where=where, todo=f"Use {', '.join(_SHAPES)}.")
    figures = tuple(float(row["prior"][shape]) for shape in _SHAPES[kind])
    if list(figures) != sorted(figures):
        raise BadInput(
            "The bounds of the prior do not rise.", where=where, todo="Write low, mode, high in rising order."
        )
    low, high = figures[0], figures[-1]
    return Parameter(
        name=where,
        symbol=row["symbol"],
        unit=row["unit"],
        meaning=row["meaning"],
        prior=Prior(kind, low, figures[1] if kind == "triangular" else (low + high) / 2, high),
        source=row["source"],
        fitted=row.get("fitted", ""),
    )
