"""Screening again after a change of lists is screening whole: for random changes, days, kinds of hits and a second engine."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adit.evidence.watchlists.entries import Entry, ListedAddress, ListedName, ListVersion
from adit.screening.loading import Loaded
from adit.screening.screen import Found, Ready, direct, prepare, standing
from adit.screening.screen_delta import again, delta, stamp_of
from adit.screening.states import ListState, State
from adit.screening.subjects import Subject

DAYS = [date(2025, 1, d) for d in (1, 10, 20)]
AT = datetime(2025, 1, 1, tzinfo=UTC)
NAMES = [
    "Ruslan Qadirov",
    "Руслан Кадыров",
    "Maria Lindqvist",
    "Timur Yakhontov",
    "Severny Veter",
    "Ruslan Kadirov Timurovich",
]
ADDRESSES = ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"]


class Second:
    name, least = "second/1", 700

    def compare(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
        """The same for the same pair, whatever else was asked."""
        pair = repr((sorted(map(str, ours["properties"].items())), sorted(map(str, theirs["properties"].items()))))
        return sum(pair.encode()) % 100 / 99


entries = st.builds(
    lambda n, names, address, number, since, until, unread: Entry(
        "un_sc", f"E{n}", "person", tuple(ListedName(x) for x in names), identifiers=(("passport", number),) if number else (),
        addresses=(ListedAddress("XBT", address),) if address else (), listed_on=since, delisted_on=until,
        raw=" ".join(names) if unread else "", unread="a column is missing" if unread else "",
    ),
    st.integers(0, 5), st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True), st.sampled_from(["", *ADDRESSES]),
    st.sampled_from(["", "4509123456"]), st.sampled_from([None, *DAYS]), st.sampled_from([None, *DAYS]), st.booleans(),
)  # fmt: skip
versions = st.lists(entries, max_size=6, unique_by=lambda e: e.entry_id)
subjects = st.one_of(
    st.builds(
        lambda n, i: Subject("person", (n,), identifiers=(("passport", i),) if i else ()),
        st.sampled_from(NAMES),
        st.sampled_from(["", "4509123456"]),
    ),
    st.builds(lambda a: Subject("address", address=a), st.sampled_from(ADDRESSES)),
)


def ready(version: list[Entry]) -> Ready:
    state = ListState("un_sc", "T", "P", State.FRESH, True, DAYS[0], 0, 7, len(version), "a" * 64, AT, "t/1", (), "")
    return prepare([Loaded(state, ListVersion("un_sc", "P", DAYS[0], AT, "a" * 64, "t/1", tuple(version)))], [Second()])


@settings(max_examples=150, deadline=None)
@given(
    versions,
    versions,
    versions,
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.lists(subjects, min_size=1, max_size=3),
)
def test_again_finds_what_screening_whole_finds(kept: list[Entry], old: list[Entry], new: list[Entry], then: date, now: date, who: list[Subject]):  # fmt: skip
    def with_kept(more: list[Entry]) -> list[Entry]:
        """Some entries stand in both versions."""
        return [*more, *(replace(e, entry_id=f"K{e.entry_id}") for e in kept)]

    before, after = ready(with_kept(old)), ready(with_kept(new))
    of = delta(after, standing(before, then), now)
    for subject in who:
        first = direct(subject, before, then)
        assert again(subject, of, {h.entry for h in first.hits}) == direct(subject, after, now)


@given(versions, st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_equal_stamps_find_equal_hits(version: list[Entry], then: date, now: date):
    of = ready(version)
    same = stamp_of(of, standing(of, then)) == stamp_of(of, standing(of, now))
    found = [[direct(Subject("person", (n,)), of, on) for n in NAMES] for on in (then, now)]
    assert not same or found[0] == found[1]


def test_a_stamp_changes_with_entry_engine_and_day():
    entry = Entry("un_sc", "1", "person", (ListedName("Ruslan Qadirov"),), listed_on=DAYS[1])
    one = ready([entry])
    stamps = {
        stamp_of(one, standing(one, DAYS[0])), stamp_of(one, standing(one, DAYS[1])), stamp_of(replace(one, second=()), standing(one, DAYS[1])),
        stamp_of(one, standing(ready([replace(entry, born=("1970",))]), DAYS[1])),
    }  # fmt: skip
    assert len(stamps) == 4
    assert stamp_of(one, standing(one, DAYS[1])) == stamp_of(one, standing(one, DAYS[2]))


def test_nothing_is_asked_twice_when_nothing_changed():
    of = ready([Entry("un_sc", "1", "person", (ListedName("Ruslan Qadirov"),))])
    same = delta(of, standing(of, DAYS[0]), DAYS[0])
    assert same.fresh.names is not None
    assert same.fresh.names.entries == ()
    assert again(Subject("person", ("Maria Lindqvist",)), same, ()) == Found()
