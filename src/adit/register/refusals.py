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
    "stake_once": ("This owner's share in the participant is entered for these days already.", "Correct that one instead of entering another."),
    "tradecontract_one_unk": ("This unique number is that of another contract.", "Compare it with the bank's register."),
    "settlement_one_uetr": ("This settlement is entered already.", "Look at it; a payment is entered once."),
    "settlement_one_payment": ("This transaction has settled another payment to this address.", "Name the transaction that pays this one."),
    "settlement_two_hands": (
        "A settlement is authorised by two hands, and neither is the one that prepared it.", "Another officer has to authorise it.",
    ),
    "settlementstep_is_an_arrow": ("No arrow leads from where the settlement stands to there.", "Look at its states, and take the next one."),
    "settlementstep_by_its_hand": ("The step names another hand than the one that entered it.", "Enter it under your own account."),
    "settlementstep_has_its_state": ("A step was entered without the state that it leads to.", "Take the step as a whole."),
    "settlementstep_is_screened": (
        "Somebody or something that the settlement names was not screened for this step.", "Screen all of them, then take the step.",
    ),
    "settlementstep_screened_lately": ("A screening is older than a day.", "Screen anew, then take the step."),
    "settlementstep_is_clear": ("Not everybody who was screened is clear.", "The settlement waits until the hits are settled by two people."),
    "settlementstep_one_version_a_list": (
        "The screenings saw a list that was not fresh, or two versions of one list.", "Screen all of them anew against the newest lists.",
    ),
    "screening_with_its_step": ("A screening was entered without the step that it was made for.", "Screening and step are entered together."),
    "settlement_begins_as_a_draft": ("A settlement begins as a draft.", "Enter it as a draft; each further state has its step."),
    "settlement_stays_itself": (
        "What a settlement pays, to whom, and whether it is a trial never changes.", "Recall it, and enter another one.",
    ),
    "settlement_goes_by_steps": ("The settlement would change its state without a step.", "Take the step as a whole."),
    "settlement_own_hands": ("It would be authorised by a hand that was not there.", "Each authorises under the own account."),
    "settlement_goes_back_to_where_it_was": (
        "A settlement that was stopped goes back to where it was, and nowhere else.", "Look at where it stood before it was stopped.",
    ),
    "settlement_within_the_contract": (
        "The payments would add up to more than the contract.", "Look at the other payments under it, or have the contract amended first.",
    ),
    "settlement_never_vanishes": ("A settlement or its contract would vanish.", "Recall the settlement; it stays on record."),
    "hitreview_once": ("This hit is looked at already.", "Open the one that waits."),
    "hitreview_two_hands": ("Who proposed it may not decide it.", "Another of those who screen has to."),
    "hitreview_own_hand": ("The step names another hand than the one that entered it.", "Enter it under your own account."),
    "hitreview_was_proposed": ("It was not proposed as it is decided.", "Look at it again: somebody took the step before."),
    "clearing_two_hands": ("A hit is cleared or confirmed by two hands.", "Another of those who screen has to decide it."),
    "clearing_expires": ("A clearing ends after 180 days at the latest.", "Look at the hit again then."),
    "clearing_once": ("This hit was decided already.", "Look at what stands."),
    "clearing_rests_on_a_review": ("A hit is decided as it was proposed, by two hands.", "Propose it, and have another decide it."),
    "secondlook_once": ("This was looked at again already.", "Open the next one."),
    "secondlook_of_a_third_hand": ("This is looked at again by a third hand, and only if the hash has drawn it.", "Leave it to another."),
    "waiver_two_hands": ("A waiver is given by two hands.", "Another of those who screen has to decide it."),
    "waiver_own_hand": ("The waiver names another hand than the one that entered it.", "Enter it under your own account."),
    "waiver_was_proposed": ("The waiver was not proposed as it is given.", "Propose it, and have another decide it."),
    "waiver_expires": ("A waiver ends after seven days at the latest.", "Have the list restored; a further waiver needs two hands again."),
}  # fmt: skip
