"""The bounds that the office sets itself where no law was found that does: each with its reason. None of them turns a check off."""

from datetime import timedelta

__all__ = [
    "CONFIRMATIONS",
    "HOPS_MAX",
    "PAY_WITHIN_WORKING_DAYS",
    "SCREENED_WITHIN",
    "UNKNOWN_OWNERS_PPM",
    "UNRESOLVED_PPM",
]

SCREENED_WITHIN = timedelta(hours=24)  # lists come out by day: what was clear yesterday is not known to be today
CONFIRMATIONS = 6  # blocks, as most who take bitcoin wait for
HOPS_MAX = 3  # transactions between a listed address and coins that are offered, within which people look
PAY_WITHIN_WORKING_DAYS = 10  # after it was authorised; then it is authorised anew
UNKNOWN_OWNERS_PPM = 500_000  # with half of an owner unknown, the 50 % rule has no answer
UNRESOLVED_PPM = 500_000  # with half of the past of coins not seen, that no listed address was met says little
