"""The figure of the temperature: its stored network against a trained one, the page against the package, chapter 11."""

from __future__ import annotations

import numpy as np
import pytest
from test_widgets import open_figure

import xentbook as xb
from xentbook import widgets

TEMPERATURES = [0.25, 0.5, 1.0, 1.3, 2.0, 3.167, 4.1, 7.0, 11.5, 16.0]


@pytest.fixture(scope="module")
def figure():
    return widgets.TemperatureSlider()


@pytest.fixture(scope="module")
def network():
    """The log-odds of chapter 11's network on the 400 digits kept for calibration, trained anew, and their labels."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    X, odd = digits.data / 16, digits.target % 2
    train, held = np.split(np.random.default_rng(11).permutation(1797), [500, 900])[:2]
    model = xb.MLPClassifier([32], max_iter=1024, seed=0).fit(X[train[:200]], odd[train[:200]])
    z = model.activations(X[held])[-1]
    return z[:, 1] - z[:, 0], odd[held]


def test_the_stored_log_odds_are_those_of_the_network(figure, network):
    z, y = network
    for label in (0, 1):
        stored = np.array(figure.logits)[np.array(figure.y) == label]
        np.testing.assert_allclose(stored, z[y == label], atol=0.01)


@pytest.mark.parametrize("n_bins", [2, 5, 10, 20])
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_numbers_are_those_of_the_definitions(figure, temperature, n_bins):
    figure.temperature, figure.n_bins = temperature, n_bins
    z, y, found = np.array(figure.logits), np.array(figure.y), figure.quantities()
    p = 1 / (1 + np.exp(-z / temperature))
    bins = np.clip(np.ceil(p * n_bins).astype(int) - 1, 0, n_bins - 1)
    gaps = [abs(np.sum(p[bins == b] - y[bins == b])) for b in range(n_bins)]
    assert found["calibration_error"] == pytest.approx(sum(gaps) / y.size, rel=1e-12)
    assert found["log_loss"] == pytest.approx(
        -np.mean(np.log(np.where(y == 1, p, 1 / (1 + np.exp(z / temperature))))), rel=1e-12
    )
    assert found["accuracy"] == 377 / 400


def test_the_best_temperature_is_the_lowest_point_of_the_loss(figure):
    z, y = np.array(figure.logits), np.array(figure.y)
    found = figure.quantities()
    grid = np.exp(np.linspace(np.log(0.25), np.log(16), 400))
    losses = [xb.binary_cross_entropy(y, logits=z / t) for t in grid]
    assert found["best_log_loss"] <= min(losses)
    assert grid[int(np.argmin(losses))] == pytest.approx(found["best_temperature"], rel=0.02)


def test_what_the_chapter_says_about_the_figure(figure):
    figure.n_bins, figure.temperature = 10, 1.0
    hot = figure.quantities()
    figure.temperature = hot["best_temperature"]
    best = figure.quantities()
    figure.temperature = 16.0
    cold = figure.quantities()
    assert best["log_loss"] < 0.6 * hot["log_loss"] and best["calibration_error"] < hot["calibration_error"]
    assert cold["calibration_error"] > 5 * best["calibration_error"]
    assert hot["accuracy"] == best["accuracy"] == cold["accuracy"]
    figure.temperature = 2.0  # the least calibration error is at another temperature than the least loss
    assert figure.quantities()["calibration_error"] != pytest.approx(best["calibration_error"], rel=0.01)


@pytest.mark.parametrize("n_bins", [5, 10, 20])
def test_the_page_agrees_with_the_package_along_the_whole_slider(browser, figure, n_bins):
    figure.temperature, figure.n_bins = 0.25, n_bins
    with open_figure(browser, figure) as visit:
        handle = visit.page.get_by_role("slider")
        for _ in range(40):
            figure.temperature = visit.state()["temperature"]
            assert visit.numbers() == pytest.approx(figure.quantities(), rel=1e-9, abs=1e-12)
            for _ in range(3):
                handle.press("ArrowRight")
        assert visit.state()["temperature"] == pytest.approx(16)
        assert visit.errors == []


def test_the_page_agrees_with_the_package_on_ties_and_other_data(browser):
    rng = np.random.default_rng(3)
    z = np.r_[0.0, 0.0, np.round(rng.normal(size=60) * 3, 1)]
    y = (rng.random(z.size) < xb.sigmoid(z / 2)).astype(int)
    other = widgets.TemperatureSlider(z, y, n_bins=10)
    with open_figure(browser, other) as visit:
        for n_bins in (5, 10, 20):
            visit.page.get_by_role("button", name=f"{n_bins} bins").click()
            other.n_bins = n_bins
            assert visit.numbers() == pytest.approx(other.quantities(), rel=1e-9)
        visit.page.get_by_role("button", name="Best T").click()
        assert visit.state()["temperature"] == pytest.approx(other.quantities()["best_temperature"], rel=1e-9)


def test_a_bad_value_leaves_the_figure_as_it_was(figure):
    figure.temperature, figure.n_bins = 2.0, 10
    before = figure.get_state(["temperature", "n_bins", "fallback"])
    for trait, bad in (("temperature", 0.1), ("n_bins", 0)):
        with pytest.raises(ValueError, match=f"`{trait}` must"):
            setattr(figure, trait, bad)
    assert figure.get_state(["temperature", "n_bins", "fallback"]) == before
