"""What screening says in English, in the language of the page: its sentences as patterns, with the values in their places.

The sentences themselves are made where things are found, and stand in the journal as they were said there. `tests/desk/test_screening_words.py` looks
through the modules for sentences that are not here.
"""

import re
from functools import cache

from adit.desk.web.languages import Words
from adit.desk.web.pages import N_

__all__ = ["LISTS", "SENTENCES", "STATES", "in_sentences", "said"]

SENTENCES = (
    N_("The file is of {0}, {1} days old."),
    N_("The file is of {0}, {1} days old; more than {2} are not allowed."),
    N_("This list was never fetched."),
    N_("This list was never fetched: {0}"),
    N_("The publisher ended this list on {0}."),
    N_("The file of {0} is gone from the folder."),
    N_("The file in the folder is not the one that was fetched: its hash differs."),
    N_("The version of {0} is still searched."),
    N_("The last attempt to fetch it, on {0}, failed: {1}"),
    N_("The file does not say of which day it is, so its age is not known."),
    N_("The file says that it is of {0}, which was still to come when it was fetched on {1}."),
    N_("The file is of {0}, and the version before it of {1}: an older one came back."),
    N_("The file is of {0}, after the day asked about, {1}: the clock of this machine may be wrong."),
    N_("The file is a web page in place of a list."),
    N_("The file has no entry."),
    N_("The file has {0} entries; {1} to {2} are expected."),
    N_("The file has {0} entries and says itself that it has {1}."),
    N_("The file has {0} entries, {1} % fewer than the {2} before."),
    N_("The form of the file changed: {0}."),
    N_("{0} of {1} entries could not be read in full."),
    N_("{0} (entry {1}) is not in the file, and it must be."),
    N_("{0} (entry {1}) is in the file and was not found by its name."),
    N_("{0} (entry {1}) does not find itself."),
    N_("{0}, who is on no list, was found as entry {1}."),
    N_("The check of the list itself failed ({0})."),
    N_("Look at the file and fetch it again. Two people may accept it with a reason."),
    N_("Look at the file and fetch it again. It cannot be accepted as it is."),
    N_("Use {0} in its place."),
    N_("Find out what took its place."),
    N_("Set the clock."),
    N_("The office has no mandatory list."),
    N_("The lists cannot be read: {0}"),
    N_("The second engine is not installed ({0})."),
    N_("{0} and {1} are {2} ({3} of 1000)."),
    N_("the same"),
    N_("the same in sound"),
    N_("all but the same"),
    N_("very near"),
    N_("near"),
    N_("somewhat near"),
    N_("{0} ~ {1}: the same sound"),
    N_("{0} ~ {1}: the same sound in another way of transliteration"),
    N_("{0} ~ {1}: almost the same sound, {2} of 1000"),
    N_("{0} ~ {1}: alike, {2} of 1000"),
    N_("{0} ~ {1}: the same when written together"),
    N_("{0} ~ {1}: almost the same when written together"),
    N_("{0} ~ {1}: the same initial"),
    N_("{0} ~ {1}: an initial and a name that begins with it"),
    N_("Written without their spaces the two names are almost the same."),
    N_("{0} stands on our side only."),
    N_("{0} stand on our side only."),
    N_("{0} stands on the list's side only."),
    N_("{0} stand on the list's side only."),
    N_("{0} ({1}) mixes {2} that look alike; it was read as {3}."),
    N_("letters of two alphabets"),
    N_("digits and letters"),
    N_("Left aside on our side: {0}."),
    N_("Left aside on the list's side: {0}."),
    N_("The publisher calls this alias weak."),
    N_("It is a former name."),
    N_("It is an alias."),
    N_("ours"),
    N_("the list's"),
    N_("Birth: we say {0}, the list says nothing."),
    N_("Birth: the list says {0}, we say nothing."),
    N_("Birth agrees: {0} and {1}."),
    N_("Birth cannot be compared: {0} and {1}."),
    N_("Birth contradicts: {0} and {1}, a year apart or less."),
    N_("Birth contradicts: {0} and {1}, {2} years apart."),
    N_("Country: we say {0}, the list says nothing."),
    N_("Country: the list says {0}, we say nothing."),
    N_("Country agrees: {0}."),
    N_("Country cannot be compared: {0} and {1}."),
    N_("Country contradicts: {0} and {1}."),
    N_("The subject is stated to be {0}, the entry is {1}."),
    N_("a person"),
    N_("an organisation"),
    N_("a bank"),
    N_("a vessel"),
    N_("an aircraft"),
    N_("an address"),
    N_("an unknown"),
    N_("The {0} is the same: {1}."),
    N_("The {0} {1} stands in the entry as {2}."),
    N_("{0} stands in the text of the entry."),
    N_("The number {0} stands in the text of the entry."),
    N_("Of {0}, {1} stands in the text of the entry."),
    N_("Of {0}, {1} stand in the text of the entry."),
    N_("The entry could not be read in full ({0}), so its text was searched."),
    N_("The address {0} is printed in the entry of {1}."),
    N_("The address {0} is printed as {1} in the entry of {2}."),
    N_("{0} stands for {1} as {2}, which is printed in the entry of {3}."),
    N_("{0} stands for {1} as {2}, which is printed as {3} in the entry of {4}."),
    N_("the same key"),
    N_("the same script"),
    N_("the same account"),
    N_("the same witness program"),
    N_("{0} finds it too ({1} of 1000)."),
    N_("{0} gives {1} of 1000 for {2} and {3}; it does not say which words met."),
    N_("{0} may be {1} ({2} of 1000)."),
    N_("{0} owns {1} of {2}."),
    N_("{0} controls {1}, with {2} declared."),
    N_("{0} more shares lie between them."),
    N_("Together listed ones, and those taken for listed, hold {0} of {1}."),
    N_("Multiplied along the paths their share is {0}."),
    N_("The declared shares in {0} add up to {1}, which cannot be."),
    N_("Of {0} of {1} no owner is declared."),
    N_("With what is not declared it could be half or more."),
    N_("List {0}, entry {1}."),
)

# Lists and publishers that are not called by a name of their own
LISTS = (
    N_("The state's own list of terrorists and extremists"),
    N_("the financial intelligence unit of the state"),
    N_("The list of the state's finance ministry or central bank"),
    N_("the finance ministry or central bank of the state"),
)

# States of hits and of lists, as pages show them
STATES = (
    N_("open"), N_("proposed"), N_("decided"), N_("gone"),
    N_("FRESH"), N_("STALE"), N_("MISSING"), N_("SUSPECT"), N_("RETIRED"),
)  # fmt: skip


_BETWEEN = re.compile(r"(?<=[.]) (?=[A-ZА-ЯЁ])")  # two sentences


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Each sentence as what finds its values again; those that say most come first."""
    said_most = sorted(SENTENCES, key=lambda m: -len(re.sub(r"\{\d\}", "", m)))
    return [(re.compile(re.sub(r"\\{\d\\}", "(.+?)", re.escape(m)), re.DOTALL), m) for m in said_most]


def said(words: Words, text: str) -> str:
    """A sentence of screening in the language of the page; as it stands, where it is none of those that are known."""
    if words.language == "en":
        return text
    whole = _one(words, text)
    if whole is not None:
        return whole
    # which tokens met: one sentence of several parts
    parts = [_one(words, part) or part for part in text.removesuffix(".").split("; ")]
    return f"{'; '.join(parts)}." if text.endswith(".") else "; ".join(parts)


def in_sentences(words: Words, text: str) -> str:
    """A text of the journal in which screening or settling said several sentences: each in the language of the page."""
    if words.language == "en":
        return text
    rest, told = _BETWEEN.split(text), []
    while rest:
        one, *after = rest
        found = said(words, one)
        if found == one and " = " not in one:  # which words met is said as it stands
            found = words.told(one)
        if found == one and after and " = " not in one:  # some sentences are known with the one that follows them
            two = f"{one} {after[0]}"
            found = words.told(two)
            found, after = (one, after) if found == two else (found, after[1:])
        told.append(found)
        rest = after
    return " ".join(told)


def _one(words: Words, text: str) -> str | None:
    for pattern, message in _patterns():
        values = pattern.fullmatch(text)
        if values is not None:
            return words.gettext(message).format(*(words.days(words.gettext(v)) for v in values.groups()))
    return None
