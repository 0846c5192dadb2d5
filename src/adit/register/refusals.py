"""What the database refuses, in words: constraint -> what is wrong, and what to do."""

__all__ = ["REFUSALS"]

_OTHER_DAYS = "Look at what is entered for these days; correct that, or choose other days."

REFUSALS: dict[str, tuple[str, str]] = {
    "identity_one_party_an_inn": ("This INN is that of another party.", "Search for it: whoever it is stands in the register already."),
    "membership_once": ("The party stands in this register already.", _OTHER_DAYS),
    "membership_one_number": ("This number of the register is taken.", "Take another."),
    "machine_one_owner_a_serial": (
        "A machine of this maker with this serial number is entered already.",
        "Compare the number with its plate. If it was bought, its former owner has to enter that it is gone.",
    ),
    "meter_one_site_a_serial": ("A meter with this serial number is entered already.", "Compare the number with the meter."),
    "reading_once": ("The meter was read for days of this month already.", _OTHER_DAYS),
    "address_one_party_a_script": ("This address is entered already.", "An address is one party's at a time; whoever signs with its key may ask the office."),
    "declaration_once": ("This month is declared already.", "Correct the declaration instead of sending another."),
    "proposal_two_hands": ("Who proposed it may not decide it.", "Another officer has to."),
    "proposal_one_pending": ("A proposal about this waits already.", "Decide that one first."),
    "joining_one_open": ("A request of yours waits already.", "Correct that one, or withdraw it first."),
    "mandate_once": ("This account acts for the party already.", "Look at who acts for it, on its page."),
    "share_once": ("This owner's share in the party is entered for these days already.", "Correct that one instead of entering another."),
    "share_within_the_whole": ("On some day the shares add up to more than 100 %.", "Look at the shares that are entered for the days after, too."),
    "share_in_no_circle": ("The party would own itself through others.", "Only direct owners are entered: look for the one that was taken for another."),
    "participation_once": ("This account in the pool is entered for these days already.", _OTHER_DAYS),
    "letter_one_code": ("This code was given to another letter.", "Send it once more."),
}  # fmt: skip
