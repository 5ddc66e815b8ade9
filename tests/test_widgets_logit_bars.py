"""The figure of the logits: exact at every scale, and in single precision as exact as that allows, no better."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from front_ends import call, source

import xentbook as xb
from xentbook import widgets


def _figure_tests():
    path = Path(__file__).resolve().parent / "test_widgets.py"
    spec = importlib.util.spec_from_file_location("figure_tests", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


figure_tests = _figure_tests()

# Logits, true class, shift: ordinary; sure and right; sure and wrong; far up and down; overflow of the true class, of
# another one, of the sum alone; underflow of all, of the true class, to a subnormal number; two and six classes.
STATES = [
    ([4.0, 1.0, -2.0, 0.5], 0, 0.0), ([4.0, 1.0, -2.0, 0.5], 2, 37.0), ([18.0, -18.0, -18.0, -18.0], 0, 0.0),
    ([20.0, -20.0, -20.0, -20.0], 0, -80.0), ([-20.0, 20.0, 13.5, -7.0], 0, 0.0), ([-20.0, 20.0, 13.5, -7.0], 0, 100.0),
    ([4.0, 1.0, -2.0, 0.5], 0, 87.0), ([4.0, 1.0, -2.0, 0.5], 2, 87.0), ([0.5, 0.5, 0.5, 0.5], 1, 88.0),
    ([4.0, 1.0, -2.0, 0.5], 1, -120.0), ([4.0, 1.0, -20.0, 0.5], 2, -90.0), ([4.0, 1.0, -14.0, 0.5], 2, -87.0),
    ([8.0, -8.5], 0, 0.0), ([8.0, -8.5], 1, -107.0), ([1.5, 17.0, -3.0, 2.0, -16.5, 9.0], 1, 12.0),
]  # fmt: skip


def figure_of(state):
    logits, y, shift = state
    return widgets.LogitBars(logits=logits, true_class=y, shift=shift)


@pytest.mark.parametrize("state", STATES)
def test_the_exact_loss_and_the_probabilities_are_those_of_the_package(state):
    logits, y, shift = state
    numbers = figure_of(state).quantities()
    z = np.array(logits) + shift
    assert numbers["loss"] == xb.sparse_categorical_cross_entropy([y], logits=[z])
    assert [numbers[f"probability_{k}"] for k in range(len(logits))] == xb.softmax(z).tolist()


def test_what_single_precision_makes_of_it_in_closed_form():
    sure = widgets.LogitBars(logits=[18, -18, -18, -18]).quantities()
    assert sure["loss"] == pytest.approx(3 * math.exp(-36), rel=1e-12, abs=0)
    assert sure["naive_single"] == sure["shifted_single"] == 0
    assert sure["target_single"] == pytest.approx(sure["loss"], rel=1e-6, abs=0)
    # Half a unit in the last place of 1 is 2^-24: from the true class alone, ln(1 + e^-16.5) is rounded to one unit of
    # it.
    edge = widgets.LogitBars(logits=[8, -8.5], true_class=0).quantities()
    assert edge["naive_single"] == pytest.approx(2.0**-24, rel=1e-6, abs=0)
    assert edge["shifted_single"] == pytest.approx(2.0**-23, rel=1e-6, abs=0)
    assert edge["loss"] == pytest.approx(math.exp(-16.5), rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("y", "shift", "naive"), [(0, 87, math.nan), (2, 87, math.inf), (0, -120, math.nan), (0, 84, None), (0, -90, None)]
)
def test_the_formula_as_written_fails_where_the_exponential_ends_and_the_others_do_not(y, shift, naive):
    numbers = widgets.LogitBars(true_class=y, shift=shift).quantities()
    if naive is None:
        assert numbers["naive_single"] == pytest.approx(numbers["loss"], rel=1e-5, abs=0)
    else:
        assert numbers["naive_single"] == pytest.approx(naive, nan_ok=True)
    for name in ("shifted_single", "target_single"):
        assert numbers[name] == pytest.approx(numbers["loss"], rel=1e-5, abs=0)


@pytest.mark.parametrize("state", STATES)
def test_a_shift_by_whole_numbers_changes_no_digit_of_the_loss(state):
    logits, y, _ = state
    losses = [figure_of((logits, y, float(shift))).quantities()["loss"] for shift in range(-120, 121, 8)]
    np.testing.assert_allclose(losses, losses[0], rtol=2e-13)


@pytest.mark.parametrize("state", STATES)
def test_the_third_formula_has_the_accuracy_that_the_package_has_in_single_precision(state):
    numbers = figure_of(state).quantities()
    single = np.array([np.array(state[0]) + state[2]], np.float32)
    package = xb.sparse_categorical_cross_entropy([state[1]], logits=single)
    assert numbers["target_single"] == pytest.approx(package, rel=1e-5, abs=0)


def test_a_class_that_is_not_there_leaves_the_figure_as_it_was():
    figure = widgets.LogitBars(true_class=3)
    before = figure.get_state(["logits", "true_class", "fallback"])
    with pytest.raises(ValueError, match="`true_class` must lie in 0 … 1; got 3"):
        figure.logits = [0.0, 1.0]
    assert figure.get_state(["logits", "true_class", "fallback"]) == before


def test_a_loss_that_is_not_a_number_is_called_so_in_the_sentence():
    assert "gives NaN;" in widgets.LogitBars(shift=87).fallback
    assert "gives ∞;" in widgets.LogitBars(shift=87, true_class=2).fallback


# -- the front end ---------------------------------------------------------------------------------------------


def first_disagreement(edit=None):
    """Return the first state where the front end has other numbers than the package; however small the loss may be."""
    given = [[{"logits": logits, "true_class": y, "shift": shift}] for logits, y, shift in STATES]
    for state, found in zip(STATES, call("logit_bars.js", "quantities", given, edit=edit), strict=True):
        if found != pytest.approx(figure_of(state).quantities(), rel=1e-6, abs=0, nan_ok=True):
            return state
    return None


def test_the_page_agrees_with_the_package_in_every_state_however_small_the_loss():
    assert first_disagreement() is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("=> Math.log1p(sum(without", "=> Math.log(1 + sum(without"),
        ("single(-Math.log(single(e[y] / total(e))))", "single(-Math.log(e[y] / sum(e)))"),
        ("const rounded = z.map(single);", "const rounded = z.map((v) => single(v + 0.25));"),
        ("const total = (values) => values.reduce((a, b) => single(a + b));", "const total = (values) => sum(values);"),
        ("single(Math.log(total(shifted.map(exp))))", "single(Math.log(sum(shifted.map(exp))))"),
        ("single(Math.log1p(total(gaps.map(exp))))", "single(Math.log(single(1 + total(gaps.map(exp)))))"),
    ],
)
def test_a_formula_that_rounds_otherwise_is_detected(right, wrong):
    assert source("logit_bars.js").count(right) == 1
    assert first_disagreement(lambda text: text.replace(right, wrong)) is not None


def words(visit, name):
    return visit.page.locator(f".xb-tile:has([data-quantity={name}]) .xb-line").inner_text()


def test_the_figure_says_in_words_what_became_of_the_number(browser):
    with figure_tests.open_figure(browser, widgets.LogitBars()) as visit:
        assert words(visit, "target_single") == words(visit, "shifted_single") == "right"
        visit.page.get_by_role("button", name="Sure and right").click()
        assert words(visit, "naive_single") == words(visit, "shifted_single") == "no digit is left"
        assert words(visit, "target_single") == "right"
        assert visit.numbers()["loss"] == pytest.approx(6.959e-16, rel=1e-3, abs=0)
        visit.page.get_by_role("button", name="Sure and wrong").click()
        assert visit.numbers()["loss"] == pytest.approx(36, rel=1e-12)
        visit.page.get_by_role("button", name="Reset").click()
        shift = visit.page.get_by_role("slider", name="shift of all logits")
        shift.press("End")
        assert visit.page.locator("[data-quantity=naive_single]").inner_text() == "NaN"
        assert words(visit, "naive_single") == "an exponential has become ∞"
        shift.press("Home")
        assert words(visit, "naive_single") == "an exponential has become 0"


def test_the_true_class_is_picked_by_its_letter(browser):
    with figure_tests.open_figure(browser, widgets.LogitBars()) as visit:
        button = visit.page.get_by_role("button", name="C", exact=True)
        button.press("Enter")
        assert visit.state()["true_class"] == 2
        assert button.get_attribute("aria-pressed") == "true"
        assert visit.page.locator("button[aria-pressed=true]").count() == 1
        assert visit.numbers()["loss"] == pytest.approx(
            xb.sparse_categorical_cross_entropy([2], logits=[[4, 1, -2, 0.5]])
        )


def test_dragged_logits_stay_on_the_grid_where_a_shift_is_exact(browser):
    with figure_tests.open_figure(browser, widgets.LogitBars()) as visit:
        for handle in figure_tests.handles(visit):
            figure_tests.drag(visit, handle, 23, 0)
        state = visit.state()
        assert all(2 * z == round(2 * z) for z in state["logits"])
        assert state["shift"] == round(state["shift"])
        assert state["logits"] != [4, 1, -2, 0.5] and state["shift"] != 0


def test_a_shift_changes_no_bit_of_the_loss_on_the_page(browser):
    with figure_tests.open_figure(browser, widgets.LogitBars(logits=[18, -18, -17.5, 3])) as visit:
        before = visit.page.locator("[data-quantity=loss]").get_attribute("data-value")
        shift = visit.page.get_by_role("slider", name="shift of all logits")
        for key in ("End", "PageDown", "ArrowLeft", "Home", "ArrowRight"):
            shift.press(key)
            assert visit.page.locator("[data-quantity=loss]").get_attribute("data-value") == before
