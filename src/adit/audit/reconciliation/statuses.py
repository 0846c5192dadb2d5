"""The words in which a reconciliation answers: what became of a line or a receipt, who paid a receipt, how a pair was found."""

from dataclasses import dataclass
from enum import IntEnum

from adit.audit.reconciliation.words import phrase
from adit.terms.errors import BadInput

__all__ = ["CONTRADICTIONS", "Allowance", "How", "PaidBy", "Status", "called"]


class _Worded(IntEnum):
    @property
    def text(self) -> str:
        """The English code, which columns of data hold in every language."""
        return self.name.lower().replace("_", " ")

    @property
    def key(self) -> str:
        """What the table of words calls it, after its kind."""
        return self.name.lower()

    def told(self, language: str = "en") -> str:
        """As a reader is told it."""
        return phrase(f"{type(self).__name__} {self.key}", language)


class Status(_Worded):
    """What became of a declared line or of a receipt. A pair has one status on both sides."""

    MATCHED = 0
    MATCHED_LATE = 1  # declared for another month than that of the receipt
    AMOUNT_DIFFERS = 2  # the transaction is the one named, the amount is not
    RECEIPT_NOT_MATURE = 3  # a coinbase under so many confirmations: it may still vanish
    ADDRESS_NOT_PROVEN = 4  # nobody has proven to control the address on that day
    ADDRESS_OF_ANOTHER_MINER = 5
    DECLARED_TWICE = 6  # another line has the receipt that this one claims
    DECLARED_WITHOUT_RECEIPT = 7
    OFFCHAIN_STATEMENT = 8  # not on the chain by its own words: it needs a statement of whoever holds the coins
    RECEIPT_NOT_DECLARED = 9
    OWN_TRANSFER = 10  # paid from addresses of the same miner: no income, and declared by nobody


class PaidBy(_Worded):
    """Who paid a receipt, as far as the chain shows."""

    OWN_COINBASE = 0  # a block that pays the miner at least its whole subsidy
    COINBASE_SHARE = 1  # a coinbase that pays others too: a pool that pays from it, or a block shared otherwise
    POOL_PAYOUT = 2
    RENTED = 3  # declared as rented hash rate, and paid by no pool of the list
    OWN_TRANSFER = 4
    OTHER = 5
    NOT_KNOWN = 6


class How(_Worded):
    """By what a line found its receipt."""

    NOT_PAIRED = 0
    TRANSACTION_AND_OUTPUT = 1
    TRANSACTION_AND_AMOUNT = 2
    TRANSACTION_ALONE = 3  # one line, one receipt, another amount
    AMOUNT_AND_DAY = 4
    NEAR_AMOUNT_AND_DAY = 5  # within the stated tolerance


# What a line calls itself, who paid: what does not go together. What is not listed agrees, or is not known.
CONTRADICTIONS = (
    ("own_block", PaidBy.COINBASE_SHARE),
    ("own_block", PaidBy.POOL_PAYOUT),
    ("own_block", PaidBy.OTHER),
    ("own_block", PaidBy.OWN_TRANSFER),
    ("pool", PaidBy.OWN_COINBASE),
    ("pool", PaidBy.OTHER),
    ("pool", PaidBy.OWN_TRANSFER),
    ("rented", PaidBy.OWN_COINBASE),
    ("rented", PaidBy.COINBASE_SHARE),
    ("rented", PaidBy.POOL_PAYOUT),
    ("rented", PaidBy.OWN_TRANSFER),
    ("other", PaidBy.OWN_COINBASE),
    ("other", PaidBy.COINBASE_SHARE),
    ("other", PaidBy.POOL_PAYOUT),
    ("other", PaidBy.OWN_TRANSFER),
)


def called(kind: str, paid_by: PaidBy, language: str = "en") -> str:
    """The words for a contradiction: what a line of this kind calls itself, and who paid it."""
    return phrase(f"called {kind} {paid_by.key}", language)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How far a line may lie from its receipt. All of it is printed with the result, since all of it decides.

    `window_days`: between the receipt and the day, or the nearest day of the month, that the line names. `utc_offset_minutes`: where
    the legal day begins; a receipt at 20:00 UTC on 31 January is of February in Irkutsk. Raises BadInput for what cannot be meant.
    """

    window_days: int = 3
    tolerance_sat: int = 0
    utc_offset_minutes: int = 0
    maturity: int = 100  # confirmations of a coinbase before it may be spent: a rule of the network

    def __post_init__(self) -> None:
        for name, value, most in (
            ("window_days", self.window_days, 366),
            ("tolerance_sat", self.tolerance_sat, 100_000_000),
            ("maturity", self.maturity, 1_000_000),
        ):
            if not 0 <= value <= most:
                raise BadInput(f"{name} is {value}.", todo=f"It runs from 0 to {most}.")
        if abs(self.utc_offset_minutes) > 14 * 60:
            raise BadInput(f"No place is {self.utc_offset_minutes} minutes from UTC.", todo="Irkutsk is 480.")
