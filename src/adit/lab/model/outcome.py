"""What one run of the model gives: by draw, month, place and sector. N draws, T months, P places, S sectors.

Figures by place are float32, so that a thousand draws of eight years and 67 places stay below a gigabyte; sums over the network are float64.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["DECLARED", "FATES", "FLOWS", "STOCKS", "TAXES", "UNDECLARED", "Outcome"]

DECLARED = (0, 1)  # indices into SECTORS: formal and household
UNDECLARED = (2,)

TAXES = ("levy", "revenue_tax", "profit_tax", "licence", "fines", "duty")

# What became of machines that stopped doing what they did in a place.
FATES = (
    "shut",  # switched off and stored
    "moved",  # packed and sent to another place
    "hidden",  # goes on in the same place, hidden from the law
    "household",  # goes on in the same place, split up among households
    "sold",  # displaced by a better machine, or sold by a household
    "confiscated",  # found while hidden, and taken
    "legalised",  # was hidden, is declared now
)

# Machines that stand in no place at the end of the month, EH/s
STOCKS = ("packing", "shipping", "for_sale", "stored")
# Machines that came and went in the month, EH/s
FLOWS = ("delivered", "scrapped", "confiscated")


@dataclass(frozen=True, slots=True)
class Outcome:
    months: tuple[date, ...]
    places: tuple[str, ...]
    seed: int
    first_draw: int

    by_group: Any  # (N, 5, T, P, S): read by the names below
    tax_usd: Any  # (N, T, P, K): by TAXES
    displaced_mw: Any  # (N, T, P, F): by FATES, MW at the meter
    slots_mw: Any  # (N, T, P): connections of formal mining
    by_month: Any  # (N, T, 11) float64: read by the names below
    start_ehs: Any  # (N,) float64: all machines before the first month

    error: Any  # (N, T, P): factor of the structural-error layer, not yet applied; `errors.with_errors` applies it
    observation: Any  # (N, T): factor of an observed hash rate: blocks come by chance

    parameter_names: tuple[str, ...]
    parameters: Any  # (N, names) float64: what each draw assumed
    hours: Any  # (T,): hours of each month

    @property
    def hashrate_ehs(self) -> Any:
        """(N, T, P, S): mean of the month."""
        return self.by_group[:, 0]

    @property
    def power_mw(self) -> Any:
        """(N, T, P, S): mean of the month, at the meter; times `hours` it is MWh, the input of emissions."""
        return self.by_group[:, 1]

    @property
    def installed_mw(self) -> Any:
        """(N, T, P, S): end of the month, running or idle."""
        return self.by_group[:, 2]

    @property
    def revenue_usd(self) -> Any:
        """(N, T, P, S): of the month, after the pool's fee."""
        return self.by_group[:, 3]

    @property
    def margin_usd(self) -> Any:
        """(N, T, P, S): revenue less power, other costs and all of `tax_usd` but duty."""
        return self.by_group[:, 4]

    @property
    def network_ehs(self) -> Any:
        """(N, T): mean of the month."""
        return self.by_month[:, :, 0]

    @property
    def hashprice_usd_per_th_day(self) -> Any:
        """(N, T): at the end of the month."""
        return self.by_month[:, :, 1]

    @property
    def machine_usd_per_th(self) -> Any:
        """(N, T): price of a new machine."""
        return self.by_month[:, :, 2]

    @property
    def installed_ehs(self) -> Any:
        """(N, T): in all places at the end of the month."""
        return self.by_month[:, :, 3]

    @property
    def stocks_ehs(self) -> Any:
        """(N, T, 4): by STOCKS."""
        return self.by_month[:, :, 4:8]

    @property
    def flows_ehs(self) -> Any:
        """(N, T, 3): by FLOWS."""
        return self.by_month[:, :, 8:11]

    @property
    def parameter(self) -> dict[str, Any]:
        """By name: (N,)."""
        return dict(zip(self.parameter_names, self.parameters.T, strict=True))

    @property
    def draws(self) -> int:
        return int(self.by_month.shape[0])

    @property
    def energy_mwh(self) -> Any:
        """(N, T, P, S) float32."""
        return self.power_mw * self.hours[None, :, None, None].astype("float32")
