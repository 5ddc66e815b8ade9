"""The petal among petals: its flowers, scores at many places, lines of equal strangeness, and what the chapter says."""

import json
import re

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_iris
from test_widgets import open_figure

from xentbook import widgets
from xentbook.widgets.strange_point import BOX, VIEWS, _detectors

NAMES = {"gaussian": "surprisal_gaussian", "mixture": "surprisal_mixture", "line": "error_line"}


def read(visit):
    return visit.numbers(), visit.state()


def test_the_flowers_are_fishers_in_the_split_of_the_chapter():
    petals = load_iris().data[:, 2:]
    order = np.random.default_rng(0).permutation(150)
    figure = widgets.StrangePoint()
    np.testing.assert_array_equal(figure.learned, petals[order[:100]])
    np.testing.assert_array_equal(figure.held, petals[order[100:]])


@pytest.mark.parametrize("point", [[2.51, 0.71], [7.91, 2.91], [5.01, 0.31], [0.01, 3.59]])
def test_the_numbers_against_scipy_and_by_counting(point):
    figure = widgets.StrangePoint(point=point)
    learned, held = np.array(figure.learned), np.array(figure.held)
    mean, covariance = learned.mean(axis=0), np.cov(learned.T, bias=True)
    one = stats.multivariate_normal(mean, covariance)
    numbers = figure.quantities()
    assert numbers["surprisal_gaussian"] == pytest.approx(-one.logpdf(point), rel=1e-10)
    gap = np.array(point) - mean
    assert numbers["squared_distance"] == pytest.approx(gap @ np.linalg.solve(covariance, gap), rel=1e-10)
    assert numbers["p_gaussian"] == (1 + np.sum(one.logpdf(held) <= one.logpdf(point))) / 51
    along = np.linalg.eigh(covariance)[1][:, 1]
    error = lambda x: np.sum((x - mean) ** 2, axis=-1) - ((x - mean) @ along) ** 2
    assert numbers["error_line"] == pytest.approx(error(np.array(point)), rel=1e-8)
    assert numbers["p_line"] == (1 + np.sum(error(held) >= error(np.array(point)))) / 51


def test_no_place_of_the_point_ties_with_a_flower():
    x, y = (np.arange(1, round(100 * BOX[k]), 2) / 100 for k in (1, 3))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    for detector in _detectors():
        usual, scores = np.sort(detector.score(widgets.StrangePoint().held)), np.sort(detector.score(places))
        after = np.searchsorted(scores, usual)
        near = [np.abs(scores[np.clip(after + shift, 0, scores.size - 1)] - usual).min() for shift in (-1, 0)]
        assert min(near) > 1e-9  # far above the rounding of either side


def test_what_the_chapter_says_it_shows():
    p = lambda point: {name: widgets.StrangePoint(point=point).quantities()[f"p_{name}"] for name in VIEWS}
    gap, end, off = p([2.51, 0.71]), p([8.41, 3.19]), p([5.01, 0.31])
    assert gap["mixture"] < 0.05 < 0.5 < min(gap["gaussian"], gap["line"])
    assert max(end["gaussian"], end["mixture"]) < 0.05 and end["line"] > 0.3
    assert max(off.values()) < 0.05


def test_the_page_has_the_packages_numbers_at_many_places(browser):
    rng = np.random.default_rng(4)
    places = [[0.01, 0.01], [8.59, 3.59], [0.01, 3.59], [8.59, 0.01]]
    places += [[(2 * int(rng.integers(430)) + 1) / 100, (2 * int(rng.integers(180)) + 1) / 100] for _ in range(12)]
    for k, place in enumerate(places):
        figure = widgets.StrangePoint(point=place, shown=VIEWS[k % 3])
        with open_figure(browser, figure) as visit:
            numbers, state = read(visit)
            assert state == {"point": place, "shown": VIEWS[k % 3]}
            assert numbers == pytest.approx(figure.quantities(), rel=1e-6, abs=1e-6)
            assert visit.errors == []


@pytest.mark.parametrize("shown", VIEWS)
def test_the_hatched_flowers_are_those_that_the_p_value_counts(browser, shown):
    figure = widgets.StrangePoint(point=[4.01, 1.51], shown=shown)
    with open_figure(browser, figure) as visit:
        marked = visit.page.locator("[data-strange=true]").count()
        assert (1 + marked) / 51 == figure.quantities()[f"p_{shown}"]
        assert 0 < marked < 50
        assert f"{marked} of 50" in visit.page.locator("[data-verdict]").inner_text()


@pytest.mark.parametrize("shown", VIEWS)
def test_the_line_runs_where_the_score_is_that_of_the_point(browser, shown):
    figure = widgets.StrangePoint(point=[4.01, 1.51], shown=shown)
    with open_figure(browser, figure) as visit:
        path = visit.page.locator("path.xb-jline").get_attribute("d")
        ticks = visit.page.eval_on_selector_all(
            ".xb-plot svg text",
            "nodes => nodes.map((n) => [n.textContent, Number(n.getAttribute('x')), Number(n.getAttribute('y'))])",
        )
        floor = next(
            line
            for line in visit.page.eval_on_selector_all(
                "line.xb-axisline", "n => n.map((l) => Number(l.getAttribute('y1')))"
            )
        )
    x = {int(name): place for name, place, height in ticks if name.isdigit() and height > floor + 10}
    y = {int(name): height - 4 for name, _, height in ticks if name.isdigit() and height < floor + 10}
    ends = np.array([[float(number) for number in pair.split()] for pair in re.findall(r"[\d.]+ [\d.]+", path)])
    places = np.stack([(ends[:, 0] - x[0]) / (x[8] - x[0]) * 8, (ends[:, 1] - y[0]) / (y[3] - y[0]) * 3], axis=1)
    scores = getattr(_detectors(), shown).score(places)
    wanted = figure.quantities()[NAMES[shown]]
    assert len(ends) >= 4
    assert np.abs(scores - wanted).max() < 0.06 * max(1, abs(wanted))
    starts, sides = places[::2], places[1::2] - places[::2]
    share = np.clip(np.sum(([4.01, 1.51] - starts) * sides, axis=1) / np.sum(sides**2, axis=1).clip(1e-12), 0, 1)
    assert (
        np.hypot(*(starts + share[:, np.newaxis] * sides - [4.01, 1.51]).T).min() < 0.02
    )  # and through the point itself


def test_the_grips_keep_the_point_between_the_marks(browser):
    with open_figure(browser, widgets.StrangePoint(), viewport={"width": 340, "height": 700}) as visit:
        for grip in visit.page.get_by_role("slider").all():
            for key in ("ArrowRight", "PageUp", "Home", "ArrowLeft", "End", "ArrowUp", "PageDown"):
                grip.press(key)
                place = json.loads(visit.page.evaluate("document.querySelector('.xb').dataset.state"))["point"]
                assert widgets.StrangePoint(point=place).point == place
                assert re.fullmatch(r"\d\.\d[13579] cm (long|wide)", grip.get_attribute("aria-valuetext"))
        assert visit.errors == []
