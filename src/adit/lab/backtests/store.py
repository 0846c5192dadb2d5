"""Reads what past forecasts assume of the model's parameters, each with its day and basis."""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources

from adit.lab.backtests.information import InformationSet
from adit.lab.backtests.results import Assumed, Basis
from adit.lab.model.parameters import Parameters
from adit.terms.errors import BadInput

__all__ = ["DatedPrior", "dated_parameters", "read_dated_priors"]

_KINDS = ("prior", "source", "other episode")


@dataclass(frozen=True, slots=True)
class DatedPrior:
    """The basis of one parameter. `prior` replaces the shipped one; none where the shipped one stands."""

    name: str
    kind: Basis
    dated: date
    source: str
    prior: tuple[float, ...] = ()


def read_dated_priors(text: str | None = None) -> tuple[DatedPrior, ...]:
    """The shipped table, or another of the same form. Raises BadInput for a basis that is none of the three."""
    found = resources.files("adit.lab.backtests").joinpath("priors.toml").read_text("utf-8") if text is None else text
    rows = []
    for row in tomllib.loads(found)["parameter"]:
        if row["kind"] not in _KINDS:
            raise BadInput(f"The basis is {row['kind']!r}.", where=row["name"], todo=f"Use {', '.join(_KINDS)}.")
        prior = tuple(float(figure) for figure in row.get("prior", ()))
        rows.append(DatedPrior(row["name"], row["kind"], row["dated"], row["source"], prior))
    return tuple(rows)


def dated_parameters(
    parameters: Parameters, known: InformationSet, priors: tuple[DatedPrior, ...] | None = None
) -> tuple[Parameters, tuple[Assumed, ...]]:
    """The model's parameters as they could be set on the forecast date, and what each rests on.

    Raises BadInput for a parameter without a basis, or with one that is later than the forecast.
    """
    priors = read_dated_priors() if priors is None else priors
    by_name = {prior.name: prior for prior in priors}
    for name in parameters.names:
        known.require(f"The parameter {name}", by_name[name].dated if name in by_name else None)
    changed = {p.name: p.prior if len(p.prior) > 1 else p.prior[0] for p in priors if p.prior}
    dated = parameters.with_priors(changed)  # type: ignore[arg-type]
    assumed = tuple(
        Assumed(
            p.name,
            _told(p.prior.kind, p.prior.low, p.prior.high),
            by_name[p.name].kind,
            by_name[p.name].dated,
            by_name[p.name].source,
        )
        for p in dated.each
    )
    return dated, assumed


def _told(kind: str, low: float, high: float) -> str:
    return f"{low:g}" if kind == "fixed" else f"{low:g} to {high:g}"
