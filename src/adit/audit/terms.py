"""How a site is paid for its hashes, and how far its figures can be trusted: what turns energy into coins.

Each figure is an interval that was registered or assumed, with who set it: the interval decides the audit, so it has to be on record.
"""

from dataclasses import dataclass

__all__ = ["Interval", "Machines", "Terms"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Between the least and the most that can honestly be, and on whose word.

    `set_by`: given, part, machines, published; assumed or sheet with the name of the assumption behind a colon.
    """

    least: float
    most: float
    set_by: str


@dataclass(frozen=True, slots=True)
class Machines:
    """Machines of one model at a site, for the days from `start` until `end`.

    `hashrate_ths` and `power_w` are those of one machine. `efficiency` in J/TH at the wall of the machine, as wide as its firmware may be tuned.
    """

    model: str
    count: int
    hashrate_ths: float
    power_w: float
    power_w_most: float  # as far as it may be tuned upwards
    efficiency: Interval
    coin: str
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a site is paid for, by whom, and what is lost on the way.

    `scheme`: solo (its own blocks), pps (the subsidy for each share), fpps (fees too), pplns (a part of the blocks that the pool found).
    """

    scheme: str
    pool: str
    pool_fee: Interval  # share of the pay
    stale_most: float  # share of the work that came too late, blocks orphaned included
    stale_set_by: str
    share_to_machines: Interval  # of the metered energy: the rest cools, lights, and is lost
    payout_threshold_sat: int  # below it the pool keeps the pay
    cutoff_days: float  # days by which a payment may fall into the next month
    pool_share_of_network: float | None  # at least: how many blocks a pplns pool finds decides its luck
    share_interval_s: float  # at most: seconds between two shares of one machine at full rate
