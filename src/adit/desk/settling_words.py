"""What the states of a settlement are called: for the office as they are, for those who take part in plain words that tell nobody that a list was met."""

from dataclasses import dataclass

from adit.desk.web.pages import N_
from adit.settlement.states import ENDS, LINE, PAUSES, State, where_it_was

__all__ = ["CALLED", "DONE", "PLAIN", "TONES", "Plain", "plain_state"]

CALLED: dict[State, str] = {
    State.DRAFT: N_("Handed in"),
    State.IDENTIFIED: N_("Identified"),
    State.CONTRACT_LINKED: N_("Contract and law"),
    State.SCREENED: N_("Coins traced"),
    State.TRAVEL_RULE_ACKED: N_("Data acknowledged"),
    State.AUTHORISED: N_("Authorised"),
    State.OBSERVED: N_("Seen in a block"),
    State.CONFIRMED: N_("Deep enough"),
    State.RECONCILED: N_("Papers fit"),
    State.CLOSED: N_("Closed"),
    State.HOLD: N_("On hold"),
    State.REVIEW: N_("In review"),
    State.REFUSED: N_("Turned down"),
    State.EXPIRED: N_("Not paid in time"),
    State.RECALLED: N_("Recalled"),
    State.DISPUTED: N_("Disputed"),
    State.FROZEN: N_("Frozen"),
}
# what the button says that leads there
DONE: dict[State, str] = {
    State.IDENTIFIED: N_("Everybody is identified"),
    State.CONTRACT_LINKED: N_("Link the contract and ask the law"),
    State.SCREENED: N_("Screen everybody and trace the coins"),
    State.TRAVEL_RULE_ACKED: N_("Enter the acknowledgement"),
    State.AUTHORISED: N_("Authorise it"),
    State.OBSERVED: N_("Look for the payment in the blocks"),
    State.CONFIRMED: N_("Look how deep it is"),
    State.RECONCILED: N_("Reconcile it with the papers"),
    State.CLOSED: N_("Close it"),
}
TONES = (
    {State.CLOSED: "done"}
    | dict.fromkeys((State.HOLD, State.REVIEW, State.DISPUTED), "pending")
    | dict.fromkeys((State.FROZEN, State.REFUSED), "refused")
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A state as those who take part read it: what it is called, what goes on, and what they do."""

    key: str
    called: str
    told: str
    todo: str = ""


CHECKED = Plain(
    "checked", N_("Being checked"), N_("The office checks this settlement, as it does with any."),
    N_("There is nothing for you to do. Do not pay until it goes on."),
)  # fmt: skip
PLAIN: dict[State, Plain] = {
    State.DRAFT: Plain("entered", N_("Handed in"), N_("The office has the papers and looks at who takes part.")),
    State.IDENTIFIED: Plain("entered", N_("Handed in"), N_("The office looks at the contract and asks the law.")),
    State.CONTRACT_LINKED: Plain(
        "allowed",
        N_("Allowed"),
        N_("The law allows it and the contract has room for it. The office looks at where the coins come from."),
    ),
    State.SCREENED: Plain(
        "data",
        N_("Data to be sent"),
        N_("The data that travel with the payment go to whoever serves the payee."),
        N_(
            "Download the data (IVMS101) and send them. Tell the office by which reference they were acknowledged, by whom and when."
        ),
    ),
    State.TRAVEL_RULE_ACKED: Plain(
        "officers",
        N_("With two officers"),
        N_("Two officers authorise it, one after the other."),
        N_("Do not pay before that."),
    ),
    State.AUTHORISED: Plain(
        "pay",
        N_("To be paid"),
        N_("It is authorised."),
        N_("Pay exactly the amount, from the addresses that you declared, and then name the transaction here."),
    ),
    State.OBSERVED: Plain(
        "seen", N_("Seen in a block"), N_("A block shows the payment. The office waits for five more above it.")
    ),
    State.CONFIRMED: Plain(
        "confirmed",
        N_("Confirmed"),
        N_("The payment is deep enough in the chain."),
        N_("Hand the office the papers of the goods: the invoice and the number of the declaration."),
    ),
    State.RECONCILED: Plain("fits", N_("Papers fit"), N_("Payment and papers fit together. The office closes it.")),
    State.CLOSED: Plain("closed", N_("Closed"), N_("Paid, confirmed and reconciled.")),
    State.REFUSED: Plain("refused", N_("Turned down"), N_("The office does not let this payment go on.")),
    State.EXPIRED: Plain(
        "expired", N_("Not paid in time"), N_("It was not paid in time."), N_("Enter another settlement.")
    ),
    State.RECALLED: Plain("recalled", N_("Recalled"), N_("It was taken back before it was paid.")),
    State.DISPUTED: Plain(
        "disputed", N_("Disputed"), N_("Payment and papers do not fit, and somebody said so. The office settles it.")
    ),
}
# beside the line nothing tells one of them from another
assert {*PLAIN, *PAUSES} == set(State), "every state reads somehow"
assert {*LINE, *ENDS} < set(PLAIN), "every state of the line has its words"


def plain_state(state: str, before: str) -> Plain:
    """What those who take part read. On hold, in review and frozen are one; what was closed stays closed for them, since nothing else stops there."""
    found = State(state)
    if found not in PAUSES:
        return PLAIN[found]
    return PLAIN[State.CLOSED] if where_it_was(found, before) is State.CLOSED else CHECKED
