"""Points: fitted in one direction, written and read again, added up exactly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.audit.undeclared.features import BY_NAME, FEATURES
from adit.audit.undeclared.fit import fit
from adit.audit.undeclared.score import Model, Term, check_model, points_of, table_of, term_points
from adit.audit.undeclared.store import read_model, shipped_model, write_model
from adit.terms.errors import BadInput

NAMES = [f.name for f in FEATURES]


def invented(n: int = 1600, seed: int = 0):
    """Figures of which some tell the two kinds apart, some tell the wrong way, some are absent."""
    rng = np.random.default_rng(seed)
    mining = np.arange(n) % 4 == 0
    figures = rng.normal(0, 1, (n, len(FEATURES)))
    figures[mining, NAMES.index("floor_kw")] += 2
    figures[mining, NAMES.index("day_change")] -= 2
    figures[mining, NAMES.index("hour_share")] += 2  # against its direction
    figures[:, NAMES.index("temperature_share")] = np.nan
    return figures, mining


def fitted(**provenance: str) -> Model:
    figures, mining = invented()
    return fit(figures, mining, provenance)


def test_a_fit_uses_what_tells_and_never_the_wrong_way():
    figures, mining = invented()
    model = fit(figures, mining, {"kind": "invented"})
    used = {t.feature: t for t in model.terms}
    assert max(used["floor_kw"].points) > 100
    assert used["day_change"].points[0] > 100
    assert "temperature_share" not in used
    assert (
        max(used.get("hour_share", Term("hour_share", (), (0,))).points) < 20
    )  # it may not be used the wrong way round
    scores = model.base + term_points(model, figures).sum(axis=1)
    assert (scores[mining] > 0).mean() > 0.85
    assert (scores[~mining] > 0).mean() < 0.15


def test_the_same_data_give_the_same_points():
    figures, mining = invented()
    assert fit(figures, mining, {}) == fit(figures.copy(), mining, {})


@pytest.mark.parametrize("model", [shipped_model(), fitted()], ids=["shipped", "fitted"])
@given(data=st.data())
def test_a_figure_pushes_in_one_way_alone(model: Model, data):
    term = data.draw(st.sampled_from(model.terms))
    low, high = sorted(data.draw(st.tuples(*[st.floats(-1000, 1000)] * 2)))
    rise = points_of(term, high) - points_of(term, low)
    assert rise * BY_NAME[term.feature].direction >= 0


@given(st.lists(st.floats(-10, 1000) | st.just(float("nan")), min_size=20, max_size=20))
def test_the_sum_is_that_of_the_table_read_by_hand(values):
    model = shipped_model()
    figures = np.array([values])
    by_hand = sum(points_of(t, values[NAMES.index(t.feature)]) for t in model.terms)
    assert term_points(model, figures).sum() == by_hand


def test_a_value_on_the_border_counts_as_below_it():
    term = Term("floor_kw", (1.0, 2.0), (0, 10, 30))
    assert [points_of(term, v) for v in (0.5, 1.0, 1.001, 2.0, 2.001, float("nan"))] == [0, 0, 10, 10, 30, 0]


def test_points_survive_the_file(tmp_path):
    model = fitted(kind='invented, "for a test"', made="here")
    write_model(model, tmp_path / "p.toml")
    assert read_model(tmp_path / "p.toml") == model
    assert "a figure pushes in one way alone" in (tmp_path / "p.toml").read_text(encoding="utf-8")


def test_the_shipped_points_say_what_they_rest_on():
    model = shipped_model()
    assert "semi-synthetic" in model.provenance["kind"]
    assert "CC BY 4.0" in model.provenance["household"]
    assert len(model.terms) >= 15
    assert model.base < 0


def test_too_few_meters_fit_nothing():
    figures, mining = invented(80)
    with pytest.raises(BadInput, match="20 mining and 60 other meters are too few"):
        fit(figures, mining, {})


GOOD = Model(-100, (Term("floor_kw", (1.0, 2.0), (0, 10, 30)),), {})


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (Term("floor", (1.0,), (0, 1)), "There is no figure 'floor'."),
        (Term("floor_kw", (1.0,), (0, 1, 2)), "floor_kw has 1 borders and 3 points."),
        (Term("floor_kw", (2.0, 1.0), (0, 1, 2)), "The borders of floor_kw do not rise."),
        (Term("floor_kw", (1.0,), (3, 1)), "The points of floor_kw do not rise."),
        (Term("day_change", (1.0,), (1, 3)), "The points of day_change do not fall."),
    ],
)
def test_points_that_are_wrong(term, message):
    with pytest.raises(BadInput) as error:
        check_model(replace(GOOD, terms=(term,)))
    assert error.value.what == message


@pytest.mark.parametrize(
    "text", ["not toml", "[score]\nbase = 1\n", "[score]\nbase=1\n[provenance]\n[terms.floor_kw]\nborders=[1.0]\n"]
)
def test_a_file_that_holds_no_points(text, tmp_path):
    (tmp_path / "p.toml").write_text(text)
    with pytest.raises(BadInput, match="This is no table of points"):
        read_model(tmp_path / "p.toml")


def test_figures_by_name_stand_in_their_column():
    table = table_of(["A", "B"], {"floor_kw": [1.0, 2.0]})
    assert table[:, NAMES.index("floor_kw")].tolist() == [1.0, 2.0]
    assert np.isnan(table[:, NAMES.index("mean_kw")]).all()
