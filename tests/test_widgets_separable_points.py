"""The figure of separable points: its fit against xentbook's in every corner, and its verdict where there is no fit."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from front_ends import call
from test_widgets import open_figure

import xentbook as xb
from xentbook import widgets
from xentbook.widgets.separable_points import LARGEST, LEAST, STEP


def ask(name, points, *more):
    """The answer of one of the figure's functions for each set of points."""
    sets = [
        [{"x": x, "y": y, "side": side} for (x, y), side in zip(X.tolist(), sides.tolist(), strict=True)]
        for X, sides in points
    ]
    return call("separable_points.js", name, [[points, *more] for points in sets])


def data(figure):
    X, y = figure._data()
    return X, np.where(y == 1, 1, -1)


def places(rng):
    return np.round(rng.integers(10, 111) * STEP, 10), np.round(rng.integers(0, 41) * STEP, 10)


def test_the_flowers_are_those_of_fisher():
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)
    figure = widgets.SeparablePoints()
    for species, own in ((0, [*figure.zeros, figure.a]), (1, [*figure.ones, figure.b])):
        np.testing.assert_allclose(sorted(own), sorted(X[y == species][:, 2:].round(1).tolist()), rtol=0, atol=1e-12)


def test_the_page_and_the_linear_program_agree_on_separation_with_either_flower_anywhere():
    rng, figure, states = np.random.default_rng(0), widgets.SeparablePoints(), []
    for k in range(100):  # near the border between the two kinds, and everywhere
        a = places(rng) if k % 2 else (1.9 + STEP * rng.integers(0, 34), 0.3 + STEP * rng.integers(0, 20))
        b = places(rng) if k % 3 else (1.6 + STEP * rng.integers(0, 30), 0.2 + STEP * rng.integers(0, 20))
        figure.a, figure.b = np.round(a, 10), np.round(b, 10)
        states.append((data(figure), figure.separation))
    assert {kind for _, kind in states} == {"complete", "quasi-complete", None}
    assert ask("separation", [points for points, _ in states]) == [kind for _, kind in states]


def test_they_agree_on_small_sets_full_of_ties_and_collinear_points():
    rng, sets, kinds = np.random.default_rng(1), [], []
    while len(sets) < 150:
        n = int(rng.integers(4, 8))
        X, sides = np.round(rng.integers(0, 4, (n, 2)) * STEP, 10), np.where(rng.random(n) < 0.5, 1, -1)
        if np.linalg.matrix_rank(X - X[0], tol=1e-6) == 2 and abs(sides.sum()) < n:
            found = xb.separating_direction(np.c_[np.ones(n), X], (sides + 1) // 2)
            sets.append((X, sides))
            kinds.append(found and found.kind)
    assert min(kinds.count(kind) for kind in ("complete", "quasi-complete", None)) > 10
    assert ask("separation", sets) == kinds


@pytest.mark.parametrize("l2", [LEAST, 1e-4, 0.01, 1.0, LARGEST])
def test_the_fit_on_the_page_is_that_of_the_package_at_any_strength(l2):
    rng, figure, sets, wanted = np.random.default_rng(2), widgets.SeparablePoints(l2=l2), [], []
    corners = list(itertools.product([0.5, 5.5], [0.0, 2.0]))
    spots = [(a, b) for a in corners for b in corners] + [(places(rng), places(rng)) for _ in range(4)]
    for figure.a, figure.b in spots:
        sets.append(data(figure))
        wanted.append(figure.quantities())
    for found, numbers in zip(ask("fit", sets, l2), wanted, strict=True):
        pairs = [("wx", "weight_x"), ("wy", "weight_y"), ("b", "intercept"), ("loss", "loss")]
        for own, name in pairs:
            assert found[own] == pytest.approx(numbers[name], rel=1e-7, abs=1e-9), name


def test_without_a_penalty_too_wherever_the_kinds_overlap_also_by_a_hair():
    rng, figure, sets, wanted = np.random.default_rng(3), widgets.SeparablePoints(l2=0), [], []
    while len(sets) < 16:
        b = 1.9 + STEP * rng.integers(-2, 3), 0.4 + STEP * rng.integers(-2, 3)
        figure.a, figure.b = (places(rng), places(rng)) if len(sets) % 2 else ([1.9, 0.4], np.round(b, 10))
        if figure.separation is None:
            sets.append(data(figure))
            wanted.append(figure.quantities())
    assert max(numbers["norm"] for numbers in wanted) > 20
    for found, numbers in zip(ask("fit", sets, 0), wanted, strict=True):
        assert np.hypot(found["wx"], found["wy"]) == pytest.approx(numbers["norm"], rel=1e-7)
        assert found["loss"] == pytest.approx(numbers["loss"], rel=1e-9)


def test_the_dashed_line_is_the_support_vector_machine_without_slack():
    from sklearn.svm import SVC

    figure, sets, wanted = widgets.SeparablePoints(l2=0), [], []
    for figure.a, figure.b in [
        ([1.9, 0.4], [3.0, 1.1]),
        ([2.5, 0.2], [3.0, 1.1]),
        ([1.0, 1.5], [3.5, 0.5]),
        ([2.0, 0.8], [2.2, 1.2]),
    ]:
        X, sides = data(figure)
        assert figure.separation == "complete"
        machine = SVC(kernel="linear", C=1e9, tol=1e-8).fit(X, sides)
        sets.append((X, sides))
        wanted.append([*machine.coef_[0], machine.intercept_[0]])
    found = [[line["wx"], line["wy"], line["b"]] for line in ask("widest", sets)]
    np.testing.assert_allclose(found, wanted, rtol=1e-4)


def test_the_fit_tends_to_the_dashed_line_as_the_penalty_vanishes(browser):
    with open_figure(browser, widgets.SeparablePoints(l2=0)) as visit:
        limit = np.array(json.loads(visit.page.locator(".xb").get_attribute("data-limit")))
    gaps = []
    for l2 in (1.0, 1e-2, 1e-4, 1e-6):
        numbers = widgets.SeparablePoints(l2=l2).quantities()
        w = np.array([numbers["weight_x"], numbers["weight_y"]])
        gaps.append(np.degrees(np.arccos(w @ limit[:2] / np.linalg.norm(w) / np.linalg.norm(limit[:2]))))
        assert numbers["margin"] < 1 / np.linalg.norm(limit[:2])
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 1.5 < 9 < gaps[0]


def test_without_a_minimum_there_are_no_numbers_but_a_sentence(browser):
    with open_figure(browser, widgets.SeparablePoints()) as visit:
        visit.page.get_by_role("button", name="No penalty").click()
        assert visit.state()["l2"] == 0 and visit.numbers() == {}
        assert "No finite minimum: the weights run to infinity." in visit.page.locator(".xb").inner_text()
        handle = visit.page.get_by_role("slider", name="petal length of setosa A")
        for _ in range(4):
            handle.press("PageUp")  # in among the versicolor
        visit.page.get_by_role("slider", name="petal width of setosa A").press("PageUp")
        visit.page.get_by_role("slider", name="petal width of setosa A").press("PageUp")
        assert visit.state()["a"] == [3.9, 1.4]
        assert visit.numbers()["norm"] > 1
        assert "No finite minimum" not in visit.page.locator(".xb").inner_text()
        handle.press("Home")
        assert visit.numbers() == {}
        visit.page.get_by_role("slider", name="strength").press("ArrowRight")
        assert visit.state()["l2"] == pytest.approx(LEAST)
        assert visit.numbers()["norm"] > 10
        assert visit.errors == visit.strangers == []


def test_a_pointer_takes_a_flower_along_both_axes_and_keys_along_one(browser):
    with open_figure(browser, widgets.SeparablePoints()) as visit:
        round_one = visit.page.get_by_role("slider", name="petal length of versicolor B")
        grip = round_one.locator(".xb-grip").bounding_box()
        x, y = grip["x"] + grip["width"] / 2 + 5, grip["y"] + grip["height"] / 2 - 5
        visit.page.mouse.move(x, y)
        visit.page.mouse.down()
        assert visit.state()["b"] == [3.0, 1.1], "taking hold must not move the flower"
        visit.page.mouse.move(x + 60, y + 45)
        visit.page.mouse.up()
        (bx, by) = visit.state()["b"]
        assert bx > 3.2 and by < 0.9
        round_one.press("ArrowRight")
        assert visit.state()["b"] == pytest.approx([bx + STEP, by])
        visit.page.get_by_role("slider", name="petal width of versicolor B").press("ArrowUp")
        assert visit.state()["b"] == pytest.approx([bx + STEP, by + STEP])


def test_quasi_complete_separation_is_named(browser):
    figure = widgets.SeparablePoints(l2=0, a=[2.0, 0.4], b=[2.0, 0.4])
    assert figure.separation == "quasi-complete" and figure.quantities() == {}
    assert "all but those on it" in figure.fallback
    with open_figure(browser, figure) as visit:
        assert "quasi-complete separation" in visit.page.locator(".xb").inner_text()
        assert visit.numbers() == {}


def test_contours_are_where_the_probability_is_what_they_say(browser):
    figure = widgets.SeparablePoints(l2=0.1)
    numbers = figure.quantities()
    with open_figure(browser, figure) as visit:
        found = visit.page.eval_on_selector_all(
            "svg > line[stroke-linecap=round]",
            "lines => lines.map((line) => ['x1', 'y1', 'x2', 'y2'].map((name) => Number(line.getAttribute(name))))",
        )
        width = visit.page.evaluate("document.querySelector('.xb-plot').clientWidth")
    left, right, top = 34, width - 12, 42
    tall = max(210, min(420, (right - left) * 2 / 5))
    for line, q in zip(found, (0.5, 0.1, 0.9), strict=True):
        for x, y in (line[:2], line[2:]):
            length, across = 0.5 + (x - left) / (right - left) * 5, (top + tall - y) / tall * 2
            z = numbers["weight_x"] * length + numbers["weight_y"] * across + numbers["intercept"]
            assert xb.sigmoid(z) == pytest.approx(q, abs=1e-6)
