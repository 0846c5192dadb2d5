"""Reads what describes a network: the shipped scenario of the six systems or a changed one, a small network as TOML, PyPSA's files."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from adit.grid.network import Floats, Lines, Network, Reservoirs, Units, check_network, hours_from
from adit.terms.errors import BadInput, UnknownName

__all__ = ["SHIPPED_SCENARIO", "Scenario", "network_of", "read_network", "read_scenario"]

SHIPPED_SCENARIO = Path(__file__).with_name("russia.toml")
Scenario = Mapping[str, Any]
_NEEDED = ("currency", "shed_per_mwh", "bid_per_mwh", "export_system", "summer_months", "summer_share", "cost_steps", "fuel", "hydro", "line")  # fmt: skip
_KEYS = {
    "zone": {"name", "load_mw", "mining_mw", "bid_per_mwh", "shed_per_mwh"},
    "unit": {"name", "zone", "fuel", "least_mw", "most_mw", "cost_per_mwh", "co2_t_per_mwh"},
    "reservoir": {"name", "zone", "least_mw", "most_mw", "inflow_mw", "full_mwh", "start_mwh", "end_mwh"},
    "line": {"name", "from", "to", "forward_mw", "backward_mw"},
}


def read_scenario(file: Path = SHIPPED_SCENARIO) -> Scenario:
    """The scenario of the six systems. Raises BadInput where a part is missing."""
    text = _toml(file)
    lacking = [name for name in _NEEDED if name not in text]
    if lacking:
        raise BadInput(
            f"The scenario lacks {', '.join(lacking)}.",
            where=str(file),
            todo=f"Begin with a copy of {SHIPPED_SCENARIO.name}.",
        )
    return text


def read_network(path: Path) -> Network | Scenario:
    """A network (TOML with zones, or what PyPSA wrote), or a changed scenario of the six systems."""
    if not path.exists():
        raise BadInput("There is no such file or folder.", where=str(path), todo="Check the path.")
    if path.is_dir() or path.suffix == ".nc":
        from adit.grid.pypsa_format import read_pypsa

        shipped = read_scenario()
        return read_pypsa(path, shed_per_mwh=shipped["shed_per_mwh"], bid_per_mwh=shipped["bid_per_mwh"])
    if path.suffix != ".toml":
        raise BadInput(
            f"'{path.suffix}' is no kind of network.",
            where=str(path),
            todo="Give a TOML file, a .nc file, or a folder of PyPSA's CSV files.",
        )
    text = _toml(path)
    return network_of(text, where=str(path)) if "zone" in text else read_scenario(path)


def network_of(text: Mapping[str, Any], where: str = "") -> Network:
    """A network written out: tables zone, unit, reservoir, line; a figure stands for every hour, or there is a list."""
    rows = {kind: [_row(kind, row, where) for row in text.get(kind, [])] for kind in _KEYS}
    hours, start = text.get("hours"), text.get("start_utc")
    if not isinstance(hours, int) or not isinstance(start, datetime):
        raise BadInput(
            "A network needs hours and start_utc.", where=where, todo="hours = 24, start_utc = 2020-01-01T00:00:00Z"
        )
    zones = tuple(str(z["name"]) for z in rows["zone"])

    def hourly(kind: str, key: str, default: float | None = None) -> Floats:
        return np.array([_hours(row, key, hours, default, where) for row in rows[kind]]).reshape(-1, hours)

    def each(kind: str, key: str, default: float | None = None) -> Floats:
        return np.array([_one(row, key, default, where) for row in rows[kind]], np.float64)

    def places(kind: str, key: str) -> Any:
        for row in rows[kind]:
            if row[key] not in zones:
                raise UnknownName("zone", str(row[key]), zones, where=f"{where} {kind} {row['name']}".strip())
        return np.array([zones.index(row[key]) for row in rows[kind]], np.int64)

    def names(kind: str) -> tuple[str, ...]:
        return tuple(str(row["name"]) for row in rows[kind])

    made = Network(
        zones, hours_from(start, hours), hourly("zone", "load_mw"), hourly("zone", "mining_mw", 0.0),
        each("zone", "bid_per_mwh"), each("zone", "shed_per_mwh"),
        Units(
            names("unit"), places("unit", "zone"), tuple(str(u["fuel"]) for u in rows["unit"]), hourly("unit", "least_mw", 0.0),
            hourly("unit", "most_mw"), each("unit", "cost_per_mwh"), each("unit", "co2_t_per_mwh", 0.0),
        ),
        Reservoirs(
            names("reservoir"), places("reservoir", "zone"), hourly("reservoir", "least_mw", 0.0), hourly("reservoir", "most_mw"),
            hourly("reservoir", "inflow_mw"), each("reservoir", "full_mwh"), each("reservoir", "start_mwh"), each("reservoir", "end_mwh"),
        ),
        Lines(names("line"), places("line", "from"), places("line", "to"), hourly("line", "forward_mw"), hourly("line", "backward_mw")),
        str(text.get("currency", "RUB")),
    )  # fmt: skip
    check_network(made, where)
    return made


def _row(kind: str, row: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    for key in row:
        if key not in _KEYS[kind]:
            raise UnknownName(f"column of a {kind}", key, _KEYS[kind], where=where)
    needed = {"name", *({"zone"} if kind in ("unit", "reservoir") else ()), *({"from", "to"} if kind == "line" else ())}
    needed |= {"fuel"} if kind == "unit" else set()
    if lacking := sorted(needed - row.keys()):
        raise BadInput(f"A {kind} lacks {', '.join(lacking)}.", where=where, todo="Add it to the row.")
    return row


def _hours(row: Mapping[str, Any], key: str, hours: int, default: float | None, where: str) -> Floats:
    value = row.get(key, default)
    if isinstance(value, list) and len(value) == hours and all(isinstance(v, int | float) for v in value):
        return np.array(value, np.float64)
    if isinstance(value, list):
        raise BadInput(
            f"{key} of {row['name']} has {len(value)} figures for {hours} hours.",
            where=where,
            todo="Give one for each hour, or one for all. Missing hours are not filled in.",
        )
    return np.full(hours, _one(row, key, default, where))


def _one(row: Mapping[str, Any], key: str, default: float | None, where: str) -> float:
    value = row.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{key} of {row['name']} is {'missing' if value is None else 'no figure'}.", where=where, todo="Give it as a number.")  # fmt: skip
    return float(value)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"This is no TOML: {error}.", where=str(file), todo="Begin with a copy of the shipped scenario."
        ) from None
    except FileNotFoundError:
        raise BadInput("There is no such file.", where=str(file), todo="Check the path.") from None
