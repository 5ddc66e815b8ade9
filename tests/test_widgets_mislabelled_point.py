"""The figure of the wrong label: five fits against what defines them, the page against Python, what chapter 10 says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from front_ends import call
from scipy.optimize import lsq_linear, minimize
from test_widgets import open_figure

import xentbook as xb
from xentbook import widgets
from xentbook.widgets.mislabelled_point import L2, Q

PLACES = [3.0, 4.5, 4.8, 5.3, 6.0, 7.77, 12.1 - 1e-9]
NAMES = widgets.MislabelledPoint.LOSSES


def flowers_apart(seed):
    """Random points of two overlapping classes, and one point more."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 30))
    y = np.r_[0, 1, rng.integers(0, 2, n - 2)]
    x = np.round(rng.normal(size=n) + y * rng.uniform(1, 3), 2)
    figure = widgets.MislabelledPoint(x=x.tolist(), y=y.tolist())
    figure.position = float(rng.uniform(*figure.limits()))
    return figure


FIGURES = [*(("flowers", place) for place in PLACES), *(("random", seed) for seed in range(5))]


def figure_of(kind, value):
    return widgets.MislabelledPoint(position=value) if kind == "flowers" else flowers_apart(value)


def samples(figure):
    """The points in standard units with a column of ones, and the labels, the wrong one last."""
    x = np.r_[figure.x, figure.position]
    u = (x - np.mean(figure.x)) / np.std(figure.x)
    return np.stack([u, np.ones_like(u)], axis=1), np.r_[figure.y, 0]


def value(name, design, y, theta):
    """The objective, from the losses of the package."""
    z = design @ theta
    price = {
        "cross_entropy": lambda: xb.binary_cross_entropy(y, logits=z, reduction="sum"),
        "squared_score": lambda: xb.squared_error(2.0 * y - 1, z, reduction="sum"),
        "hinge": lambda: xb.hinge(y, z, reduction="sum"),
        "squared_probability": lambda: xb.squared_error(y, logits=z, reduction="sum"),
        "generalized_cross_entropy": lambda: xb.generalized_cross_entropy(y, logits=z, q=Q, reduction="sum"),
    }[name]()
    return price + L2 / 2 * np.dot(theta, theta)


# -- the Python side -----------------------------------------------------------------------------------------


def test_the_flowers_are_every_fourth_of_fishers():
    from sklearn.datasets import load_iris

    iris = load_iris()
    two = iris.target > 0
    figure = widgets.MislabelledPoint()
    assert sorted(zip(figure.y, figure.x, strict=True)) == sorted(
        zip((iris.target[two][::4] - 1).tolist(), iris.data[two, 2][::4].tolist(), strict=True)
    )


@pytest.mark.parametrize(("kind", "at"), FIGURES)
def test_the_smooth_fits_have_no_slope_left(kind, at):
    figure = figure_of(kind, at)
    design, y = samples(figure)
    slopes = {
        "cross_entropy": xb.binary_cross_entropy_gradient,
        "squared_probability": xb.squared_error_gradient,
        "generalized_cross_entropy": lambda *a, **k: xb.generalized_cross_entropy_gradient(*a, q=Q, **k),
    }
    for name, theta in figure.fits().items():
        if name in slopes:
            gradient = slopes[name](y, design @ theta, reduction="sum") @ design + L2 * np.array(theta)
        elif name == "squared_score":
            gradient = 2 * (design @ theta - (2 * y - 1)) @ design + L2 * np.array(theta)
        else:
            continue
        assert np.abs(gradient).max() < 1e-9, name


@pytest.mark.parametrize(("kind", "at"), FIGURES)
def test_zero_is_a_subgradient_at_the_fit_of_the_hinge(kind, at):
    figure = figure_of(kind, at)
    design, y = samples(figure)
    theta = np.array(figure.fits()["hinge"])
    rows = design * (2.0 * y - 1)[:, None]
    margins = rows @ theta
    kink = np.abs(margins - 1) < 1e-9
    rest = L2 * theta - rows[(margins < 1) & ~kink].sum(axis=0)
    if kink.any():  # the kinks may pull with any share of their force
        rest = lsq_linear(rows[kink].T, rest, bounds=(0, 1)).fun
    assert np.abs(rest).max() < 1e-9


@pytest.mark.parametrize(("kind", "at"), FIGURES)
def test_no_search_from_anywhere_finds_a_lower_fit(kind, at):
    figure, rng = figure_of(kind, at), np.random.default_rng(0)
    design, y = samples(figure)
    for name, theta in figure.fits().items():
        own = value(name, design, y, theta)
        for start in rng.normal(size=(4 if name in NAMES[3:] else 1, 2)) * [6, 4]:  # the first three are convex
            found = minimize(
                lambda t, name=name: value(name, design, y, t), start, method="Nelder-Mead", options={"xatol": 1e-3}
            )
            assert own <= found.fun + 1e-9, name


def test_the_fit_of_the_hinge_is_scikit_learns():
    from sklearn.svm import LinearSVC

    figure = widgets.MislabelledPoint(position=8.0)
    design, y = samples(figure)
    machine = LinearSVC(C=1 / L2, loss="hinge", fit_intercept=False, tol=1e-10, max_iter=5_000_000, random_state=0)
    np.testing.assert_allclose(machine.fit(design, y).coef_[0], figure.fits()["hinge"], rtol=1e-3)


def test_two_losses_let_go_of_the_flower_and_three_follow_it():
    # What the text beside the figure says.
    figure = widgets.MislabelledPoint()
    without = figure.boundaries(present=False)
    moved = {}
    for figure.position in (5.0, 6.0, 8.0, 10.0, 12.0):
        now = figure.boundaries()
        moved[figure.position] = {name: now[name] - without[name] for name in NAMES}
    assert all(by > 0.03 for by in moved[5.0].values())
    for name in NAMES[:3]:
        assert moved[8.0][name] < moved[10.0][name] < moved[12.0][name] and moved[12.0][name] > 0.6
    for name in NAMES[3:]:
        assert all(abs(moved[place][name]) < 0.005 for place in (6.0, 8.0, 10.0, 12.0))


def test_the_price_of_the_far_flower_falls_because_the_slope_does():
    figure, prices, slopes = widgets.MislabelledPoint(), [], []
    for figure.position in (8.0, 10.0, 12.0):
        prices.append(figure.quantities()["price_cross_entropy"])
        slopes.append(figure.fits()["cross_entropy"][0])
    assert prices == sorted(prices, reverse=True) and slopes == sorted(slopes, reverse=True)


def test_prices_with_a_ceiling_reach_it():
    numbers = widgets.MislabelledPoint(position=12.0).quantities()
    assert numbers["price_squared_probability"] == pytest.approx(1, abs=1e-9)
    assert numbers["price_generalized_cross_entropy"] == pytest.approx(1 / Q, abs=1e-9)


def test_units_do_not_matter():
    figure = widgets.MislabelledPoint(position=9.0)
    inches = widgets.MislabelledPoint(x=[v / 2.54 for v in figure.x], y=figure.y, position=9.0 / 2.54, unit="in")
    own = inches.boundaries()
    for name, where in figure.boundaries().items():
        assert 2.54 * own[name] == pytest.approx(where, rel=1e-9)


def test_a_fit_that_does_not_rise_has_no_boundary():
    figure = nowhere()
    assert set(figure.boundaries().values()) == {math.inf}
    assert "∞" in figure.fallback


def nowhere():
    x = [-0.7, -1.27, -0.62, 0.04, -2.33, -0.22, -0.95, -0.43]
    figure = widgets.MislabelledPoint(x=x, y=[0] * 6 + [1] * 2)
    figure.position = figure.limits()[1]
    return figure


def test_a_bad_value_leaves_the_figure_as_it_was():
    figure = widgets.MislabelledPoint(position=7.0)
    before = figure.get_state(["x", "y", "position", "fallback"])
    for trait, bad, message in [
        ("x", [10 * v for v in figure.x], r"`position` must lie in \[30, 121\]; got 7"),
        ("y", [0, 1] * 4, "`x` and `y` must have one length; got 25 and 8"),
        ("y", [1 - label for label in figure.y], "`y` must be 1 on the right"),
        ("position", 2.9, r"`position` must lie in \[3, 12.1\]; got 2.9"),
    ]:
        with pytest.raises(ValueError, match=message):
            setattr(figure, trait, bad)
        assert figure.get_state(["x", "y", "position", "fallback"]) == before


# -- the page --------------------------------------------------------------------------------------------------


def test_the_page_fits_what_python_fits_for_flowers_anywhere_and_for_other_points():
    wanted, sets = [], []
    for kind, at in [
        *FIGURES,
        *(("flowers", 3.1 + 0.7 * k) for k in range(13)),
        *(("random", seed) for seed in range(5, 20)),
    ]:
        figure = figure_of(kind, at)
        design, y = samples(figure)
        sets.append([design[:, 0].tolist(), (2 * y - 1).tolist()])
        wanted.append(figure.fits())
    found = call("mislabelled_point.js", "fitAll", sets)
    for own, fits in zip(found, wanted, strict=True):
        for name in NAMES:
            assert own[name] == pytest.approx(fits[name], rel=1e-8, abs=1e-9), name


def test_each_slope_on_the_page_is_the_derivative_of_the_price_beside_it():
    margins = np.linspace(-6, 6, 13) + 0.31
    step = 1e-4
    for name in NAMES:
        low, here, high = (
            np.array(call("mislabelled_point.js", f"LOSSES.{name}", [[m] for m in (margins + d).tolist()]))
            for d in (-step, 0.0, step)
        )
        np.testing.assert_allclose((high[:, 0] - low[:, 0]) / (2 * step), here[:, 1], atol=1e-6)
        np.testing.assert_allclose((high[:, 1] - low[:, 1]) / (2 * step), here[:, 2], atol=1e-6)


def test_the_square_can_be_taken_away_and_comes_back_when_it_is_moved(browser):
    figure = widgets.MislabelledPoint(position=8.0)
    with open_figure(browser, figure) as visit:
        visit.page.get_by_role("button", name="Take it away").click()
        assert visit.state() == {"position": 8, "present": False}
        without = figure.boundaries(present=False)
        assert visit.numbers()["boundary_hinge"] == pytest.approx(without["hinge"], rel=1e-9)
        visit.page.get_by_role("button", name="Put it back").click()
        assert visit.state()["present"]
        visit.page.get_by_role("button", name="Take it away").click()
        visit.page.get_by_role("slider").press("ArrowRight")
        assert visit.state() == {"position": 8.1, "present": True}


def test_a_boundary_at_infinity_is_shown_as_such(browser):
    with open_figure(browser, nowhere()) as visit:
        numbers = visit.numbers()
        assert all(numbers[f"boundary_{name}"] == math.inf for name in NAMES)
        assert visit.errors == []


@pytest.mark.parametrize("width", [320, 360, 1000])
def test_no_name_of_a_loss_is_crossed_by_a_boundary(browser, width):
    figure = widgets.MislabelledPoint(position=12.0)
    with open_figure(browser, figure, viewport={"width": width, "height": 900}) as visit:
        lanes = visit.page.evaluate("""() =>
          [...document.querySelectorAll("svg text.xb-qt, svg text.xb-pt")].map((name) => {
            const mark = name.parentNode.querySelector("path");
            return [mark.getBoundingClientRect().right, name.getBoundingClientRect().left];
        })""")
        assert len(lanes) == 5
        assert all(mark < name for mark, name in lanes)
