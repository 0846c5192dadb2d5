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
    "letter_one_code": ("This code was given to another letter.", "Send it once more."),
}  # fmt: skip
