"""What was not known on the day of a forecast cannot be asked for."""

from datetime import date

import pytest

from adit.lab.backtests.information import Known, freeze, month_end
from adit.terms.errors import BadInput

MAY = date(2021, 5, 1)


def share(place, month, value, published):
    return Known("share", place, month, month, value, "%", published, "a map")


FIGURES = (
    share("CN", date(2021, 4, 1), 46.0, date(2021, 7, 15)),
    share("CN", MAY, 44.0, date(2021, 10, 13)),
    share("CN", date(2021, 8, 1), 0.0, date(2021, 10, 13)),
    Known("load", "KZ", date(2021, 1, 1), date(2021, 12, 1), 500.0, "MW", date(2022, 9, 30), "a report"),
)


def test_by_publication_nothing_of_may_is_known_in_june():
    frozen = freeze(FIGURES, date(2021, 6, 1), "published")
    assert frozen.known == ()
    with pytest.raises(BadInput, match=r"share CN for 2021-05 was not known on 2021-06-01: it is of 2021-10-13"):
        frozen.value("share", "CN", MAY)


def test_by_observation_a_month_is_known_when_it_is_over():
    assert freeze(FIGURES, date(2021, 5, 31), "observed").values("share")[-1].value == 46.0
    frozen = freeze(FIGURES, date(2021, 6, 1), "observed")
    assert frozen.value("share", "CN", MAY).value == 44.0
    assert frozen.latest("share", "CN").value == 44.0
    assert frozen.shares(MAY) == {"CN": 44.0}


def test_what_came_later_is_refused_even_by_observation():
    frozen = freeze(FIGURES, date(2021, 6, 1), "observed")
    with pytest.raises(BadInput, match="may not look ahead"):
        frozen.value("share", "CN", date(2021, 8, 1))
    with pytest.raises(BadInput, match="share for 2021-08 was not known"):
        frozen.shares(date(2021, 8, 1))


def test_a_figure_of_a_year_is_observed_at_its_end():
    assert freeze(FIGURES, date(2021, 12, 31), "observed").values("load") == ()
    assert freeze(FIGURES, date(2022, 1, 1), "observed").latest("load", "KZ").value == 500.0


def test_never_is_told_apart_from_later():
    with pytest.raises(BadInput, match="share FR for 2021-05 is not at hand"):
        freeze(FIGURES, date(2030, 1, 1), "published").value("share", "FR", MAY)
    with pytest.raises(BadInput, match="share FR at all is not at hand"):
        freeze(FIGURES, date(2030, 1, 1), "published").latest("share", "FR")


def test_a_parameter_that_rests_on_the_future_is_refused():
    frozen = freeze(FIGURES, date(2021, 6, 1), "observed")
    frozen.require("the payback", date(2021, 5, 7))
    with pytest.raises(
        BadInput, match="the covert share rests on something of 2021-09-30; the forecast is of 2021-06-01"
    ):
        frozen.require("the covert share", date(2021, 9, 30))
    with pytest.raises(BadInput, match="rests on no dated source"):
        frozen.require("the covert share", None)


def test_december_ends_with_the_year():
    assert month_end(date(2021, 12, 1)) == date(2022, 1, 1)
