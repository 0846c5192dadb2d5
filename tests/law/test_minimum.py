"""The ten things that a language of mining law has to be able to say, each as golden cases of the act that says it."""

import pytest

from adit.law import load, names

# What has to be said -> the cases that say it, by the start of their id.
TEN = {
    "a levy by price band, own generation, own renewables, no meter, and the highest of several": ("KZ-05", "KZ-06", "KZ-07", "KZ-08", "KZ-09"),
    "marginal tiers over the electricity of a year": ("NY-06",),
    "chained clocks": ("UZ-11",),
    "an auction with a session, a prepayment, a floor and a quota": ("KZ-24", "KZ-25", "KZ-26"),
    "unpaid hours, a draw limit, and two meanings of grandfathered": ("QC-06", "QC-07", "QC-08"),
    "a register by size and flexibility, a working day, a cut by day of connection": ("TX-04", "TX-05", "TX-12"),
    "a price linked to another by season, and a ban of some weeks": ("IR-02", "IR-04"),
    "an emergency that is prolonged up to a cap": ("XK-03",),
    "a price that reaches back": ("CN-15",),
    "a state act over local rules": ("MT-01", "AR-01"),
}  # fmt: skip


@pytest.mark.parametrize("what", TEN)
def test_it_is_said_and_tried(what: str):
    covered = {c.id for name in names() if not name.startswith("ru/") for c in load(name).cases if c.covered}
    for wanted in TEN[what]:
        assert any(id_ == wanted or id_.startswith(f"{wanted}-") for id_ in covered), wanted


def test_there_are_ten():
    assert len(TEN) == 10
