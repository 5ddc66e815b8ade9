"""The figure of a logistic curve held at two points: closed forms, its numbers in a browser, what chapter 5 says."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from test_widgets import Visit, open_figure, page_html

import xentbook as xb
from xentbook import widgets
from xentbook.datasets import load_challenger

STATES = [(a, b) for a in (0.001, 0.07, 0.5, 0.93, 0.999) for b in (0.001, 0.2, 0.5, 0.999)]


def logits(figure, x):
    """The line of logits through the grips, written out."""
    (low, high), a, b = (
        figure.at,
        np.log(figure.risk_a / (1 - figure.risk_a)),
        np.log(figure.risk_b / (1 - figure.risk_b)),
    )
    return a + (b - a) * (np.asarray(x) - low) / (high - low)


# -- the Python side -----------------------------------------------------------------------------------------


def test_a_flat_curve_at_one_half_costs_log_2_a_flight():
    numbers = widgets.LogisticFit(risk_a=0.5, risk_b=0.5).quantities()
    assert numbers["negative_log_likelihood"] == pytest.approx(23 * np.log(2), rel=1e-14)
    assert numbers["cross_entropy"] == pytest.approx(np.log(2), rel=1e-14)
    assert (numbers["slope"], numbers["intercept"]) == (0, 0)
    assert numbers["residual_sum"] == pytest.approx(7 - 11.5, rel=1e-14)
    assert numbers["expected"] == pytest.approx(11.5, rel=1e-14)
    assert numbers["risk_beyond"] == 0.5


@pytest.mark.parametrize(("a", "b"), STATES)
def test_the_numbers_are_those_of_the_likelihood_module(a, b):
    figure, flights = widgets.LogisticFit(risk_a=a, risk_b=b), load_challenger()
    numbers, z = figure.quantities(), logits(figure, flights.temperature)
    assert numbers["negative_log_likelihood"] == pytest.approx(
        -xb.bernoulli_log_likelihood(flights.distress, logits=z), rel=1e-12
    )
    assert numbers["residual_sum"] == pytest.approx(np.sum(flights.distress - xb.sigmoid(z)), rel=1e-9)
    assert numbers["weighted_residual_sum"] == pytest.approx(
        np.sum((flights.distress - xb.sigmoid(z)) * flights.temperature), rel=1e-9
    )
    assert numbers["gap"] > 0
    assert numbers["risk_beyond"] == pytest.approx(xb.sigmoid(logits(figure, 31.0)), rel=1e-10)


def test_the_best_curve_is_the_fit_and_there_both_sums_vanish():
    figure, flights = widgets.LogisticFit(), load_challenger()
    figure.risk_a, figure.risk_b = figure.best
    numbers = figure.quantities()
    model = xb.LogisticRegression().fit(flights.temperature[:, None], flights.distress)
    assert numbers["slope"] == pytest.approx(model.coef_[0], rel=1e-10)
    assert numbers["intercept"] == pytest.approx(model.intercept_, rel=1e-10)
    assert numbers["gap"] == numbers["residual_sum"] == numbers["weighted_residual_sum"] == 0
    assert numbers["expected"] == pytest.approx(7, rel=1e-12)


def test_no_search_over_the_grips_beats_the_best_curve():
    figure = widgets.LogisticFit()

    def cost(risks):
        figure.risk_a, figure.risk_b = risks
        return figure.quantities()["negative_log_likelihood"]

    options = {"xatol": 1e-9, "fatol": 1e-13}
    found = scipy.optimize.minimize(
        cost, [0.5, 0.3], bounds=[(0.001, 0.999)] * 2, method="Nelder-Mead", options=options
    )
    assert found.x == pytest.approx(figure.best, abs=1e-6)
    assert found.fun == pytest.approx(figure.quantities()["least_negative_log_likelihood"], rel=1e-10)


def test_what_the_chapter_says_of_the_figure():
    figure = widgets.LogisticFit()
    figure.risk_a, figure.risk_b = figure.best
    numbers = figure.quantities()
    assert round(numbers["negative_log_likelihood"], 2) == 10.16
    assert round(numbers["cross_entropy"], 4) == 0.4416
    z = logits(figure, figure.x)
    costs = xb.binary_cross_entropy(figure.y, logits=z, reduction="none")
    dearest = int(np.argmax(costs))
    assert (figure.x[dearest], figure.y[dearest]) == (75, 1)
    # Lowering that flight's bar: a higher curve at 75 °F, and the eleven flights without distress from 70 °F on pay.
    quiet = (np.array(figure.x) >= 70) & (np.array(figure.y) == 0)
    figure.risk_b += 0.1
    moved = xb.binary_cross_entropy(figure.y, logits=logits(figure, figure.x), reduction="none")
    assert moved[dearest] < costs[dearest]
    assert np.all(moved[quiet] > costs[quiet])


def test_other_data_and_names_can_be_shown():
    figure = widgets.LogisticFit(
        [1, 2, 3, 4, 5, 6],
        [0, 0, 1, 0, 1, 1],
        at=(2, 5),
        beyond=9,
        names=("dose", "mg", "patient", "sleep"),
        risk_a=0.2,
        risk_b=0.7,
    )
    assert "each of 6 patients a probability of sleep by its dose: 0.2 at 2 mg" in figure.fallback
    assert figure.quantities()["slope"] == pytest.approx((np.log(7 / 3) - np.log(1 / 4)) / 3, rel=1e-13)


# -- the page ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_state(browser):
    figures = {str(i): widgets.LogisticFit(risk_a=a, risk_b=b) for i, (a, b) in enumerate(STATES)}
    with Visit(browser, page_html({key: figure.stored_state() for key, figure in figures.items()})).ready() as visit:
        yield visit, figures


def test_the_browser_agrees_with_xentbook_at_every_corner(every_state):
    visit, figures = every_state
    found = visit.page.eval_on_selector_all(
        ".xb",
        "nodes => nodes.map((n) => Object.fromEntries([...n.querySelectorAll('[data-quantity]')]"
        ".map((q) => [q.dataset.quantity, Number(q.dataset.value)])))",
    )
    for numbers, figure in zip(found, figures.values(), strict=True):
        for name, wanted in figure.quantities().items():
            assert numbers[name] == pytest.approx(wanted, rel=1e-9, abs=1e-9), (name, figure.risk_a, figure.risk_b)
    assert visit.errors == []


def test_every_flight_has_a_block_as_tall_as_its_surprise_and_stacks_do_not_overlap(every_state):
    visit, figures = every_state
    scales = []
    for place, figure in zip(visit.page.locator(".xb").all(), figures.values(), strict=True):
        boxes = place.evaluate(
            "n => [...n.querySelectorAll('svg > g:last-of-type > rect')].map((r) => ['x', 'y', 'height'].map((a) => "
            "Number(r.getAttribute(a))))"
        )
        assert len(boxes) == 23
        costs = xb.binary_cross_entropy(figure.y, logits=logits(figure, figure.x), reduction="none")
        tall = np.array([height + 1 for _, _, height in boxes])  # a pixel is left between blocks
        long = tall > 8
        scales.append(np.ptp(tall[long] / costs[long]) / np.mean(tall[long] / costs[long]))
        for x in {x for x, _, _ in boxes}:
            column = sorted((y, y + height) for at, y, height in boxes if at == x)
            assert all(upper[1] <= lower[0] + 0.51 for upper, lower in zip(column, column[1:], strict=False))
    assert max(scales) < 1e-3


def test_best_fit_brings_the_curve_to_the_minimum_and_says_so(browser):
    with open_figure(browser, widgets.LogisticFit()) as visit:
        visit.page.get_by_role("button", name="Best fit").click()
        numbers = visit.numbers()
        assert numbers["gap"] == numbers["residual_sum"] == numbers["weighted_residual_sum"] == 0
        visit.page.wait_for_function("document.querySelector('.xb-live').textContent.includes('sum of y minus q 0')")


def test_a_probability_near_one_is_never_shown_as_certainty(browser):
    with open_figure(browser, widgets.LogisticFit(risk_a=0.999, risk_b=0.001)) as visit:
        shown = visit.page.locator(".xb svg text.xb-strong").first.text_content()
        assert shown.startswith("1 − ") and "10⁻" in shown
        visit.page.get_by_role("slider").first.press("Home")
        assert visit.page.locator(".xb svg text.xb-strong").first.text_content() == "0.00100 at 31 °F"
