"""The figure of the threshold: its stored forecasts against chapter 13's model, and the page against the package."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_widgets import open_figure

import xentbook as xb
from xentbook import widgets

RATIOS = [1.0, 2.0, 10.0, 37.5, 100.0]


@pytest.fixture(scope="module")
def figure():
    return widgets.ThresholdSlider()


def counts_on(visit):
    cells = visit.page.eval_on_selector_all(
        "[data-count]", "nodes => nodes.map((n) => [n.dataset.count, n.dataset.value, n.textContent])"
    )
    assert all(text.split()[0] == value for _, value, text in cells)
    return {name: int(value) for name, value, _ in cells}


def agrees(visit, figure):
    for name, value in visit.state().items():
        setattr(figure, name, value)
    assert visit.numbers() == pytest.approx(figure.quantities(), rel=1e-12, nan_ok=True)
    assert counts_on(visit) == figure.counts()


def test_the_stored_forecasts_are_those_of_the_model_of_the_chapter(figure):
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    X, ill = data.data[:, [1, 4]], 1 - data.target
    assert list(data.feature_names[[1, 4]]) == ["mean texture", "mean smoothness"]
    train, held = np.split(np.random.default_rng(13).permutation(569), [285, 427])[:2]
    Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    q = xb.LogisticRegression().fit(Z[train], ill[train]).predict_proba(Z[held])[:, 1]
    for label in (0, 1):
        stored = np.array(figure.probs)[np.array(figure.y) == label]
        np.testing.assert_allclose(stored, np.sort(q[ill[held] == label]), atol=5.1e-5)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("threshold", [0.0, 0.088, 0.0881, 1 / 11, 0.3, 0.5, 0.9824, 0.99, 1.0])
def test_the_numbers_are_those_of_the_definitions(figure, threshold, ratio):
    figure.threshold, figure.cost_ratio = threshold, ratio
    y, q, found = np.array(figure.y), np.array(figure.probs), figure.quantities()
    says = q >= threshold
    tp, fp, fn = np.sum(says & (y == 1)), np.sum(says & (y == 0)), np.sum(~says & (y == 1))
    assert figure.counts() == {"tn": 142 - tp - fp - fn, "fp": fp, "fn": fn, "tp": tp}
    assert found["cost"] == pytest.approx((fp + ratio * fn) / 142, rel=1e-14)
    assert math.isnan(found["precision"]) if not says.any() else found["precision"] == tp / (tp + fp)
    assert found["recall"] == tp / 53
    assert found["bayes_threshold"] == pytest.approx(1 / (1 + ratio), rel=1e-15)
    everywhere = [np.mean(np.where(y == 1, ratio * (q < t), q >= t)) for t in [*q, 2.0]]
    assert found["best_cost"] == pytest.approx(min(everywhere), rel=1e-12)
    assert found["best_cost"] <= min(found["cost"], found["bayes_cost"])


def test_the_sentence_says_in_words_that_precision_has_no_value(figure):
    figure.threshold, figure.cost_ratio = 1.0, 10.0
    assert "precision undefined, recall 0, F1 0" in figure.fallback and "nan" not in figure.fallback
    assert "finds 0 positives and misses 53" in figure.fallback


def test_what_the_chapter_says_about_the_figure(figure):
    figure.threshold, figure.cost_ratio = 0.5, 10.0
    assert figure.counts() == {"tn": 77, "fp": 12, "fn": 19, "tp": 34}
    half = figure.quantities()
    figure.threshold = half["best_threshold"]
    assert half["best_threshold"] == 0.088 and figure.counts()["fn"] == 0
    figure.threshold = half["bayes_threshold"]
    assert figure.counts()["fn"] == 1
    assert half["best_cost"] < figure.quantities()["cost"] < half["cost"] / 2
    figure.cost_ratio = 1.0
    assert figure.quantities()["best_cost"] == pytest.approx(30 / 142)


def test_the_page_agrees_with_the_package_at_every_threshold_and_ratio(browser):
    figure = widgets.ThresholdSlider(threshold=0.0, cost_ratio=1.0)
    with open_figure(browser, figure) as visit:
        threshold, ratio = visit.page.get_by_role("slider").all()
        for _ in range(21):
            agrees(visit, figure)
            for _ in range(5):
                threshold.press("ArrowRight")
            for _ in range(2):
                ratio.press("ArrowRight")
        assert visit.state() == {"threshold": 1, "cost_ratio": 100}
        for name in ("Cheapest here", "Bayes threshold", "Reset"):
            visit.page.get_by_role("button", name=name).click()
            agrees(visit, figure)
        assert visit.errors == []


def test_no_positive_call_is_undefined_in_words_and_not_nan(browser):
    with open_figure(browser, widgets.ThresholdSlider(threshold=1.0)) as visit:
        assert visit.page.locator('[data-quantity="precision"]').inner_text() == "undefined"
        assert visit.page.get_by_text("nobody is called positive").is_visible()
        assert "NaN" not in visit.page.locator(".xb").inner_text()
        visit.page.get_by_role("slider", name="threshold").press("Home")
        assert visit.page.get_by_text("nobody is called positive").is_hidden()
        assert visit.errors == []


@pytest.mark.parametrize(
    ("y", "q"),
    [
        ([0] * 30 + [1], [0.9] * 30 + [0.1]),  # best never to call anybody positive
        ([0, 1, 0, 1], [0.0, 1.0, 1.0, 0.0]),  # forecasts at both ends
        ([0, 1] * 20, [0.5] * 40),  # ties all over
        ([0, 1], [0.2, 0.7]),
    ],
)
def test_the_page_agrees_with_the_package_on_strange_data(browser, y, q):
    figure = widgets.ThresholdSlider(y, q, cost_ratio=1.0)
    with open_figure(browser, figure, viewport={"width": 360, "height": 800}) as visit:
        for key in ("Home", "End", "PageDown"):
            visit.page.get_by_role("slider", name="threshold").press(key)
            agrees(visit, figure)
        for name in ("Cheapest here", "Bayes threshold"):
            visit.page.get_by_role("button", name=name).click()
            agrees(visit, figure)
        visit.page.get_by_role("slider", name="cost of a miss").press("End")
        agrees(visit, figure)
        drawn = visit.page.eval_on_selector_all(".xb svg *", "nodes => nodes.map((n) => n.outerHTML)")
        assert not [node for node in drawn if "NaN" in node.replace("data-quantity", "") or "Infinity" in node]
        assert visit.errors == []


def test_a_bad_value_leaves_the_figure_as_it_was(figure):
    figure.threshold, figure.cost_ratio = 0.25, 5.0
    before = figure.get_state(["threshold", "cost_ratio", "fallback"])
    for trait, bad in (("threshold", -0.1), ("cost_ratio", 0)):
        with pytest.raises(ValueError, match=f"`{trait}` must"):
            setattr(figure, trait, bad)
    assert figure.get_state(["threshold", "cost_ratio", "fallback"]) == before
