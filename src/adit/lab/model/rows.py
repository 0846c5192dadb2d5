"""Where each figure stands in the arrays that the kernel and its twin read: rows of the law by cell, columns of a draw's parameters."""

from typing import Any

from adit.lab.model.outcome import FATES, TAXES
from adit.lab.model.parameters import Parameters
from adit.terms.errors import BadInput

__all__ = ["KERNEL_PARAMETERS", "LAW_ROWS", "columns_of"]

# The law of one month by cell, `Prepared.law[month, row, cell]`. For hidden cells the permission rows are one and exit is zero: they ask nobody.
LAW_ROWS = (
    "operate",
    "new",
    "season",
    "keep",  # one less the tax on revenue
    "levy",
    "profit_tax",
    "licence",
    "detection",
    "fine",
    "confiscation",
    "imports",
    "duty",
    "exit",
    "cap_mw",
    "power_price",
)
(
    OPERATE,
    NEW,
    SEASON,
    KEEP,
    LEVY,
    PROFIT_TAX,
    LICENCE,
    DETECTION,
    FINE,
    CONFISCATION,
    IMPORTS,
    DUTY,
    EXIT,
    CAP,
    POWER,
) = range(15)

# The parameters that the kernel reads, in this order; the others belong to the draws and to the error layer.
KERNEL_PARAMETERS = (
    "efficiency_scale",
    "pue",
    "uptime",
    "dispersion_usd_per_kwh",
    "other_cost_usd_per_kwh",
    "pool_fee",
    "payback_days",
    "machine_floor_usd_per_th",
    "reinvested",
    "delivery_lag_months",
    "slot_growth_scale",
    "surge",
    "slot_lag_months",
    "move_months",
    "move_cost_usd_per_th",
    "horizon_months",
    "choice_rate",
    "choice_scale",
    "hiding_cost",
    "covert_bound",
    "hidden_site_kw",
    "swap_rate",
    "evict_rate",
    "placement_taste",
    "scrap_rate",
)
SCALE, PUE, UPTIME, DISPERSION, OTHER, FEE, PAYBACK, FLOOR, REINVESTED, LAG, GROWTH, SURGE, SLOT_LAG = range(13)
MOVE_MONTHS, MOVE_COST, HORIZON, RATE, TASTE, HIDING, COVERT, SITE_KW, SWAP, EVICT, PLACEMENT, SCRAP = range(13, 25)

FORMAL, HOUSEHOLD, INFORMAL = range(3)
TAX_LEVY, TAX_REVENUE, TAX_PROFIT, TAX_LICENCE, TAX_FINES, TAX_DUTY = range(len(TAXES))
SHUT, MOVED, HIDDEN, SPLIT, SOLD, CONFISCATED, LEGALISED = range(len(FATES))

# One draw's figures by place and sector, `by_group[draw, figure, month, place, sector]`
GROUP_HASH, GROUP_MW, GROUP_INSTALLED, GROUP_REVENUE, GROUP_MARGIN = range(5)
# One draw's figures of the network, `series[draw, month, figure]`
NET_HASH, NET_PRICE, NET_MACHINE, NET_INSTALLED, NET_PACKING, NET_SHIPPING, NET_SALE, NET_STORED = range(8)
NET_DELIVERED, NET_SCRAPPED, NET_CONFISCATED = range(8, 11)
SERIES = 11

KWH_PER_W_DAY = 0.024
DAYS_PER_MONTH = 365.25 / 12
# What a maker reckons that its customer pays for power: 5.5 cents, at a PUE of 1.08
MAKERS_COST = KWH_PER_W_DAY * 1.08 * 0.055


def columns_of(parameters: Parameters, values: Any) -> Any:
    """The kernel's columns out of a table of sampled values, in its order."""
    missing = sorted(set(KERNEL_PARAMETERS) - set(parameters.names))
    if missing:
        raise BadInput(
            f"The parameter {missing[0]} has no prior.", where="parameters", todo="Add it to the file of priors."
        )
    return values[:, [parameters.names.index(name) for name in KERNEL_PARAMETERS]]
