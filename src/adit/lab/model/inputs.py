"""What one run of the model is given: places and cells, machines, the network's revenue, power, slots, and the law as columns.

Indices: T months, P places, J cells, V vintages, B months before the first, R price paths. All arrays are float64 unless said otherwise.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adit.lab.columns import LawColumns

__all__ = ["Cells", "Fleet", "Inputs", "Network", "Power", "Start"]


@dataclass(frozen=True, slots=True)
class Cells:
    """A cell is a place, a sector of `SECTORS` and a band of the price of power. A place needs not have all sectors."""

    place: Any  # int64 (J,): index into `Inputs.places`
    sector: Any  # int64 (J,): index into `SECTORS`
    share: Any  # (J,): part of the connections of its place and sector that pay this price; these add up to one


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vintages of machines from the worst to the best, and what is delivered when. See `vintages.shipped_fleet`."""

    names: tuple[str, ...]  # V
    efficiency_j_per_th: Any  # (V,): falling; of what was delivered, not of the best machine on sale
    delivery_mix: Any  # (T, V): by hash rate; each month adds up to one
    delivery_mix_before: Any  # (B, V): the same for the months before, to price machines that were ordered then
    foundry_mw_per_month: Any  # (T,): most that the foundries can deliver, in MW of machines; infinite where not known


@dataclass(frozen=True, slots=True)
class Network:
    """What the network pays. A path of prices per draw, or one for all: draw n takes row n modulo R."""

    price_usd_per_btc: Any  # (R, T): mean of the month
    issuance_btc_per_day: Any  # (T,): observed, or 144 times the subsidy (`network.subsidy_btc_per_day`)
    fees_btc_per_day: Any  # (T,)
    revenue_before_usd_per_day: Any  # (B,): the last month before the first comes last; B of at least 10
    hashprice_before_usd_per_th_day: Any  # (B,)
    hashrate_start_ehs: float  # mean of the month before the first; not a number: what the fleet of `Start` makes


@dataclass(frozen=True, slots=True)
class Power:
    """Electricity: its price without the levies of the law, and where it can be had."""

    price_usd_per_kwh: Any  # (T, J)
    grid_mw_most: Any  # (T, P): what the grid can host (the grid module); infinite where not known
    slots_mw: Any  # (P,): connections of formal mining at the start; at least what runs there
    slot_growth_per_month: Any  # (P,): as a share, what the place added lately
    household_mw_most: (
        Any  # (P,): what its households could draw for mining if each stayed at 6,000 kWh a month; zero where none
    )


@dataclass(frozen=True, slots=True)
class Start:
    """Who mines before the first month, in MW at the meter: from national sources, not from pools' addresses."""

    mw: Any  # (J,): installed
    mix: Any  # (V, J): share of the MW by vintage; each cell adds up to one
    anchored: (
        Any  # bool (J,): MW from a national source; the other cells are scaled so that the network's hash rate is met
    )
    uncertainty: Any  # (P,): standard deviation of ln MW of the place, spread over the draws; 0 where it is known
    former_mw: Any  # (P,): most formal MW that the place has ever had; not a number: those of `mw`


@dataclass(frozen=True, slots=True)
class Inputs:
    """One scenario. `law.months` and `law.places` are these months and places, in this order."""

    months: tuple[date, ...]  # first days
    places: tuple[str, ...]  # ISO 3166 codes, of a state or of its region
    cells: Cells
    fleet: Fleet
    network: Network
    power: Power
    start: Start
    law: LawColumns
